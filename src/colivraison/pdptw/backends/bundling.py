"""Shipments that share both ends and can go together, taken for one.

Where hundreds of shipments go between tens of places, a search first learns more from moving
bundles than from moving shipments: there are fewer of them, and each move does more.  (Coarse
first, then fine: multilevel refinement, Walshaw 2004, DOI 10.1023/B:ANOR.0000039525.80601.15.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from colivraison.pdptw.problem import Activity, Objective, Problem, Shipment
from colivraison.pdptw.solution import Route, Solution, Visit
from colivraison.units import TimeWindow

__all__ = ["Bundles", "bundled"]

# A bundle leaves room, and time, for at least so many of its size.
_PARTS_OF_A_VEHICLE = 2
# A window in which a bundle can hardly be served is none.
_LEAST_WINDOW_S = 600
# Of the bundles between two places, a shipment is tried with so many, the newest ones.
_TRIED = 8
# A vehicle with more breaks is timed exactly only on short routes, and visits become more.
_MOST_BREAKS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """A problem whose shipments are bundles of another one's.

    Every plan of it stands for one of the other problem that is as valid and costs no more.  Only
    where somebody must be left out do they differ: a bundle counts for one there.

    Parameters
    ----------
    members
        By bundle, the shipments in it: picked up in this order, delivered in the reverse one.
    """

    problem: Problem
    members: tuple[tuple[int, ...], ...]

    def unbundled(self, solution: Solution) -> Solution:
        """Return the same solution in single shipments."""
        return Solution(
            routes=tuple(map(self._unbundled_route, solution.routes)),
            unassigned=tuple(sorted(self.shipments(solution.unassigned))),
        )

    def shipments(self, bundles: Sequence[int]) -> list[int]:
        """Return the shipments in some bundles."""
        return [shipment for bundle in bundles for shipment in self.members[bundle]]

    def _unbundled_route(self, route: Route) -> Route:
        visits: list[Visit] = []
        # By number of visits in bundles, that of single ones.
        reached = [0]
        for visit in route.visits:
            its = self.members[visit.shipment]
            visits += [
                Visit(shipment=shipment, is_pickup=visit.is_pickup)
                for shipment in (its if visit.is_pickup else reversed(its))
            ]
            reached.append(len(visits))
        taken = tuple(None if place is None else reached[place] for place in route.breaks)
        return Route(vehicle=route.vehicle, visits=tuple(visits), breaks=taken)


def bundled(problem: Problem) -> Bundles | None:
    """Return the shipments in bundles; None: not to be bundled.

    Only where money counts and nothing is fixed or grouped.  Shipments are left alone that may be
    left out, and a bundle of two or more takes at most half of the room and of the time of some
    vehicle that may carry it.
    """
    fixed = problem.locks or problem.groups or problem.reference is not None
    breaks = max((len(vehicle.breaks) for vehicle in problem.vehicles), default=0)
    if problem.objective is not Objective.CENTS or fixed or breaks > _MOST_BREAKS:
        return None
    room = _Room(problem)
    found: list[Shipment] = []
    members: list[list[int]] = []
    between: dict[object, list[int]] = {}
    for number, shipment in enumerate(problem.shipments):
        key = (
            _place(shipment.pickup),
            _place(shipment.delivery),
            shipment.load_class,
            shipment.skills,
            number if shipment.unserved_cents is not None else None,
        )
        tried = between.setdefault(key, [])
        for bundle in reversed(tried[-_TRIED:]):
            vehicles = _common(found[bundle], shipment)
            if not room.takes(found[bundle], shipment, vehicles):
                continue
            both = _together(found[bundle], shipment, vehicles, problem.setup_s)
            if both is not None:
                found[bundle] = both
                members[bundle].append(number)
                break
        else:
            tried.append(len(found))
            found.append(shipment)
            members.append([number])
    return Bundles(
        problem=replace(problem, shipments=tuple(found)), members=tuple(map(tuple, members))
    )


class _Room:
    """How much of a vehicle a bundle may take."""

    def __init__(self, problem: Problem) -> None:
        self._vehicles = problem.vehicles
        # By vehicles allowed, skills and load class: what each kind of vehicle holds, and how long.
        self._holds: dict[object, list[tuple[tuple[int, ...], int]]] = {}

    def takes(self, bundle: Shipment, more: Shipment, vehicles: frozenset[int] | None) -> bool:
        """Tell whether some vehicle can take a bundle with one more shipment twice over."""
        demand = tuple(a + b for a, b in zip(bundle.demand, more.demand, strict=True))
        service_s = sum(
            activity.service_s
            for one in (bundle, more)
            for activity in (one.pickup, one.delivery)
            if activity is not None
        )
        key = (vehicles, bundle.skills, bundle.load_class)
        if key not in self._holds:
            self._holds[key] = self._kinds(vehicles, bundle)
        return any(
            _PARTS_OF_A_VEHICLE * service_s <= shift_s
            and all(
                _PARTS_OF_A_VEHICLE * amount <= most
                for amount, most in zip(demand, capacity, strict=True)
            )
            for capacity, shift_s in self._holds[key]
        )

    def _kinds(
        self, vehicles: frozenset[int] | None, bundle: Shipment
    ) -> list[tuple[tuple[int, ...], int]]:
        kinds = set()
        for number in range(len(self._vehicles)) if vehicles is None else vehicles:
            vehicle = self._vehicles[number]
            if not bundle.skills <= vehicle.skills:
                continue
            capacity = vehicle.capacity
            if vehicle.compartments:
                usable = [
                    c.capacity for c in vehicle.compartments if bundle.load_class in c.classes
                ]
                inside = map(sum, zip(*usable, strict=True)) if usable else [0] * len(capacity)
                capacity = tuple(map(min, capacity, inside))
            kinds.add((capacity, vehicle.shift.end_s - vehicle.shift.start_s))
        return sorted(kinds, reverse=True)


def _place(activity: Activity | None) -> int | None:
    return None if activity is None else activity.location


def _common(bundle: Shipment, more: Shipment) -> frozenset[int] | None:
    """Return the vehicles that may carry both."""
    if bundle.vehicles is None or more.vehicles is None:
        return more.vehicles if bundle.vehicles is None else bundle.vehicles
    return bundle.vehicles & more.vehicles


def _together(
    bundle: Shipment, more: Shipment, vehicles: frozenset[int] | None, setup_s: Sequence[int]
) -> Shipment | None:
    """Return a bundle with one more shipment in it, None where there is no time for both.

    The new one is loaded last and unloaded first, so that it suits vehicles of either kind.
    """
    pickup, delivery = bundle.pickup, bundle.delivery
    # What the others wait for on board while it is loaded and unloaded.
    besides_s = 0
    if pickup is not None and more.pickup is not None:
        besides_s += more.pickup.service_s
        if (pickup := _one_after_the_other(pickup, more.pickup, setup_s)) is None:
            return None
    if delivery is not None and more.delivery is not None:
        besides_s += more.delivery.service_s
        if (delivery := _one_after_the_other(more.delivery, delivery, setup_s)) is None:
            return None
    limits_s = [] if more.max_on_board_s is None else [more.max_on_board_s]
    if bundle.max_on_board_s is not None:
        limits_s.append(bundle.max_on_board_s - besides_s)
    if min(limits_s, default=0) < 0:
        return None
    return replace(
        bundle,
        pickup=pickup,
        delivery=delivery,
        demand=tuple(a + b for a, b in zip(bundle.demand, more.demand, strict=True)),
        vehicles=vehicles,
        max_on_board_s=min(limits_s, default=None),
    )


def _one_after_the_other(
    first: Activity, second: Activity, setup_s: Sequence[int]
) -> Activity | None:
    """Return both as one activity; None where there is no time for both without a wait."""
    # Where the place depends on the vehicle, so does its setup.
    least_s = _LEAST_WINDOW_S + (setup_s[first.location] if first.location >= 0 else 0)
    windows = []
    for one in first.windows:
        for other in second.windows:
            start_s = max(one.start_s, other.start_s)
            end_s = min(one.end_s, other.end_s - first.service_s)
            if end_s - start_s >= least_s:
                windows.append(TimeWindow(start_s=start_s, end_s=end_s))
    if not windows:
        return None
    return replace(
        first, windows=tuple(sorted(windows)), service_s=first.service_s + second.service_s
    )
