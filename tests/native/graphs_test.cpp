// The functions on road graphs, run under the sanitizers: random graphs against plain ways.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <numeric>
#include <queue>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/contraction.hpp"
#include "core/customisation.hpp"
#include "core/dissection.hpp"
#include "core/paths.hpp"
#include "core/segment_grid.hpp"
#include "core/strong_components.hpp"
#include "core/sweep.hpp"

namespace {

using colivraison::Cost;
using colivraison::Index;
using colivraison::InstructionSet;
using colivraison::kNoWay;

int failures = 0;

void expect(bool holds, const std::string& what) {
  if (!holds) {
    std::printf("FAILED: %s\n", what.c_str());
    ++failures;
  }
}

std::size_t at(Index index) { return static_cast<std::size_t>(index); }

Cost packed(Cost ms, Cost dm) { return (ms << 32) | dm; }

struct Graph {
  std::size_t vertices;
  std::map<std::pair<Index, Index>, Cost> links;

  std::vector<Index> tails() const { return ends(true); }
  std::vector<Index> heads() const { return ends(false); }
  std::vector<Cost> costs() const {
    std::vector<Cost> found;
    for (const auto& link : links) {
      found.push_back(link.second);
    }
    return found;
  }

 private:
  std::vector<Index> ends(bool first) const {
    std::vector<Index> found;
    for (const auto& link : links) {
      found.push_back(first ? link.first.first : link.first.second);
    }
    return found;
  }
};

Graph drawn(std::mt19937& random) {
  Graph graph{std::uniform_int_distribution<std::size_t>(1, 30)(random), {}};
  std::uniform_int_distribution<Index> vertex(0, static_cast<Index>(graph.vertices) - 1);
  std::uniform_int_distribution<int> value(0, 9);
  for (std::size_t k = 0; k < 3 * graph.vertices; ++k) {
    const int drawn_value = value(random);
    graph.links[{vertex(random), vertex(random)}] =
        drawn_value == 0 ? kNoWay : packed(drawn_value, value(random));
  }
  return graph;
}

std::vector<Cost> dijkstra(const Graph& graph, const std::vector<std::pair<Index, Cost>>& seeds) {
  std::vector<Cost> best(graph.vertices, kNoWay);
  using Entry = std::pair<Cost, Index>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  for (const auto& [vertex, cost] : seeds) {
    open.emplace(cost, vertex);
  }
  while (!open.empty()) {
    const auto [cost, vertex] = open.top();
    open.pop();
    if (cost >= best[at(vertex)]) {
      continue;
    }
    best[at(vertex)] = cost;
    for (const auto& [link, more] : graph.links) {
      if (link.first == vertex && more < kNoWay) {
        open.emplace(cost + more, link.second);
      }
    }
  }
  return best;
}

colivraison::SearchArcs arcs_of(const colivraison::SearchGraph& graph) {
  return {{graph.forward_first, graph.forward_head},
          graph.forward_cost,
          {graph.backward_first, graph.backward_head},
          graph.backward_cost};
}

void searches_agree_with_dijkstra(std::mt19937& random) {
  for (int trial = 0; trial < 200; ++trial) {
    const Graph graph = drawn(random);
    const std::vector<Index> tails = graph.tails();
    const std::vector<Index> heads = graph.heads();
    const auto upper = colivraison::contract(graph.vertices, tails, heads);
    const auto slots = colivraison::link_slots({upper.first, upper.head}, tails, heads);
    const std::vector<Cost> costs = graph.costs();
    const auto search = colivraison::customise({upper.first, upper.head}, slots, costs);
    const auto arcs = arcs_of(search);

    // Every vertex is a source and a target.
    std::vector<Index> first(graph.vertices + 1);
    std::iota(first.begin(), first.end(), 0);
    const std::vector<Index> all(first.begin(), first.end() - 1);
    const std::vector<Cost> zero(graph.vertices, 0);
    const colivraison::Seeds seeds{first, all, zero};
    const std::vector<Index> none_first(graph.vertices + 1, 0);
    const colivraison::Directs none{none_first, {}, {}};
    for (const InstructionSet set : colivraison::supported_instruction_sets()) {
      std::vector<std::int32_t> times(graph.vertices * graph.vertices);
      std::vector<std::int32_t> lengths(times.size());
      colivraison::sweep(arcs, seeds, seeds, none, false, 2, set, times, lengths);
      for (const Index source : all) {
        const std::vector<Cost> plain = dijkstra(graph, {{source, 0}});
        for (const Index target : all) {
          const std::size_t cell = at(source) * graph.vertices + at(target);
          const Cost cost = plain[at(target)];
          expect(times[cell] == (cost < kNoWay ? cost >> 32 : -1), "time of the sweep");
          expect(lengths[cell] == (cost < kNoWay ? (cost & 0xFFFFFFFF) : -1),
                 "length of the sweep");
        }
        expect(colivraison::sweep_to_all(arcs, std::vector<Index>{source}, std::vector<Cost>{0}) ==
                   plain,
               "one to all");
      }
    }

    // Ways from every vertex to the one before it.
    std::vector<Index> previous(all);
    std::rotate(previous.begin(), previous.begin() + 1, previous.end());
    const auto found = colivraison::paths(arcs, seeds, {first, previous, zero});
    for (const Index source : all) {
      const std::size_t k = at(source);
      const Cost cost = dijkstra(graph, {{source, 0}})[at(previous[k])];
      expect(found.cost[k] == cost, "cost of the way");
      Cost sum = 0;
      for (Index i = found.first[k]; i + 1 < found.first[k + 1]; ++i) {
        const auto link = graph.links.find({found.vertex[at(i)], found.vertex[at(i) + 1]});
        expect(link != graph.links.end(), "the way follows links");
        sum += link == graph.links.end() ? 0 : link->second;
      }
      expect(cost >= kNoWay || sum == cost, "the way costs the sum of its links");
    }
  }
}

void components_hold_who_reaches_each_other(std::mt19937& random) {
  for (int trial = 0; trial < 200; ++trial) {
    const Graph graph = drawn(random);
    std::vector<Index> first(graph.vertices + 1, 0);
    for (const auto& link : graph.links) {
      ++first[at(link.first.first) + 1];
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    const std::vector<Index> heads = graph.heads();
    const auto component = colivraison::strong_components({first, heads});
    Graph open = graph;
    for (auto& link : open.links) {
      link.second = packed(1, 0);
    }
    std::vector<std::vector<Cost>> reach;
    for (std::size_t v = 0; v < graph.vertices; ++v) {
      reach.push_back(dijkstra(open, {{static_cast<Index>(v), 0}}));
    }
    for (std::size_t v = 0; v < graph.vertices; ++v) {
      for (std::size_t w = 0; w < graph.vertices; ++w) {
        const bool together = reach[v][w] < kNoWay && reach[w][v] < kNoWay;
        expect((component[v] == component[w]) == together, "component");
      }
    }
  }
}

void orders_hold_every_edge_once(std::mt19937& random) {
  std::uniform_real_distribution<double> place(0.0, 1.0);
  for (int trial = 0; trial < 100; ++trial) {
    const std::size_t vertices = 1 + static_cast<std::size_t>(trial) % 40;
    std::vector<double> x(vertices);
    std::vector<double> y(vertices);
    for (std::size_t v = 0; v < vertices; ++v) {
      x[v] = place(random);
      y[v] = trial % 3 == 0 ? 0.0 : place(random);  // all on one line, too
    }
    std::uniform_int_distribution<Index> vertex(0, static_cast<Index>(vertices) - 1);
    std::vector<Index> tail;
    std::vector<Index> head;
    for (std::size_t e = 0; e < 2 * vertices; ++e) {
      tail.push_back(vertex(random));
      head.push_back(vertex(random));
    }
    auto order = colivraison::dissection_order(x, y, tail, head, 1);
    expect(order == colivraison::dissection_order(x, y, tail, head, 3), "order by threads");
    std::sort(order.begin(), order.end());
    std::vector<Index> every(order.size());
    std::iota(every.begin(), every.end(), 0);
    expect(order == every && order.size() == tail.size(), "every edge once");
  }
}

void nearest_points_are_found(std::mt19937& random) {
  std::uniform_int_distribution<Index> degree(-2'000'000, 2'000'000);
  std::uniform_real_distribution<double> place(-0.5, 0.5);
  for (int trial = 0; trial < 100; ++trial) {
    std::vector<Index> lat;
    std::vector<Index> lon;
    std::vector<Index> start;
    std::vector<Index> end;
    std::vector<std::uint8_t> usable;
    for (int line = 0; line <= trial % 7; ++line) {
      start.push_back(static_cast<Index>(lat.size()));
      for (int point = 0; point < 2 + trial % 3; ++point) {
        lat.push_back(degree(random));
        lon.push_back(degree(random));
      }
      end.push_back(static_cast<Index>(lat.size()) - 1);
      usable.push_back(line % 3 == 1 ? 0 : 1);
    }
    const colivraison::Shapes shapes{lat, lon, start, end};
    const auto grid = colivraison::segment_grid(shapes);
    const colivraison::GridView view{grid.south_e7, grid.west_e7, grid.cell_lat_e7,
                                     grid.cell_lon_e7, grid.rows, grid.columns,
                                     grid.first, grid.segment, grid.line};
    const std::vector<double> at_lat{place(random)};
    const std::vector<double> at_lon{place(random)};
    const auto found = colivraison::nearest(shapes, view, usable, at_lat, at_lon);
    // Many points of every line, none of which may be nearer.
    const double metre = 6'371'008.8 * 3.141592653589793 / 180.0;
    for (std::size_t line = 0; line < start.size(); ++line) {
      for (Index p = start[line]; usable[line] != 0 && p < end[line]; ++p) {
        for (int step = 0; step <= 20; ++step) {
          const double share = step / 20.0;
          const double here_lat = (lat[at(p)] + share * (lat[at(p) + 1] - lat[at(p)])) / 1e7;
          const double here_lon = (lon[at(p)] + share * (lon[at(p) + 1] - lon[at(p)])) / 1e7;
          const double north = (here_lat - at_lat[0]) * metre;
          const double east =
              (here_lon - at_lon[0]) * metre * std::cos(at_lat[0] * metre / 6'371'008.8);
          expect(found.metres[0] <= std::hypot(north, east) + 0.002, "nothing is nearer");
        }
      }
    }
    expect(usable[at(found.line[0])] != 0, "the line may be used");
  }
}

template <typename Call>
void refuses(const char* what, Call call) {
  try {
    call();
  } catch (const std::invalid_argument&) {
    return;
  }
  expect(false, what);
}

void broken_arrays_are_refused() {
  const std::vector<Index> first{0, 1, 1};
  const std::vector<Index> outside{2};
  const std::vector<Index> down{0};
  const std::vector<Cost> one{packed(1, 0)};
  refuses("a head outside", [&] { (void)colivraison::strong_components({first, outside}); });
  refuses("a head below", [&] {
    (void)colivraison::customise({first, down}, std::vector<Index>{}, std::vector<Cost>{});
  });
  const std::vector<Index> up{1};
  refuses("a slot outside", [&] {
    (void)colivraison::customise({first, up}, std::vector<Index>{2}, one);
  });
  refuses("a cost of zero", [&] {
    (void)colivraison::customise({first, up}, std::vector<Index>{0}, std::vector<Cost>{0});
  });
  refuses("a link outside", [&] {
    (void)colivraison::contract(1, std::vector<Index>{0}, std::vector<Index>{1});
  });
}

}  // namespace

int main() {
  std::mt19937 random(1);
  searches_agree_with_dijkstra(random);
  components_hold_who_reaches_each_other(random);
  orders_hold_every_edge_once(random);
  nearest_points_are_found(random);
  broken_arrays_are_refused();
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
