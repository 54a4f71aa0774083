#define VECTOR_BYTES 32
#include "core/sweep_kernel.hpp"

namespace colivraison {

void run_block_avx2(const SweepBlock& block) { run(block); }

}  // namespace colivraison
