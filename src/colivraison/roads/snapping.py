"""From a place to the nearest point of a road."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from colivraison.domain import Position
from colivraison.roads.geometry import EARTH_RADIUS_M, haversine_m
from colivraison.roads.metric import Metric
from colivraison.roads.raw import FloatArray, IntArray
from colivraison.roads.topology import Topology

__all__ = ["Snapped", "Snapper"]

# The index lies on a plane whose east-west scale is right at the middle of the extract only; the
# candidates within this factor of the nearest are measured again on a plane of their own.
_CANDIDATE_FACTOR = 1.25
_CANDIDATE_SLACK_M = 1.0
# Beyond this a place is not on this map; which of its roads is nearest then does not matter, and
# a wide search would call up the whole map for every such place.
_CARE_M = 5_000.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapped:
    """Where places meet the road network.

    Parameters
    ----------
    positions
        The nearest point of a road for each place.
    gap_m
        Metres between the place and that point, rounded up.
    gap_dm
        The same in decimetres, rounded to the nearest.
    edges
        Edge of each point.
    shares
        How far along the edge (as drawn) it lies, 0 to 1.
    """

    positions: tuple[Position, ...]
    gap_m: IntArray
    gap_dm: IntArray
    edges: IntArray
    shares: FloatArray


class Snapper:
    """An index over the straight pieces of all edges a profile may use.

    Both directions of an edge are one candidate; which of them may be driven is the search's
    business.
    """

    def __init__(self, topology: Topology, metric: Metric) -> None:
        self._topology = topology
        edges = np.flatnonzero((metric.forward_arc >= 0) | (metric.backward_arc >= 0))
        pieces = topology.shape_end[edges] - topology.shape_start[edges]
        self._edge = np.repeat(edges, pieces)
        offset = np.arange(len(self._edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        self._point = topology.shape_start[self._edge] + offset
        ends = np.stack([self._point, self._point + 1], axis=1)
        lat, lon = topology.lat[ends], topology.lon[ends]
        self._east_scale = np.cos(np.radians((lat.min() + lat.max()) / 2))
        self._tree = shapely.STRtree(np.asarray(shapely.linestrings(self._plane(lat, lon))))

    def _plane(self, lat: FloatArray, lon: FloatArray) -> FloatArray:
        x_m = np.radians(lon) * EARTH_RADIUS_M * self._east_scale
        return np.stack([x_m, np.radians(lat) * EARTH_RADIUS_M], axis=-1)

    def snap(self, positions: Sequence[Position]) -> Snapped:
        """Return the nearest point of a road for each place."""
        lat = np.array([position.lat for position in positions], dtype=np.float64)
        lon = np.array([position.lon for position in positions], dtype=np.float64)
        points = shapely.points(self._plane(lat, lon))
        (asked, _), first_m = self._tree.query_nearest(
            points, return_distance=True, all_matches=False
        )
        reach_m = np.empty(len(positions))
        factor = np.where(first_m < _CARE_M, _CANDIDATE_FACTOR, 1.0)
        reach_m[asked] = first_m * factor + _CANDIDATE_SLACK_M
        place, segment = self._tree.query(points, predicate="dwithin", distance=reach_m)

        # Each candidate on a plane centred on its place.
        topology = self._topology
        start = self._point[segment]
        scale = EARTH_RADIUS_M * np.radians(1.0)
        east = scale * np.cos(np.radians(lat[place]))
        ax, ay = (
            (topology.lon[start] - lon[place]) * east,
            (topology.lat[start] - lat[place]) * scale,
        )
        bx = (topology.lon[start + 1] - lon[place]) * east
        by = (topology.lat[start + 1] - lat[place]) * scale
        dx, dy = bx - ax, by - ay
        squared = dx * dx + dy * dy
        with np.errstate(invalid="ignore", divide="ignore"):
            along = np.where(squared > 0, -(ax * dx + ay * dy) / squared, 0.0)
        along = np.clip(along, 0.0, 1.0)
        away_m = np.hypot(ax + along * dx, ay + along * dy)
        # Nearest first within each place; the lower edge wins a tie, so the answer is stable.
        order = np.lexsort((self._edge[segment], away_m, place))
        _, firsts = np.unique(place[order], return_index=True)
        best = order[firsts]

        start, along, edge = start[best], along[best], self._edge[segment[best]]
        on_lat = topology.lat[start] + along * (topology.lat[start + 1] - topology.lat[start])
        on_lon = topology.lon[start] + along * (topology.lon[start + 1] - topology.lon[start])
        first, last = topology.shape_start[edge], topology.shape_end[edge]
        from_m, whole_m = topology.along_m[first], topology.along_m[last] - topology.along_m[first]
        here_m = topology.along_m[start] - from_m
        here_m = here_m + along * (topology.along_m[start + 1] - topology.along_m[start])
        share = np.divide(here_m, whole_m, out=np.zeros(len(edge)), where=whole_m > 0)
        gap_m = haversine_m(lat, lon, on_lat, on_lon)
        return Snapped(
            positions=tuple(
                Position(lat=float(a), lon=float(b)) for a, b in zip(on_lat, on_lon, strict=True)
            ),
            # A millimetre of rounding in degrees is no gap.
            gap_m=np.ceil(gap_m - 0.001).clip(0).astype(np.int64),
            gap_dm=np.rint(10 * gap_m).astype(np.int64),
            edges=edge,
            shares=np.clip(share, 0.0, 1.0),
        )
