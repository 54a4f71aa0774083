"""A part of a solution is a problem of its own, and goes back where it came from."""

from __future__ import annotations

import random

import pytest

from colivraison.pdptw import Stopping, check, solution_cost_cents, solve
from colivraison.pdptw.backends.ortools_parts import cut, pick_vehicles


@pytest.fixture(scope="module")
def served(build):
    problem = build.week(1, shipments=30)
    return problem, solve(problem, Stopping(iterations=0), seed=1).solution


def test_an_unchanged_part_gives_back_the_same_solution(served):
    problem, solution = served
    rng = random.Random(1)
    for _ in range(20):
        part = cut(problem, solution, pick_vehicles(problem, solution, rng))
        assert check(part.problem, part.present) == ()
        assert part.put_back(part.present) == solution


def test_a_part_solved_better_makes_the_whole_cheaper_by_as_much(served):
    problem, solution = served
    part = cut(problem, solution, pick_vehicles(problem, solution, random.Random(1)))
    better = solve(part.problem, Stopping(iterations=60), seed=1, initial=part.present)
    whole = part.put_back(better.solution)
    saved_cents = solution_cost_cents(part.problem, part.present) - better.cost_cents
    assert saved_cents > 0
    assert check(problem, whole) == ()
    assert solution_cost_cents(problem, solution) - solution_cost_cents(problem, whole) == (
        saved_cents
    )
