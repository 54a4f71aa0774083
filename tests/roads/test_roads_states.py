"""Layers and histories: what may be driven as a first and last leg only, and after what."""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections import Counter

import numpy as np
import pytest
from road_twin import RoadTwin

from colivraison._native.graphs import NO_WAY
from colivraison.roads.graph.metric import ClosedEdges
from colivraison.roads.graph.restrictions import forbidden_sequences
from colivraison.roads.graph.states import IN, MAIN, OUT
from colivraison.roads.graph.topology import arc_heads, arc_tails
from colivraison.roads.rules import Access, restriction_applies

ROAD = {"highway": "residential"}
ONE_WAY = {"highway": "residential", "oneway": "yes"}
PRIVATE = {"highway": "residential", "access": "private"}

SQUARE = """
A----B
|    |
|    |
D----C
"""


@pytest.mark.parametrize("tags", [PRIVATE, {"highway": "track"}])
def test_a_private_road_is_a_destination_and_no_short_cut(drawn_roads, tags) -> None:
    roads = drawn_roads(SQUARE, {"AB": tags, "BCDA": ROAD})
    # Straight 5 cells, around 3 + 5 + 3.
    assert roads.cells(("BCDA", 1), ("BCDA", 0)) == 11
    # To a farm in the middle of it and back: 2.5.
    assert roads.cells(("BCDA", 1), ("AB", 0.5)) == 2.5
    assert roads.cells(("AB", 0.5), ("BCDA", 1)) == 2.5
    # From farm to farm along it, though it is half of the way around.
    assert roads.cells(("AB", 0.1), ("AB", 0.9)) == 4


def test_a_road_for_residents_behind_another_one_is_reached_through_both(drawn_roads) -> None:
    picture = """
A--B--C
   |
   D--E
      |
      F
"""
    ways = {"AB": ROAD, "BC": ROAD, "BD": PRIVATE, "DE": PRIVATE, "EF": {"highway": "track"}}
    roads = drawn_roads(picture, ways)
    # 3 + 2 + 3 + 2.
    assert roads.cells(("AB", 0), ("EF", 1)) == 10
    assert roads.cells(("EF", 1), ("BC", 1)) == 10
    # Two farms of one pocket.
    assert roads.cells(("EF", 1), ("BD", 1)) == 5


def test_one_leaves_a_pocket_and_enters_another_but_crosses_none(drawn_roads) -> None:
    picture = """
A--B--C--D--E
   |     |
   F-----G
"""
    ways = {"AB": PRIVATE, "BC": PRIVATE, "CD": PRIVATE, "DE": PRIVATE, "BFGD": ROAD}
    roads = drawn_roads(picture, ways)
    # Past the crossings B and D: within the one pocket A-B-C-D-E all stays private.
    assert roads.cells(("AB", 0), ("DE", 1)) == 12
    # From the free road to itself one goes around: 2 + 6 + 2.
    assert roads.cells(("BFGD", 0), ("BFGD", 1)) == 10


def test_free_roads_behind_a_private_one_are_reached_as_if_they_were_private(drawn_roads) -> None:
    picture = """
A--B--C--D
      |  |
      E--F
"""
    # The ring C-D-F-E, 10 cells, is free, but only B-C leads there; it is the longer part of the
    # two, so A-B counts as private and the ring as the main network.
    roads = drawn_roads(picture, {"AB": ROAD, "BC": PRIVATE, "CDFEC": ROAD})
    metric = roads.metric()
    ring = roads.arc("CDFEC", 0.5)
    assert metric.arc_access[ring] == Access.FREE
    assert metric.report["island_arcs"] == 2
    assert metric.report["networks"] == 1
    assert metric.arc_access[roads.arc("AB", 0.5)] == Access.RESTRICTED
    assert metric.edge_usable.all()
    assert roads.cells(("AB", 0), ("CDFEC", 0.5)) == 3 + 3 + 5
    assert roads.cells(("CDFEC", 0.5), ("AB", 0)) == 3 + 3 + 5
    # Past C.
    assert roads.cells(("CDFEC", 0.2), ("CDFEC", 0.8)) == 4


def test_a_cul_de_sac_one_cannot_come_back_from_takes_no_place(drawn_roads) -> None:
    picture = """
A---B---C
    |
    D
"""
    roads = drawn_roads(picture, {"AB": ROAD, "BC": ONE_WAY, "BD": ROAD})
    metric = roads.metric()
    assert metric.edge_usable.tolist() == [True, False, True]
    assert (metric.main_vertices, metric.cut_vertices) == (3, 1)
    assert metric.arc_enters[roads.arc("BC", 0.5)]
    assert not metric.arc_leaves[roads.arc("BC", 0.5)]


def test_an_island_is_cut_off_and_counted(drawn_roads) -> None:
    picture = """
A---B---C

   E-F
"""
    roads = drawn_roads(picture, {"AB": ROAD, "BC": ROAD, "EF": ROAD})
    metric = roads.metric()
    assert metric.edge_usable.tolist() == [True, True, False]
    assert (metric.main_vertices, metric.cut_vertices) == (3, 2)
    assert roads.cells(("AB", 0), ("EF", 1)) is None


def test_a_map_without_a_free_road_has_no_usable_edge(drawn_roads) -> None:
    metric = drawn_roads("A---B", {"AB": PRIVATE}).metric()
    assert not metric.edge_usable.any()
    assert (metric.main_vertices, metric.cut_vertices) == (0, 2)


def test_a_cyclist_rides_against_the_one_way_street_a_van_goes_around(drawn_roads) -> None:
    tags = {**ONE_WAY, "oneway:bicycle": "no"}
    roads = drawn_roads(SQUARE, {"AB": tags, "BCDA": ROAD})
    start, end = ("BCDA", 0), ("BCDA", 1)
    assert roads.cells(start, end, profile="van") == 11
    assert roads.cells(start, end, profile="cargo-bike") == 5


def test_a_free_arc_has_one_state_a_private_one_two_a_dated_one_three(drawn_roads) -> None:
    dated = {"highway": "residential", "motor_vehicle:conditional": "no @ (Nov-Apr)"}
    roads = drawn_roads("A--B--C--D", {"AB": ROAD, "BC": {"highway": "track"}, "CD": dated})
    states = roads.states
    layers = [set(np.flatnonzero(row >= 0).tolist()) for row in states.arc_state]
    assert layers[roads.arc("AB", 0.5)] == {MAIN}
    assert layers[roads.arc("CD", 0.5)] == {OUT, MAIN, IN}
    assert {OUT, IN} <= layers[roads.arc("BC", 0.5)]
    # Both ways of looking from arcs to states agree.
    for arc in range(len(states.arc_state)):
        every = states.arc_states[states.arc_first[arc] : states.arc_first[arc + 1]]
        assert sorted(every.tolist()) == sorted(s for s in states.arc_state[arc].tolist() if s >= 0)


def test_a_restriction_over_a_way_adds_one_state_for_the_way_between(drawn_roads) -> None:
    picture = """
A--B--C--D
   |  |
   E  F
"""
    ways = {"AB": ROAD, "BC": ROAD, "CD": ROAD, "BE": ROAD, "CF": ROAD}
    turn = ("AB", "BC", "CF", {"restriction": "no_right_turn"})
    plain, more = drawn_roads(picture, ways), drawn_roads(picture, ways, restrictions=[turn])
    assert len(more.states.state_arc) == len(plain.states.state_arc) + 1
    assert more.states.state_arc[-1] == more.arc("BC", 0.5)
    # From it there are the same two turns; one of them is closed.
    assert len(more.states.link_to) == len(plain.states.link_to) + 2
    assert len(more.states.forbidden_link) == 1


def test_links_lead_from_arc_to_arc_and_from_layer_to_layer_as_allowed(drawn_roads) -> None:
    roads = random_grid(drawn_roads, 3)
    states, topology = roads.states, roads.topology
    link_from = np.repeat(np.arange(len(states.state_arc)), np.diff(states.link_first))
    arc, next_arc = states.state_arc[link_from], states.state_arc[states.link_to]
    assert np.array_equal(states.turn_from[states.link_turn], arc)
    assert np.array_equal(states.turn_to[states.link_turn], next_arc)
    assert np.array_equal(arc_heads(topology)[arc], arc_tails(topology)[next_arc])
    steps = Counter(
        zip(
            states.state_layer[link_from].tolist(),
            states.state_layer[states.link_to].tolist(),
            strict=True,
        )
    )
    assert set(steps) == {(OUT, OUT), (OUT, MAIN), (MAIN, MAIN), (MAIN, IN), (IN, IN)}
    pairs = list(zip(link_from.tolist(), states.link_to.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)


LETTERS = "ABCDEFGHIJKLMNOP"


def random_grid(drawn_roads, seed: int):
    """A 4 x 4 grid with one-way and private streets and restrictions over nodes and ways."""
    rng = random.Random(seed)
    picture = "\n\n\n".join("  ".join(LETTERS[row : row + 4]) for row in range(0, 16, 4))
    ways: dict[str, dict[str, str]] = {}
    for k, sign in enumerate(LETTERS):
        for other in ([LETTERS[k + 1]] if k % 4 < 3 else []) + ([LETTERS[k + 4]] if k < 12 else []):
            if rng.random() < 0.1:
                continue
            tags = {"highway": rng.choice(["residential", "primary", "living_street", "track"])}
            if tags["highway"] == "track" and rng.random() < 0.5:
                tags["highway"] = "tertiary"
            if rng.random() < 0.2:
                tags["oneway"] = rng.choice(["yes", "-1"])
            if rng.random() < 0.1:
                tags["access"] = "private"
            ways[sign + other] = tags
    names = list(ways)
    restrictions = []
    while len(restrictions) < 14:
        path = [rng.choice(names)]
        node = rng.choice(path[0])
        nodes = [node]
        for _ in range(rng.choice([1, 1, 2, 2, 3])):
            onward = [name for name in names if node in name and name not in path]
            if not onward:
                break
            path.append(rng.choice(onward))
            node = path[-1].replace(node, "")
            nodes.append(node)
        if len(path) < 2:
            continue
        via = nodes[0] if len(path) == 2 else path[1:-1]
        kind = rng.choice(["no_left_turn", "no_right_turn", "no_straight_on", "only_straight_on"])
        tags = {"restriction": kind}
        if rng.random() < 0.2:
            tags["except"] = "goods"
        restrictions.append((path[0], via, path[-1], tags))
    signals = {sign: {"highway": "traffic_signals"} for sign in rng.sample(LETTERS, 3)}
    return drawn_roads(picture, ways, nodes=signals, restrictions=restrictions)


def plain_drives(roads, metric, source: tuple[int, float]) -> dict[int, tuple[int, int]]:
    """Return the least cost of reaching the end of each arc, remembering all arcs driven so far.

    Nothing of the automaton is used: a journey is its phase and its last arcs, as many as the
    longest forbidden sequence has.
    """
    states = roads.states
    known = (states.arc_state >= 0).any(axis=1)
    forbidden = forbidden_sequences(roads.topology, roads.raw.restrictions, known)
    sequences = {
        each.arcs
        for each in forbidden.sequences
        if restriction_applies(forbidden.rules[each.rule], metric.profile, None)
    }
    memory = max((len(each) for each in sequences), default=2) - 1
    # What a turn costs, from whatever link is open for it.
    cost: dict[tuple[int, int], tuple[int, int]] = {}
    for link, turn in enumerate(states.link_turn.tolist()):
        packed = int(metric.link_packed[link])
        if packed < NO_WAY:
            pair = (int(states.turn_from[turn]), int(states.turn_to[turn]))
            cost[pair] = (packed >> 32, packed & 0xFFFFFFFF)
    onward: dict[int, list[int]] = {}
    for arc, next_arc in cost:
        onward.setdefault(arc, []).append(next_arc)
    free = (metric.arc_access == Access.FREE).tolist()
    edge, share = source
    queue = []
    for arc, ahead in ((2 * edge, 1 - share), (2 * edge + 1, share)):
        if metric.arc_access[arc] != Access.CLOSED:
            rest = (
                round(ahead * int(metric.arc_ms[arc])),
                round(ahead * int(roads.topology.length_dm[edge])),
            )
            heapq.heappush(queue, (rest, MAIN if free[arc] else OUT, (arc,)))
    best: dict[int, tuple[int, int]] = {}
    seen = set()
    while queue:
        (ms, dm), phase, arcs = heapq.heappop(queue)
        if (phase, arcs) in seen:
            continue
        seen.add((phase, arcs))
        for arc in onward.get(arcs[-1], []):
            driven = (*arcs, arc)
            if any(driven[start:] in sequences for start in range(len(arcs))):
                continue
            if free[arc]:
                next_phase = MAIN if phase != IN else None
            else:
                next_phase = OUT if phase == OUT else IN
            if next_phase is None:
                continue
            more_ms, more_dm = cost[arcs[-1], arc]
            total = (ms + more_ms, dm + more_dm)
            best[arc] = min(best.get(arc, total), total)
            heapq.heappush(queue, (total, next_phase, driven[-memory:]))
    return best


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("profile", ["van", "car"])
def test_histories_forbid_exactly_the_forbidden_sequences(drawn_roads, seed, profile) -> None:
    roads = random_grid(drawn_roads, seed)
    metric = roads.metric(profile, turns=True)
    twin = RoadTwin(roads.topology, roads.states, metric)
    edges = np.flatnonzero(metric.edge_usable).tolist()
    for edge in edges[::3]:
        found: dict[int, tuple[int, int]] = {}
        for state, cost in twin.labels((edge, 0.3)).items():
            arc = int(roads.states.state_arc[state])
            found[arc] = min(found.get(arc, cost), cost)
        assert found == plain_drives(roads, metric, (edge, 0.3))


def test_a_road_closed_in_winter_is_open_in_summer_and_without_a_date(drawn_roads) -> None:
    dated = {"highway": "residential", "motor_vehicle:conditional": "no @ (Nov-Apr)"}
    roads = drawn_roads(SQUARE, {"AB": dated, "BCDA": ROAD})
    start, end = ("BCDA", 0), ("BCDA", 1)
    assert roads.cells(start, end) == 5
    assert roads.cells(start, end, on=dt.date(2026, 7, 1)) == 5
    assert roads.cells(start, end, on=dt.date(2026, 1, 15)) == 11
    assert roads.metric(on=dt.date(2026, 1, 15)).edge_usable.tolist() == [False, True]


def test_a_road_that_becomes_private_on_some_days_is_no_short_cut_then(drawn_roads) -> None:
    dated = {"highway": "residential", "motor_vehicle:conditional": "destination @ (Nov-Apr)"}
    roads = drawn_roads(SQUARE, {"AB": dated, "BCDA": ROAD})
    winter = dt.date(2026, 1, 15)
    assert roads.cells(("BCDA", 0), ("BCDA", 1), on=winter) == 11
    assert roads.cells(("BCDA", 0), ("AB", 0.5), on=winter) == 2.5
    assert roads.cells(("BCDA", 0), ("BCDA", 1), on=dt.date(2026, 7, 1)) == 5


def test_one_may_turn_where_the_public_road_ends(drawn_roads) -> None:
    picture = """
   D
   |
   |
A--B--C--E
"""
    ways = {"AB": ROAD, "BC": ROAD, "BD": ROAD, "CE": PRIVATE}
    no_left = ("AB", "B", "BD", {"restriction": "no_left_turn"})
    roads = drawn_roads(picture, ways, restrictions=[no_left])
    # Back at C, where only the private road leads on: 3 + 3 + 3 + 3.
    assert roads.cells(("AB", 0), ("BD", 1)) == 12
    assert roads.metric().report["island_arcs"] == 0


def test_a_ring_is_one_network_though_nobody_can_turn_on_it(drawn_roads) -> None:
    roads = drawn_roads(SQUARE, {"AB": ROAD, "BCDA": ROAD})
    metric = roads.metric()
    assert (metric.arc_access == Access.FREE).all()
    assert roads.cells(("BCDA", 0), ("BCDA", 1)) == 5
    # From the middle of C-D either way around is as long.
    assert roads.cells(("BCDA", 0.5), ("AB", 0.5)) == 8


def test_a_closure_cuts_the_roads_in_two_and_one_drives_on_either_side(drawn_roads) -> None:
    roads = drawn_roads("A--B--C--D--E", {"AB": ROAD, "BC": ROAD, "CD": ROAD, "DE": ROAD})
    bridge = roads.arc("CD", 0.5)
    shut = ClosedEdges(arc=np.array([bridge, bridge ^ 1]), time_factor=np.array([np.inf] * 2))
    assert roads.metric(closures=shut).edge_usable.tolist() == [True, True, False, True]
    assert roads.cells(("AB", 0), ("BC", 1), closures=shut) == 6
    assert roads.cells(("DE", 0.2), ("DE", 0.8), closures=shut) == pytest.approx(1.8)
    assert roads.cells(("AB", 0), ("DE", 1), closures=shut) is None
    # The bridge itself takes nobody that day.
    assert roads.cells(("CD", 0.5), ("DE", 1), closures=shut) is None


def test_a_crossing_slowed_beyond_three_days_is_closed(drawn_roads) -> None:
    roads = drawn_roads("A--B--C", {"AB": ROAD, "BC": {"route": "ferry", "duration": "12:00"}})
    ferry = roads.arc("BC", 0.5)

    def drive(factor: float) -> float | None:
        slow = ClosedEdges(arc=np.array([ferry]), time_factor=np.array([factor]))
        return roads.metric(closures=slow).arc_ms[ferry]

    # 2^28 ms are 74.6 hours: five times twelve fit, sixty times do not.
    assert drive(5.0) == 5 * 12 * 3_600_000
    assert drive(60.0) == drive(1e6) == -1


def test_two_regions_that_nothing_joins_are_two_networks(drawn_roads) -> None:
    # A cell is 111 m: 11 km of road, 12 km, and 333 m, which are too few for a network.
    long_a, long_b = "A" + "-" * 98 + "B", "C" + "-" * 108 + "D"
    ways = {"AB": ROAD, "CD": ROAD, "EF": ROAD}
    roads = drawn_roads(f"{long_a}\n\n{long_b}\n\nE--F", ways)
    metric = roads.metric()
    assert metric.report["networks"] == 2
    assert metric.edge_usable.tolist() == [True, True, False]
    assert metric.report["island_arcs"] == 2
    assert roads.cells(("AB", 0.1), ("AB", 0.9)) == pytest.approx(0.8 * 99)
    assert roads.cells(("CD", 0.1), ("CD", 0.9)) == pytest.approx(0.8 * 109)
    assert roads.cells(("AB", 0.1), ("CD", 0.9)) is None


def test_a_one_way_road_from_one_network_to_another_is_no_place_and_no_way(drawn_roads) -> None:
    # Two roads of 11 km; from the first a one-way street leads to the second, none back.
    picture = "A" + "-" * 49 + "P" + "-" * 48 + "B\n\n\nC" + "-" * 49 + "Q" + "-" * 48 + "D"
    ways = {"APB": ROAD, "CQD": ROAD, "PQ": {**ROAD, "oneway": "yes"}}
    roads = drawn_roads(picture, ways)
    metric = roads.metric()
    assert metric.report["networks"] == 2
    link = roads.arc("PQ", 0.5)
    assert metric.arc_access[link] == Access.RESTRICTED
    assert not metric.edge_usable[link >> 1]
    assert metric.edge_usable.sum() == len(metric.edge_usable) - 1
    # As a private road would be: a first or last leg, no way from one free road to another.
    assert roads.cells(("APB", 0.1), ("CQD", 0.1)) is None
    assert roads.cells(("APB", 0.1), ("APB", 0.9)) == pytest.approx(0.8 * 99)
