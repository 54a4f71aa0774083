"""Order lines of one producer for one site become one shipment, where a van can hold it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from colivraison.domain import Order, TemperatureClass, Vehicle, Weekday

__all__ = ["GroupedOrders", "group_orders", "grouped", "holds", "likeness", "one_by_one"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedOrders:
    """Orders that are loaded and unloaded together: one pickup, one delivery."""

    id: str
    producer_id: str
    site_id: str
    temperature: TemperatureClass
    days: frozenset[Weekday]
    max_on_board_s: int | None
    boxed_s: int | None
    ready_s: int
    orders: tuple[Order, ...]

    @property
    def crates(self) -> int:
        """Crates of all its orders."""
        return sum(order.crates for order in self.orders)

    @property
    def litres(self) -> int:
        """Litres of all its orders."""
        return sum(order.litres for order in self.orders)

    @property
    def mass_g(self) -> int:
        """Grams of all its orders."""
        return sum(order.mass_g for order in self.orders)


def group_orders(
    orders: Iterable[Order],
    vehicles: Sequence[Vehicle],
    ready_s: Callable[[Sequence[Order]], int] = lambda _: 0,
    *,
    labels: Mapping[str, str] | None = None,
) -> tuple[GroupedOrders, ...]:
    """Return shipments: as few as possible that each still fit some van that may carry them.

    Orders go together when producer, site, kind of goods, temperature, box, time on board, allowed
    days and the moment when they are ready agree (`likeness`).  A group too large for every van is
    split, largest orders first (first-fit decreasing); an order too large by itself stays alone and
    is later reported as unserved.

    Parameters
    ----------
    ready_s
        When some orders stand ready (`Case.ready_s`).
    labels
        By order; those of different labels do not go together, nor do those with and without one.
    """
    labelled = labels or {}
    alike: dict[Hashable, list[Order]] = defaultdict(list)
    for order in orders:
        alike[likeness(order, ready_s), labelled.get(order.id)].append(order)
    shipments: list[GroupedOrders] = []
    for members in alike.values():
        one = members[0]
        able = [v for v in vehicles if one.keeps_cold_in(v) and one.is_welcome_in(v)]
        shipments += [grouped(bundle, ready_s=ready_s) for bundle in _bundles(members, able)]
    return tuple(shipments)


def likeness(order: Order, ready_s: Callable[[Sequence[Order]], int] = lambda _: 0) -> Hashable:
    """Return what has to agree for orders to go together; ``ready_s`` as in `group_orders`."""
    key = (order.producer_id, order.site_id, order.temperature, order.days)
    return (*key, order.max_on_board_s, order.boxed_s, order.goods, ready_s([order]))


def grouped(
    orders: Sequence[Order],
    shipment_id: str | None = None,
    *,
    ready_s: Callable[[Sequence[Order]], int] = lambda _: 0,
) -> GroupedOrders:
    """Return orders that are alike as one shipment, which bears the id of the first by default."""
    one = orders[0]
    return GroupedOrders(
        id=one.id if shipment_id is None else shipment_id,
        producer_id=one.producer_id,
        site_id=one.site_id,
        temperature=one.temperature,
        days=one.days,
        max_on_board_s=one.max_on_board_s,
        boxed_s=one.boxed_s,
        ready_s=ready_s([one]),
        orders=tuple(orders),
    )


def one_by_one(shipment: GroupedOrders) -> tuple[GroupedOrders, ...]:
    """Return a shipment's orders as shipments of their own."""
    return tuple(replace(shipment, id=order.id, orders=(order,)) for order in shipment.orders)


def holds(vehicle: Vehicle, *, mass_g: int, crates: int, litres: int) -> bool:
    """Return whether a van, empty, has room for so much."""
    return (
        mass_g <= vehicle.capacity_g
        and crates <= vehicle.capacity_crates
        and (vehicle.capacity_litres is None or litres <= vehicle.capacity_litres)
    )


def _bundles(orders: list[Order], vehicles: Sequence[Vehicle]) -> list[list[Order]]:
    def fits(bundle: list[Order]) -> bool:
        mass_g = sum(order.mass_g for order in bundle)
        crates = sum(order.crates for order in bundle)
        litres = sum(order.litres for order in bundle)
        return any(holds(v, mass_g=mass_g, crates=crates, litres=litres) for v in vehicles)

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
