"""What a route becomes in time, distance and money: slow, plain, and the reference for the rest.

Every faster evaluator is held against this one.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum

from colivraison import units
from colivraison.pdptw.problem import Activity, Problem, Vehicle
from colivraison.pdptw.solution import Route, Solution, Visit

__all__ = [
    "Infeasible",
    "Obstacle",
    "Schedule",
    "TimedVisit",
    "activity_of",
    "evaluate",
    "solution_cost_cents",
]


class Obstacle(StrEnum):
    """The first thing that makes a route impossible."""

    ORDER = "order"
    VEHICLE_NOT_ALLOWED = "vehicle_not_allowed"
    CAPACITY = "capacity"
    UNREACHABLE = "unreachable"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Infeasible:
    """A route that cannot be driven.

    Parameters
    ----------
    obstacle
        Why not.
    visit
        Index of the visit where it shows; None where it shows only on the way to the end.
    """

    obstacle: Obstacle
    visit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedVisit:
    """One visit in time.

    Parameters
    ----------
    arrival_s
        Reaching the location, or the end of the previous service where the place is the same.
    work_begin_s
        When the setup begins, or the service where there is none.
    service_begin_s, departure_s
        The service, its end excluded from waiting: the vehicle leaves at once.
    load
        On board after the visit, in each dimension.
    """

    visit: Visit
    arrival_s: int
    work_begin_s: int
    service_begin_s: int
    departure_s: int
    load: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A route in time: the one of least paid duration, the earliest end among equals."""

    vehicle: int
    start_s: int
    end_s: int
    duration_s: int
    waiting_s: int
    distance_m: int
    cost_cents: int
    visits: tuple[TimedVisit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    """The way to an activity and the work there; ``begins`` are the allowed service begins."""

    travel_s: int
    setup_s: int
    service_s: int
    begins: tuple[tuple[int, int], ...]


def activity_of(problem: Problem, visit: Visit) -> Activity:
    """Return the activity that a visit performs."""
    shipment = problem.shipments[visit.shipment]
    return shipment.pickup if visit.is_pickup else shipment.delivery


def evaluate(problem: Problem, route: Route) -> Schedule | Infeasible:
    """Return the schedule of least paid duration of a route, or why there is none.

    Notes
    -----
    Let ``f(d)`` be the earliest end of the route when it leaves at ``d``.  Driving and serving add
    constants and waiting takes the next allowed begin, so ``f`` is a composition of
    non-decreasing maps, each of slope 1 inside a window and 0 before it, jumping up behind a
    window's end.  Hence ``f`` is piecewise of slope 0 or 1 and non-decreasing, and every piece is
    closed on the right.  The paid duration is ``f(d) - d``:

    - on a piece of slope 0 (somebody waits) it falls, so only the right end of the piece counts;
      leaving there is allowed by the shift whenever leaving anywhere on the piece is, unless the
      shift ends first, which cannot be, the end being the same and not before leaving;
    - on a piece of slope 1 (nobody waits) it is constant, so the earliest end is at its left end,
      which is the shift's start or the right end of a piece of slope 0: behind a jump somebody
      waits for the window that was jumped to.

    At the right end of a piece of slope 0 some activity, with no wait before it, begins exactly at
    the start of a window (the wait has shrunk to nothing) or at its end (one second later it is
    missed).  So the shift's start and, for every activity and every window bound, the departure
    that reaches it without any wait are all the candidates there are.
    """
    vehicle = problem.vehicles[route.vehicle]
    loads = _loads(problem, route, vehicle)
    if isinstance(loads, Infeasible):
        return loads
    legs = _legs(problem, route, vehicle)
    if isinstance(legs, Infeasible):
        return legs
    to_end_s, distance_m, steps = legs

    candidates = {vehicle.shift.start_s}
    offset_s = 0
    for step in steps:
        offset_s += step.travel_s + step.setup_s
        candidates.update(bound - offset_s for begin in step.begins for bound in begin)
        offset_s += step.service_s

    best: tuple[int, int, int] | None = None
    stuck: int | None = 0
    for start_s in sorted(candidates):
        if not vehicle.shift.start_s <= start_s <= vehicle.shift.end_s:
            continue
        begins = _begins(start_s, steps)
        if len(begins) < len(steps):
            stuck = max(stuck or 0, len(begins))
            continue
        end_s = (begins[-1] + steps[-1].service_s if steps else start_s) + to_end_s
        if end_s > vehicle.shift.end_s:
            stuck = None
            continue
        key = (end_s - start_s, end_s, start_s)
        best = key if best is None else min(best, key)
    if best is None:
        return Infeasible(obstacle=Obstacle.TIME, visit=stuck)

    duration_s, end_s, start_s = best
    visits, now_s = [], start_s
    for visit, step, begin_s, load in zip(
        route.visits, steps, _begins(start_s, steps), loads, strict=True
    ):
        visits.append(
            TimedVisit(
                visit=visit,
                arrival_s=now_s + step.travel_s,
                work_begin_s=begin_s - step.setup_s,
                service_begin_s=begin_s,
                departure_s=begin_s + step.service_s,
                load=load,
            )
        )
        now_s = begin_s + step.service_s
    return Schedule(
        vehicle=route.vehicle,
        start_s=start_s,
        end_s=end_s,
        duration_s=duration_s,
        waiting_s=sum(timed.work_begin_s - timed.arrival_s for timed in visits),
        distance_m=distance_m,
        cost_cents=units.cost_cents(
            distance_m=distance_m,
            duration_s=duration_s,
            cents_per_use=vehicle.cents_per_use,
            cents_per_km=vehicle.cents_per_km,
            cents_per_hour=vehicle.cents_per_hour,
        ),
        visits=tuple(visits),
    )


def solution_cost_cents(problem: Problem, solution: Solution) -> int:
    """Return what all routes cost together.

    Raises
    ------
    ValueError
        When a route cannot be driven.
    """
    total = 0
    for route in solution.routes:
        schedule = evaluate(problem, route)
        if isinstance(schedule, Infeasible):
            raise ValueError(f"the route of vehicle {route.vehicle} fails: {schedule.obstacle}")  # noqa: TRY004
        total += schedule.cost_cents
    return total


def _loads(
    problem: Problem, route: Route, vehicle: Vehicle
) -> tuple[tuple[int, ...], ...] | Infeasible:
    load = (0,) * len(vehicle.capacity)
    on_board: set[int] = set()
    seen: set[int] = set()
    after = []
    for index, visit in enumerate(route.visits):
        shipment = problem.shipments[visit.shipment]
        if shipment.vehicles is not None and route.vehicle not in shipment.vehicles:
            return Infeasible(obstacle=Obstacle.VEHICLE_NOT_ALLOWED, visit=index)
        if visit.is_pickup == (visit.shipment in (seen if visit.is_pickup else on_board)):
            return Infeasible(obstacle=Obstacle.ORDER, visit=index)
        if visit.is_pickup:
            seen.add(visit.shipment)
            on_board.add(visit.shipment)
            load = tuple(a + b for a, b in zip(load, shipment.demand, strict=True))
        else:
            on_board.remove(visit.shipment)
            load = tuple(a - b for a, b in zip(load, shipment.demand, strict=True))
        if any(a > b for a, b in zip(load, vehicle.capacity, strict=True)):
            return Infeasible(obstacle=Obstacle.CAPACITY, visit=index)
        after.append(load)
    if on_board:
        return Infeasible(obstacle=Obstacle.ORDER, visit=None)
    return tuple(after)


def _legs(
    problem: Problem, route: Route, vehicle: Vehicle
) -> tuple[int, int, list[_Leg]] | Infeasible:
    table = problem.tables[vehicle.table]
    here, distance_m = vehicle.start, 0
    steps = []
    for index, visit in enumerate(route.visits):
        activity = activity_of(problem, visit)
        there = activity.location
        if table.durations_s[here, there] < 0:
            return Infeasible(obstacle=Obstacle.UNREACHABLE, visit=index)
        setup_s = problem.setup_s[there] if there != here else 0
        steps.append(
            _Leg(
                travel_s=int(table.durations_s[here, there]),
                setup_s=setup_s,
                service_s=activity.service_s,
                begins=tuple(
                    (window.start_s + setup_s, window.end_s)
                    for window in activity.windows
                    if window.start_s + setup_s <= window.end_s
                ),
            )
        )
        distance_m += int(table.distances_m[here, there])
        here = there
    if table.durations_s[here, vehicle.end] < 0:
        return Infeasible(obstacle=Obstacle.UNREACHABLE, visit=None)
    distance_m += int(table.distances_m[here, vehicle.end])
    return int(table.durations_s[here, vehicle.end]), distance_m, steps


def _begins(start_s: int, steps: list[_Leg]) -> list[int]:
    """Return the earliest service begins when leaving at ``start_s``, up to the first miss."""
    now_s, begins = start_s, []
    for step in steps:
        ready_s = now_s + step.travel_s + step.setup_s
        slot = bisect_left(step.begins, ready_s, key=lambda begin: begin[1])
        if slot == len(step.begins):
            break
        begins.append(max(ready_s, step.begins[slot][0]))
        now_s = begins[-1] + step.service_s
    return begins
