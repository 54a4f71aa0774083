"""The native routes do what the plain evaluator does: the same routes, at the same exact cost.

A route is offered to a search that has not begun, and to leave the others out costs nothing; what
the search says it is worth is then the cost of that route.
"""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from exact_money import UNITS_PER_CENT, exact_cost
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rich_problems import FEATURES, often_open, rich_problems, rich_routes

from colivraison._native.routing import RoutingSearch
from colivraison.pdptw import (
    Infeasible,
    Objective,
    Solution,
    Stopping,
    check,
    evaluate,
    objective_key,
    with_best_breaks,
)
from colivraison.pdptw.backends.locks import least_solution
from colivraison.pdptw.backends.native import NativeSearch
from colivraison.pdptw.backends.native_lowering import lower

OF_TIME = frozenset(
    {"breaks", "leaves_at_once", "max_duration", "open_end", "overtime", "single_ended"}
    | {"time_on_board"}
)


def _offered(problem, route, *, plain=False):
    """Return the exact cost at which the native routes take one, None where they refuse."""
    if plain:
        # Plain routes know no optional shipments: none but those of the route.
        problem, route = _alone(problem, route)
    lowering = lower(problem)
    arrays = lowering.arrays
    if not plain:
        # To leave a shipment out costs nothing.
        jobs = arrays.jobs.copy()
        jobs[2::6] = 0
        arrays = replace(arrays, jobs=jobs)
    search = RoutingSearch(arrays, seed=1, threads=1, plain=plain)
    nodes = [lowering.node_of[visit] for visit in route.visits]
    carried = {visit.shipment for visit in route.visits}
    others = [number for number in range(len(problem.shipments)) if number not in carried]
    if not search.offer(([(route.vehicle, nodes, [])], others)):
        return None
    return search.worth()[2] + lowering.constant


def _alone(problem, route):
    """Return a problem with only the shipments of a route, and the route in it."""
    numbers = sorted({visit.shipment for visit in route.visits})
    visits = tuple(replace(visit, shipment=numbers.index(visit.shipment)) for visit in route.visits)
    shipments = tuple(problem.shipments[number] for number in numbers)
    return replace(problem, shipments=shipments), replace(route, visits=visits)


def _served_alone(problem, route):
    """Return the exact cost of a route as `_offered` counts it: nobody pays for the others."""
    return exact_cost(problem, Solution(routes=(route,), unassigned=()))


# Locks concern a solution as a whole; a route by itself is not held against them.
@pytest.mark.parametrize("often", [False, True], ids=["", "often_open"])
@pytest.mark.parametrize("features", [FEATURES - {"locks"}, OF_TIME], ids=["all", "time"])
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_route_has_the_cost_that_the_evaluator_gives_or_is_refused_by_both(features, often, data):
    problem = data.draw(rich_problems(features=features))
    assume(problem.shipments)
    # Neither do groups.
    problem = replace(problem, groups=())
    if often:
        problem = data.draw(often_open(problem))
    if problem.objective is Objective.VEHICLES_THEN_DISTANCE:
        # A plan with a vehicle is not better than the empty one that a search begins with.
        problem = replace(problem, objective=Objective.DISTANCE)
    route = replace(data.draw(rich_routes(problem)), breaks=())
    assume(route.visits)
    assume(
        all(
            (shipment.pickup if visit.is_pickup else shipment.delivery) is not None
            for visit in route.visits
            for shipment in [problem.shipments[visit.shipment]]
        )
    )
    outcome = with_best_breaks(problem, route)
    found = _offered(problem, route)
    if not isinstance(outcome, Infeasible):
        assert found == _served_alone(problem, outcome[0])
    else:
        assert found is None


def _drawn_route(build, problem, numbers, dice):
    """Return a route of shipments in an order that loads before it unloads."""
    waiting, on_board, names = list(numbers), [], []
    while waiting or on_board:
        if waiting and (not on_board or dice.random() < 0.5):
            on_board.append(waiting.pop(dice.randrange(len(waiting))))
            names.append(f"+{on_board[-1]}")
        else:
            names.append(f"-{on_board.pop(dice.randrange(len(on_board)))}")
    return build.route(0, *names)


def _many_windows(build, seed, windows):
    """Return a problem of one van and up to 3 shipments whose places open so many times."""
    dice = random.Random(seed)

    def hours():
        moments = sorted(dice.sample(range(1_000), 2 * windows))
        return tuple(zip(moments[::2], moments[1::2], strict=True))

    durations = [[0 if i == j else dice.randint(1, 60) for j in range(4)] for i in range(4)]
    parcels = [
        build.shipment(*(build.activity(dice.randrange(4), *hours(), service_s=3) for _ in "+-"))
        for _ in range(dice.randint(1, 3))
    ]
    problem = build.problem(durations, [build.vehicle(shift=(0, 1_000), km=0)], parcels)
    return problem, _drawn_route(build, problem, range(len(parcels)), dice)


@pytest.mark.parametrize("windows", [2, 5, 10, 40])
def test_with_many_windows_a_route_costs_what_it_costs(build, windows):
    good = 0
    for seed in range(150):
        problem, route = _many_windows(build, seed, windows)
        if isinstance(evaluate(problem, route), Infeasible):
            continue
        good += 1
        assert _offered(problem, route) == _served_alone(problem, route)
    assert good > 50


def test_a_valid_plan_with_many_windows_and_just_enough_time_can_be_a_start(build):
    good = 0
    for seed in range(60):
        problem, route = _many_windows(build, seed, 8)
        schedule = evaluate(problem, route)
        if not isinstance(schedule, Infeasible):
            (van,) = problem.vehicles
            just_enough = replace(van, max_duration_s=schedule.duration_s)
            tight = replace(problem, vehicles=(just_enough,))
            start = Solution(routes=(route,), unassigned=())
            result = NativeSearch()(tight, Stopping(iterations=10), seed=1, initial=start)
            assert objective_key(tight, result.solution) <= objective_key(tight, start)
            good += 1
    assert good > 20


@pytest.mark.parametrize("often", [False, True], ids=["locks", "often_open"])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_plan_is_worth_what_the_evaluator_says_after_many_moves(often, data):
    # Often open, it once ended with "an insertion that was priced cannot be driven".
    problem = data.draw(rich_problems(features=FEATURES - {"objectives"}))
    assume(problem.shipments)
    if often:
        # Locks cut from routes at other hours may be impossible.
        problem = data.draw(often_open(replace(problem, locks=())))
    lowering = lower(problem)
    search = RoutingSearch(lowering.arrays, seed=1, threads=1, plain=False)
    least = least_solution(problem)
    assert search.start(lowering.plan(least), time_s=None)
    for begin in (0.0, 0.5):
        search.run(begin, begin + 0.5, iterations=100, time_s=None)
        solution = lowering.solution(search.best())
        assert check(problem, solution) == ()
        prices = [problem.shipments[number].unserved_cents for number in solution.unassigned]
        missing, _, cost = search.worth()
        assert missing == prices.count(None)
        # The search counts a unit more for each one left out at a price.
        paid = len(prices) - missing
        assert cost - paid + lowering.constant == exact_cost(problem, solution)


def _plain(build, seed, *, metric):
    """Return a problem that the plain routes suit: one kind of van, one window, distance."""
    dice = random.Random(seed)
    places = dice.randint(3, 7)
    durations = np.array(
        [[0 if i == j else dice.randint(1, 40) for j in range(places)] for i in range(places)]
    )
    if metric:
        for k in range(places):
            durations = np.minimum(durations, durations[:, k : k + 1] + durations[k : k + 1, :])

    def activity():
        opens = dice.randint(0, 150)
        return build.activity(
            dice.randrange(places),
            (opens, opens + dice.randint(10, 150)),
            service_s=dice.randint(0, 8),
        )

    return build.problem(
        durations,
        [build.vehicle(shift=(0, 400), capacity=(8,))] * 4,
        [build.shipment(activity(), activity(), (dice.randint(1, 5),)) for _ in range(5)],
        objective=Objective.DISTANCE,
    )


def _costs(build, seed, *, metric):
    """Yield what plain routes, rich routes and the evaluator say of random routes."""
    problem = _plain(build, seed, metric=metric)
    dice = random.Random(seed)
    for _ in range(20):
        numbers = dice.sample(range(5), dice.randint(1, 3))
        route = _drawn_route(build, problem, numbers, dice)
        schedule = evaluate(problem, route)
        yield (
            _offered(problem, route, plain=True),
            _offered(problem, route, plain=False),
            None if isinstance(schedule, Infeasible) else schedule.distance_m,
        )


@pytest.mark.parametrize("seed", range(40))
def test_plain_and_rich_routes_and_the_evaluator_agree(build, seed):
    costs = list(_costs(build, seed, metric=True))
    assert all(plain == rich == slow for plain, rich, slow in costs)
    assert any(slow is not None for *_, slow in costs)


@pytest.mark.parametrize("seed", range(40))
def test_routes_need_no_shortest_ways_to_take_a_plan(build, seed):
    assert all(plain == rich == slow for plain, rich, slow in _costs(build, seed, metric=False))


def test_money_is_exact_before_it_is_rounded(build):
    # 137 m at 100 cents a kilometre: 13.7 cents out and back 27.4.
    problem = build.problem(
        [[0, 100], [100, 0]],
        [build.vehicle(hour=0)],
        [build.shipment(build.activity(0), build.activity(1))],
    )
    table = replace(problem.tables[0], distances_m=np.array([[0, 137], [137, 0]]))
    problem = replace(problem, tables=(table,))
    route = build.route(0, "+0", "-0")
    assert _offered(problem, route) == 274 * UNITS_PER_CENT // 10
    assert evaluate(problem, route).cost_cents == 27


@pytest.mark.parametrize(
    ("names", "plain"),
    [
        (("+0",), False),  # what is loaded is never delivered
        (("-0", "+0"), True),  # delivered before it is loaded
        (("+0", "+0", "-0"), False),  # loaded twice
        (("+1", "-1"), False),  # a vehicle that may not
    ],
)
def test_a_plan_that_no_vehicle_can_drive_is_refused(build, names, plain):
    parcel = build.shipment(build.activity(0), build.activity(1))
    other = [] if plain else [build.shipment(build.activity(0), build.activity(1), vehicles=())]
    problem = build.problem(
        [[0, 100], [100, 0]],
        [build.vehicle()],
        [parcel, *other],
        objective=Objective.DISTANCE,
    )
    assert _offered(problem, build.route(0, *names), plain=plain) is None
