// Routes of the whole model of colivraison/pdptw/problem.py.
//
// Two steps for an insertion.  A *filter* runs over the slots in constant time each: earliest begins
// from the front, latest arrivals from the back, loads, classes on board.  What passes it, and whose
// lower bound on money beats the best so far, is *priced* exactly: the least paid duration comes
// from pieces (see DurationPieces) of the front and of the back, in the time of the walk from pickup to
// delivery.  Routes with limits on the time on board, with breaks, or with more pieces than are kept
// are timed anew as a whole.
//
// The filter takes for granted that a detour never shortens a way (triangle inequality in time);
// where a matrix breaks that, a feasible insertion may be overlooked, never an infeasible one made.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "core/routing/insertion.hpp"
#include "core/routing/instance.hpp"
#include "core/routing/least_detours.hpp"
#include "core/routing/way_money.hpp"
#include "core/routing/windows_met.hpp"

namespace colivraison::routing {

// A non-decreasing function of time with a common amount of work: leaving (or arriving) at t, with
// `until` of the piece before < t <= until, one is done at max(t + work, done).
struct DurationPieces {
  struct Piece {
    Time until;
    Time done;
  };
  static constexpr int kMost = 4;
  Time work = 0;
  std::int16_t count = 0;
  bool cut = false;  // something was forgotten: durations may be overestimated, moments are not
  std::array<Piece, kMost> piece;

  // The least time of waiting there is in one of its ways; 0 where that is not known.
  Time least_idle() const {
    Time least = kUnlimited;
    for (int k = 0; k < count; ++k) {
      const Piece& one = piece[static_cast<std::size_t>(k)];
      least = std::min(least, std::max(0, one.done - one.until - work));
    }
    return cut ? 0 : least;
  }
  Time latest() const { return count == 0 ? -1 : piece[static_cast<std::size_t>(count - 1)].until; }

  // Pieces come in the order of `until`, `work` being known; one that is not later than the last is
  // void, and one that is done without a wait of its own goes on with the last.  With no room left
  // the last but one is forgotten.
  void add(Time until, Time done) {
    if (count > 0) {
      Piece& last = piece[static_cast<std::size_t>(count - 1)];
      if (until <= last.until) {
        return;
      }
      if (done - work <= last.until + 1) {
        last.until = until;
        return;
      }
    }
    if (count == kMost) {
      --count;
      cut = true;
    }
    piece[static_cast<std::size_t>(count++)] = {until, done};
  }
};

class RichRoutes {
 public:
  struct Position {
    Index node;
    Index location;
    Time travel;       // to the next position
    Metres distance;
    Index loaded;      // shipments on board that were loaded and will be unloaded on the way
    Index from_start;  // on board since the start, to be unloaded
    Index to_end;      // on board until the end
    std::uint64_t classes;  // load classes on board after it
    DurationPieces front;      // from leaving the start to leaving here
    DurationPieces back_new;   // from arriving here from another place to the end of the route
    DurationPieces back_same;  // the same, being here already

    Time depart() const { return front.piece[0].done; }
    const DurationPieces& back(Index from) const { return from == location ? back_same : back_new; }
  };
  // Between a position and the next one: what bounds ask for, kept close together.
  struct Slot {
    Cost way_money;  // of the way to the next position and its setup there
    Index here;      // places of both
    Index next;
    Time depart;       // earliest, here
    Time latest;       // arrival at the next one
    // The least waiting that remains here and before, or behind, whatever is put into the slot.
    Time idle_front;
    Time idle_back;
    bool shut;   // nothing may come between the two
    bool stop;   // both belong to one stop
    bool waits;  // a stop within which the vehicle waits
  };
  struct Route {
    Index vehicle = 0;
    std::uint64_t version = 0;
    Cost cost = 0;
    Time duration = 0;
    Time work = 0;  // duration without waiting
    std::int64_t distance = 0;
    bool limited = false;  // a limit on the time on board, or breaks: timed as a whole
    std::uint64_t classes = 0;
    std::vector<Position> positions;
    std::vector<Slot> slots;  // of a route that is driven: one fewer than positions
    std::vector<Load> loads;  // position * dimensions + dimension, after the position
    std::vector<Index> rests;

    Index size() const { return static_cast<Index>(positions.size()) - 2; }
  };

  explicit RichRoutes(const Instance& instance);
  RichRoutes(const RichRoutes&) = delete;  // parts of it point to others
  RichRoutes& operator=(const RichRoutes&) = delete;

  const Instance& instance() const { return *instance_; }
  static Index node_at(const Route& route, Index position) {
    return route.positions[static_cast<std::size_t>(position)].node;
  }
  // Whether a position stands at the place of the one before it.
  static bool same_stop(const Route& route, Index position) {
    const auto k = static_cast<std::size_t>(position);
    return k > 0 && route.positions[k].location == route.positions[k - 1].location;
  }

  void empty(Route& route) const;
  bool renew(Route& route);
  bool has_lower_bounds() const { return least_detours_.known(); }
  // No place costs less than this.
  Cost lower_bound(Index job, const Route& route);
  // The cheapest place but for one, if it costs less than `limit`.
  Insertion best_insertion(Index job, const Route& route, const Insertion& excluded, Cost limit);
  bool insert(Route& route, Index job, const Insertion& place);
  bool assign(Route& route, const std::vector<Index>& nodes);
  template <typename Leaves>
  bool remove(Route& route, Leaves leaves) {
    auto& list = route.positions;
    std::size_t kept = 1;
    for (std::size_t k = 1; k + 1 < list.size(); ++k) {
      if (fixed_[static_cast<std::size_t>(list[k].node)] || !leaves(list[k].node)) {
        list[kept++] = list[k];
      }
    }
    list[kept++] = list.back();
    list.resize(kept);
    return renew(route);
  }
  static const std::vector<Index>& rests_of(const Route& route) { return route.rests; }
  std::int64_t proximity(Index from, Index to) const;

  // Whether a job may stand in a vehicle's route, as far as that is known without looking at it.
  bool able(Index job, Index vehicle) const {
    return able_.empty()
               ? !closed_[static_cast<std::size_t>(vehicle)] && instance_->may_carry(job, vehicle)
               : able_[static_cast<std::size_t>(job) * kinds_ +
                       static_cast<std::size_t>(
                           instance_->kind_of(vehicle))] != 0;
  }
  bool fixed(Index node) const { return fixed_[static_cast<std::size_t>(node)] != 0; }

 private:
  // Where a vehicle is while a sequence is driven: `pieces` map leaving the start to leaving here.
  struct State {
    Index location;
    DurationPieces pieces;

    Time depart() const { return pieces.piece[0].done; }
  };

  const Vehicle& vehicle_of(const Route& route) const {
    return instance_->vehicles[static_cast<std::size_t>(route.vehicle)];
  }
  const Leg& leg(const Vehicle& vehicle, Index from, Index to) const {
    return instance_->legs[static_cast<std::size_t>(vehicle.profile)]
                          [static_cast<std::size_t>(from) *
                               static_cast<std::size_t>(instance_->locations) +
                           static_cast<std::size_t>(to)];
  }
  Index location_of(const Vehicle& vehicle, Index node) const {
    const Index location = instance_->nodes[static_cast<std::size_t>(node)].location;
    return location >= 0 ? location : location == kVehicleStart ? vehicle.start : vehicle.end;
  }
  std::span<const TimeSpan> windows_of(Index node) const {
    const Node& one = instance_->nodes[static_cast<std::size_t>(node)];
    return instance_->windows_of(one.windows_begin, one.windows_end);
  }
  bool slot_open(const Route& route, Index after) const;
  // Whether a job finds room, and no enemy, at every position from..to.
  bool fits(const Route& route, Index job, Index from, Index to) const;

  State start_state(const Vehicle& vehicle) const;
  // Drives on to a node and serves it; false when no window is met.
  bool drive(const Vehicle& vehicle, State& state, Index node) const;
  bool rest(const Vehicle& vehicle, State& state, const Rest& rest) const;
  // Least duration of a route in two halves; kUnlimited when the second is reached too late.
  static Time join(const Vehicle& vehicle, const State& front, Time travel,
                   const DurationPieces& back);
  Cost price(const Vehicle& vehicle, std::int64_t distance, Time duration) const;
  Cost succession(Index from, Index to) const;
  // What a job costs at least besides its way and its service, all waiting that there is being
  // absorbed: a route with less waiting may even end earlier, without any overtime.
  Cost besides(const Job& job, const Route& route) const {
    const Vehicle& vehicle = vehicle_of(route);
    const Time overtime_saved = std::max(0, route.duration - vehicle.regular);
    return other_vehicle(job, route.vehicle) + (route.size() == 0 ? vehicle.per_use : 0) -
           vehicle.per_second * (route.duration - route.work) -
           vehicle.per_overtime_second * overtime_saved;
  }
  Cost other_vehicle(const Job& job, Index vehicle) const {
    return job.reference_vehicle == kNone || job.reference_vehicle == vehicle
               ? 0
               : instance_->other_vehicle;
  }

  bool renew_loads(Route& route);
  bool last_in_first_out(const Route& route);
  bool renew_times(Route& route) const;
  void renew_slots(Route& route) const;
  Time time_as_a_whole(Route& route);
  void find_rest_places(const Route& route, Index number);
  Time time_with_rests(const Vehicle& vehicle, const Route& route, bool on_board);
  Time time_exactly(const Vehicle& vehicle, const Route& route);
  // Departure, end, and the latest departure that meets the same windows.
  struct Course {
    Time leave;
    Time end;
    Time latest;
  };
  bool on_board_in_time(const Route& route);
  bool first_course(const Vehicle& vehicle, const Route& route, Time leave, Course& course);

  Insertion best_single(Index job, const Route& route, const Insertion& excluded, Cost limit);
  Insertion best_pair(Index job, const Route& route, const Insertion& excluded, Cost limit);
  Cost exact_cost(const Route& route, Index job, const Insertion& place);

  const Instance* instance_;
  WayMoney money_;
  LeastDetours least_detours_;
  WindowsMet windows_met_;
  std::vector<std::uint8_t> fixed_;        // by node: locked in its route
  std::vector<Index> glued_after_;         // by node: the node locked right behind it, or kNone
  std::vector<std::uint8_t> glued_start_;  // by vehicle: nothing may come before its first node
  std::vector<std::uint8_t> closed_;       // by vehicle: its route is what it is
  std::size_t kinds_ = 0;
  std::vector<std::uint8_t> able_;         // job * kinds_ + kind: may ever carry it
  // Scratch of best_pair, by slot.
  std::vector<Cost> delivery_bound_;
  std::vector<Cost> least_later_;
  Route trial_;
  // Scratch of the timing as a whole.
  std::vector<Index> rests_tried_;
  std::vector<std::vector<Index>> rest_places_;  // by rest, kNone among them
  std::vector<std::size_t> rest_choice_;         // which of them is tried
  std::vector<Time> begins_;
  std::vector<Time> not_before_;
  std::vector<Index> position_of_;  // by node, where it stands in the route being renewed
  std::vector<Index> stack_;
};

}  // namespace colivraison::routing
