#include "core/routing/way_money.hpp"

#include <map>
#include <tuple>

namespace colivraison::routing {

WayMoney::WayMoney(const Instance& instance, std::size_t most_kept)
    : instance_(&instance), tariff_of_(instance.vehicles.size()) {
  std::map<std::tuple<Index, Cost, Cost>, std::size_t> tariffs;
  for (std::size_t number = 0; number < instance.vehicles.size(); ++number) {
    const Vehicle& vehicle = instance.vehicles[number];
    const auto [place, fresh] = tariffs.try_emplace(
        {vehicle.profile, vehicle.per_metre, vehicle.per_second}, tariffs.size());
    tariff_of_[number] = place->second;
    if (fresh) {
      tariffs_.push_back(&vehicle);
    }
  }
  const auto places = static_cast<std::size_t>(instance.locations);
  if (places * places * 2 * tariffs_.size() > most_kept) {
    return;
  }
  kept_.reserve(places * places * 2 * tariffs_.size());
  for (const Vehicle* vehicle : tariffs_) {
    for (const bool arriving : {false, true}) {
      for (Index place = 0; place < instance.locations; ++place) {
        for (Index other = 0; other < instance.locations; ++other) {
          kept_.push_back(arriving ? calculated(*vehicle, other, place)
                                   : calculated(*vehicle, place, other));
        }
      }
    }
  }
}

Cost WayMoney::home(const Vehicle& vehicle, Index from, Index to) const {
  if (from == to) {
    return 0;
  }
  const Leg& leg = instance_->legs[static_cast<std::size_t>(vehicle.profile)]
                                  [static_cast<std::size_t>(from) *
                                       static_cast<std::size_t>(instance_->locations) +
                                   static_cast<std::size_t>(to)];
  return leg.duration >= kNoWay
             ? kInfinite
             : vehicle.per_metre * leg.distance + vehicle.per_second * leg.duration;
}

Cost WayMoney::calculated(const Vehicle& vehicle, Index from, Index to) const {
  const Cost home_money = home(vehicle, from, to);
  return from == to || home_money >= kInfinite
             ? home_money
             : home_money + setup(vehicle, to);
}

}  // namespace colivraison::routing
