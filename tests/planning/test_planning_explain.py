"""Why an order is where it is, or nowhere: every figure against trying all places."""

from __future__ import annotations

from dataclasses import replace

import drawn
import pytest
import random_weeks
from tried_places import tried

from colivraison.domain import (
    ApartScope,
    Case,
    KeptApart,
    Order,
    Plan,
    Recurrence,
    RecurringOrder,
    TemperatureClass,
    Unserved,
    UnservedCode,
    Weekday,
    occurrences,
)
from colivraison.errors import InputError
from colivraison.planning import LeftOut, Lift, Room, Rule, Served, check_plan, explain
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.planning.lifting import BY_MINUTES, lifted

COLD = TemperatureClass.PLUS_4


def in_week(plan: Plan, case: Case) -> Plan:
    return replace(plan, case=case, fingerprint=fingerprint_of(case, "a road"))


# --- weeks drawn at random


@pytest.mark.parametrize("seed", range(14))
def test_a_rule_that_is_said_to_open_a_place_opens_it_and_no_other_does(seed: int) -> None:
    plan, _ = random_weeks.random_plan(seed)
    for told in plan.unserved:
        found = explain(plan, told.order_id)
        assert isinstance(found, LeftOut)
        assert (found.code, found.places) == (told.code, ())
        by_lift = {one.lift: one for one in found.what_ifs}
        for lift in Lift:
            one = by_lift.get(lift)
            most_s = 0 if lift not in BY_MINUTES else 4 * 3600 if one is None else one.by_s
            free = lifted(plan.case, found.order, lift, by_s=most_s)
            # Seconds short of what is said, and longer than nothing.
            everything = {} if free is None else tried(in_week(plan, free[0]), free[1])
            assert (one is None) == (not everything), lift
            if one is not None:
                assert one.insertion.added_cents == min(everything.values())
            if one is not None and lift in BY_MINUTES and one.by_s > 300:
                less = lifted(plan.case, found.order, lift, by_s=one.by_s - 300)
                assert less is not None
                assert tried(in_week(plan, less[0]), less[1]) == {}


@pytest.mark.parametrize("seed", range(14))
def test_other_places_cost_what_they_cost(seed: int) -> None:
    plan, _ = random_weeks.random_plan(seed)
    for carrying in plan.rounds:
        order_id = carrying.stops[-2].handlings[-1].order_ids[0]
        found = explain(plan, order_id, count=50)
        assert isinstance(found, Served)
        assert found.round == carrying
        rest = [
            replace(
                stop,
                handlings=tuple(
                    replace(h, order_ids=kept)
                    for h in stop.handlings
                    if (kept := tuple(i for i in h.order_ids if i != order_id))
                ),
            )
            for stop in carrying.stops
        ]
        others = tuple(one for one in plan.rounds if one is not carrying)
        # The rest of the round keeps its van and its driver.
        beside = (carrying,) if any(stop.handlings for stop in rest) else ()
        everything = tried(replace(plan, rounds=others), found.order, beside=beside)
        # In other rounds and on vans that wait; the van of this round waits only in `tried`.
        cheapest: dict[object, int] = {}
        for (base, *_), cents in everything.items():
            cheapest[base] = min(cents, cheapest.get(base, cents))
        shift_s = next(
            shift.start_s
            for van in plan.case.vehicles
            if van.id == carrying.vehicle_id
            for shift in van.shifts_in(plan.case.week)
            if shift.start_s <= carrying.stops[0].start_s <= shift.end_s
        )
        cheapest.pop(f"{carrying.vehicle_id} {shift_s}", None)
        elsewhere = [
            one
            for one in found.alternatives
            if one.insertion.before is None or one.insertion.before.id != carrying.id
        ]
        assert sorted(one.insertion.added_cents for one in elsewhere) == sorted(cheapest.values())
        assert all(
            one.more_cents == one.insertion.added_cents - found.costs_cents
            for one in found.alternatives
        )
        if not any(stop.handlings for stop in rest):
            assert found.costs_cents == carrying.cost_cents


# --- each rule alone, with its amount

NEW = drawn.order("new", "B", "S", 4)


def left_out(order: Order = NEW, *, home_s: int | None = None, **changes: object) -> Plan:
    """One van, and an order that came too late for the rounds: only they are planned.

    ``home_s``: so long after its round the van is to be at home.
    """
    base = drawn.small_case()
    case = replace(
        base,
        sites=(*base.sites, drawn.point("T", 4.5, drawn.hours(7, 7.25))),
        vehicles=(drawn.van(**changes),),
        kept_apart=(KeptApart(first="bio", second="A"),),
    )
    plan = random_weeks.planned(case, random_weeks.roads_between(case, random_weeks.Random(1)))
    later = replace(case, orders=(*case.orders, order))
    if home_s is not None:
        (van,), (one,) = case.vehicles, plan.rounds
        last_s = one.stops[-1].departure_s - 3 * 86_400 + home_s
        shifts = (replace(van.shifts[0], closes_s=last_s),)
        later = replace(later, vehicles=(replace(van, shifts=shifts),))
    out = Unserved(order_id="new", code=UnservedCode.NO_ROOM_LEFT)
    return replace(in_week(plan, later), unserved=(out,))


@pytest.mark.parametrize(
    ("order", "changes", "rule", "lift"),
    [
        ({"temperature": COLD}, {}, Rule.TEMPERATURE, Lift.TEMPERATURE),
        ({"goods": "vrac"}, {"refuses": frozenset({"vrac"})}, Rule.WILLING, Lift.WILLING),
        ({"goods": "bio"}, {}, Rule.KEPT_APART, Lift.KEPT_APART),
        ({"days": frozenset({Weekday.FRIDAY})}, {}, Rule.DAYS, Lift.DAYS),
    ],
)
def test_a_rule_of_yes_or_no_is_named_with_its_price(
    order: dict[str, object], changes: dict[str, object], rule: Rule, lift: Lift
) -> None:
    if lift is Lift.KEPT_APART:
        changes = {**changes, "capacity_crates": 40}
    plan = left_out(replace(NEW, **order), **changes)
    if lift is Lift.KEPT_APART:
        apart = (KeptApart(first="bio", second="A", scope=ApartScope.ROUND),)
        plan = in_week(plan, replace(plan.case, kept_apart=apart))
    found = explain(plan, "new")
    assert isinstance(found, LeftOut)
    assert [(one.vehicle_id, one.round_id, one.rules) for one in found.obstructions] == [
        ("van-A", "1", (rule,))
    ]
    (one,) = found.what_ifs
    # Four crates on a van that passes by both anyway: 160 s.
    assert (one.lift, one.added_cents, one.insertion.added_s) == (lift, 54, 160)
    assert (one.vehicle_id is None) == (lift in (Lift.KEPT_APART, Lift.DAYS))


def test_how_much_more_room_it_takes_is_told() -> None:
    # 20 crates are on board; four more come, and for a second way there is no time.
    plan = left_out(capacity_crates=21, home_s=180)
    found = explain(plan, "new")
    assert isinstance(found, LeftOut)
    assert found.obstructions[0].rules[0] is Rule.FULL
    room = next(one for one in found.what_ifs if one.lift is Lift.CAPACITY)
    assert (room.vehicle_id, room.room) == ("van-A", Room(crates=3))


def test_a_van_that_is_too_small_when_empty_is_told_so() -> None:
    found = explain(left_out(replace(NEW, crates=50)), "new")
    assert isinstance(found, LeftOut)
    assert found.obstructions[0].rules == (Rule.CAPACITY,)
    # 20 crates and 50 more, where 40 have room; it is unloaded first or last.
    assert all(one.lift is Lift.CAPACITY for one in found.what_ifs)
    assert found.what_ifs[0].room.crates >= 10


@pytest.mark.parametrize(
    ("order", "changes", "lift", "by_s"),
    [
        # The round of the others leaves no time for half an hour at T: from 7:00 to 7:15.
        ({"site_id": "T"}, {"shifts": (drawn.hours(7.25, 14),)}, Lift.SITE_LATER, None),
        # 160 s more of work, and home by a minute after the round as it was: 5 minutes do.
        ({}, {"home_s": 60}, Lift.VAN_LATER, 300),
        # B to S is 155 s at most, and 300 s of setup: 455 s with a limit of 200.
        ({"max_on_board_s": 200}, {}, Lift.ON_BOARD, 300),
    ],
)
def test_how_much_longer_it_takes_is_told_in_steps_of_five_minutes(
    order: dict[str, object], changes: dict[str, object], lift: Lift, by_s: int | None
) -> None:
    plan = left_out(replace(NEW, **order), **changes)
    found = explain(plan, "new")
    assert isinstance(found, LeftOut)
    longer = next(one for one in found.what_ifs if one.lift is lift)
    assert longer.by_s % 300 == 0
    assert longer.by_s == (by_s or longer.by_s) > 0
    for seconds, fits in ((longer.by_s, True), (longer.by_s - 300, False)):
        free = lifted(plan.case, found.order, lift, by_s=seconds)
        case, wanted = free or (plan.case, found.order)
        assert bool(tried(in_week(plan, case), wanted)) == fits


def test_where_it_takes_several_rules_nothing_is_promised() -> None:
    plan = left_out(replace(NEW, temperature=COLD, days=frozenset({Weekday.SATURDAY})))
    found = explain(plan, "new")
    assert isinstance(found, LeftOut)
    assert found.what_ifs == ()
    assert found.obstructions[0].rules == (Rule.TEMPERATURE,)


def test_an_order_that_fits_all_the_same_is_given_its_places() -> None:
    found = explain(left_out(), "new")
    assert isinstance(found, LeftOut)
    assert found.places
    assert (found.obstructions, found.what_ifs) == ((), ())


def test_an_order_of_another_day_is_told_even_behind_dearer_ones() -> None:
    base = drawn.small_case()
    friday = drawn.hours(6, 14, Weekday.FRIDAY)
    case = replace(
        base,
        vehicles=(drawn.van(), drawn.van("van-B", "B", shifts=(friday,))),
        sites=tuple(
            replace(site, windows=(*site.windows, drawn.hours(8, 12, Weekday.FRIDAY)))
            for site in base.sites
        ),
    )
    plan = random_weeks.planned(case, random_weeks.roads_between(case, random_weeks.Random(1)))
    assert check_plan(plan) == ()
    (carrying,) = plan.rounds
    found = explain(plan, "b1", count=1)
    assert isinstance(found, Served)
    (other,) = found.alternatives
    assert other.insertion.delivery_day(case.week) != found.day
    assert other.more_cents > 0
    assert found.round == carrying


def test_a_round_that_does_not_hold_is_named_and_takes_nothing() -> None:
    plan = left_out()
    (one,) = plan.rounds
    turned = replace(one, stops=(one.stops[0], *reversed(one.stops[1:-1]), one.stops[-1]))
    found = explain(replace(plan, rounds=(turned,)), "new")
    assert isinstance(found, LeftOut)
    assert [o.rules for o in found.obstructions] == [(Rule.UNDRIVABLE,)]
    assert found.what_ifs == ()


def test_what_is_not_there_or_does_not_hold_is_refused() -> None:
    plan = left_out()
    with pytest.raises(InputError) as refused:
        explain(plan, "nothing")
    assert [fault.code for fault in refused.value.faults] == ["no_such_order"]
    (one,) = plan.rounds
    turned = replace(one, stops=(one.stops[0], *reversed(one.stops[1:-1]), one.stops[-1]))
    with pytest.raises(InputError) as refused:
        explain(replace(plan, rounds=(turned,)), "a1")
    assert [fault.code for fault in refused.value.faults] == ["round_does_not_hold"]


def test_an_order_that_comes_back_is_asked_for_by_its_day() -> None:
    plan = left_out()
    thursday = Recurrence(weekdays=frozenset({Weekday.THURSDAY}))
    back = RecurringOrder(order=replace(NEW, id="c"), repeats=thursday)
    ((one,), _) = occurrences([back], plan.case.week)
    case = replace(plan.case, recurring=(back,), orders=(*plan.case.orders, one))
    with pytest.raises(InputError) as refused:
        explain(replace(plan, case=case), "c")
    (fault,) = refused.value.faults
    assert (fault.code, fault.details) == ("order_comes_back", {"ids": one.id})
