// The search of one thread: phases of simulated annealing over plans in which shipments may be
// absent for the moment.
//
// Absent shipments carry a price of their own that grows while they are absent and is let down when
// plans are complete often enough.  With a fixed number of vehicles the complete plans alone are islands;
// the prices build the bridges.  (Guiding prices as in guided ejection search, Nagata & Braysy 2009,
// DOI 10.1016/j.orl.2009.04.006, and the absence counters of Christiaens & Vanden Berghe 2020, DOI
// 10.1287/trsc.2019.0914, here inside the annealing criterion.)
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "core/routing/given_plans.hpp"
#include "core/routing/groups.hpp"
#include "core/routing/recreate.hpp"
#include "core/routing/route_pool.hpp"
#include "core/routing/ruin.hpp"
#include "core/routing/search_parts.hpp"

namespace colivraison::routing {

template <typename Routes>
class Search {
 public:
  Search(const Instance& instance, std::uint64_t seed, int number,
         const SearchSettings& settings)
      : instance_(&instance),
        plan_(instance),
        ruin_(plan_),
        recreate_(plan_),
        groups_(instance),
        random_(seed),
        number_(number),
        settings_(settings),
        price_(instance.jobs.size(), 0),
        absences_(instance.jobs.size(), 1),
        hopeless_(instance.jobs.size(), 0),
        pool_(instance.nodes.size()) {
    // A benchmark's shipments share no places, and its routes are emptied by phases of their own.
    money_ = std::any_of(instance.vehicles.begin(), instance.vehicles.end(), [](const Vehicle& one) {
      return one.per_second != 0 || one.per_use != 0;
    });
    ruin_.settings = settings.ruin;
    // Small problems are soon searched through; then what is overlooked is what is new.
    recreate_.overlook =
        std::max(settings.overlook, 1.0 / static_cast<double>(4 + instance.jobs.size()));
    if (!money_) {
      ruin_.settings.whole_route = ruin_.settings.bundle = ruin_.settings.other_vehicle = 0;
    }
  }

  const PlanRecord& best() const { return best_; }
  const RoutePool& pool() const { return pool_; }
  const Worth& worth() const { return worth_; }
  std::int64_t iterations() const { return iterations_; }

  // Builds a first plan, from `initial` if it can be driven.  Returns false when the locks cannot be
  // kept.
  bool start(const PlanRecord* initial, const Chunk& chunk) {
    PlanRecord locked;
    std::vector<std::uint8_t> placed(instance_->jobs.size(), 0);
    if (initial != nullptr) {
      locked = *initial;
      for (const auto& route : locked.routes) {
        for (const Index node : route.nodes) {
          placed[job_of(node)] = 1;
        }
      }
      locked.absent.clear();
    } else {
      locked = locked_plan(plan_, placed);
    }
    for (std::size_t job = 0; job < placed.size(); ++job) {
      if (!placed[job]) {
        locked.absent.push_back(static_cast<Index>(job));
      }
    }
    if ((initial != nullptr && !is_allowed(*instance_, locked)) ||
        !plan_.load(locked.routes, locked.absent)) {
      return false;
    }
    recreate_.open_when_cheaper = true;
    recreate_.most_routes = kNone;
    plan_.begin();
    if (!plan_.absent().empty()) {
      recreate_(plan_, random_, kNone, [&] { return chunk.over(); });
    }
    groups_.drop_short(plan_);
    plan_.begin();
    find_hopeless(chunk);
    least_leg_ = std::max(1.0, (money_ ? 0.3 : 0.1) * leg_alone());
    worth_ = Worth{std::int64_t{1} << 62, 0, 0};
    keep_if_best();
    plan_phases();
    return true;
  }

  // A plan of another search that is no worse; this one goes on from it.
  void adopt(const PlanRecord& record, const Worth& worth) {
    best_ = record;
    worth_ = worth;
    adopt_ = true;
  }

  // A plan from outside; taken over when it is better.  False when it cannot be driven.
  bool offer(const PlanRecord& record) {
    const bool driven = is_allowed(*instance_, record) && keeps_groups(*instance_, record) &&
                        plan_.load(record.routes, record.absent);
    const Worth worth = driven ? present_worth() : worth_;
    if (driven && worth < worth_) {
      best_ = plan_.record();
      worth_ = worth;
    }
    adopt_ = true;  // back to the best plan, which may be the one from outside
    return driven;
  }

  // Searches on; returns when the chunk is over.
  void run(const Chunk& chunk) {
    double share = chunk.share_begin;
    for (std::int64_t done = 0; done < chunk.iterations; ++done) {
      if ((done & 7) == 0) {
        chunk.look_at(worth_);
        if (chunk.over()) {
          return;
        }
        share = chunk.share(done);
      }
      while (phase_ + 1 < phases_.size() && share >= phases_[phase_].until) {
        ++phase_;
        begin_phase();
      }
      if (adopt_) {
        begin_phase();
      }
      step(share, chunk);
      ++iterations_;
    }
  }

 private:
  // Below so many jobs complete plans are seen often enough.
  static constexpr std::size_t kStrictFrom = 30;
  // A plan with half a job does not keep its locks, whomever else it serves.
  static constexpr std::int64_t kHalf = std::int64_t{1} << 40;
  // Plans in which more are absent tell little about complete ones.
  static constexpr std::int64_t kMostAbsentInPool = 2;

  enum class Kind : std::uint8_t { kFleetByPrices, kFleetByCounters, kCost };
  struct Phase {
    Kind kind;
    double from;
    double until;
  };

  std::size_t job_of(Index node) const {
    return static_cast<std::size_t>(instance_->nodes[static_cast<std::size_t>(node)].job);
  }

  // Shipments that no vehicle can carry alone.  They are tried like all others (beside a stop at the
  // same place they may fit), but nobody waits for them.
  void find_hopeless(const Chunk& chunk) {
    std::size_t looked = 0;
    for (const Index job : plan_.absent()) {
      // A hundred thousand on a thousand kinds of vehicles take longer than anybody waits; whom it
      // did not come to is hoped for.
      if ((looked++ & 15) == 15 && chunk.over()) {
        return;
      }
      const bool required = instance_->jobs[static_cast<std::size_t>(job)].price >= kInfinite;
      if (required && instance_->locks.empty() && !plan_.possible_alone(job)) {
        hopeless_[static_cast<std::size_t>(job)] = 1;
        ++hopeless_count_;
      }
    }
    for (const auto& group : instance_->groups) {
      // Without those for whom there is no hope the others may never be enough.
      const auto hoped = [&](Index job) { return !hopeless_[static_cast<std::size_t>(job)]; };
      if (!falls_short(group, hoped)) {
        continue;
      }
      for (const Index job : group.jobs) {
        if (awaited(job)) {
          hopeless_[static_cast<std::size_t>(job)] = 1;
          ++hopeless_count_;
        }
      }
    }
  }
  bool complete() const { return worth_.missing <= hopeless_count_; }
  // Whether somebody is absent for whom there is hope and no price.
  bool awaited(Index job) const {
    return instance_->jobs[static_cast<std::size_t>(job)].price >= kInfinite &&
           !hopeless_[static_cast<std::size_t>(job)];
  }

  std::int64_t awaited_absent() const {
    return std::count_if(plan_.absent().begin(), plan_.absent().end(),
                         [&](Index job) { return awaited(job); });
  }

  Worth present_worth() const {
    Worth worth;
    worth.cost = plan_.cost();
    for (const Index job : plan_.absent()) {
      const Cost price = instance_->jobs[static_cast<std::size_t>(job)].price;
      if (price >= kInfinite) {
        worth.missing += plan_.half_fixed(job) ? kHalf : 1;
      } else {
        worth.cost += price;
      }
    }
    worth.missing += groups_.count_short(plan_) * kHalf;
    worth.vehicles =
        instance_->fewest_vehicles ? static_cast<std::int64_t>(plan_.active().size()) : 0;
    return worth;
  }

  bool keep_if_best() {
    if (static_cast<std::int64_t>(plan_.absent().size()) > worth_.missing + optional_) {
      return false;
    }
    const Worth now = present_worth();
    if (!(now < worth_)) {
      return false;
    }
    worth_ = now;
    best_ = plan_.record();
    return true;
  }

  void plan_phases() {
    optional_ = 0;
    for (const auto& job : instance_->jobs) {
      optional_ += job.price < kInfinite ? 1 : 0;
    }
    phases_.clear();
    if (instance_->fewest_vehicles) {
      // Every other search of a team begins with the other way to empty routes.
      const Kind one = number_ % 2 == 0 ? Kind::kFleetByPrices : Kind::kFleetByCounters;
      const Kind two = number_ % 2 == 0 ? Kind::kFleetByCounters : Kind::kFleetByPrices;
      phases_ = {{one, 0, 0.125},   {two, 0.125, 0.25}, {Kind::kCost, 0.25, 0.55},
                 {one, 0.55, 0.6},  {two, 0.6, 0.65},   {Kind::kCost, 0.65, 1}};
    } else {
      phases_ = {{Kind::kCost, 0, 1}};
    }
    phase_ = 0;
    begin_phase();
  }

  void begin_phase() {
    adopt_ = false;
    const Kind kind = phases_[phase_].kind;
    plan_.load(best_.routes, best_.absent);
    mean_leg_ = std::max(least_leg_, mean_leg());
    recreate_.open_when_cheaper = !instance_->fewest_vehicles;
    recreate_.most_routes = instance_->fewest_vehicles && complete()
                                ? static_cast<Index>(plan_.active().size())
                                : kNone;
    complete_ = incomplete_ = 0;
    strict_ = false;
    std::fill(absences_.begin(), absences_.end(), 1);
    reset_prices((kind == Kind::kCost ? settings_.price : settings_.fleet_price) * mean_leg_);
    if (kind != Kind::kCost && complete()) {
      drop_route();
    }
  }

  void reset_prices(double price) {
    for (std::size_t job = 0; job < price_.size(); ++job) {
      const Cost fixed = instance_->jobs[job].price;
      price_[job] = fixed < kInfinite ? static_cast<double>(fixed) : price;
    }
  }

  // Cost of a leg when some shipments go alone with some vehicles.  It keeps temperatures and prices
  // sensible where the present plan costs nothing and another one would.
  double leg_alone() {
    double sum = 0;
    std::int64_t legs = 0;
    const std::size_t step = std::max<std::size_t>(1, instance_->jobs.size() / 50);
    for (std::size_t job = 0; job < instance_->jobs.size(); job += step) {
      int vehicles = 0;
      plan_.idle().for_each_kind([&](Index vehicle) {
        if (++vehicles > 20) {
          return;
        }
        const Insertion place =
            plan_.best_insertion(static_cast<Index>(job), vehicle, kInfinite);
        if (place.possible()) {
          sum += static_cast<double>(place.delta);
          legs += 3;
        }
      });
    }
    return legs == 0 ? 0 : sum / static_cast<double>(legs);
  }

  // Cost of a way from stop to stop.
  double mean_leg() const {
    std::int64_t legs = 0;
    for (const Index vehicle : plan_.active()) {
      const auto& route = plan_.route(vehicle);
      ++legs;
      for (Index k = 1; k <= route.size(); ++k) {
        legs += Routes::same_stop(route, k) ? 0 : 1;
      }
    }
    return legs == 0 ? 1.0 : static_cast<double>(plan_.cost()) / static_cast<double>(legs);
  }

  double absence_price() const {
    double sum = 0;
    for (const Index job : plan_.absent()) {
      sum += price_[static_cast<std::size_t>(job)];
    }
    return sum;
  }
  std::int64_t absence_count() const {
    std::int64_t sum = 0;
    for (const Index job : plan_.absent()) {
      sum += absences_[static_cast<std::size_t>(job)];
    }
    return sum;
  }

  // The route whose shipments were easiest to place goes.
  void drop_route() {
    double least = 1e300;
    Index chosen = kNone;
    for (const Index vehicle : plan_.active()) {
      const auto& route = plan_.route(vehicle);
      double sum = 0;
      for (Index k = 1; k <= route.size(); ++k) {
        const std::size_t job = job_of(Routes::node_at(route, k));
        if (plan_.fixed(static_cast<Index>(job)) || plan_.half_fixed(static_cast<Index>(job))) {
          sum = 1e300;
          break;
        }
        sum += phases_[phase_].kind == Kind::kFleetByCounters
                   ? static_cast<double>(absences_[job])
                   : 1 + price_[job] / mean_leg_;
      }
      if (sum < least) {
        least = sum;
        chosen = vehicle;
      }
    }
    recreate_.most_routes = static_cast<Index>(plan_.active().size());
    if (chosen == kNone || plan_.active().size() < 2) {
      return;
    }
    const auto& route = plan_.route(chosen);
    for (Index k = 1; k <= route.size(); ++k) {
      plan_.mark(static_cast<Index>(job_of(Routes::node_at(route, k))));
    }
    plan_.begin();
    plan_.remove_marked(chosen);
    plan_.begin();
    recreate_.most_routes = static_cast<Index>(plan_.active().size());
    if (phases_[phase_].kind == Kind::kFleetByPrices) {
      reset_prices(settings_.fleet_price * mean_leg_);
    }
  }

  // Routes of plans nearly as good as the best may make a better one together.
  void pool_touched() {
    if (!instance_->locks.empty() || !complete() || awaited_absent() > kMostAbsentInPool) {
      return;
    }
    Cost cost = plan_.cost();
    for (const Index job : plan_.absent()) {
      const Cost price = instance_->jobs[static_cast<std::size_t>(job)].price;
      cost += price < kInfinite ? price : 0;
    }
    const auto best = static_cast<double>(worth_.cost);
    if (static_cast<double>(cost) - best > settings_.pooled * std::abs(best)) {
      return;
    }
    const double plan_cost = static_cast<double>(plan_.cost()) + absence_price();
    plan_.for_each_touched([&](Index vehicle) {
      const auto& route = plan_.route(vehicle);
      if (route.size() > 0) {
        pool_.add(instance_->kind_of(vehicle), route.cost, plan_cost, route.size(),
                  [&](Index k) { return Routes::node_at(route, k + 1); });
      }
    });
  }

  // A route met in another plan takes the place of what is here, or strings of visits leave.
  void ruin(Kind kind) {
    const auto& pooled = pool_.kept();
    if (kind == Kind::kCost && !pooled.empty() && random_.chance(settings_.transplanted)) {
      const auto& route =
          pooled[static_cast<std::size_t>(random_.below(static_cast<Index>(pooled.size())))];
      if (ruin_.transplant(plan_, route.kind, route.nodes, recreate_.most_routes)) {
        return;
      }
    }
    ruin_(plan_, random_);
  }

  void step(double share, const Chunk& chunk) {
    const Phase& phase = phases_[phase_];
    const bool by_counters = phase.kind == Kind::kFleetByCounters;
    double temperature = settings_.fleet_heat * mean_leg_;
    double dearer = settings_.fleet_dearer;
    bool strict = false;
    if (phase.kind == Kind::kCost) {
      const double part = std::clamp((share - phase.from) / (phase.until - phase.from), 0.0, 1.0);
      const double hot = money_ ? settings_.hot_money : settings_.hot;
      const double cold = money_ ? settings_.cold_money : settings_.cold;
      temperature = mean_leg_ * hot * natural_exp(part * natural_log(cold / hot));
      dearer = settings_.dearer;
      strict = complete() && instance_->jobs.size() >= kStrictFrom &&
               part >= (phase_ + 1 < phases_.size() ? settings_.strict : settings_.strict_last);
      if (strict && !strict_) {
        // The plan under change may be incomplete: back to the best.
        strict_ = true;
        plan_.load(best_.routes, best_.absent);
      }
    }
    const double price_before = absence_price();
    const std::int64_t count_before = by_counters ? absence_count() : 0;
    const std::size_t absent_before = plan_.absent().size();
    plan_.begin();
    recreate_.daring = temperature;
    ruin_.toward_absent = phase.kind == Kind::kCost ? 0 : settings_.toward_absent;
    ruin(phase.kind);
    recreate_(plan_, random_, ruin_.barred_kind(), [&] { return chunk.over(); });
    groups_.drop_short(plan_);

    bool accept = false;
    if (by_counters) {
      const std::int64_t count = absence_count();
      accept = plan_.absent().size() < absent_before || count < count_before ||
               (count == count_before && plan_.cost() < plan_.cost_before());
      for (const Index job : plan_.absent()) {
        ++absences_[static_cast<std::size_t>(job)];
      }
    } else {
      const double change =
          static_cast<double>(plan_.cost() - plan_.cost_before()) + absence_price() - price_before;
      accept = change < temperature * random_.exponential() &&
               !(strict && awaited_absent() > 0);
    }
    if (!accept) {
      plan_.undo();
    } else {
      const bool improved = keep_if_best();
      if (phase.kind == Kind::kCost) {
        pool_touched();
      }
      if (improved && phase.kind != Kind::kCost && complete()) {
        drop_route();
      } else if (improved && instance_->fewest_vehicles && complete()) {
        const auto routes = static_cast<Index>(plan_.active().size());
        Index& most = recreate_.most_routes;
        most = most == kNone ? routes : std::min(most, routes);
      }
    }
    if (!by_counters) {
      bool missing = false;
      for (const Index job : plan_.absent()) {
        if (awaited(job)) {
          price_[static_cast<std::size_t>(job)] += dearer * mean_leg_;
          missing = true;
        }
      }
      ++(missing ? incomplete_ : complete_);
      if (complete_ + incomplete_ == 200) {
        if (phase.kind == Kind::kCost && incomplete_ <= settings_.incomplete * 200) {
          for (std::size_t job = 0; job < price_.size(); ++job) {
            if (instance_->jobs[job].price >= kInfinite) {
              price_[job] = std::max(price_[job] * settings_.cheaper, mean_leg_);
            }
          }
        }
        complete_ = incomplete_ = 0;
      }
    }
  }

  const Instance* instance_;
  Plan<Routes> plan_;
  Ruin<Routes> ruin_;
  Recreate<Routes> recreate_;
  Groups<Routes> groups_;
  Random random_;
  int number_;  // among the searches of a team
  SearchSettings settings_;
  std::vector<double> price_;
  std::vector<std::int64_t> absences_;
  std::vector<std::uint8_t> hopeless_;
  std::int64_t hopeless_count_ = 0;
  PlanRecord best_;
  Worth worth_;
  RoutePool pool_;
  std::int64_t iterations_ = 0;
  std::int64_t optional_ = 0;
  std::vector<Phase> phases_;
  std::size_t phase_ = 0;
  double mean_leg_ = 1;
  double least_leg_ = 1;
  int complete_ = 0;
  int incomplete_ = 0;
  bool adopt_ = false;
  bool money_ = false;
  bool strict_ = false;
};

}  // namespace colivraison::routing
