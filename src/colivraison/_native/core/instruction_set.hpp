// Which vector instructions this processor offers, asked when the program runs: one binary serves
// every machine, and a wheel built on a recent one still works on an old one.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace colivraison {

enum class InstructionSet { baseline, avx2, avx512f };

[[nodiscard]] std::string_view name_of(InstructionSet set) noexcept;

// The set of that name, or nothing where the name is unknown.
[[nodiscard]] std::optional<InstructionSet> instruction_set_named(std::string_view name) noexcept;

// Every set this processor can run, the widest last.
[[nodiscard]] std::vector<InstructionSet> supported_instruction_sets();

// Throws std::invalid_argument where this processor cannot run the set.
void require_supported(InstructionSet set);

// The widest set this processor can run.
[[nodiscard]] InstructionSet best_instruction_set() noexcept;

}  // namespace colivraison
