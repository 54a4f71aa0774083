"""Times and distances on random small maps are those of a plain Dijkstra, for every vehicle.

The maps hold what the rules speak of: one-way streets, private roads, tracks, gates and bollards,
signals, turn restrictions at nodes and over ways, cycle ways, a ferry, roundabouts.
"""

from __future__ import annotations

import datetime as dt
import random
from itertools import pairwise

import numpy as np
import pytest
from road_twin import RoadTwin

from colivraison.domain import Position
from colivraison.roads import PROFILE_NAMES, RoadNetwork
from colivraison.roads.closures.kinds import Closure, Effect
from colivraison.roads.geometry import distance_m

CLASSES = (
    *("residential", "primary", "living_street") * 2,
    "track",
    "service",
    "cycleway",
)
OBSTACLES = (
    {"highway": "traffic_signals"},
    {"barrier": "gate"},
    {"barrier": "bollard"},
    {"highway": "stop", "direction": "forward"},
)
TURNS = ("no_left_turn", "no_right_turn", "no_straight_on", "only_straight_on", "only_left_turn")
LETTERS = "ABCDEFGHIJKLMNOP"
WINTER = dt.date(2026, 1, 15)


def tags_of(rng: random.Random) -> dict[str, str]:
    tags = {"highway": rng.choice(CLASSES)}
    if rng.random() < 0.25:
        tags["oneway"] = rng.choice(["yes", "-1"])
    if rng.random() < 0.2:
        tags["access"] = rng.choice(["private", "destination", "no"])
    if rng.random() < 0.1:
        tags["motor_vehicle:conditional"] = "no @ (Nov-Apr)"
    if rng.random() < 0.1:
        tags["maxheight"] = "2.2"
    if rng.random() < 0.05:
        return {"route": "ferry", "duration": "00:05"}
    return tags


def random_grid(draw, tmp_path, seed: int) -> RoadNetwork:
    """A 4 x 4 grid of streets of random kind, some missing."""
    rng = random.Random(seed)
    drawn = draw("\n\n\n".join("  ".join(LETTERS[row : row + 4]) for row in range(0, 16, 4)))
    ways = {}
    for k, sign in enumerate(LETTERS):
        for other in ([LETTERS[k + 1]] if k % 4 < 3 else []) + ([LETTERS[k + 4]] if k < 12 else []):
            if rng.random() > 0.12:
                ways[sign + other] = tags_of(rng)
    nodes = {sign: rng.choice(OBSTACLES) for sign in rng.sample(LETTERS, 4)}
    restrictions = []
    for _ in range(6):
        first, second = rng.sample(sorted(ways), 2)
        shared = set(first) & set(second)
        if len(shared) == 1:
            restrictions.append((first, shared.pop(), second, {"restriction": rng.choice(TURNS)}))
    for via in rng.sample(sorted(ways), 3):
        before = [way for way in ways if way != via and via[0] in way and via[1] not in way]
        after = [way for way in ways if way != via and via[1] in way and via[0] not in way]
        if before and after:
            tags = {"restriction": rng.choice(["no_left_turn", "only_straight_on"])}
            restrictions.append((rng.choice(before), via, rng.choice(after), tags))
    path = tmp_path / f"grid{seed}.osm"
    return RoadNetwork.load(drawn.write(path, ways, nodes=nodes, restrictions=restrictions))


def places_on(network: RoadNetwork, seed: int, profile: str) -> list[Position]:
    rng = random.Random(seed)
    drawn = [
        Position(lat=rng.uniform(-0.0105, 0.0015), lon=rng.uniform(-0.0015, 0.0105))
        for _ in range(24)
    ]
    # What is further than 1 km from a road is refused.
    near = network.snap(drawn, profile=profile).gap_m <= 1000
    places = [place for place, is_near in zip(drawn, near, strict=True) if is_near][:8]
    # Two places on one edge, in both orders, must occur.
    first = network.snap(places[:1], profile=profile).positions[0]
    return [*places, Position(lat=first.lat + 0.00005, lon=first.lon + 0.00005)]


@pytest.mark.parametrize("profile", PROFILE_NAMES)
@pytest.mark.parametrize("seed", range(12))
def test_the_matrix_is_that_of_the_twin(draw, tmp_path, seed, profile) -> None:
    network = random_grid(draw, tmp_path, seed)
    closure = Closure(effect=Effect.SLOWED, factor=3.0, osm_ways=(1 + seed % 5,))
    for on, closures in ((None, ()), (WINTER, ()), (WINTER, (closure,))):
        places = places_on(network, seed, profile)
        snapped = network.snap(places, profile=profile, on=on, closures=closures)
        metric = network._answers(profile, on, closures).metric
        twin = RoadTwin(network._territory.topology, network._territory.states, metric)
        ends = list(zip(snapped.edges.tolist(), snapped.shares.tolist(), strict=True))
        gap_ms = np.zeros(len(places), dtype=int)
        gap_dm = np.zeros(len(places), dtype=int)
        if metric.profile.drive_gap:
            gap_dm = snapped.gap_dm
            gap_ms = np.rint(gap_dm * (360 / metric.profile.off_road_kmh)).astype(int)
        ms, dm = network.exact_matrix(places, profile=profile, on=on, closures=closures)
        pairs = [(i, j) for i in range(len(places)) for j in range(len(places)) if i != j]
        legs = network.legs(places, pairs, profile=profile, on=on, closures=closures)
        for (i, j), leg in zip(pairs, legs, strict=True):
            drive = twin.drive(ends[i], ends[j])
            if drive is None:
                assert (ms[i, j], dm[i, j], leg) == (-1, -1, None)
                continue
            assert ms[i, j] == drive[0] + gap_ms[i] + gap_ms[j]
            assert dm[i, j] == drive[1] + gap_dm[i] + gap_dm[j]
            assert leg is not None
            assert leg.duration_s == -(-ms[i, j] // 1000)
            assert leg.distance_m == (dm[i, j] + 5) // 10
            # The line is as long as the distance says, gaps included; each arc of it was rounded
            # to a decimetre, each end to a centimetre.
            drawn_m = sum(distance_m(a, b) for a, b in pairwise(leg.line))
            off_road_m = 0 if metric.profile.drive_gap else snapped.gap_dm[i] + snapped.gap_dm[j]
            assert drawn_m == pytest.approx(dm[i, j] / 10 + off_road_m / 10, abs=2.5)
