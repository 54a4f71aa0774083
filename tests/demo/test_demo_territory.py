"""The invented land: reproducible, connected, with two bridges, under names nobody bears."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import osmium
import pytest
import shapely

from colivraison.demo.territory import GENERATOR, main
from colivraison.roads import INVENTED_GENERATOR, RoadNetwork

ExtractOfSeed = Callable[[int], Path]

SEEDS = [1, pytest.param(2, marks=pytest.mark.slow)] + [
    pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 21)
]


def _ways(path: Path) -> list[tuple[dict[str, str], shapely.LineString]]:
    found = []
    for entity in osmium.FileProcessor(str(path)).with_locations():
        if entity.is_way():
            line = [(node.location.lon, node.location.lat) for node in entity.nodes]
            found.append((dict(entity.tags), shapely.LineString(line)))
    return found


def _features(path: Path) -> list[dict[str, str]]:
    return [dict(e.tags) for e in osmium.FileProcessor(str(path)) if e.is_node() and len(e.tags)]


def test_the_same_seed_writes_the_same_bytes_as_the_committed_file(
    tmp_path: Path, committed_extract: Path
) -> None:
    again = tmp_path / "again.osm.pbf"
    assert main(["--seed", "1", "--out", str(again)]) == 0
    assert again.read_bytes() == committed_extract.read_bytes()


def test_another_seed_is_another_land(
    extract_of_seed: ExtractOfSeed, committed_extract: Path
) -> None:
    names = {f["name"] for f in _features(committed_extract)}
    others = {f["name"] for f in _features(extract_of_seed(2))}
    assert len(names & others) < len(names) / 2
    assert extract_of_seed(2).read_bytes() != committed_extract.read_bytes()


def test_the_file_is_small_and_says_who_wrote_it(committed_extract: Path) -> None:
    assert committed_extract.stat().st_size < 1_000_000
    reader = osmium.io.Reader(str(committed_extract))
    assert reader.header().get("generator") == GENERATOR == INVENTED_GENERATOR
    box = reader.header().box()
    reader.close()
    # Open sea, 200 km south-west of Brittany.
    assert -7.51 < box.bottom_left.lon < box.top_right.lon < -6.9
    assert 46.89 < box.bottom_left.lat < box.top_right.lat < 47.3


def test_the_extract_reads_as_an_invented_one(demo_network: RoadNetwork) -> None:
    assert demo_network.invented
    assert demo_network.attribution == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_reaches_everybody(seed: int, extract_of_seed: ExtractOfSeed) -> None:
    path = extract_of_seed(seed)
    roads = nx.DiGraph()
    for entity in osmium.FileProcessor(str(path)):
        if entity.is_way() and "highway" in entity.tags:
            nodes = [node.ref for node in entity.nodes]
            nx.add_path(roads, nodes)
            one_way = entity.tags.get("oneway") == "yes" or "junction" in entity.tags
            if not one_way:
                nx.add_path(roads, nodes[::-1])
    assert nx.is_strongly_connected(roads)
    assert RoadNetwork.load(path).metric_report()["cut_vertices"] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_roads_cross_the_river_on_two_bridges_only(
    seed: int, extract_of_seed: ExtractOfSeed
) -> None:
    ways = _ways(extract_of_seed(seed))
    (river,) = [line for tags, line in ways if tags.get("waterway") == "river"]
    crossing = [tags for tags, line in ways if "highway" in tags and line.intersects(river)]
    assert [tags.get("bridge") for tags in crossing] == ["yes", "yes"]
    assert sum(tags.get("bridge") == "yes" for tags, _ in ways) == 2
    lake = next(shapely.Polygon(line) for tags, line in ways if tags.get("natural") == "water")
    assert not any(line.intersects(lake) for tags, line in ways if "highway" in tags)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_land_has_what_a_countryside_has(seed: int, extract_of_seed: ExtractOfSeed) -> None:
    features = _features(extract_of_seed(seed))
    places = Counter(f["place"] for f in features if "place" in f)
    assert places["town"] == 1
    assert places["village"] == 10
    assert places["hamlet"] == 35
    (town,) = [f for f in features if f.get("place") == "town"]
    assert 8_000 <= int(town["population"]) <= 10_000
    amenities = Counter(f["amenity"] for f in features if "amenity" in f)
    assert amenities["townhall"] == 11
    assert amenities["school"] >= 11
    assert amenities["marketplace"] >= 3
    assert sum("shop" in f for f in features) >= 15
    assert sum(f.get("landuse") == "farmyard" for f in features) == 120
    tags = [tags for tags, _ in _ways(extract_of_seed(seed))]
    classes = Counter(t["highway"] for t in tags if "highway" in t)
    for highway in ("primary", "secondary", "tertiary", "unclassified", "residential", "track"):
        assert classes[highway] > 0, highway
    assert any(t.get("junction") == "roundabout" for t in tags)
    assert any(t.get("oneway") == "yes" for t in tags)
    assert all(t["ref"].startswith("D ") for t in tags if "ref" in t)


@pytest.mark.parametrize("seed", SEEDS)
def test_names_are_borne_once(seed: int, extract_of_seed: ExtractOfSeed) -> None:
    names = Counter(f["name"] for f in _features(extract_of_seed(seed)))
    shared = {name: count for name, count in names.items() if count > 1}
    assert shared == {}


def test_no_commune_bears_the_name_of_a_real_one(
    committed_extract: Path, shared_data: Path
) -> None:
    communes = json.loads((shared_data / "osm" / "communes-corse.geojson").read_text("utf-8"))
    real = {feature["properties"]["nom"].casefold() for feature in communes["features"]}
    assert len(real) > 300
    ours = {f["name"].casefold() for f in _features(committed_extract) if "place" in f}
    assert not ours & real


@pytest.mark.parametrize("seed", SEEDS)
def test_every_place_is_beside_a_road(seed: int, extract_of_seed: ExtractOfSeed) -> None:
    network = RoadNetwork.load(extract_of_seed(seed))
    snapped = network.snap([place.position for place in network.places.all])
    assert len(snapped.gap_m) > 400
    assert int(snapped.gap_m.max()) <= 200
