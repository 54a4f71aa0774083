#include "core/instruction_set.hpp"

#include <array>
#include <stdexcept>
#include <string>

namespace colivraison {

namespace {

constexpr std::array kSets{InstructionSet::baseline, InstructionSet::avx2,
                           InstructionSet::avx512f};

bool supported(InstructionSet set) noexcept {
#if defined(__x86_64__)
  // Also asks the operating system whether it saves the wide registers (libgcc's cpuinfo).
  switch (set) {
    case InstructionSet::baseline:
      return true;
    case InstructionSet::avx2:
      return __builtin_cpu_supports("avx2") != 0;
    case InstructionSet::avx512f:
      return __builtin_cpu_supports("avx512f") != 0;
  }
  return false;
#else
  return set == InstructionSet::baseline;
#endif
}

}  // namespace

std::string_view name_of(InstructionSet set) noexcept {
  switch (set) {
    case InstructionSet::baseline:
      return "baseline";
    case InstructionSet::avx2:
      return "avx2";
    case InstructionSet::avx512f:
      return "avx512f";
  }
  return "";
}

std::optional<InstructionSet> instruction_set_named(std::string_view name) noexcept {
  for (const InstructionSet set : kSets) {
    if (name == name_of(set)) {
      return set;
    }
  }
  return std::nullopt;
}

std::vector<InstructionSet> supported_instruction_sets() {
  std::vector<InstructionSet> found;
  for (const InstructionSet set : kSets) {
    if (supported(set)) {
      found.push_back(set);
    }
  }
  return found;
}

void require_supported(InstructionSet set) {
  if (!supported(set)) {
    throw std::invalid_argument("this processor does not offer " + std::string(name_of(set)));
  }
}

InstructionSet best_instruction_set() noexcept {
  InstructionSet best = InstructionSet::baseline;
  for (const InstructionSet set : kSets) {
    if (supported(set)) {
      best = set;
    }
  }
  return best;
}

}  // namespace colivraison
