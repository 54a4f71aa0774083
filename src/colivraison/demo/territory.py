"""Write a territory that exists nowhere as OpenStreetMap data.

Run ``python -m colivraison.demo.territory --seed 1 --out data/osm/demo.osm.pbf``.  The same seed
gives the same bytes: one stream of random numbers, coordinates rounded to 1e-6 degree, no clock.
The land lies in the Atlantic, south-west of Brittany, so that nobody can take it for a real place.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from random import Random

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from colivraison.demo.fabric import HEIGHT_M, WIDTH_M, XY, Fabric, lay_fabric
from colivraison.demo.features import Feature, features_of
from colivraison.demo.names import NameMaker
from colivraison.demo.network import build_roads
from colivraison.demo.shapes import Way, ways_of

__all__ = ["GENERATOR", "Territory", "main", "make_territory", "write_territory"]

GENERATOR = "colivraison.demo.territory"
"""What the file's header names as its maker: readers tell by it that the land is invented."""

_SOUTH, _WEST = 46.9, -7.5  # open sea
_METRES_PER_DEGREE = 6_371_008.8 * math.pi / 180  # mean earth radius (IUGG)
_EAST_SCALE = math.cos(math.radians(_SOUTH + HEIGHT_M / 2 / _METRES_PER_DEGREE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """An invented land: roads, water and woods, named things; metres from the south-west."""

    name: str
    river_name: str
    fabric: Fabric
    ways: tuple[Way, ...]
    features: tuple[Feature, ...]


def make_territory(seed: int) -> Territory:
    """Return the territory of a seed."""
    random = Random(seed)  # noqa: S311  a picture, not a secret
    names = NameMaker(random)
    fabric = lay_fabric(random)
    roads = build_roads(fabric, random)
    return Territory(
        name=names.region(),
        river_name=names.river(),
        fabric=fabric,
        ways=tuple(ways_of(fabric, roads, random)),
        features=tuple(features_of(fabric, roads, random, names)),
    )


def write_territory(territory: Territory, out: Path) -> None:
    """Write a territory as an OSM file; the ending of ``out`` says which format.

    An existing file is replaced.
    """
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    header.add_box(osmium.osm.Box(*_lon_lat((0, 0)), *_lon_lat((WIDTH_M, HEIGHT_M))))
    nodes: dict[tuple[object, ...], int] = {}
    spots: list[XY] = []
    ways: list[tuple[list[int], dict[str, str]]] = []

    def node(key: tuple[object, ...], at: XY) -> int:
        if key not in nodes:
            nodes[key] = len(nodes) + 1
            spots.append(at)
        return nodes[key]

    for way in territory.ways:
        refs = [node(key, at) for key, at in zip(way.keys, way.points, strict=True)]
        ways.append((refs, way.tags))
    for number, (line, tags) in enumerate(_landscape(territory)):
        closed = line[0] == line[-1]
        refs = [node(("land", number, i), at) for i, at in enumerate(line[:-1] if closed else line)]
        ways.append((refs + refs[:1] if closed else refs, tags))
    with osmium.SimpleWriter(str(out), header=header, overwrite=True) as writer:
        for number, at in enumerate(spots):
            writer.add_node(
                osmium.osm.mutable.Node(id=number + 1, version=1, location=_lon_lat(at))
            )
        for number, feature in enumerate(territory.features):
            writer.add_node(
                osmium.osm.mutable.Node(
                    id=len(spots) + number + 1,
                    version=1,
                    location=_lon_lat(feature.at),
                    tags=feature.tags,
                )
            )
        for number, (refs, tags) in enumerate(ways):
            writer.add_way(osmium.osm.mutable.Way(id=number + 1, version=1, nodes=refs, tags=tags))


def _landscape(territory: Territory) -> list[tuple[list[XY], dict[str, str]]]:
    """Return river, lake and woods, cut at the border of the land."""
    fabric = territory.fabric
    frame = shapely.box(0, 0, WIDTH_M, HEIGHT_M)
    river = shapely.intersection(fabric.river, frame)
    found = [
        (
            _corners(shapely.simplify(river, 2.0)),
            {"waterway": "river", "name": territory.river_name},
        ),
        (_corners(fabric.lake.exterior), {"natural": "water", "water": "lake"}),
    ]
    for wood in fabric.woods:
        outline = shapely.get_exterior_ring(shapely.intersection(wood, frame))
        assert outline is not None
        found.append((_corners(outline), {"landuse": "forest"}))
    return found


def _corners(line: BaseGeometry) -> list[XY]:
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(line)]


def _lon_lat(at: XY) -> tuple[float, float]:
    return (
        round(_WEST + at[0] / (_METRES_PER_DEGREE * _EAST_SCALE), 6),
        round(_SOUTH + at[1] / _METRES_PER_DEGREE, 6),
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(prog=f"python -m {GENERATOR}", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which land (default 1)")
    parser.add_argument("--out", type=Path, required=True, help="file to write, .osm.pbf or .osm")
    options = parser.parse_args(arguments)
    write_territory(make_territory(options.seed), options.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
