"""A territory by name, box, outline or positions, through Nominatim and Overpass."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import osmium
import pytest
from osm_servers import DATE, OsmServers, World, candidate, running

from colivraison.domain import Position
from colivraison.errors import InputError
from colivraison.roads.fetch import FetchReport, FetchRequest, FetchSettings, fetch_territory
from colivraison.roads.reading.extract import read_extract

# A street of 0.4 degrees along latitude 45 from node 1 (lon 5.0) to node 5 (lon 5.4), a node every
# 0.1 degrees, one way for each stretch (11, 12, 13, 14); a lane 15 north from node 2 over a gate;
# no left turn from 11 into 15; a village between 2 and 3; a footway far off, alone; a pond.
WORLD = """<osm version="0.6">
<node id="1" lat="45.0" lon="5.0"/><node id="2" lat="45.0" lon="5.1"/>
<node id="3" lat="45.0" lon="5.2"/><node id="4" lat="45.0" lon="5.3"/>
<node id="5" lat="45.0" lon="5.4"/>
<node id="6" lat="45.005" lon="5.1"><tag k="barrier" v="gate"/></node>
<node id="7" lat="45.01" lon="5.1"/>
<node id="8" lat="45.001" lon="5.15"><tag k="place" v="village"/><tag k="name" v="Die"/></node>
<node id="9" lat="45.001" lon="5.16"><tag k="tourism" v="museum"/></node>
<node id="21" lat="46.0" lon="5.0"/><node id="22" lat="46.0" lon="5.001"/>
<node id="31" lat="45.002" lon="5.12"/><node id="32" lat="45.003" lon="5.12"/>
<way id="11"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
<way id="12"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way>
<way id="13"><nd ref="3"/><nd ref="4"/><tag k="highway" v="primary"/></way>
<way id="14"><nd ref="4"/><nd ref="5"/><tag k="route" v="ferry"/></way>
<way id="15"><nd ref="2"/><nd ref="6"/><nd ref="7"/><tag k="highway" v="track"/></way>
<way id="16"><nd ref="21"/><nd ref="22"/><tag k="highway" v="path"/></way>
<way id="17"><nd ref="31"/><nd ref="32"/><tag k="waterway" v="river"/></way>
<way id="18"><nd ref="31"/><nd ref="9"/><tag k="power" v="line"/></way>
<relation id="51"><member type="way" ref="11" role="from"/><member type="node" ref="2" role="via"/>
<member type="way" ref="15" role="to"/><tag k="type" v="restriction"/>
<tag k="restriction" v="no_left_turn"/></relation>
<relation id="52"><member type="way" ref="11" role=""/><tag k="type" v="route"/></relation>
</osm>"""

DIE = candidate("Die", "Die, Drôme, France", 101, box=(44.99, 5.08, 45.02, 5.17), importance=0.45)


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[OsmServers]:
    # A proxy of the machine is not asked for addresses of the machine itself.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running(OsmServers(WORLD)) as started:
        started.places = {"Die, Drôme": [DIE]}
        yield started


@pytest.fixture
def settings(servers: OsmServers, tmp_path: Path) -> FetchSettings:
    return FetchSettings(
        cache_folder=tmp_path / "cache",
        nominatim_url=f"{servers.url}/nominatim",
        overpass_url=f"{servers.url}/overpass",
        connect_s=2.0,
        answer_s=2.0,
    )


def never(_seconds: float) -> None:
    raise AssertionError("nothing here is worth waiting for")


def fetch(settings: FetchSettings, out: Path, **request: object) -> FetchReport:
    return fetch_territory(FetchRequest(**request), out, settings=settings, sleep=never)  # type: ignore[arg-type]  # fields by name


def ids(path: Path) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"n": [], "w": [], "r": []}
    for thing in osmium.FileProcessor(str(path)):
        found[thing.type_str()].append(thing.id)
    return found


def codes(error: pytest.ExceptionInfo[InputError]) -> set[str]:
    return {fault.code for fault in error.value.faults}


# The outline of Die touches ways 11, 12 and 15 and holds village 8 and river 17.  Their nodes come
# whole: 1, 2, 3 of the street, 6 and 7 of the lane, 31 and 32.  Not the museum, the power line, the
# ferry, the path, nor the bus route 52.
IN_DIE = {"n": [1, 2, 3, 6, 7, 8, 31, 32], "w": [11, 12, 15, 17], "r": [51]}


@pytest.mark.parametrize("ending", [".osm.pbf", ".osm", ".osm.gz", ".osm.bz2"])
def test_a_place_by_its_name_comes_with_roads_rules_places_and_water(
    settings: FetchSettings, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"die{ending}"
    report = fetch(settings, out, place="Die, Drôme")
    assert ids(out) == IN_DIE
    # 0.03 degrees of latitude are 3.336 km, 0.09 of longitude at 45.005 degrees 10.008 km x
    # cos(45.005) = 7.076: 23.6 km2.
    assert (report.name, report.source, report.area_km2) == ("Die, Drôme, France", "overpass", 24)
    assert (report.nodes, report.ways, report.relations) == (8, 4, 1)
    assert (report.data_date, report.requests, report.from_cache) == (DATE, 1, 0)


def test_barriers_and_rules_keep_their_tags_and_members(
    settings: FetchSettings, tmp_path: Path
) -> None:
    out = tmp_path / "die.osm.pbf"
    fetch(settings, out, place="Die, Drôme")
    seen: dict[int, object] = {}
    for thing in osmium.FileProcessor(str(out)):
        if thing.is_node() and thing.id == 6:
            seen[6] = dict(thing.tags)
        if thing.is_relation():
            seen[thing.id] = [(m.type, m.ref, m.role) for m in thing.members]
    assert seen[6] == {"barrier": "gate"}
    assert seen[51] == [("w", 11, "from"), ("n", 2, "via"), ("w", 15, "to")]


def test_the_header_says_who_made_it_how_old_it_is_and_where(
    settings: FetchSettings, tmp_path: Path
) -> None:
    out = tmp_path / "die.osm.pbf"
    fetch(settings, out, place="Die, Drôme")
    with osmium.io.Reader(str(out)) as reader:
        header = reader.header()
        assert header.get("generator") == "colivraison"
        assert header.get("osmosis_replication_timestamp") == DATE
        box = header.box()
        assert (box.bottom_left.lon, box.top_right.lat) == (5.08, 45.02)


def test_a_box_needs_no_gazetteer(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    out = tmp_path / "box.osm.pbf"
    # Only the ferry 14 crosses longitude 5.35, and a ferry alone is no road: the box goes on west
    # to 5.25, where way 13 passes.
    fetch(settings, out, box=(44.9, 5.25, 45.1, 5.35))
    assert ids(out) == {"n": [3, 4, 5], "w": [13, 14], "r": []}
    assert servers.asked("/nominatim/search") == []


def test_a_polygon_file_in_both_formats(settings: FetchSettings, tmp_path: Path) -> None:
    ring = [[5.25, 44.9], [5.28, 44.9], [5.28, 45.1], [5.25, 45.1], [5.25, 44.9]]
    geojson = tmp_path / "area.geojson"
    polygon = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {}, "geometry": polygon}
    geojson.write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
    )
    poly = tmp_path / "area.poly"
    lines = "\n".join(f"  {x}  {y}" for x, y in ring)
    poly.write_text(f"area\n1\n{lines}\nEND\nEND\n", encoding="utf-8")
    for number, path in enumerate((geojson, poly)):
        out = tmp_path / f"{number}.osm.pbf"
        fetch(settings, out, polygon=path)
        assert ids(out) == {"n": [3, 4], "w": [13], "r": []}


def test_positions_need_a_margin_and_get_what_lies_between(
    settings: FetchSettings, tmp_path: Path
) -> None:
    out = tmp_path / "around.osm.pbf"
    # 5 km north of the street; 6 km of margin reach it from 5.04 to 5.26: ways 11, 12, 13, 15.
    sites = (Position(lat=45.045, lon=5.08), Position(lat=45.045, lon=5.22))
    report = fetch(settings, out, around=sites, margin_km=6.0)
    assert ids(out)["w"] == [11, 12, 13, 15, 17]
    # South, west, north, east of the places, as a box is named.
    assert report.name == "45.045,5.08,45.045,5.22"
    with pytest.raises(InputError) as error:
        FetchRequest(around=sites)
    assert codes(error) == {"fetch_margin_wrong"}


def test_a_margin_grows_a_place(settings: FetchSettings, tmp_path: Path) -> None:
    out = tmp_path / "die.osm.pbf"
    # From 5.17 to 5.2, where way 13 starts, are 2.36 km.
    fetch(settings, out, place="Die, Drôme", margin_km=3.0)
    assert ids(out)["w"] == [11, 12, 13, 15, 17]


def test_a_large_box_is_asked_in_tiles_and_each_object_comes_once(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    out = tmp_path / "wide.osm.pbf"
    # 0.4 degrees at latitude 45 are 31.5 km: two tiles of 22 km; ways 12 or 13 are in both.
    report = fetch(settings, out, box=(44.95, 5.0, 45.05, 5.4))
    assert report.requests == 2
    assert ids(out)["w"] == [11, 12, 13, 14, 15, 17]
    assert ids(out)["n"] == [1, 2, 3, 4, 5, 6, 7, 8, 31, 32]
    assert len(servers.asked("/overpass/interpreter")) == 2


def test_a_polygon_with_a_corner_is_asked_by_its_outline(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    path = tmp_path / "triangle.geojson"
    # The hypotenuse leaves the lane 15 (north of 45.0, at 5.1) outside, the street 11 inside.
    ring = [[5.0, 44.9], [5.09, 44.9], [5.0, 45.05], [5.0, 44.9]]
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    out = tmp_path / "triangle.osm.pbf"
    fetch(settings, out, polygon=path)
    assert ids(out)["w"] == [11]
    query = servers.asked("/overpass/interpreter")[0].form["data"]
    assert '(poly:"' in query
    assert "[timeout:1]" in query


def test_every_request_names_us(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    fetch(settings, tmp_path / "die.osm.pbf", place="Die, Drôme")
    assert {request.headers["User-Agent"].split("/")[0] for request in servers.requests} == {
        "colivraison"
    }
    assert servers.asked("/nominatim/search")[0].query == {
        "q": "Die, Drôme",
        "format": "jsonv2",
        "polygon_geojson": "1",
        "limit": "10",
    }


def test_the_same_question_is_not_asked_twice_within_a_week(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    now = [1_800_000_000.0]

    def again(*, refresh: bool = False) -> FetchReport:
        return fetch_territory(
            FetchRequest(place="Die, Drôme", refresh=refresh),
            tmp_path / "die.osm.pbf",
            settings=settings,
            sleep=never,
            clock=lambda: now[0],
        )

    assert again().from_cache == 0
    count = len(servers.requests)
    second = again()
    assert (second.from_cache, second.received_bytes) == (1, 0)
    assert len(servers.requests) == count
    now[0] += 6.9 * 86_400
    assert again().from_cache == 1
    now[0] += 0.2 * 86_400
    assert again().from_cache == 0
    assert len(servers.requests) == 2 * count
    assert again(refresh=True).from_cache == 0
    assert len(servers.requests) == 3 * count


def test_progress_rises_to_one(settings: FetchSettings, tmp_path: Path) -> None:
    told: list[float] = []
    fetch_territory(
        FetchRequest(box=(44.95, 5.0, 45.05, 5.4)),
        tmp_path / "wide.osm.pbf",
        settings=settings,
        on_progress=told.append,
        sleep=never,
    )
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= 4


def test_an_old_file_is_replaced_as_a_whole(settings: FetchSettings, tmp_path: Path) -> None:
    out = tmp_path / "die.osm"
    out.write_text("old", encoding="utf-8")
    fetch(settings, out, place="Die, Drôme")
    assert ids(out) == IN_DIE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "die.osm"]


# --- names that do not say which place


def test_a_homonym_elsewhere_is_asked_about_with_its_id(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    servers.places["Saint-Denis"] = [
        candidate("Saint-Denis", "Saint-Denis, Seine-Saint-Denis", 1, box=(48, 2, 49, 3)),
        candidate("Saint-Denis", "Saint-Denis, La Réunion", 2, box=(-21, 55, -20, 56)),
        candidate("Rue Saint-Denis", "Rue Saint-Denis, Paris", 3, box=(48, 5, 49, 6)),
    ]
    with pytest.raises(InputError) as error:
        fetch(settings, tmp_path / "x.osm.pbf", place="Saint-Denis")
    fault = error.value.faults[0]
    assert fault.code == "fetch_place_ambiguous"
    assert fault.details["candidates"] == (
        "Saint-Denis, Seine-Saint-Denis (R1) ; Saint-Denis, La Réunion (R2)"
    )
    assert not (tmp_path / "x.osm.pbf").exists()


def test_the_id_of_a_candidate_settles_it(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    servers.places["R101"] = [DIE]
    out = tmp_path / "die.osm.pbf"
    fetch(settings, out, place="R101")
    assert ids(out) == IN_DIE
    assert servers.asked("/nominatim/lookup")[0].query["osm_ids"] == "R101"


def test_the_whole_name_of_a_candidate_settles_it(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    twin = candidate("Die", "Die, Elsewhere", 102, box=(10, 10, 11, 11), importance=0.45)
    servers.places["Die, Drôme, France"] = [twin, DIE]
    report = fetch(settings, tmp_path / "die.osm.pbf", place="Die, Drôme, France")
    assert report.name == "Die, Drôme, France"


def test_the_arrondissement_around_its_commune_is_no_homonym(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    around = candidate("Die", "Die, arrondissement", 103, box=(44, 4, 46, 6), importance=0.4)
    far = candidate("Die", "Die, Texas", 104, box=(30, -99, 31, -98), importance=0.2)
    servers.places["Die"] = [DIE, around, far]
    report = fetch(settings, tmp_path / "die.osm.pbf", place="Die")
    assert report.name == "Die, Drôme, France"
    assert report.notes == ("Die, arrondissement (R103)", "Die, Texas (R104)")


def test_a_place_without_outline_needs_a_margin(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    # The point is 45.0, 5.0: the start of way 11.
    servers.places["Hameau"] = [candidate("Hameau", "Hameau, Drôme", 105, box=None)]
    out = tmp_path / "hameau.osm.pbf"
    with pytest.raises(InputError) as error:
        fetch(settings, out, place="Hameau")
    assert codes(error) == {"fetch_place_is_point"}
    fetch(settings, out, place="Hameau", margin_km=1.0)
    assert ids(out)["w"] == [11]


def test_a_place_nobody_knows(settings: FetchSettings, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        fetch(settings, tmp_path / "x.osm.pbf", place="Nulle Part")
    assert codes(error) == {"fetch_place_unknown"}


# --- requests that are none


@pytest.mark.parametrize(
    ("request_fields", "expected"),
    [
        ({}, {"fetch_not_one_area"}),
        ({"place": " "}, {"fetch_not_one_area"}),
        ({"place": "Die", "box": (44.0, 5.0, 45.0, 6.0)}, {"fetch_not_one_area"}),
        # South above north.
        ({"box": (45.0, 5.0, 44.0, 6.0)}, {"fetch_box_wrong"}),
        ({"box": (44.0, 5.0, float("nan"), 6.0)}, {"fetch_box_wrong"}),
        ({"box": (44.0, 5.0, 95.0, 6.0)}, {"fetch_box_wrong"}),
        ({"place": "Die", "margin_km": -1.0}, {"fetch_margin_wrong"}),
        ({"place": "Die", "margin_km": float("inf")}, {"fetch_margin_wrong"}),
        # An address that climbs out of the server's tree.
        ({"region": "../secret"}, {"fetch_region_wrong"}),
        ({"region": "europe//corse"}, {"fetch_region_wrong"}),
        # All faults at once.
        (
            {"box": (45.0, 5.0, 44.0, 6.0), "margin_km": 1000.0, "region": "a b"},
            {"fetch_box_wrong", "fetch_margin_wrong", "fetch_region_wrong"},
        ),
    ],
)
def test_a_request_that_is_none(request_fields: dict[str, object], expected: set[str]) -> None:
    with pytest.raises(InputError) as error:
        FetchRequest(**request_fields)  # type: ignore[arg-type]  # fields by name
    assert codes(error) == expected


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "fetch_polygon_unreadable"),
        ('{"type": "Nothing"}', "fetch_polygon_unreadable"),
        ('{"type": "Polygon", "coordinates": [[[5, "a"]]]}', "fetch_polygon_unreadable"),
        ('{"type": "Polygon", "coordinates": [[[5, 45], [6, 45], [NaN, 46]]]}',
         "fetch_polygon_unreadable"),
        ("area\n1\n 5 45\n 6 45\n 6 46\nEND\n", "fetch_polygon_unreadable"),  # no last END
        ("", "fetch_polygon_unreadable"),
        ('{"type": "Point", "coordinates": [5, 45]}', "fetch_polygon_without_area"),
        ('{"type": "Polygon", "coordinates": [[[5, 45], [6, 45], [5, 45], [5, 45]]]}',
         "fetch_polygon_without_area"),
        # Lambert-93.
        ('{"type": "Polygon", "coordinates": [[[8e5, 6e6], [9e5, 6e6], [9e5, 7e6], [8e5, 6e6]]]}',
         "fetch_polygon_not_in_degrees"),
    ],
)  # fmt: skip
def test_an_outline_that_is_none(
    settings: FetchSettings, tmp_path: Path, content: str, code: str
) -> None:
    path = tmp_path / "area.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        fetch(settings, tmp_path / "x.osm.pbf", polygon=path)
    assert codes(error) == {code}


def test_an_outline_that_is_not_there(settings: FetchSettings, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        fetch(settings, tmp_path / "x.osm.pbf", polygon=tmp_path / "none.poly")
    assert codes(error) == {"file_not_found"}


def test_outputs_that_cannot_be_written_are_told_before_anything_is_asked(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    for name, code in (("x.roads", "fetch_out_format"), ("no/x.osm.pbf", "file_not_written")):
        with pytest.raises(InputError) as error:
            fetch(settings, tmp_path / name, place="Die, Drôme")
        assert codes(error) == {code}
    assert servers.requests == []


def test_a_territory_that_is_too_large_needs_a_server_of_extracts(
    servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as error:
        fetch(settings, tmp_path / "x.osm.pbf", box=(44.0, 5.0, 45.0, 6.0))
    fault = error.value.faults[0]
    assert fault.code == "fetch_needs_server"
    # 111.195 km by 111.195 x cos(44.5) = 79.31 km: 8,819 km2 (by hand on the middle parallel).
    assert abs(int(fault.details["area_km2"]) - 8819) <= 2
    assert servers.requests == []


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    settings = FetchSettings.from_environment(
        {
            "COLIVRAISON_NOMINATIM": "http://n.example",
            "COLIVRAISON_OVERPASS": "http://o.example/api",
            "COLIVRAISON_EXTRACT_SERVER": "http://e.example",
            "COLIVRAISON_CONTACT": "amap@example.org",
            "COLIVRAISON_CACHE": str(tmp_path),
        },
        extract_server="http://mine.example",
    )
    assert settings.nominatim_url == "http://n.example"
    assert settings.extract_server == "http://mine.example"  # what is given comes first
    assert settings.cache_folder == tmp_path / "fetch"
    assert settings.user_agent.endswith(" (amap@example.org)")
    with pytest.raises(InputError) as error:
        FetchSettings(cache_folder=tmp_path, nominatim_url="ftp://x", overpass_url="http://")
    assert [fault.code for fault in error.value.faults] == ["fetch_setting_wrong"] * 2


# --- a real town


def test_redon_by_its_name_is_built_into_a_territory(
    shared_data: Path, servers: OsmServers, settings: FetchSettings, tmp_path: Path
) -> None:
    source = shared_data / "osm" / "redon.osm"
    servers.world = World(source.read_text(encoding="utf-8-sig"))
    # The box of the data: everything in it that a territory is built from comes back.
    box = (47.64, -2.10, 47.66, -2.07)
    servers.places["Redon"] = [candidate("Redon", "Redon, Ille-et-Vilaine", 78_124, box=box)]
    out = tmp_path / "redon.osm.pbf"
    report = fetch(settings, out, place="Redon")
    assert report.name == "Redon, Ille-et-Vilaine"
    fetched, whole = (read_extract(path, lambda _share: None) for path in (out, source))
    assert fetched.report.data_date == DATE
    assert sorted(fetched.ways.way_ids.tolist()) == sorted(whole.ways.way_ids.tolist())
    assert fetched.ways.special_ids.tolist() == whole.ways.special_ids.tolist()
    assert {place.name for place in fetched.places} == {place.name for place in whole.places}
    assert len(fetched.water.kinds) == len(whole.water.kinds)
