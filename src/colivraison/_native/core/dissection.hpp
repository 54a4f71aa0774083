// An elimination order of the edges of a road map by nested dissection.
#pragma once

#include <span>
#include <vector>

#include "core/arrays.hpp"

namespace colivraison {

// The edges in the order of their elimination: cuts last.
//
// The map is cut in two by a small set of edges, each half again, and so on. In the graph whose
// vertices are the edges' directions, an edge cut of the map separates what lies on either side
// (Buchhold, Wagner, Zeitz, Zündorf 2020, doi:10.4230/OASIcs.ATMOS.2020.9). Cuts are found by
// inertial flow (Schild, Sommer 2015, doi:10.1007/978-3-319-20086-6_22): the vertices are sorted
// along four directions, the first quarter is the source, the last the sink of a maximum flow.
//
// x, y: positions of the map's vertices on a plane, any unit. tail, head: ends of each edge.
// The answer does not depend on the number of threads.
std::vector<Index> dissection_order(std::span<const double> x, std::span<const double> y,
                                    Indices tail, Indices head, int threads);

}  // namespace colivraison
