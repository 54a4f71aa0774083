"""VROOM (pyvroom) on the same problem, scored by our own evaluator.

Its model differs in two points, both stated in the table's notes: a window holds the beginning of
setup there, so it is given windows shortened by the setup; and its cost per hour counts driving,
not waiting and serving, so its routes are priced again by `colivraison.pdptw.evaluate`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import vroom

from colivraison.pdptw import (
    Infeasible,
    Problem,
    Route,
    Solution,
    Visit,
    activity_of,
    check,
    evaluate,
    location_of,
)

__all__ = ["PeerResult", "solve_with_vroom"]

# 115 days, or 10,000 km: longer than any shift, and far from overflowing VROOM's sums.
_NO_WAY = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerResult:
    """What the peer found, at our prices."""

    cost_cents: int
    rounds: int
    unassigned: int
    seconds: float
    violations: int


def solve_with_vroom(problem: Problem, *, threads: int) -> PeerResult:
    """Return VROOM's best answer at exploration level 5, priced and checked by us."""
    began = time.perf_counter()
    asked = vroom.Input()
    for index, table in enumerate(problem.tables):
        asked.set_durations_matrix(f"p{index}", _without_gaps(table.durations_s))
        asked.set_distances_matrix(f"p{index}", _without_gaps(table.distances_m))
    # A skill stands for one set of vehicles: those in it have it, the shipments that need it ask.
    everybody = frozenset(range(len(problem.vehicles)))
    sets = sorted({s.vehicles or everybody for s in problem.shipments}, key=sorted)
    for number, vehicle in enumerate(problem.vehicles):
        asked.add_vehicle(
            vroom.Vehicle(
                number,
                start=vehicle.start,
                end=vehicle.end,
                profile=f"p{vehicle.table}",
                capacity=list(vehicle.capacity),
                skills={k for k, members in enumerate(sets) if number in members},
                time_window=vroom.TimeWindow(vehicle.shift.start_s, vehicle.shift.end_s),
                costs=vroom.VehicleCosts(
                    fixed=vehicle.cents_per_use,
                    per_hour=vehicle.cents_per_hour,
                    per_km=vehicle.cents_per_km,
                ),
            )
        )
    for number, shipment in enumerate(problem.shipments):
        asked.add_shipment(
            _step(problem, Visit(shipment=number, is_pickup=True)),
            _step(problem, Visit(shipment=number, is_pickup=False)),
            amount=vroom.Amount(list(shipment.demand)),
            skills={sets.index(shipment.vehicles or everybody)},
        )
    answer = asked.solve(exploration_level=5, nb_threads=threads)
    seconds = time.perf_counter() - began
    solution = _translated(problem, answer.routes)
    _require_ways(problem, solution)
    schedules = [evaluate(problem, route) for route in solution.routes]
    return PeerResult(
        cost_cents=sum(0 if isinstance(s, Infeasible) else s.cost_cents for s in schedules),
        rounds=len(solution.routes),
        unassigned=len(solution.unassigned),
        seconds=seconds,
        violations=len(check(problem, solution)),
    )


def _without_gaps(table: np.ndarray) -> np.ndarray:
    """Return a table with `_NO_WAY` where ours says -1, which is no unsigned number."""
    return np.where(table < 0, _NO_WAY, table).astype(np.uint32)


def _require_ways(problem: Problem, solution: Solution) -> None:
    """Raise where a round drives a way that does not exist."""
    for route in solution.routes:
        vehicle = problem.vehicles[route.vehicle]
        stops = [vehicle.start]
        stops += [location_of(vehicle, activity_of(problem, visit)) for visit in route.visits]
        stops += [vehicle.end] if vehicle.end is not None else []
        table = problem.tables[vehicle.table]
        for start, end in pairwise(stops):
            if table.durations_s[start, end] < 0 or table.distances_m[start, end] < 0:
                raise AssertionError(f"VROOM drives from {start} to {end}, where there is no way")


def _step(problem: Problem, visit: Visit) -> vroom.ShipmentStep:
    activity = activity_of(problem, visit)
    if activity.location < 0:
        raise ValueError("VROOM knows no place that depends on the vehicle")
    setup_s = problem.setup_s[activity.location]
    return vroom.ShipmentStep(
        visit.shipment,
        activity.location,
        default_setup=setup_s,
        default_service=activity.service_s,
        time_windows=[
            vroom.TimeWindow(window.start_s, window.end_s - setup_s)
            for window in activity.windows
            if window.end_s - setup_s >= window.start_s
        ],
    )


def _translated(problem: Problem, rows: object) -> Solution:
    """Return VROOM's table of steps as a solution."""
    visits: dict[int, list[Visit]] = {}
    for row in rows.to_dict("records"):  # type: ignore[attr-defined]  # a pandas table, untyped
        if row["type"] in {"pickup", "delivery"}:
            visits.setdefault(int(row["vehicle_id"]), []).append(
                Visit(shipment=int(row["id"]), is_pickup=row["type"] == "pickup")
            )
    served = {visit.shipment for route in visits.values() for visit in route}
    return Solution(
        routes=tuple(Route(vehicle=v, visits=tuple(visits[v])) for v in sorted(visits)),
        unassigned=tuple(n for n in range(len(problem.shipments)) if n not in served),
    )
