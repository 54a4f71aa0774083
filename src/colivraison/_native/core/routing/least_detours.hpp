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

class LeastDetours {
 public:
  // Nothing is known with so many places or vehicles that finding out would take longer than it
  // saves.
  explicit LeastDetours(const Instance& instance, const WayMoney& money)
      : money_(&money), places_(static_cast<std::size_t>(instance.locations)) {
    const std::size_t tariffs = money.tariffs().size();
    if (places_ * places_ * places_ * tariffs > kMostTriples ||
        instance.vehicles.size() * places_ > kMostKept) {
      return;
    }
    kept_.resize(instance.vehicles.size() * places_);
    anywhere_.assign(tariffs * places_, 0);
    for (std::size_t tariff = 0; tariff < tariffs; ++tariff) {
      const Vehicle& vehicle = *money.tariffs()[tariff];
      for (Index place = 0; place < instance.locations; ++place) {
        Cost& least = anywhere_[tariff * places_ + static_cast<std::size_t>(place)];
        for (Index from = 0; from < instance.locations; ++from) {
          const Cost there = money.home(vehicle, from, place);
          for (Index to = 0; to < instance.locations; ++to) {
            least = std::min(
                least, there + money.home(vehicle, place, to) - money.home(vehicle, from, to));
          }
        }
      }
    }
  }

  bool known() const { return !kept_.empty(); }

  // In whatever route: 0, or less where the shorter way takes more money.  Setups only add to it.
  Cost anywhere(const Vehicle& vehicle, Index place) const {
    return anywhere_[money_->tariff(vehicle) * places_ + static_cast<std::size_t>(place)];
  }

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
  static constexpr std::size_t kMostTriples = 50'000'000;
  static constexpr std::size_t kMostKept = 1'000'000;

  template <typename Route>
  Cost found(const Vehicle& vehicle, const Route& route, Index place) const {
    const WayMoney::Row to = money_->arriving(vehicle, place);
    const WayMoney::Row from = money_->leaving(vehicle, place);
    const auto& last = route.slots.back();
    Cost least = std::min(
        kInfinite,
        to(last.here) - last.way_money +
            (vehicle.end == kNone ? Cost{0} : money_->home(vehicle, place, vehicle.end)));
    for (std::size_t k = 0; k + 1 < route.slots.size(); ++k) {
      const auto& slot = route.slots[k];
      if (!slot.shut) {
        least = std::min(least, to(slot.here) + from(slot.next) - slot.way_money);
      }
    }
    return least;
  }

  const WayMoney* money_;
  std::size_t places_;
  std::vector<Cost> anywhere_;  // by tariff and place
  std::vector<Kept> kept_;      // by vehicle and place
};

}  // namespace colivraison::routing
