"""Small topologies made by hand, without a file: ways as lists of named points in metres."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from colivraison.roads.graph.topology import Topology, cut_at_junctions
from colivraison.roads.reading.raw import RawWays

# Around a point of the equator: a degree is 111,195 m both ways (the earth's mean radius).
METRES_PER_DEGREE = math.radians(6_371_008.8)

Way = tuple[Sequence[tuple[float, float]], Mapping[str, str]]


def degrees(x_m: float, y_m: float) -> tuple[float, float]:
    """Return longitude and latitude of a point so many metres east and north of (0, 0)."""
    return x_m / METRES_PER_DEGREE, y_m / METRES_PER_DEGREE


def hand_topology(ways: Sequence[Way]) -> Topology:
    """Return the topology of ways 1, 2, 3...; points at the same place are one node."""
    points = [point for shape, _ in ways for point in shape]
    number = {point: k for k, point in enumerate(dict.fromkeys(points), start=1)}
    names = tuple(dict.fromkeys(tags["name"] for _, tags in ways if "name" in tags))
    lon, lat = np.array([degrees(*point) for point in points]).T
    empty = np.zeros(0, dtype=np.int64)
    return cut_at_junctions(
        RawWays(
            way_first=np.cumsum([0, *(len(shape) for shape, _ in ways)]),
            way_tags=np.arange(len(ways)),
            way_ids=np.arange(1, len(ways) + 1),
            way_name=np.array([names.index(t["name"]) if "name" in t else -1 for _, t in ways]),
            names=names,
            tag_sets=tuple({k: v for k, v in tags.items() if k != "name"} for _, tags in ways),
            node_ids=np.array([number[point] for point in points]),
            lat=lat,
            lon=lon,
            special_ids=empty,
            special_tags=empty,
            node_tag_sets=(),
            fixed_ms=np.zeros((0, 2), dtype=np.int64),
            fixed_length_m=np.zeros(0),
        )
    )
