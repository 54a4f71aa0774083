"""The judge of routes: worked by hand on tiny instances, and held against the field's checker."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmark_files import LI_LIM, SARTORI, write

from colivraison.interchange.benchmarks import (
    BenchmarkInstance,
    Finding,
    FindingKind,
    check_routes,
    cost_of,
    read_benchmark,
    read_solution,
    solution_text,
)
from colivraison.pdptw import Objective

Routes = list[list[int]]
Short = tuple[str, int | None, int | None, dict[str, float]]


def read(path: Path) -> BenchmarkInstance:
    return read_benchmark(path, Objective.VEHICLES_THEN_DISTANCE)


def short(finding: Finding) -> Short:
    return finding.kind.value, finding.route, finding.node, dict(finding.details)


def with_line(row: int, cells: str) -> str:
    lines = LI_LIM.splitlines()
    lines[row - 1] = cells
    return "\n".join(lines)


# --- by hand: what is changed in LI_LIM, the routes, everything that is found

BY_HAND: dict[str, tuple[str, Routes, list[Short]]] = {
    "two routes": (LI_LIM, [[1, 2], [3, 4]], []),
    "one route, and one that is empty": (LI_LIM, [[1, 2, 3, 4], []], []),
    "an unknown node": (
        # Where such a route goes nobody knows: nothing else is said of it.
        LI_LIM,
        [[1, 2], [3, 4, 5]],
        [("unknown_node", 1, 5, {"last": 4})],
    ),
    "the depot inside a route": (
        LI_LIM,
        [[1, 2, 0, 3, 4]],
        [("unknown_node", 0, 0, {"last": 4})],
    ),
    "a node twice in a route": (
        LI_LIM,
        [[1, 2, 2], [3, 4]],
        [("visited_twice", None, 2, {"times": 2})],
    ),
    "a node in two routes": (
        LI_LIM,
        [[1, 2], [3, 4, 2]],
        [("visited_twice", None, 2, {"times": 2}), ("delivery_alone", 1, 2, {"other": 1})],
    ),
    "nobody comes": (
        LI_LIM,
        [[1, 2]],
        [("not_visited", None, 3, {}), ("not_visited", None, 4, {})],
    ),
    "a pair in two routes": (
        LI_LIM,
        [[1, 2, 3], [4]],
        [("pickup_alone", 0, 3, {"other": 4}), ("delivery_alone", 1, 4, {"other": 3})],
    ),
    "a delivery before its pickup": (
        LI_LIM,
        [[2, 1], [3, 4]],
        [("delivery_first", 0, 2, {"other": 1})],
    ),
    "too much on board": (
        # 6 + 5 = 11 on board after node 3, of 10.
        LI_LIM,
        [[1, 3, 4, 2]],
        [("overload", 0, 3, {"load": 11, "capacity": 10})],
    ),
    "just enough on board": (LI_LIM.replace("2\t10\t1", "2\t11\t1"), [[1, 3, 4, 2]], []),
    "a service too late": (
        # 5 to node 1, 2 there, 5 to node 2: begun at 12, closed since 11.
        with_line(4, "2 6 8 -6 0 11 1 1 0"),
        [[1, 2], [3, 4]],
        [("late", 0, 2, {"time": 12, "closes": 11})],
    ),
    "a service in the last moment": (with_line(4, "2 6 8 -6 0 12 1 1 0"), [[1, 2], [3, 4]], []),
    "back too late": (
        # Node 3 opens at 20: 20 + 3 + 10 + 20 = 53.
        with_line(2, "0 0 0 0 0 52 0 0 0"),
        [[1, 2], [3, 4]],
        [("back_late", 1, None, {"time": 53, "closes": 52})],
    ),
    "back in the last moment": (with_line(2, "0 0 0 0 0 53 0 0 0"), [[1, 2], [3, 4]], []),
    "a depot that opens late": (
        # Leaves at 8: 8 + 5 + 2 + 5 = 20, open until 19.
        with_line(2, "0 0 0 0 8 100 0 0 0").replace("0\t60", "0\t19"),
        [[1, 2], [3, 4]],
        [("late", 0, 2, {"time": 20, "closes": 19})],
    ),
    "more routes than vehicles": (
        with_line(1, "1 10 1"),
        [[1, 2], [3, 4]],
        [("too_many_vehicles", None, None, {"vehicles": 2, "fleet": 1})],
    ),
    "no fleet at all": (with_line(1, "0 10 1"), [], [
        ("not_visited", None, node, {}) for node in (1, 2, 3, 4)
    ]),
    "minutes": (SARTORI, [[1, 2]], []),
    "minutes too late": (
        # Waits for node 1 until 10; 10 + 5 + 2 = 17 at node 2, closed since 16.
        SARTORI.replace("-4 0 40", "-4 0 16"),
        [[1, 2]],
        [("late", 0, 2, {"time": 17, "closes": 16})],
    ),
    "minutes the other way": (
        # 3 to node 2, 5 there, 9 to node 1: 17, in time; back at 17 + 5 + 6 = 28.
        SARTORI,
        [[2, 1]],
        [("delivery_first", 0, 2, {"other": 1})],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_everything_wrong_is_found_and_nothing_else(tmp_path: Path, name: str) -> None:
    text, routes, expected = BY_HAND[name]
    found = check_routes(read(write(tmp_path / "tiny.txt", text)), routes)
    assert list(map(short, found)) == expected


def test_every_kind_of_finding_is_worked_by_hand() -> None:
    found = {kind for _, _, expected in BY_HAND.values() for kind, *_ in expected}
    assert found == set(FindingKind)


@pytest.mark.parametrize(("late", "found"), [(0.5e-6, False), (2e-6, True)])
def test_doubles_may_be_late_by_the_tolerance(tmp_path: Path, late: float, *, found: bool) -> None:
    # 5 to the pickup and 2 there; the delivery is a little more than 5 away, closed at 12.
    text = with_line(4, f"2 {6 + late / 0.6:.9f} 8 -6 0 12 1 1 0")
    instance = read(write(tmp_path / "tiny.txt", text))
    assert instance.leg(1, 2) - 5 == pytest.approx(late, rel=0.01)
    kinds = [finding.kind for finding in check_routes(instance, [[1, 2], [3, 4]])]
    assert kinds == ([FindingKind.LATE] if found else [])


# --- files of routes


def test_routes_are_written_and_read_back(tmp_path: Path) -> None:
    routes = [[3, 4], [1, 2]]
    text = solution_text(
        routes, cost=60.5, seconds=1.23456, iterations=7, more={"first_plan_s": 0.25}
    )
    assert json.loads(text) == {
        "routes": routes,
        "vehicles": 2,
        "cost": 60.5,
        "seconds": 1.235,
        "iterations": 7,
        "first_plan_s": 0.25,
    }
    read_back = read_solution(write(tmp_path / "a.json", text))
    assert read_back.routes == ((3, 4), (1, 2))
    assert (read_back.vehicles, read_back.cost) == (2, 60.5)
    nothing = solution_text([], cost=0, seconds=0, iterations=0, more={})
    assert read_solution(write(tmp_path / "b.json", nothing)).routes == ()


def test_lines_of_routes_are_read_as_the_field_writes_them(tmp_path: Path) -> None:
    text = "Instance name : lc101\nAuthors : nobody\nRoute 1 : 3 4\n  Route #2: 1 2\nRoute 3 :\n"
    assert read_solution(write(tmp_path / "a.txt", text)).routes == ((3, 4), (1, 2), ())


def test_claims_that_are_no_numbers_are_left_aside(tmp_path: Path) -> None:
    for vehicles, cost in (('"many"', "NaN"), ("9" * 400, "9" * 400), ("1e3", "-Infinity")):
        text = f'{{"routes": [[1]], "vehicles": {vehicles}, "cost": {cost}}}'
        solution = read_solution(write(tmp_path / "a.json", text))
        assert (solution.vehicles, solution.cost) == (None, None)


def test_a_line_of_a_million_blanks_is_read_in_one_go(tmp_path: Path) -> None:
    # By a pattern that looks back over all of them from each, it would take days.
    text = f"Route{' ' * 1_000_000}x\nRoute 1 : 1 2\n"
    assert read_solution(write(tmp_path / "a.txt", text)).routes == ((1, 2),)


# --- the checker of the field

# Judges many solutions of many instances in one process; the checker itself is what is run.
DRIVER = """
import json, sys
sys.path.insert(0, sys.argv[1])
import check_pdptw
told = []
for path, solutions in json.load(sys.stdin):
    instance = check_pdptw.read_instance(path)
    for routes in solutions:
        ok, vehicles, cost, _ = check_pdptw.check(instance, routes)
        told.append([bool(ok), vehicles, cost])
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def checker(shared_data: Path) -> Path:
    path = shared_data.parent / "tools" / "check_pdptw.py"
    if path.is_file():
        return path
    message = f"the checker of the field is absent: {path}"
    if os.environ.get("COLIVRAISON_REQUIRE_DATA") == "1":
        pytest.fail(message)
    pytest.skip(message)


def verdicts(checker: Path, asked: list[tuple[Path, list[Routes]]]) -> list[list[Any]]:
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(checker.parent)],
        input=json.dumps([[str(path), solutions] for path, solutions in asked]),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def one_by_one(instance: BenchmarkInstance) -> Routes:
    """Return a route for each pair."""
    return [[pickup, instance.nodes[pickup].delivery] for pickup in instance.pickups]


def packed(instance: BenchmarkInstance) -> Routes:
    """Return each pair at the end of the first route that is in time with it."""
    routes: Routes = []
    for pair in sorted(one_by_one(instance), key=lambda pair: instance.nodes[pair[1]].closes):
        for route in routes:
            if in_time(instance, [*route, *pair]):
                route.extend(pair)
                break
        else:
            routes.append(list(pair))
    return routes


def in_time(instance: BenchmarkInstance, route: list[int]) -> bool:
    time, here = float(instance.nodes[0].opens), 0
    for node in [*route, 0]:
        service = instance.nodes[here].service if here else 0
        time = max(time + service + instance.leg(here, node), instance.nodes[node].opens)
        if time > instance.nodes[node].closes:
            return False
        here = node
    return True


def swap(routes: Routes, rng: random.Random) -> None:
    route, other = rng.choice(routes), rng.choice(routes)
    i, j = rng.randrange(len(route)), rng.randrange(len(other))
    route[i], other[j] = other[j], route[i]


def drop(routes: Routes, rng: random.Random) -> None:
    route = rng.choice(routes)
    del route[rng.randrange(len(route))]


def duplicate(routes: Routes, rng: random.Random) -> None:
    rng.choice(routes).insert(0, rng.choice(rng.choice(routes)))


def reverse(routes: Routes, rng: random.Random) -> None:
    rng.choice(routes).reverse()


def turn(routes: Routes, rng: random.Random) -> None:
    """Two neighbours change places: often still a solution."""
    route = rng.choice(routes)
    i = rng.randrange(len(route) - 1)
    route[i], route[i + 1] = route[i + 1], route[i]


def join(routes: Routes, rng: random.Random) -> None:
    """Two routes become one: often too late or too full, never out of pairs."""
    first, second = rng.sample(range(len(routes)), 2)
    routes[first] += routes[second]
    routes[second] = []


def nest(routes: Routes, rng: random.Random) -> None:
    """All are loaded first: too much on board, unless there is room."""
    route = max(routes, key=len)
    route[:] = route[::2] + route[1::2]


def foreign(routes: Routes, rng: random.Random) -> None:
    rng.choice(routes).append(10_000)


MUTATIONS = [swap, drop, duplicate, reverse, turn, join, nest, foreign]

PUBLISHED = [
    "lilim/lc101", "lilim/lc203", "lilim/lr105", "lilim/lr201", "lilim/lrc207", "lilim/lrc1_2_1",
    "sartori/bar-n100-1", "sartori/ber-n100-3", "sartori/nyc-n100-2", "sartori/poa-n200-1",
]  # fmt: skip


def test_verdict_and_cost_are_those_of_the_checker_of_the_field(
    checker: Path, shared_data: Path
) -> None:
    asked: list[tuple[Path, list[Routes]]] = []
    for number, name in enumerate(PUBLISHED):
        path = shared_data / "pdptw" / f"{name}.txt"
        instance, rng = read(path), random.Random(number)
        starts = [one_by_one(instance), packed(instance)]
        solutions = list(starts)
        for start in starts:
            for mutate in MUTATIONS * 4:
                changed = [list(route) for route in start]
                mutate(changed, rng)
                solutions.append(changed)
        asked.append((path, solutions))
    told = iter(verdicts(checker, asked))
    seen: set[FindingKind] = set()
    valid = 0
    for path, solutions in asked:
        instance = read(path)
        for routes in solutions:
            ok, vehicles, cost = next(told)
            found = check_routes(instance, routes)
            assert ok == (not found), (path.name, routes, found)
            assert vehicles == sum(1 for route in routes if route)
            # Of what it finds wrong the checker adds up a part only.
            if ok:
                assert cost_of(instance, routes) == pytest.approx(cost, rel=1e-12)
                assert isinstance(cost_of(instance, routes), type(cost))
                valid += 1
            seen |= {finding.kind for finding in found}
    # Both verdicts are there, for every reason that routes of real instances can have.
    assert valid >= 40
    assert seen == set(FindingKind)


def test_the_checker_of_the_field_reads_what_is_written(
    checker: Path, shared_data: Path, tmp_path: Path
) -> None:
    for name, status in (("lilim/lc101", 0), ("sartori/bar-n100-1", 0), ("lilim/lr101", 1)):
        path = shared_data / "pdptw" / f"{name}.txt"
        instance = read(path)
        routes = packed(instance)
        if status:
            routes[0].reverse()
        cost = cost_of(instance, routes)
        assert cost is not None
        text = solution_text(routes, cost=cost, seconds=0, iterations=0, more={})
        done = subprocess.run(
            [sys.executable, str(checker), str(path), str(write(tmp_path / "a.json", text))],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout
        shown = f"{cost:.2f}" if instance.matrix is None else str(cost)
        if not status:
            assert done.stdout.split() == ["OK", path.stem, str(len(routes)), shown]
