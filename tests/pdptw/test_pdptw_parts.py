"""A part of a solution is searched by itself, and goes back where it came from."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from colivraison.pdptw import (
    Lock,
    LockKind,
    Reference,
    Solution,
    Stopping,
    check,
    objective_key,
    solution_cost_cents,
    solve,
)
from colivraison.pdptw.backends.ortools_parts import cut, pick_vehicles
from colivraison.pdptw.backends.ortools_search import search
from colivraison.pdptw.backends.ortools_strategies import Strategy


@pytest.fixture(scope="module")
def served(build):
    problem = build.week(1, shipments=30)
    return problem, solve(problem, Stopping(iterations=0), seed=1, backend="ortools").solution


def _searched(part, iterations=60):
    found, _ = search(
        part.scope,
        Strategy(order_seed=1),
        deadline_s=None,
        iterations=iterations,
        initial=part.present,
    )
    return part.put_back(found)


def test_an_unchanged_part_gives_back_the_same_solution(served):
    problem, solution = served
    rng = random.Random(1)
    for _ in range(20):
        part = cut(problem, solution, pick_vehicles(problem, solution, rng))
        assert {route.vehicle for route in part.present.routes} <= set(part.scope.vehicles)
        assert part.put_back(part.present) == solution


def test_a_part_solved_better_makes_the_whole_cheaper_and_leaves_the_rest(served):
    problem, solution = served
    part = cut(problem, solution, pick_vehicles(problem, solution, random.Random(1)))
    whole = _searched(part)
    assert check(problem, whole) == ()
    assert solution_cost_cents(problem, whole) < solution_cost_cents(problem, solution)
    others = [r for r in solution.routes if r.vehicle not in part.scope.vehicles]
    assert others
    assert [r for r in whole.routes if r.vehicle not in part.scope.vehicles] == others


def test_a_part_keeps_its_locks_and_counts_its_changes(served):
    problem, solution = served
    rich = replace(
        problem,
        locks=tuple(
            Lock(vehicle=route.vehicle, visits=route.visits[:4], kind=LockKind.PREFIX)
            for route in solution.routes
        ),
        reference=Reference(
            solution=solution, cents_per_other_vehicle=200, cents_per_broken_succession=20
        ),
    )
    part = cut(rich, solution, pick_vehicles(rich, solution, random.Random(1)))
    whole = _searched(part)
    assert check(rich, whole) == ()
    # From the plan of reference, where nothing is changed, only to what saves more than it costs.
    assert objective_key(rich, whole) < objective_key(rich, solution)


def test_what_nobody_carries_is_in_every_part(served):
    problem, solution = served
    gone = solution.routes[0]
    left = tuple(sorted({visit.shipment for visit in gone.visits}))
    worse = Solution(routes=solution.routes[1:], unassigned=left)
    vehicles = pick_vehicles(problem, worse, random.Random(2))
    part = cut(problem, worse, vehicles)
    assert set(left) <= set(part.scope.shipments)
    assert check(problem, _searched(part)) == ()
