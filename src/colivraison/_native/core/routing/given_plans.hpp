// Plans that are given: from outside, or by what is locked.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/routing/plan.hpp"

namespace colivraison::routing {

// What the routes themselves do not look at: every vehicle once, with what it may carry and without
// those that exclude it, every job whole on one vehicle and once.  Who is neither served nor absent belongs to somebody else.
inline bool is_allowed(const Instance& instance, const PlanRecord& record) {
  std::vector<Index> vehicle_of(instance.nodes.size(), kNone);
  std::vector<std::uint8_t> used(instance.vehicles.size(), 0);
  std::vector<std::uint8_t> absent(instance.jobs.size(), 0);
  for (const auto& clique : instance.exclusive) {
    if (std::count_if(record.routes.begin(), record.routes.end(), [&](const RouteRecord& route) {
          return std::find(clique.begin(), clique.end(), route.vehicle) != clique.end();
        }) > 1) {
      return false;
    }
  }
  for (const Index job : record.absent) {
    absent[static_cast<std::size_t>(job)] = 1;
  }
  for (const auto& route : record.routes) {
    if (route.nodes.empty() || used[static_cast<std::size_t>(route.vehicle)]++) {
      return false;
    }
    for (const Index node : route.nodes) {
      const Index job = instance.nodes[static_cast<std::size_t>(node)].job;
      if (vehicle_of[static_cast<std::size_t>(node)] != kNone ||
          !instance.may_carry(job, route.vehicle)) {
        return false;
      }
      const Index pickup = instance.jobs[static_cast<std::size_t>(job)].pickup;
      if (node != pickup && pickup != kNone &&
          vehicle_of[static_cast<std::size_t>(pickup)] != route.vehicle) {
        return false;
      }
      vehicle_of[static_cast<std::size_t>(node)] = route.vehicle;
    }
  }
  for (std::size_t number = 0; number < instance.jobs.size(); ++number) {
    const Job& job = instance.jobs[number];
    const auto of = [&](Index node) { return vehicle_of[static_cast<std::size_t>(node)]; };
    const Index first = of(job.pickup != kNone ? job.pickup : job.delivery);
    const Index second = of(job.delivery != kNone ? job.delivery : job.pickup);
    if (first != second || (first != kNone && absent[number])) {
      return false;
    }
  }
  return true;
}

// Locked visits stand in their routes from the beginning; free ends of their jobs are absent, and
// `placed` says which jobs stand whole.  Several sequences of one vehicle stand in the first order that
// can be driven, which is tried out on `plan`.
template <typename Routes>
PlanRecord locked_plan(Plan<Routes>& plan, std::vector<std::uint8_t>& placed) {
  // Sequences locked on one vehicle whose every order is tried.
  constexpr std::size_t kMostOrdered = 6;
  const Instance& instance = plan.instance();
  PlanRecord locked;
  std::vector<std::uint8_t> has(instance.nodes.size(), 0);
  for (std::size_t v = 0; v < instance.vehicles.size() && !instance.locks.empty(); ++v) {
    std::vector<Index> first;
    std::vector<const Lock*> sequences;
    for (const auto& lock : instance.locks) {
      if (static_cast<std::size_t>(lock.vehicle) != v || lock.nodes.empty()) {
        continue;
      }
      for (const Index node : lock.nodes) {
        has[static_cast<std::size_t>(node)] = 1;
      }
      if (lock.kind == Lock::Kind::kSequence) {
        sequences.push_back(&lock);
      } else {
        first = lock.nodes;
      }
    }
    if (first.empty() && sequences.empty()) {
      continue;
    }
    RouteRecord route{static_cast<Index>(v), {}, {}};
    // Pointers into one array: their order is that of the locks.
    do {
      route.nodes = first;
      for (const Lock* lock : sequences) {
        route.nodes.insert(route.nodes.end(), lock->nodes.begin(), lock->nodes.end());
      }
    } while (sequences.size() <= kMostOrdered && !plan.load({route}, {}) &&
             std::next_permutation(sequences.begin(), sequences.end()));
    locked.routes.push_back(route);
  }
  for (std::size_t number = 0; number < instance.jobs.size(); ++number) {
    const Job& job = instance.jobs[number];
    const bool pickup = job.pickup == kNone || has[static_cast<std::size_t>(job.pickup)];
    const bool delivery = job.delivery == kNone || has[static_cast<std::size_t>(job.delivery)];
    placed[number] = pickup && delivery;
  }
  return locked;
}

}  // namespace colivraison::routing
