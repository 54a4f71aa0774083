#define VECTOR_BYTES 16
#include "core/sweep_kernel.hpp"

namespace colivraison {

void run_block_baseline(const SweepBlock& block) { run(block); }

}  // namespace colivraison
