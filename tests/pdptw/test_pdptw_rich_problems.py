"""The two judges on random routes of random problems of the whole model."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rich_problems import FEATURES, rich_problems, rich_routes

from colivraison.pdptw import (
    Infeasible,
    Solution,
    activity_of,
    check,
    evaluate,
    location_of,
    objective_key,
    serve_with_idle_vehicles,
    solution_cost_cents,
    why_unassigned,
    with_best_breaks,
)

# Alone, so that not something else breaks the route first.
OF_TIME = frozenset(
    {"breaks", "leaves_at_once", "max_duration", "open_end", "single_ended", "time_on_board"}
)
OF_LOAD = frozenset({"compartments", "conflicts", "lifo", "single_ended"})


def _alone(problem, route):
    """Return a solution with one route, and everything else left out."""
    carried = {visit.shipment for visit in route.visits}
    return Solution(
        routes=(route,),
        unassigned=tuple(n for n in range(len(problem.shipments)) if n not in carried),
    )


@pytest.mark.parametrize("features", [FEATURES, OF_TIME, OF_LOAD], ids=["all", "time", "load"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_route_can_be_driven_exactly_when_the_checker_finds_nothing(features, data):
    problem = data.draw(rich_problems(features=features))
    assume(problem.shipments)
    route = data.draw(rich_routes(problem))
    assume(route.visits)
    # One route alone: what is asked of all of them together is not looked at.
    found = check(replace(problem, locks=(), groups=()), _alone(problem, route))
    assert isinstance(evaluate(problem, route), Infeasible) == bool(found)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_schedule_adds_up(data):
    problem = data.draw(rich_problems())
    assume(problem.shipments)
    route = data.draw(rich_routes(problem))
    schedule = evaluate(problem, route)
    assume(route.visits and not isinstance(schedule, Infeasible))
    vehicle = problem.vehicles[route.vehicle]
    table = problem.tables[vehicle.table]
    # Visits and breaks one after the other, without a gap but waiting.
    events = [(timed.service_begin_s, 1, index) for index, timed in enumerate(schedule.visits)]
    taken = {rest.number: rest for rest in schedule.breaks}
    assert {n: r.after for n, r in taken.items()} == {
        n: after for n, after in enumerate(route.breaks) if after is not None
    }
    now_s, here, waiting_s, distance_m = schedule.start_s, vehicle.start, 0, 0
    for index in range(len(events) + 1):
        for rest in schedule.breaks:
            if rest.after == index:
                asked = vehicle.breaks[rest.number]
                assert rest.ready_s == now_s <= rest.begin_s
                assert any(w.start_s <= rest.begin_s <= w.end_s for w in asked.windows)
                assert rest.end_s == rest.begin_s + asked.duration_s
                waiting_s += rest.begin_s - now_s
                now_s = rest.end_s
        if index == len(events):
            break
        timed = schedule.visits[index]
        activity = activity_of(problem, timed.visit)
        there = location_of(vehicle, activity)
        setup_s = problem.setup_s[there] if there != here else 0
        assert timed.arrival_s == now_s + table.durations_s[here, there] <= timed.work_begin_s
        assert timed.service_begin_s == timed.work_begin_s + setup_s
        assert any(
            w.start_s <= timed.work_begin_s and timed.service_begin_s <= w.end_s
            for w in activity.windows
        )
        assert timed.departure_s == timed.service_begin_s + activity.service_s
        waiting_s += timed.work_begin_s - timed.arrival_s
        distance_m += table.distances_m[here, there]
        now_s, here = timed.departure_s, there
    if vehicle.end is not None:
        now_s += table.durations_s[here, vehicle.end]
        distance_m += table.distances_m[here, vehicle.end]
    assert (schedule.end_s, schedule.waiting_s, schedule.distance_m) == (
        now_s,
        waiting_s,
        distance_m,
    )
    assert vehicle.shift.start_s <= schedule.start_s <= schedule.end_s <= vehicle.shift.end_s
    assert schedule.duration_s == schedule.end_s - schedule.start_s
    _keeps_its_limits(problem, route, schedule)


def _keeps_its_limits(problem, route, schedule):
    times = {(t.visit.shipment, t.visit.is_pickup): t for t in schedule.visits}
    for number in {visit.shipment for visit in route.visits}:
        limit_s = problem.shipments[number].max_on_board_s
        pickup, delivery = times.get((number, True)), times.get((number, False))
        from_s = pickup.departure_s if pickup else schedule.start_s
        until_s = delivery.service_begin_s if delivery else schedule.end_s
        assert limit_s is None or until_s - from_s <= limit_s


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_the_best_breaks_are_the_best_of_all_places(data):
    problem = data.draw(rich_problems(max_shipments=2, features=OF_TIME))
    assume(problem.shipments)
    route = replace(data.draw(rich_routes(problem)), breaks=())
    assume(route.visits)
    places = product(
        (None, *range(len(route.visits) + 1)),
        repeat=len(problem.vehicles[route.vehicle].breaks),
    )
    tried = [evaluate(problem, replace(route, breaks=chosen)) for chosen in places]
    costs = [(t.cost_cents, t.duration_s) for t in tried if not isinstance(t, Infeasible)]
    outcome = with_best_breaks(problem, route)
    if isinstance(outcome, Infeasible):
        assert costs == []
    else:
        assert (outcome[1].cost_cents, outcome[1].duration_s) == min(costs)
        assert evaluate(problem, outcome[0]) == outcome[1]


@settings(max_examples=80, deadline=None)
@given(problem=rich_problems())
def test_completing_and_explaining_hold_on_any_problem(problem):
    nothing = Solution(routes=(), unassigned=tuple(range(len(problem.shipments))))
    broken = check(problem, nothing)
    complete = serve_with_idle_vehicles(problem, nothing)
    # Nothing but the locks that nobody kept before either.
    assert check(problem, complete) == broken
    assert objective_key(problem, complete) <= objective_key(problem, nothing)
    assert why_unassigned(problem, complete).keys() == set(complete.unassigned)
    assert solution_cost_cents(problem, complete) >= 0


@settings(max_examples=40, deadline=None)
@given(problem=rich_problems(max_shipments=4, max_vehicles=2))
def test_no_completion_is_better_than_the_exhaustive_search(exhaustive, problem):
    best = exhaustive(problem)
    # The locks of a random problem can be kept.
    assert best is not None
    nothing = Solution(routes=(), unassigned=tuple(range(len(problem.shipments))))
    complete = serve_with_idle_vehicles(problem, nothing)
    if check(problem, complete) == ():
        assert best <= objective_key(problem, complete)
