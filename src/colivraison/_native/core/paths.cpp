#include "core/paths.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

namespace colivraison {

namespace {

constexpr Index kNone = -1;

// One search upwards: costs and how each vertex was reached.
class Climb {
 public:
  Climb(const Adjacency& arcs, Costs costs)
      : arcs_(arcs), costs_(costs), best_(arcs.size(), kNoWay), before_(arcs.size(), kNone),
        seed_(arcs.size(), kNone) {}

  void seed(Index vertex, Cost cost, Index number) {
    if (cost < best_[at(vertex)]) {
      touch(vertex);
      best_[at(vertex)] = cost;
      seed_[at(vertex)] = number;
    }
  }

  // Vertices are numbered in the order they must be settled: a heap of numbers is enough.
  void run() {
    while (!open_.empty()) {
      const Index v = open_.top();
      open_.pop();
      settled_.push_back(v);
      for (std::size_t i = arcs_.begin(at(v)); i < arcs_.end(at(v)); ++i) {
        const Index u = arcs_.head[i];
        const Cost cost = best_[at(v)] + costs_[i];
        if (cost < best_[at(u)]) {
          touch(u);
          best_[at(u)] = cost;
          before_[at(u)] = v;
          seed_[at(u)] = seed_[at(v)];
        }
      }
    }
  }

  void clear() {
    for (const Index v : settled_) {
      best_[at(v)] = kNoWay;
      before_[at(v)] = kNone;
      seed_[at(v)] = kNone;
    }
    settled_.clear();
  }

  const std::vector<Index>& settled() const noexcept { return settled_; }
  Cost best(Index v) const noexcept { return best_[at(v)]; }
  Index before(Index v) const noexcept { return before_[at(v)]; }
  Index seed_of(Index v) const noexcept { return seed_[at(v)]; }

 private:
  void touch(Index v) {
    if (best_[at(v)] >= kNoWay) {
      open_.push(v);
    }
  }

  Adjacency arcs_;
  Costs costs_;
  std::vector<Cost> best_;
  std::vector<Index> before_;
  std::vector<Index> seed_;
  std::vector<Index> settled_;
  std::priority_queue<Index, std::vector<Index>, std::greater<>> open_;
};

// Arcs that lead down from each vertex, to find the lower vertex a shortcut leads over.
struct Downward {
  explicit Downward(const SearchArcs& graph) : first(graph.backward.size() + 1, 0) {
    for (const Index u : graph.backward.head) {
      ++first[at(u) + 1];
    }
    for (std::size_t v = 0; v + 1 < first.size(); ++v) {
      first[v + 1] += first[v];
    }
    arc.resize(graph.backward.head.size());
    std::vector<std::size_t> fill(first.begin(), first.end() - 1);
    for (std::size_t v = 0; v < graph.backward.size(); ++v) {
      for (std::size_t i = graph.backward.begin(v); i < graph.backward.end(v); ++i) {
        arc[fill[at(graph.backward.head[i])]++] = {index_of(v), graph.backward_cost[i]};
      }
    }
  }

  std::vector<std::size_t> first;
  std::vector<std::pair<Index, Cost>> arc;  // lower vertex, cost of the way down to it
};

Cost cost_up(const SearchArcs& graph, std::size_t v, Index to) {
  const auto from = graph.forward.head.begin() + static_cast<std::ptrdiff_t>(graph.forward.begin(v));
  const auto until = graph.forward.head.begin() + static_cast<std::ptrdiff_t>(graph.forward.end(v));
  const auto found = std::lower_bound(from, until, to);
  return found == until || *found != to
             ? kNoWay
             : graph.forward_cost[static_cast<std::size_t>(found - graph.forward.head.begin())];
}

struct Shortcut {
  Index from;
  Index to;
  Cost cost;
};

// Appends the vertices of an arc after its first one.
void unpack(const SearchArcs& graph, const Downward& down, Shortcut whole,
            std::vector<Index>& out) {
  std::vector<Shortcut> open{whole};
  while (!open.empty()) {
    const Shortcut arc = open.back();
    open.pop_back();
    bool split = false;
    const Index low = std::min(arc.from, arc.to);
    for (std::size_t k = down.first[at(arc.from)]; k < down.first[at(arc.from) + 1]; ++k) {
      const auto& [middle, descent] = down.arc[k];
      if (middle >= low) {
        break;  // lower vertices come in ascending order
      }
      if (descent >= arc.cost) {
        continue;
      }
      const Cost climb = cost_up(graph, at(middle), arc.to);
      if (climb < kNoWay && descent + climb == arc.cost) {
        open.push_back({middle, arc.to, climb});
        open.push_back({arc.from, middle, descent});
        split = true;
        break;
      }
    }
    if (!split) {
      out.push_back(arc.to);
    }
  }
}

}  // namespace

Paths paths(const SearchArcs& graph, const Seeds& sources, const Seeds& targets) {
  check_graph(graph);
  check_seeds(sources, graph.forward.size(), "sources");
  check_seeds(targets, graph.forward.size(), "targets");
  if (sources.first.size() != targets.first.size()) {
    throw std::invalid_argument("sources and targets differ in number");
  }
  const Downward down(graph);
  Climb out_of(graph.forward, graph.forward_cost);
  Climb into(graph.backward, graph.backward_cost);
  Paths found;
  found.first.push_back(0);
  std::vector<Shortcut> arcs;
  for (std::size_t pair = 0; pair + 1 < sources.first.size(); ++pair) {
    for (std::size_t k = at(sources.first[pair]); k < at(sources.first[pair + 1]); ++k) {
      out_of.seed(sources.vertex[k], sources.cost[k], index_of(k));
    }
    for (std::size_t k = at(targets.first[pair]); k < at(targets.first[pair + 1]); ++k) {
      into.seed(targets.vertex[k], targets.cost[k], index_of(k));
    }
    out_of.run();
    into.run();
    Cost best = kFarthest;
    Index top = kNone;
    for (const Index v : into.settled()) {
      if (out_of.best(v) < kNoWay && out_of.best(v) + into.best(v) < best) {
        best = out_of.best(v) + into.best(v);
        top = v;
      }
    }
    found.cost.push_back(top == kNone ? kNoWay : best);
    found.source_seed.push_back(top == kNone ? kNone : out_of.seed_of(top));
    found.target_seed.push_back(top == kNone ? kNone : into.seed_of(top));
    if (top != kNone) {
      arcs.clear();
      for (Index v = top; out_of.before(v) != kNone; v = out_of.before(v)) {
        arcs.push_back({out_of.before(v), v, out_of.best(v) - out_of.best(out_of.before(v))});
      }
      std::reverse(arcs.begin(), arcs.end());
      for (Index v = top; into.before(v) != kNone; v = into.before(v)) {
        arcs.push_back({v, into.before(v), into.best(v) - into.best(into.before(v))});
      }
      found.vertex.push_back(arcs.empty() ? top : arcs.front().from);
      for (const Shortcut& arc : arcs) {
        unpack(graph, down, arc, found.vertex);
      }
    }
    found.first.push_back(index_of(found.vertex.size()));
    out_of.clear();
    into.clear();
  }
  return found;
}

}  // namespace colivraison
