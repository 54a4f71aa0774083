"""A lower bound: what every plan that leaves nobody required out takes at least.

**Money or distance.**  In a plan every stop has one successor: another stop, or the end of a route
after which another begins.  The cheapest such choice for all stops at once, each stop being the
successor of one (the assignment problem), costs no more than any plan: it may go in circles, parts
pickups from deliveries and waits for free.  Each arc costs what the cheapest vehicle takes for it;
a stop that may be left out may also follow itself, at half the price of its shipment where that has
two.  A route's price in whole cents is at most half a cent below the exact one.

Where all must be served there is another: the ways of a plan, but those that end routes, are a tree
from the vehicles' starts to all stops, so they cost no less than the least one.  The larger counts.

**Vehicles.**  The largest of three: shipments no two of which fit into one route, found greedily
(a clique); the fewest routes that lead through all stops when only what is possible from stop to
stop counts (an assignment again); the least time for travel, setup and service together, over the
longest time that any vehicle may take.

Locks, breaks, compartments, times on board, order of unloading and the plan of reference only make
plans dearer or fewer, so leaving them out is no error.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
import numpy.typing as npt

from colivraison.pdptw.bound_stops import NEVER, Stops
from colivraison.pdptw.problem import Objective, Problem, Vehicle

__all__ = ["Bound", "NoBound", "lower_bound"]

# Work grows with the cube of it: at a thousand it takes about two seconds.
_MOST_STOPS = 1_200
_MOST_LOCATIONS = 3_000
# Stops times stops times sorts of vehicles: their arcs are looked at one sort after the other.
_MOST_ARCS = 100_000_000
_MOST_VEHICLES = 2_000
# Each moment, distance and price is below this.
_MOST = 1 << 40
# Money in units of 1/36,000 cent; a route is rounded by half a cent at most.
_UNITS_PER_CENT = 36_000
_HALF_CENT = _UNITS_PER_CENT // 2
# Doubles hold whole numbers up to here exactly.
_EXACT = 1 << 52
_CLIQUES = 60

_Ints = npt.NDArray[np.int64]
_Bools = npt.NDArray[np.bool_]


class NoBound(StrEnum):
    """Why there is no bound, or none of a kind."""

    TOO_LARGE = "too_large"
    NOTHING_TO_SERVE = "nothing_to_serve"
    SOMEBODY_IS_LEFT_OUT = "somebody_is_left_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What every plan takes at least that serves all it must.

    With the objective ``cents`` these are the required shipments, with the others all.

    Parameters
    ----------
    vehicles
        Routes; 0 where nobody must be served.
    cost_cents
        With the objective ``cents``, the whole cost, as `solution_cost_cents` counts it.
    distance_m
        With the other objectives.
    why_none
        Where nothing is known; then the rest is None.
    """

    vehicles: int | None = None
    cost_cents: int | None = None
    distance_m: int | None = None
    why_none: NoBound | None = None


def lower_bound(problem: Problem) -> Bound:
    """Return what every plan takes at least; the same for every call, in about two seconds.

    Nothing is known of problems with more than 1,200 stops (``too_large``), where nobody is
    there to be served (``nothing_to_serve``), and where no plan can serve all it must
    (``somebody_is_left_out``; that a bound is given does not mean that one can).
    """
    if not problem.shipments:
        return Bound(why_none=NoBound.NOTHING_TO_SERVE)
    if not problem.vehicles:
        if _required(problem).any():
            return Bound(why_none=NoBound.SOMEBODY_IS_LEFT_OUT)
        return Bound(vehicles=0, cost_cents=sum(s.unserved_cents or 0 for s in problem.shipments))
    stops = Stops.of(problem)
    if _is_too_large(problem, stops):
        return Bound(why_none=NoBound.TOO_LARGE)
    required = _required(problem)
    costs, closing, opening = _costs(problem, stops)
    cost = _least_cost(problem, stops, _turned(costs, closing, opening))
    if cost is None:
        return Bound(why_none=NoBound.SOMEBODY_IS_LEFT_OUT)
    vehicles = _fewest_vehicles(problem, stops, required)
    if required.all():
        cost = max(cost, _least_tree(costs, opening) + vehicles * int(closing.min()))
    if problem.objective is Objective.CENTS:
        return Bound(vehicles=vehicles, cost_cents=max(0, -(-cost // _UNITS_PER_CENT)))
    return Bound(vehicles=vehicles, distance_m=max(0, cost))


def _is_too_large(problem: Problem, stops: Stops) -> bool:
    if (
        len(stops) > _MOST_STOPS
        or problem.locations > _MOST_LOCATIONS
        or len(problem.vehicles) > _MOST_VEHICLES
        or len(_payers(problem, stops)) * len(stops) ** 2 > _MOST_ARCS
    ):
        return True
    numbers = [
        *(one.service_s for one in stops.activities),
        *problem.setup_s,
        *(shipment.unserved_cents or 0 for shipment in problem.shipments),
        *(int(t.durations_s.max(initial=0)) for t in problem.tables),
        *(int(t.distances_m.max(initial=0)) for t in problem.tables),
    ]
    for v in problem.vehicles:
        numbers += [v.shift.end_s, v.cents_per_km, v.cents_per_hour, v.cents_per_use]
    if max(numbers) >= _MOST:
        return True
    # One leg in money; a plan has two for each stop, and sums of them stay far below 63 bits.
    longest_m = max(int(t.distances_m.max(initial=0)) for t in problem.tables)
    longest_s = max(v.shift.end_s for v in problem.vehicles)
    dearest = max(36 * v.cents_per_km * longest_m + 10 * v.cents_per_hour * longest_s
                  for v in problem.vehicles)  # fmt: skip
    return dearest * 2 * (len(stops) + 1) >= NEVER


def _required(problem: Problem) -> _Bools:
    """Return by shipment whether a plan must serve it to be compared."""
    if problem.objective is not Objective.CENTS:
        return np.ones(len(problem.shipments), dtype=np.bool_)
    return np.array([one.unserved_cents is None for one in problem.shipments], dtype=np.bool_)


def _payers(problem: Problem, stops: Stops) -> list[Vehicle]:
    """Return one vehicle of each sort whose arcs cost differently."""
    money = problem.objective is Objective.CENTS
    sorts: dict[tuple[object, ...], Vehicle] = {}
    for one in problem.vehicles:
        places = (one.start, one.end) if stops.vehicle_located else ()
        prices = (one.cents_per_km, one.cents_per_hour) if money else ()
        sorts.setdefault((one.table, *places, *prices), one)
    return list(sorts.values())


def _costs(problem: Problem, stops: Stops) -> tuple[_Ints, _Ints, _Ints]:
    """Return what arcs, ends and begins of routes cost at least, in units of money or metres."""
    return np.where(stops.possible, _arc_costs(problem, stops), NEVER), *_ends(problem, stops)


def _turned(costs: _Ints, closing: _Ints, opening: _Ints) -> _Ints:
    """Return the costs of successors, be they the first stop of another route.

    Routes that end and routes that begin are equally many, so one that ends may be followed by any.
    """
    turned: _Ints = np.minimum(costs, np.minimum(closing[:, None] + opening, NEVER))
    return turned


def _least_cost(problem: Problem, stops: Stops, costs: _Ints) -> int | None:
    """Return the least cost of successors, None where some stop can have none."""
    if problem.objective is Objective.CENTS:
        costs = costs.copy()
        for stop, number in enumerate(stops.shipment.tolist()):
            price_cents = problem.shipments[number].unserved_cents
            if price_cents is not None:
                share = _HALF_CENT if stops.partner[stop] >= 0 else _UNITS_PER_CENT
                costs[stop, stop] = min(costs[stop, stop], price_cents * share)
    return _assigned(costs)


def _least_tree(costs: _Ints, opening: _Ints) -> int:
    """Return the least sum of ways that join all stops and the places where routes begin.

    The ways of a plan, but the last one of each route, join them without a circle.
    """
    size = len(opening) + 1
    both = np.full((size, size), NEVER, dtype=np.int64)
    both[1:, 1:] = np.minimum(costs, costs.T)
    both[0, 1:] = opening
    possible = both < NEVER
    # To the library a way of no length is none, so all grow, of which a tree has one number.
    longer = -min(0, int(both.min()))
    largest = int(np.where(possible, both, 0).max()) + longer
    coarse = max(1, -(-largest * size // _EXACT))
    weights = np.where(possible, (both + longer) // coarse + 1, 0).astype(np.float64)
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    tree = minimum_spanning_tree(csr_array(weights))
    return (int(tree.sum()) - (size - 1)) * coarse - longer * (size - 1)


def _arc_costs(problem: Problem, stops: Stops) -> _Ints:
    """Return what going from stop to stop and serving the second costs at least."""
    found = np.full((len(stops), len(stops)), NEVER, dtype=np.int64)
    money = problem.objective is Objective.CENTS
    for vehicle in _payers(problem, stops):
        places = stops.places(vehicle)
        table = problem.tables[vehicle.table]
        at = np.ix_(places, places)
        if money:
            took_s = table.durations_s[at] + stops.service_s
            took_s = took_s + np.where(places[:, None] != places, stops.setup_s[places], 0)
            costs = _units(vehicle, table.distances_m[at], took_s)
        else:
            costs = table.distances_m[at]
        np.minimum(found, np.where(table.durations_s[at] < 0, NEVER, costs), out=found)
    return found


def _units(vehicle: Vehicle, distances_m: _Ints, took_s: _Ints) -> _Ints:
    """Return money for ways, in units of 1/36,000 cent."""
    return distances_m * (36 * vehicle.cents_per_km) + took_s * (10 * vehicle.cents_per_hour)


def _ends(problem: Problem, stops: Stops) -> tuple[_Ints, _Ints]:
    """Return what ending a route after a stop costs at least, and beginning one with it."""
    closing = np.full(len(stops), NEVER, dtype=np.int64)
    opening = np.full(len(stops), NEVER, dtype=np.int64)
    money = problem.objective is Objective.CENTS
    sorts = {
        (v.table, v.start, v.end, v.cents_per_km, v.cents_per_hour, v.cents_per_use): v
        for v in problem.vehicles
    }
    for vehicle in sorts.values():
        places = stops.places(vehicle)
        table = problem.tables[vehicle.table]
        out_m, out_s = (m[vehicle.start, places] for m in (table.distances_m, table.durations_s))
        home_m = home_s = np.zeros(len(stops), dtype=np.int64)
        if vehicle.end is not None:
            home_m, home_s = (
                m[places, vehicle.end] for m in (table.distances_m, table.durations_s)
            )
        begins, ends = out_m, home_m
        if money:
            setup_s = np.where(places != vehicle.start, stops.setup_s[places], 0)
            begins = _units(vehicle, out_m, out_s + setup_s + stops.service_s)
            begins = begins + vehicle.cents_per_use * _UNITS_PER_CENT - _HALF_CENT
            ends = _units(vehicle, home_m, home_s)
        np.minimum(opening, np.where(out_s < 0, NEVER, begins), out=opening)
        np.minimum(closing, np.where(home_s < 0, NEVER, ends), out=closing)
    opening[~stops.opens_route] = NEVER
    closing[~stops.closes_route] = NEVER
    return closing, opening


def _assigned(costs: _Ints) -> int | None:
    """Return at most the least sum of one number in each row and column, none of them ``NEVER``."""
    impossible = costs >= NEVER
    largest = int(np.abs(np.where(impossible, 0, costs)).max(initial=0))
    # The duals of the method are sums of differences of costs: this many at most.
    coarse = max(1, -(-largest * 2 * len(costs) // _EXACT))
    weights = np.where(impossible, np.inf, costs // coarse)
    from scipy.optimize import linear_sum_assignment

    try:
        rows, columns = linear_sum_assignment(weights)
    except ValueError:
        # It says so in words only: "cost matrix is infeasible".
        return None
    return int((costs[rows, columns] // coarse).sum()) * coarse


def _fewest_vehicles(problem: Problem, stops: Stops, required: _Bools) -> int:
    if not required.any():
        return 0
    found = max(1, _clique(_strangers(stops), required))
    if not required.all():
        # Through whom a route leads is not known; the clique is made of the required alone.
        return found
    begins = stops.opens_route[None, :] & stops.closes_route[:, None]
    routes = np.where(begins, 1, NEVER)
    routes[stops.possible] = 0
    paths = _assigned(routes)
    return max(found, paths or 0, _by_time(problem, stops))


def _by_time(problem: Problem, stops: Stops) -> int:
    """Return how many vehicles the time of all ways, setups and services takes at least."""
    longest_s = max(
        min(
            v.shift.end_s - v.shift.start_s,
            NEVER if v.max_duration_s is None else v.max_duration_s,
        )
        for v in problem.vehicles
    )
    ways_s = np.where(stops.possible, stops.ways_s(chained=False), NEVER)
    opening = np.full(len(stops), NEVER, dtype=np.int64)
    closing = np.full(len(stops), NEVER, dtype=np.int64)
    for vehicle in stops.fleet:
        places = stops.places(vehicle)
        durations_s = problem.tables[vehicle.table].durations_s
        out_s = durations_s[vehicle.start, places]
        setup_s = np.where(places != vehicle.start, stops.setup_s[places], 0)
        np.minimum(opening, np.where(out_s < 0, NEVER, out_s + setup_s), out=opening)
        home_s = np.zeros(len(stops), dtype=np.int64)
        if vehicle.end is not None:
            home_s = durations_s[places, vehicle.end]
        np.minimum(closing, np.where(home_s < 0, NEVER, home_s), out=closing)
    opening[~stops.opens_route] = NEVER
    closing[~stops.closes_route] = NEVER
    np.minimum(ways_s, np.minimum(closing[:, None] + opening, NEVER), out=ways_s)
    work_s = _assigned(ways_s)
    if work_s is None or longest_s <= 0:
        return 0
    return -(-(work_s + int(stops.service_s.sum())) // longest_s)


def _strangers(stops: Stops) -> _Bools:
    """Return by shipment and shipment whether no route carries both."""
    count = len(stops.problem.shipments)
    together = np.zeros((count, count), dtype=np.bool_)
    ends = np.full((count, 2), -1, dtype=np.int64)
    ends[stops.shipment, np.where(stops.is_pickup, 0, 1)] = np.arange(len(stops))
    # A missing end is at the stop that is there: nothing is asked twice.
    ends[:, 0] = np.where(ends[:, 0] < 0, ends[:, 1], ends[:, 0])
    ends[:, 1] = np.where(ends[:, 1] < 0, ends[:, 0], ends[:, 1])
    first, last = stops.begins_s
    whole = stops.partner[ends[:, 0]] >= 0
    for places in combinations(range(4), 2):
        # Where the two ends of the one shipment stand among the four.
        others = [k for k in range(4) if k not in places]
        order = [(0, places.index(k)) if k in places else (1, others.index(k)) for k in range(4)]
        fits = np.ones((count, count), dtype=np.bool_)
        if places not in ((0, 1), (2, 3)):
            # Both on board at once; who has one end only may be on board all the way.
            fits &= ~(stops.crowded & whole[:, None] & whole)
        now_s = np.zeros((count, count), dtype=np.int64)
        before: _Ints | None = None
        for who, end in order:
            stop = ends[:, end][:, None] if who == 0 else ends[:, end][None, :]
            stop = np.broadcast_to(stop, (count, count))
            if before is not None:
                same = before == stop
                step_s = stops.service_s[before] + stops.chained_s[before, stop]
                now_s = now_s + np.where(same, 0, step_s)
            now_s = np.minimum(np.maximum(now_s, first[stop]), NEVER)
            fits &= now_s <= last[stop]
            before = stop
        together |= fits
    strangers = ~together | stops.apart
    np.fill_diagonal(strangers, False)
    return strangers


def _clique(adjacent: _Bools, members: _Bools) -> int:
    """Return the size of a large set of members all adjacent to one another, found greedily."""
    adjacent = adjacent & members[:, None] & members
    degree = adjacent.sum(axis=1)
    best = 0
    for begin in np.argsort(-degree, kind="stable")[:_CLIQUES].tolist():
        size, candidates = 1, adjacent[begin].copy()
        while candidates.any():
            inside = np.flatnonzero(candidates)
            links = adjacent[np.ix_(inside, inside)].sum(axis=1)
            chosen = inside[int(links.argmax())]
            candidates &= adjacent[chosen]
            size += 1
        best = max(best, size)
    return best
