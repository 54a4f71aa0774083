"""A search ends early: when its plan is good enough, or when another thread wants no more."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from colivraison.pdptw import (
    BACKENDS,
    Lock,
    LockKind,
    Objective,
    Solution,
    Stopping,
    Target,
    Visit,
    check,
    objective_key,
)
from colivraison.pdptw.backends.native import NativeSearch

SEARCHES = {
    "native": BACKENDS["native"],
    "native_rich": NativeSearch(plain=False),
    "ortools": BACKENDS["ortools"],
}
# More than enough for what is asked below.
MANY = {"native": 30_000, "native_rich": 30_000, "ortools": 400}
# What is easily found: a good plan is not the matter here.
EASY = {"native": 500, "native_rich": 500, "ortools": 10}

every_search = pytest.mark.parametrize("name", SEARCHES)
every_objective = pytest.mark.parametrize("objective", Objective)
# OR-Tools: in this process, and in others.
every_size = pytest.mark.parametrize("shipments", [8, 30])


def _target(key, objective):
    """Return the target that a plan of this objective key just reaches."""
    match objective:
        case Objective.CENTS:
            return Target(cost_cents=key[1])
        case Objective.DISTANCE:
            return Target(distance_m=key[1])
        case Objective.VEHICLES_THEN_DISTANCE:
            return Target(vehicles=key[1], distance_m=key[2])


def _easy(name, problem, iterations=None):
    """Return the objective key of a plan that is soon found by other searches too."""
    found = SEARCHES[name](problem, Stopping(iterations=iterations or EASY[name]), seed=5)
    key = objective_key(problem, found.solution)
    assert key[0] == 0
    return (*key[:-1], key[-1] * 11 // 10)


@pytest.mark.parametrize("limit_s", [float("nan"), float("inf"), -1.0, 1e10])
def test_a_time_limit_is_a_time(limit_s):
    with pytest.raises(ValueError, match="limit"):
        Stopping(time_limit_s=limit_s)


# --- the target itself


@pytest.mark.parametrize(
    "given",
    [
        {},  # nothing to reach
        {"vehicles": -1},
        {"vehicles": 2, "distance_m": -1},
        {"cost_cents": 1, "vehicles": 2},  # of two objectives
        {"cost_cents": 1, "distance_m": 2},
    ],
)
def test_a_target_of_no_objective_is_refused(given):
    with pytest.raises(ValueError, match="target"):
        Target(**given)


@pytest.mark.parametrize(
    ("given", "objective", "worse", "better"),
    [
        ({"cost_cents": 5}, "cents", (0, 6), (0, 5)),
        ({"cost_cents": 5}, "cents", (1, 0), (0, 0)),  # somebody is left out
        ({"distance_m": 5}, "distance", (0, 6), (0, 5)),
        ({"vehicles": 2}, "vehicles", (0, 3, 0), (0, 2, 10**12)),
        ({"vehicles": 2, "distance_m": 5}, "vehicles", (0, 2, 6), (0, 2, 5)),
        ({"vehicles": 2, "distance_m": 5}, "vehicles", (0, 3, 5), (0, 1, 6)),  # fewer count more
    ],
)
def test_what_reaches_a_target_is_at_least_as_good(given, objective, worse, better):
    key = Target(**given).key(Objective(objective))
    assert better <= key < worse


@every_search
@pytest.mark.parametrize(
    ("given", "objective"),
    [
        ({"vehicles": 1}, "cents"),
        ({"cost_cents": 1}, "vehicles"),
        ({"distance_m": 1}, "vehicles"),
        ({"vehicles": 1, "distance_m": 1}, "distance"),
        ({"cost_cents": 1}, "distance"),
    ],
)
def test_a_target_of_another_objective_is_refused(build, name, given, objective):
    problem = replace(build.week(1, shipments=2), objective=Objective(objective))
    with pytest.raises(ValueError, match="objective"):
        SEARCHES[name](problem, Stopping(iterations=1, target=Target(**given)), seed=1)


# --- searches that reach it


@every_search
@every_objective
@every_size
def test_a_search_ends_on_its_target_and_the_same_way_each_time(build, name, objective, shipments):
    problem = replace(build.week(1, shipments=shipments), objective=objective)
    key = _easy(name, problem)
    stopping = Stopping(iterations=MANY[name], target=_target(key, objective))
    first, again = (SEARCHES[name](problem, stopping, seed=1, threads=2) for _ in range(2))
    assert check(problem, first.solution) == ()
    assert objective_key(problem, first.solution) <= key
    # As many for each of two threads, were it not for the target.
    assert first.iterations < 2 * MANY[name]
    assert repr(first) == repr(again)


@every_search
@every_objective
@every_size
def test_under_a_time_limit_a_search_ends_on_its_target(build, name, objective, shipments):
    problem = replace(build.week(1, shipments=shipments), objective=objective)
    # Of so long a limit the search is at its hottest all the while: nothing but a first plan.
    key = _easy(name, problem, EASY[name] if name == "ortools" else 1)
    told = []
    result = SEARCHES[name](
        problem,
        Stopping(time_limit_s=3_000, target=_target(key, objective)),
        seed=1,
        threads=2,
        on_progress=told.append,
    )
    assert check(problem, result.solution) == ()
    assert objective_key(problem, result.solution) <= key
    *before, last = (progress.share for progress in told)
    assert max(before, default=0) < 0.5
    assert last == 1


@every_search
def test_a_target_out_of_reach_ends_nothing(build, name):
    problem = build.week(1, shipments=8)
    plain = SEARCHES[name](problem, Stopping(iterations=EASY[name]), seed=1)
    out_of_reach = Target(cost_cents=plain.cost_cents // 2)
    aimed = SEARCHES[name](problem, Stopping(iterations=EASY[name], target=out_of_reach), seed=1)
    assert repr(aimed) == repr(plain)


@pytest.mark.parametrize("search", [SEARCHES["native"], SEARCHES["native_rich"]])
def test_money_on_target_is_that_of_the_plan_and_not_the_unrounded_one(build, search):
    # One shipment on each of ten vans, 12 s or 120 m there and as much back at 1 cent a km: 0.24
    # cent on each, which the plan rounds to 0: 2.4 cents together, and yet 0.
    shipment = build.shipment(build.activity(0), build.activity(1))
    problem = build.problem(
        [[0, 12], [12, 0]],
        [build.vehicle(km=1, hour=0, capacity=(1,), max_distance_m=240)] * 10,
        [shipment] * 10,
    )
    found = search(problem, Stopping(iterations=2_000), seed=1)
    assert (found.cost_cents, found.solution.unassigned) == (0, ())
    aimed = search(problem, Stopping(iterations=2_000, target=Target(cost_cents=0)), seed=1)
    assert (aimed.cost_cents, aimed.iterations) == (0, 0)


@every_search
@every_size
def test_who_starts_on_the_target_does_not_search(build, name, shipments):
    problem = build.week(1, shipments=shipments)
    found = SEARCHES[name](problem, Stopping(iterations=EASY[name]), seed=1)
    again = SEARCHES[name](
        problem,
        Stopping(time_limit_s=3_000, target=Target(cost_cents=found.cost_cents)),
        seed=1,
        initial=found.solution,
    )
    assert again.iterations == 0
    assert again.cost_cents <= found.cost_cents


# --- cancelled


@every_search
@pytest.mark.parametrize(
    ("shipments", "stopping"),
    [
        # As few end by themselves long before a time limit.
        (8, Stopping(iterations=10**9)),
        (30, Stopping(iterations=10**9)),
        (30, Stopping(time_limit_s=3_000)),
    ],
)
def test_another_thread_ends_a_search_which_returns_its_best(build, name, shipments, stopping):
    problem = build.week(1, shipments=shipments)
    cancel, searching = threading.Event(), threading.Event()
    told = []

    def on_progress(progress):
        told.append(progress)
        if progress.share > 0 and progress.unassigned == 0:
            searching.set()

    def cancel_it():
        searching.wait()
        cancel.set()

    other = threading.Thread(target=cancel_it)
    other.start()
    try:
        result = SEARCHES[name](
            problem, stopping, seed=1, threads=2, on_progress=on_progress, cancel=cancel
        )
    finally:
        searching.set()
        other.join()
    assert check(problem, result.solution) == ()
    assert result.solution.unassigned == ()
    assert result.iterations < 10**9
    # The search ended at its beginning, by the flag and by nothing else.
    *before, last = (progress.share for progress in told)
    assert max(before) < 0.5
    assert last == 1


class _SetWhenAsked:
    """A flag that is set from the moment it is asked for a number of times."""

    def __init__(self, times):
        self.left = times

    def is_set(self):
        self.left -= 1
        return self.left < 0


@every_search
@every_size
@pytest.mark.parametrize("times", range(6))
def test_cancelled_at_any_early_moment_there_is_a_valid_answer(build, name, shipments, times):
    problem = build.week(1, shipments=shipments)
    result = SEARCHES[name](
        problem, Stopping(iterations=10**9), seed=1, cancel=_SetWhenAsked(times)
    )
    assert check(problem, result.solution) == ()
    assert result.iterations < 10**9


@every_search
@every_size
def test_cancelled_before_it_begins_everybody_is_unassigned_or_as_in_the_initial_plan(
    build, name, shipments
):
    problem = build.week(1, shipments=shipments)
    cancel = threading.Event()
    cancel.set()
    nothing = SEARCHES[name](problem, Stopping(time_limit_s=3_000), seed=1, cancel=cancel)
    assert nothing.solution == Solution(routes=(), unassigned=tuple(range(shipments)))
    initial = SEARCHES[name](problem, Stopping(iterations=EASY[name]), seed=1).solution
    kept = SEARCHES[name](
        problem, Stopping(time_limit_s=3_000), seed=1, initial=initial, cancel=cancel
    )
    assert kept.solution == initial
    assert (nothing.iterations, kept.iterations) == (0, 0)


@every_search
def test_cancelled_before_it_begins_what_is_locked_is_driven(build, name):
    free = build.problem(
        [[0, 10], [10, 0]],
        [build.vehicle()] * 2,
        [build.shipment(build.activity(0), build.activity(1))] * 2,
    )
    visits = tuple(Visit(shipment=1, is_pickup=is_pickup) for is_pickup in (True, False))
    problem = replace(free, locks=(Lock(vehicle=0, kind=LockKind.ROUTE, visits=visits),))
    cancel = threading.Event()
    cancel.set()
    result = SEARCHES[name](problem, Stopping(time_limit_s=3_000), seed=1, cancel=cancel)
    assert check(problem, result.solution) == ()
    assert visits in [route.visits for route in result.solution.routes]


# --- what progress says of the best plan


@every_search
@every_objective
@every_size
def test_progress_says_what_counts_of_the_best_plan(build, name, objective, shipments):
    problem = replace(build.week(1, shipments=shipments), objective=objective)
    told = []
    result = SEARCHES[name](
        problem, Stopping(iterations=EASY[name]), seed=1, on_progress=told.append
    )
    key = objective_key(problem, result.solution)
    assert told[-1].vehicles == len(result.solution.routes)
    assert told[-1].unassigned == len(result.solution.unassigned)
    assert told[-1].distance_m == (None if objective is Objective.CENTS else key[-1])


# --- few shipments end early of themselves


@pytest.mark.parametrize("name", ["native", "native_rich"])
def test_few_shipments_are_searched_to_the_end_however_long_the_limit(build, name):
    # They use up their iterations in the first thousandth of the time; it once stayed in the phase
    # that empties routes and hardly looked at distances.
    problem = replace(build.week(1, shipments=8), objective=Objective.VEHICLES_THEN_DISTANCE)
    counted = SEARCHES[name](problem, Stopping(iterations=20_000), seed=1)
    timed = SEARCHES[name](problem, Stopping(time_limit_s=3_000), seed=1)
    assert check(problem, timed.solution) == ()
    assert objective_key(problem, timed.solution) == objective_key(problem, counted.solution)
