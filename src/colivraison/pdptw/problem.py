"""The pickup-and-delivery problem with time windows, as arrays and indices.

No business word, no road: locations are rows of a matrix, times are seconds of one horizon,
loads are tuples of dimensions.

The time model, stated once and used by every evaluator, checker and search:

- an *activity* is the pickup or the delivery of one shipment at a location;
- consecutive activities of a route at one location are one *stop*;
- arriving at a location from another one costs that location's ``setup_s`` once, before the first
  service; starting a route at a location costs none;
- the setup may begin no earlier than the window of the activity, and the service of every
  activity must *begin* inside its window: with ``first`` true for the first activity after a
  change of location, ``service_begin in [start_s + setup_s * first, end_s]``;
- waiting is free of service but not of pay: the paid duration of a route runs from leaving its
  start to reaching its end (its last departure where the end is open), and a route leaves as late
  as it can without ending later;
- a *break* is taken where the vehicle stands, before it travels on: it begins inside one of its
  windows and is paid; it changes no location, so the stop around it goes on.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from colivraison.pdptw.solution import Solution, Visit
from colivraison.units import TimeWindow

__all__ = [
    "VEHICLE_END",
    "VEHICLE_START",
    "Activity",
    "Break",
    "ClassConflict",
    "Compartment",
    "ConflictScope",
    "Group",
    "Lock",
    "LockKind",
    "Objective",
    "Problem",
    "Reference",
    "Shipment",
    "TravelTable",
    "Vehicle",
]

# Locations of an activity that depend on the vehicle: where it starts, where it ends.  A pickup at
# the start may be repeated during the route: the vehicle comes back and loads again.
VEHICLE_START = -1
VEHICLE_END = -2

IntMatrix = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelTable:
    """Travel between locations under one road profile.

    Parameters
    ----------
    durations_s, distances_m
        Square int64 arrays, row = from, zero diagonal, -1 where there is no way (in both arrays).
        Asymmetric in general.
    """

    durations_s: IntMatrix
    distances_m: IntMatrix

    def __post_init__(self) -> None:
        if type(self.durations_s) is not np.ndarray or type(self.distances_m) is not np.ndarray:
            raise ValueError("a travel table is made of plain arrays")
        shape = self.durations_s.shape
        if len(shape) != 2 or shape[0] != shape[1] or self.distances_m.shape != shape:
            raise ValueError("a travel table is two square matrices of one size")
        for matrix in (self.durations_s, self.distances_m):
            if matrix.dtype != np.int64:
                raise ValueError("a travel table holds int64")
            if matrix.min(initial=0) < -1 or np.diagonal(matrix).any():
                raise ValueError("travel is at least 0 (or -1 for no way), 0 on the diagonal")
            matrix.setflags(write=False)
        # Tables of 25 million pairs are common, and mostly without gaps: the least says so at once.
        gaps = min(self.durations_s.min(initial=0), self.distances_m.min(initial=0)) < 0
        if gaps and ((self.durations_s < 0) != (self.distances_m < 0)).any():
            raise ValueError("a pair is unreachable in both matrices or in none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One end of a shipment.

    Parameters
    ----------
    location
        Row of the travel tables, or ``VEHICLE_START`` or ``VEHICLE_END``.
    windows
        Sorted, disjoint; at least one.
    service_s
        Time it takes once begun.
    """

    location: int
    windows: tuple[TimeWindow, ...]
    service_s: int

    def __post_init__(self) -> None:
        if self.location < VEHICLE_END or self.service_s < 0:
            raise ValueError("negative location or service")
        _require_windows(self.windows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A pickup and the delivery that follows it on the same vehicle, or one of the two alone.

    Parameters
    ----------
    pickup
        None: on board when the vehicle starts.
    delivery
        None: on board until the vehicle ends.  At least one of the two is given.
    demand
        Amount in each load dimension, at least 0.
    vehicles
        Indices of the vehicles allowed to carry it; None allows all.
    skills
        What the vehicle must have, all of it.
    unserved_cents
        Price of leaving it out; None: required, leaving it out is worse than any cost.
    load_class
        For `ClassConflict` and `Compartment`.
    max_on_board_s
        Longest time from the end of its pickup's service (the start of the route where there is
        none) to the beginning of its delivery's service (the end of the route where there is
        none); None: any.
    """

    pickup: Activity | None
    delivery: Activity | None
    demand: tuple[int, ...]
    vehicles: frozenset[int] | None = None
    skills: frozenset[int] = frozenset()
    unserved_cents: int | None = None
    load_class: int = 0
    max_on_board_s: int | None = None

    def __post_init__(self) -> None:
        if self.pickup is None and self.delivery is None:
            raise ValueError("a shipment has a pickup or a delivery")
        if any(amount < 0 for amount in self.demand):
            raise ValueError("negative demand")
        if self.load_class < 0:
            raise ValueError("negative load class")
        if (self.unserved_cents or 0) < 0 or (self.max_on_board_s or 0) < 0:
            raise ValueError("negative price or time on board")


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A rest the driver takes once per route.

    Parameters
    ----------
    windows
        It begins inside one of them; sorted, disjoint, at least one.
    duration_s
        How long it lasts; it is paid.
    beyond_s
        A route whose paid duration, the break not counted, is at most this long may go without.
    """

    windows: tuple[TimeWindow, ...]
    duration_s: int
    beyond_s: int = 0

    def __post_init__(self) -> None:
        if self.duration_s < 0 or self.beyond_s < 0:
            raise ValueError("negative break")
        _require_windows(self.windows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compartment:
    """A part of the load space that only some load classes may use.

    A shipment may be spread over several compartments and moved between them on the way; every
    dimension is counted by itself.

    Parameters
    ----------
    capacity
        In each load dimension.
    classes
        Load classes allowed inside.
    """

    capacity: tuple[int, ...]
    classes: frozenset[int]

    def __post_init__(self) -> None:
        if any(amount < 0 for amount in self.capacity):
            raise ValueError("negative capacity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One route at most: a van on one day.

    Parameters
    ----------
    start
        Location.
    end
        Location; None: the route ends with its last visit.
    shift
        Leaving and returning both lie inside.
    capacity
        Same dimensions as the demands; holds for everything on board together.
    cents_per_overtime_hour, regular_s
        Extra price of each hour of paid duration beyond ``regular_s`` (None: no overtime).
    max_duration_s, max_distance_m
        Longest paid duration and distance of the route; None: any.
    skills
        See `Shipment.skills`.
    breaks
        See `Break`.
    compartments
        Where the load must find room besides ``capacity``; empty: no parts.
    lifo
        Only what was loaded last can be unloaded.  Of what is on board from the start any part may
        go, once nothing loaded later is left; what stays until the end buries for good what was
        loaded before it.
    leaves_at_once
        It leaves at ``shift.start_s`` exactly (it is already under way).
    table
        Index of its travel table.
    """

    start: int
    end: int | None
    shift: TimeWindow
    capacity: tuple[int, ...]
    cents_per_km: int
    cents_per_hour: int
    cents_per_use: int
    cents_per_overtime_hour: int = 0
    regular_s: int | None = None
    max_duration_s: int | None = None
    max_distance_m: int | None = None
    skills: frozenset[int] = frozenset()
    breaks: tuple[Break, ...] = ()
    compartments: tuple[Compartment, ...] = ()
    lifo: bool = False
    leaves_at_once: bool = False
    table: int = 0

    def __post_init__(self) -> None:
        prices = (
            self.cents_per_km,
            self.cents_per_hour,
            self.cents_per_use,
            self.cents_per_overtime_hour,
        )
        if min(prices) < 0:
            raise ValueError("negative price")
        limits = (self.regular_s, self.max_duration_s, self.max_distance_m, *self.capacity)
        if any(limit is not None and limit < 0 for limit in limits):
            raise ValueError("negative limit")


class ConflictScope(StrEnum):
    """Where two load classes must not meet."""

    ROUTE = "route"
    ON_BOARD = "on_board"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassConflict:
    """Two load classes that must not share a route, or not be on board at the same time."""

    first: int
    second: int
    scope: ConflictScope

    def __post_init__(self) -> None:
        # A plain text equals a member, and yet would be taken for another one.
        object.__setattr__(self, "scope", ConflictScope(self.scope))
        if self.first == self.second or min(self.first, self.second) < 0:
            raise ValueError("a conflict is between two different load classes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Shipments that are left out altogether unless enough of them are served.

    Parameters
    ----------
    shipments
        No shipment is in two groups.
    amounts
        What each of them counts for, at least 0.
    minimum
        What those served come to at least, unless none is; the sum of ``amounts``: all or none.
    """

    shipments: tuple[int, ...]
    amounts: tuple[int, ...]
    minimum: int

    def __post_init__(self) -> None:
        if len(self.shipments) != len(self.amounts) or len(set(self.shipments)) < len(self.amounts):
            raise ValueError("a group has one amount for each of its shipments, each once")
        if min(self.amounts, default=0) < 0 or self.minimum < 0:
            raise ValueError("negative amount of a group")

    def lacks(self, served: Container[int]) -> int:
        """Return what those served are short of the minimum; 0 where none of them is served."""
        there = [number in served for number in self.shipments]
        total = sum(amount for amount, is_in in zip(self.amounts, there, strict=True) if is_in)
        return max(0, self.minimum - total) if any(there) else 0


class LockKind(StrEnum):
    """What of a route is fixed."""

    PREFIX = "prefix"
    SEQUENCE = "sequence"
    ROUTE = "route"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Visits that a vehicle makes in this order, one right after the other.

    Parameters
    ----------
    kind
        ``prefix``: the route begins with them; ``sequence``: they stand anywhere in it;
        ``route``: they are the route (empty: the vehicle stays at home).
    """

    vehicle: int
    visits: tuple[Visit, ...]
    kind: LockKind

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", LockKind(self.kind))  # see `ClassConflict`
        object.__setattr__(self, "visits", tuple(self.visits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A plan people know already, and the price of leaving it.

    Parameters
    ----------
    cents_per_other_vehicle
        For each shipment of the plan that another vehicle carries.
    cents_per_broken_succession
        For each pair of visits that follow each other in a route of the plan and no longer do, in
        any route (a visit that is left out breaks its successions).
    """

    solution: Solution
    cents_per_other_vehicle: int = 0
    cents_per_broken_succession: int = 0

    def __post_init__(self) -> None:
        if self.cents_per_other_vehicle < 0 or self.cents_per_broken_succession < 0:
            raise ValueError("negative price")


class Objective(StrEnum):
    """What is least after as many required shipments as possible are served."""

    CENTS = "cents"
    VEHICLES_THEN_DISTANCE = "vehicles"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Everything a search needs to know.

    Parameters
    ----------
    tables
        Travel tables, one per road profile; all of one size.
    setup_s
        Setup time of every location.
    conflicts
        Load classes kept apart.
    exclusive
        Sets of vehicles of which at most one drives: one van with either of two drivers, one
        driver with either of two vans.
    groups
        Shipments served together or not at all.
    locks
        Fixed parts of routes; no visit is locked twice, at most one lock other than a
        ``sequence`` per vehicle.
    reference
        A plan whose changes cost; only with the objective ``cents``.
    objective
        ``cents`` counts money and the prices of the optional shipments left out; the other two
        serve every shipment they can.

    Raises
    ------
    ValueError
        When indices or dimensions do not fit together.
    """

    tables: tuple[TravelTable, ...]
    setup_s: tuple[int, ...]
    vehicles: tuple[Vehicle, ...]
    shipments: tuple[Shipment, ...]
    conflicts: tuple[ClassConflict, ...] = ()
    exclusive: tuple[frozenset[int], ...] = ()
    groups: tuple[Group, ...] = ()
    locks: tuple[Lock, ...] = ()
    reference: Reference | None = None
    objective: Objective = Objective.CENTS

    def __post_init__(self) -> None:
        object.__setattr__(self, "objective", Objective(self.objective))  # see `ClassConflict`
        size = len(self.setup_s)
        if not self.tables or any(t.durations_s.shape != (size, size) for t in self.tables):
            raise ValueError("every travel table has one row per location")
        dimensions = {len(v.capacity) for v in self.vehicles}
        dimensions |= {len(c.capacity) for v in self.vehicles for c in v.compartments}
        dimensions |= {len(s.demand) for s in self.shipments}
        if len(dimensions) > 1:
            raise ValueError("capacities and demands have one number of dimensions")
        if any(s < 0 for s in self.setup_s):
            raise ValueError("negative setup")
        for vehicle in self.vehicles:
            _require_below(size, [p for p in (vehicle.start, vehicle.end) if p is not None])
            _require_below(len(self.tables), (vehicle.table,))
        open_ended = any(vehicle.end is None for vehicle in self.vehicles)
        # Each place and each set of vehicles once: a hundred thousand shipments have few.
        ends = [a for s in self.shipments for a in (s.pickup, s.delivery) if a is not None]
        places = {activity.location for activity in ends}
        if VEHICLE_END in places and open_ended:
            raise ValueError("an activity at the vehicle's end needs an end")
        _require_below(size, sorted(place for place in places if place >= 0))
        for allowed in {shipment.vehicles for shipment in self.shipments}:
            _require_below(len(self.vehicles), sorted(allowed or ()))
        for clique in self.exclusive:
            _require_below(len(self.vehicles), sorted(clique))
            if len({lock.vehicle for lock in self.locks if lock.visits} & clique) > 1:
                raise ValueError("visits are locked on two vehicles of which at most one drives")
        grouped = [number for group in self.groups for number in group.shipments]
        _require_below(len(self.shipments), grouped)
        if len(set(grouped)) < len(grouped):
            raise ValueError("a shipment is in two groups")
        for lock in self.locks:
            _require_below(len(self.vehicles), (lock.vehicle,))
            self._require_ends(lock.visits)
        if self.reference is not None:
            for route in self.reference.solution.routes:
                _require_below(len(self.vehicles), (route.vehicle,))
                self._require_ends(route.visits)
                if not route.visits:
                    raise ValueError("a route of the reference without any visit")
            known = [v for r in self.reference.solution.routes for v in r.visits]
            if len(set(known)) < len(known):
                raise ValueError("a visit stands twice in the reference")
        visits = [visit for lock in self.locks for visit in lock.visits]
        whole = [lock.vehicle for lock in self.locks if lock.kind is not LockKind.SEQUENCE]
        if len(set(visits)) < len(visits) or len(set(whole)) < len(whole):
            raise ValueError("a visit or a vehicle is locked twice")
        complete = {lock.vehicle for lock in self.locks if lock.kind is LockKind.ROUTE}
        if any(
            lock.vehicle in complete and lock.visits
            for lock in self.locks
            if lock.kind is LockKind.SEQUENCE
        ):
            raise ValueError("a locked sequence beside a locked route of its vehicle")
        if self.reference is not None and self.objective is not Objective.CENTS:
            raise ValueError("changes have a price only where money counts")

    def _require_ends(self, visits: Sequence[Visit]) -> None:
        """Raise where a visit is of no shipment, or of an end that its shipment lacks."""
        _require_below(len(self.shipments), [visit.shipment for visit in visits])
        for visit in visits:
            shipment = self.shipments[visit.shipment]
            if (shipment.pickup if visit.is_pickup else shipment.delivery) is None:
                raise ValueError(f"shipment {visit.shipment} has no such end")

    @property
    def locations(self) -> int:
        """Number of locations."""
        return len(self.setup_s)


def _require_windows(windows: tuple[TimeWindow, ...]) -> None:
    if not windows:
        raise ValueError("an activity or a break needs a window")
    for before, after in pairwise(windows):
        if after.start_s <= before.end_s:
            raise ValueError("windows are sorted and disjoint")


def _require_below(limit: int, indices: Sequence[int]) -> None:
    if any(not 0 <= index < limit for index in indices):
        wrong = [index for index in indices if not 0 <= index < limit]
        raise ValueError(f"index out of range 0..{limit - 1}: {wrong}")
