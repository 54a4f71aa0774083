#define VECTOR_BYTES 64
#include "core/sweep_kernel.hpp"

namespace colivraison {

void run_block_avx512f(const SweepBlock& block) { run(block); }

}  // namespace colivraison
