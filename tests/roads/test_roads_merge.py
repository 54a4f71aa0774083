"""Several extracts as one: the whole comes back from its parts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from colivraison.domain import Position
from colivraison.roads import RoadNetwork
from colivraison.roads.reading.extract import read_extract
from colivraison.roads.reading.merge import merge_raw
from colivraison.roads.reading.raw import RawExtract

# A street of nodes 1 to 6 (way 10), a lane from 3 (way 11), a way of its own on each side.
STREET = [1, 2, 3, 4, 5, 6]
NODES = {number: (45.0, 5.0 + number / 1000) for number in range(1, 10)}

Read = Callable[..., RawExtract]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a map of these nodes and ways."""
    count = 0

    def run(
        nodes: Collection[int],
        ways: dict[int, list[int]],
        *,
        tags: dict[int, dict[str, str]] | None = None,
        node_tags: dict[int, dict[str, str]] | None = None,
        relations: str = "",
        date: str = "2026-01-01T00:00:00Z",
    ) -> RawExtract:
        nonlocal count
        count += 1
        lines = ['<osm version="0.6" generator="part">']
        for number in nodes:
            lat, lon = NODES[number]
            inner = _tags((node_tags or {}).get(number, {}))
            lines.append(f'<node id="{number}" lat="{lat}" lon="{lon}">{inner}</node>')
        for number, refs in ways.items():
            of_way = {"highway": "residential", "name": f"Rue {number}"} | (tags or {}).get(
                number, {}
            )
            inner = "".join(f'<nd ref="{ref}"/>' for ref in refs) + _tags(of_way)
            lines.append(f'<way id="{number}">{inner}</way>')
        path = tmp_path / f"part{count}.osm"
        path.write_text("\n".join([*lines, relations, "</osm>"]), encoding="utf-8")
        raw = read_extract(path, lambda _share: None)
        # The header of OSM XML has no date.
        return replace(raw, report=replace(raw.report, data_date=date))

    return run


def _tags(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items() if value)


def ways_of(raw: RawExtract) -> list[tuple[int, tuple[int, ...], str, dict[str, str]]]:
    """Return id, nodes, name and tags of each way, in an order of their own."""
    ways = raw.ways
    found = []
    for number, way_id in enumerate(ways.way_ids.tolist()):
        span = slice(int(ways.way_first[number]), int(ways.way_first[number + 1]))
        name = int(ways.way_name[number])
        found.append(
            (
                way_id,
                tuple(ways.node_ids[span].tolist()),
                ways.names[name] if name >= 0 else "",
                ways.tag_sets[int(ways.way_tags[number])],
            )
        )
    return sorted(found, key=lambda way: way[:2])


def lines_of(raw: RawExtract) -> list[tuple[int, tuple[int, ...]]]:
    return [way[:2] for way in ways_of(raw)]


def positions_of(raw: RawExtract) -> dict[int, tuple[float, float]]:
    places = zip(raw.ways.lat.tolist(), raw.ways.lon.tolist(), strict=True)
    return dict(zip(raw.ways.node_ids.tolist(), places, strict=True))


def test_one_extract_stays_as_it_is(read: Read) -> None:
    raw = read(range(1, 7), {10: STREET})
    assert merge_raw([raw]) is raw


def test_ways_of_different_extracts_stand_side_by_side_with_their_names_and_tags(
    read: Read,
) -> None:
    one = read([1, 2], {10: [1, 2]}, tags={10: {"maxspeed": "30"}})
    two = read([2, 3], {11: [2, 3]}, tags={11: {"oneway": "yes", "name": ""}})
    merged = merge_raw([one, two])
    assert ways_of(merged) == [*ways_of(one), *ways_of(two)]
    assert merged.report.ways_read == 2
    assert "in_several_maps" not in merged.report.ways_dropped


def test_a_way_that_both_hold_whole_comes_once(read: Read) -> None:
    one = read(range(1, 7), {10: STREET})
    two = read(range(1, 8), {10: STREET, 11: [6, 7]})
    merged = merge_raw([one, two])
    assert lines_of(merged) == [(10, tuple(STREET)), (11, (6, 7))]
    assert merged.report.ways_dropped["in_several_maps"] == 1


def test_halves_of_a_way_are_put_together_along_the_nodes_they_share(read: Read) -> None:
    # Each file lacks nodes of the street beyond its edge, 3 and 4 lie in both.
    west = read([1, 2, 3, 4], {10: STREET})
    east = read([3, 4, 5, 6], {10: STREET})
    for parts in ([west, east], [east, west]):
        merged = merge_raw(parts)
        assert lines_of(merged) == [(10, tuple(STREET))]
        assert positions_of(merged) == {number: NODES[number] for number in STREET}


def test_three_parts_are_put_together_in_any_order(read: Read) -> None:
    parts = [read(nodes, {10: STREET}) for nodes in ([1, 2], [5, 6], [2, 3, 4, 5])]
    assert lines_of(merge_raw(parts)) == [(10, tuple(STREET))]


def test_a_hole_in_one_is_filled_from_the_other(read: Read) -> None:
    # The street leaves the first extract at 3 and comes back at 5.
    one = read([1, 2, 5, 6], {10: STREET})
    two = read([2, 3, 4, 5], {10: STREET})
    assert lines_of(merge_raw([one, two])) == [(10, tuple(STREET))]


def test_halves_that_share_no_node_stay_apart(read: Read) -> None:
    west = read([1, 2, 3], {10: STREET})
    east = read([4, 5, 6], {10: STREET})
    assert lines_of(merge_raw([west, east])) == [(10, (1, 2, 3)), (10, (4, 5, 6))]


def test_of_two_versions_that_contradict_each_other_the_one_with_more_points_counts(
    read: Read,
) -> None:
    # Node 3 was replaced by 7 and 8: to keep all three would make a zigzag.
    old = read([1, 2, 3, 4], {10: [1, 2, 3, 4]})
    new = read([1, 2, 4, 7, 8], {10: [1, 2, 7, 8, 4]})
    for parts in ([old, new], [new, old]):
        assert lines_of(merge_raw(parts)) == [(10, (1, 2, 7, 8, 4))]


def test_a_way_that_was_turned_round_follows_the_later_extract(read: Read) -> None:
    old = read([1, 2, 3], {10: [1, 2, 3]}, date="2025-01-01T00:00:00Z")
    new = read([1, 2, 3], {10: [3, 2, 1]}, tags={10: {"oneway": "yes"}})
    for parts in ([old, new], [new, old]):
        merged = merge_raw(parts)
        assert lines_of(merged) == [(10, (3, 2, 1))]
        assert ways_of(merged)[0][3]["oneway"] == "yes"


def test_the_report_has_the_oldest_date_and_the_sums(read: Read) -> None:
    old = read([1, 2, 3], {10: STREET}, date="2025-01-01T00:00:00Z")
    new = read([1, 2, 3], {10: STREET}, date="2026-01-01T00:00:00Z")
    report = merge_raw([new, old]).report
    assert report.points_dropped == old.report.points_dropped + new.report.points_dropped == 6
    assert report.data_date == min(old.report.data_date, new.report.data_date)


def test_barriers_on_shared_nodes_come_once(read: Read) -> None:
    gate = {3: {"barrier": "gate"}}
    one = read([1, 2, 3], {10: [1, 2, 3]}, node_tags=gate)
    two = read(
        [3, 4, 5],
        {11: [3, 4, 5]},
        node_tags={**gate, 4: {"highway": "traffic_signals"}},
    )
    ways = merge_raw([one, two]).ways
    assert ways.special_ids.tolist() == [3, 4]
    assert [ways.node_tag_sets[number] for number in ways.special_tags.tolist()] == [
        {"barrier": "gate"},
        {"highway": "traffic_signals"},
    ]


def test_a_turn_restriction_on_the_border_comes_once(read: Read) -> None:
    rule = (
        '<relation id="5"><member type="way" ref="10" role="from"/>'
        '<member type="node" ref="3" role="via"/><member type="way" ref="11" role="to"/>'
        '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>'
    )
    ways = {10: [1, 2, 3], 11: [3, 4, 5]}
    one, two = (read(range(1, 6), ways, relations=rule) for _ in range(2))
    merged = merge_raw([one, two])
    assert merged.restrictions == one.restrictions
    assert [restriction.relation_id for restriction in merged.restrictions] == [5]
    assert merged.report.restrictions_read == 1


def test_places_come_once_but_namesakes_stay(read: Read) -> None:
    village = {"place": "village", "name": "Die"}
    farm = {"place": "farm"}
    one = read([1, 2, 7, 8], {10: [1, 2]}, node_tags={7: village, 8: farm})
    # Node 9 lies 2 thousandths of a degree east of 7: 157 m at latitude 45; another Die.
    two = read([1, 2, 7, 8, 9], {10: [1, 2]}, node_tags={7: village, 8: farm, 9: village})
    places = [
        (place.name, place.kind, place.position.lon) for place in merge_raw([one, two]).places
    ]
    assert places == [
        ("Die", "village", 5.007),
        ("", "farm", 5.008),
        ("Die", "village", 5.009),
    ]


def test_water_lines_come_once(read: Read) -> None:
    river = {12: {"highway": "", "waterway": "river"}}
    one = read(range(1, 5), {10: [1, 2], 12: [3, 4]}, tags=river)
    two = read(range(1, 7), {10: [1, 2], 12: [3, 4], 13: [5, 6]}, tags={**river, 13: river[12]})
    water = merge_raw([one, two]).water
    assert water.kinds == ("river", "river")
    assert water.first.tolist() == [0, 2, 4]


# --- a real town cut in two


def half(source: Path, out: Path, *, keeps: Callable[[float], bool], whole_ways: bool) -> Path:
    """Write the nodes whose longitude is kept, and the ways that have one.

    Extracts are cut in two manners: with ways whole (their nodes beyond the edge too), or without.
    """
    root = ET.fromstring(source.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    inside = {node.get("id") for node in root.iter("node") if keeps(float(node.get("lon", "")))}
    ways = [
        way for way in root.iter("way") if any(nd.get("ref") in inside for nd in way.iter("nd"))
    ]
    if whole_ways:
        inside |= {nd.get("ref") for way in ways for nd in way.iter("nd")}
    kept = {way.get("id") for way in ways}
    for thing in list(root):
        drop = (thing.tag == "node" and thing.get("id") not in inside) or (
            thing.tag == "way" and thing.get("id") not in kept
        )
        if drop:
            root.remove(thing)
    out.write_bytes(ET.tostring(root))
    return out


REDON_MIDDLE = -2.087


def read_file(path: Path) -> RawExtract:
    return read_extract(path, lambda _share: None)


def matrix(paths: list[Path], out: Path, places: list[Position]) -> list[list[list[int]]]:
    return [table.tolist() for table in RoadNetwork.build(paths, out).matrix(places)]


def test_two_halves_of_redon_answer_as_redon(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "osm" / "redon.osm"
    west = half(source, tmp_path / "w.osm", keeps=lambda x: x < REDON_MIDDLE, whole_ways=True)
    east = half(source, tmp_path / "e.osm", keeps=lambda x: x >= REDON_MIDDLE, whole_ways=True)
    # Five by five places over the town, none farther than 1 km from a road.
    places = [
        Position(lat=47.6475 + 0.001 * row, lon=-2.092 + 0.0025 * column)
        for row in range(5)
        for column in range(5)
    ]
    whole = matrix([source], tmp_path / "whole.roads", places)
    assert max(max(row) for row in whole[0]) > 60
    assert matrix([west, east], tmp_path / "both.roads", places) == whole
    assert matrix([east, west], tmp_path / "both.roads", places) == whole


def test_two_halves_of_redon_with_whole_ways_make_redon(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "osm" / "redon.osm"
    whole = read_file(source)
    west = half(source, tmp_path / "w.osm", keeps=lambda x: x < REDON_MIDDLE, whole_ways=True)
    east = half(source, tmp_path / "e.osm", keeps=lambda x: x >= REDON_MIDDLE, whole_ways=True)
    merged = merge_raw([read_file(west), read_file(east)])
    assert len(whole.ways.way_ids) > 150
    assert merged.report.ways_dropped["in_several_maps"] > 5
    assert ways_of(merged) == ways_of(whole)
    assert positions_of(merged) == positions_of(whole)
    assert merged.ways.special_ids.tolist() == whole.ways.special_ids.tolist()
    assert sorted(p.name for p in merged.places) == sorted(p.name for p in whole.places)


def test_two_halves_of_redon_with_cut_ways_make_redon(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "osm" / "redon.osm"
    whole = read_file(source)
    # They overlap by 0.004 degrees (300 m): longer than any stretch between two nodes there, so
    # every way that crosses has nodes in both.
    overlap = 0.002
    west = half(
        source, tmp_path / "w.osm", keeps=lambda x: x < REDON_MIDDLE + overlap, whole_ways=False
    )
    east = half(
        source, tmp_path / "e.osm", keeps=lambda x: x >= REDON_MIDDLE - overlap, whole_ways=False
    )
    parts = [read_file(west), read_file(east)]
    cut = sum(part.report.points_dropped for part in parts)
    assert cut > 20
    merged = merge_raw(parts)
    assert ways_of(merged) == ways_of(whole)
    assert np.array_equal(merged.ways.special_ids, whole.ways.special_ids)
