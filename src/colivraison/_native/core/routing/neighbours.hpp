// Who is near whom: for the choice of what to ruin together.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "core/routing/instance.hpp"

namespace colivraison::routing {

// Nodes at one location form a group; groups are listed by growing proximity to a group, itself
// first.  With tens of places and thousands of activities that is all there is to know.
class Neighbours {
 public:
  template <typename Routes>
  Neighbours(const Instance& instance, const Routes& routes) {
    std::vector<Index> group_at(static_cast<std::size_t>(instance.locations) + 2, kNone);
    group_of_.resize(instance.nodes.size());
    for (std::size_t node = 0; node < instance.nodes.size(); ++node) {
      auto& group = group_at[static_cast<std::size_t>(instance.nodes[node].location + 2)];
      if (group == kNone) {
        group = static_cast<Index>(members_.size());
        members_.emplace_back();
      }
      group_of_[node] = group;
      members_[static_cast<std::size_t>(group)].push_back(static_cast<Index>(node));
    }
    const std::size_t count = members_.size();
    const std::size_t kept = std::min<std::size_t>(count, kMostGroups);
    near_.resize(count);
    std::vector<std::int64_t> key(count);
    std::vector<Index> order(count);
    for (std::size_t from = 0; from < count; ++from) {
      for (std::size_t to = 0; to < count; ++to) {
        key[to] = from == to ? -1 : routes.proximity(members_[from][0], members_[to][0]);
      }
      std::iota(order.begin(), order.end(), 0);
      std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept),
                        order.end(), [&](Index a, Index b) {
                          const auto x = key[static_cast<std::size_t>(a)];
                          const auto y = key[static_cast<std::size_t>(b)];
                          return x != y ? x < y : a < b;
                        });
      near_[from].assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept));
    }
  }

  const std::vector<Index>& near(Index node) const {
    return near_[static_cast<std::size_t>(group_of_[static_cast<std::size_t>(node)])];
  }
  const std::vector<Index>& members(Index group) const {
    return members_[static_cast<std::size_t>(group)];
  }

 private:
  static constexpr std::size_t kMostGroups = 1000;
  std::vector<Index> group_of_;
  std::vector<std::vector<Index>> members_;
  std::vector<std::vector<Index>> near_;
};

}  // namespace colivraison::routing
