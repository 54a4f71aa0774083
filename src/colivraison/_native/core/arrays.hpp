// What the functions on graphs share: flat arrays, adjacency lists as (first, head), costs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace colivraison {

using Index = std::int32_t;
using Indices = std::span<const Index>;

// Milliseconds in the high half, decimetres in the low half: adding adds both, comparing compares
// the time first. Signed, because AVX2 compares signed 64-bit numbers only.
using Cost = std::int64_t;
using Costs = std::span<const Cost>;

constexpr Cost kNoWay = Cost{1} << 61;  // 2^29 ms, 6 days; the sum of two still fits

inline std::size_t at(Index index) noexcept { return static_cast<std::size_t>(index); }
inline Index index_of(std::size_t position) noexcept { return static_cast<Index>(position); }

// What is read as "no way". Half of kNoWay, because parts of a last edge are taken off a sum; so
// ways of more than 2^28 ms, three days, count as none.
constexpr Cost kFarthest = kNoWay / 2;

// Lists one after the other: list v is head[first[v]] to head[first[v + 1]], the latter excluded.
struct Adjacency {
  Indices first;
  Indices head;

  std::size_t size() const noexcept { return first.size() - 1; }
  std::size_t begin(std::size_t v) const noexcept { return at(first[v]); }
  std::size_t end(std::size_t v) const noexcept { return at(first[v + 1]); }
};

// Refuses lists that point outside; what comes from a file is looked at before it is followed.
void check_adjacency(const Adjacency& lists, std::size_t head_bound, const char* name);

// Refuses lists whose heads are not above their vertex and ascending.
void check_upward(const Adjacency& lists, const char* name);

}  // namespace colivraison
