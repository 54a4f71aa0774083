"""Three stories on the invented land: one grower, a collective, a cluster of Ruches.

Their numbers are those of the user stories that the product is built for; everything in them is
plausible, not measured.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from random import Random

from colivraison.demo.collective import CollectiveShape, Spots, cast, collective_on
from colivraison.demo.trades import AMAP, CANTEEN, EVENING, FARM_HOURS, SHOP, Outlet
from colivraison.demo.week import DEMO_WEEK
from colivraison.domain import (
    Case,
    DayWindow,
    MinimumUnit,
    Order,
    OrderMinimum,
    Producer,
    Site,
    SiteKind,
    TemperatureClass,
    Vehicle,
    Week,
    Weekday,
)
from colivraison.roads import RoadNetwork

__all__ = ["STORIES", "story_case"]

_MINUTE_S = 60
_HOUR_S = 3_600


def story_case(
    number: int, network: RoadNetwork, *, seed: int = 1, week_start: dt.date = DEMO_WEEK
) -> Case:
    """Return the case of a story.

    Parameters
    ----------
    number
        1: one grower with seven drops; 3: twelve farms that share rounds; 6: eight Ruches and the
        45 producers who bring to them.
    network
        Of ``demo_extract()``, or of another territory with named places.

    Raises
    ------
    KeyError
        When there is no story of that number, see ``STORIES``.
    ValueError
        When the territory has too few places.
    """
    return STORIES[number](network, seed, week_start)


def _window(day: Weekday, opens: float, closes: float) -> DayWindow:
    return DayWindow(weekday=day, opens_s=round(opens * _HOUR_S), closes_s=round(closes * _HOUR_S))


# Of each drop of the grower: where, its hours on Thursday, crates, kilograms, euros.
_DROPS: tuple[tuple[Outlet, str, float, float, int, int, int], ...] = (
    (CANTEEN, "Collège", 7, 10, 6, 54, 165),
    (SHOP, "Restaurant", 8, 11, 2, 14, 88),
    (SHOP, "Magasin de producteurs", 8, 12, 4, 33, 118),
    (SHOP, "Épicerie", 8, 12, 1, 8, 38),
    (EVENING, "Ruche", 17.5, 20, 5, 40, 176),
    (AMAP, "AMAP", 18, 19.5, 5, 38, 190),
    (EVENING, "Ruche", 18.5, 20.5, 3, 23, 97),
)


def _solo_grower(network: RoadNetwork, seed: int, week_start: dt.date) -> Case:
    """One van of 3.5 m3 and 600 kg, seven drops in a day, 26 crates, 210 kg; one drop of 38 EUR."""
    named, junctions, territory = cast(network)
    spots = Spots(named, junctions, Random(seed))  # noqa: S311  an example, not a secret
    place = spots.take("farm", ("farmyard", "farm", "hamlet"), 3_000)
    farm = Site(
        id="F01",
        name=f"Le Jardin des Alouettes ({place.name})",
        kind=SiteKind.FARM,
        position=place.position,
        windows=FARM_HOURS,
        setup_s=300,
        service_s_per_crate=20,
    )
    sites, orders = [], []
    for index, (outlet, label, opens, closes, crates, kg, euros) in enumerate(_DROPS, start=1):
        at = spots.take(label, outlet.kinds, 6_000)
        is_evening = opens > 12
        sites.append(
            Site(
                id=f"L{index:02d}",
                name=f"{label} – {at.name}",
                kind=outlet.kind,
                position=at.position,
                windows=(_window(Weekday.THURSDAY, opens, closes),),
                setup_s=outlet.setup_s,
                service_s_per_crate=outlet.service_s_per_crate,
                # Everything stands on the tables before the members come.
                arrive_from_s=60 * _MINUTE_S if is_evening else None,
                arrive_by_s=0 if is_evening else None,
            )
        )
        orders.append(
            Order(
                id=f"C{index:03d}",
                producer_id=farm.id,
                site_id=f"L{index:02d}",
                crates=crates,
                mass_g=kg * 1_000,
                value_cents=euros * 100,
            )
        )
    van = Vehicle(
        id="V1",
        name="Fourgonnette 3,5 m³",
        owner_id=farm.id,
        start_site_id=farm.id,
        end_site_id=farm.id,
        shifts=(
            _window(Weekday.THURSDAY, 6, 12.5),
            _window(Weekday.THURSDAY, 15.5, 21),
        ),
        capacity_g=600_000,
        capacity_crates=80,
        temperatures=frozenset({TemperatureClass.AMBIENT}),
    )
    return Case(
        week=Week(first_date=week_start),
        producers=(Producer(id=farm.id, name="Le Jardin des Alouettes", farm=farm),),
        sites=tuple(sites),
        vehicles=(van,),
        orders=tuple(orders),
        territory=territory,
        invented=network.invented,
    )


def _collective(network: RoadNetwork, seed: int, week_start: dt.date) -> Case:
    return collective_on(network, seed=seed, week_start=week_start)


_RUCHES = CollectiveShape(farms=45, points=8, shipments=180, vans=18)
# Below 60 EUR a producer does not come: of 180 drops ordered 160 are made.
_MINIMUM_CENTS = 6_000
_CANCELLED = 20
_EVENINGS = (Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)


def _ruche_cluster(network: RoadNetwork, seed: int, week_start: dt.date) -> Case:
    """Eight Ruches, one evening each; 45 producers; who brings whose crates."""
    random = Random(seed)  # noqa: S311  an example, not a secret
    case = collective_on(
        network,
        seed=seed,
        week_start=week_start,
        shape=_RUCHES,
        outlets=(EVENING,),
    )
    sites = tuple(
        replace(
            site,
            windows=(_window(_EVENINGS[index % 3], 17.5 + 0.5 * (index // 3), 20),),
            arrive_from_s=30 * _MINUTE_S,
            arrive_by_s=15 * _MINUTE_S,
        )
        for index, site in enumerate(case.sites)
    )
    small = set(random.sample([order.id for order in case.orders], _CANCELLED))
    orders = tuple(
        replace(
            order,
            days=frozenset(),
            value_cents=random.randrange(2_000, _MINIMUM_CENTS - 100, 50)
            if order.id in small
            else max(order.value_cents, _MINIMUM_CENTS),
        )
        for order in case.orders
    )
    vehicles = tuple(
        replace(van, shifts=tuple(_window(day, 12, 20) for day in _EVENINGS))
        for van in case.vehicles
    )
    return replace(
        case,
        sites=sites,
        orders=orders,
        vehicles=vehicles,
        minimums=tuple(
            OrderMinimum(producer_id=producer.id, unit=MinimumUnit.CENTS, amount=_MINIMUM_CENTS)
            for producer in case.producers
        ),
    )


STORIES: dict[int, Callable[[RoadNetwork, int, dt.date], Case]] = {
    1: _solo_grower,
    3: _collective,
    6: _ruche_cluster,
}
"""By number: of the user stories that the product is built for, those that can be run."""
