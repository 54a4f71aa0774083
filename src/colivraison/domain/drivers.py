"""Who drives: people apart from the vans they take."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import combinations

from colivraison.domain.calendar import DatedHours, DayWindow, Week
from colivraison.domain.duty import dates_on_duty_only, shifts_in
from colivraison.units import TimeWindow

__all__ = ["Driver"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """Somebody who drives one van at a time, and perhaps several in a week.

    What an hour costs stays with the van.

    Parameters
    ----------
    shifts
        When it may drive, by weekday; at least one window.  A round leaves and returns inside one.
    dated_shifts
        What holds on some dates instead: a day off, a market day.
    vehicles
        Ids of the vans it may drive; empty: all.
    """

    id: str
    name: str
    shifts: tuple[DayWindow, ...]
    dated_shifts: tuple[DatedHours, ...] = ()
    vehicles: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.shifts:
            raise ValueError(f"driver {self.id}: no shift")
        if any(one.contradicts(other) for one, other in combinations(self.dated_shifts, 2)):
            raise ValueError(f"driver {self.id}: dated shifts that contradict each other")

    def may_drive(self, vehicle_id: str) -> bool:
        """Return whether it may drive a van."""
        return not self.vehicles or vehicle_id in self.vehicles

    def shifts_in(self, week: Week) -> tuple[TimeWindow, ...]:
        """Return its shifts of a week, in seconds of the horizon; those that touch are one."""
        return shifts_in(week, self.shifts, self.dated_shifts)

    def on_duty_only(self, week: Week, shifts: Collection[TimeWindow]) -> Driver:
        """Return the driver with some of its shifts of a week and no others."""
        dated = dates_on_duty_only(week, self.shifts, self.dated_shifts, shifts)
        return replace(self, dated_shifts=dated)
