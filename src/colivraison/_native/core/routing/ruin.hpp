// Ruin: what leaves a plan before it is put back elsewhere (recreate.hpp).
//
// Mostly strings of neighbouring stops out of neighbouring routes (Christiaens & Vanden Berghe 2020, "Slack
// induction by string removals for vehicle routing problems", DOI 10.1287/trsc.2019.0914; a shipment leaves
// when either of its stops does); whole routes, bundles, routes that go to other vehicles or come from
// other plans.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/routing/neighbours.hpp"
#include "core/routing/plan.hpp"
#include "core/routing/random.hpp"

namespace colivraison::routing {

struct RuinSettings {
  double mean_removed = 10;   // stops
  double longest_string = 10;
  double split = 0.5;         // share of strings that keep some stops in their middle
  double keep_less = 0.01;    // chance that the middle stops growing
  double whole_route = 0.15;  // chance that one route goes altogether, its kind of vehicle staying idle
  double other_vehicle = 0.15;  // chance that a route goes to another vehicle
  double bundle = 0.2;        // chance that what shares both places goes, route after route
  double block = 0.2;         // chance that what is locked, but not in its place, is moved
};

template <typename Routes>
class Ruin {
 public:
  using Route = typename Routes::Route;

  explicit Ruin(const Plan<Routes>& plan)
      : instance_(&plan.instance()),
        near_(plan.instance(), plan.routes()),
        ruined_in_(plan.instance().vehicles.size(), 0) {
    note_blocks(plan);
  }

  RuinSettings settings;
  // Chance that it is ruined around somebody absent.
  double toward_absent = 0;

  void operator()(Plan<Routes>& plan, Random& random) {
    const auto& active = plan.active();
    barred_kind_ = kNone;
    if (active.empty()) {
      return;
    }
    ++ruining_;
    if (!blocks_.empty() && random.chance(settings.block)) {
      move_block(plan, random);
      if (random.chance(0.5)) {
        return;
      }
    }
    const double kind = random.unit();
    if (kind < settings.whole_route) {
      ruin_whole_route(plan, random);
      return;
    }
    if (kind < settings.whole_route + settings.bundle) {
      ruin_bundle(plan, random);
      return;
    }
    if (kind < settings.whole_route + settings.bundle + settings.other_vehicle) {
      give_to_other_vehicle(plan, random);
      return;
    }
    std::int64_t stops = 0;
    std::int64_t positions = 0;
    // Strings are counted in stops or in single activities, in turns by chance; where every
    // activity is a stop of its own both are the same.
    const bool by_stops = random.chance(0.5);
    for (const Index vehicle : active) {
      const Route& route = plan.route(vehicle);
      positions += route.size();
      if (by_stops) {
        for (Index k = 1; k <= route.size(); ++k) {
          stops += Routes::same_stop(route, k) ? 0 : 1;
        }
      }
    }
    const double mean = static_cast<double>(by_stops ? std::max<std::int64_t>(stops, 1) : positions) /
                        static_cast<double>(active.size());
    const double longest = std::min(settings.longest_string, mean);
    const double most_strings = 4 * settings.mean_removed / (1 + longest) - 1;
    auto strings = static_cast<Index>(random.unit() * most_strings + 1);
    // Several activities a stop: fewer strings, so that as much is taken out.
    if (by_stops && stops > 0 && positions > stops) {
      const double per_stop = static_cast<double>(positions) / static_cast<double>(stops);
      strings = std::max<Index>(1, static_cast<Index>(strings / per_stop));
    }
    const Index seed = seed_of_ruin(plan, random);
    for (const Index group : near_.near(seed)) {
      const auto& members = near_.members(group);
      const auto count = static_cast<Index>(members.size());
      const Index first = count == 1 ? 0 : random.below(count);
      for (Index k = 0; k < count; ++k) {
        const Index node = group == near_.near(seed).front() && k == 0
                               ? seed
                               : members[static_cast<std::size_t>((first + k) % count)];
        const Index job = instance_->nodes[static_cast<std::size_t>(node)].job;
        const Index vehicle = plan.vehicle_of(job);
        if (vehicle == kNone || ruined_in_[static_cast<std::size_t>(vehicle)] == ruining_) {
          continue;
        }
        ruined_in_[static_cast<std::size_t>(vehicle)] = ruining_;
        ruin_route(plan, vehicle, node, longest, by_stops, random);
        if (--strings <= 0) {
          return;
        }
      }
    }
  }

  // After a whole route went: the kind of vehicles that are to stay idle now; kNone: there is none.
  Index barred_kind() const { return barred_kind_; }

  // Puts a whole route of another plan into this one: its jobs leave their routes, and what one
  // vehicle carried besides is to be put back.  False, and nothing changes, where it is there already
  // or no vehicle of its kind is at hand; never more than `most_routes`, unless it is kNone.
  bool transplant(Plan<Routes>& plan, Index kind, const std::vector<Index>& nodes, Index most_routes) {
    barred_kind_ = kNone;
    // Into the route of its kind that it shares most with.
    order_of_ruin_.clear();
    Index vehicle = kNone;
    std::ptrdiff_t most = 0;
    for (const Index node : nodes) {
      order_of_ruin_.push_back(plan.vehicle_of(job_of(node)));
    }
    std::sort(order_of_ruin_.begin(), order_of_ruin_.end());
    for (auto one = order_of_ruin_.begin(); one != order_of_ruin_.end();) {
      const auto end = std::upper_bound(one, order_of_ruin_.end(), *one);
      if (*one != kNone && end - one > most &&
          instance_->kind_of(*one) == kind) {
        vehicle = *one;
        most = end - one;
      }
      one = end;
    }
    if (vehicle == kNone) {
      vehicle = most_routes == kNone || static_cast<Index>(plan.active().size()) < most_routes
                    ? plan.idle().first(kind)
                    : kNone;
    }
    if (vehicle == kNone || (most == static_cast<std::ptrdiff_t>(nodes.size()) &&
                             plan.route(vehicle).size() == static_cast<Index>(most))) {
      return false;
    }
    order_of_ruin_.erase(std::unique(order_of_ruin_.begin(), order_of_ruin_.end()),
                         order_of_ruin_.end());
    for (const Index node : nodes) {
      if (plan.vehicle_of(job_of(node)) != kNone) {
        take_job(plan, plan.vehicle_of(job_of(node)), job_of(node));
      }
    }
    for (Index k = 1; k <= plan.route(vehicle).size(); ++k) {
      take_job(plan, vehicle, job_of(Routes::node_at(plan.route(vehicle), k)));
    }
    for (const Index other : order_of_ruin_) {
      if (other != kNone) {
        plan.remove_marked(other);
      }
    }
    plan.place(vehicle, nodes);
    return true;
  }

 private:
  // What stays in its route, but anywhere in it: locked sequences, free ends of jobs half locked.
  struct Block {
    Index vehicle;
    std::vector<Index> nodes;
  };

  void note_blocks(const Plan<Routes>& plan) {
    glued_.resize(instance_->nodes.size(), 0);
    for (const auto& lock : instance_->locks) {
      for (std::size_t k = 0; k < lock.nodes.size(); ++k) {
        const Index node = lock.nodes[k];
        glued_[static_cast<std::size_t>(node)] =
            k > 0 || lock.kind != Lock::Kind::kSequence ? 1 : 0;
        const Job& job = instance_->jobs[static_cast<std::size_t>(job_of(node))];
        if (plan.half_fixed(job_of(node))) {
          blocks_.push_back({lock.vehicle, {node == job.pickup ? job.delivery : job.pickup}});
        }
      }
      if (lock.kind == Lock::Kind::kSequence && !lock.nodes.empty()) {
        blocks_.push_back({lock.vehicle, lock.nodes});
      }
    }
  }

  // Strings leave it where it is, or take a free end away, which what is locked may not survive.
  void move_block(Plan<Routes>& plan, Random& random) {
    const Block& block = blocks_[static_cast<std::size_t>(
        random.below(static_cast<Index>(blocks_.size())))];
    const Route& route = plan.route(block.vehicle);
    nodes_.clear();
    for (Index k = 1; k <= route.size(); ++k) {
      nodes_.push_back(Routes::node_at(route, k));
    }
    const auto found = std::find(nodes_.begin(), nodes_.end(), block.nodes.front());
    if (found == nodes_.end()) {
      return;  // a free end that is absent
    }
    const auto size = static_cast<std::ptrdiff_t>(block.nodes.size());
    const std::ptrdiff_t was = found - nodes_.begin();
    nodes_.erase(found, found + size);
    const std::ptrdiff_t place = random.below(static_cast<Index>(nodes_.size()) + 1);
    const auto next = nodes_.begin() + place;
    if (place == was || (next != nodes_.end() && glued_[static_cast<std::size_t>(*next)])) {
      return;
    }
    nodes_.insert(next, block.nodes.begin(), block.nodes.end());
    plan.reorder(block.vehicle, nodes_);
  }

  Index job_of(Index node) const {
    return instance_->nodes[static_cast<std::size_t>(node)].job;
  }

  // Where to ruin: anywhere, or around an end of somebody absent.
  Index seed_of_ruin(const Plan<Routes>& plan, Random& random) const {
    const auto& absent = plan.absent();
    if (toward_absent > 0 && !absent.empty() && random.chance(toward_absent)) {
      const Index job = absent[static_cast<std::size_t>(
          random.below(static_cast<Index>(absent.size())))];
      const Job& ends = instance_->jobs[static_cast<std::size_t>(job)];
      const bool pickup = ends.delivery == kNone || (ends.pickup != kNone && random.chance(0.5));
      return pickup ? ends.pickup : ends.delivery;
    }
    return random.below(static_cast<Index>(instance_->nodes.size()));
  }

  // A served shipment, drawn evenly; kNone when luck runs out.
  Index served_job(const Plan<Routes>& plan, Random& random) const {
    for (int attempt = 0; attempt < 10; ++attempt) {
      const Index job = random.below(static_cast<Index>(instance_->jobs.size()));
      if (plan.vehicle_of(job) != kNone) {
        return job;
      }
    }
    return kNone;
  }

  // Put back one by one, its shipments would mostly end up where they were: with the vehicle that has
  // the shortest way to the first of them.  Which vehicles drive at all is found by leaving one out.
  void ruin_whole_route(Plan<Routes>& plan, Random& random) {
    const Index job = served_job(plan, random);
    if (job == kNone) {
      return;
    }
    const Index vehicle = plan.vehicle_of(job);
    const Route& route = plan.route(vehicle);
    if (route.size() > 6 * settings.mean_removed) {
      return;  // rebuilding so much rarely pays
    }
    taken_ = false;
    nodes_.clear();
    for (Index k = 1; k <= route.size(); ++k) {
      nodes_.push_back(Routes::node_at(route, k));
      take_job(plan, vehicle, job_of(nodes_.back()));
    }
    if (taken_) {
      plan.remove_marked(vehicle);
      const Index kind = instance_->kind_of(vehicle);
      if (plan.route(vehicle).size() == 0 &&
          std::all_of(nodes_.begin(), nodes_.end(),
                      [&](Index node) { return others_may_carry(plan, job_of(node), kind); })) {
        barred_kind_ = kind;
      }
    }
  }

  // Whether somebody on the road, or idle and of another kind, may carry a job.
  bool others_may_carry(const Plan<Routes>& plan, Index job, Index kind) const {
    bool may = std::any_of(plan.active().begin(), plan.active().end(),
                           [&](Index vehicle) { return plan.able(job, vehicle); });
    plan.idle().for_each_kind([&](Index vehicle) {
      may = may || (instance_->kind_of(vehicle) != kind && plan.able(job, vehicle));
    });
    return may;
  }

  // What a vehicle carries goes to another one, one that drives at another time or from elsewhere: in
  // its order if that can be, otherwise one shipment after the other as far as they fit.
  void give_to_other_vehicle(Plan<Routes>& plan, Random& random) {
    const Index drawn = served_job(plan, random);
    if (drawn == kNone) {
      return;
    }
    const Index vehicle = plan.vehicle_of(drawn);
    order_of_ruin_.clear();
    const auto consider_other = [&](Index other) {
      if (other != vehicle && plan.able(drawn, other)) {
        order_of_ruin_.push_back(other);
      }
    };
    plan.idle().for_each_kind(consider_other);
    plan.idle().for_each_instead_of(vehicle, consider_other);
    std::for_each(plan.active().begin(), plan.active().end(), consider_other);
    if (order_of_ruin_.empty()) {
      return;
    }
    const Index other = order_of_ruin_[static_cast<std::size_t>(
        random.below(static_cast<Index>(order_of_ruin_.size())))];
    if (plan.exchange(vehicle, other) || plan.route(other).size() > 0) {
      return;
    }
    const Route& route = plan.route(vehicle);
    taken_ = false;
    nodes_.clear();
    for (Index k = 1; k <= route.size(); ++k) {
      const Index job = job_of(Routes::node_at(route, k));
      if (!plan.marked(job)) {
        nodes_.push_back(job);
      }
      take_job(plan, vehicle, job);
    }
    if (!taken_) {
      return;
    }
    plan.remove_marked(vehicle);
    for (const Index job : nodes_) {
      if (!plan.idle().may_set_out(other) && plan.route(other).size() == 0) {
        break;  // it waits for what is locked on the first one
      }
      if (plan.vehicle_of(job) == kNone && plan.able(job, other)) {
        const Insertion place = plan.best_insertion(job, other, kInfinite);
        if (place.possible()) {
          plan.insert(job, other, place);
        }
      }
    }
    auto& absent = plan.absent_for_change();
    std::erase_if(absent, [&](Index job) { return plan.vehicle_of(job) != kNone; });
  }

  // Shipments with the places of a drawn one, from its route and from others, until enough are out.
  void ruin_bundle(Plan<Routes>& plan, Random& random) {
    const Index job = served_job(plan, random);
    if (job == kNone) {
      return;
    }
    const Job& ends = instance_->jobs[static_cast<std::size_t>(job)];
    const Index from = place_of(ends.pickup);
    const Index to = place_of(ends.delivery);
    const bool both = random.chance(0.5);
    const Index first = plan.vehicle_of(job);
    Index left = static_cast<Index>(settings.mean_removed);
    const auto& active = plan.active();
    const auto count = static_cast<Index>(active.size());
    order_of_ruin_.assign(active.begin(), active.end());
    const auto start = static_cast<Index>(
        std::find(order_of_ruin_.begin(), order_of_ruin_.end(), first) - order_of_ruin_.begin());
    for (Index k = 0; k < count && left > 0; ++k) {
      const Index vehicle = order_of_ruin_[static_cast<std::size_t>((start + k) % count)];
      const Route& route = plan.route(vehicle);
      taken_ = false;
      for (Index p = 1; p <= route.size(); ++p) {
        const Index node = Routes::node_at(route, p);
        const Index other = job_of(node);
        const Job& its = instance_->jobs[static_cast<std::size_t>(other)];
        if (node != its.pickup && its.pickup != kNone) {
          continue;
        }
        const bool same_from = place_of(its.pickup) == from;
        const bool same_to = place_of(its.delivery) == to;
        if (both ? same_from && same_to : same_from || same_to) {
          take_job(plan, vehicle, other);
          --left;
        }
      }
      if (taken_) {
        plan.remove_marked(vehicle);
      }
    }
  }

  Index place_of(Index node) const {
    return node == kNone ? kVehicleEnd - 1
                         : instance_->nodes[static_cast<std::size_t>(node)].location;
  }

  void take_job(Plan<Routes>& plan, Index vehicle, Index job) {
    // Of a job half locked the free end may be absent already.
    if (!plan.fixed(job) && plan.vehicle_of(job) == vehicle) {
      plan.mark(job);
      taken_ = true;
    }
  }

  void ruin_route(Plan<Routes>& plan, Index vehicle, Index node, double longest, bool by_stops,
                  Random& random) {
    const Route& route = plan.route(vehicle);
    const Index size = route.size();
    // Units of the string: positions, or whole stops.
    unit_begin_.clear();
    Index at = 0;
    for (Index k = 1; k <= size; ++k) {
      if (!by_stops || k == 1 || !Routes::same_stop(route, k)) {
        unit_begin_.push_back(k);
      }
      if (Routes::node_at(route, k) == node) {
        at = static_cast<Index>(unit_begin_.size()) - 1;
      }
    }
    const auto units = static_cast<Index>(unit_begin_.size());
    unit_begin_.push_back(size + 1);
    auto length = static_cast<Index>(random.unit() * std::min<double>(longest, units) + 1);
    length = std::min(length, units);
    const auto take = [&](Index unit) {
      for (Index k = unit_begin_[static_cast<std::size_t>(unit)];
           k < unit_begin_[static_cast<std::size_t>(unit) + 1]; ++k) {
        take_job(plan, vehicle, job_of(Routes::node_at(route, k)));
      }
    };
    taken_ = false;
    if (length >= units || length < 2 || !random.chance(settings.split)) {
      const Index begin = first_of(at, length, units, random);
      for (Index unit = begin; unit < begin + length; ++unit) {
        take(unit);
      }
    } else {
      Index middle = 1;
      while (length + middle < units && !random.chance(settings.keep_less)) {
        ++middle;
      }
      const Index begin = first_of(at, length + middle, units, random);
      const Index kept = begin + random.below(length + 1);
      for (Index unit = begin; unit < begin + length + middle; ++unit) {
        if (unit < kept || unit >= kept + middle) {
          take(unit);
        }
      }
    }
    if (taken_) {
      plan.remove_marked(vehicle);
    }
  }

  static Index first_of(Index at, Index length, Index units, Random& random) {
    const Index low = std::max<Index>(0, at - length + 1);
    const Index high = std::min(at, units - length);
    return low + random.below(high - low + 1);
  }

  const Instance* instance_;
  Neighbours<Routes> near_;
  std::vector<std::uint64_t> ruined_in_;
  std::uint64_t ruining_ = 0;
  std::vector<Block> blocks_;
  std::vector<std::uint8_t> glued_;  // by node: to the one before it, or to the start
  std::vector<Index> nodes_;
  std::vector<Index> unit_begin_;
  bool taken_ = false;
  Index barred_kind_ = kNone;
  std::vector<Index> order_of_ruin_;
};

}  // namespace colivraison::routing
