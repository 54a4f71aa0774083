// The search for routes as a plain program: random problems (routing_drawn.hpp) and a real one, every
// plan judged by a slow walk (routing_judge.hpp).  Built and run three times, see CMakeLists.txt.
//
// routing_test PERCENT: how many of the random problems.
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/routing/plan.hpp"
#include "core/routing/rich_routes.hpp"
#include "core/routing/ruin.hpp"
#include "core/routing/team.hpp"
#include "core/routing/way_money.hpp"
#include "core/routing/windows_met.hpp"
#include "routing_drawn.hpp"
#include "routing_judge.hpp"

namespace {

using namespace colivraison::routing;
using drawn::Drawn;
using judge::Judge;
using judge::Judged;

int failures = 0;
int unfinished = 0;  // best plans that miss the other end of something locked

void expect(bool holds, const std::string& what) {
  if (!holds) {
    ++failures;
    std::fprintf(stderr, "FAILED: %s\n", what.c_str());
  }
}

bool same(const PlanRecord& one, const PlanRecord& other) {
  if (one.absent != other.absent || one.routes.size() != other.routes.size()) {
    return false;
  }
  for (std::size_t k = 0; k < one.routes.size(); ++k) {
    if (one.routes[k].vehicle != other.routes[k].vehicle ||
        one.routes[k].nodes != other.routes[k].nodes ||
        one.routes[k].rests != other.routes[k].rests) {
      return false;
    }
  }
  return true;
}

struct Setting {
  std::uint64_t seed = 1;
  int threads = 1;
  bool plain = false;
  std::int64_t iterations = 300;
};

Chunk chunk_of(double begin, double end, std::int64_t iterations) {
  Chunk chunk;
  chunk.share_begin = begin;
  chunk.share_end = end;
  chunk.iterations = iterations;
  return chunk;
}

// Three chunks; the best plan is judged after each and never gets worse.
std::unique_ptr<Team> searched(const Instance& instance, const Setting& setting,
                               const std::string& name) {
  const Judge judge(instance);
  auto team = make_team(instance, setting.seed, setting.threads, {}, setting.plain);
  if (!team->start(nullptr, chunk_of(0, 0, 1))) {
    return nullptr;
  }
  Worth before = team->worth();
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      team->run(chunk_of((part - 1) / 3.0, part / 3.0, setting.iterations / 3));
    }
    const Judged judged = judge(team->best());
    expect(judged.wrong.empty(), name + ": " + judged.wrong);
    expect(!judged.wrong.empty() || judged.halves != 0 || judged.worth == team->worth(),
           name + ": worth");
    unfinished += part == 3 && judged.halves != 0 ? 1 : 0;
    expect(!(before < team->worth()), name + ": the best plan got worse");
    before = team->worth();
  }
  const auto pool = team->pool(50);
  expect(pool.size() >= team->best().routes.size() &&
             pool.size() <= team->best().routes.size() + 50,
         name + ": the pool");
  expect(team->iterations() == setting.threads * (setting.iterations / 3) * 3,
         name + ": iterations");
  return team;
}

void plans_are_valid_and_always_the_same(const Instance& instance, const Setting& setting,
                                         const std::string& name) {
  const auto first = searched(instance, setting, name);
  if (first == nullptr) {
    // Only what is locked can keep a search from beginning.
    expect(!instance.locks.empty(), name + ": no start");
    return;
  }
  const auto second = searched(instance, setting, name);
  expect(second != nullptr && same(first->best(), second->best()), name + ": another answer");
}

// A plan is taken over with its worth, a broken one is refused, and neither spoils the search.
void plans_from_outside_are_judged(const Instance& instance, const Setting& setting,
                                   const std::string& name) {
  const auto source = searched(instance, setting, name + " (source)");
  if (source == nullptr) {
    return;
  }
  auto team = make_team(instance, setting.seed + 1, setting.threads, {}, setting.plain);
  expect(team->start(nullptr, chunk_of(0, 0, 1)), name + ": no start");
  expect(team->offer(source->best()), name + ": a good plan is refused");
  expect(!(source->worth() < team->worth()), name + ": a better plan is not taken over");
  PlanRecord broken = source->best();
  bool rests = false;
  for (auto& route : broken.routes) {
    std::reverse(route.nodes.begin(), route.nodes.end());
    rests = rests || !route.rests.empty();  // the search takes them elsewhere then
  }
  const Worth before = team->worth();
  const bool driven = team->offer(broken);
  expect(!driven || rests || Judge(instance)(broken).wrong.empty() || setting.plain,
         name + ": a broken plan is taken");
  if (!driven) {
    expect(team->worth() == before, name + ": a refused plan changes the best");
    team->run(chunk_of(0.5, 1, 60));
    const Judged judged = Judge(instance)(team->best());
    expect(judged.wrong.empty(), name + " after offers: " + judged.wrong);
  }
  auto again = make_team(instance, setting.seed + 2, setting.threads, {}, setting.plain);
  expect(again->start(&source->best(), chunk_of(0, 0, 1)), name + ": an initial plan is refused");
  expect(!(source->worth() < again->worth()), name + ": worse than its initial plan");
}

// Parts of a plan that exists become fixed, the plan itself the reference.
Instance with_locks(Instance instance, const PlanRecord& plan, Drawn& dice) {
  for (const auto& route : plan.routes) {
    const auto size = static_cast<Index>(route.nodes.size());
    for (std::size_t k = 0; k + 1 < route.nodes.size(); ++k) {
      instance.reference_next[judge::at(route.nodes[k])] = route.nodes[k + 1];
    }
    for (const Index node : route.nodes) {
      instance.jobs[judge::at(instance.nodes[judge::at(node)].job)].reference_vehicle =
          route.vehicle;
    }
    if (dice.now(40)) {
      continue;
    }
    const auto kind = static_cast<Lock::Kind>(dice.number(0, 2));
    const Index first = kind == Lock::Kind::kSequence ? dice.number(0, size - 1) : 0;
    const Index last = kind == Lock::Kind::kRoute ? size : dice.number(first + 1, size);
    instance.locks.push_back(
        {route.vehicle, kind, {route.nodes.begin() + first, route.nodes.begin() + last}});
  }
  instance.other_vehicle = dice.number(0, 50);
  instance.broken_succession = dice.number(0, 30);
  // What is locked cannot be left out.
  for (const auto& lock : instance.locks) {
    for (const Index node : lock.nodes) {
      instance.jobs[judge::at(instance.nodes[judge::at(node)].job)].price = kInfinite;
    }
  }
  instance.complete();
  return instance;
}

void random_problems(int percent) {
  for (int seed = 0; seed < 2 * percent; ++seed) {
    Drawn dice(static_cast<std::uint32_t>(seed));
    const std::string name = "plain " + std::to_string(seed);
    const Instance instance = dice.plain(dice.number(1, 12), seed % 2 == 0);
    Setting setting{static_cast<std::uint64_t>(seed), 1 + seed % 3, true, 300};
    plans_are_valid_and_always_the_same(instance, setting, name);
    plans_from_outside_are_judged(instance, setting, name);
    setting.plain = false;
    plans_are_valid_and_always_the_same(instance, setting, name + " as rich");
  }
  int locked = 0;
  for (int seed = 0; seed < 3 * percent; ++seed) {
    Drawn dice(static_cast<std::uint32_t>(1000 + seed));
    const std::string name = "rich " + std::to_string(seed);
    const Instance instance = dice.rich(dice.number(0, 12), dice.number(1, 5));
    const Setting setting{static_cast<std::uint64_t>(seed), 1 + seed % 3, false, 150};
    plans_are_valid_and_always_the_same(instance, setting, name);
    plans_from_outside_are_judged(instance, setting, name);
    const auto team = searched(instance, setting, name);
    if (team != nullptr && !team->best().routes.empty()) {
      const Instance fixed = with_locks(instance, team->best(), dice);
      const auto again = searched(fixed, setting, name + " locked");
      locked += again != nullptr ? 1 : 0;
      plans_are_valid_and_always_the_same(fixed, setting, name + " locked");
    }
  }
  expect(locked >= percent, "most locked problems can be started");
  expect(20 * unfinished <= locked, "most locked problems are completed");
}

// One long route of many shipments at few places: bundles, long strings, no tearing of stops.
void many_shipments_at_few_places() {
  Drawn dice(7);
  const Instance instance = dice.rich(120, 3);
  plans_are_valid_and_always_the_same(instance, {3, 2, false, 60}, "120 shipments");
}

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
  for (std::uint32_t seed = 4000; seed < 4060; ++seed) {
    const std::string name = "cheapest " + std::to_string(seed);
    const Instance instance = with_quickest_ways(Drawn(seed).rich(8, 4));
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

// Two teams on one instance at a time, one of them cancelled by a third thread.
void a_search_is_cancelled_from_another_thread() {
  Drawn dice(11);
  const Instance instance = dice.plain(12, true);
  std::atomic<bool> cancelled{false};
  auto one = make_team(instance, 1, 3, {}, true);
  auto other = make_team(instance, 2, 1, {}, false);
  Chunk endless = chunk_of(0, 1, std::int64_t{1} << 60);
  endless.cancel = &cancelled;
  std::thread first([&] {
    expect(one->start(nullptr, chunk_of(0, 0, 1)), "no start in a thread");
    one->run(endless);
  });
  std::thread second([&] {
    expect(other->start(nullptr, chunk_of(0, 0, 1)), "no start in another thread");
    other->run(chunk_of(0, 1, 200));
    cancelled.store(true);
  });
  second.join();
  first.join();
  for (const auto* team : {&one, &other}) {
    expect(Judge(instance)((*team)->best()).wrong.empty(), "a cancelled search has no valid plan");
  }
}

// Teams without an end of their own: each is over when one of its searches has a plan of as few
// routes as another team has found.
void a_target_ends_a_search() {
  Drawn dice(13);
  const Instance instance = dice.plain(30, true);
  for (const bool plain : {true, false}) {
    auto model = make_team(instance, 1, 1, {}, plain);
    expect(model->start(nullptr, chunk_of(0, 0, 1)), "no start of the model");
    model->run(chunk_of(0, 0.05, 400));
    std::atomic<bool> reached{false};
    Chunk endless = chunk_of(0, 1, std::int64_t{1} << 60);
    endless.target = {model->worth().missing, model->worth().vehicles, kInfinite};
    endless.reached = &reached;
    auto team = make_team(instance, 2, 3, {}, plain);
    expect(team->start(nullptr, chunk_of(0, 0, 1)), "no start of the team");
    team->run(endless);
    expect(reached.load() && team->worth() <= endless.target, "over without the target");
    expect(Judge(instance)(team->best()).wrong.empty(), "the plan on target is not valid");
    const std::int64_t before = team->iterations();
    reached.store(false);
    team->run(endless);
    expect(team->iterations() == before, "searched on though the target is reached");
  }
}

// A deadline long past still gives a plan, valid though not good.
void a_deadline_in_the_past_ends_at_once() {
  Drawn dice(12);
  const Instance instance = dice.rich(40, 4);
  auto team = make_team(instance, 1, 2, {}, false);
  Chunk past = chunk_of(0, 1, std::int64_t{1} << 60);
  past.timed = true;
  past.begin = Chunk::Clock::now() - std::chrono::hours(2);
  past.deadline = past.begin + std::chrono::hours(1);
  expect(team->start(nullptr, past), "no start without time");
  team->run(past);
  expect(team->iterations() == 0, "iterations without time");
  const Judged judged = Judge(instance)(team->best());
  expect(judged.wrong.empty(), "without time: " + judged.wrong);
}

// What `complete` lets pass is searched without overflow: either it is refused, or nobody can use it.
void numbers_at_their_limits() {
  const Time most = kHorizon - 1;
  const std::vector<std::pair<const char*, std::function<void(Instance&)>>> changes = {
      {"longest legs", [&](Instance& one) {
         for (auto& leg : one.legs[0]) {
           leg.duration = leg.duration == 0 ? 0 : most;
         }
       }},
      {"longest distances", [](Instance& one) {
         for (auto& leg : one.legs[0]) {
           leg.distance = leg.distance == 0 ? 0 : std::numeric_limits<Metres>::max();
         }
       }},
      {"longest setups", [&](Instance& one) { std::fill(one.setup.begin(), one.setup.end(), most); }},
      {"longest services", [&](Instance& one) {
         for (auto& node : one.nodes) {
           node.service = most / 4;
         }
       }},
      {"longest services of all", [&](Instance& one) {
         for (auto& node : one.nodes) {
           node.service = most;
         }
       }},
      {"latest windows", [&](Instance& one) {
         for (auto& window : one.windows) {
           window = {most, most};
         }
       }},
      {"widest windows", [&](Instance& one) {
         for (auto& window : one.windows) {
           window = {0, most};
         }
         for (auto& leg : one.legs[0]) {
           leg.duration = leg.duration == 0 ? 0 : kNoWay - 1;
         }
       }},
      {"longest shifts", [&](Instance& one) {
         for (auto& vehicle : one.vehicles) {
           vehicle.shift = {0, most / 2 - 1};
         }
         for (auto& window : one.windows) {
           window.last = most;
         }
         for (auto& leg : one.legs[0]) {
           leg.duration = leg.duration == 0 ? 0 : most / 8;
         }
       }},
      {"heaviest loads", [](Instance& one) {
         std::fill(one.demand.begin(), one.demand.end(), Load{1} << 50);
         std::fill(one.capacity.begin(), one.capacity.end(), Load{1} << 51);
       }},
  };
  for (const auto& [what, change] : changes) {
    for (const bool plain : {true, false}) {
      Drawn dice(5);
      Instance instance = dice.plain(6, false);
      change(instance);
      try {
        instance.complete();
        const auto team = make_team(instance, 1, 2, {}, plain);
        expect(team->start(nullptr, chunk_of(0, 0, 1)), std::string(what) + ": no start");
        team->run(chunk_of(0, 1, 50));
      } catch (const std::invalid_argument&) {
        continue;
      }
    }
  }
}

// A file of Li & Lim; times and distances are thousandths of its unit, rounded up.
Instance read(const std::string& path) {
  std::ifstream file(path);
  Index vehicles = 0;
  Load capacity = 0;
  double speed = 0;
  file >> vehicles >> capacity >> speed;
  struct Row {
    double id, x, y, demand, opens, closes, service, pickup, delivery;
  };
  std::vector<Row> rows;
  for (Row row{}; file >> row.id >> row.x >> row.y >> row.demand >> row.opens >> row.closes >>
                  row.service >> row.pickup >> row.delivery;) {
    rows.push_back(row);
  }
  Instance instance;
  instance.locations = static_cast<Index>(rows.size());
  instance.dimensions = 1;
  instance.fewest_vehicles = true;
  instance.setup.assign(rows.size(), 0);
  auto& legs = instance.legs.emplace_back();
  for (const auto& from : rows) {
    for (const auto& to : rows) {
      const auto length = static_cast<Time>(std::ceil(1000 * std::hypot(from.x - to.x, from.y - to.y)));
      legs.push_back({length, length});
    }
  }
  const auto span = [](const Row& row) {
    return TimeSpan{static_cast<Time>(1000 * row.opens), static_cast<Time>(1000 * row.closes)};
  };
  for (std::size_t k = 1; k < rows.size(); ++k) {
    Node node{};
    node.location = static_cast<Index>(k);
    node.service = static_cast<Time>(1000 * rows[k].service);
    node.windows_begin = static_cast<Index>(instance.windows.size());
    node.windows_end = node.windows_begin + 1;
    instance.windows.push_back(span(rows[k]));
    instance.nodes.push_back(node);
    if (rows[k].delivery > 0) {
      instance.jobs.push_back({static_cast<Index>(k) - 1, static_cast<Index>(rows[k].delivery) - 1,
                               kInfinite, kNone, kUnlimited, kNone});
      instance.demand.push_back(static_cast<Load>(rows[k].demand));
    }
  }
  for (Index k = 0; k < vehicles; ++k) {
    Vehicle vehicle{};
    vehicle.shift = span(rows.at(0));
    vehicle.per_metre = 1;
    vehicle.regular = vehicle.max_duration = kUnlimited;
    vehicle.max_distance = std::numeric_limits<std::int64_t>::max();
    instance.vehicles.push_back(vehicle);
    instance.capacity.push_back(capacity);
  }
  instance.allowed.assign(
      instance.jobs.size() * static_cast<std::size_t>(instance.vehicle_words()), ~std::uint64_t{0});
  instance.reference_next.assign(instance.nodes.size(), kNone);
  instance.complete();
  return instance;
}

// Without the file (and unless COLIVRAISON_REQUIRE_DATA is 1) a drawn problem of its size.
Instance real_instance() {
  const char* folder = std::getenv("COLIVRAISON_DATA");
  const std::string path =
      (folder != nullptr ? std::string(folder) : SHARED_DATA) + "/pdptw/lilim/lc101.txt";
  if (std::ifstream(path)) {
    return read(path);
  }
  const char* required = std::getenv("COLIVRAISON_REQUIRE_DATA");
  expect(required == nullptr || std::string(required) != "1", path + " is absent");
  std::fprintf(stderr, "%s is absent: a drawn problem instead\n", path.c_str());
  return Drawn(53).plain(53, true);
}

void a_real_instance() {
  const Instance instance = real_instance();
  for (const bool plain : {true, false}) {
    const auto team = searched(instance, {1, 2, plain, 90}, "real");
    expect(team != nullptr && team->worth().missing == 0, "real: somebody is left out");
  }
}

}  // namespace

int main(int count, char** given) {
  if (count != 2) {
    std::fprintf(stderr, "usage: routing_test PERCENT\n");
    return EXIT_FAILURE;
  }
  random_problems(std::atoi(given[1]));
  many_shipments_at_few_places();
  the_cheapest_place_is_found();
  looked_up_or_worked_out();
  whole_routes_change_places();
  a_search_is_cancelled_from_another_thread();
  a_target_ends_a_search();
  a_deadline_in_the_past_ends_at_once();
  numbers_at_their_limits();
  a_real_instance();
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
