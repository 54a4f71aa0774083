"""Small tables as a spreadsheet saves them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from colivraison.errors import InputError
from colivraison.roads.tables import sheet
from colivraison.roads.tables.sheet import date_in, number_in, read_bytes, read_sheet, word

NAMES = {"id": ("identifiant", "id"), "lat": ("latitude", "lat")}


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_is_read_whatever_parts_its_cells(separator: str, encoding: str) -> None:
    text = f"Identifiant{separator}Été{separator}LAT\r\né{separator}x{separator}44\r\n"
    found, faults = read_sheet(text.encode(encoding), "t.csv", names=NAMES, required=("id",))
    assert faults == []
    assert found.headers == {"id": "Identifiant", "lat": "LAT"}
    assert found.rows == ((2, {"id": "é", "lat": "44"}),)


def test_a_decimal_comma_does_not_part_cells() -> None:
    found, _ = read_sheet(b"id;lat\n1;44,5\n", "t.csv", names=NAMES, required=())
    assert found.rows == ((2, {"id": "1", "lat": "44,5"}),)


def test_lines_keep_their_number_over_empty_ones() -> None:
    found, _ = read_sheet(b"\n id ;lat\n;\n\n1;2\n", "t.csv", names=NAMES, required=())
    assert [row for row, _ in found.rows] == [5]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12.0), ("12,5", 12.5), (" 1.5 ", 1.5), ("\N{MINUS SIGN}3", -3.0), ("nan", None),
     ("inf", None), ("1e999", None), ("douze", None), ("", None), ("1,2,3", None)],
)  # fmt: skip
def test_a_number_is_finite_or_none(text: str, number: float | None) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-11-23", dt.date(2026, 11, 23)),
        ("23/11/2026", dt.date(2026, 11, 23)),
        ("3.1.2026", dt.date(2026, 1, 3)),
        ("30/02/2026", None),
        ("11/2026", None),
        ("demain", None),
    ],
)
def test_a_date_is_read_the_french_way_or_none(text: str, date: dt.date | None) -> None:
    assert date_in(text) == date


def test_words_are_compared_without_accents_and_signs() -> None:
    assert word("  Minutes (Total) ") == word("minutes_total") == "minutes_total"
    assert word("Fermée") == word("FERMEE")


def test_a_file_beyond_all_measure_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"12345")
    monkeypatch.setattr(sheet, "MOST_BYTES", 4)
    with pytest.raises(InputError, match="roads_file_too_large"):
        read_bytes(path)
