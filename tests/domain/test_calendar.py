"""Hours of the week become seconds of the horizon, clock changes included."""

from __future__ import annotations

import datetime as dt

import pytest

from colivraison.domain import DayWindow, Week, Weekday
from colivraison.units import TimeWindow

ORDINARY = Week(first_date=dt.date(2026, 11, 23))
# The clock goes from 2:00 to 3:00 on Sunday 29 March 2026, and back on 25 October 2026.
SPRING = Week(first_date=dt.date(2026, 3, 23))
AUTUMN = Week(first_date=dt.date(2026, 10, 19))


def window(day: Weekday, opens_h: float, closes_h: float) -> DayWindow:
    return DayWindow(weekday=day, opens_s=int(opens_h * 3600), closes_s=int(closes_h * 3600))


def test_thursday_eight_o_clock_is_eighty_hours_after_mondays_midnight() -> None:
    assert ORDINARY.elapsed_s(dt.date(2026, 11, 26), 8 * 3600) == (3 * 24 + 8) * 3600


@pytest.mark.parametrize(
    ("week", "hours"),
    [
        (ORDINARY, 6 * 24 + 8),
        # One hour less has gone by when the clock says eight on that Sunday.
        (SPRING, 6 * 24 + 7),
        # One hour more.
        (AUTUMN, 6 * 24 + 9),
    ],
)
def test_sunday_eight_o_clock_counts_the_hours_that_really_went_by(week: Week, hours: int) -> None:
    sunday = week.date_of(Weekday.SUNDAY)
    assert week.elapsed_s(sunday, 8 * 3600) == hours * 3600
    assert week.moment(hours * 3600).strftime("%A %H:%M") == "Sunday 08:00"


@pytest.mark.parametrize(("week", "hours"), [(ORDINARY, 24), (SPRING, 23), (AUTUMN, 25)])
def test_a_sunday_is_as_long_as_its_clock_change_makes_it(week: Week, hours: int) -> None:
    bounds = week.day_bounds(week.date_of(Weekday.SUNDAY))
    assert bounds.end_s - bounds.start_s + 1 == hours * 3600


def test_hours_after_midnight_belong_to_the_day_before() -> None:
    (found,) = ORDINARY.windows([window(Weekday.MONDAY, 22, 26)])
    assert (found.start_s, found.end_s) == (22 * 3600, 26 * 3600)


def test_windows_are_sorted_joined_and_filtered_by_day() -> None:
    hours = [
        window(Weekday.TUESDAY, 8, 12),
        window(Weekday.MONDAY, 14, 18),
        window(Weekday.MONDAY, 8, 12),
        window(Weekday.MONDAY, 12, 13),
    ]
    assert ORDINARY.windows(hours, frozenset({Weekday.MONDAY})) == (
        TimeWindow(start_s=8 * 3600, end_s=13 * 3600),
        TimeWindow(start_s=14 * 3600, end_s=18 * 3600),
    )


def test_a_week_may_begin_on_any_day() -> None:
    week = Week(first_date=dt.date(2026, 11, 26))
    assert week.date_of(Weekday.MONDAY) == dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("opens_s", "closes_s"),
    [
        (8 * 3600, 8 * 3600),  # no time at all
        (9 * 3600, 8 * 3600),  # ends before it starts
        (-1, 3600),  # before midnight
        (0, 30 * 3600 + 1),  # later than 30:00
    ],
)
def test_hours_that_are_none_are_refused(opens_s: int, closes_s: int) -> None:
    with pytest.raises(ValueError, match="not opening hours"):
        DayWindow(weekday=Weekday.MONDAY, opens_s=opens_s, closes_s=closes_s)


def test_hours_that_the_spring_change_skips_begin_when_it_is_over() -> None:
    # Sunday 29 March 2026: 2:00 to 3:00 does not exist. 02:30-03:10 is the first ten minutes
    # after the change, two hours after midnight.
    (found,) = SPRING.windows([window(Weekday.SUNDAY, 2.5, 3 + 1 / 6)])
    start_s = 6 * 86_400 + 2 * 3600
    assert found == TimeWindow(start_s=start_s, end_s=start_s + 600)


def test_hours_that_lie_wholly_in_the_skipped_hour_are_a_moment() -> None:
    (found,) = SPRING.windows([window(Weekday.SUNDAY, 2.25, 2.75)])
    assert found.start_s == found.end_s == 6 * 86_400 + 2 * 3600
