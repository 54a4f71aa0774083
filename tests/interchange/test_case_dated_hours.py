"""Hours on particular dates, as people write them in a cell."""

import datetime as dt

import pytest

from colivraison.domain import ClockSpan, DatedHours
from colivraison.interchange.cells import (
    arrival_in,
    arrival_text,
    public_holidays_in,
    school_zone_in,
)
from colivraison.interchange.dated_hours import dated_hours_in, dated_hours_text

MORNING = ClockSpan(opens_s=8 * 3600, closes_s=12 * 3600)
AFTERNOON = ClockSpan(opens_s=14 * 3600, closes_s=int(17.5 * 3600))


def on(first, last="", *spans):
    return DatedHours(
        first_date=dt.date.fromisoformat(first),
        last_date=dt.date.fromisoformat(last or first),
        spans=spans,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24/12/2026 fermé", [on("2026-12-24")]),
        # a column called "fermetures" needs no word
        ("24/12/2026", [on("2026-12-24")]),
        ("24/12/26", [on("2026-12-24")]),
        ("2026-12-24 closed", [on("2026-12-24")]),
        ("fermé du 24/12/2026 au 03/01/2027", [on("2026-12-24", "2027-01-03")]),
        ("Congés 24/12/2026 – 3/1/2027", [on("2026-12-24", "2027-01-03")]),
        ("2026-12-24-2027-01-03 fermé", [on("2026-12-24", "2027-01-03")]),
        ("2026-12-24 to 2027-01-03: holidays", [on("2026-12-24", "2027-01-03")]),
        ("23/12/2026 8h-12h", [on("2026-12-23", "", MORNING)]),
        (
            "le 23/12/2026 : de 8h à 12h et de 14h à 17h30",
            [on("2026-12-23", "", MORNING, AFTERNOON)],
        ),
        ("23/12/2026 14h-17h30, 8h-12h", [on("2026-12-23", "", MORNING, AFTERNOON)]),
        # two lines for one date are two half days
        (
            "23/12/2026 8h-12h\n23/12/2026 14:00-17:30",
            [on("2026-12-23", "", MORNING, AFTERNOON)],
        ),
        (
            "20/12/2026-03/01/2027 fermé ; 23/12/2026 8h-12h ;",
            [on("2026-12-20", "2027-01-03"), on("2026-12-23", "", MORNING)],
        ),
        ("", []),
    ],
)
def test_dates_are_read_as_people_write_them(text, expected):
    assert list(dated_hours_in(text)) == expected


def test_what_we_write_is_read_back():
    entries = (on("2026-12-20", "2027-01-03"), on("2026-12-23", "", MORNING, AFTERNOON))
    text = dated_hours_text(entries)
    assert text == "20/12/2026-03/01/2027 fermé ; 23/12/2026 8h-12h, 14h-17h30"
    assert dated_hours_in(text) == entries


@pytest.mark.parametrize(
    ("text", "arrival"),
    [
        ("30-15", (1800, 900)),
        ("30 min à 15 min", (1800, 900)),
        ("30", (1800, 0)),
        ("20 - -10", (1200, -600)),
    ],
)
def test_an_arrival_is_minutes_before_the_opening(text, arrival):
    assert arrival_in(text) == arrival
    assert arrival_in(arrival_text(*arrival)) == arrival


@pytest.mark.parametrize(
    ("text", "zone"), [("A", "A"), ("zone b", "B"), ("Zone C", "C"), ("non", None)]
)
def test_a_school_zone_is_a_letter(text, zone):
    assert school_zone_in(text) == zone


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("ouvert", None),
        ("non", None),
        ("Fermé", "france"),
        ("oui", "france"),
        ("closed", "france"),
        ("fermé (Alsace-Moselle)", "alsace-moselle"),
        ("Alsace", "alsace-moselle"),
    ],
)
def test_public_holidays_are_closed_or_open(text, which):
    assert public_holidays_in(text) == which
