"""What each producer packs, ready by when, in the order in which it is loaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import drawn

from colivraison.domain import (
    Action,
    Case,
    ClockMoment,
    Handling,
    Plan,
    Round,
    Stop,
    TemperatureClass,
    UnservedCode,
    Weekday,
)
from colivraison.planning import (
    ProducerPreparation,
    check_plan,
    preparation,
)

THURSDAY = dt.date(2026, 11, 26)
MIDNIGHT_S = 3 * 86_400


def of(plan: Plan) -> dict[str, ProducerPreparation]:
    return {one.producer_id: one for one in preparation(plan)}


def handled(action: Action, *order_ids: str, begin_s: int | None = None) -> Handling:
    return Handling(shipment_id=order_ids[0], action=action, order_ids=order_ids, begin_s=begin_s)


def stop(site_id: str, start_s: int, *handlings: Handling) -> Stop:
    return replace(Stop.without_work(site_id, MIDNIGHT_S + start_s), handlings=handlings)


def with_stops(plan: Plan, *stops: Stop) -> Plan:
    (one,) = plan.rounds
    return replace(plan, rounds=(replace(one, stops=stops),))


def load(*order_ids: str, begin_s: int | None = None) -> Handling:
    return handled(Action.PICKUP, *order_ids, begin_s=begin_s)


def leave(*order_ids: str) -> Handling:
    return handled(Action.DELIVERY, *order_ids)


def test_ready_when_loading_begins_and_what_leaves_last_goes_in_first(
    planned: Callable[..., Plan],
) -> None:
    plan = planned()
    assert check_plan(plan) == ()
    (one,) = plan.rounds
    start, farm_b, market, shop, _ = one.stops
    assert (farm_b.site_id, market.site_id, shop.site_id) == ("B", "M", "S")
    found = of(plan)
    assert list(found) == ["A", "B"]
    for producer_id, ready_s, order_ids in (
        # The van stands at its own farm, and finds the other one, parks and signs in 5 minutes.
        ("A", start.start_s, ("a1", "a2")),
        ("B", farm_b.start_s + 300, ("b1", "b2")),
    ):
        (day,) = found[producer_id].days
        (loading,) = day.loadings
        assert (day.day, day.first_ready_s) == (THURSDAY, ready_s)
        assert (loading.ready_s, loading.day) == (ready_s, THURSDAY)
        assert (loading.vehicle_id, loading.round_id, loading.site_id) == (
            *("van-A", one.id),
            producer_id,
        )
        # The shop comes after the market, so its crates go in first.
        assert [goods.site_id for goods in loading.goods] == ["S", "M"]
        assert tuple(i for goods in loading.goods for i in goods.order_ids) == order_ids
        assert (day.crates, day.mass_g, day.litres) == (10, 80_000, 0)
        assert found[producer_id].not_carried == ()


def test_a_changed_order_of_stops_changes_the_order_of_loading(
    planned: Callable[..., Plan],
) -> None:
    plan = planned()
    (one,) = plan.rounds
    start, farm_b, market, shop, end = one.stops
    other = with_stops(plan, start, farm_b, shop, market, end)
    (day,) = of(other)["A"].days
    assert [goods.site_id for goods in day.loadings[0].goods] == ["M", "S"]


def test_kinds_are_packed_apart_and_summed_over_points(planned: Callable[..., Plan]) -> None:
    plan = planned()
    kinds: dict[str, dict[str, object]] = {
        "a1": {"goods": "bio", "litres": 100},
        "a2": {"goods": "bio", "litres": 50},
        "b1": {"temperature": TemperatureClass.PLUS_8},
        "b2": {"boxed_s": 3_600},
    }
    case = replace(plan.case, orders=tuple(replace(o, **kinds[o.id]) for o in plan.case.orders))
    found = of(replace(plan, case=case))
    (day,) = found["A"].days
    (total,) = day.goods
    assert (total.goods, total.site_id, total.crates, total.litres) == ("bio", "", 10, 150)
    assert (total.mass_g, set(total.order_ids)) == (80_000, {"a1", "a2"})
    assert day.litres == 150
    (day,) = found["B"].days
    assert [(one.temperature, one.boxed, one.crates) for one in day.goods] == [
        (TemperatureClass.PLUS_8, False, 5),
        (TemperatureClass.AMBIENT, True, 5),
    ]


def test_two_orders_of_one_kind_for_one_stop_are_one_line(planned: Callable[..., Plan]) -> None:
    plan = planned()
    case = replace(plan.case, orders=(*plan.case.orders, drawn.order("a3", "A", "S", crates=2)))
    edited = with_stops(
        replace(plan, case=case),
        stop("A", 8 * 3600, load("a1"), load("a2"), load("a3")),
        stop("M", 9 * 3600, leave("a2")),
        stop("S", 10 * 3600, leave("a1"), leave("a3")),
    )
    (day,) = of(edited)["A"].days
    assert [(one.site_id, one.order_ids, one.crates) for one in day.loadings[0].goods] == [
        ("S", ("a1", "a3"), 7),
        ("M", ("a2",), 5),
    ]


def test_goods_that_are_loaded_late_are_ready_late(planned: Callable[..., Plan]) -> None:
    late_s = MIDNIGHT_S + 10 * 3600
    edited = with_stops(
        planned(),
        stop("A", 8 * 3600, load("a1"), load("a2", begin_s=late_s)),
        stop("M", 11 * 3600, leave("a2"), leave("a1")),
    )
    (day,) = of(edited)["A"].days
    assert [(one.ready_s, one.goods[0].order_ids) for one in day.loadings] == [
        (MIDNIGHT_S + 8 * 3600, ("a1",)),
        (late_s, ("a2",)),
    ]


def test_a_farm_that_closes_between_two_loadings_parts_them(planned: Callable[..., Plan]) -> None:
    plan = planned()
    hours = (drawn.hours(6, 8.01), drawn.hours(14, 18))
    farm = replace(plan.case.producers[0].farm, windows=hours)
    producer = replace(plan.case.producers[0], farm=farm)
    case = replace(plan.case, producers=(producer, plan.case.producers[1]))
    edited = with_stops(
        replace(plan, case=case),
        stop("A", 8 * 3600, load("a1"), load("a2")),
        stop("M", 15 * 3600, leave("a2"), leave("a1")),
    )
    (day,) = of(edited)["A"].days
    assert [one.ready_s - MIDNIGHT_S for one in day.loadings] == [8 * 3600, 14 * 3600]


def test_goods_that_become_ready_while_others_are_loaded_are_told_apart(
    planned: Callable[..., Plan],
) -> None:
    # Loading from eight on, 100 s for each order; the second one is ready at 8:01.
    plan = planned()
    at = ClockMoment(date=THURSDAY, clock_s=8 * 3600 + 60)
    orders = tuple(
        replace(order, ordered_at=at) if order.id == "a2" else order for order in plan.case.orders
    )
    edited = with_stops(
        replace(plan, case=replace(plan.case, orders=orders)),
        stop("A", 8 * 3600, load("a1"), load("a2")),
        stop("M", 9 * 3600, leave("a2"), leave("a1")),
    )
    (day,) = of(edited)["A"].days
    assert [(one.ready_s - MIDNIGHT_S, one.goods[0].order_ids) for one in day.loadings] == [
        (8 * 3600, ("a1",)),
        (8 * 3600 + 100, ("a2",)),
    ]


def test_what_is_unloaded_before_is_done_before(planned: Callable[..., Plan]) -> None:
    # Five crates come to the farm first: 20 s each, after the 5 minutes of the stop.
    edited = with_stops(
        planned(),
        stop("A", 8 * 3600, load("a1")),
        stop("B", 9 * 3600, leave("a1"), load("b1")),
        stop("S", 10 * 3600, leave("b1")),
    )
    (day,) = of(edited)["B"].days
    assert day.first_ready_s - MIDNIGHT_S == 9 * 3600 + 300 + 100


def test_loading_in_the_evening_before_is_that_day(planned: Callable[..., Plan]) -> None:
    edited = with_stops(
        planned(), stop("A", -2 * 3600, load("a1")), stop("S", 8 * 3600, leave("a1"))
    )
    (day,) = of(edited)["A"].days
    assert day.day == THURSDAY - dt.timedelta(days=1)


def test_days_come_in_order_with_a_total_each(
    small_case: Case, planned: Callable[..., Plan]
) -> None:
    orders = tuple(
        replace(order, days=frozenset({Weekday.FRIDAY})) if order.site_id == "M" else order
        for order in small_case.orders
    )
    open_both = (drawn.hours(8, 12), drawn.hours(8, 12, Weekday.FRIDAY))
    sites = tuple(replace(site, windows=open_both) for site in small_case.sites)
    shifts = (drawn.hours(6, 14), drawn.hours(6, 14, Weekday.FRIDAY))
    vans = (replace(small_case.vehicles[0], shifts=shifts),)
    plan = planned(replace(small_case, orders=orders, sites=sites, vehicles=vans))
    days = of(plan)["B"].days
    delivered = {
        one.day: {i for s in one.stops for h in s.handlings for i in h.order_ids if i[0] == "b"}
        for one in plan.rounds
    }
    assert [day.day for day in days] == sorted(delivered)
    for day in days:
        assert {i for goods in day.goods for i in goods.order_ids} == delivered[day.day]


def test_nobody_carries_it_and_why(small_case: Case, planned: Callable[..., Plan]) -> None:
    frozen = replace(small_case.orders[2], temperature=TemperatureClass.FROZEN)
    orders = tuple(frozen if order.id == "b1" else order for order in small_case.orders)
    plan = planned(replace(small_case, orders=orders))
    found = of(plan)
    (left,) = found["B"].not_carried
    assert (left.order.id, left.code) == ("b1", UnservedCode.NO_VEHICLE_TEMPERATURE)
    assert found["A"].not_carried == ()
    # Taken out of its round by hand: nobody has a reason.
    (left,) = of(without(plan, "a1"))["A"].not_carried
    assert (left.order.id, left.code) == ("a1", None)


def without(plan: Plan, order_id: str) -> Plan:
    def stripped(one: Round) -> Round:
        return replace(
            one,
            stops=tuple(
                replace(s, handlings=tuple(h for h in s.handlings if order_id not in h.order_ids))
                for s in one.stops
            ),
        )

    return replace(plan, rounds=tuple(map(stripped, plan.rounds)))


def test_goods_that_nobody_unloads_are_packed_all_the_same(planned: Callable[..., Plan]) -> None:
    edited = with_stops(
        planned(), stop("A", 8 * 3600, load("a1", "a2")), stop("M", 9 * 3600, leave("a2"))
    )
    (day,) = of(edited)["A"].days
    assert [one.order_ids for one in day.loadings[0].goods] == [("a1",), ("a2",)]
