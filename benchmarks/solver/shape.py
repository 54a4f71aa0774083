"""The product's own shape: many shipments between few places, on real roads, for money.

    cd benchmarks
    ../.venv/bin/python -m solver.shape M-corsica          # what is in it

Places come from the generator of the demonstration; what is ordered, and which vans drive when,
from here: several shipments share both ends (other days or another temperature), vans work half
days on two to five days, shops open twice a day, and there is a price for metres and seconds.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING

from shared_data import data_folder

if TYPE_CHECKING:
    from colivraison.domain import Case, DayWindow, Order, Producer, Site, Vehicle, Weekday
    from colivraison.pdptw import Problem
    from colivraison.roads import RoadNetwork

__all__ = ["SIZES", "TERRITORIES", "Size", "fingerprint", "problem_of"]

TERRITORIES: Mapping[str, str] = MappingProxyType(
    {
        "corsica": "corsica-network.osm.pbf",
        "andorra": "andorra.osm.pbf",
    }
)
_WEEK_START = dt.date(2026, 11, 23)
_MORNING_S = (round(5.5 * 3600), 13 * 3600)
_AFTERNOON_S = (round(12.5 * 3600), round(20.5 * 3600))


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a problem is.

    Parameters
    ----------
    days
        Working days on which vans drive, the last one a Friday.
    shipments
        As the solver sees them: no two of them would be grouped.
    """

    farms: int
    points: int
    vans: int
    days: int
    shipments: int


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "S": Size(farms=12, points=9, vans=6, days=2, shipments=64),
        "M": Size(farms=20, points=16, vans=10, days=3, shipments=160),
        "L": Size(farms=30, points=28, vans=24, days=4, shipments=600),
        "XL": Size(farms=40, points=40, vans=50, days=5, shipments=1_800),
    }
)


def problem_of(name: str) -> Problem:
    """Return the problem of a name like ``M-corsica``: the same one every time.

    Raises
    ------
    RuntimeError
        When not every shipment can be served by some van alone.
    """
    from colivraison.pdptw import serves_alone
    from colivraison.planning.to_problem import to_problem
    from colivraison.planning.travel import profiles_of, week_roads
    from colivraison.roads import RoadNetwork

    size_name, territory = name.split("-")
    size = SIZES[size_name]
    network = RoadNetwork.load(data_folder("osm") / TERRITORIES[territory])
    random = Random(f"{name} 1")
    case = _places(network, size)
    case = replace(case, vehicles=_vehicles(random, case.producers, size))
    places = tuple(case.places.values())
    matrix = week_roads(network, places, profiles_of(case), week=case.week).matrix

    draw = _Draw(random, case, size)
    orders: list[Order] = []
    while len(orders) < size.shipments:
        orders += [draw.order() for _ in range(size.shipments - len(orders))]
        translation = to_problem(
            week=case.week,
            places=case.places,
            vehicles=case.vehicles,
            orders=orders,
            matrix=matrix,
        )
        problem = translation.problem
        hopeless = {one.order_id for one in translation.hopeless}
        hopeless |= {
            group.id
            for number, group in enumerate(translation.shipments)
            if all(
                serves_alone(problem, vehicle, number) is None
                for vehicle in sorted(problem.shipments[number].vehicles or ())
            )
        }
        orders = [order for order in orders if order.id not in hopeless]
    if len(problem.shipments) != size.shipments:
        raise RuntimeError(f"{name}: {len(problem.shipments)} shipments, not {size.shipments}")
    return problem


def fingerprint(problem: Problem) -> str:
    """Return a digest of everything in a generated problem that its answers depend on."""
    digest = hashlib.sha256()
    for table in problem.tables:
        digest.update(table.durations_s.tobytes())
        digest.update(table.distances_m.tobytes())
    for vehicle in problem.vehicles:
        digest.update(
            f"{vehicle.start} {vehicle.end} {vehicle.shift} {vehicle.capacity} {vehicle.table} "
            f"{vehicle.cents_per_km} {vehicle.cents_per_hour} {vehicle.cents_per_use}\n".encode()
        )
    for shipment in problem.shipments:
        vehicles = sorted(shipment.vehicles or ())
        digest.update(
            f"{shipment.pickup} {shipment.delivery} {shipment.demand} {vehicles}\n".encode()
        )
    digest.update(f"{problem.setup_s}".encode())
    return digest.hexdigest()[:12]


def _places(network: RoadNetwork, size: Size) -> Case:
    """Return farms and points on a territory, evening points open on two working days."""
    from colivraison.demo.collective import CollectiveShape, collective_on

    case = collective_on(
        network,
        week_start=_WEEK_START,
        shape=CollectiveShape(
            farms=size.farms, points=size.points, vans=5, shipments=max(size.farms, size.points)
        ),
    )
    days = _days(size) * 2
    apart = size.days // 2
    sites = tuple(
        replace(site, windows=_evenings(site, (days[first], days[first + apart])))
        for number, site in enumerate(case.sites)
        for first in (number % size.days,)
    )
    return replace(case, sites=sites, orders=())


def _days(size: Size) -> tuple[Weekday, ...]:
    from colivraison.domain import Weekday

    return tuple(Weekday)[5 - size.days : 5]


def _evenings(site: Site, days: tuple[Weekday, ...]) -> tuple[DayWindow, ...]:
    """Return the hours of a point, those of the evening moved to other days."""
    from colivraison.domain import DayWindow, SiteKind

    if site.kind is not SiteKind.POINT:
        return site.windows
    hours = site.windows[0]
    return tuple(
        DayWindow(weekday=day, opens_s=hours.opens_s, closes_s=hours.closes_s) for day in days
    )


def _vehicles(random: Random, producers: tuple[Producer, ...], size: Size) -> tuple[Vehicle, ...]:
    """Return vans of the demonstration's five kinds, on some days, mornings or afternoons.

    The first five vans work every day, mornings and afternoons by turns, so that each kind of
    goods has a van every other half day.
    """
    from colivraison.demo.trades import VANS
    from colivraison.domain import DayWindow, Vehicle

    days = _days(size)
    owners = random.sample(producers, min(size.vans, size.farms))
    found = []
    for number in range(size.vans):
        kind, owner = VANS[number % len(VANS)], owners[number % len(owners)]
        count = len(days) if number < len(VANS) else random.randint(2, len(days))
        chosen = sorted(random.sample(range(len(days)), count))
        hours = [_MORNING_S if (day + number) % 2 == 0 else _AFTERNOON_S for day in chosen]
        found.append(
            Vehicle(
                id=f"V{number + 1:02d}",
                name=f"{kind.label} – {owner.name}",
                owner_id=owner.id,
                start_site_id=owner.id,
                end_site_id=owner.id,
                shifts=tuple(
                    DayWindow(weekday=days[day], opens_s=opens_s, closes_s=closes_s)
                    for day, (opens_s, closes_s) in zip(chosen, hours, strict=True)
                ),
                capacity_g=kind.capacity_g,
                capacity_crates=kind.capacity_crates,
                temperatures=kind.temperatures,
                cents_per_km=kind.cents_per_km,
            )
        )
    return tuple(found)


class _Draw:
    """Draws orders, no two of which become one shipment."""

    def __init__(self, random: Random, case: Case, size: Size) -> None:
        self._random = random
        self._case = case
        self._days = frozenset(_days(size))
        self._pairs = self._drawn_pairs(size)
        self._seen: set[object] = set()

    def _drawn_pairs(self, size: Size) -> list[tuple[int, int]]:
        """Return who sells where: half as many pairs as shipments, every place in one at least."""
        farms, points = list(range(size.farms)), list(range(size.points))
        self._random.shuffle(farms)
        self._random.shuffle(points)
        longest = max(size.farms, size.points)
        pairs = {(farms[i % size.farms], points[i % size.points]) for i in range(longest)}
        while len(pairs) < size.shipments // 2:
            pairs.add((self._random.choice(farms), self._random.choice(points)))
        return sorted(pairs)

    def order(self) -> Order:
        """Return one more order."""
        from colivraison.demo.trades import TRADES
        from colivraison.domain import Order, TemperatureClass

        random = self._random
        while True:
            farm, point = random.choice(self._pairs)
            trade, site = TRADES[farm % len(TRADES)], self._case.sites[point]
            open_days = sorted(self._days & {hours.weekday for hours in site.windows})
            if not open_days:
                raise RuntimeError(f"{site.id} opens on no working day")
            count = random.choice((len(open_days), random.randint(1, len(open_days))))
            days = frozenset(random.sample(open_days, count))
            temperature = trade.temperature if random.random() < 0.8 else TemperatureClass.AMBIENT
            key = farm, point, temperature, days
            if key not in self._seen:
                break
        self._seen.add(key)
        crates = random.randint(*trade.crates)
        return Order(
            id=f"C{len(self._seen):04d}",
            producer_id=self._case.producers[farm].id,
            site_id=site.id,
            crates=crates,
            mass_g=round(crates * trade.kg_per_crate * random.uniform(8.5, 11.5)) * 100,
            temperature=temperature,
            days=days,
        )


def main() -> None:
    """Say what is in a problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="like M-corsica")
    problem = problem_of(parser.parse_args().name)
    ends = Counter(
        (shipment.pickup, shipment.delivery)
        if shipment.pickup is None or shipment.delivery is None
        else (shipment.pickup.location, shipment.delivery.location)
        for shipment in problem.shipments
    )
    print(
        f"{problem.locations} places, {len(problem.vehicles)} vans x days, "
        f"{len(problem.shipments)} shipments between {len(ends)} pairs of places "
        f"(up to {max(ends.values())}), fingerprint {fingerprint(problem)}"
    )


if __name__ == "__main__":
    main()
