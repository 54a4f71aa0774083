#include "core/arrays.hpp"

namespace colivraison {

namespace {

void refuse(const char* name, const char* why) {
  throw std::invalid_argument(std::string(name) + ": " + why);
}

}  // namespace

void check_adjacency(const Adjacency& lists, std::size_t head_bound, const char* name) {
  if (lists.first.empty() || lists.first[0] != 0) {
    refuse(name, "the lists do not start at 0");
  }
  for (std::size_t v = 0; v + 1 < lists.first.size(); ++v) {
    if (lists.first[v + 1] < lists.first[v]) {
      refuse(name, "the lists overlap");
    }
  }
  if (at(lists.first.back()) != lists.head.size()) {
    refuse(name, "the lists do not end with the heads");
  }
  for (const Index head : lists.head) {
    if (head < 0 || at(head) >= head_bound) {
      refuse(name, "a head is outside");
    }
  }
}

void check_upward(const Adjacency& lists, const char* name) {
  check_adjacency(lists, lists.size(), name);
  for (std::size_t v = 0; v < lists.size(); ++v) {
    Index before = index_of(v);
    for (std::size_t k = lists.begin(v); k < lists.end(v); ++k) {
      if (lists.head[k] <= before) {
        refuse(name, "heads are not above their vertex and ascending");
      }
      before = lists.head[k];
    }
  }
}

}  // namespace colivraison
