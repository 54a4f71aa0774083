"""The engine against two slow ways, to the millisecond and decimetre, on real extracts.

scipy's Dijkstra runs on the same state graph; the plain Python twin on the same metric, from place
to place.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from road_twin import RoadTwin

from colivraison._native.graphs import NO_WAY, SeedLists, sweep
from colivraison.domain import Position
from colivraison.roads import RoadNetwork
from colivraison.roads.answers import Answers

EXTRACTS = ("andorra.osm.pbf", "liechtenstein.osm.pbf", "corsica-network.osm.pbf", "redon.osm")


@pytest.fixture(scope="module", params=EXTRACTS)
def network(request, shared_data) -> RoadNetwork:
    return RoadNetwork.load(shared_data / "osm" / request.param)


def answers_of(network: RoadNetwork) -> Answers:
    return network._answers("van", None, ())


def drawn_positions(network: RoadNetwork, count: int, seed: int) -> list[Position]:
    """Return places beside roads that may be driven, up to some 50 m away from them."""
    random = np.random.default_rng(seed)
    topology, metric = network._territory.topology, answers_of(network).metric
    edges = random.choice(np.flatnonzero(metric.edge_usable), count)
    points = random.integers(topology.shape_start[edges], topology.shape_end[edges] + 1)
    lat = topology.lat_e7[points] / 1e7 + random.uniform(-5e-4, 5e-4, count)
    lon = topology.lon_e7[points] / 1e7 + random.uniform(-5e-4, 5e-4, count)
    return [Position(lat=float(a), lon=float(b)) for a, b in zip(lat, lon, strict=True)]


def test_a_thousand_sources_and_a_hundred_targets_equal_scipy(network) -> None:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    states, answers = network._territory.states, answers_of(network)
    packed = answers.metric.link_packed
    is_open = packed < NO_WAY
    count = len(states.state_arc)
    tail = np.repeat(np.arange(count), np.diff(states.link_first))
    # One float64 holds both exactly: decimetres below 2^22 (419 km), milliseconds above, below
    # 2^53 in all.
    weight = (packed >> 32) * 2.0**22 + (packed & 0xFFFFFFFF)
    graph = csr_array(
        (weight[is_open], (tail[is_open], states.link_to[is_open])), shape=(count, count)
    )
    # From states that lead somewhere to states that are entered from somewhere.
    random = np.random.default_rng(3)
    sources = random.choice(np.unique(tail[is_open]), 1000)
    targets = random.choice(np.unique(states.link_to[is_open]), 100)

    def lists(chosen):
        ranks = network._territory.hierarchy.rank[chosen]
        first = np.arange(len(chosen) + 1, dtype=np.int32)
        return SeedLists(first=first, number=ranks, cost=np.zeros(len(chosen), dtype=np.int64))

    nothing = np.zeros(0, dtype=np.int32)
    directs = SeedLists(
        first=np.zeros(1001, dtype=np.int32), number=nothing, cost=np.zeros(0, dtype=np.int64)
    )
    ms, dm = sweep(answers.graph, lists(sources), lists(targets), directs, rounded=False, threads=2)
    expected = np.concatenate(
        [dijkstra(graph, indices=part)[:, targets] for part in np.array_split(sources, 20)]
    )
    assert expected[np.isfinite(expected)].max() < 2**53
    got = np.where(ms < 0, np.inf, ms * 2.0**22 + dm)
    assert np.array_equal(got, expected)
    assert np.isfinite(expected).mean() > 0.4


def test_a_thousand_pairs_of_places_equal_the_plain_twin(network) -> None:
    answers = answers_of(network)
    positions = drawn_positions(network, 40, seed=4)
    snapped = network.snap(positions)
    ms, dm = network.exact_matrix(positions)
    twin = RoadTwin(network._territory.topology, network._territory.states, answers.metric)
    places = list(zip(snapped.edges.tolist(), snapped.shares.tolist(), strict=True))
    gap_ms = np.rint(snapped.gap_dm * (360 / answers.metric.profile.off_road_kmh)).astype(int)
    compared = 0
    for row in range(26):
        drives = twin.drives(places[row], places)
        for column, drive in enumerate(drives):
            if row == column:
                continue
            expected = (
                (-1, -1)
                if drive is None
                else (
                    drive[0] + gap_ms[row] + gap_ms[column],
                    drive[1] + snapped.gap_dm[row] + snapped.gap_dm[column],
                )
            )
            assert (ms[row, column], dm[row, column]) == expected
            compared += 1
    assert compared == 26 * 39  # 1,014 pairs


def test_the_cost_of_a_path_is_the_entry_of_the_matrix(network) -> None:
    topology, metric = network._territory.topology, answers_of(network).metric
    positions = drawn_positions(network, 25, seed=5)
    snapped = network.snap(positions)
    gap_ms = np.rint(snapped.gap_dm * (360 / metric.profile.off_road_kmh)).astype(int)
    ms, dm = network.exact_matrix(positions)
    pairs = [(a, b) for a in range(25) for b in range(25) if a != b]
    walk = Walk(network)
    walked = 0
    for (a, b), leg in zip(pairs, network._journeys(answers_of(network), positions).legs(pairs),
                           strict=True):  # fmt: skip
        if leg is None:
            assert ms[a, b] == -1
            continue
        assert (leg.ms, leg.dm) == (ms[a, b], dm[a, b])
        if len(leg.arcs) == 1 and leg.start <= leg.end:
            continue
        # Turn by turn along the arcs that are drawn on the map: what is left of the first one,
        # every link, less what lies beyond the place on the last one, and the two gaps.
        first, last = leg.arcs[0], leg.arcs[-1]
        left_ms, left_dm = part(topology, metric, first, 1 - leg.start)
        beyond_ms, beyond_dm = part(topology, metric, last, 1 - leg.end)
        links_ms, links_dm = walk.cost(leg.arcs)
        gaps_dm = snapped.gap_dm[a] + snapped.gap_dm[b]
        # Shares are told apart by their last digits: a millisecond, a decimetre either way.
        assert left_ms + links_ms - beyond_ms + gap_ms[a] + gap_ms[b] == pytest.approx(
            ms[a, b], abs=1
        )
        assert left_dm + links_dm - beyond_dm + gaps_dm == pytest.approx(dm[a, b], abs=1)
        walked += 1
    assert walked > 300


def part(topology, metric, arc: int, share: float) -> tuple[int, int]:
    return round(share * int(metric.arc_ms[arc])), round(share * int(topology.length_dm[arc >> 1]))


class Walk:
    """Follows arcs over the links of the state graph, histories and layers included."""

    def __init__(self, network: RoadNetwork) -> None:
        states, metric = network._territory.states, answers_of(network).metric
        self._starts = states.arc_state.tolist()
        self._arc_of = states.state_arc.tolist()
        self._first = states.link_first.tolist()
        self._to = states.link_to.tolist()
        self._cost = metric.link_packed.tolist()

    def cost(self, arcs: tuple[int, ...]) -> tuple[int, int]:
        """Return the least cost of all turns of a journey along just these arcs."""
        best = {state: 0 for state in self._starts[arcs[0]] if state >= 0}
        for arc in arcs[1:]:
            onward: dict[int, int] = {}
            for state, before in best.items():
                for link in range(self._first[state], self._first[state + 1]):
                    to = self._to[link]
                    if self._arc_of[to] == arc and self._cost[link] < NO_WAY:
                        onward[to] = min(onward.get(to, NO_WAY), before + self._cost[link])
            assert onward, "the arcs follow each other by legal turns"
            best = onward
        packed = min(best.values())
        return packed >> 32, packed & 0xFFFFFFFF


def test_a_file_answers_as_what_it_was_built_from(network, shared_data, tmp_path) -> None:
    extract = next(shared_data / "osm" / name for name in EXTRACTS if name.startswith(network.name))
    out = Path(tmp_path) / "built.roads"
    built = RoadNetwork.build(extract, out)
    positions = drawn_positions(network, 60, seed=6)
    expected = network.exact_matrix(positions, threads=1)
    for other in (built, RoadNetwork.load(out)):
        found = other.exact_matrix(positions, threads=2)
        assert np.array_equal(found[0], expected[0])
        assert np.array_equal(found[1], expected[1])
