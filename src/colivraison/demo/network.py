"""Which mesh edges become roads: departmental roads first, then lanes, drives and streets."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay

from colivraison.demo.fabric import HEIGHT_M, WIDTH_M, Fabric

__all__ = ["RANK", "Road", "Roads", "build_roads"]

RANK = {
    "primary": 6,
    "secondary": 5,
    "tertiary": 4,
    "unclassified": 3,
    "residential": 2,
    "service": 1,
    "track": 0,
}

# A path is drawn to roads that exist: that is how real ones come to share their way.
_REUSE = 0.6

_LANE = "unclassified"

Edge = tuple[int, int]


@dataclass(slots=True, kw_only=True)
class Road:
    """What an edge of the mesh became.

    Parameters
    ----------
    highway
        OSM class.
    ref
        Departmental number, or "".
    quarter
        Settlement whose built-up area it lies in, or -1.
    forward
        The only direction one may drive, as (from, to), or None.
    """

    highway: str
    ref: str = ""
    quarter: int = -1
    forward: Edge | None = None


@dataclass(slots=True, kw_only=True)
class Roads:
    """Roads by edge (smaller corner first) and the corners made into roundabouts."""

    by_edge: dict[Edge, Road] = field(default_factory=dict)
    roundabouts: tuple[int, ...] = ()

    def around(self) -> dict[int, list[int]]:
        """Return the neighbours of each corner by road."""
        found: dict[int, list[int]] = {}
        for a, b in self.by_edge:
            found.setdefault(a, []).append(b)
            found.setdefault(b, []).append(a)
        return found


def build_roads(fabric: Fabric, random: Random) -> Roads:
    """Return a network in which every settlement reaches every other."""
    return _Builder(fabric, random).build()


class _Builder:
    def __init__(self, fabric: Fabric, random: Random) -> None:
        self.fabric = fabric
        self.random = random
        self.roads = Roads()
        ends = fabric.corners[fabric.edges]
        self.length_m = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
        noise = np.asarray([random.uniform(0.85, 1.2) for _ in fabric.edges])
        self.cost = self.length_m * fabric.roughness(ends.mean(axis=1)) * noise
        self.index = {(int(a), int(b)): i for i, (a, b) in enumerate(fabric.edges)}
        # The matrix is asked for a thousand times: only its numbers change.
        a, b = fabric.edges.T
        count, size = len(a), len(fabric.corners)
        self.pattern = csr_array(
            (np.arange(2 * count), (np.r_[a, b], np.r_[b, a])), shape=(size, size)
        )
        self.slot = self.pattern.data.copy()

    def build(self) -> Roads:
        self._departmental()
        self._streets()
        self._lanes()
        self._drives()
        self._join_up()
        self._fields()
        self._roundabouts()
        self._one_ways()
        return self.roads

    def _matrix(self) -> csr_array:
        data = np.r_[self.cost, self.cost][self.slot]
        return csr_array((data, self.pattern.indices, self.pattern.indptr), self.pattern.shape)

    def _from(
        self, start: int, limit: float = math.inf
    ) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """Return the cost of every corner from ``start``, and the corner before it."""
        away, before = dijkstra(
            self._matrix(), indices=np.asarray([start]), return_predecessors=True, limit=limit
        )
        return away[0], before[0]

    def _path(self, start: int, end: int) -> list[int]:
        _, before = self._from(start)
        return _walk(before, end)

    def _short_path(self, start: int, end: int, detour: float) -> list[int]:
        """Return the way between two corners, or [] where it costs too much more than direct."""
        limit = detour * math.dist(self.fabric.corners[start], self.fabric.corners[end])
        away, before = self._from(start, limit)
        return _walk(before, end) if np.isfinite(away[end]) else []

    def _path_to_network(self, start: int, avoid: frozenset[int] = frozenset()) -> list[int]:
        away, before = self._from(start)
        known = [v for v in self.roads.around() if v != start and v not in avoid]
        return _walk(before, min(known, key=lambda v: (float(away[v]), v)))

    def _lay(self, path: list[int], highway: str, ref: str = "") -> None:
        quarter = self.fabric.quarter
        for a, b in itertools.pairwise(path):
            edge = (min(a, b), max(a, b))
            place = int(quarter[a]) if quarter[a] == quarter[b] else -1
            road = self.roads.by_edge.get(edge)
            if road is None:
                self.roads.by_edge[edge] = Road(highway=highway, ref=ref, quarter=place)
                self.cost[self.index[edge]] *= _REUSE
            elif RANK[highway] > RANK[road.highway]:
                road.highway, road.ref = highway, ref or road.ref

    def _departmental(self) -> None:
        home, kinds = self.fabric.home, [s.kind for s in self.fabric.settlements]
        main = [i for i, kind in enumerate(kinds) if kind in {"town", "village"}]
        spots = self.fabric.corners[[home[i] for i in main]]
        exits = self._exits()
        town = home[0]
        numbers = iter(self._numbers())
        west, east = exits[0], exits[1]
        ref = next(numbers)
        self._lay(self._path(west, town), "primary", ref)
        self._lay(self._path(town, east), "primary", ref)
        # Gabriel graph: the pattern of historic roads between market places.
        pairs = sorted(
            _gabriel(spots), key=lambda p: (min(p) != 0, math.dist(spots[p[0]], spots[p[1]]))
        )
        for a, b in pairs:
            highway = "secondary" if 0 in (a, b) or self.random.random() < 0.3 else "tertiary"
            self._lay(self._path(home[main[a]], home[main[b]]), highway, next(numbers))
        for exit_ in exits[2:]:
            nearest = min(
                range(len(main)), key=lambda i: math.dist(spots[i], self.fabric.corners[exit_])
            )
            highway = "secondary" if self.random.random() < 0.4 else "tertiary"
            self._lay(self._path(exit_, home[main[nearest]]), highway, next(numbers))

    def _numbers(self) -> list[str]:
        small = self.random.sample(range(3, 40), 30)
        large = self.random.sample(range(101, 330), 60)
        return [f"D {n}" for n in (*small[:9], *large)]

    def _exits(self) -> list[int]:
        """Return corners at the border where roads leave the map: west, east, then others."""
        r = self.random.uniform
        aims = [
            (0.0, r(0.25, 0.75) * HEIGHT_M),
            (WIDTH_M, r(0.25, 0.75) * HEIGHT_M),
            (r(0.15, 0.4) * WIDTH_M, 0.0),
            (r(0.6, 0.85) * WIDTH_M, 0.0),
            (r(0.15, 0.4) * WIDTH_M, HEIGHT_M),
            (r(0.6, 0.85) * WIDTH_M, HEIGHT_M),
            (0.0, r(0.05, 0.15) * HEIGHT_M),
            (WIDTH_M, r(0.85, 0.95) * HEIGHT_M),
        ]
        usable = np.unique(self.fabric.edges)
        spots = self.fabric.corners[usable]
        return [int(usable[((spots - aim) ** 2).sum(axis=1).argmin()]) for aim in aims]

    def _streets(self) -> None:
        """Fill each settlement with a tree of streets and some that close blocks."""
        quarter = self.fabric.quarter
        edges, size = self.fabric.edges, len(self.fabric.corners)
        inside = (quarter[edges[:, 0]] >= 0) & (quarter[edges[:, 0]] == quarter[edges[:, 1]])
        chosen = np.flatnonzero(inside)
        for place, settlement in enumerate(self.fabric.settlements):
            if settlement.radius_m == 0:
                continue
            mine = [int(e) for e in chosen if quarter[edges[e, 0]] == place]
            centre = np.asarray(settlement.at)
            weights = []
            for e in mine:
                middle = self.fabric.corners[edges[e]].mean(axis=0)
                rim = float(np.hypot(*(middle - centre))) / settlement.radius_m
                built = _edge(edges[e]) in self.roads.by_edge
                weights.append(1e-6 if built else self.length_m[e] * self.random.uniform(0.5, 1.5))
                loop = {"town": 0.75, "village": 0.45}.get(settlement.kind, 0.1)
                if not built and self.random.random() < loop * (1.15 - rim):
                    weights[-1] = 1e-3
            a, b = edges[mine].T
            graph = csr_array((np.asarray(weights), (a, b)), shape=(size, size))
            tree = minimum_spanning_tree(graph).tocoo()
            kept = {(int(min(p)), int(max(p))) for p in zip(tree.row, tree.col, strict=True)}
            kept |= {_edge(edges[e]) for e, w in zip(mine, weights, strict=True) if w == 1e-3}
            for edge in self._pruned(kept, self.fabric.home[place], settlement.kind):
                self._lay(list(edge), "residential")
            self._hang_on(self.fabric.home[place])

    def _pruned(self, kept: set[Edge], centre: int, kind: str) -> list[Edge]:
        """Drop dead ends now and then, so that not every garden has its street."""
        for _ in range(3 if kind != "town" else 2):
            degree: dict[int, int] = {}
            for a, b in sorted(kept):
                degree[a], degree[b] = degree.get(a, 0) + 1, degree.get(b, 0) + 1
            for edge in sorted(kept):
                lone = [v for v in edge if degree[v] == 1 and v != centre]
                if lone and edge not in self.roads.by_edge and self.random.random() < 0.5:
                    kept.discard(edge)
        return sorted(kept)

    def _hang_on(self, corner: int) -> None:
        """Join a corner's component to the largest one, when it is not part of it."""
        while True:
            parts = self._components()
            main = max(parts, key=lambda part: (len(part), min(part)))
            mine = next((part for part in parts if corner in part), {corner})
            if mine is main:
                return
            away, before = self._from(corner)
            goal = min(main, key=lambda v: (float(away[v]), v))
            if not np.isfinite(away[goal]):
                raise AssertionError("a settlement lies on an island of the mesh")
            self._lay(_walk(before, goal), _LANE)

    def _join_up(self) -> None:
        """Join streets that the river or a pruned dead end cut off from their settlement."""
        while len(parts := self._components()) > 1:
            _, lone = min((len(part), min(part)) for part in parts)
            self._hang_on(lone)

    def _components(self) -> list[set[int]]:
        edges = np.asarray(list(self.roads.by_edge))
        size = len(self.fabric.corners)
        graph = csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(size, size))
        _, label = connected_components(graph, directed=False)
        parts: dict[int, set[int]] = {}
        for corner in np.unique(edges):
            parts.setdefault(int(label[corner]), set()).add(int(corner))
        return list(parts.values())

    def _lanes(self) -> None:
        """Join hamlets and villages with their neighbours: lanes make loops."""
        settlements, home = self.fabric.settlements, self.fabric.home
        lived_in = [i for i, s in enumerate(settlements) if s.radius_m > 0]
        spots = self.fabric.corners[[home[i] for i in lived_in]]
        for a, b in _gabriel(spots):
            kinds = {settlements[lived_in[a]].kind, settlements[lived_in[b]].kind}
            if "hamlet" in kinds:
                self._lay(self._short_path(home[lived_in[a]], home[lived_in[b]], 3.5), _LANE)
        # The web of lanes between farms is denser, and leaves gaps.
        everybody = self.fabric.corners[list(home)]
        for a, b in _gabriel(everybody):
            if self.random.random() < 0.75:
                self._lay(self._short_path(home[a], home[b], 3.0), _LANE)

    def _drives(self) -> None:
        """Hang lone houses and farms on; some get a second way out."""
        for place, settlement in enumerate(self.fabric.settlements):
            if settlement.radius_m > 0:
                continue
            start = self.fabric.home[place]
            if start not in self.roads.around():
                path = self._path_to_network(start)
                highway = "service" if len(path) == 2 else _LANE
                self._lay(path, highway)
            self._hang_on(start)
            if self.random.random() < 0.2:
                near = self._within(start, 4)
                self._lay(self._path_to_network(start, avoid=near), _LANE)

    def _within(self, start: int, steps: int) -> frozenset[int]:
        around, reached, rim = self.roads.around(), {start}, {start}
        for _ in range(steps):
            rim = {n for v in rim for n in around.get(v, [])} - reached
            reached |= rim
        return frozenset(reached)

    def _fields(self) -> None:
        """Let some tracks run a few fields far and end there."""
        around = self.roads.around()
        mesh: dict[int, list[int]] = {}
        for a, b in self.fabric.edges:
            mesh.setdefault(int(a), []).append(int(b))
            mesh.setdefault(int(b), []).append(int(a))
        starts = sorted(v for v in around if self.fabric.quarter[v] == -1)
        for start in self.random.sample(starts, 330):
            at, path = start, [start]
            for _ in range(self.random.choice((1, 1, 2, 3))):
                free = [n for n in mesh[at] if n not in around and n not in path]
                free = [n for n in free if self.fabric.quarter[n] == -1]
                if not free:
                    break
                at = self.random.choice(free)
                path.append(at)
            if len(path) > 1:
                self._lay(path, "track")
                around = self.roads.around()

    def _roundabouts(self) -> None:
        """Make roundabouts of the two big crossings nearest to the rim of the town."""
        town = self.fabric.settlements[0]
        found = []
        for corner, others in self.roads.around().items():
            classes = [self.roads.by_edge[min(corner, o), max(corner, o)] for o in others]
            big = [r for r in classes if RANK[r.highway] >= RANK["tertiary"]]
            if len(big) >= 3 and len({r.ref for r in big}) >= 2:
                away = math.dist(self.fabric.corners[corner], town.at)
                found.append((abs(away - town.radius_m), corner))
        heads = {head for pair in self.fabric.bridges for head in pair}
        self.roads.roundabouts = tuple(c for _, c in sorted(found) if c not in heads)[:3]

    def _one_ways(self) -> None:
        """Turn some streets of the town one-way where everybody still gets everywhere."""
        streets = sorted(
            edge
            for edge, road in self.roads.by_edge.items()
            if road.quarter == 0 and road.highway == "residential"
        )
        self.random.shuffle(streets)
        done = 0
        for edge in streets:
            road = self.roads.by_edge[edge]
            road.forward = edge if self.random.random() < 0.5 else (edge[1], edge[0])
            if self._strong():
                done += 1
            else:
                road.forward = None
            if done == 9:
                return

    def _strong(self) -> bool:
        arcs = []
        for edge, road in self.roads.by_edge.items():
            arcs += [road.forward] if road.forward else [edge, (edge[1], edge[0])]
        corners, flat = np.unique(np.asarray(arcs), return_inverse=True)
        tail, head = flat.reshape(-1, 2).T
        graph = csr_array((np.ones(len(tail)), (tail, head)), shape=(len(corners), len(corners)))
        return bool(connected_components(graph, directed=True, connection="strong")[0] == 1)


def _walk(before: NDArray[np.int32], end: int) -> list[int]:
    path = [end]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return path[::-1]


def _edge(pair: NDArray[np.int64]) -> Edge:
    a, b = int(pair[0]), int(pair[1])
    return (min(a, b), max(a, b))


def _gabriel(spots: NDArray[np.float64]) -> list[Edge]:
    """Return the Gabriel graph: pairs whose diameter circle holds nobody else."""
    triangles = Delaunay(spots).simplices.astype(np.int64)
    found = []
    for a, b in sorted({_edge(p) for t in triangles for p in (t[[0, 1]], t[[1, 2]], t[[0, 2]])}):
        middle, radius_m = (spots[a] + spots[b]) / 2, math.dist(spots[a], spots[b]) / 2
        away = np.hypot(*(spots - middle).T)
        away[[a, b]] = np.inf
        if away.min() >= radius_m:
            found.append((a, b))
    return found
