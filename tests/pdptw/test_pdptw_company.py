"""Vehicles of which one may drive, and shipments that are served together or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from rich_case import goods, line, plan, van
from rich_problems import rich_problems

from colivraison._native.routing import RoutingSearch
from colivraison.pdptw import (
    BACKENDS,
    Group,
    Lock,
    LockKind,
    Solution,
    Stopping,
    check,
    objective_key,
    serve_with_idle_vehicles,
)
from colivraison.pdptw.backends.native_lowering import lower
from colivraison.pdptw.backends.ortools_parts import cut
from colivraison.pdptw.backends.route_choice import RouteChoice

ALL = Group(shipments=(0, 1), amounts=(30, 50), minimum=80)
EITHER = (frozenset({0, 1}),)
NOBODY = Solution(routes=(), unassigned=(0, 1))
ONLY_THESE = frozenset({"exclusive", "groups", "optional", "objectives", "allowed_vehicles"})


# --- what a problem may say


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"shipments": (0, 1), "amounts": (1,), "minimum": 1}, "one amount"),
        ({"shipments": (0, 0), "amounts": (1, 1), "minimum": 1}, "each once"),
        ({"shipments": (0,), "amounts": (-1,), "minimum": 1}, "negative"),
        ({"shipments": (0,), "amounts": (1,), "minimum": -1}, "negative"),
    ],
)
def test_a_group_that_makes_no_sense_is_refused(options, says):
    with pytest.raises(ValueError, match=says):
        Group(**options)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"groups": (ALL, Group(shipments=(1,), amounts=(1,), minimum=1))}, "two groups"),
        ({"groups": (Group(shipments=(2,), amounts=(1,), minimum=1),)}, "out of range"),
        ({"exclusive": (frozenset({0, 2}),)}, "out of range"),
        (
            {
                "exclusive": EITHER,
                "locks": tuple(
                    Lock(
                        vehicle=n,
                        visits=plan((0, f"+{n}", f"-{n}")).routes[0].visits,
                        kind=LockKind.ROUTE,
                    )
                    for n in (0, 1)
                ),
            },
            "at most one drives",
        ),
    ],
)
def test_a_problem_that_contradicts_itself_is_refused(options, says):
    with pytest.raises(ValueError, match=says):
        line([van(), van()], [goods(0, 1), goods(1, 2)], **options)


# --- the last resort


def test_nobody_sets_out_beside_a_vehicle_that_stands_for_both():
    problem = line([van(), van(), van()], [goods(0, 1)] * 3, exclusive=EITHER)
    before = plan((0, "+0", "-0"), unassigned=(1, 2))
    after = serve_with_idle_vehicles(problem, before)
    assert after == plan((0, "+0", "-0"), (2, "+1", "-1"), unassigned=(2,))


@pytest.mark.parametrize(
    ("vans", "options", "served"),
    [
        (2, {}, True),
        (1, {}, False),  # each would need a van of its own
        (2, {"exclusive": EITHER}, False),
    ],
)
def test_a_group_goes_on_idle_vehicles_altogether(vans, options, served):
    problem = line([van()] * vans, [goods(0, 1), goods(0, 2)], groups=(ALL,), **options)
    after = serve_with_idle_vehicles(problem, NOBODY)
    assert check(problem, after) == ()
    assert (after.unassigned == ()) == served


@pytest.mark.parametrize(("price_cents", "served"), [(399, False), (400, True)])
def test_an_optional_group_goes_for_its_prices_together(price_cents, served):
    # 200 cents and 400 cents; the first is worth 200 and not more.
    wanted = [goods(0, 1, unserved_cents=200), goods(0, 2, unserved_cents=price_cents)]
    problem = line([van()] * 2, wanted, groups=(ALL,))
    after = serve_with_idle_vehicles(problem, NOBODY)
    assert check(problem, after) == ()
    assert (after.unassigned == ()) == served


def test_of_a_group_that_is_served_others_follow_one_by_one():
    enough = replace(ALL, minimum=30)
    problem = line([van(), van()], [goods(0, 1), goods(0, 2)], groups=(enough,))
    after = serve_with_idle_vehicles(problem, plan((0, "+0", "-0"), unassigned=(1,)))
    assert after == plan((0, "+0", "-0"), (1, "+1", "-1"))


# --- the searches


# The routing library, which moves one shipment at a time, is held against the best in
# `test_pdptw_backends.py`: never better, and valid.
@settings(max_examples=60, deadline=None)
@given(problem=rich_problems(max_shipments=5, features=ONLY_THESE))
def test_small_problems_are_solved_to_the_optimum(exhaustive, problem):
    result = BACKENDS["native"](problem, Stopping(iterations=4_000), seed=1)
    assert check(problem, result.solution) == ()
    assert objective_key(problem, result.solution) == exhaustive(problem)


@pytest.mark.parametrize("name", BACKENDS)
def test_a_week_with_drivers_for_several_vans_and_thresholds_is_planned(build, name):
    week = build.week(3, shipments=40)
    # Vans 2k and 2k + 1 are days of one van; one driver has the first two vans.
    shifts = {}
    for number, vehicle in enumerate(week.vehicles[:4]):
        shifts.setdefault(vehicle.shift, set()).add(number)
    pairs = {}
    for number, shipment in enumerate(week.shipments):
        ends = shipment.pickup.location, shipment.delivery.location
        pairs.setdefault(ends, []).append(number)
    problem = replace(
        week,
        exclusive=tuple(frozenset(its) for its in shifts.values()),
        groups=tuple(
            Group(
                shipments=tuple(its),
                amounts=tuple(week.shipments[n].demand[1] for n in its),
                minimum=sum(week.shipments[n].demand[1] for n in its),
            )
            for its in pairs.values()
            if len(its) > 1
        ),
    )
    assert len(problem.groups) >= 4
    result = BACKENDS[name](problem, Stopping(iterations=300), seed=1, threads=2)
    assert check(problem, result.solution) == ()
    assert result.solution.unassigned == ()


def test_routes_put_together_anew_keep_the_rules():
    # Two vans of which one drives; two parcels that go together.  Of all routes of both vans the
    # cheapest would be one for each van, or the first parcel alone.
    problem = line(
        [van(), van(start=3, end=3)],
        [goods(0, 1, unserved_cents=500), goods(3, 2, unserved_cents=150)],
        exclusive=EITHER,
        groups=(ALL,),
    )
    # 0-1-0 and 3-2-3 are 200 each; both on one van 600; none 650.
    lowering = lower(problem)
    search = RoutingSearch(lowering.arrays, seed=1, threads=1, plain=False)
    assert search.start(lowering.plan(NOBODY), time_s=None)
    search.run(0.0, 0.5, iterations=50, time_s=None)
    better = RouteChoice(lowering.arrays).better_plan(search, None)
    chosen = lowering.solution(search.best() if better is None else better)
    assert check(problem, chosen) == ()
    assert objective_key(problem, chosen) == (0, 600)


def test_a_part_of_a_plan_knows_who_is_served_elsewhere():
    problem = line([van(), van()], [goods(0, 1), goods(0, 2)], groups=(ALL,), exclusive=())
    part = cut(problem, plan((0, "+0", "-0"), (1, "+1", "-1")), (0,))
    assert part.scope.shipments == (0,)
    assert part.scope.served_elsewhere == {1}


@settings(max_examples=40, deadline=None)
@given(problem=rich_problems(max_shipments=4, max_vehicles=2, features=ONLY_THESE))
def test_groups_that_ask_for_nothing_change_nothing(exhaustive, problem):
    free = tuple(replace(group, minimum=0) for group in problem.groups)
    bare = replace(problem, groups=())
    result = BACKENDS["native"](replace(problem, groups=free), Stopping(iterations=4_000), seed=1)
    assert objective_key(problem, result.solution) == exhaustive(bare)
