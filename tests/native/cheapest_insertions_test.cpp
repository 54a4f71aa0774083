// Plain checks of the core on every instruction set of this processor; run under sanitizers.
#include "core/cheapest_insertions.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

namespace {

using colivraison::CheapestInsertions;
using colivraison::InstructionSet;
using Places = std::vector<std::int32_t>;

int failures = 0;

void expect(bool holds, const char* what, InstructionSet set) {
  if (!holds) {
    ++failures;
    const auto name = colivraison::name_of(set);
    std::fprintf(stderr, "FAILED (%.*s): %s\n", static_cast<int>(name.size()), name.data(), what);
  }
}

// The same in the plainest way, one leg after the other.
CheapestInsertions plain(const Places& d, std::size_t size, const Places& from, const Places& to,
                         const Places& candidates) {
  const auto at = [&](std::int32_t row, std::int32_t column) {
    return d.at(static_cast<std::size_t>(row) * size + static_cast<std::size_t>(column));
  };
  CheapestInsertions found;
  for (const std::int32_t c : candidates) {
    std::int64_t best_s = std::numeric_limits<std::int64_t>::max();
    std::int32_t leg = -1;
    for (std::size_t k = 0; k < from.size(); ++k) {
      const std::int64_t out_s = at(from[k], c);
      const std::int64_t in_s = at(c, to[k]);
      const std::int64_t direct_s = at(from[k], to[k]);
      if (out_s >= 0 && in_s >= 0 && direct_s >= 0 && out_s + in_s - direct_s < best_s) {
        best_s = out_s + in_s - direct_s;
        leg = static_cast<std::int32_t>(k);
      }
    }
    found.detours_s.push_back(leg < 0 ? -1 : best_s);
    found.legs.push_back(leg);
  }
  return found;
}

void a_place_beside_the_second_leg_goes_there(InstructionSet set) {
  // 0 -> 1 -> 2 along a line at 0, 10, 20 minutes; place 3 stands at minute 15.
  const Places d{0,    600, 1200, 900, 600, 0,   600, 300,
                 1200, 600, 0,    300, 900, 300, 300, 0};
  const auto found = colivraison::cheapest_insertions(d, 4, Places{0, 1}, Places{1, 2}, Places{3}, set);
  // Leg 0: 900 + 300 - 600 = 600. Leg 1: 300 + 300 - 600 = 0.
  expect(found.detours_s == std::vector<std::int64_t>{0}, "detour beside the leg", set);
  expect(found.legs == Places{1}, "leg beside the place", set);
}

void the_widest_durations_do_not_wrap(InstructionSet set) {
  const std::int32_t most = std::numeric_limits<std::int32_t>::max();
  const Places d{0, 0, most, most, 0, 0, most, most, 0};
  const auto found = colivraison::cheapest_insertions(d, 3, Places{0}, Places{1}, Places{2}, set);
  expect(found.detours_s == std::vector<std::int64_t>{2 * std::int64_t{most}}, "64-bit sum", set);
}

void nothing_to_do_is_no_error(InstructionSet set) {
  const auto none = colivraison::cheapest_insertions({}, 0, {}, {}, {}, set);
  expect(none.detours_s.empty() && none.legs.empty(), "empty matrix", set);
  const auto no_leg = colivraison::cheapest_insertions(Places{0}, 1, {}, {}, Places{0}, set);
  expect(no_leg.legs == Places{-1}, "no leg", set);
  expect(no_leg.detours_s == std::vector<std::int64_t>{-1}, "no detour", set);
}

template <typename Call>
void refuses(const char* what, InstructionSet set, Call call) {
  try {
    call();
  } catch (const std::invalid_argument&) {
    return;
  }
  expect(false, what, set);
}

void wrong_sizes_and_places_are_refused(InstructionSet set) {
  const Places d(9, 1);
  const auto run = [&](std::size_t size, Places from, Places to, Places candidates) {
    return [=] { (void)colivraison::cheapest_insertions(d, size, from, to, candidates, set); };
  };
  refuses("size that is not the matrix's", set, run(2, {}, {}, {}));
  refuses("ends in unequal numbers", set, run(3, {0, 1}, {1}, {}));
  refuses("start outside", set, run(3, {3}, {1}, {}));
  refuses("end outside", set, run(3, {0}, {-1}, {}));
  refuses("candidate outside", set, run(3, {}, {}, {3}));
}

void random_rounds_agree_with_the_plain_way(InstructionSet set, std::mt19937& random) {
  // Few different values, so that ties and unreachable pairs are common.
  std::uniform_int_distribution<std::int32_t> value(-1, 6);
  for (int trial = 0; trial < 300; ++trial) {
    const auto size = static_cast<std::size_t>(trial % 40 + 1);
    std::uniform_int_distribution<std::int32_t> place(0, static_cast<std::int32_t>(size) - 1);
    const auto places = [&](int count) {
      Places drawn;
      for (int i = 0; i < count; ++i) {
        drawn.push_back(place(random));
      }
      return drawn;
    };
    Places d;
    for (std::size_t i = 0; i < size * size; ++i) {
      d.push_back(value(random));
    }
    const Places from = places(trial % 23);
    const Places to = places(trial % 23);
    const Places candidates = places(trial % 37);
    const auto fast = colivraison::cheapest_insertions(d, size, from, to, candidates, set);
    const auto slow = plain(d, size, from, to, candidates);
    expect(fast.detours_s == slow.detours_s, "detours as in the plain way", set);
    expect(fast.legs == slow.legs, "legs as in the plain way", set);
  }
}

}  // namespace

int main() {
  std::mt19937 random(1);
  for (const InstructionSet set : colivraison::supported_instruction_sets()) {
    a_place_beside_the_second_leg_goes_there(set);
    the_widest_durations_do_not_wrap(set);
    nothing_to_do_is_no_error(set);
    wrong_sizes_and_places_are_refused(set);
    random_rounds_agree_with_the_plain_way(set, random);
  }
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
