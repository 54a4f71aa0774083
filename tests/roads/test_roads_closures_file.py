"""Files of closed and slowed roads, and what is said of those that cannot be used."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hand_roads import degrees

from colivraison.errors import InputError
from colivraison.roads.closures.file import read_closures
from colivraison.roads.closures.kinds import Effect, PlaceKind, Sense
from colivraison.roads.closures.table import TABLE_FIELDS
from colivraison.roads.tables.sheet import word
from colivraison.texts import LANGUAGES, Texts


def feature(
    properties: Mapping[str, Any] | None, kind: str | None = None, coordinates: Any = None
) -> dict[str, Any]:
    geometry = None if kind is None else {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(path: Path, *features: dict[str, Any]) -> Path:
    text = json.dumps({"type": "FeatureCollection", "features": list(features)})
    path.write_text(text, encoding="utf-8")
    return path


def box(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [[list(degrees(*corner)) for corner in corners]]


def line(*points: tuple[float, float]) -> list[list[float]]:
    return [list(degrees(*point)) for point in points]


def faults_of(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        read_closures(path)
    for language in LANGUAGES:
        for fault in caught.value.faults:
            assert all(Texts(language).fault(fault))
    return [(fault.code, fault.value) for fault in caught.value.faults]


def test_a_drawing_of_a_map_editor_is_read(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "fermetures.geojson",
        feature(
            {"effet": "Fermé", "motif": "crue", "du": "2026-11-23", "au": "27/11/2026"},
            "Polygon",
            box(0, 0, 10, 10),
        ),
        feature(
            {"effect": "slowed", "factor": 2, "direction": "forward", "stroke": "#f00", "fid": 7},
            "LineString",
            line((0, 0), (10, 0)),
        ),
        feature(
            {"effet": "ralenti", "kmh": "30", "profils": "fourgon, vélo cargo"}, "Point", [0, 0]
        ),
        feature({"effect": "closed", "osm_way": [12, 13], "profiles": ["truck"]}),
    )
    flood, works, slow, ways = read_closures(path)
    assert (flood.effect, flood.reason) == (Effect.CLOSED, "crue")
    assert (flood.first, flood.last) == (dt.date(2026, 11, 23), dt.date(2026, 11, 27))
    assert flood.place.kind is PlaceKind.AREAS
    assert (works.factor, works.sense, works.place.kind) == (2.0, Sense.FORWARD, PlaceKind.LINES)
    assert (slow.cap_kmh, slow.profiles) == (30.0, ("van", "cargo-bike"))
    assert (ways.osm_ways, ways.profiles) == ((12, 13), ("truck",))
    assert [c.number for c in (flood, works, slow, ways)] == [1, 2, 3, 4]


def test_a_table_from_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "fermetures.csv"
    text = (
        "osm_way;effet;facteur;du;au;profils;motif\r\n"
        "way/12 13;fermée;;23/11/2026;;fourgon;Pont coupé\r\n"
        ";;;;;;\r\n"
        "14;ralentie;1,5;;;;\r\n"
    )
    path.write_bytes(text.encode("cp1252"))
    bridge, slow = read_closures(path)
    assert (bridge.osm_ways, bridge.effect, bridge.reason) == (
        (12, 13),
        Effect.CLOSED,
        "Pont coupé",
    )
    assert (bridge.first, bridge.last) == (dt.date(2026, 11, 23), None)
    assert (slow.factor, slow.profiles) == (1.5, ())


def test_a_table_may_say_where_by_a_position(tmp_path: Path) -> None:
    path = tmp_path / "fermetures.csv"
    path.write_text(
        "Latitude;Longitude;voie_osm;effet;nom;motif\n"
        "44,75;5,37;;fermé;;pont\n"
        ";;12;fermé;;\n"
        "44.75;5.37;12;fermé;Grande Rue;\n",
        encoding="utf-8",
    )
    point, way, both = read_closures(path)
    here = ((((5.37, 44.75),),),)
    assert (point.place.kind, point.place.parts, point.osm_ways) == (PlaceKind.POINTS, here, ())
    assert (way.place.kind, way.osm_ways) == (PlaceKind.NOWHERE, (12,))
    assert (both.place.parts, both.osm_ways, both.road_name) == (here, (12,), "Grande Rue")


def test_every_fault_of_the_positions_of_a_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(
        "lat;lon;osm_way;effet;nom\n"
        "44,75;;;fermé;\n"  # half a position
        "ici;là;;bouché;\n"
        "100;44;;fermé;\n"  # only possible the other way round
        "500;500;12;fermé;\n"
        ";;;fermé;\n"
        ";;;fermé;D 93\n"
        "44;5;;fermé;\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_closures(path)
    told = [(one.where.row, one.where.column, one.code) for one in caught.value.faults]
    assert told == [
        (2, "lon", "point_without"),
        (3, "lat", "bad_coordinate"),
        (3, "lon", "bad_coordinate"),
        (3, "effet", "closure_unknown_effect"),
        (4, "", "swapped_coordinates"),
        (5, "", "place_out_of_range"),
        (6, "", "closure_nowhere"),
        (7, "nom", "closure_name_without_area"),
    ]
    assert len(faults_of(path)) == len(told)


def test_all_the_columns_that_are_missing_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("motif\ncrue\n", encoding="utf-8")
    assert faults_of(path) == [
        ("closures_without_place", "c.csv"),
        ("roads_column_missing", "effet"),
    ]
    path.write_text("longitude;motif\n5;crue\n", encoding="utf-8")
    assert faults_of(path) == [("roads_column_missing", "effet"), ("roads_column_missing", "lat")]


def test_properties_called_lat_and_lon_are_left_aside_in_a_drawing(tmp_path: Path) -> None:
    # Spreadsheets turned into GeoJSON keep their columns.
    path = geojson(
        tmp_path / "c.geojson",
        feature({"effet": "fermé", "lat": "x", "lon": "y"}, "Point", [5, 44]),
    )
    (closure,) = read_closures(path)
    assert closure.place.parts == ((((5.0, 44.0),),),)


# --- what the README shows


README = Path(__file__).parents[2] / "README.md"


def shown(language: str) -> str:
    section = README.read_text(encoding="utf-8").partition("## Closed roads")[2]
    section = section.partition("\n## ")[0]
    (example,) = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return str(example)


def test_the_drawing_in_the_readme_is_read(tmp_path: Path) -> None:
    path = tmp_path / "fermetures.geojson"
    path.write_text(shown("json"), encoding="utf-8")
    flood, works = read_closures(path)
    assert (flood.effect, flood.reason, flood.place.kind) == (
        Effect.CLOSED,
        "crue",
        PlaceKind.AREAS,
    )
    assert (flood.first, flood.last) == (dt.date(2026, 11, 23), dt.date(2026, 11, 27))
    assert (works.factor, works.sense, works.place.kind) == (2.0, Sense.FORWARD, PlaceKind.LINES)


def test_the_table_in_the_readme_is_read(tmp_path: Path) -> None:
    path = tmp_path / "fermetures.csv"
    path.write_text(shown("csv"), encoding="utf-8")
    bridge, works = read_closures(path)
    assert (bridge.effect, bridge.reason) == (Effect.CLOSED, "Pont coupé")
    assert bridge.place.parts == ((((5.3701, 44.7532),),),)
    assert (works.osm_ways, works.cap_kmh) == ((12345678, 12345679), 30.0)
    assert works.profiles == ("van", "truck")


def test_the_readme_names_every_field_by_words_that_are_known() -> None:
    section = README.read_text(encoding="utf-8").partition("## Closed roads")[2]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    known = {word(name): field for field, names in TABLE_FIELDS.items() for name in names}
    told = [[known[word(name)] for name in re.findall(r"`(.*?)`", a + b)] for _, a, b, *_ in rows]
    assert {field for row in told for field in row} == set(TABLE_FIELDS)
    # Each English name stands beside the French one for the same field.
    assert all(row[: len(row) // 2] == row[len(row) // 2 :] for row in told)


def test_closures_can_be_keys(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "c.geojson", feature({"effet": "fermé"}, "Polygon", box(0, 0, 10, 10))
    )
    assert hash(read_closures(path)) == hash(read_closures(path))


POINT = ("Point", [5.0, 44.0])
WRONG: list[tuple[Mapping[str, Any], tuple[Any, ...], Sequence[str]]] = [
    ({}, POINT, ["closure_without_effect"]),
    ({"effet": "bouché"}, POINT, ["closure_unknown_effect"]),
    ({"effet": "ralenti"}, POINT, ["closure_slowed_without_speed"]),
    ({"effet": "ralenti", "facteur": 2, "kmh": 30}, POINT, ["closure_slowed_twice"]),
    ({"effet": "ralenti", "facteur": 0.5}, POINT, ["closure_bad_factor"]),
    ({"effet": "ralenti", "facteur": "deux"}, POINT, ["closure_bad_number"]),
    ({"effet": "ralenti", "facteur": True}, POINT, ["closure_bad_number"]),
    ({"effet": "ralenti", "kmh": 0}, POINT, ["closure_bad_speed"]),
    ({"effet": "fermé", "facteur": 2}, POINT, ["closure_closed_with_speed"]),
    ({"effet": "fermé", "du": "hier"}, POINT, ["closure_bad_date"]),
    ({"effet": "fermé", "du": "2026-02-30"}, POINT, ["closure_bad_date"]),
    (
        {"effet": "fermé", "du": "2026-11-23", "au": "2026-11-22"},
        POINT,
        ["closure_ends_before_start"],
    ),
    ({"effet": "fermé", "sens": "nord"}, POINT, ["closure_unknown_direction"]),
    ({"effet": "fermé", "sens": "aller"}, POINT, ["closure_direction_without_line"]),
    ({"effet": "fermé", "profils": "tracteur"}, POINT, ["closure_unknown_profile"]),
    ({"effet": "fermé", "osm_way": "D 93"}, POINT, ["closure_bad_way"]),
    ({"effet": "fermé", "osm_way": 12.5}, POINT, ["closure_bad_way"]),
    ({"effet": "fermé"}, (), ["closure_nowhere"]),
    ({"effet": "fermé", "nom": "Grande Rue"}, (), ["closure_name_without_area"]),
    # A slip of the pen would make a closure without an end.
    ({"effet": "fermé", "profilss": "van"}, POINT, ["closure_property_misspelt"]),
    ({"effet": "fermé", "effect": "closed"}, POINT, ["closure_property_twice"]),
    ({"effet": "fermé"}, ("GeometryCollection", []), ["closure_unknown_geometry"]),
    ({"effet": "fermé"}, ("Point", [5.0]), ["closure_bad_geometry"]),
    ({"effet": "fermé"}, ("Point", "54"), ["closure_bad_geometry"]),
    ({"effet": "fermé"}, ("LineString", [[5, 44]]), ["closure_bad_geometry"]),
    ({"effet": "fermé"}, ("Polygon", [[[0, 0], [1, 0], [1, 1], [0, 1]]]), ["closure_bad_geometry"]),
    ({"effet": "fermé"}, ("Polygon", []), ["closure_bad_geometry"]),
    ({"effet": "fermé"}, ("Polygon", None), ["closure_bad_geometry"]),
    # Lambert 93, as GIS software of French offices exports it.
    ({"effet": "fermé"}, ("Point", [876543.0, 6403210.0]), ["closure_not_in_degrees"]),
    # Everything at once.
    (
        {"effet": "x", "du": "y", "sens": "z"},
        ("Point", [500, 44]),
        [
            "closure_not_in_degrees",
            "closure_unknown_effect",
            "closure_bad_date",
            "closure_unknown_direction",
        ],
    ),
]


@pytest.mark.parametrize(("properties", "geometry", "codes"), WRONG)
def test_what_is_wrong_with_a_drawing_is_said(
    properties: Mapping[str, Any], geometry: tuple[Any, ...], codes: Sequence[str], tmp_path: Path
) -> None:
    path = geojson(tmp_path / "c.geojson", feature(properties, *geometry))
    assert [code for code, _ in faults_of(path)] == codes


def test_the_faults_of_all_features_are_told_with_their_number(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "c.geojson",
        feature({"effet": "bouché"}, *POINT),
        feature({"effet": "fermé"}, *POINT),
        feature({"effet": "ralenti"}, *POINT),
    )
    with pytest.raises(InputError) as caught:
        read_closures(path)
    assert [fault.details["number"] for fault in caught.value.faults] == [1, 3]
    assert caught.value.faults[0].where.pointer == "/features/0/properties/effet"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "roads_column_missing"),
        ("osm_way;effet\n", "closures_empty"),
        ('{"type": "FeatureCollection", "features": []}', "closures_empty"),
        ('{"type": "FeatureCollection", "features": [1]}', "closures_not_geojson"),
        ('{"type": "FeatureCollection"}', "closures_not_geojson"),
        ("[1, 2]", "closures_not_geojson"),
        ('{"type": "FeatureCollection", "feat', "closures_bad_json"),
        ("[" * 100_000, "closures_bad_json"),
        ('{"type": "FeatureCollection", "features": NaN}', "closures_bad_json"),
        ("osm_way;efet\n12;closed\n", "roads_column_misspelt"),
        ("osm_way;effet;effect\n12;closed;closed\n", "roads_column_twice"),
        ("osm_way;effet\n12;closed;a;b\n", "roads_too_many_cells"),
        ("osm_way;effet\n;closed\n", "closure_nowhere"),
        ("lat;lon;effet\n;;closed\n", "closure_nowhere"),
        ("effet;motif\nclosed;crue\n", "closures_without_place"),
        ("motif\ncrue\n", "closures_without_place"),
        ("osm_way;lat;effet\n12;;closed\n", "roads_column_missing"),
        ("osm_way;effet\0\n", "roads_file_unreadable"),
    ],
)
def test_a_file_that_is_no_list_of_closures_is_refused(
    text: str, code: str, tmp_path: Path
) -> None:
    path = tmp_path / "c.csv"
    path.write_text(text, encoding="utf-8")
    assert code in [one for one, _ in faults_of(path)]


@pytest.mark.parametrize("at", [0, 1])
def test_a_coordinate_of_some_hundred_digits_is_no_number(at: int, tmp_path: Path) -> None:
    # A whole number in JSON, and too large for any float.
    point = [2.0, 47.0]
    point[at] = 10**400
    path = geojson(tmp_path / "c.geojson", feature({"effet": "fermé"}, "Point", point))
    assert ("closure_bad_geometry", "Point") in faults_of(path)


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "rien.csv") == [("file_not_found", "rien.csv")]
    (tmp_path / "dossier").mkdir()
    assert faults_of(tmp_path / "dossier") == [("roads_file_unreadable", "dossier")]


def test_a_row_of_a_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("osm_way,effet\n12,closed\n\n13,bouché\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_closures(path)
    (fault,) = caught.value.faults
    assert (fault.where.row, fault.where.column, fault.details["number"]) == (4, "effet", 2)
