"""Refusals and what is kept apart: obeyed by the planner at a cost, seen by the check."""

from __future__ import annotations

from dataclasses import replace

import drawn
import pytest

from colivraison.domain import ApartScope, Case, KeptApart, Order, Plan
from colivraison.errors import InputError
from colivraison.planning import Part, Stopping, ViolationCode, check_plan, plan_week
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.roads import RoadNetwork
from colivraison.texts import LANGUAGES, Texts

ROUND, ON_BOARD = ApartScope.ROUND, ApartScope.ON_BOARD
NO_MEAT: dict[str, object] = {"refuses": frozenset({"viande"})}
FOR_A: dict[str, object] = {"carries_for": frozenset({"A"})}


def planned(case: Case, network: RoadNetwork) -> Plan:
    plan = plan_week(case, network, stopping=Stopping(iterations=100))
    assert check_plan(plan) == ()
    return plan


def cost_cents(plan: Plan) -> int:
    return sum(one.cost_cents for one in plan.rounds)


def seen(plan: Plan, case: Case) -> list[tuple[ViolationCode, dict[str, str]]]:
    stamp = fingerprint_of(case, plan.fingerprint.territory)
    found = check_plan(replace(plan, case=case, fingerprint=stamp))
    return [(v.code, dict(v.details)) for v in found if v.part is Part.SHARED]


def labelled(case: Case, **goods: str) -> Case:
    """The case with goods by order id."""
    orders: tuple[Order, ...] = tuple(
        replace(order, goods=goods.get(order.id, "")) for order in case.orders
    )
    return replace(case, orders=orders)


def apart(case: Case, first: str, second: str, scope: ApartScope) -> Case:
    return replace(case, kept_apart=(KeptApart(first=first, second=second, scope=scope),))


def two_shifts(case: Case) -> Case:
    van = replace(case.vehicles[0], shifts=(drawn.hours(6, 9.9), drawn.hours(10, 14)))
    return replace(case, vehicles=(van,))


@pytest.mark.parametrize("names", [("A", "B"), ("bio", "vrac"), ("bio", "B")])
def test_what_never_shares_a_round_takes_two(
    small_case: Case, drawn_network: RoadNetwork, names: tuple[str, str]
) -> None:
    case = two_shifts(labelled(small_case, a1="bio", a2="bio", b1="vrac", b2="vrac"))
    free = planned(case, drawn_network)
    bound = planned(apart(case, *names, ROUND), drawn_network)
    assert (len(free.rounds), len(bound.rounds)) == (1, 2)
    assert bound.unserved == ()
    assert cost_cents(bound) > cost_cents(free)


def test_what_is_never_on_board_together_takes_turns(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    free = planned(small_case, drawn_network)
    bound = planned(apart(small_case, "A", "B", ON_BOARD), drawn_network)
    # One round still: A's crates are out before B's come in.
    assert (len(bound.rounds), bound.unserved) == (1, ())
    assert cost_cents(bound) > cost_cents(free)
    assert {code for code, _ in seen(bound, apart(small_case, "A", "B", ROUND))} == {
        ViolationCode.KEPT_APART
    }


@pytest.mark.parametrize("scope", ApartScope)
def test_company_that_is_kept_apart_is_seen(
    small_case: Case, drawn_network: RoadNetwork, scope: ApartScope
) -> None:
    case = labelled(small_case, a1="bio", b1="vrac")
    plan = planned(case, drawn_network)
    # Both are loaded before the first stop that takes any: A, B, market, shop.
    assert seen(plan, apart(case, "bio", "vrac", scope)) == [
        (ViolationCode.KEPT_APART, {"order": "b1", "other": "a1"})
    ]


@pytest.mark.parametrize("scope", ApartScope)
def test_company_in_one_handling_is_seen(
    small_case: Case, drawn_network: RoadNetwork, scope: ApartScope
) -> None:
    twin = replace(small_case.orders[0], id="a3")
    plan = planned(replace(small_case, orders=(*small_case.orders, twin)), drawn_network)
    case = apart(labelled(plan.case, a1="bio", a3="vrac"), "bio", "vrac", scope)
    # Loaded together, as one shipment, by whoever wrote this plan.
    assert seen(plan, case) == [(ViolationCode.KEPT_APART, {"order": "a3", "other": "a1"})]


def test_more_kinds_than_can_be_told_apart_are_refused(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    orders = tuple(replace(small_case.orders[0], id=f"o{n}", goods=f"sorte {n}") for n in range(65))
    pairs = tuple(
        KeptApart(first=f"sorte {n}", second=f"sorte {n + 1}", scope=ROUND) for n in range(64)
    )
    case = replace(small_case, orders=orders, kept_apart=pairs)
    with pytest.raises(InputError) as caught:
        plan_week(case, drawn_network, stopping=Stopping(iterations=9))
    assert [(f.code, f.value) for f in caught.value.faults] == [("too_many_kept_apart", "65")]


def test_alike_is_not_apart(small_case: Case, drawn_network: RoadNetwork) -> None:
    # Every order of A is organic too: nothing of A is kept apart from the rest of A.
    case = apart(labelled(small_case, a1="bio", a2="bio"), "bio", "A", ROUND)
    assert planned(case, drawn_network).unserved == ()


def test_a_van_goes_without_what_it_refuses(small_case: Case, drawn_network: RoadNetwork) -> None:
    other = drawn.van("van-B", "B", cents_per_km=80)
    case = labelled(replace(small_case, vehicles=(*small_case.vehicles, other)), a1="viande")
    free = planned(case, drawn_network)
    refusing = replace(case, vehicles=(replace(case.vehicles[0], **NO_MEAT), other))
    bound = planned(refusing, drawn_network)
    carriers = {
        one.vehicle_id
        for one in bound.rounds
        for stop in one.stops
        for handling in stop.handlings
        if "a1" in handling.order_ids
    }
    assert carriers == {"van-B"}
    # Without a refusal one van does it all.
    assert {one.vehicle_id for one in free.rounds} == {"van-A"}
    assert cost_cents(bound) > cost_cents(free)


def test_a_van_carries_for_its_owner_and_for_whom_it_says(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    van = replace(small_case.vehicles[0], carries_for=frozenset({"B"}))
    assert planned(replace(small_case, vehicles=(van,)), drawn_network).unserved == ()


@pytest.mark.parametrize("changes", [NO_MEAT, FOR_A])
def test_goods_in_a_van_that_refuses_them_are_seen(
    small_case: Case, drawn_network: RoadNetwork, changes: dict[str, object]
) -> None:
    case = labelled(small_case, b1="viande", b2="viande")
    plan = planned(case, drawn_network)
    refusing = replace(case, vehicles=(replace(case.vehicles[0], **changes),))
    found = [(code, told["order"]) for code, told in seen(plan, refusing)]
    assert sorted(found) == [(ViolationCode.REFUSED, "b1"), (ViolationCode.REFUSED, "b2")]


def test_goods_that_every_van_refuses_are_told_before_any_search(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    case = replace(small_case, vehicles=(replace(small_case.vehicles[0], **FOR_A),))
    with pytest.raises(InputError) as caught:
        plan_week(case, drawn_network, stopping=Stopping(iterations=9))
    assert [(f.code, f.value) for f in caught.value.faults] == [
        ("refused_everywhere", "b1"),
        ("refused_everywhere", "b2"),
    ]
    for language in LANGUAGES:
        assert all(Texts(language).fault(caught.value.faults[0]))


def test_alone_nobody_is_helped_by_a_van_that_refuses(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    # B's own van takes no meat; alone, B is lent one that does.
    other = drawn.van("van-B", "B", **NO_MEAT)
    case = labelled(replace(small_case, vehicles=(*small_case.vehicles, other)), b1="viande")
    (alone,) = [one for one in planned(case, drawn_network).alone if one.producer_id == "B"]
    assert alone.unserved == ()
    assert alone.vehicles
