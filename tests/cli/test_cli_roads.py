"""``colivraison roads`` as a person runs it: files in, files out, exit statuses, Ctrl-C."""

from __future__ import annotations

import contextlib
import csv
import errno
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import drawn
import numpy as np
import osm_servers
import osmium
import pytest

import colivraison
from colivraison.cli import main
from colivraison.roads.storing import aside

SOURCE = Path(colivraison.__file__).parent
Run = Callable[..., subprocess.CompletedProcess[str]]

# The map of `drawn`: one straight road along the parallel, a node every kilometre.
HEADER = "id,lat,lon\n"


def line(name: str, km: float, *, north_m: float = 10) -> str:
    place = drawn.at_km(km, north_m=north_m)
    return f"{name},{place.lat:.7f},{place.lon:.7f}\n"


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("COLIVRAISON_CACHE", str(folder))
    return folder


def called(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in this process: most tests need no process of their own."""
    given = [str(word) for word in arguments]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(given)
        except SystemExit as end:  # argparse ends --help so
            status = int(end.code or 0)
    return subprocess.CompletedProcess(given, status, out.getvalue(), err.getvalue())


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    return called


@pytest.fixture(scope="module")
def built(
    extract: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, object]]:
    path = tmp_path_factory.mktemp("built") / "drawn.roads"
    done = called("roads", "build", extract, "--out", path, "--json")
    assert done.returncode == 0, done.stderr
    return path, json.loads(done.stdout)


@pytest.fixture
def roads(built: tuple[Path, dict[str, object]]) -> Path:
    return built[0]


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text(HEADER + line("ferme", 1) + line("halle", 4) + line("école", 9))
    return path


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def refused(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the codes of a run that was refused, having checked how it says so."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout)
    assert told["status"] == "bad_input"
    assert all(fault["cause"] and fault["action"] for fault in told["faults"])
    return [fault["code"] for fault in told["faults"]]


# --- build and info


def test_build_tells_what_it_read(built: tuple[Path, dict[str, object]]) -> None:
    path, told = built
    assert told["status"] == "done"
    assert told["bytes"] == path.stat().st_size
    assert told["report"]["read"]["ways_read"] == 1
    assert told["places"] == 6
    # 31 nodes, of which only the two ends are junctions or ends.
    assert told["profiles"]["van"]["main_vertices"] == 2
    assert told["profiles"]["van"]["cut_vertices"] == 0


def test_info_tells_the_same_of_the_file_and_of_the_extract(
    built: tuple[Path, dict[str, object]], extract: Path, run: Run
) -> None:
    path, told = built
    for source in (path, extract):
        done = run("roads", "info", source, "--json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        for key in ("name", "fingerprint", "bounds", "places", "report", "profiles"):
            assert found[key] == told[key]


def test_info_is_readable_in_both_languages(roads: Path, run: Run) -> None:
    for language, word in (("fr", "routes lues\u00a0: 1"), ("en", "roads read: 1")):
        done = run("roads", "info", roads, "--lang", language)
        assert done.returncode == 0, done.stderr
        assert word in done.stdout


def test_an_extract_is_built_once_and_kept(
    extract: Path, run: Run, own_cache: Path, points: Path
) -> None:
    for name in ("one.npz", "two.npz"):
        done = run("roads", "matrix", extract, "--points", points, "--out", name)
        assert done.returncode == 0, done.stderr
    (kept,) = (own_cache / "roads").iterdir()
    # Spoilt by somebody: told, built again, and right again.
    kept.write_bytes(kept.read_bytes()[:-1])
    done = run("roads", "matrix", extract, "--points", points, "--out", "three.npz")
    assert done.returncode == 0
    assert "inutilisables" in done.stderr
    assert len(list((own_cache / "roads").iterdir())) == 1


def test_a_file_is_replaced_only_with_force(extract: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "t.roads"
    out.write_text("somebody's")
    assert refused(run("roads", "build", extract, "--out", out, "--json")) == ["output_exists"]
    assert out.read_text() == "somebody's"
    assert run("roads", "build", extract, "--out", out, "--force").returncode == 0
    assert out.stat().st_size > 1000


def test_what_is_read_is_never_written_over(
    extract: Path, points: Path, roads: Path, tmp_path: Path, run: Run
) -> None:
    before = points.read_bytes(), roads.read_bytes()
    for out in (points, roads):
        done = run("roads", "matrix", roads, "--points", points, "--out", out, "--json")
        assert refused(done) == ["output_is_input"]
    named = tmp_path / "map.roads"
    named.symlink_to(extract)
    done = run("roads", "build", named, "--out", extract, "--force", "--json")
    assert refused(done)[0] in {"output_is_input", "output_ending"}
    assert (points.read_bytes(), roads.read_bytes()) == before


def empty_map(folder: Path) -> Path:
    path = folder / "empty.osm"
    path.write_text('<?xml version="1.0"?>\n<osm version="0.6"></osm>\n')
    return path


def cut_map(folder: Path) -> Path:
    path = folder / "cut.osm.pbf"
    path.write_bytes(b"\x00\x00\x00\x0d\x0a\x09OSMHeader")
    return path


def not_a_map(folder: Path) -> Path:
    path = folder / "notes.txt"
    path.write_text("du pain, du lait")
    return path


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (empty_map, "no_roads"),
        (cut_map, "unreadable_extract"),
        (not_a_map, "unknown_extract_format"),
        (lambda folder: folder / "missing.osm", "file_not_found"),
        (lambda folder: folder, "map_is_folder"),
    ],
)
def test_a_map_that_cannot_be_built_leaves_nothing(
    tmp_path: Path, run: Run, make: Callable[[Path], Path], code: str
) -> None:
    source = make(tmp_path)
    before = names_in(tmp_path)
    done = run("roads", "build", source, "--out", tmp_path / "t.roads", "--json")
    assert refused(done) == [code]
    assert names_in(tmp_path) == before


def test_every_extract_at_fault_is_named(tmp_path: Path, run: Run) -> None:
    done = run("roads", "build", "a.osm", "b.osm", "--out", tmp_path / "t.roads", "--json")
    assert refused(done) == ["file_not_found", "file_not_found"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04", "roads_file_foreign"),
        (b"", "roads_file_truncated"),
    ],
)
def test_a_roads_file_that_is_none_is_refused(
    tmp_path: Path, run: Run, content: bytes, code: str
) -> None:
    path = tmp_path / "t.roads"
    path.write_bytes(content)
    assert refused(run("roads", "info", path, "--json")) == [code]


# --- matrix


def test_a_matrix_is_written_as_arrays_with_their_ids(
    roads: Path, points: Path, tmp_path: Path, run: Run
) -> None:
    done = run("roads", "matrix", roads, "--points", points, "--out", "matrix.npz", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["points"], told["unreachable_pairs"], told["warnings"]) == (3, 0, [])
    with np.load(tmp_path / "matrix.npz", allow_pickle=False) as found:
        assert sorted(found.files) == ["distances_m", "durations_s", "ids"]
        assert found["ids"].tolist() == ["ferme", "halle", "école"]
        durations_s, distances_m = found["durations_s"], found["distances_m"]
    assert (durations_s.dtype, distances_m.dtype) == (np.int32, np.int32)
    # 3, 5 and 8 km along the road, and 10 m to the road and from it.
    expected = np.array([[0, 3020, 8020], [3020, 0, 5020], [8020, 5020, 0]])
    assert np.abs(distances_m - expected).max() <= 2
    assert (durations_s[~np.eye(3, dtype=bool)] > 0).all()


def bridge(folder: Path) -> Path:
    """Draw the road as three ways: ten kilometres, a bridge of one, and seven kilometres."""
    nodes = "".join(
        f'<node id="{km + 1}" lat="{drawn.LAT}" lon="{km * drawn.KM:.7f}"/>' for km in range(19)
    )
    ways = "".join(
        f'<way id="{number}">'
        + "".join(f'<nd ref="{km + 1}"/>' for km in range(first, last + 1))
        + '<tag k="highway" v="secondary"/></way>'
        for number, first, last in ((1, 0, 10), (2, 10, 11), (3, 11, 18))
    )
    path = folder / "bridge.osm"
    path.write_text(f'<?xml version="1.0"?>\n<osm version="0.6">{nodes}{ways}</osm>\n')
    return path


def test_a_closed_bridge_cuts_places_off(tmp_path: Path, run: Run) -> None:
    closures = tmp_path / "closed.csv"
    closures.write_text("osm_way,effet,du,au\n2,fermé,2026-12-01,2026-12-31\n")
    places = tmp_path / "places.csv"
    places.write_text(HEADER + line("west", 1) + line("mid", 5) + line("east", 15))
    given = ("roads", "matrix", bridge(tmp_path), "--points", places, "--out", "m.npz",
             "--closures", closures, "--json")  # fmt: skip
    done = run(*given, "--date", "2026-11-30")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["unreachable_pairs"] == 0
    done = run(*given, "--date", "2026-12-01")
    assert done.returncode == 0, done.stderr
    # From and to the place in the east, with each of the two others.
    assert json.loads(done.stdout)["unreachable_pairs"] == 4
    assert "east" in done.stderr
    with np.load(tmp_path / "m.npz") as arrays:
        expected = [[False, False, True], [False, False, True], [True, True, False]]
        assert (arrays["durations_s"] == -1).tolist() == expected
        assert (arrays["distances_m"] == -1).tolist() == expected
    # A route over the bridge has a leg without a line, and says so.
    done = run("roads", "route", tmp_path / "bridge.osm", "--points", places, "--geojson", "r.json",
               "--closures", closures, "--date", "2026-12-01")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "pas de chemin" in done.stdout
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["features"]
    assert [feature["geometry"] is None for feature in told] == [False, True]
    # Without a day, closures with dates are left out, and that is told.
    done = run(*given)
    assert [one["code"] for one in json.loads(done.stdout)["warnings"]] == ["closure_needs_date"]


def test_all_faults_of_the_places_are_told_at_once(roads: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "points.csv"
    path.write_text(HEADER + "a,nan,2\nb,95,2\nb,47,0.01\n" + line("c", 3))
    done = run("roads", "matrix", roads, "--points", path, "--out", "m.npz", "--json")
    assert refused(done) == ["bad_coordinate", "swapped_coordinates", "duplicate_point"]
    assert not (tmp_path / "m.npz").exists()


def test_places_no_road_is_near_are_named(roads: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "points.csv"
    swapped = drawn.at_km(3)
    path.write_text(
        HEADER
        + line("near", 3)
        + line("sea", 3, north_m=1500)
        + f"turned,{swapped.lon},{swapped.lat}\n"
    )
    done = run("roads", "matrix", roads, "--points", path, "--out", "m.npz", "--json")
    assert refused(done) == ["far_from_road", "looks_swapped"]
    told = json.loads(done.stdout)["faults"]
    assert "sea" in told[0]["cause"]
    assert told[0]["row"] == 3


def test_a_place_over_a_hundred_metres_away_is_a_warning(
    roads: Path, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "points.csv"
    path.write_text(HEADER + line("close", 3, north_m=99) + line("apart", 5, north_m=150))
    done = run("roads", "matrix", roads, "--points", path, "--out", "m.npz", "--json")
    assert done.returncode == 0, done.stderr
    (warning,) = json.loads(done.stdout)["warnings"]
    assert warning["code"] == "far_from_road_but_usable"
    assert (warning["value"], warning["row"]) == ("apart", 3)
    assert "apart" in done.stderr


def test_twenty_thousand_places_are_refused_before_anything_is_taken(
    roads: Path, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "points.csv"
    path.write_text(HEADER + "".join(line(f"p{n}", n * 0.001) for n in range(20_000)))
    done = run("roads", "matrix", roads, "--points", path, "--out", "m.npz", "--json")
    assert refused(done) == ["matrix_too_large"]
    assert "Mo" in json.loads(done.stdout)["faults"][0]["cause"]
    # A smaller ceiling of one's own.
    path.write_text(HEADER + "".join(line(f"p{n}", n * 0.01) for n in range(300)))
    given = ("roads", "matrix", roads, "--points", path, "--out", "m.npz", "--json")
    # 300² x 24 bytes = 2.16 MB.
    assert refused(run(*given, "--memory-mb", "2")) == ["matrix_too_large"]
    assert run(*given, "--memory-mb", "3").returncode == 0


def test_another_vehicle_gives_other_times(
    roads: Path, points: Path, tmp_path: Path, run: Run
) -> None:
    fitted = tmp_path / "slow.toml"
    fitted.write_text('extends = "van"\ntime_factor = 2.0\n')
    found = {}
    for profile in ("van", "cargo-bike", str(fitted)):
        done = run("roads", "matrix", roads, "--points", points, "--out", "m.npz",
                   "--profile", profile)  # fmt: skip
        assert done.returncode == 0, done.stderr
        with np.load(tmp_path / "m.npz") as arrays:
            found[profile] = int(arrays["durations_s"][0, 2])
    assert found["cargo-bike"] > found["van"]
    # The 8 km take twice as long; the two gaps of 10 m at 10 km/h are 7.2 s in both.
    assert abs((found[str(fitted)] - 7.2) - 2 * (found["van"] - 7.2)) <= 3


def test_an_unknown_vehicle_is_refused_with_the_known_ones(
    roads: Path, points: Path, run: Run
) -> None:
    done = run("roads", "matrix", roads, "--points", points, "--out", "m.npz",
               "--profile", "tractor", "--json")  # fmt: skip
    assert refused(done) == ["roads_unknown_profile"]
    assert "cargo-bike" in json.loads(done.stdout)["faults"][0]["action"]


# --- route, isochrone, snap


def test_a_route_has_one_line_per_leg_with_the_numbers_of_the_matrix(
    roads: Path, points: Path, tmp_path: Path, run: Run
) -> None:
    done = run("roads", "route", roads, "--points", points, "--geojson", "r.geojson", "--json")
    assert done.returncode == 0, done.stderr
    assert run("roads", "matrix", roads, "--points", points, "--out", "m.npz").returncode == 0
    found = json.loads((tmp_path / "r.geojson").read_text(encoding="utf-8"))
    assert found["attribution"] == "© OpenStreetMap contributors (ODbL)"
    legs = [feature["properties"] for feature in found["features"]]
    assert [(leg["from"], leg["to"]) for leg in legs] == [("ferme", "halle"), ("halle", "école")]
    with np.load(tmp_path / "m.npz") as arrays:
        for number, leg in enumerate(legs):
            assert leg["duration_s"] == arrays["durations_s"][number, number + 1]
            assert leg["distance_m"] == arrays["distances_m"][number, number + 1]
    first = found["features"][0]["geometry"]
    assert first["type"] == "LineString"
    start = drawn.at_km(1, north_m=10)
    assert first["coordinates"][0] == [round(start.lon, 7), round(start.lat, 7)]


def test_a_route_of_one_place_is_refused(roads: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "points.csv"
    path.write_text(HEADER + line("a", 1))
    done = run("roads", "route", roads, "--points", path, "--geojson", "r.geojson", "--json")
    assert refused(done) == ["route_needs_two"]


def test_an_isochrone_has_one_area_per_duration_within_one_another(
    roads: Path, tmp_path: Path, run: Run
) -> None:
    import shapely

    here = drawn.at_km(15)
    latitude = f"{here.lat:.6f}".replace(".", ",")  # as a French keyboard writes it
    done = run("roads", "isochrone", roads, "--lat", latitude, "--lon", str(here.lon),
               "--minutes", "6,3", "--geojson", "i.geojson", "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "i.geojson").read_text(encoding="utf-8"))
    # The largest first, so that the smaller one is drawn over it.
    assert [feature["properties"]["minutes"] for feature in found["features"]] == [6, 3]
    large, small = (shapely.geometry.shape(f["geometry"]) for f in found["features"])
    assert small.is_valid
    assert large.contains(small)
    assert small.contains(shapely.Point(here.lon, here.lat))
    assert [area["minutes"] for area in json.loads(done.stdout)["areas"]] == [3, 6]


def test_snapping_is_a_table_for_people_and_for_spreadsheets(
    roads: Path, points: Path, tmp_path: Path, run: Run
) -> None:
    done = run("roads", "snap", roads, "--points", points)
    assert done.returncode == 0, done.stderr
    assert "école" in done.stdout
    assert "10\u00a0m" in done.stdout
    done = run("roads", "snap", roads, "--points", points, "--out", "s.csv", "--lang", "en")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "s.csv").read_text("utf-8-sig").splitlines()))
    assert [row["id"] for row in rows] == ["ferme", "halle", "école"]
    assert [row["gap_m"] for row in rows] == ["10", "10", "10"]
    assert {row["road_lat"] for row in rows} == {"47.0"}


def test_an_id_that_looks_like_a_formula_stays_a_text(
    roads: Path, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "points.csv"
    path.write_text(HEADER + line("=1+1", 3))
    assert run("roads", "snap", roads, "--points", path, "--out", "s.csv").returncode == 0
    assert "'=1+1;" in (tmp_path / "s.csv").read_text("utf-8-sig")


# --- fetch and calibrate


@pytest.fixture
def servers(extract: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[osm_servers.OsmServers]:
    """Let the services of OpenStreetMap answer on this machine, from the drawn map."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with osm_servers.running(osm_servers.OsmServers(extract.read_text("utf-8"))) as started:
        for name in ("nominatim", "overpass", "extracts"):
            variable = "EXTRACT_SERVER" if name == "extracts" else name.upper()
            monkeypatch.setenv(f"COLIVRAISON_{variable}", f"{started.url}/{name}")
        yield started


def test_a_fetched_territory_can_be_built(
    servers: osm_servers.OsmServers, points: Path, tmp_path: Path, run: Run
) -> None:
    box = (drawn.LAT - 0.02, -0.1, drawn.LAT + 0.02, 30.5 * drawn.KM)
    servers.places = {
        "Wimereux": [
            osm_servers.candidate("Wimereux", "Wimereux, France", 7, box=box, importance=0.5)
        ]
    }
    done = run("roads", "fetch", "Wimereux", "--out", "w.osm.pbf", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["source"], told["ways"]) == ("overpass", 1)
    assert "colivraison roads build w.osm.pbf --out w.roads" in done.stderr
    assert run("roads", "build", "w.osm.pbf", "--out", "w.roads").returncode == 0
    done = run("roads", "matrix", "w.roads", "--points", points, "--out", "m.npz", "--json")
    assert json.loads(done.stdout)["unreachable_pairs"] == 0
    # A second fetch replaces nothing by itself.
    assert refused(run("roads", "fetch", "Wimereux", "--out", "w.osm.pbf", "--json")) == [
        "output_exists"
    ]


def test_the_surroundings_of_a_case_are_fetched(
    servers: osm_servers.OsmServers, case_file: Path, tmp_path: Path, run: Run
) -> None:
    done = run("roads", "fetch", "--around", case_file, "--margin-km", "3", "--out", "c.osm.pbf",
               "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    # Places from kilometre 0 to 5 and 3 km around: about 11 km x 6 km less its corners.
    assert 45 <= json.loads(done.stdout)["area_km2"] <= 66
    assert len(servers.asked("/overpass/interpreter")) == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "Autour de «\u00a0case.json\u00a0»\u00a0: "), ("en", "Around “case.json”: ")],
)
def test_what_was_fetched_around_a_case_is_named_by_the_case(
    servers: osm_servers.OsmServers, case_file: Path, run: Run, language: str, said: str
) -> None:
    done = run("roads", "fetch", "--around", case_file, "--margin-km", "3", "--out", "c.osm.pbf",
               "--lang", language)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(said)
    done = run("roads", "fetch", "--around", case_file, "--out", "d.osm.pbf", "--json")
    # South, west, north, east of its places.
    assert json.loads(done.stdout)["name"] == "47.0001,0,47.0001,0.0659328"


@pytest.mark.parametrize(
    ("language", "date", "said"),
    [
        ("fr", "2026-11-20T00:00:00Z", "données du vendredi 20 novembre 2026."),
        ("en", "2026-11-20T00:00:00Z", "data of Friday, 20 November 2026."),
        ("fr", "", "il ne dit pas de quel jour sont ses données."),
        ("en", "", "it does not say of what day its data are."),
    ],
)
def test_a_whole_region_is_told_by_its_size_and_its_date(
    servers: osm_servers.OsmServers, tmp_path: Path, run: Run, language: str, date: str, said: str
) -> None:
    header = osmium.io.Header()
    if date:
        header.set("osmosis_replication_timestamp", date)
    source = tmp_path / "source.osm.pbf"
    with osmium.SimpleWriter(str(source), header=header) as writer:
        writer.add_node(osmium.osm.mutable.Node(id=1, location=(9, 42), version=1))
        # 1.2 MB that hardly pack: random hexadecimal digits take half a byte each.
        for number in range(2, 12_002):
            tags = {"note": random.Random(number).randbytes(100).hex()}
            writer.add_node(
                osmium.osm.mutable.Node(id=number, location=(9, 42), tags=tags, version=1)
            )
    servers.add_extract("/extracts/europe/corse-latest.osm.pbf", source.read_bytes())
    size = source.stat().st_size / 1e6
    assert size > 1
    done = run("roads", "fetch", "--region", "europe/corse", "--out", "corse.osm.pbf",
               "--lang", language)  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()[0]
    assert told.startswith("europe/corse")
    assert told.endswith(said)
    assert f"{size:.1f}".replace(".", "," if language == "fr" else ".") in told
    assert "km²" not in done.stdout
    done = run("roads", "fetch", "--region", "europe/corse", "--out", "again.osm.pbf", "--json")
    found = json.loads(done.stdout)
    assert (found["area_km2"], found["ways"]) == (None, None)


def test_a_case_of_names_alone_is_told_what_to_do_before_there_is_a_map(
    servers: osm_servers.OsmServers, case_file: Path, run: Run
) -> None:
    case = json.loads(case_file.read_text(encoding="utf-8"))
    for site in case["sites"]:
        del site["lat"], site["lon"]
        site["place"] = "Wimereux"
    case_file.write_text(json.dumps(case), encoding="utf-8")
    done = run("roads", "fetch", "--around", case_file, "--out", "c.osm.pbf", "--json")
    assert refused(done) == ["fetch_case_needs_positions"] * 2
    first, second = json.loads(done.stdout)["faults"]
    assert (first["value"], first["pointer"]) == ("Wimereux", "/sites/0/place")
    assert second["pointer"] == "/sites/1/place"
    # No option that this verb does not have.
    assert "--roads" not in first["action"]
    assert "latitude" in first["action"]
    assert servers.requests == []


def test_what_cannot_be_fetched_is_said_and_leaves_nothing(
    servers: osm_servers.OsmServers, tmp_path: Path, run: Run
) -> None:
    for given, codes in [
        ((), ["fetch_not_one_area"]),
        (("--bbox", "44.9,5.2,44.6,5.6"), ["fetch_box_wrong"]),
        (("Nulle-Part",), None),
    ]:
        done = run("roads", "fetch", *given, "--out", "die.osm.pbf", "--json")
        found = refused(done)
        assert codes is None or found == codes
    assert list(tmp_path.iterdir()) == []


def test_rounds_give_a_profile_that_the_other_verbs_understand(
    roads: Path, points: Path, tmp_path: Path, run: Run
) -> None:
    assert run("roads", "matrix", roads, "--points", points, "--out", "m.npz").returncode == 0
    with np.load(tmp_path / "m.npz") as arrays:
        van_s = arrays["durations_s"]
    # Eight rounds along the road, 1.5 times as slow as the model and 4 minutes per stop.
    lines = ["tournee;ordre;lat;lon;minutes_total"]
    for number, kms in enumerate([(1, 4, 9), (1, 9, 1), (4, 9, 4, 1), (1, 4, 1), (9, 1, 9),
                                  (1, 4, 9, 4, 1), (4, 1), (9, 4)]):  # fmt: skip
        place = {1: 0, 4: 1, 9: 2}
        minutes = 1.5 * sum(van_s[place[a], place[b]] for a, b in pairwise(kms)) / 60
        # Neither the beginning nor the way home is a stop.
        minutes += 4 * (len(kms) - 1 - (kms[0] == kms[-1]))
        for order, km in enumerate(kms, start=1):
            at = drawn.at_km(km, north_m=10)
            total = f"{minutes:.2f}" if order == 1 else ""
            lines.append(f"r{number};{order};{at.lat:.7f};{at.lon:.7f};{total}")
    rounds = tmp_path / "rounds.csv"
    rounds.write_text("\n".join(lines) + "\n")
    done = run("roads", "calibrate", roads, "--rounds", rounds, "--out", "slow.toml", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["rounds"] == 8
    assert told["stop_min"]["value"] == pytest.approx(4, abs=0.1)
    assert told["factor"]["value"] == pytest.approx(1.5, abs=0.02)
    again = run("roads", "matrix", roads, "--points", points, "--out", "m2.npz",
                "--profile", "slow.toml")  # fmt: skip
    assert again.returncode == 0, again.stderr
    # A second fit does not silently replace the first.
    done = run("roads", "calibrate", roads, "--rounds", rounds, "--out", "slow.toml", "--json")
    assert refused(done) == ["output_exists"]


# --- help, complaints, interruption


@pytest.mark.parametrize("verb", ["", "build", "info", "matrix", "route", "isochrone", "snap",
                                  "fetch", "calibrate"])  # fmt: skip
@pytest.mark.parametrize("language", ["fr", "en"])
def test_help_is_there_in_both_languages_with_examples(run: Run, verb: str, language: str) -> None:
    done = run("roads", *filter(None, [verb]), "--lang", language, "--help")
    assert done.returncode == 0
    assert ("exemple" if language == "fr" else "example") in done.stdout
    french = {"FICHIER", "TERRITOIRE", "PROFIL", "DEGRÉS", "EXTRAIT", "LIEU", "RÉGION"}
    shown = set(done.stdout.replace("[", " ").replace("]", " ").split())
    assert language == "fr" or not french & shown


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_help_of_fetch_names_every_variable_it_obeys(run: Run, language: str) -> None:
    shown = run("roads", "fetch", "--lang", language, "--help").stdout
    readme = (SOURCE / "roads" / "fetch" / "README.md").read_text(encoding="utf-8")
    code = "".join(path.read_text("utf-8") for path in (SOURCE / "roads").rglob("*.py"))
    obeyed = set(re.findall(r'"(COLIVRAISON_[A-Z_]+)"', code))
    assert len(obeyed) == 5
    assert obeyed <= set(re.findall(r"^  (COLIVRAISON_[A-Z_]+) ", shown, re.MULTILINE))
    assert obeyed <= set(re.findall(r"COLIVRAISON_[A-Z_]+", readme))


def test_a_file_that_stands_is_not_told_as_unwritten(
    servers: osm_servers.OsmServers, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(aside, "_sync_folder", refuses)
    box = f"{drawn.LAT - 0.02},-0.1,{drawn.LAT + 0.02},0.1"
    done = run("roads", "fetch", "--bbox", box, "--out", "c.osm.pbf")
    assert done.returncode == 2
    assert "c.osm.pbf\u00a0» est écrit" in done.stderr
    assert "Rien n’a été écrit" not in done.stderr
    assert (tmp_path / "c.osm.pbf").stat().st_size > 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("build", "x.osm"),
        ("matrix", "x.roads", "--points", "p.csv", "--out", "m.npz", "--date", "demain"),
        ("matrix", "x.roads", "--points", "p.csv", "--out", "m.npz", "--date", "2026-02-30"),
        ("matrix", "x.roads", "--points", "p.csv", "--out", "m.npz", "--threads", "0"),
        ("isochrone", "x.roads", "--lat", "91", "--lon", "0", "--minutes", "5", "--geojson", "g"),
        ("isochrone", "x.roads", "--lat", "nan", "--lon", "0", "--minutes", "5", "--geojson", "g"),
        ("isochrone", "x.roads", "--lat", "4", "--lon", "0", "--minutes", "0", "--geojson", "g"),
        ("fetch", "--bbox", "1,2,3", "--out", "x.osm.pbf"),
    ],
)
def test_a_call_that_cannot_be_understood_ends_with_2_and_no_traceback(
    run: Run, arguments: tuple[str, ...]
) -> None:
    done = run("roads", *arguments, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["status"] == "usage"
    assert "Traceback" not in done.stderr


# Somebody presses Ctrl-C at one exact moment, which is when ``{moment}`` is called.
PRESSED = """
import os, signal, sys
from colivraison.cli import main, roads_verb
from colivraison.roads.graph import building
from colivraison.roads.reading import extract
from colivraison.roads.storing import store
held = {moment}
def pressed(*given, **named):
    os.kill(os.getpid(), signal.SIGINT)
    return held(*given, **named)
{moment} = pressed
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("extract.read_extract", False),
        ("building.build_territory", False),
        ("store._pad", False),  # the file is being written aside
        ("roads_verb.report_document", True),  # while the result is told
    ],
)
def test_ctrl_c_during_a_build_says_truly_whether_anything_was_written(
    extract: Path, tmp_path: Path, moment: str, *, written: bool
) -> None:
    out = tmp_path / "t.roads"
    done = subprocess.run(
        [sys.executable, "-c", PRESSED.format(moment=moment),
         "roads", "build", str(extract), "--out", str(out), "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 130, done.stderr
    assert json.loads(done.stdout) == {
        "status": "interrupted",
        "out": str(out) if written else None,
    }
    assert names_in(tmp_path) == ({"t.roads"} if written else set())
    assert ("rien n’a été écrit" in done.stderr) != written
    assert "Traceback" not in done.stderr


def test_a_real_ctrl_c_during_a_real_build_leaves_nothing(
    command: list[str], shared_data: Path, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [*command, "roads", "build", str(shared_data / "osm" / "andorra.osm.pbf"),
         "--out", str(tmp_path / "t.roads")],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert process.stderr is not None
    for said in process.stderr:
        if "Préparation des routes" in said:
            break
    # The build of Andorra takes over a second from here on.
    os.killpg(process.pid, signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "rien n’a été écrit" in rest
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []
