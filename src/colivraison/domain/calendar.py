"""Days, opening hours and the planning horizon.

People speak of "Thursday 8:00"; the horizon counts elapsed seconds since its first midnight,
Europe/Paris.  On the two days a year when the clock changes the two differ, and only here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from colivraison.units import TimeWindow

__all__ = ["LATEST_CLOSE_S", "DayWindow", "Week", "Weekday"]

_PARIS = ZoneInfo("Europe/Paris")

# A market that closes after midnight is written 22:00-26:00; beyond 30:00 it is a typing error.
LATEST_CLOSE_S = 30 * 3600


class Weekday(StrEnum):
    """Day of the week, in the order of the calendar."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @classmethod
    def of(cls, date: dt.date) -> Weekday:
        """Return the weekday of a date."""
        return list(cls)[date.weekday()]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayWindow:
    """Opening hours on one weekday, wall clock.

    Parameters
    ----------
    opens_s, closes_s
        Seconds on the wall clock after that day's midnight; ``closes_s`` may exceed 86,400 for
        hours after midnight, up to 30:00.
    """

    weekday: Weekday
    opens_s: int
    closes_s: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens_s < self.closes_s <= LATEST_CLOSE_S:
            raise ValueError(f"not opening hours: {self.opens_s}..{self.closes_s}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The planning horizon: seven days from ``first_date``."""

    first_date: dt.date

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The seven dates, in order."""
        return tuple(self.first_date + dt.timedelta(days=i) for i in range(7))

    def date_of(self, weekday: Weekday) -> dt.date:
        """Return the date on which a weekday falls."""
        return next(date for date in self.dates if Weekday.of(date) is weekday)

    def elapsed_s(self, date: dt.date, wall_clock_s: int) -> int:
        """Return elapsed seconds between the horizon's first midnight and a wall-clock time.

        A time that the spring change skips (2:00 to 3:00) counts as the moment of the change; of a
        time that occurs twice in autumn the first is meant.
        """
        days, rest_s = divmod(wall_clock_s, 86_400)
        hours, rest = divmod(rest_s, 3600)
        minutes, seconds = divmod(rest, 60)
        moment = dt.datetime.combine(
            date + dt.timedelta(days=days), dt.time(hours, minutes, seconds), tzinfo=_PARIS
        )
        skipped = dt.datetime.fromtimestamp(moment.timestamp(), tz=_PARIS).hour != moment.hour
        skipped_s = 60 * moment.minute + moment.second if skipped else 0
        return int(moment.timestamp() - self._origin().timestamp()) - skipped_s

    def moment(self, elapsed_s: int) -> dt.datetime:
        """Return the Europe/Paris date and time of a second of the horizon."""
        return dt.datetime.fromtimestamp(self._origin().timestamp() + elapsed_s, tz=_PARIS)

    def windows(
        self, day_windows: Iterable[DayWindow], days: frozenset[Weekday] | None = None
    ) -> tuple[TimeWindow, ...]:
        """Return windows in seconds of the horizon, sorted, touching ones joined.

        Parameters
        ----------
        day_windows
            Hours by weekday.
        days
            Keep these weekdays only; None keeps all.
        """
        found = sorted(
            TimeWindow(
                start_s=self.elapsed_s(self.date_of(window.weekday), window.opens_s),
                end_s=self.elapsed_s(self.date_of(window.weekday), window.closes_s),
            )
            for window in day_windows
            if days is None or window.weekday in days
        )
        joined: list[TimeWindow] = []
        for window in found:
            if joined and window.start_s <= joined[-1].end_s:
                last = joined.pop()
                joined.append(TimeWindow(start_s=last.start_s, end_s=max(last.end_s, window.end_s)))
            else:
                joined.append(window)
        return tuple(joined)

    def day_bounds(self, date: dt.date) -> TimeWindow:
        """Return the first and last second of a calendar day (23, 24 or 25 hours long)."""
        return TimeWindow(start_s=self.elapsed_s(date, 0), end_s=self.elapsed_s(date, 86_400) - 1)

    def _origin(self) -> dt.datetime:
        return dt.datetime.combine(self.first_date, dt.time(), tzinfo=_PARIS)
