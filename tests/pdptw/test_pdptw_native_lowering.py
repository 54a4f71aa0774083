"""The arrays of the native search are those that one shipment after the other would give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from lowering_twin import (
    allowed_words,
    node_arrays,
    reference_columns,
    same_kind,
    table_arrays,
)
from rich_problems import rich_problems

from colivraison.pdptw import Problem, TravelTable, Visit
from colivraison.pdptw.backends.native_lowering import lower

SETTINGS = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _require_the_same(problem):
    lowering = lower(problem)
    arrays = lowering.arrays
    windows, nodes, rests, ends = node_arrays(problem)
    vehicles, follows = reference_columns(problem, ends)
    assert arrays.windows.reshape(-1, 2).tolist() == [list(row) for row in windows]
    assert arrays.nodes.reshape(-1, 4).tolist() == [list(row) for row in nodes]
    assert arrays.rests.reshape(-1, 4).tolist() == [list(row) for row in rests]
    jobs = arrays.jobs.reshape(-1, 6).tolist()
    assert [(row[0], row[1]) for row in jobs] == ends
    assert [row[5] for row in jobs] == vehicles
    boards = [shipment.max_on_board_s for shipment in problem.shipments]
    assert [row[4] for row in jobs] == [-1 if value is None else value for value in boards]
    assert arrays.reference_next.tolist() == follows
    words = -(-len(problem.vehicles) // 64)
    assert arrays.allowed.reshape(-1, words).tolist() == allowed_words(problem)
    for table, (durations, distances) in zip(problem.tables, arrays.tables, strict=True):
        wanted = table_arrays(table)
        assert np.array_equal(durations, wanted[0])
        assert np.array_equal(distances, wanted[1])
        assert (durations.dtype, distances.dtype) == (np.int32, np.int32)
    demands = [shipment.demand for shipment in problem.shipments]
    demand = arrays.demand.reshape(len(demands), arrays.dimensions).tolist()
    assert [tuple(row[: len(one)]) for row, one in zip(demand, demands, strict=True)] == demands
    kinds = arrays.vehicles.reshape(-1, 17)[:, 16].tolist()
    for one, kind in enumerate(kinds):
        for other in range(one):
            if kind == kinds[other]:
                assert same_kind(problem, one, other)
    expected = [
        Visit(shipment=number, is_pickup=is_pickup)
        for number, pair in enumerate(ends)
        for node, is_pickup in zip(pair, (True, False), strict=True)
        if node >= 0
    ]
    assert list(lowering.visits) == expected
    assert [lowering.node_of[visit] for visit in expected] == list(range(len(expected)))


@given(problem=rich_problems())
@SETTINGS
def test_random_rich_problems_become_the_same_arrays(problem):
    _require_the_same(problem)


def test_a_visit_that_does_not_exist_has_no_node(build):
    van, parcel = build.vehicle(), build.shipment(None, build.activity(0))
    lowering = lower(build.problem([[0]], [van], [parcel]))
    assert lowering.node_of[Visit(shipment=0, is_pickup=False)] == 0
    for visit in (Visit(shipment=0, is_pickup=True), Visit(shipment=1, is_pickup=False)):
        with pytest.raises(KeyError):
            lowering.node_of[visit]


@pytest.mark.parametrize("vans", [1, 63, 64, 65, 130])
def test_as_many_vehicles_as_words_have_bits_become_the_same_arrays(build, vans):
    parcels = [
        build.shipment(
            build.activity(0, (5, 9), (20, 30)),
            build.activity(1),
            vehicles=None if k == 0 else {k % vans, (7 * k) % vans},
        )
        for k in range(9)
    ]
    _require_the_same(build.problem([[0, 5], [5, 0]], [build.vehicle()] * vans, parcels))


def test_equal_vehicles_are_one_kind_and_those_that_carry_less_are_another(build):
    parcels = [build.shipment(build.activity(0), build.activity(0), vehicles={0, 1, 3})]
    problem = build.problem([[0]], [build.vehicle()] * 4, parcels)
    kinds = lower(problem).arrays.vehicles.reshape(-1, 17)[:, 16].tolist()
    assert kinds == [0, 0, 1, 0]


def test_a_way_longer_than_any_horizon_and_a_table_of_many_rows_are_kept(build):
    durations_s = np.random.default_rng(1).integers(-1, 1 << 29, (300, 300))
    durations_s[3, 4] = 1 << 40
    np.fill_diagonal(durations_s, 0)
    distances_m = np.where(durations_s < 0, -1, 7)
    np.fill_diagonal(distances_m, 0)
    table = TravelTable(durations_s=durations_s, distances_m=distances_m)
    problem = Problem(
        tables=(table,), setup_s=(0,) * 300, vehicles=(build.vehicle(),), shipments=()
    )
    _require_the_same(problem)
