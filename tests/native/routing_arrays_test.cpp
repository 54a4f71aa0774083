// Problems that do not fit together are refused before anything is searched.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "core/routing/instance.hpp"
#include "routing_drawn.hpp"

namespace {

using namespace colivraison::routing;
using drawn::Drawn;

int failures = 0;

template <typename Change>
void refused(const char* what, Change change) {
  Drawn dice(3);
  Instance instance = dice.plain(3, false);
  // Something of everything, so that each index has somebody to be wrong for.
  instance.rests.push_back({0, 1, 5, 0});
  instance.route_conflicts = instance.board_conflicts = {0, 0};
  instance.locks.push_back({0, Lock::Kind::kPrefix, {0}});
  instance.complete();
  change(instance);
  try {
    instance.complete();
  } catch (const std::invalid_argument&) {
    return;
  }
  ++failures;
  std::fprintf(stderr, "FAILED: not refused: %s\n", what);
}

void arrays_that_do_not_fit_are_refused() {
  const Index far = 1000;
  refused("negative locations", [](Instance& one) { one.locations = -1; });
  refused("more locations than setups", [](Instance& one) { one.locations += 1; });
  refused("negative dimensions", [](Instance& one) { one.dimensions = -1; });
  refused("more dimensions than demands", [](Instance& one) { one.dimensions = 2; });
  refused("a table that is not square", [](Instance& one) { one.legs[0].pop_back(); });
  refused("a negative leg", [](Instance& one) { one.legs[0][1].duration = -1; });
  refused("a leg beyond the horizon", [](Instance& one) { one.legs[0][1].duration = kHorizon; });
  refused("a negative distance", [](Instance& one) { one.legs[0][1].distance = -1; });
  refused("a negative setup", [](Instance& one) { one.setup[0] = -1; });
  refused("a setup beyond the horizon", [](Instance& one) { one.setup[0] = kHorizon; });
  refused("a demand too few", [](Instance& one) { one.demand.pop_back(); });
  refused("a capacity too few", [](Instance& one) { one.capacity.pop_back(); });
  refused("a word of vehicles too few", [](Instance& one) { one.allowed.pop_back(); });
  refused("a successor too few", [](Instance& one) { one.reference_next.pop_back(); });
  refused("an unknown successor", [&](Instance& one) { one.reference_next[0] = far; });
  refused("65 classes", [](Instance& one) {
    one.route_conflicts.assign(65, 0);
    one.board_conflicts.assign(65, 0);
  });
  refused("conflicts of different sizes", [](Instance& one) { one.route_conflicts.push_back(0); });
  refused("an unknown location", [](Instance& one) { one.nodes[0].location = one.locations; });
  refused("a location below all", [](Instance& one) { one.nodes[0].location = -3; });
  refused("an end nobody has", [](Instance& one) {
    one.nodes[0].location = kVehicleEnd;
    one.vehicles[0].end = kNone;
  });
  refused("a negative service", [](Instance& one) { one.nodes[0].service = -1; });
  refused("a service beyond the horizon", [](Instance& one) { one.nodes[0].service = kHorizon; });
  refused("no window", [](Instance& one) { one.nodes[0].windows_end = one.nodes[0].windows_begin; });
  refused("windows out of range", [&](Instance& one) { one.nodes[0].windows_end = far; });
  refused("windows before all", [](Instance& one) { one.nodes[0].windows_begin = -1; });
  refused("a window turned around", [](Instance& one) { one.windows[0] = {9, 8}; });
  refused("a negative window", [](Instance& one) { one.windows[0].first = -1; });
  refused("a window beyond the horizon", [](Instance& one) { one.windows[0].last = kHorizon; });
  refused("windows that overlap", [](Instance& one) {
    one.windows[0] = {0, 50};
    one.windows[1] = {50, 60};
    one.nodes[0].windows_begin = 0;
    one.nodes[0].windows_end = 2;
  });
  refused("a negative rest", [](Instance& one) { one.rests[0].duration = -1; });
  refused("a rest needed beyond less than nothing", [](Instance& one) { one.rests[0].beyond = -1; });
  refused("a rest without windows", [](Instance& one) { one.rests[0].windows_end = 0; });
  refused("a job without ends", [](Instance& one) {
    one.jobs[0].pickup = one.jobs[0].delivery = kNone;
  });
  refused("a job with an unknown node", [&](Instance& one) { one.jobs[0].pickup = far; });
  refused("a job with a negative node", [](Instance& one) { one.jobs[0].pickup = -2; });
  refused("a node of two jobs", [](Instance& one) { one.jobs[0].pickup = one.jobs[1].pickup; });
  refused("a node that is both ends", [](Instance& one) { one.jobs[0].pickup = one.jobs[0].delivery; });
  refused("a node of nobody", [](Instance& one) { one.jobs[0].pickup = kNone; });
  refused("an unknown class", [](Instance& one) { one.jobs[0].load_class = 2; });
  refused("a class below none", [](Instance& one) { one.jobs[0].load_class = -2; });
  refused("an unknown profile", [](Instance& one) { one.vehicles[0].profile = 1; });
  refused("an unknown start", [](Instance& one) { one.vehicles[0].start = one.locations; });
  refused("no start", [](Instance& one) { one.vehicles[0].start = kNone; });
  refused("an unknown end", [](Instance& one) { one.vehicles[0].end = one.locations; });
  refused("a shift turned around", [](Instance& one) { one.vehicles[0].shift = {9, 8}; });
  refused("a negative shift", [](Instance& one) { one.vehicles[0].shift.first = -1; });
  refused("a shift beyond the horizon", [](Instance& one) { one.vehicles[0].shift.last = kHorizon; });
  refused("unknown rests", [](Instance& one) { one.vehicles[0].rests_end = 2; });
  refused("rests before all", [](Instance& one) { one.vehicles[0].rests_begin = -1; });
  refused("a negative price per use", [](Instance& one) { one.vehicles[0].per_use = -1; });
  refused("a negative price per metre", [](Instance& one) { one.vehicles[0].per_metre = -1; });
  refused("a negative price per second", [](Instance& one) { one.vehicles[0].per_second = -1; });
  refused("a negative price of overtime",
          [](Instance& one) { one.vehicles[0].per_overtime_second = -1; });
  refused("a negative price of leaving out", [](Instance& one) { one.jobs[0].price = -1; });
  refused("a negative price of another vehicle", [](Instance& one) { one.other_vehicle = -1; });
  refused("a negative price of a succession", [](Instance& one) { one.broken_succession = -1; });
  refused("a lock of an unknown vehicle", [](Instance& one) { one.locks[0].vehicle = 3; });
  refused("a lock of an unknown node", [&](Instance& one) { one.locks[0].nodes[0] = far; });
}

}  // namespace

int main() {
  arrays_that_do_not_fit_are_refused();
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
