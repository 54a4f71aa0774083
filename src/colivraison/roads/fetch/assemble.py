"""One OSM file out of several answers: joined, cut to the area, each object once.

Objects are joined by id on the files, before anything is read as roads: a node that two tiles
share is one node again, and a way that crosses a border is whole.
"""

from __future__ import annotations

import datetime as dt
import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from colivraison.errors import Fault, InputError
from colivraison.roads.places import AMENITY_KINDS, PLACE_KINDS
from colivraison.roads.reading.raw import IntArray
from colivraison.roads.storing.aside import written_aside

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["FORMATS", "Counts", "clip", "copy_file", "join"]

FORMATS = {".osm.pbf": "pbf", ".osm": "osm", ".osm.gz": "osm.gz", ".osm.bz2": "osm.bz2"}
"""What can be written, by the ending of the file's name."""

_UNREADABLE = (RuntimeError, ValueError, LookupError, ArithmeticError)
"""How libosmium reports damage: its own errors, and those of C++ for numbers that are none."""

_GENERATOR = "colivraison"
_KEYS = ("highway", "route", "place", "amenity", "shop", "landuse", "natural", "waterway", "type")
_WATERWAYS = frozenset({"river", "stream", "canal"})
_FERRIES = frozenset({"ferry", "shuttle_train"})
_COPY_BYTES = 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Objects of a file; ``roads`` are the ways with ``highway``."""

    nodes: int
    ways: int
    relations: int
    roads: int


class _Counter:
    """A handler that counts."""

    def __init__(self) -> None:
        self.nodes = self.ways = self.relations = self.roads = 0

    def node(self, _node: Any) -> None:
        self.nodes += 1

    def way(self, way: Any) -> None:
        self.ways += 1
        self.roads += "highway" in way.tags

    def relation(self, _relation: Any) -> None:
        self.relations += 1

    def result(self) -> Counts:
        return Counts(nodes=self.nodes, ways=self.ways, relations=self.relations, roads=self.roads)


def join(
    parts: Sequence[Path],
    out: Path,
    *,
    bounds: tuple[float, float, float, float],
    date: str,
    server: str,
) -> Counts:
    """Write the objects of several files into one, each id once, sorted.

    Where files hold different versions of an object, the highest version is kept.  All of it is
    in memory for a moment: about the unpacked size of the files.

    Parameters
    ----------
    bounds
        West, south, east, north, for the header.
    date
        State of the data for the header, "" where unknown.
    server
        Where the files come from, for the fault.

    Raises
    ------
    InputError
        ``fetch_not_a_map`` for a part that cannot be read, ``fetch_without_roads``,
        ``file_not_written``.
    """
    import osmium

    merge = osmium.MergeInputReader()
    for part in parts:
        try:
            merge.add_file(str(part))
        except _UNREADABLE as error:
            # What cannot be read must not be answered from the cache again.
            part.unlink(missing_ok=True)
            raise InputError([Fault(code="fetch_not_a_map", value=server)]) from error
    counter = _Counter()
    with written_aside(out) as stream:
        writer = _writer(stream.name, out, bounds, date)
        try:
            merge.apply(counter, writer)
        finally:
            writer.close()
        # Raised here, so that a territory without roads leaves no file.
        if not counter.roads:
            raise InputError([Fault(code="fetch_without_roads")])
    return counter.result()


def clip(extract: Path, area: BaseGeometry, out: Path, *, server: str) -> None:
    """Write what a territory is built from of one extract: what lies in or touches an area.

    The same choice as the query to Overpass: roads, ferries, water and outlines of places that
    touch it, whole, named places in it, and the turn restrictions of these roads.

    Raises
    ------
    InputError
        ``fetch_not_a_map``.
    """
    try:
        _write_wanted(extract, _wanted(extract, area), out)
    except _UNREADABLE as error:
        extract.unlink(missing_ok=True)
        raise InputError([Fault(code="fetch_not_a_map", value=server)]) from error


def copy_file(extract: Path, out: Path, on_progress: Callable[[float], None]) -> None:
    """Write a whole extract as it is.

    Raises
    ------
    InputError
        ``file_not_written``.
    """
    size, done = max(1, extract.stat().st_size), 0
    with extract.open("rb") as source, written_aside(out) as target:
        while piece := source.read(_COPY_BYTES):
            target.write(piece)
            done += len(piece)
            on_progress(min(1.0, done / size))


def _timestamp(date: str) -> str:
    """Return a date as libosmium reads it, "" for what is none: it ends the process over others."""
    try:
        moment = dt.datetime.fromisoformat(date)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _writer(name: str, out: Path, bounds: tuple[float, float, float, float], date: str) -> Any:
    import osmium

    header = osmium.io.Header()
    header.set("generator", _GENERATOR)
    if date := _timestamp(date):
        header.set("osmosis_replication_timestamp", date)
        header.set("timestamp", date)
    west, south, east, north = bounds
    header.add_box(
        osmium.osm.Box(osmium.osm.Location(west, south), osmium.osm.Location(east, north))
    )
    kind = next(FORMATS[ending] for ending in FORMATS if out.name.lower().endswith(ending))
    return osmium.SimpleWriter(osmium.io.File(name, kind), header=header, overwrite=True)


def _is_place(tags: Any) -> bool:
    return (
        "shop" in tags
        or tags.get("place") in PLACE_KINDS
        or tags.get("amenity") in AMENITY_KINDS
        or tags.get("landuse") == "farmyard"
    )


def _is_wanted_way(tags: Any) -> bool:
    return (
        "highway" in tags
        or tags.get("route") in _FERRIES
        or tags.get("natural") == "water"
        or tags.get("waterway") in _WATERWAYS
        or _is_place(tags)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What of an extract is kept: ids, and of nodes (ascending) where they are."""

    node_ids: IntArray
    node_x_e7: IntArray
    node_y_e7: IntArray
    ways: frozenset[int]
    relations: frozenset[int]


def _wanted(extract: Path, area: BaseGeometry) -> _Wanted:
    """Return what to keep; the shapes are looked at all at once, by shapely.

    Not with osmium's sets of ids: they take 4 MB for each stretch of 32 million ids in use, 1.5 GB
    for a handful of roads.
    """
    import osmium
    import shapely

    shapely.prepare(area)
    node_ids, node_x, node_y = array("q"), array("i"), array("i")
    way_ids, way_sizes = array("q"), array("q")
    way_nodes, way_x, way_y = array("q"), array("i"), array("i")
    relations: list[tuple[int, tuple[int, ...]]] = []
    # Locations are kept in a file: 16 bytes for each node of the extract.
    stream = (
        osmium.FileProcessor(str(extract))
        .with_locations("sparse_file_array")
        .with_filter(osmium.filter.KeyFilter(*_KEYS))
    )
    for thing in stream:
        tags = thing.tags
        if thing.is_node():
            if _is_place(tags) and thing.location.valid():
                node_ids.append(thing.id)
                node_x.append(thing.location.x)
                node_y.append(thing.location.y)
        elif thing.is_way():
            if _is_wanted_way(tags):
                before = len(way_x)
                for node in thing.nodes:
                    if node.location.valid():
                        way_nodes.append(node.ref)
                        way_x.append(node.x)
                        way_y.append(node.y)
                if len(way_x) - before >= 2:
                    way_ids.append(thing.id)
                    way_sizes.append(len(way_x) - before)
                else:
                    del way_nodes[before:], way_x[before:], way_y[before:]
        elif tags.get("type", "").startswith("restriction"):
            relations.append((thing.id, tuple(m.ref for m in thing.members if m.type == "w")))
    x, y = np.array(node_x, dtype=np.int64), np.array(node_y, dtype=np.int64)
    inside = shapely.intersects_xy(area, x / 1e7, y / 1e7)
    touching = _touching(way_x, way_y, way_sizes, area)
    points = np.repeat(touching, np.array(way_sizes, dtype=np.int64))
    ids, where = np.unique(
        np.concatenate([np.array(node_ids, dtype=np.int64)[inside], np.array(way_nodes)[points]]),
        return_index=True,
    )
    ways = frozenset(np.array(way_ids)[touching].tolist())
    return _Wanted(
        node_ids=ids,
        node_x_e7=np.concatenate([x[inside], np.array(way_x, dtype=np.int64)[points]])[where],
        node_y_e7=np.concatenate([y[inside], np.array(way_y, dtype=np.int64)[points]])[where],
        ways=ways,
        relations=frozenset(n for n, members in relations if not ways.isdisjoint(members)),
    )


def _write_wanted(extract: Path, wanted: _Wanted, out: Path) -> None:
    """Write what is wanted; nodes without tags, the most by far, are not read again for it."""
    import osmium

    ids, x, y = (each.tolist() for each in (wanted.node_ids, wanted.node_x_e7, wanted.node_y_e7))
    known = set(ids)
    written = 0
    with osmium.SimpleWriter(osmium.io.File(str(out), "pbf"), overwrite=True) as writer:

        def write_bare_nodes(until: float) -> None:
            nonlocal written
            while written < len(ids) and ids[written] < until:
                place = (x[written] / 1e7, y[written] / 1e7)
                writer.add_node(osmium.osm.mutable.Node(id=ids[written], location=place))
                written += 1

        tagged = osmium.FileProcessor(str(extract)).with_filter(osmium.filter.EmptyTagFilter())
        for thing in tagged:
            if thing.is_node():
                if thing.id in known:
                    write_bare_nodes(thing.id)
                    writer.add_node(thing)
                    written += 1
                continue
            write_bare_nodes(math.inf)
            if thing.is_way():
                if thing.id in wanted.ways:
                    writer.add_way(thing)
            elif thing.id in wanted.relations:
                writer.add_relation(thing)
        write_bare_nodes(math.inf)


def _touching(
    x_e7: Sequence[int], y_e7: Sequence[int], sizes: Sequence[int], area: BaseGeometry
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which of the lines touch the area; those whose box does not are not looked at."""
    import shapely

    x, y = np.array(x_e7, dtype=np.float64) / 1e7, np.array(y_e7, dtype=np.float64) / 1e7
    counts = np.array(sizes, dtype=np.int64)
    if not counts.size:
        return np.zeros(0, dtype=np.bool_)
    starts = np.cumsum(counts) - counts
    west, south, east, north = area.bounds
    touching: np.ndarray[Any, np.dtype[np.bool_]] = (
        (np.minimum.reduceat(x, starts) <= east)
        & (np.maximum.reduceat(x, starts) >= west)
        & (np.minimum.reduceat(y, starts) <= north)
        & (np.maximum.reduceat(y, starts) >= south)
    )
    near = np.repeat(touching, counts)
    lines = shapely.linestrings(
        np.column_stack([x[near], y[near]]),
        indices=np.repeat(np.arange(touching.sum()), counts[touching]),
    )
    touching[touching] = shapely.intersects(area, lines)
    return touching
