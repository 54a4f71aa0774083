"""What the verbs of ``colivraison roads`` say to a person who tries them for the first time."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import drawn
import pytest
from roads_calls import Run

from colivraison.cli.arguments import build_parser
from colivraison.texts import LANGUAGES, Texts


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    places = [drawn.at_km(km, north_m=10) for km in (1, 4, 9)]
    path.write_text("lat,lon\n" + "".join(f"{p.lat:.7f},{p.lon:.7f}\n" for p in places))
    return path


def codes(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 2, done.stderr
    return [fault["code"] for fault in json.loads(done.stdout)["faults"]]


# --- numbers below zero


def test_a_place_west_of_greenwich_is_read_as_the_help_writes_it(run: Run, roads: Path) -> None:
    given = ("roads", "isochrone", roads, "--lat", "47,0", "--minutes", "5", "--geojson", "i.json",
             "--json")  # fmt: skip
    # The drawn map begins at Greenwich: 2.085 degrees west of it are 158 km at 47 degrees north.
    for longitude in ("-2,085", "-2.085", "\N{MINUS SIGN}2,085", "-2"):
        assert codes(run(*given, "--lon", longitude)) == ["far_from_road"]


def test_a_box_may_begin_below_zero(run: Run) -> None:
    # South and north are exchanged: the box was read.
    for box in ("-44.6,5.2,-44.9,5.6", "-44,6;-5,2;-44,9;5,6", "-.5, -.5, -1, 1"):
        done = run("roads", "fetch", "--bbox", box, "--out", "x.osm.pbf", "--json")
        assert codes(done) == ["fetch_box_wrong"]


# --- what is expected


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:  # argparse has no public way to list them
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                yield from _parsers(verb)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_value_can_be_told_in_words(language: str) -> None:
    texts = Texts(language)
    kinds = {
        action.type.__name__.removeprefix("_")
        for parser in _parsers(build_parser(texts))
        for action in parser._actions
        if action.type not in (None, Path)
    }
    assert {"date", "minutes", "threads", "latitude", "longitude", "box", "int"} <= kinds
    assert all(texts(f"cli.form.{kind}") for kind in kinds)


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--date", "31/02/2026", "26/11/2026"),
        ("--date", "l'an prochain", "26/11/2026"),
        ("--threads", "1000", "de 1 à 64"),
        ("--memory-mb", "1.5", "nombre entier"),
    ],
)
def test_a_refused_value_is_told_with_the_form_it_should_have(
    run: Run, option: str, value: str, expected: str
) -> None:
    done = run("roads", "matrix", "x", "--points", "p", "--out", "m.npz", option, value)
    assert done.returncode == 2
    assert f"«\u00a0{value}\u00a0»" in done.stderr
    assert expected in done.stderr


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--minutes", "7.5", "10,20,30"),
        ("--lat", "-91", "de -90 à 90"),
        ("--lon", "-200,5", "de -180 à 180"),
    ],
)
def test_a_refused_start_is_told_with_the_form_it_should_have(
    run: Run, option: str, value: str, expected: str
) -> None:
    given = {"--lat": "47", "--lon": "0", "--minutes": "5", option: value}
    words = [word for pair in given.items() for word in pair]
    done = run("roads", "isochrone", "x", *words, "--geojson", "i.json")
    assert done.returncode == 2
    assert expected in done.stderr


def test_a_day_without_its_zeros_is_the_same_day(run: Run, roads: Path, points: Path) -> None:
    for day in ("2026-1-5", "2026-01-05", "5/1/2026"):
        done = run("roads", "matrix", roads, "--points", points, "--out", "m.npz", "--date", day)
        assert done.returncode == 0, done.stderr


# --- files


def test_an_answer_asked_again_replaces_the_first_and_says_so(
    run: Run, roads: Path, points: Path
) -> None:
    given = ("roads", "matrix", roads, "--points", points, "--out", "m.npz")
    assert "Écrit" in run(*given).stdout
    assert "Fichier remplacé" in run(*given).stdout
    assert json.loads(run(*given, "--json").stdout)["replaced"] is True


def test_a_name_that_promises_another_format_is_refused(
    run: Run, roads: Path, points: Path, tmp_path: Path
) -> None:
    start = ("--lat", "47", "--lon", "0.05", "--minutes", "5")
    for verb, given, out in [
        ("matrix", ("--points", points), ("--out", "m.csv")),
        ("route", ("--points", points), ("--geojson", "a.roads")),
        ("isochrone", start, ("--geojson", "zones.gpx")),
        ("snap", ("--points", points), ("--out", "s.xlsx")),
    ]:
        assert codes(run("roads", verb, roads, *given, *out, "--json")) == ["output_ending"]
    assert [path.name for path in tmp_path.iterdir()] == ["points.csv"]
    for name in ("r.geojson", "R.JSON"):
        done = run("roads", "route", roads, "--points", points, "--geojson", name)
        assert done.returncode == 0, done.stderr


def test_closures_and_a_profile_are_not_written_over(
    run: Run, roads: Path, points: Path, tmp_path: Path
) -> None:
    closures = tmp_path / "closed.geojson"
    closures.write_text('{"type": "FeatureCollection", "features": []}')
    done = run("roads", "route", roads, "--points", points, "--closures", closures,
               "--geojson", closures, "--json")  # fmt: skip
    assert codes(done) == ["output_is_input"]
    profile = tmp_path / "slow.toml"
    profile.write_text('extends = "van"\n')
    done = run("roads", "calibrate", roads, "--rounds", points, "--profile", profile,
               "--out", profile, "--force", "--json")  # fmt: skip
    assert codes(done) == ["output_is_input"]


def test_a_fault_without_a_file_leaves_no_empty_place(run: Run, roads: Path) -> None:
    done = run("roads", "isochrone", roads, "--lat", "48", "--lon", "0", "--minutes", "5",
               "--geojson", "i.json")  # fmt: skip
    assert "✗ (far_from_road)" in done.stderr


# --- routes and areas


def streets(folder: Path) -> Path:
    """Draw a road of 12 kilometres along the parallel, by name from west to east."""
    names = ["Ruelle", "Grande Rue", "Grande Rue", "Impasse", "Grande Rue", "", "Quai", "Quai",
             "Cours", "Cours", "Pont", "Pont"]  # fmt: skip
    nodes = "".join(
        f'<node id="{km + 1}" lat="{drawn.LAT}" lon="{km * drawn.KM:.7f}"/>' for km in range(13)
    )
    ways = "".join(
        f'<way id="{km + 1}"><nd ref="{km + 1}"/><nd ref="{km + 2}"/>'
        '<tag k="highway" v="secondary"/>'
        + (f'<tag k="name" v="{name}"/>' if name else "")
        + "</way>"
        for km, name in enumerate(names)
    )
    path = folder / "streets.osm"
    path.write_text(f'<?xml version="1.0"?>\n<osm version="0.6">{nodes}{ways}</osm>\n')
    return path


def test_a_route_names_its_four_longest_streets_once_in_driving_order(
    run: Run, tmp_path: Path
) -> None:
    places = [drawn.at_km(km) for km in (0.2, 11.9)]
    path = tmp_path / "p.csv"
    path.write_text("lat,lon\n" + "".join(f"{p.lat:.7f},{p.lon:.7f}\n" for p in places))
    done = run("roads", "route", streets(tmp_path), "--points", path, "--geojson", "r.json")
    assert done.returncode == 0, done.stderr
    # 0.8 km of Ruelle, 1 of Impasse; 3 of Grande Rue in two pieces, 2 of Quai, 2 of Cours, 1.9 of
    # Pont.
    assert "par Grande Rue, Quai, Cours, Pont…" in done.stdout
    (feature,) = json.loads((tmp_path / "r.json").read_text("utf-8"))["features"]
    # One name in a row, across a stretch without any.
    assert feature["properties"]["names"] == [
        "Ruelle", "Grande Rue", "Impasse", "Grande Rue", "Quai", "Cours", "Pont",
    ]  # fmt: skip


def test_metres_are_those_driven_on_each_name(tmp_path: Path) -> None:
    from colivraison.roads import RoadNetwork

    network = RoadNetwork.load(streets(tmp_path))
    there, back = network.route([drawn.at_km(0.2), drawn.at_km(11.9), drawn.at_km(0.2)])
    assert there is not None
    assert back is not None
    # As above; a kilometre of the drawn map is one to a few metres in a thousand.
    expected = [800, 2000, 1000, 1000, 2000, 2000, 1900]
    assert there.name_m == pytest.approx(expected, rel=0.005)
    assert back.name_m == there.name_m[::-1]


def test_an_area_says_where_the_map_ends_and_where_nothing_is_reached(
    run: Run, tmp_path: Path
) -> None:
    # A square of roads, 20 km wide, with a cross in its middle.
    corners = [(0, 0), (20, 0), (20, 20), (0, 20), (10, 0), (20, 10), (10, 20), (0, 10), (10, 10)]
    north = 1 / 111.195
    nodes = "".join(
        f'<node id="{number}" lat="{drawn.LAT + y * north:.7f}" lon="{x * drawn.KM:.7f}"/>'
        for number, (x, y) in enumerate(corners, start=1)
    )
    lines = [(1, 5, 2, 6, 3, 7, 4, 8, 1), (5, 9, 7), (8, 9, 6)]
    ways = "".join(
        f'<way id="{number}">'
        + "".join(f'<nd ref="{node}"/>' for node in line)
        + '<tag k="highway" v="secondary"/></way>'
        for number, line in enumerate(lines, start=1)
    )
    path = tmp_path / "square.osm"
    path.write_text(f'<?xml version="1.0"?>\n<osm version="0.6">{nodes}{ways}</osm>\n')

    closures = tmp_path / "closed.csv"
    closures.write_text("osm_way,effet\n3,fermé\n")
    lat, lon = f"{drawn.LAT + 10 * north:.6f}", f"{10.4 * drawn.KM:.6f}"

    def asked(minutes: str, *more: str | Path) -> list[tuple[str, int]]:
        done = run("roads", "isochrone", path, "--lat", lat, "--lon", lon, "--minutes", minutes,
                   "--geojson", "i.json", "--json", *more)  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)["warnings"]
        return [(one["code"], one["details"]["minutes"]) for one in told if "iso" in one["code"]]

    # Secondary roads are driven at 55 km/h: 4.6 km in 5 minutes, 18 in 20; the edge is 9.6 km away.
    assert asked("1,5") == []
    assert asked("5,20,25") == [("isochrone_at_edge", 20)]
    # The road of the place itself is closed.
    assert asked("1,2,4", "--closures", closures) == [("isochrone_nothing", 4)]


# --- info and calibrate


def test_info_tells_the_day_of_the_data_or_that_it_is_unknown(
    run: Run, roads: Path, extract: Path, tmp_path: Path
) -> None:
    assert "date des données\u00a0: inconnue" in run("roads", "info", roads).stdout
    text = extract.read_text("utf-8")
    dated = tmp_path / "dated.osm"
    nodes = '<node id="900" timestamp="2025-01-19T20:00:00Z" version="1"'
    dated.write_text(text.replace('<node id="900"', nodes))
    done = run("roads", "build", extract, dated, "--out", tmp_path / "both.roads")
    assert done.returncode == 0, done.stderr
    assert f"cartes réunies\u00a0: 2 ({extract.stem}, dated)" in done.stdout
    assert "en revenir" in done.stdout


def test_a_file_of_another_version_answers_with_a_warning(
    run: Run, roads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("colivraison.roads.reading.files.fingerprint_of", lambda _digest: "other")
    done = run("roads", "info", roads, "--json")
    assert done.returncode == 0, done.stderr
    (warning,) = json.loads(done.stdout)["warnings"]
    assert (warning["code"], warning["file"]) == ("roads_file_other_build", roads.name)


def test_a_calibration_says_what_its_profile_is_good_for(
    run: Run, roads: Path, tmp_path: Path
) -> None:
    places = [drawn.at_km(km, north_m=10) for km in (1, 25)]
    rounds = tmp_path / "rounds.csv"
    rounds.write_text(
        "tournee;lat;lon;minutes_total\n"
        + "".join(f"jeudi;{p.lat:.7f};{p.lon:.7f};50\n" for p in places)
    )
    given = ("roads", "calibrate", roads, "--rounds", rounds, "--out", "slow.toml")
    done = run(*given)
    assert done.returncode == 0, done.stderr
    assert "Un plan ne sait pas encore l’employer" in done.stderr
    # Five minutes are given and kept; nowhere are they 300 seconds.
    assert "(donné, pas ajusté)" in done.stdout
    assert "300" not in done.stdout + done.stderr
    note = (tmp_path / "slow.toml").read_text("utf-8")
    assert "sur 1 tournée (1 durée)" in note
    assert "trop peu de tournées pour donner un intervalle" in note
    assert "?" not in note
    assert "Fichier remplacé" in run(*given, "--force").stdout
