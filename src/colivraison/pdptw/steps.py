"""A route as a chain of steps, each with the moments at which its work may begin.

The steps are the departure, the visits and breaks in their order, and the end.
"""

from __future__ import annotations

from dataclasses import dataclass

from colivraison.pdptw.problem import VEHICLE_END, VEHICLE_START, Activity, Problem, Vehicle
from colivraison.pdptw.schedule import Infeasible, Obstacle
from colivraison.pdptw.solution import Route, Visit

__all__ = ["Chain", "Limit", "Step", "activity_of", "chain_of", "location_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing after another.

    Parameters
    ----------
    travel_s, setup_s
        From the end of the work of the step before to the earliest begin of this one's.
    work_s
        The service or the break; 0 for the departure and the end.
    begins
        Closed intervals in which the work may begin, sorted and disjoint.
    visit
        Index of the visit, None where it is none.
    after
        For a break, the visits made before it.
    number
        For a break, its index in the vehicle's.
    """

    travel_s: int = 0
    setup_s: int = 0
    work_s: int = 0
    begins: tuple[tuple[int, int], ...]
    visit: int | None = None
    after: int = 0
    number: int | None = None

    @property
    def lead_s(self) -> int:
        """Travel and setup."""
        return self.travel_s + self.setup_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """From the end of the work of one step to the begin of a later one at most so long."""

    first: int
    last: int
    at_most_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """All steps of a route, its limits of time on board, and its distance."""

    steps: tuple[Step, ...]
    limits: tuple[Limit, ...]
    distance_m: int


def activity_of(problem: Problem, visit: Visit) -> Activity:
    """Return the activity that a visit performs.

    Raises
    ------
    ValueError
        When the shipment has no such end.
    """
    shipment = problem.shipments[visit.shipment]
    activity = shipment.pickup if visit.is_pickup else shipment.delivery
    if activity is None:
        end = "pickup" if visit.is_pickup else "delivery"
        raise ValueError(f"shipment {visit.shipment} has no {end}")
    return activity


def location_of(vehicle: Vehicle, activity: Activity) -> int:
    """Return the location of an activity for a vehicle.

    Raises
    ------
    ValueError
        When it is the end of a vehicle that has none.
    """
    if activity.location == VEHICLE_START:
        return vehicle.start
    if activity.location == VEHICLE_END:
        if vehicle.end is None:
            raise ValueError("an activity at the vehicle's end needs an end")
        return vehicle.end
    return activity.location


def chain_of(problem: Problem, route: Route) -> Chain | Infeasible:
    """Return the steps of a route whose visits stand in a possible order."""
    vehicle = problem.vehicles[route.vehicle]
    table = problem.tables[vehicle.table]
    taken = _breaks_by_place(vehicle, route)
    if isinstance(taken, Infeasible):
        return taken
    shift = (vehicle.shift.start_s, vehicle.shift.end_s)
    steps = [Step(begins=((shift[0], shift[0]) if vehicle.leaves_at_once else shift,))]
    steps += taken[0]
    here, distance_m = vehicle.start, 0
    for index, visit in enumerate(route.visits):
        activity = activity_of(problem, visit)
        there = location_of(vehicle, activity)
        travel_s = int(table.durations_s[here, there])
        if travel_s < 0:
            return Infeasible(obstacle=Obstacle.UNREACHABLE, visit=index)
        distance_m += int(table.distances_m[here, there])
        setup_s = problem.setup_s[there] if there != here else 0
        steps.append(
            Step(
                travel_s=travel_s,
                setup_s=setup_s,
                work_s=activity.service_s,
                begins=tuple(
                    (window.start_s + setup_s, window.end_s)
                    for window in activity.windows
                    if window.start_s + setup_s <= window.end_s
                ),
                visit=index,
            )
        )
        steps += taken[index + 1]
        here = there
    home_s = 0
    if vehicle.end is not None:
        home_s = int(table.durations_s[here, vehicle.end])
        if home_s < 0:
            return Infeasible(obstacle=Obstacle.UNREACHABLE, visit=None)
        distance_m += int(table.distances_m[here, vehicle.end])
    steps.append(Step(travel_s=home_s, begins=(shift,)))
    if vehicle.max_distance_m is not None and distance_m > vehicle.max_distance_m:
        return Infeasible(obstacle=Obstacle.MAX_DISTANCE, visit=None)
    return Chain(steps=tuple(steps), limits=_limits(problem, route, steps), distance_m=distance_m)


def _breaks_by_place(vehicle: Vehicle, route: Route) -> list[list[Step]] | Infeasible:
    """Return the breaks taken after no visit, after the first, and so on."""
    places: list[list[Step]] = [[] for _ in range(len(route.visits) + 1)]
    if len(route.breaks) not in {0, len(vehicle.breaks)}:
        return Infeasible(obstacle=Obstacle.BREAK_UNKNOWN, visit=None)
    for number, after in enumerate(route.breaks):
        if after is None:
            continue
        if not 0 <= after <= len(route.visits):
            return Infeasible(obstacle=Obstacle.BREAK_UNKNOWN, visit=None)
        rest = vehicle.breaks[number]
        places[after].append(
            Step(
                work_s=rest.duration_s,
                begins=tuple((window.start_s, window.end_s) for window in rest.windows),
                after=after,
                number=number,
            )
        )
    return places


def _limits(problem: Problem, route: Route, steps: list[Step]) -> tuple[Limit, ...]:
    """Return the limits of time on board: from leaving, or until the end, for single ends."""
    ends: dict[int, list[int]] = {}
    for place, step in enumerate(steps):
        if step.visit is not None:
            visit = route.visits[step.visit]
            if problem.shipments[visit.shipment].max_on_board_s is not None:
                ends.setdefault(visit.shipment, [0, len(steps) - 1])[not visit.is_pickup] = place
    return tuple(
        Limit(first=first, last=last, at_most_s=problem.shipments[number].max_on_board_s or 0)
        for number, (first, last) in ends.items()
    )
