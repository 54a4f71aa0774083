#include "core/dissection.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <limits>
#include <utility>

namespace colivraison {

namespace {

constexpr double kShare = 0.25;  // of the vertices, on each side, that must not be cut apart

// A part of the map with vertices and edges of its own numbering.
struct Part {
  std::vector<double> x, y;
  std::vector<Index> tail, head;
  std::vector<Index> edge;  // number in the whole map

  std::size_t vertices() const noexcept { return x.size(); }
  std::size_t edges() const noexcept { return tail.size(); }
};

// Maximum flow in an undirected graph whose edges carry one unit: Dinic (1970).
class UnitFlow {
 public:
  explicit UnitFlow(const Part& part)
      : part_(part),
        first_(part.vertices() + 1, 0),
        flow_(part.edges(), 0),
        level_(part.vertices()),
        next_(part.vertices()),
        terminal_(part.vertices()) {
    for (std::size_t e = 0; e < part.edges(); ++e) {
      ++first_[at(part.tail[e]) + 1];
      ++first_[at(part.head[e]) + 1];
    }
    for (std::size_t v = 0; v < part.vertices(); ++v) {
      first_[v + 1] += first_[v];
    }
    incident_.resize(2 * part.edges());
    std::vector<std::size_t> fill(first_.begin(), first_.end() - 1);
    for (std::size_t e = 0; e < part.edges(); ++e) {
      incident_[fill[at(part.tail[e])]++] = {part.head[e], index_of(e), 1};
      incident_[fill[at(part.head[e])]++] = {part.tail[e], index_of(e), -1};
    }
  }

  // Marks the vertices on the source's side of a smallest cut; false as soon as it is larger than
  // `most`. `order` holds the vertices sorted enough that the first and last `ends` are the sets.
  bool cut(const std::vector<Index>& order, std::size_t ends, std::size_t most,
           std::vector<char>& side, std::size_t& size) {
    std::fill(flow_.begin(), flow_.end(), std::int8_t{0});
    std::fill(terminal_.begin(), terminal_.end(), std::int8_t{0});
    for (std::size_t k = 0; k < ends; ++k) {
      terminal_[at(order[k])] = kSource;
      terminal_[at(order[order.size() - 1 - k])] = kSink;
    }
    size = 0;
    while (layer(order, ends)) {
      for (std::size_t v = 0; v < part_.vertices(); ++v) {
        next_[v] = first_[v];
      }
      for (std::size_t k = 0; k < ends; ++k) {
        while (augment(order[k])) {
          if (++size > most) {
            return false;
          }
        }
      }
    }
    // What the last search reached is the smallest source side; what still reaches the sink is the
    // smallest sink side. The more even of the two cuts serves.
    std::size_t from_source = 0;
    for (const Index level : level_) {
      from_source += level >= 0 ? 1 : 0;
    }
    side.assign(part_.vertices(), 0);
    for (std::size_t v = 0; v < part_.vertices(); ++v) {
      side[v] = level_[v] >= 0 ? 1 : 0;
    }
    std::vector<char> to_sink(part_.vertices(), 0);
    const std::size_t before_sink = reach_sink(order, ends, to_sink);
    const auto evenness = [this](std::size_t one) {
      return std::min(one, part_.vertices() - one);
    };
    if (evenness(before_sink) > evenness(from_source)) {
      for (std::size_t v = 0; v < part_.vertices(); ++v) {
        side[v] = to_sink[v] != 0 ? 0 : 1;
      }
    }
    return true;
  }

 private:
  struct Incident {
    Index to;
    Index edge;
    std::int8_t sign;  // +1 along the edge, -1 against
  };
  static constexpr std::int8_t kSource = 1;
  static constexpr std::int8_t kSink = 2;

  bool free(const Incident& step) const noexcept { return flow_[at(step.edge)] * step.sign < 1; }

  bool layer(const std::vector<Index>& order, std::size_t ends) {
    std::fill(level_.begin(), level_.end(), -1);
    queue_.clear();
    for (std::size_t k = 0; k < ends; ++k) {
      level_[at(order[k])] = 0;
      queue_.push_back(order[k]);
    }
    bool found = false;
    for (std::size_t k = 0; k < queue_.size(); ++k) {
      const std::size_t v = at(queue_[k]);
      if (terminal_[v] == kSink) {
        found = true;
        continue;
      }
      for (std::size_t i = first_[v]; i < first_[v + 1]; ++i) {
        const Incident& step = incident_[i];
        if (level_[at(step.to)] < 0 && free(step)) {
          level_[at(step.to)] = level_[v] + 1;
          queue_.push_back(step.to);
        }
      }
    }
    return found;
  }

  // Sends one unit from a source along the layers; without recursion, paths may be long.
  bool augment(Index source) {
    trail_.clear();
    std::size_t v = at(source);
    for (;;) {
      if (terminal_[v] == kSink) {
        for (const std::size_t i : trail_) {
          flow_[at(incident_[i].edge)] =
              static_cast<std::int8_t>(flow_[at(incident_[i].edge)] + incident_[i].sign);
        }
        return true;
      }
      bool forward = false;
      for (; next_[v] < first_[v + 1]; ++next_[v]) {
        const Incident& step = incident_[next_[v]];
        if (level_[at(step.to)] == level_[v] + 1 && free(step)) {
          trail_.push_back(next_[v]);
          v = at(step.to);
          forward = true;
          break;
        }
      }
      if (forward) {
        continue;
      }
      if (trail_.empty()) {
        return false;
      }
      const Incident& back = incident_[trail_.back()];
      v = at(back.sign > 0 ? part_.tail[at(back.edge)] : part_.head[at(back.edge)]);
      ++next_[v];
      trail_.pop_back();
    }
  }

  std::size_t reach_sink(const std::vector<Index>& order, std::size_t ends,
                         std::vector<char>& reaches) {
    queue_.clear();
    for (std::size_t k = 0; k < ends; ++k) {
      const Index v = order[order.size() - 1 - k];
      reaches[at(v)] = 1;
      queue_.push_back(v);
    }
    for (std::size_t k = 0; k < queue_.size(); ++k) {
      const std::size_t v = at(queue_[k]);
      for (std::size_t i = first_[v]; i < first_[v + 1]; ++i) {
        const Incident& step = incident_[i];
        // The other way around: is there room from `to` to v?
        if (reaches[at(step.to)] == 0 && flow_[at(step.edge)] * -step.sign < 1) {
          reaches[at(step.to)] = 1;
          queue_.push_back(step.to);
        }
      }
    }
    return queue_.size();
  }

  const Part& part_;
  std::vector<std::size_t> first_;
  std::vector<Incident> incident_;
  std::vector<std::int8_t> flow_;
  std::vector<Index> level_;
  std::vector<std::size_t> next_;
  std::vector<std::int8_t> terminal_;
  std::vector<Index> queue_;
  std::vector<std::size_t> trail_;
};

// Which vertices lie on the first side of the best cut found.
std::vector<char> best_side(const Part& part) {
  const std::size_t count = part.vertices();
  const auto ends = std::max<std::size_t>(
      1, static_cast<std::size_t>(kShare * static_cast<double>(count)));
  std::vector<Index> order(count);
  std::vector<double> key(count);
  std::vector<char> side;
  std::vector<char> best;
  std::size_t best_size = std::numeric_limits<std::size_t>::max();
  std::size_t best_even = 0;
  UnitFlow flow(part);
  constexpr std::array<std::pair<double, double>, 4> kDirections{
      {{1.0, 0.0}, {0.0, 1.0}, {1.0, 1.0}, {1.0, -1.0}}};
  for (const auto& [east, north] : kDirections) {
    for (std::size_t v = 0; v < count; ++v) {
      order[v] = index_of(v);
      key[v] = east * part.x[v] + north * part.y[v];
    }
    const auto before = [&key](Index a, Index b) {
      return key[at(a)] != key[at(b)] ? key[at(a)] < key[at(b)] : a < b;
    };
    using Step = std::vector<Index>::difference_type;
    std::nth_element(order.begin(), order.begin() + static_cast<Step>(ends), order.end(), before);
    if (count - ends > ends) {
      std::nth_element(order.begin() + static_cast<Step>(ends),
                       order.begin() + static_cast<Step>(count - ends), order.end(), before);
    }
    std::size_t size = 0;
    if (!flow.cut(order, ends, best_size, side, size)) {
      continue;
    }
    const auto ones = static_cast<std::size_t>(std::count(side.begin(), side.end(), 1));
    const std::size_t even = std::min(ones, count - ones);
    if (size < best_size || (size == best_size && even > best_even)) {
      best_size = size;
      best_even = even;
      best.swap(side);
    }
  }
  return best;
}

// The edges between vertices of one side, with the vertices they touch renumbered.
Part half(const Part& part, const std::vector<char>& side, char which) {
  Part out;
  std::vector<Index> number(part.vertices(), -1);
  const auto renumbered = [&](Index v) {
    if (number[at(v)] < 0) {
      number[at(v)] = index_of(out.x.size());
      out.x.push_back(part.x[at(v)]);
      out.y.push_back(part.y[at(v)]);
    }
    return number[at(v)];
  };
  for (std::size_t e = 0; e < part.edges(); ++e) {
    if (side[at(part.tail[e])] == which && side[at(part.head[e])] == which) {
      const Index tail = renumbered(part.tail[e]);
      const Index head = renumbered(part.head[e]);
      out.tail.push_back(tail);
      out.head.push_back(head);
      out.edge.push_back(part.edge[e]);
    }
  }
  return out;
}

void dissect(Part part, int threads, std::vector<Index>& out) {
  // Two vertices or fewer: every edge between them is the cut.
  if (part.vertices() <= 2) {
    out.insert(out.end(), part.edge.begin(), part.edge.end());
    return;
  }
  const std::vector<char> side = best_side(part);
  Part first = half(part, side, 1);
  Part second = half(part, side, 0);
  std::vector<Index> cut;
  for (std::size_t e = 0; e < part.edges(); ++e) {
    if (side[at(part.tail[e])] != side[at(part.head[e])]) {
      cut.push_back(part.edge[e]);
    }
  }
  part = Part{};  // its memory is needed further down
  if (threads > 1) {
    auto other = std::async(std::launch::async, [&second, threads] {
      std::vector<Index> found;
      dissect(std::move(second), threads / 2, found);
      return found;
    });
    dissect(std::move(first), threads - threads / 2, out);
    const std::vector<Index> found = other.get();
    out.insert(out.end(), found.begin(), found.end());
  } else {
    dissect(std::move(first), 1, out);
    dissect(std::move(second), 1, out);
  }
  out.insert(out.end(), cut.begin(), cut.end());
}

}  // namespace

std::vector<Index> dissection_order(std::span<const double> x, std::span<const double> y,
                                    Indices tail, Indices head, int threads) {
  if (x.size() != y.size() || tail.size() != head.size()) {
    throw std::invalid_argument("coordinates or ends differ in number");
  }
  Part whole;
  std::vector<Index> number(x.size(), -1);
  for (std::size_t e = 0; e < tail.size(); ++e) {
    for (const Index v : {tail[e], head[e]}) {
      if (v < 0 || at(v) >= x.size()) {
        throw std::invalid_argument("an edge ends outside the vertices");
      }
      if (number[at(v)] < 0) {
        number[at(v)] = index_of(whole.x.size());
        whole.x.push_back(x[at(v)]);
        whole.y.push_back(y[at(v)]);
      }
    }
    whole.tail.push_back(number[at(tail[e])]);
    whole.head.push_back(number[at(head[e])]);
    whole.edge.push_back(index_of(e));
  }
  std::vector<Index> order;
  order.reserve(tail.size());
  dissect(std::move(whole), threads, order);
  return order;
}

}  // namespace colivraison
