"""Days of conditions."""

from __future__ import annotations

import datetime as dt

import pytest

from colivraison.roads.rules.dates import is_on
from colivraison.roads.rules.measures import duration_s, metres, tonnes

# A Thursday.
DAY = dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    "text",
    [
        "Nov", "Nov-Apr", "Nov 15-May 15", "Nov 26", "Nov 26-26", "Nov 1-30", "Oct-Nov", "Nov,Dec",
        "2026", "2025-2027", "2026+", "2026 Nov", "2026 Nov 01-2026 Dec 31", "2026 Nov 20-Jan 05",
        "2026-11-01 - 2026-11-30", "15 Nov-15 May", "15 Nov - 15 May", "november-april",
        "Th", "Mo-Fr", "We-Mo", "Sa-Th", "Mo,Th", "Mo-We,Th", "Nov Th", "Nov-Apr Mo-Fr",
        "24/7", "00:00-24:00", "Nov 00:00-24:00", "autumn", "fall", "Jul; Nov",
    ],
)  # fmt: skip
def test_a_day_is_under_the_condition(text: str) -> None:
    assert is_on(text, DAY) is True


@pytest.mark.parametrize(
    "text",
    [
        "Dec", "Dec-Apr", "Nov 27-May 15", "Nov 1-25", "Jul-Oct", "2025", "2027+", "2020-2025",
        "2025 Nov", "2025 Nov 01-2026 Nov 25", "2025 Nov 20-Jan 05", "Fr", "Fr-We", "Sa,Su",
        "Nov Fr", "Dec Th", "winter", "spring", "summer", "Jul; Aug",
    ],
)  # fmt: skip
def test_a_day_is_not_under_the_condition(text: str) -> None:
    assert is_on(text, DAY) is False


@pytest.mark.parametrize(
    "text",
    [
        "08:00-18:00", "Mo-Fr 08:00-18:00", "Nov-Apr 08:00+", "sunset-sunrise", "PH", "SH",
        "PH off", "easter", "week 10-20", "Nov-Apr; Mo 08:00-10:00", "Nov 40", "snow", "", ";",
        "Nov-Apr-May", "2026-13-01 - 2026-13-02",
    ],
)  # fmt: skip
def test_hours_and_holidays_are_unknown(text: str) -> None:
    assert is_on(text, DAY) is None


def test_a_winter_may_run_over_the_new_year() -> None:
    text = "2026 Nov 15-Mar 31"
    days = [dt.date(2026, 3, 1), dt.date(2026, 11, 15), dt.date(2027, 3, 31), dt.date(2027, 11, 20)]
    assert [is_on(text, day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.5", 3.5),
        ("3,5 m", 3.5),
        ("350 cm", 3.5),
        ("3.5m", 3.5),
        # 12 ft 6 in = 150 in x 0.0254
        ("12'6\"", 3.81),
        ("12 ft 6 in", 3.81),
        ("10'", 3.048),
        ("10 feet", 3.048),
        ('126"', 3.2004),
        ("none", None),
        ("default", None),
        ("below_default", None),
        ("", None),
        ("-2", None),
        ("3.5;4", 3.5),
    ],
)
def test_lengths_are_read_with_their_units(text: str, value: float | None) -> None:
    assert metres(text) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.5", 3.5),
        ("3,5 t", 3.5),
        ("7.5t", 7.5),
        ("3500 kg", 3.5),
        # 7,000 x 0.45359237 kg
        ("7000 lbs", 3.17514659),
        # 5 x 907.18474 kg
        ("5 st", 4.5359237),
        ("none", None),
        ("unsigned", None),
        ("heavy", None),
    ],
)
def test_weights_are_read_with_their_units(text: str, value: float | None) -> None:
    assert tonnes(text) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1:05", 3900),
        ("01:05:10", 3910),
        ("65", 3900),
        ("65 min", 3900),
        ("PT1H5M", 3900),
        ("P1DT2H", 93_600),
        ("pt30s", 30),
        ("P", None),
        ("1:75", None),
        ("soon", None),
        ("PT999999999999H", None),
        ("99999", None),
        ("0", None),
        ("00:00", None),
    ],
)
def test_durations_are_read_in_all_their_forms(text: str, value: float | None) -> None:
    assert duration_s(text) == value
