// Many-to-many costs over a search graph, many sources at a time.
#pragma once

#include <span>
#include <vector>

#include "core/arrays.hpp"
#include "core/instruction_set.hpp"

namespace colivraison {

// A search graph as arrays: arcs to higher vertices, arcs from higher vertices.
struct SearchArcs {
  Adjacency forward;
  Costs forward_cost;
  Adjacency backward;
  Costs backward_cost;
};

// Vertices with costs, one list per place.
struct Seeds {
  Indices first;
  Indices vertex;
  Costs cost;
};

// Ways that need no search: from a source (the list's number) to a target.
struct Directs {
  Indices first;
  Indices target;
  Costs cost;
};

// Writes the cost from every source to every target: the least of
//   source seed + way + target cost   (target costs are added, and may be negative)
//   a direct way
// as times and lengths in rows of `targets` values: milliseconds and decimetres, or, with
// `rounded`, seconds rounded up and metres rounded to the nearest; -1 where there is no way.
//
// Restricted PHAST: from all sources of a block upwards, then down once through the vertices above
// the targets, every lane a source (Delling, Goldberg, Nowatzyk, Werneck 2013,
// doi:10.1016/j.jpdc.2012.02.007; Delling, Goldberg, Werneck 2011). Blocks run on `threads`.
void sweep(const SearchArcs& graph, const Seeds& sources, const Seeds& targets,
           const Directs& directs, bool rounded, int threads, InstructionSet set,
           std::span<std::int32_t> times, std::span<std::int32_t> lengths);

// The cost from one set of seeds to every vertex; kNoWay where there is no way.
std::vector<Cost> sweep_to_all(const SearchArcs& graph, Indices vertex, Costs cost);

void check_graph(const SearchArcs& graph);
void check_seeds(const Seeds& seeds, std::size_t vertices, const char* name);

}  // namespace colivraison
