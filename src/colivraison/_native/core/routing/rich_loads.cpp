// What is on board along a route, and in which order it is unloaded.
#include <algorithm>
#include <array>
#include <cstdint>

#include "core/routing/rich_routes.hpp"

namespace colivraison::routing {

namespace {

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

}  // namespace

bool RichRoutes::renew_loads(Route& route) {
  const auto& vehicle = vehicle_of(route);
  auto& list = route.positions;
  const auto dimensions = at(instance_->dimensions);
  const std::size_t last = list.size() - 1;
  route.loads.assign(list.size() * dimensions, 0);
  route.classes = 0;
  route.limited = vehicle.rests_begin != vehicle.rests_end;
  for (std::size_t k = 1; k < last; ++k) {
    position_of_[at(list[k].node)] = static_cast<Index>(k);
  }
  // An end that is not here (it has none, or it is taken out for the moment) is at the route's.
  const auto here = [&](Index node) {
    return node != kNone && position_of_[at(node)] != kNone;
  };
  std::array<Index, 64> aboard{};
  Position& start = list[0];
  start.loaded = start.from_start = start.to_end = 0;
  start.classes = 0;
  bool fits = true;
  for (std::size_t k = 1; k < last; ++k) {
    const Job& job = instance_->jobs[at(instance_->nodes[at(list[k].node)].job)];
    const auto number = at(instance_->nodes[at(list[k].node)].job);
    if (job.max_on_board != kUnlimited) {
      route.limited = true;
    }
    if (job.load_class != kNone) {
      route.classes |= std::uint64_t{1} << job.load_class;
    }
    if (list[k].node == job.delivery && !here(job.pickup)) {
      ++start.from_start;
      if (job.load_class != kNone && aboard[at(job.load_class)]++ == 0) {
        start.classes |= std::uint64_t{1} << job.load_class;
      }
      for (std::size_t d = 0; d < dimensions; ++d) {
        route.loads[d] += instance_->demand[number * dimensions + d];
      }
    }
  }
  const auto check = [&](std::size_t k) {
    for (std::size_t d = 0; d < dimensions; ++d) {
      fits = fits && route.loads[k * dimensions + d] <=
                         instance_->capacity[at(route.vehicle) * dimensions + d];
    }
    for (std::uint64_t rest = list[k].classes; rest != 0; rest &= rest - 1) {
      const auto one = static_cast<std::size_t>(__builtin_ctzll(rest));
      fits = fits && (instance_->board_conflicts[one] & list[k].classes) == 0;
    }
  };
  check(0);
  for (std::size_t k = 1; k < last; ++k) {
    Position& position = list[k];
    const auto number = at(instance_->nodes[at(position.node)].job);
    const Job& job = instance_->jobs[number];
    position.loaded = list[k - 1].loaded;
    position.from_start = list[k - 1].from_start;
    position.to_end = list[k - 1].to_end;
    position.classes = list[k - 1].classes;
    const bool loads = position.node == job.pickup;
    if (loads) {
      (here(job.delivery) ? position.loaded : position.to_end) += 1;
    } else {
      (here(job.pickup) ? position.loaded : position.from_start) -= 1;
    }
    if (job.load_class != kNone) {
      const std::uint64_t bit = std::uint64_t{1} << job.load_class;
      Index& count = aboard[at(job.load_class)];
      count += loads ? 1 : -1;
      position.classes = count > 0 ? position.classes | bit : position.classes & ~bit;
    }
    for (std::size_t d = 0; d < dimensions; ++d) {
      const Load amount = instance_->demand[number * dimensions + d];
      route.loads[k * dimensions + d] =
          route.loads[(k - 1) * dimensions + d] + (loads ? amount : -amount);
    }
    check(k);
  }
  for (std::uint64_t rest = route.classes; rest != 0; rest &= rest - 1) {
    const auto one = static_cast<std::size_t>(__builtin_ctzll(rest));
    fits = fits && (instance_->route_conflicts[one] & route.classes) == 0;
  }
  for (std::size_t k = 1; k < last; ++k) {
    const Job& job = instance_->jobs[at(instance_->nodes[at(list[k].node)].job)];
    if (list[k].node == job.delivery && here(job.pickup) &&
        position_of_[at(job.pickup)] > static_cast<Index>(k)) {
      fits = false;
    }
  }
  for (std::size_t k = 1; k < last; ++k) {
    position_of_[at(list[k].node)] = kNone;
  }
  return fits;
}

bool RichRoutes::last_in_first_out(const Route& route) {
  stack_.clear();
  const auto& list = route.positions;
  for (std::size_t k = 1; k + 1 < list.size(); ++k) {
    const Index number = instance_->nodes[at(list[k].node)].job;
    const Job& job = instance_->jobs[at(number)];
    if (list[k].node == job.pickup) {
      stack_.push_back(number);
    } else if (std::find(stack_.begin(), stack_.end(), number) == stack_.end()) {
      // On board since the start, or its pickup is out for the moment.
      if (!stack_.empty()) {
        return false;
      }
    } else if (stack_.empty() || stack_.back() != number) {
      return false;
    } else {
      stack_.pop_back();
    }
  }
  // What stays until the end may bury nothing that is to be unloaded: such a shipment would have
  // stopped the loop above, unless it is still on board now, which only half a job can be.
  return true;
}

}  // namespace colivraison::routing
