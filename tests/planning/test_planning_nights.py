"""Rounds and hours around midnight: a day is the one on which the place opens."""

from __future__ import annotations

from dataclasses import replace

import drawn
import pytest

from colivraison.domain import Case, DayWindow, Plan, UnservedCode, Weekday
from colivraison.planning import Stopping, check_plan, plan_week
from colivraison.roads import RoadNetwork

WEDNESDAY, THURSDAY = Weekday.WEDNESDAY, Weekday.THURSDAY


def night_case(case: Case, shift: DayWindow, market: DayWindow, *days: Weekday) -> Case:
    sites = tuple(replace(site, windows=(market,)) for site in case.sites)
    orders = tuple(replace(order, days=frozenset(days)) for order in case.orders)
    vehicles = (replace(case.vehicles[0], shifts=(shift,)),)
    return replace(case, sites=sites, orders=orders, vehicles=vehicles)


def planned(case: Case, network: RoadNetwork) -> Plan:
    plan = plan_week(case, network, stopping=Stopping(iterations=50))
    assert check_plan(plan) == ()
    return plan


@pytest.mark.parametrize(
    ("shift", "market", "day"),
    [
        # A market of Wednesday night that takes delivery after midnight.
        (drawn.hours(20, 30, WEDNESDAY), drawn.hours(25, 29, WEDNESDAY), WEDNESDAY),
        # A van of Wednesday night for a market that opens on Thursday at midnight.
        (drawn.hours(22, 29, WEDNESDAY), drawn.hours(0, 5, THURSDAY), THURSDAY),
        # Everything after midnight, all of it called Wednesday.
        (drawn.hours(24.5, 30, WEDNESDAY), drawn.hours(24.5, 30, WEDNESDAY), WEDNESDAY),
    ],
)
def test_a_night_round_serves_the_day_on_which_the_place_opens(
    small_case: Case,
    drawn_network: RoadNetwork,
    shift: DayWindow,
    market: DayWindow,
    day: Weekday,
) -> None:
    plan = planned(night_case(small_case, shift, market, day), drawn_network)
    assert plan.unserved == ()


def test_the_other_day_is_not_served(small_case: Case, drawn_network: RoadNetwork) -> None:
    # Open on Wednesday night only, to be delivered on a Thursday: never.
    case = night_case(
        small_case, drawn.hours(20, 30, WEDNESDAY), drawn.hours(25, 29, WEDNESDAY), THURSDAY
    )
    assert {u.code for u in planned(case, drawn_network).unserved} == {UnservedCode.DAYS_NOT_SERVED}
