"""What the judge of solutions can find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Violation", "ViolationKind"]


class ViolationKind(StrEnum):
    """What can be wrong with a solution."""

    UNKNOWN_VEHICLE = "unknown_vehicle"
    UNKNOWN_SHIPMENT = "unknown_shipment"
    NO_SUCH_END = "no_such_end"
    VEHICLE_USED_TWICE = "vehicle_used_twice"
    EMPTY_ROUTE = "empty_route"
    MISSING = "missing"
    DUPLICATE = "duplicate"
    ASSIGNED_AND_UNASSIGNED = "assigned_and_unassigned"
    SPLIT_PAIR = "split_pair"
    PRECEDENCE = "precedence"
    VEHICLE_NOT_ALLOWED = "vehicle_not_allowed"
    SKILLS = "skills"
    CONFLICT = "conflict"
    CAPACITY = "capacity"
    COMPARTMENT = "compartment"
    LIFO = "lifo"
    UNREACHABLE = "unreachable"
    MAX_DISTANCE = "max_distance"
    WINDOW = "window"
    SHIFT = "shift"
    TIME_ON_BOARD = "time_on_board"
    MAX_DURATION = "max_duration"
    BREAK_UNKNOWN = "break_unknown"
    BREAK_WINDOW = "break_window"
    BREAK_MISSING = "break_missing"
    LOCKED_PREFIX = "locked_prefix"
    LOCKED_SEQUENCE = "locked_sequence"
    LOCKED_ROUTE = "locked_route"
    EXCLUSIVE_VEHICLES = "exclusive_vehicles"
    GROUP_BELOW_MINIMUM = "group_below_minimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken promise.

    Parameters
    ----------
    vehicle, visit
        Where: the vehicle of the route and the index of the visit in it; None where it is not in
        a route, or not at one visit.
    shipment
        Which shipment, None where none in particular.
    amount, unit
        By how much: ``s`` too late or too long, ``m`` too far, load units too much in
        ``dimension k``, ``times``, ``of the group`` short of its minimum.
    number
        Which break of the vehicle, conflict, lock, exclusive set or group of the problem; None
        where it is none.
    """

    kind: ViolationKind
    vehicle: int | None = None
    visit: int | None = None
    shipment: int | None = None
    amount: int = 0
    unit: str = ""
    number: int | None = None
