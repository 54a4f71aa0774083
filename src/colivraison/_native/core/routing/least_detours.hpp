// What a way over a place costs more, at the very least, in a route: asked for by all who share the
// place, found out once per version of the route.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/routing/instance.hpp"
#include "core/routing/way_money.hpp"

namespace colivraison::routing {

// Ways to the place and from it are the cheapest there are, over other places where that is cheaper
// than straight on.  So a detour over another place on top of this one costs no less.
class LeastDetours {
 public:
  // Nothing is known with so many places or vehicles that finding out would take longer than it saves.
  LeastDetours(const Instance& instance, const WayMoney& money)
      : instance_(&instance),
        money_(&money),
        places_(static_cast<std::size_t>(instance.locations)) {
    const std::size_t tariffs = money.tariffs().size();
    if (places_ * places_ * places_ * tariffs > kMostTriples ||
        instance.vehicles.size() * places_ > kMostKept) {
      return;
    }
    kept_.resize(instance.vehicles.size() * places_);
    for (const Vehicle* vehicle : money.tariffs()) {
      add_cheapest_ways(*vehicle);
    }
  }

  bool known() const { return !kept_.empty(); }

  template <typename Route>
  Cost operator()(const Vehicle& vehicle, const Route& route, Index place) {
    Kept& kept =
        kept_[static_cast<std::size_t>(route.vehicle) * places_ + static_cast<std::size_t>(place)];
    if (kept.version != route.version) {
      kept = {route.version, found(vehicle, route, place)};
    }
    return kept.least;
  }

 private:
  struct Kept {
    std::uint64_t version = 0;
    Cost least = 0;
  };
  static constexpr std::size_t kMostTriples = 20'000'000;
  static constexpr std::size_t kMostKept = 1'000'000;

  // Over every place in turn (Floyd 1962, DOI 10.1145/367766.368168).
  void add_cheapest_ways(const Vehicle& vehicle) {
    std::vector<Cost> ways;
    for (Index from = 0; from < instance_->locations; ++from) {
      for (Index to = 0; to < instance_->locations; ++to) {
        ways.push_back(money_->home(vehicle, from, to));
      }
    }
    for (std::size_t over = 0; over < places_; ++over) {
      for (std::size_t from = 0; from < places_; ++from) {
        for (std::size_t to = 0; to < places_; ++to) {
          Cost& way = ways[from * places_ + to];
          way = std::min(way, ways[from * places_ + over] + ways[over * places_ + to]);
        }
      }
    }
    for (std::size_t place = 0; place < places_; ++place) {
      for (std::size_t other = 0; other < places_; ++other) {
        arriving_.push_back(ways[other * places_ + place]);
      }
    }
    leaving_.insert(leaving_.end(), ways.begin(), ways.end());
  }

  // About kInfinite where no way leads over the place, and never more.
  template <typename Route>
  Cost found(const Vehicle& vehicle, const Route& route, Index place) const {
    const std::size_t row = (money_->tariff(vehicle) * places_ + static_cast<std::size_t>(place)) *
                            places_;
    const Cost setup = money_->setup(vehicle, place);
    const auto to = [&](Index here) {
      return here == place ? 0 : arriving_[row + static_cast<std::size_t>(here)] + setup;
    };
    const auto from = [&](Index next, bool set_up_there) {
      return next == place ? 0
                           : leaving_[row + static_cast<std::size_t>(next)] +
                                 (set_up_there ? money_->setup(vehicle, next) : 0);
    };
    const auto& last = route.slots.back();
    Cost least = to(last.here) - last.way_money + (vehicle.end == kNone ? 0 : from(vehicle.end, false));
    for (std::size_t k = 0; k + 1 < route.slots.size(); ++k) {
      const auto& slot = route.slots[k];
      if (!slot.shut) {
        least = std::min(least, to(slot.here) + from(slot.next, true) - slot.way_money);
      }
    }
    return std::min(least, kInfinite);
  }

  const Instance* instance_;
  const WayMoney* money_;
  std::size_t places_;
  // The cheapest ways, without setups, by tariff, place and other place.
  std::vector<Cost> arriving_;
  std::vector<Cost> leaving_;
  std::vector<Kept> kept_;  // by vehicle and place
};

}  // namespace colivraison::routing
