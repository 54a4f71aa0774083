"""Texts of maps, servers and tables that are made to take for ever, or to be too large a number.

A pattern that shares a row of blanks out in every way takes years on 5,000 of them: these tests
would not come back at all.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from colivraison.errors import Where
from colivraison.roads.calibration.rounds_file import _clock_min
from colivraison.roads.closures.fields import closure_of
from colivraison.roads.fetch import overpass
from colivraison.roads.fetch.request import FetchSettings
from colivraison.roads.fetch.web import Web
from colivraison.roads.profile import load_profile
from colivraison.roads.rules.conditions import (
    clauses,
    conditional_value,
    depends_on_days,
    is_evaluated,
    is_unknown,
)
from colivraison.roads.rules.dates import is_on, names_days
from colivraison.roads.rules.limits import limit_kmh
from colivraison.roads.rules.measures import duration_s, metres, tonnes
from colivraison.roads.rules.restriction import restriction_rules
from colivraison.roads.tables.sheet import date_in, number_in, word

VAN = load_profile("van")
DAY = dt.date(2026, 1, 15)
BLANKS = " " * 5000
FILLINGS = (
    *(" ", "1", "a", "(", ")", "@", ";", ",", "-", "\t", "\n", "\u00a0", "1 ", "1,", "1.", "1-"),
    *(
        "mo,",
        "mo - ",
        "mo , ",
        "jan ",
        "jan 1-",
        "no @ ",
        "no @ (",
        " AND ",
        "weight>",
        "1'",
        "PT1H",
    ),
    *("fr:", "2025-01-01 ", "24/7 ", "_", "w "),
)


@pytest.mark.parametrize("filling", FILLINGS)
@pytest.mark.parametrize("start", ["", "no @ (", "mo ", "1", "jan 1", "weight>"])
def test_a_long_text_is_answered(filling: str, start: str) -> None:
    for end in ("", "!"):
        text = start + filling * (1000 // len(filling)) + end
        found = clauses(text)
        assert all("@" not in clause.value for clause in found)
        assert isinstance(is_evaluated(text), bool)
        assert isinstance(is_unknown(text), bool)
        assert isinstance(depends_on_days(text), bool)
        conditional_value(text, VAN, DAY)
        is_on(text, DAY)
        restriction_rules({"type": "restriction", "restriction:conditional": text})
        for read in (metres, tonnes, duration_s, number_in, date_in, word, _clock_min):
            read(text)
        limit_kmh(text, VAN)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"no{BLANKS}@{BLANKS}({BLANKS}Nov-Apr{BLANKS}){BLANKS}", "no"),
        (f"{BLANKS}no @ Nov-Apr{BLANKS};{BLANKS}yes @ Jan{BLANKS}", "yes"),
        (f"no @ (weight>3{BLANKS}AND{BLANKS}Nov-Apr)", "no"),
        (f"no @ (weight{BLANKS}>{BLANKS}3 t)", "no"),
        (f"no{BLANKS}x", None),
        (f"no @ (Nov{BLANKS}x)", None),
        (f"{BLANKS}x", None),
        ("no @ " + "(" * 5000 + "Nov-Apr", None),
    ],
    ids=range(8),
)
def test_five_thousand_blanks_change_nothing(text: str, value: str | None) -> None:
    assert conditional_value(text, VAN, DAY) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no @ (Nov-Apr; Jul); yes @ (x)", [("no", ["Nov-Apr; Jul"]), ("yes", ["x"])]),
        ("no @ (a (b; c) d)", [("no", ["a (b; c) d"])]),
        ("no; yes @ x", [("yes", ["x"])]),
        ("no @ a and b AND c", [("no", ["a", "b", "c"])]),
        ("no @ sand AND andes", [("no", ["sand", "andes"])]),
        # A bracket that is never closed takes the rest along: a condition nobody understands.
        ("no @ (Nov-Apr; yes @ Jul", [("no", ["(Nov-Apr; yes @ Jul"])]),
        ("no @ Nov-Apr); yes @ Jul", [("no", ["Nov-Apr)"]), ("yes", ["Jul"])]),
        ("@", [("", [""])]),
        ("", []),
    ],
)
def test_clauses_are_parted_outside_brackets(
    text: str, expected: list[tuple[str, list[str]]]
) -> None:
    assert [(clause.value, list(clause.conditions)) for clause in clauses(text)] == expected


def test_what_is_not_understood_in_brackets_counts_as_unknown() -> None:
    for text in ("no @ (Nov-Apr; yes @ Jul", "no @ Nov-Apr)", "no @ (Jan) (Feb)", "@"):
        assert is_unknown(text)
        assert conditional_value(text, VAN, DAY) is None


def test_a_list_of_weekdays_has_no_more_than_two_weeks() -> None:
    assert names_days(",".join(["Mo-Fr"] * 14))
    assert not names_days(",".join(["Mo-Fr"] * 15))


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (
            "<p><strong>Error</strong>: line 1: parse &quot;error&quot; </p>",
            'line 1: parse "error"',
        ),
        (f"Error</strong>:{BLANKS}no end", "400"),
        ("Error</strong>:" * 5000, "400"),
        (f"Error</strong>:{BLANKS}why{BLANKS}not</p></p>", "why not"),
        ("", "400"),
    ],
    ids=range(5),
)
def test_the_page_of_a_refused_query_is_read_once(page: str, why: str, tmp_path: Path) -> None:
    web = Web(FetchSettings(overpass_url="http://overpass.test/api", cache_folder=tmp_path))
    (fault,) = overpass._refused(web, page).faults
    assert fault.details == {"why": why}


def test_waits_and_slots_of_a_server_are_numbers_one_can_wait_for() -> None:
    assert overpass._NEXT_SLOT.findall("Slot available after: 2026, in 7 seconds.") == ["7"]
    assert overpass._NEXT_SLOT.findall(f"Slot available after: x, in {'9' * 400} seconds") == []
    assert overpass._SLOTS.search(f"{'9' * 5000} slots available now") is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("osm_way", "9" * 18, None),
        ("osm_way", "9" * 19, "closure_bad_way"),
        ("osm_way", "way/" + "9" * 5000, "closure_bad_way"),
        ("osm_way", [10**25], "closure_bad_way"),
        ("factor", 10**400, "closure_bad_number"),
        ("factor", "9" * 5000, "closure_bad_number"),
    ],
)
def test_a_number_of_a_closure_may_be_too_long(field: str, value: object, code: str | None) -> None:
    told: dict[str, object] = {"osm_way": "1", "effect": "slowed", "factor": 2.0, field: value}
    _, faults = closure_of(told, number=1, where=Where(), columns={})
    assert [fault.code for fault in faults] == ([code] if code else [])
