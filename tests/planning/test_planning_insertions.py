"""The best places for a new order: those that trying all of them finds, and plans that hold."""

from __future__ import annotations

from dataclasses import replace

import drawn
import pytest
import random_weeks
from tried_places import best_five, tried

from colivraison.domain import (
    KeptApart,
    Order,
    Plan,
    TemperatureClass,
    Unserved,
    UnservedCode,
    Weekday,
)
from colivraison.errors import InputError
from colivraison.planning import Part, check_plan, suggest_insertions, with_insertion
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.planning.travel import only_sites

COLD = TemperatureClass.PLUS_4


@pytest.mark.parametrize("seed", range(40))
def test_the_five_best_are_those_that_trying_everything_finds(seed: int) -> None:
    plan, order = random_weeks.random_plan(seed)
    assert check_plan(plan) == ()
    suggested = suggest_insertions(plan, order)
    assert [one.added_cents for one in suggested.places] == best_five(tried(plan, order))
    assert (suggested.code is None) == bool(suggested.places)
    for one in suggested.places:
        after = with_insertion(plan, one)
        assert check_plan(after) == ()
        (driven,) = [r for r in after.rounds if r.id == one.round.id]
        assert replace(driven, legs=()) == one.round
        told_cents = [sum(r.cost_cents for r in some.rounds) for some in (plan, after)]
        assert told_cents[1] - told_cents[0] == one.added_cents


# Weeks in which company below a minimum, or a van that is lent from now on, changes other reasons.
@pytest.mark.parametrize("seed", [80, 88, 293, 350, 366])
def test_a_week_with_an_order_put_into_it_holds(seed: int) -> None:
    plan, order = random_weeks.random_plan(seed)
    places = suggest_insertions(plan, order).places
    assert places
    for one in places:
        assert check_plan(with_insertion(plan, one)) == ()


# --- each rule alone keeps the cheapest place shut, at a price


def two_vans(**changes: object) -> Plan:
    """A's van goes by farm B, where the new order waits, on Thursday; B's own stays at home."""
    base = drawn.small_case()
    site, market = base.sites
    friday = drawn.hours(8, 12, Weekday.FRIDAY)
    case = replace(
        base,
        sites=(replace(site, windows=(*site.windows, friday)), market),
        vehicles=(
            drawn.van(**changes),
            drawn.van(
                "van-B",
                "B",
                shifts=(drawn.hours(6, 14, Weekday.FRIDAY),),
                temperatures=frozenset({TemperatureClass.AMBIENT, COLD}),
            ),
        ),
        producers=(*base.producers, drawn.farm("C", 1)),
        kept_apart=(KeptApart(first="bio", second="A"),),
    )
    plan = random_weeks.planned(case, random_weeks.roads_between(case, random_weeks.Random(1)))
    (one,) = plan.rounds
    assert one.vehicle_id == "van-A"
    return plan


NEW = drawn.order("new", "B", "S", 4)


def test_the_van_that_goes_there_anyway_is_cheapest() -> None:
    suggested = suggest_insertions(two_vans(), NEW)
    best = suggested.places[0]
    assert (best.round.vehicle_id, best.rides_with) == ("van-A", ("b1",))
    # Four crates loaded and unloaded at 20 s each: 160 s at 12 EUR an hour are 53.3 cents; whole
    # rounds are rounded, with it and without.
    assert (best.added_m, best.added_s, best.added_cents) == (0, 160, 54)
    assert {one.round.vehicle_id for one in suggested.places} == {"van-A", "van-B"}


@pytest.mark.parametrize(
    ("changes", "order", "taken_by"),
    [
        # 20 crates, 160 kg are on board at once already: A's van comes back for four crates more.
        ({"capacity_crates": 21}, {}, "van-A"),
        ({"capacity_g": 165_000}, {}, "van-A"),
        ({"capacity_litres": 100}, {"litres": 101}, "van-B"),
        ({}, {"temperature": COLD}, "van-B"),
        ({"refuses": frozenset({"vrac"})}, {"goods": "vrac"}, "van-B"),
        ({"carries_for": frozenset("B")}, {"producer_id": "C"}, "van-B"),
        ({}, {"goods": "bio"}, "van-B"),  # kept apart from A's
        ({}, {"days": frozenset({Weekday.FRIDAY})}, "van-B"),
    ],
)
def test_a_rule_that_shuts_the_cheapest_place_costs_more(
    changes: dict[str, object], order: dict[str, object], taken_by: str
) -> None:
    farm = {key: value for key, value in order.items() if key == "producer_id"}
    free = suggest_insertions(two_vans(), replace(NEW, **farm)).places[0]
    places = suggest_insertions(two_vans(**changes), replace(NEW, **order)).places
    assert free.round.vehicle_id == "van-A"
    assert places[0].round.vehicle_id == taken_by
    assert all(one.added_cents > free.added_cents for one in places)


def test_goods_that_may_not_stay_long_on_board_are_loaded_later() -> None:
    plan = two_vans()
    free, hurried = (
        suggest_insertions(plan, replace(NEW, producer_id="A", max_on_board_s=limit_s)).places[0]
        # From A past B, where ten crates are loaded, to the shop; 700 s are for the way alone.
        for limit_s in (None, 700)
    )
    assert free.added_m == 0
    assert hurried.added_cents > free.added_cents
    assert check_plan(with_insertion(plan, hurried)) == ()


# --- what is told, and what is refused


def test_whose_times_move_is_told_with_the_largest_shift() -> None:
    plan = two_vans()
    best = suggest_insertions(plan, NEW).places[0]
    (before,) = plan.rounds
    reached_s = {stop.site_id: stop.arrival_s for stop in before.stops if stop.handlings}
    assert best.moved
    for one in best.moved:
        assert one.before_s == reached_s[one.site_id]
        assert one.after_s == best.round.stops[one.stop].arrival_s
    assert best.most_moved in best.moved
    assert abs(best.most_moved.shift_s) == max(abs(one.shift_s) for one in best.moved)


def test_an_idle_van_sets_out_anew_on_its_own_day() -> None:
    plan = two_vans()
    one = next(p for p in suggest_insertions(plan, NEW).places if p.before is None)
    assert (one.round.id, one.moved, one.most_moved) == ("2", (), None)
    assert one.delivery_day(plan.case.week) == plan.case.week.date_of(Weekday.FRIDAY)
    assert one.added_cents == one.round.cost_cents
    after = with_insertion(plan, one)
    assert [r.id for r in after.rounds] == ["1", "2"]


def test_a_plan_without_any_round_has_only_vans_that_wait() -> None:
    plan = two_vans()
    empty = random_weeks.planned(replace(plan.case, orders=()), plan.matrix)
    places = suggest_insertions(empty, NEW).places
    assert sorted(one.round.vehicle_id for one in places) == ["van-A", "van-B"]
    # Nobody drove alone before: now B does.
    after = with_insertion(empty, places[0])
    assert check_plan(after) == ()
    assert [one.producer_id for one in after.alone] == ["B"]


def test_a_new_order_joins_what_its_producer_would_drive_alone() -> None:
    plan = two_vans()
    after = with_insertion(plan, suggest_insertions(plan, NEW).places[0])
    alone = next(one for one in after.alone if one.producer_id == "B")
    served = {i for r in alone.rounds for s in r.stops for h in s.handlings for i in h.order_ids}
    assert served == {"b1", "b2", "new"}


def test_a_producer_who_had_nothing_to_sell_is_compared_too() -> None:
    plan = two_vans()
    order = replace(NEW, producer_id="C", temperature=COLD)
    after = with_insertion(plan, suggest_insertions(plan, order).places[0])
    assert [one.producer_id for one in after.alone] == ["A", "B", "C"]
    # C has no van: one is lent, cold enough.
    assert [van.temperatures for van in after.alone[-1].vehicles] == [frozenset({COLD})]
    assert check_plan(after) == ()


def test_an_order_that_the_plan_leaves_out_may_be_asked_for() -> None:
    base = two_vans()
    # By Saturday nobody drives; then it may be any day.
    case = replace(base.case, orders=(*base.case.orders, NEW))
    stamp = fingerprint_of(case, "a road")
    out = Unserved(order_id="new", code=UnservedCode.NO_ROOM_LEFT)
    plan = replace(base, case=case, fingerprint=stamp, unserved=(out,))
    after = with_insertion(plan, suggest_insertions(plan, NEW).places[0])
    assert after.unserved == ()
    assert [v for v in check_plan(after) if v.part is Part.SHARED] == []


def test_where_there_is_no_place_the_reason_is_told() -> None:
    saturday = replace(NEW, days=frozenset({Weekday.SATURDAY}))
    suggested = suggest_insertions(two_vans(), saturday)
    assert (suggested.places, suggested.code) == ((), UnservedCode.DAYS_NOT_SERVED)


def test_a_round_that_cannot_be_driven_takes_nothing_and_is_named() -> None:
    plan = two_vans()
    (one,) = plan.rounds
    late = replace(one, stops=tuple(reversed(one.stops)))
    suggested = suggest_insertions(replace(plan, rounds=(late,)), NEW)
    assert suggested.undrivable == (one.id,)
    assert {place.round.vehicle_id for place in suggested.places} == {"van-B"}


def test_more_or_fewer_places_may_be_asked_for() -> None:
    plan = two_vans()
    (first,) = suggest_insertions(plan, NEW, count=1).places
    many = suggest_insertions(plan, NEW, count=50).places
    assert first.added_cents == many[0].added_cents
    assert 5 < len(many) < 50


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        (replace(NEW, id="a1"), ["order_id_taken"]),
        (drawn.order("a1", "A", "S"), ["order_is_served"]),
        (replace(NEW, site_id="X"), ["unknown_site"]),
        (replace(NEW, producer_id="X"), ["unknown_producer"]),
        (replace(NEW, site_id="B"), ["order_to_own_farm"]),
    ],
)
def test_what_cannot_be_asked_is_refused(order: Order, codes: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        suggest_insertions(two_vans(), order)
    assert [fault.code for fault in refused.value.faults] == codes


def test_a_place_without_travel_times_is_refused() -> None:
    plan = two_vans()
    known = replace(plan, matrix=only_sites(plan.matrix, {"A", "B", "C", "M"}), rounds=())
    with pytest.raises(InputError) as refused:
        suggest_insertions(known, NEW)
    assert [fault.code for fault in refused.value.faults] == ["place_not_in_plan"]


def test_a_place_in_a_round_that_changed_since_is_refused() -> None:
    plan = two_vans()
    joins, sets_out = (
        next(p for p in suggest_insertions(plan, NEW).places if (p.before is None) is idle)
        for idle in (False, True)
    )
    after = with_insertion(plan, joins)
    other = replace(NEW, id="other")
    for stale in (replace(joins, order=other), replace(sets_out, order=other)):
        taken = after if stale.before else with_insertion(plan, sets_out)
        with pytest.raises(InputError) as refused:
            with_insertion(taken, stale)
        assert [fault.code for fault in refused.value.faults] == ["insertion_outdated"]
