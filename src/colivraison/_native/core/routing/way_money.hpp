// What ways cost in money, looked up: a search asks for few places very often.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/routing/instance.hpp"

namespace colivraison::routing {

// Money of driving from a place to another one and of getting set up there, by vehicle; kInfinite
// where there is no way, nothing where both are one place.
class WayMoney {
 public:
  // Ways to (or from) one place; kept close together, as an insertion looks at many of them.
  class Row {
   public:
    Cost operator()(Index other) const {
      return known_ != nullptr ? known_[static_cast<std::size_t>(other)]
             : arriving_       ? money_->calculated(*vehicle_, other, place_)
                               : money_->calculated(*vehicle_, place_, other);
    }

   private:
    friend class WayMoney;
    Row(const WayMoney& money, const Vehicle& vehicle, Index place, bool arriving,
        const Cost* known)
        : money_(&money), vehicle_(&vehicle), place_(place), arriving_(arriving), known_(known) {}

    const WayMoney* money_;
    const Vehicle* vehicle_;
    Index place_;
    bool arriving_;
    const Cost* known_;  // nullptr: too many places to keep them
  };

  // At most so many ways are kept; with more of them each is worked out when it is asked for.
  explicit WayMoney(const Instance& instance, std::size_t most_kept = 2'000'000);

  Cost operator()(const Vehicle& vehicle, Index from, Index to) const {
    return leaving(vehicle, from)(to);
  }
  Row leaving(const Vehicle& vehicle, Index place) const {
    return {*this, vehicle, place, false, row(vehicle, place, 0)};
  }
  Row arriving(const Vehicle& vehicle, Index place) const {
    return {*this, vehicle, place, true, row(vehicle, place, 1)};
  }
  // The same without the setup: the end of a route needs none.
  Cost home(const Vehicle& vehicle, Index from, Index to) const;
  Cost setup(const Vehicle& vehicle, Index place) const {
    return vehicle.per_second * instance_->setup[static_cast<std::size_t>(place)];
  }

  // Vehicles with one speed and the same prices share a tariff: one of them for each.
  const std::vector<const Vehicle*>& tariffs() const { return tariffs_; }
  std::size_t tariff(const Vehicle& vehicle) const {
    return tariff_of_[static_cast<std::size_t>(&vehicle - instance_->vehicles.data())];
  }

 private:
  const Cost* row(const Vehicle& vehicle, Index place, std::size_t side) const {
    if (kept_.empty()) {
      return nullptr;
    }
    const auto places = static_cast<std::size_t>(instance_->locations);
    return kept_.data() + ((tariff(vehicle) * 2 + side) * places + static_cast<std::size_t>(place)) * places;
  }
  Cost calculated(const Vehicle& vehicle, Index from, Index to) const;

  const Instance* instance_;
  std::vector<std::size_t> tariff_of_;  // by vehicle
  std::vector<const Vehicle*> tariffs_;
  std::vector<Cost> kept_;  // by tariff, side (leaving, arriving), place and other place
};

}  // namespace colivraison::routing
