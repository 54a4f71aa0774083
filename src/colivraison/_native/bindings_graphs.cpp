// The door to the functions on road graphs; like bindings.cpp it only converts.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "arrays_of_python.hpp"
#include "core/contraction.hpp"
#include "core/customisation.hpp"
#include "core/dissection.hpp"
#include "core/paths.hpp"
#include "core/segment_grid.hpp"
#include "core/strong_components.hpp"
#include "core/sweep.hpp"

namespace nb = nanobind;
namespace core = colivraison;
using namespace nb::literals;

namespace {

using colivraison::python::Column;
using colivraison::python::column_of;
using colivraison::python::In;
using colivraison::python::span_of;

using Ids = In<std::int32_t>;
using Packed = In<std::int64_t>;
using IdColumn = Column<std::int32_t>;
using PackedColumn = Column<std::int64_t>;
using Table = nb::ndarray<nb::numpy, std::int32_t, nb::ndim<2>, nb::c_contig>;

// forward_first, forward_head, forward_cost, backward_first, backward_head, backward_cost
using GraphTuple = std::tuple<Ids, Ids, Packed, Ids, Ids, Packed>;
// first, vertex, cost
using ListTuple = std::tuple<Ids, Ids, Packed>;

core::SearchArcs arcs_of(const GraphTuple& graph) {
  const auto& [ff, fh, fc, bf, bh, bc] = graph;
  if (ff.shape(0) == 0 || bf.shape(0) == 0) {
    throw nb::value_error("a list of firsts is empty");
  }
  return {{span_of(ff), span_of(fh)}, span_of(fc), {span_of(bf), span_of(bh)}, span_of(bc)};
}

core::Seeds seeds_of(const ListTuple& list) {
  const auto& [first, vertex, cost] = list;
  return {span_of(first), span_of(vertex), span_of(cost)};
}

Table table_of(std::unique_ptr<std::int32_t[]>&& values, std::size_t rows, std::size_t columns) {
  auto* const raw = values.get();
  nb::capsule owner(raw, [](void* pointer) noexcept {
    delete[] static_cast<std::int32_t*>(pointer);
  });
  static_cast<void>(values.release());
  return Table(raw, {rows, columns}, owner);
}

IdColumn strong_components(const Ids& first, const Ids& head) {
  if (first.shape(0) == 0) {
    throw nb::value_error("first is empty");
  }
  std::vector<core::Index> found;
  {
    const nb::gil_scoped_release released;
    found = core::strong_components({span_of(first), span_of(head)});
  }
  return column_of(std::move(found));
}

IdColumn dissection_order(const In<double>& x, const In<double>& y, const Ids& tail,
                          const Ids& head, int threads) {
  std::vector<core::Index> order;
  {
    const nb::gil_scoped_release released;
    order = core::dissection_order(span_of(x), span_of(y), span_of(tail), span_of(head), threads);
  }
  return column_of(std::move(order));
}

std::tuple<IdColumn, IdColumn, IdColumn> contract(std::size_t vertices, const Ids& tail,
                                                  const Ids& head) {
  core::UpperNeighbours upper;
  std::vector<core::Index> slots;
  {
    const nb::gil_scoped_release released;
    upper = core::contract(vertices, span_of(tail), span_of(head));
    slots = core::link_slots({upper.first, upper.head}, span_of(tail), span_of(head));
  }
  return {column_of(std::move(upper.first)), column_of(std::move(upper.head)),
          column_of(std::move(slots))};
}

std::tuple<IdColumn, IdColumn, PackedColumn, IdColumn, IdColumn, PackedColumn> customise(
    const Ids& upper_first, const Ids& upper_head, const Ids& slot, const Packed& cost) {
  if (upper_first.shape(0) == 0) {
    throw nb::value_error("upper_first is empty");
  }
  core::SearchGraph graph;
  {
    const nb::gil_scoped_release released;
    graph = core::customise({span_of(upper_first), span_of(upper_head)}, span_of(slot),
                            span_of(cost));
  }
  return {column_of(std::move(graph.forward_first)),  column_of(std::move(graph.forward_head)),
          column_of(std::move(graph.forward_cost)),   column_of(std::move(graph.backward_first)),
          column_of(std::move(graph.backward_head)),  column_of(std::move(graph.backward_cost))};
}

std::pair<Table, Table> sweep(const GraphTuple& graph, const ListTuple& sources,
                              const ListTuple& targets, const ListTuple& directs, bool rounded,
                              int threads, const std::string& instruction_set) {
  const auto set = core::instruction_set_named(instruction_set);
  if (!set) {
    throw nb::value_error("unknown instruction set");
  }
  const core::SearchArcs arcs = arcs_of(graph);
  const core::Seeds from = seeds_of(sources);
  const core::Seeds to = seeds_of(targets);
  const core::Seeds direct = seeds_of(directs);
  if (from.first.empty() || to.first.empty()) {
    throw nb::value_error("a list of firsts is empty");
  }
  const std::size_t rows = from.first.size() - 1;
  const std::size_t columns = to.first.size() - 1;
  // Not zeroed: every cell is written.
  std::unique_ptr<std::int32_t[]> times(new std::int32_t[rows * columns]);
  std::unique_ptr<std::int32_t[]> lengths(new std::int32_t[rows * columns]);
  {
    const nb::gil_scoped_release released;
    core::sweep(arcs, from, to, {direct.first, direct.vertex, direct.cost}, rounded, threads, *set,
                {times.get(), rows * columns}, {lengths.get(), rows * columns});
  }
  return {table_of(std::move(times), rows, columns), table_of(std::move(lengths), rows, columns)};
}

PackedColumn sweep_to_all(const GraphTuple& graph, const Ids& vertex, const Packed& cost) {
  const core::SearchArcs arcs = arcs_of(graph);
  std::vector<core::Cost> found;
  {
    const nb::gil_scoped_release released;
    found = core::sweep_to_all(arcs, span_of(vertex), span_of(cost));
  }
  return column_of(std::move(found));
}

std::tuple<PackedColumn, IdColumn, IdColumn, IdColumn, IdColumn> paths(const GraphTuple& graph,
                                                                       const ListTuple& sources,
                                                                       const ListTuple& targets) {
  const core::SearchArcs arcs = arcs_of(graph);
  core::Paths found;
  {
    const nb::gil_scoped_release released;
    found = core::paths(arcs, seeds_of(sources), seeds_of(targets));
  }
  return {column_of(std::move(found.cost)), column_of(std::move(found.first)),
          column_of(std::move(found.vertex)), column_of(std::move(found.source_seed)),
          column_of(std::move(found.target_seed))};
}

// lat_e7, lon_e7, shape_start, shape_end
using ShapesTuple = std::tuple<Ids, Ids, Ids, Ids>;

core::Shapes shapes_of(const ShapesTuple& shapes) {
  const auto& [lat, lon, start, end] = shapes;
  return {span_of(lat), span_of(lon), span_of(start), span_of(end)};
}

std::tuple<PackedColumn, IdColumn, IdColumn, IdColumn> segment_grid(const ShapesTuple& shapes) {
  core::SegmentGrid grid;
  {
    const nb::gil_scoped_release released;
    grid = core::segment_grid(shapes_of(shapes));
  }
  return {column_of(std::vector<std::int64_t>{grid.south_e7, grid.west_e7, grid.cell_lat_e7,
                                              grid.cell_lon_e7, grid.rows, grid.columns}),
          column_of(std::move(grid.first)), column_of(std::move(grid.segment)),
          column_of(std::move(grid.line))};
}

std::tuple<IdColumn, IdColumn, Column<double>, Column<double>> nearest(
    const ShapesTuple& shapes, const std::tuple<Packed, Ids, Ids, Ids>& grid,
    const In<std::uint8_t>& usable, const In<double>& lat, const In<double>& lon) {
  const auto& [frame, first, segment, line] = grid;
  if (frame.shape(0) != 6 || first.shape(0) == 0) {
    throw nb::value_error("the grid is not one of segment_grid");
  }
  const std::int64_t* const f = frame.data();
  core::Nearest found;
  {
    const nb::gil_scoped_release released;
    found = core::nearest(shapes_of(shapes),
                          {f[0], f[1], f[2], f[3], f[4], f[5], span_of(first), span_of(segment),
                           span_of(line)},
                          span_of(usable), span_of(lat), span_of(lon));
  }
  return {column_of(std::move(found.line)), column_of(std::move(found.point)),
          column_of(std::move(found.along)), column_of(std::move(found.metres))};
}

}  // namespace

void bind_graphs(nb::module_& module) {
  module.def("strong_components", &strong_components, "first"_a.noconvert(),
             "head"_a.noconvert());
  module.def("dissection_order", &dissection_order, "x"_a.noconvert(), "y"_a.noconvert(),
             "tail"_a.noconvert(), "head"_a.noconvert(), nb::kw_only(), "threads"_a);
  module.def("contract", &contract, "vertices"_a, "tail"_a.noconvert(), "head"_a.noconvert());
  module.def("customise", &customise, "upper_first"_a.noconvert(), "upper_head"_a.noconvert(),
             "slot"_a.noconvert(), "cost"_a.noconvert());
  module.def("sweep", &sweep, "graph"_a.noconvert(), "sources"_a.noconvert(),
             "targets"_a.noconvert(), "directs"_a.noconvert(), nb::kw_only(), "rounded"_a,
             "threads"_a, "instruction_set"_a);
  module.def("sweep_to_all", &sweep_to_all, "graph"_a.noconvert(), "vertex"_a.noconvert(),
             "cost"_a.noconvert());
  module.def("paths", &paths, "graph"_a.noconvert(), "sources"_a.noconvert(),
             "targets"_a.noconvert());
  module.def("segment_grid", &segment_grid, "shapes"_a.noconvert());
  module.def("nearest", &nearest, "shapes"_a.noconvert(), "grid"_a.noconvert(),
             "usable"_a.noconvert(), "lat"_a.noconvert(), "lon"_a.noconvert());
}
