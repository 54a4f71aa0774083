"""Order lines of one producer for one site become one shipment, where a van can hold it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from colivraison.domain import Order, TemperatureClass, Vehicle, Weekday

__all__ = ["GroupedOrders", "group_orders", "one_by_one"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedOrders:
    """Orders that are loaded and unloaded together: one pickup, one delivery."""

    id: str
    producer_id: str
    site_id: str
    temperature: TemperatureClass
    days: frozenset[Weekday]
    orders: tuple[Order, ...]

    @property
    def crates(self) -> int:
        """Crates of all its orders."""
        return sum(order.crates for order in self.orders)

    @property
    def mass_g(self) -> int:
        """Grams of all its orders."""
        return sum(order.mass_g for order in self.orders)


def group_orders(orders: Iterable[Order], vehicles: Sequence[Vehicle]) -> tuple[GroupedOrders, ...]:
    """Return shipments: as few as possible that each still fit some van that may carry them.

    Orders go together when producer, site, temperature and allowed days agree.  A group too large
    for every van is split, largest orders first (first-fit decreasing); an order too large by
    itself stays alone and is later reported as unserved.
    """
    alike: dict[tuple[str, str, TemperatureClass, frozenset[Weekday]], list[Order]] = defaultdict(
        list
    )
    for order in orders:
        alike[(order.producer_id, order.site_id, order.temperature, order.days)].append(order)
    shipments: list[GroupedOrders] = []
    for (producer_id, site_id, temperature, days), members in alike.items():
        able = [v for v in vehicles if temperature in v.temperatures]
        shipments += [
            GroupedOrders(
                id=bundle[0].id,
                producer_id=producer_id,
                site_id=site_id,
                temperature=temperature,
                days=days,
                orders=tuple(bundle),
            )
            for bundle in _bundles(members, able)
        ]
    return tuple(shipments)


def one_by_one(shipment: GroupedOrders) -> tuple[GroupedOrders, ...]:
    """Return a shipment's orders as shipments of their own."""
    return tuple(replace(shipment, id=order.id, orders=(order,)) for order in shipment.orders)


def _bundles(orders: list[Order], vehicles: Sequence[Vehicle]) -> list[list[Order]]:
    def fits(bundle: list[Order]) -> bool:
        mass_g = sum(order.mass_g for order in bundle)
        crates = sum(order.crates for order in bundle)
        return any(mass_g <= v.capacity_g and crates <= v.capacity_crates for v in vehicles)

    if fits(orders):
        return [orders]
    bundles: list[list[Order]] = []
    for order in sorted(orders, key=lambda o: (-o.mass_g, -o.crates, o.id)):
        home = next((bundle for bundle in bundles if fits([*bundle, order])), None)
        if home is None:
            bundles.append([order])
        else:
            home.append(order)
    return bundles
