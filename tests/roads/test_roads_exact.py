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
    territory, answers = network._territory, answers_of(network)
    positions = drawn_positions(network, 25, seed=5)
    ms, dm = network.exact_matrix(positions)
    journeys = network._journeys(answers, positions)
    pairs = [(a, b) for a in range(25) for b in range(25) if a != b]
    link = link_costs(network)
    for (a, b), leg in zip(pairs, journeys.legs(pairs), strict=True):
        if leg is None:
            assert ms[a, b] == -1
            continue
        assert (leg.ms, leg.dm) == (ms[a, b], dm[a, b])
        # The arcs follow each other on the map, and every turn between them is legal.
        heads = np.stack([territory.topology.head, territory.topology.tail], axis=1).ravel()
        tails = np.stack([territory.topology.tail, territory.topology.head], axis=1).ravel()
        for before, after in zip(leg.arcs, leg.arcs[1:], strict=False):
            assert heads[before] == tails[after]
            assert (before, after) in link
    assert len(pairs) == 600


def link_costs(network: RoadNetwork) -> set[tuple[int, int]]:
    """Return the pairs of arcs that some open link joins."""
    states, packed = network._territory.states, answers_of(network).metric.link_packed
    tail = np.repeat(states.state_arc, np.diff(states.link_first))
    is_open = packed < NO_WAY
    head = states.state_arc[states.link_to]
    return set(zip(tail[is_open].tolist(), head[is_open].tolist(), strict=True))


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
