"""No place of a shipment in a route is lost to a bound, and no price undercuts its own."""

from __future__ import annotations

import pytest
import rich_problems as rich
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pdptw_build import Build

from colivraison.pdptw import (
    ClassConflict,
    ConflictScope,
    Infeasible,
    InsertionPlace,
    Problem,
    Route,
    Visit,
    evaluate,
    insertion_places,
    with_best_breaks,
    with_shipment,
)


def every_place(route):
    """Return every pair of positions, whatever it costs."""
    last = len(route.visits) + 1
    return [
        InsertionPlace(at_least_cents=0, pickup=p, delivery=d)
        for p in range(last)
        for d in range(p, last)
    ]


@st.composite
def insertions(draw):
    """A problem, a route that can be driven, and a shipment with both ends that it leaves out."""
    found = draw(rich.rich_problems(features=rich.FEATURES - {"locks", "reference"}))
    assume(found.shipments)
    number = draw(st.integers(0, len(found.shipments) - 1))
    assume(None not in (found.shipments[number].pickup, found.shipments[number].delivery))
    if draw(st.booleans()):
        found = draw(rich.often_open(found))
    route = draw(rich.rich_routes(found))
    visits = tuple(visit for visit in route.visits if visit.shipment != number)
    route = Route(vehicle=route.vehicle, visits=visits)
    if visits and isinstance(with_best_breaks(found, route), Infeasible):
        # A vehicle at home is a route too.
        route = Route(vehicle=route.vehicle, visits=())
    return found, route, number


@settings(max_examples=150, deadline=None)
@given(insertions())
def test_what_can_be_driven_is_found_and_costs_no_less_than_its_bound(made):
    found, route, number = made
    kept = insertion_places(found, route, number)
    bounds = {(place.pickup, place.delivery): place.at_least_cents for place in kept}
    assert kept == sorted(kept)
    for place in every_place(route):
        priced = with_best_breaks(found, with_shipment(route, number, place))
        if not isinstance(priced, Infeasible):
            assert bounds[place.pickup, place.delivery] <= priced[1].cost_cents


# Four places in a row, 100 s and 1 km from one to the next; 1 EUR a km and 36 EUR an hour.
ROW = [[100 * abs(i - j) for j in range(4)] for i in range(4)]


def row_problem(*shipments, van=None, conflicts=()):
    return Problem(
        tables=(Build.table(ROW),),
        setup_s=(0,) * 4,
        vehicles=(van or Build.vehicle(),),
        shipments=shipments,
        conflicts=conflicts,
    )


def carried(*numbers):
    """A route that loads and unloads one shipment after the other."""
    return Route(
        vehicle=0,
        visits=tuple(
            Visit(shipment=number, is_pickup=first) for number in numbers for first in (True, False)
        ),
    )


def test_where_everything_opens_once_the_bound_is_the_price():
    found = row_problem(
        Build.shipment(
            Build.activity(1, (500, 600), service_s=30), Build.activity(3, (1_000, 1_200))
        ),
        Build.shipment(Build.activity(2, (300, 5_000), service_s=10), Build.activity(3)),
    )
    route = carried(0)
    kept = insertion_places(found, route, 1)
    # Not all of it before 600: 2, 3 and back to 1 take that long.
    assert len(kept) == 5
    for place in kept:
        schedule = evaluate(found, with_shipment(route, 1, place))
        assert place.at_least_cents == schedule.cost_cents
    # On the way from the farm at 1 to the point at 3, which both go to: 6 km and 1,000 s at the
    # least, for the farm is left by 630 and the point opens at 1,000.  Out 100 s before 600, home
    # 300 s after 1,000: 800 s for 6 km are 6 + 8 EUR.
    assert kept[0].at_least_cents == 600 + 800


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        # Nothing in the way: before, between and after.
        ({}, {(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)}),
        # Never both on board.
        ({"capacity": (1,)}, {(0, 0), (2, 2)}),
        # One day's drive: 6 km there and back alone, and no second time.
        ({"max_distance_m": 6_000}, {(0, 1), (0, 2), (1, 1), (1, 2)}),
        ({"shift": (0, 599)}, set()),
    ],
)
def test_each_limit_alone_leaves_what_it_allows(changes, left):
    alike = Build.shipment(Build.activity(1), Build.activity(3))
    found = row_problem(alike, alike, van=Build.vehicle(**changes))
    # 6 km take 600 s.
    route = carried(0) if changes.get("shift") is None else Route(vehicle=0, visits=())
    kept = {(place.pickup, place.delivery) for place in insertion_places(found, route, 1)}
    assert kept == left


@pytest.mark.parametrize(
    ("scope", "left"),
    [(ConflictScope.ROUTE, set()), (ConflictScope.ON_BOARD, {(0, 0), (2, 2)})],
)
def test_what_is_kept_apart_does_not_meet(scope, left):
    found = row_problem(
        Build.shipment(Build.activity(1), Build.activity(3), load_class=1),
        Build.shipment(Build.activity(1), Build.activity(3), load_class=2),
        conflicts=(ClassConflict(first=1, second=2, scope=scope),),
    )
    kept = {(place.pickup, place.delivery) for place in insertion_places(found, carried(0), 1)}
    assert kept == left


def test_goods_on_board_that_may_not_stay_longer_keep_others_out():
    found = row_problem(
        Build.shipment(Build.activity(1), Build.activity(2), max_on_board_s=100),
        Build.shipment(Build.activity(3), Build.activity(0)),
    )
    kept = {(place.pickup, place.delivery) for place in insertion_places(found, carried(0), 1)}
    # From 1 straight to 2: nothing in between, but others may ride along.
    assert kept == {(0, 0), (0, 2), (2, 2)}


def test_a_shipment_with_one_end_has_no_pair_of_places():
    found = row_problem(Build.shipment(None, Build.activity(3)))
    with pytest.raises(ValueError, match="one end only"):
        insertion_places(found, Route(vehicle=0, visits=()), 0)
