"""A case: one collective's week, as given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from colivraison.domain.actors import Order, Producer, Vehicle
from colivraison.domain.calendar import DayWindow, Week, Weekday
from colivraison.domain.cycle import OrderCycle
from colivraison.domain.drivers import Driver
from colivraison.domain.minimums import OrderMinimum
from colivraison.domain.place import Site
from colivraison.domain.practice import Practice
from colivraison.domain.prices import USUAL_PRICES, Price
from colivraison.domain.recurrence import RecurringOrder
from colivraison.domain.refusals import KeptApart
from colivraison.errors import Fault, InputError, Where

__all__ = ["CASE_VERSION", "Case", "ReferenceVan", "Settings"]

CASE_VERSION = 1


def _working_hours() -> tuple[DayWindow, ...]:
    return tuple(
        DayWindow(weekday=weekday, opens_s=6 * 3600, closes_s=20 * 3600) for weekday in Weekday
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceVan:
    """The van a producer without one is lent when we ask what driving alone would cost.

    Costs: the usual ones (`prices`).  Size: a small van of 3.5 m3, 600 kg (story 1 of the reference
    on the trade).
    """

    capacity_g: int = 600_000
    capacity_crates: int = 80
    capacity_litres: int = 3_500
    cents_per_km: int = USUAL_PRICES[Price.PER_KM].cents
    cents_per_hour: int = USUAL_PRICES[Price.PER_HOUR].cents
    cents_per_use: int = 0
    profile: str = "van"
    shifts: tuple[DayWindow, ...] = field(default_factory=_working_hours)

    def __post_init__(self) -> None:
        if not self.shifts:
            raise ValueError("the reference van needs a shift")
        if min(self.capacity_g, self.capacity_crates, self.capacity_litres) < 0:
            raise ValueError("negative capacity of the reference van")
        if min(self.cents_per_km, self.cents_per_hour, self.cents_per_use) < 0:
            raise ValueError("negative cost of the reference van")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for the whole case.

    Parameters
    ----------
    gco2e_per_km
        Of vehicles that do not say what they run on: a van at 9 l/100 km of road diesel, 3.17 kg
        CO2e per litre (``EMISSION_FACTORS``), 285 g.
    new_point_crates, new_point_g
        Size of the trial drop with which a new distribution point is priced.
    new_point_max_detour_s
        Longest detour for which a new point is suggested.
    cycle
        When orders are taken, and for which distribution.
    cost_alert_percent
        Delivery cost over value of the goods above which a drop, a round or a member is pointed
        out: 20 % (La France Agricole, article 733135); at least 1, at most 100.
    """

    gco2e_per_km: int = 285
    reference_van: ReferenceVan = field(default_factory=ReferenceVan)
    new_point_crates: int = 6
    new_point_g: int = 48_000
    new_point_max_detour_s: int = 900
    cycle: OrderCycle = field(default_factory=OrderCycle)
    cost_alert_percent: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.cost_alert_percent <= 100:
            raise ValueError("the limit of the delivery cost is 1 to 100 %")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One collective's week: who sells, where it goes, what carries it.

    Parameters
    ----------
    orders
        Those of the week, with what comes back of ``recurring`` (`recurrence.occurrences`).
    kept_apart
        Who and what does not travel together.
    minimums
        Below which a producer brings nothing to a place.
    recurring
        The orders that come back, this week or in others.
    drivers
        Who drives, one van at a time; none: every van has a driver of its own.
    practices
        What producers say they drive today, for comparison; no plan depends on it.
    territory
        Name shown to people; "" where unknown.
    invented
        True for a demonstration territory that exists nowhere: maps then say so.

    Raises
    ------
    InputError
        When its parts contradict each other; every contradiction is listed.
    """

    week: Week
    producers: tuple[Producer, ...]
    sites: tuple[Site, ...]
    vehicles: tuple[Vehicle, ...]
    orders: tuple[Order, ...]
    settings: Settings = field(default_factory=Settings)
    kept_apart: tuple[KeptApart, ...] = ()
    minimums: tuple[OrderMinimum, ...] = ()
    practices: tuple[Practice, ...] = ()
    territory: str = ""
    invented: bool = False
    recurring: tuple[RecurringOrder, ...] = ()
    drivers: tuple[Driver, ...] = ()

    def __post_init__(self) -> None:
        faults = list(_contradictions(self))
        if faults:
            raise InputError(faults)

    @property
    def places(self) -> dict[str, Site]:
        """Every site by id, farms included."""
        return {p.id: p.farm for p in self.producers} | {s.id: s for s in self.sites}

    @property
    def minimum_of(self) -> dict[tuple[str, str], OrderMinimum]:
        """By producer and site with orders, the minimum that holds there."""
        named = {(one.producer_id, one.site_id): one for one in self.minimums}
        found: dict[tuple[str, str], OrderMinimum] = {}
        for order in self.orders:
            pair = order.producer_id, order.site_id
            minimum = named.get(pair) or named.get((order.producer_id, ""))
            if minimum is not None:
                found[pair] = minimum
        return found

    def ready_s(self, orders: Iterable[Order]) -> int:
        """Return from when on some orders stand ready together, in seconds of the horizon.

        0 where all are ready before it begins: an order is ready its producer's preparation time
        after it was placed.
        """
        placed = [order for order in orders if order.ordered_at is not None]
        if not placed:
            return 0
        makers = {order.producer_id for order in placed}
        takes_s = {one.id: one.preparation_s for one in self.producers if one.id in makers}
        return max(0, *(self._placed_s(one) + takes_s.get(one.producer_id, 0) for one in placed))

    def _placed_s(self, order: Order) -> int:
        at = order.ordered_at
        return 0 if at is None else self.week.elapsed_s(at.date, at.clock_s)


def _contradictions(case: Case) -> list[Fault]:
    """Return what two or more parts of a case say against each other.

    The readers of files check the same rules with the row and column of each fault; this is the
    guard for cases built in code.
    """
    faults: list[Fault] = []
    for kind, ids in (
        ("place", [p.id for p in case.producers] + [s.id for s in case.sites]),
        ("vehicle", [v.id for v in case.vehicles]),
        ("driver", [one.id for one in case.drivers]),
        ("order", [o.id for o in case.orders] + [one.id for one in case.recurring]),
    ):
        counts = Counter(ids)
        faults += [
            Fault(code="reserved_id", value=name, details={"table": kind})
            for name in ids
            if "~" in name
        ]
        faults += [
            Fault(code="duplicate_id", value=name, details={"table": kind})
            for name, count in counts.items()
            if count > 1
        ]
    producers = {p.id for p in case.producers}
    places = producers | {s.id for s in case.sites}
    for index, order in enumerate((*case.orders, *(one.order for one in case.recurring))):
        where = Where(sheet="orders", pointer=f"/orders/{index}")
        if order.producer_id not in producers:
            faults.append(Fault(code="unknown_producer", where=where, value=order.producer_id))
        if order.site_id not in places:
            faults.append(Fault(code="unknown_site", where=where, value=order.site_id))
        if order.site_id == order.producer_id:
            faults.append(Fault(code="order_to_own_farm", where=where, value=order.site_id))
    for index, vehicle in enumerate(case.vehicles):
        where = Where(sheet="vehicles", pointer=f"/vehicles/{index}")
        if vehicle.owner_id and vehicle.owner_id not in producers:
            faults.append(Fault(code="unknown_owner", where=where, value=vehicle.owner_id))
        for producer_id in sorted(vehicle.carries_for - producers):
            faults.append(Fault(code="unknown_producer", where=where, value=producer_id))
        for site_id in (vehicle.start_site_id, vehicle.end_site_id):
            if site_id not in places:
                faults.append(Fault(code="unknown_site", where=where, value=site_id))
    vehicles = {v.id for v in case.vehicles}
    for index, driver in enumerate(case.drivers):
        where = Where(sheet="drivers", pointer=f"/drivers/{index}")
        for vehicle_id in sorted(driver.vehicles - vehicles):
            faults.append(Fault(code="unknown_vehicle", where=where, value=vehicle_id))
    told: set[tuple[str, str]] = set()
    for index, minimum in enumerate(case.minimums):
        where = Where(sheet="minimums", pointer=f"/minimums/{index}")
        if minimum.producer_id not in producers:
            faults.append(Fault(code="unknown_producer", where=where, value=minimum.producer_id))
        if minimum.site_id and minimum.site_id not in places:
            faults.append(Fault(code="unknown_site", where=where, value=minimum.site_id))
        pair = minimum.producer_id, minimum.site_id
        if pair in told:
            faults.append(Fault(code="minimum_twice", where=where, value=minimum.producer_id))
        told.add(pair)
    for index, practice in enumerate(case.practices):
        where = Where(sheet="practices", pointer=f"/practices/{index}")
        if practice.producer_id not in producers:
            faults.append(Fault(code="unknown_producer", where=where, value=practice.producer_id))
        for site_id in practice.site_ids:
            if site_id not in places:
                faults.append(Fault(code="unknown_site", where=where, value=site_id))
    return faults
