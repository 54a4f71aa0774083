"""Why a shipment was left out, in plain terms: it is tested alone in every vehicle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from colivraison.pdptw.complete import alone
from colivraison.pdptw.evaluate import Infeasible, Obstacle, location_of
from colivraison.pdptw.loads import fits_compartments
from colivraison.pdptw.problem import Activity, Objective, Problem, Shipment, Vehicle
from colivraison.pdptw.solution import Solution

__all__ = ["Reason", "ReasonKind", "why_unassigned"]


class ReasonKind(StrEnum):
    """What keeps a shipment out of every vehicle, from the bluntest to the mildest."""

    NO_VEHICLE_ALLOWED = "no_vehicle_allowed"
    SKILLS = "skills"
    CAPACITY = "capacity"
    COMPARTMENT = "compartment"
    WINDOWS_AND_SHIFTS = "windows_and_shifts"
    UNREACHABLE = "unreachable"
    DISTANCE_LIMIT = "distance_limit"
    TOO_FAR_IN_TIME = "too_far_in_time"
    TIME_ON_BOARD = "time_on_board"
    DURATION_LIMIT = "duration_limit"
    BREAKS = "breaks"
    OPTIONAL_TOO_DEAR = "optional_too_dear"
    GROUP_TOO_SMALL = "group_too_small"
    NO_ROOM_LEFT = "no_room_left"


# Some vehicle could carry it.
_MAY_GO = {ReasonKind.NO_ROOM_LEFT, ReasonKind.OPTIONAL_TOO_DEAR}
# The obstacles that a shipment alone on a vehicle with the skills and the room can meet, in the
# order in which `evaluate` looks for them.
_KINDS = {
    Obstacle.UNREACHABLE: ReasonKind.UNREACHABLE,
    Obstacle.MAX_DISTANCE: ReasonKind.DISTANCE_LIMIT,
    Obstacle.TIME: ReasonKind.TOO_FAR_IN_TIME,
    Obstacle.TIME_ON_BOARD: ReasonKind.TIME_ON_BOARD,
    Obstacle.MAX_DURATION: ReasonKind.DURATION_LIMIT,
    Obstacle.BREAK_MISSING: ReasonKind.BREAKS,
}
_MILDNESS = {obstacle: rank for rank, obstacle in enumerate(_KINDS)}


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
    the test passed by the vehicle that came furthest.  ``optional_too_dear`` says that no vehicle
    carries it alone for its price; ``group_too_small`` that a vehicle could, but not enough others
    of its group can go with any; ``no_room_left`` that some vehicle could, were it not for the
    other shipments or a lock.
    """
    # Equal shipments have one reason, and equal vehicles one outcome.
    kinds: dict[Vehicle, list[int]] = {}
    for number, vehicle in enumerate(problem.vehicles):
        kinds.setdefault(vehicle, []).append(number)
    known: dict[Shipment, Reason] = {}
    found: dict[int, Reason] = {}
    for number in solution.unassigned:
        shipment = problem.shipments[number]
        if shipment not in known:
            known[shipment] = _reason(problem, number, kinds.values())
        found[number] = known[shipment]
    for group in problem.groups:
        stays = {n for n in group.shipments if n in found and found[n].kind not in _MAY_GO}
        if group.lacks(set(group.shipments) - stays):
            small = Reason(kind=ReasonKind.GROUP_TOO_SMALL)
            found |= {n: small for n in group.shipments if n in found and n not in stays}
    return found


def _reason(problem: Problem, number: int, kinds: Iterable[list[int]]) -> Reason:
    shipment = problem.shipments[number]
    allowed = [
        some[0]
        for equal in kinds
        if (some := [v for v in equal if shipment.vehicles is None or v in shipment.vehicles])
    ]
    if not allowed:
        return Reason(kind=ReasonKind.NO_VEHICLE_ALLOWED)
    skilled = [v for v in allowed if shipment.skills <= problem.vehicles[v].skills]
    if not skilled:
        return Reason(kind=ReasonKind.SKILLS)
    wide = [v for v in skilled if _lacking(shipment, problem.vehicles[v]) is None]
    if not wide:
        return Reason(kind=ReasonKind.CAPACITY, dimension=_dimension(problem, shipment, skilled))
    parted = [v for v in wide if _placed(shipment, problem.vehicles[v])]
    if not parted:
        return Reason(kind=ReasonKind.COMPARTMENT)
    open_ = [v for v in parted if _meets(problem, shipment, problem.vehicles[v])]
    if not open_:
        return Reason(kind=ReasonKind.WINDOWS_AND_SHIFTS)
    return Reason(kind=_outcome(problem, number, open_))


def _outcome(problem: Problem, number: int, vehicles: list[int]) -> ReasonKind:
    """Return what the best of some vehicles comes to; the first that can ends the search."""
    price_cents = problem.shipments[number].unserved_cents
    obstacles: list[Obstacle] = []
    too_dear = False
    for vehicle in vehicles:
        outcome = alone(problem, vehicle, number)
        if isinstance(outcome, Infeasible):
            obstacles.append(_first_obstacle(problem, vehicle, number, outcome.obstacle))
        elif (
            problem.objective is Objective.CENTS
            and price_cents is not None
            and outcome[1].cost_cents > price_cents
        ):
            too_dear = True
        else:
            return ReasonKind.NO_ROOM_LEFT
    if too_dear:
        return ReasonKind.OPTIONAL_TOO_DEAR
    return _KINDS[max(obstacles, key=_MILDNESS.__getitem__)]


def _first_obstacle(problem: Problem, vehicle: int, number: int, found: Obstacle) -> Obstacle:
    """Return what keeps a shipment out of a vehicle: its time on board only where nothing else."""
    if found is not Obstacle.TIME_ON_BOARD:
        return found
    patient = replace(problem.shipments[number], max_on_board_s=None)
    by_itself = replace(
        problem, shipments=(patient,), groups=(), locks=(), reference=None, conflicts=()
    )
    outcome = alone(by_itself, vehicle, 0)
    return outcome.obstacle if isinstance(outcome, Infeasible) else found


def _lacking(shipment: Shipment, vehicle: Vehicle) -> int | None:
    for dimension, (amount, capacity) in enumerate(
        zip(shipment.demand, vehicle.capacity, strict=True)
    ):
        if amount > capacity:
            return dimension
    return None


def _placed(shipment: Shipment, vehicle: Vehicle) -> bool:
    return not vehicle.compartments or fits_compartments(
        vehicle.compartments, {shipment.load_class: shipment.demand}
    )


def _dimension(problem: Problem, shipment: Shipment, allowed: list[int]) -> int:
    vehicles = [problem.vehicles[v] for v in allowed]
    for dimension, amount in enumerate(shipment.demand):
        if all(amount > vehicle.capacity[dimension] for vehicle in vehicles):
            return dimension
    lacking = [_lacking(shipment, vehicle) for vehicle in vehicles]
    return max(dimension for dimension in lacking if dimension is not None)


def _meets(problem: Problem, shipment: Shipment, vehicle: Vehicle) -> bool:
    """Tell whether some window of each end lies in the shift, pickup not after delivery."""
    activities = [a for a in (shipment.pickup, shipment.delivery) if a is not None]
    common = [
        [window for w in activity.windows if (window := w.meet(vehicle.shift)) is not None]
        for activity in activities
    ]
    return (
        all(common)
        and all(_opens(problem, activity, vehicle) for activity in activities)
        and common[0][0].start_s <= common[-1][-1].end_s
    )


def _opens(problem: Problem, activity: Activity, vehicle: Vehicle) -> bool:
    """Tell whether the setup fits into some window (none is needed where the vehicle starts)."""
    there = location_of(vehicle, activity)
    setup_s = problem.setup_s[there] if there != vehicle.start else 0
    return any(w.start_s + setup_s <= w.end_s for w in activity.windows)
