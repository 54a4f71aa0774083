// The windows of a node that a vehicle's shift meets: of a week's windows one or two.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "core/routing/instance.hpp"

namespace colivraison::routing {

class WindowsMet {
 public:
  // At most so many windows of nodes are kept; with more of them all are looked at, every time.
  explicit WindowsMet(const Instance& instance, std::size_t most_kept = 4'000'000)
      : instance_(&instance), shift_of_(instance.vehicles.size(), 0) {
    std::vector<TimeSpan> shifts;
    for (std::size_t number = 0; number < instance.vehicles.size(); ++number) {
      const TimeSpan& shift = instance.vehicles[number].shift;
      const auto same = [&](const TimeSpan& other) {
        return other.first == shift.first && other.last == shift.last;
      };
      const auto found = std::find_if(shifts.begin(), shifts.end(), same);
      shift_of_[number] = static_cast<std::size_t>(found - shifts.begin());
      if (found == shifts.end()) {
        shifts.push_back(shift);
      }
      if (shifts.size() * instance.nodes.size() > most_kept) {
        std::fill(shift_of_.begin(), shift_of_.end(), 0);
        shifts.assign(1, TimeSpan{0, kUnlimited});
        break;
      }
    }
    ranges_.reserve(shifts.size() * instance.nodes.size());
    for (const TimeSpan& shift : shifts) {
      for (const Node& node : instance.nodes) {
        // In the order of time, without overlaps.
        Index begin = node.windows_begin;
        Index end = node.windows_end;
        while (begin < end && windows()[begin].last < shift.first) {
          ++begin;
        }
        while (begin < end && windows()[end - 1].first > shift.last) {
          --end;
        }
        ranges_.emplace_back(begin, end);
      }
    }
  }

  std::span<const TimeSpan> operator()(const Vehicle& vehicle, Index node) const {
    const auto number = static_cast<std::size_t>(&vehicle - instance_->vehicles.data());
    const auto [begin, end] = ranges_[shift_of_[number] * instance_->nodes.size() +
                                      static_cast<std::size_t>(node)];
    return instance_->windows_of(begin, end);
  }

 private:
  const TimeSpan* windows() const { return instance_->windows.data(); }

  const Instance* instance_;
  std::vector<std::size_t> shift_of_;  // by vehicle
  std::vector<std::pair<Index, Index>> ranges_;  // by shift and node
};

}  // namespace colivraison::routing
