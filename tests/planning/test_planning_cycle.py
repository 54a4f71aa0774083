"""Order cycles: dates that contradict each other, late orders, goods that are not ready yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import drawn
import pytest

from colivraison.domain import (
    Action,
    Case,
    ClockMoment,
    OrderCycle,
    Plan,
    Unserved,
    UnservedCode,
    Week,
)
from colivraison.errors import InputError
from colivraison.planning import (
    Part,
    Stopping,
    ViolationCode,
    check_plan,
    plan_week,
    preparation,
    retime,
)
from colivraison.planning.contradictions import contradictions
from colivraison.planning.cycle import late_orders
from colivraison.planning.fingerprint import case_digest, fingerprint_of
from colivraison.roads import RoadNetwork
from colivraison.texts import LANGUAGES, Texts

MIDNIGHT_S = 3 * 86_400  # of Thursday


def at(day: int, hour: float = 0) -> ClockMoment:
    return ClockMoment(date=dt.date(2026, 11, day), clock_s=int(hour * 3600))


def planned(case: Case, network: RoadNetwork) -> Plan:
    plan = plan_week(case, network, stopping=Stopping(iterations=100))
    assert check_plan(plan) == ()
    return plan


def ordered(case: Case, moment: ClockMoment, *order_ids: str) -> Case:
    return replace(
        case,
        orders=tuple(
            replace(one, ordered_at=moment) if one.id in order_ids else one for one in case.orders
        ),
    )


def preparing(case: Case, hours: float) -> Case:
    return replace(
        case,
        producers=tuple(replace(p, preparation_s=int(hours * 3600)) for p in case.producers),
    )


def seen(plan: Plan, case: Case) -> list[tuple[ViolationCode, int]]:
    """What the check says of the shared rounds of a plan under another case."""
    return [(v.code, v.amount) for v in check_plan(under(plan, case)) if v.part is Part.SHARED]


def under(plan: Plan, case: Case) -> Plan:
    stamp = fingerprint_of(case, plan.fingerprint.territory)
    return replace(plan, case=case, fingerprint=stamp)


def loading_begins_s(plan: Plan, order_id: str) -> int:
    """When work for an order begins at its farm, setup included.

    Five crates an order, 20 s each; five minutes where the van has come from elsewhere.
    """
    for one in plan.rounds:
        for k, stop in enumerate(one.stops):
            now_s = stop.start_s
            for number, handling in enumerate(stop.handlings):
                if order_id in handling.order_ids and handling.action is Action.PICKUP:
                    return now_s
                now_s += 100 * len(handling.order_ids) + (300 if k and not number else 0)
    raise AssertionError(order_id)


def cost_cents(plan: Plan) -> int:
    return sum(one.cost_cents for one in plan.rounds)


# --- goods that are not ready yet


def test_the_van_waits_for_goods_at_a_cost(small_case: Case, drawn_network: RoadNetwork) -> None:
    # Ordered on Wednesday at 23:00, twelve hours to prepare: ready on Thursday at 11:00.
    late = preparing(ordered(small_case, at(25, 23), "b1", "b2"), 12)
    plan = planned(late, drawn_network)
    assert plan.unserved == ()
    for order_id in ("b1", "b2"):
        assert loading_begins_s(plan, order_id) >= MIDNIGHT_S + 11 * 3600
    # At seven at the farm and at eight at the market there would be no wait at all.
    early = planned(preparing(ordered(small_case, at(24, 18), "b1", "b2"), 12), drawn_network)
    assert loading_begins_s(early, "b1") < MIDNIGHT_S + 9 * 3600
    assert cost_cents(early) == cost_cents(planned(small_case, drawn_network))
    # Both are at the same farm: the way is the same, but it has to be later.
    (day,) = next(one for one in preparation(plan) if one.producer_id == "B").days
    assert day.first_ready_s >= MIDNIGHT_S + 11 * 3600


def test_a_wait_costs_what_it_takes(small_case: Case, drawn_network: RoadNetwork) -> None:
    """A's goods leave at eight for who closes at half past, B's are ready at ten."""
    shop, market = small_case.sites
    case = replace(
        small_case,
        sites=(replace(shop, windows=(drawn.hours(8, 12),)),
               replace(market, windows=(drawn.hours(8, 8.5),))),
        orders=(small_case.orders[1], small_case.orders[2]),
    )  # fmt: skip
    free = planned(case, drawn_network)
    late = planned(ordered(case, at(26, 10), "b1"), drawn_network)
    assert late.unserved == free.unserved == ()
    assert loading_begins_s(late, "b1") >= MIDNIGHT_S + 10 * 3600
    # More than an hour of waiting at 12 EUR.
    assert cost_cents(late) > cost_cents(free) + 1_200


def test_goods_loaded_too_early_are_seen_to_the_second(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    plan = planned(small_case, drawn_network)
    begin_s = loading_begins_s(plan, "b1") - MIDNIGHT_S
    placed = ClockMoment(date=dt.date(2026, 11, 26), clock_s=begin_s + 77 - 3_600)
    assert seen(plan, preparing(ordered(small_case, placed, "b1"), 1)) == [
        (ViolationCode.NOT_READY, 77)
    ]
    just = ClockMoment(date=dt.date(2026, 11, 26), clock_s=begin_s - 3_600)
    assert seen(plan, preparing(ordered(small_case, just, "b1"), 1)) == []
    # Without a time to prepare nobody loads what is not ordered yet.
    ordered_after = ClockMoment(date=dt.date(2026, 11, 26), clock_s=begin_s + 5)
    assert seen(plan, ordered(small_case, ordered_after, "b1")) == [(ViolationCode.NOT_READY, 5)]


def test_a_changed_round_waits_for_goods_where_it_can(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    plan = planned(small_case, drawn_network)
    late = ordered(small_case, at(26, 9), "b1")
    again = retime(under(plan, late))
    assert [v for v in again.violations if v.part is Part.SHARED] == []
    assert loading_begins_s(again.plan, "b1") >= MIDNIGHT_S + 9 * 3600


def test_a_changed_round_that_cannot_wait_names_the_goods(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    # The van is home at two; the goods are ready at three.
    plan = planned(small_case, drawn_network)
    again = retime(under(plan, ordered(small_case, at(26, 15), "b2")))
    (broken,) = [v for v in again.violations if v.part is Part.SHARED]
    assert broken.code is ViolationCode.NOT_READY
    assert broken.details["order"] == "b2"
    assert broken.amount == MIDNIGHT_S + 15 * 3600 - loading_begins_s(again.plan, "b2")
    for language in LANGUAGES:
        texts = Texts(language)
        amount = texts.amount(broken.amount, broken.unit)
        assert amount in texts(f"violation.{broken.code}", amount=amount, **broken.details)


def test_orders_of_one_pair_go_apart_where_one_is_ready_later(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    orders = (*small_case.orders[:2], drawn.order("a3", "A", "S", ordered_at=at(26, 7)))
    plan = planned(replace(small_case, orders=orders), drawn_network)
    together = {h.order_ids for one in plan.rounds for s in one.stops for h in s.handlings}
    assert together == {("a1",), ("a2",), ("a3",)}
    # Placed long ago, they are alike: one shipment.
    orders = (*small_case.orders[:2], drawn.order("a3", "A", "S", ordered_at=at(3)))
    plan = planned(replace(small_case, orders=orders), drawn_network)
    together = {h.order_ids for one in plan.rounds for s in one.stops for h in s.handlings}
    assert together == {("a1", "a3"), ("a2",)}


def test_ready_after_the_last_van_has_its_own_reason(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    plan = planned(ordered(small_case, at(26, 15), "b1"), drawn_network)
    assert plan.unserved == (Unserved(order_id="b1", code=UnservedCode.READY_TOO_LATE),)
    wrong = replace(plan, unserved=(Unserved(order_id="b1", code=UnservedCode.NO_COMMON_HOURS),))
    assert [v.code for v in check_plan(wrong) if v.part is Part.SHARED] == [
        ViolationCode.WRONG_REASON
    ]
    # On the road in time, at the shop too late.
    plan = planned(ordered(small_case, at(26, 12), "b1"), drawn_network)
    assert plan.unserved == (Unserved(order_id="b1", code=UnservedCode.NO_COMMON_HOURS),)


def test_goods_that_are_ready_late_stay_short_on_board(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    short = replace(
        small_case, orders=tuple(replace(o, max_on_board_s=2_400) for o in small_case.orders)
    )
    plan = planned(ordered(short, at(26, 9.5), "b1", "b2"), drawn_network)
    assert plan.unserved == ()
    assert loading_begins_s(plan, "b2") >= MIDNIGHT_S + 9.5 * 3600


def test_a_night_of_25_hours_prepares_an_hour_more() -> None:
    # The clocks go back on Sunday 25 October 2026 at 3:00.
    case = preparing(replace(drawn.small_case(), week=Week(first_date=dt.date(2026, 10, 19))), 12)
    order = replace(
        case.orders[0],
        ordered_at=ClockMoment(date=dt.date(2026, 10, 24), clock_s=20 * 3600),
    )
    ready = case.week.moment(case.ready_s([order]))
    assert (ready.date(), ready.hour) == (dt.date(2026, 10, 25), 7)


def test_orders_placed_before_the_week_are_ready_when_they_are() -> None:
    case = preparing(drawn.small_case(), 48)
    placed = replace(case.orders[0], ordered_at=at(21, 12))  # Saturday noon, Monday noon
    assert case.ready_s([placed]) == 12 * 3600
    assert case.ready_s([replace(placed, ordered_at=at(10))]) == 0
    assert case.ready_s(case.orders) == 0
    assert case.ready_s([placed, *case.orders]) == 12 * 3600


def test_what_is_not_said_changes_no_digest(small_case: Case) -> None:
    settings = replace(small_case.settings, cycle=OrderCycle())
    assert case_digest(replace(small_case, settings=settings)) == case_digest(small_case)
    assert case_digest(preparing(small_case, 1)) != case_digest(small_case)
    assert case_digest(ordered(small_case, at(25), "a1")) != case_digest(small_case)


# --- the dates of a cycle


def cycling(case: Case, **moments: ClockMoment) -> Case:
    return replace(case, settings=replace(case.settings, cycle=OrderCycle(**moments)))


def test_orders_close_48_hours_before_the_distribution_unless_told_otherwise() -> None:
    assert OrderCycle(distribution=at(26, 17)).closes == at(24, 17)
    assert OrderCycle(distribution=at(26), cut_off=at(25, 20)).closes == at(25, 20)
    assert OrderCycle(cut_off=at(25, 20)).closes == at(25, 20)
    assert OrderCycle(opens=at(20)).closes is None


@pytest.mark.parametrize(
    ("moments", "codes"),
    [
        ({"distribution": at(26, 17)}, []),
        ({"opens": at(20), "cut_off": at(24), "distribution": at(26)}, []),
        ({"opens": at(24), "cut_off": at(24), "distribution": at(24)}, []),
        ({"cut_off": at(26, 18), "distribution": at(26, 17)}, ["cut_off_after_distribution"]),
        ({"opens": at(25), "distribution": at(26)}, ["opening_after_cut_off"]),
        ({"opens": at(25), "cut_off": at(24)}, ["opening_after_cut_off"]),
        ({"distribution": at(30)}, ["distribution_outside_week"]),
        ({"distribution": at(22)}, ["distribution_outside_week"]),
        (
            {"opens": at(29), "cut_off": at(28), "distribution": at(27)},
            ["cut_off_after_distribution", "opening_after_cut_off"],
        ),
    ],
)
def test_dates_that_contradict_each_other_are_told(
    small_case: Case, moments: dict[str, ClockMoment], codes: list[str]
) -> None:
    found = contradictions(cycling(small_case, **moments))
    assert [fault.code for fault in found] == codes
    for language in LANGUAGES:
        for fault in found:
            assert all(Texts(language).fault(fault))


def test_they_are_told_with_the_others_before_any_search(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    closed = replace(small_case.sites[0], windows=(drawn.hours(8, 12, drawn.THURSDAY),),
                     dated_hours=(drawn_closed(),))  # fmt: skip
    case = cycling(
        replace(small_case, sites=(closed, small_case.sites[1])),
        cut_off=at(27),
        distribution=at(26),
    )
    with pytest.raises(InputError) as caught:
        planned(case, drawn_network)
    assert {fault.code for fault in caught.value.faults} == {
        "cut_off_after_distribution",
        "never_open",
    }
    cause, action = Texts("fr").fault(
        next(f for f in caught.value.faults if f.code == "cut_off_after_distribution")
    )
    assert "vendredi 27 novembre 2026" in cause
    assert "cloture_commandes" in action


def drawn_closed() -> object:
    from colivraison.domain import DatedHours

    day = dt.date(2026, 11, 26)
    return DatedHours(first_date=day, last_date=day)


def test_an_order_after_the_cut_off_is_told_and_planned(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    case = cycling(small_case, distribution=at(26, 17))
    case = ordered(ordered(case, at(24, 17), "a1"), at(24, 17.5), "b1")
    # At the cut-off itself is in time.
    (late,) = late_orders(case)
    assert (late.code, late.value) == ("order_late", "b1")
    plan = planned(case, drawn_network)
    assert late in plan.warnings
    assert plan.unserved == ()
    sentence = Texts("fr").warning(late).replace("\u202f", " ")
    assert "mardi 24 novembre 2026 à 17 h 30" in sentence
    assert late_orders(ordered(small_case, at(26), "b1")) == ()
