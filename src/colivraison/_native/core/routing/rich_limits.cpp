// Routes with limits on the time on board, or with breaks: timed as a whole.
#include <algorithm>

#include "core/routing/rich_routes.hpp"

namespace colivraison::routing {

namespace {

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

// So many ways to place the rests of one route are tried.
constexpr double kMostCombinations = 5000;

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
  // Every rest left out or at every place where it may begin, while the combinations are few;
  // otherwise one after the other, each at its best place given those before it.
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
  double combinations = 1;
  rest_places_.resize(at(count));
  for (Index r = 0; r < count; ++r) {
    find_rest_places(route, r);
    combinations *= static_cast<double>(rest_places_[at(r)].size());
  }
  if (combinations <= kMostCombinations) {
    rest_choice_.assign(at(count), 0);
    while (true) {
      for (Index r = 0; r < count; ++r) {
        rests_tried_[at(r)] = rest_places_[at(r)][rest_choice_[at(r)]];
      }
      attempt();
      Index r = 0;
      while (r < count && ++rest_choice_[at(r)] == rest_places_[at(r)].size()) {
        rest_choice_[at(r)] = 0;
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
    for (const Index place : rest_places_[at(r)]) {
      if (place == kNone) {
        continue;
      }
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

// Left out, and after how many visits a rest may be taken as far as it concerns it alone: other rests
// only make it later, and leave less time behind it.
void RichRoutes::find_rest_places(const Route& route, Index number) {
  const Rest& rest = instance_->rests[at(vehicle_of(route).rests_begin + number)];
  const auto windows = instance_->windows_of(rest.windows_begin, rest.windows_end);
  auto& places = rest_places_[at(number)];
  places.assign(1, kNone);
  for (Index k = 0; k <= route.size(); ++k) {
    const Position& here = route.positions[at(k)];
    const Time latest = route.positions[at(k + 1)].back(here.location).latest();
    const Time ready = here.depart();
    if (std::any_of(windows.begin(), windows.end(), [&](const TimeSpan& window) {
          const Time begin = std::max(ready, window.first);
          return begin <= window.last && begin + rest.duration + here.travel <= latest;
        })) {
      places.push_back(k);
    }
  }
}

Time RichRoutes::time_with_rests(const Vehicle& vehicle, const Route& route, bool on_board) {
  if (on_board) {
    return time_exactly(vehicle, route);
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
  const Time duration = join(vehicle, state, list[last - 1].travel, list[last].back_new);
  return state.pieces.cut && duration != kUnlimited ? time_exactly(vehicle, route) : duration;
}

// Whether every limit on the time on board leaves time for the bare way.
bool RichRoutes::on_board_in_time(const Route& route) {
  const auto& list = route.positions;
  const std::size_t last = list.size() - 1;
  // Bare ways from the start to each begin, and from each end of a work on.
  begins_.assign(list.size(), 0);
  Time now = 0;
  for (std::size_t k = 0; k <= last; ++k) {
    if (k > 0) {
      const bool arriving = k < last && list[k].location != list[k - 1].location;
      now += list[k - 1].travel + (arriving ? instance_->setup[at(list[k].location)] : 0);
      begins_[k] = now;
      now += k < last ? instance_->nodes[at(list[k].node)].service : 0;
    }
    for (std::size_t r = 0; r < rests_tried_.size(); ++r) {
      if (rests_tried_[r] == static_cast<Index>(k)) {
        now += instance_->rests[at(vehicle_of(route).rests_begin) + r].duration;
      }
    }
  }
  for (std::size_t k = 1; k < last; ++k) {
    const Index node = list[k].node;
    const Job& job = instance_->jobs[at(instance_->nodes[at(node)].job)];
    if (job.max_on_board == kUnlimited) {
      continue;
    }
    if (node == job.pickup) {
      const Index other = job.delivery == kNone ? kNone : position_of_[at(job.delivery)];
      const Time loaded = begins_[k] + instance_->nodes[at(node)].service;
      if (begins_[other == kNone ? last : at(other)] - loaded > job.max_on_board) {
        return false;
      }
    } else if (job.pickup == kNone && begins_[k] > job.max_on_board) {
      return false;
    }
  }
  return true;
}

// The earliest schedule that leaves at `leave` or later is a least fixpoint: a delivery that comes too
// late after its pickup moves the pickup back, which may move everything behind it.  It is reached:
// see pdptw/timing.py, whose method this is.
bool RichRoutes::first_course(const Vehicle& vehicle, const Route& route, Time leave,
                              Course& course) {
  const auto& list = route.positions;
  const std::size_t last = list.size() - 1;
  const Time latest = vehicle.leaves_at_once ? vehicle.shift.first : vehicle.shift.last;
  not_before_.assign(list.size(), 0);
  course.leave = leave;
  while (true) {
    Time now = course.leave;
    Time way = 0;
    course.latest = latest;
    // The first window that is met by what is ready now; its end less the way limits departures.
    const auto meet = [&](std::span<const TimeSpan> windows, Time ready, Time setup) {
      for (const auto& window : windows) {
        const Time possible = std::max(ready, window.first + setup);
        if (possible <= window.last) {
          now = possible;
          course.latest = std::min(course.latest, window.last - way);
          return true;
        }
      }
      return false;
    };
    for (std::size_t k = 0; k < last; ++k) {
      if (k > 0) {
        const bool arriving = list[k].location != list[k - 1].location;
        const Time setup = arriving ? instance_->setup[at(list[k].location)] : 0;
        const Time service = instance_->nodes[at(list[k].node)].service;
        way += list[k - 1].travel + setup;
        if (!meet(windows_of(list[k].node),
                  std::max(now + list[k - 1].travel + setup, not_before_[k]), setup)) {
          return false;
        }
        begins_[k] = now;
        now += service;
        way += service;
      }
      for (std::size_t r = 0; r < rests_tried_.size(); ++r) {
        if (rests_tried_[r] != static_cast<Index>(k)) {
          continue;
        }
        const Rest& rest = instance_->rests[at(vehicle.rests_begin) + r];
        if (!meet(instance_->windows_of(rest.windows_begin, rest.windows_end), now, 0)) {
          return false;
        }
        now += rest.duration;
        way += rest.duration;
      }
    }
    course.end = now + list[last - 1].travel;
    course.latest = std::min(course.latest, vehicle.shift.last - way - list[last - 1].travel);
    if (course.end > vehicle.shift.last || course.leave > latest) {
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
        const Time until = to_end ? course.end : begins_[at(position_of_[at(job.delivery)])];
        const Time least =
            until - job.max_on_board - instance_->nodes[at(list[k].node)].service;
        if (begins_[k] < least) {
          not_before_[k] = least;
          moved = true;
        }
      } else if (job.pickup == kNone && begins_[k] - job.max_on_board > course.leave) {
        course.leave = begins_[k] - job.max_on_board;
        moved = true;
      }
    }
    if (!moved) {
      return true;
    }
  }
}

// The least duration, with the rests tried: that of the latest departure of some region of
// departures with the same windows (pdptw/timing.py).
Time RichRoutes::time_exactly(const Vehicle& vehicle, const Route& route) {
  const auto& list = route.positions;
  for (std::size_t k = 1; k + 1 < list.size(); ++k) {
    position_of_[at(list[k].node)] = static_cast<Index>(k);
  }
  Time least = kUnlimited;
  if (on_board_in_time(route)) {
    Time bare = route.work;
    for (std::size_t r = 0; r < rests_tried_.size(); ++r) {
      bare += rests_tried_[r] == kNone
                  ? 0
                  : instance_->rests[at(vehicle.rests_begin) + r].duration;
    }
    Course course{};
    for (Time from = vehicle.shift.first;
         least > bare && first_course(vehicle, route, from, course); from = course.latest + 1) {
      least = std::min(least, course.end - course.leave);
      Course late{};
      if (least > bare && first_course(vehicle, route, course.latest, late)) {
        least = std::min(least, late.end - late.leave);
      }
    }
  }
  for (std::size_t k = 1; k + 1 < list.size(); ++k) {
    position_of_[at(list[k].node)] = kNone;
  }
  return least;
}

}  // namespace colivraison::routing
