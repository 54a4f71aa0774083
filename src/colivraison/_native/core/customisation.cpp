#include "core/customisation.hpp"

#include <algorithm>

namespace colivraison {

namespace {

// Costs of the two directions of one arc of the hierarchy, side by side: they are used together.
struct Both {
  Cost up;    // from the lower to the higher vertex
  Cost down;  // from the higher to the lower
};

void lower(Cost& value, Cost other) noexcept { value = std::min(value, other); }

// Calls visit(k, l, m) for every triangle v < a < b with arcs k = (v, a), l = (v, b), m = (a, b).
// The upper neighbours of v above a are upper neighbours of a: one pass along both lists finds m.
template <typename Visit>
inline void triangles_of(const Adjacency& upper, std::size_t v, Visit visit) {
  const std::size_t end = upper.end(v);
  for (std::size_t k = upper.begin(v); k + 1 < end; ++k) {
    std::size_t m = upper.begin(at(upper.head[k]));
    for (std::size_t l = k + 1; l < end; ++l) {
      const Index b = upper.head[l];
      while (upper.head[m] != b) {
        ++m;
      }
      visit(k, l, m);
    }
  }
}

void check_chordal(const Adjacency& upper) {
  // The pass along both lists relies on it: the parent holds all other upper neighbours.
  for (std::size_t v = 0; v < upper.size(); ++v) {
    const std::size_t begin = upper.begin(v);
    const std::size_t end = upper.end(v);
    if (end - begin < 2) {
      continue;
    }
    const std::size_t parent = at(upper.head[begin]);
    std::size_t m = upper.begin(parent);
    for (std::size_t l = begin + 1; l < end; ++l) {
      while (m < upper.end(parent) && upper.head[m] < upper.head[l]) {
        ++m;
      }
      if (m == upper.end(parent) || upper.head[m] != upper.head[l]) {
        throw std::invalid_argument("upper: not the result of a contraction");
      }
    }
  }
}

}  // namespace

SearchGraph customise(const Adjacency& upper, Indices slot, Costs cost) {
  check_upward(upper, "upper");
  check_chordal(upper);
  if (slot.size() != cost.size()) {
    throw std::invalid_argument("slots and costs differ in number");
  }
  std::vector<Both> arcs(upper.head.size(), {kNoWay, kNoWay});
  for (std::size_t k = 0; k < slot.size(); ++k) {
    if (slot[k] < 0) {
      continue;
    }
    const std::size_t position = at(slot[k] / 2);
    if (position >= arcs.size()) {
      throw std::invalid_argument("a slot is outside the hierarchy");
    }
    if (cost[k] <= 0) {
      throw std::invalid_argument("a cost is not above zero");
    }
    lower(slot[k] % 2 == 0 ? arcs[position].up : arcs[position].down, cost[k]);
  }

  const std::size_t count = upper.size();
  for (std::size_t v = 0; v < count; ++v) {
    triangles_of(upper, v, [&](std::size_t k, std::size_t l, std::size_t m) {
      lower(arcs[m].up, arcs[k].down + arcs[l].up);    // a -> v -> b
      lower(arcs[m].down, arcs[l].down + arcs[k].up);  // b -> v -> a
    });
  }

  std::vector<Both> exact = arcs;
  for (std::size_t v = count; v-- > 0;) {
    triangles_of(upper, v, [&](std::size_t k, std::size_t l, std::size_t m) {
      const Both over = exact[m];
      lower(exact[k].up, exact[l].up + over.down);      // v -> b -> a
      lower(exact[k].down, over.up + exact[l].down);    // a -> b -> v
      lower(exact[l].up, exact[k].up + over.up);        // v -> a -> b
      lower(exact[l].down, over.down + exact[k].down);  // b -> a -> v
    });
  }

  SearchGraph graph;
  graph.forward_first.reserve(count + 1);
  graph.backward_first.reserve(count + 1);
  graph.forward_first.push_back(0);
  graph.backward_first.push_back(0);
  graph.forward_head.reserve(arcs.size());
  graph.forward_cost.reserve(arcs.size());
  graph.backward_head.reserve(arcs.size());
  graph.backward_cost.reserve(arcs.size());
  for (std::size_t v = 0; v < count; ++v) {
    for (std::size_t k = upper.begin(v); k < upper.end(v); ++k) {
      // Undercut arcs lie on no shortest path. The others cost the same in both passes, and so do
      // the arcs they are made of: a path along them can be unpacked.
      if (arcs[k].up < kNoWay && exact[k].up == arcs[k].up) {
        graph.forward_head.push_back(upper.head[k]);
        graph.forward_cost.push_back(arcs[k].up);
      }
      if (arcs[k].down < kNoWay && exact[k].down == arcs[k].down) {
        graph.backward_head.push_back(upper.head[k]);
        graph.backward_cost.push_back(arcs[k].down);
      }
    }
    graph.forward_first.push_back(index_of(graph.forward_head.size()));
    graph.backward_first.push_back(index_of(graph.backward_head.size()));
  }
  return graph;
}

}  // namespace colivraison
