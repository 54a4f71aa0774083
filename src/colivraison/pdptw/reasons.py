"""Why a shipment was left out, in plain terms: it is tested alone in every vehicle."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from colivraison.pdptw.evaluate import Infeasible, Obstacle, evaluate
from colivraison.pdptw.problem import Activity, Problem, Shipment, Vehicle
from colivraison.pdptw.solution import Route, Solution, Visit

__all__ = ["Reason", "ReasonKind", "why_unassigned"]


class ReasonKind(StrEnum):
    """What keeps a shipment out of every vehicle, from the bluntest to the mildest."""

    NO_VEHICLE_ALLOWED = "no_vehicle_allowed"
    CAPACITY = "capacity"
    WINDOWS_AND_SHIFTS = "windows_and_shifts"
    UNREACHABLE = "unreachable"
    TOO_FAR_IN_TIME = "too_far_in_time"
    NO_ROOM_LEFT = "no_room_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a shipment was left out.

    Parameters
    ----------
    dimension
        For ``capacity``, the first load dimension in which the largest allowed vehicle is too
        small or, when every single dimension fits some vehicle, the first that the best-fitting
        vehicle lacks; None otherwise.
    """

    kind: ReasonKind
    dimension: int | None = None


def why_unassigned(problem: Problem, solution: Solution) -> dict[int, Reason]:
    """Return the reason for each shipment that a solution leaves out.

    A reason other than ``no_room_left`` holds for every allowed vehicle, empty: what is given is
    the test passed by the vehicle that came furthest.
    """
    return {number: _reason(problem, number) for number in solution.unassigned}


def _reason(problem: Problem, number: int) -> Reason:
    shipment = problem.shipments[number]
    allowed = [
        vehicle
        for vehicle in range(len(problem.vehicles))
        if shipment.vehicles is None or vehicle in shipment.vehicles
    ]
    if not allowed:
        return Reason(kind=ReasonKind.NO_VEHICLE_ALLOWED)
    wide = [v for v in allowed if _lacking(shipment, problem.vehicles[v]) is None]
    if not wide:
        return Reason(kind=ReasonKind.CAPACITY, dimension=_dimension(problem, shipment, allowed))
    open_ = [v for v in wide if _meets(problem, shipment, problem.vehicles[v])]
    if not open_:
        return Reason(kind=ReasonKind.WINDOWS_AND_SHIFTS)
    visits = (
        Visit(shipment=number, is_pickup=True),
        Visit(shipment=number, is_pickup=False),
    )
    outcomes = [evaluate(problem, Route(vehicle=v, visits=visits)) for v in open_]
    obstacles = [o.obstacle for o in outcomes if isinstance(o, Infeasible)]
    if len(obstacles) < len(outcomes):
        return Reason(kind=ReasonKind.NO_ROOM_LEFT)
    if all(obstacle is Obstacle.UNREACHABLE for obstacle in obstacles):
        return Reason(kind=ReasonKind.UNREACHABLE)
    return Reason(kind=ReasonKind.TOO_FAR_IN_TIME)


def _lacking(shipment: Shipment, vehicle: Vehicle) -> int | None:
    for dimension, (amount, capacity) in enumerate(
        zip(shipment.demand, vehicle.capacity, strict=True)
    ):
        if amount > capacity:
            return dimension
    return None


def _dimension(problem: Problem, shipment: Shipment, allowed: list[int]) -> int:
    vehicles = [problem.vehicles[v] for v in allowed]
    for dimension, amount in enumerate(shipment.demand):
        if all(amount > vehicle.capacity[dimension] for vehicle in vehicles):
            return dimension
    lacking = [_lacking(shipment, vehicle) for vehicle in vehicles]
    return max(dimension for dimension in lacking if dimension is not None)


def _meets(problem: Problem, shipment: Shipment, vehicle: Vehicle) -> bool:
    """Tell whether some window of each end lies in the shift, pickup not after delivery."""
    common = [
        [window for w in activity.windows if (window := w.meet(vehicle.shift)) is not None]
        for activity in (shipment.pickup, shipment.delivery)
    ]
    return (
        bool(common[0])
        and bool(common[1])
        and _opens(problem, shipment.pickup, vehicle)
        and _opens(problem, shipment.delivery, vehicle)
        and common[0][0].start_s <= common[1][-1].end_s
    )


def _opens(problem: Problem, activity: Activity, vehicle: Vehicle) -> bool:
    """Tell whether the setup fits into some window (none is needed where the vehicle starts)."""
    setup_s = problem.setup_s[activity.location] if activity.location != vehicle.start else 0
    return any(w.start_s + setup_s <= w.end_s for w in activity.windows)
