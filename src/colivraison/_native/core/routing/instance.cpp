#include "core/routing/instance.hpp"

#include <algorithm>
#include <stdexcept>

namespace colivraison::routing {

namespace {

void require(bool holds, const char* what) {
  if (!holds) {
    throw std::invalid_argument(what);
  }
}

bool inside(Index value, std::size_t count) {
  return value >= 0 && static_cast<std::size_t>(value) < count;
}

void require_windows(const Instance& instance, Index begin, Index end) {
  require(begin >= 0 && begin < end && static_cast<std::size_t>(end) <= instance.windows.size(),
          "windows of a node or rest are out of range");
  Time before = -1;
  for (const auto& window : instance.windows_of(begin, end)) {
    require(window.first > before && window.last >= window.first && window.last < kHorizon,
            "windows are sorted, disjoint and inside the horizon");
    before = window.last;
  }
}

}  // namespace

void Instance::complete() {
  const auto size = static_cast<std::size_t>(locations);
  require(locations >= 0 && dimensions >= 0, "negative size");
  require(setup.size() == size, "one setup time per location");
  for (const auto& table : legs) {
    require(table.size() == size * size, "a travel table is square");
    for (const auto& leg : table) {
      require(leg.duration >= 0 && leg.duration < kHorizon && leg.distance >= 0,
              "a leg is out of range");
    }
  }
  for (const Time value : setup) {
    require(value >= 0 && value < kHorizon, "a setup time is out of range");
  }
  const std::size_t words = static_cast<std::size_t>(vehicle_words());
  require(demand.size() == jobs.size() * static_cast<std::size_t>(dimensions) &&
              capacity.size() == vehicles.size() * static_cast<std::size_t>(dimensions) &&
              allowed.size() == jobs.size() * words,
          "sizes of demands, capacities or allowed vehicles do not fit");
  require(reference_next.size() == nodes.size(), "one reference successor per node");
  require(other_vehicle >= 0 && broken_succession >= 0, "a price is negative");
  require(route_conflicts.size() == board_conflicts.size() && route_conflicts.size() <= 64,
          "at most 64 load classes may have conflicts");
  for (const auto& node : nodes) {
    require(node.location >= kVehicleEnd && node.location < locations, "a location is out of range");
    require(node.service >= 0 && node.service < kHorizon, "a service time is out of range");
    require_windows(*this, node.windows_begin, node.windows_end);
  }
  for (const auto& rest : rests) {
    require(rest.duration >= 0 && rest.duration < kHorizon && rest.beyond >= 0,
            "a rest is out of range");
    require_windows(*this, rest.windows_begin, rest.windows_end);
  }
  for (auto& node : nodes) {
    node.job = kNone;
  }
  for (std::size_t number = 0; number < jobs.size(); ++number) {
    const Job& job = jobs[number];
    require(job.pickup != kNone || job.delivery != kNone, "a job has a node");
    require(job.price >= 0, "a price is negative");
    require(job.load_class >= kNone &&
                job.load_class < static_cast<Index>(route_conflicts.size()),
            "a load class is out of range");
    for (const Index end : {job.pickup, job.delivery}) {
      if (end == kNone) {
        continue;
      }
      require(inside(end, nodes.size()), "a node is out of range");
      Node& node = nodes[static_cast<std::size_t>(end)];
      require(node.job == kNone, "a node belongs to two jobs");
      node.job = static_cast<Index>(number);
      node.is_pickup = end == job.pickup;
    }
  }
  for (const auto& node : nodes) {
    require(node.job != kNone, "a node belongs to no job");
  }
  const bool ends_at_vehicle = std::any_of(nodes.begin(), nodes.end(), [](const Node& node) {
    return node.location == kVehicleEnd;
  });
  for (const auto& vehicle : vehicles) {
    require(inside(vehicle.profile, legs.size()), "a profile is out of range");
    require(vehicle.kind >= 0 && vehicle.kind < static_cast<Index>(vehicles.size()),
            "a kind is out of range");
    require(inside(vehicle.start, size), "a start is out of range");
    require(vehicle.end == kNone || inside(vehicle.end, size), "an end is out of range");
    require(vehicle.shift.first >= 0 && vehicle.shift.first <= vehicle.shift.last &&
                vehicle.shift.last < kHorizon,
            "a shift is out of range");
    require(vehicle.per_use >= 0 && vehicle.per_metre >= 0 && vehicle.per_second >= 0 &&
                vehicle.per_overtime_second >= 0,
            "a price is negative");
    require(vehicle.rests_begin >= 0 && vehicle.rests_begin <= vehicle.rests_end &&
                static_cast<std::size_t>(vehicle.rests_end) <= rests.size(),
            "rests are out of range");
    require(vehicle.end != kNone || !ends_at_vehicle, "a node at the vehicle's end needs an end");
  }
  for (const auto& clique : exclusive) {
    for (const Index vehicle : clique) {
      require(inside(vehicle, vehicles.size()), "an exclusive vehicle is out of range");
    }
  }
  group_of.assign(groups.empty() ? 0 : jobs.size(), kNone);
  for (std::size_t number = 0; number < groups.size(); ++number) {
    const JobGroup& group = groups[number];
    require(group.jobs.size() == group.amounts.size() && group.minimum >= 0,
            "a group has one amount for each of its jobs");
    for (std::size_t k = 0; k < group.jobs.size(); ++k) {
      require(inside(group.jobs[k], jobs.size()) && group.amounts[k] >= 0 &&
                  group_of[static_cast<std::size_t>(group.jobs[k])] == kNone,
              "a job of a group is out of range, or in two groups");
      group_of[static_cast<std::size_t>(group.jobs[k])] = static_cast<Index>(number);
    }
  }
  for (const auto& lock : locks) {
    require(inside(lock.vehicle, vehicles.size()), "a locked vehicle is out of range");
    for (const Index node : lock.nodes) {
      require(inside(node, nodes.size()), "a locked node is out of range");
    }
  }
  for (const Index next : reference_next) {
    require(next == kNone || inside(next, nodes.size()), "a reference successor is out of range");
  }
}

}  // namespace colivraison::routing
