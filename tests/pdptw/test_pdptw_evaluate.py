"""Time, load and money of one route."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colivraison.pdptw import Infeasible, Obstacle, Solution, check, evaluate

LINE = [[0, 100, 200], [100, 0, 100], [200, 100, 0]]


def test_a_route_adds_up(build):
    problem = build.problem(
        LINE,
        [build.vehicle(km=100, hour=3_600, use=50)],
        [build.shipment(build.activity(1, service_s=30), build.activity(2, service_s=40), (3,))],
        setup_s=[7, 10, 20],
    )
    schedule = evaluate(problem, build.route(0, "+0", "-0"))
    # Out 100 s, setup 10, service 30, on 100, setup 20, service 40, home 200: 500 s.
    assert (schedule.start_s, schedule.end_s, schedule.duration_s) == (0, 500, 500)
    assert (schedule.waiting_s, schedule.distance_m) == (0, 4_000)
    # 50 for the use, 4 km at 100, 500 s at 1 cent.
    assert schedule.cost_cents == 50 + 400 + 500
    first, second = schedule.visits
    assert (first.arrival_s, first.work_begin_s, first.service_begin_s) == (100, 100, 110)
    assert (first.departure_s, first.load) == (140, (3,))
    assert (second.arrival_s, second.work_begin_s, second.service_begin_s) == (240, 240, 260)
    assert (second.departure_s, second.load) == (300, (0,))


def test_a_stop_is_set_up_once_and_none_where_the_route_starts(build):
    two = [build.shipment(build.activity(0), build.activity(1)) for _ in range(2)]
    problem = build.problem(LINE, [build.vehicle()], two, setup_s=[50, 60, 0])
    schedule = evaluate(problem, build.route(0, "+0", "+1", "-0", "-1"))
    # No setup at 0, 100 s out, one setup of 60 s, 100 s home.
    assert schedule.duration_s == 260


def test_it_leaves_as_late_as_it_can(build):
    problem = build.problem(
        LINE, [build.vehicle()], [build.shipment(build.activity(1, (900, 950)), build.activity(2))]
    )
    schedule = evaluate(problem, build.route(0, "+0", "-0"))
    # To be at 1 when it opens at 900 it leaves at 800, and waits for nobody.
    assert (schedule.start_s, schedule.end_s, schedule.waiting_s) == (800, 1_200, 0)


def test_the_setup_does_not_begin_before_the_window_does(build):
    problem = build.problem(
        LINE,
        [build.vehicle()],
        [build.shipment(build.activity(1, (900, 950)), build.activity(2))],
        setup_s=[0, 50, 0],
    )
    timed = evaluate(problem, build.route(0, "+0", "-0")).visits[0]
    assert (timed.work_begin_s, timed.service_begin_s) == (900, 950)


def test_a_later_window_is_chosen_when_the_wait_is_shorter(build):
    # Place 1 is open at 0-120 and 900-1000, place 2 only from 1100: picking up early means
    # waiting at 2 for most of the day.
    problem = build.problem(
        LINE,
        [build.vehicle()],
        [
            build.shipment(
                build.activity(1, (0, 120), (900, 1_000)), build.activity(2, (1_100, 1_200))
            )
        ],
    )
    schedule = evaluate(problem, build.route(0, "+0", "-0"))
    assert (schedule.start_s, schedule.end_s, schedule.waiting_s) == (900, 1_300, 0)


@pytest.mark.parametrize(
    ("names", "obstacle", "visit"),
    [
        (("-0", "+0"), Obstacle.ORDER, 0),  # nothing on board yet
        (("+0",), Obstacle.ORDER, None),  # never delivered
        (("+0", "-0", "+0", "-0"), Obstacle.ORDER, 2),  # picked up twice
        (("+0", "+1", "-0", "-1"), Obstacle.CAPACITY, 1),  # 6 + 6 > 10
        (("+2", "-2"), Obstacle.VEHICLE_NOT_ALLOWED, 0),
        (("+3", "-3"), Obstacle.UNREACHABLE, 1),  # no way to place 3
        (("+4", "-4"), Obstacle.TIME, 1),  # 2 closes at 150, reached at 200
        (("+5", "-5"), Obstacle.TIME, None),  # served at 950, home at 1150, shift until 1000
    ],
)
def test_what_is_impossible_says_why_and_where(build, names, obstacle, visit):
    pickup, delivery = build.activity(1), build.activity(2)
    problem = build.problem(
        [[0, 100, 200, -1], [100, 0, 100, -1], [200, 100, 0, -1], [1, 1, 1, 0]],
        [build.vehicle(shift=(0, 1_000)), build.vehicle()],
        [
            build.shipment(pickup, delivery, (6,)),
            build.shipment(pickup, delivery, (6,)),
            build.shipment(pickup, delivery, (1,), {1}),
            build.shipment(pickup, build.activity(3)),
            build.shipment(pickup, build.activity(2, (0, 150))),
            build.shipment(pickup, build.activity(2, (950, 960))),
        ],
    )
    assert evaluate(problem, build.route(0, *names)) == Infeasible(obstacle=obstacle, visit=visit)


def _by_brute_force(problem, route):
    """Return (duration, end, start) by trying every second of the shift."""
    vehicle = problem.vehicles[route.vehicle]
    travel_s = problem.tables[0].durations_s
    best = None
    for start_s in range(vehicle.shift.start_s, vehicle.shift.end_s + 1):
        now_s, place = start_s, vehicle.start
        for visit in route.visits:
            shipment = problem.shipments[visit.shipment]
            activity = shipment.pickup if visit.is_pickup else shipment.delivery
            setup_s = problem.setup_s[activity.location] if activity.location != place else 0
            now_s += int(travel_s[place, activity.location]) + setup_s
            place = activity.location
            while not any(w.start_s + setup_s <= now_s <= w.end_s for w in activity.windows):
                now_s += 1
                if now_s > vehicle.shift.end_s:
                    break
            else:
                now_s += activity.service_s
                continue
            break
        else:
            end_s = now_s + int(travel_s[place, vehicle.end])
            if end_s <= vehicle.shift.end_s:
                best = min(best or (end_s,) * 3, (end_s - start_s, end_s, start_s))
    return best


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_the_schedule_is_the_best_over_all_departure_seconds(build, seed, data):
    problem = build.tiny(seed, shipments=2, vehicles=1)
    names = data.draw(
        st.sampled_from(
            [
                ("+0", "-0"),
                ("+0", "+1", "-0", "-1"),
                ("+1", "+0", "-0", "-1"),
                ("+0", "-0", "+1", "-1"),
            ]
        )
    )
    route = build.route(0, *names)
    schedule = evaluate(problem, route)
    expected = _by_brute_force(problem, route)
    if isinstance(schedule, Infeasible):
        assert expected is None or schedule.obstacle is not Obstacle.TIME
    else:
        assert (schedule.duration_s, schedule.end_s, schedule.start_s) == expected


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_evaluation_and_checker_agree_on_any_order(build, seed, data):
    problem = build.tiny(seed, shipments=3, vehicles=2)
    names = data.draw(st.permutations(["+0", "-0", "+1", "-1", "+2", "-2"]))
    route = build.route(data.draw(st.integers(0, 1)), *names)
    found = check(problem, Solution(routes=(route,), unassigned=()))
    assert isinstance(evaluate(problem, route), Infeasible) == bool(found)
