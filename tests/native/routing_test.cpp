// The search for routes as a plain program: random problems (routing_drawn.hpp) and a real one, every
// plan judged by a slow walk (routing_judge.hpp).  Built and run three times, see CMakeLists.txt.
//
// routing_test PERCENT: how many of the random problems.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/routing/team.hpp"
#include "routing_drawn.hpp"
#include "routing_judge.hpp"
#include "routing_li_lim.hpp"
#include "routing_searched.hpp"

namespace {

using namespace colivraison::routing;
using drawn::Drawn;
using judge::Judge;
using judge::Judged;
using searching::chunk_of;
using searching::expect;
using searching::same;
using searching::searched;
using searching::Setting;

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
  searching::refer_to(instance, plan);
  for (const auto& route : plan.routes) {
    const auto size = static_cast<Index>(route.nodes.size());
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
  expect(20 * searching::unfinished <= locked, "most locked problems are completed");
}

// One long route of many shipments at few places: bundles, long strings, no tearing of stops.
void many_shipments_at_few_places() {
  Drawn dice(7);
  const Instance instance = dice.rich(120, 3);
  plans_are_valid_and_always_the_same(instance, {3, 2, false, 60}, "120 shipments");
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

// Without the file (and unless COLIVRAISON_REQUIRE_DATA is 1) a drawn problem of its size.
Instance real_instance() {
  const char* folder = std::getenv("COLIVRAISON_DATA");
  const std::string path =
      (folder != nullptr ? std::string(folder) : SHARED_DATA) + "/pdptw/lilim/lc101.txt";
  if (std::ifstream(path)) {
    return li_lim::read(path);
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
  a_search_is_cancelled_from_another_thread();
  a_target_ends_a_search();
  a_deadline_in_the_past_ends_at_once();
  numbers_at_their_limits();
  a_real_instance();
  return searching::failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
