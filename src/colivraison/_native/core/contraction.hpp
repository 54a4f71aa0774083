// Customizable contraction hierarchy: what depends on the order of the vertices alone.
#pragma once

#include <vector>

#include "core/arrays.hpp"

namespace colivraison {

// Upper neighbours of every vertex after contraction in the order of the numbers: list v holds the
// vertices above v that v is joined to, ascending.
struct UpperNeighbours {
  std::vector<Index> first;
  std::vector<Index> head;
};

// Contracts the vertices 0, 1, 2... of the links tail[k] -> head[k], directions forgotten: the
// upper neighbours of each become a clique (Dibbelt, Strasser, Wagner 2016, doi:10.1145/2886843).
// Links from a vertex to itself are passed over.
UpperNeighbours contract(std::size_t vertices, Indices tail, Indices head);

// Where each link lies: 2 * (position among the upper neighbours) + (1 where it leads downwards);
// -1 for a link from a vertex to itself.
std::vector<Index> link_slots(const Adjacency& upper, Indices tail, Indices head);

}  // namespace colivraison
