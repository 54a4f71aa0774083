#include "core/routing/rich_routes.hpp"

#include <algorithm>
#include <stdexcept>

namespace colivraison::routing {

namespace {

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

// From this length on, slots that would tear a stop apart for no reason are left out.
constexpr Index kLongRoute = 24;
// Entries of the table of who may ever carry what.
constexpr std::size_t kMostAble = 100'000'000;

}  // namespace

RichRoutes::RichRoutes(const Instance& instance)
    : instance_(&instance),
      fixed_(instance.nodes.size(), 0),
      glued_after_(instance.nodes.size(), kNone),
      glued_start_(instance.vehicles.size(), 0),
      closed_(instance.vehicles.size(), 0),
      halves_(false),
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
  for (const auto& job : instance.jobs) {
    if (job.pickup != kNone && job.delivery != kNone &&
        fixed_[at(job.pickup)] != fixed_[at(job.delivery)]) {
      halves_ = true;
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
  const auto windows = windows_of(node);
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
  for (int k = 0; k < before.count; ++k) {
    const auto& piece = before.piece[static_cast<std::size_t>(k)];
    const Time arrival = piece.done + way;
    const Time work = before.work + way;
    for (const auto& window : windows) {
      if (arrival > window.last) {
        continue;
      }
      const Time begin = std::max(arrival, window.first) + setup;
      const Time until = std::min(piece.until, window.last - setup - work);
      if (begin <= window.last && until >= vehicle.shift.first) {
        after.add(until, begin + stop.service);
      }
    }
  }
  after.work = before.work + way + setup + stop.service;
  return after.count > 0;
}

bool RichRoutes::rest(const Vehicle& vehicle, State& state, const Rest& rest) const {
  const DurationPieces before = state.pieces;
  DurationPieces& after = state.pieces;
  after.count = 0;
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
  after.work = before.work + rest.duration;
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
  return true;
}

bool RichRoutes::renew_loads(Route& route) {
  const auto& vehicle = vehicle_of(route);
  auto& list = route.positions;
  const auto dimensions = at(instance_->dimensions);
  const std::size_t last = list.size() - 1;
  route.loads.assign(list.size() * dimensions, 0);
  route.classes = 0;
  route.limited = vehicle.rests_begin != vehicle.rests_end;
  for (std::size_t k = 1; k < last; ++k) {
    position_of_[at(list[k].node)] = static_cast<Index>(k);
  }
  // An end that is not here (it has none, or it is taken out for the moment) is at the route's.
  const auto here = [&](Index node) {
    return node != kNone && position_of_[at(node)] != kNone;
  };
  std::array<Index, 64> aboard{};
  const auto classes = static_cast<Index>(instance_->route_conflicts.size());
  Position& start = list[0];
  start.loaded = start.from_start = start.to_end = 0;
  start.classes = 0;
  bool fits = true;
  for (std::size_t k = 1; k < last; ++k) {
    const Job& job = instance_->jobs[at(instance_->nodes[at(list[k].node)].job)];
    const auto number = at(instance_->nodes[at(list[k].node)].job);
    if (job.max_on_board != kUnlimited) {
      route.limited = true;
    }
    if (job.load_class != kNone) {
      route.classes |= std::uint64_t{1} << job.load_class;
    }
    if (list[k].node == job.delivery && !here(job.pickup)) {
      ++start.from_start;
      if (job.load_class != kNone && aboard[at(job.load_class)]++ == 0) {
        start.classes |= std::uint64_t{1} << job.load_class;
      }
      for (std::size_t d = 0; d < dimensions; ++d) {
        route.loads[d] += instance_->demand[number * dimensions + d];
      }
    }
  }
  const auto check = [&](std::size_t k) {
    for (std::size_t d = 0; d < dimensions; ++d) {
      fits = fits && route.loads[k * dimensions + d] <=
                         instance_->capacity[at(route.vehicle) * dimensions + d];
    }
    for (std::uint64_t rest = list[k].classes; rest != 0; rest &= rest - 1) {
      const auto one = static_cast<std::size_t>(__builtin_ctzll(rest));
      fits = fits && (instance_->board_conflicts[one] & list[k].classes) == 0;
    }
  };
  check(0);
  for (std::size_t k = 1; k < last; ++k) {
    Position& position = list[k];
    const auto number = at(instance_->nodes[at(position.node)].job);
    const Job& job = instance_->jobs[number];
    position.loaded = list[k - 1].loaded;
    position.from_start = list[k - 1].from_start;
    position.to_end = list[k - 1].to_end;
    position.classes = list[k - 1].classes;
    const bool loads = position.node == job.pickup;
    if (loads) {
      (here(job.delivery) ? position.loaded : position.to_end) += 1;
    } else {
      (here(job.pickup) ? position.loaded : position.from_start) -= 1;
    }
    if (job.load_class != kNone) {
      const std::uint64_t bit = std::uint64_t{1} << job.load_class;
      Index& count = aboard[at(job.load_class)];
      count += loads ? 1 : -1;
      position.classes = count > 0 ? position.classes | bit : position.classes & ~bit;
    }
    for (std::size_t d = 0; d < dimensions; ++d) {
      const Load amount = instance_->demand[number * dimensions + d];
      route.loads[k * dimensions + d] =
          route.loads[(k - 1) * dimensions + d] + (loads ? amount : -amount);
    }
    check(k);
  }
  if (classes > 0) {
    for (std::uint64_t rest = route.classes; rest != 0; rest &= rest - 1) {
      const auto one = static_cast<std::size_t>(__builtin_ctzll(rest));
      fits = fits && (instance_->route_conflicts[one] & route.classes) == 0;
    }
  }
  for (std::size_t k = 1; k < last; ++k) {
    const Job& job = instance_->jobs[at(instance_->nodes[at(list[k].node)].job)];
    if (list[k].node == job.delivery && here(job.pickup) &&
        position_of_[at(job.pickup)] > static_cast<Index>(k)) {
      fits = false;
    }
  }
  for (std::size_t k = 1; k < last; ++k) {
    position_of_[at(list[k].node)] = kNone;
  }
  return fits;
}

bool RichRoutes::last_in_first_out(const Route& route) {
  stack_.clear();
  const auto& list = route.positions;
  for (std::size_t k = 1; k + 1 < list.size(); ++k) {
    const Index number = instance_->nodes[at(list[k].node)].job;
    const Job& job = instance_->jobs[at(number)];
    if (list[k].node == job.pickup) {
      stack_.push_back(number);
    } else if (std::find(stack_.begin(), stack_.end(), number) == stack_.end()) {
      // On board since the start, or its pickup is out for the moment.
      if (!stack_.empty()) {
        return false;
      }
    } else if (stack_.empty() || stack_.back() != number) {
      return false;
    } else {
      stack_.pop_back();
    }
  }
  // What stays until the end may bury nothing that is to be unloaded: such a shipment would have
  // stopped the loop above, unless it is still on board now, which only half a job can be.
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
      for (const auto& window : windows_of(list[k].node)) {
        for (int j = 0; j < next.count; ++j) {
          const auto& piece = next.piece[static_cast<std::size_t>(j)];
          const Time first = window.first + setup;
          const Time until = std::min(window.last, piece.until - on);
          if (first <= until) {
            back.add(until - setup, std::max(piece.done, first + on + next.work));
          }
        }
      }
    }
  }
  return true;
}

// --- routes with limits on the time on board, or breaks ------------------------------------------

Time RichRoutes::time_as_a_whole(Route& route) {
  const Vehicle& vehicle = vehicle_of(route);
  bool on_board = false;
  for (std::size_t k = 1; k + 1 < route.positions.size(); ++k) {
    const auto job = instance_->nodes[at(route.positions[k].node)].job;
    on_board = on_board || instance_->jobs[at(job)].max_on_board != kUnlimited;
  }
  const auto count = vehicle.rests_end - vehicle.rests_begin;
  rests_tried_.assign(at(count), kNone);
  route.rests.assign(at(count), kNone);
  // Every rest left out or at every place, one after the other while the combinations are few,
  // otherwise each at its best place given those before it.
  Time least = kUnlimited;
  const auto attempt = [&]() {
    const Time duration = time_with_rests(vehicle, route, on_board);
    if (duration < least) {
      bool allowed = true;
      for (Index r = 0; r < count; ++r) {
        const Rest& rest = instance_->rests[at(vehicle.rests_begin + r)];
        allowed = allowed && (rests_tried_[at(r)] != kNone || duration <= rest.beyond);
      }
      if (allowed) {
        least = duration;
        route.rests = rests_tried_;
      }
    }
  };
  if (count == 0) {
    attempt();
    return least;
  }
  const Index places = route.size() + 1;
  double combinations = 1;
  for (Index r = 0; r < count; ++r) {
    combinations *= places + 1;
  }
  if (combinations <= 5000) {
    while (true) {
      attempt();
      Index r = 0;
      while (r < count && ++rests_tried_[at(r)] == places) {
        rests_tried_[at(r)] = kNone;
        ++r;
      }
      if (r == count) {
        return least;
      }
    }
  }
  for (Index r = 0; r < count; ++r) {
    Time best = kUnlimited;
    Index best_place = kNone;
    for (Index place = 0; place < places; ++place) {
      rests_tried_[at(r)] = place;
      const Time duration = time_with_rests(vehicle, route, on_board);
      if (duration < best) {
        best = duration;
        best_place = place;
      }
    }
    rests_tried_[at(r)] = best_place;
    if (best_place == kNone) {
      break;
    }
  }
  attempt();
  rests_tried_.assign(at(count), kNone);
  attempt();
  return least;
}

Time RichRoutes::time_with_rests(const Vehicle& vehicle, const Route& route, bool on_board) {
  if (on_board) {
    return time_on_board(vehicle, route);
  }
  State state = start_state(vehicle);
  const auto& list = route.positions;
  const std::size_t last = list.size() - 1;
  for (std::size_t k = 0; k < last; ++k) {
    if (k > 0 && !drive(vehicle, state, list[k].node)) {
      return kUnlimited;
    }
    for (std::size_t r = 0; r < rests_tried_.size(); ++r) {
      if (rests_tried_[r] == static_cast<Index>(k) &&
          !rest(vehicle, state, instance_->rests[at(vehicle.rests_begin) + r])) {
        return kUnlimited;
      }
    }
  }
  return join(vehicle, state, list[last - 1].travel, list[last].back_new);
}

// The earliest schedule that leaves at `leave` or later is a least fixpoint: a delivery that comes too
// late after its pickup moves the pickup back, which may move everything behind it.
bool RichRoutes::earliest_on_board(const Vehicle& vehicle, const Route& route, Time& leave,
                                   Time& end) {
  const auto& list = route.positions;
  const std::size_t last = list.size() - 1;
  begins_.assign(list.size(), 0);
  not_before_.assign(list.size(), 0);
  for (std::size_t k = 1; k < last; ++k) {
    position_of_[at(list[k].node)] = static_cast<Index>(k);
  }
  const auto forget = [&]() {
    for (std::size_t k = 1; k < last; ++k) {
      position_of_[at(list[k].node)] = kNone;
    }
  };
  // Each round moves some begin by at least a unit; in practice a handful settle it.
  for (int round = 0; round < 1000; ++round) {
    Time now = leave;
    for (std::size_t k = 0; k < last; ++k) {
      if (k > 0) {
        const bool arriving = list[k].location != list[k - 1].location;
        const Time setup = arriving ? instance_->setup[at(list[k].location)] : 0;
        const Time ready = std::max(now + list[k - 1].travel + setup, not_before_[k]);
        Time begin = kUnlimited;
        for (const auto& window : windows_of(list[k].node)) {
          const Time possible = std::max(ready, window.first + setup);
          if (possible <= window.last) {
            begin = possible;
            break;
          }
        }
        if (begin == kUnlimited) {
          forget();
          return false;
        }
        begins_[k] = begin;
        now = begin + instance_->nodes[at(list[k].node)].service;
      }
      for (std::size_t r = 0; r < rests_tried_.size(); ++r) {
        if (rests_tried_[r] != static_cast<Index>(k)) {
          continue;
        }
        const Rest& rest = instance_->rests[at(vehicle.rests_begin) + r];
        Time begin = kUnlimited;
        for (const auto& window : instance_->windows_of(rest.windows_begin, rest.windows_end)) {
          const Time possible = std::max(now, window.first);
          if (possible <= window.last) {
            begin = possible;
            break;
          }
        }
        if (begin == kUnlimited) {
          forget();
          return false;
        }
        now = begin + rest.duration;
      }
    }
    end = now + list[last - 1].travel;
    if (end > vehicle.shift.last) {
      forget();
      return false;
    }
    bool moved = false;
    for (std::size_t k = 1; k < last; ++k) {
      const Job& job = instance_->jobs[at(instance_->nodes[at(list[k].node)].job)];
      if (job.max_on_board == kUnlimited) {
        continue;
      }
      if (list[k].node == job.pickup) {
        const bool to_end = job.delivery == kNone || position_of_[at(job.delivery)] == kNone;
        const Time until = to_end ? end : begins_[at(position_of_[at(job.delivery)])];
        const Time least =
            until - job.max_on_board - instance_->nodes[at(list[k].node)].service;
        if (begins_[k] < least && not_before_[k] < least) {
          not_before_[k] = least;
          moved = true;
        }
      } else if (job.pickup == kNone && begins_[k] - job.max_on_board > leave) {
        leave = begins_[k] - job.max_on_board;
        moved = true;
        if (leave > (vehicle.leaves_at_once ? vehicle.shift.first : vehicle.shift.last)) {
          forget();
          return false;
        }
      }
    }
    if (!moved) {
      forget();
      return true;
    }
  }
  forget();
  return false;
}

Time RichRoutes::time_on_board(const Vehicle& vehicle, const Route& route) {
  Time least = kUnlimited;
  const Time latest = vehicle.leaves_at_once ? vehicle.shift.first : vehicle.shift.last;
  // From every departure of interest: the latest departure that still ends at the same moment.
  Time from = vehicle.shift.first;
  for (int region = 0; region < 8 && from <= latest; ++region) {
    Time leave = from;
    Time end = 0;
    if (!earliest_on_board(vehicle, route, leave, end)) {
      break;
    }
    Time low = leave;
    Time high = latest;
    while (low < high) {
      const Time middle = low + (high - low + 1) / 2;
      Time moved = middle;
      Time its_end = 0;
      if (earliest_on_board(vehicle, route, moved, its_end) && its_end == end) {
        low = std::max(middle, std::min(moved, high));
      } else {
        high = middle - 1;
      }
    }
    least = std::min(least, end - low);
    from = low + 1;
  }
  return least;
}

// --- insertions ----------------------------------------------------------------------------------

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

Insertion RichRoutes::best_insertion(Index job, const Route& route, const Insertion& excluded,
                                     Cost limit) {
  const Job& ends = instance_->jobs[at(job)];
  const bool able =
      able_.empty() ? !closed_[at(route.vehicle)] && instance_->may_carry(job, route.vehicle)
                    : able_[at(job) * kinds_ + at(vehicle_of(route).kind)] != 0;
  if (!able ||
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
  const Job& ends = instance_->jobs[at(job)];
  trial_.vehicle = route.vehicle;
  trial_.positions = route.positions;
  auto& list = trial_.positions;
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
  return renew(trial_) ? trial_.cost : kInfinite;
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
  const Index slots = route.size() + 1;  // slot k is right after position k
  const Index place_p = location_of(vehicle, ends.pickup);
  const Index place_d = location_of(vehicle, ends.delivery);
  const Node& node_p = instance_->nodes[at(ends.pickup)];
  const Node& node_d = instance_->nodes[at(ends.delivery)];
  const bool long_route = slots > kLongRoute;
  const bool whole =
      route.limited || vehicle.rests_begin != vehicle.rests_end || ends.max_on_board != kUnlimited;
  const Cost changed = other_vehicle(ends, route.vehicle);
  // What waiting there is may be absorbed.
  const Cost spare = vehicle.per_second * (route.duration - route.work) - changed -
                     (route.size() == 0 ? vehicle.per_use : 0);

  // Money of a way from k over a place to k + 1, counting all its work as paid.
  const auto detour = [&](Index k, Index node, Index place, Time service) {
    const Position& here = list[at(k)];
    const Position& next = list[at(k) + 1];
    const bool open_end = vehicle.end == kNone && k + 1 == slots;
    const Index behind = open_end ? place : next.location;
    const Leg in = here.location == place ? Leg{0, 0} : leg(vehicle, here.location, place);
    const Leg out = behind == place ? Leg{0, 0} : leg(vehicle, place, behind);
    if (in.duration >= kNoWay || out.duration >= kNoWay) {
      return kInfinite;
    }
    Cost work = Cost{service} + in.duration + out.duration - here.travel;
    if (here.location != place) {
      work += instance_->setup[at(place)];
    }
    if (next.node != kNone) {
      const Time setup = instance_->setup[at(next.location)];
      work += (place != next.location ? setup : 0) - (here.location != next.location ? setup : 0);
    }
    const std::int64_t distance =
        static_cast<std::int64_t>(in.distance) + out.distance - here.distance;
    Cost bound = vehicle.per_metre * distance + vehicle.per_second * work;
    if (instance_->broken_succession != 0) {
      bound += succession(here.node, node) + succession(node, next.node) -
               succession(here.node, next.node);
    }
    return bound;
  };
  // On long routes a stop is not torn apart, unless the vehicle waits in it.
  const auto pointless = [&](Index k, Index place, bool at_end) {
    if (!long_route) {
      return false;
    }
    const Position& here = list[at(k)];
    const Position& next = list[at(k) + 1];
    if (here.location != next.location || next.node == kNone || here.node == kNone) {
      return false;
    }
    if (here.location == place) {
      return at_end;  // a pickup joins a stop at its end
    }
    return next.depart() - instance_->nodes[at(next.node)].service <= here.depart();
  };

  if (delivery_bound_.size() < at(slots) + 1) {
    delivery_bound_.resize(2 * at(slots) + 1);
    least_later_.resize(2 * at(slots) + 1);
  }
  least_later_[at(slots)] = kInfinite;
  for (Index k = slots; k-- > 0;) {
    Cost bound = kInfinite;
    if (slot_open(route, k) && !pointless(k, place_d, false)) {
      bound = detour(k, ends.delivery, place_d, node_d.service);
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
    if (whole) {
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

  const Leg direct = place_p == place_d ? Leg{0, 0} : leg(vehicle, place_p, place_d);
  const Time closes_p = windows_of(ends.pickup).back().last;
  const Cost kept = instance_->broken_succession != 0 ? 3 * instance_->broken_succession : 0;
  for (Index i = 0; i < slots; ++i) {
    const Position& here = list[at(i)];
    if (here.depart() > closes_p) {
      break;  // later slots are reached later still
    }
    if (!slot_open(route, i) || pointless(i, place_p, true)) {
      continue;
    }
    // Bounds before anything is timed.  The delivery right behind: both ends share the way on.
    const Position& next = list[at(i) + 1];
    const bool open_end = vehicle.end == kNone && i + 1 == slots;
    const Index behind = open_end ? place_d : next.location;
    const Leg in = here.location == place_p ? Leg{0, 0} : leg(vehicle, here.location, place_p);
    const Leg out = behind == place_d ? Leg{0, 0} : leg(vehicle, place_d, behind);
    bool adjacent = in.duration < kNoWay && direct.duration < kNoWay &&
                    out.duration < kNoWay && !pointless(i, place_d, false);
    if (adjacent) {
      const Cost work = Cost{node_p.service} + node_d.service + in.duration + direct.duration +
                        out.duration - here.travel -
                        (next.node != kNone ? instance_->setup[at(next.location)] : 0);
      const std::int64_t distance = static_cast<std::int64_t>(in.distance) + direct.distance +
                                    out.distance - here.distance;
      adjacent = vehicle.per_metre * distance + vehicle.per_second * work - kept - spare <
                 best.delta;
    }
    const Cost to_pickup = detour(i, ends.pickup, place_p, node_p.service);
    const Cost pickup_bound = to_pickup >= kInfinite ? kInfinite : to_pickup - spare;
    const bool apart = pickup_bound < kInfinite &&
                       pickup_bound + least_later_[at(i) + 1] < best.delta;
    if ((!adjacent && !apart) || !fits(route, job, i, i)) {
      continue;
    }
    State state{here.location, here.front};
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
