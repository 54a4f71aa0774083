"""What evaluating a route gives: its schedule, or the first thing that makes it impossible."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from colivraison.pdptw.solution import Visit

__all__ = ["Infeasible", "Obstacle", "Schedule", "TimedBreak", "TimedVisit"]


class Obstacle(StrEnum):
    """The first thing that makes a route impossible."""

    ORDER = "order"
    VEHICLE_NOT_ALLOWED = "vehicle_not_allowed"
    SKILLS = "skills"
    CONFLICT = "conflict"
    CAPACITY = "capacity"
    COMPARTMENT = "compartment"
    LIFO = "lifo"
    BREAK_UNKNOWN = "break_unknown"
    UNREACHABLE = "unreachable"
    MAX_DISTANCE = "max_distance"
    TIME = "time"
    BREAK_WINDOW = "break_window"
    TIME_ON_BOARD = "time_on_board"
    MAX_DURATION = "max_duration"
    BREAK_MISSING = "break_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Infeasible:
    """A route that cannot be driven.

    Parameters
    ----------
    obstacle
        Why not.
    visit
        Index of the visit where it shows (0 also for what is wrong before leaving, the visit after
        it for a break); None where it shows only on the way to the end, or on the route as a whole.
    """

    obstacle: Obstacle
    visit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedVisit:
    """One visit in time.

    Parameters
    ----------
    arrival_s
        Reaching the location, or the end of what was done before where the place is the same.
    work_begin_s
        When the setup begins, or the service where there is none.
    service_begin_s, departure_s
        The service, its end excluded from waiting: the vehicle leaves at once, or has its break.
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
class TimedBreak:
    """One break in time.

    Parameters
    ----------
    number
        Index in the vehicle's breaks.
    after
        Visits made before it.
    ready_s
        When what comes before it is done: the wait for its window begins.
    """

    number: int
    after: int
    ready_s: int
    begin_s: int
    end_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A route in time: the one of least paid duration, the earliest end among equals.

    Parameters
    ----------
    start_s
        Leaving the start, or the break taken there before.
    end_s
        Reaching the end; where the end is open, the end of the last visit or break.
    waiting_s
        Paid time that is neither travel, setup, service nor break.
    overtime_s
        Paid duration beyond the vehicle's regular one.
    breaks
        In the order in which they are taken.
    """

    vehicle: int
    start_s: int
    end_s: int
    duration_s: int
    waiting_s: int
    distance_m: int
    cost_cents: int
    visits: tuple[TimedVisit, ...]
    overtime_s: int = 0
    breaks: tuple[TimedBreak, ...] = ()
