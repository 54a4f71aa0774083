"""The door to the native search: what it refuses, what it promises about threads and chunks.

That its plans are good and valid is the matter of ``tests/pdptw``; the core alone, under the
sanitizers, of ``routing_test.cpp`` and ``routing_parts_test.cpp``.
"""

from __future__ import annotations

import threading
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from colivraison._native.routing import NO_WAY, UNITS_PER_CENT, RoutingArrays, RoutingSearch

METRE = UNITS_PER_CENT
VEHICLE_COLUMNS = 17


def ints(*values: int) -> Any:
    return np.array(values, dtype=np.int32)


def longs(*values: int) -> Any:
    return np.array(values, dtype=np.int64)


def bits(*values: int) -> Any:
    return np.array(values, dtype=np.uint64)


def van(kind: int = 0) -> list[int]:
    """Return a van from place 0 and back, a cent a metre, at work from 0 to 1000."""
    return [0, 0, 0, 0, 1_000, 0, METRE, 0, 0, -1, -1, -1, 0, 0, 0, 0, kind]


def arrays(**changes: Any) -> RoutingArrays:
    """Return two jobs from place 0 to place 1 and place 2, 100 and 200 down one road; two vans."""
    line = ints(0, 100, 200, 100, 0, 100, 200, 100, 0)
    good = RoutingArrays(
        tables=[(line, line.copy())],
        setup=ints(0, 0, 0),
        windows=ints(0, 1_000),
        nodes=ints(0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 2, 0, 0, 1),
        jobs=longs(0, 1, -1, -1, -1, -1, 2, 3, -1, -1, -1, -1),
        demand=longs(1, 1),
        rests=ints(),
        vehicles=longs(*van(), *van()),
        capacity=longs(2, 2),
        allowed=bits(3, 3),
        route_conflicts=bits(),
        board_conflicts=bits(),
        exclusive=[],
        groups=[],
        locks=[],
        reference_next=ints(-1, -1, -1, -1),
        other_vehicle=0,
        broken_succession=0,
        dimensions=1,
        fewest_vehicles=False,
    )
    return replace(good, **changes)


def search(given: RoutingArrays | None = None, *, threads: int = 1) -> RoutingSearch:
    return RoutingSearch(given or arrays(), seed=1, threads=threads, plain=False)


def solved(given: RoutingArrays, *, threads: int = 1) -> RoutingSearch:
    one = search(given, threads=threads)
    assert one.start(None, time_s=None)
    one.run(0, 1, iterations=200, time_s=None)
    return one


def test_the_worth_is_counted_in_units_of_a_cent() -> None:
    one = solved(arrays())
    # 0-1-2-0 with both: 400 m at a cent each.
    assert one.worth() == (0, 0, 400 * METRE)
    ((vehicle, nodes, rests),), absent = one.best()
    assert (vehicle, sorted(nodes), list(rests), list(absent)) == (0, [0, 1, 2, 3], [], [])
    assert one.iterations() == 200


def test_fewest_vehicles_counts_them_before_the_cost() -> None:
    assert solved(arrays(fewest_vehicles=True)).worth() == (0, 1, 400 * METRE)


def test_a_missing_way_is_not_taken() -> None:
    # From 2 nowhere: the second job is left out, 0-1-0 remains.
    line = ints(0, 100, 200, 100, 0, 100, NO_WAY, NO_WAY, 0)
    one = solved(arrays(tables=[(line, line.copy())]))
    assert one.worth() == (1, 0, 200 * METRE)
    assert one.best()[1] == [1]


def test_the_arrays_are_copied() -> None:
    given = arrays()
    one = search(given)
    for array in (given.jobs, given.nodes, given.windows, given.vehicles, *given.tables[0]):
        array[:] = -7
    assert one.start(None, time_s=None)
    assert one.worth() == (0, 0, 400 * METRE)


def test_read_only_arrays_are_read() -> None:
    given = arrays()
    for array in (given.jobs, given.nodes, given.windows, given.vehicles, *given.tables[0]):
        array.flags.writeable = False
    assert solved(given).worth() == (0, 0, 400 * METRE)


ARRAYS = [
    field.name
    for field in fields(RoutingArrays)
    if isinstance(getattr(arrays(), field.name), np.ndarray)
]


@pytest.mark.parametrize("name", ARRAYS)
def test_what_is_no_row_of_numbers_is_a_type_error(name: str) -> None:
    good = getattr(arrays(), name)
    for wrong in (good[None], good.tolist(), good.astype(str), None):
        with pytest.raises(TypeError):
            search(arrays(**{name: wrong}))


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_of_another_type_is_a_type_error(name: str) -> None:
    good = getattr(arrays(), name)
    for wrong in (
        good.astype(np.float64),  # would be cut
        good.astype(np.int16),  # a copy nobody asked for
        np.concatenate([good, good, [1, 1, 1, 1]]).astype(good.dtype)[::2],  # with gaps
    ):
        with pytest.raises(TypeError):
            search(arrays(**{name: wrong}))


def test_a_travel_table_of_another_type_is_a_type_error() -> None:
    line = arrays().tables[0][0]
    for wrong in (line.astype(np.float64), line.astype(np.int64), np.repeat(line, 2)[::2]):
        with pytest.raises(TypeError):
            search(arrays(tables=[(wrong, line)]))


def _column(name: str, width: int, row: int, column: int, value: int) -> dict[str, Any]:
    table = getattr(arrays(), name).copy()
    table[row * width + column] = value
    return {name: table}


@pytest.mark.parametrize(
    "changes",
    [
        # Tables without their number of columns, or of different sizes.
        {"windows": ints(0, 1_000, 5)},
        {"nodes": arrays().nodes[:-1]},
        {"jobs": arrays().jobs[:-1]},
        {"vehicles": arrays().vehicles[:-1]},
        {"rests": ints(0, 1, 5)},
        {"tables": [(arrays().tables[0][0], ints(0))]},
        {"tables": [(ints(0), ints(0))]},
        {"tables": []},
        {"setup": ints(0, 0)},
        {"demand": longs(1)},
        {"capacity": longs(1)},
        {"allowed": bits(3)},
        {"reference_next": ints(-1)},
        {"dimensions": 2},
        {"dimensions": -1},
        {"route_conflicts": bits(0), "board_conflicts": bits()},
        {"route_conflicts": bits(*[0] * 65), "board_conflicts": bits(*[0] * 65)},
        # Nobody's node.
        {"jobs": arrays().jobs[:6], "demand": longs(1), "allowed": bits(3)},
        # Numbers out of bounds.
        _column("nodes", 4, 0, 0, 3),
        _column("nodes", 4, 0, 0, -3),
        _column("nodes", 4, 0, 1, -1),
        _column("nodes", 4, 0, 3, 2),
        _column("windows", 2, 0, 1, -1),
        _column("windows", 2, 0, 1, 1 << 30),
        _column("jobs", 6, 0, 0, 9),
        _column("jobs", 6, 0, 0, 1 << 40),
        _column("jobs", 6, 0, 3, 0),
        _column("vehicles", VEHICLE_COLUMNS, 0, 0, 1),
        _column("vehicles", VEHICLE_COLUMNS, 0, 1, 3),
        _column("vehicles", VEHICLE_COLUMNS, 0, 2, 3),
        _column("vehicles", VEHICLE_COLUMNS, 0, 3, 2_000),
        _column("vehicles", VEHICLE_COLUMNS, 0, 4, 1 << 29),  # a longer horizon than it can count
        _column("vehicles", VEHICLE_COLUMNS, 0, 4, 1 << 40),
        _column("vehicles", VEHICLE_COLUMNS, 0, 15, 1),
        # Locks of nobody, of nothing, of no kind.
        {"locks": [(2, 0, [0])]},
        {"locks": [(0, 0, [4])]},
        {"locks": [(0, 3, [0])]},
        {"locks": [(0, -1, [0])]},
        {"reference_next": ints(4, -1, -1, -1)},
    ],
)
def test_numbers_out_of_bounds_are_a_value_error(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        search(arrays(**changes))


@pytest.mark.parametrize("threads", [0, -1])
def test_at_least_one_thread_searches(threads: int) -> None:
    with pytest.raises(ValueError, match="thread"):
        search(threads=threads)


@pytest.mark.parametrize(
    "plan",
    [
        ([(2, [0, 1], [])], [1]),  # no such van
        ([(-1, [0, 1], [])], [1]),
        ([(0, [0, 4], [])], [1]),  # no such node
        ([(0, [0, -1], [])], [1]),
        ([(0, [0, 1], [])], [2]),  # no such job
        ([(0, [0, 1], [])], [-1]),
    ],
)
def test_plans_of_unknown_things_are_a_value_error(plan: Any) -> None:
    one = search()
    assert one.start(None, time_s=None)
    for call in (one.offer, lambda plan: one.start(plan, time_s=None)):
        with pytest.raises(ValueError, match="out of range"):
            call(plan)
    assert one.worth() == (0, 0, 400 * METRE)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_better_plan_from_outside_is_taken_over_and_a_worse_one_is_not(threads: int) -> None:
    one = search(threads=threads)
    assert one.start(([(0, [0, 1], []), (1, [2, 3], [])], []), time_s=None)
    # 0-1-0 and 0-2-0.
    assert one.worth() == (0, 0, 600 * METRE)
    assert one.offer(([(0, [0, 2, 1, 3], [])], []))
    assert one.worth() == (0, 0, 400 * METRE)
    assert one.offer(([(0, [0, 1], []), (1, [2, 3], [])], []))
    assert one.worth() == (0, 0, 400 * METRE)
    one.run(0.5, 1, iterations=50, time_s=None)
    assert one.worth() == (0, 0, 400 * METRE)


@pytest.mark.parametrize("threads", [1, 3])
def test_a_search_ends_when_another_thread_cancels_it(threads: int) -> None:
    one = search(threads=threads)
    assert one.start(None, time_s=None)
    running = threading.Thread(target=lambda: one.run(0, 1, iterations=1 << 62, time_s=None))
    running.start()
    one.cancel()
    running.join(timeout=60)
    assert not running.is_alive()
    done = one.iterations()
    # And all later chunks are over at once.
    one.run(0, 1, iterations=1 << 62, time_s=None)
    assert one.iterations() == done
    assert one.worth() == (0, 0, 400 * METRE)


def test_a_time_limit_ends_a_chunk() -> None:
    one = search()
    assert one.start(None, time_s=0)
    one.run(0, 1, iterations=1 << 62, time_s=0.01)
    assert one.iterations() > 0
    before = one.iterations()
    one.run(0, 1, iterations=1 << 62, time_s=0)
    assert one.iterations() == before


def test_every_seed_is_one() -> None:
    for seed in (0, -1, 1 << 64, 1 << 200):
        one = RoutingSearch(arrays(), seed=seed, threads=1, plain=True)
        assert one.start(None, time_s=None)
        assert one.worth() == (0, 0, 400 * METRE)
