"""``colivraison roads fetch`` and ``calibrate`` as a person runs them."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import drawn
import numpy as np
import osm_servers
import osmium
import pytest
from roads_calls import Run, refused


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
