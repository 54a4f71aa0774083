"""A collective of a given size on the named places of any extract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from colivraison.demo.trades import FARM_HOURS, OUTLETS, TRADES, VANS, Outlet, Trade
from colivraison.domain import (
    Case,
    Order,
    Position,
    Producer,
    Site,
    SiteKind,
    Vehicle,
    Week,
    Weekday,
)
from colivraison.roads import NamedPlace, RoadNetwork, distance_m

__all__ = ["STORY", "CollectiveShape", "Spots", "cast", "collective_of", "collective_on"]

_FARM_KINDS = ("farmyard", "farm", "isolated_dwelling", "hamlet", "village", "town")
_REACH_M = 18_000.0  # a collective is people who can meet: nobody lives further from the market
_BESIDE_ROAD_M = 200
_CRATES_PER_SHIPMENT = 230 / 64
_G_PER_SHIPMENT = 1_900_000 / 64


def _owner(van: int) -> int:
    cycle, kind = divmod(van, len(VANS))
    return cycle * len(TRADES) + VANS[kind].owner


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectiveShape:
    """How large a collective is.

    Parameters
    ----------
    shipments
        Producer and point pairs with an order, at most ``farms * points`` and at least as many as
        there are farms, and points.
    vans
        At most five for every twelve farms: who owns which van goes by trade.

    Raises
    ------
    ValueError
        When the numbers do not fit each other.
    """

    farms: int = 12
    points: int = 9
    shipments: int = 64
    vans: int = 5

    def __post_init__(self) -> None:
        if min(self.farms, self.points, self.vans) < 1:
            raise ValueError("a collective has farms, points and vans")
        if not max(self.farms, self.points) <= self.shipments <= self.farms * self.points:
            raise ValueError(f"{self.shipments} shipments do not fit {self.farms}x{self.points}")
        if max(_owner(k) for k in range(self.vans)) >= self.farms:
            raise ValueError(f"{self.farms} farms do not own {self.vans} vans")


STORY = CollectiveShape()
"""The collective of the demonstration: 12 farms, 9 points, 64 shipments, 5 vans."""


def collective_on(
    network: RoadNetwork,
    *,
    seed: int = 1,
    week_start: dt.date = dt.date(2026, 11, 23),
    shape: CollectiveShape = STORY,
    territory: str = "",
    outlets: Sequence[Outlet] = OUTLETS,
) -> Case:
    """Return a collective on a road network: at its named places, or else at its junctions.

    Parameters
    ----------
    seed
        Chooses places, pairs and quantities.
    week_start
        First day of the week, a Monday.
    territory
        Name for people; by default that of the largest town or village of the extract.
    outlets
        Kinds of points, in turn.

    Raises
    ------
    ValueError
        When the territory has too few places within reach of each other.
    """
    named, junctions, usual = cast(network)
    return collective_of(
        named,
        junctions,
        seed=seed,
        week_start=week_start,
        shape=shape,
        territory=territory or usual,
        invented=network.invented,
        outlets=outlets,
    )


def cast(network: RoadNetwork) -> tuple[list[NamedPlace], list[Position], str]:
    """Return the named places beside roads, junctions where there are none, the territory's name.

    That name is of the largest town or village, else that of the extract.
    """
    places = network.places.all
    gaps_m = network.snap([place.position for place in places]).gap_m.tolist() if places else []
    named = [place for place, gap_m in zip(places, gaps_m, strict=True) if gap_m <= _BESIDE_ROAD_M]
    peopled = [place for place in named if place.name and place.population]
    name = max(peopled, key=lambda place: place.population or 0).name if peopled else network.name
    return named, [] if named else _junctions(network), name


def _junctions(network: RoadNetwork) -> list[Position]:
    """Return where at least three roads meet, in an order that depends on the network alone."""
    graph = network.to_networkx()
    return sorted(
        (
            Position(lat=float(at["y"]), lon=float(at["x"]))
            for node, at in graph.nodes(data=True)
            if len({*graph.successors(node), *graph.predecessors(node)}) >= 3
        ),
        key=lambda position: (position.lat, position.lon),
    )


def collective_of(
    named: Sequence[NamedPlace],
    junctions: Sequence[Position],
    *,
    seed: int,
    week_start: dt.date,
    shape: CollectiveShape = STORY,
    territory: str = "",
    outlets: Sequence[Outlet] = OUTLETS,
    invented: bool = False,
) -> Case:
    """Return a collective on named places; where there is none, on unnamed road junctions."""
    random = Random(seed)  # noqa: S311  an example, not a secret
    spots = Spots(named, junctions, random)
    sites = _points(spots, shape, outlets)
    producers = _producers(spots, shape)
    return Case(
        week=Week(first_date=week_start),
        producers=producers,
        sites=sites,
        vehicles=_vehicles(producers, shape),
        orders=_orders(random, producers, sites, shape),
        territory=territory,
        invented=invented,
    )


class Spots:
    """Hands out places, each once, all within reach of the first one."""

    def __init__(
        self, named: Sequence[NamedPlace], junctions: Sequence[Position], random: Random
    ) -> None:
        self._random = random
        self._by_kind: dict[str, list[NamedPlace]] = {}
        for place in named:
            self._by_kind.setdefault(place.kind, []).append(place)
        self._by_kind[""] = [NamedPlace(name="", kind="", position=at) for at in junctions]
        self._centre: Position | None = None
        self._taken: list[tuple[str, Position]] = []

    def take(self, role: str, kinds: Iterable[str], apart_m: float) -> NamedPlace:
        """Return a free place of the first of ``kinds`` that has one.

        Parameters
        ----------
        apart_m
            Kept from places of the same role while the territory is large enough, then halved.
        """
        wished = (*kinds, "")
        while apart_m > 1:
            for kind in wished:
                free = [p for p in self._by_kind.get(kind, ()) if self._free(role, p, apart_m)]
                if free:
                    chosen = self._random.choice(free)
                    self._taken.append((role, chosen.position))
                    self._centre = self._centre or chosen.position
                    return chosen
            apart_m /= 2
        raise ValueError(f"the territory has too few places for one more {role}")

    def _free(self, role: str, place: NamedPlace, apart_m: float) -> bool:
        at = place.position
        if self._centre and distance_m(self._centre, at) > _REACH_M:
            return False
        return all(
            distance_m(at, other) >= (apart_m if role == other_role else 1)
            for other_role, other in self._taken
        )


def _points(spots: Spots, shape: CollectiveShape, outlets: Sequence[Outlet]) -> tuple[Site, ...]:
    found = []
    for number in range(shape.points):
        outlet = outlets[number % len(outlets)]
        place = spots.take(outlet.kind, outlet.kinds, 4_000)
        name = place.name
        if outlet.label.casefold() not in name.casefold():
            name = f"{outlet.label} – {name}" if name else f"{outlet.label} n° {number + 1}"
        found.append(
            Site(
                id=f"L{number + 1:02d}",
                name=name,
                kind=outlet.kind,
                position=place.position,
                windows=outlet.windows,
                setup_s=outlet.setup_s,
                service_s_per_crate=outlet.service_s_per_crate,
            )
        )
    return tuple(found)


def _producers(spots: Spots, shape: CollectiveShape) -> tuple[Producer, ...]:
    found = []
    for number in range(shape.farms):
        place = spots.take("farm", _FARM_KINDS, 3_000)
        cycle, trade = divmod(number, len(TRADES))
        brands = TRADES[trade].brands
        name = brands[cycle % len(brands)]
        if cycle >= len(brands):
            name = f"{name} {cycle // len(brands) + 1}"
        farm = Site(
            id=f"F{number + 1:02d}",
            name=f"{name} ({place.name})" if place.name else name,
            kind=SiteKind.FARM,
            position=place.position,
            windows=FARM_HOURS,
            setup_s=300,
            service_s_per_crate=20,
        )
        found.append(Producer(id=farm.id, name=name, farm=farm))
    return tuple(found)


def _vehicles(producers: Sequence[Producer], shape: CollectiveShape) -> tuple[Vehicle, ...]:
    found = []
    for number in range(shape.vans):
        van, owner = VANS[number % len(VANS)], producers[_owner(number)]
        found.append(
            Vehicle(
                id=f"V{number + 1}",
                name=f"{van.label} – {owner.name}",
                owner_id=owner.id,
                start_site_id=owner.id,
                end_site_id=owner.id,
                shifts=van.shifts,
                capacity_g=van.capacity_g,
                capacity_crates=van.capacity_crates,
                temperatures=van.temperatures,
                cents_per_km=van.cents_per_km,
            )
        )
    return tuple(found)


def _orders(
    random: Random, producers: Sequence[Producer], sites: Sequence[Site], shape: CollectiveShape
) -> tuple[Order, ...]:
    pairs = _pairs(random, shape)
    trades = [_trade(farm) for farm, _ in pairs]
    crates = _crates(random, trades, round(_CRATES_PER_SHIPMENT * len(pairs)))
    rough_g = [
        n * t.kg_per_crate * random.uniform(0.85, 1.15) for n, t in zip(crates, trades, strict=True)
    ]
    scale = _G_PER_SHIPMENT * len(pairs) / sum(rough_g)
    return tuple(
        Order(
            id=f"C{number + 1:03d}",
            producer_id=producers[farm].id,
            site_id=sites[point].id,
            crates=count,
            mass_g=round(rough * scale / 100) * 100,
            temperature=trade.temperature,
            days=frozenset({Weekday.THURSDAY, Weekday.FRIDAY}),
            value_cents=round(count * trade.euros_per_crate * random.uniform(8.5, 11.5)) * 10,
        )
        for number, ((farm, point), count, rough, trade) in enumerate(
            zip(pairs, crates, rough_g, trades, strict=True)
        )
    )


def _trade(farm: int) -> Trade:
    return TRADES[farm % len(TRADES)]


def _pairs(random: Random, shape: CollectiveShape) -> list[tuple[int, int]]:
    """Return who sells where: every farm and every point at least once, the rest by chance."""
    farms, points = list(range(shape.farms)), list(range(shape.points))
    random.shuffle(farms)
    random.shuffle(points)
    chosen = {
        (farms[i % shape.farms], points[i % shape.points])
        for i in range(max(shape.farms, shape.points))
    }
    rest = [(f, p) for f in range(shape.farms) for p in range(shape.points)]
    rest = [pair for pair in rest if pair not in chosen]
    chosen.update(random.sample(rest, shape.shipments - len(chosen)))
    return sorted(chosen)


def _crates(random: Random, trades: Sequence[Trade], total: int) -> list[int]:
    """Return crates of each shipment, usual for its trade, summing to ``total``."""
    crates = [random.randint(*trade.crates) for trade in trades]
    while (gap := total - sum(crates)) != 0:
        one = random.randrange(len(crates))
        if gap > 0 or crates[one] > 1:
            crates[one] += 1 if gap > 0 else -1
    return crates
