"""How far one gets in so many minutes: the reached pieces of road, and the area around them.

The area is what lies within ``BUFFER_M`` of a reached piece, without small holes.  Roads are
reached, fields are not: the area is a picture for people, the pieces are the answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from colivraison.roads.geometry import EARTH_RADIUS_M
from colivraison.roads.graph.metric import Metric
from colivraison.roads.graph.topology import Topology

if TYPE_CHECKING:
    import shapely

__all__ = [
    "BUFFER_M",
    "HOLE_KM2",
    "ReachedPieces",
    "Start",
    "isochrone_polygons",
    "reached_pieces",
]

BUFFER_M = 100.0
"""Width of the area on either side of a road: a farm lies that far from it."""

HOLE_KM2 = 1.0
"""Holes up to this size are filled: the fields between the roads of a village."""

_SIMPLIFY_M = 15.0
"""Corners that stand out less are left out, of lines before they are widened and of the area."""

_NEST_M = 1.0
"""An area reaches this far beyond the area of fewer minutes where simplifying moved its edge."""

_METRES_PER_DEGREE = math.radians(EARTH_RADIUS_M)

_PIECE = np.dtype([("edge", np.int64), ("start", np.float64), ("end", np.float64)])

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedPieces:
    """Pieces of edges that are reached in time, in ascending order of edges.

    Parameters
    ----------
    edge
        Edge of each piece; an edge driven into from both ends in vain has two.
    start, end
        Shares of its length in the direction it is drawn, ``0 <= start <= end <= 1``.
    """

    edge: NDArray[np.int64]
    start: FloatArray
    end: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A place on an arc one may leave by.

    Parameters
    ----------
    share
        Where on the arc, in driving direction.
    ms
        When one is there: the time over the gap between the place and the road.
    """

    arc: int
    share: float
    ms: int


def reached_pieces(
    metric: Metric, labels_ms: NDArray[np.int64], limit_ms: int, starts: Sequence[Start] = ()
) -> ReachedPieces:
    """Return what is reached within a time.

    Parameters
    ----------
    labels_ms
        Two columns per arc: the time at which its start is left, and its end reached; -1 where
        it is not. One of them suffices: driving along an arc takes the time the metric says.
    limit_ms
        At least 0.
    starts
        Where one begins.
    """
    arc_ms = metric.arc_ms.astype(np.float64)
    start_ms, end_ms = labels_ms[:, 0].astype(np.float64), labels_ms[:, 1].astype(np.float64)
    by_end = end_ms >= 0
    left_ms = np.where(by_end, end_ms - arc_ms, start_ms)
    reached = (by_end | (start_ms >= 0)) & (arc_ms >= 0) & (left_ms <= limit_ms)
    whole_ms = np.maximum(arc_ms, 1.0)
    first = np.where(reached, 0.0, 1.0)
    last = np.where(reached, np.clip((limit_ms - left_ms) / whole_ms, 0.0, 1.0), 0.0)
    for begin in starts:
        if begin.ms <= limit_ms:
            reach = begin.share + (limit_ms - begin.ms) / whole_ms[begin.arc]
            first[begin.arc] = min(first[begin.arc], begin.share)
            last[begin.arc] = max(last[begin.arc], min(1.0, reach))
            reached[begin.arc] = True
    # As drawn: the arc along it runs from start to end, the one against it the other way.
    along_start, along_end = first[0::2], last[0::2]
    against_start, against_end = 1.0 - last[1::2], 1.0 - first[1::2]
    along, against = reached[0::2], reached[1::2]
    meet = along & against & (along_start <= against_end) & (against_start <= along_end)
    along_start = np.where(meet, np.minimum(along_start, against_start), along_start)
    along_end = np.where(meet, np.maximum(along_end, against_end), along_end)
    by_along, by_against = np.flatnonzero(along), np.flatnonzero(against & ~meet)
    edge = np.concatenate([by_along, by_against])
    start = np.concatenate([along_start[by_along], against_start[by_against]])
    end = np.concatenate([along_end[by_along], against_end[by_against]])
    order = np.argsort(edge, kind="stable")
    return ReachedPieces(edge=edge[order], start=start[order], end=end[order])


def isochrone_polygons(
    topology: Topology,
    metric: Metric,
    labels_ms: NDArray[np.int64],
    minutes: Sequence[int],
    *,
    starts: Sequence[Start] = (),
    buffer_m: float = BUFFER_M,
    hole_km2: float = HOLE_KM2,
) -> list[shapely.MultiPolygon]:
    """Return the area reached in each of so many minutes, in degrees, in the order asked.

    Every area is valid, and the area of fewer minutes lies within that of more. Where nothing is
    reached it is empty.

    Parameters
    ----------
    labels_ms, starts
        As in ``reached_pieces``.
    """
    import shapely

    if any(one < 0 for one in minutes):
        raise ValueError("minutes are at least 0")
    plane = _Plane(topology)
    areas: dict[int, shapely.MultiPolygon] = {}
    whole: shapely.Geometry = shapely.MultiPolygon()
    inner = shapely.MultiPolygon()
    before = np.zeros(0, dtype=_PIECE)
    for limit in sorted(set(minutes)):
        pieces = reached_pieces(metric, labels_ms, limit * 60_000, starts)
        # What was reached in fewer minutes is in the area already.
        now = np.empty(len(pieces.edge), dtype=_PIECE)
        now["edge"], now["start"], now["end"] = pieces.edge, pieces.start, pieces.end
        whole = _widened(whole, plane.lines(pieces)[~np.isin(now, before)], buffer_m)
        before = now
        area = _without_holes(whole, hole_km2 * 1e6)
        area = _areas_of(shapely.simplify(area, _SIMPLIFY_M, preserve_topology=True))
        if not shapely.covers(area, inner):
            wider = shapely.union(area, shapely.buffer(inner, _NEST_M, join_style="mitre"))
            area = _without_holes(wider, hole_km2 * 1e6)
        inner = area
        areas[limit] = plane.in_degrees(area)
    return [areas[limit] for limit in minutes]


class _Plane:
    """The shapes of a territory on a plane in metres."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        lat, lon = topology.lat_e7 / 1e7, topology.lon_e7 / 1e7
        middle = (float(lat.min()) + float(lat.max())) / 2 if len(lat) else 0.0
        # One scale for the whole territory: 100 m stay within 2 m over two degrees of latitude.
        self.scale = _METRES_PER_DEGREE * np.array([math.cos(math.radians(middle)), 1.0])
        self.points = np.stack([lon, lat], axis=1) * self.scale

    def lines(self, pieces: ReachedPieces) -> NDArray[np.object_]:
        """Return one line per piece, cut where time ran out."""
        import shapely

        edge = pieces.edge
        if not len(edge):
            return np.zeros(0, dtype=np.object_)
        along_cm = self.topology.along_cm
        first = self.topology.shape_start[edge].astype(np.int64)
        last = self.topology.shape_end[edge].astype(np.int64)
        begin_cm = along_cm[first].astype(np.float64)
        length_cm = along_cm[last] - begin_cm
        from_cm = begin_cm + pieces.start * length_cm
        to_cm = begin_cm + pieces.end * length_cm
        counts = last - first + 1
        owner = np.repeat(np.arange(len(edge)), counts)
        point = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner] + first[owner]
        # Every point is moved to the nearest place of its piece: what lies outside falls together
        # at the cut, and the line keeps its other corners.
        at_cm = np.clip(along_cm[point], from_cm[owner], to_cm[owner])
        moved = at_cm != along_cm[point]
        where = self.points[point]
        if moved.any():
            where[moved] = self._located(at_cm[moved], first[owner[moved]], last[owner[moved]])
        lines: NDArray[np.object_] = np.asarray(shapely.linestrings(where, indices=owner))
        return lines

    def _located(
        self, at_cm: FloatArray, first: NDArray[np.int64], last: NDArray[np.int64]
    ) -> FloatArray:
        """Return the points at lengths along ways, each between two points of its edge."""
        along_cm = self.topology.along_cm
        low, high = first.copy(), last.copy()
        while (high - low > 1).any():
            middle = (low + high) // 2
            before = along_cm[middle] <= at_cm
            low, high = np.where(before, middle, low), np.where(before, high, middle)
        step_cm = np.maximum(along_cm[high] - along_cm[low], 1)
        share = np.clip((at_cm - along_cm[low]) / step_cm, 0.0, 1.0)
        here, there = self.points[low], self.points[high]
        located: FloatArray = here + share[:, None] * (there - here)
        return located

    def in_degrees(self, area: shapely.Geometry) -> shapely.MultiPolygon:
        """Return an area in degrees, to the seventh decimal (a centimetre)."""
        import shapely

        degrees = shapely.transform(area, lambda points: np.round(points / self.scale, 7))
        # Rounding may fold a hair-thin spike over.
        return _areas_of(degrees if shapely.is_valid(degrees) else shapely.make_valid(degrees))


def _widened(
    area: shapely.Geometry, lines: NDArray[np.object_], buffer_m: float
) -> shapely.Geometry:
    """Return an area together with all that lies near some lines.

    Line by line and then the union: one buffer around many lines at once takes ten times longer
    in a town (measured on Andorra).
    """
    import shapely

    simple = shapely.simplify(lines, _SIMPLIFY_M, preserve_topology=False)
    return shapely.union_all([area, *shapely.buffer(simple, buffer_m, quad_segs=3)])


def _without_holes(area: shapely.Geometry, hole_m2: float) -> shapely.MultiPolygon:
    """Return an area whose small holes are filled."""
    import shapely

    parts = shapely.get_parts(area)
    filled = []
    for part in parts:
        if shapely.get_num_interior_rings(part) == 0:
            filled.append(part)
            continue
        rings = [r for r in part.interiors if shapely.area(shapely.Polygon(r)) > hole_m2]
        filled.append(shapely.Polygon(part.exterior, rings))
    # A part may lie in the hole of another that is filled now.
    whole = shapely.union_all(filled) if filled else shapely.MultiPolygon()
    return _areas_of(whole)


def _areas_of(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the polygons among the parts of a geometry."""
    import shapely

    parts = shapely.get_parts(geometry)
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
