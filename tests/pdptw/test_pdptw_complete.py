"""Who was left out goes on an idle vehicle, where it may."""

from __future__ import annotations

import pytest

from colivraison.pdptw import (
    Lock,
    LockKind,
    Objective,
    Reference,
    Solution,
    check,
    objective_key,
    serve_with_idle_vehicles,
    serves_alone,
)

PAIR = [[0, 100], [100, 0]]
NOTHING = Solution(routes=(), unassigned=(0,))


def _parcel(build, **options):
    return build.shipment(build.activity(0), build.activity(1), **options)


def test_each_goes_on_the_cheapest_idle_vehicle(build):
    # 200 s and 2 km cost 400 cents by a plain van, 50 more by the first.
    problem = build.problem(
        PAIR, [build.vehicle(use=50), build.vehicle(), build.vehicle()], [_parcel(build)] * 4
    )
    before = Solution(routes=(build.route(1, "+2", "-2"),), unassigned=(3, 0, 1))
    after = serve_with_idle_vehicles(problem, before)
    assert after == Solution(
        routes=(*before.routes, build.route(2, "+0", "-0"), build.route(0, "+1", "-1")),
        unassigned=(3,),
    )
    assert check(problem, after) == ()


@pytest.mark.parametrize(
    ("options", "served"),
    [
        ({"unserved_cents": 399}, False),
        ({"unserved_cents": 400}, True),
        ({}, True),
    ],
)
def test_an_optional_shipment_goes_for_its_price_at_most(build, options, served):
    problem = build.problem(PAIR, [build.vehicle()], [_parcel(build, **options)])
    after = serve_with_idle_vehicles(problem, NOTHING)
    assert (after.unassigned == ()) == served
    assert objective_key(problem, after) <= objective_key(problem, NOTHING)


def test_every_shipment_goes_where_money_does_not_count(build):
    problem = build.problem(
        PAIR,
        [build.vehicle()],
        [_parcel(build, unserved_cents=1)],
        objective=Objective.VEHICLES_THEN_DISTANCE,
    )
    assert serve_with_idle_vehicles(problem, NOTHING).unassigned == ()


def test_the_shortest_way_is_taken_where_metres_count(build):
    # Van 0 is cheaper and starts 100 s away; van 1 stands there.
    problem = build.problem(
        PAIR,
        [build.vehicle(start=1, end=1, km=0, hour=0), build.vehicle(end=1)],
        [_parcel(build)],
        objective=Objective.DISTANCE,
    )
    after = serve_with_idle_vehicles(problem, NOTHING)
    assert [route.vehicle for route in after.routes] == [1]


def test_a_vehicle_locked_at_home_stays_there(build):
    problem = build.problem(
        PAIR,
        [build.vehicle(), build.vehicle(use=9)],
        [_parcel(build)],
        locks=(Lock(vehicle=0, visits=(), kind=LockKind.ROUTE),),
    )
    after = serve_with_idle_vehicles(problem, NOTHING)
    assert [route.vehicle for route in after.routes] == [1]
    assert check(problem, after) == ()


def test_what_a_lock_speaks_of_is_not_moved(build):
    problem = build.problem(
        PAIR,
        [build.vehicle(), build.vehicle()],
        [_parcel(build)],
        locks=(Lock(vehicle=0, visits=build.visits("+0"), kind=LockKind.PREFIX),),
    )
    assert serve_with_idle_vehicles(problem, NOTHING) == NOTHING


def test_a_change_of_vehicle_is_counted(build):
    # By the plan it is on van 0, 450 cents; van 1 would cost 400 and 60 for the change.
    problem = build.problem(
        PAIR,
        [build.vehicle(use=50), build.vehicle()],
        [_parcel(build)],
        reference=Reference(
            solution=Solution(routes=(build.route(0, "+0", "-0"),), unassigned=()),
            cents_per_other_vehicle=60,
        ),
    )
    after = serve_with_idle_vehicles(problem, NOTHING)
    assert [route.vehicle for route in after.routes] == [0]


def test_the_driver_has_the_break_there_too(build):
    problem = build.problem(
        PAIR, [build.vehicle(breaks=(build.rest((100, 150), duration_s=30),))], [_parcel(build)]
    )
    after = serve_with_idle_vehicles(problem, NOTHING)
    assert check(problem, after) == ()
    # 200 s of way, 30 of break, 200 for the metres.
    assert serves_alone(problem, 0, 0) == 430


def test_single_ends_go_alone_too(build):
    problem = build.problem(
        PAIR,
        [build.vehicle()] * 2,
        [
            build.shipment(None, build.activity(1)),
            build.shipment(build.activity(1), None),
            build.shipment(None, build.activity(1), vehicles=()),
        ],
    )
    assert [serves_alone(problem, 0, number) for number in range(3)] == [400, 400, None]
    after = serve_with_idle_vehicles(problem, Solution(routes=(), unassigned=(0, 1, 2)))
    assert after.unassigned == (2,)
    assert check(problem, after) == ()
