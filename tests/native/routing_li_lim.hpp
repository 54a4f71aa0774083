// The search's problem from a file of the field's benchmarks.
#pragma once

#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "core/routing/instance.hpp"

namespace li_lim {

using namespace colivraison::routing;

// A file of Li & Lim; times and distances are thousandths of its unit, rounded up.
inline Instance read(const std::string& path) {
  std::ifstream file(path);
  Index vehicles = 0;
  Load capacity = 0;
  double speed = 0;
  file >> vehicles >> capacity >> speed;
  struct Row {
    double id, x, y, demand, opens, closes, service, pickup, delivery;
  };
  std::vector<Row> rows;
  for (Row row{}; file >> row.id >> row.x >> row.y >> row.demand >> row.opens >> row.closes >>
                  row.service >> row.pickup >> row.delivery;) {
    rows.push_back(row);
  }
  Instance instance;
  instance.locations = static_cast<Index>(rows.size());
  instance.dimensions = 1;
  instance.fewest_vehicles = true;
  instance.setup.assign(rows.size(), 0);
  auto& legs = instance.legs.emplace_back();
  for (const auto& from : rows) {
    for (const auto& to : rows) {
      const auto length = static_cast<Time>(std::ceil(1000 * std::hypot(from.x - to.x, from.y - to.y)));
      legs.push_back({length, length});
    }
  }
  const auto span = [](const Row& row) {
    return TimeSpan{static_cast<Time>(1000 * row.opens), static_cast<Time>(1000 * row.closes)};
  };
  for (std::size_t k = 1; k < rows.size(); ++k) {
    Node node{};
    node.location = static_cast<Index>(k);
    node.service = static_cast<Time>(1000 * rows[k].service);
    node.windows_begin = static_cast<Index>(instance.windows.size());
    node.windows_end = node.windows_begin + 1;
    instance.windows.push_back(span(rows[k]));
    instance.nodes.push_back(node);
    if (rows[k].delivery > 0) {
      instance.jobs.push_back({static_cast<Index>(k) - 1, static_cast<Index>(rows[k].delivery) - 1,
                               kInfinite, kNone, kUnlimited, kNone});
      instance.demand.push_back(static_cast<Load>(rows[k].demand));
    }
  }
  for (Index k = 0; k < vehicles; ++k) {
    Vehicle vehicle{};
    vehicle.shift = span(rows.at(0));
    vehicle.per_metre = 1;
    vehicle.regular = vehicle.max_duration = kUnlimited;
    vehicle.max_distance = std::numeric_limits<std::int64_t>::max();
    instance.vehicles.push_back(vehicle);
    instance.capacity.push_back(capacity);
  }
  instance.allowed.assign(
      instance.jobs.size() * static_cast<std::size_t>(instance.vehicle_words()), ~std::uint64_t{0});
  instance.reference_next.assign(instance.nodes.size(), kNone);
  instance.complete();
  return instance;
}

}  // namespace li_lim
