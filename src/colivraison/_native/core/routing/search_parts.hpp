// What a search is given and what it tells: the worth of a plan, a part of a search, settings.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "core/routing/instance.hpp"
#include "core/routing/ruin.hpp"

namespace colivraison::routing {

// What a plan is worth; smaller is better.
struct Worth {
  std::int64_t missing = 0;  // required jobs absent; half locked, each counts for more than all
  std::int64_t vehicles = 0; // 0 where their number does not count
  Cost cost = kInfinite;

  friend auto operator<=>(const Worth&, const Worth&) = default;
};

// A part of a search: a number of iterations, or until a moment.
struct Chunk {
  using Clock = std::chrono::steady_clock;
  // Progress of the whole search, 0 to 1, at the beginning and the end of the chunk.
  double share_begin = 0;
  double share_end = 1;
  std::int64_t iterations = 0;
  // With a deadline the share follows the clock, without one the iterations.
  bool timed = false;
  Clock::time_point begin = Clock::time_point::min();
  Clock::time_point deadline = Clock::time_point::max();
  const std::atomic<bool>* cancel = nullptr;
  // With a flag: the search that has a plan as good as the target raises it, and it ends the chunk
  // for all of the team, at a moment that depends on the machine.
  Worth target;
  std::atomic<bool>* reached = nullptr;

  bool over() const {
    return (cancel != nullptr && cancel->load(std::memory_order_relaxed)) ||
           (reached != nullptr && reached->load(std::memory_order_relaxed)) ||
           (timed && Clock::now() >= deadline);
  }
  void look_at(const Worth& best) const {
    if (reached != nullptr && best <= target) {
      reached->store(true, std::memory_order_relaxed);
    }
  }
  double share(std::int64_t done) const {
    const double part =
        timed ? std::chrono::duration<double>(Clock::now() - begin).count() /
                    std::chrono::duration<double>(deadline - begin).count()
              : static_cast<double>(done) / static_cast<double>(iterations);
    return share_begin + (share_end - share_begin) * std::clamp(part, 0.0, 1.0);
  }
};

struct SearchSettings {
  RuinSettings ruin;
  double overlook = 0.01;  // chance that a route is overlooked
  double hot = 1;         // first temperature, in mean legs
  double cold = 0.01;     // last temperature
  double hot_money = 3;   // the same two where money counts: legs differ more, and so do routes
  double cold_money = 0.1;
  double fleet_heat = 0.3;
  double toward_absent = 0.3;  // share of ruins around somebody absent while routes are emptied
  double price = 10;      // first price of an absence, in mean legs
  double fleet_price = 5;
  double dearer = 0.02;   // per iteration of absence
  double fleet_dearer = 0.03;
  double cheaper = 0.8;   // factor when plans are complete often
  double incomplete = 0.7;  // share of incomplete plans aimed at
  // From this part of a phase on, only complete plans: on large plans somebody is nearly always
  // absent, and complete ones would hardly be seen.
  double strict = 0.6;
  double strict_last = 0.25;  // the same in the last phase
  double transplanted = 0.2;  // share of iterations that take over a route of the pool
  double pooled = 0.05;  // routes are kept of plans that cost up to this share more than the best
};

}  // namespace colivraison::routing
