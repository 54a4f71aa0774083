"""Volume, time on board and iced boxes: obeyed by the planner at a cost, seen by the check."""

from __future__ import annotations

from dataclasses import replace

import drawn
import pytest

from colivraison.domain import Action, Case, Plan, TemperatureClass, UnservedCode, Weekday
from colivraison.planning import Part, Stopping, ViolationCode, check_plan, plan_week
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.roads import RoadNetwork

FRIDAY = Weekday.FRIDAY


def planned(case: Case, network: RoadNetwork) -> Plan:
    plan = plan_week(case, network, stopping=Stopping(iterations=100))
    assert check_plan(plan) == ()
    return plan


def cost_cents(plan: Plan) -> int:
    return sum(one.cost_cents for one in plan.rounds)


def with_orders(case: Case, **changes: object) -> Case:
    return replace(case, orders=tuple(replace(order, **changes) for order in case.orders))


def with_van(case: Case, **changes: object) -> Case:
    return replace(case, vehicles=(replace(case.vehicles[0], **changes),))


def seen(plan: Plan, case: Case) -> list[tuple[ViolationCode, int]]:
    """What the check says of the shared rounds of a plan under another case."""
    stamp = fingerprint_of(case, plan.fingerprint.territory)
    found = check_plan(replace(plan, case=case, fingerprint=stamp))
    return [(v.code, v.amount) for v in found if v.part is Part.SHARED]


def on_board_s(plan: Plan, order_id: str) -> int:
    """Seconds between loading an order and unloading it, from the plan's own times.

    Each stop of these rounds handles its shipments one after the other: 20 s a crate.
    """
    loaded_s = unloaded_s = 0
    (one,) = plan.rounds
    for k, stop in enumerate(one.stops):
        now_s = stop.start_s + (300 if k and stop.handlings else 0)
        for handling in stop.handlings:
            if order_id in handling.order_ids and handling.action is Action.DELIVERY:
                unloaded_s = now_s
            now_s += 20 * sum(o.crates for o in plan.case.orders if o.id in handling.order_ids)
            if order_id in handling.order_ids and handling.action is Action.PICKUP:
                loaded_s = now_s
    return unloaded_s - loaded_s


# --- volume


def test_a_van_fills_by_volume(small_case: Case, drawn_network: RoadNetwork) -> None:
    # Four orders of 300 l ride together in a van of 1,200 l, and one by one in a van of 500 l.
    case = with_orders(small_case, litres=300)
    wide = planned(with_van(case, capacity_litres=1_200), drawn_network)
    shifts = (drawn.hours(6, 14), drawn.hours(6, 14, FRIDAY))
    hours = (drawn.hours(8, 12), drawn.hours(8, 12, FRIDAY))
    two = replace(case, sites=tuple(replace(site, windows=hours) for site in case.sites))
    narrow = planned(with_van(two, capacity_litres=500, shifts=shifts), drawn_network)
    assert (wide.unserved, narrow.unserved) == ((), ())
    assert max(stop.load_litres for one in wide.rounds for stop in one.stops) <= 1_200
    assert max(stop.load_litres for one in narrow.rounds for stop in one.stops) <= 500
    assert len(wide.rounds) == 1
    assert cost_cents(narrow) > cost_cents(wide)


def test_too_many_litres_are_seen_to_the_litre(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    case = with_orders(small_case, litres=300)
    plan = planned(with_van(case, capacity_litres=None), drawn_network)
    most = max(stop.load_litres for one in plan.rounds for stop in one.stops)
    found = seen(plan, with_van(case, capacity_litres=most - 70))
    assert set(found) == {(ViolationCode.OVERLOAD_LITRES, 70)}


def test_litres_that_are_told_wrongly_are_seen(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    plan = planned(with_orders(small_case, litres=300), drawn_network)
    (one,) = plan.rounds
    stops = (*one.stops[:1], replace(one.stops[1], load_litres=9_000), *one.stops[2:])
    off = 9_000 - one.stops[1].load_litres
    wrong = replace(plan, rounds=(replace(one, stops=stops),))
    assert seen(wrong, plan.case) == [(ViolationCode.WRONG_LOAD_LITRES, off)]


def test_an_order_of_more_litres_than_any_van_is_left_out(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    case = with_van(with_orders(small_case, litres=300), capacity_litres=299)
    plan = planned(case, drawn_network)
    assert {u.code for u in plan.unserved} == {UnservedCode.NO_VEHICLE_CAPACITY}


# --- time on board


@pytest.mark.parametrize("limit_s", [1_500, 900, 600])
def test_goods_that_may_not_stay_long_cost_detours(
    small_case: Case, drawn_network: RoadNetwork, limit_s: int
) -> None:
    free = planned(small_case, drawn_network)
    # a1 rides for 1,724 s on the cheapest round: A, B, market, shop, home.
    assert max(on_board_s(free, order.id) for order in small_case.orders) > limit_s
    hasty = planned(with_orders(small_case, max_on_board_s=limit_s), drawn_network)
    assert hasty.unserved == ()
    assert cost_cents(hasty) > cost_cents(free)


def waiting_case(case: Case) -> Case:
    """A's crates go to the market from 8:00 to 8:10, B's to the shop from 11:00 on, half an hour
    on board at most: the van is near farm B at half past eight, and loads there two hours later."""
    shop, market = case.sites
    return replace(
        case,
        sites=(
            replace(shop, windows=(drawn.hours(11, 12),)),
            replace(market, windows=(drawn.hours(8, 8.17),)),
        ),
        orders=(
            case.orders[1],
            replace(case.orders[2], max_on_board_s=1_800),
        ),
    )


def test_goods_are_loaded_late_where_they_would_wait_on_board(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    plan = planned(waiting_case(small_case), drawn_network)
    assert plan.unserved == ()
    (one,) = plan.rounds
    (loading,) = [
        (stop, handling)
        for stop in one.stops
        for handling in stop.handlings
        if handling.order_ids == ("b1",) and handling.action is Action.PICKUP
    ]
    stop, handling = loading
    # The wait is told, and it is a long one.
    assert handling.begin_s is not None
    assert handling.begin_s - stop.arrival_s > 3_600
    # Loaded as soon as the van is there, they would be on board for hours.
    at_once = replace(
        one,
        stops=tuple(
            replace(s, handlings=tuple(replace(h, begin_s=None) for h in s.handlings))
            for s in one.stops
        ),
    )
    codes = {code for code, _ in seen(replace(plan, rounds=(at_once,)), plan.case)}
    assert ViolationCode.TOO_LONG_ON_BOARD in codes
    # Earlier than the van is there nobody loads.
    early = replace(
        one,
        stops=tuple(
            replace(
                s,
                handlings=tuple(
                    replace(h, begin_s=s.arrival_s - 60) if h.begin_s is not None else h
                    for h in s.handlings
                ),
            )
            for s in one.stops
        ),
    )
    codes = {code for code, _ in seen(replace(plan, rounds=(early,)), plan.case)}
    assert ViolationCode.WRONG_BEGINNING in codes


def test_a_minute_too_long_on_board_is_seen(small_case: Case, drawn_network: RoadNetwork) -> None:
    plan = planned(small_case, drawn_network)
    longest_s = on_board_s(plan, "a2")
    case = replace(
        small_case,
        orders=tuple(
            replace(order, max_on_board_s=longest_s - 60) if order.id == "a2" else order
            for order in small_case.orders
        ),
    )
    assert seen(plan, case) == [(ViolationCode.TOO_LONG_ON_BOARD, 60)]


def test_an_order_nobody_can_bring_fast_enough_says_so(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    # The drive from farm A to the shop alone takes minutes, and the setup five.
    plan = planned(with_orders(small_case, max_on_board_s=60), drawn_network)
    assert {u.code for u in plan.unserved} == {UnservedCode.TOO_LONG_ON_BOARD}


# --- iced boxes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, UnservedCode.NO_VEHICLE_TEMPERATURE),
        # Two hours of ice are enough, one minute is not.
        ({"boxed_s": 7_200}, None),
        ({"boxed_s": 60}, UnservedCode.TOO_LONG_ON_BOARD),
        # Whichever is shorter counts.
        ({"boxed_s": 7_200, "max_on_board_s": 60}, UnservedCode.TOO_LONG_ON_BOARD),
    ],
)
def test_an_iced_box_rides_in_any_van_for_its_time(
    small_case: Case,
    drawn_network: RoadNetwork,
    changes: dict[str, object],
    code: UnservedCode | None,
) -> None:
    cold = replace(small_case.orders[0], temperature=TemperatureClass.PLUS_4, **changes)
    plan = planned(replace(small_case, orders=(cold, *small_case.orders[1:])), drawn_network)
    assert [u.code for u in plan.unserved] == ([] if code is None else [code])


def test_goods_out_of_their_box_in_a_warm_van_are_seen(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    def cold(**changes: object) -> Case:
        one = replace(small_case.orders[0], temperature=TemperatureClass.PLUS_4, **changes)
        return replace(small_case, orders=(one, *small_case.orders[1:]))

    plan = planned(cold(boxed_s=7_200), drawn_network)
    assert seen(plan, cold()) == [(ViolationCode.WRONG_TEMPERATURE, 0)]


def test_orders_with_other_limits_are_handled_apart(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    twin = replace(small_case.orders[0], id="a1b", max_on_board_s=7_200)
    plan = planned(replace(small_case, orders=(*small_case.orders, twin)), drawn_network)

    def handled(order_id: str) -> list[tuple[str, ...]]:
        return [
            h.order_ids
            for one in plan.rounds
            for stop in one.stops
            for h in stop.handlings
            if order_id in h.order_ids
        ]

    assert handled("a1") == [("a1",)] * 2
    assert handled("a1b") == [("a1b",)] * 2
