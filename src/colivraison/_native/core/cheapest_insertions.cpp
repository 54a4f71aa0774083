#include "core/cheapest_insertions.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace colivraison {

namespace {

constexpr std::int64_t kNoWay = std::numeric_limits<std::int64_t>::max();

// Candidates taken together when reading columns of the matrix: neighbours in a row share a cache
// line, and one int32 line holds sixteen of them.
constexpr std::size_t kBlock = 16;

// What one candidate needs, side by side so that the loop below streams.
struct Legs {
  const std::int32_t* direct_s;    // d[i,j] per leg
  const std::int32_t* outbound_s;  // d[i,c] per leg
  const std::int32_t* row_s;       // d[c,.], looked up by `to`
  const std::int32_t* to;          // j per leg
  std::size_t count;
};

// Writes the detour of each leg and returns the smallest. Without branches, so that the compiler
// turns it into vector code of whichever instruction set its caller is compiled for.
[[gnu::always_inline]] inline std::int64_t smallest_detour(const Legs& legs,
                                                           std::int64_t* __restrict detours_s) {
  std::int64_t smallest = kNoWay;
  for (std::size_t k = 0; k < legs.count; ++k) {
    const std::int32_t direct_s = legs.direct_s[k];
    const std::int32_t outbound_s = legs.outbound_s[k];
    const std::int32_t inbound_s = legs.row_s[legs.to[k]];
    // All ones as soon as one of the three is negative, else zero; a mask instead of a choice,
    // because g++ 12 does not turn a choice that feeds a minimum into vector code.
    const std::int64_t none = std::int64_t{(direct_s | outbound_s | inbound_s) >> 31};
    const std::int64_t sum_s = std::int64_t{outbound_s} + inbound_s - direct_s;
    const std::int64_t detour_s = (sum_s & ~none) | (kNoWay & none);
    detours_s[k] = detour_s;
    smallest = std::min(smallest, detour_s);
  }
  return smallest;
}

std::int64_t smallest_detour_baseline(const Legs& legs, std::int64_t* detours_s) {
  return smallest_detour(legs, detours_s);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] std::int64_t smallest_detour_avx2(const Legs& legs,
                                                          std::int64_t* detours_s) {
  return smallest_detour(legs, detours_s);
}

[[gnu::target("avx512f")]] std::int64_t smallest_detour_avx512f(const Legs& legs,
                                                                std::int64_t* detours_s) {
  return smallest_detour(legs, detours_s);
}
#endif

using Kernel = std::int64_t (*)(const Legs&, std::int64_t*);

// Chosen by hand instead of gcc's target_clones: that needs the C library's indirect functions,
// which musl lacks, and gives tests no way to run each version on one machine.
Kernel kernel_for(InstructionSet set) {
  require_supported(set);
#if defined(__x86_64__)
  switch (set) {
    case InstructionSet::baseline:
      return smallest_detour_baseline;
    case InstructionSet::avx2:
      return smallest_detour_avx2;
    case InstructionSet::avx512f:
      return smallest_detour_avx512f;
  }
#endif
  return smallest_detour_baseline;
}

void check_places(std::span<const std::int32_t> places, std::size_t size, const char* name) {
  for (const std::int32_t place : places) {
    if (place < 0 || static_cast<std::size_t>(place) >= size) {
      throw std::invalid_argument(std::string(name) + " holds place " + std::to_string(place) +
                                  ", the matrix has places 0 to " +
                                  std::to_string(static_cast<std::int64_t>(size) - 1));
    }
  }
}

std::size_t index(std::int32_t place) noexcept { return static_cast<std::size_t>(place); }

}  // namespace

CheapestInsertions cheapest_insertions(std::span<const std::int32_t> durations_s, std::size_t size,
                                       std::span<const std::int32_t> leg_from,
                                       std::span<const std::int32_t> leg_to,
                                       std::span<const std::int32_t> candidates,
                                       InstructionSet set) {
  if (durations_s.size() != size * size) {
    throw std::invalid_argument("durations_s is not a square matrix");
  }
  if (leg_from.size() != leg_to.size()) {
    throw std::invalid_argument("leg_from and leg_to do not have the same length");
  }
  constexpr auto kMostLegs = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
  if (leg_from.size() > kMostLegs) {
    throw std::invalid_argument("more legs than a 32-bit index can name");
  }
  check_places(leg_from, size, "leg_from");
  check_places(leg_to, size, "leg_to");
  check_places(candidates, size, "candidates");
  const Kernel kernel = kernel_for(set);

  const std::size_t count = leg_from.size();
  CheapestInsertions found{std::vector<std::int64_t>(candidates.size(), -1),
                           std::vector<std::int32_t>(candidates.size(), -1)};

  std::vector<std::int32_t> direct_s(count);
  for (std::size_t k = 0; k < count; ++k) {
    direct_s[k] = durations_s[index(leg_from[k]) * size + index(leg_to[k])];
  }

  std::vector<std::int32_t> outbound_s(count * kBlock);
  std::vector<std::int64_t> detours_s(count);
  for (std::size_t first = 0; first < candidates.size(); first += kBlock) {
    const std::size_t width = std::min(kBlock, candidates.size() - first);
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t row = index(leg_from[k]) * size;
      for (std::size_t m = 0; m < width; ++m) {
        outbound_s[m * count + k] = durations_s[row + index(candidates[first + m])];
      }
    }
    for (std::size_t m = 0; m < width; ++m) {
      const std::size_t row = index(candidates[first + m]) * size;
      const Legs legs{.direct_s = direct_s.data(),
                      .outbound_s = outbound_s.data() + m * count,
                      .row_s = durations_s.data() + row,
                      .to = leg_to.data(),
                      .count = count};
      const std::int64_t smallest_s = kernel(legs, detours_s.data());
      if (smallest_s == kNoWay) {
        continue;
      }
      const auto leg = std::find(detours_s.begin(), detours_s.end(), smallest_s);
      found.detours_s[first + m] = smallest_s;
      found.legs[first + m] = static_cast<std::int32_t>(leg - detours_s.begin());
    }
  }
  return found;
}

}  // namespace colivraison
