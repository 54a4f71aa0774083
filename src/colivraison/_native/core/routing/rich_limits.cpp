// Routes with limits on the time on board, or with breaks: timed as a whole.
#include <algorithm>

#include "core/routing/rich_routes.hpp"

namespace colivraison::routing {

namespace {

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

}  // namespace

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

}  // namespace colivraison::routing
