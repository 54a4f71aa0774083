"""Roads and water as lines to draw, thinned to a budget of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from colivraison.domain import Position
from colivraison.roads.geometry import Bounds
from colivraison.roads.graph.topology import Topology
from colivraison.roads.reading.raw import FloatArray, IntArray, Lines

if TYPE_CHECKING:
    import shapely

__all__ = ["RoadLine", "WaterLine", "road_lines", "water_lines"]

_CLASSES = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "road",
    "living_street",
    "service",
    "track",
)
_WATER = ("river", "canal", "water", "stream")
# Degrees of latitude: 2 m to 60 m, invisible to visible on a screen that shows a whole territory.
_TOLERANCES_DEG = (0.00002, 0.00005, 0.0001, 0.0002, 0.0005)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadLine:
    """One road to draw; ``kind`` is its class without ``_link``."""

    kind: str
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterLine:
    """A river, stream or canal, or the closed outline of a lake (``water``)."""

    kind: str
    positions: tuple[Position, ...]


def _thinned(
    lines: Sequence[shapely.LineString], ranks: IntArray, max_vertices: int
) -> list[tuple[int, shapely.LineString]]:
    """Return the lines that fit the budget, with their ranks, the lowest rank first.

    The finest tolerance under which all fit is taken; where even the coarsest does not do, the
    lines of the highest ranks are left out, the shorter first.
    """
    import shapely

    shapes = np.array(lines, dtype=object)
    order = np.lexsort((-shapely.length(shapes), ranks))
    shapes, ranks = shapes[order], ranks[order]
    counts = np.zeros(0, dtype=np.int64)
    thinner = shapes
    for tolerance in _TOLERANCES_DEG:
        thinner = shapely.simplify(shapes, tolerance, preserve_topology=False)
        counts = shapely.get_num_coordinates(thinner).astype(np.int64)
        if counts.sum() <= max_vertices:
            break
    fitting = int(np.searchsorted(np.cumsum(counts), max_vertices, side="right"))
    return [(int(ranks[k]), thinner[k]) for k in range(fitting) if counts[k] >= 2]


def _drawn(
    first: IntArray, last: IntArray, lat: FloatArray, lon: FloatArray, bounds: Bounds
) -> tuple[IntArray, list[shapely.LineString]]:
    """Return the numbers and shapes of the lines that touch a box (points first..last)."""
    import shapely

    sizes = last - first + 1
    number = np.repeat(np.arange(len(first)), sizes)
    point = np.arange(len(number)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + first[number]
    if not len(number):
        return np.zeros(0, dtype=np.int64), []
    shapes = np.asarray(
        shapely.linestrings(np.stack([lon[point], lat[point]], axis=1), indices=number)
    )
    box = shapely.box(bounds.west, bounds.south, bounds.east, bounds.north)
    touching = np.flatnonzero(shapely.intersects(shapes, box))
    return touching, list(shapes[touching])


def _positions(line: shapely.LineString) -> tuple[Position, ...]:
    import shapely

    return tuple(Position(lat=lat, lon=lon) for lon, lat in shapely.get_coordinates(line).tolist())


def road_lines(topology: Topology, bounds: Bounds, *, max_vertices: int) -> tuple[RoadLine, ...]:
    """Return roads inside a box, whole ways where possible, main classes first."""
    # Pieces of one way follow one another: drawn as one line from its first to its last point.
    _, begin = np.unique(topology.way, return_index=True)
    end = np.append(begin[1:], len(topology.way)) - 1
    numbers, shapes = _drawn(
        topology.shape_start[begin].astype(np.int64),
        topology.shape_end[end].astype(np.int64),
        topology.lat_e7 / 1e7,
        topology.lon_e7 / 1e7,
        bounds,
    )
    rank_of_tags = np.array(
        [
            _CLASSES.index(kind) if kind in _CLASSES else len(_CLASSES)
            for kind in (
                tags.get("highway", "").removesuffix("_link") for tags in topology.tag_sets
            )
        ],
        dtype=np.int64,
    )
    ranks = rank_of_tags[topology.tags[begin[numbers]]]
    known = ranks < len(_CLASSES)
    chosen = [shape for shape, keep in zip(shapes, known, strict=True) if keep]
    return tuple(
        RoadLine(kind=_CLASSES[rank], positions=_positions(line))
        for rank, line in _thinned(chosen, ranks[known], max_vertices)
    )


def water_lines(water: Lines, bounds: Bounds, *, max_vertices: int) -> tuple[WaterLine, ...]:
    """Return water inside a box, rivers first."""
    numbers, shapes = _drawn(water.first[:-1], water.first[1:] - 1, water.lat, water.lon, bounds)
    ranks = np.array([_WATER.index(water.kinds[k]) for k in numbers.tolist()], dtype=np.int64)
    return tuple(
        WaterLine(kind=_WATER[rank], positions=_positions(line))
        for rank, line in _thinned(shapes, ranks, max_vertices)
    )
