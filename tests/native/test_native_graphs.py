"""The native functions on road graphs do what their plain twins do, and refuse what is broken."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colivraison._native import _core, graphs_twin
from colivraison._native.graphs import (
    NO_WAY,
    Contraction,
    Grid,
    SearchGraph,
    SeedLists,
    Shapes,
    contract,
    customise,
    dissection_order,
    find_paths,
    nearest,
    segment_grid,
    strong_components,
    sweep,
    sweep_to_all,
)


def ids(*values: int) -> Any:
    return np.array(values, dtype=np.int32)


def lists(rows: list[list[tuple[int, int]]]) -> SeedLists:
    """Return lists of (number, cost)."""
    flat = [pair for row in rows for pair in row]
    return SeedLists(
        first=np.cumsum([0, *map(len, rows)]).astype(np.int32),
        number=np.array([n for n, _ in flat], dtype=np.int32),
        cost=np.array([c for _, c in flat], dtype=np.int64),
    )


def packed(ms: int, dm: int) -> int:
    return (ms << 32) | dm


# Few values, so that ties in time and in both are common; some links are closed.
COSTS = st.one_of(
    st.builds(packed, st.integers(1, 4), st.integers(0, 3)), st.just(NO_WAY), st.just(2 * NO_WAY)
)


@st.composite
def linked(draw: st.DrawFn, most: int = 12) -> tuple[int, dict[tuple[int, int], int]]:
    """Draw a directed graph with costs."""
    count = draw(st.integers(1, most))
    vertex = st.integers(0, count - 1)
    links = draw(st.dictionaries(st.tuples(vertex, vertex), COSTS, max_size=4 * count))
    return count, links


def graph_of(count: int, links: dict[tuple[int, int], int]) -> SearchGraph:
    tail, head = ids(*[a for a, _ in links]), ids(*[b for _, b in links])
    costs = np.array(list(links.values()), dtype=np.int64)
    return customise(contract(count, tail, head), costs)


def open_links(links: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    return {pair: cost for pair, cost in links.items() if cost < NO_WAY}


@given(linked())
def test_components_are_those_of_the_twin(drawn) -> None:
    count, links = drawn
    rows = [[b for a, b in links if a == v] for v in range(count)]
    first = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    found = strong_components(first, ids(*[b for row in rows for b in row]))
    twin = graphs_twin.strong_components(rows)
    for v in range(count):
        assert {w for w in range(count) if found[w] == found[v]} == twin[v]
    # An arc between two components leads to the lower number.
    assert all(found[b] <= found[a] for a, b in links)


@given(linked())
def test_contraction_is_that_of_the_twin(drawn) -> None:
    count, links = drawn
    found = contract(count, ids(*[a for a, _ in links]), ids(*[b for _, b in links]))
    rows = [
        found.upper_head[found.upper_first[v] : found.upper_first[v + 1]].tolist()
        for v in range(count)
    ]
    assert rows == graphs_twin.contract(count, list(links))
    for (tail, head), slot in zip(links, found.link_slot.tolist(), strict=True):
        if tail == head:
            assert slot == -1
        else:
            assert found.upper_head[slot // 2] == max(tail, head)
            assert slot % 2 == (tail > head)


@pytest.mark.parametrize("name", _core.instruction_sets())
@given(drawn=linked(), seeds=st.data(), threads=st.integers(1, 3), rounded=st.booleans())
def test_sweeps_are_the_distances_of_the_twin(name, drawn, seeds, threads, rounded) -> None:
    count, links = drawn
    vertex = st.integers(0, count - 1)
    cost = st.builds(packed, st.integers(0, 3), st.integers(0, 3))
    row = st.lists(st.tuples(vertex, cost), max_size=3)
    # More sources than one block of lanes.
    sources = seeds.draw(st.lists(row, max_size=20))
    targets = seeds.draw(st.lists(row, max_size=20))
    direct = (
        st.lists(st.tuples(st.integers(0, len(targets) - 1), cost), max_size=2)
        if targets
        else st.just([])
    )
    directs = seeds.draw(st.lists(direct, min_size=len(sources), max_size=len(sources)))
    times, lengths = sweep(
        graph_of(count, links),
        lists(sources),
        lists(targets),
        lists(directs),
        rounded=rounded,
        threads=threads,
        instruction_set=name,
    )
    assert times.shape == lengths.shape == (len(sources), len(targets))
    for s, source in enumerate(sources):
        found = graphs_twin.distances(open_links(links), source)
        for t, target in enumerate(targets):
            ways = [found[v] + more for v, more in target if v in found]
            ways += [more for number, more in directs[s] if number == t]
            ms, dm = divmod(min(ways), 1 << 32) if ways else (-1, -1)
            if rounded and ways:
                ms, dm = math.ceil(ms / 1000), (dm + 5) // 10
            assert (times[s, t], lengths[s, t]) == (ms, dm)


@given(drawn=linked(), seeds=st.data())
def test_paths_cost_what_the_twin_says_and_follow_open_links(drawn, seeds) -> None:
    count, links = drawn
    vertex = st.integers(0, count - 1)
    row = st.lists(st.tuples(vertex, st.integers(0, 3).map(lambda ms: packed(ms, 0))), max_size=3)
    pairs = seeds.draw(st.lists(st.tuples(row, row), max_size=6))
    sources, targets = lists([a for a, _ in pairs]), lists([b for _, b in pairs])
    found = find_paths(graph_of(count, links), sources, targets)
    usable = open_links(links)
    for number, (source, target) in enumerate(pairs):
        reached = graphs_twin.distances(usable, source)
        best = min((reached[v] + more for v, more in target if v in reached), default=NO_WAY)
        assert found.cost[number] == best
        path = found.vertex[found.first[number] : found.first[number + 1]].tolist()
        if best == NO_WAY:
            assert (path, found.source_seed[number], found.target_seed[number]) == ([], -1, -1)
            continue
        start, end = int(found.source_seed[number]), int(found.target_seed[number])
        assert (sources.number[start], targets.number[end]) == (path[0], path[-1])
        steps = sum(usable[pair] for pair in pairwise(path))
        assert sources.cost[start] + steps + targets.cost[end] == best


@given(drawn=linked(), start=st.data())
def test_one_to_all_is_the_twin(drawn, start) -> None:
    count, links = drawn
    vertex = start.draw(st.integers(0, count - 1))
    found = sweep_to_all(graph_of(count, links), ids(vertex), np.zeros(1, dtype=np.int64))
    twin = graphs_twin.distances(open_links(links), [(vertex, 0)])
    assert found.tolist() == [twin.get(v, NO_WAY) for v in range(count)]


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
        max_size=40,
    )
)
def test_an_order_holds_every_edge_once_and_does_not_depend_on_threads(ends) -> None:
    # Vertices on a grid of ten by ten, several at one place never; edges anywhere, loops too.
    tail = ids(*[10 * a + b for a, b, _, _ in ends])
    head = ids(*[10 * c + d for _, _, c, d in ends])
    x, y = (axis.ravel().astype(np.float64) for axis in np.meshgrid(range(10), range(10)))
    orders = [dissection_order(x, y, tail, head, threads=n).tolist() for n in (1, 2, 4)]
    assert sorted(orders[0]) == list(range(len(ends)))
    assert orders[0] == orders[1] == orders[2]


def test_the_cut_of_two_towns_comes_last() -> None:
    # Two squares of four vertices, joined by one long edge (number 8).
    x = np.array([0, 1, 1, 0, 10, 11, 11, 10], dtype=np.float64)
    y = np.array([0, 0, 1, 1, 0, 0, 1, 1], dtype=np.float64)
    tail, head = ids(0, 1, 2, 3, 4, 5, 6, 7, 1), ids(1, 2, 3, 0, 5, 6, 7, 4, 4)
    assert dissection_order(x, y, tail, head, threads=1)[-1] == 8


@st.composite
def lines_and_places(draw: st.DrawFn) -> tuple[Any, Any, Any]:
    degree = st.integers(-3_000_000, 3_000_000)
    lines = draw(
        st.lists(
            st.lists(st.tuples(degree, degree), min_size=2, max_size=5), min_size=1, max_size=6
        )
    )
    usable = draw(st.lists(st.integers(0, 1), min_size=len(lines), max_size=len(lines)))
    places = draw(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=5))
    return lines, usable, places


@given(lines_and_places())
def test_the_nearest_line_is_that_of_the_twin(drawn) -> None:
    lines, usable, places = drawn
    points = [point for line in lines for point in line]
    ends = np.cumsum([len(line) for line in lines])
    shapes = Shapes(
        lat_e7=ids(*[a for a, _ in points]),
        lon_e7=ids(*[b for _, b in points]),
        start=(ends - [len(line) for line in lines]).astype(np.int32),
        end=(ends - 1).astype(np.int32),
    )
    found = nearest(
        shapes,
        segment_grid(shapes),
        np.array(usable, dtype=np.uint8),
        np.array([lat for lat, _ in places]),
        np.array([lon for _, lon in places]),
    )
    for number, (lat, lon) in enumerate(places):
        line, metres = graphs_twin.nearest(lines, usable, lat, lon)
        if line < 0:
            assert found.line[number] == -1
            continue
        # Up to rounding: two lines may cross at the place.
        assert found.metres[number] == pytest.approx(metres, abs=1e-3)
        assert found.line[number] == line or found.metres[number] == pytest.approx(metres, abs=1e-3)
        assert shapes.start[found.line[number]] <= found.point[number]
        assert found.point[number] < shapes.end[found.line[number]]
        assert 0 <= found.along[number] <= 1


EMPTY = np.zeros(0, dtype=np.int64)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        # Lists that do not start at 0, overlap, end elsewhere, point outside.
        (lambda: strong_components(ids(1, 1), ids()), ValueError),
        (lambda: strong_components(ids(0, 2, 1), ids(0)), ValueError),
        (lambda: strong_components(ids(0, 1), ids()), ValueError),
        (lambda: strong_components(ids(0, 1), ids(1)), ValueError),
        (lambda: strong_components(ids(), ids()), ValueError),
        # 64-bit numbers.
        (lambda: strong_components(np.array([0]), ids()), TypeError),
        # A link to nowhere; ends in unequal numbers.
        (lambda: contract(2, ids(0), ids(2)), ValueError),
        (lambda: contract(2, ids(0, 1), ids(1)), ValueError),
        (lambda: contract(2, ids(-1), ids(1)), ValueError),
        # An edge to nowhere.
        (
            lambda: dissection_order(np.zeros(1), np.zeros(1), ids(0), ids(1), threads=1),
            ValueError,
        ),
        # Heads not above their vertex; a contraction that is none (0 joins 1 and 2, they not).
        (
            lambda: customise(
                Contraction(upper_first=ids(0, 1, 1), upper_head=ids(0), link_slot=ids()), EMPTY
            ),
            ValueError,
        ),
        (
            lambda: customise(
                Contraction(upper_first=ids(0, 2, 2, 2), upper_head=ids(1, 2), link_slot=ids()),
                EMPTY,
            ),
            ValueError,
        ),
        # A slot outside; a cost of zero, below zero.
        (
            lambda: customise(
                Contraction(upper_first=ids(0, 1, 1), upper_head=ids(1), link_slot=ids(2)),
                np.array([5]),
            ),
            ValueError,
        ),
        (lambda: graph_of(2, {(0, 1): 0}), ValueError),
        (lambda: graph_of(2, {(0, 1): -1}), ValueError),
        # A seed outside the graph.
        (lambda: sweep_to_all(graph_of(1, {}), ids(1), np.array([0])), ValueError),
        (lambda: sweep_to_all(graph_of(1, {}), ids(-1), np.array([0])), ValueError),
        # Directs for two sources where there is one; a direct to a target that is none.
        (
            lambda: sweep(
                graph_of(1, {}),
                lists([[(0, 0)]]),
                lists([[(0, 0)]]),
                lists([[], []]),
                rounded=True,
                threads=1,
            ),
            ValueError,
        ),
        (
            lambda: sweep(
                graph_of(1, {}),
                lists([[(0, 0)]]),
                lists([[(0, 0)]]),
                lists([[(1, 0)]]),
                rounded=True,
                threads=1,
            ),
            ValueError,
        ),
        # One source, two targets.
        (
            lambda: find_paths(graph_of(1, {}), lists([[(0, 0)]]), lists([[], []])),
            ValueError,
        ),
    ],
)
def test_broken_graphs_are_refused(call, error) -> None:
    with pytest.raises(error):
        call()


def test_a_place_that_is_no_number_is_refused() -> None:
    shapes = Shapes(lat_e7=ids(0, 1), lon_e7=ids(0, 1), start=ids(0), end=ids(1))
    grid = segment_grid(shapes)
    usable = np.ones(1, dtype=np.uint8)
    with pytest.raises(ValueError, match="not a number of degrees"):
        nearest(shapes, grid, usable, np.array([math.nan]), np.zeros(1))


def test_a_far_line_does_not_make_a_grid_of_the_whole_earth() -> None:
    # One short line at 0, 0 and one at the other end of the world: cells grow instead.
    shapes = Shapes(
        lat_e7=ids(0, 10_000, 850_000_000, 850_010_000),
        lon_e7=ids(0, 10_000, 1_790_000_000, 1_790_010_000),
        start=ids(0, 2),
        end=ids(1, 3),
    )
    grid = segment_grid(shapes)
    assert len(grid.first) <= 4_000_002
    found = nearest(
        shapes, grid, np.ones(2, dtype=np.uint8), np.array([0.1, 84.9]), np.array([0.1, 178.0])
    )
    assert found.line.tolist() == [0, 1]


def test_many_segments_across_the_world_are_no_trouble() -> None:
    # A thousand straight lines from pole to pole: each would touch millions of cells.
    count = 1000
    lat = np.tile(np.array([-899_999_999, 899_999_999], dtype=np.int32), count)
    lon = np.repeat(np.linspace(-1_700_000_000, 1_700_000_000, count), 2).astype(np.int32)
    lon[1::2] += 50_000_000
    start = 2 * np.arange(count, dtype=np.int32)
    shapes = Shapes(lat_e7=lat, lon_e7=lon, start=start, end=start + 1)
    grid = segment_grid(shapes)
    assert len(grid.segment) == count
    found = nearest(shapes, grid, np.ones(count, dtype=np.uint8), np.zeros(1), np.zeros(1))
    assert 0 <= found.line[0] < count


def test_more_vertices_than_an_index_can_name_are_refused() -> None:
    with pytest.raises(ValueError, match="32-bit"):
        contract(2**63, ids(), ids())


def test_a_grid_whose_size_wraps_around_is_refused() -> None:
    shapes = Shapes(lat_e7=ids(0, 1), lon_e7=ids(0, 1), start=ids(0), end=ids(1))
    grid = segment_grid(shapes)
    frame = grid.frame.copy()
    frame[4:] = 2**32
    broken = Grid(frame=frame, first=ids(0), segment=ids(), line=ids())
    with pytest.raises(ValueError, match="out of bounds"):
        nearest(shapes, broken, np.ones(1, dtype=np.uint8), np.zeros(1), np.zeros(1))


def test_of_lines_that_meet_the_higher_mark_then_the_first_is_taken() -> None:
    # Three lines end in one point; the place stands beyond it.
    shapes = Shapes(
        lat_e7=ids(0, 0, 10_000, 0, -10_000, 0),
        lon_e7=ids(-10_000, 0, 0, 0, 0, 0),
        start=ids(0, 2, 4),
        end=ids(1, 3, 5),
    )
    grid = segment_grid(shapes)
    for marks, line in (((1, 1, 1), 0), ((1, 2, 1), 1), ((1, 2, 2), 1), ((0, 0, 1), 2)):
        usable = np.array(marks, dtype=np.uint8)
        found = nearest(shapes, grid, usable, np.zeros(1), np.array([0.0005]))
        assert found.line.tolist() == [line]
