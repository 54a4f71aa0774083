"""A value that exists is valid; a case tells all its contradictions at once."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from colivraison.domain import (
    Case,
    DayWindow,
    Order,
    Position,
    Price,
    Producer,
    Site,
    SiteKind,
    TemperatureClass,
    Vehicle,
    Week,
    Weekday,
)
from colivraison.errors import InputError

HERE = Position(lat=47.0, lon=0.0)
WEEK = Week(first_date=dt.date(2026, 11, 23))
SHIFT = DayWindow(weekday=Weekday.THURSDAY, opens_s=6 * 3600, closes_s=12 * 3600)


def farm(name: str) -> Producer:
    site = Site(id=name, name=name, kind=SiteKind.FARM, position=HERE)
    return Producer(id=name, name=name, farm=site)


def van(**changes: object) -> Vehicle:
    values: dict[str, object] = {
        "id": "v",
        "name": "v",
        "owner_id": "a",
        "start_site_id": "a",
        "end_site_id": "a",
        "shifts": (SHIFT,),
        "capacity_g": 1,
        "capacity_crates": 1,
        "temperatures": frozenset({TemperatureClass.AMBIENT}),
        **changes,
    }
    return Vehicle(**values)


@pytest.mark.parametrize(
    ("lat", "lon"), [(91, 0), (-91, 0), (0, 181), (math.nan, 0), (0, math.inf)]
)
def test_a_position_is_on_the_earth(lat: float, lon: float) -> None:
    with pytest.raises(ValueError):
        Position(lat=lat, lon=lon)


@pytest.mark.parametrize(
    "changes",
    [
        {"capacity_g": -1},
        {"capacity_crates": -1},
        {"cents_per_km": -1},
        {"cents_per_km": 51, "usual_prices": frozenset({Price.PER_KM})},
        {"shifts": ()},
        {"temperatures": frozenset()},
    ],
)
def test_an_impossible_vehicle_cannot_be_made(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        van(**changes)


@pytest.mark.parametrize(
    ("crates", "mass_g", "value_cents"), [(-3, 10, 0), (1, -1, 0), (1, 1, -1), (0, 0, 0)]
)
def test_an_impossible_order_cannot_be_made(crates: int, mass_g: int, value_cents: int) -> None:
    with pytest.raises(ValueError):
        Order(
            id="o",
            producer_id="a",
            site_id="s",
            crates=crates,
            mass_g=mass_g,
            value_cents=value_cents,
        )


def test_a_case_tells_every_contradiction_at_once() -> None:
    site = Site(id="a", name="double", kind=SiteKind.POINT, position=HERE)
    with pytest.raises(InputError) as error:
        Case(
            week=WEEK,
            producers=(farm("a"),),
            sites=(site,),
            vehicles=(van(owner_id="nobody", end_site_id="nowhere"),),
            orders=(
                Order(id="1", producer_id="x", site_id="y", crates=1, mass_g=0),
                Order(id="1", producer_id="a", site_id="a", crates=1, mass_g=0),
            ),
        )
    assert sorted(fault.code for fault in error.value.faults) == [
        "duplicate_id",  # the place "a"
        "duplicate_id",  # the order "1"
        "order_to_own_farm",
        "unknown_owner",
        "unknown_producer",
        "unknown_site",  # of the order
        "unknown_site",  # where the van ends
    ]
