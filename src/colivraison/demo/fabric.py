"""The ground of the invented territory: river, wood, lake, settlements and a mesh of field corners.

Roads are later paths over the mesh.  The mesh is a plane triangulation without the edges that
cross water, so roads meet only at shared corners and pass the river only on its two bridges.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay, cKDTree
from shapely.geometry import LineString, Polygon

__all__ = ["HEIGHT_M", "WIDTH_M", "Fabric", "Settlement", "lay_fabric"]

WIDTH_M = 40_000.0
HEIGHT_M = 35_000.0

_FIELD_M = 340.0  # a field corner about every 340 m, as lanes of the bocage meet
_BANK_M = 70.0  # half the length of a bridge with its ramps

XY = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A place where people live: its kind is OSM's ``place``; its streets fill ``radius_m``."""

    kind: str
    at: XY
    radius_m: float
    street_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fabric:
    """Everything roads are laid on, in metres from the south-west corner.

    Parameters
    ----------
    settlements
        The town first, then villages, then hamlets, then lone houses and farms.
    corners
        Mesh vertices, shape (n, 2).
    edges
        Mesh edges, shape (m, 2), none of which touches water except the bridges.
    bridges
        The two corner pairs joined across the river.
    home
        For each settlement its central corner.
    quarter
        For each corner the settlement whose streets it may belong to, or -1.
    """

    river: LineString
    lake: Polygon
    woods: tuple[Polygon, ...]
    settlements: tuple[Settlement, ...]
    corners: NDArray[np.float64]
    edges: NDArray[np.int64]
    bridges: tuple[tuple[int, int], ...]
    home: tuple[int, ...]
    quarter: NDArray[np.int64]
    hills: tuple[tuple[float, float, float, float], ...] = field(repr=False)

    def roughness(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how much dearer a road is at each point than on flat, open land (>= 1)."""
        rough = np.ones(len(points))
        for x, y, reach_m, height in self.hills:
            away = ((points - (x, y)) ** 2).sum(axis=1)
            rough += height * np.exp(-away / (2 * reach_m**2))
        for wood in self.woods:
            rough[shapely.contains_xy(wood, points[:, 0], points[:, 1])] += 1.5
        return rough


def lay_fabric(random: Random) -> Fabric:
    """Return the ground of one territory."""
    river = _river(random)
    river_y = {round(x): y for x, y in river.coords}
    town, (bridge_a, bridge_b), first_village = _town_and_bridges(random, river_y)
    villages = _spread(
        random, 11, 6_800.0, 2_600.0, [town, first_village], lambda at: _dry(at, river, 600)
    )
    lake, woods = _water_and_woods(random, river, villages)
    free = shapely.union_all([lake.buffer(250), *woods])

    def habitable(at: XY) -> bool:
        return _dry(at, river, 350) and not shapely.contains_xy(free, *at)

    hamlets = _spread(random, 46, 2_300.0, 1_200.0, villages, habitable)[len(villages) :]
    lone = _spread(random, 380, 650.0, 500.0, [*villages, *hamlets], habitable)
    lone = lone[len(villages) + len(hamlets) :]
    settlements = (
        [Settlement(kind="town", at=town, radius_m=950.0, street_m=115.0)]
        + [
            Settlement(kind="village", at=at, radius_m=random.uniform(300, 500), street_m=95.0)
            for at in villages[1:]
        ]
        + [
            Settlement(kind="hamlet", at=at, radius_m=random.uniform(90, 150), street_m=80.0)
            for at in hamlets
        ]
        + [Settlement(kind="isolated_dwelling", at=at, radius_m=0.0, street_m=0.0) for at in lone]
    )
    banks = [_banks(river_y, x) for x in (bridge_a, bridge_b)]
    return _mesh(random, river, lake, woods, tuple(settlements), banks)


def _river(random: Random) -> LineString:
    middle = random.uniform(0.42, 0.58) * HEIGHT_M
    waves = [
        (random.uniform(1_800, 3_000), random.uniform(19_000, 27_000), random.uniform(0, 6.28)),
        (random.uniform(350, 600), random.uniform(5_000, 7_000), random.uniform(0, 6.28)),
        (random.uniform(170, 260), random.uniform(1_500, 2_100), random.uniform(0, 6.28)),
    ]
    xs = [float(x) for x in range(-1_500, int(WIDTH_M) + 1_501, 50)]
    line = []
    for x in xs:
        y = middle
        for height_m, length_m, phase in waves:
            # Meanders come in trains: their width swells and fades along the valley.
            swell = 0.65 + 0.35 * math.sin(x / (length_m * 2.7) + 2 * phase)
            y += height_m * swell * math.sin(2 * math.pi * x / length_m + phase)
        line.append((x, y))
    return LineString(line)


def _town_and_bridges(
    random: Random, river_y: dict[int, float]
) -> tuple[XY, tuple[float, float], XY]:
    """Return the town beside its bridge, the two bridges, and the village of the other bridge."""
    east = random.choice((-1, 1))
    bridge_a = _straight_reach(river_y, random.uniform(0.45, 0.55) * WIDTH_M)
    bridge_b = _straight_reach(river_y, bridge_a + east * random.uniform(10_500, 13_500))
    side = random.choice((-1, 1))
    town = (bridge_a + random.uniform(-150, 150), river_y[round(bridge_a)] + side * 850)
    village = (bridge_b + random.uniform(-150, 150), river_y[round(bridge_b)] - side * 620)
    return town, (bridge_a, bridge_b), village


def _straight_reach(river_y: dict[int, float], near_x: float) -> float:
    """Return an x within 1 km where the river runs closest to west-east: bridges are short."""
    candidates = [x for x in river_y if abs(x - near_x) <= 1_000]
    return float(min(candidates, key=lambda x: abs(river_y[x + 150] - river_y[x - 150])))


def _banks(river_y: dict[int, float], x: float) -> tuple[XY, XY]:
    slope = (river_y[round(x) + 100] - river_y[round(x) - 100]) / 200
    norm = math.hypot(1.0, slope)
    across = (-slope / norm * _BANK_M, 1.0 / norm * _BANK_M)
    y = river_y[round(x)]
    return (x - across[0], y - across[1]), (x + across[0], y + across[1])


def _dry(at: XY, river: LineString, away_m: float) -> bool:
    return bool(river.distance(shapely.Point(at)) >= away_m)


def _spread(
    random: Random,
    total: int,
    apart_m: float,
    margin_m: float,
    taken: list[XY],
    allowed: Callable[[XY], bool],
) -> list[XY]:
    """Return ``taken`` and new points, ``total`` in all, no two closer than ``apart_m``.

    Darts are thrown (Poisson-disc sampling).

    Where the ground is full the distance shrinks by a twentieth and the throwing goes on.
    """
    points = list(taken)
    misses = 0
    while len(points) < total:
        at = (
            random.uniform(margin_m, WIDTH_M - margin_m),
            random.uniform(margin_m, HEIGHT_M - margin_m),
        )
        if all(math.dist(at, other) >= apart_m for other in points) and allowed(at):
            points.append(at)
            misses = 0
        else:
            misses += 1
            if misses > 400:
                apart_m, misses = apart_m * 0.95, 0
    return points


def _blob(random: Random, at: XY, radius_m: float) -> Polygon:
    waves = [(random.uniform(0.06, 0.22) / k**0.5, random.uniform(0, 6.28), k) for k in range(2, 8)]
    outline = []
    for step in range(90):
        angle = 2 * math.pi * step / 90
        reach = radius_m * (1 + sum(a * math.sin(k * angle + p) for a, p, k in waves))
        outline.append((at[0] + reach * 1.25 * math.cos(angle), at[1] + reach * math.sin(angle)))
    return Polygon(outline).buffer(0)


def _water_and_woods(
    random: Random, river: LineString, villages: list[XY]
) -> tuple[Polygon, tuple[Polygon, ...]]:
    found: list[Polygon] = []
    keep = shapely.union_all([shapely.Point(at).buffer(900) for at in villages])
    for radius_m in (650.0, 2_000.0, 1_500.0, 1_200.0, 900.0, *(320.0 + 45 * k for k in range(11))):
        for _ in range(300):
            at = (random.uniform(2_000, WIDTH_M - 2_000), random.uniform(2_000, HEIGHT_M - 2_000))
            blob = _blob(random, at, radius_m)
            clear = [keep, river.buffer(400), *found]
            if not any(blob.intersects(other) for other in clear):
                found.append(blob)
                break
    return found[0], tuple(found[1:])


def _mesh(
    random: Random,
    river: LineString,
    lake: Polygon,
    woods: tuple[Polygon, ...],
    settlements: tuple[Settlement, ...],
    banks: list[tuple[XY, XY]],
) -> Fabric:
    points, quarter = _corners(random, river, lake, settlements, banks)
    corners = np.asarray(points)
    pairs = Delaunay(corners).simplices[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    edges = np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)
    lines = shapely.linestrings(corners[edges])
    wet = shapely.intersects(lines, river.buffer(30)) | shapely.intersects(lines, lake.buffer(40))
    # Hull edges would be kilometres long and run along the border of the map.
    edges = edges[~wet & (shapely.length(lines) < 3 * _FIELD_M)]
    bridges = tuple((2 * index, 2 * index + 1) for index in range(len(banks)))
    edges = np.vstack([edges, np.asarray(bridges, dtype=np.int64)])
    tree = cKDTree(corners)
    home = tuple(int(tree.query(s.at)[1]) for s in settlements)
    hills = tuple(
        (
            random.uniform(0, WIDTH_M),
            random.uniform(0, HEIGHT_M),
            random.uniform(900, 3_200),
            random.uniform(0.3, 1.6),
        )
        for _ in range(45)
    )
    return Fabric(
        river=river,
        lake=lake,
        woods=woods,
        settlements=settlements,
        corners=corners,
        edges=edges,
        bridges=bridges,
        home=home,
        quarter=np.asarray(quarter, dtype=np.int64),
        hills=hills,
    )


def _corners(
    random: Random,
    river: LineString,
    lake: Polygon,
    settlements: tuple[Settlement, ...],
    banks: list[tuple[XY, XY]],
) -> tuple[list[XY], list[int]]:
    """Return mesh vertices: bridge heads first, then streets' corners, then field corners."""
    points: list[XY] = [head for pair in banks for head in pair]
    quarter = [-1] * len(points)
    heads = cKDTree(np.asarray(points))
    lived_in = [s for s in settlements if s.radius_m > 0]
    for index, place in enumerate(lived_in):
        for at in _jittered(random, place.at, place.radius_m, place.street_m, 0.3):
            if _dry(at, river, 90) and heads.query(at)[0] > 0.8 * place.street_m:
                points.append(at)
                quarter.append(index)
    centres = cKDTree(np.asarray([s.at for s in lived_in]))
    middle = (WIDTH_M / 2, HEIGHT_M / 2)
    for at in _jittered(random, middle, WIDTH_M, _FIELD_M, 0.36):
        if not (0 < at[0] < WIDTH_M and 0 < at[1] < HEIGHT_M):
            continue
        if heads.query(at)[0] < 0.6 * _FIELD_M or not _dry(at, river, 130):
            continue
        distance_m, nearest = centres.query(at)
        if distance_m < lived_in[int(nearest)].radius_m + 0.45 * _FIELD_M:
            continue
        if not shapely.contains_xy(lake, *at):
            points.append(at)
            quarter.append(-1)
    return points, quarter


def _jittered(
    random: Random, centre: XY, radius_m: float, step_m: float, jitter: float
) -> list[XY]:
    """Return a triangular lattice with noise, turned at random, inside a circle."""
    turn = random.uniform(0, math.pi / 3)
    cos, sin = math.cos(turn), math.sin(turn)
    rows = math.ceil(radius_m / (step_m * 0.866))
    found = []
    for row in range(-rows, rows + 1):
        for column in range(-rows - 1, rows + 2):
            x = (column + 0.5 * (row % 2)) * step_m + random.uniform(-jitter, jitter) * step_m
            y = row * step_m * 0.866 + random.uniform(-jitter, jitter) * step_m
            if math.hypot(x, y) <= radius_m:
                found.append((centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos))
    return found
