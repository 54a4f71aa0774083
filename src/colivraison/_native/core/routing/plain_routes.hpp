// Routes of the plain problem of the benchmarks: identical vehicles, one window and one location
// per node, one load dimension, cost = distance.  Everything is constant-time per slot.
//
// Savelsbergh 1992, DOI 10.1287/ijoc.4.2.146: travel is first-in-first-out and waiting free, so the
// rest of a route can be driven exactly when it is reached by its latest begin.
#pragma once

#include <cstdint>
#include <vector>

#include "core/routing/insertion.hpp"
#include "core/routing/instance.hpp"

namespace colivraison::routing {

class PlainRoutes {
 public:
  struct Position {
    Index node;      // kDepot at both ends
    Time begin;      // earliest begin of the service
    Time latest;     // latest begin for which the rest can still be driven
    std::int32_t load;  // on board after it
    std::int32_t distance;  // to the next position
    Time work;              // service here and travel to the next position
  };
  struct Route {
    Index vehicle = 0;
    std::uint64_t version = 0;
    Cost cost = 0;
    std::vector<Position> positions;

    Index size() const { return static_cast<Index>(positions.size()) - 2; }
  };

  static bool suits(const Instance& instance);

  explicit PlainRoutes(const Instance& instance);

  const Instance& instance() const { return *instance_; }
  // Node of a position as the instance numbers it; only for positions 1..size().
  static Index node_at(const Route& route, Index position) {
    return route.positions[static_cast<std::size_t>(position)].node;
  }
  // One stop per node here.
  static bool same_stop(const Route&, Index) { return false; }

  void empty(Route& route) const;
  // Renews everything that follows from the order of the nodes; false when it cannot be driven.
  bool renew(Route& route) const;
  // The cheapest place but for one, if it costs less than `limit`.
  Insertion best_insertion(Index job, const Route& route, const Insertion& excluded, Cost limit);
  bool insert(Route& route, Index job, const Insertion& place) const;
  // Sets the nodes of a route; false when it cannot be driven.
  bool assign(Route& route, const std::vector<Index>& nodes) const;
  // Takes the nodes for which `leaves(node)` out.
  template <typename Leaves>
  bool remove(Route& route, Leaves leaves) const {
    auto& list = route.positions;
    std::size_t kept = 1;
    for (std::size_t k = 1; k + 1 < list.size(); ++k) {
      if (!leaves(list[k].node)) {
        list[kept++] = list[k];
      }
    }
    list[kept++] = list.back();
    list.resize(kept);
    return renew(route);
  }
  static std::vector<Index> rests_of(const Route&) { return {}; }
  // Proximity of two nodes for the choice of what to ruin together.
  std::int64_t proximity(Index from, Index to) const;

 private:
  struct Arc {
    Time work;  // service at its tail and travel
    std::int32_t distance;
  };
  // Node n of the arrays below is node n - 1 of the instance; 0 is the depot.
  std::size_t row(Index node) const {
    return static_cast<std::size_t>(node + 1) * static_cast<std::size_t>(count_);
  }

  // Whether a way over a pickup is never shorter than the way without it.
  bool no_pickup_shortens() const;

  const Instance* instance_;
  Index count_;
  bool pickups_cost_ = false;
  std::vector<Arc> out_;   // row = tail
  std::vector<Arc> into_;  // row = head
  std::vector<TimeSpan> window_;
  std::vector<std::int32_t> load_change_;
  std::int32_t capacity_;
  // Scratch of best_insertion, by slot.
  std::vector<std::int32_t> delivery_cost_;
  std::vector<std::int32_t> least_later_;
};

}  // namespace colivraison::routing
