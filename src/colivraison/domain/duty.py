"""When somebody or something is on duty in a week: shifts by weekday, others on some dates."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from colivraison.domain.calendar import ClockSpan, DatedHours, DayWindow, Week
from colivraison.units import TimeWindow

__all__ = ["dates_on_duty_only", "shifts_in"]


# Whoever checks or times a plan asks for them at every stop.
@lru_cache(maxsize=4_096)
def shifts_in(
    week: Week, shifts: tuple[DayWindow, ...], dated: tuple[DatedHours, ...]
) -> tuple[TimeWindow, ...]:
    """Return the shifts of a week, in seconds of the horizon; those that touch are one."""
    return week.windows(shifts, dated=dated)


def dates_on_duty_only(
    week: Week,
    shifts: tuple[DayWindow, ...],
    dated: tuple[DatedHours, ...],
    wanted: Collection[TimeWindow],
) -> tuple[DatedHours, ...]:
    """Return the dates of a week with those of the shifts that meet what is wanted, no others."""
    kept = [
        window
        for window in week.day_windows(shifts, dated=dated)
        if any(one.meet(shift) for one in week.elapsed([window]) for shift in wanted)
    ]
    return tuple(
        DatedHours(
            first_date=date,
            last_date=date,
            spans=tuple(
                ClockSpan(opens_s=window.opens_s, closes_s=window.closes_s)
                for window in kept
                if window.date == date
            ),
        )
        for date in week.dates
    )
