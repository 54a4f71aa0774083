"""What a route becomes in time, distance and money, and a solution in money.

Slow, plain, and the reference for the rest: every faster evaluator is held against this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from colivraison import units
from colivraison.pdptw.loads import loads_along
from colivraison.pdptw.problem import Objective, Problem, Vehicle
from colivraison.pdptw.schedule import Infeasible, Obstacle, Schedule, TimedBreak, TimedVisit
from colivraison.pdptw.solution import Route, Solution, Visit
from colivraison.pdptw.steps import Step, activity_of, chain_of, location_of
from colivraison.pdptw.timing import shortest_times

__all__ = [
    "Infeasible",
    "Obstacle",
    "Schedule",
    "TimedBreak",
    "TimedVisit",
    "activity_of",
    "evaluate",
    "left_out_cents",
    "location_of",
    "objective_key",
    "reference_cents",
    "solution_cost_cents",
]


def evaluate(problem: Problem, route: Route) -> Schedule | Infeasible:
    """Return the schedule of least paid duration of a route, or why there is none.

    Everything that concerns one route counts: order, vehicle, loads, conflicts, distance, time,
    breaks.  Locks concern a solution: see `check`.  How the time is found: see `timing`.
    """
    loads = loads_along(problem, route)
    if isinstance(loads, Infeasible):
        return loads
    chain = chain_of(problem, route)
    if isinstance(chain, Infeasible):
        return chain
    times = shortest_times(chain)
    if isinstance(times, Infeasible):
        return times
    vehicle = problem.vehicles[route.vehicle]
    duration_s = times[-1] - times[0]
    too_long = _too_long(vehicle, route, duration_s)
    if too_long is not None:
        return Infeasible(obstacle=too_long, visit=None)
    regular_s = duration_s if vehicle.regular_s is None else vehicle.regular_s
    overtime_s = max(0, duration_s - regular_s)
    visits, breaks = _timed(route, chain.steps, times, loads)
    return Schedule(
        vehicle=route.vehicle,
        start_s=times[0],
        end_s=times[-1],
        duration_s=duration_s,
        waiting_s=duration_s - sum(step.lead_s + step.work_s for step in chain.steps),
        distance_m=chain.distance_m,
        cost_cents=units.cost_cents(
            distance_m=chain.distance_m,
            duration_s=duration_s,
            cents_per_use=vehicle.cents_per_use,
            cents_per_km=vehicle.cents_per_km,
            cents_per_hour=vehicle.cents_per_hour,
            overtime_s=overtime_s,
            cents_per_overtime_hour=vehicle.cents_per_overtime_hour,
        ),
        visits=visits,
        overtime_s=overtime_s,
        breaks=breaks,
    )


def _too_long(vehicle: Vehicle, route: Route, duration_s: int) -> Obstacle | None:
    """Return what the least duration breaks: the vehicle's limit, or that of a break left out.

    The paid duration of a route "without counting the break" is, where the break is not taken,
    simply its duration.
    """
    if vehicle.max_duration_s is not None and duration_s > vehicle.max_duration_s:
        return Obstacle.MAX_DURATION
    places = route.breaks or (None,) * len(vehicle.breaks)
    for rest, place in zip(vehicle.breaks, places, strict=True):
        if place is None and duration_s > rest.beyond_s:
            return Obstacle.BREAK_MISSING
    return None


def _timed(
    route: Route, steps: Sequence[Step], times: Sequence[int], loads: Sequence[tuple[int, ...]]
) -> tuple[tuple[TimedVisit, ...], tuple[TimedBreak, ...]]:
    visits: list[TimedVisit] = []
    breaks: list[TimedBreak] = []
    now_s = times[0]
    for step, begin_s in zip(steps[1:-1], times[1:-1], strict=True):
        if step.visit is not None:
            visits.append(
                TimedVisit(
                    visit=route.visits[step.visit],
                    arrival_s=now_s + step.travel_s,
                    work_begin_s=begin_s - step.setup_s,
                    service_begin_s=begin_s,
                    departure_s=begin_s + step.work_s,
                    load=loads[step.visit],
                )
            )
        elif step.number is not None:
            breaks.append(
                TimedBreak(
                    number=step.number,
                    after=step.after,
                    ready_s=now_s,
                    begin_s=begin_s,
                    end_s=begin_s + step.work_s,
                )
            )
        now_s = begin_s + step.work_s
    return tuple(visits), tuple(breaks)


def solution_cost_cents(problem: Problem, solution: Solution) -> int:
    """Return what a solution costs: its routes, the optional shipments left out, the changes.

    Every route is rounded by itself.

    Raises
    ------
    ValueError
        When a route cannot be driven.
    """
    return (
        sum(schedule.cost_cents for schedule in _schedules(problem, solution))
        + left_out_cents(problem, solution)
        + reference_cents(problem, solution)
    )


def left_out_cents(problem: Problem, solution: Solution) -> int:
    """Return the prices of the optional shipments that a solution leaves out."""
    return sum(problem.shipments[number].unserved_cents or 0 for number in solution.unassigned)


def reference_cents(problem: Problem, solution: Solution) -> int:
    """Return the price of the changes against the plan of reference; 0 where there is none."""
    reference = problem.reference
    if reference is None:
        return 0
    carried_by = {
        visit.shipment: route.vehicle for route in solution.routes for visit in route.visits
    }
    planned_by = {
        visit.shipment: route.vehicle
        for route in reference.solution.routes
        for visit in route.visits
    }
    moved = sum(carried_by.get(number, by) != by for number, by in planned_by.items())
    broken = len(_successions(reference.solution) - _successions(solution))
    return (
        moved * reference.cents_per_other_vehicle + broken * reference.cents_per_broken_succession
    )


def _successions(solution: Solution) -> set[tuple[Visit, Visit]]:
    return {pair for route in solution.routes for pair in pairwise(route.visits)}


def objective_key(problem: Problem, solution: Solution) -> tuple[int, ...]:
    """Return what a search makes least: the smaller, the better.

    Returns
    -------
    tuple of int
        By ``problem.objective``: required shipments left out, cents; or all shipments left out,
        vehicles, metres; or all shipments left out, metres.

    Raises
    ------
    ValueError
        When a route cannot be driven.
    """
    if problem.objective is Objective.CENTS:
        required = sum(
            problem.shipments[number].unserved_cents is None for number in solution.unassigned
        )
        return required, solution_cost_cents(problem, solution)
    left_out = len(solution.unassigned)
    distance_m = sum(schedule.distance_m for schedule in _schedules(problem, solution))
    if problem.objective is Objective.VEHICLES_THEN_DISTANCE:
        return left_out, len(solution.routes), distance_m
    return left_out, distance_m


def _schedules(problem: Problem, solution: Solution) -> list[Schedule]:
    found: list[Schedule] = []
    for route in solution.routes:
        schedule = evaluate(problem, route)
        if isinstance(schedule, Infeasible):
            # A route of the right type and the wrong content.
            raise ValueError(f"the route of vehicle {route.vehicle} fails: {schedule.obstacle}")  # noqa: TRY004 - its value is wrong, not its type
        found.append(schedule)
    return found
