// Groups of jobs of which enough are served, or none: what leaves a plan again for that.
//
// A search sees whole groups come and go: what recreate could not complete goes before a plan is
// judged, so every plan that is kept obeys.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/routing/plan.hpp"

namespace colivraison::routing {

// Whether some jobs of a group are served, and too few.
template <typename Served>
bool falls_short(const JobGroup& group, Served served) {
  Load sum = 0;
  bool any = false;
  for (std::size_t k = 0; k < group.jobs.size(); ++k) {
    if (served(group.jobs[k])) {
      any = true;
      sum += group.amounts[k];
    }
  }
  return any && sum < group.minimum;
}

inline bool keeps_groups(const Instance& instance, const PlanRecord& record) {
  if (instance.groups.empty()) {
    return true;
  }
  std::vector<std::uint8_t> served(instance.jobs.size(), 0);
  for (const auto& route : record.routes) {
    for (const Index node : route.nodes) {
      served[static_cast<std::size_t>(instance.nodes[static_cast<std::size_t>(node)].job)] = 1;
    }
  }
  return std::none_of(instance.groups.begin(), instance.groups.end(), [&](const JobGroup& group) {
    return falls_short(group, [&](Index job) { return served[static_cast<std::size_t>(job)] != 0; });
  });
}

template <typename Routes>
class Groups {
 public:
  explicit Groups(const Instance& instance) : instance_(&instance) {}

  // Takes out what is served of groups that fall short, and of those that do so thereupon.  What is
  // locked stays.
  void drop_short(Plan<Routes>& plan) {
    bool changed = !instance_->groups.empty();
    while (changed) {
      changed = false;
      for (const auto& group : instance_->groups) {
        if (!short_in(plan, group)) {
          continue;
        }
        vehicles_.clear();
        for (const Index job : group.jobs) {
          if (plan.vehicle_of(job) != kNone && !plan.fixed(job)) {
            plan.mark(job);
            vehicles_.push_back(plan.vehicle_of(job));
          }
        }
        std::sort(vehicles_.begin(), vehicles_.end());
        vehicles_.erase(std::unique(vehicles_.begin(), vehicles_.end()), vehicles_.end());
        const std::size_t absent = plan.absent().size();
        for (const Index vehicle : vehicles_) {
          plan.remove_marked(vehicle);
        }
        changed = changed || plan.absent().size() != absent;
      }
    }
  }

  // How many fall short; only what is locked can make it more than none after `drop_short`.
  std::int64_t count_short(const Plan<Routes>& plan) const {
    return std::count_if(instance_->groups.begin(), instance_->groups.end(),
                         [&](const JobGroup& group) { return short_in(plan, group); });
  }

 private:
  static bool short_in(const Plan<Routes>& plan, const JobGroup& group) {
    return falls_short(group, [&](Index job) { return plan.vehicle_of(job) != kNone; });
  }

  const Instance* instance_;
  std::vector<Index> vehicles_;
};

// What a job may cost at most: the price of leaving it out; where its group needs it, the prices of
// all that are absent with it.
template <typename Routes>
Cost price_with_group(const Plan<Routes>& plan, Index job) {
  const Instance& instance = plan.instance();
  const Cost own = instance.jobs[static_cast<std::size_t>(job)].price;
  const Index number = instance.group_of.empty()
                           ? kNone
                           : instance.group_of[static_cast<std::size_t>(job)];
  if (number == kNone || own >= kInfinite) {
    return own;
  }
  const JobGroup& group = instance.groups[static_cast<std::size_t>(number)];
  Load served = 0;
  Cost together = 0;
  for (std::size_t k = 0; k < group.jobs.size(); ++k) {
    if (plan.vehicle_of(group.jobs[k]) != kNone) {
      served += group.amounts[k];
      continue;
    }
    const Cost price = instance.jobs[static_cast<std::size_t>(group.jobs[k])].price;
    together = price >= kInfinite ? kInfinite : std::min(kInfinite, together + price);
    if (together >= kInfinite) {
      break;
    }
  }
  return served < group.minimum ? together : own;
}

}  // namespace colivraison::routing
