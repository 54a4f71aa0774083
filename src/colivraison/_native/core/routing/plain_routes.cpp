#include "core/routing/plain_routes.hpp"

#include <algorithm>
#include <limits>

namespace colivraison::routing {

namespace {

constexpr Index kDepot = -1;
// An impossible delivery stays impossible beside any pickup, also one that shortens the way (rounded
// legs may): kNever less a leg is still more than kTooDear, and sums stay inside 32 bits.
constexpr std::int32_t kNever = 1 << 30;
constexpr std::int32_t kTooDear = 1 << 29;
constexpr std::int32_t kLongest = 1 << 27;
// Beyond so many nodes the ways over every pickup are not compared: it would take seconds.
constexpr std::size_t kMostCompared = 1500;

}  // namespace

bool PlainRoutes::suits(const Instance& instance) {
  if (instance.vehicles.empty() || instance.dimensions != 1 || !instance.locks.empty() ||
      !instance.rests.empty() || instance.other_vehicle != 0 || instance.broken_succession != 0 ||
      instance.nodes.size() > 3000) {
    return false;
  }
  const Vehicle& first = instance.vehicles.front();
  std::int64_t total = 0;
  for (const auto& vehicle : instance.vehicles) {
    // The last moments of the horizon mean "never" and "no way" to the arrays below.
    if (vehicle.shift.last >= kHorizon - 2 || vehicle.kind != first.kind || vehicle.end != vehicle.start || vehicle.lifo ||
        vehicle.leaves_at_once || vehicle.per_use != 0 || vehicle.per_second != 0 ||
        vehicle.per_overtime_second != 0 || vehicle.per_metre != 1 ||
        vehicle.max_duration != kUnlimited ||
        vehicle.max_distance != std::numeric_limits<std::int64_t>::max()) {
      return false;
    }
  }
  for (std::size_t number = 0; number < instance.jobs.size(); ++number) {
    const Job& job = instance.jobs[number];
    total += instance.demand[number];
    if (job.pickup == kNone || job.delivery == kNone || job.price != kInfinite ||
        job.max_on_board != kUnlimited || total > std::numeric_limits<std::int32_t>::max()) {
      return false;
    }
    for (Index vehicle = 0; vehicle < static_cast<Index>(instance.vehicles.size()); ++vehicle) {
      if (!instance.may_carry(static_cast<Index>(number), vehicle)) {
        return false;
      }
    }
  }
  for (const auto bits : instance.route_conflicts) {
    if (bits != 0) {
      return false;
    }
  }
  for (const auto bits : instance.board_conflicts) {
    if (bits != 0) {
      return false;
    }
  }
  if (std::any_of(instance.setup.begin(), instance.setup.end(), [](Time s) { return s != 0; })) {
    return false;
  }
  for (const auto& node : instance.nodes) {
    if (node.location < 0 || node.windows_end - node.windows_begin != 1) {
      return false;
    }
  }
  for (const auto& leg : instance.legs[static_cast<std::size_t>(first.profile)]) {
    if (leg.distance > kLongest) {
      return false;
    }
  }
  return instance.capacity[0] <= std::numeric_limits<std::int32_t>::max() / 2;
}

PlainRoutes::PlainRoutes(const Instance& instance)
    : instance_(&instance),
      count_(static_cast<Index>(instance.nodes.size()) + 1),
      capacity_(static_cast<std::int32_t>(instance.capacity[0])) {
  const Vehicle& vehicle = instance.vehicles.front();
  const auto& legs = instance.legs[static_cast<std::size_t>(vehicle.profile)];
  const auto count = static_cast<std::size_t>(count_);
  out_.resize(count * count);
  into_.resize(count * count);
  window_.resize(count);
  load_change_.resize(count);
  std::vector<Index> location(count, vehicle.start);
  std::vector<Time> service(count, 0);
  window_[0] = vehicle.shift;
  for (std::size_t k = 0; k + 1 < count; ++k) {
    const Node& node = instance.nodes[k];
    location[k + 1] = node.location;
    service[k + 1] = node.service;
    window_[k + 1] = instance.windows[static_cast<std::size_t>(node.windows_begin)];
    const auto amount =
        static_cast<std::int32_t>(instance.demand[static_cast<std::size_t>(node.job)]);
    load_change_[k + 1] = node.is_pickup ? amount : -amount;
  }
  for (std::size_t from = 0; from < count; ++from) {
    for (std::size_t to = 0; to < count; ++to) {
      const Leg& leg = legs[static_cast<std::size_t>(location[from]) *
                                static_cast<std::size_t>(instance.locations) +
                            static_cast<std::size_t>(location[to])];
      // Whatever is longer than the horizon is late in any case.
      const Time work = std::min(service[from], kHorizon - 1 - std::min(leg.duration, kHorizon - 1)) +
                        std::min(leg.duration, kHorizon - 1);
      const Arc arc{leg.duration == kNoWay ? kHorizon - 1 : work, leg.distance};
      out_[from * count + to] = arc;
      into_[to * count + from] = arc;
    }
  }
  pickups_cost_ = count <= kMostCompared && no_pickup_shortens();
  delivery_cost_.resize(count + 2);
  least_later_.resize(count + 2);
}

bool PlainRoutes::no_pickup_shortens() const {
  const auto count = static_cast<std::size_t>(count_);
  std::vector<std::int32_t> direct(count * count);
  for (std::size_t k = 0; k < direct.size(); ++k) {
    direct[k] = out_[k].distance;
  }
  std::vector<std::int32_t> onward(count);
  for (const Job& job : instance_->jobs) {
    const Arc* const into = &into_[row(job.pickup)];
    const Arc* const out = &out_[row(job.pickup)];
    for (std::size_t to = 0; to < count; ++to) {
      onward[to] = out[to].distance;
    }
    for (std::size_t from = 0; from < count; ++from) {
      const std::int32_t* const ways = &direct[from * count];
      const std::int32_t in = into[from].distance;
      std::int32_t signs = 0;  // of all differences at once; a branch would be slow
      for (std::size_t to = 0; to < count; ++to) {
        signs |= in + onward[to] - ways[to];
      }
      if (signs < 0) {
        return false;
      }
    }
  }
  return true;
}

void PlainRoutes::empty(Route& route) const {
  const Position end{kDepot, window_[0].first, window_[0].last, 0, 0, 0};
  route.positions.assign(2, end);
  route.cost = 0;
}

bool PlainRoutes::renew(Route& route) const {
  auto& list = route.positions;
  const std::size_t last = list.size() - 1;
  list[0].begin = window_[0].first;
  list[0].load = 0;
  if (last == 1) {
    list[0].distance = 0;
    list[0].work = 0;
    list[1].begin = window_[0].first;
    list[0].latest = list[1].latest = window_[0].last;
    list[1].load = 0;
    route.cost = 0;
    return true;
  }
  Cost cost = 0;
  bool fits = true;
  for (std::size_t k = 0; k < last; ++k) {
    Position& here = list[k];
    Position& next = list[k + 1];
    const Arc& arc = out_[row(here.node) + static_cast<std::size_t>(next.node + 1)];
    here.distance = arc.distance;
    here.work = arc.work;
    cost += arc.distance;
    const TimeSpan& window = window_[static_cast<std::size_t>(next.node + 1)];
    const Time arrival = here.begin + arc.work;
    next.begin = std::max(arrival, window.first);
    next.load = here.load + load_change_[static_cast<std::size_t>(next.node + 1)];
    if (arrival > window.last || next.load > capacity_) {
      fits = false;
      next.begin = std::min(next.begin, window.last);  // no overflow further on
    }
  }
  list[last].latest = window_[0].last;
  for (std::size_t k = last; k-- > 0;) {
    const TimeSpan& window = window_[static_cast<std::size_t>(list[k].node + 1)];
    list[k].latest = std::min(window.last, list[k + 1].latest - list[k].work);
  }
  route.cost = cost;
  return fits;
}

Insertion PlainRoutes::best_insertion(Index job, const Route& route, const Insertion& excluded,
                                      Cost limit) {
  const Job& ends = instance_->jobs[static_cast<std::size_t>(job)];
  const Index pickup = ends.pickup;
  const Index delivery = ends.delivery;
  const Position* const list = route.positions.data();
  const auto last = static_cast<Index>(route.positions.size()) - 1;
  const std::int32_t load = load_change_[static_cast<std::size_t>(pickup + 1)];
  const std::int32_t room = capacity_ - load;
  const Arc* const into_p = &into_[row(pickup)] + 1;
  const Arc* const out_p = &out_[row(pickup)] + 1;
  const Arc* const into_d = &into_[row(delivery)] + 1;
  const Arc* const out_d = &out_[row(delivery)] + 1;
  const TimeSpan window_p = window_[static_cast<std::size_t>(pickup + 1)];
  const TimeSpan window_d = window_[static_cast<std::size_t>(delivery + 1)];
  const Arc direct = out_p[delivery];

  // The delivery by itself, as if the pickup took no time: necessary, and exact once a wait has
  // absorbed the pickup.  least_later_[j] is the least of delivery_cost_ from j on.
  std::int32_t* const delivery_cost = delivery_cost_.data();
  std::int32_t* const least_later = least_later_.data();
  least_later[last] = kNever;
  for (Index j = last; j-- > 0;) {
    const Position& here = list[j];
    std::int32_t cost = kNever;
    if (here.begin <= window_d.last) {
      const Arc in = into_d[here.node];
      Time begin = here.begin + in.work;
      if (begin <= window_d.last) {
        begin = std::max(begin, window_d.first);
        const Arc out = out_d[list[j + 1].node];
        if (begin + out.work <= list[j + 1].latest) {
          cost = in.distance + out.distance - here.distance;
        }
      }
    }
    delivery_cost[j] = cost;
    least_later[j] = std::min(cost, least_later[j + 1]);
  }

  auto least = static_cast<std::int32_t>(std::min<Cost>(kTooDear, limit));
  // A pickup on the way costs nothing at best: mostly the delivery alone is too dear already.
  if (pickups_cost_ && least_later[0] >= least) {
    return {};
  }
  Insertion found;
  const auto take = [&](std::int32_t cost, Index i, Index j) {
    if (cost < least && !(i == excluded.pickup_after && j == excluded.delivery_after)) {
      least = cost;
      found.pickup_after = i;
      found.delivery_after = j;
    }
  };
  for (Index i = 0; i < last; ++i) {
    const Position& here = list[i];
    if (here.begin > window_p.last) {
      break;
    }
    if (here.load > room) {
      continue;
    }
    const Arc in = into_p[here.node];
    Time begin = here.begin + in.work;
    if (begin > window_p.last) {
      continue;
    }
    begin = std::max(begin, window_p.first);
    const Position& next = list[i + 1];
    const std::int32_t detour = in.distance - here.distance;
    Time begin_d = begin + direct.work;
    if (begin_d <= window_d.last) {
      begin_d = std::max(begin_d, window_d.first);
      const Arc out = out_d[next.node];
      if (begin_d + out.work <= next.latest) {
        take(detour + direct.distance + out.distance, i, i);
      }
    }
    const Arc out = out_p[next.node];
    Time arrival = begin + out.work;
    if (arrival > next.latest) {
      continue;
    }
    const std::int32_t pickup_cost = detour + out.distance;
    if (pickup_cost + least_later[i + 1] >= least) {
      continue;
    }
    // The pickup alone leaves the rest drivable, so only load and the delivery end the walk.
    for (Index j = i + 1; j < last; ++j) {
      const Position& stop = list[j];
      if (stop.load > room || pickup_cost + least_later[j] >= least) {
        break;
      }
      const Time pushed = std::max(arrival, stop.begin);
      if (pushed > window_d.last) {
        break;
      }
      if (pushed == stop.begin) {
        for (Index k = j; k < last && list[k].load <= room; ++k) {
          if (pickup_cost + least_later[k] >= least) {
            break;
          }
          take(pickup_cost + delivery_cost[k], i, k);
        }
        break;
      }
      if (pickup_cost + delivery_cost[j] < least) {
        Time late = pushed + into_d[stop.node].work;
        if (late <= window_d.last) {
          late = std::max(late, window_d.first);
          if (late + out_d[list[j + 1].node].work <= list[j + 1].latest) {
            take(pickup_cost + delivery_cost[j], i, j);
          }
        }
      }
      arrival = pushed + stop.work;
    }
  }
  if (found.pickup_after != kNone) {
    found.delta = least;
  }
  return found;
}

bool PlainRoutes::insert(Route& route, Index job, const Insertion& place) const {
  const Job& ends = instance_->jobs[static_cast<std::size_t>(job)];
  auto& list = route.positions;
  list.insert(list.begin() + place.pickup_after + 1, Position{ends.pickup, 0, 0, 0, 0, 0});
  list.insert(list.begin() + place.delivery_after + 2, Position{ends.delivery, 0, 0, 0, 0, 0});
  return renew(route);
}

bool PlainRoutes::assign(Route& route, const std::vector<Index>& nodes) const {
  empty(route);
  route.positions.insert(route.positions.begin() + 1, nodes.size(), Position{});
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    route.positions[k + 1].node = nodes[k];
  }
  return renew(route);
}

std::int64_t PlainRoutes::proximity(Index from, Index to) const {
  return static_cast<std::int64_t>(out_[row(from) + static_cast<std::size_t>(to + 1)].distance) +
         into_[row(from) + static_cast<std::size_t>(to + 1)].distance;
}

}  // namespace colivraison::routing
