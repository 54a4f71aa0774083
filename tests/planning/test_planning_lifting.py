"""A rule is lifted for one order, by so much, and nothing else changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace

import drawn
import pytest

from colivraison.domain import (
    Case,
    ClockMoment,
    KeptApart,
    MinimumUnit,
    Order,
    OrderMinimum,
    TemperatureClass,
    Weekday,
)
from colivraison.planning import Lift, Room
from colivraison.planning.lifting import BY_MINUTES, OF_VANS, lifted

COLD = TemperatureClass.PLUS_4
ORDER = drawn.order(
    "a1",
    "A",
    "S",
    temperature=COLD,
    goods="vrac",
    days=frozenset({Weekday.FRIDAY}),
    max_on_board_s=600,
    boxed_s=None,
    ordered_at=ClockMoment(date=dt.date(2026, 11, 26)),
)


def strict_case() -> Case:
    base = drawn.small_case()
    farms = tuple(
        replace(one, farm=replace(one.farm, windows=(drawn.hours(5, 10),)))
        for one in base.producers
    )
    return replace(
        base,
        producers=farms,
        orders=(ORDER, *base.orders[1:]),
        vehicles=(
            drawn.van(refuses=frozenset({"vrac"})),
            drawn.van("van-B", "B", carries_for=frozenset("B"), capacity_litres=100),
        ),
        minimums=(
            OrderMinimum(producer_id="A", unit=MinimumUnit.CRATES, amount=6),
            OrderMinimum(producer_id="A", site_id="M", unit=MinimumUnit.CRATES, amount=7),
            OrderMinimum(producer_id="B", unit=MinimumUnit.CRATES, amount=8),
        ),
        kept_apart=(KeptApart(first="vrac", second="B"), KeptApart(first="bio", second="B")),
    )


def free(lift: Lift, **options: object) -> tuple[Case, Order]:
    found = lifted(strict_case(), ORDER, lift, by_s=600, **options)
    assert found is not None
    return found


# The part of a case that each rule stands in.
PARTS = {
    **dict.fromkeys(OF_VANS, "vehicles"),
    Lift.KEPT_APART: "kept_apart",
    Lift.DAYS: "orders",
    Lift.ON_BOARD: "orders",
    Lift.READY: "orders",
    Lift.MINIMUM: "minimums",
    Lift.SITE_EARLIER: "sites",
    Lift.SITE_LATER: "sites",
    Lift.FARM_EARLIER: "producers",
    Lift.FARM_LATER: "producers",
}


@pytest.mark.parametrize("lift", Lift)
def test_only_its_own_part_of_the_case_changes(lift: Lift) -> None:
    case, order = free(lift)
    before = strict_case()
    changed = {
        one.name for one in fields(Case) if getattr(case, one.name) != getattr(before, one.name)
    }
    assert changed == {PARTS[lift]}
    assert order == next(one for one in case.orders if one.id == "a1")


def test_vans_take_what_they_refuse() -> None:
    case, order = free(Lift.WILLING)
    assert all(order.is_welcome_in(van) for van in case.vehicles)
    case, order = free(Lift.TEMPERATURE)
    assert all(order.keeps_cold_in(van) for van in case.vehicles)


def test_one_van_alone_may_be_meant() -> None:
    for lift in OF_VANS:
        case, _ = free(lift, vehicle_id="van-B")
        assert case.vehicles[0] == strict_case().vehicles[0]
        assert case.vehicles[1] != strict_case().vehicles[1]


def test_a_van_gets_as_much_room_as_is_said() -> None:
    case, _ = free(Lift.CAPACITY, room=Room(crates=2, mass_g=3_000, litres=4))
    one, other = case.vehicles
    assert (one.capacity_crates, one.capacity_g, one.capacity_litres) == (42, 603_000, None)
    assert (other.capacity_crates, other.capacity_litres) == (42, 104)


def test_hours_grow_at_one_end() -> None:
    def hours(lift: Lift, table: str) -> list[tuple[int, int]]:
        places = getattr(free(lift)[0], table)
        place = next(one for one in places if one.id in ("A", "S"))
        windows = place.farm.windows if table == "producers" else place.windows
        return [(window.opens_s, window.closes_s) for window in windows]

    assert hours(Lift.SITE_EARLIER, "sites") == [(8 * 3600 - 600, 12 * 3600)]
    assert hours(Lift.SITE_LATER, "sites") == [(8 * 3600, 12 * 3600 + 600)]
    assert hours(Lift.FARM_EARLIER, "producers") == [(5 * 3600 - 600, 10 * 3600)]
    assert hours(Lift.FARM_LATER, "producers") == [(5 * 3600, 10 * 3600 + 600)]
    for lift, expected in (
        (Lift.VAN_EARLIER, (6 * 3600 - 600, 14 * 3600)),
        (Lift.VAN_LATER, (6 * 3600, 14 * 3600 + 600)),
    ):
        (shift,) = free(lift)[0].vehicles[0].shifts
        assert (shift.opens_s, shift.closes_s) == expected


def test_what_concerns_others_stays() -> None:
    case, _ = free(Lift.KEPT_APART)
    assert case.kept_apart == (KeptApart(first="bio", second="B"),)
    case, _ = free(Lift.MINIMUM)
    assert [(one.producer_id, one.site_id) for one in case.minimums] == [("A", "M"), ("B", "")]


def test_an_order_may_be_ready_at_once() -> None:
    case, order = free(Lift.READY)
    assert (strict_case().ready_s([ORDER]), case.ready_s([order])) == (3 * 86_400, 0)


def test_where_there_is_nothing_to_lift_nothing_is_tried() -> None:
    case = drawn.small_case()
    order = case.orders[0]
    kept = {lift for lift in Lift if lifted(case, order, lift, by_s=600) is not None}
    # Farms that are always open, an order without wishes, vans that take everything.
    assert kept == {
        Lift.CAPACITY,
        Lift.SITE_EARLIER,
        Lift.SITE_LATER,
        Lift.VAN_EARLIER,
        Lift.VAN_LATER,
    }
    assert kept - BY_MINUTES == {Lift.CAPACITY}
