"""The matrix against a plain Dijkstra that knows nothing of arrays."""

from __future__ import annotations

import heapq
import random
from itertools import pairwise

import numpy as np
import pytest

from colivraison.domain import Position
from colivraison.roads import RoadNetwork
from colivraison.roads.geometry import distance_m
from colivraison.roads.metric import Metric
from colivraison.roads.search import Search
from colivraison.roads.snapping import Snapped

CLASSES = ("residential", "living_street", "primary", "track", "service")


def random_grid(draw, tmp_path, seed: int) -> tuple[RoadNetwork, list[Position]]:
    """A 4 x 4 grid of streets of random class, some one-way, some private, some missing."""
    rng = random.Random(seed)
    letters = "ABCDEFGHIJKLMNOP"
    picture = "\n\n\n".join("  ".join(letters[row : row + 4]) for row in range(0, 16, 4))
    drawn = draw(picture)
    ways = {}
    for k, sign in enumerate(letters):
        for other in ([letters[k + 1]] if k % 4 < 3 else []) + ([letters[k + 4]] if k < 12 else []):
            if rng.random() < 0.12:
                continue
            tags = {"highway": rng.choice(CLASSES)}
            if rng.random() < 0.3:
                tags["oneway"] = rng.choice(["yes", "-1"])
            if rng.random() < 0.2:
                tags["access"] = "private"
            ways[sign + other] = tags
    nodes = {sign: {"highway": "traffic_signals"} for sign in rng.sample(letters, 3)}
    network = RoadNetwork.load(drawn.write(tmp_path / f"grid{seed}.osm", ways, nodes=nodes))
    places = [
        Position(lat=rng.uniform(-0.0105, 0.0015), lon=rng.uniform(-0.0015, 0.0105))
        for _ in range(8)
    ]
    # Two places on one edge, in both orders, must occur.
    first = network.snap(places[:1]).positions[0]
    places.append(Position(lat=first.lat + 0.00005, lon=first.lon + 0.00005))
    return network, places


def plain_costs(
    metric: Metric, snapped: Snapped, source: int, target: int, off_road_kmh: float
) -> tuple[float, set[tuple[int, int]]]:
    """Return the least weight and every (ms, dm) that a path of this weight may have."""
    out: dict[int, list[int]] = {}
    for arc, tail in enumerate(metric.arc_tail.tolist()):
        out.setdefault(tail, []).append(arc)

    def part(arc: int, share: float) -> tuple[int, int, int]:
        """Return weight, time and length of a share of an arc, without its delay."""
        ms = round(share * int(metric.arc_ms[arc]))
        return (
            round(ms * float(metric.arc_weight_factor[arc])),
            ms,
            round(share * int(metric.arc_dm[arc])),
        )

    edge, share = int(snapped.edges[source]), float(snapped.shares[source])
    goal, goal_share = int(snapped.edges[target]), float(snapped.shares[target])
    gap_dm = int(snapped.gap_dm[source] + snapped.gap_dm[target])
    gap_ms = sum(round(int(snapped.gap_dm[k]) * 360 / off_road_kmh) for k in (source, target))

    finished: list[tuple[int, int, int]] = []
    if edge == goal:
        for arc, ahead in (
            (int(metric.forward_arc[edge]), goal_share - share),
            (int(metric.backward_arc[edge]), share - goal_share),
        ):
            if arc >= 0 and ahead >= 0:
                finished.append(part(arc, ahead))

    labels: dict[int, tuple[int, set[tuple[int, int]]]] = {}
    queue: list[tuple[int, int, int, int]] = []
    for arc, rest in (
        (int(metric.forward_arc[edge]), 1 - share),
        (int(metric.backward_arc[edge]), share),
    ):
        if arc >= 0:
            weight, ms, dm = part(arc, rest)
            delay = int(metric.arc_delay_ms[arc])
            heapq.heappush(
                queue, (max(1, weight + delay), int(metric.arc_head[arc]), ms + delay, dm)
            )
    while queue:
        weight, vertex, ms, dm = heapq.heappop(queue)
        known = labels.setdefault(vertex, (weight, set()))
        if weight > known[0] or (ms, dm) in known[1]:
            continue
        known[1].add((ms, dm))
        for arc in out.get(vertex, []):
            more, more_ms, more_dm = part(arc, 1.0)
            delay = int(metric.arc_delay_ms[arc])
            heapq.heappush(
                queue,
                (
                    weight + more + delay,
                    int(metric.arc_head[arc]),
                    ms + more_ms + delay,
                    dm + more_dm,
                ),
            )
    for arc, done in (
        (int(metric.forward_arc[goal]), goal_share),
        (int(metric.backward_arc[goal]), 1 - goal_share),
    ):
        if arc >= 0 and (tail := int(metric.arc_tail[arc])) in labels:
            more, more_ms, more_dm = part(arc, done)
            weight, costs = labels[tail]
            finished += [(weight + more, ms + more_ms, dm + more_dm) for ms, dm in costs]
    least = min(weight for weight, _, _ in finished)
    return least, {(ms + gap_ms, dm + gap_dm) for w, ms, dm in finished if w == least}


@pytest.mark.parametrize("seed", range(12))
def test_the_matrix_equals_a_plain_dijkstra_to_the_millisecond(draw, tmp_path, seed) -> None:
    network, places = random_grid(draw, tmp_path, seed)
    metric = network._metric("van")
    snapped = network.snap(places)
    ms, dm = Search(metric, snapped, off_road_kmh=10).tables()
    for source in range(len(places)):
        for target in range(len(places)):
            if source != target:
                _, costs = plain_costs(metric, snapped, source, target, 10)
                # Several paths may be equally good; times and length are those of one of them.
                assert (int(ms[source, target]), int(dm[source, target])) in costs


@pytest.mark.parametrize("seed", range(12))
def test_the_line_of_a_leg_is_as_long_and_lasts_as_long_as_the_matrix_says(
    draw, tmp_path, seed
) -> None:
    network, places = random_grid(draw, tmp_path, seed)
    metric = network._metric("van")
    snapped = network.snap(places)
    search = Search(metric, snapped, off_road_kmh=10)
    ms, dm = search.tables()
    pairs = [(i, j) for i in range(len(places)) for j in range(len(places)) if i != j]
    lines = network.paths(places, pairs)
    for (source, target), leg, line in zip(pairs, search.legs(pairs), lines, strict=True):
        drawn_m = sum(distance_m(a, b) for a, b in pairwise(line))
        # Each of at most 20 pieces is rounded to a decimetre, the line not at all.
        assert drawn_m == pytest.approx(dm[source, target] / 10, abs=2)
        assert leg is not None
        total = int(snapped.gap_dm[source] + snapped.gap_dm[target]) * 36
        first = metric.forward_arc if leg.leaves_forward else metric.backward_arc
        share = float(snapped.shares[source])
        goal = float(snapped.shares[target])
        if leg.direct:
            total += round(abs(goal - share) * int(metric.arc_ms[first[snapped.edges[source]]]))
        else:
            arc = int(first[snapped.edges[source]])
            rest = 1 - share if leg.leaves_forward else share
            total += round(rest * int(metric.arc_ms[arc])) + int(metric.arc_delay_ms[arc])
            total += int((metric.arc_ms + metric.arc_delay_ms)[list(leg.arcs)].sum())
            last = metric.forward_arc if leg.arrives_forward else metric.backward_arc
            arc = int(last[snapped.edges[target]])
            total += round((goal if leg.arrives_forward else 1 - goal) * int(metric.arc_ms[arc]))
        assert total == ms[source, target]


@pytest.mark.parametrize("seed", range(4))
def test_every_snapped_point_is_the_nearest_of_all_edges(draw, tmp_path, seed) -> None:
    network, places = random_grid(draw, tmp_path, seed)
    topology, metric = network._topology, network._metric("van")
    usable = np.flatnonzero((metric.forward_arc >= 0) | (metric.backward_arc >= 0))
    snapped = network.snap(places)
    for place, gap_dm in zip(places, snapped.gap_dm.tolist(), strict=True):
        nearest_m = float("inf")
        for edge in usable.tolist():
            a, b = int(topology.shape_start[edge]), int(topology.shape_end[edge])
            for k in range(a, b):
                for share in np.linspace(0, 1, 201).tolist():
                    lat = topology.lat[k] + share * (topology.lat[k + 1] - topology.lat[k])
                    lon = topology.lon[k] + share * (topology.lon[k + 1] - topology.lon[k])
                    nearest_m = min(
                        nearest_m, distance_m(place, Position(lat=float(lat), lon=float(lon)))
                    )
        # 201 points on 334 m: at most 0.84 m beside the true foot, never nearer than it.
        assert gap_dm / 10 <= nearest_m + 0.06
        assert nearest_m - gap_dm / 10 < 0.9
