#include "core/sweep.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>

#include "core/sweep_block.hpp"

namespace colivraison {

namespace {

struct alignas(64) Row {
  Cost lane[kLanes];
};

constexpr Row no_way() noexcept {
  Row row{};
  for (Cost& cost : row.lane) {
    cost = kNoWay;
  }
  return row;
}

// The vertices above the targets, the highest first, with their arcs among each other.
struct Selection {
  std::vector<Index> vertex;
  std::vector<Index> first, head;  // head: position in this selection
  std::vector<Cost> cost;
  std::vector<Index> target_position;  // of each vertex of the targets' lists
};

Selection select(const SearchArcs& graph, const Seeds& targets) {
  const std::size_t count = graph.backward.size();
  std::vector<char> wanted(count, 0);
  Selection selection;
  for (const Index v : targets.vertex) {
    if (wanted[at(v)] == 0) {
      wanted[at(v)] = 1;
      selection.vertex.push_back(v);
    }
  }
  for (std::size_t k = 0; k < selection.vertex.size(); ++k) {
    const std::size_t v = at(selection.vertex[k]);
    for (std::size_t i = graph.backward.begin(v); i < graph.backward.end(v); ++i) {
      const Index u = graph.backward.head[i];
      if (wanted[at(u)] == 0) {
        wanted[at(u)] = 1;
        selection.vertex.push_back(u);
      }
    }
  }
  std::sort(selection.vertex.begin(), selection.vertex.end(), std::greater<>());
  std::vector<Index> position(count, -1);
  for (std::size_t k = 0; k < selection.vertex.size(); ++k) {
    position[at(selection.vertex[k])] = index_of(k);
  }
  selection.first.reserve(selection.vertex.size() + 1);
  selection.first.push_back(0);
  for (const Index v : selection.vertex) {
    for (std::size_t i = graph.backward.begin(at(v)); i < graph.backward.end(at(v)); ++i) {
      selection.head.push_back(position[at(graph.backward.head[i])]);
      selection.cost.push_back(graph.backward_cost[i]);
    }
    selection.first.push_back(index_of(selection.head.size()));
  }
  for (const Index v : targets.vertex) {
    selection.target_position.push_back(position[at(v)]);
  }
  return selection;
}

struct Job {
  const SearchArcs& graph;
  const Seeds& sources;
  const Seeds& targets;
  const Directs& directs;
  const Selection& selection;
  const std::vector<Index>& source_order;  // sources that lie together, together
  bool rounded;
  std::int32_t* times;
  std::int32_t* lengths;
};

// What one thread needs.
struct Workspace {
  explicit Workspace(const Job& job)
      : up_row(job.graph.forward.size(), -1),
        down(new Row[std::max<std::size_t>(1, job.selection.vertex.size())]) {}

  std::vector<Index> reached;
  std::vector<Index> up_row;  // position in `up` of a reached vertex, -1 elsewhere
  std::vector<Row> up;
  std::unique_ptr<Row[]> down;
  std::vector<Cost> direct;  // of each target, kNoWay between uses
};

template <typename Visit>
void each_seed(const Job& job, std::size_t begin, std::size_t lanes, Visit visit) {
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t source = at(job.source_order[begin + lane]);
    for (std::size_t k = at(job.sources.first[source]); k < at(job.sources.first[source + 1]);
         ++k) {
      visit(lane, at(job.sources.vertex[k]), job.sources.cost[k]);
    }
  }
}

// The vertices above the sources of a block, ascending, and their rows with the seeds in them.
void prepare_up(const Job& job, Workspace& work, std::size_t begin, std::size_t lanes) {
  const Adjacency& arcs = job.graph.forward;
  work.reached.clear();
  const auto reach = [&work](std::size_t v) {
    if (work.up_row[v] < 0) {
      work.up_row[v] = 0;
      work.reached.push_back(index_of(v));
    }
  };
  each_seed(job, begin, lanes, [&](std::size_t, std::size_t v, Cost) { reach(v); });
  for (std::size_t k = 0; k < work.reached.size(); ++k) {
    const std::size_t v = at(work.reached[k]);
    for (std::size_t i = arcs.begin(v); i < arcs.end(v); ++i) {
      reach(at(arcs.head[i]));
    }
  }
  std::sort(work.reached.begin(), work.reached.end());
  for (std::size_t k = 0; k < work.reached.size(); ++k) {
    work.up_row[at(work.reached[k])] = index_of(k);
  }
  work.up.assign(work.reached.size(), no_way());
  each_seed(job, begin, lanes, [&](std::size_t lane, std::size_t v, Cost cost) {
    Cost& there = work.up[at(work.up_row[v])].lane[lane];
    there = std::min(there, cost);
  });
}

// Ways that stay on one edge, where they beat the search: rare, hence after the fact.
void write_directs(const Job& job, const SweepBlock& block, Workspace& work) {
  for (std::size_t lane = 0; lane < block.lanes; ++lane) {
    const std::size_t source = block.source[lane];
    const std::size_t begin = at(job.directs.first[source]);
    const std::size_t end = at(job.directs.first[source + 1]);
    if (begin == end) {
      continue;
    }
    work.direct.resize(block.target_count, kNoWay);
    for (std::size_t k = begin; k < end; ++k) {
      Cost& best = work.direct[at(job.directs.target[k])];
      best = std::min(best, job.directs.cost[k]);
    }
    for (std::size_t k = begin; k < end; ++k) {
      const std::size_t target = at(job.directs.target[k]);
      Cost best = work.direct[target];
      for (std::size_t i = at(job.targets.first[target]); i < at(job.targets.first[target + 1]);
           ++i) {
        const Row& row = work.down[at(job.selection.target_position[i])];
        best = std::min(best, row.lane[lane] + job.targets.cost[i]);
      }
      const std::size_t place = source * block.target_count + target;
      if (best >= kFarthest) {
        block.times[place] = block.lengths[place] = -1;
        continue;
      }
      const auto ms = static_cast<std::uint32_t>(best >> 32);
      const auto dm = static_cast<std::uint32_t>(best & 0xFFFFFFFF);
      block.times[place] = static_cast<std::int32_t>(job.rounded ? (ms + 999) / 1000 : ms);
      block.lengths[place] = static_cast<std::int32_t>(job.rounded ? (dm + 5) / 10 : dm);
    }
    for (std::size_t k = begin; k < end; ++k) {
      work.direct[at(job.directs.target[k])] = kNoWay;
    }
  }
}

using Kernel = void (*)(const SweepBlock&);

void run_block(const Job& job, Workspace& work, std::size_t begin, std::size_t lanes,
               Kernel kernel) {
  prepare_up(job, work, begin, lanes);
  std::array<std::size_t, kLanes> source{};
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    source[lane] = at(job.source_order[begin + lane]);
  }
  const Selection& selection = job.selection;
  const SweepBlock block{
      .forward_first = job.graph.forward.first.data(),
      .forward_head = job.graph.forward.head.data(),
      .forward_cost = job.graph.forward_cost.data(),
      .reached = work.reached.data(),
      .reached_count = work.reached.size(),
      .up_row = work.up_row.data(),
      .up = work.up.empty() ? nullptr : work.up.data()->lane,
      .selected = selection.vertex.data(),
      .selected_count = selection.vertex.size(),
      .selected_first = selection.first.data(),
      .selected_head = selection.head.data(),
      .selected_cost = selection.cost.data(),
      .down = work.down[0].lane,
      .target_count = job.targets.first.size() - 1,
      .target_first = job.targets.first.data(),
      .target_position = selection.target_position.data(),
      .target_cost = job.targets.cost.data(),
      .lanes = lanes,
      .source = source.data(),
      .rounded = job.rounded,
      .times = job.times,
      .lengths = job.lengths,
  };
  kernel(block);
  write_directs(job, block, work);
  for (const Index v : work.reached) {
    work.up_row[at(v)] = -1;
  }
}

Kernel kernel_for(InstructionSet set) {
  require_supported(set);
#if defined(__x86_64__)
  switch (set) {
    case InstructionSet::baseline:
      return run_block_baseline;
    case InstructionSet::avx2:
      return run_block_avx2;
    case InstructionSet::avx512f:
      return run_block_avx512f;
  }
#endif
  return run_block_baseline;
}

void check_lists(Indices first, std::size_t values, const char* name) {
  if (first.empty() || first[0] != 0 || at(first.back()) != values ||
      !std::is_sorted(first.begin(), first.end())) {
    throw std::invalid_argument(std::string(name) + ": the lists do not cover their values");
  }
}

}  // namespace

void check_graph(const SearchArcs& graph) {
  check_upward(graph.forward, "forward");
  check_upward(graph.backward, "backward");
  if (graph.forward.size() != graph.backward.size() ||
      graph.forward.head.size() != graph.forward_cost.size() ||
      graph.backward.head.size() != graph.backward_cost.size()) {
    throw std::invalid_argument("the two halves of the graph do not fit");
  }
  for (const Costs costs : {graph.forward_cost, graph.backward_cost}) {
    for (const Cost cost : costs) {
      if (cost <= 0 || cost > kNoWay) {
        throw std::invalid_argument("a cost of the graph is out of bounds");
      }
    }
  }
}

void check_seeds(const Seeds& seeds, std::size_t vertices, const char* name) {
  check_lists(seeds.first, seeds.vertex.size(), name);
  if (seeds.vertex.size() != seeds.cost.size()) {
    throw std::invalid_argument(std::string(name) + ": vertices and costs differ in number");
  }
  for (std::size_t k = 0; k < seeds.vertex.size(); ++k) {
    if (seeds.vertex[k] < 0 || at(seeds.vertex[k]) >= vertices) {
      throw std::invalid_argument(std::string(name) + ": a vertex is outside the graph");
    }
    if (seeds.cost[k] > kNoWay || seeds.cost[k] < -kNoWay) {
      throw std::invalid_argument(std::string(name) + ": a cost is out of bounds");
    }
  }
}

void sweep(const SearchArcs& graph, const Seeds& sources, const Seeds& targets,
           const Directs& directs, bool rounded, int threads, InstructionSet set,
           std::span<std::int32_t> times, std::span<std::int32_t> lengths) {
  check_graph(graph);
  check_seeds(sources, graph.forward.size(), "sources");
  check_seeds(targets, graph.forward.size(), "targets");
  check_lists(directs.first, directs.target.size(), "directs");
  const std::size_t source_count = sources.first.size() - 1;
  const std::size_t target_count = targets.first.size() - 1;
  if (directs.first.size() != sources.first.size() ||
      directs.target.size() != directs.cost.size() ||
      times.size() != source_count * target_count || lengths.size() != times.size()) {
    throw std::invalid_argument("the sizes of sources, targets and results do not fit");
  }
  for (const Index target : directs.target) {
    if (target < 0 || at(target) >= target_count) {
      throw std::invalid_argument("directs: a target is outside");
    }
  }
  for (const Cost cost : directs.cost) {
    if (cost < 0 || cost > kNoWay) {
      throw std::invalid_argument("directs: a cost is out of bounds");
    }
  }
  const Kernel kernel = kernel_for(set);
  const Selection selection = select(graph, targets);

  // Numbers follow the dissection of the map, so sources close in number share their way up.
  std::vector<Index> order(source_count);
  for (std::size_t s = 0; s < source_count; ++s) {
    order[s] = index_of(s);
  }
  const auto lowest = [&sources](Index s) {
    const std::size_t first = at(sources.first[at(s)]);
    return first < at(sources.first[at(s) + 1]) ? sources.vertex[first]
                                                : std::numeric_limits<Index>::max();
  };
  std::sort(order.begin(), order.end(), [&lowest](Index a, Index b) {
    return lowest(a) != lowest(b) ? lowest(a) < lowest(b) : a < b;
  });

  const Job job{graph,   sources,      targets,        directs, selection, order, rounded,
                times.data(), lengths.data()};
  const std::size_t blocks = (source_count + kLanes - 1) / kLanes;
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex failing;
  const auto work = [&] {
    try {
      Workspace space(job);
      for (std::size_t block = next++; block < blocks; block = next++) {
        run_block(job, space, block * kLanes, std::min(kLanes, source_count - block * kLanes),
                  kernel);
      }
    } catch (...) {
      const std::lock_guard<std::mutex> held(failing);
      failure = std::current_exception();
    }
  };
  const auto workers = std::min<std::size_t>(static_cast<std::size_t>(std::max(1, threads)),
                                             std::max<std::size_t>(1, blocks));
  std::vector<std::jthread> others;
  for (std::size_t k = 1; k < workers; ++k) {
    others.emplace_back(work);
  }
  work();
  others.clear();  // waits for them
  if (failure) {
    std::rethrow_exception(failure);
  }
}

std::vector<Cost> sweep_to_all(const SearchArcs& graph, Indices vertex, Costs cost) {
  check_graph(graph);
  const Index count = index_of(vertex.size());
  const std::vector<Index> one{0, count};
  check_seeds({one, vertex, cost}, graph.forward.size(), "sources");
  std::vector<Cost> best(graph.forward.size(), kNoWay);
  for (std::size_t k = 0; k < vertex.size(); ++k) {
    best[at(vertex[k])] = std::min(best[at(vertex[k])], cost[k]);
  }
  for (std::size_t v = 0; v < best.size(); ++v) {
    if (best[v] >= kNoWay) {
      continue;
    }
    for (std::size_t i = graph.forward.begin(v); i < graph.forward.end(v); ++i) {
      Cost& there = best[at(graph.forward.head[i])];
      there = std::min(there, best[v] + graph.forward_cost[i]);
    }
  }
  for (std::size_t v = best.size(); v-- > 0;) {
    for (std::size_t i = graph.backward.begin(v); i < graph.backward.end(v); ++i) {
      best[v] = std::min(best[v], best[at(graph.backward.head[i])] + graph.backward_cost[i]);
    }
  }
  return best;
}

}  // namespace colivraison
