"""``colivraison roads`` build, info, matrix, route, isochrone, snap: files in, files out."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import drawn
import numpy as np
import pytest
from roads_calls import HEADER, Run, line, names_in, refused

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
