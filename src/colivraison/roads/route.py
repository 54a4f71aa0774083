"""The line and the road names of a way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from colivraison.domain import Position
from colivraison.roads.graph.topology import Topology
from colivraison.roads.journeys import Leg

__all__ = ["RouteLeg", "route_leg", "standing_still"]

_SAME_DEG = 1e-7
"""A centimetre: the precision of the map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLeg:
    """One leg of a route, from a place given to the next.

    Parameters
    ----------
    duration_s
        Rounded up, as in a matrix.
    distance_m
        To the nearest metre.
    names
        Of the roads travelled, in order, each once in a row; roads without a name are left out.
    name_m
        Metres driven on each entry of ``names``.
    line
        From the place given to the place given.
    """

    duration_s: int
    distance_m: int
    names: tuple[str, ...]
    name_m: tuple[int, ...]
    line: tuple[Position, ...]


def _piece(topology: Topology, arc: int, start: float, end: float) -> list[tuple[float, float]]:
    """Return the shape of an arc between two shares of it, in driving order."""
    edge, backward = arc >> 1, arc & 1
    points = slice(int(topology.shape_start[edge]), int(topology.shape_end[edge]) + 1)
    lat, lon = topology.lat_e7[points] / 1e7, topology.lon_e7[points] / 1e7
    if backward:
        lat, lon = lat[::-1], lon[::-1]
    if start > 0 or end < 1:
        along = (topology.along_cm[points] - topology.along_cm[points][0]).astype(np.float64)
        if backward:
            along = along[-1] - along[::-1]
        first, last = start * along[-1], end * along[-1]
        inner = along[(along > first) & (along < last)]
        wanted = np.concatenate([[first], inner, [last]])
        lat, lon = np.interp(wanted, along, lat), np.interp(wanted, along, lon)
    return list(zip(lat.tolist(), lon.tolist(), strict=True))


def line_of(topology: Topology, leg: Leg, here: Position, there: Position) -> tuple[Position, ...]:
    """Return the line of a leg between the places given, with the gaps to the road."""
    points = [(here.lat, here.lon)]
    last = len(leg.arcs) - 1
    for number, arc in enumerate(leg.arcs):
        start = leg.start if number == 0 else 0.0
        end = leg.end if number == last else 1.0
        points += _piece(topology, arc, start, end)
    points.append((there.lat, there.lon))
    kept = [points[0]]
    for point in points[1:-1]:
        if max(abs(point[0] - kept[-1][0]), abs(point[1] - kept[-1][1])) > _SAME_DEG:
            kept.append(point)
    if len(kept) > 1 and max(abs(a - b) for a, b in zip(kept[-1], points[-1], strict=True)) <= (
        _SAME_DEG
    ):
        kept.pop()
    kept.append(points[-1])
    return tuple(Position(lat=lat, lon=lon) for lat, lon in kept)


def names_of(topology: Topology, leg: Leg) -> tuple[str, ...]:
    """Return the names of the roads of a leg, in order, each once in a row."""
    return tuple(name for name, _ in _named(topology, leg))


def metres_of(topology: Topology, leg: Leg) -> tuple[int, ...]:
    """Return the metres driven on each of ``names_of``."""
    return tuple(round(dm / 10) for _, dm in _named(topology, leg))


def _named(topology: Topology, leg: Leg) -> list[tuple[str, float]]:
    """Return the names of a leg, each once in a row, with the decimetres driven on it."""
    found: list[tuple[str, float]] = []
    last = len(leg.arcs) - 1
    for place, arc in enumerate(leg.arcs):
        number = int(topology.name[arc >> 1])
        if number < 0:
            continue
        start = leg.start if place == 0 else 0.0
        end = leg.end if place == last else 1.0
        dm = (end - start) * float(topology.length_dm[arc >> 1])
        name = topology.names[number]
        if found and found[-1][0] == name:
            dm += found.pop()[1]
        found.append((name, dm))
    return found


def route_leg(topology: Topology, leg: Leg, here: Position, there: Position) -> RouteLeg:
    """Return a leg as people read it, from the place given to the place given."""
    return RouteLeg(
        duration_s=-(-leg.ms // 1000),
        distance_m=(leg.dm + 5) // 10,
        names=names_of(topology, leg),
        name_m=metres_of(topology, leg),
        line=line_of(topology, leg, here, there),
    )


def standing_still(here: Position, there: Position) -> RouteLeg:
    """Return the leg between two places at the very same coordinates."""
    return RouteLeg(duration_s=0, distance_m=0, names=(), name_m=(), line=(here, there))
