"""The stories that can be run: their sizes, and that each is planned whole."""

from __future__ import annotations

from collections import Counter

import pytest

from colivraison.demo import STORIES, demo_case, demo_extract, story_case
from colivraison.domain import Case, MinimumUnit, TemperatureClass, UnservedCode, Weekday
from colivraison.planning import Stopping, check_plan, plan_week
from colivraison.roads import RoadNetwork


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return RoadNetwork.load(demo_extract())


def _drops(case: Case) -> int:
    return len({(order.producer_id, order.site_id) for order in case.orders})


def test_a_grower_alone_has_seven_drops_and_a_small_van(network: RoadNetwork) -> None:
    case = story_case(1, network)
    assert (len(case.producers), len(case.sites), len(case.vehicles), _drops(case)) == (1, 7, 1, 7)
    assert sum(order.crates for order in case.orders) == 26
    assert sum(order.mass_g for order in case.orders) == 210_000
    assert min(order.value_cents for order in case.orders) == 3_800
    assert case.vehicles[0].capacity_g == 600_000
    ruches = sorted(site.windows[0].opens_s for site in case.sites if site.name.startswith("Ruche"))
    assert ruches == [63_000, 66_600]  # 17:30 and 18:30


def test_the_round_of_a_grower_is_planned_whole_at_once(network: RoadNetwork) -> None:
    case = story_case(1, network)
    plan = plan_week(case, network, stopping=Stopping(iterations=2_000))
    assert check_plan(plan) == ()
    assert plan.unserved == ()
    # Nobody to share with: the same rounds as alone.
    assert sum(r.cost_cents for r in plan.rounds) == sum(
        r.cost_cents for one in plan.alone for r in one.rounds
    )


def test_the_collective_is_the_demonstration(network: RoadNetwork) -> None:
    assert story_case(3, network) == demo_case(network)


def test_of_the_drops_at_eight_ruches_those_below_the_minimum_are_not_made(
    network: RoadNetwork,
) -> None:
    case = story_case(6, network)
    assert (len(case.producers), len(case.sites), _drops(case)) == (45, 8, 180)
    evenings = Counter(window.weekday for site in case.sites for window in site.windows)
    assert evenings == {Weekday.WEDNESDAY: 3, Weekday.THURSDAY: 3, Weekday.FRIDAY: 2}
    assert {(site.arrive_from_s, site.arrive_by_s) for site in case.sites} == {(1_800, 900)}
    assert {rule.unit for rule in case.minimums} == {MinimumUnit.CENTS}
    assert TemperatureClass.FROZEN in {order.temperature for order in case.orders}
    plan = plan_week(case, network, stopping=Stopping(iterations=60), threads=2)
    assert check_plan(plan) == ()
    assert Counter(one.code for one in plan.unserved) == {UnservedCode.BELOW_MINIMUM: 20}
    value_of = {order.id: order.value_cents for order in case.orders}
    assert all(value_of[one.order_id] < 6_000 for one in plan.unserved)


@pytest.mark.parametrize("number", STORIES)
@pytest.mark.parametrize("seed", range(2, 5))
def test_a_story_can_be_told_in_other_places(network: RoadNetwork, number: int, seed: int) -> None:
    case = story_case(number, network, seed=seed)
    assert case == story_case(number, network, seed=seed)
    assert case != story_case(number, network)
