"""What producers drive today: read from tables and JSON, with every fault at its place."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import drawn
import pytest

from colivraison.domain import Case
from colivraison.errors import Fault, InputError
from colivraison.interchange import case_to_json, parse_case_json, read_case, write_case_folder

TODAY = dt.date(2026, 11, 20)
HEADER = "producteur;jours;lieux;km;minutes;fois_par_semaine"


def case_with(folder: Path, *lines: str) -> Case:
    """The drawn case, its farms A and B, its places S and M, and a table of practices."""
    write_case_folder(drawn.small_case(), folder)
    (folder / "pratiques.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    return read_case(folder, gazetteer=None, today=TODAY).case


def faults_of(folder: Path, *lines: str) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as refused:
        case_with(folder, *lines)
    return refused.value.faults


def test_places_are_read_in_their_order_by_id_or_name(tmp_path: Path) -> None:
    first, second, third = case_with(
        tmp_path,
        'ferme b;mar, jeu;"Point S -> A → M, S";"42,5";;',
        "A;;M;;150;0,5",
        "A;;S;;;",
    ).practices
    assert (first.producer_id, first.site_ids) == ("B", ("S", "A", "M", "S"))
    assert {day.value for day in first.days} == {"tuesday", "thursday"}
    # Nothing said of how often: once for each day.
    assert (first.distance_m, first.duration_s, first.times_per_100_weeks) == (42_500, None, 200)
    assert (second.distance_m, second.duration_s, second.times_per_100_weeks) == (None, 9_000, 50)
    assert third.times_per_100_weeks == 100


FAULTS = [
    ("personne;;M;;;", "unknown_producer", "producteur"),
    ('A;;"M, nulle part";;;', "unknown_site", "lieux"),
    (";;M;;;", "empty_cell", "producteur"),
    ("A;;;;;", "empty_cell", "lieux"),
    ('A;;";";;;', "bad_text", "lieux"),
    ("A;lundredi;M;;;", "bad_day", "jours"),
    ("A;;M;loin;;", "bad_number", "km"),
    ("A;;M;;-5;", "negative_number", "minutes"),
    ("A;;M;;;souvent", "bad_number", "fois_par_semaine"),
]


@pytest.mark.parametrize(("line", "code", "column"), FAULTS, ids=[row[0] for row in FAULTS])
def test_a_fault_of_a_practice_has_its_row_and_column(
    tmp_path: Path, line: str, code: str, column: str
) -> None:
    found = faults_of(tmp_path, "A;;M;;;", line)
    assert [(f.code, f.where.file, f.where.row, f.where.column) for f in found] == [
        (code, "pratiques.csv", 3, column)
    ]


def test_every_fault_of_the_table_is_told_at_once(tmp_path: Path) -> None:
    found = faults_of(tmp_path, *(row[0] for row in FAULTS))
    assert [(f.code, f.where.row) for f in found] == [
        (code, row) for row, (_, code, _) in enumerate(FAULTS, start=2)
    ]


JSON = [
    ("producer_id", "Z", "unknown_producer", "/practices/0/producer_id"),
    ("site_ids", ["M", "Z"], "unknown_site", "/practices/0/site_ids/1"),
    ("site_ids", [], "practice_without_places", "/practices/0/site_ids"),
    ("distance_m", -1, "negative_number", "/practices/0/distance_m"),
    ("duration_s", 1.5, "not_whole", "/practices/0/duration_s"),
    ("often", 1, "unknown_key", "/practices/0/often"),
]


@pytest.mark.parametrize(("key", "value", "code", "pointer"), JSON, ids=[f"{r[2]}" for r in JSON])
def test_a_fault_in_json_has_its_pointer(key: str, value: object, code: str, pointer: str) -> None:
    document = json.loads(json.dumps(case_to_json(drawn.small_case())))
    document["practices"] = [{"producer_id": "A", "site_ids": ["M"], key: value}]
    with pytest.raises(InputError) as refused:
        parse_case_json(document, gazetteer=None, today=TODAY)
    assert [(f.code, f.where.pointer) for f in refused.value.faults] == [(code, pointer)]


def test_a_case_without_practices_has_none(tmp_path: Path) -> None:
    assert case_with(tmp_path).practices == ()
