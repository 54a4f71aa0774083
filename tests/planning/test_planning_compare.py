"""Two plans side by side: what is different, to the cent, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import drawn
import pytest

from colivraison.domain import Action, Case, Handling, Plan, Round, Unserved, UnservedCode, Week
from colivraison.errors import InputError
from colivraison.planning import (
    PlanComparison,
    check_plan,
    compare_plans,
    retime,
)
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.planning.same_orders import same_orders

FRIDAY = drawn.Weekday.FRIDAY


def driven_by(plan: Plan, vehicle_id: str) -> Plan:
    """The one round of a plan on another van, timed anew."""
    (one,) = plan.rounds
    stops = tuple(stop for stop in one.stops if stop.handlings)
    again = retime(replace(plan, rounds=(replace(one, vehicle_id=vehicle_id, stops=stops),)))
    assert again.violations == ()
    return again.plan


def with_order(plan: Plan, order_id: str, **changes: object) -> Plan:
    """The plan of a case in which one order is another, timed anew."""
    case = plan.case
    orders = tuple(replace(o, **changes) if o.id == order_id else o for o in case.orders)
    edited = replace(case, orders=orders)
    stamp = fingerprint_of(edited, plan.fingerprint.territory)
    return retime(replace(plan, case=edited, fingerprint=stamp)).plan


def without(plan: Plan, order_id: str) -> Plan:
    """The plan of a case that does without one order."""
    case = plan.case
    kept = replace(case, orders=tuple(o for o in case.orders if o.id != order_id))

    def left(one: Round) -> Round:
        return replace(
            one,
            stops=tuple(
                replace(
                    stop, handlings=tuple(h for h in stop.handlings if h.order_ids != (order_id,))
                )
                for stop in one.stops
            ),
        )

    stamp = fingerprint_of(kept, plan.fingerprint.territory)
    rounds = tuple(left(one) for one in plan.rounds)
    alone = tuple(replace(a, rounds=tuple(left(r) for r in a.rounds)) for a in plan.alone)
    return retime(replace(plan, case=kept, fingerprint=stamp, rounds=rounds, alone=alone)).plan


def members(found: PlanComparison) -> dict[str, int]:
    return {one.producer_id: one.more_cents for one in found.members}


def test_a_plan_beside_itself_changes_nothing(
    wide_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(wide_case)
    found = compare_plans(plan, plan)
    assert found.unchanged
    assert found.comparable
    assert found.before == found.after
    assert (found.drops.count, found.drops.other_vehicle, found.drops.left_out) == (4, 0, 0)
    assert len(found.orders) == 4
    assert not any(one.moved for one in found.orders)


def test_another_van_costs_its_owner_and_moves_every_drop(
    wide_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(wide_case)
    (one,) = plan.rounds
    other = "van-B" if one.vehicle_id == "van-A" else "van-A"
    after = driven_by(plan, other)
    found = compare_plans(plan, after)
    (again,) = after.rounds
    gives, takes = ("A", "B") if other == "van-B" else ("B", "A")
    assert members(found) == {gives: -one.cost_cents, takes: again.cost_cents}
    assert sum(members(found).values()) == found.after.cost_cents - found.before.cost_cents
    by_id = {m.producer_id: m for m in found.members}
    assert by_id[takes].after.distance_m == again.distance_m
    assert by_id[takes].after.duration_s == again.duration_s
    assert found.drops.other_vehicle == found.drops.count == 4
    assert found.drops.other_day == 0
    assert found.comparable
    assert not found.unchanged


def test_another_day_moves_what_it_carries_by_exactly_one_day(
    wide_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(wide_case)
    (one,) = plan.rounds
    day = one.day
    later = dt.date(2026, 11, 27) if day == dt.date(2026, 11, 26) else dt.date(2026, 11, 26)
    moved = replace(one, day=later)
    again = retime(replace(plan, rounds=(moved,)))
    assert again.violations == ()
    found = compare_plans(plan, again.plan)
    sign = 1 if later > day else -1
    assert {o.later_s for o in found.orders} == {sign * 86_400}
    assert found.drops.other_day == 4
    assert (found.drops.other_vehicle, found.drops.other_hour) == (0, 0)
    shop = next(site for site in found.sites if site.site_id == "S")
    assert [(d.day, len(d.before_s), len(d.after_s)) for d in shop.days] == sorted(
        [(day, 1, 0), (later, 0, 1)]
    )
    assert set(members(found).values()) == {0}


def test_another_hour_counts_from_a_quarter_of_an_hour_on(
    small_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(small_case)
    (one,) = plan.rounds

    def shifted(by_s: int) -> Plan:
        stops = tuple(
            replace(
                stop,
                arrival_s=stop.arrival_s + by_s,
                start_s=stop.start_s + by_s,
                departure_s=stop.departure_s + by_s,
            )
            for stop in one.stops
        )
        return replace(plan, rounds=(replace(one, stops=stops),))

    near, far = compare_plans(plan, shifted(900)), compare_plans(plan, shifted(901))
    assert (near.drops.other_hour, far.drops.other_hour) == (0, 4)
    assert {o.later_s for o in far.orders} == {901}
    assert not any(day.changed for site in near.sites for day in site.days)
    assert all(day.changed for site in far.sites for day in site.days)
    # Both are told as different all the same.
    assert not near.unchanged


def test_an_order_left_out_and_one_served_again(
    small_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(small_case)
    bare = without(plan, "b1")
    unserved = (Unserved(order_id="b1", code=UnservedCode.NO_ROOM_LEFT),)
    less = replace(bare, case=plan.case, unserved=unserved)
    found = compare_plans(plan, less)
    assert [o.after.id for o in found.orders if o.left_out] == ["b1"]
    assert (found.unserved_before, found.unserved_after) == (0, 1)
    assert (found.drops.count, found.drops.left_out, found.drops.other_vehicle) == (4, 1, 0)
    assert not found.comparable
    back = compare_plans(less, plan)
    assert [o.after.id for o in back.orders if o.served_now] == ["b1"]
    # What was not delivered is no drop of the first plan.
    assert back.drops.count == 3


def test_orders_and_places_of_only_one_of_two_versions(
    small_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(small_case)
    shop, market = small_case.sites
    late = drawn.order("a3", "A", "N")
    more = planned(
        replace(
            small_case,
            sites=(shop, market, drawn.point("N", 6, drawn.hours(8, 12))),
            orders=(*small_case.orders, late),
            vehicles=(*small_case.vehicles, drawn.van("van-B", "B")),
        )
    )
    found = compare_plans(plan, more)
    (added,) = found.added
    assert added.order == late
    assert added.carried is not None
    assert added.carried.day == dt.date(2026, 11, 26)
    assert (found.dropped, found.added_places, found.added_vehicles) == ((), ("N",), ("van-B",))
    assert not found.comparable
    back = compare_plans(more, plan)
    assert [one.order for one in back.dropped] == [late]
    assert (back.dropped_places, back.dropped_vehicles) == (("N",), ("van-B",))


def test_corrected_amounts_are_told_and_make_no_saving(
    small_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(small_case)
    found = compare_plans(plan, with_order(plan, "b2", crates=6, mass_g=50_000))
    (one,) = [o for o in found.orders if o.amounts_changed]
    assert (one.before.crates, one.after.crates, one.after.mass_g) == (5, 6, 50_000)
    assert not found.comparable
    # Another value in euros moves nothing.
    assert compare_plans(plan, with_order(plan, "b2", value_cents=900)).unchanged


def test_prices_and_roads_that_differ_are_told(
    small_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(small_case)
    dear = planned(replace(small_case, vehicles=(drawn.van(cents_per_km=100),)))
    found = compare_plans(plan, dear)
    assert found.repriced == ("van-A",)
    assert found.same_roads
    assert found.after.cost_cents > found.before.cost_cents
    stamp = replace(plan.fingerprint, closures="0" * 64)
    assert not compare_plans(plan, replace(plan, fingerprint=stamp)).same_roads


def test_goods_that_wait_are_timed_where_their_work_begins(
    small_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(small_case)
    (one,) = plan.rounds

    def late(handling: Handling) -> Handling:
        is_it = handling.order_ids == ("b1",) and handling.action is Action.DELIVERY
        return replace(handling, begin_s=300_000) if is_it else handling

    stops = tuple(
        replace(stop, handlings=tuple(late(h) for h in stop.handlings)) for stop in one.stops
    )
    found = compare_plans(plan, replace(plan, rounds=(replace(one, stops=stops),)))
    (moved,) = [o for o in found.orders if o.later_s]
    assert moved.now is not None
    assert (moved.after.id, moved.now.delivered_s) == ("b1", 300_000)


def test_what_cannot_be_compared_is_refused_with_every_reason(
    small_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(small_case)
    next_week = replace(plan, case=replace(small_case, week=Week(first_date=dt.date(2026, 11, 30))))
    with pytest.raises(InputError) as refused:
        compare_plans(plan, next_week)
    (fault,) = refused.value.faults
    assert fault.code == "plans_of_other_weeks"
    assert dict(fault.details) == {"before_date": "2026-11-23", "after_date": "2026-11-30"}
    strangers = Case(
        week=Week(first_date=dt.date(2026, 11, 30)),
        producers=(drawn.farm("Z", 3),),
        sites=(),
        vehicles=(),
        orders=(),
    )
    with pytest.raises(InputError) as refused:
        compare_plans(plan, replace(plan, case=strangers, rounds=(), unserved=()))
    assert [f.code for f in refused.value.faults] == [
        "plans_of_other_weeks",
        "plans_of_other_people",
    ]


# --- which orders are the same


def test_ids_are_believed_while_each_names_the_same_producer_and_place(small_case: Case) -> None:
    changed = tuple(replace(o, crates=o.crates + 1) for o in small_case.orders)
    found = same_orders(small_case, replace(small_case, orders=changed[1:]))
    assert [(one.id, other.id) for one, other in found.pairs] == [
        (o.id, o.id) for o in small_case.orders[1:]
    ]
    assert [o.id for o in found.dropped] == ["a1"]
    assert not found.renumbered


def test_a_row_taken_out_of_a_table_without_ids_takes_out_one_order(small_case: Case) -> None:
    counted = tuple(
        replace(order, id=f"c{row}") for row, order in enumerate(small_case.orders, start=1)
    )
    left = (counted[0], *counted[2:])
    again = tuple(replace(order, id=f"c{row}") for row, order in enumerate(left, start=1))
    found = same_orders(replace(small_case, orders=counted), replace(small_case, orders=again))
    assert found.renumbered
    assert [(one.id, other.id) for one, other in found.pairs] == [
        ("c1", "c1"), ("c3", "c2"), ("c4", "c3"),
    ]  # fmt: skip
    assert [o.id for o in found.dropped] == ["c2"]
    assert found.added == ()


def test_an_order_for_another_place_is_another_order(small_case: Case) -> None:
    first, *rest = small_case.orders
    found = same_orders(
        small_case, replace(small_case, orders=(replace(first, site_id="B"), *rest))
    )
    assert ([o.id for o in found.dropped], [o.id for o in found.added]) == (["a1"], ["a1"])
    assert len(found.pairs) == 3


def test_a_plan_that_breaks_rules_is_compared_all_the_same(
    small_case: Case, planned: Callable[[Case], Plan]
) -> None:
    plan = planned(small_case)
    heavy = with_order(plan, "a1", crates=39)
    assert check_plan(heavy)
    found = compare_plans(plan, heavy)
    assert found.after.cost_cents > found.before.cost_cents
