"""A small case on the server's own roads, for whoever tries the API out."""

from __future__ import annotations

import datetime as dt

from colivraison.domain import (
    Case,
    DayWindow,
    Order,
    Producer,
    Site,
    SiteKind,
    TemperatureClass,
    Vehicle,
    Week,
    Weekday,
)
from colivraison.roads import FAR_M, NamedPlace, RoadNetwork
from colivraison.texts import Texts

__all__ = ["example_case"]

_KINDS = ("town", "village", "hamlet")
# As far as a farm is from the next village.
_AROUND_M = 20_000
_MONDAY = dt.date(2026, 4, 6)


def example_case(network: RoadNetwork, texts: Texts) -> Case | None:
    """Return two farms, two points, one van and three orders between four neighbouring places.

    Made from the names of the territory, so that it plans as it stands wherever the server is.
    None where the extract names fewer than four places near a road.
    """
    places = _four_neighbours(network)
    if places is None:
        return None
    thursday = Weekday.THURSDAY

    def site(number: int, kind: SiteKind, name: str, closes_h: int) -> Site:
        return Site(
            id=name,
            name=f"{texts(f'api.example.{kind}')} {places[number].name}",
            kind=kind,
            position=places[number].position,
            windows=(DayWindow(weekday=thursday, opens_s=7 * 3600, closes_s=closes_h * 3600),),
        )

    def order(number: int, producer: str, to: str, crates: int) -> Order:
        return Order(
            id=f"c{number}",
            producer_id=producer,
            site_id=to,
            crates=crates,
            mass_g=crates * 8000,
            days=frozenset({thursday}),
            value_cents=crates * 3000,
        )

    farms = (site(0, SiteKind.FARM, "f1", 13), site(1, SiteKind.FARM, "f2", 13))
    return Case(
        week=Week(first_date=_MONDAY),
        territory=network.name,
        invented=network.invented,
        producers=tuple(Producer(id=farm.id, name=farm.name, farm=farm) for farm in farms),
        sites=(site(2, SiteKind.POINT, "p1", 19), site(3, SiteKind.MARKET, "p2", 19)),
        vehicles=(
            Vehicle(
                id="v1",
                name=texts("api.example.van"),
                owner_id="f1",
                start_site_id="f1",
                end_site_id="f1",
                shifts=(DayWindow(weekday=thursday, opens_s=7 * 3600, closes_s=19 * 3600),),
                capacity_g=600_000,
                capacity_crates=80,
                temperatures=frozenset({TemperatureClass.AMBIENT}),
            ),
        ),
        orders=(order(1, "f1", "p1", 6), order(2, "f1", "p2", 4), order(3, "f2", "p1", 8)),
    )


def _four_neighbours(network: RoadNetwork) -> list[NamedPlace] | None:
    named = [p for p in network.places.all if p.kind in _KINDS and p.name]
    if not named:
        return None
    gaps_m = network.snap([place.position for place in named]).gap_m
    usable = {p for p, gap_m in zip(named, gaps_m, strict=True) if gap_m <= FAR_M}
    for place in named:
        near = [p for p in network.places.near(place.position, _AROUND_M, _KINDS) if p in usable]
        if place in usable and len(near) >= 4:
            return near[:4]
    return None
