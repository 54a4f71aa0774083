"""Files that are no map: every one a coded fault with a sentence, none a traceback."""

from __future__ import annotations

import bz2
import gzip

import pytest

from colivraison.domain import Position
from colivraison.errors import InputError, Where
from colivraison.roads import FAR_M, RoadNetwork
from colivraison.roads.reading import bombs
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
EMPTY_GRAPH = GRAPHML_HEAD + '<graph edgedefault="directed"/></graphml>'


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("absent.osm.pbf", None, "file_not_found"),
        ("map.shp", b"anything", "unknown_extract_format"),
        ("map.pbf.zip", b"PK", "unknown_extract_format"),
        ("junk.osm.pbf", b"hello world" * 100, "unreadable_extract"),
        ("empty.osm.pbf", b"", "unreadable_extract"),
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
    assert network.vertex_count() == 2
    assert network.bounds.east == 0.001


def test_a_folder_is_called_a_folder(tmp_path) -> None:
    (tmp_path / "carte.osm.pbf").mkdir()
    with pytest.raises(InputError) as caught:
        RoadNetwork.load(tmp_path / "carte.osm.pbf")
    (fault,) = caught.value.faults
    assert fault.code == "map_is_folder"
    assert all("dossier" in text or "fichier" in text for text in Texts("fr").fault(fault))
