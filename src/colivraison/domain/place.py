"""Where things are: positions and sites."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

from colivraison.domain.calendar import DatedHours, DateWindow, DayWindow, Week, Weekday, joined
from colivraison.domain.holidays import (
    PublicHolidays,
    SchoolZone,
    is_public_holiday,
    is_school_holiday,
)
from colivraison.units import SECONDS_PER_DAY, TimeWindow

__all__ = ["ClosedBy", "Position", "Site", "SiteKind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A point on the earth, WGS84 degrees.

    Raises
    ------
    ValueError
        When a coordinate is not a finite number in range.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and math.isfinite(self.lon)):
            raise ValueError("latitude and longitude must be finite")
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"out of range: lat {self.lat}, lon {self.lon}")


class SiteKind(StrEnum):
    """What a place is to the people who use it."""

    FARM = "farm"
    POINT = "point"
    SHOP = "shop"
    CANTEEN = "canteen"
    MARKET = "market"
    HUB = "hub"
    HOME = "home"


class ClosedBy(StrEnum):
    """What closes a place on a date."""

    DATED_HOURS = "dated_hours"
    PUBLIC_HOLIDAY = "public_holiday"
    SCHOOL_HOLIDAY = "school_holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where crates are loaded or unloaded.

    Parameters
    ----------
    id
        Unique over producers and sites of a case.
    windows
        Opening hours by weekday; empty means open at any time.
    dated_hours
        What holds on some dates instead; before it holidays count for nothing.
    school_zone
        Closed in the school holidays of that zone; None: open.
    closed_public_holidays
        Closed on these public holidays; None: open.
    arrive_from_s, arrive_by_s
        Work begins so long before an opening at the earliest and at the latest (below 0: after it),
        instead of during the opening hours; both or neither.
    note
        What the driver needs to know: a code, a key, a door.
    setup_s
        Seconds spent once per stop (parking, finding somebody, signing), before the first crate.
        The setup, too, lies inside the opening hours; the handling of every shipment must *begin*
        inside them and may end after them.
    service_s_per_crate
        Seconds per crate, loading or unloading.
    """

    id: str
    name: str
    kind: SiteKind
    position: Position
    windows: tuple[DayWindow, ...] = ()
    setup_s: int = 300
    service_s_per_crate: int = 20
    dated_hours: tuple[DatedHours, ...] = ()
    school_zone: SchoolZone | None = None
    closed_public_holidays: PublicHolidays | None = None
    arrive_from_s: int | None = None
    arrive_by_s: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a site needs an id")
        if self.setup_s < 0 or self.service_s_per_crate < 0:
            raise ValueError(f"site {self.id}: negative duration")
        if (self.arrive_from_s is None) != (self.arrive_by_s is None):
            raise ValueError(f"site {self.id}: an earliest and a latest arrival, or neither")
        if (self.arrive_from_s or 0) < (self.arrive_by_s or 0):
            raise ValueError(f"site {self.id}: its latest arrival lies before its earliest")
        if self.arrive_from_s is not None and not self.windows:
            raise ValueError(f"site {self.id}: an arrival before an opening, and no hours")
        if any(one.contradicts(other) for one, other in combinations(self.dated_hours, 2)):
            raise ValueError(f"site {self.id}: dated hours that contradict each other")

    def day_windows(self, week: Week) -> tuple[DateWindow, ...]:
        """Return its hours on every date of a week as told to people; none where always open.

        A site that is open at any time has hours only on the dates that say so themselves.
        """
        return week.day_windows(self.windows, dated=self.dated_hours, closed=self._closed(week))

    def hours(self, week: Week, days: frozenset[Weekday] | None = None) -> tuple[TimeWindow, ...]:
        """Return when goods may be handled in a week, in seconds of the horizon.

        Parameters
        ----------
        days
            Weekdays on which it has to open; None or empty for any.  22:00-26:00 on Thursday is
            Thursday throughout; where a site is open at any time, a day is the calendar's.
        """
        return _hours(self, week, days or frozenset())

    def handling(self, opened: TimeWindow) -> TimeWindow:
        """Return when goods are handled for one opening."""
        if self.arrive_from_s is None or self.arrive_by_s is None:
            return opened
        return TimeWindow(
            start_s=max(0, opened.start_s - self.arrive_from_s),
            end_s=max(0, opened.start_s - self.arrive_by_s),
        )

    def open_dates(self, week: Week, days: frozenset[Weekday] = frozenset()) -> set[dt.date]:
        """Return the dates of a week on which it opens, of some weekdays where any are named."""
        opened = {window.date for window in self.day_windows(week)}
        if not self.windows:
            unusual = {date for date in week.dates for d in self.dated_hours if d.holds_on(date)}
            opened |= set(week.dates) - unusual - self._closed(week)
        return {date for date in opened if not days or Weekday.of(date) in days}

    def handling_s(self, crates: int) -> int:
        """Return the seconds it takes to load or unload crates here.

        Goods counted by weight alone still take the time of one crate.
        """
        return max(crates, 1) * self.service_s_per_crate

    def closed_by(self, week: Week) -> dict[dt.date, ClosedBy]:
        """Return why it is closed on dates of a week on which it otherwise opens."""
        usual = {one.date for one in week.day_windows(self.windows)} or set(week.dates)
        opened = {one.date for one in self.day_windows(week)}
        found: dict[dt.date, ClosedBy] = {}
        for date in week.dates:
            dated = any(one.holds_on(date) for one in self.dated_hours)
            if date not in usual or date in opened:
                continue
            if dated:
                found[date] = ClosedBy.DATED_HOURS
            elif (by := self._holiday(date)) is not None:
                found[date] = by
        return found

    def _holiday(self, date: dt.date) -> ClosedBy | None:
        """Return the holiday for which it closes on a date, the public one first."""
        public = self.closed_public_holidays
        if public is not None and is_public_holiday(date, public):
            return ClosedBy.PUBLIC_HOLIDAY
        if self.school_zone is not None and is_school_holiday(date, self.school_zone):
            return ClosedBy.SCHOOL_HOLIDAY
        return None

    def _closed(self, week: Week) -> frozenset[dt.date]:
        """Return the holidays of a week on which it is closed."""
        return frozenset(date for date in week.dates if self._holiday(date) is not None)


# Planning and checking ask for the same hours again and again.
@lru_cache(maxsize=4096)
def _hours(site: Site, week: Week, days: frozenset[Weekday]) -> tuple[TimeWindow, ...]:
    wanted = {date for date in week.dates if not days or Weekday.of(date) in days}
    opened = [window for window in site.day_windows(week) if window.date in wanted]
    # Hours that touch are one opening.
    found = [site.handling(window) for window in week.elapsed(opened)]
    if not site.windows:
        # All day long, but for the dates that have hours of their own.
        whole = site.open_dates(week, days) - {one.date for one in opened}
        found += [week.day_bounds(date) for date in whole]
        if not days and week.dates[-1] in whole:
            # Nights that begin in the week may end after it.
            end_s = week.day_bounds(week.dates[-1]).end_s
            found.append(TimeWindow(start_s=end_s, end_s=end_s + SECONDS_PER_DAY))
    return joined(found)
