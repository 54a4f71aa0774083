"""Large synthetic extracts: a real one repeated side by side, its copies joined by a few roads.

    python -m roads.tilings corsica --out corsica-3x3.osm.pbf    # 282,000 junctions
    python -m roads.tilings andorra --out andorra-5x4.osm.pbf    # 83,000 drivable ways, all tags

Everything of the extract is repeated: tags, barriers, places, buildings, relations with their
members. Only ids and positions are shifted, so each copy is as hard to read as the original.
Nothing is drawn by lot: the same extract gives the same file.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["TILINGS", "Extract", "Tiling", "read_all", "write_tiling"]

_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
_DRIVABLE = frozenset(
    {*_CLASSES, *(f"{c}_link" for c in _CLASSES), "unclassified", "residential", "living_street"}
)
_SIDE = frozenset({"service", "track"})
_ONE_WAY = frozenset({"yes", "true", "1"})
_LINKS = 3
"""Roads between two neighbouring copies."""
_MARGIN_DEG = 0.05

Tags = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiling:
    """How often an extract is repeated.

    Parameters
    ----------
    source
        File name below ``osm/`` of the data folder.
    columns, rows
        Copies from west to east and from south to north.
    """

    source: str
    columns: int
    rows: int


TILINGS = {
    "corsica": Tiling(source="corsica-network.osm.pbf", columns=3, rows=3),
    "andorra": Tiling(source="andorra.osm.pbf", columns=5, rows=4),
}


@dataclass(slots=True, kw_only=True)
class Extract:
    """All objects of an extract, in the order of the file; positions in degrees."""

    nodes: list[tuple[int, float, float, Tags | None]] = field(default_factory=list)
    ways: list[tuple[int, tuple[int, ...], Tags]] = field(default_factory=list)
    relations: list[tuple[int, tuple[tuple[str, int, str], ...], Tags]] = field(
        default_factory=list
    )

    def drivable(self) -> int:
        """Return how many ways a car may meet: service ways and tracks count."""
        return sum(way[2].get("highway") in _DRIVABLE | _SIDE for way in self.ways)

    def junctions(self) -> list[tuple[int, float, float]]:
        """Return id, latitude and longitude of the junctions and ends of ordinary roads.

        Only those from which one can drive to every other and back (largest strongly connected
        component of roads without an access tag; turns are not looked at), by id.
        """
        chains = [
            (refs, tags)
            for _, refs, tags in self.ways
            if tags.get("highway") in _DRIVABLE
            and not tags.keys() & {"access", "vehicle", "motor_vehicle", "motorcar"}
        ]
        used: dict[int, int] = {}
        for refs, _ in chains:
            for place, ref in enumerate(refs):
                end = place in {0, len(refs) - 1}
                used[ref] = used.get(ref, 0) + (2 if end else 1)
        number = {ref: n for n, ref in enumerate(sorted(used))}
        tail, head = [], []
        for refs, tags in chains:
            implied = tags.get("junction") in {"roundabout", "circular"} or (
                tags["highway"] == "motorway"
            )
            one_way = tags.get("oneway", "yes" if implied else "no")
            numbers = [number[ref] for ref in refs]
            if one_way != "-1":
                tail += numbers[:-1]
                head += numbers[1:]
            if one_way not in _ONE_WAY:
                tail += numbers[1:]
                head += numbers[:-1]
        arcs = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(len(used),) * 2)
        _, part = connected_components(arcs, connection="strong")
        largest = np.bincount(part).argmax()
        return sorted(
            (ref, lat, lon)
            for ref, lat, lon, _ in self.nodes
            if used.get(ref, 0) >= 2 and part[number[ref]] == largest
        )


def read_all(path: Path) -> Extract:
    """Read every object of an extract into memory."""
    found = Extract()
    for thing in osmium.FileProcessor(str(path)):
        tags = dict(thing.tags) if thing.tags else None
        if thing.is_node():
            found.nodes.append((thing.id, thing.lat, thing.lon, tags))
        elif thing.is_way():
            found.ways.append((thing.id, tuple(node.ref for node in thing.nodes), tags or {}))
        elif thing.is_relation():
            members = tuple((member.type, member.ref, member.role) for member in thing.members)
            found.relations.append((thing.id, members, tags or {}))
    return found


def _stride(ids: Iterator[int]) -> int:
    """Return a round number above all ids.

    Three digits and zeros, not a power of ten: OSRM refuses ids of more than 40 bits, and Corsica's
    extra nodes have ids above 10^11.
    """
    largest = max(ids, default=0)
    unit: int = 10 ** max(len(str(largest)) - 3, 0)
    return (largest // unit + 1) * unit


def _links(junctions: list[tuple[int, float, float]], *, eastward: bool) -> list[tuple[int, int]]:
    """Return pairs (junction here, junction of the next copy), spread along the common side."""
    along, across = (1, 2) if eastward else (2, 1)
    places = np.array(junctions)
    ids = [junction[0] for junction in junctions]
    pairs = []
    for band in np.array_split(np.argsort(places[:, along], kind="stable"), _LINKS):
        here = band[places[band, across].argmax()]
        there = band[places[band, across].argmin()]
        pairs.append((ids[here], ids[there]))
    return pairs


def write_tiling(extract: Extract, *, columns: int, rows: int, out: Path) -> None:
    """Write an extract repeated ``columns`` x ``rows`` times as .osm.pbf, by kind and id.

    Copy (column, row) has the number ``row * columns + column``; its ids are the extract's plus
    the number times a round number above the largest id of that kind. The roads between copies are
    two-way ``secondary`` ways of two nodes with ids behind all others.
    """
    copy_node = _stride(node[0] for node in extract.nodes)
    copy_way = _stride(way[0] for way in extract.ways)
    copy_relation = _stride(relation[0] for relation in extract.relations)
    strides = {"n": copy_node, "w": copy_way, "r": copy_relation}
    junctions = extract.junctions()
    # Far nodes of ways that leave the area do not count: copies stand by their junctions.
    lat = [junction[1] for junction in junctions]
    lon = [junction[2] for junction in junctions]
    height = round(max(lat) - min(lat) + _MARGIN_DEG, 3)
    width = round(max(lon) - min(lon) + _MARGIN_DEG, 3)
    copies = [(column, row) for row in range(rows) for column in range(columns)]

    out.unlink(missing_ok=True)
    make = osmium.osm.mutable
    with osmium.SimpleWriter(str(out)) as writer:
        for number, (column, row) in enumerate(copies):
            up, right, shift = row * height, column * width, number * copy_node
            for ref, y, x, tags in extract.nodes:
                place = (x + right, y + up)
                writer.add_node(make.Node(id=ref + shift, location=place, tags=tags))
        for number in range(len(copies)):
            shift = number * copy_node
            for way, refs, tags in extract.ways:
                moved = [ref + shift for ref in refs]
                writer.add_way(make.Way(id=way + number * copy_way, nodes=moved, tags=tags))
        way = len(copies) * copy_way
        for number, (column, row) in enumerate(copies):
            for there, eastward in ((number + 1, True), (number + columns, False)):
                if (column + 1 == columns) if eastward else (row + 1 == rows):
                    continue
                for a, b in _links(junctions, eastward=eastward):
                    way += 1
                    nodes = [a + number * copy_node, b + there * copy_node]
                    road = {"highway": "secondary", "name": f"Link {number}-{there}"}
                    writer.add_way(make.Way(id=way, nodes=nodes, tags=road))
        for number in range(len(copies)):
            for relation, members, tags in extract.relations:
                writer.add_relation(
                    make.Relation(
                        id=relation + number * copy_relation,
                        members=[(t, ref + number * strides[t], role) for t, ref, role in members],
                        tags=tags,
                    )
                )


def main() -> None:
    """Write one of the tilings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=TILINGS)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    tiling = TILINGS[options.name]
    # Here: a test loads this file without its neighbours.
    from shared_data import data_folder

    extract = read_all(data_folder("osm") / tiling.source)
    write_tiling(extract, columns=tiling.columns, rows=tiling.rows, out=options.out)
    copies = tiling.columns * tiling.rows
    print(
        f"{copies} copies: {copies * len(extract.nodes)} nodes, {copies * len(extract.ways)} ways, "
        f"{copies * extract.drivable()} of them drivable, "
        f"{copies * len(extract.junctions())} junctions, {options.out.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
