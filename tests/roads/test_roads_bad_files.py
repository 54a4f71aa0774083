"""Files that are no map: every one a coded fault with a sentence, none a traceback."""

from __future__ import annotations

import bz2
import errno
import gzip
import os
import random
import struct
from collections import Counter
from pathlib import Path

import osmium
import pytest

from colivraison.domain import Position
from colivraison.errors import InputError, Where
from colivraison.roads import FAR_M, RoadNetwork
from colivraison.roads.reading import bombs, extract
from colivraison.roads.reading.bombs import refuse_bomb
from colivraison.texts import LANGUAGES, Texts

ENTITIES = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<osm version="0.6"><node id="1" lat="1" lon="1"><tag k="name" v="&b;"/></node></osm>"""
FOOTPATH = """<osm version="0.6"><node id="1" lat="1" lon="1"/><node id="2" lat="1.01" lon="1"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way></osm>"""
BAD_COORDINATE = '<osm version="0.6"><node id="1" lat="north" lon="1"/></osm>'
# Two ways out, none back.
NO_RETURN = """<osm version="0.6"><node id="1" lat="1" lon="1"/><node id="2" lat="1.01" lon="1"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/>
<tag k="oneway" v="yes"/></way></osm>"""
MISSING_NODES = """<osm version="0.6"><node id="1" lat="1" lon="1"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>"""
GRAPHML_HEAD = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
NO_POSITIONS = GRAPHML_HEAD + '<graph edgedefault="directed"><node id="1"/></graph></graphml>'
IN_METRES = (
    GRAPHML_HEAD
    + """<key id="x" for="node" attr.name="x" attr.type="double"/>
<key id="y" for="node" attr.name="y" attr.type="double"/>
<graph edgedefault="directed"><node id="1"><data key="x">652000</data><data key="y">6862000</data>
</node></graph></graphml>"""
)
# A block whose data are said to take 2^70 bytes: eleven bytes of a varint (7 bits each), where ten
# are the most; then 2^62 and 2^31 bytes, where 2^25 are the most.
DATA_2_70 = b"\x18" + b"\x80" * 10 + b"\x01"
DATA_2_62 = b"\x18" + b"\x80" * 8 + b"\x40"
DATA_2_31 = b"\x18" + b"\x80" * 4 + b"\x08"


def pbf_header(rest: bytes) -> bytes:
    """Return the length and the header of a block of a .osm.pbf, its kind first."""
    header = b"\x0a\x09OSMHeader" + rest
    return struct.pack(">I", len(header)) + header


def osm_with(
    tag: str = "", *, role: str = "", version: str = "0.6", more: str = "", way: str = "1"
) -> bytes:
    """Return a road with one more tag, and a relation with a member of some role."""
    return f"""<osm version="{version}">
<node id="1" lat="1" lon="1"/><node id="2" lat="1.01" lon="1"/>
<way id="{way}" {more}><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/>{tag}</way>
<relation id="1"><member type="way" ref="1" role="{role}"/></relation></osm>""".encode()


# libosmium takes texts of 65,535 bytes at most.
LONG = "x" * 100_000

EMPTY_GRAPH = GRAPHML_HEAD + '<graph edgedefault="directed"/></graphml>'


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("absent.osm.pbf", None, "file_not_found"),
        ("map.shp", b"anything", "unknown_extract_format"),
        ("map.pbf.zip", b"PK", "unknown_extract_format"),
        ("junk.osm.pbf", b"hello world" * 100, "unreadable_extract"),
        ("empty.osm.pbf", b"", "unreadable_extract"),
        ("size70.osm.pbf", pbf_header(DATA_2_70) + bytes(99), "unreadable_extract"),
        ("size62.osm.pbf", pbf_header(DATA_2_62) + bytes(99), "unreadable_extract"),
        ("size31.osm.pbf", pbf_header(DATA_2_31) + bytes(99), "unreadable_extract"),
        ("sizeless.osm.pbf", pbf_header(b"") + bytes(99), "unreadable_extract"),
        ("header.osm.pbf", b"\xff\xff\xff\xff" + bytes(99), "unreadable_extract"),
        ("empty.osm", b"", "unreadable_extract"),
        ("junk.osm", b"hello world", "unreadable_extract"),
        ("cut.osm", FOOTPATH[:90].encode(), "unreadable_extract"),
        ("entities.osm", ENTITIES.encode(), "unreadable_extract"),
        ("coordinate.osm", BAD_COORDINATE.encode(), "unreadable_extract"),
        ("junk.osm.gz", b"hello", "unreadable_extract"),
        ("cut.osm.gz", gzip.compress(FOOTPATH.encode() * 50, mtime=0)[:60], "unreadable_extract"),
        ("junk.osm.bz2", b"hello", "unreadable_extract"),
        ("cut.osm.bz2", bz2.compress(FOOTPATH.encode())[:60], "unreadable_extract"),
        ("id.osm", FOOTPATH.replace('way id="1"', 'way id="x"').encode(), "unreadable_extract"),
        ("ref.osm", FOOTPATH.replace('ref="1"', 'ref="q"').encode(), "unreadable_extract"),
        ("value.osm", osm_with(f'<tag k="name" v="{LONG}"/>'), "unreadable_extract"),
        ("key.osm", osm_with(f'<tag k="{LONG}" v="x"/>'), "unreadable_extract"),
        ("role.osm", osm_with(role=LONG), "unreadable_extract"),
        ("time.osm", osm_with(more='timestamp="noon"'), "unreadable_extract"),
        ("huge.osm", osm_with(way="9" * 30), "unreadable_extract"),
        ("version.osm", osm_with(version="0.7"), "unreadable_extract"),
        ("footpath.osm", FOOTPATH.encode(), "no_roads"),
        ("footpath.osm.gz", gzip.compress(FOOTPATH.encode(), mtime=0), "no_roads"),
        ("oneway.osm", NO_RETURN.encode(), "no_roads"),
        ("missing.osm", MISSING_NODES.encode(), "no_roads"),
        ("junk.graphml", b"hello", "unreadable_extract"),
        ("positions.graphml", NO_POSITIONS.encode(), "unreadable_extract"),
        ("entities.graphml", ENTITIES.encode(), "unreadable_extract"),
        ("metres.graphml", IN_METRES.encode(), "graph_not_in_degrees"),
        ("nowhere.graphml", IN_METRES.replace("652000", "NaN").encode(), "graph_without_position"),
        ("empty.graphml", EMPTY_GRAPH.encode(), "no_roads"),
    ],
    # Bytes in the names of tests would differ between workers that pack a second apart.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_one_coded_fault_that_names_it(tmp_path, name, content, code) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        RoadNetwork.load(tmp_path / name)
    (fault,) = caught.value.faults
    assert (fault.code, fault.where.file, fault.value) == (code, name, name)
    for language in LANGUAGES:
        cause, action = Texts(language).fault(fault)
        assert name in cause
        assert action


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress)])
def test_a_file_that_unpacks_without_end_is_refused(tmp_path, monkeypatch, ending, pack) -> None:
    monkeypatch.setattr(bombs, "_ALWAYS_ALLOWED_BYTES", 1_000_000)
    path = tmp_path / f"bomb.osm.{ending}"
    path.write_bytes(pack(b" " * 30_000_000))
    with pytest.raises(InputError, match="extract_too_large") as caught:
        RoadNetwork.load(path)
    for language in LANGUAGES:
        assert all(Texts(language).fault(caught.value.faults[0]))


def refusal(path: Path) -> str:
    """Return the code with which a file is refused, "" where it is passed on."""
    try:
        refuse_bomb(path)
    except InputError as problem:
        (fault,) = problem.faults
        return fault.code
    return ""


@pytest.mark.parametrize("seed", range(3))
def test_any_bytes_as_the_header_of_a_pbf_are_passed_on_or_refused(tmp_path, seed) -> None:
    random_bytes = random.Random(seed)
    path = tmp_path / "any.osm.pbf"
    found = Counter[str]()
    for _ in range(1500):
        rest = random_bytes.randbytes(random_bytes.randrange(40))
        if random_bytes.random() < 0.5:
            # A size whose varint is of any length.
            rest = b"\x18" + bytes(byte | 0x80 for byte in rest[:14]) + rest[14:]
        start = pbf_header(rest) if random_bytes.random() < 0.8 else rest
        path.write_bytes(start + random_bytes.randbytes(random_bytes.randrange(60)))
        found[refusal(path)] += 1
    assert set(found) <= {"", "unreadable_extract", "extract_too_large"}
    # Most have no size one can follow, some have by chance.
    assert 1000 < found["unreadable_extract"] < 1500


def test_the_last_of_several_sizes_counts(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(bombs, "_ALWAYS_ALLOWED_BYTES", 1_000)
    path = tmp_path / "two.osm.pbf"
    # Two bytes of data, or rather four: the raw size 10,000 = 78 x 128 + 16, and a zero. Whoever
    # believes the first size reads half of that number and loses the thread.
    body = b"\x10\x90\x4e\x00"
    block = pbf_header(b"\x18\x02\x18\x04") + body
    path.write_bytes(block + block)
    with pytest.raises(InputError, match="extract_too_large"):
        refuse_bomb(path)


def test_a_truncated_pbf_is_refused(tmp_path, shared_data) -> None:
    whole = (shared_data / "osm" / "andorra.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(InputError, match="unreadable_extract"):
        RoadNetwork.load(path)


def test_a_farm_in_the_sea_is_a_fault_with_its_name_and_distance(draw, drawn_network) -> None:
    network = drawn_network(draw("A---B"), {"AB": {"highway": "residential"}})
    # 0.009 degrees are 1000.8 m, 0.00899 degrees 999.6 m.
    near, far = Position(lat=0.00899, lon=0.002), Position(lat=0.009, lon=0.002)
    where = Where(sheet="producers", row=3)
    (fault,) = network.require_near_road([(Where(), "La Ferme", near), (where, "Le Gué", far)])
    assert fault.code == "far_from_road"
    assert fault.where == where
    assert fault.details == {"name": "Le Gué", "gap_km": 2, "gap_m": FAR_M + 1}
    assert "Le Gué" in Texts("fr").fault(fault)[0]
    assert all(Texts("en").fault(fault))


def test_a_way_cut_at_the_edge_of_the_extract_keeps_its_known_part(tmp_path) -> None:
    path = tmp_path / "edge.osm"
    path.write_text(
        """<osm version="0.6"><node id="1" lat="0" lon="0"/><node id="2" lat="0" lon="0.001"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way></osm>"""
    )
    network = RoadNetwork.load(path)
    assert network.metric_report()["main_vertices"] == 2
    assert network.bounds.east == 0.001


def test_a_folder_is_called_a_folder(tmp_path) -> None:
    (tmp_path / "carte.osm.pbf").mkdir()
    with pytest.raises(InputError) as caught:
        RoadNetwork.load(tmp_path / "carte.osm.pbf")
    (fault,) = caught.value.faults
    assert fault.code == "map_is_folder"
    assert all("dossier" in text or "fichier" in text for text in Texts("fr").fault(fault))


def test_a_graph_is_not_joined_to_other_maps(tmp_path) -> None:
    for name in ("a.graphml", "b.graphml", "c.osm"):
        (tmp_path / name).write_text("x")
    with pytest.raises(InputError) as refused:
        RoadNetwork.build(
            [tmp_path / name for name in ("a.graphml", "c.osm", "b.graphml")], tmp_path / "t.roads"
        )
    assert [(fault.code, fault.value) for fault in refused.value.faults] == [
        ("graph_with_others", "a.graphml"),
        ("graph_with_others", "b.graphml"),
    ]
    assert not (tmp_path / "t.roads").exists()


@pytest.mark.parametrize("at", ["Reader", "OsmFileIterator"])
def test_a_shortage_while_reading_is_not_laid_on_the_file(tmp_path, monkeypatch, at) -> None:
    def short(*_given: object) -> None:
        # What pyosmium makes of a std::system_error where no thread can be started.
        raise RuntimeError(os.strerror(errno.EAGAIN))

    path = tmp_path / "m.osm"
    path.write_bytes(osm_with())
    monkeypatch.setattr(osmium.io if at == "Reader" else osmium, at, short)
    with pytest.raises(MemoryError):
        RoadNetwork.load(path)


def test_a_mistake_of_ours_while_reading_is_not_laid_on_the_file(tmp_path, monkeypatch) -> None:
    def mistaken(*_given: object) -> None:
        raise ValueError("illegal thought")

    path = tmp_path / "m.osm"
    path.write_bytes(osm_with())
    monkeypatch.setattr(extract, "skipped_conditions", mistaken)
    with pytest.raises(ValueError, match="illegal thought"):
        RoadNetwork.load(path)
