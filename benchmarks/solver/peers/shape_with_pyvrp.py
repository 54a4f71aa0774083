"""PyVRP on the product's own shape, as near as its model comes.

What it has no word for, and how it is told:

- setup once per stop: in the matrix, on the way to every other place.  A window opens one setup
  late, also where no setup is needed (a van that begins the day at its own farm);
- days: the clock of every van-day begins at its own midnight, so that Thursday and Friday are one
  node with one window.  Where hours differ between days, or there are two windows a day, it is
  given the window that holds on most days, the longest of those; the other days are closed to it;
- vehicles that may not carry a shipment, and those of closed days: the shipment's two nodes cannot
  be reached in the travel table of those vehicles.

All of this only takes plans away: a plan of PyVRP's is one of ours, and is priced as such.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyvrp
from pyvrp.stop import MaxRuntime

from colivraison.pdptw import Activity, Problem, Route, Shipment, Solution, Visit
from colivraison.units import SECONDS_PER_DAY, TimeWindow

__all__ = ["solve"]

# 115 days, 10,000 km: longer than any shift.
_NO_WAY = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """One end of a shipment in the day's clock: where, when, on which days."""

    place: int
    opens_s: int
    closes_s: int
    service_s: int
    days: frozenset[int]


def solve(problem: Problem, *, budget_s: int, seed: int) -> tuple[Solution | None, float, int]:
    """Return PyVRP's plan or None where it is not feasible, its seconds and its iterations.

    The seconds hold what it does before its own clock starts: at 1,800 shipments, 12 s.
    """
    ends = [(_end(problem, s.pickup), _end(problem, s.delivery)) for s in problem.shipments]
    allowed = np.array(
        [_allowed(problem, s, *pair) for s, pair in zip(problem.shipments, ends, strict=True)]
    )
    # Vehicles that may carry the same shipments on the same roads share a travel table.
    kinds: dict[tuple[int, bytes], int] = {}
    profiles = [
        kinds.setdefault((vehicle.table, allowed[:, number].tobytes()), len(kinds))
        for number, vehicle in enumerate(problem.vehicles)
    ]
    examples = [profiles.index(profile) for profile in range(len(kinds))]
    # A node is a place together with the travel tables that lead there.
    depots = sorted(
        {v.start for v in problem.vehicles} | {_end_of(v.end) for v in problem.vehicles}
    )
    nodes: dict[tuple[int, bytes | None], int] = {
        (place, None): k for k, place in enumerate(depots)
    }
    at = [
        tuple(
            nodes.setdefault((end.place, allowed[number, examples].tobytes()), len(nodes))
            for end in pair
        )
        for number, pair in enumerate(ends)
    ]
    tables = [
        _matrices(problem, problem.vehicles[examples[profile]].table, list(nodes), profile)
        for profile in range(len(kinds))
    ]
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in nodes],
        clients=[],
        depots=[pyvrp.Depot(k) for k in range(len(depots))],
        vehicle_types=[
            _vehicle_type(problem, number, depots.index, profile)
            for number, profile in enumerate(profiles)
        ],
        distance_matrices=[metres for metres, _ in tables],
        duration_matrices=[seconds for _, seconds in tables],
        shipments=[
            _shipment(shipment, pair, where)
            for shipment, pair, where in zip(problem.shipments, ends, at, strict=True)
        ],
    )
    began = time.perf_counter()
    result = pyvrp.solve(data, MaxRuntime(budget_s), seed=seed, display=False, collect_stats=False)
    solution = _translated(result.best) if result.is_feasible() else None
    return solution, time.perf_counter() - began, result.num_iterations


def _end_of(place: int | None) -> int:
    assert place is not None, "the shape has no open ends"
    return place


def _end(problem: Problem, activity: Activity | None) -> _End:
    """Return the window of an end that holds on most days."""
    assert activity is not None, "the shape has no single ends"
    days: dict[TimeWindow, set[int]] = {}
    for window in activity.windows:
        day = window.start_s // SECONDS_PER_DAY
        shift_s = day * SECONDS_PER_DAY
        folded = TimeWindow(start_s=window.start_s - shift_s, end_s=window.end_s - shift_s)
        days.setdefault(folded, set()).add(day)
    best = max(days, key=lambda w: (len(days[w]), w.end_s - w.start_s, -w.start_s))
    setup_s = problem.setup_s[activity.location]
    return _End(
        place=activity.location,
        opens_s=best.start_s + setup_s,
        closes_s=best.end_s,
        service_s=activity.service_s,
        days=frozenset(days[best]),
    )


def _allowed(problem: Problem, shipment: Shipment, pickup: _End, delivery: _End) -> list[bool]:
    days = pickup.days & delivery.days
    return [
        (shipment.vehicles is None or number in shipment.vehicles)
        and vehicle.shift.start_s // SECONDS_PER_DAY in days
        for number, vehicle in enumerate(problem.vehicles)
    ]


def _matrices(
    problem: Problem, table: int, nodes: list[tuple[int, bytes | None]], profile: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return metres and seconds between nodes for one kind of vehicle."""
    places = np.array([place for place, _ in nodes])
    cut = np.ix_(places, places)
    metres = problem.tables[table].distances_m[cut].copy()
    seconds = problem.tables[table].durations_s[cut].copy()
    # Nothing is set up where a route ends.
    setup_s = np.array(
        [0 if pattern is None else problem.setup_s[place] for place, pattern in nodes]
    )
    seconds += np.where(places[:, None] != places[None, :], setup_s[None, :], 0)
    closed = np.array([pattern is not None and not pattern[profile] for _, pattern in nodes])
    no_way = (problem.tables[table].durations_s[cut] < 0) | closed[None, :] | closed[:, None]
    for matrix in (metres, seconds):
        matrix[no_way] = _NO_WAY
        np.fill_diagonal(matrix, 0)
    return metres, seconds


def _vehicle_type(
    problem: Problem, number: int, depot_of: Callable[[int], int], profile: int
) -> pyvrp.VehicleType:
    vehicle = problem.vehicles[number]
    midnight_s = vehicle.shift.start_s // SECONDS_PER_DAY * SECONDS_PER_DAY
    return pyvrp.VehicleType(
        num_available=1,
        capacity=list(vehicle.capacity),
        start_depot=depot_of(vehicle.start),
        end_depot=depot_of(_end_of(vehicle.end)),
        tw_early=vehicle.shift.start_s - midnight_s,
        tw_late=vehicle.shift.end_s - midnight_s,
        # 36,000 units a cent: metres and seconds cost whole numbers, as in `units.cost_cents`.
        fixed_cost=36_000 * vehicle.cents_per_use,
        unit_distance_cost=36 * vehicle.cents_per_km,
        unit_duration_cost=10 * vehicle.cents_per_hour,
        profile=profile,
    )


def _shipment(
    shipment: Shipment, ends: tuple[_End, _End], nodes: tuple[int, ...]
) -> pyvrp.Shipment:
    pickup, delivery = ends
    return pyvrp.Shipment(
        nodes[0],
        nodes[1],
        pickup_tw_early=pickup.opens_s,
        pickup_tw_late=pickup.closes_s,
        pickup_service_duration=pickup.service_s,
        delivery_tw_early=delivery.opens_s,
        delivery_tw_late=delivery.closes_s,
        delivery_service_duration=delivery.service_s,
        amount=list(shipment.demand),
    )


def _translated(best: pyvrp.Solution) -> Solution:
    is_pickup = {pyvrp.ActivityType.PICKUP: True, pyvrp.ActivityType.DELIVERY: False}
    return Solution(
        # A vehicle type is one vehicle.
        routes=tuple(
            Route(
                vehicle=route.vehicle_type(),
                visits=tuple(
                    Visit(shipment=step.idx, is_pickup=is_pickup[step.type])
                    for step in route.schedule()
                    if step.type in is_pickup
                ),
            )
            for route in best.routes()
        ),
        unassigned=(),
    )
