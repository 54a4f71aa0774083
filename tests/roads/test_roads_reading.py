"""Reading a file into flat arrays: what is kept, what is dropped and counted, what is refused."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from colivraison.errors import InputError
from colivraison.roads.reading import bombs
from colivraison.roads.reading.extract import read_extract
from colivraison.roads.reading.graphml import read_graphml
from colivraison.roads.reading.raw import RawExtract

ROAD = {"highway": "residential"}


def tag_lines(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def node(number: int, lat: float = 0.0, lon: float | None = None, **tags: str) -> str:
    east = number / 1000 if lon is None else lon
    return f'<node id="{number}" lat="{lat}" lon="{east}">{tag_lines(tags)}</node>'


def way(number: int, nodes: str, tags: Mapping[str, str]) -> str:
    refs = "".join(f'<nd ref="{ref}"/>' for ref in nodes.split())
    return f'<way id="{number}">{refs}{tag_lines(tags)}</way>'


def relation(number: int, members: str, tags: Mapping[str, str]) -> str:
    """Members are written ``w1=from n2=via w3=to``."""
    kinds = {"w": "way", "n": "node"}
    lines = "".join(
        f'<member type="{kinds[one[0]]}" ref="{one[1 : one.index("=")]}" '
        f'role="{one.partition("=")[2]}"/>'
        for one in members.split()
    )
    return f'<relation id="{number}">{lines}{tag_lines(tags)}</relation>'


def read(folder: Path, *things: str, head: str = "") -> RawExtract:
    path = folder / "drawn.osm"
    path.write_text(f'<osm version="0.6">{head}{"".join(things)}</osm>', encoding="utf-8")
    return read_extract(path, lambda _: None)


NODES = tuple(node(number) for number in range(1, 7))


def test_ways_keep_their_ids_names_tags_and_points(tmp_path) -> None:
    found = read(
        tmp_path,
        *NODES,
        way(11, "1 2 3", {**ROAD, "name": "Rue Haute", "lit": "yes", "ref": "D 1"}),
        way(12, "3 4", {**ROAD, "name": "Rue Haute"}),
        way(13, "4 5", {"highway": "primary", "ref": "D 93"}),
        way(14, "5 6", {"highway": "primary"}),
    )
    ways = found.ways
    assert ways.way_ids.tolist() == [11, 12, 13, 14]
    assert ways.way_first.tolist() == [0, 3, 5, 7, 9]
    assert ways.node_ids.tolist() == [1, 2, 3, 3, 4, 4, 5, 5, 6]
    assert ways.lon.tolist() == pytest.approx([n / 1000 for n in (1, 2, 3, 3, 4, 4, 5, 5, 6)])
    # The number of a road is its name where it has no other.
    assert ways.names == ("Rue Haute", "D 93")
    assert ways.way_name.tolist() == [0, 0, 1, -1]
    assert [ways.tag_sets[k] for k in ways.way_tags] == [
        {"highway": "residential"},
        {"highway": "residential"},
        {"highway": "primary"},
        {"highway": "primary"},
    ]
    assert found.report.ways_read == 4
    assert found.report.ways_dropped == {}


@pytest.mark.parametrize(
    ("tags", "kept"),
    [
        ({"highway": "cycleway"}, True),
        ({"highway": "path"}, False),
        ({"highway": "path", "bicycle": "yes"}, True),
        ({"highway": "footway"}, False),
        ({"highway": "footway", "bicycle": "no"}, False),
        ({"highway": "pedestrian", "motor_vehicle": "delivery"}, True),
        ({"highway": "steps", "bicycle": "yes"}, False),
        ({"highway": "construction"}, False),
        ({"highway": "residential", "access": "no"}, False),
        # Closed to motors, not to bicycles.
        ({"highway": "residential", "motor_vehicle": "no"}, True),
        # Open in summer only.
        ({"highway": "track", "access": "no", "access:conditional": "yes @ (Jun-Sep)"}, True),
        ({"route": "ferry"}, True),
        ({"route": "shuttle_train", "railway": "rail"}, True),
        ({"route": "bus"}, False),
        ({"railway": "rail"}, False),
    ],
)
def test_ways_that_some_vehicle_may_use_are_kept(tmp_path, tags, *, kept: bool) -> None:
    found = read(tmp_path, *NODES, way(11, "1 2", tags))
    assert found.report.ways_read == kept
    roads = "highway" in tags
    assert found.report.ways_dropped == ({"no_vehicle": 1} if roads and not kept else {})


def test_only_obstacles_on_kept_ways_are_kept(tmp_path) -> None:
    found = read(
        tmp_path,
        node(1, barrier="gate", name="Portail", locked="yes"),
        node(2, highway="traffic_signals", crossing="zebra"),
        node(3, highway="street_lamp"),
        node(4, barrier="bollard"),
        node(5, barrier="gate", locked="yes"),
        way(11, "5 1 2 3", ROAD),
        way(12, "3 4", {"highway": "footway"}),
    )
    ways = found.ways
    assert ways.special_ids.tolist() == [1, 2, 5]
    kinds = [ways.node_tag_sets[k].get("barrier", "signal") for k in ways.special_tags]
    assert kinds == ["gate", "signal", "gate"]
    # Equal tags share one set; names are left out.
    assert ways.special_tags[0] == ways.special_tags[2]
    assert "name" not in ways.node_tag_sets[ways.special_tags[0]]


def test_turn_restrictions_are_read_with_their_members(tmp_path) -> None:
    found = read(
        tmp_path,
        *NODES,
        way(11, "1 2", ROAD),
        way(12, "2 3", ROAD),
        relation(
            21, "w11=from n2=via w12=to", {"type": "restriction", "restriction": "no_left_turn"}
        ),
        relation(
            22,
            "w11=from w12=via w11=to",
            {"type": "restriction", "restriction:hgv": "no_u_turn", "except": "psv"},
        ),
        relation(23, "w11=from n2=via", {"type": "restriction", "restriction": "no_left_turn"}),
        relation(24, "w11=from n2=via w12=to", {"type": "route", "restriction": "no_left_turn"}),
        relation(
            25,
            "w11=from n2=via w12=to",
            {"type": "restriction", "restriction:conditional": "no_left_turn @ (07:00-09:00)"},
        ),
    )
    first, second = found.restrictions
    assert (first.relation_id, first.from_ways, first.via_nodes, first.to_ways) == (
        21, (11,), (2,), (12,),
    )  # fmt: skip
    assert (second.via_ways, second.rule.vehicle, second.rule.excepted) == ((12,), "hgv", ("psv",))
    assert found.report.restrictions_read == 2
    assert found.report.restrictions_dropped == {"no_to": 1}
    assert found.report.conditions_skipped == {"restriction:conditional": 1}


def test_points_outside_the_file_or_the_globe_are_dropped_and_counted(tmp_path) -> None:
    found = read(
        tmp_path,
        node(1),
        node(2),
        node(3, lat=91.0),
        node(4, lon=181.0),
        way(11, "1 2 3 4 99", ROAD),
        way(12, "2 99", ROAD),
    )
    assert found.ways.node_ids.tolist() == [1, 2]
    # Three of the first way, one of the second.
    assert found.report.points_dropped == 4
    assert found.report.ways_dropped == {"one_point": 1}


def test_nodes_may_stand_after_their_ways(tmp_path) -> None:
    ways = (way(11, "1 2 3", ROAD), way(12, "3 4", ROAD))
    found = read(tmp_path, *ways, node(1, highway="stop"), *NODES[1:])
    assert found.ways.node_ids.tolist() == [1, 2, 3, 3, 4]
    assert found.ways.lon.tolist() == pytest.approx([0.001, 0.002, 0.003, 0.003, 0.004])
    assert found.ways.special_ids.tolist() == [1]
    assert found.report.points_dropped == 0


def test_nodes_may_stand_in_any_order(tmp_path) -> None:
    line = " ".join(str(number) for number in range(1, 60))
    nodes = [node(number) for number in range(1, 60)]
    mixed = [*nodes[30:], *nodes[10:20], *nodes[:10], *reversed(nodes[20:30])]
    for things in ([*mixed, way(11, line, ROAD)], [way(11, line, ROAD), *mixed]):
        found = read(tmp_path, *things)
        assert found.ways.lon.tolist() == pytest.approx([n / 1000 for n in range(1, 60)])


def test_of_a_way_that_stands_twice_the_last_one_counts(tmp_path) -> None:
    found = read(
        tmp_path,
        *NODES,
        node(2, lon=0.0021, highway="stop"),
        way(11, "1 2 3", ROAD),
        way(12, "3 4", ROAD),
        way(11, "1 2", {"highway": "primary"}),
    )
    ways = found.ways
    assert ways.way_ids.tolist() == [12, 11]
    assert ways.node_ids.tolist() == [3, 4, 1, 2]
    assert ways.tag_sets[ways.way_tags[1]] == {"highway": "primary"}
    assert found.report.duplicate_ids == 1
    assert found.report.ways_dropped == {"repeated": 1}


def test_a_repeated_point_is_one_point(tmp_path) -> None:
    found = read(tmp_path, *NODES, way(11, "1 1 2 2 1", ROAD), way(12, "3 3", ROAD))
    assert found.ways.node_ids.tolist() == [1, 2, 1]
    assert found.report.ways_dropped == {"one_point": 1}


@pytest.mark.parametrize(
    ("text", "population"),
    [
        ("0", 0),
        ("340", 340),
        ("10000000000", 10_000_000_000),  # more than all people there are
        ("10000000001", None),
        ("99999999999999999999", None),
        ("9" * 900, None),
        ("-3", None),
        ("٣٤٠", None),  # digits, but not ours
        ("340 (2021)", None),
        ("", None),
    ],
)
def test_a_population_beyond_all_people_is_none(tmp_path, text, population) -> None:
    found = read(
        tmp_path,
        *NODES,
        node(9, name="Bourg", place="village", population=text),
        way(11, "1 2", ROAD),
    )
    assert [place.population for place in found.places] == [population]


def test_conditions_by_hours_are_counted_by_key(tmp_path) -> None:
    tags = {**ROAD, "access:conditional": "no @ (22:00-06:00)"}
    found = read(
        tmp_path,
        *NODES,
        way(11, "1 2", {**tags, "maxspeed:conditional": "30 @ (Mo-Fr)"}),
        way(12, "2 3", tags),
        way(13, "3 4", {"highway": "footway", "access:conditional": "no @ (22:00-06:00)"}),
    )
    assert found.report.conditions_skipped == {"access:conditional": 2, "maxspeed:conditional": 1}
    assert found.ways.tag_sets == ({"highway": "residential"},)


def test_the_date_of_the_data_is_that_of_the_header(tmp_path, shared_data) -> None:
    head = '<meta osm_base="2026-11-20T10:00:00Z"/>'
    assert read(tmp_path, *NODES, head=head).report.data_date == "2026-11-20T10:00:00Z"
    assert read(tmp_path, *NODES).report.data_date == ""
    found = read_extract(shared_data / "osm" / "andorra.osm.pbf", lambda _: None)
    assert found.report.data_date == "2025-01-19T21:21:36Z"


def test_an_extract_with_all_its_tags_is_read(shared_data) -> None:
    shares: list[float] = []
    found = read_extract(shared_data / "osm" / "andorra.osm.pbf", shares.append)
    # 76 relations of the file are restrictions, 12 of them without one of their members.
    assert found.report.restrictions_read == 64
    assert sum(found.report.restrictions_dropped.values()) == 12
    assert found.report.points_dropped == 0
    assert found.report.duplicate_ids == 0
    ways = found.ways
    assert len(ways.way_ids) == len(ways.way_tags) == len(ways.way_name) == found.report.ways_read
    assert ways.way_first[-1] == len(ways.node_ids) == len(ways.lat) == len(ways.lon)
    assert (ways.special_ids[1:] > ways.special_ids[:-1]).all()
    assert shares == sorted(shares)
    assert shares[-1] == 1


# --- files that unpack without end


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def blob(kind: bytes, raw: bytes) -> bytes:
    """Return one block of a .osm.pbf (fileformat.proto)."""
    packed = zlib.compress(raw, 9)
    body = b"\x10" + varint(len(raw)) + b"\x1a" + varint(len(packed)) + packed
    head = b"\x0a" + varint(len(kind)) + kind + b"\x18" + varint(len(body))
    return struct.pack(">I", len(head)) + head + body


HEADER = blob(b"OSMHeader", b"\x22\x0eOsmSchema-V0.6\x22\x0aDenseNodes")


def test_a_pbf_that_unpacks_without_end_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(bombs, "_ALWAYS_ALLOWED_BYTES", 1_000_000)
    path = tmp_path / "bomb.osm.pbf"
    path.write_bytes(HEADER + blob(b"OSMData", bytes(900_000)) * 3)
    with pytest.raises(InputError, match="extract_too_large"):
        read_extract(path, lambda _: None)


@pytest.mark.parametrize("length", [0, 2, 10, 40, 1000, 1_000_000])
def test_a_pbf_cut_anywhere_is_refused(tmp_path, shared_data, length) -> None:
    whole = (shared_data / "osm" / "liechtenstein.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[:length])
    with pytest.raises(InputError, match="unreadable_extract"):
        read_extract(path, lambda _: None)


@pytest.mark.parametrize("position", [20, 5_000, 500_000, 2_000_000])
def test_a_pbf_with_a_wrong_byte_is_refused(tmp_path, shared_data, position) -> None:
    damaged = bytearray((shared_data / "osm" / "liechtenstein.osm.pbf").read_bytes())
    damaged[position] ^= 0xFF
    path = tmp_path / "damaged.osm.pbf"
    path.write_bytes(damaged)
    with pytest.raises(InputError, match="unreadable_extract"):
        read_extract(path, lambda _: None)


@pytest.mark.parametrize(
    "inside",
    [
        # Expanding entities, an outside entity, text that is no UTF-8.
        b'<!DOCTYPE osm [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><osm version="0.6">&b;</osm>',
        b'<!DOCTYPE osm [<!ENTITY a SYSTEM "file:///etc/hostname">]><osm version="0.6">&a;</osm>',
        b'<osm version="0.6"><node id="1" lat="1" lon="1"><tag k="name" v="\xff"/></node></osm>',
    ],
)
def test_xml_that_is_no_map_is_refused(tmp_path, inside) -> None:
    path = tmp_path / "bad.osm"
    path.write_bytes(b'<?xml version="1.0" encoding="UTF-8"?>' + inside)
    with pytest.raises(InputError, match="unreadable_extract"):
        read_extract(path, lambda _: None)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("geometry", "POINT (0 0)"),
        ("geometry", "LINESTRING (0 0, 652000 6862000)"),
        ("geometry", "LINESTRING (0 0, NaN 1)"),
        ("geometry", "a line"),
        ("length", "1e300"),
        ("travel_time", "1e12"),
    ],
)
def test_a_graph_with_a_road_that_cannot_be_is_refused(tmp_path, key, value) -> None:
    path = tmp_path / "graph.graphml"
    path.write_text(
        f"""<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="x" for="node" attr.name="x" attr.type="double"/>
<key id="y" for="node" attr.name="y" attr.type="double"/>
<key id="k" for="edge" attr.name="{key}" attr.type="string"/>
<graph edgedefault="directed">
<node id="1"><data key="x">0</data><data key="y">0</data></node>
<node id="2"><data key="x">0.01</data><data key="y">0</data></node>
<edge source="1" target="2"><data key="k">{value}</data></edge>
</graph></graphml>"""
    )
    with pytest.raises(InputError, match="unreadable_extract"):
        read_graphml(path)


def test_a_graph_keeps_the_names_of_its_roads(tmp_path) -> None:
    path = tmp_path / "graph.graphml"
    path.write_text(
        """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="x" for="node" attr.name="x" attr.type="double"/>
<key id="y" for="node" attr.name="y" attr.type="double"/>
<key id="n" for="edge" attr.name="name" attr.type="string"/>
<key id="h" for="edge" attr.name="highway" attr.type="string"/>
<graph edgedefault="directed">
<node id="1"><data key="x">0</data><data key="y">0</data></node>
<node id="2"><data key="x">0.01</data><data key="y">0</data></node>
<edge source="1" target="2"><data key="n">Rue Haute</data><data key="h">primary</data></edge>
<edge source="2" target="1"><data key="n">['Rue Basse', 'Quai']</data></edge>
</graph></graphml>"""
    )
    found = read_graphml(path)
    assert [found.ways.names[k] for k in found.ways.way_name] == ["Rue Haute", "Rue Basse"]
    assert found.report.ways_read == 2
    assert found.restrictions == ()
