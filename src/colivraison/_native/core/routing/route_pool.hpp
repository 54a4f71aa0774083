// Routes met on the way to good plans, of each set of jobs only the cheapest.  Which of them together make
// the best plan is a set partitioning problem, solved outside (Rochat & Taillard 1995, DOI
// 10.1007/BF02430370).
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/routing/instance.hpp"
#include "core/routing/random.hpp"

namespace colivraison::routing {

class RoutePool {
 public:
  struct Kept {
    Index kind;  // of vehicles
    Cost cost;
    double plan_cost;  // of the best plan it was met in
    std::vector<Index> nodes;
  };

  explicit RoutePool(std::size_t nodes) {
    // Always the same, so that the pools of a team's searches agree on what is one set.
    Random random(20071995);
    key_.resize(nodes);
    for (auto& key : key_) {
      key = random.bits();
    }
  }

  template <typename NodeAt>
  void add(Index kind, Cost cost, double plan_cost, Index size, NodeAt node_at) {
    const auto [place, fresh] = number_of_.try_emplace(set_of(kind, size, node_at), kept_.size());
    if (fresh) {
      kept_.push_back({kind, cost, plan_cost, {}});
    }
    Kept& kept = kept_[place->second];
    kept.plan_cost = std::min(kept.plan_cost, plan_cost);
    if (!fresh && kept.cost <= cost) {
      return;
    }
    kept.cost = cost;
    kept.nodes.clear();
    for (Index k = 0; k < size; ++k) {
      kept.nodes.push_back(node_at(k));
    }
    if (kept_.size() >= kMost) {
      forget();
    }
  }

  const std::vector<Kept>& kept() const { return kept_; }

 private:
  static constexpr std::size_t kMost = 20'000;

  // A fingerprint: of two sets that share one, the second is taken for the first.
  template <typename NodeAt>
  std::uint64_t set_of(Index kind, Index size, NodeAt node_at) const {
    auto set = static_cast<std::uint64_t>(kind + 1) * std::uint64_t{0x9e3779b97f4a7c15};
    for (Index k = 0; k < size; ++k) {
      set ^= key_[static_cast<std::size_t>(node_at(k))];
    }
    return set;
  }

  // The half from the dearer plans goes.
  void forget() {
    std::stable_sort(kept_.begin(), kept_.end(),
                     [](const Kept& a, const Kept& b) { return a.plan_cost < b.plan_cost; });
    kept_.resize(kept_.size() / 2);
    number_of_.clear();
    for (std::size_t number = 0; number < kept_.size(); ++number) {
      const auto& nodes = kept_[number].nodes;
      const auto set = set_of(kept_[number].kind, static_cast<Index>(nodes.size()),
                              [&](Index k) { return nodes[static_cast<std::size_t>(k)]; });
      number_of_.emplace(set, number);
    }
  }

  std::vector<std::uint64_t> key_;  // by node
  std::unordered_map<std::uint64_t, std::size_t> number_of_;
  std::vector<Kept> kept_;
};

}  // namespace colivraison::routing
