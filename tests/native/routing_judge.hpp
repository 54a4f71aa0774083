// A judge of plans in the plainest way: one walk, every departure tried, nothing shared with the search.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/routing/instance.hpp"
#include "core/routing/search.hpp"

namespace judge {

using namespace colivraison::routing;

inline std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// One stop of a route as the walk sees it: where, how long, and when it may begin.
struct Step {
  std::int64_t travel = 0;  // with the setup
  std::int64_t setup = 0;
  std::int64_t work = 0;
  std::vector<TimeSpan> begins;
  Index node = kNone;
};

struct Judged {
  std::string wrong;  // empty: valid
  Worth worth;
  // Absent jobs of which one end is locked in a route: the plan is still to be completed, and its
  // routes are not judged.
  int halves = 0;
};

class Judge {
 public:
  explicit Judge(const Instance& instance) : in_(instance) {}

  Judged operator()(const PlanRecord& plan) const {
    Judged result;
    std::vector<int> driven(in_.vehicles.size(), 0);
    std::vector<int> seen(in_.nodes.size(), 0);
    std::vector<int> absent(in_.jobs.size(), 0);
    std::vector<Index> by(in_.jobs.size(), kNone);
    for (const auto& route : plan.routes) {
      if (route.nodes.empty() || driven[at(route.vehicle)]++ != 0) {
        return {"an empty route, or two of one vehicle", {}, 0};
      }
      for (const Index node : route.nodes) {
        const Index job = in_.nodes[at(node)].job;
        if (seen[at(node)]++ != 0 || (by[at(job)] != kNone && by[at(job)] != route.vehicle)) {
          return {"a node twice, or a job on two vehicles", {}, 0};
        }
        by[at(job)] = route.vehicle;
      }
    }
    for (const Index job : plan.absent) {
      ++absent[at(job)];
    }
    for (std::size_t number = 0; number < in_.jobs.size(); ++number) {
      const Job& job = in_.jobs[number];
      const auto stands = [&](Index end) { return end == kNone || seen[at(end)] != 0; };
      const bool half = by[number] != kNone && !(stands(job.pickup) && stands(job.delivery));
      if (half && !locked(stands(job.pickup) ? job.pickup : job.delivery)) {
        return {"half a job", {}, 0};
      }
      result.halves += half ? 1 : 0;
      if (absent[number] != (half || by[number] == kNone ? 1 : 0)) {
        return {"a job neither served nor absent, or both", {}, 0};
      }
    }
    for (const auto& clique : in_.exclusive) {
      int under_way = 0;
      for (const Index vehicle : clique) {
        under_way += driven[at(vehicle)];
      }
      if (under_way > 1) {
        return {"two vehicles of which one may drive", {}, 0};
      }
    }
    for (const auto& group : in_.groups) {
      Load served = 0;
      bool any = false;
      bool fixed = false;
      for (std::size_t k = 0; k < group.jobs.size(); ++k) {
        const Job& job = in_.jobs[at(group.jobs[k])];
        const bool there = absent[at(group.jobs[k])] == 0;
        any = any || there;
        served += there ? group.amounts[k] : 0;
        for (const Index end : {job.pickup, job.delivery}) {
          fixed = fixed || (end != kNone && locked(end));
        }
      }
      if (any && served < group.minimum) {
        // What is locked cannot leave; then the plan is still to be completed.
        result.halves += fixed ? 1 : 0;
        result.wrong = fixed ? "" : "a group that is cut short";
        if (!fixed) {
          return result;
        }
      }
    }
    result.wrong = locks(plan);
    if (!result.wrong.empty() || result.halves != 0) {
      return result;
    }
    result.worth = {0, 0, 0};
    for (const auto& route : plan.routes) {
      result.wrong = drive(route, result.worth.cost);
      if (!result.wrong.empty()) {
        return result;
      }
      for (std::size_t k = 0; k + 1 < route.nodes.size(); ++k) {
        if (in_.reference_next[at(route.nodes[k])] == route.nodes[k + 1]) {
          result.worth.cost -= in_.broken_succession;
        }
      }
    }
    for (std::size_t number = 0; number < in_.jobs.size(); ++number) {
      const Job& job = in_.jobs[number];
      if (by[number] != kNone) {
        const bool moved = job.reference_vehicle != kNone && job.reference_vehicle != by[number];
        result.worth.cost += moved ? in_.other_vehicle : 0;
      } else if (job.price >= kInfinite) {
        ++result.worth.missing;
      } else {
        result.worth.cost += job.price;
      }
    }
    result.worth.vehicles =
        in_.fewest_vehicles ? static_cast<std::int64_t>(plan.routes.size()) : 0;
    return result;
  }

 private:
  Index place(const Vehicle& vehicle, Index location) const {
    return location >= 0 ? location : location == kVehicleStart ? vehicle.start : vehicle.end;
  }

  bool locked(Index node) const {
    return std::any_of(in_.locks.begin(), in_.locks.end(), [&](const Lock& lock) {
      return std::find(lock.nodes.begin(), lock.nodes.end(), node) != lock.nodes.end();
    });
  }

  std::string locks(const PlanRecord& plan) const {
    for (const auto& lock : in_.locks) {
      std::vector<Index> nodes;
      for (const auto& route : plan.routes) {
        if (route.vehicle == lock.vehicle) {
          nodes = route.nodes;
        }
      }
      const auto found =
          std::search(nodes.begin(), nodes.end(), lock.nodes.begin(), lock.nodes.end());
      if ((found == nodes.end() && !lock.nodes.empty()) ||
          (lock.kind == Lock::Kind::kPrefix && found != nodes.begin()) ||
          (lock.kind == Lock::Kind::kRoute && nodes != lock.nodes)) {
        return "a lock is broken";
      }
    }
    return {};
  }

  // Order, vehicle, room, conflicts, last in first out.
  std::string carry(const RouteRecord& route) const {
    const Vehicle& vehicle = in_.vehicles[at(route.vehicle)];
    const auto dimensions = at(in_.dimensions);
    std::vector<Load> load(dimensions, 0);
    std::vector<Index> stack;     // loaded on the way, the last at the end
    std::vector<Index> at_start;  // on board since the start
    std::uint64_t met = 0;
    const auto add = [&](Index job, Load sign) {
      for (std::size_t d = 0; d < dimensions; ++d) {
        load[d] += sign * in_.demand[at(job) * dimensions + d];
      }
    };
    const auto full = [&]() {
      std::uint64_t classes = 0;
      for (const auto* list : {&stack, &at_start}) {
        for (const Index job : *list) {
          if (in_.jobs[at(job)].load_class != kNone) {
            classes |= std::uint64_t{1} << in_.jobs[at(job)].load_class;
          }
        }
      }
      for (std::size_t one = 0; one < in_.board_conflicts.size(); ++one) {
        if (((classes >> one) & 1) != 0 && (in_.board_conflicts[one] & classes) != 0) {
          return true;
        }
      }
      for (std::size_t d = 0; d < dimensions; ++d) {
        if (load[d] > in_.capacity[at(route.vehicle) * dimensions + d]) {
          return true;
        }
      }
      return false;
    };
    for (const Index node : route.nodes) {
      const Index number = in_.nodes[at(node)].job;
      const Job& job = in_.jobs[at(number)];
      if (job.load_class != kNone) {
        met |= std::uint64_t{1} << job.load_class;
      }
      if (((in_.allowed[at(number) * at(in_.vehicle_words()) + at(route.vehicle / 64)] >>
            (route.vehicle % 64)) &
           1) == 0) {
        return "a vehicle that may not";
      }
      if (job.pickup == kNone) {
        at_start.push_back(number);
        add(number, 1);
      }
    }
    for (std::size_t one = 0; one < in_.route_conflicts.size(); ++one) {
      if (((met >> one) & 1) != 0 && (in_.route_conflicts[one] & met) != 0) {
        return "a conflict on a route";
      }
    }
    if (full()) {
      return "too much on board at the start";
    }
    for (const Index node : route.nodes) {
      const Index number = in_.nodes[at(node)].job;
      if (node == in_.jobs[at(number)].pickup) {
        stack.push_back(number);
        add(number, 1);
      } else {
        if (vehicle.lifo && !stack.empty() && stack.back() != number) {
          return "not the last in";
        }
        auto& from = in_.jobs[at(number)].pickup == kNone ? at_start : stack;
        const auto found = std::find(from.begin(), from.end(), number);
        if (found == from.end()) {
          return "a delivery before its pickup";
        }
        from.erase(found);
        add(number, -1);
      }
      if (full()) {
        return "too much, or a conflict, on board";
      }
    }
    return {};
  }

  std::string drive(const RouteRecord& route, Cost& cost) const {
    if (std::string wrong = carry(route); !wrong.empty()) {
      return wrong;
    }
    const Vehicle& vehicle = in_.vehicles[at(route.vehicle)];
    std::vector<Step> steps;
    std::map<Index, std::size_t> step_of;
    std::int64_t distance = 0;
    Index here = vehicle.start;
    bool way = true;
    const auto to = [&](Index there) {
      const Leg& leg = in_.legs[at(vehicle.profile)][at(here) * at(in_.locations) + at(there)];
      const Leg taken = here == there ? Leg{0, 0} : leg;
      way = way && taken.duration != kNoWay;
      distance += taken.distance;
      here = there;
      return std::int64_t{taken.duration};
    };
    const auto rest_after = [&](std::size_t nodes) {
      for (std::size_t r = 0; r < route.rests.size(); ++r) {
        if (route.rests[r] != kNone && at(route.rests[r]) == nodes) {
          const Rest& rest = in_.rests[at(vehicle.rests_begin) + r];
          const auto windows = in_.windows_of(rest.windows_begin, rest.windows_end);
          steps.push_back({0, 0, rest.duration, {windows.begin(), windows.end()}, kNone});
        }
      }
    };
    rest_after(0);
    for (std::size_t k = 0; k < route.nodes.size(); ++k) {
      const Node& node = in_.nodes[at(route.nodes[k])];
      const Index there = place(vehicle, node.location);
      const std::int64_t setup = there == here ? 0 : in_.setup[at(there)];
      const std::int64_t travel = to(there) + setup;
      const auto windows = in_.windows_of(node.windows_begin, node.windows_end);
      step_of[route.nodes[k]] = steps.size();
      steps.push_back(
          {travel, setup, node.service, {windows.begin(), windows.end()}, route.nodes[k]});
      rest_after(k + 1);
    }
    const std::int64_t home = vehicle.end == kNone ? 0 : to(vehicle.end);
    if (!way) {
      return "no such way";
    }
    if (distance > vehicle.max_distance) {
      return "too far";
    }
    const bool paid_by_time = vehicle.per_second != 0 || vehicle.per_overtime_second != 0 ||
                              vehicle.max_duration != kUnlimited || !route.rests.empty();
    std::optional<std::int64_t> least;
    const Time last = vehicle.leaves_at_once ? vehicle.shift.first : vehicle.shift.last;
    for (std::int64_t leave = vehicle.shift.first; leave <= last; ++leave) {
      const auto end = leaving_at(leave, vehicle, steps, step_of, home);
      if (end && (!least || *end - leave < *least)) {
        least = *end - leave;
      }
      if (least && !paid_by_time) {
        break;
      }
    }
    if (!least) {
      return "too late";
    }
    if (*least > vehicle.max_duration) {
      return "too long";
    }
    const auto rests = at(vehicle.rests_end - vehicle.rests_begin);
    for (std::size_t r = 0; r < rests; ++r) {
      const bool taken = r < route.rests.size() && route.rests[r] != kNone;
      if (!taken && *least > in_.rests[at(vehicle.rests_begin) + r].beyond) {
        return "a rest is missing";
      }
    }
    cost += vehicle.per_use + vehicle.per_metre * distance + vehicle.per_second * *least;
    if (vehicle.regular != kUnlimited && *least > vehicle.regular) {
      cost += vehicle.per_overtime_second * (*least - vehicle.regular);
    }
    return {};
  }

  // The end of the earliest schedule that leaves at a moment, none where there is none.
  std::optional<std::int64_t> leaving_at(std::int64_t leave, const Vehicle& vehicle,
                                         const std::vector<Step>& steps,
                                         const std::map<Index, std::size_t>& step_of,
                                         std::int64_t home) const {
    std::vector<std::int64_t> not_before(steps.size(), 0);
    std::vector<std::int64_t> begins(steps.size(), 0);
    while (true) {
      std::int64_t now = leave;
      for (std::size_t k = 0; k < steps.size(); ++k) {
        const Step& step = steps[k];
        const std::int64_t ready = std::max(now + step.travel, not_before[k]);
        const auto open = std::find_if(step.begins.begin(), step.begins.end(), [&](TimeSpan span) {
          return std::max(ready, span.first + step.setup) <= span.last;
        });
        if (open == step.begins.end()) {
          return std::nullopt;
        }
        begins[k] = std::max(ready, open->first + step.setup);
        now = begins[k] + step.work;
      }
      const std::int64_t end = now + home;
      if (end > vehicle.shift.last) {
        return std::nullopt;
      }
      bool moved = false;
      for (std::size_t k = 0; k < steps.size(); ++k) {
        if (steps[k].node == kNone) {
          continue;
        }
        const Job& job = in_.jobs[at(in_.nodes[at(steps[k].node)].job)];
        if (job.max_on_board == kUnlimited) {
          continue;
        }
        if (job.pickup == kNone) {
          if (begins[k] - leave > job.max_on_board) {
            return std::nullopt;
          }
        } else if (steps[k].node == job.pickup) {
          const std::int64_t until = job.delivery == kNone ? end : begins[step_of.at(job.delivery)];
          const std::int64_t soonest = until - job.max_on_board - steps[k].work;
          if (begins[k] < soonest) {
            not_before[k] = soonest;
            moved = true;
          }
        }
      }
      if (!moved) {
        return end;
      }
    }
  }

  const Instance& in_;
};

}  // namespace judge
