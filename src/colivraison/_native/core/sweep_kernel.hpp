// The inner loops of the sweep, for one instruction set. Included by one source file per set, each
// compiled with that set's flags; everything here has internal linkage and calls nothing of the
// standard library, so that no wide instruction can leak into code that older processors run.
//
// The file that includes this defines VECTOR_BYTES.
#include <cstddef>
#include <cstdint>

#include "core/sweep_block.hpp"

namespace {

using Vector [[gnu::vector_size(VECTOR_BYTES)]] = std::int64_t;
constexpr std::size_t kWidth = VECTOR_BYTES / sizeof(std::int64_t);
constexpr std::size_t kParts = colivraison::kLanes / kWidth;

// The costs of all lanes at one vertex, in registers.
struct Lanes {
  Vector part[kParts];
};

[[gnu::always_inline]] inline Lanes load(const std::int64_t* row) {
  Lanes lanes;
  for (std::size_t i = 0; i < kParts; ++i) {
    lanes.part[i] = *reinterpret_cast<const Vector*>(row + i * kWidth);
  }
  return lanes;
}

[[gnu::always_inline]] inline void store(std::int64_t* row, const Lanes& lanes) {
  for (std::size_t i = 0; i < kParts; ++i) {
    *reinterpret_cast<Vector*>(row + i * kWidth) = lanes.part[i];
  }
}

[[gnu::always_inline]] inline Lanes all(std::int64_t value) {
  Lanes lanes;
  for (std::size_t i = 0; i < kParts; ++i) {
    lanes.part[i] = Vector{} + value;
  }
  return lanes;
}

// lanes = min(lanes, from + cost)
[[gnu::always_inline]] inline void relax(Lanes& lanes, const Lanes& from, std::int64_t cost) {
  const Vector added = Vector{} + cost;
  for (std::size_t i = 0; i < kParts; ++i) {
    const Vector candidate = from.part[i] + added;
    lanes.part[i] = candidate < lanes.part[i] ? candidate : lanes.part[i];
  }
}

[[gnu::always_inline]] inline void up(const colivraison::SweepBlock& block) {
  for (std::size_t k = 0; k < block.reached_count; ++k) {
    const auto v = static_cast<std::size_t>(block.reached[k]);
    const Lanes row = load(block.up + k * colivraison::kLanes);
    const auto end = static_cast<std::size_t>(block.forward_first[v + 1]);
    for (auto i = static_cast<std::size_t>(block.forward_first[v]); i < end; ++i) {
      const auto head = static_cast<std::size_t>(block.forward_head[i]);
      std::int64_t* const there =
          block.up + static_cast<std::size_t>(block.up_row[head]) * colivraison::kLanes;
      Lanes lanes = load(there);
      relax(lanes, row, block.forward_cost[i]);
      store(there, lanes);
    }
  }
}

[[gnu::always_inline]] inline void down(const colivraison::SweepBlock& block) {
  for (std::size_t k = 0; k < block.selected_count; ++k) {
    const std::int32_t reached = block.up_row[block.selected[k]];
    Lanes row = reached < 0 ? all(colivraison::kNoWay)
                            : load(block.up + static_cast<std::size_t>(reached) * colivraison::kLanes);
    const auto end = static_cast<std::size_t>(block.selected_first[k + 1]);
    for (auto i = static_cast<std::size_t>(block.selected_first[k]); i < end; ++i) {
      const auto head = static_cast<std::size_t>(block.selected_head[i]);
      relax(row, load(block.down + head * colivraison::kLanes), block.selected_cost[i]);
    }
    store(block.down + k * colivraison::kLanes, row);
  }
}

// Costs of all lanes at targets `begin` to `begin + count`, target after target.
[[gnu::always_inline]] inline void read(const colivraison::SweepBlock& block, std::size_t begin,
                                        std::size_t count, std::int64_t* costs) {
  for (std::size_t t = 0; t < count; ++t) {
    Lanes row = all(colivraison::kNoWay);
    const auto end = static_cast<std::size_t>(block.target_first[begin + t + 1]);
    for (auto k = static_cast<std::size_t>(block.target_first[begin + t]); k < end; ++k) {
      const auto position = static_cast<std::size_t>(block.target_position[k]);
      relax(row, load(block.down + position * colivraison::kLanes), block.target_cost[k]);
    }
    store(costs + t * colivraison::kLanes, row);
  }
}

// Takes one lane of such costs apart; seconds are rounded up, metres to the nearest.
template <bool rounded>
[[gnu::always_inline]] inline void split(const std::int64_t* costs, std::size_t count,
                                         std::int32_t* __restrict times,
                                         std::int32_t* __restrict lengths) {
  for (std::size_t t = 0; t < count; ++t) {
    const std::int64_t cost = costs[t * colivraison::kLanes];
    const bool none = cost >= colivraison::kFarthest;
    const auto ms = static_cast<std::uint32_t>(cost >> 32);
    const auto dm = static_cast<std::uint32_t>(cost & 0xFFFFFFFF);
    times[t] = none ? -1 : static_cast<std::int32_t>(rounded ? (ms + 999) / 1000 : ms);
    lengths[t] = none ? -1 : static_cast<std::int32_t>(rounded ? (dm + 5) / 10 : dm);
  }
}

void run(const colivraison::SweepBlock& block) {
  constexpr std::size_t kTargets = 64;  // at a time: their costs stay close
  alignas(64) std::int64_t costs[kTargets * colivraison::kLanes];
  up(block);
  down(block);
  for (std::size_t begin = 0; begin < block.target_count; begin += kTargets) {
    const std::size_t left = block.target_count - begin;
    const std::size_t count = left < kTargets ? left : kTargets;
    read(block, begin, count, costs);
    for (std::size_t lane = 0; lane < block.lanes; ++lane) {
      const std::size_t place = block.source[lane] * block.target_count + begin;
      if (block.rounded) {
        split<true>(costs + lane, count, block.times + place, block.lengths + place);
      } else {
        split<false>(costs + lane, count, block.times + place, block.lengths + place);
      }
    }
  }
}

}  // namespace
