#include "core/routing/team.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <new>
#include <system_error>
#include <thread>

#include "core/routing/plain_routes.hpp"
#include "core/routing/rich_routes.hpp"

namespace colivraison::routing {

namespace {

template <typename Routes>
class TeamOf final : public Team {
 public:
  TeamOf(const Instance& instance, std::uint64_t seed, int threads,
         const SearchSettings& settings)
      : instance_(&instance) {
    searches_.resize(static_cast<std::size_t>(threads));
    side_by_side([&](std::size_t k) {
      // Neighbouring seeds of splitmix64 give unrelated sequences.
      searches_[k] = std::make_unique<Search<Routes>>(
          instance, seed * 1000003 + static_cast<std::uint64_t>(k), static_cast<int>(k), settings);
    });
  }

  bool start(const PlanRecord* initial, const Chunk& chunk) override {
    std::vector<std::uint8_t> fine(searches_.size(), 0);
    side_by_side([&](std::size_t k) { fine[k] = searches_[k]->start(initial, chunk) ? 1 : 0; });
    for (const auto one : fine) {
      if (!one) {
        return false;
      }
    }
    exchange();
    return true;
  }

  void run(const Chunk& chunk) override {
    side_by_side([&](std::size_t k) { searches_[k]->run(chunk); });
    exchange();
    const auto part = [](double share) { return std::floor(kMeetings * share); };
    if (!instance_->fewest_vehicles && instance_->jobs.size() >= kLarge &&
        part(chunk.share_end) > part(chunk.share_begin)) {
      meet();
    }
  }

  bool offer(const PlanRecord& plan) override {
    bool driven = true;
    for (auto& search : searches_) {
      driven = search->offer(plan) && driven;
    }
    exchange();
    return driven;
  }

  const PlanRecord& best() const override { return searches_[best_]->best(); }
  std::vector<RoutePool::Kept> pool(std::size_t most) const override {
    std::vector<const RoutePool::Kept*> kept;
    for (const auto& search : searches_) {
      for (const auto& one : search->pool().kept()) {
        kept.push_back(&one);
      }
    }
    std::stable_sort(kept.begin(), kept.end(),
                     [](const auto* a, const auto* b) { return a->plan_cost < b->plan_cost; });
    kept.resize(std::min(kept.size(), most));
    std::vector<RoutePool::Kept> all;
    for (const RouteRecord& route : best().routes) {
      all.push_back({instance_->kind_of(route.vehicle), route.cost, 0, route.nodes});
    }
    for (const auto* one : kept) {
      all.push_back(*one);
    }
    return all;
  }
  const Worth& worth() const override { return searches_[best_]->worth(); }
  std::int64_t iterations() const override {
    std::int64_t sum = 0;
    for (const auto& search : searches_) {
      sum += search->iterations();
    }
    return sum;
  }

 private:
  // From so many jobs on, searches end before plans are as good as they can be.
  static constexpr std::size_t kLarge = 300;
  static constexpr double kMeetings = 20;

  template <typename Work>
  void side_by_side(Work work) {
    if (searches_.size() == 1) {
      work(0);
      return;
    }
    std::vector<std::exception_ptr> failures(searches_.size());
    std::vector<std::thread> threads;
    const auto guarded = [&](std::size_t k) {
      try {
        work(k);
      } catch (...) {
        failures[k] = std::current_exception();
      }
    };
    try {
      for (std::size_t k = 1; k < searches_.size(); ++k) {
        threads.emplace_back(guarded, k);
      }
    } catch (const std::system_error&) {
      // No room for another thread.
      failures[0] = std::make_exception_ptr(std::bad_alloc());
    }
    if (!failures[0]) {
      guarded(0);
    }
    for (auto& thread : threads) {
      thread.join();
    }
    for (const auto& failure : failures) {
      if (failure) {
        std::rethrow_exception(failure);
      }
    }
  }

  void exchange() {
    for (std::size_t k = 0; k < searches_.size(); ++k) {
      if (searches_[k]->worth() < searches_[best_]->worth()) {
        best_ = k;
      }
    }
    // A plan that serves more, or with fewer vehicles, is told at once; one that only costs less is
    // not: searches that stay apart find more, unless plans are large (see `meet`).
    const Worth& best = searches_[best_]->worth();
    for (std::size_t k = 0; k < searches_.size(); ++k) {
      const Worth& own = searches_[k]->worth();
      if (best.missing < own.missing || (best.missing == own.missing && best.vehicles < own.vehicles)) {
        searches_[k]->adopt(searches_[best_]->best(), best);
      }
    }
  }

  // All others go on from the best plan: on the way down, whoever is behind stays behind.  (README.md
  // says what that gave.)
  void meet() {
    for (std::size_t k = 0; k < searches_.size(); ++k) {
      if (k != best_) {
        searches_[k]->adopt(searches_[best_]->best(), searches_[best_]->worth());
      }
    }
  }

  const Instance* instance_;
  std::vector<std::unique_ptr<Search<Routes>>> searches_;
  std::size_t best_ = 0;
};

}  // namespace

std::unique_ptr<Team> make_team(const Instance& instance, std::uint64_t seed, int threads,
                                const SearchSettings& settings, bool plain) {
  if (plain && PlainRoutes::suits(instance)) {
    return std::make_unique<TeamOf<PlainRoutes>>(instance, seed, threads, settings);
  }
  return std::make_unique<TeamOf<RichRoutes>>(instance, seed, threads, settings);
}

}  // namespace colivraison::routing
