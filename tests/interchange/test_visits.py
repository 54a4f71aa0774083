"""Visits as people note them: read, or refused with every fault at once."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import drawn
import openpyxl
import pytest

from colivraison.errors import InputError
from colivraison.interchange.visits import read_visits
from colivraison.planning import Visit
from colivraison.texts import LANGUAGES, Texts

HEADER = "tournee;date;lieu;arrivee;depart;caisses"
DAY = dt.date(2026, 11, 19)


def read(folder: Path, *lines: str, header: str = HEADER) -> tuple[Visit, ...]:
    path = folder / "passages.csv"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return read_visits(path, drawn.small_case())


def faults(folder: Path, *lines: str, header: str = HEADER) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InputError) as caught:
        read(folder, *lines, header=header)
    for language in LANGUAGES:
        for fault in caught.value.faults:
            assert all(Texts(language).fault(fault))
    return [(f.code, f.where.row, f.where.column) for f in caught.value.faults]


def test_a_visit_is_read_as_people_note_it(tmp_path: Path) -> None:
    first, second, third = read(
        tmp_path,
        "1;19/11/2026;S;8h05;8h17;6",
        ";2026-11-19;point m;08:30:15;08:41;",
        "van-A;jeu. 19/11/2026;Ferme B;23h50;24h10;0",
    )
    assert first == Visit(
        site_id="S", date=DAY, arrival_s=29_100, departure_s=29_820, crates=6, round="1"
    )
    assert (second.site_id, second.arrival_s, second.crates, second.round) == (
        "M",
        30_615,
        None,
        "",
    )
    assert (third.site_id, third.departure_s, third.crates) == ("B", 87_000, 0)


def test_crates_and_round_may_be_left_out(tmp_path: Path) -> None:
    (visit,) = read(tmp_path, "19/11/2026;S;8h05;8h17", header="date;lieu;arrivee;depart")
    assert (visit.crates, visit.round) == (None, "")


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("1;19/11/2026;gare;8h05;8h17;6", "unknown_site", "lieu"),
        ("1;hier;S;8h05;8h17;6", "bad_date", "date"),
        ("1;19/11/2026;S;8;8h17;6", "bad_clock", "arrivee"),
        ("1;19/11/2026;S;8h05;8h77;6", "bad_clock", "depart"),
        ("1;19/11/2026;S;8h05;31h;6", "bad_clock", "depart"),
        ("1;19/11/2026;S;8h05;;6", "empty_cell", "depart"),
        ("1;19/11/2026;S;8h05;8h04;6", "visit_ends_before_start", "depart"),
        ("1;19/11/2026;S;8h05;8h17;six", "bad_number", "caisses"),
        ("1;19/11/2026;S;8h05;8h17;-6", "negative_number", "caisses"),
        ("1;19/11/2026;S;8h05;8h17;6;7", "too_many_cells", ""),
    ],
)
def test_each_fault_is_told_with_its_cell(
    tmp_path: Path, line: str, code: str, column: str
) -> None:
    assert faults(tmp_path, "1;19/11/2026;S;8h05;8h17;6", line) == [(code, 3, column)]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, "1;hier;gare;8;9;six", "1;19/11/2026;S;9h;8h;1")
    assert [code for code, _, _ in found] == [
        *("unknown_site", "bad_date", "bad_clock", "bad_clock", "bad_number"),
        "visit_ends_before_start",
    ]


def test_a_file_without_visits_or_columns_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path) == [("no_visits", None, "")]
    assert faults(tmp_path, "19/11/2026;S", header="date;lieu") == [
        ("missing_column", 1, ""),
        ("missing_column", 1, ""),
    ]


def test_a_name_of_two_places_is_no_place(tmp_path: Path) -> None:
    case = drawn.small_case()
    twins = replace(case, sites=tuple(replace(site, name="Halle") for site in case.sites))
    path = tmp_path / "passages.csv"
    path.write_text(f"{HEADER}\n;19/11/2026;halle;8h;9h;1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_visits(path, twins)
    (fault,) = caught.value.faults
    assert (fault.code, fault.details["choices"]) == ("ambiguous_reference", "M, S")


def test_a_workbook_is_read_with_the_times_it_types(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["date", "lieu", "arrivée", "départ", "caisses"])
    sheet.append([DAY, "S", dt.time(8, 5), dt.time(8, 17), 6])
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "passages.xlsx"
    path.write_bytes(stream.getvalue())
    (visit,) = read_visits(path, drawn.small_case())
    assert visit == Visit(site_id="S", date=DAY, arrival_s=29_100, departure_s=29_820, crates=6)


@pytest.mark.parametrize("content", ["{}", "<html>"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "passages.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_visits(path, drawn.small_case())
    assert [fault.code for fault in caught.value.faults] == ["unreadable_file"]
    with pytest.raises(InputError) as caught:
        read_visits(tmp_path / "nowhere.csv", drawn.small_case())
    assert [fault.code for fault in caught.value.faults] == ["missing_file"]
