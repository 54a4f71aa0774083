// Single ways over a search graph, as the original vertices they pass.
#pragma once

#include <vector>

#include "core/arrays.hpp"
#include "core/sweep.hpp"

namespace colivraison {

struct Paths {
  std::vector<Cost> cost;           // kNoWay where there is no way
  std::vector<Index> first, vertex;  // vertices from a source seed to a target, both included
  std::vector<Index> source_seed;   // which of the seeds the way starts from, -1 without a way
  std::vector<Index> target_seed;   // which of the target's vertices it ends at
};

// The way of each pair: source list k to target list k. Both searches go upwards only and settle
// vertices in ascending order; shortcuts are taken apart through the lower vertex they lead over
// (Dibbelt, Strasser, Wagner 2016, doi:10.1145/2886843, section 8).
Paths paths(const SearchArcs& graph, const Seeds& sources, const Seeds& targets);

}  // namespace colivraison
