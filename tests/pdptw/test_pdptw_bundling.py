"""Shipments in bundles: what goes together, what it stands for, searches that begin with them."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from pdptw_build import Build
from rich_problems import FEATURES, rich_problems

from colivraison.pdptw import (
    Lock,
    LockKind,
    Objective,
    Problem,
    Progress,
    Reference,
    Solution,
    Stopping,
    check,
    evaluate,
    solution_cost_cents,
)
from colivraison.pdptw.backends import bundling, native, native_stages
from colivraison.pdptw.backends.bundling import Bundles, bundled
from colivraison.pdptw.backends.native import NativeSearch
from colivraison.pdptw.evaluate import Schedule

TRIANGLE = [[0, 600, 900], [600, 0, 700], [900, 700, 0]]


def of(*shipments, **options) -> Bundles | None:
    """Return the bundles among some shipments from place 1 to place 2."""
    fleet = options.pop("fleet", [Build.vehicle(capacity=(10,)), Build.vehicle(capacity=(8,))])
    return bundled(Build.problem(TRIANGLE, fleet, shipments, **options))


def crate(windows=((0, 20_000),), *, later=((0, 30_000),), service_s=60, **options):
    """Return a shipment from place 1 to place 2."""
    return Build.shipment(
        Build.activity(1, *windows, service_s=service_s),
        Build.activity(2, *later, service_s=2 * service_s),
        **options,
    )


# --- what goes together


def test_two_between_the_same_places_are_one_that_takes_the_time_and_the_room_of_both():
    found = of(
        crate(((0, 5_000), (10_000, 20_000)), demand=(2,), vehicles=(0, 1)),
        crate(((3_000, 12_000),), later=((8_000, 9_000), (20_000, 40_000)), service_s=30),
    )
    assert found.members == ((0, 1),)
    (both,) = found.problem.shipments
    # The second begins 60 s after the first and in its own window.
    assert both.pickup == Build.activity(1, (3_000, 5_000), (10_000, 11_940), service_s=90)
    # It is unloaded first, in 60 s.
    assert both.delivery == Build.activity(2, (8_000, 9_000), (20_000, 29_940), service_s=180)
    assert both.demand == (3,)
    assert both.vehicles == frozenset((0, 1))


@pytest.mark.parametrize(
    "other",
    [
        crate(((19_500, 40_000),)),  # 440 s are left for both
        crate(later=((30_001, 40_000),)),
        crate(vehicles=(1,)),
        crate(load_class=1),
        crate(skills=frozenset((1,))),
        crate(demand=(4,)),  # 6 are more than half of 10
        crate(unserved_cents=500),
        Build.shipment(Build.activity(1), Build.activity(0)),
        Build.shipment(Build.activity(1), None),
    ],
)
def test_what_cannot_go_together_does_not(other):
    found = of(crate(demand=(2,), vehicles=(0,)), other)
    assert found.members == ((0,), (1,))


COLD = frozenset((1,))
LARGE = Build.vehicle(capacity=(20,))


@pytest.mark.parametrize(
    ("options", "fleet"),
    [
        ({"demand": (1, 1)}, [Build.vehicle(capacity=(9, 3)), Build.vehicle(capacity=(3, 9))]),
        ({"skills": COLD}, [LARGE, Build.vehicle(capacity=(3,), skills=COLD)]),
        ({"vehicles": (1,)}, [LARGE, Build.vehicle(capacity=(3,))]),
        ({"load_class": 1}, [replace(LARGE, compartments=(Build.part((3,), 1),))]),
        ({"load_class": 1}, [replace(LARGE, compartments=(Build.part((9,), 2),))]),
        # Both take 360 s of service.
        ({}, [Build.vehicle(shift=(0, 719))]),
        ({}, []),
    ],
)
def test_a_bundle_fits_twice_into_a_vehicle_that_may_carry_it(options, fleet):
    assert of(crate(**options), crate(**options), fleet=fleet).members == ((0,), (1,))
    roomy = [
        replace(
            LARGE,
            capacity=(20,) * len(options.get("demand", (1,))),
            skills=COLD,
            compartments=(Build.part((4,), 1, 0), Build.part((9,), 2)) if len(fleet) == 1 else (),
        )
    ] * 2
    assert of(crate(**options), crate(**options), fleet=roomy).members == ((0, 1),)


def test_the_setup_is_not_counted_as_time_for_service():
    two = [crate(((0, 1_460),)), crate(((0, 1_460),))]  # the second begins 60 s later
    assert of(*two, setup_s=[0, 800, 0]).members == ((0, 1),)
    assert of(*two, setup_s=[0, 801, 0]).members == ((0,), (1,))


def test_the_time_on_board_of_those_inside_counts_for_those_outside():
    # The first waits 60 s while the second is loaded, 120 s while it is unloaded.
    (both,) = of(crate(max_on_board_s=1_000), crate(max_on_board_s=900)).problem.shipments
    assert both.max_on_board_s == 820
    assert len(of(crate(max_on_board_s=179), crate()).members) == 2


@pytest.mark.parametrize(
    "options",
    [
        {"objective": Objective.DISTANCE},
        {"objective": Objective.VEHICLES_THEN_DISTANCE},
        {"locks": (Lock(vehicle=0, visits=(), kind=LockKind.ROUTE),)},
        {"reference": Reference(solution=Solution(routes=(), unassigned=()))},
        {"fleet": [Build.vehicle(breaks=2 * (Build.rest((0, 9_000), duration_s=60),))]},
    ],
)
def test_nothing_is_bundled_where_money_does_not_count_or_something_is_fixed(options):
    assert of(crate(), crate(), **options) is None


def test_a_plan_of_bundles_is_one_of_shipments():
    found = of(crate(), Build.shipment(Build.activity(1), Build.activity(0)), crate(), crate())
    assert found.members == ((0, 2, 3), (1,))
    plan = Solution(
        routes=(Build.route(1, "+0", "+1", "-0", breaks=(0, 1, None, 3)),), unassigned=(1,)
    )
    assert found.unbundled(plan) == Solution(
        routes=(Build.route(1, "+0", "+2", "+3", "+1", "-3", "-2", "-0", breaks=(0, 3, None, 7)),),
        unassigned=(1,),
    )
    nobody = Solution(routes=(), unassigned=(0, 1))
    assert found.unbundled(nobody).unassigned == (0, 1, 2, 3)


# --- on random problems


BUNDLED = FEATURES - {"locks", "objectives", "reference"}


@pytest.fixture
def small(monkeypatch):
    """Let tiny problems with narrow windows be bundled, and searched in bundles."""
    monkeypatch.setattr(bundling, "_LEAST_WINDOW_S", 0)
    monkeypatch.setattr(bundling, "_PARTS_OF_A_VEHICLE", 1)
    monkeypatch.setattr(native_stages, "_BUNDLED", range(2, 1_000))
    monkeypatch.setattr(native_stages, "_MOST_BUNDLES_PER_SHIPMENT", 0.99)


given_bundles = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)


@pytest.mark.usefixtures("small")
@given_bundles
@given(problem=rich_problems(max_shipments=6, max_vehicles=2, features=BUNDLED))
def test_plans_of_bundles_are_as_valid_and_cost_no_more_in_shipments(problem: Problem):
    found = bundled(problem)
    assume(found is not None and len(found.members) < len(problem.shipments))
    plan = NativeSearch()(found.problem, Stopping(iterations=60), seed=1).solution
    single = found.unbundled(plan)
    assert check(problem, single) == ()
    assert solution_cost_cents(problem, single) <= solution_cost_cents(found.problem, plan)
    for of_bundles, of_shipments in zip(plan.routes, single.routes, strict=True):
        before, after = evaluate(found.problem, of_bundles), evaluate(problem, of_shipments)
        assert isinstance(before, Schedule)
        assert isinstance(after, Schedule)
        assert after.distance_m == before.distance_m


@pytest.mark.usefixtures("small")
@given_bundles
@given(problem=rich_problems(max_shipments=6, max_vehicles=2, features=BUNDLED))
def test_searches_that_begin_with_bundles_end_with_valid_plans(problem: Problem):
    found = native_stages.materials(problem, may_bundle=True)
    assume(len(found) == 2)
    result = NativeSearch()(problem, Stopping(iterations=1_500), seed=1)
    assert check(problem, result.solution) == ()
    assert result.iterations == 1_500


# --- searches


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("threads", [1, 2])
def test_the_answer_is_the_same_every_time(threads):
    problem = Build.week(1, shipments=60, farms=3, points=3, vans=3)
    assert len(native_stages.materials(problem, may_bundle=True)) == 2
    first, again = (
        NativeSearch()(problem, Stopping(iterations=3_000), seed=1, threads=threads)
        for _ in range(2)
    )
    assert first == again
    assert first.iterations == 3_000 * threads
    assert check(problem, first.solution) == ()


def test_from_a_given_plan_a_search_does_not_begin_with_bundles(small):
    problem = Build.week(1, shipments=60, farms=3, points=3, vans=3)
    assert [one.bundles for one in native_stages.materials(problem, may_bundle=False)] == [None]
    found = NativeSearch()(problem, Stopping(iterations=2_000), seed=1)
    again = NativeSearch()(problem, Stopping(iterations=1), seed=1, initial=found.solution)
    assert again.cost_cents <= found.cost_cents


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("share", "of_bundles"),
    [(0.0, True), (0.3, True), (0.8, False)],
    ids=["begin", "first", "last"],
)
def test_cancelled_in_either_stage_the_best_plan_comes_in_shipments(monkeypatch, share, of_bundles):
    problem = Build.week(1, shipments=60, farms=3, points=3, vans=3)
    cancel = threading.Event()
    told: list[Progress] = []
    unbundled: list[Solution] = []
    unbundle = Bundles.unbundled
    monkeypatch.setattr(
        Bundles, "unbundled", lambda *given: unbundled.append(unbundle(*given)) or unbundled[-1]
    )

    def on_progress(progress: Progress) -> None:
        told.append(progress)
        if progress.share >= share:
            cancel.set()

    # Told at every tick, so that a fast machine is not through before it is told.
    monkeypatch.setattr(native, "_PROGRESS_S", 0.0)
    result = NativeSearch()(
        problem, Stopping(iterations=100_000), seed=1, on_progress=on_progress, cancel=cancel
    )
    assert check(problem, result.solution) == ()
    assert result.iterations < 100_000
    # The answer is the plan of bundles, or what became of it.
    (first,) = unbundled
    assert (result.solution == first) == of_bundles
    assert told[-1].unassigned == len(result.solution.unassigned)
    assert told[-1].vehicles == len(result.solution.routes)
    shares = [progress.share for progress in told]
    assert shares == sorted(shares)


@pytest.mark.usefixtures("small")
def test_who_is_left_out_is_told_in_shipments():
    # One van for half an hour: nobody can be served by it but a few.
    problem = Build.week(1, shipments=60, farms=3, points=3, vans=3)
    first = problem.vehicles[0]
    van = replace(first, shift=Build.window(first.shift.start_s, first.shift.start_s + 1_800))
    anybody = tuple(replace(one, vehicles=None) for one in problem.shipments)
    first, _ = native_stages.materials(
        replace(problem, vehicles=(van,), shipments=anybody), may_bundle=True
    )
    stage = first.stage(Stopping(iterations=1), seed=1, threads=1, plain=True)
    assert stage.search.start(None, time_s=None)
    routes, unassigned = stage.counts()
    assert unassigned > len(stage.search.best()[1]) > 0
    assert unassigned == len(stage.best().unassigned)
    assert routes == len(stage.best().routes)


def test_threads_that_go_on_from_the_best_plan_give_the_same_answer_every_time():
    # (That they do go on from it is not seen here: what it gives is too little for a short test.)
    problem = Build.week(1, shipments=320, vans=10, days=3)
    first, again = (
        NativeSearch()(problem, Stopping(iterations=6_000), seed=1, threads=2) for _ in range(2)
    )
    assert first == again
    assert check(problem, first.solution) == ()


@pytest.mark.parametrize("threads", [1, 2])
def test_many_shipments_between_few_places_cost_less_when_they_move_in_bundles_first(threads):
    problem = Build.week(1, shipments=450, vans=12, days=5)
    assert len(native_stages.materials(problem, may_bundle=True)) == 2
    with_bundles = NativeSearch()(problem, Stopping(iterations=1_500), seed=1, threads=threads)
    from_nothing = NativeSearch()(
        problem,
        Stopping(iterations=1_500),
        seed=1,
        threads=threads,
        initial=Solution(routes=(), unassigned=tuple(range(450))),
    )
    assert with_bundles.solution.unassigned == from_nothing.solution.unassigned == ()
    assert with_bundles.cost_cents < from_nothing.cost_cents
