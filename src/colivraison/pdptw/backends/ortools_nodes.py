"""The visits of a problem as nodes of OR-Tools' routing library.

A node is a visit at one place inside one window on the vehicles' own clocks, open to the vehicles
for which place and window are the same.  A visit has several *alternative* nodes, of which one is
visited, where it has several windows, where vehicles' days differ, or where its place is the
vehicle's start or end.

The time variable of a node knows no predecessor, so a window as a rule opens ``setup_s`` late, also
for a visit that needs no setup because the vehicle is already there.  Where that could matter and
the problem is small (or the visit locked), a visit has one node to be reached from elsewhere and
one to be reached from the same place.

A search that stands in one alternative seldom finds its way into another, so small problems are
also searched with all windows of a visit in one node (of a locked visit: one node for each way of
arriving; it cannot be left out, so no model may be too narrow for it).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from colivraison.pdptw.evaluate import location_of
from colivraison.pdptw.loads import fits_compartments
from colivraison.pdptw.problem import Activity, LockKind, Problem, Shipment
from colivraison.pdptw.solution import Visit
from colivraison.units import SECONDS_PER_DAY

__all__ = ["Arrival", "Ends", "Node", "Scope", "Style", "ends_of", "midnight_s", "whole"]

# Up to so many shipments every visit may have a node for each way of arriving.
_SMALL = 8

# Windows on a vehicle's clock (from, to), place, way of arriving.
_Slot = tuple[tuple[tuple[int, int], ...], int, "Arrival"]


class Style(StrEnum):
    """How a small problem becomes nodes; larger ones are always `WINDOWS`, see the module."""

    WINDOWS = "windows"
    STANDING = "standing"
    MERGED = "merged"


class Arrival(StrEnum):
    """From where a node may be reached."""

    ANY = "any"
    MOVING = "moving"
    STANDING = "standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A visit at one place inside its windows, as a rule one, on the vehicles' own clocks.

    Parameters
    ----------
    windows
        From, to: the service begins in one of them.
    vehicles
        Who may make it, as places in ``Scope.vehicles``.
    """

    visit: Visit
    location: int
    windows: tuple[tuple[int, int], ...]
    vehicles: tuple[int, ...]
    arrival: Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The nodes of a shipment; a side is empty where the shipment has no such end."""

    shipment: int
    pickups: tuple[Node, ...]
    deliveries: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What of a problem is searched; the rest stands still.

    Parameters
    ----------
    vehicles, shipments
        Numbers in the problem; the shipments in the order in which the model numbers them.
    served_elsewhere
        Those of other vehicles.
    """

    problem: Problem
    vehicles: tuple[int, ...]
    shipments: tuple[int, ...]
    served_elsewhere: frozenset[int] = frozenset()

    @property
    def locked_on(self) -> dict[int, int]:
        """The vehicle of each shipment some visit of which is locked."""
        return {
            visit.shipment: lock.vehicle for lock in self.problem.locks for visit in lock.visits
        }

    @property
    def closed(self) -> dict[int, frozenset[int]]:
        """The shipments of each vehicle whose route is locked."""
        return {
            lock.vehicle: frozenset(visit.shipment for visit in lock.visits)
            for lock in self.problem.locks
            if lock.kind is LockKind.ROUTE
        }


def whole(problem: Problem) -> Scope:
    """Return everything as a scope."""
    return Scope(
        problem=problem,
        vehicles=tuple(range(len(problem.vehicles))),
        shipments=tuple(range(len(problem.shipments))),
    )


def midnight_s(problem: Problem, vehicle: int) -> int:
    """Return when the clock of a vehicle shows 0: midnight of the day its shift begins."""
    return problem.vehicles[vehicle].shift.start_s // SECONDS_PER_DAY * SECONDS_PER_DAY


def ends_of(scope: Scope, style: Style) -> list[Ends]:
    """Return the nodes of all shipments that somebody can serve.

    Rules, sizes and hours rule vehicles out here.  Roads are left to the search: a place without a
    way from a vehicle's start may have one from elsewhere.
    """
    maker = _Maker(scope, style)
    found = (maker.ends(shipment) for shipment in scope.shipments)
    return [ends for ends in found if ends is not None]


class _Maker:
    def __init__(self, scope: Scope, style: Style) -> None:
        self._scope = scope
        self._problem = scope.problem
        self._locked_on = scope.locked_on
        self._closed = scope.closed
        self._style = style if len(scope.shipments) <= _SMALL else Style.WINDOWS
        # Soonest that a visit of each place can be over when the vehicle came from elsewhere to
        # make it, the setup not counted; filled only where it is asked.
        self._soonest_s: dict[int, list[tuple[int, Visit]]] | None = None

    def ends(self, shipment: int) -> Ends | None:
        wanted = self._problem.shipments[shipment]
        slots: tuple[dict[_Slot, list[int]], ...] = ({}, {})
        able = False
        for place, number in enumerate(self._scope.vehicles):
            if not self._may_carry(number, shipment):
                continue
            midnight = midnight_s(self._problem, number)
            sides: list[list[_Slot]] = []
            for activity, is_pickup in ((wanted.pickup, True), (wanted.delivery, False)):
                if activity is not None:
                    visit = Visit(shipment=shipment, is_pickup=is_pickup)
                    found = list(self._windows(number, visit, activity, midnight))
                    sides.append(_merged(found) if self._style is Style.MERGED else found)
            if not all(sides) or not _can_follow(wanted, sides):
                continue
            able = True
            given = iter(sides)
            for slot, activity in zip(slots, (wanted.pickup, wanted.delivery), strict=True):
                for window in next(given) if activity is not None else ():
                    slot.setdefault(window, []).append(place)
        if not able:
            return None
        pickups, deliveries = (
            tuple(
                Node(
                    visit=Visit(shipment=shipment, is_pickup=is_pickup),
                    location=location,
                    windows=tuple((max(0, opens_s), closes_s) for opens_s, closes_s in windows),
                    vehicles=tuple(places),
                    arrival=arrival,
                )
                for (windows, location, arrival), places in sorted(slot.items())
            )
            for slot, is_pickup in zip(slots, (True, False), strict=True)
        )
        return Ends(shipment=shipment, pickups=pickups, deliveries=deliveries)

    def _may_carry(self, number: int, shipment: int) -> bool:
        wanted, vehicle = self._problem.shipments[shipment], self._problem.vehicles[number]
        return (
            (wanted.vehicles is None or number in wanted.vehicles)
            and all(a <= b for a, b in zip(wanted.demand, vehicle.capacity, strict=True))
            and wanted.skills <= vehicle.skills
            and (
                not vehicle.compartments
                or fits_compartments(vehicle.compartments, {wanted.load_class: wanted.demand})
            )
            and self._locked_on.get(shipment, number) == number
            and (number not in self._closed or shipment in self._closed[number])
        )

    def _windows(
        self, number: int, visit: Visit, activity: Activity, midnight: int
    ) -> Iterator[_Slot]:
        vehicle = self._problem.vehicles[number]
        location = location_of(vehicle, activity)
        setup_s = self._problem.setup_s[location]
        for window in activity.windows:
            if window.end_s < vehicle.shift.start_s:
                continue
            last_s = min(window.end_s, vehicle.shift.end_s)
            closes_s = window.end_s - midnight
            both = setup_s > 0 and self._standing_helps(number, visit, location, window.start_s)
            if both and window.start_s <= last_s:
                yield ((window.start_s - midnight, closes_s),), location, Arrival.STANDING
            if window.start_s + setup_s <= last_s:
                arrival = Arrival.MOVING if both else Arrival.ANY
                yield ((window.start_s + setup_s - midnight, closes_s),), location, arrival

    def _standing_helps(self, number: int, visit: Visit, location: int, start_s: int) -> bool:
        """Tell whether a vehicle can stand ready before a setup from ``start_s`` would be over.

        It stands there since its start, or since an earlier visit for which it paid the setup.
        """
        if self._style is not Style.STANDING and visit.shipment not in self._locked_on:
            return False
        vehicle = self._problem.vehicles[number]
        setup_s = self._problem.setup_s[location]
        if vehicle.start == location and vehicle.shift.start_s < start_s + setup_s:
            return True
        if self._soonest_s is None:
            self._soonest_s = self._soonest()
        return any(
            over_s < start_s and other != visit
            for over_s, other in self._soonest_s.get(location, ())
        )

    def _soonest(self) -> dict[int, list[tuple[int, Visit]]]:
        soonest_s: dict[int, list[tuple[int, Visit]]] = {}
        for shipment in self._scope.shipments:
            wanted = self._problem.shipments[shipment]
            for activity, is_pickup in ((wanted.pickup, True), (wanted.delivery, False)):
                if activity is None:
                    continue
                visit = Visit(shipment=shipment, is_pickup=is_pickup)
                places = {
                    location_of(self._problem.vehicles[v], activity) for v in self._scope.vehicles
                }
                for place in sorted(places):
                    over_s = activity.windows[0].start_s + activity.service_s
                    soonest_s.setdefault(place, []).append((over_s, visit))
        return soonest_s


def _merged(slots: list[_Slot]) -> list[_Slot]:
    """Return the slots of one visit and vehicle as one for each way of arriving.

    They are all at one place.
    """
    windows: dict[Arrival, tuple[tuple[int, int], ...]] = {}
    for found, _, arrival in slots:
        windows[arrival] = windows.get(arrival, ()) + found
    return [(merged, slots[0][1], arrival) for arrival, merged in windows.items()]


def _can_follow(wanted: Shipment, sides: list[list[_Slot]]) -> bool:
    """Tell whether some delivery window can come after some pickup window, and soon enough."""
    if wanted.pickup is None or wanted.delivery is None:
        return True
    at_most_s = wanted.max_on_board_s
    pickups, deliveries = ([w for windows, _, _ in side for w in windows] for side in sides)
    return any(
        pickup[0] <= delivery[1]
        and (at_most_s is None or delivery[0] - pickup[1] - wanted.pickup.service_s <= at_most_s)
        for pickup in pickups
        for delivery in deliveries
    )
