#include "core/routing/rich_routes.hpp"

#include <algorithm>
#include <stdexcept>

namespace colivraison::routing {

namespace {

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

// Entries of the table of who may ever carry what.
constexpr std::size_t kMostAble = 100'000'000;

}  // namespace

RichRoutes::RichRoutes(const Instance& instance)
    : instance_(&instance),
      money_(instance),
      least_detours_(instance, money_),
      windows_met_(instance),
      fixed_(instance.nodes.size(), 0),
      glued_after_(instance.nodes.size(), kNone),
      glued_start_(instance.vehicles.size(), 0),
      closed_(instance.vehicles.size(), 0),
      position_of_(instance.nodes.size(), kNone) {
  // Sums of a moment, a service, a setup and a leg stay inside 32 bits.
  for (const auto& vehicle : instance.vehicles) {
    if (vehicle.shift.last >= kHorizon / 2) {
      throw std::invalid_argument("the horizon is too long");
    }
  }
  for (const auto& node : instance.nodes) {
    if (node.service >= kHorizon / 4) {
      throw std::invalid_argument("a service time is too long");
    }
  }
  for (const auto& lock : instance.locks) {
    for (std::size_t k = 0; k < lock.nodes.size(); ++k) {
      fixed_[at(lock.nodes[k])] = 1;
      if (k + 1 < lock.nodes.size()) {
        glued_after_[at(lock.nodes[k])] = lock.nodes[k + 1];
      }
    }
    if (lock.kind == Lock::Kind::kRoute) {
      closed_[at(lock.vehicle)] = 1;
    } else if (lock.kind == Lock::Kind::kPrefix && !lock.nodes.empty()) {
      glued_start_[at(lock.vehicle)] = 1;
    }
  }
  // A vehicle whose shift meets no window of an end can never carry the job.
  const auto meets = [&](Index node, const TimeSpan& shift) {
    if (node == kNone) {
      return true;
    }
    const auto windows = windows_of(node);
    return std::any_of(windows.begin(), windows.end(), [&](const TimeSpan& window) {
      return window.first <= shift.last && shift.first <= window.last;
    });
  };
  // Vehicles of one kind are alike in this; a table is kept unless it would be enormous.
  std::vector<Index> example;
  for (std::size_t vehicle = 0; vehicle < instance.vehicles.size(); ++vehicle) {
    const auto kind = at(instance.vehicles[vehicle].kind);
    if (kind >= example.size()) {
      example.resize(kind + 1, kNone);
    }
    if (example[kind] == kNone) {
      example[kind] = static_cast<Index>(vehicle);
    }
  }
  kinds_ = example.size();
  if (instance.jobs.size() * kinds_ <= kMostAble) {
    able_.resize(instance.jobs.size() * kinds_);
  }
  for (std::size_t job = 0; job * kinds_ < able_.size(); ++job) {
    const Job& ends = instance.jobs[job];
    for (std::size_t kind = 0; kind < kinds_; ++kind) {
      if (example[kind] == kNone) {
        continue;
      }
      const auto vehicle = at(example[kind]);
      able_[job * kinds_ + kind] =
          !closed_[vehicle] && instance.may_carry(static_cast<Index>(job), example[kind]) &&
          meets(ends.pickup, instance.vehicles[vehicle].shift) &&
          meets(ends.delivery, instance.vehicles[vehicle].shift);
    }
  }
}

void RichRoutes::empty(Route& route) const {
  const Vehicle& vehicle = vehicle_of(route);
  route.positions.assign(2, Position{});
  for (auto& position : route.positions) {
    position.node = kNone;
  }
  route.positions[0].location = vehicle.start;
  route.positions[0].front = start_state(vehicle).pieces;
  auto& end = route.positions[1];
  end.location = vehicle.end == kNone ? vehicle.start : vehicle.end;
  end.back_new.add(vehicle.shift.last, 0);
  end.back_same = end.back_new;
  route.loads.assign(2 * at(instance_->dimensions), 0);
  route.cost = 0;
  route.duration = route.work = 0;
  route.distance = 0;
  route.classes = 0;
  route.limited = vehicle.rests_begin != vehicle.rests_end;
  route.rests.clear();
  renew_slots(route);
}

RichRoutes::State RichRoutes::start_state(const Vehicle& vehicle) const {
  State state{vehicle.start, {}};
  state.pieces.add(vehicle.leaves_at_once ? vehicle.shift.first : vehicle.shift.last,
                   vehicle.shift.first);
  return state;
}

bool RichRoutes::drive(const Vehicle& vehicle, State& state, Index node) const {
  const Node& stop = instance_->nodes[at(node)];
  const Index location = location_of(vehicle, node);
  Time way = 0;
  Time setup = 0;
  if (location != state.location) {
    way = leg(vehicle, state.location, location).duration;
    if (way >= kNoWay) {
      return false;
    }
    setup = instance_->setup[at(location)];
    state.location = location;
  }
  const auto windows = windows_met_(vehicle, node);
  if (state.pieces.count == 1 && windows.size() == 1) {
    // By far the most frequent case.
    DurationPieces& pieces = state.pieces;
    auto& piece = pieces.piece[0];
    const Time begin = std::max(piece.done + way, windows[0].first) + setup;
    pieces.work += way + setup;
    piece.until = std::min(piece.until, windows[0].last - pieces.work);
    piece.done = begin + stop.service;
    pieces.work += stop.service;
    return begin <= windows[0].last && piece.until >= vehicle.shift.first;
  }
  const DurationPieces before = state.pieces;
  DurationPieces& after = state.pieces;
  after.count = 0;
  after.work = before.work + way + setup + stop.service;
  const Time work = before.work + way + setup;
  std::size_t first = 0;
  for (int k = 0; k < before.count; ++k) {
    const auto& piece = before.piece[static_cast<std::size_t>(k)];
    const Time ready = piece.done + way + setup;
    // What is missed now is missed by all who come later.
    while (first < windows.size() && ready > windows[first].last) {
      ++first;
    }
    for (std::size_t w = first; w < windows.size(); ++w) {
      const auto& window = windows[w];
      const Time begin = std::max(ready, window.first + setup);
      if (begin > vehicle.shift.last) {
        break;
      }
      const Time until = std::min(piece.until, window.last - work);
      if (begin <= window.last && until >= vehicle.shift.first) {
        after.add(until, begin + stop.service);
        if (until == piece.until) {
          break;  // whoever leaves so late at the latest needs no later window
        }
      }
    }
  }
  return after.count > 0;
}

bool RichRoutes::rest(const Vehicle& vehicle, State& state, const Rest& rest) const {
  const DurationPieces before = state.pieces;
  DurationPieces& after = state.pieces;
  after.count = 0;
  after.work = before.work + rest.duration;
  for (int k = 0; k < before.count; ++k) {
    const auto& piece = before.piece[static_cast<std::size_t>(k)];
    for (const auto& window : instance_->windows_of(rest.windows_begin, rest.windows_end)) {
      const Time begin = std::max(piece.done, window.first);
      const Time until = std::min(piece.until, window.last - before.work);
      if (begin <= window.last && until >= vehicle.shift.first) {
        after.add(until, begin + rest.duration);
      }
    }
  }
  return after.count > 0;
}

Time RichRoutes::join(const Vehicle& vehicle, const State& front, Time travel,
                      const DurationPieces& back) {
  Time least = kUnlimited;
  if (travel >= kNoWay) {
    return least;
  }
  const Time work = front.pieces.work + travel;
  for (int i = 0; i < front.pieces.count; ++i) {
    const auto& head = front.pieces.piece[static_cast<std::size_t>(i)];
    const Time arrival = head.done + travel;
    for (int j = 0; j < back.count; ++j) {
      const auto& tail = back.piece[static_cast<std::size_t>(j)];
      const Time leave = std::min(head.until, tail.until - work);
      if (arrival > tail.until || leave < vehicle.shift.first) {
        continue;
      }
      const Time end = std::max(arrival + back.work, tail.done);
      least = std::min(least, std::max(work + back.work, end - leave));
    }
  }
  return least;
}

Cost RichRoutes::price(const Vehicle& vehicle, std::int64_t distance, Time duration) const {
  Cost cost = vehicle.per_use + vehicle.per_metre * distance + vehicle.per_second * duration;
  if (vehicle.regular != kUnlimited && duration > vehicle.regular) {
    cost += vehicle.per_overtime_second * (duration - vehicle.regular);
  }
  return cost;
}

Cost RichRoutes::succession(Index from, Index to) const {
  return from != kNone && to != kNone && instance_->reference_next[at(from)] == to
             ? -instance_->broken_succession
             : 0;
}

bool RichRoutes::renew(Route& route) {
  if (route.size() == 0) {
    empty(route);
    return true;
  }
  const bool carried = renew_loads(route);
  const bool driven = renew_times(route);
  if (!carried || !driven) {
    return false;
  }
  const Vehicle& vehicle = vehicle_of(route);
  if (vehicle.lifo && !last_in_first_out(route)) {
    return false;
  }
  const auto& list = route.positions;
  if (route.limited) {
    route.duration = time_as_a_whole(route);
  } else {
    const Position& last = list[list.size() - 2];
    route.duration = join(vehicle, State{last.location, last.front}, last.travel,
                          list.back().back(last.location));
    if (last.front.cut && route.duration > route.work) {
      rests_tried_.clear();
      route.duration = time_exactly(vehicle, route);
    }
  }
  if (route.duration > vehicle.max_duration || route.duration == kUnlimited ||
      route.distance > vehicle.max_distance) {
    return false;
  }
  route.cost = price(vehicle, route.distance, route.duration);
  for (std::size_t k = 1; k + 1 < list.size(); ++k) {
    const Job& job = instance_->jobs[at(instance_->nodes[at(list[k].node)].job)];
    if (list[k].node == job.pickup || job.pickup == kNone) {
      route.cost += other_vehicle(job, route.vehicle);
    }
    route.cost += succession(list[k].node, list[k + 1].node);
  }
  renew_slots(route);
  return true;
}

bool RichRoutes::renew_times(Route& route) const {
  const Vehicle& vehicle = vehicle_of(route);
  auto& list = route.positions;
  const std::size_t last = list.size() - 1;
  State state = start_state(vehicle);
  list[0].location = vehicle.start;
  list[0].front = state.pieces;
  route.distance = 0;
  for (std::size_t k = 1; k < last; ++k) {
    const Index from = state.location;
    if (!drive(vehicle, state, list[k].node)) {
      return false;
    }
    list[k].location = state.location;
    list[k].front = state.pieces;
    const Leg& way = leg(vehicle, from, state.location);
    list[k - 1].travel = from == state.location ? 0 : way.duration;
    list[k - 1].distance = from == state.location ? 0 : way.distance;
    route.distance += list[k - 1].distance;
  }
  Position& end = list[last];
  end.location = vehicle.end == kNone ? state.location : vehicle.end;
  const Leg& home = leg(vehicle, state.location, end.location);
  list[last - 1].travel = end.location == state.location ? 0 : home.duration;
  list[last - 1].distance = end.location == state.location ? 0 : home.distance;
  route.distance += list[last - 1].distance;
  route.work = state.pieces.work + list[last - 1].travel;
  end.back_new = DurationPieces{};
  end.back_new.add(vehicle.shift.last, 0);
  end.back_same = end.back_new;
  for (std::size_t k = last - 1; k > 0; --k) {
    const Node& stop = instance_->nodes[at(list[k].node)];
    const DurationPieces& next = list[k + 1].back(list[k].location);
    const Time on = stop.service + list[k].travel;
    for (const bool arriving : {true, false}) {
      const Time setup = arriving ? instance_->setup[at(list[k].location)] : 0;
      DurationPieces& back = arriving ? list[k].back_new : list[k].back_same;
      back = DurationPieces{};
      back.work = setup + on + next.work;
      back.cut = next.cut;
      for (const auto& window : windows_met_(vehicle, list[k].node)) {
        const Time first = window.first + setup;
        if (first > next.latest() - on) {
          break;
        }
        for (int j = 0; j < next.count; ++j) {
          const auto& piece = next.piece[static_cast<std::size_t>(j)];
          const Time until = std::min(window.last, piece.until - on);
          if (first <= until) {
            back.add(until - setup, std::max(piece.done, first + on + next.work));
          }
          if (until == window.last) {
            break;
          }
        }
      }
    }
  }
  return true;
}

void RichRoutes::renew_slots(Route& route) const {
  const Vehicle& vehicle = vehicle_of(route);
  const auto& list = route.positions;
  const std::size_t count = list.size() - 1;
  route.slots.resize(count);
  for (std::size_t k = 0; k < count; ++k) {
    const Position& here = list[k];
    const Position& next = list[k + 1];
    Slot& slot = route.slots[k];
    slot.here = here.location;
    slot.next = next.location;
    slot.way_money = k + 1 < count ? money_(vehicle, here.location, next.location)
                                   : money_.home(vehicle, here.location, next.location);
    slot.depart = here.depart();
    slot.latest = next.back_same.latest();
    slot.idle_front = here.front.least_idle();
    slot.idle_back = std::min(next.back_new.least_idle(), next.back_same.least_idle());
    slot.shut = !slot_open(route, static_cast<Index>(k));
    slot.stop = here.node != kNone && next.node != kNone && here.location == next.location;
    slot.waits =
        slot.stop && next.depart() - instance_->nodes[at(next.node)].service > here.depart();
  }
}

bool RichRoutes::insert(Route& route, Index job, const Insertion& place) {
  const Job& ends = instance_->jobs[at(job)];
  auto& list = route.positions;
  Position fresh{};
  if (place.pickup_after != kNone) {
    fresh.node = ends.pickup;
    list.insert(list.begin() + place.pickup_after + 1, fresh);
  }
  if (place.delivery_after != kNone) {
    fresh.node = ends.delivery;
    list.insert(list.begin() + place.delivery_after + (place.pickup_after == kNone ? 1 : 2),
                fresh);
  }
  return renew(route);
}

bool RichRoutes::assign(Route& route, const std::vector<Index>& nodes) {
  empty(route);
  route.positions.insert(route.positions.begin() + 1, nodes.size(), Position{});
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    route.positions[k + 1].node = nodes[k];
  }
  return renew(route);
}

std::int64_t RichRoutes::proximity(Index from, Index to) const {
  // Places that depend on the vehicle are near everything.
  const Index a = instance_->nodes[at(from)].location;
  const Index b = instance_->nodes[at(to)].location;
  if (a < 0 || b < 0 || a == b || instance_->vehicles.empty()) {
    return 0;
  }
  const Vehicle& vehicle = instance_->vehicles.front();
  return std::int64_t{leg(vehicle, a, b).duration} + leg(vehicle, b, a).duration;
}

}  // namespace colivraison::routing
