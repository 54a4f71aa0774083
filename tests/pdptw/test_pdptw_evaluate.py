"""Time, load and money of one route."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colivraison.pdptw import (
    VEHICLE_END,
    VEHICLE_START,
    ClassConflict,
    Compartment,
    ConflictScope,
    Infeasible,
    Lock,
    LockKind,
    Objective,
    Obstacle,
    Reference,
    Route,
    Schedule,
    Solution,
    TimedBreak,
    TravelTable,
    Visit,
    activity_of,
    check,
    evaluate,
    objective_key,
    reference_cents,
    solution_cost_cents,
    with_best_breaks,
)

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


def test_what_is_impossible_in_the_rich_model_says_why_and_where(build):
    pickup, delivery = build.activity(1), build.activity(2)
    late = build.activity(2, (900, 950))
    part = Compartment(capacity=(3,), classes=frozenset({0, 1}))
    problem = build.problem(
        LINE,
        [
            build.vehicle(
                compartments=(part,),
                lifo=True,
                max_duration_s=700,
                max_distance_m=7_900,
                breaks=(build.rest((0, 350), duration_s=20, beyond_s=410),),
            )
        ],
        [
            build.shipment(pickup, delivery, skills=frozenset({5})),
            build.shipment(pickup, delivery),
            build.shipment(pickup, delivery, load_class=1),
            build.shipment(pickup, delivery, (4,)),
            build.shipment(None, delivery, (11,)),
            build.shipment(pickup, late, max_on_board_s=99),
            build.shipment(build.activity(1, (0, 100)), late, max_on_board_s=700),
            build.shipment(build.activity(1, (0, 300)), late),
            build.shipment(build.activity(1, service_s=11), delivery),
            build.shipment(pickup, delivery, load_class=3),
            build.shipment(pickup, None),
        ],
        conflicts=(
            ClassConflict(first=0, second=1, scope=ConflictScope.ON_BOARD),
            ClassConflict(first=0, second=3, scope=ConflictScope.ROUTE),
        ),
    )
    for names, breaks, obstacle, visit in [
        (("+4", "-4"), (), Obstacle.ORDER, 0),  # on board from the start
        (("+10", "-10"), (), Obstacle.ORDER, 1),  # stays on board
        (("+0", "-0"), (), Obstacle.SKILLS, 0),
        (("+1", "+2", "-2", "-1"), (), Obstacle.CONFLICT, 1),
        (("+1", "-1", "+9", "-9"), (), Obstacle.CONFLICT, 2),
        (("+3", "-3"), (), Obstacle.COMPARTMENT, 0),
        (("-4",), (), Obstacle.CAPACITY, 0),  # 11 from the start, room for 10
        (("+1", "+8", "-1", "-8"), (), Obstacle.LIFO, 2),
        (("+1", "-1"), (3,), Obstacle.BREAK_UNKNOWN, None),
        (("+1", "-1"), (0, 0), Obstacle.BREAK_UNKNOWN, None),
        (("+1", "-1", "+2", "-2", "+8", "-8"), (), Obstacle.MAX_DISTANCE, None),  # 8000 m
        (("+5", "-5"), (), Obstacle.TIME_ON_BOARD, 1),  # 100 s of way
        (("+6", "-6"), (), Obstacle.TIME_ON_BOARD, 0),  # delivered from 900, so loaded after 100
        (("+7", "-7"), (), Obstacle.MAX_DURATION, None),  # leaves by 200, home from 1100
        (("+8", "-8"), (), Obstacle.BREAK_MISSING, None),  # 411 s, 410 allowed without
        (("+1", "-1", "+2", "-2"), (4,), Obstacle.BREAK_WINDOW, None),  # at 400, until 350
        (("+1", "-1", "+2", "-2"), (3,), None, None),
    ]:
        outcome = evaluate(problem, build.route(0, *names, breaks=breaks))
        if obstacle is None:
            assert isinstance(outcome, Schedule)
        else:
            assert outcome == Infeasible(obstacle=obstacle, visit=visit), names


def test_loads_of_single_ends_are_on_board_from_the_start_or_until_the_end(build):
    problem = build.problem(
        LINE,
        [build.vehicle()],
        [
            build.shipment(None, build.activity(1), (4,)),
            build.shipment(build.activity(2), None, (5,)),
            build.shipment(build.activity(1), build.activity(2), (6,)),
        ],
    )
    schedule = evaluate(problem, build.route(0, "-0", "+2", "-2", "+1"))
    assert [timed.load for timed in schedule.visits] == [(0,), (6,), (0,), (5,)]


def test_a_break_is_timed_and_paid_and_keeps_the_stop(build):
    # Loaded at 1 until 100, and again from 400 on: the break at 200 to 260 is had there, nothing
    # is set up again.
    problem = build.problem(
        LINE,
        [build.vehicle(breaks=(build.rest((0, 50), (200, 300), duration_s=60),))],
        [
            build.shipment(build.activity(1, (0, 110)), build.activity(2)),
            build.shipment(build.activity(1, (400, 500)), build.activity(2)),
        ],
        setup_s=[0, 10, 0],
    )
    schedule = evaluate(problem, build.route(0, "+0", "+1", "-0", "-1", breaks=(1,)))
    # 100 s of way and 10 of setup to the load at 110, the second at 400, home at 700.
    assert (schedule.start_s, schedule.end_s, schedule.duration_s) == (0, 700, 700)
    assert schedule.breaks == (TimedBreak(number=0, after=1, ready_s=110, begin_s=200, end_s=260),)
    second = schedule.visits[1]
    assert (second.arrival_s, second.work_begin_s, second.service_begin_s) == (260, 400, 400)
    # 90 s until the break, 140 after it.
    assert schedule.waiting_s == 230


def test_a_break_at_the_start_is_had_before_leaving(build):
    problem = build.problem(
        LINE,
        [build.vehicle(breaks=(build.rest((200, 300), duration_s=60),))],
        [build.shipment(build.activity(0), build.activity(1))],
    )
    schedule = evaluate(problem, build.route(0, "+0", "-0", breaks=(0,)))
    # From the begin of the break at 200: 60 s, 100 s out, 100 s home.
    assert (schedule.start_s, schedule.end_s) == (200, 460)
    assert schedule.breaks[0].after == 0


def test_a_break_of_an_open_end_ends_the_route(build):
    problem = build.problem(
        LINE,
        [build.vehicle(end=None, breaks=(build.rest((500, 600), duration_s=60),))],
        [build.shipment(build.activity(0), build.activity(1, (0, 300)))],
    )
    schedule = evaluate(problem, build.route(0, "+0", "-0", breaks=(2,)))
    # Delivered at 300 at the latest, then waits until 500.
    assert (schedule.start_s, schedule.end_s, schedule.waiting_s) == (200, 560, 200)
    assert schedule.distance_m == 1_000


def test_breaks_are_put_where_they_cost_least(build):
    problem = build.problem(
        LINE,
        [build.vehicle(breaks=(build.rest((0, 20), (450, 900), duration_s=50, beyond_s=200),))],
        [build.shipment(build.activity(1), build.activity(2, (400, 400)))],
    )
    route, schedule = with_best_breaks(problem, build.route(0, "+0", "-0"))
    # Before leaving or at 1 the wait for 400 or for 450 is paid; after the delivery at 400 50 s.
    # Best is to leave at 200, wait 50 s and rest 50 s at 2: 500 s.  At the start, at 20: 580 s.
    assert route.breaks == (2,)
    assert schedule.duration_s == 500
    # A short way needs none: 200 s.
    near = build.problem(
        LINE,
        problem.vehicles,
        [build.shipment(build.activity(1), build.activity(1))],
    )
    route, schedule = with_best_breaks(near, build.route(0, "+0", "-0"))
    assert (route.breaks, schedule.duration_s) == ((), 200)
    # Nobody can have it when it is over before the first shift.
    never = build.problem(
        LINE,
        [build.vehicle(shift=(1_000, 9_000), breaks=problem.vehicles[0].breaks)],
        [build.shipment(build.activity(1), build.activity(2))],
    )
    outcome = with_best_breaks(never, build.route(0, "+0", "-0"))
    assert outcome == Infeasible(obstacle=Obstacle.BREAK_MISSING, visit=None)


def test_overtime_costs_on_top_and_is_rounded_with_the_rest(build):
    problem = build.problem(
        LINE,
        [build.vehicle(km=1, hour=3_601, regular_s=150, cents_per_overtime_hour=1_800)],
        [build.shipment(build.activity(0), build.activity(1))],
    )
    schedule = evaluate(problem, build.route(0, "+0", "-0"))
    assert (schedule.duration_s, schedule.overtime_s) == (200, 50)
    # 2 km at 1 cent, 200 s at 3601 cents an hour (200.055...), 50 s at half a cent: 227.055...
    assert schedule.cost_cents == 227


def test_vehicle_places_are_those_of_the_vehicle(build):
    problem = build.problem(
        LINE,
        [build.vehicle(start=2, end=1)],
        [build.shipment(build.activity(VEHICLE_START), build.activity(VEHICLE_END))],
        setup_s=[0, 7, 9],
    )
    schedule = evaluate(problem, build.route(0, "+0", "-0"))
    # From 2, without setup, to 1: 100 s and 7 of setup.
    assert (schedule.duration_s, schedule.distance_m) == (107, 1_000)


def test_an_end_that_a_shipment_does_not_have_is_refused(build):
    problem = build.problem(LINE, [build.vehicle()], [build.shipment(None, build.activity(1))])
    with pytest.raises(ValueError, match="no pickup"):
        activity_of(problem, build.visits("+0")[0])


@pytest.mark.parametrize(
    "price", ["cents_per_km", "cents_per_hour", "cents_per_use", "cents_per_overtime_hour"]
)
def test_a_vehicle_that_pays_for_being_driven_is_refused(build, price):
    with pytest.raises(ValueError, match="negative price"):
        replace(build.vehicle(), **{price: -1})


@pytest.mark.parametrize(
    "changes",
    [
        {"max_duration_s": -1},
        {"max_distance_m": -1},
        {"regular_s": -10},
        {"capacity": (-1,)},
    ],
)
def test_limits_below_nothing_are_refused(build, changes):
    # To a search they would mean "any".
    with pytest.raises(ValueError, match="negative limit"):
        replace(build.vehicle(), **changes)


def _strange_visits(build):
    yield "an end it lacks", build.visits("+1"), "no such end"
    yield "a shipment there is not", build.visits("+7"), "out of range"
    yield "a shipment below 0", (Visit(shipment=-1, is_pickup=True),), "out of range"


@pytest.mark.parametrize("number", range(3))
def test_visits_that_do_not_exist_are_refused_in_locks_and_references(build, number):
    _, visits, words = list(_strange_visits(build))[number]
    shipments = [build.shipment(build.activity(0), build.activity(1)),
                 build.shipment(None, build.activity(1))]  # fmt: skip
    lock = Lock(vehicle=0, visits=visits, kind=LockKind.SEQUENCE)
    known = Solution(routes=(Route(vehicle=0, visits=visits),), unassigned=())
    for options in ({"locks": (lock,)}, {"reference": Reference(solution=known)}):
        with pytest.raises(ValueError, match=words):
            build.problem(LINE, [build.vehicle()], shipments, **options)


@pytest.mark.parametrize(
    ("route", "words"), [(Route(vehicle=0, visits=()), "without any visit"),
                         (Route(vehicle=3, visits=()), "out of range"),
                         (Route(vehicle=0, visits=(Visit(shipment=0, is_pickup=True),) * 2),
                          "stands twice")]
)  # fmt: skip
def test_a_reference_has_routes_of_its_vehicles(build, route, words):
    known = Reference(solution=Solution(routes=(route,), unassigned=()))
    parcel = build.shipment(build.activity(0), build.activity(1))
    with pytest.raises(ValueError, match=words):
        build.problem(LINE, [build.vehicle()], [parcel], reference=known)


def test_nothing_stands_beside_a_locked_route(build):
    parcels = [build.shipment(build.activity(0), build.activity(1))] * 2
    locks = (
        Lock(vehicle=0, visits=build.visits("+0", "-0"), kind=LockKind.ROUTE),
        Lock(vehicle=0, visits=build.visits("+1"), kind=LockKind.SEQUENCE),
    )
    with pytest.raises(ValueError, match="beside a locked route"):
        build.problem(LINE, [build.vehicle()], parcels, locks=locks)


def test_a_text_is_taken_for_the_word_it_is(build):
    # Compared by identity, "vehicles" would silently mean money.
    problem = build.problem(LINE, [build.vehicle()], [], objective="vehicles")
    assert problem.objective is Objective.VEHICLES_THEN_DISTANCE
    assert Lock(vehicle=0, visits=(), kind="route").kind is LockKind.ROUTE
    assert ClassConflict(first=0, second=1, scope="route").scope is ConflictScope.ROUTE
    with pytest.raises(ValueError, match="money"):
        build.problem(LINE, [build.vehicle()], [], objective="money")


def test_a_table_is_made_of_plain_arrays():
    square = np.zeros((1, 1), dtype=np.int64).view(np.matrix)
    with pytest.raises(ValueError, match="plain arrays"):
        TravelTable(durations_s=square, distances_m=square)


@pytest.mark.parametrize("price", ["cents_per_other_vehicle", "cents_per_broken_succession"])
def test_a_reference_that_pays_for_being_left_is_refused(price):
    with pytest.raises(ValueError, match="negative price"):
        Reference(solution=Solution(routes=(), unassigned=()), **{price: -1})


def test_a_solution_costs_its_routes_what_it_leaves_out_and_what_it_changes(build):
    parcels = [
        build.shipment(build.activity(0), build.activity(1), unserved_cents=price)
        for price in (None, 30, 70, None)
    ]
    reference = Reference(
        solution=Solution(
            routes=(build.route(0, "+0", "+1", "-0", "-1"), build.route(1, "+2", "-2")),
            unassigned=(3,),
        ),
        cents_per_other_vehicle=11,
        cents_per_broken_succession=1_000,
    )
    problem = build.problem(
        LINE, [build.vehicle(km=0), build.vehicle(km=0)], parcels, reference=reference
    )
    solution = Solution(routes=(build.route(1, "+0", "-0", "+2", "-2"),), unassigned=(1, 3))
    # Out and home, out and home: 400 s.  1 is left out: 30; 3 is required and has no price.
    # 0 is on another van: 11; 1, left out, is on none.  Of four successions only that of 2 lives.
    assert reference_cents(problem, solution) == 11 + 3_000
    assert solution_cost_cents(problem, solution) == 400 + 30 + 3_011
    assert objective_key(problem, solution) == (1, 3_441)
    assert reference_cents(problem, reference.solution) == 0


def test_a_solution_that_cannot_be_driven_has_no_price(build):
    problem = build.problem(
        LINE, [build.vehicle()], [build.shipment(build.activity(0), build.activity(1))]
    )
    broken = Solution(routes=(build.route(0, "-0", "+0"),), unassigned=())
    for price in (solution_cost_cents, objective_key):
        with pytest.raises(ValueError, match="order"):
            price(problem, broken)


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
