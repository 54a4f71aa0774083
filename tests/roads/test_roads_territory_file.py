"""A territory comes back from its file as it was built, and answers the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from colivraison.domain import Position
from colivraison.errors import InputError
from colivraison.roads import RoadNetwork
from colivraison.roads.graph.territory import Territory
from colivraison.roads.reading.files import read_extracts
from colivraison.roads.storing.store import ArrayFile, write_arrays
from colivraison.roads.storing.territory_file import (
    TERRITORY_VERSION,
    open_territory,
    save_territory,
)

# A name with what a text format must carry: accents, another script, quotes, a line end.
STRANGE = "L’Étang &quot;du&quot; 村&#10;x"

MAP = f"""<?xml version="1.0"?>
<osm version="0.6" generator="drawn">
<node id="1" lat="47.00" lon="0.00"/>
<node id="2" lat="47.00" lon="0.01"/>
<node id="3" lat="47.00" lon="0.02"/>
<node id="4" lat="47.01" lon="0.01"><tag k="highway" v="traffic_signals"/></node>
<node id="5" lat="47.02" lon="0.01"/>
<node id="9" lat="47.001" lon="0.01"><tag k="place" v="village"/><tag k="name" v="{STRANGE}"/>
<tag k="population" v="350"/></node>
<node id="10" lat="47.002" lon="0.01"><tag k="place" v="farm"/></node>
<way id="1"><nd ref="1"/><nd ref="2"/>
<tag k="highway" v="secondary"/><tag k="name" v="{STRANGE}"/></way>
<way id="4"><nd ref="2"/><nd ref="3"/><tag k="highway" v="secondary"/></way>
<way id="2"><nd ref="2"/><nd ref="4"/><nd ref="5"/><tag k="highway" v="residential"/></way>
<way id="3"><nd ref="1"/><nd ref="5"/><tag k="waterway" v="river"/></way>
<relation id="1"><member type="way" ref="1" role="from"/><member type="node" ref="2" role="via"/>
<member type="way" ref="2" role="to"/><tag k="type" v="restriction"/>
<tag k="restriction" v="no_left_turn"/><tag k="except" v="bicycle;bus"/></relation>
</osm>
"""


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    path = tmp_path / "map.osm"
    path.write_text(MAP, encoding="utf-8")
    return path


@pytest.fixture
def built(extract: Path, tmp_path: Path) -> tuple[Territory, Path]:
    path = tmp_path / "map.roads"
    return write(extract, path, threads=1), path


def write(extract: Path, path: Path, *, threads: int) -> Territory:
    territory = read_extracts([extract], threads=threads)
    save_territory(territory, path)
    return territory


def differences(one: object, other: object, name: str = "") -> list[str]:
    """Return where two values differ, arrays in their kind and content."""
    if isinstance(one, np.ndarray):
        same = (
            isinstance(other, np.ndarray)
            and one.dtype == other.dtype
            and np.array_equal(one, other)
        )
        return [] if same else [name]
    if dataclasses.is_dataclass(one) and type(one) is type(other):
        return [
            found
            for field in dataclasses.fields(one)
            for found in differences(
                getattr(one, field.name), getattr(other, field.name), f"{name}.{field.name}"
            )
        ]
    return [] if one == other and type(one) is type(other) else [name]


def test_every_part_comes_back(built: tuple[Territory, Path]) -> None:
    territory, path = built
    assert len(territory.states.rules) == 1
    assert territory.states.rules[0].excepted
    assert {place.population for place in territory.places} == {350, None}
    assert differences(territory, open_territory(path)) == []


def test_arrays_of_an_opened_territory_are_views_of_the_file(
    built: tuple[Territory, Path],
) -> None:
    topology = open_territory(built[1]).topology
    assert not topology.tail.flags.writeable
    assert not topology.tail.flags.owndata


def test_the_file_answers_as_what_was_built(
    built: tuple[Territory, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLIVRAISON_CACHE", str(tmp_path / "cache"))
    places = [Position(lat=47.0, lon=0.0), Position(lat=47.02, lon=0.01)]
    places.append(Position(lat=47.0, lon=0.015))
    fresh = RoadNetwork(built[0]).matrix(places)
    for path in (built[1], tmp_path / "map.osm"):
        for one, other in zip(fresh, RoadNetwork.load(path).matrix(places), strict=True):
            np.testing.assert_array_equal(one, other)


def test_building_twice_gives_the_same_file(extract: Path, tmp_path: Path) -> None:
    for name in ("one.roads", "two.roads"):
        write(extract, tmp_path / name, threads=2)
    assert (tmp_path / "one.roads").read_bytes() == (tmp_path / "two.roads").read_bytes()


@pytest.mark.parametrize("left_out", ["topology.tail", "states.rules:json", "places.lat"])
def test_a_file_without_one_of_its_parts_is_damaged(
    built: tuple[Territory, Path], left_out: str
) -> None:
    _, path = built
    stored = ArrayFile.open(path, kind="colivraison territory", version=TERRITORY_VERSION)
    assert left_out in stored.names
    arrays = {name: stored.array(name) for name in stored.names if name != left_out}
    write_arrays(
        path,
        kind="colivraison territory",
        version=TERRITORY_VERSION,
        meta=stored.meta,
        arrays=arrays,
    )
    with pytest.raises(InputError, match="roads_file_damaged"):
        open_territory(path)


def test_a_file_of_another_version_is_told(built: tuple[Territory, Path]) -> None:
    _, path = built
    write_arrays(
        path, kind="colivraison territory", version=TERRITORY_VERSION + 1, meta={}, arrays={}
    )
    with pytest.raises(InputError, match="roads_file_version"):
        open_territory(path)
