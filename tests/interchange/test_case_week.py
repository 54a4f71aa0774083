"""What a case says of its week: the order cycle, when orders were placed, which come back."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from colivraison.domain import Case, ClockMoment, Recurrence, Weekday
from colivraison.errors import Fault, InputError
from colivraison.interchange import (
    CaseReading,
    case_to_json,
    parse_case_json,
    read_case,
    read_case_json,
    write_case_folder,
)
from colivraison.interchange.moments import END_OF_DAY_S, moment_in, moment_text
from colivraison.interchange.recurrence import recurrence_in, recurrence_text
from colivraison.interchange.refused import Refused
from colivraison.texts import LANGUAGES, Texts

TODAY = dt.date(2026, 11, 18)
TUESDAY, THURSDAY, FRIDAY = Weekday.TUESDAY, Weekday.THURSDAY, Weekday.FRIDAY
CHRISTMAS = (dt.date(2026, 12, 24), dt.date(2026, 12, 31))

TABLES = {
    "producteurs.csv": [
        "identifiant;latitude;longitude;heures_de_preparation",
        "f1;47,65;-2,09;12",
        "f2;47,60;-2,05;",
    ],
    "lieux.csv": ["identifiant;latitude;longitude;horaires", "halle;47,66;-2,10;jeu 8h-12h"],
    "vehicules.csv": ["identifiant;proprietaire;kg_max;caisses_max", "v1;f1;600;80"],
    "commandes.csv": [
        "identifiant;producteur;lieu;caisses;jours;commandee_le;chaque_semaine",
        "c1;f1;halle;6;jeu;24/11/2026 18h30;",
        "c2;f1;halle;2;;;jeudi sauf 24/12/2026, 31/12/2026",
    ],
    "reglages.csv": [
        "reglage;valeur",
        "semaine_du;23/11/2026",
        "ouverture_commandes;19/11/2026 8h",
        "cloture_commandes;24/11/2026",
        "distribution;26/11/2026 17h",
    ],
}


def read(folder: Path, tables: dict[str, list[str]] = TABLES) -> CaseReading:
    folder.mkdir(exist_ok=True)
    for name, lines in tables.items():
        (folder / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
    return read_case(folder, gazetteer=None, today=TODAY)


def with_line(file: str, line: int, text: str) -> dict[str, list[str]]:
    lines = list(TABLES[file])
    lines[line] = text
    return TABLES | {file: lines}


def faults(folder: Path, tables: dict[str, list[str]]) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read(folder, tables)
    for language in LANGUAGES:
        for fault in caught.value.faults:
            assert all(Texts(language).fault(fault))
    return caught.value.faults


def warned(reading: CaseReading) -> list[tuple[str, str]]:
    for language in LANGUAGES:
        for warning in reading.warnings:
            assert Texts(language).warning(warning)
    return [(warning.code, warning.value) for warning in reading.warnings]


# --- moments


@pytest.mark.parametrize(
    ("cell", "date", "clock_s"),
    [
        ("24/11/2026 18h30", (2026, 11, 24), 66_600),
        ("mar. 24/11/2026 à 18 h 30", (2026, 11, 24), 66_600),
        ("24/11/26 18h", (2026, 11, 24), 64_800),
        ("2026-11-24T18:30", (2026, 11, 24), 66_600),
        ("2026-11-24 18:30:15", (2026, 11, 24), 66_615),
        # what a spreadsheet makes of it
        ("2026-11-24 18:30:00.000004", (2026, 11, 24), 66_600),
        ("24/11/2026", (2026, 11, 24), 0),
        ("46350", (2026, 11, 24), 0),
        ("24/11/2026 24h", (2026, 11, 25), 0),
    ],
)
def test_a_moment_is_read_as_people_write_it(
    cell: str, date: tuple[int, int, int], clock_s: int
) -> None:
    assert moment_in(cell) == ClockMoment(date=dt.date(*date), clock_s=clock_s)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("mardi soir", "bad_moment"),
        ("24/11/2026 25h", "bad_moment"),
        ("24/11/2026 18h60", "bad_moment"),
        ("24/11/2026 18", "bad_moment"),
        ("2026-11-24T18:30Z", "bad_moment"),
        ("31/11/2026 8h", "bad_date"),
        ("24/11/1026 8h", "date_out_of_range"),
    ],
)
def test_a_moment_that_cannot_be_read_is_refused(cell: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        moment_in(cell)
    assert caught.value.code == code


def test_a_moment_is_written_so_that_it_is_read_back() -> None:
    for clock_s in (0, 61, 3_600, 66_600, 86_399):
        moment = ClockMoment(date=dt.date(2026, 11, 24), clock_s=clock_s)
        assert moment_in(moment_text(moment)) == moment
        assert moment_in(moment.isoformat()) == moment


def test_the_cycle_and_the_times_of_orders_are_read(tmp_path: Path) -> None:
    case = read(tmp_path / "cas").case
    cycle = case.settings.cycle
    assert cycle.opens == ClockMoment(date=dt.date(2026, 11, 19), clock_s=8 * 3600)
    # "Until Tuesday" is until its end.
    assert cycle.closes == ClockMoment(date=dt.date(2026, 11, 24), clock_s=END_OF_DAY_S)
    assert cycle.distribution == ClockMoment(date=dt.date(2026, 11, 26), clock_s=17 * 3600)
    assert [producer.preparation_s for producer in case.producers] == [43_200, 0]
    placed, coming = case.orders
    assert placed.ordered_at == ClockMoment(date=dt.date(2026, 11, 24), clock_s=66_600)
    assert coming.ordered_at is None
    # Tuesday 18:30 and twelve hours: Wednesday 6:30.
    assert case.ready_s([placed]) == 2 * 86_400 + 6 * 3600 + 1_800


@pytest.mark.parametrize(
    ("file", "line", "text", "code", "column"),
    [
        ("reglages.csv", 3, "cloture_commandes;mardi soir", "bad_moment", "valeur"),
        ("producteurs.csv", 1, "f1;47,65;-2,09;vite", "bad_number", "heures_de_preparation"),
        ("producteurs.csv", 1, "f1;47,65;-2,09;-1", "negative_number", "heures_de_preparation"),
        ("commandes.csv", 1, "c1;f1;halle;6;jeu;hier;", "bad_moment", "commandee_le"),
        ("commandes.csv", 1, "c1;f1;halle;6;;;souvent", "bad_recurrence", "chaque_semaine"),
        ("commandes.csv", 1, "c1;f1;halle;6;jeu;;jeu", "repeats_and_days", "chaque_semaine"),
        # Christmas is a Friday.
        (
            *("commandes.csv", 1, "c1;f1;halle;6;;;jeudi sauf 25/12/2026"),
            *("exception_on_other_day", "chaque_semaine"),
        ),
        (
            *("commandes.csv", 1, "c1;f1;halle;6;;;jeudi du 30/06/2027 au 01/09/2026"),
            *("dates_end_before_start", "chaque_semaine"),
        ),
    ],
)
def test_each_fault_is_told_with_its_cell(
    tmp_path: Path, file: str, line: int, text: str, code: str, column: str
) -> None:
    found = faults(tmp_path / "cas", with_line(file, line, text))
    assert [(f.code, f.where.file, f.where.row, f.where.column) for f in found] == [
        (code, file, line + 1, column)
    ]


# --- orders that come back


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("jeudi", {"weekdays": {THURSDAY}}),
        ("tous les jeudis", {"weekdays": {THURSDAY}}),
        ("chaque mar et ven", {"weekdays": {TUESDAY, FRIDAY}}),
        ("mar, ven", {"weekdays": {TUESDAY, FRIDAY}}),
        ("every thursday", {"weekdays": {THURSDAY}}),
        (
            "jeudi sauf 24/12/2026, 31/12/2026",
            {"weekdays": {THURSDAY}, "except_dates": CHRISTMAS},
        ),
        (
            "Tous les jeudis sauf le 24/12/2026 et le 31/12/2026",
            {"weekdays": {THURSDAY}, "except_dates": CHRISTMAS},
        ),
        # Of a range only its Thursdays count.
        (
            "jeudi sauf 20/12/2026-03/01/2027",
            {"weekdays": {THURSDAY}, "except_dates": CHRISTMAS},
        ),
        (
            "jeu ; du 01/09/2026 au 30/06/2027 ; sauf 24/12/2026",
            {
                "weekdays": {THURSDAY},
                "first_date": dt.date(2026, 9, 1),
                "last_date": dt.date(2027, 6, 30),
                "except_dates": CHRISTMAS[:1],
            },
        ),
        (
            "jeudi à partir du 01/09/2026",
            {"weekdays": {THURSDAY}, "first_date": dt.date(2026, 9, 1)},
        ),
        (
            "jeudi jusqu'au 2027-06-30",
            {"weekdays": {THURSDAY}, "last_date": dt.date(2027, 6, 30)},
        ),
        (
            "thursday from 01/09/2026 to 30/06/2027 except 24/12/2026",
            {
                "weekdays": {THURSDAY},
                "first_date": dt.date(2026, 9, 1),
                "last_date": dt.date(2027, 6, 30),
                "except_dates": CHRISTMAS[:1],
            },
        ),
    ],
)
def test_how_often_is_read_as_people_write_it(cell: str, wanted: dict[str, object]) -> None:
    expected = Recurrence(**{**wanted, "weekdays": frozenset(wanted["weekdays"])})
    assert recurrence_in(cell) == expected
    assert recurrence_in(recurrence_text(expected)) == expected


@pytest.mark.parametrize(
    "cell",
    [
        *("souvent", ";", "sauf 24/12/2026", "jeudi sauf noël", "un jeudi sur deux"),
        *("jeudi sauf", "jeudi 8h-12h", "jeudi du 01/09/2026 ; du 01/10/2026", "24/12/2026"),
        "jeudi sauf 24/12/2026-24/12/2036",
    ],
)
def test_how_often_that_cannot_be_read_is_refused(cell: str) -> None:
    with pytest.raises(Refused) as caught:
        recurrence_in(cell)
    assert caught.value.code == "bad_recurrence"


def test_it_comes_in_the_week_as_an_order_of_its_day(tmp_path: Path) -> None:
    reading = read(tmp_path / "cas")
    assert warned(reading) == []
    assert [(order.id, set(order.days)) for order in reading.case.orders] == [
        ("c1", {THURSDAY}),
        ("c2@2026-11-26", {THURSDAY}),
    ]
    (one,) = reading.case.recurring
    assert (one.id, one.repeats.except_dates) == ("c2", CHRISTMAS)


def at_christmas(**more: list[str]) -> dict[str, list[str]]:
    return TABLES | {"reglages.csv": ["reglage;valeur", "semaine_du;21/12/2026"]} | more


def test_what_does_not_come_is_said_in_a_line(tmp_path: Path) -> None:
    reading = read(tmp_path / "cas", at_christmas())
    assert [order.id for order in reading.case.orders] == ["c1"]
    assert warned(reading) == [("recurrence_excepted", "c2@2026-12-24")]
    assert "jeudi 24 décembre 2026" in Texts("fr").warning(reading.warnings[0])
    assert (reading.warnings[0].where.row, reading.warnings[0].where.column) == (
        *(3,),
        "chaque_semaine",
    )
    header, first, _ = TABLES["commandes.csv"]
    ended = [header, first, "c2;f1;halle;2;;;jeudi jusqu'au 30/11/2026"]
    tables = at_christmas() | {"commandes.csv": ended}
    assert warned(read(tmp_path / "fini", tables)) == [
        ("recurrence_out_of_period", "c2@2026-12-24")
    ]
    stale = [*TABLES["commandes.csv"], "c2@2026-11-26;f1;halle;9;jeu;;"]
    tables = at_christmas() | {"commandes.csv": stale}
    reading = read(tmp_path / "avant", tables)
    assert warned(reading) == [
        ("recurrence_other_week", "c2@2026-11-26"),
        ("recurrence_excepted", "c2@2026-12-24"),
    ]
    assert [order.id for order in reading.case.orders] == ["c1"]


def test_a_week_in_which_nothing_comes_is_refused(tmp_path: Path) -> None:
    header, _, coming = TABLES["commandes.csv"]
    tables = at_christmas() | {"commandes.csv": [header, coming]}
    assert [fault.code for fault in faults(tmp_path / "cas", tables)] == ["nothing_this_week"]


def test_a_change_for_once_survives_the_tables(tmp_path: Path) -> None:
    tables = TABLES | {
        "commandes.csv": [*TABLES["commandes.csv"], "c2@2026-11-26;f1;halle;9;jeu;;"]
    }
    case = read(tmp_path / "cas", tables).case
    assert [(order.id, order.crates) for order in case.orders] == [("c1", 6), ("c2@2026-11-26", 9)]
    assert written_and_read(case, tmp_path / "a") == case
    assert parse_case_json(case_to_json(case), gazetteer=None, today=TODAY) == case


def written_and_read(case: Case, folder: Path) -> Case:
    write_case_folder(case, folder)
    return read_case(folder, gazetteer=None, today=TODAY).case


def test_what_comes_by_itself_has_no_row_of_its_own(tmp_path: Path) -> None:
    case = read(tmp_path / "cas").case
    assert written_and_read(case, tmp_path / "a") == case
    table = (tmp_path / "a" / "commandes.csv").read_text("utf-8-sig")
    assert "c2@" not in table
    assert "jeu ; sauf 24/12/2026, 31/12/2026" in table
    # In another order than by itself, all of them are written.
    turned = replace(case, orders=case.orders[::-1])
    assert written_and_read(turned, tmp_path / "b") == turned


def test_a_case_inside_a_plan_stands_as_it_stands(tmp_path: Path) -> None:
    case = read(tmp_path / "cas").case
    bare = replace(case, orders=case.orders[:1])
    document = json.loads(json.dumps(case_to_json(bare)))
    assert parse_case_json(document, gazetteer=None, today=TODAY, to_plan=False) == bare
    assert parse_case_json(document, gazetteer=None, today=TODAY) == case


@pytest.mark.parametrize(
    ("pointer", "value", "code", "at"),
    [
        ("orders/0/ordered_at", "hier", "bad_moment", "/orders/0/ordered_at"),
        ("orders/0/ordered_at", "2026-11-31T08:00", "bad_date", "/orders/0/ordered_at"),
        ("orders/0/ordered_at", 12, "not_text", "/orders/0/ordered_at"),
        ("orders/0/repeats", {"weekdays": []}, "empty_list", "/orders/0/repeats/weekdays"),
        ("orders/0/repeats", {}, "missing_key", "/orders/0/repeats/weekdays"),
        ("orders/0/repeats", {"weekdays": ["jeu"]}, "bad_day", "/orders/0/repeats/weekdays/0"),
        ("orders/0/repeats", {"weekdays": ["friday"]}, "repeats_and_days", "/orders/0/repeats"),
        (
            "orders/2/repeats",
            {"weekdays": ["friday"], "except_dates": ["2026-11-26"]},
            "exception_on_other_day",
            "/orders/2/repeats",
        ),
        (
            "orders/2/repeats",
            {"weekdays": ["friday"], "except_dates": ["2026-11-31"]},
            "bad_date",
            "/orders/2/repeats/except_dates/0",
        ),
        (
            "orders/2/repeats",
            {"weekdays": ["friday"], "first_date": "2026-12-01", "last_date": "2026-11-01"},
            "dates_end_before_start",
            "/orders/2/repeats",
        ),
        ("producers/0/preparation_s", -1, "negative_number", "/producers/0/preparation_s"),
        ("settings/cycle", [], "not_object", "/settings/cycle"),
        ("settings/cycle/cut_off", "mardi", "bad_moment", "/settings/cycle/cut_off"),
        ("settings/cycle/close", "2026-11-24", "unknown_key", "/settings/cycle/close"),
    ],
)
def test_each_fault_of_a_document_has_its_pointer(
    tmp_path: Path, pointer: str, value: object, code: str, at: str
) -> None:
    document = json.loads(json.dumps(case_to_json(read(tmp_path / "cas").case)))
    *way, last = pointer.split("/")
    part = document
    for step in way:
        part = part[int(step) if step.isdigit() else step]
    part[last] = value
    with pytest.raises(InputError) as caught:
        read_case_json(document, gazetteer=None, today=TODAY)
    assert [(f.code, f.where.pointer) for f in caught.value.faults] == [(code, at)]
    for language in LANGUAGES:
        assert all(Texts(language).fault(caught.value.faults[0]))
