// A plan under change: routes, who is in none of them, and how to take everything back.
//
// A search changes a few routes, looks at the result and mostly rejects it.  Copying a plan would cost
// more than the change; here the routes that are touched are kept aside and put back (`undo`).
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "core/routing/idle_vehicles.hpp"
#include "core/routing/insertion.hpp"
#include "core/routing/instance.hpp"
#include "core/routing/known_insertions.hpp"

namespace colivraison::routing {

template <typename Routes>
class Plan {
 public:
  using Route = typename Routes::Route;

  explicit Plan(const Instance& instance)
      : instance_(&instance),
        routes_(instance),
        idle_(instance),
        route_(instance.vehicles.size()),
        version_(instance.vehicles.size()),
        version_before_(instance.vehicles.size()),
        saved_in_(instance.vehicles.size(), 0),
        place_in_active_(instance.vehicles.size(), kNone),
        vehicle_of_(instance.jobs.size(), kNone),
        former_vehicle_(instance.jobs.size(), kNone),
        leaving_(instance.jobs.size(), 0),
        known_(instance.jobs.size(), instance.vehicles.size()) {
    // An empty route has one version for ever, so that what is known about it stays known.
    for (std::size_t v = 0; v < route_.size(); ++v) {
      route_[v].vehicle = static_cast<Index>(v);
      route_[v].version = version_[v] = static_cast<std::uint64_t>(v + 1);
      routes_.empty(route_[v]);
    }
    next_version_ = static_cast<std::uint64_t>(route_.size() + 1);
    clear();
  }

  const Instance& instance() const { return *instance_; }
  const Routes& routes() const { return routes_; }
  const Route& route(Index vehicle) const { return route_[static_cast<std::size_t>(vehicle)]; }
  const std::vector<Index>& active() const { return active_; }
  const std::vector<Index>& absent() const { return absent_; }
  Cost cost() const { return cost_; }
  Cost cost_before() const { return cost_before_; }
  Index vehicle_of(Index job) const { return vehicle_of_[static_cast<std::size_t>(job)]; }
  // Whose route an absent job was taken out of last.
  Index former_vehicle(Index job) const { return former_vehicle_[static_cast<std::size_t>(job)]; }
  // Whether every end of it is locked.
  bool fixed(Index job) const {
    if constexpr (requires { routes_.fixed(Index{}); }) {
      const Job& ends = instance_->jobs[static_cast<std::size_t>(job)];
      return (ends.pickup == kNone || routes_.fixed(ends.pickup)) &&
             (ends.delivery == kNone || routes_.fixed(ends.delivery));
    }
    return false;
  }
  // Of such a job one end is locked and the other is not: to leave it out is no answer.
  bool half_fixed(Index job) const {
    if constexpr (requires { routes_.fixed(Index{}); }) {
      const Job& ends = instance_->jobs[static_cast<std::size_t>(job)];
      return ends.pickup != kNone && ends.delivery != kNone &&
             routes_.fixed(ends.pickup) != routes_.fixed(ends.delivery);
    }
    return false;
  }

  // Everybody absent, every vehicle idle, except what is locked.
  void clear() {
    for (const Index vehicle : active_) {
      reset(vehicle);
    }
    active_.clear();
    std::fill(place_in_active_.begin(), place_in_active_.end(), kNone);
    idle_.all_come_home();
    std::fill(vehicle_of_.begin(), vehicle_of_.end(), kNone);
    absent_.clear();
    cost_ = 0;
    begin();
  }

  // Takes over some routes and says who is absent; others are neither served nor absent (they
  // belong to somebody else).  False when a route cannot be driven; then it is to be loaded anew.
  bool load(const std::vector<RouteRecord>& routes, const std::vector<Index>& absent) {
    clear();
    for (const auto& record : routes) {
      Route& route = route_[static_cast<std::size_t>(record.vehicle)];
      if (!routes_.assign(route, record.nodes)) {
        reset(record.vehicle);
        return false;
      }
      renumber(route);
      cost_ += route.cost;
      activate(record.vehicle);
      for (const Index node : record.nodes) {
        vehicle_of_[job_of(node)] = record.vehicle;
      }
    }
    absent_ = absent;
    for (const Index job : absent) {
      vehicle_of_[static_cast<std::size_t>(job)] = kNone;
    }
    begin();
    return true;
  }

  PlanRecord record() const {
    PlanRecord result;
    result.absent = absent_;
    for (const Index vehicle : active_) {
      const Route& one = route(vehicle);
      RouteRecord& kept = result.routes.emplace_back();
      kept.vehicle = vehicle;
      for (Index k = 1; k <= one.size(); ++k) {
        kept.nodes.push_back(Routes::node_at(one, k));
      }
      kept.rests = Routes::rests_of(one);
      kept.cost = one.cost;
    }
    return result;
  }

  // --- change and undo --------------------------------------------------------------------------

  void begin() {
    saved_count_ = 0;
    ++saving_;
    moved_.clear();
    absent_before_ = absent_;
    active_before_.assign(active_.begin(), active_.end());
    cost_before_ = cost_;
  }

  void undo() {
    for (std::size_t k = 0; k < saved_count_; ++k) {
      const auto v = static_cast<std::size_t>(saved_[k].vehicle);
      std::swap(route_[v], saved_[k]);
      version_[v] = route_[v].version;
    }
    for (std::size_t k = moved_.size(); k-- > 0;) {
      vehicle_of_[static_cast<std::size_t>(moved_[k].first)] = moved_[k].second;
    }
    if (activity_changed_in_ == saving_) {
      for (const Index vehicle : active_) {
        place_in_active_[static_cast<std::size_t>(vehicle)] = kNone;
      }
      // Idle again: whoever was not active before.  Active again: whoever is not now.
      std::vector<Index> after;
      std::swap(after, active_);
      active_.assign(active_before_.begin(), active_before_.end());
      for (std::size_t k = 0; k < active_.size(); ++k) {
        place_in_active_[static_cast<std::size_t>(active_[k])] = static_cast<Index>(k);
      }
      for (const Index vehicle : after) {
        if (place_in_active_[static_cast<std::size_t>(vehicle)] == kNone) {
          idle_.comes_home(vehicle);
        }
      }
      for (const Index vehicle : active_) {
        if (std::find(after.begin(), after.end(), vehicle) == after.end()) {
          idle_.sets_out(vehicle);
        }
      }
    }
    absent_.assign(absent_before_.begin(), absent_before_.end());
    cost_ = cost_before_;
  }

  // The vehicles whose routes were touched since `begin`.
  template <typename Visit>
  void for_each_touched(Visit visit) const {
    for (std::size_t k = 0; k < saved_count_; ++k) {
      visit(saved_[k].vehicle);
    }
  }

  void mark(Index job) { leaving_[static_cast<std::size_t>(job)] = 1; }
  bool marked(Index job) const { return leaving_[static_cast<std::size_t>(job)] != 0; }

  // Takes the marked jobs out of a route and makes them absent.  Where the rest can no longer be
  // driven (possible with matrices or windows that punish an omission), all others go too; where
  // locked visits need the free ends of their jobs, those stay.
  void remove_marked(Index vehicle) {
    Route& route = touch(vehicle);
    const Cost before = route.cost;
    const bool locked = !instance_->locks.empty();
    if (locked) {
      kept_ = route;
    }
    const auto leave = [&](auto goes) {
      collect(route, goes);
      return routes_.remove(route, [&](Index node) { return goes(static_cast<Index>(job_of(node))); });
    };
    const auto leave_instead = [&](auto goes) {
      route = kept_;
      leaving_now_.clear();
      return leave(goes);
    };
    const auto everybody = [](Index) { return true; };
    leaving_now_.clear();
    if (!leave([&](Index job) { return marked(job); })) {
      if (!locked) {
        leave(everybody);
      } else if (!leave_instead([&](Index job) { return marked(job) && !half_fixed(job); }) &&
                 !leave_instead([&](Index job) { return !half_fixed(job); }) &&
                 !leave_instead(everybody)) {
        route = kept_;
        leaving_now_.clear();
      }
    }
    for (const Index job : leaving_now_) {
      leaving_[static_cast<std::size_t>(job)] = 0;
      former_vehicle_[static_cast<std::size_t>(job)] = vehicle;
      set_vehicle(job, kNone);
      absent_.push_back(job);
    }
    for (Index k = 1; locked && k <= kept_.size(); ++k) {
      leaving_[job_of(Routes::node_at(kept_, k))] = 0;
    }
    settle(vehicle, before);
  }

  // Gives a route its nodes in another order; false, and nothing changes, where it cannot be driven.
  bool reorder(Index vehicle, const std::vector<Index>& nodes) {
    Route& route = touch(vehicle);
    const Cost before = route.cost;
    kept_ = route;
    if (!routes_.assign(route, nodes)) {
      route = kept_;
      return false;
    }
    settle(vehicle, before);
    return true;
  }

  // Gives an idle vehicle a whole route of absent jobs that one of its kind has driven before.
  void place(Index vehicle, const std::vector<Index>& nodes) {
    if (!routes_.assign(touch(vehicle), nodes)) {
      throw std::logic_error("a route that was driven cannot be driven");
    }
    for (const Index node : nodes) {
      set_vehicle(static_cast<Index>(job_of(node)), vehicle);
    }
    activity_changed_in_ = saving_;
    activate(vehicle);
    settle(vehicle, 0);
    std::erase_if(absent_, [&](Index job) { return vehicle_of(job) != kNone; });
  }

  // Two vehicles exchange their routes, each in its order; one of them may be idle.  False, and
  // nothing changes, where one of them may not or cannot drive what is the other's, or set out.
  bool exchange(Index one, Index other) {
    const auto nodes_of = [&](Index vehicle) {
      std::vector<Index> nodes;
      for (Index k = 1; k <= route(vehicle).size(); ++k) {
        nodes.push_back(Routes::node_at(route(vehicle), k));
      }
      return nodes;
    };
    const std::vector<Index> first = nodes_of(one);
    const std::vector<Index> second = nodes_of(other);
    const auto fits = [&](const std::vector<Index>& nodes, Index vehicle) {
      return std::all_of(nodes.begin(), nodes.end(), [&](Index node) {
        const auto job = static_cast<Index>(job_of(node));
        return able(job, vehicle) && !fixed(job) && !half_fixed(job);
      });
    };
    const auto goes = [&](Index vehicle, Index instead_of) {
      return route(vehicle).size() > 0 || idle_.may_set_out_instead_of(vehicle, instead_of);
    };
    if (!fits(first, other) || !fits(second, one) || !goes(other, one) || !goes(one, other)) {
      return false;
    }
    const Route was_first = touch(one);
    const Route was_second = touch(other);
    Route& now_first = route_[static_cast<std::size_t>(one)];
    Route& now_second = route_[static_cast<std::size_t>(other)];
    if (!routes_.assign(now_first, second) || !routes_.assign(now_second, first)) {
      now_first = was_first;
      now_second = was_second;
      return false;
    }
    for (const auto& [vehicle, nodes, was] :
         {std::tuple{one, &second, &was_first}, std::tuple{other, &first, &was_second}}) {
      for (const Index node : *nodes) {
        set_vehicle(static_cast<Index>(job_of(node)), vehicle);
      }
      if (was->size() == 0 && !nodes->empty()) {
        activity_changed_in_ = saving_;
        activate(vehicle);
      }
      if (was->size() > 0 || !nodes->empty()) {
        settle(vehicle, was->cost);
      }
    }
    return true;
  }

  void insert(Index job, Index vehicle, const Insertion& place) {
    Route& route = touch(vehicle);
    const Cost before = route.cost;
    const bool was_idle = route.size() == 0;
    if (!routes_.insert(route, job, place)) {
      throw std::logic_error("an insertion that was priced cannot be driven");
    }
    renumber(route);
    cost_ += route.cost - before;
    set_vehicle(job, vehicle);
    if (was_idle) {
      activity_changed_in_ = saving_;
      activate(vehicle);
    }
  }

  std::vector<Index>& absent_for_change() { return absent_; }

  // Best place in a route if it costs less than `limit`; what is found out is remembered until the
  // route changes, be it only that there is none below a limit.
  Insertion best_insertion(Index job, Index vehicle, Cost limit) {
    const Route& one = route(vehicle);
    if (const auto* known = recall(job, vehicle, limit)) {
      return known->possible() && known->delta < limit ? known->place() : Insertion{};
    }
    const Insertion place = routes_.best_insertion(job, one, {}, limit);
    if (known_.kept()) {
      const auto v = static_cast<std::size_t>(vehicle);
      const std::uint64_t before = saved_in_[v] == saving_ ? version_before_[v] : one.version;
      known_.remember(job, vehicle, {one.version, before}, limit, place);
    }
    return place;
  }
  // Whether `lower_bound` tells more than nothing.
  bool has_lower_bounds() const {
    if constexpr (requires { routes_.has_lower_bounds(); }) {
      return routes_.has_lower_bounds();
    }
    return false;
  }
  // No place in a route costs less than this, which is found out faster than the best place.
  Cost lower_bound(Index job, Index vehicle) {
    if constexpr (requires { routes_.lower_bound(job, route(vehicle)); }) {
      return routes_.lower_bound(job, route(vehicle));
    }
    return -kInfinite;
  }
  // Whether a job may stand in a vehicle's route, as far as that is known without looking at it.
  bool able(Index job, Index vehicle) const {
    if constexpr (requires { routes_.able(job, vehicle); }) {
      return routes_.able(job, vehicle);
    }
    return true;
  }
  // What is known about places below a limit, if anything.
  const KnownInsertions::Known* recall(Index job, Index vehicle, Cost limit) const {
    return known_.recall(job, vehicle, version_[static_cast<std::size_t>(vehicle)], limit);
  }
  // The best but for one place.
  Insertion second_insertion(Index job, Index vehicle, const Insertion& excluded, Cost limit) {
    return routes_.best_insertion(job, route(vehicle), excluded, limit);
  }

  // Whether a vehicle of some kind, empty, could carry a job alone, be all of them under way now.
  bool possible_alone(Index job) {
    const auto& some = idle_.first_of_kind();
    return std::any_of(some.begin(), some.end(), [&](Index vehicle) {
      if (vehicle == kNone || !able(job, vehicle)) {
        return false;
      }
      empty_.vehicle = vehicle;
      routes_.empty(empty_);
      return routes_.best_insertion(job, empty_, {}, kInfinite).possible();
    });
  }

  // Who may set out.
  const IdleVehicles& idle() const { return idle_; }

 private:
  std::size_t job_of(Index node) const {
    return static_cast<std::size_t>(instance_->nodes[static_cast<std::size_t>(node)].job);
  }
  template <typename Goes>
  void collect(const Route& route, Goes goes) {
    for (Index k = 1; k <= route.size(); ++k) {
      const auto job = static_cast<Index>(job_of(Routes::node_at(route, k)));
      if (goes(job) && !fixed(job) && vehicle_of(job) != kNone &&
          std::find(leaving_now_.begin(), leaving_now_.end(), job) == leaving_now_.end()) {
        leaving_now_.push_back(job);
      }
    }
  }

  Route& touch(Index vehicle) {
    const auto v = static_cast<std::size_t>(vehicle);
    if (saved_in_[v] != saving_) {
      saved_in_[v] = saving_;
      version_before_[v] = route_[v].version;
      if (saved_count_ == saved_.size()) {
        saved_.emplace_back();
      }
      saved_[saved_count_++] = route_[v];
    }
    return route_[v];
  }

  void set_vehicle(Index job, Index vehicle) {
    Index& now = vehicle_of_[static_cast<std::size_t>(job)];
    moved_.emplace_back(job, now);
    now = vehicle;
  }

  void settle(Index vehicle, Cost before) {
    Route& route = route_[static_cast<std::size_t>(vehicle)];
    if (route.size() == 0) {
      reset(vehicle);
      activity_changed_in_ = saving_;
      deactivate(vehicle);
    } else {
      renumber(route);
    }
    cost_ += route.cost - before;
  }

  void renumber(Route& route) {
    route.version = version_[static_cast<std::size_t>(route.vehicle)] = next_version_++;
  }
  void reset(Index vehicle) {
    Route& route = route_[static_cast<std::size_t>(vehicle)];
    routes_.empty(route);
    route.version = static_cast<std::uint64_t>(vehicle + 1);
    version_[static_cast<std::size_t>(vehicle)] = route.version;
  }

  void activate(Index vehicle) {
    idle_.sets_out(vehicle);
    place_in_active_[static_cast<std::size_t>(vehicle)] = static_cast<Index>(active_.size());
    active_.push_back(vehicle);
  }
  void deactivate(Index vehicle) {
    const auto place = static_cast<std::size_t>(place_in_active_[static_cast<std::size_t>(vehicle)]);
    active_[place] = active_.back();
    place_in_active_[static_cast<std::size_t>(active_[place])] = static_cast<Index>(place);
    active_.pop_back();
    place_in_active_[static_cast<std::size_t>(vehicle)] = kNone;
    idle_.comes_home(vehicle);
  }
  const Instance* instance_;
  Routes routes_;
  IdleVehicles idle_;
  std::vector<Route> route_;
  std::vector<std::uint64_t> version_;  // of each route, side by side: they are read most
  std::vector<std::uint64_t> version_before_;  // of the routes touched, at `begin`
  std::vector<Index> active_;
  std::vector<Index> absent_;
  Cost cost_ = 0;
  std::uint64_t next_version_ = 1;

  std::vector<Route> saved_;
  std::size_t saved_count_ = 0;
  std::vector<std::uint64_t> saved_in_;
  std::uint64_t saving_ = 0;
  std::uint64_t activity_changed_in_ = 0;
  std::vector<std::pair<Index, Index>> moved_;
  std::vector<Index> absent_before_;
  std::vector<Index> active_before_;
  Cost cost_before_ = 0;

  std::vector<Index> place_in_active_;
  std::vector<Index> vehicle_of_;
  std::vector<Index> former_vehicle_;
  std::vector<std::uint8_t> leaving_;
  std::vector<Index> leaving_now_;
  Route kept_;
  Route empty_;
  KnownInsertions known_;
};

}  // namespace colivraison::routing
