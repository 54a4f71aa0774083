// Which vehicles may set out: those at home that no vehicle under way excludes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "core/routing/instance.hpp"

namespace colivraison::routing {

class IdleVehicles {
 public:
  explicit IdleVehicles(const Instance& instance)
      : instance_(&instance), under_way_(instance.vehicles.size(), 0) {
    excluded_by_.resize(instance.exclusive.empty() ? 0 : instance.vehicles.size());
    for (const auto& clique : instance.exclusive) {
      for (const Index one : clique) {
        for (const Index other : clique) {
          auto& its = excluded_by_[static_cast<std::size_t>(one)];
          if (other != one && std::find(its.begin(), its.end(), other) == its.end()) {
            its.push_back(other);
          }
        }
      }
    }
    for (std::size_t v = 0; v < instance.vehicles.size(); ++v) {
      const auto kind = static_cast<std::size_t>(instance.vehicles[v].kind);
      if (kind >= first_of_kind_.size()) {
        first_of_kind_.resize(kind + 1, kNone);
      }
      if (first_of_kind_[kind] == kNone) {
        first_of_kind_[kind] = static_cast<Index>(v);
      }
    }
    of_kind_.resize(first_of_kind_.size());
    all_come_home();
  }

  void all_come_home() {
    for (auto& kind : of_kind_) {
      kind.clear();
    }
    std::fill(under_way_.begin(), under_way_.end(), 0);
    for (std::size_t v = under_way_.size(); v-- > 0;) {
      of_kind_[kind_of(static_cast<Index>(v))].push_back(static_cast<Index>(v));
    }
  }

  void sets_out(Index vehicle) {
    keep_home(vehicle);
    for_each_excluded(vehicle, [&](Index other) { keep_home(other); });
  }
  void comes_home(Index vehicle) {
    let_go(vehicle);
    for_each_excluded(vehicle, [&](Index other) { let_go(other); });
  }

  bool may_set_out(Index vehicle) const {
    return under_way_[static_cast<std::size_t>(vehicle)] == 0;
  }
  // The first of a kind that may set out, or kNone.
  Index first(Index kind) const {
    const auto& some = of_kind_[static_cast<std::size_t>(kind)];
    return some.empty() ? kNone : some.back();
  }
  // One of each kind (the first), in the order of kinds.
  template <typename Visit>
  void for_each_kind(Visit visit) const {
    for (const auto& kind : of_kind_) {
      if (!kind.empty()) {
        visit(kind.back());
      }
    }
  }
  // Whether an idle vehicle could set out if another one, which is under way, came home.
  bool may_set_out_instead_of(Index vehicle, Index other) const {
    Index others = under_way_[static_cast<std::size_t>(vehicle)];
    for_each_excluded(other, [&](Index one) { others -= one == vehicle ? 1 : 0; });
    return others == 0;
  }
  template <typename Visit>
  void for_each_instead_of(Index other, Visit visit) const {
    for_each_excluded(other, [&](Index vehicle) {
      if (may_set_out_instead_of(vehicle, other)) {
        visit(vehicle);
      }
    });
  }
  // The first vehicle of each kind, wherever it is.
  const std::vector<Index>& first_of_kind() const { return first_of_kind_; }

 private:
  std::size_t kind_of(Index vehicle) const {
    return static_cast<std::size_t>(instance_->kind_of(vehicle));
  }
  template <typename Visit>
  void for_each_excluded(Index vehicle, Visit visit) const {
    if (!excluded_by_.empty()) {
      for (const Index other : excluded_by_[static_cast<std::size_t>(vehicle)]) {
        visit(other);
      }
    }
  }
  // Idle vehicles of a kind lie in falling order, so that the lowest number is taken first and the
  // order does not depend on what happened before.
  void keep_home(Index vehicle) {
    if (under_way_[static_cast<std::size_t>(vehicle)]++ == 0) {
      auto& kind = of_kind_[kind_of(vehicle)];
      kind.erase(std::lower_bound(kind.begin(), kind.end(), vehicle, std::greater<>()));
    }
  }
  void let_go(Index vehicle) {
    if (--under_way_[static_cast<std::size_t>(vehicle)] == 0) {
      auto& kind = of_kind_[kind_of(vehicle)];
      kind.insert(std::lower_bound(kind.begin(), kind.end(), vehicle, std::greater<>()), vehicle);
    }
  }

  const Instance* instance_;
  std::vector<std::vector<Index>> excluded_by_;  // by vehicle; empty where nobody excludes anybody
  std::vector<Index> under_way_;  // by vehicle: itself and those that exclude it
  std::vector<Index> first_of_kind_;
  std::vector<std::vector<Index>> of_kind_;
};

}  // namespace colivraison::routing
