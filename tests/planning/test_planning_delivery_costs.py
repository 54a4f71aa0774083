"""What a drop, a round and a member cost, worked by hand on a straight road; sums to the cent."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import drawn
import on_a_line
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colivraison.domain import Case, Plan
from colivraison.planning import (
    DeliveryCost,
    DeliveryCosts,
    Part,
    Stopping,
    Verdict,
    check_plan,
    delivery_costs,
    plan_week,
)
from colivraison.planning.attribution import Claim, attributed
from colivraison.roads import RoadNetwork

# --- the rule

CLAIMS = st.lists(
    st.builds(
        lambda separable, more: Claim(separable=separable, alone=separable + more),
        st.integers(-5, 1_000),
        st.integers(-5, 1_000),
    ),
    min_size=1,
    max_size=6,
)


@given(st.integers(0, 5_000), CLAIMS)
def test_parts_sum_to_the_whole_and_lie_between_what_is_caused_and_what_is_spared(
    joint: int, claims: list[Claim]
) -> None:
    parts = attributed(joint, claims)
    assert sum(parts) == joint
    assert min(parts) >= 0
    least = [max(claim.separable, 0) for claim in claims]
    most = [max(claim.alone, low) for claim, low in zip(claims, least, strict=True)]
    if sum(least) <= joint <= sum(most):
        assert all(a <= b <= c for a, b, c in zip(least, parts, most, strict=True))


def test_two_bear_their_shapley_value() -> None:
    # 10 and 20 km out on one road: 20 km of 40 are the farther one's, the rest is halved.
    parts = attributed(40, [Claim(separable=0, alone=20), Claim(separable=20, alone=40)])
    assert parts == (10, 30)


def test_what_exceeds_the_whole_is_cut_back_in_proportion() -> None:
    # One opens at 8 and the other at noon: without either there is no wait of four hours.
    parts = attributed(10, [Claim(separable=9, alone=1), Claim(separable=6, alone=4)])
    assert parts == (6, 4)


def test_nothing_to_go_by_is_shared_alike() -> None:
    assert attributed(1, [Claim(separable=0, alone=0)] * 3) == (Fraction(1, 3),) * 3


# --- drops


def near_and_far(**changes: object) -> Plan:
    case = on_a_line.case_of(
        [
            drawn.order("aS", "A", "S", value_cents=10_000, **changes),
            drawn.order("aM", "A", "M", value_cents=2_000),
        ]
    )
    plan = on_a_line.plan_of(case, ("van-A", [("A", "+aS +aM"), ("S", "-aS"), ("M", "-aM")]))
    assert [v for v in check_plan(plan) if v.part is Part.SHARED] == []
    return plan


def test_a_drop_on_the_way_bears_its_part_of_the_way() -> None:
    # A 0 km, S 10, M 20, and back: 40 km at 0.50 EUR are 20 EUR.  Without S it is as far; without
    # M 20 km less.  Alone S takes 20 km and M 40, so that each is spared 20: the shared 20 km are
    # halved.  S bears 10 km and M 30.
    #
    # Hours: 2 loadings of 100 s, 10 min, 300 + 100 s at S, 10 min, 400 s at M, 20 min: 3,400 s,
    # 11.33 EUR at 12 EUR/h.  Without S 500 s less, without M 1,700; alone 1,700 and 2,900: the
    # shared 1,200 s are halved.  S bears 1,100 s (366.6 cents of 1,133) and M 2,300 (766.4).
    found = delivery_costs(near_and_far())
    near, far = found.drops
    assert (near.round_id, near.stop, near.site_id) == ("1", 1, "S")
    assert (near.cost.vehicle_cents, near.cost.labour_cents) == (500, 367)
    assert (far.cost.vehicle_cents, far.cost.labour_cents) == (1_500, 766)
    assert found.total.total_cents(labour=True) == 3_133
    assert found.total.total_cents(labour=False) == 2_000


def test_a_drop_that_costs_more_than_a_fifth_of_its_goods_is_pointed_out_with_what_mends_it() -> (
    None
):
    found = delivery_costs(near_and_far())
    near, far = found.drops
    # 8.67 of 100 EUR; 22.66 of 20 EUR.
    assert near.cost.share_permille(labour=True) == 87
    assert near.cost.verdict(found.limit_percent, labour=True) is Verdict.WITHIN
    assert far.cost.share_permille(labour=True) == 1_133
    assert far.cost.verdict(found.limit_percent, labour=True) is Verdict.ABOVE
    # 22.66 EUR are a fifth of 113.30 EUR; without the hours, 15 EUR of 75.
    assert far.cost.enough_cents(found.limit_percent, labour=True) == 11_330
    assert far.cost.enough_cents(found.limit_percent, labour=False) == 7_500


def test_the_limit_is_that_of_the_settings() -> None:
    case = on_a_line.case_of([drawn.order("aS", "A", "S")], cost_alert_percent=35)
    plan = on_a_line.plan_of(case, ("van-A", [("A", "+aS"), ("S", "-aS")]))
    assert delivery_costs(plan).limit_percent == 35


@pytest.mark.parametrize("percent", [0, 101])
def test_a_limit_that_means_nothing_cannot_be_set(percent: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        on_a_line.case_of([], cost_alert_percent=percent)


def test_at_the_limit_is_not_above_it() -> None:
    cost = DeliveryCost(vehicle_cents=1_000, labour_cents=1, value_cents=5_000)
    assert cost.verdict(20, labour=False) is Verdict.WITHIN
    # 10.01 of 50 EUR is shown as 20.0 %, and is above all the same.
    assert cost.share_permille(labour=True) == 200
    assert cost.verdict(20, labour=True) is Verdict.ABOVE
    assert cost.enough_cents(20, labour=True) == 5_005


# --- goods without a value


def test_goods_of_which_nobody_said_the_value_are_named_and_not_taken_as_worthless() -> None:
    found = delivery_costs(replace_value(near_and_far(), "aM", 0))
    near, far = found.drops
    assert near.cost.without_value == ()
    assert far.cost.without_value == ("aM",)
    assert far.cost.share_permille(labour=True) is None
    assert far.cost.verdict(20, labour=True) is Verdict.UNKNOWN
    # 31.33 EUR over 100 EUR and something: nobody knows.
    assert found.rounds[0].cost.without_value == ("aM",)
    assert found.rounds[0].cost.verdict(20, labour=True) is Verdict.UNKNOWN


def test_what_is_within_the_limit_without_them_is_within_it() -> None:
    plan = replace_value(replace_value(near_and_far(), "aM", 0), "aS", 100_000)
    (one,) = delivery_costs(plan).rounds
    assert one.cost.share_permille(labour=True) is None
    assert one.cost.verdict(20, labour=True) is Verdict.WITHIN


def replace_value(plan: Plan, order_id: str, cents: int) -> Plan:
    orders = tuple(
        replace(o, value_cents=cents) if o.id == order_id else o for o in plan.case.orders
    )
    return replace(plan, case=replace(plan.case, orders=orders))


# --- members


def with_a_neighbour() -> Plan:
    case = on_a_line.case_of(
        [
            drawn.order("aM", "A", "M", value_cents=20_000),
            drawn.order("bM", "B", "M", value_cents=20_000),
        ]
    )
    return on_a_line.plan_of(case, ("van-A", [("A", "+aM"), ("B", "+bM"), ("M", "-aM -bM")]))


def test_whose_goods_make_the_detour_bears_it() -> None:
    # A 0 km, B -5, M 20 and back: 50 km, 25 EUR, one drop.  Without B's goods 40 km, without A's
    # still 50: B causes 10 km, and the 40 that are left spare each 40.  A 20 km, B 30.
    found = delivery_costs(with_a_neighbour())
    (drop,) = found.drops
    assert {name: one.vehicle_cents for name, one in drop.by_producer.items()} == {
        "A": 1_000,
        "B": 1_500,
    }
    assert [(m.producer_id, m.cost.vehicle_cents) for m in found.members] == [
        ("A", 1_000),
        ("B", 1_500),
    ]
    assert [m.cost.value_cents for m in found.members] == [20_000, 20_000]


def sums(found: DeliveryCosts) -> None:
    for labour in (True, False):
        total = found.total.total_cents(labour=labour)
        for parts in (found.rounds, found.drops, found.members):
            assert sum(one.cost.total_cents(labour=labour) for one in parts) == total


@pytest.mark.parametrize("cents_per_hour", [0, 1_200, 1_501])
def test_rounds_drops_and_members_add_up_to_the_cost_of_the_plan(
    small_case: Case, drawn_network: RoadNetwork, cents_per_hour: int
) -> None:
    vehicles = (
        drawn.van("van-A", "A", cents_per_hour=cents_per_hour, cents_per_km=37, cents_per_use=111),
        drawn.van("van-B", "B", capacity_crates=5),
    )
    plan = plan_week(
        replace(small_case, vehicles=vehicles), drawn_network, stopping=Stopping(iterations=50)
    )
    found = delivery_costs(plan)
    sums(found)
    assert [one.cost.total_cents(labour=True) for one in found.rounds] == [
        one.cost_cents for one in plan.rounds
    ]
    assert len(found.drops) == 2
    assert {m.producer_id for m in found.members} == {"A", "B"}


def test_setting_out_is_shared_too() -> None:
    # 6 EUR per use and no price for kilometres: alone each would pay it, together each half.
    case = on_a_line.case_of(
        [drawn.order("aS", "A", "S"), drawn.order("aM", "A", "M")],
        [drawn.van(cents_per_km=0, cents_per_use=600)],
    )
    plan = on_a_line.plan_of(case, ("van-A", [("A", "+aS +aM"), ("S", "-aS"), ("M", "-aM")]))
    assert [one.cost.vehicle_cents for one in delivery_costs(plan).drops] == [300, 300]


def test_a_round_that_delivers_nothing_keeps_its_cost() -> None:
    case = on_a_line.case_of([drawn.order("aS", "A", "S")])
    plan = on_a_line.plan_of(case, ("van-A", [("A", "+aS"), ("S", "")]))
    found = delivery_costs(plan)
    assert found.drops == found.members == ()
    assert found.total.total_cents(labour=True) == plan.rounds[0].cost_cents
    empty = replace(plan, rounds=())
    assert delivery_costs(empty).total == DeliveryCost()
