"""A route in time for the problem is in time for a judge who adds up doubles; never the reverse.

The proof is at ``scaling._straight``; here it is tried on instances that are tight to the last
digit: windows close at the very begin that the whole numbers allow.
"""

from __future__ import annotations

import math
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from benchmark_files import li_lim_text, write
from hypothesis import given, settings
from hypothesis import strategies as st

from colivraison.interchange.benchmarks import BenchmarkInstance, check_routes, read_benchmark
from colivraison.interchange.benchmarks.judge import FindingKind
from colivraison.pdptw import Objective, Route, Solution, Visit, check

TIMES = {FindingKind.LATE, FindingKind.BACK_LATE}


def read(folder: Path, nodes: list[tuple[object, ...]]) -> BenchmarkInstance:
    path = write(folder / "drawn.txt", li_lim_text(9, 9, nodes))
    return read_benchmark(path, Objective.DISTANCE)


def solution_of(instance: BenchmarkInstance, route: list[int]) -> Solution:
    shipment = {node: number for number, node in enumerate(instance.pickups)}
    shipment |= {instance.nodes[node].delivery: number for node, number in shipment.items()}
    visits = tuple(
        Visit(shipment=shipment[node], is_pickup=instance.nodes[node].delivery != 0)
        for node in route
    )
    left = set(range(len(instance.problem.shipments))) - {visit.shipment for visit in visits}
    routes = (Route(vehicle=0, visits=visits),) if visits else ()
    return Solution(routes=routes, unassigned=tuple(sorted(left)))


def begins(instance: BenchmarkInstance, route: list[int]) -> list[float]:
    """Return when each service of a route begins on the whole numbers, and when it is back."""
    (table,) = instance.problem.tables
    time, found = instance.nodes[0].opens * instance.scale, []
    for here, there in pairwise([0, *route, 0]):
        service = instance.nodes[here].service * instance.scale if here else 0
        leg = int(table.durations_s[here, there])
        # No way: out of everybody's reach.
        time = math.inf if leg < 0 else time + service + leg
        time = max(time, instance.nodes[there].opens * instance.scale)
        found.append(time)
    return found


COORDINATES = st.one_of(
    st.integers(0, 60),
    # Whole numbers of the smallest unit: sums that a double misses by its last digit.
    st.integers(0, 6_000_000).map(lambda number: number / 100_000),
    st.floats(0, 60, allow_subnormal=False),
)


@st.composite
def tight_routes(draw: st.DrawFn) -> tuple[list[tuple[object, ...]], list[int]]:
    pairs = draw(st.integers(1, 5))
    places = [(draw(COORDINATES), draw(COORDINATES)) for _ in range(2 * pairs + 1)]
    if draw(st.booleans()):
        places = [(x, 0) for x, _ in places]
    services = [draw(st.integers(0, 9)) for _ in places]
    openings = [draw(st.integers(0, 60)) for _ in places]
    route: list[int] = []
    for number in range(1, 2 * pairs, 2):
        first = draw(st.integers(0, len(route)))
        route.insert(first, number)
        route.insert(draw(st.integers(first + 1, len(route))), number + 1)
    # From a day to one so long that doubles themselves grow coarse.
    horizon = draw(st.sampled_from([1_500, 10_737, 10_738, 10**6, 10**8, 10**9]))
    nodes = [
        (
            x, y, (0, 1, -1)[0 if not number else 2 - number % 2], opens, horizon, service,
            number - 1 if number and number % 2 == 0 else 0,
            number + 1 if number % 2 else 0,
        )
        for number, ((x, y), opens, service) in enumerate(
            zip(places, openings, services, strict=True)
        )
    ]  # fmt: skip
    return nodes, route


@settings(max_examples=150, deadline=None)
@given(case=tight_routes(), step=st.integers(-1, 1), data=st.data())
def test_a_route_in_time_for_us_is_in_time_for_doubles(
    case: tuple[list[tuple[object, ...]], list[int]], step: int, data: st.DataObject
) -> None:
    nodes, route = case
    with tempfile.TemporaryDirectory() as folder:
        instance = read(Path(folder), nodes)
        # One node, or the depot, closes just when it is reached, or a unit earlier or later.
        place = data.draw(st.integers(0, len(route)))
        begin = begins(instance, route)[place]
        node = [*route, 0][place]
        closes = math.floor(begin / instance.scale) + step
        x, y, demand, opens, _, service, pickup, delivery = nodes[node]
        closes = max(closes, opens, 200 if node == 0 else 0)
        nodes[node] = (x, y, demand, opens, closes, service, pickup, delivery)
        instance = read(Path(folder), nodes)
    ours = check(instance.problem, solution_of(instance, route))
    theirs = [one for one in check_routes(instance, [route]) if one.kind in TIMES]
    if not ours:
        assert theirs == []
    # What we refuse by more than all roundings together, they refuse too.
    slack = (len(route) + 1) * (2 if instance.nodes[0].closes > 10**6 else 1) / instance.scale
    closing = [instance.nodes[one].closes for one in [*route, 0]]
    over = [
        begin / instance.scale - close
        for begin, close in zip(begins(instance, route), closing, strict=True)
    ]
    assert bool(ours) == any(late > 0 for late in over)
    if any(late > slack + 1e-5 for late in over):
        assert theirs


def test_a_horizon_so_long_that_doubles_drift_costs_each_leg_one_unit(tmp_path: Path) -> None:
    nodes = [
        (0, 0, 0, 0, 10**9, 0, 0, 0),
        (1, 1, 1, 0, 10**9, 0, 0, 2),
        (3, 4, -1, 0, 10**9, 0, 1, 0),
    ]
    instance = read(tmp_path, nodes)
    (table,) = instance.problem.tables
    # 8 * 2^-53 * 10^9 * 3 nodes is 2.7e-6, above the tolerance: 1.414 takes 2 + 1, 5 takes 5 + 1.
    assert table.durations_s[0].tolist() == [0, 3, 6]
    assert table.distances_m[0].tolist() == [0, 1, 5]
    assert not table.durations_s.diagonal().any()


@pytest.mark.parametrize(("closes", "in_time"), [(9, False), (10, True)])
def test_whole_lengths_are_in_time_to_the_unit(
    tmp_path: Path, closes: int, *, in_time: bool
) -> None:
    # 3-4-5 triangles: 5 to the pickup, 5 to the delivery.
    nodes = [
        (0, 0, 0, 0, 100, 0, 0, 0),
        (3, 4, 1, 0, 100, 0, 0, 2),
        (6, 8, -1, 0, closes, 0, 1, 0),
    ]
    instance = read(tmp_path, nodes)
    assert (not check(instance.problem, solution_of(instance, [1, 2]))) == in_time
    assert (not check_routes(instance, [[1, 2]])) == in_time
