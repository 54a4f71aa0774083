// Where a job may enter a route, and what it costs there.
#pragma once

#include "core/routing/instance.hpp"

namespace colivraison::routing {

// The pickup goes right after position `pickup_after` of the route as it is, the delivery after
// position `delivery_after` (both the same: the delivery follows the pickup); position 0 is the
// start.  An end that the job lacks, or that stands in the route already, has kNone.
struct Insertion {
  Cost delta = kInfinite;
  Index pickup_after = kNone;
  Index delivery_after = kNone;

  bool possible() const { return delta < kInfinite; }
  bool same_place(const Insertion& other) const {
    return pickup_after == other.pickup_after && delivery_after == other.delivery_after;
  }
};

}  // namespace colivraison::routing
