"""Public holidays follow from the law, school holidays from a published table."""

from __future__ import annotations

import datetime as dt

import pytest

from colivraison.domain import (
    PublicHolidays,
    SchoolZone,
    is_public_holiday,
    is_school_holiday,
    last_known_school_holiday,
)

FRANCE, ALSACE = PublicHolidays.FRANCE, PublicHolidays.ALSACE_MOSELLE


def public(year: int, which: PublicHolidays) -> set[dt.date]:
    days = (dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(366))
    return {day for day in days if day.year == year and is_public_holiday(day, which)}


def test_2026_has_its_eleven_public_holidays() -> None:
    # Easter Sunday was 5 April 2026: Monday the 6th, Ascension 39 and Whit Monday 50 days later.
    expected = "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"
    assert public(2026, FRANCE) == {dt.date.fromisoformat(f"2026-{d}") for d in expected.split()}


def test_alsace_and_moselle_have_two_more() -> None:
    assert public(2026, ALSACE) - public(2026, FRANCE) == {
        dt.date(2026, 4, 3),  # Good Friday
        dt.date(2026, 12, 26),  # Saint Stephen's Day
    }


@pytest.mark.parametrize("year", [2008, 2035])
def test_ascension_may_fall_on_a_fixed_holiday(year: int) -> None:
    # In 2008 Ascension was the 1st of May (Easter 23 March); in 2035 nothing meets (Easter 25
    # March, Ascension 3 May).
    assert len(public(year, FRANCE)) == {2008: 10, 2035: 11}[year]


@pytest.mark.parametrize(
    ("date", "zones"),
    [
        # Arrêté on the school year 2026-2027: Toussaint for all from Saturday 17 October to the
        # Monday of return, 2 November.
        ("2026-10-16", ""),
        ("2026-10-17", "ABC"),
        ("2026-11-01", "ABC"),
        ("2026-11-02", ""),
        # Winter: A from 13 February 2027, B from the 20th, C from the 6th.
        ("2027-02-10", "C"),
        ("2027-02-15", "AC"),
        ("2027-02-25", "AB"),
        ("2027-03-05", "B"),
        # Summer.
        ("2027-07-14", "ABC"),
    ],
)
def test_school_holidays_go_by_zone(date: str, zones: str) -> None:
    day = dt.date.fromisoformat(date)
    assert "".join(zone for zone in SchoolZone if is_school_holiday(day, zone)) == zones


def test_the_table_knows_where_it_ends() -> None:
    last = last_known_school_holiday()
    assert last >= dt.date(2028, 8, 31)
    assert not any(is_school_holiday(last + dt.timedelta(days=1), zone) for zone in SchoolZone)
