// Strongly connected components of a directed graph.
#pragma once

#include <vector>

#include "core/arrays.hpp"

namespace colivraison {

// The component of every vertex, numbered from 0 in reverse topological order: an arc between two
// components leads to the lower number. Tarjan (1972), doi:10.1137/0201010, without recursion.
std::vector<Index> strong_components(const Adjacency& arcs);

}  // namespace colivraison
