#include "core/contraction.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace colivraison {

namespace {

void check_links(std::size_t vertices, Indices tail, Indices head) {
  if (tail.size() != head.size()) {
    throw std::invalid_argument("links differ in number of tails and heads");
  }
  for (const Indices ends : {tail, head}) {
    for (const Index v : ends) {
      if (v < 0 || at(v) >= vertices) {
        throw std::invalid_argument("a link ends outside the vertices");
      }
    }
  }
}

}  // namespace

UpperNeighbours contract(std::size_t vertices, Indices tail, Indices head) {
  if (vertices >= at(std::numeric_limits<Index>::max())) {
    throw std::invalid_argument("more vertices than a 32-bit index can name");
  }
  check_links(vertices, tail, head);
  // Original upper neighbours as lists.
  std::vector<std::size_t> first(vertices + 1, 0);
  for (std::size_t k = 0; k < tail.size(); ++k) {
    if (tail[k] != head[k]) {
      ++first[at(std::min(tail[k], head[k])) + 1];
    }
  }
  for (std::size_t v = 0; v < vertices; ++v) {
    first[v + 1] += first[v];
  }
  std::vector<Index> above(first[vertices]);
  {
    std::vector<std::size_t> fill(first.begin(), first.end() - 1);
    for (std::size_t k = 0; k < tail.size(); ++k) {
      if (tail[k] != head[k]) {
        above[fill[at(std::min(tail[k], head[k]))]++] = std::max(tail[k], head[k]);
      }
    }
  }

  UpperNeighbours upper;
  upper.first.assign(vertices + 1, 0);
  // Children in the elimination tree: the vertices whose lowest upper neighbour this is. Their
  // upper neighbours are those of this vertex too.
  std::vector<Index> first_child(vertices, -1);
  std::vector<Index> next_sibling(vertices, -1);
  std::vector<Index> gathered;
  std::vector<Index> seen_for(vertices, -1);
  for (std::size_t v = 0; v < vertices; ++v) {
    gathered.clear();
    const auto take = [&](Index x) {
      if (at(x) != v && seen_for[at(x)] != index_of(v)) {
        seen_for[at(x)] = index_of(v);
        gathered.push_back(x);
      }
    };
    for (std::size_t k = first[v]; k < first[v + 1]; ++k) {
      take(above[k]);
    }
    for (Index child = first_child[v]; child >= 0; child = next_sibling[at(child)]) {
      for (std::size_t k = at(upper.first[at(child)]); k < at(upper.first[at(child) + 1]); ++k) {
        take(upper.head[k]);
      }
    }
    std::sort(gathered.begin(), gathered.end());
    // A slot is doubled to carry a direction, and must still fit an index.
    if (upper.head.size() + gathered.size() > at(std::numeric_limits<Index>::max() / 2)) {
      throw std::length_error("the hierarchy is too large for 32-bit positions");
    }
    upper.head.insert(upper.head.end(), gathered.begin(), gathered.end());
    upper.first[v + 1] = index_of(upper.head.size());
    if (!gathered.empty()) {
      const std::size_t parent = at(gathered.front());
      next_sibling[v] = first_child[parent];
      first_child[parent] = index_of(v);
    }
  }
  return upper;
}

std::vector<Index> link_slots(const Adjacency& upper, Indices tail, Indices head) {
  check_upward(upper, "upper");
  check_links(upper.size(), tail, head);
  std::vector<Index> slots(tail.size(), -1);
  for (std::size_t k = 0; k < tail.size(); ++k) {
    if (tail[k] == head[k]) {
      continue;
    }
    const std::size_t low = at(std::min(tail[k], head[k]));
    const Index high = std::max(tail[k], head[k]);
    const auto from = upper.head.begin() + static_cast<std::ptrdiff_t>(upper.begin(low));
    const auto until = upper.head.begin() + static_cast<std::ptrdiff_t>(upper.end(low));
    const auto found = std::lower_bound(from, until, high);
    if (found == until || *found != high) {
      throw std::invalid_argument("a link is not part of the hierarchy");
    }
    const Index position = index_of(static_cast<std::size_t>(found - upper.head.begin()));
    slots[k] = 2 * position + (tail[k] > head[k] ? 1 : 0);
  }
  return slots;
}

}  // namespace colivraison
