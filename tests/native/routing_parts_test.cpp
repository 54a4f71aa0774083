// Parts of the search on random problems: insertions, lookups, changes of whole routes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "core/routing/plan.hpp"
#include "core/routing/recreate.hpp"
#include "core/routing/rich_routes.hpp"
#include "core/routing/ruin.hpp"
#include "core/routing/way_money.hpp"
#include "core/routing/windows_met.hpp"
#include "routing_drawn.hpp"
#include "routing_judge.hpp"
#include "routing_searched.hpp"

namespace {

using namespace colivraison::routing;
using drawn::Drawn;
using judge::Judge;
using judge::Judged;
using searching::expect;
using searching::same;
using searching::searched;

// The quickest ways, over other places where that is quicker: the filter of insertions asks for it.
Instance with_quickest_ways(Instance instance) {
  const auto places = judge::at(instance.locations);
  for (auto& legs : instance.legs) {
    for (std::size_t over = 0; over < places; ++over) {
      for (std::size_t from = 0; from < places; ++from) {
        for (std::size_t to = 0; to < places; ++to) {
          const Leg& first = legs[from * places + over];
          const Leg& second = legs[over * places + to];
          Leg& direct = legs[from * places + to];
          if (first.duration < kNoWay && second.duration < kNoWay &&
              first.duration + second.duration < direct.duration) {
            direct = {first.duration + second.duration, first.distance + second.distance};
          }
        }
      }
    }
  }
  return instance;
}

// Nobody can go to the last place any more; who is there can leave it.
void cut_off_the_last_place(Instance& instance) {
  const auto places = judge::at(instance.locations);
  for (auto& legs : instance.legs) {
    for (std::size_t from = 0; from + 1 < places; ++from) {
      legs[from * places + places - 1] = {kNoWay, 0};
    }
  }
}

// What departs from a plan has a price.
Instance with_reference(Instance instance, const PlanRecord& plan, Drawn& dice) {
  searching::refer_to(instance, plan);
  instance.other_vehicle = dice.number(0, 50);
  instance.broken_succession = dice.number(0, 500);
  instance.complete();
  return instance;
}

// The cheapest of all places in a route, each of them driven.
Cost cheapest_place(RichRoutes& routes, const RichRoutes::Route& route, const Job& ends, Index job) {
  Cost least = kInfinite;
  for (Index i = 0; i <= route.size(); ++i) {
    for (Index j = i; j <= route.size(); ++j) {
      Insertion place;
      if (ends.pickup != kNone) {
        place.pickup_after = i;
      }
      if (ends.delivery != kNone) {
        place.delivery_after = j;
      }
      RichRoutes::Route tried = route;
      if (routes.insert(tried, job, place)) {
        least = std::min(least, tried.cost - route.cost);
      }
    }
  }
  return least;
}

// Bounds leave out nothing that is cheaper than what is found, whatever limit is given.
void the_cheapest_place_is_found() {
  int found = 0;
  int telling = 0;
  for (std::uint32_t seed = 4000; seed < 4060; ++seed) {
    const std::string name = "cheapest " + std::to_string(seed);
    Drawn dice(seed);
    Instance searched_on = with_quickest_ways(dice.rich(8, 4));
    // Where only metres cost, the quickest way is often not the cheapest one.
    for (auto& vehicle : searched_on.vehicles) {
      vehicle.per_second = seed % 2 == 0 ? 0 : vehicle.per_second;
      vehicle.per_metre = std::max<Cost>(seed % 2 == 0 ? 1 : 0, vehicle.per_metre);
    }
    if (seed % 5 == 0) {
      cut_off_the_last_place(searched_on);
    }
    const auto team = searched(searched_on, {seed, 1, false, 90}, name);
    if (team == nullptr) {
      continue;
    }
    const Instance instance =
        seed % 3 == 0 ? with_reference(searched_on, team->best(), dice) : searched_on;
    Plan<RichRoutes> plan(instance);
    RichRoutes routes(instance);
    for (Index job = 0; job < static_cast<Index>(instance.jobs.size()); ++job) {
      expect(plan.load(team->best().routes, team->best().absent), name + ": not loaded");
      if (plan.vehicle_of(job) != kNone) {
        plan.mark(job);
        plan.remove_marked(plan.vehicle_of(job));
      }
      for (Index vehicle = 0; vehicle < static_cast<Index>(instance.vehicles.size()); ++vehicle) {
        const auto& route = plan.route(vehicle);
        if (!routes.able(job, vehicle)) {
          continue;
        }
        const Cost least = cheapest_place(routes, route, instance.jobs[judge::at(job)], job);
        const Insertion best = routes.best_insertion(job, route, {}, kInfinite);
        expect(best.possible() == (least < kInfinite) && (!best.possible() || best.delta == least),
               name + ": the cheapest place");
        const Cost bound = routes.lower_bound(job, route);
        expect(std::min(bound, kInfinite) <= least, name + ": a place cheaper than the lower bound");
        telling += bound > 0 ? 1 : 0;
        if (least < kInfinite) {
          ++found;
          expect(routes.best_insertion(job, route, {}, least + 1).delta == least &&
                     !routes.best_insertion(job, route, {}, least).possible(),
                 name + ": the cheapest place below a limit");
        }
      }
    }
  }
  expect(found >= 500, "too few places");
  expect(telling >= 500, "too few lower bounds that tell something");
}

// A van leaves at 0, drives 10 and gets set up for 10; the shop takes goods from 100 on.  Alone, its
// delivery begins after a wait and the setup, at 110, and the day ends 10 later, at 120.  With goods it
// takes at any time delivered first, the van is set up when the shop opens and is back at 110: the second
// shipment saves 10 of overtime, and no bound may say that it costs nothing.
void a_visit_that_shortens_a_day_saves_overtime() {
  Instance instance;
  instance.locations = 2;
  instance.legs = {{{0, 0}, {10, 0}, {10, 0}, {0, 0}}};
  instance.setup = {0, 10};
  instance.windows = {{0, 300}, {100, 200}};
  instance.nodes = {{0, 0, 0, 1}, {1, 0, 1, 2}, {0, 0, 0, 1}, {1, 0, 0, 1}};
  instance.jobs = {{0, 1, kInfinite, kNone, kUnlimited, kNone},
                   {2, 3, kInfinite, kNone, kUnlimited, kNone}};
  Vehicle van{};
  van.shift = {0, 300};
  van.per_overtime_second = 1;
  van.max_duration = kUnlimited;
  van.max_distance = std::numeric_limits<std::int64_t>::max();
  van.leaves_at_once = true;
  instance.vehicles = {van};
  instance.allowed = {1, 1};
  instance.reference_next.assign(4, kNone);
  instance.complete();
  Plan<RichRoutes> plan(instance);
  expect(plan.load({{0, {0, 1}, {}}}, {1}) && plan.cost() == 120, "overtime: the day alone");
  expect(plan.lower_bound(1, 0) <= -10, "overtime: a lower bound above what it costs");
  expect(plan.best_insertion(1, 0, kInfinite).delta == -10, "overtime: the day that is shorter");
}

// Whom a vehicle could carry alone does not depend on which vehicles are under way: else, where all of
// them are, everybody left out would be given up.
void who_could_ride_alone_is_known_while_all_vehicles_are_under_way() {
  int possible = 0;
  int all_under_way = 0;
  for (std::uint32_t seed = 5000; seed < 5040; ++seed) {
    const std::string name = "alone " + std::to_string(seed);
    const Instance instance = Drawn(seed).rich(12, 2);
    if (!instance.locks.empty()) {
      continue;
    }
    Plan<RichRoutes> idle(instance);
    Plan<RichRoutes> plan(instance);
    const auto team = searched(instance, {seed, 1, false, 90}, name);
    expect(team != nullptr && plan.load(team->best().routes, team->best().absent),
           name + ": not loaded");
    bool left = false;
    plan.idle().for_each_kind([&](Index) { left = true; });
    for (Index job = 0; job < static_cast<Index>(instance.jobs.size()); ++job) {
      bool alone = false;
      idle.idle().for_each_kind([&](Index vehicle) {
        alone = alone || (idle.able(job, vehicle) &&
                          idle.best_insertion(job, vehicle, kInfinite).possible());
      });
      expect(plan.possible_alone(job) == alone, name + ": who could ride alone");
      possible += alone ? 1 : 0;
      all_under_way += alone && !left ? 1 : 0;
    }
  }
  expect(possible >= 50 && all_under_way >= 20, "too few who could ride alone");
}

// What is looked up is what it would be without being kept.
void looked_up_or_worked_out() {
  for (std::uint32_t seed = 3000; seed < 3010; ++seed) {
    const Instance instance = Drawn(seed).rich(8, 5);
    const WayMoney kept(instance);
    const WayMoney none(instance, 0);
    const WindowsMet met(instance);
    const WindowsMet all(instance, 0);
    for (const Vehicle& vehicle : instance.vehicles) {
      for (Index from = 0; from < instance.locations; ++from) {
        for (Index to = 0; to < instance.locations; ++to) {
          expect(kept(vehicle, from, to) == none(vehicle, from, to) &&
                     kept.arriving(vehicle, to)(from) == kept(vehicle, from, to) &&
                     none.arriving(vehicle, to)(from) == kept(vehicle, from, to),
                 "money of a way");
        }
      }
      for (std::size_t node = 0; node < instance.nodes.size(); ++node) {
        const auto some = met(vehicle, static_cast<Index>(node));
        std::size_t in_shift = 0;
        for (const TimeSpan& window : all(vehicle, static_cast<Index>(node))) {
          const bool is_met =
              window.last >= vehicle.shift.first && window.first <= vehicle.shift.last;
          expect(!is_met || (in_shift < some.size() && some[in_shift].first == window.first &&
                             some[in_shift].last == window.last),
                 "a window that is met");
          in_shift += is_met ? 1 : 0;
        }
        expect(in_shift == some.size(), "no window that is not met");
      }
    }
  }
}

// What is remembered of routes that changed and came back is what is found out anew.
void expect_bounds_as_found_anew(Plan<RichRoutes>& plan, const std::string& name) {
  RichRoutes anew(plan.instance());
  for (Index job = 0; job < static_cast<Index>(plan.instance().jobs.size()); ++job) {
    for (Index vehicle = 0; vehicle < static_cast<Index>(plan.instance().vehicles.size());
         ++vehicle) {
      expect(plan.lower_bound(job, vehicle) == anew.lower_bound(job, plan.route(vehicle)),
             name + ": a lower bound of another route");
    }
  }
}

// Any two vehicles exchange their routes, or refuse and change nothing, and every route of the pool
// is put into the plan; all of it is undone.
void whole_routes_change_places() {
  int exchanged = 0;
  int refused = 0;
  int transplanted = 0;
  for (int seed = 0; seed < 20; ++seed) {
    Drawn dice(static_cast<std::uint32_t>(2000 + seed));
    const std::string name = "exchange " + std::to_string(seed);
    Instance instance = dice.rich(12, 5);
    // Only whole steps of a search keep groups whole.
    instance.groups.clear();
    instance.complete();
    const auto team = searched(instance, {static_cast<std::uint64_t>(seed), 1, false, 90}, name);
    if (team == nullptr) {
      continue;
    }
    const Judge judge(instance);
    Plan<RichRoutes> plan(instance);
    expect(plan.load(team->best().routes, team->best().absent), name + ": not loaded");
    Ruin<RichRoutes> ruin(plan);
    for (const auto& kept : team->pool(50)) {
      const PlanRecord before = plan.record();
      plan.begin();
      const bool done = ruin.transplant(plan, kept.kind, kept.nodes, kNone);
      const PlanRecord after = plan.record();
      const Judged judged = judge(after);
      expect(judged.wrong.empty(), name + " transplanted: " + judged.wrong);
      const bool there =
          std::any_of(after.routes.begin(), after.routes.end(),
                      [&](const RouteRecord& route) { return route.nodes == kept.nodes; });
      expect(!done || there, name + ": the route is not there");
      expect(done || same(before, after), name + ": a refusal changes the plan");
      transplanted += done ? 1 : 0;
      expect_bounds_as_found_anew(plan, name + " transplanted");
      plan.undo();
      expect_bounds_as_found_anew(plan, name + " undone");
      expect(same(before, plan.record()) && plan.cost() == plan.cost_before(),
             name + ": an undo leaves traces");
    }
    const auto vehicles = static_cast<Index>(instance.vehicles.size());
    for (Index one = 0; one < vehicles; ++one) {
      for (Index other = 0; other < vehicles; ++other) {
        const PlanRecord before = plan.record();
        plan.begin();
        const bool done = one != other && plan.exchange(one, other);
        const Judged judged = judge(plan.record());
        expect(judged.wrong.empty(), name + ": " + judged.wrong);
        Cost cost = plan.cost();
        for (const Index job : plan.absent()) {
          const Cost price = instance.jobs[judge::at(job)].price;
          cost += price < kInfinite ? price : 0;
        }
        expect(judged.halves != 0 || judged.worth.cost == cost, name + ": cost");
        expect(done || same(before, plan.record()), name + ": a refusal changes the plan");
        const bool some = plan.route(one).size() + plan.route(other).size() > 0;
        exchanged += done && some ? 1 : 0;
        refused += !done && one != other ? 1 : 0;
        expect_bounds_as_found_anew(plan, name + " exchanged");
        plan.undo();
        expect_bounds_as_found_anew(plan, name + " undone");
        expect(same(before, plan.record()) && plan.cost() == plan.cost_before(),
               name + ": an undo leaves traces");
      }
    }
  }
  expect(exchanged >= 20 && refused >= 20 && transplanted >= 20,
         "too few exchanged, refused or transplanted");
}

void let_the_second_vehicle_be_like_the_first(Instance& instance) {
  instance.vehicles[1] = instance.vehicles[0];
  const auto dimensions = static_cast<std::ptrdiff_t>(instance.dimensions);
  std::copy_n(instance.capacity.begin(), dimensions, instance.capacity.begin() + dimensions);
  for (auto& vehicles : instance.allowed) {
    vehicles = (vehicles & ~std::uint64_t{2}) | ((vehicles & 1) << 1);
  }
}

// When a whole route goes, no vehicle of its kind sets out for what it carried, unless nobody else may
// carry some of it.
void a_kind_of_vehicle_stays_idle_when_its_whole_route_goes() {
  int barred = 0;
  int not_barred = 0;
  int elsewhere = 0;
  int of_two = 0;
  for (int seed = 0; seed < 40; ++seed) {
    Drawn dice(static_cast<std::uint32_t>(4000 + seed));
    const std::string name = "whole route " + std::to_string(seed);
    Instance instance = dice.rich(12, seed % 4 == 0 ? 1 : 5);
    if (seed % 4 == 1) {
      let_the_second_vehicle_be_like_the_first(instance);
    }
    const auto team = searched(instance, {static_cast<std::uint64_t>(seed), 1, false, 90}, name);
    if (team == nullptr) {
      continue;
    }
    Plan<RichRoutes> plan(instance);
    expect(plan.load(team->best().routes, team->best().absent), name + ": not loaded");
    Ruin<RichRoutes> ruin(plan);
    ruin.settings.whole_route = 1;
    Recreate<RichRoutes> recreate(plan);
    recreate.open_when_cheaper = true;
    Random random(static_cast<std::uint64_t>(seed));
    const auto on_the_road = [&](Index kind) {
      return std::count_if(plan.active().begin(), plan.active().end(), [&](Index vehicle) {
        return instance.kind_of(vehicle) == kind;
      });
    };
    for (int k = 0; k < 20; ++k) {
      plan.begin();
      const std::size_t routes = plan.active().size();
      const std::vector<Index> absent_before = plan.absent();
      ruin(plan, random);
      const Index kind = ruin.barred_kind();
      const auto before = on_the_road(kind);
      if (kind != kNone) {
        of_two += before > 0 ? 1 : 0;
        for (const Index job : plan.absent()) {
          bool carried = std::find(absent_before.begin(), absent_before.end(), job) !=
                         absent_before.end();
          for (Index vehicle = 0; vehicle < static_cast<Index>(instance.vehicles.size()); ++vehicle) {
            carried = carried || (plan.able(job, vehicle) && (plan.route(vehicle).size() > 0 ||
                                                              instance.kind_of(vehicle) != kind));
          }
          expect(carried, name + ": nobody else may carry it");
        }
      }
      const std::size_t absent = plan.absent().size();
      expect(kind == kNone || plan.active().size() < routes, name + ": no route is gone");
      recreate(plan, random, kind, [] { return false; });
      if (kind != kNone) {
        ++barred;
        expect(on_the_road(kind) == before, name + ": somebody sets out");
        elsewhere += plan.absent().size() < absent ? 1 : 0;
      } else {
        ++not_barred;
      }
      Groups<RichRoutes>(instance).drop_short(plan);
      const Judged judged = Judge(instance)(plan.record());
      expect(judged.wrong.empty(), name + ": " + judged.wrong);
      plan.undo();
    }
  }
  expect(barred >= 20 && not_barred >= 20 && elsewhere >= 20, "too few whole routes went");
  expect(of_two >= 5, "too few whole routes went while another of their kind stayed");
}

}  // namespace

int main() {
  the_cheapest_place_is_found();
  a_visit_that_shortens_a_day_saves_overtime();
  who_could_ride_alone_is_known_while_all_vehicles_are_under_way();
  looked_up_or_worked_out();
  whole_routes_change_places();
  a_kind_of_vehicle_stays_idle_when_its_whole_route_goes();
  return searching::failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
