"""Routes put together anew: the cheapest plan they make, or none that is better."""

from __future__ import annotations

import random
import signal
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from ortools.sat.python import cp_model
from pdptw_build import Build
from rich_problems import FEATURES, rich_problems

from colivraison._native.routing import UNITS_PER_CENT, PooledRoute, RoutePlan, RoutingSearch
from colivraison.pdptw import Objective, Problem, Stopping, check, evaluate, solve
from colivraison.pdptw.backends import route_choice
from colivraison.pdptw.backends.native import NativeSearch
from colivraison.pdptw.backends.native_lowering import Lowering, lower
from colivraison.pdptw.backends.route_choice import RouteChoice
from colivraison.pdptw.evaluate import Infeasible

# Who is settled (bits), and the kinds of the vehicles used.
State: TypeAlias = tuple[int, tuple[int, ...]]

OBJECTIVES = [Objective.CENTS, Objective.DISTANCE, Objective.VEHICLES_THEN_DISTANCE]


def drawn(seed: int, objective: Objective = Objective.CENTS, shipments: int = 9) -> Problem:
    """Return a random problem: two kinds of vehicles; some shipments are optional for money."""
    rng = random.Random(seed)
    size = 2 * shipments + 1
    durations = [[0 if i == j else rng.randint(60, 900) for j in range(size)] for i in range(size)]
    wanted = []
    for number in range(shipments):
        opens = rng.randint(0, 6_000)
        wanted.append(
            Build.shipment(
                Build.activity(2 * number + 1, (opens, opens + 4_000), service_s=60),
                Build.activity(2 * number + 2, service_s=60),
                demand=(rng.randint(1, 3),),
                unserved_cents=rng.randint(300, 3_000) if rng.random() < 0.3 else None,
            )
        )
    fleet = [
        Build.vehicle(capacity=(4 if k < 4 else 6,), km=30 if k < 4 else 40, use=200)
        for k in range(8)
    ]
    return Build.problem(durations, fleet, wanted, objective=objective)


def searched(problem: Problem, seed: int, iterations: int) -> tuple[Lowering, RoutingSearch]:
    lowering = lower(problem)
    search = RoutingSearch(lowering.arrays, seed=seed, threads=2, plain=True)
    assert search.start(None, time_s=None)
    # The first part of the way only, where plans still change and routes are many.
    search.run(0.0, 0.5, iterations=iterations, time_s=None)
    return lowering, search


def _keep(found: dict[State, int], state: State, cost: int) -> None:
    found[state] = min(cost, found.get(state, cost))


def least_cost(lowering: Lowering, pool: list[PooledRoute], most_routes: int) -> int:
    """Return what the cheapest choice costs, by trying all of them, job after job."""
    jobs = lowering.arrays.jobs.reshape(-1, 6)
    job_of = {int(node): job for job, row in enumerate(jobs) for node in row[:2] if node >= 0}
    kinds = [int(kind) for kind in lowering.arrays.vehicles.reshape(-1, 17)[:, 16]]
    there_are = Counter(kinds)
    routes: dict[tuple[int, int], int] = {}
    for kind, cost, nodes in pool:
        key = kind, sum({1 << job_of[node] for node in nodes})
        routes[key] = min(cost, routes.get(key, cost))
    best: dict[State, int] = {(0, ()): 0}
    for job, row in enumerate(jobs):
        found: dict[State, int] = {}

        for (settled, used), cost in best.items():
            if settled >> job & 1:
                _keep(found, (settled, used), cost)
                continue
            if row[2] >= 0:
                _keep(found, (settled | 1 << job, used), cost + int(row[2]))
            for (kind, mask), more in routes.items():
                after = tuple(sorted((*used, kind)))
                if (
                    mask >> job & 1
                    and not mask & settled
                    and len(after) <= most_routes
                    and after.count(kind) <= there_are[kind]
                ):
                    _keep(found, (settled | mask, after), cost + more)
        best = found
    return min(best.values())


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(("shipments", "iterations"), [(9, 10), (9, 40), (12, 20)])
def test_the_choice_is_the_cheapest_there_is(
    seed: int, objective: Objective, shipments: int, iterations: int
) -> None:
    problem = drawn(seed, objective, shipments)
    lowering, search = searched(problem, seed, iterations)
    missing, vehicles, before = search.worth()
    assert missing == 0
    counted = objective is Objective.VEHICLES_THEN_DISTANCE
    least = least_cost(lowering, search.pool(100_000), vehicles if counted else 8)
    plan = RouteChoice(lowering.arrays).better_plan(search, None)
    # A saving of less than a ten-thousandth is not looked for.
    assert least <= before
    assert (plan is None) == (least > before * (1 - 1e-4))
    if plan is not None:
        assert search.offer(plan)
        assert search.worth()[2] == least
        assert not check(problem, lowering.solution(search.best()))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_route_of_the_pool_can_be_driven_at_its_cost(objective: Objective) -> None:
    problem = drawn(3, objective)
    lowering, search = searched(problem, 3, 200)
    pool = search.pool(100_000)
    assert len(pool) > len(search.best()[0])
    kinds = lowering.arrays.vehicles.reshape(-1, 17)[:, 16]
    for kind, cost, nodes in pool:
        vehicle = int(np.flatnonzero(kinds == kind)[0])
        (route,) = lowering.solution(([(vehicle, nodes, ())], [])).routes
        schedule = evaluate(problem, route)
        assert not isinstance(schedule, Infeasible)
        if objective is Objective.CENTS:
            assert round(cost / UNITS_PER_CENT) == schedule.cost_cents
        else:
            assert cost == schedule.distance_m


def test_at_most_so_many_routes_and_those_of_the_best_plan_first() -> None:
    _, search = searched(drawn(3), 3, 200)
    routes = search.best()[0]
    few = search.pool(2)
    assert len(few) == len(routes) + 2
    assert [nodes for _, _, nodes in few[: len(routes)]] == [list(nodes) for _, nodes, _ in routes]


# Objective, shipments and iterations; a choice is better in about one of 20 such searches.
UNFINISHED = [
    (Objective.DISTANCE, 25, 20),
    (Objective.DISTANCE, 25, 60),
    (Objective.CENTS, 25, 60),
    (Objective.CENTS, 25, 150),
]


def first_better(
    objective: Objective, shipments: int, iterations: int
) -> tuple[Lowering, RoutingSearch, RoutePlan]:
    """Return the first of some searches on which a choice finds a better plan, and that plan."""
    for seed in range(200):
        lowering, search = searched(drawn(seed, objective, shipments), seed, iterations)
        plan = RouteChoice(lowering.arrays).better_plan(search, None)
        if plan is not None:
            return lowering, search, plan
    pytest.fail("no choice is better than every plan it is from")


@pytest.mark.parametrize(("objective", "shipments", "iterations"), UNFINISHED)
def test_a_choice_may_be_better_than_every_plan_it_is_from(
    objective: Objective, shipments: int, iterations: int
) -> None:
    _, search, plan = first_better(objective, shipments, iterations)
    before = search.worth()
    assert search.offer(plan)
    assert search.worth() < before


def test_among_the_few_routes_worth_a_look_there_is_a_better_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(route_choice, "_LEAST_LOOKED_AT", 1)
    monkeypatch.setattr(route_choice, "_LOOKED_AT_PER_JOB", 1)
    shipments = 25
    _, search, plan = first_better(Objective.DISTANCE, shipments, 60)
    assert len(search.pool(100_000)) > len(search.best()[0]) + shipments
    assert search.offer(plan)


@pytest.mark.parametrize(("objective", "shipments", "iterations"), UNFINISHED)
def test_an_interrupted_choice_chooses_nothing_any_more(
    objective: Objective, shipments: int, iterations: int
) -> None:
    lowering, search, _ = first_better(objective, shipments, iterations)
    choice = RouteChoice(lowering.arrays)
    choice.interrupt()
    assert choice.better_plan(search, None) is None
    assert RouteChoice(lowering.arrays).better_plan(search, 0.0) is None


def test_a_cancelled_search_ends_the_choice_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    choosing, cancel = threading.Event(), threading.Event()

    class Endless(cp_model.CpSolver):
        """Solves again and again until it is told to stop."""

        def __init__(self) -> None:
            super().__init__()
            self._stopped = threading.Event()

        def stop_search(self) -> None:
            self._stopped.set()
            super().stop_search()

        def solve(
            self,
            model: cp_model.CpModel,
            solution_callback: cp_model.CpSolverSolutionCallback | None = None,
        ) -> cp_model.CpSolverStatus:
            choosing.set()
            for _ in range(100_000):
                status = super().solve(model, solution_callback)
                if self._stopped.is_set():
                    return status
            raise AssertionError("nobody stops it")

    monkeypatch.setattr(cp_model, "CpSolver", Endless)
    monkeypatch.setattr(route_choice, "_LEAST_SAVING", -1.0)  # whole routes are always tried

    def cancel_it() -> None:
        choosing.wait(100)
        cancel.set()

    other = threading.Thread(target=cancel_it)
    other.start()
    problem = drawn(3, Objective.DISTANCE, shipments=25)
    result = NativeSearch()(problem, Stopping(iterations=10_000), seed=1, cancel=cancel)
    other.join()
    assert choosing.is_set()
    assert check(problem, result.solution) == ()
    assert result.iterations == 7_000  # to the first choice, and no further


def _caught() -> int:
    """Return the signals this process handles, as bits."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("SigCgt:")[1].split()[0], 16)


def test_ctrl_c_stays_ours() -> None:
    before = _caught()
    assert before >> (signal.SIGINT - 1) & 1
    first_better(Objective.DISTANCE, 25, 60)  # GLOP and CP-SAT have run
    assert _caught() == before


@settings(max_examples=60, deadline=None)
@given(problem=rich_problems(max_shipments=5, max_vehicles=3, features=FEATURES - {"locks"}))
def test_routes_of_rich_problems_are_chosen_and_driven(problem: Problem) -> None:
    lowering = lower(problem)
    search = RoutingSearch(lowering.arrays, seed=1, threads=1, plain=True)
    assert search.start(None, time_s=None)
    for part in range(4):
        search.run(part / 4, (part + 1) / 4, iterations=15, time_s=None)
        before = search.worth()
        plan = RouteChoice(lowering.arrays).better_plan(search, None)
        if plan is not None:
            assert search.offer(plan)
            assert search.worth() < before
        assert not check(problem, lowering.solution(search.best()))


def test_with_choices_the_answer_is_still_the_same_every_time() -> None:
    problem = drawn(5, shipments=20)
    answers = [
        solve(problem, Stopping(iterations=3_000), seed=2, threads=2).solution for _ in range(2)
    ]
    assert answers[0] == answers[1]


def test_a_short_search_does_not_stop_to_load_the_solvers(monkeypatch: pytest.MonkeyPatch) -> None:
    name = route_choice.__name__
    monkeypatch.delitem(sys.modules, name)
    solve(drawn(5, shipments=20), Stopping(time_limit_s=0.5), seed=1)
    assert name not in sys.modules
    solve(drawn(5, shipments=20), Stopping(iterations=1_000), seed=1)
    assert name in sys.modules
