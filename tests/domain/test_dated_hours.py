"""Some dates have other hours than their weekday, or none."""

from __future__ import annotations

import datetime as dt

import pytest

from colivraison.domain import (
    ClockSpan,
    DatedHours,
    DayWindow,
    Position,
    PublicHolidays,
    SchoolZone,
    Site,
    SiteKind,
    TemperatureClass,
    Vehicle,
    Week,
    Weekday,
)
from colivraison.units import TimeWindow

# Christmas 2026 is the Friday; the school holidays of all zones began on the 19th.
CHRISTMAS = Week(first_date=dt.date(2026, 12, 21))
NOVEMBER = Week(first_date=dt.date(2026, 11, 9))  # Armistice Day is the Wednesday
DAY_S, HOUR_S = 86_400, 3600
MORNINGS = tuple(
    DayWindow(weekday=day, opens_s=8 * HOUR_S, closes_s=12 * HOUR_S) for day in list(Weekday)[:5]
)


def site(**changes: object) -> Site:
    values: dict[str, object] = {
        "id": "s",
        "name": "s",
        "kind": SiteKind.CANTEEN,
        "position": Position(lat=47.0, lon=0.0),
        "windows": MORNINGS,
        **changes,
    }
    return Site(**values)


def dated(first: str, last: str = "", *spans: tuple[float, float]) -> DatedHours:
    return DatedHours(
        first_date=dt.date.fromisoformat(first),
        last_date=dt.date.fromisoformat(last or first),
        spans=tuple(
            ClockSpan(opens_s=int(opens * HOUR_S), closes_s=int(closes * HOUR_S))
            for opens, closes in spans
        ),
    )


def told(found: tuple[TimeWindow, ...]) -> list[tuple[float, float]]:
    """Windows in hours since Monday's midnight."""
    return [(window.start_s / HOUR_S, window.end_s / HOUR_S) for window in found]


def test_a_closed_date_takes_the_place_of_its_weekday() -> None:
    found = site(dated_hours=(dated("2026-11-10"),)).hours(NOVEMBER)
    # Tuesday (24 h to 48 h) is missing.
    assert told(found) == [(8, 12), (56, 60), (80, 84), (104, 108)]


def test_other_hours_take_the_place_of_the_usual_ones() -> None:
    found = site(dated_hours=(dated("2026-11-10", "", (14, 16), (17, 26)),)).hours(NOVEMBER)
    # 14:00-16:00 and 17:00-26:00 of Tuesday instead of 8:00-12:00.
    assert told(found)[1:3] == [(38, 40), (41, 50)]


def test_a_public_holiday_closes_whoever_says_so() -> None:
    assert len(site().hours(NOVEMBER)) == 5
    closed = site(closed_public_holidays=PublicHolidays.FRANCE)
    assert told(closed.hours(NOVEMBER)) == [(8, 12), (32, 36), (80, 84), (104, 108)]


def test_school_holidays_close_whoever_is_in_the_zone() -> None:
    assert site(school_zone=SchoolZone.A).hours(CHRISTMAS) == ()
    assert len(site(school_zone=SchoolZone.A).hours(NOVEMBER)) == 5


def test_what_a_date_says_itself_comes_before_holidays() -> None:
    kitchen = site(school_zone=SchoolZone.B, dated_hours=(dated("2026-12-22", "", (7, 10)),))
    assert told(kitchen.hours(CHRISTMAS)) == [(31, 34)]


def test_of_two_periods_the_shorter_one_holds() -> None:
    shop = site(dated_hours=(dated("2026-12-20", "2027-01-03"), dated("2026-12-23", "", (8, 10))))
    assert told(shop.hours(CHRISTMAS)) == [(56, 58)]


@pytest.mark.parametrize(
    "second",
    [
        dated("2026-12-23", "", (8, 10)),  # the same date once more
        dated("2026-12-22", "2026-12-23"),  # as long as the third below, and overlapping it
    ],
)
def test_entries_that_contradict_each_other_are_refused(second: DatedHours) -> None:
    first = (dated("2026-12-23"), dated("2026-12-23", "2026-12-24"))
    with pytest.raises(ValueError, match="contradict"):
        site(dated_hours=(*first, second))


def test_a_period_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        dated("2026-12-24", "2026-12-23")


def test_a_place_open_at_any_time_is_open_around_its_closed_date() -> None:
    always = site(windows=(), dated_hours=(dated("2026-11-10"),))
    # Monday; then Wednesday to Sunday and the night after, which begins in the week.
    assert always.hours(NOVEMBER) == (
        TimeWindow(start_s=0, end_s=DAY_S - 1),
        TimeWindow(start_s=2 * DAY_S, end_s=8 * DAY_S - 1),
    )
    # Other hours on that date, and only it has any to tell people.
    early = site(windows=(), dated_hours=(dated("2026-11-10", "", (6, 8)),))
    assert told(early.hours(NOVEMBER))[1] == (30, 32)
    assert [window.date for window in early.day_windows(NOVEMBER)] == [dt.date(2026, 11, 10)]


def test_a_place_open_at_any_time_and_closed_on_the_last_day_has_no_night_after_it() -> None:
    always = site(windows=(), dated_hours=(dated("2026-11-15"),))
    assert always.hours(NOVEMBER) == (TimeWindow(start_s=0, end_s=6 * DAY_S - 1),)


def test_days_and_dates_both_count() -> None:
    shop = site(dated_hours=(dated("2026-11-10", "", (14, 16)),))
    found = shop.hours(NOVEMBER, frozenset({Weekday.MONDAY, Weekday.TUESDAY}))
    assert told(found) == [(8, 12), (38, 40)]
    always = site(windows=(), dated_hours=(dated("2026-11-10"),))
    assert always.hours(NOVEMBER, frozenset({Weekday.TUESDAY})) == ()


def test_goods_may_be_wanted_before_the_opening() -> None:
    # From 30 to 15 minutes before 8:00, each morning; people are told the hours of the opening.
    ruche = site(arrive_from_s=1_800, arrive_by_s=900)
    assert told(ruche.hours(NOVEMBER))[:2] == [(7.5, 7.75), (31.5, 31.75)]
    assert {window.opens_s for window in ruche.day_windows(NOVEMBER)} == {8 * HOUR_S}
    # Up to ten minutes after it.
    assert told(site(arrive_from_s=0, arrive_by_s=-600).hours(NOVEMBER))[0] == (8, 8 + 1 / 6)


def test_hours_that_touch_are_one_opening() -> None:
    noon = tuple(
        DayWindow(weekday=Weekday.MONDAY, opens_s=h * HOUR_S, closes_s=(h + 4) * HOUR_S)
        for h in (8, 12)
    )
    ruche = site(windows=noon, arrive_from_s=1_800, arrive_by_s=900)
    assert told(ruche.hours(NOVEMBER)) == [(7.5, 7.75)]


def test_goods_wanted_before_midnight_of_the_first_day_are_wanted_from_midnight() -> None:
    early = DayWindow(weekday=Weekday.MONDAY, opens_s=600, closes_s=HOUR_S)
    window = site(windows=(early,), arrive_from_s=1_800, arrive_by_s=300).hours(NOVEMBER)
    assert window == (TimeWindow(start_s=0, end_s=300),)


@pytest.mark.parametrize(
    "changes",
    [
        {"arrive_from_s": 60},
        {"arrive_by_s": 60},
        {"arrive_from_s": 0, "arrive_by_s": 1},
        # before an opening of a place that is always open
        {"arrive_from_s": 60, "arrive_by_s": 0, "windows": ()},
    ],
)
def test_an_arrival_has_two_ends_in_order(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="arrival"):
        site(**changes)


def test_why_a_place_is_closed_is_known_by_date() -> None:
    kitchen = site(
        school_zone=SchoolZone.A,
        closed_public_holidays=PublicHolidays.FRANCE,
        dated_hours=(dated("2026-12-22"), dated("2026-12-23", "", (8, 9))),
    )
    # Monday and Thursday in the holidays, Tuesday by itself, Friday is Christmas; Wednesday has
    # hours, and the weekend is closed anyhow.
    assert {date.day: by.value for date, by in kitchen.closed_by(CHRISTMAS).items()} == {
        21: "school_holiday",
        22: "dated_hours",
        24: "school_holiday",
        25: "public_holiday",
    }
    assert site().closed_by(CHRISTMAS) == {}


def test_a_night_is_the_day_on_which_it_begins() -> None:
    bar = site(
        windows=(DayWindow(weekday=Weekday.TUESDAY, opens_s=22 * HOUR_S, closes_s=26 * HOUR_S),),
        dated_hours=(dated("2026-11-11"),),
    )
    # Closed on Wednesday, and open on Tuesday until two in the morning.
    assert told(bar.hours(NOVEMBER)) == [(46, 50)]


def van(**changes: object) -> Vehicle:
    values: dict[str, object] = {
        "id": "v",
        "name": "v",
        "owner_id": "",
        "start_site_id": "a",
        "end_site_id": "a",
        "shifts": MORNINGS,
        "capacity_g": 1,
        "capacity_crates": 1,
        "temperatures": frozenset({TemperatureClass.AMBIENT}),
        **changes,
    }
    return Vehicle(**values)


def test_a_van_in_the_garage_has_no_shift_that_day() -> None:
    shifts = van(dated_shifts=(dated("2026-11-10"), dated("2026-11-14", "", (6, 9))))
    # Saturday the 14th: 6:00 to 9:00, though it usually stays at home.
    found = told(shifts.shifts_in(NOVEMBER))
    assert found == [(8, 12), (56, 60), (80, 84), (104, 108), (126, 129)]


def test_a_van_keeps_only_the_shifts_it_is_left() -> None:
    week, all_days = NOVEMBER, van(dated_shifts=(dated("2026-11-10", "", (6, 8), (9, 10)),))
    shifts = all_days.shifts_in(week)
    kept = all_days.on_duty_only(week, [shifts[1], shifts[4]])
    # Tuesday 6:00-8:00 and Thursday 8:00-12:00.
    assert told(kept.shifts_in(week)) == [(30, 32), (80, 84)]
    assert kept.shifts_in(week) == (shifts[1], shifts[4])


def test_a_van_does_not_contradict_itself() -> None:
    with pytest.raises(ValueError, match="contradict"):
        van(dated_shifts=(dated("2026-11-10"), dated("2026-11-10", "", (6, 8))))
