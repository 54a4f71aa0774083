// Where a job may enter a route, filtered by bounds, priced exactly.
#include <algorithm>

#include "core/routing/rich_routes.hpp"

namespace colivraison::routing {

namespace {

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

// From this length on, slots that would tear a stop apart for no reason are left out.
constexpr Index kLongRoute = 24;
// So many successions of the reference plan an insertion may bring back.
constexpr Cost kKeptTogether = 3;  // the delivery right behind the pickup
constexpr Cost kKeptApart = 4;

}  // namespace

bool RichRoutes::slot_open(const Route& route, Index after) const {
  const auto& list = route.positions;
  const Index node = list[at(after)].node;
  if (node == kNone) {
    return route.size() == 0 || !glued_start_[at(route.vehicle)];
  }
  const Index next = list[at(after) + 1].node;
  return next == kNone || glued_after_[at(node)] != next;
}

bool RichRoutes::fits(const Route& route, Index job, Index from, Index to) const {
  const auto dimensions = at(instance_->dimensions);
  const Load* const amount = instance_->demand.data() + at(job) * dimensions;
  const Load* const most = instance_->capacity.data() + at(route.vehicle) * dimensions;
  for (Index k = from; k <= to; ++k) {
    for (std::size_t d = 0; d < dimensions; ++d) {
      if (route.loads[at(k) * dimensions + d] + amount[d] > most[d]) {
        return false;
      }
    }
  }
  const Index load_class = instance_->jobs[at(job)].load_class;
  if (load_class != kNone) {
    const std::uint64_t enemies = instance_->board_conflicts[at(load_class)];
    for (Index k = from; k <= to; ++k) {
      if ((route.positions[at(k)].classes & enemies) != 0) {
        return false;
      }
    }
  }
  return true;
}

Cost RichRoutes::lower_bound(Index job, const Route& route) {
  const Job& ends = instance_->jobs[at(job)];
  const auto free = [&](Index end) { return end != kNone && !fixed_[at(end)]; };
  if (!least_detours_.known() || !free(ends.pickup) || !free(ends.delivery)) {
    return -kInfinite;
  }
  const Vehicle& vehicle = vehicle_of(route);
  const Index place_p = location_of(vehicle, ends.pickup);
  const Index place_d = location_of(vehicle, ends.delivery);
  const Cost over_p = least_detours_(vehicle, route, place_p);
  const Cost over_d = least_detours_(vehicle, route, place_d);
  // Apart, both are detours of the route; one behind the other, each is one on top of the other.
  const Cost apart = over_p + over_d - kKeptApart * instance_->broken_succession;
  const Cost together = std::max(over_p, over_d) - kKeptTogether * instance_->broken_succession;
  const Time service =
      instance_->nodes[at(ends.pickup)].service + instance_->nodes[at(ends.delivery)].service;
  return besides(ends, route) + vehicle.per_second * service + std::min(apart, together);
}

Insertion RichRoutes::best_insertion(Index job, const Route& route, const Insertion& excluded,
                                     Cost limit) {
  const Job& ends = instance_->jobs[at(job)];
  if (!able(job, route.vehicle) ||
      (ends.load_class != kNone &&
       (instance_->route_conflicts[at(ends.load_class)] & route.classes) != 0)) {
    return {};
  }
  if (ends.pickup == kNone || ends.delivery == kNone || fixed_[at(ends.pickup)] ||
      fixed_[at(ends.delivery)]) {
    return best_single(job, route, excluded, limit);
  }
  return best_pair(job, route, excluded, limit);
}

Cost RichRoutes::exact_cost(const Route& route, Index job, const Insertion& place) {
  trial_.vehicle = route.vehicle;
  trial_.positions = route.positions;
  return insert(trial_, job, place) ? trial_.cost : kInfinite;
}

Insertion RichRoutes::best_single(Index job, const Route& route, const Insertion& excluded,
                                  Cost limit) {
  const Job& ends = instance_->jobs[at(job)];
  Index from = 0;
  Index to = route.size();
  bool loads = true;  // the free end is the pickup
  if (ends.pickup == kNone || (ends.delivery != kNone && fixed_[at(ends.pickup)])) {
    loads = false;
  }
  if (ends.pickup != kNone && ends.delivery != kNone) {
    const Index other = loads ? ends.delivery : ends.pickup;
    Index found = kNone;
    for (Index k = 1; k <= route.size(); ++k) {
      if (node_at(route, k) == other) {
        found = k;
      }
    }
    if (found == kNone) {
      return {};
    }
    (loads ? to : from) = loads ? found - 1 : found;
  }
  const Vehicle& vehicle = vehicle_of(route);
  const Index node = loads ? ends.pickup : ends.delivery;
  Insertion best;
  best.delta = limit;
  for (Index k = from; k <= to; ++k) {
    if (!slot_open(route, k)) {
      continue;
    }
    const Position& here = route.positions[at(k)];
    State state{here.location, here.front};
    if (!drive(vehicle, state, node)) {
      continue;
    }
    Insertion place;
    (loads ? place.pickup_after : place.delivery_after) = k;
    if (place.same_place(excluded)) {
      continue;
    }
    const Cost cost = exact_cost(route, job, place);
    if (cost < kInfinite && cost - route.cost < best.delta) {
      best = place;
      best.delta = cost - route.cost;
    }
  }
  return best.pickup_after == kNone && best.delivery_after == kNone ? Insertion{} : best;
}

Insertion RichRoutes::best_pair(Index job, const Route& route, const Insertion& excluded,
                                Cost limit) {
  const Job& ends = instance_->jobs[at(job)];
  const Vehicle& vehicle = vehicle_of(route);
  const auto& list = route.positions;
  const auto& slot = route.slots;  // slot k is right after position k
  const Index slots = route.size() + 1;
  const Index place_p = location_of(vehicle, ends.pickup);
  const Index place_d = location_of(vehicle, ends.delivery);
  const Node& node_p = instance_->nodes[at(ends.pickup)];
  const Node& node_d = instance_->nodes[at(ends.delivery)];
  const bool long_route = slots > kLongRoute;
  const bool whole =
      route.limited || vehicle.rests_begin != vehicle.rests_end || ends.max_on_board != kUnlimited;
  const Cost changed = other_vehicle(ends, route.vehicle);
  const Cost least_besides = besides(ends, route);
  const Cost service_p = vehicle.per_second * node_p.service;
  const Cost service_d = vehicle.per_second * node_d.service;
  const WayMoney::Row to_p = money_.arriving(vehicle, place_p);
  const WayMoney::Row from_p = money_.leaving(vehicle, place_p);
  const WayMoney::Row to_d = money_.arriving(vehicle, place_d);
  const WayMoney::Row from_d = money_.leaving(vehicle, place_d);
  // Money of the way on from an end put into slot k.
  const auto way_on = [&](const WayMoney::Row& from, Index place, Index k) {
    return k + 1 < slots          ? from(slot[at(k)].next)
           : vehicle.end == kNone ? Cost{0}
                                  : money_.home(vehicle, place, vehicle.end);
  };
  // Money of a way from k over a node to k + 1 instead of straight on; kInfinite: there is none.
  const auto detour = [&](Index k, Index node, const WayMoney::Row& to, const WayMoney::Row& from,
                          Index place, Cost service) {
    const Cost ways = to(slot[at(k)].here) + way_on(from, place, k);
    if (ways >= kInfinite) {
      return kInfinite;
    }
    Cost bound = ways + service - slot[at(k)].way_money;
    if (instance_->broken_succession != 0) {
      const Index before = list[at(k)].node;
      const Index next = list[at(k) + 1].node;
      bound += succession(before, node) + succession(node, next) - succession(before, next);
    }
    return bound;
  };
  // On long routes a stop is not torn apart, unless the vehicle waits in it.
  const auto pointless = [&](Index k, Index place, bool at_end) {
    const Slot& one = slot[at(k)];
    // A pickup joins a stop at its end.
    return long_route && one.stop && (one.here == place ? at_end : !one.waits);
  };

  if (delivery_bound_.size() < at(slots) + 1) {
    delivery_bound_.resize(2 * at(slots) + 1);
    least_later_.resize(2 * at(slots) + 1);
  }
  const auto windows_p = windows_met_(vehicle, ends.pickup);
  const auto windows_d = windows_met_(vehicle, ends.delivery);
  if (windows_p.empty() || windows_d.empty()) {
    return {};
  }
  least_later_[at(slots)] = kInfinite;
  for (Index k = slots; k-- > 0;) {
    Cost bound = kInfinite;
    // Too late for its last window, or too early for its first one to wait for.
    const Slot& one = slot[at(k)];
    const bool in_time =
        one.depart <= windows_d.back().last && one.latest >= windows_d.front().first;
    if (in_time && !one.shut && !pointless(k, place_d, false)) {
      bound = detour(k, ends.delivery, to_d, from_d, place_d, service_d);
      if (bound < kInfinite) {
        bound += vehicle.per_second * one.idle_back;
      }
    }
    delivery_bound_[at(k)] = bound;
    least_later_[at(k)] = std::min(bound, least_later_[at(k) + 1]);
  }

  Insertion best;
  best.delta = limit;
  const auto settle = [&](State state, Index i, Index j) {
    Insertion place;
    place.pickup_after = i;
    place.delivery_after = j;
    if (place.same_place(excluded)) {
      return;
    }
    // `state` has served the pickup and everything up to j.
    const Index from = state.location;
    if (!drive(vehicle, state, ends.delivery)) {
      return;
    }
    const Position& next = list[at(j) + 1];
    const bool open_end = vehicle.end == kNone && j + 1 == slots;
    const Index behind = open_end ? place_d : next.location;
    const Leg out = behind == place_d ? Leg{0, 0} : leg(vehicle, place_d, behind);
    const Time duration = join(vehicle, state, out.duration, next.back(place_d));
    if (duration == kUnlimited) {
      return;
    }
    Cost cost;
    if (whole || state.pieces.cut || next.back(place_d).cut) {
      cost = exact_cost(route, job, place);
    } else {
      std::int64_t distance = route.distance;
      Cost extra = changed;
      const auto way = [&](Index a, Index b) {
        return a == b ? std::int64_t{0} : std::int64_t{leg(vehicle, a, b).distance};
      };
      const Position& before = list[at(i)];
      if (i == j) {
        distance += way(before.location, place_p) + way(place_p, place_d) + out.distance -
                    before.distance;
        if (instance_->broken_succession != 0) {
          extra += succession(before.node, ends.pickup) + succession(ends.pickup, ends.delivery) +
                   succession(ends.delivery, next.node) - succession(before.node, next.node);
        }
      } else {
        distance += way(before.location, place_p) + way(place_p, list[at(i) + 1].location) -
                    before.distance + way(from, place_d) + out.distance - list[at(j)].distance;
        if (instance_->broken_succession != 0) {
          extra += succession(before.node, ends.pickup) +
                   succession(ends.pickup, list[at(i) + 1].node) -
                   succession(before.node, list[at(i) + 1].node) +
                   succession(list[at(j)].node, ends.delivery) +
                   succession(ends.delivery, next.node) -
                   succession(list[at(j)].node, next.node);
        }
      }
      if (duration > vehicle.max_duration || distance > vehicle.max_distance) {
        return;
      }
      // What the route costs besides its distance and duration stays.
      const Cost before_cost = route.size() == 0
                                   ? 0
                                   : price(vehicle, route.distance, route.duration);
      cost = route.cost + price(vehicle, distance, duration) - before_cost + extra;
    }
    if (cost < kInfinite && cost - route.cost < best.delta) {
      place.delta = cost - route.cost;
      best = place;
    }
  };

  const Cost direct_money = to_d(place_p);
  const Cost kept = kKeptTogether * instance_->broken_succession;
  for (Index i = 0; i < slots; ++i) {
    const Slot& one = slot[at(i)];
    if (one.depart > windows_p.back().last) {
      break;  // later slots are reached later still
    }
    if (one.latest < windows_p.front().first || one.shut || pointless(i, place_p, true)) {
      continue;
    }
    // Bounds before anything is timed.  The delivery right behind: both ends share the way on.
    const Cost waiting = least_besides + vehicle.per_second * one.idle_front;
    const Cost straight = to_p(one.here) + direct_money + way_on(from_d, place_d, i);
    const bool adjacent = straight < kInfinite && !pointless(i, place_d, false) &&
                          straight + service_p + service_d - one.way_money - kept + waiting +
                                  vehicle.per_second * one.idle_back <
                              best.delta;
    const Cost to_pickup = detour(i, ends.pickup, to_p, from_p, place_p, service_p);
    const Cost pickup_bound = to_pickup >= kInfinite ? kInfinite : to_pickup + waiting;
    const bool apart = pickup_bound < kInfinite &&
                       pickup_bound + least_later_[at(i) + 1] < best.delta;
    if ((!adjacent && !apart) || !fits(route, job, i, i)) {
      continue;
    }
    State state{one.here, list[at(i)].front};
    if (!drive(vehicle, state, ends.pickup)) {
      continue;
    }
    if (adjacent) {
      settle(state, i, i);
    }
    if (!apart) {
      continue;
    }
    Index depth = 0;
    for (Index j = i + 1; j < slots; ++j) {
      if (pickup_bound + least_later_[at(j)] >= best.delta) {
        break;
      }
      const Position& stop = list[at(j)];
      const Time way = state.location == stop.location
                           ? 0
                           : leg(vehicle, state.location, stop.location).duration;
      const Index from = state.location;
      if (way >= kNoWay || state.depart() + way > stop.back(from).latest() ||
          !fits(route, job, j, j) || !drive(vehicle, state, stop.node)) {
        break;
      }
      if (vehicle.lifo) {
        const Job& its = instance_->jobs[at(instance_->nodes[at(stop.node)].job)];
        if (its.pickup == kNone || its.delivery == kNone) {
          break;
        }
        depth += stop.node == its.pickup ? 1 : -1;
        if (depth < 0) {
          break;
        }
        if (depth > 0) {
          continue;
        }
      }
      if (pickup_bound + delivery_bound_[at(j)] < best.delta) {
        settle(state, i, j);
      }
    }
  }
  return best.pickup_after == kNone ? Insertion{} : best;
}

}  // namespace colivraison::routing
