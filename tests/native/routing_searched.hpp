// What the tests of the search share: searches that are judged on the way, and what failed.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "core/routing/team.hpp"
#include "routing_judge.hpp"

namespace searching {

using namespace colivraison::routing;
using judge::Judge;
using judge::Judged;

inline int failures = 0;
inline int unfinished = 0;  // best plans that miss the other end of something locked

inline void expect(bool holds, const std::string& what) {
  if (!holds) {
    ++failures;
    std::fprintf(stderr, "FAILED: %s\n", what.c_str());
  }
}

inline bool same(const PlanRecord& one, const PlanRecord& other) {
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

inline Chunk chunk_of(double begin, double end, std::int64_t iterations) {
  Chunk chunk;
  chunk.share_begin = begin;
  chunk.share_end = end;
  chunk.iterations = iterations;
  return chunk;
}

// Three chunks; the best plan is judged after each and never gets worse.
inline std::unique_ptr<Team> searched(const Instance& instance, const Setting& setting,
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

// The plan becomes the one that people know already.
inline void refer_to(Instance& instance, const PlanRecord& plan) {
  for (const auto& route : plan.routes) {
    for (std::size_t k = 0; k + 1 < route.nodes.size(); ++k) {
      instance.reference_next[judge::at(route.nodes[k])] = route.nodes[k + 1];
    }
    for (const Index node : route.nodes) {
      instance.jobs[judge::at(instance.nodes[judge::at(node)].job)].reference_vehicle =
          route.vehicle;
    }
  }
}

}  // namespace searching
