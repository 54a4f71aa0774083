"""From a place to the nearest point of a road."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from colivraison._native.graphs import Grid, nearest
from colivraison.domain import Position
from colivraison.errors import Fault, Where
from colivraison.roads.geometry import haversine_m
from colivraison.roads.graph.metric import Metric
from colivraison.roads.graph.territory import shapes_of
from colivraison.roads.graph.topology import Topology
from colivraison.roads.reading.raw import FloatArray, IntArray
from colivraison.roads.rules import Access

__all__ = ["FAR_M", "Snapped", "coordinates", "far_from_road", "snap"]

FAR_M = 1000
"""A place further than this from every road is a mistake (a farm in the sea)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapped:
    """Where places meet the road network.

    Parameters
    ----------
    lat, lon
        The nearest point of a road for each place, in degrees.
    gap_m
        Metres between the place and that point, rounded up.
    gap_dm
        The same in decimetres, rounded to the nearest.
    edges
        Edge of each point.
    shares
        How far along the edge (as drawn) it lies, 0 to 1.
    """

    lat: FloatArray
    lon: FloatArray
    gap_m: IntArray
    gap_dm: IntArray
    edges: IntArray
    shares: FloatArray

    @property
    def positions(self) -> tuple[Position, ...]:
        """The nearest point of a road for each place."""
        return tuple(
            Position(lat=lat, lon=lon)
            for lat, lon in zip(self.lat.tolist(), self.lon.tolist(), strict=True)
        )


def snap(
    topology: Topology,
    grid: Grid,
    metric: Metric,
    positions: Sequence[Position],
    *,
    today: Metric | None = None,
) -> Snapped:
    """Return the nearest point of a road that the metric may use, for each place.

    Both directions of an edge are one candidate: a place beside a dual carriageway meets the
    carriageway on its side, whose direction it is bound to.  A place at the corner of a private and
    a public road stands on the public one.  There must be such a road.

    Parameters
    ----------
    metric
        Without a day and closures: a place stays beside its road when that is closed.
    today
        The metric of a day: of roads that are equally near one that is open is taken.
    """
    lat = np.array([position.lat for position in positions], dtype=np.float64)
    lon = np.array([position.lon for position in positions], dtype=np.float64)
    is_free = (metric.arc_access == Access.FREE).reshape(-1, 2).any(axis=1)
    mark = 1 + is_free.astype(np.uint8)
    if today is not None:
        is_open = (today.arc_access != Access.CLOSED).reshape(-1, 2).any(axis=1)
        mark += 2 * is_open.astype(np.uint8)
    usable = np.where(metric.edge_usable, mark, 0).astype(np.uint8)
    found = nearest(shapes_of(topology), grid, usable, lat, lon)
    edge, start = found.line.astype(np.int64), found.point.astype(np.int64)

    def between(values_e7: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> FloatArray:
        here, there = values_e7[start].astype(np.float64), values_e7[start + 1].astype(np.float64)
        return np.asarray((here + found.along * (there - here)) / 1e7, dtype=np.float64)

    on_lat, on_lon = between(topology.lat_e7), between(topology.lon_e7)
    along_cm = topology.along_cm
    from_cm = along_cm[topology.shape_start[edge]].astype(np.float64)
    whole_cm = along_cm[topology.shape_end[edge]] - from_cm
    here_cm = along_cm[start] + found.along * (along_cm[start + 1] - along_cm[start]) - from_cm
    share = np.divide(here_cm, whole_cm, out=np.zeros(len(edge)), where=whole_cm > 0)
    gap_m = haversine_m(lat, lon, on_lat, on_lon)
    return Snapped(
        lat=on_lat,
        lon=on_lon,
        # A centimetre of rounding in degrees is no gap.
        gap_m=np.ceil(gap_m - 0.01).clip(0).astype(np.int64),
        gap_dm=np.rint(10 * gap_m).astype(np.int64),
        edges=edge,
        shares=np.clip(share, 0.0, 1.0),
    )


def coordinates(position: Position) -> str:
    """Return a position as people paste it."""
    return f"{position.lat:.5f}, {position.lon:.5f}"


def far_from_road(named: Sequence[tuple[Where, str, Position]], snapped: Snapped) -> list[Fault]:
    """Return a fault ``far_from_road`` for each place further than ``FAR_M`` from its road.

    Parameters
    ----------
    named
        Where each place was given, what it is called, and its position.
    """
    return [
        Fault(
            code="far_from_road",
            where=where,
            value=coordinates(position),
            details={"name": name, "gap_km": math.ceil(gap_m / 1000), "gap_m": gap_m},
        )
        for (where, name, position), gap_m in zip(named, snapped.gap_m.tolist(), strict=True)
        if gap_m > FAR_M
    ]
