"""Emissions of rounds: told by planner and retime, derived again by the check, summed once."""

from __future__ import annotations

from dataclasses import replace

import drawn
import on_a_line
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colivraison.domain import Case, Energy, Plan
from colivraison.planning import (
    Part,
    Stopping,
    ViolationCode,
    check_plan,
    compare_with_alone,
    plan_week,
    retime,
)
from colivraison.planning.check.rounds import emitted_g
from colivraison.roads import RoadNetwork
from colivraison.units import emissions_gco2e

ELECTRIC = {"energy": Energy.ELECTRICITY, "ml_or_wh_per_100km": 25_000}


@given(st.integers(0, 10**7), st.integers(0, 100_000), st.none() | st.sampled_from(Energy))
def test_the_check_derives_what_the_planner_counts(
    distance_m: int, per_100km: int, energy: Energy | None
) -> None:
    van = drawn.van(energy=energy, ml_or_wh_per_100km=None if energy is None else per_100km)
    counted = emissions_gco2e([(distance_m, van.mgco2e_per_100km(285))])
    assert emitted_g(van, distance_m, 285) == counted


def two_rounds(**changes: object) -> Plan:
    """A van to S (20 km) and another, that does not say what it runs on, to M (40 km)."""
    case = on_a_line.case_of(
        [drawn.order("aS", "A", "S"), drawn.order("aM", "A", "M")],
        [drawn.van("v1", "A", **changes), drawn.van("v2", "A")],
    )
    return on_a_line.plan_of(
        case, ("v1", [("A", "+aS"), ("S", "-aS")]), ("v2", [("A", "+aM"), ("M", "-aM")])
    )


def emissions(plan: Plan) -> list[tuple[ViolationCode, int, str]]:
    return [
        (v.code, v.amount, v.round_id)
        for v in check_plan(plan)
        if v.code is ViolationCode.WRONG_EMISSIONS
    ]


def test_each_vehicle_emits_by_its_own_energy() -> None:
    # 20 km at 12 g (25 kWh at 0.048 kg for 100 km), 40 km at the usual 285 g.
    plan = two_rounds(**ELECTRIC)
    assert [one.gco2e for one in plan.rounds] == [240, 11_400]
    assert compare_with_alone(plan).together.gco2e == 11_640
    assert emissions(plan) == []


def test_emissions_told_wrong_are_seen_with_the_amount() -> None:
    plan = two_rounds(**ELECTRIC)
    first, second = plan.rounds
    wrong = replace(plan, rounds=(replace(first, gco2e=140), second))
    assert emissions(wrong) == [(ViolationCode.WRONG_EMISSIONS, -100, "1")]
    # Not even by a gram.
    wrong = replace(plan, rounds=(first, replace(second, gco2e=11_401)))
    assert emissions(wrong) == [(ViolationCode.WRONG_EMISSIONS, 1, "2")]


def test_a_plan_of_before_tells_no_emissions_and_holds() -> None:
    plan = two_rounds(**ELECTRIC)
    old = replace(plan, rounds=tuple(replace(one, gco2e=None) for one in plan.rounds))
    assert emissions(old) == []
    assert [one.gco2e for one in retime(old).plan.rounds] == [240, 11_400]


@pytest.mark.parametrize("changes", [{}, {"energy": Energy.E10, "ml_or_wh_per_100km": 7_301}])
def test_the_planner_tells_emissions_that_the_check_derives(
    small_case: Case, drawn_network: RoadNetwork, changes: dict[str, object]
) -> None:
    case = replace(small_case, vehicles=(replace(small_case.vehicles[0], **changes),))
    plan = plan_week(case, drawn_network, stopping=Stopping(iterations=30))
    (one,) = plan.rounds
    assert one.gco2e == compare_with_alone(plan).together.gco2e
    # 7.301 l of E10 at 2.77 kg are 202.2 g/km.
    g_per_km = 202.237_7 if changes else 285
    assert one.gco2e == pytest.approx(one.distance_m * g_per_km / 1000, abs=0.51)
    # Everyone alone, the suggestions too: all that is planned tells them.
    told = [r for alone in plan.alone for r in alone.rounds]
    told += plan.co_delivery.rounds if plan.co_delivery else ()
    told += [plan.new_site.round] if plan.new_site else []
    assert all(r.gco2e is not None for r in told)


def test_a_lent_van_runs_on_nothing_of_its_own(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    plan = plan_week(small_case, drawn_network, stopping=Stopping(iterations=30))
    served = next(alone for alone in plan.alone if alone.vehicles)
    electric = replace(served, vehicles=(replace(served.vehicles[0], **ELECTRIC),))
    changed = tuple(electric if alone is served else alone for alone in plan.alone)
    found = check_plan(replace(plan, alone=changed))
    assert {v.code for v in found if v.part is Part.ALONE} == {
        ViolationCode.WRONG_LENT_VAN,
        ViolationCode.WRONG_EMISSIONS,
    }
