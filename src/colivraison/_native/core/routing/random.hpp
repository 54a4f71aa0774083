// Random numbers whose sequence is ours: the same seed gives the same numbers with every compiler
// and standard library, which std::uniform_* does not promise.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "core/routing/numbers.hpp"

namespace colivraison::routing {

// xoshiro256++ (Blackman & Vigna 2021, DOI 10.1145/3460772), seeded by splitmix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15ULL;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
      word = mixed ^ (mixed >> 31);
    }
  }

  std::uint64_t bits() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // 0 .. count-1; count > 0.  The bias of the multiplication is below count / 2^32.
  std::int32_t below(std::int32_t count) {
    return static_cast<std::int32_t>(((bits() >> 32) * static_cast<std::uint64_t>(count)) >> 32);
  }

  // 0 <= u < 1
  double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

  bool chance(double probability) { return unit() < probability; }

  // Exponentially distributed with mean 1; 2^-54 keeps the argument above 0.
  double exponential() { return -natural_log(unit() + 0x1p-54); }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace colivraison::routing
