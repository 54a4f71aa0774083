// Who is near whom: for the choice of what to ruin together.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/routing/instance.hpp"

namespace colivraison::routing {

// Nodes at one location form a group; groups are listed by growing proximity to a group, itself
// first.  With tens of places and thousands of activities that is all there is to know.
//
// A list is made when it is first asked for: with thousands of places all of them take seconds, and
// a short search asks for few.  Not for several threads at once.
template <typename Routes>
class Neighbours {
 public:
  // `routes` must outlive this.
  Neighbours(const Instance& instance, const Routes& routes) : routes_(&routes) {
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
    near_.resize(members_.size());
    order_.resize(members_.size());
  }

  // Valid as long as this lives.
  const std::vector<Index>& near(Index node) {
    const Index group = group_of_[static_cast<std::size_t>(node)];
    auto& list = near_[static_cast<std::size_t>(group)];
    if (list.empty()) {
      fill(list, group);
    }
    return list;
  }
  const std::vector<Index>& members(Index group) const {
    return members_[static_cast<std::size_t>(group)];
  }

 private:
  static constexpr std::size_t kMostGroups = 1000;

  void fill(std::vector<Index>& list, Index from) {
    for (std::size_t to = 0; to < order_.size(); ++to) {
      const auto group = static_cast<Index>(to);
      order_[to] = {group == from ? -1 : routes_->proximity(first_of(from), first_of(group)), group};
    }
    const std::size_t kept = std::min(order_.size(), kMostGroups);
    const auto end = order_.begin() + static_cast<std::ptrdiff_t>(kept);
    // Groups differ, so the order is one and the same however it is found.
    if (kept < order_.size()) {
      std::nth_element(order_.begin(), end, order_.end());
    }
    std::sort(order_.begin(), end);
    list.reserve(kept);
    for (auto one = order_.begin(); one != end; ++one) {
      list.push_back(one->second);
    }
  }
  Index first_of(Index group) const { return members_[static_cast<std::size_t>(group)].front(); }

  const Routes* routes_;
  std::vector<Index> group_of_;
  std::vector<std::vector<Index>> members_;
  std::vector<std::vector<Index>> near_;
  std::vector<std::pair<std::int64_t, Index>> order_;
};

}  // namespace colivraison::routing
