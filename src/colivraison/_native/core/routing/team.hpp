// Several searches side by side: one thread each, meeting at the end of every chunk.
//
// What they exchange is decided in the order of the threads, so that the same seed, chunks and number
// of threads give the same plan whatever the load of the machine.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/routing/instance.hpp"
#include "core/routing/search.hpp"

namespace colivraison::routing {

class Team {
 public:
  virtual ~Team() = default;

  // Builds first plans; false when the locks cannot be kept.
  virtual bool start(const PlanRecord* initial, const Chunk& chunk) = 0;
  virtual void run(const Chunk& chunk) = 0;
  // A plan from elsewhere; taken over when it is better.  False when it cannot be driven.
  virtual bool offer(const PlanRecord& plan) = 0;
  virtual const PlanRecord& best() const = 0;
  // The routes of the best plan, then at most so many that the searches have kept, those of the
  // cheapest plans first.
  virtual std::vector<RoutePool::Kept> pool(std::size_t most) const = 0;
  virtual const Worth& worth() const = 0;
  // Of all threads together.
  virtual std::int64_t iterations() const = 0;
};

// Routes of the plain problem where it suffices, unless `plain` is false.
std::unique_ptr<Team> make_team(const Instance& instance, std::uint64_t seed, int threads,
                                const SearchSettings& settings, bool plain);

}  // namespace colivraison::routing
