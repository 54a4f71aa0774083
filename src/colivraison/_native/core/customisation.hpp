// Customizable contraction hierarchy: costs for one metric.
#pragma once

#include <vector>

#include "core/arrays.hpp"

namespace colivraison {

// What a search needs: for every vertex the arcs to higher vertices (forward), and the arcs from
// higher vertices to it (backward), with exact costs. Arcs on no shortest path are left out.
struct SearchGraph {
  std::vector<Index> forward_first, forward_head;
  std::vector<Cost> forward_cost;
  std::vector<Index> backward_first, backward_head;
  std::vector<Cost> backward_cost;
};

// Basic customisation over lower triangles, then perfect customisation over the others, which
// shows the arcs that some other way undercuts (Dibbelt, Strasser, Wagner 2016,
// doi:10.1145/2886843, sections 7.2 and 7.3).
//
// slot: of each link, from `link_slots`. cost: of each link, above zero; kNoWay or more is closed.
SearchGraph customise(const Adjacency& upper, Indices slot, Costs cost);

}  // namespace colivraison
