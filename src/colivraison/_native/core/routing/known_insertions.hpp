// What is known about the best places of jobs in routes, until a route changes: a search asks for the
// same ones again and again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/routing/insertion.hpp"
#include "core/routing/instance.hpp"

namespace colivraison::routing {

class KnownInsertions {
 public:
  // About one job in one version of a route: the best place, or that there is none that costs less
  // than `delta`.
  struct Known {
    Cost delta = 0;
    std::uint64_t version = 0;
    Index pickup_after = kNone;
    Index delivery_after = kNone;

    bool possible() const { return pickup_after != kNone || delivery_after != kNone; }
    bool answers(Cost limit) const { return possible() || delta >= limit; }
    Insertion place() const { return {delta, pickup_after, delivery_after}; }
  };
  // A route as it is, and as it was when the present change began (the same where it did not change).
  struct Versions {
    std::uint64_t now;
    std::uint64_t before;
  };

  // Nothing is kept of too many jobs and vehicles.
  KnownInsertions(std::size_t jobs, std::size_t vehicles) : vehicles_(vehicles) {
    if (jobs * vehicles <= kMost) {
      known_.resize(jobs * vehicles);
    }
  }

  bool kept() const { return !known_.empty(); }

  // What is known about places below a limit; nullptr: nothing.
  const Known* recall(Index job, Index vehicle, std::uint64_t version, Cost limit) const {
    if (!kept()) {
      return nullptr;
    }
    for (const Known& known : known_[number(job, vehicle)]) {
      if (known.version == version && known.answers(limit)) {
        return &known;
      }
    }
    return nullptr;
  }

  // The best place, or that there is none below a limit.
  void remember(Index job, Index vehicle, const Versions& versions, Cost limit,
                const Insertion& place) {
    Twice& both = known_[number(job, vehicle)];
    const bool changed = versions.now != versions.before;
    if (changed && both[1].version == versions.before) {
      both[0] = both[1];  // of a change that was accepted: now what an undo comes back to
    }
    Known& renewed = both[both[0].version == versions.now   ? 0
                          : both[1].version == versions.now ? 1
                          : changed                         ? 1
                                                            : 0];
    renewed = {place.possible() ? place.delta : limit, versions.now, place.pickup_after,
               place.delivery_after};
  }

 private:
  // For the route as it was when the change began, and for what it has become since.  After an undo
  // the first serves again.
  using Twice = std::array<Known, 2>;
  static constexpr std::size_t kMost = 4'000'000;

  std::size_t number(Index job, Index vehicle) const {
    return static_cast<std::size_t>(job) * vehicles_ + static_cast<std::size_t>(vehicle);
  }

  std::size_t vehicles_;
  std::vector<Twice> known_;  // by job and vehicle
};

}  // namespace colivraison::routing
