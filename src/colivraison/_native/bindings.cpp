// The door between Python and the core: converts, lets other threads run meanwhile, and computes
// nothing itself.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "arrays_of_python.hpp"
#include "core/cheapest_insertions.hpp"
#include "core/instruction_set.hpp"

namespace nb = nanobind;
namespace python = colivraison::python;
using namespace nb::literals;

void bind_graphs(nb::module_& module);
void bind_routing(nb::module_& module);

namespace {

using Matrix = nb::ndarray<const std::int32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Places = python::In<std::int32_t>;
using python::Column;
using python::column_of;
using python::span_of;

std::pair<Column<std::int64_t>, Column<std::int32_t>> cheapest_insertions(
    const Matrix& durations_s, const Places& leg_from, const Places& leg_to,
    const Places& candidates, const std::string& instruction_set) {
  if (durations_s.shape(0) != durations_s.shape(1)) {
    throw nb::value_error("durations_s is not a square matrix");
  }
  const auto set = colivraison::instruction_set_named(instruction_set);
  if (!set) {
    throw nb::value_error("unknown instruction set");
  }
  colivraison::CheapestInsertions found;
  {
    const std::size_t size = durations_s.shape(0);
    const nb::gil_scoped_release released;
    found = colivraison::cheapest_insertions({durations_s.data(), size * size}, size,
                                             span_of(leg_from), span_of(leg_to),
                                             span_of(candidates), *set);
  }
  return {column_of(std::move(found.detours_s)), column_of(std::move(found.legs))};
}

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
  for (const auto set : colivraison::supported_instruction_sets()) {
    names.emplace_back(colivraison::name_of(set));
  }
  return names;
}

}  // namespace

NB_MODULE(_core, module) {
  module.doc() = "Native code of colivraison; use it through colivraison._native.";
  // A search that was interrupted is still held by the traceback when the interpreter ends; that is
  // no leak, and nobody at a terminal can do anything with the warning.
  nb::set_leak_warnings(false);
  // noconvert: a silent copy of a large matrix, or a float cut to a whole number, is an error.
  module.def("cheapest_insertions", &cheapest_insertions, "durations_s"_a.noconvert(),
             "leg_from"_a.noconvert(), "leg_to"_a.noconvert(), "candidates"_a.noconvert(),
             nb::kw_only(), "instruction_set"_a,
             "Return the detour and the leg of every candidate, see colivraison._native.");
  module.def("instruction_sets", &instruction_sets,
             "Return the instruction sets this processor offers, the widest last.");
  bind_graphs(module);
  bind_routing(module);
}
