// The door to the search; like bindings.cpp it only converts.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include "arrays_of_python.hpp"
#include "core/routing/team.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

namespace routing = colivraison::routing;
using colivraison::python::In;

using Ints = In<std::int32_t>;
using Longs = In<std::int64_t>;
using Bits = In<std::uint64_t>;
// vehicle, nodes, after how many nodes each rest is taken (-1: not)
using RouteTuple = std::tuple<std::int32_t, std::vector<std::int32_t>, std::vector<std::int32_t>>;
// kind of vehicles, cost, nodes
using PooledTuple = std::tuple<std::int32_t, std::int64_t, std::vector<std::int32_t>>;
// jobs, the amount of each, the least that is served of it
using GroupTuple =
    std::tuple<std::vector<std::int32_t>, std::vector<std::int64_t>, std::int64_t>;
using PlanTuple = std::pair<std::vector<RouteTuple>, std::vector<std::int32_t>>;
// required jobs left out, routes (0 where their number does not count), cost
using WorthTuple = std::tuple<std::int64_t, std::int64_t, std::int64_t>;

template <typename Number>
std::size_t rows(const In<Number>& values, std::size_t width) {
  if (values.shape(0) % width != 0) {
    throw nb::value_error("a table does not have its number of columns");
  }
  return values.shape(0) / width;
}

template <typename Number>
std::vector<Number> copied(const In<Number>& values) {
  return {values.data(), values.data() + values.shape(0)};
}

std::int32_t narrow(std::int64_t value) {
  if (value < std::numeric_limits<std::int32_t>::min() ||
      value > std::numeric_limits<std::int32_t>::max()) {
    throw nb::value_error("a number does not fit into 32 bits");
  }
  return static_cast<std::int32_t>(value);
}

// -1 stands for "any".
routing::Time limit(std::int64_t value) {
  return value < 0 ? routing::kUnlimited : narrow(value);
}

routing::Instance instance_of(const std::vector<std::pair<Ints, Ints>>& tables, const Ints& setup,
                              const Ints& windows, const Ints& nodes, const Longs& jobs,
                              const Longs& demand, const Ints& rests, const Longs& vehicles,
                              const Longs& capacity, const Bits& allowed,
                              const Bits& route_conflicts, const Bits& board_conflicts,
                              const std::vector<std::vector<int>>& exclusive,
                              const std::vector<GroupTuple>& groups,
                              const std::vector<std::tuple<int, int, std::vector<int>>>& locks,
                              const Ints& reference_next, std::int64_t other_vehicle,
                              std::int64_t broken_succession, int dimensions,
                              bool fewest_vehicles) {
  routing::Instance instance;
  instance.locations = narrow(static_cast<std::int64_t>(setup.shape(0)));
  instance.dimensions = dimensions;
  for (const auto& [durations, distances] : tables) {
    if (durations.shape(0) != distances.shape(0)) {
      throw nb::value_error("durations and distances differ in size");
    }
    auto& legs = instance.legs.emplace_back(durations.shape(0));
    for (std::size_t k = 0; k < legs.size(); ++k) {
      legs[k] = {durations.data()[k], distances.data()[k]};
    }
  }
  instance.setup = copied(setup);
  for (std::size_t k = 0; k < rows(windows, 2); ++k) {
    instance.windows.push_back({windows.data()[2 * k], windows.data()[2 * k + 1]});
  }
  for (std::size_t k = 0; k < rows(nodes, 4); ++k) {
    const auto* row = nodes.data() + 4 * k;
    instance.nodes.push_back({row[0], row[1], row[2], row[3]});
  }
  for (std::size_t k = 0; k < rows(jobs, 6); ++k) {
    const auto* row = jobs.data() + 6 * k;
    instance.jobs.push_back({narrow(row[0]), narrow(row[1]), row[2] < 0 ? routing::kInfinite : row[2],
                             narrow(row[3]), limit(row[4]), narrow(row[5])});
  }
  instance.demand = copied(demand);
  for (std::size_t k = 0; k < rows(rests, 4); ++k) {
    const auto* row = rests.data() + 4 * k;
    instance.rests.push_back({row[0], row[1], row[2], row[3]});
  }
  for (std::size_t k = 0; k < rows(vehicles, 17); ++k) {
    const auto* row = vehicles.data() + 17 * k;
    routing::Vehicle vehicle{};
    vehicle.profile = narrow(row[0]);
    vehicle.start = narrow(row[1]);
    vehicle.end = narrow(row[2]);
    vehicle.shift = {narrow(row[3]), narrow(row[4])};
    vehicle.per_use = row[5];
    vehicle.per_metre = row[6];
    vehicle.per_second = row[7];
    vehicle.per_overtime_second = row[8];
    vehicle.regular = limit(row[9]);
    vehicle.max_duration = limit(row[10]);
    vehicle.max_distance = row[11] < 0 ? std::numeric_limits<std::int64_t>::max() : row[11];
    vehicle.lifo = row[12] != 0;
    vehicle.leaves_at_once = row[13] != 0;
    vehicle.rests_begin = narrow(row[14]);
    vehicle.rests_end = narrow(row[15]);
    vehicle.kind = narrow(row[16]);
    instance.vehicles.push_back(vehicle);
  }
  instance.capacity = copied(capacity);
  instance.allowed = copied(allowed);
  instance.route_conflicts = copied(route_conflicts);
  instance.board_conflicts = copied(board_conflicts);
  instance.exclusive = exclusive;
  for (const auto& [its_jobs, amounts, minimum] : groups) {
    instance.groups.push_back({its_jobs, amounts, minimum});
  }
  for (const auto& [vehicle, kind, its_nodes] : locks) {
    if (kind < 0 || kind > 2) {
      throw nb::value_error("a lock has an unknown kind");
    }
    instance.locks.push_back({vehicle, static_cast<routing::Lock::Kind>(kind), its_nodes});
  }
  instance.reference_next = copied(reference_next);
  instance.other_vehicle = other_vehicle;
  instance.broken_succession = broken_succession;
  instance.fewest_vehicles = fewest_vehicles;
  instance.complete();
  return instance;
}

// The instance, the team that searches on it, and a flag that ends a chunk from another thread.
class RoutingSearch {
 public:
  RoutingSearch(routing::Instance&& instance, std::uint64_t seed, int threads, bool plain)
      : instance_(std::make_unique<routing::Instance>(std::move(instance))) {
    if (threads < 1) {
      throw nb::value_error("at least one thread");
    }
    const nb::gil_scoped_release released;
    team_ = routing::make_team(*instance_, seed, threads, {}, plain);
  }

  bool start(const std::optional<PlanTuple>& initial, std::optional<double> time_s) {
    std::optional<routing::PlanRecord> plan;
    if (initial) {
      plan = record_of(*initial);
    }
    const nb::gil_scoped_release released;
    return team_->start(plan ? &*plan : nullptr, chunk_of(0, 0, 1, time_s));
  }

  void run(double share_begin, double share_end, std::int64_t iterations,
           std::optional<double> time_s, const std::optional<WorthTuple>& target) {
    const nb::gil_scoped_release released;
    routing::Chunk chunk = chunk_of(share_begin, share_end, iterations, time_s);
    if (target) {
      const auto& [missing, vehicles, cost] = *target;
      chunk.target = {missing, vehicles, cost};
      reached_.store(false, std::memory_order_relaxed);
      chunk.reached = &reached_;
    }
    team_->run(chunk);
  }

  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }

  bool offer(const PlanTuple& plan) {
    const routing::PlanRecord record = record_of(plan);
    const nb::gil_scoped_release released;
    return team_->offer(record);
  }

  PlanTuple best() const {
    PlanTuple result;
    for (const auto& route : team_->best().routes) {
      result.first.emplace_back(route.vehicle, route.nodes, route.rests);
    }
    result.second = team_->best().absent;
    return result;
  }

  WorthTuple worth() const {
    const auto& worth = team_->worth();
    return {worth.missing, worth.vehicles, worth.cost};
  }

  std::pair<std::size_t, std::size_t> counts() const {
    return {team_->best().routes.size(), team_->best().absent.size()};
  }

  std::vector<PooledTuple> pool(std::size_t most) const {
    std::vector<PooledTuple> result;
    for (auto& kept : team_->pool(most)) {
      result.emplace_back(kept.kind, kept.cost, std::move(kept.nodes));
    }
    return result;
  }

  std::int64_t iterations() const { return team_->iterations(); }

 private:
  routing::Chunk chunk_of(double share_begin, double share_end, std::int64_t iterations,
                          std::optional<double> time_s) const {
    routing::Chunk chunk;
    chunk.share_begin = share_begin;
    chunk.share_end = share_end;
    chunk.iterations = iterations;
    chunk.cancel = &cancelled_;
    if (time_s) {
      chunk.timed = true;
      chunk.begin = routing::Chunk::Clock::now();
      chunk.deadline = chunk.begin + std::chrono::duration_cast<routing::Chunk::Clock::duration>(
                                         std::chrono::duration<double>(*time_s));
    }
    return chunk;
  }

  routing::PlanRecord record_of(const PlanTuple& plan) const {
    routing::PlanRecord record;
    const auto count = static_cast<std::int32_t>(instance_->nodes.size());
    for (const auto& [vehicle, nodes, rests] : plan.first) {
      if (vehicle < 0 || static_cast<std::size_t>(vehicle) >= instance_->vehicles.size()) {
        throw nb::value_error("a vehicle is out of range");
      }
      for (const auto node : nodes) {
        if (node < 0 || node >= count) {
          throw nb::value_error("a node is out of range");
        }
      }
      record.routes.push_back({vehicle, nodes, rests});
    }
    for (const auto job : plan.second) {
      if (job < 0 || static_cast<std::size_t>(job) >= instance_->jobs.size()) {
        throw nb::value_error("a job is out of range");
      }
    }
    record.absent = plan.second;
    return record;
  }

  std::unique_ptr<routing::Instance> instance_;
  std::unique_ptr<routing::Team> team_;
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> reached_{false};
};

}  // namespace

void bind_routing(nb::module_& module) {
  nb::class_<RoutingSearch>(module, "RoutingSearch")
      .def(
          "__init__",
          [](RoutingSearch* self, const std::vector<std::pair<Ints, Ints>>& tables,
             const Ints& setup, const Ints& windows, const Ints& nodes, const Longs& jobs,
             const Longs& demand, const Ints& rests, const Longs& vehicles, const Longs& capacity,
             const Bits& allowed, const Bits& route_conflicts, const Bits& board_conflicts,
             const std::vector<std::vector<int>>& exclusive,
             const std::vector<GroupTuple>& groups,
             const std::vector<std::tuple<int, int, std::vector<int>>>& locks,
             const Ints& reference_next, std::int64_t other_vehicle,
             std::int64_t broken_succession, int dimensions, bool fewest_vehicles,
             std::uint64_t seed, int threads, bool plain) {
            new (self) RoutingSearch(
                instance_of(tables, setup, windows, nodes, jobs, demand, rests, vehicles, capacity,
                            allowed, route_conflicts, board_conflicts, exclusive, groups, locks,
                            reference_next,
                            other_vehicle, broken_succession, dimensions, fewest_vehicles),
                seed, threads, plain);
          },
          "tables"_a.noconvert(), "setup"_a.noconvert(), "windows"_a.noconvert(),
          "nodes"_a.noconvert(), "jobs"_a.noconvert(), "demand"_a.noconvert(),
          "rests"_a.noconvert(), "vehicles"_a.noconvert(), "capacity"_a.noconvert(),
          "allowed"_a.noconvert(), "route_conflicts"_a.noconvert(),
          "board_conflicts"_a.noconvert(),
          "exclusive"_a, "groups"_a, "locks"_a, "reference_next"_a.noconvert(), "other_vehicle"_a, "broken_succession"_a,
          "dimensions"_a,
          "fewest_vehicles"_a, "seed"_a, "threads"_a, "plain"_a)
      .def("start", &RoutingSearch::start, "initial"_a.none(), "time_s"_a.none())
      .def("run", &RoutingSearch::run, "share_begin"_a, "share_end"_a, "iterations"_a,
           "time_s"_a.none(), "target"_a.none())
      .def("cancel", &RoutingSearch::cancel)
      .def("offer", &RoutingSearch::offer, "plan"_a)
      .def("best", &RoutingSearch::best)
      .def("pool", &RoutingSearch::pool, "most"_a)
      .def("worth", &RoutingSearch::worth)
      .def("counts", &RoutingSearch::counts)
      .def("iterations", &RoutingSearch::iterations);
}
