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

__all__ = ["Bundles", "bundles"]

# More of a vehicle than one part in so many is not moved at once.
_PARTS_OF_A_VEHICLE = 2
# A window in which a bundle can hardly be served is none.
_LEAST_WINDOW_S = 600
# Of the bundles between two places, a shipment is tried with so many, the newest ones.
_TRIED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundles:
    """A problem whose shipments are bundles of another one's.

    Every plan of it stands for one of the other problem that is as valid and costs no more.

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


def bundles(problem: Problem) -> Bundles | None:
    """Return the shipments in bundles; None: not to be bundled.

    Only where money counts and nothing is fixed.  Shipments are left alone that may be left out,
    and no bundle takes more than half of the largest vehicle that may carry it.
    """
    fixed = problem.locks or problem.reference is not None
    if problem.objective is not Objective.CENTS or fixed or not problem.vehicles:
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
        for bundle in tried[-_TRIED:]:
            both = _together(found[bundle], shipment)
            if both is not None and room.takes(both):
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
        self._capacity = [vehicle.capacity for vehicle in problem.vehicles]
        self._most: dict[frozenset[int] | None, tuple[int, ...]] = {}

    def takes(self, bundle: Shipment) -> bool:
        """Tell whether a bundle is small enough to be moved."""
        allowed = bundle.vehicles
        if allowed not in self._most:
            vehicles = range(len(self._capacity)) if allowed is None else sorted(allowed)
            columns = zip(*(self._capacity[vehicle] for vehicle in vehicles), strict=True)
            self._most[allowed] = tuple(map(max, columns))
        return all(
            _PARTS_OF_A_VEHICLE * amount <= most
            for amount, most in zip(bundle.demand, self._most[allowed], strict=True)
        )


def _place(activity: Activity | None) -> int | None:
    return None if activity is None else activity.location


def _together(bundle: Shipment, more: Shipment) -> Shipment | None:
    """Return a bundle with one more shipment in it, None where they cannot go together.

    The new one is loaded last and unloaded first, so that it suits vehicles of either kind.
    """
    vehicles = bundle.vehicles
    if more.vehicles is not None:
        vehicles = more.vehicles if vehicles is None else vehicles & more.vehicles
    if vehicles is not None and not vehicles:
        return None
    pickup, delivery = bundle.pickup, bundle.delivery
    # What the others wait for on board while it is loaded and unloaded.
    besides_s = 0
    if pickup is not None and more.pickup is not None:
        besides_s += more.pickup.service_s
        if (pickup := _one_after_the_other(pickup, more.pickup)) is None:
            return None
    if delivery is not None and more.delivery is not None:
        besides_s += more.delivery.service_s
        if (delivery := _one_after_the_other(more.delivery, delivery)) is None:
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


def _one_after_the_other(first: Activity, second: Activity) -> Activity | None:
    """Return both as one activity; None where there is no time for both without a wait."""
    windows = []
    for one in first.windows:
        for other in second.windows:
            start_s = max(one.start_s, other.start_s)
            end_s = min(one.end_s, other.end_s - first.service_s)
            if end_s - start_s >= _LEAST_WINDOW_S:
                windows.append(TimeWindow(start_s=start_s, end_s=end_s))
    if not windows:
        return None
    return replace(
        first, windows=tuple(sorted(windows)), service_s=first.service_s + second.service_s
    )
