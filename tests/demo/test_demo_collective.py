"""The collective of story 3: its exact shape, on the invented land and on real extracts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from colivraison.demo import (
    STORY,
    CollectiveShape,
    collective_of,
    collective_on,
    demo_case,
    demo_extract,
)
from colivraison.demo.trades import OUTLETS, TRADES
from colivraison.domain import Case, Position, SiteKind, TemperatureClass, Weekday
from colivraison.planning import Stopping, check_plan, compare_with_alone, plan_week
from colivraison.roads import RoadNetwork

ExtractOfSeed = Callable[[int], Path]

HOUR_S = 3600
TWO_DAYS = {Weekday.THURSDAY, Weekday.FRIDAY}


def _assert_is_the_story(case: Case) -> None:
    assert len(case.producers) == 12
    kinds = Counter(site.kind for site in case.sites)
    assert kinds == {
        SiteKind.POINT: 3,
        SiteKind.SHOP: 2,
        SiteKind.CANTEEN: 3,
        SiteKind.MARKET: 1,
    }
    assert len(case.orders) == 64
    assert len({(order.producer_id, order.site_id) for order in case.orders}) == 64
    assert {order.producer_id for order in case.orders} == {p.id for p in case.producers}
    assert {order.site_id for order in case.orders} == {site.id for site in case.sites}
    assert sum(order.crates for order in case.orders) == 230
    # 1.9 t; each order is rounded to 100 g, so 64 of them are off by 3.2 kg at most.
    assert abs(sum(order.mass_g for order in case.orders) - 1_900_000) <= 3_200
    assert {order.temperature for order in case.orders} == {
        TemperatureClass.AMBIENT,
        TemperatureClass.PLUS_8,
        TemperatureClass.PLUS_4,
        TemperatureClass.FROZEN,
    }
    assert len(case.vehicles) == 5
    assert len({van.owner_id for van in case.vehicles}) == 5
    for van in case.vehicles:
        assert {shift.weekday for shift in van.shifts} == TWO_DAYS
        assert all(4 <= (s.closes_s - s.opens_s) / HOUR_S <= 6 for s in van.shifts)
        goods = {o.temperature for o in case.orders if o.producer_id == van.owner_id}
        assert goods <= van.temperatures
    assert sorted(van.capacity_crates for van in case.vehicles) == [80, 80, 130, 130, 250]
    assert len({site.position for site in case.places.values()}) == 21


@pytest.mark.parametrize("seed", range(1, 21))
def test_the_demonstration_has_the_shape_of_the_story(seed: int, demo_network: RoadNetwork) -> None:
    case = demo_case(demo_network, seed=seed)
    _assert_is_the_story(case)
    assert case.invented


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 21))
def test_every_territory_carries_its_week(seed: int, extract_of_seed: ExtractOfSeed) -> None:
    network = RoadNetwork.load(extract_of_seed(seed))
    case = demo_case(network, seed=seed)
    _assert_is_the_story(case)
    plan = plan_week(case, network, stopping=Stopping(time_limit_s=10.0))
    assert check_plan(plan) == ()
    assert plan.unserved == ()
    comparison = compare_with_alone(plan)
    assert comparison.comparable
    assert comparison.saving_cents > 0
    assert comparison.together.distance_m < comparison.alone.distance_m


def test_points_stand_at_features_of_the_fitting_kind(demo_network: RoadNetwork) -> None:
    kind_at = {place.position: place.kind for place in demo_network.places.all}
    case = demo_case(demo_network)
    for site, outlet in zip(case.sites, OUTLETS, strict=True):
        assert kind_at[site.position] == outlet.kinds[0]
    assert {kind_at[p.farm.position] for p in case.producers} == {"farmyard"}


def test_opening_hours_are_those_of_the_story(demo_network: RoadNetwork) -> None:
    case = demo_case(demo_network)
    hours = {
        (site.kind, window.weekday, window.opens_s / HOUR_S, window.closes_s / HOUR_S)
        for site in case.sites
        for window in site.windows
        if window.weekday is Weekday.FRIDAY
    }
    assert hours == {
        (SiteKind.MARKET, Weekday.FRIDAY, 16, 19),
        (SiteKind.POINT, Weekday.FRIDAY, 17.5, 20),
        (SiteKind.CANTEEN, Weekday.FRIDAY, 7, 10),
        (SiteKind.SHOP, Weekday.FRIDAY, 8, 12),
        (SiteKind.SHOP, Weekday.FRIDAY, 14, 18),
    }
    (market,) = [site for site in case.sites if site.kind is SiteKind.MARKET]
    assert {window.weekday for window in market.windows} == {Weekday.FRIDAY}


def test_the_same_seed_is_the_same_case_and_another_seed_is_not(demo_network: RoadNetwork) -> None:
    assert demo_case(demo_network, seed=3) == demo_case(demo_network, seed=3)
    assert demo_case(demo_network, seed=3).orders != demo_case(demo_network, seed=4).orders


def test_the_packaged_extract_is_the_one_of_the_source_tree(committed_extract: Path) -> None:
    assert demo_extract().read_bytes() == committed_extract.read_bytes()


def test_without_named_places_junctions_are_used() -> None:
    # A grid of 10 x 10 crossings, 0.01 degree (about 1 km) apart.
    crossings = [
        Position(lat=47 + row / 100, lon=-7 + column / 100)
        for row in range(10)
        for column in range(10)
    ]
    case = collective_of([], crossings, seed=1, week_start=dt.date(2026, 11, 23))
    _assert_is_the_story(case)
    assert {site.position for site in case.places.values()} <= set(crossings)


def test_too_few_places_are_refused() -> None:
    with pytest.raises(ValueError, match="too few places"):
        collective_of([], [Position(lat=47, lon=-7)], seed=1, week_start=dt.date(2026, 11, 23))


def test_a_collective_scales() -> None:
    crossings = [
        Position(lat=47 + row / 200, lon=-7 + column / 200)
        for row in range(30)
        for column in range(30)
    ]
    shape = CollectiveShape(farms=60, points=45, shipments=320, vans=25)
    case = collective_of([], crossings, seed=1, week_start=dt.date(2026, 11, 23), shape=shape)
    assert (len(case.producers), len(case.sites)) == (60, 45)
    assert (len(case.orders), len(case.vehicles)) == (320, 25)
    assert sum(order.crates for order in case.orders) == 1150  # 230 / 64 * 320
    assert len({producer.name for producer in case.producers}) == 60
    assert len({van.owner_id for van in case.vehicles}) == 25


@pytest.mark.parametrize(
    ("farms", "points", "shipments", "vans"),
    [(12, 9, 109, 5), (12, 9, 11, 5), (4, 9, 20, 5), (0, 9, 9, 1), (12, 9, 64, 6)],
)
def test_a_shape_that_contradicts_itself_is_refused(
    farms: int, points: int, shipments: int, vans: int
) -> None:
    with pytest.raises(ValueError):
        CollectiveShape(farms=farms, points=points, shipments=shipments, vans=vans)


def test_trades_and_outlets_make_up_the_story() -> None:
    assert (len(TRADES), len(OUTLETS)) == (STORY.farms, STORY.points)


@pytest.mark.parametrize("extract", ["andorra", "corsica-network"])
def test_the_same_function_works_on_real_extracts(extract: str, shared_data: Path) -> None:
    network = RoadNetwork.load(shared_data / "osm" / f"{extract}.osm.pbf")
    case = collective_on(network, seed=1)
    _assert_is_the_story(case)
    assert not case.invented
    snapped = network.snap([site.position for site in case.places.values()])
    assert int(snapped.gap_m.max()) <= 200
