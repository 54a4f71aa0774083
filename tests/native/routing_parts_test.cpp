// Parts of the search on random problems: insertions, lookups, changes of whole routes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

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
    Instance instance = with_quickest_ways(Drawn(seed).rich(8, 4));
    // Where only metres cost, the quickest way is often not the cheapest one.
    for (auto& vehicle : instance.vehicles) {
      vehicle.per_second = seed % 2 == 0 ? 0 : vehicle.per_second;
      vehicle.per_metre = std::max<Cost>(seed % 2 == 0 ? 1 : 0, vehicle.per_metre);
    }
    const auto team = searched(instance, {seed, 1, false, 90}, name);
    if (team == nullptr) {
      continue;
    }
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
        expect(bound <= least, name + ": a place cheaper than the lower bound");
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

// Any two vehicles exchange their routes, or refuse and change nothing, and every route of the pool
// is put into the plan; all of it is undone.
void whole_routes_change_places() {
  int exchanged = 0;
  int refused = 0;
  int transplanted = 0;
  for (int seed = 0; seed < 20; ++seed) {
    Drawn dice(static_cast<std::uint32_t>(2000 + seed));
    const std::string name = "exchange " + std::to_string(seed);
    const Instance instance = dice.rich(12, 5);
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
      plan.undo();
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
        plan.undo();
        expect(same(before, plan.record()) && plan.cost() == plan.cost_before(),
               name + ": an undo leaves traces");
      }
    }
  }
  expect(exchanged >= 20 && refused >= 20 && transplanted >= 20,
         "too few exchanged, refused or transplanted");
}

// When a whole route goes, no vehicle of its kind sets out for what it carried, unless nobody else may
// carry it.
void a_vehicle_stays_idle_when_its_whole_route_goes() {
  int barred = 0;
  int not_barred = 0;
  int elsewhere = 0;
  for (int seed = 0; seed < 40; ++seed) {
    Drawn dice(static_cast<std::uint32_t>(4000 + seed));
    const std::string name = "whole route " + std::to_string(seed);
    const Instance instance = dice.rich(12, seed % 4 == 0 ? 1 : 5);
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
        return instance.vehicles[judge::at(vehicle)].kind == kind;
      });
    };
    for (int k = 0; k < 20; ++k) {
      plan.begin();
      const std::size_t routes = plan.active().size();
      ruin(plan, random);
      const Index kind = ruin.barred_kind();
      const auto before = on_the_road(kind);
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
      const Judged judged = Judge(instance)(plan.record());
      expect(judged.wrong.empty(), name + ": " + judged.wrong);
      plan.undo();
    }
  }
  expect(barred >= 20 && not_barred >= 20 && elsewhere >= 20, "too few whole routes went");
}

}  // namespace

int main() {
  the_cheapest_place_is_found();
  looked_up_or_worked_out();
  whole_routes_change_places();
  a_vehicle_stays_idle_when_its_whole_route_goes();
  return searching::failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
