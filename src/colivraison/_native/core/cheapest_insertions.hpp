// Cheapest insertion of candidate places into the legs of existing rounds
// (Rosenkrantz, Stearns and Lewis 1977, doi:10.1137/0206041, section 4).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/instruction_set.hpp"

namespace colivraison {

// Detours are 64-bit: the sum of two 32-bit durations never wraps, whatever the matrix holds.
struct CheapestInsertions {
  std::vector<std::int64_t> detours_s;  // -1 where no leg can take the candidate
  std::vector<std::int32_t> legs;       // -1 where no leg can take the candidate
};

// For every candidate c the smallest d[i,c] + d[c,j] - d[i,j] over the legs i -> j, and the first
// leg that reaches it. A leg with a negative (unreachable) duration among the three is passed over.
//
// durations_s: size x size, row by row. Throws std::invalid_argument when the sizes do not agree or
// a place is outside the matrix, or when the processor cannot run `set`.
[[nodiscard]] CheapestInsertions cheapest_insertions(std::span<const std::int32_t> durations_s,
                                                     std::size_t size,
                                                     std::span<const std::int32_t> leg_from,
                                                     std::span<const std::int32_t> leg_to,
                                                     std::span<const std::int32_t> candidates,
                                                     InstructionSet set);

}  // namespace colivraison
