// What the inner loops of the sweep work on, as bare pointers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/arrays.hpp"

namespace colivraison {

// Sources taken together.
constexpr std::size_t kLanes = 16;

struct SweepBlock {
  // Upwards: reached vertices ascending; row k of `up` belongs to the k-th.
  const Index* forward_first;
  const Index* forward_head;
  const Cost* forward_cost;
  const Index* reached;
  std::size_t reached_count;
  const Index* up_row;  // of each vertex, -1 where it was not reached
  Cost* up;
  // Downwards: the vertices above the targets, the highest first; row k of `down` is the k-th.
  const Index* selected;
  std::size_t selected_count;
  const Index* selected_first;
  const Index* selected_head;
  const Cost* selected_cost;
  Cost* down;
  // Targets: positions among the selected, and what to add there.
  std::size_t target_count;
  const Index* target_first;
  const Index* target_position;
  const Cost* target_cost;
  // Results.
  std::size_t lanes;
  const std::size_t* source;  // row of the results for each lane
  bool rounded;
  std::int32_t* times;
  std::int32_t* lengths;
};

void run_block_baseline(const SweepBlock& block);
#if defined(__x86_64__)
void run_block_avx2(const SweepBlock& block);
void run_block_avx512f(const SweepBlock& block);
#endif

}  // namespace colivraison
