// Recreate: absent shipments go back one by one, each to its cheapest place, now and then overlooking a
// route (the "blinks" of Christiaens & Vanden Berghe 2020, DOI 10.1287/trsc.2019.0914).
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/routing/groups.hpp"
#include "core/routing/plan.hpp"
#include "core/routing/random.hpp"

namespace colivraison::routing {

template <typename Routes>
class Recreate {
 public:
  explicit Recreate(const Plan<Routes>& plan)
      : instance_(&plan.instance()), half_fixed_(plan.instance().jobs.size(), 0) {
    const auto& instance = *instance_;
    far_.resize(instance.jobs.size());
    tight_.resize(instance.jobs.size());
    opens_.resize(instance.jobs.size());
    closes_.resize(instance.jobs.size());
    heavy_.resize(instance.jobs.size());
    const auto dimensions = static_cast<std::size_t>(instance.dimensions);
    std::vector<double> largest(dimensions, 1);
    for (std::size_t k = 0; k < instance.capacity.size(); ++k) {
      largest[k % dimensions] =
          std::max(largest[k % dimensions], static_cast<double>(instance.capacity[k]));
    }
    for (std::size_t number = 0; number < instance.jobs.size(); ++number) {
      const Job& job = instance.jobs[number];
      half_fixed_[number] = plan.half_fixed(static_cast<Index>(number)) ? 1 : 0;
      opens_[number] = 1e18;
      for (const Index end : {job.pickup, job.delivery}) {
        if (end == kNone) {
          continue;
        }
        const Node& node = instance.nodes[static_cast<std::size_t>(end)];
        const auto windows = instance.windows_of(node.windows_begin, node.windows_end);
        for (const auto& window : windows) {
          tight_[number] += window.last - window.first;
        }
        opens_[number] = std::min<double>(opens_[number], windows.front().first);
        closes_[number] = std::max<double>(closes_[number], windows.back().last);
        if (node.location >= 0 && !instance.vehicles.empty()) {
          const Vehicle& vehicle = instance.vehicles.front();
          const Leg& leg = instance.legs[static_cast<std::size_t>(vehicle.profile)]
                                        [static_cast<std::size_t>(vehicle.start) *
                                             static_cast<std::size_t>(instance.locations) +
                                         static_cast<std::size_t>(node.location)];
          far_[number] = std::max<double>(far_[number], leg.duration);
        }
      }
      for (std::size_t d = 0; d < dimensions; ++d) {
        heavy_[number] =
            std::max(heavy_[number],
                     static_cast<double>(instance.demand[number * dimensions + d]) / largest[d]);
      }
    }
  }

  // Chance that a route is overlooked.
  double overlook = 0;
  // Never more routes than this.
  Index most_routes = kNone;
  // How much more than its price an optional job may cost, in the mean.
  double daring = 0;
  // Whether a new route is an alternative to the cheapest place in a present one.
  bool open_when_cheaper = false;

  // Puts absent jobs back; those without a place stay absent.  Vehicles of `barred_kind` do not set
  // out, unless it is kNone.  `stop` may end it early.
  template <typename Stop>
  void operator()(Plan<Routes>& plan, Random& random, Index barred_kind, Stop stop) {
    auto& absent = plan.absent_for_change();
    sort_absent(absent, random);
    absent.clear();
    std::size_t next = 0;
    for (; next < order_.size(); ++next) {
      if ((next & 15) == 15 && stop()) {
        break;
      }
      const Index job = order_[next].second;
      // Routes remembered first: the best of them bounds the search in the others.
      best_ = Insertion{};
      best_.delta = price_with_group(plan, job);
      if (best_.delta < kInfinite && daring > 0) {
        // Dearer than its price for now: several together may pay for a route that one does not.
        best_.delta += static_cast<Cost>(daring * random.exponential());
      }
      best_vehicle_ = kNone;
      unknown_.clear();
      for (const Index vehicle : plan.active()) {
        if (!plan.able(job, vehicle)) {
          continue;
        }
        if (--until_overlooked_ < 0) {
          draw_overlooked(random);
          // On a plan of few routes, overlooking one whole is too coarse: only its best place.
          if (plan.active().size() <= 4) {
            const Insertion place = plan.best_insertion(job, vehicle, kInfinite);
            if (place.possible()) {
              consider(plan.second_insertion(job, vehicle, place, best_.delta), vehicle);
            }
          }
        } else if (const auto* known = plan.recall(job, vehicle, best_.delta)) {
          if (known->delta < best_.delta) {
            best_ = known->place();
            best_vehicle_ = vehicle;
          }
        } else {
          unknown_.push_back(vehicle);
        }
      }
      consider_unknown(plan, job);
      if ((best_vehicle_ == kNone || open_when_cheaper) &&
          (most_routes == kNone || static_cast<Index>(plan.active().size()) < most_routes)) {
        plan.idle().for_each_kind([&](Index vehicle) {
          if (instance_->kind_of(vehicle) == barred_kind || !plan.able(job, vehicle)) {
            return;
          }
          if (--until_overlooked_ < 0) {
            draw_overlooked(random);
            return;
          }
          consider(plan.best_insertion(job, vehicle, best_.delta), vehicle);
        });
      }
      // No place, or cheaper to leave it out.
      if (best_vehicle_ == kNone) {
        absent.push_back(job);
        continue;
      }
      plan.insert(job, best_vehicle_, best_);
    }
    for (; next < order_.size(); ++next) {
      absent.push_back(order_[next].second);
    }
  }

 private:
  // The routes of which too little is remembered, the promising ones first.
  void consider_unknown(Plan<Routes>& plan, Index job) {
    if (!plan.has_lower_bounds()) {
      // Where it comes from it is cheap: a good bound for the others.
      const auto former = std::find(unknown_.begin(), unknown_.end(), plan.former_vehicle(job));
      if (former != unknown_.end()) {
        std::iter_swap(former, unknown_.begin());
      }
      for (const Index vehicle : unknown_) {
        consider(plan.best_insertion(job, vehicle, best_.delta), vehicle);
      }
      return;
    }
    promising_.clear();
    for (const Index vehicle : unknown_) {
      const Cost bound = plan.lower_bound(job, vehicle);
      if (bound < best_.delta) {
        promising_.emplace_back(bound, vehicle);
      }
    }
    std::sort(promising_.begin(), promising_.end());
    for (const auto& [bound, vehicle] : promising_) {
      if (bound >= best_.delta) {
        break;
      }
      consider(plan.best_insertion(job, vehicle, best_.delta), vehicle);
    }
  }

  void consider(const Insertion& place, Index vehicle) {
    if (place.delta < best_.delta) {
      best_ = place;
      best_vehicle_ = vehicle;
    }
  }

  void draw_overlooked(Random& random) {
    until_overlooked_ = overlook > 0
                            ? static_cast<Index>(std::min(random.exponential() / overlook, 1e9))
                            : Index{1} << 30;
  }

  void sort_absent(const std::vector<Index>& absent, Random& random) {
    const Index drawn = random.below(18);
    order_.clear();
    for (const Index job : absent) {
      const auto k = static_cast<std::size_t>(job);
      double key = 0;
      if (half_fixed_[k]) {
        key = -1e300;  // nobody may take its room
      } else if (drawn < 4) {
        key = random.unit();
      } else if (drawn < 8) {
        key = -heavy_[k];
      } else if (drawn < 10) {
        key = -far_[k];
      } else if (drawn < 11) {
        key = far_[k];
      } else if (drawn < 13) {
        key = tight_[k];
      } else if (drawn < 15) {
        key = opens_[k];
      } else {
        key = -closes_[k];
      }
      order_.emplace_back(key, job);
    }
    std::sort(order_.begin(), order_.end());
  }

  const Instance* instance_;
  std::vector<std::uint8_t> half_fixed_;  // by job
  std::vector<double> far_;
  std::vector<double> tight_;
  std::vector<double> opens_;
  std::vector<double> closes_;
  std::vector<double> heavy_;
  std::vector<std::pair<double, Index>> order_;
  Insertion best_;
  Index best_vehicle_ = kNone;
  std::vector<Index> unknown_;
  std::vector<std::pair<Cost, Index>> promising_;  // with the bound of each
  Index until_overlooked_ = 100;
};

}  // namespace colivraison::routing
