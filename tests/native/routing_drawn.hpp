// Random problems for the tests of the search: every field of the model drawn now and then.
#pragma once

#include <algorithm>
#include <random>
#include <vector>

#include "core/routing/instance.hpp"

namespace drawn {

using namespace colivraison::routing;

class Drawn {
 public:
  explicit Drawn(std::uint32_t seed) : random_(seed) {}

  // low..high
  Index number(Index low, Index high) {
    return std::uniform_int_distribution<Index>(low, high)(random_);
  }
  bool now(int percent) { return number(0, 99) < percent; }

  // Identical vehicles, one window a node, cost = distance: what PlainRoutes takes.
  Instance plain(Index jobs, bool fewest_vehicles) {
    Instance instance = places(2 * jobs + 1, 40);
    instance.dimensions = 1;
    instance.fewest_vehicles = fewest_vehicles;
    for (Index job = 0; job < jobs; ++job) {
      const Time opens = number(0, 150);
      add_job(instance, add_node(instance, 2 * job + 1, {{opens, opens + number(20, 120)}}),
              add_node(instance, 2 * job + 2, {{opens + 30, opens + number(60, 250)}}));
      instance.demand.push_back(number(1, 5));
    }
    for (Index k = 0; k < jobs; ++k) {
      instance.vehicles.push_back(van(instance, {0, 500}));
      instance.capacity.push_back(10);
    }
    add_company(instance);
    finish(instance);
    return instance;
  }

  // The whole model; moments below 400, so that a judge can try every departure.
  Instance rich(Index jobs, Index vehicles) {
    Instance instance = places(number(2, 6), 20);
    instance.dimensions = number(0, 2);
    instance.fewest_vehicles = now(20);
    for (auto& setup : instance.setup) {
      setup = now(50) ? 2 : 0;
    }
    if (now(30)) {
      for (auto& leg : instance.legs[0]) {
        if (leg.duration != 0 && now(10)) {
          leg = {kNoWay, 0};
        }
      }
    }
    if (now(40)) {
      instance.legs.push_back(places(instance.locations, 35).legs[0]);
    }
    const Index classes = now(50) ? number(1, 3) : 0;
    instance.route_conflicts.assign(static_cast<std::size_t>(classes), 0);
    instance.board_conflicts = instance.route_conflicts;
    if (classes > 1) {
      auto& conflicts = now(50) ? instance.route_conflicts : instance.board_conflicts;
      conflicts[0] |= 2;
      conflicts[1] |= 1;
    }
    const bool open_ends = now(30);
    for (Index job = 0; job < jobs; ++job) {
      const bool alone = now(15);
      const Index pickup = alone && now(50) ? kNone : visit(instance, open_ends);
      const Index delivery = alone && pickup != kNone ? kNone : visit(instance, open_ends);
      Job& added = add_job(instance, pickup, delivery);
      added.price = instance.fewest_vehicles || now(70) ? kInfinite : number(0, 200);
      added.load_class = classes > 0 && now(80) ? number(0, classes - 1) : kNone;
      added.max_on_board = now(15) ? number(20, 120) : kUnlimited;
      for (Index d = 0; d < instance.dimensions; ++d) {
        instance.demand.push_back(number(0, 4));
      }
    }
    for (Index k = 0; k < vehicles; ++k) {
      add_vehicle(instance, open_ends);
    }
    instance.allowed.clear();
    for (Index job = 0; job < jobs; ++job) {
      instance.allowed.push_back(now(80) ? ~std::uint64_t{0} : static_cast<std::uint64_t>(number(1, 7)));
    }
    add_company(instance);
    finish(instance);
    return instance;
  }

  std::mt19937& random() { return random_; }

 private:
  Instance places(Index count, Index farthest) {
    Instance instance;
    instance.locations = count;
    instance.setup.assign(static_cast<std::size_t>(count), 0);
    auto& legs = instance.legs.emplace_back();
    for (Index from = 0; from < count; ++from) {
      for (Index to = 0; to < count; ++to) {
        legs.push_back(from == to ? Leg{0, 0} : Leg{number(0, farthest), number(0, 10 * farthest)});
      }
    }
    return instance;
  }

  static Index add_windows(Instance& instance, const std::vector<TimeSpan>& windows) {
    const auto begin = static_cast<Index>(instance.windows.size());
    instance.windows.insert(instance.windows.end(), windows.begin(), windows.end());
    return begin;
  }

  static Index add_node(Instance& instance, Index location, const std::vector<TimeSpan>& windows,
                        Time service = 3) {
    Node node{};
    node.location = location;
    node.service = service;
    node.windows_begin = add_windows(instance, windows);
    node.windows_end = static_cast<Index>(instance.windows.size());
    instance.nodes.push_back(node);
    return static_cast<Index>(instance.nodes.size()) - 1;
  }

  static Job& add_job(Instance& instance, Index pickup, Index delivery) {
    return instance.jobs.emplace_back(Job{pickup, delivery, kInfinite, kNone, kUnlimited, kNone});
  }

  Vehicle van(const Instance& instance, TimeSpan shift) {
    Vehicle vehicle{};
    vehicle.end = vehicle.start = 0;
    vehicle.shift = shift;
    vehicle.per_metre = 1;
    vehicle.regular = vehicle.max_duration = kUnlimited;
    vehicle.max_distance = std::numeric_limits<std::int64_t>::max();
    vehicle.rests_begin = vehicle.rests_end = static_cast<Index>(instance.rests.size());
    return vehicle;
  }

  std::vector<TimeSpan> hours() {
    if (now(40)) {
      return {{0, 1000}};
    }
    std::vector<TimeSpan> found;
    Time from = number(0, 120);
    do {
      found.push_back({from, from + number(0, 80)});
      from = found.back().last + number(1, 40);
    } while (found.size() < 2 && now(30));
    return found;
  }

  Index visit(Instance& instance, bool open_ends) {
    Index location = number(0, instance.locations - 1);
    if (now(15)) {
      location = open_ends || now(50) ? kVehicleStart : kVehicleEnd;
    }
    return add_node(instance, location, hours(), number(0, 6));
  }

  void add_vehicle(Instance& instance, bool open_ends) {
    const Time begin = number(0, 30);
    Vehicle vehicle = van(instance, {begin, begin + number(100, 350)});
    vehicle.start = number(0, instance.locations - 1);
    vehicle.end = open_ends && now(50) ? kNone : number(0, instance.locations - 1);
    vehicle.profile = number(0, static_cast<Index>(instance.legs.size()) - 1);
    vehicle.per_use = now(30) ? number(0, 100) : 0;
    vehicle.per_second = now(60) ? number(0, 5) : 0;
    vehicle.per_overtime_second = now(30) ? number(0, 9) : 0;
    vehicle.regular = now(30) ? number(0, 150) : kUnlimited;
    vehicle.max_duration = now(20) ? number(50, 250) : kUnlimited;
    if (now(20)) {
      vehicle.max_distance = number(200, 1500);
    }
    vehicle.lifo = now(20);
    vehicle.leaves_at_once = now(20);
    for (int k = 0; k < 2 && now(20); ++k) {
      Rest rest{};
      rest.duration = number(0, 15);
      rest.beyond = now(50) ? number(0, 200) : 0;
      rest.windows_begin = add_windows(instance, hours());
      rest.windows_end = static_cast<Index>(instance.windows.size());
      instance.rests.push_back(rest);
    }
    vehicle.rests_end = static_cast<Index>(instance.rests.size());
    // Every vehicle is of a kind of its own.
    vehicle.kind = static_cast<Index>(instance.vehicles.size());
    instance.vehicles.push_back(vehicle);
    for (Index d = 0; d < instance.dimensions; ++d) {
      instance.capacity.push_back(number(4, 12));
    }
  }

  // Vehicles that exclude each other; jobs that are served with others or not at all.
  void add_company(Instance& instance) {
    for (int k = 0; k < 2 && now(20); ++k) {
      auto& clique = instance.exclusive.emplace_back();
      for (Index v = 0; v < static_cast<Index>(instance.vehicles.size()); ++v) {
        if (now(50)) {
          clique.push_back(v);
          instance.vehicles[static_cast<std::size_t>(v)].kind = v;
        }
      }
    }
    Index job = 0;
    const bool grouped = now(30);
    while (grouped && job < static_cast<Index>(instance.jobs.size())) {
      auto& group = instance.groups.emplace_back();
      Load sum = 0;
      for (Index left = number(1, 5); left > 0 && job < static_cast<Index>(instance.jobs.size());
           --left) {
        group.jobs.push_back(job++);
        group.amounts.push_back(number(0, 3));
        sum += group.amounts.back();
      }
      group.minimum = now(50) ? sum : number(0, static_cast<Index>(sum) + 1);
    }
  }

  static void finish(Instance& instance) {
    if (instance.allowed.empty()) {
      instance.allowed.assign(
          instance.jobs.size() * static_cast<std::size_t>(instance.vehicle_words()),
          ~std::uint64_t{0});
    }
    instance.reference_next.assign(instance.nodes.size(), kNone);
    instance.complete();
  }

  std::mt19937 random_;
};

}  // namespace drawn
