"""Reading a road graph written by osmnx or networkx (GraphML).

Nodes carry ``x`` (longitude) and ``y`` (latitude); edges may carry ``geometry`` (WKT), ``length``
(metres), ``travel_time`` (seconds), ``speed_kph``, and the tags ``highway``, ``maxspeed``,
``access``... A time or speed in the file is taken as it is; else the tags speak, as in an extract.
Two opposite arcs of equal length between the same nodes are one road.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np

from colivraison.errors import InputError
from colivraison.roads.reading.bombs import unusable
from colivraison.roads.reading.raw import Lines, RawExtract, RawWays, ReadReport
from colivraison.roads.rules.keys import kept_tags

__all__ = ["read_graphml"]

_Point = tuple[float, float]

# Metres or seconds of one road, some 1,000 km or 11 days.
_LARGEST = 1_000_000.0


def _refuse_entities(path: Path) -> None:
    """Refuse a document type: no graph needs one, and entities can grow without end."""
    with path.open("rb") as stream:
        tail = b""
        while chunk := stream.read(1 << 20):
            if b"<!DOCTYPE" in (joined := tail + chunk) or b"<!ENTITY" in joined:
                raise unusable("unreadable_extract", path)
            tail = chunk[-16:]


def _text(value: object) -> str:
    """Return a tag; osmnx writes several values as the text of a list: the first counts."""
    text = str(value)
    if text.startswith("[") and text.endswith("]"):
        try:
            entries = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text
        return str(entries[0]) if entries else ""
    return text


def _number(value: object) -> float | None:
    """Return a length or a time, None where there is none.

    Raises
    ------
    ValueError
        When it is more than any road has.
    """
    if value is None:
        return None
    try:
        number = float(_text(value))
    except ValueError:
        return None
    if not math.isfinite(number) or number < 0:
        return None
    if number > _LARGEST:
        raise ValueError(f"{number} is more than any road has")
    return number


def _shape(text: str) -> list[_Point]:
    """Return the points of a line.

    Raises
    ------
    ValueError
        When it is no line on the globe.
    """
    import shapely

    if "n" in text.lower().partition("(")[2]:
        # Neither NaN nor INF: shapely would only warn.
        raise ValueError("a geometry with a point that is none")
    points: list[_Point] = [
        (x, y) for x, y in shapely.get_coordinates(shapely.from_wkt(text)).tolist()
    ]
    if len(points) < 2 or not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in points):
        raise ValueError("a geometry that is no line on the globe")
    return points


class _Road:
    """One edge of the graph on its way into the arrays."""

    def __init__(self, points: list[_Point], data: Mapping[str, Any]) -> None:
        self.points = points
        self.length_m = _number(data.get("length")) or -1.0
        self.name = _text(data.get("name") or data.get("ref") or "")
        tags = dict(kept_tags((k, _text(v)) for k, v in data.items()))
        # Each arc of a graph is one direction; "oneway" was applied when it was made.
        self.tags = {k: v for k, v in tags.items() if not k.startswith("oneway")}
        self.tags.setdefault("highway", "unclassified")
        self.tags["oneway"] = "yes"
        self.along_ms = self._given_ms(data)
        self.against_ms = -1

    def _given_ms(self, data: Mapping[str, Any]) -> int:
        seconds = _number(data.get("travel_time"))
        kmh = _number(data.get("speed_kph"))
        if seconds is None and kmh and self.length_m > 0:
            seconds = _number(self.length_m * 3.6 / kmh)
        return -1 if seconds is None else round(1000 * seconds)


def _roads(graph: Any, path: Path) -> list[tuple[int, int, _Road]]:
    numbers = {node: number for number, node in enumerate(graph.nodes)}
    at: dict[Any, _Point] = {}
    for node, data in graph.nodes(data=True):
        lon, lat = (float(data[key]) for key in ("x", "y"))
        if not (math.isfinite(lat) and math.isfinite(lon)):
            raise unusable("graph_without_position", path)
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            raise unusable("graph_not_in_degrees", path)
        at[node] = (lon, lat)
    roads: list[tuple[int, int, _Road]] = []
    waiting: dict[tuple[int, int], list[_Road]] = {}
    for tail, head, data in graph.edges(data=True):
        shape = data.get("geometry")
        points = _shape(str(shape)) if shape else [at[tail], at[head]]
        road = _Road(points, data)
        pair = (numbers[tail], numbers[head])
        twins = waiting.get((pair[1], pair[0]), [])
        twin = next(
            (t for t in twins if abs(t.length_m - road.length_m) < 1 and t.tags == road.tags), None
        )
        if twin is None:
            roads.append((*pair, road))
            waiting.setdefault(pair, []).append(road)
        else:
            twins.remove(twin)
            twin.tags = {**twin.tags, "oneway": "no"}
            twin.against_ms = road.along_ms
    return roads


def read_graphml(path: Path) -> RawExtract:
    """Read a graph.

    Raises
    ------
    InputError
        ``unreadable_extract`` when it is no GraphML with coordinates on every node,
        ``graph_without_position`` when a coordinate is no number,
        ``graph_not_in_degrees`` when it was projected to metres.
    """
    import networkx as nx
    import shapely

    _refuse_entities(path)
    try:
        graph = nx.read_graphml(path)
        if not graph.is_directed():
            graph = graph.to_directed()
        roads = _roads(graph, path)
    except InputError:
        raise
    except (ParseError, nx.NetworkXError, KeyError, ValueError, shapely.GEOSException) as problem:
        raise unusable("unreadable_extract", path) from problem
    return RawExtract(
        generator="",
        ways=_ways(graph.number_of_nodes(), roads),
        places=(),
        water=Lines(
            kinds=(),
            first=np.zeros(1, dtype=np.int64),
            lat=np.zeros(0, dtype=np.float64),
            lon=np.zeros(0, dtype=np.float64),
        ),
        restrictions=(),
        report=ReadReport(ways_read=len(roads)),
    )


def _ways(node_count: int, roads: list[tuple[int, int, _Road]]) -> RawWays:
    tag_sets: dict[tuple[tuple[str, str], ...], int] = {}
    node_ids: list[int] = []
    coordinates: list[_Point] = []
    first = [0]
    kinds: list[int] = []
    names: dict[str, int] = {}
    named: list[int] = []
    next_id = node_count
    for tail, head, road in roads:
        inner = len(road.points) - 2
        # Points inside a shape belong to no other road: ids of their own.
        node_ids += [tail, *range(next_id, next_id + inner), head]
        next_id += inner
        coordinates += road.points
        first.append(len(node_ids))
        named.append(names.setdefault(road.name, len(names)) if road.name else -1)
        kinds.append(tag_sets.setdefault(tuple(sorted(road.tags.items())), len(tag_sets)))
    table = np.array(coordinates, dtype=np.float64).reshape(-1, 2)
    none = np.zeros(0, dtype=np.int64)
    return RawWays(
        way_first=np.array(first, dtype=np.int64),
        way_tags=np.array(kinds, dtype=np.int64),
        way_ids=np.arange(len(roads), dtype=np.int64),
        way_name=np.array(named, dtype=np.int64),
        names=tuple(names),
        tag_sets=tuple(dict(key) for key in tag_sets),
        node_ids=np.array(node_ids, dtype=np.int64),
        lat=table[:, 1],
        lon=table[:, 0],
        special_ids=none,
        special_tags=none,
        node_tag_sets=(),
        fixed_ms=np.array(
            [(road.along_ms, road.against_ms) for _, _, road in roads], dtype=np.int64
        ).reshape(-1, 2),
        fixed_length_m=np.array([road.length_m for _, _, road in roads], dtype=np.float64),
    )
