// A rich pickup-and-delivery problem as flat arrays: what the search works on.
//
// The meaning of every field is that of colivraison/pdptw/problem.py; this file only says how it is
// laid out.  Money is in units of 1/36,000 cent, so that cents per kilometre and per hour are whole
// numbers per metre and per second.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace colivraison::routing {

using Index = std::int32_t;
using Time = std::int32_t;    // seconds, or the unit of a benchmark file
using Metres = std::int32_t;
using Load = std::int64_t;
using Cost = std::int64_t;

inline constexpr Index kNone = -1;
// Locations that depend on the vehicle.
inline constexpr Index kVehicleStart = -1;
inline constexpr Index kVehicleEnd = -2;
// Times are below kHorizon (RichRoutes: below half of it); a missing way takes kNoWay.
inline constexpr Time kHorizon = 1 << 30;
inline constexpr Time kNoWay = 1 << 29;
inline constexpr Time kUnlimited = std::numeric_limits<Time>::max();
inline constexpr Cost kInfinite = std::numeric_limits<Cost>::max() / 4;

struct Leg {
  Time duration;
  Metres distance;
};

struct TimeSpan {
  Time first;
  Time last;
};

// An activity; `job` and `is_pickup` follow from the jobs.
struct Node {
  Index location;
  Time service;
  Index windows_begin;
  Index windows_end;
  Index job = kNone;
  bool is_pickup = false;
};

// A shipment: two nodes, or one where the other end is the route's.
struct Job {
  Index pickup;    // kNone: on board when the route starts
  Index delivery;  // kNone: on board until it ends
  Cost price;      // of leaving it out; kInfinite: required
  Index load_class;  // kNone: in no conflict
  Time max_on_board;  // kUnlimited: any
  Index reference_vehicle;  // kNone: not in the reference plan
};

struct Rest {
  Index windows_begin;
  Index windows_end;
  Time duration;
  Time beyond;
};

struct Vehicle {
  Index profile;
  Index start;
  Index end;  // kNone: open
  TimeSpan shift;
  Cost per_use;
  Cost per_metre;
  Cost per_second;
  Cost per_overtime_second;
  Time regular;  // kUnlimited: no overtime
  Time max_duration;
  std::int64_t max_distance;
  bool lifo;
  bool leaves_at_once;
  Index rests_begin;
  Index rests_end;
  Index kind;  // vehicles of one kind are interchangeable
};

// Nodes that follow each other in this order on a vehicle.
struct Lock {
  enum class Kind : std::uint8_t { kPrefix, kSequence, kRoute };
  Index vehicle;
  Kind kind;
  std::vector<Index> nodes;
};

// Jobs of which those served come to a minimum, or none is.
struct JobGroup {
  std::vector<Index> jobs;
  std::vector<Load> amounts;  // of each job
  Load minimum;
};

struct Instance {
  Index locations = 0;
  Index dimensions = 0;
  std::vector<std::vector<Leg>> legs;  // by profile; row = from
  std::vector<Time> setup;             // by location
  std::vector<TimeSpan> windows;
  std::vector<Node> nodes;
  std::vector<Job> jobs;
  std::vector<Load> demand;  // job * dimensions + dimension
  std::vector<Rest> rests;
  std::vector<Vehicle> vehicles;
  std::vector<Load> capacity;          // vehicle * dimensions + dimension
  std::vector<std::uint64_t> allowed;  // job * vehicle_words + vehicle / 64
  // Load classes with conflicts, at most 64: bit rows by class.
  std::vector<std::uint64_t> route_conflicts;
  std::vector<std::uint64_t> board_conflicts;
  std::vector<std::vector<Index>> exclusive;  // vehicles of which at most one drives
  std::vector<JobGroup> groups;
  std::vector<Index> group_of;  // by job, or kNone; filled by `complete`, empty without groups
  std::vector<Lock> locks;
  std::vector<Index> reference_next;  // by node: who follows it in the reference plan, or kNone
  Cost other_vehicle = 0;
  Cost broken_succession = 0;
  // Fewest vehicles first; otherwise cost alone.
  bool fewest_vehicles = false;

  Index vehicle_words() const { return static_cast<Index>((vehicles.size() + 63) / 64); }
  Index kind_of(Index vehicle) const { return vehicles[static_cast<std::size_t>(vehicle)].kind; }
  bool may_carry(Index job, Index vehicle) const {
    const auto word = static_cast<std::size_t>(job * vehicle_words() + vehicle / 64);
    return (allowed[word] >> (vehicle % 64)) & 1;
  }
  std::span<const TimeSpan> windows_of(Index begin, Index end) const {
    return {windows.data() + begin, static_cast<std::size_t>(end - begin)};
  }

  // Fills what follows from the rest and throws std::invalid_argument where an index, a size or a
  // number is out of its range.
  void complete();
};

// A route as the outside sees it.
struct RouteRecord {
  Index vehicle;
  std::vector<Index> nodes;
  std::vector<Index> rests;  // by rest of the vehicle: taken after that many nodes, or kNone
  Cost cost = 0;  // known only where a search tells
};

struct PlanRecord {
  std::vector<RouteRecord> routes;
  std::vector<Index> absent;
};

}  // namespace colivraison::routing
