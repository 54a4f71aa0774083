"""Which edges a drawing meets: an area, a line along a road, a point on a bridge.

Boxes around the edges sort out most of them in numpy; shapely decides on the rest.  Distances are
taken on a plane around the drawing (longitudes shrunk by the cosine of its latitude), good to
0.1 % over the tens of metres that count here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from colivraison.roads.closures.kinds import ClosurePlace, PlaceKind, Ring
from colivraison.roads.geometry import EARTH_RADIUS_M
from colivraison.roads.graph.topology import Topology

if TYPE_CHECKING:
    import shapely

__all__ = ["ALONG_M", "NEAR_M", "EdgeBoxes", "TouchedEdges", "edges_at", "looks_swapped"]

NEAR_M = 30.0
"""A point means the nearest edge within this distance: a finger on a screen is no surveyor."""

ALONG_M = 15.0
"""A line is about the edges that stay this close to it: both carriageways of an ordinary road."""

LEAST_ALONG_M = 60.0
"""An edge runs along a line for this long, or for half of itself or of the line: a side road that
leaves at an angle of 15 degrees or more parts from the line sooner."""

LEAST_PROGRESS = 0.7
"""A metre along the edge brings this much along the line: the cosine of 45 degrees."""

_STEP_M = 5.0
"""Distance of the points at which an edge and a line are compared."""

_TRACK_M = 1.0
_CHUNK_M = 2_000.0
_METRES_PER_DEGREE = math.radians(EARTH_RADIUS_M)

EdgeArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedEdges:
    """Edges in ascending order, and whether each runs with the drawing or against it.

    Parameters
    ----------
    turned
        Whether the edge is drawn against the line; always False for areas and points.
    """

    edges: EdgeArray
    turned: NDArray[np.bool_]


class EdgeBoxes:
    """The edges of a topology and the box in degrees around each, for many questions.

    Parameters
    ----------
    allowed
        One truth per edge: others are never found.
    """

    def __init__(self, topology: Topology, allowed: NDArray[np.bool_] | None = None) -> None:
        self._lat = topology.lat_e7 / 1e7
        self._lon = topology.lon_e7 / 1e7
        self._start = topology.shape_start.astype(np.int64)
        self._end = topology.shape_end.astype(np.int64)
        self.allowed = allowed
        # One interval per edge and one, passed over, between two edges: neighbours share a point.
        bounds = np.empty(2 * len(self._start), dtype=np.int64)
        bounds[0::2], bounds[1::2] = self._start, self._end + 1
        pad = [np.nan]
        lat, lon = np.concatenate([self._lat, pad]), np.concatenate([self._lon, pad])
        if len(bounds):
            self._south = np.minimum.reduceat(lat, bounds)[0::2]
            self._north = np.maximum.reduceat(lat, bounds)[0::2]
            self._west = np.minimum.reduceat(lon, bounds)[0::2]
            self._east = np.maximum.reduceat(lon, bounds)[0::2]
        else:
            self._south = self._north = self._west = self._east = np.zeros(0)

    def within(self, ring: Ring, margin_m: float) -> EdgeArray:
        """Return the allowed edges whose box meets the box around some points."""
        lon, lat = np.array(ring).T
        north = margin_m / _METRES_PER_DEGREE
        east = north / max(math.cos(math.radians(float(np.abs(lat).max()))), 0.01)
        meets = (
            (self._south <= lat.max() + north)
            & (self._north >= lat.min() - north)
            & (self._west <= lon.max() + east)
            & (self._east >= lon.min() - east)
        )
        if self.allowed is not None:
            meets &= self.allowed
        return np.flatnonzero(meets)

    def boxes(self, edges: EdgeArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return west, south, east and north of some edges, in degrees."""
        return self._west[edges], self._south[edges], self._east[edges], self._north[edges]

    def points(self, edges: EdgeArray) -> tuple[NDArray[np.int64], FloatArray]:
        """Return the position of its edge in ``edges``, and longitude and latitude, per point."""
        counts = self._end[edges] - self._start[edges] + 1
        owner = np.repeat(np.arange(len(edges)), counts)
        first = np.cumsum(counts) - counts
        point = np.arange(len(owner)) - first[owner] + self._start[edges][owner]
        return owner, np.stack([self._lon[point], self._lat[point]], axis=1)


def edges_at(place: ClosurePlace, boxes: EdgeBoxes) -> TouchedEdges:
    """Return the edges that a drawing is about.

    Areas: every edge that touches one. Lines: every edge that runs along one, with its direction.
    Points: for each the nearest edge within ``NEAR_M``. Without a drawing: none.
    """
    finders = {
        PlaceKind.NOWHERE: _none,
        PlaceKind.AREAS: _in_area,
        PlaceKind.LINES: _along_line,
        PlaceKind.POINTS: _near_point,
    }
    found = [finders[place.kind](part, boxes) for part in place.parts]
    edges = np.concatenate([one.edges for one in found] or [np.zeros(0, dtype=np.int64)])
    turned = np.concatenate([one.turned for one in found] or [np.zeros(0, dtype=np.bool_)])
    edges, first = np.unique(edges, return_index=True)
    return TouchedEdges(edges=edges, turned=turned[first])


def looks_swapped(place: ClosurePlace, topology: Topology) -> bool:
    """Return whether a drawing lies off the map, and on it with its coordinates exchanged."""
    points = np.array([point for part in place.parts for ring in part for point in ring])
    if not len(points) or not len(topology.lat_e7):
        return False
    shape = np.stack([topology.lon_e7, topology.lat_e7], axis=1)
    low, high = shape.min(axis=0) / 1e7, shape.max(axis=0) / 1e7

    def meets(first: FloatArray, last: FloatArray) -> bool:
        return bool((first <= high).all() and (last >= low).all())

    first, last = points.min(axis=0), points.max(axis=0)
    return meets(first[::-1], last[::-1]) and not meets(first, last)


def _none(_part: tuple[Ring, ...], _boxes: EdgeBoxes) -> TouchedEdges:
    return _with_it(np.zeros(0, dtype=np.int64))


def _with_it(edges: EdgeArray) -> TouchedEdges:
    return TouchedEdges(edges=edges, turned=np.zeros(len(edges), dtype=np.bool_))


def _in_area(part: tuple[Ring, ...], boxes: EdgeBoxes) -> TouchedEdges:
    import shapely

    # A ring that crosses itself closes what either reading of it covers.
    area = shapely.make_valid(shapely.Polygon(part[0], part[1:]))
    edges = boxes.within(part[0], 0.0)
    inside, doubtful = _sorted_by_cells(area, boxes, edges)
    asked = edges[doubtful]
    owner, points = boxes.points(asked)
    shapely.prepare(area)
    if len(asked):
        lines = shapely.linestrings(points, indices=owner)
        inside[doubtful] = np.asarray(shapely.intersects(area, lines))
    return _with_it(edges[inside])


_CELLS = 48


def _sorted_by_cells(
    area: shapely.Geometry, boxes: EdgeBoxes, edges: EdgeArray
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which edges surely touch an area, and which are to be looked at.

    The area's box is cut into cells; an edge with an end in a cell that is wholly inside touches,
    one that lies in a single cell wholly outside does not.
    """
    import shapely

    west, south, east, north = shapely.bounds(area)
    wide, high = max(east - west, 1e-9) / _CELLS, max(north - south, 1e-9) / _CELLS
    column, row = np.meshgrid(np.arange(_CELLS), np.arange(_CELLS))
    cells = shapely.box(
        west + column * wide,
        south + row * high,
        west + (column + 1) * wide,
        south + (row + 1) * high,
    )
    shapely.prepare(area)
    full = shapely.contains_properly(area, cells)
    empty = ~shapely.intersects(area, cells)

    def cell(lon: FloatArray, lat: FloatArray) -> tuple[EdgeArray, EdgeArray, NDArray[np.bool_]]:
        x, y = np.floor((lon - west) / wide), np.floor((lat - south) / high)
        on = (x >= 0) & (x < _CELLS) & (y >= 0) & (y < _CELLS)
        x, y = np.where(on, x, 0), np.where(on, y, 0)
        return x.astype(np.int64), y.astype(np.int64), on

    edge_west, edge_south, edge_east, edge_north = boxes.boxes(edges)
    x_1, y_1, on_1 = cell(edge_west, edge_south)
    x_2, y_2, on_2 = cell(edge_east, edge_north)
    in_one = on_1 & on_2 & (x_1 == x_2) & (y_1 == y_2)
    inside = in_one & full[y_1, x_1]
    outside = in_one & empty[y_1, x_1]
    return inside, ~inside & ~outside


def _plane(part: tuple[Ring, ...], points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a drawing and other points in metres on a plane around the drawing."""
    ring = np.array(part[0])
    origin = ring.mean(axis=0)
    scale = _METRES_PER_DEGREE * np.array([math.cos(math.radians(origin[1])), 1.0])
    return (ring - origin) * scale, (points - origin) * scale


def _near_point(part: tuple[Ring, ...], boxes: EdgeBoxes) -> TouchedEdges:
    import shapely

    edges = boxes.within(part[0], NEAR_M)
    if not len(edges):
        return _with_it(edges)
    owner, points = boxes.points(edges)
    ring, plane = _plane(part, points)
    lines = shapely.linestrings(plane, indices=owner)
    gaps_m = np.asarray(shapely.distance(shapely.Point(ring[0]), lines))
    nearest = int(np.argmin(gaps_m))
    return _with_it(edges[nearest : nearest + 1] if gaps_m[nearest] <= NEAR_M else edges[:0])


def _along_line(part: tuple[Ring, ...], boxes: EdgeBoxes) -> TouchedEdges:
    import shapely

    edges = _near_line(part[0], boxes)
    if not len(edges):
        return _with_it(edges)
    owner, points = boxes.points(edges)
    ring, plane = _plane(part, points)
    # A track of a satellite receiver has a point every few metres, most of them on straight roads.
    line = shapely.simplify(shapely.LineString(ring), _TRACK_M)
    shapely.prepare(line)
    longest_m = min(_STEP_M, max(line.length / 8, 0.5))
    owner, plane = _densified(owner, plane, longest_m)
    at = np.asarray(shapely.points(plane))
    # A long edge has most of its points far off: only those near are projected.
    near = np.asarray(shapely.dwithin(line, at, ALONG_M))
    place_m = np.zeros(len(at))
    place_m[near] = shapely.line_locate_point(line, at[near])
    # Beyond its ends a line is not run along, however near it is.
    beyond = np.where(place_m <= 0, -1, np.where(place_m >= line.length, 1, 0))
    off = (beyond[1:] != 0) & (beyond[1:] == beyond[:-1])
    same = (owner[1:] == owner[:-1]) & near[1:] & near[:-1] & ~off
    step_m = np.hypot(*(plane[1:] - plane[:-1]).T)
    # Where a line comes back to itself a projection may jump; a step never brings more than itself.
    progress_m = np.clip(place_m[1:] - place_m[:-1], -step_m, step_m)
    count = len(edges)
    whole_m = np.bincount(
        owner[1:], weights=np.where(owner[1:] == owner[:-1], step_m, 0.0), minlength=count
    )
    along_m = np.bincount(owner[1:][same], weights=step_m[same], minlength=count)
    gained_m = np.bincount(owner[1:][same], weights=progress_m[same], minlength=count)
    least_m = np.minimum(min(LEAST_ALONG_M, line.length / 2), whole_m / 2)
    runs = (along_m >= np.maximum(least_m, 1e-6)) & (np.abs(gained_m) >= LEAST_PROGRESS * along_m)
    return TouchedEdges(edges=edges[runs], turned=gained_m[runs] < 0)


def _near_line(ring: Ring, boxes: EdgeBoxes) -> EdgeArray:
    """Return the edges whose box comes near a line, piece by piece: a long line has a large box."""
    found = []
    limit = _CHUNK_M / _METRES_PER_DEGREE
    chunk = [ring[0]]
    for (lon_1, lat_1), (lon_2, lat_2) in pairwise(ring):
        pieces = max(1, math.ceil(math.hypot(lon_2 - lon_1, lat_2 - lat_1) / limit))
        for piece in range(1, pieces + 1):
            share = piece / pieces
            chunk.append((lon_1 + share * (lon_2 - lon_1), lat_1 + share * (lat_2 - lat_1)))
            lons, lats = zip(*chunk, strict=True)
            if max(max(lons) - min(lons), max(lats) - min(lats)) >= limit:
                found.append(boxes.within(tuple(chunk), ALONG_M))
                chunk = chunk[-1:]
    if len(chunk) > 1:
        found.append(boxes.within(tuple(chunk), ALONG_M))
    return np.unique(np.concatenate(found))


def _densified(
    owner: NDArray[np.int64], points: FloatArray, longest_m: float
) -> tuple[EdgeArray, FloatArray]:
    """Return the points of edges, with so many between them that no step is longer."""
    step_m = np.hypot(*(points[1:] - points[:-1]).T)
    same = owner[1:] == owner[:-1]
    pieces = np.ones(len(points), dtype=np.int64)
    pieces[:-1] = np.where(same, np.maximum(1, np.ceil(step_m / longest_m)), 1)
    first = np.cumsum(pieces) - pieces
    base = np.repeat(np.arange(len(points)), pieces)
    share = (np.arange(len(base)) - first[base]) / pieces[base]
    after = np.minimum(base + 1, len(points) - 1)
    return owner[base], points[base] + share[:, None] * (points[after] - points[base])
