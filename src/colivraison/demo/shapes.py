"""From mesh edges to roads as they are drawn: smooth bends, one OSM way per stretch of road."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from random import Random

import numpy as np
import shapely
from numpy.typing import NDArray

from colivraison.demo.fabric import XY, Fabric
from colivraison.demo.names import STREETS
from colivraison.demo.network import RANK, Edge, Road, Roads

__all__ = ["Way", "ways_of"]

_RING_M = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A stretch of road: places on it in order; equal keys are the same node of the network."""

    keys: tuple[tuple[object, ...], ...]
    points: tuple[XY, ...]
    tags: dict[str, str]


def ways_of(fabric: Fabric, roads: Roads, random: Random) -> list[Way]:
    """Return every road of the territory as ways that share their junction nodes."""
    lines = _drawn(fabric, roads, random)
    tags = {edge: _tags(fabric, edge, road, random) for edge, road in roads.by_edge.items()}
    groups: dict[tuple[tuple[str, str], ...], list[Edge]] = {}
    for edge in sorted(roads.by_edge):
        groups.setdefault(tuple(sorted(tags[edge].items())), []).append(edge)
    ways: list[Way] = []
    for key, edges in sorted(groups.items()):
        quarters = {e: roads.by_edge[e].quarter for e in edges}
        one_way = [roads.by_edge[edge].forward for edge in edges]
        for chain in [list(forward) for forward in one_way if forward] or _chains(
            edges, quarters, frozenset(roads.roundabouts)
        ):
            way_tags = dict(key)
            if way_tags["highway"] == "residential" and len(chain) > 2:
                way_tags["name"] = random.choice(STREETS)
            ways.append(_way(chain, lines, way_tags, roads))
    return ways + [_ring(fabric, roads, corner) for corner in roads.roundabouts]


def _sorted(a: int, b: int) -> Edge:
    return (a, b) if a < b else (b, a)


def _chains(
    edges: list[Edge], quarters: dict[Edge, int], breaks: frozenset[int]
) -> list[list[int]]:
    """Return the longest paths through edges with the same tags."""
    around: dict[int, list[int]] = {}
    for a, b in edges:
        around.setdefault(a, []).append(b)
        around.setdefault(b, []).append(a)
    left = set(edges)

    def through(v: int) -> bool:
        return (
            len(around[v]) == 2
            and v not in breaks
            and len({quarters[_sorted(v, n)] for n in around[v]}) == 1
        )

    found = []
    starts = [v for v in sorted(around) if not through(v)] + sorted(around)
    for start in starts:
        for first in sorted(around[start]):
            if _sorted(start, first) not in left:
                continue
            chain = [start, first]
            left.discard(_sorted(start, first))
            while through(chain[-1]):
                onward = [n for n in around[chain[-1]] if _sorted(chain[-1], n) in left]
                if not onward:
                    break
                left.discard(_sorted(chain[-1], onward[0]))
                chain.append(onward[0])
            found.append(chain)
    return found


def _way(
    chain: list[int], lines: dict[Edge, NDArray[np.float64]], tags: dict[str, str], roads: Roads
) -> Way:
    keys: list[tuple[object, ...]] = []
    points: list[XY] = []
    for a, b in itertools.pairwise(chain):
        edge = _sorted(a, b)
        line = lines[edge] if a < b else lines[edge][::-1]
        for number, (x, y) in enumerate(line):
            place = number if a < b else len(line) - 1 - number
            if number == 0:
                key: tuple[object, ...] = _end_key(a, edge, roads)
            elif number == len(line) - 1:
                key = _end_key(b, edge, roads)
            else:
                key = ("bend", *edge, place)
            if keys and number == 0:
                continue
            keys.append(key)
            points.append((float(x), float(y)))
    return Way(keys=tuple(keys), points=tuple(points), tags=tags)


def _end_key(corner: int, edge: Edge, roads: Roads) -> tuple[object, ...]:
    return ("ring", corner, *edge) if corner in roads.roundabouts else ("corner", corner)


def _tags(fabric: Fabric, edge: Edge, road: Road, random: Random) -> dict[str, str]:
    tags = {"highway": road.highway}
    if road.forward:
        tags["oneway"] = "yes"
    if road.ref:
        tags["ref"] = road.ref
    rank = RANK[road.highway]
    kind = fabric.settlements[road.quarter].kind if road.quarter >= 0 else ""
    if kind in {"town", "village"}:
        tags["maxspeed"] = "50" if rank >= RANK["tertiary"] or kind == "town" else "30"
    elif rank >= RANK["secondary"]:
        tags["maxspeed"] = "80"
    if rank >= RANK["tertiary"] or (rank == RANK["residential"] and kind != "hamlet"):
        tags["surface"] = "asphalt"
    elif rank == RANK["unclassified"]:
        # One surface per lane, not per field: decided by the corner's thousand.
        tags["surface"] = "compacted" if (edge[0] // 37) % 9 == 0 else "asphalt"
    elif rank == RANK["service"]:
        tags |= {"service": "driveway", "surface": "gravel"}
    elif rank == RANK["track"]:
        tags |= {"tracktype": random.choice(("grade2", "grade3", "grade4")), "surface": "ground"}
    if edge in fabric.bridges:
        tags |= {"bridge": "yes", "layer": "1"}
    return tags


def _ring(fabric: Fabric, roads: Roads, corner: int) -> Way:
    """Return the circle of a roundabout, driven counter-clockwise."""
    x, y = fabric.corners[corner]
    spokes: list[tuple[float, tuple[object, ...]]] = []
    for other in roads.around()[corner]:
        ox, oy = fabric.corners[other]
        edge = _sorted(corner, other)
        spokes.append((math.atan2(oy - y, ox - x), ("ring", corner, *edge)))
    between = [(2 * math.pi * k / 10 - math.pi, ("arc", corner, k)) for k in range(10)]
    for angle, key in between:
        if all(abs(math.remainder(angle - a, 2 * math.pi)) > 0.2 for a, _ in spokes):
            spokes.append((angle, key))
    spokes.sort(key=lambda spoke: spoke[0])
    spokes.append(spokes[0])
    big = max(
        (roads.by_edge[_sorted(corner, o)] for o in roads.around()[corner]),
        key=lambda road: RANK[road.highway],
    )
    return Way(
        keys=tuple(key for _, key in spokes),
        points=tuple(
            (float(x) + _RING_M * math.cos(a), float(y) + _RING_M * math.sin(a)) for a, _ in spokes
        ),
        tags={"highway": big.highway, "junction": "roundabout", "maxspeed": "30"},
    )


def _drawn(fabric: Fabric, roads: Roads, random: Random) -> dict[Edge, NDArray[np.float64]]:
    """Return the line of each edge: a Hermite curve, tangent to the road it continues."""
    tangents = _tangents(fabric, roads)
    lines: dict[Edge, NDArray[np.float64]] = {}
    for a, b in sorted(roads.by_edge):
        start, end = fabric.corners[a], fabric.corners[b]
        length_m = float(np.hypot(*(end - start)))
        if (a, b) in fabric.bridges:
            lines[a, b] = np.vstack([start, end])
            continue
        # Field corners pull a lane aside a little; departmental roads were straightened.
        rank = RANK[roads.by_edge[a, b].highway]
        pull = 0.03 if rank >= RANK["secondary"] else 0.11 if rank != RANK["residential"] else 0.04
        side = np.asarray([start[1] - end[1], end[0] - start[0]]) * random.uniform(-pull, pull)
        phase = random.uniform(0.6, 1.4)
        t = np.linspace(0, 1, max(3, round(length_m / 34)))[:, None]
        m0 = tangents[a, b] * length_m
        m1 = -tangents[b, a] * length_m
        curve = (
            (2 * t**3 - 3 * t**2 + 1) * start
            + (t**3 - 2 * t**2 + t) * m0
            + (-2 * t**3 + 3 * t**2) * end
            + (t**3 - t**2) * m1
        )
        curve = curve + side * (np.sin(math.pi * t) ** 2 * np.sin(math.pi * phase * t + phase))
        for corner in {a, b} & set(roads.roundabouts):
            curve = _to_ring(curve, fabric.corners[corner], fabric.corners[b if corner == a else a])
        lines[a, b] = shapely.get_coordinates(shapely.LineString(curve).simplify(2.0))
    _keep_dry(fabric, lines)
    return lines


def _to_ring(
    curve: NDArray[np.float64], centre: NDArray[np.float64], other: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Cut a curve where it meets the roundabout, at the place its ring keeps for it."""
    toward = (other - centre) / np.hypot(*(other - centre))
    stub = centre + toward * _RING_M
    flipped = np.hypot(*(curve[0] - centre)) > np.hypot(*(curve[-1] - centre))
    line = curve[::-1] if flipped else curve
    line = line[np.hypot(*(line - centre).T) > 1.6 * _RING_M]
    line = np.vstack([stub, line])
    return line[::-1] if flipped else line


def _keep_dry(fabric: Fabric, lines: dict[Edge, NDArray[np.float64]]) -> None:
    """Draw a road straight where its bend would touch the river: the mesh edge does not."""
    edges = [edge for edge in lines if edge not in fabric.bridges]
    wet = fabric.river.buffer(20)
    for edge in edges:
        line = lines[edge]
        if len(line) > 2 and wet.intersects(shapely.LineString(line)):
            lines[edge] = line[[0, -1]]


def _tangents(fabric: Fabric, roads: Roads) -> dict[Edge, NDArray[np.float64]]:
    """Return for each (corner, neighbour) the unit direction in which its road leaves.

    At a corner roads are paired so that the most important, straightest pair flows through; a
    road without a partner starts straight.
    """
    found: dict[Edge, NDArray[np.float64]] = {}
    for corner, others in roads.around().items():
        toward = {}
        for other in others:
            step = fabric.corners[other] - fabric.corners[corner]
            toward[other] = step / np.hypot(*step)
        pairs = []
        for a, b in itertools.combinations(sorted(others), 2):
            ranks = [RANK[roads.by_edge[_sorted(corner, o)].highway] for o in (a, b)]
            bend = float(toward[a] @ toward[b])  # -1 straight on, 1 back again
            if bend < -0.1:
                pairs.append((-min(ranks), abs(ranks[0] - ranks[1]), bend, a, b))
        for *_, a, b in sorted(pairs):
            if (corner, a) in found or (corner, b) in found:
                continue
            along = fabric.corners[a] - fabric.corners[b]
            along = along / np.hypot(*along)
            found[corner, a], found[corner, b] = along, -along
        for other in others:
            found.setdefault((corner, other), toward[other])
    return found
