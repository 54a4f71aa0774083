"""Cells as people write them."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colivraison.domain import (
    LATEST_CLOSE_S,
    DayWindow,
    Position,
    SiteKind,
    TemperatureClass,
    Weekday,
)
from colivraison.errors import Where
from colivraison.interchange.case_place import position_in
from colivraison.interchange.cells import (
    date_in,
    decimal_in,
    kind_in,
    number_text,
    profile_in,
    temperature_in,
    temperatures_in,
)
from colivraison.interchange.hours import days_in, hours_in, hours_text
from colivraison.interchange.refused import Refused
from colivraison.interchange.words import word_key
from colivraison.roads import PROFILE_NAMES, PROFILE_WORDS
from colivraison.roads.closures.fields import closure_of

THURSDAY, FRIDAY = Weekday.THURSDAY, Weekday.FRIDAY
H = 3600


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jeu 8h-12h ; ven 16h-19h", [(THURSDAY, 8 * H, 12 * H), (FRIDAY, 16 * H, 19 * H)]),
        ("jeu 8h-12h, ven 16h-19h", [(THURSDAY, 8 * H, 12 * H), (FRIDAY, 16 * H, 19 * H)]),
        # 18 h 30 = 66 600 s
        ("jeudi 18h30-20h", [(THURSDAY, 66_600, 20 * H)]),
        ("Jeudi de 8h à 12h et 14h-18h", [(THURSDAY, 8 * H, 12 * H), (THURSDAY, 14 * H, 18 * H)]),
        ("Thursday 8:00-12:00", [(THURSDAY, 8 * H, 12 * H)]),
        ("jeu. 8–12", [(THURSDAY, 8 * H, 12 * H)]),
        ("jeu, ven 8h-9h", [(THURSDAY, 8 * H, 9 * H), (FRIDAY, 8 * H, 9 * H)]),
        ("jeu 22h-26h", [(THURSDAY, 22 * H, 26 * H)]),
        ("jeudi", [(THURSDAY, 0, 24 * H)]),
        ("tous les jours 7h30-9h", [(day, 27_000, 9 * H) for day in Weekday]),
        ("8h-12h", [(day, 8 * H, 12 * H) for day in Weekday]),
        (
            "lun-ven 8:00-12:00, 14:00-18:00",
            [
                (day, start, end)
                for day in list(Weekday)[:5]
                for start, end in ((8 * H, 12 * H), (14 * H, 18 * H))
            ],
        ),
        # over the end of the week
        (
            "sam-lun 9h-10h",
            [(d, 9 * H, 10 * H) for d in (Weekday.SATURDAY, Weekday.SUNDAY, Weekday.MONDAY)],
        ),
        # copied from our own sentence, which sets a narrow no-break space before ";"
        ("jeu 8h-12h\u202f; ven 16h-19h", [(THURSDAY, 8 * H, 12 * H), (FRIDAY, 16 * H, 19 * H)]),
        ("jeu 8h-12h ;", [(THURSDAY, 8 * H, 12 * H)]),
        ("", []),
        (" \n ", []),
    ],
)
def test_hours_are_read_as_people_write_them(text, expected):
    assert [(w.weekday, w.opens_s, w.closes_s) for w in hours_in(text)] == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("jeu 12h-8h", "window_ends_before_start"),
        ("jeu 8h-8h", "window_ends_before_start"),
        ("jeu 8h", "bad_hours"),
        ("jeu 8h-12h60", "bad_hours"),
        ("jeu 8h-31h", "bad_hours"),
        # what a spreadsheet makes of "8-12"
        ("2026-12-08", "bad_hours"),
        ("08:00:00", "bad_hours"),
        ("le matin", "bad_hours"),
        ("-" * 100_000, "bad_hours"),
        # says nothing, and must not mean "at any time"
        *((nothing, "bad_hours") for nothing in (";", " , ", "/", "le", "; de ;")),
    ],
)
def test_hours_that_cannot_be_read_are_refused(text, code):
    with pytest.raises(Refused) as caught:
        hours_in(text)
    assert caught.value.code == code


WINDOWS = st.builds(
    lambda day, opens_s, length_s: DayWindow(
        weekday=day, opens_s=opens_s, closes_s=min(opens_s + length_s, LATEST_CLOSE_S)
    ),
    st.sampled_from(Weekday),
    st.integers(0, LATEST_CLOSE_S - 1),
    st.integers(1, LATEST_CLOSE_S),
)


@given(st.lists(WINDOWS, max_size=6).map(tuple))
def test_hours_written_are_read_back_exactly(windows):
    assert hours_in(hours_text(windows)) == windows


@pytest.mark.parametrize("text", ["jeu, ven", "jeudi/vendredi", "Jeu-Ven", "thu and fri"])
def test_days_are_read_as_people_write_them(text):
    assert days_in(text) == {THURSDAY, FRIDAY}


@pytest.mark.parametrize("text", [";", " , ", "/", "le", "; du ;"])
def test_days_that_name_none_are_refused(text):
    with pytest.raises(Refused, match="bad_day"):
        days_in(text)


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_no_days_at_all_mean_any_day(text):
    assert days_in(text) == frozenset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.80", "1.80"),
        ("1,80", "1.80"),
        ("1 234,50", "1234.50"),
        ("1\u202f234,50\u00a0€", "1234.50"),
        ("12,00 €", "12.00"),
        ("48 kg", "48"),
        ("-3", "-3"),
    ],
)
def test_numbers_are_read_in_both_writings(text, expected):
    assert decimal_in(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["1 2", "1,2,3", "12-01", "nan", "inf", "=1+1", "0x10", "١٢x", ""])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Refused, match="bad_number"):
        decimal_in(text)


def test_numbers_are_written_with_a_comma_and_no_useless_zero():
    assert [number_text(Decimal(n)) for n in ("1.50", "2.0", "100")] == ["1,5", "2", "100"]


@pytest.mark.parametrize(
    "text", ["23/11/2026", "2026-11-23", "23.11.26", "2026-11-23 00:00:00", "46349"]
)
def test_a_date_is_read_in_every_usual_writing(text):
    # 46 349 days after 30 December 1899 is 23 November 2026.
    assert date_in(text) == dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ambiante", TemperatureClass.AMBIENT),
        ("+4", TemperatureClass.PLUS_4),
        ("4", TemperatureClass.PLUS_4),
        ("+4 °C", TemperatureClass.PLUS_4),
        ("+3", TemperatureClass.PLUS_2),
        ("Surgelé", TemperatureClass.FROZEN),
        ("−18°", TemperatureClass.FROZEN),
        ("chaud", TemperatureClass.HOT),
        ("+8", TemperatureClass.PLUS_8),
    ],
)
def test_temperatures_have_several_names(text, expected):
    assert temperature_in(text) is expected


def test_several_temperatures_stand_in_one_cell():
    expected = {TemperatureClass.AMBIENT, TemperatureClass.PLUS_4, TemperatureClass.FROZEN}
    assert temperatures_in("ambiante, +4 et surgelé") == expected


@pytest.mark.parametrize(
    ("profile", "name"),
    [(profile, name) for profile in PROFILE_WORDS for name in PROFILE_WORDS[profile]],
)
def test_a_vehicle_is_called_the_same_in_a_case_and_in_a_closure(profile, name):
    for written in (name, name.upper(), f" {name} "):
        assert profile_in(written) == profile
    values = {"effect": "fermé", "osm_way": "1", "profiles": f"{name.title()}, fourgon"}
    closure, faults = closure_of(values, number=1, where=Where(), columns={})
    assert faults == []
    assert closure.profiles == tuple(dict.fromkeys((profile, "van")))


def test_the_words_of_vehicles_are_those_we_write_and_name_one_profile_each():
    assert [words[0] for words in PROFILE_WORDS.values()] == [
        *("fourgon", "fourgon frigorifique", "voiture", "camion", "vélo cargo"),
    ]
    every = [word_key(word) for words in PROFILE_WORDS.values() for word in words]
    assert len(set(every)) == len(every)
    # All profiles but the one that only imitates another engine.
    assert {*PROFILE_WORDS, "osrm-car"} == set(PROFILE_NAMES)


def test_kinds_have_several_names():
    assert [kind_in(t) for t in ("Marché", "AMAP", "canteen")] == [
        *(SiteKind.MARKET, SiteKind.POINT, SiteKind.CANTEEN)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "47.65, -2.09",
        "47,65 ; -2,09",
        "47,65, -2,09",
        "(47.65 -2.09)",
        "https://www.google.com/maps/@47.65,-2.09,15z",
        "https://www.google.com/maps?q=47.65,-2.09",
        "https://www.google.com/maps/search/?api=1&query=47.65%2C-2.09",
        # the pin, not the middle of the picture
        "https://www.google.fr/maps/place/X/@40.1,3.2,15z/data=!3m1!4b1!3d47.65!4d-2.09",
        "https://www.openstreetmap.org/#map=17/47.65/-2.09",
        "https://www.openstreetmap.org/?mlat=47.65&mlon=-2.09#map=12/40.0/3.0",
        "geo:47.65,-2.09?z=17",
        "geo:0,0?q=47.65,-2.09",
        "https://www.waze.com/ul?ll=47.65%2C-2.09&navigate=yes",
    ],
)
def test_a_pasted_position_or_link_is_read_without_opening_it(text):
    assert position_in(text) == Position(lat=47.65, lon=-2.09)


@pytest.mark.parametrize("text", ["Saint-Martin", "47", "12 rue du Lac", "Maps"])
def test_a_name_is_no_position(text):
    assert position_in(text) is None
