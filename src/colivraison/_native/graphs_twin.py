"""The functions on road graphs in slow, plain Python: what tests hold the fast ones against."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

__all__ = ["contract", "distances", "nearest", "strong_components"]

_EARTH_RADIUS_M = 6_371_008.8


def _reachable(links: Mapping[int, Sequence[int]], start: int) -> set[int]:
    found, open_ = {start}, [start]
    while open_:
        for there in links.get(open_.pop(), ()):
            if there not in found:
                found.add(there)
                open_.append(there)
    return found


def strong_components(links: Sequence[Sequence[int]]) -> list[frozenset[int]]:
    """Return for each vertex the set of vertices it can reach and that can reach it."""
    after = dict(enumerate(links))
    reach = [_reachable(after, vertex) for vertex in range(len(links))]
    return [frozenset(w for w in reach[v] if v in reach[w]) for v in range(len(links))]


def contract(vertices: int, links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the upper neighbours of each vertex when 0, 1, 2... are taken out in turn."""
    joined: list[set[int]] = [set() for _ in range(vertices)]
    for tail, head in links:
        if tail != head:
            joined[tail].add(head)
            joined[head].add(tail)
    upper: list[list[int]] = []
    for vertex in range(vertices):
        above = sorted(w for w in joined[vertex] if w > vertex)
        upper.append(above)
        for one in above:
            joined[one].update(w for w in above if w != one)
    return upper


def distances(
    links: Mapping[tuple[int, int], int], seeds: Sequence[tuple[int, int]]
) -> dict[int, int]:
    """Return the least packed cost of every vertex that is reached.

    Dijkstra (1959), doi:10.1007/BF01386390.

    Parameters
    ----------
    links
        Packed cost by (from, to).
    seeds
        Vertices with the cost to be there.
    """
    after: dict[int, list[tuple[int, int]]] = {}
    for (tail, head), cost in links.items():
        after.setdefault(tail, []).append((head, cost))
    queue = [(cost, vertex) for vertex, cost in seeds]
    heapq.heapify(queue)
    found: dict[int, int] = {}
    while queue:
        cost, vertex = heapq.heappop(queue)
        if vertex in found:
            continue
        found[vertex] = cost
        for head, more in after.get(vertex, ()):
            heapq.heappush(queue, (cost + more, head))
    return found


def nearest(
    lines: Sequence[Sequence[tuple[int, int]]], usable: Sequence[int], lat: float, lon: float
) -> tuple[int, float]:
    """Return the nearest line and its distance in metres, (-1, infinity) where none is usable.

    Parameters
    ----------
    lines
        Points as (latitude, longitude) in 1e-7 degrees.
    usable
        0 or 1 for each line.
    lat, lon
        Degrees.
    """
    north_m = math.radians(_EARTH_RADIUS_M) / 1e7
    east_m = north_m * math.cos(math.radians(lat))
    best = (math.inf, -1)
    for number, points in enumerate(lines):
        if not usable[number]:
            continue
        flat = [((b - lon * 1e7) * east_m, (a - lat * 1e7) * north_m) for a, b in points]
        for (ax, ay), (bx, by) in pairwise(flat):
            dx, dy = bx - ax, by - ay
            squared = dx * dx + dy * dy
            share = min(1.0, max(0.0, -(ax * dx + ay * dy) / squared)) if squared else 0.0
            best = min(best, (math.hypot(ax + share * dx, ay + share * dy), number))
    return best[1], best[0]
