"""What a vehicle runs on, as people write it in a table, and what cannot be read of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import drawn
import pytest

from colivraison.domain import Energy
from colivraison.errors import InputError
from colivraison.interchange import (
    case_to_json,
    parse_case_json,
    read_case,
    write_case_folder,
)
from colivraison.texts import LANGUAGES, Texts

TODAY = dt.date(2026, 11, 18)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_case_folder(drawn.small_case(), tmp_path)
    return tmp_path


def with_energy(folder: Path, energy: str, consumption: str) -> Path:
    """The folder with these two cells of its only vehicle."""
    path = folder / "vehicules.csv"
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";")
    (van,) = rows
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, rows.fieldnames or [], delimiter=";")
    writer.writeheader()
    writer.writerow({**van, "energie": energy, "consommation_100km": consumption})
    path.write_text(stream.getvalue(), encoding="utf-8-sig", newline="")
    return folder


@pytest.mark.parametrize(
    ("energy", "consumption", "code", "column"),
    [
        ("bois", "9", "bad_energy", "energie"),
        ("gazole", "", "energy_without_consumption", "energie"),
        ("", "9", "consumption_without_energy", "consommation_100km"),
        ("gazole", "-9", "negative_number", "consommation_100km"),
        ("gazole", "peu", "bad_number", "consommation_100km"),
        # what 9 l for 100 km is not
        ("gazole", "8100 m", "bad_number", "consommation_100km"),
    ],
)
def test_what_a_van_runs_on_is_readable(
    folder: Path, energy: str, consumption: str, code: str, column: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_case(with_energy(folder, energy, consumption), gazetteer=None, today=TODAY)
    (fault,) = caught.value.faults
    assert (fault.code, fault.where.row, fault.where.column) == (code, 2, column)
    assert all(all(Texts(language).fault(fault)) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("energy", "consumption", "read"),
    [
        ("Gas-oil", "8,5 l/100", (Energy.DIESEL, 8_500)),
        ("diesel", "9 litres aux 100 km", (Energy.DIESEL, 9_000)),
        ("SP95-E10", "7", (Energy.E10, 7_000)),
        ("SP98", "100", (Energy.PETROL, 100_000)),
        ("Électrique", "25 kWh/100 km", (Energy.ELECTRICITY, 25_000)),
        ("", "", (None, None)),
    ],
)
def test_energy_and_consumption_are_written_in_many_ways(
    folder: Path, energy: str, consumption: str, read: tuple[Energy | None, int | None]
) -> None:
    reading = read_case(with_energy(folder, energy, consumption), gazetteer=None, today=TODAY)
    (vehicle,) = reading.case.vehicles
    assert (vehicle.energy, vehicle.ml_or_wh_per_100km) == read


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("energy", "diesel", "energy_without_consumption"),
        ("energy", "wood", "bad_energy"),
        ("ml_or_wh_per_100km", 9_000, "consumption_without_energy"),
        ("ml_or_wh_per_100km", -1, "negative_number"),
        ("ml_or_wh_per_100km", 8.5, "not_whole"),
    ],
)
def test_one_spoilt_json_value_gives_one_fault(key: str, value: object, code: str) -> None:
    document = case_to_json(drawn.small_case())
    document["vehicles"][0][key] = value
    with pytest.raises(InputError) as caught:
        parse_case_json(document, gazetteer=None, today=TODAY)
    (fault,) = caught.value.faults
    assert (fault.code, fault.where.pointer) == (code, f"/vehicles/0/{key}")
    assert all(all(Texts(language).fault(fault)) for language in LANGUAGES)
