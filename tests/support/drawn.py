"""A small drawn territory and a small collective on it.

::

        A farm        B farm
        |             |
    ----+------+------+------+------+------+----   one road, a node every kilometre
        0      1      2      3      4      5 ...
               W                    S      M
           (village)             (shop) (market)

"A" and "B" both sell at the shop and the market; only A has a van.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

from colivraison.domain import (
    Case,
    DayWindow,
    Order,
    Position,
    Producer,
    Site,
    SiteKind,
    TemperatureClass,
    Vehicle,
    Week,
    Weekday,
)

LAT = 47.0
# One kilometre of longitude at latitude 47, in degrees.
KM = 1 / (111.195 * math.cos(math.radians(LAT)))


def at_km(km: float, *, north_m: float = 0) -> Position:
    return Position(lat=LAT + north_m / 111_195, lon=km * KM)


def draw(path: Path) -> Path:
    nodes = [
        f'<node id="{km + 1}" lat="{LAT}" lon="{km * KM:.7f}" version="1"/>' for km in range(31)
    ]
    for number, (km, kind, name, people) in enumerate(
        [
            (1, "place=village", "Wimereux-le-Vieux", 350),
            (4, "shop=farm", "Magasin du Carrefour", None),
            (5, "amenity=marketplace", "Place du Marché", None),
            (9, "place=village", "Orvault-les-Prés", 600),
            (9.1, "amenity=townhall", "Mairie d'Orvault-les-Prés", None),
            (14, "place=hamlet", "Les Essarts", None),
        ]
    ):
        key, value = kind.split("=")
        population = f'<tag k="population" v="{people}"/>' if people else ""
        nodes.append(
            f'<node id="{100 + number}" lat="{LAT + 0.0003}" lon="{km * KM:.7f}" version="1">'
            f'<tag k="{key}" v="{value}"/><tag k="name" v="{name}"/>{population}</node>'
        )
    refs = "".join(f'<nd ref="{km + 1}"/>' for km in range(31))
    way = (
        f'<way id="1" version="1">{refs}<tag k="highway" v="secondary"/>'
        '<tag k="maxspeed" v="90"/></way>'
    )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n'
        + "\n".join(nodes)
        + f"\n{way}\n</osm>\n",
        encoding="utf-8",
    )
    return path


THURSDAY = Weekday.THURSDAY


def hours(opens: float, closes: float, day: Weekday = THURSDAY) -> DayWindow:
    return DayWindow(weekday=day, opens_s=int(opens * 3600), closes_s=int(closes * 3600))


def farm(name: str, km: float) -> Producer:
    return Producer(
        id=name,
        name=f"Ferme {name}",
        farm=Site(
            id=name,
            name=f"Ferme {name}",
            kind=SiteKind.FARM,
            position=at_km(km, north_m=10),
            setup_s=300,
            service_s_per_crate=20,
        ),
    )


def point(name: str, km: float, *windows: DayWindow) -> Site:
    return Site(
        id=name,
        name=f"Point {name}",
        kind=SiteKind.POINT,
        position=at_km(km, north_m=10),
        windows=windows,
        setup_s=300,
        service_s_per_crate=20,
    )


def van(name: str = "van-A", owner: str = "A", **changes: object) -> Vehicle:
    values: dict[str, object] = {
        "id": name,
        "name": name,
        "owner_id": owner,
        "start_site_id": owner,
        "end_site_id": owner,
        "shifts": (hours(6, 14),),
        "capacity_g": 600_000,
        "capacity_crates": 40,
        "temperatures": frozenset({TemperatureClass.AMBIENT, TemperatureClass.PLUS_8}),
        **changes,
    }
    return Vehicle(**values)


def order(name: str, producer: str, site: str, crates: int = 5, **changes: object) -> Order:
    values: dict[str, object] = {
        "id": name,
        "producer_id": producer,
        "site_id": site,
        "crates": crates,
        "mass_g": crates * 8_000,
        **changes,
    }
    return Order(**values)


def small_case() -> Case:
    return Case(
        week=Week(first_date=dt.date(2026, 11, 23)),
        producers=(farm("A", 0), farm("B", 2)),
        sites=(point("S", 4, hours(8, 12)), point("M", 5, hours(8, 12))),
        vehicles=(van(),),
        orders=(
            order("a1", "A", "S"),
            order("a2", "A", "M"),
            order("b1", "B", "S"),
            order("b2", "B", "M"),
        ),
        territory="Carte dessinée",
        invented=True,
    )
