#include "core/strong_components.hpp"

#include <algorithm>

namespace colivraison {

std::vector<Index> strong_components(const Adjacency& arcs) {
  check_adjacency(arcs, arcs.size(), "arcs");
  const std::size_t count = arcs.size();
  constexpr Index kUnseen = -1;
  std::vector<Index> seen(count, kUnseen);  // order of discovery
  std::vector<Index> low(count, 0);
  std::vector<Index> component(count, kUnseen);
  std::vector<std::size_t> next(count, 0);
  std::vector<Index> open;   // discovered, not yet in a component
  std::vector<Index> path;   // from the root of this search to here
  Index discovered = 0;
  Index components = 0;

  for (std::size_t root = 0; root < count; ++root) {
    if (seen[root] != kUnseen) {
      continue;
    }
    path.push_back(index_of(root));
    while (!path.empty()) {
      const std::size_t v = at(path.back());
      if (seen[v] == kUnseen) {
        seen[v] = low[v] = discovered++;
        next[v] = arcs.begin(v);
        open.push_back(index_of(v));
      }
      bool deeper = false;
      while (next[v] < arcs.end(v)) {
        const std::size_t w = at(arcs.head[next[v]]);
        if (seen[w] == kUnseen) {
          path.push_back(index_of(w));
          deeper = true;
          break;  // the arc is looked at again when w is done: then low[w] counts
        }
        if (component[w] == kUnseen) {
          low[v] = std::min(low[v], low[w]);
        }
        ++next[v];
      }
      if (deeper) {
        continue;
      }
      path.pop_back();
      if (low[v] == seen[v]) {
        for (;;) {
          const Index w = open.back();
          open.pop_back();
          component[at(w)] = components;
          if (at(w) == v) {
            break;
          }
        }
        ++components;
      }
    }
  }
  return component;
}

}  // namespace colivraison
