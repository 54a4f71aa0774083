"""Minimum orders: obeyed by the planner at a cost, seen by the check with what is missing."""

from __future__ import annotations

from dataclasses import replace

import drawn
import pytest

from colivraison.domain import (
    Case,
    MinimumUnit,
    OrderMinimum,
    Plan,
    TemperatureClass,
    Unserved,
    UnservedCode,
)
from colivraison.errors import InputError
from colivraison.planning import (
    Keep,
    Part,
    Stopping,
    ViolationCode,
    check_plan,
    plan_week,
    replan,
    retime,
    suggest_insertions,
    with_insertion,
)
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.roads import RoadNetwork
from colivraison.texts import LANGUAGES, Texts


def planned(case: Case, network: RoadNetwork) -> Plan:
    plan = plan_week(case, network, stopping=Stopping(iterations=100))
    assert check_plan(plan) == ()
    return plan


def cost_cents(plan: Plan) -> int:
    return sum(one.cost_cents for one in plan.rounds)


def left_out(plan: Plan) -> dict[str, UnservedCode]:
    return {one.order_id: one.code for one in plan.unserved}


def asking(case: Case, amount: int, unit: MinimumUnit, site: str = "") -> Case:
    rule = OrderMinimum(producer_id="A", site_id=site, unit=unit, amount=amount)
    return replace(case, minimums=(rule,))


@pytest.mark.parametrize(
    ("unit", "reached"),
    [(MinimumUnit.CENTS, 9_000), (MinimumUnit.GRAMS, 40_000), (MinimumUnit.CRATES, 5)],
)
def test_below_its_minimum_a_producer_brings_nothing(
    small_case: Case, drawn_network: RoadNetwork, unit: MinimumUnit, reached: int
) -> None:
    orders = tuple(replace(order, value_cents=9_000) for order in small_case.orders)
    case = replace(small_case, orders=orders)
    assert left_out(planned(asking(case, reached, unit), drawn_network)) == {}
    short = planned(asking(case, reached + 1, unit), drawn_network)
    assert left_out(short) == dict.fromkeys(("a1", "a2"), UnservedCode.BELOW_MINIMUM)
    # Alone it brings nothing either.
    alone = {one.producer_id: one for one in short.alone}
    assert alone["A"].rounds == ()
    assert {one.order_id for one in alone["A"].unserved} == {"a1", "a2"}


def test_the_minimum_of_a_place_wins_over_the_general_one(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    case = asking(small_case, 6, MinimumUnit.CRATES)
    there = OrderMinimum(producer_id="A", site_id="S", unit=MinimumUnit.CRATES, amount=5)
    plan = planned(replace(case, minimums=(*case.minimums, there)), drawn_network)
    assert left_out(plan) == {"a2": UnservedCode.BELOW_MINIMUM}


def test_a_drop_in_two_parts_is_made_whole_at_a_cost_or_not_at_all(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    # Two orders of A for S that keep different temperatures: two shipments, one drop.  The van
    # holds 6 crates, and home is 4 km away: it drives twice, or brings A's 5 crates alone.
    shipments = (
        drawn.order("a1", "A", "S", 5),
        drawn.order("a2", "A", "S", 5, max_on_board_s=7_200),
    )
    small = drawn.van(capacity_crates=6, shifts=(drawn.hours(6, 9.9),))
    case = replace(small_case, orders=shipments, vehicles=(small,))
    free = planned(case, drawn_network)
    assert len(left_out(free)) == 0
    assert len({stop.load_crates for one in free.rounds for stop in one.stops}) == 2
    # Where the shop closes before the second trip arrives, one of them goes; with a minimum of
    # both none does.
    early = replace(
        case,
        sites=tuple(
            replace(site, windows=(drawn.hours(6, 6.5),)) if site.id == "S" else site
            for site in case.sites
        ),
    )
    part = planned(early, drawn_network)
    assert len(left_out(part)) == 1
    none = planned(asking(early, 10, MinimumUnit.CRATES), drawn_network)
    assert left_out(none) == dict.fromkeys(("a1", "a2"), UnservedCode.NO_ROOM_LEFT)
    assert none.rounds == ()
    # A second van is the price of the drop.
    second = replace(small, id="van-A2", cents_per_use=5_000)
    both = planned(
        asking(replace(early, vehicles=(small, second)), 10, MinimumUnit.CRATES), drawn_network
    )
    assert left_out(both) == {}
    assert cost_cents(both) >= cost_cents(part) + 5_000


def test_those_that_nobody_can_carry_do_not_count(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    frozen = drawn.order("a3", "A", "S", 5, temperature=TemperatureClass.FROZEN)
    case = replace(small_case, orders=(*small_case.orders, frozen))
    plan = planned(asking(case, 10, MinimumUnit.CRATES, "S"), drawn_network)
    assert left_out(plan) == {
        "a1": UnservedCode.BELOW_MINIMUM,
        "a3": UnservedCode.NO_VEHICLE_TEMPERATURE,
    }


def test_whom_no_van_can_reach_in_time_is_not_left_out_for_want_of_company(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    # The shop opens for three minutes, and setting up takes five.
    brief = replace(small_case.sites[0], windows=(drawn.hours(8, 8.05),))
    case = replace(small_case, sites=(brief, small_case.sites[1]))
    plan = planned(asking(case, 6, MinimumUnit.CRATES), drawn_network)
    hours = UnservedCode.NO_COMMON_HOURS
    assert left_out(plan) == {"a1": hours, "b1": hours, "a2": UnservedCode.BELOW_MINIMUM}


def test_a_drop_below_the_minimum_is_seen_with_what_is_missing(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    plan = planned(small_case, drawn_network)
    case = asking(small_case, 8, MinimumUnit.CRATES, "S")
    stamp = fingerprint_of(case, plan.fingerprint.territory)
    again = retime(replace(plan, case=case, fingerprint=stamp))
    (found,) = [one for one in again.violations if one.part is Part.SHARED]
    assert (found.code, found.amount, found.unit) == (ViolationCode.BELOW_MINIMUM, 3, "crates")
    for language in LANGUAGES:
        texts = Texts(language)
        told = texts(
            "violation.below_minimum",
            amount=texts.amount(found.amount, found.unit),
            **found.details,
        )
        assert "Ferme A" in told
        assert "3 c" in told


def test_a_wrong_reason_is_seen(small_case: Case, drawn_network: RoadNetwork) -> None:
    plan = planned(asking(small_case, 6, MinimumUnit.CRATES), drawn_network)
    wrong = tuple(replace(one, code=UnservedCode.NO_ROOM_LEFT) for one in plan.unserved)
    found = check_plan(replace(plan, unserved=wrong))
    assert [one.code for one in found] == [ViolationCode.WRONG_REASON] * 2


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"producer_id": "X"}, "unknown_producer"),
        ({"site_id": "X"}, "unknown_site"),
        ({}, "minimum_twice"),
    ],
)
def test_a_case_whose_minimums_make_no_sense_is_refused(
    small_case: Case, rule: dict[str, str], code: str
) -> None:
    case = asking(small_case, 6, MinimumUnit.CRATES)
    with pytest.raises(InputError) as caught:
        replace(case, minimums=(*case.minimums, replace(case.minimums[0], **rule)))
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_minimum_of_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        OrderMinimum(producer_id="A", unit=MinimumUnit.CENTS, amount=0)


@pytest.mark.parametrize("keep", Keep)
@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({}, {}),
        # Half of the drop is cancelled: the other half is below the minimum now.
        ({"without": "a3"}, {"a1": UnservedCode.BELOW_MINIMUM}),
        # The van holds less, and is too late at the shop with the rest.
        ({"crates": 6}, dict.fromkeys(("a1", "a3"), UnservedCode.NO_ROOM_LEFT)),
    ],
)
def test_a_known_plan_gives_up_what_falls_below_the_minimum(
    small_case: Case,
    drawn_network: RoadNetwork,
    keep: Keep,
    changes: dict[str, object],
    left: dict[str, UnservedCode],
) -> None:
    early = tuple(
        replace(site, windows=(drawn.hours(6, 6.5),)) if site.id == "S" else site
        for site in small_case.sites
    )
    orders = (
        drawn.order("a1", "A", "S", 5),
        drawn.order("a3", "A", "S", 5, max_on_board_s=7_200),
    )
    base = replace(small_case, orders=orders, sites=early)
    case = asking(base, 10, MinimumUnit.CRATES, "S")
    plan = planned(case, drawn_network)
    assert left_out(plan) == {}
    later = replace(
        case,
        orders=tuple(one for one in orders if one.id != changes.get("without")),
        vehicles=(drawn.van(capacity_crates=changes.get("crates", 40)),),
    )
    again = replan(plan, later, drawn_network, keep=keep, stopping=Stopping(iterations=100))
    assert check_plan(again.plan) == ()
    assert left_out(again.plan) == left


def test_what_keeps_an_order_out_by_itself_is_told_before_a_minimum(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    # Nobody brings it within a minute of loading, whatever else there were.
    orders = (
        drawn.order("a1", "A", "S", 5, max_on_board_s=60),
        drawn.order("a3", "A", "S", 1),
    )
    case = asking(replace(small_case, orders=orders), 9, MinimumUnit.CRATES)
    plan = planned(case, drawn_network)
    assert left_out(plan) == {
        "a1": UnservedCode.TOO_LONG_ON_BOARD,
        "a3": UnservedCode.BELOW_MINIMUM,
    }


def test_one_order_more_makes_its_company_enough(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    base = replace(small_case, orders=(drawn.order("a1", "A", "S", 5),))
    plan = planned(asking(base, 9, MinimumUnit.CRATES), drawn_network)
    assert left_out(plan) == {"a1": UnservedCode.BELOW_MINIMUM}
    few, enough, much = (
        suggest_insertions(plan, drawn.order("new", "A", "S", crates)) for crates in (3, 8, 9)
    )
    # 3 and 5 are not enough, 8 by themselves neither; 9 are.
    assert few.code is enough.code is UnservedCode.BELOW_MINIMUM
    assert (few.places, enough.places) == ((), ())
    # The one that waited goes too, and so it does where A drives alone.
    after = with_insertion(plan, much.places[0])
    assert left_out(after) == {}
    assert [one.unserved for one in after.alone] == [()]
    assert check_plan(after) == ()


def test_company_that_no_van_has_room_for_is_told_so(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    small = drawn.van(capacity_crates=9)
    base = replace(small_case, orders=(drawn.order("a1", "A", "S", 5),), vehicles=(small,))
    plan = planned(asking(base, 9, MinimumUnit.CRATES), drawn_network)
    best = suggest_insertions(plan, drawn.order("new", "A", "S", 9)).places[0]
    after = with_insertion(plan, best)
    served = {i for r in after.rounds for s in r.stops for h in s.handlings for i in h.order_ids}
    assert {"new"} <= served
    assert set(left_out(after).values()) <= {UnservedCode.NO_ROOM_LEFT}
    assert check_plan(after) == ()
    # A second van of A takes it.
    wide = replace(base, vehicles=(small, replace(small, id="van-A2")))
    plan = planned(asking(wide, 9, MinimumUnit.CRATES), drawn_network)
    best = suggest_insertions(plan, drawn.order("new", "A", "S", 9)).places[0]
    after = with_insertion(plan, best)
    assert (left_out(after), check_plan(after)) == ({}, ())


def test_an_order_that_never_fits_does_not_count_for_a_minimum(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    never = drawn.order("a1", "A", "S", 5, max_on_board_s=60)
    base = replace(small_case, orders=(never, drawn.order("a3", "A", "S", 2)))
    plan = planned(asking(base, 9, MinimumUnit.CRATES), drawn_network)
    after = with_insertion(
        plan, suggest_insertions(plan, drawn.order("new", "A", "S", 9)).places[0]
    )
    assert left_out(after) == {
        "a1": UnservedCode.TOO_LONG_ON_BOARD,
    }
    assert check_plan(after) == ()
    assert {one.unserved for one in after.alone} == {
        (Unserved(order_id="a1", code=UnservedCode.TOO_LONG_ON_BOARD),)
    }
