"""Days, opening hours and the planning horizon.

People speak of "Thursday 8:00"; the horizon counts elapsed seconds since its first midnight,
Europe/Paris.  On the two days a year when the clock changes the two differ, and only here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from colivraison.units import TimeWindow

__all__ = [
    "LATEST_CLOSE_S",
    "ClockSpan",
    "DateWindow",
    "DatedHours",
    "DayWindow",
    "Week",
    "Weekday",
    "joined",
    "not_before",
]

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
        return _WEEKDAYS[date.weekday()]


_WEEKDAYS = tuple(Weekday)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ClockSpan:
    """Hours of some day, wall clock.

    Parameters
    ----------
    opens_s, closes_s
        Seconds on the wall clock after that day's midnight; ``closes_s`` may exceed 86,400 for
        hours after midnight, up to 30:00.
    """

    opens_s: int
    closes_s: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens_s < self.closes_s <= LATEST_CLOSE_S:
            raise ValueError(f"not opening hours: {self.opens_s}..{self.closes_s}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayWindow(ClockSpan):
    """Opening hours on one weekday, wall clock; see `ClockSpan`."""

    weekday: Weekday


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DateWindow:
    """Opening hours on one date, wall clock; see `ClockSpan`."""

    date: dt.date
    opens_s: int
    closes_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedHours:
    """What holds on some dates instead of the hours of the week.

    Parameters
    ----------
    first_date, last_date
        Both included.
    spans
        The hours of each of these dates; empty: closed.
    """

    first_date: dt.date
    last_date: dt.date
    spans: tuple[ClockSpan, ...] = ()

    def __post_init__(self) -> None:
        if self.last_date < self.first_date:
            raise ValueError(f"ends before it starts: {self.first_date}..{self.last_date}")

    @property
    def days(self) -> int:
        """Number of dates."""
        return (self.last_date - self.first_date).days + 1

    def holds_on(self, date: dt.date) -> bool:
        """Return whether a date is one of them."""
        return self.first_date <= date <= self.last_date

    def contradicts(self, other: DatedHours) -> bool:
        """Return whether two entries say something about one date and neither is the closer one.

        Of two that overlap the one over fewer dates counts: "closed at Christmas, but open on the
        23rd".
        """
        return (
            self.days == other.days
            and self.first_date <= other.last_date
            and other.first_date <= self.last_date
        )


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
        return _elapsed_s(self.first_date, date, wall_clock_s)

    def moment(self, elapsed_s: int) -> dt.datetime:
        """Return the Europe/Paris date and time of a second of the horizon."""
        return dt.datetime.fromtimestamp(self._origin().timestamp() + elapsed_s, tz=_PARIS)

    def day_windows(
        self,
        weekly: Iterable[DayWindow],
        *,
        dated: Collection[DatedHours] = (),
        closed: Collection[dt.date] = frozenset(),
    ) -> tuple[DateWindow, ...]:
        """Return the hours of every date of the week, in order.

        Parameters
        ----------
        weekly
            Hours by weekday.
        dated
            What holds on some dates instead, holidays or not; no two of them contradict each other.
        closed
            Holidays, on which the hours by weekday do not hold.
        """
        by_weekday = tuple(weekly)
        found: list[DateWindow] = []
        for date in self.dates:
            special = min(
                (one for one in dated if one.holds_on(date)), key=lambda one: one.days, default=None
            )
            spans: Iterable[ClockSpan] = ()
            if special is not None:
                spans = special.spans
            elif date not in closed:
                spans = (one for one in by_weekday if one.weekday is Weekday.of(date))
            found += [
                DateWindow(date=date, opens_s=span.opens_s, closes_s=span.closes_s)
                for span in spans
            ]
        return tuple(sorted(found))

    def windows(
        self,
        weekly: Iterable[DayWindow],
        days: frozenset[Weekday] | None = None,
        *,
        dated: Collection[DatedHours] = (),
        closed: Collection[dt.date] = frozenset(),
    ) -> tuple[TimeWindow, ...]:
        """Return windows in seconds of the horizon, sorted, touching ones joined.

        Parameters
        ----------
        days
            Keep what opens on these weekdays only; None keeps all.
        weekly, dated, closed
            See `day_windows`.
        """
        return self.elapsed(
            window
            for window in self.day_windows(weekly, dated=dated, closed=closed)
            if days is None or Weekday.of(window.date) in days
        )

    def elapsed(self, windows: Iterable[DateWindow]) -> tuple[TimeWindow, ...]:
        """Return windows of dates in seconds of the horizon, sorted, touching ones joined."""
        return joined(
            TimeWindow(
                start_s=self.elapsed_s(window.date, window.opens_s),
                end_s=self.elapsed_s(window.date, window.closes_s),
            )
            for window in windows
        )

    def day_bounds(self, date: dt.date) -> TimeWindow:
        """Return the first and last second of a calendar day (23, 24 or 25 hours long)."""
        return TimeWindow(start_s=self.elapsed_s(date, 0), end_s=self.elapsed_s(date, 86_400) - 1)

    def _origin(self) -> dt.datetime:
        return _midnight(self.first_date)


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), tzinfo=_PARIS)


# The same few hours are asked for all the time, hundreds of times each for one plan.
@lru_cache(maxsize=8_192)
def _elapsed_s(first_date: dt.date, date: dt.date, wall_clock_s: int) -> int:
    days, rest_s = divmod(wall_clock_s, 86_400)
    hours, rest = divmod(rest_s, 3600)
    minutes, seconds = divmod(rest, 60)
    moment = dt.datetime.combine(
        date + dt.timedelta(days=days), dt.time(hours, minutes, seconds), tzinfo=_PARIS
    )
    skipped = dt.datetime.fromtimestamp(moment.timestamp(), tz=_PARIS).hour != moment.hour
    skipped_s = 60 * moment.minute + moment.second if skipped else 0
    return int(moment.timestamp() - _midnight(first_date).timestamp()) - skipped_s


def joined(windows: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """Return windows sorted, those joined that overlap or follow each other within a second."""
    found: list[TimeWindow] = []
    for window in sorted(windows):
        if found and window.start_s <= found[-1].end_s + 1:
            last = found.pop()
            found.append(TimeWindow(start_s=last.start_s, end_s=max(last.end_s, window.end_s)))
        else:
            found.append(window)
    return tuple(found)


def not_before(windows: Iterable[TimeWindow], moment_s: int) -> tuple[TimeWindow, ...]:
    """Return what is left of windows from a moment on; the moment may lie before them all."""
    return tuple(
        TimeWindow(start_s=max(one.start_s, moment_s), end_s=one.end_s)
        for one in windows
        if one.end_s >= moment_s
    )
