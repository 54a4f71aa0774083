"""The table of drivers: as people write it, and each fault of it."""

import datetime as dt

import pytest
from case_tables import SOUND, TODAY, faults_of, folder_of

from colivraison.domain import Weekday
from colivraison.interchange import case_to_json, parse_case_json, read_case, write_case_folder

HEADER = "identifiant;nom;horaires;vehicules;dates_particulieres"
VANS = [
    "identifiant;nom;proprietaire;kg_max;caisses_max;temperatures",
    "v1;Kangoo de Léa;f1;600;80;ambiante, +4",
    "v2;;f2;600;80;",
]


def tables(*lines: str) -> dict[str, list[str]]:
    return SOUND | {"vehicules.csv": VANS, "conducteurs.csv": [HEADER, *lines]}


def test_drivers_are_read_as_people_write_them(tmp_path):
    lines = [
        'lea;Léa;"jeu 7h-13h ; ven 14h-20h";kangoo de lea, v2;26/11/2026 fermé',
        ";Noé;;;",
    ]
    case = read_case(folder_of(tmp_path, tables(*lines)), gazetteer=None, today=TODAY).case
    lea, noe = case.drivers
    assert (lea.id, lea.name, lea.vehicles) == ("lea", "Léa", {"v1", "v2"})
    assert [(one.weekday, one.opens_s // 3600) for one in lea.shifts] == [
        (Weekday.THURSDAY, 7),
        (Weekday.FRIDAY, 14),
    ]
    assert [(one.first_date, one.spans) for one in lea.dated_shifts] == [
        (dt.date(2026, 11, 26), ())
    ]
    # No hours: every day from 6 to 20; no vans: all of them.
    assert (noe.id, noe.vehicles, len(noe.shifts)) == ("noe", frozenset(), 7)
    assert parse_case_json(case_to_json(case), gazetteer=None, today=TODAY) == case
    write_case_folder(case, tmp_path / "again")
    assert read_case(tmp_path / "again", gazetteer=None, today=TODAY).case == case


FAULTS = [
    (["lea;Léa;jeu 7h;;"], "bad_hours", "horaires"),
    (["lea;Léa;jeu 13h-7h;;"], "window_ends_before_start", "horaires"),
    (["lea;Léa;;v1, camion;"], "unknown_vehicle", "vehicules"),
    (["lea;Léa;;;le 31 février"], "bad_dated_hours", "dates_particulieres"),
    ([";;jeu 7h-13h;;"], "empty_cell", "identifiant"),
]


@pytest.mark.parametrize(("lines", "code", "column"), FAULTS, ids=[row[1] for row in FAULTS])
def test_a_driver_that_says_nothing_is_a_fault(tmp_path, lines, code, column):
    found = faults_of(folder_of(tmp_path, tables(*lines)))
    assert [(f.code, f.where.row, f.where.column) for f in found] == [
        (code, 1 + len(lines), column)
    ]


def test_two_drivers_of_one_id_are_each_told(tmp_path):
    found = faults_of(folder_of(tmp_path, tables("lea;Léa;;;", "lea;Léa Martin;;;")))
    assert [(f.code, f.where.row) for f in found] == [("duplicate_id", 2), ("duplicate_id", 3)]


def test_a_van_of_two_that_bear_one_name_is_not_guessed(tmp_path):
    twins = [VANS[0], "v1;Kangoo;f1;600;80;ambiante, +4", "v2;Kangoo;f2;600;80;"]
    spoilt = tables("lea;Léa;;kangoo;") | {"vehicules.csv": twins}
    (found,) = faults_of(folder_of(tmp_path, spoilt))
    assert (found.code, found.where.column) == ("ambiguous_reference", "vehicules")


def test_where_the_vans_cannot_be_read_no_van_is_unknown(tmp_path):
    spoilt = tables("lea;Léa;;camion;") | {
        "vehicules.csv": [*VANS, "v3;;f1;600;80;ambiante;de;trop"]
    }
    (found,) = faults_of(folder_of(tmp_path, spoilt))
    assert found.code == "too_many_cells"
