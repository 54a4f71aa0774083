"""From the words of the trade to the solver's indices: the way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from colivraison.domain import (
    Order,
    Site,
    TravelMatrix,
    Unserved,
    UnservedCode,
    Vehicle,
    Week,
    Weekday,
)
from colivraison.pdptw import Activity, Problem, Shipment
from colivraison.pdptw import Vehicle as SolverVehicle
from colivraison.planning.shipments import GroupedOrders, group_orders
from colivraison.planning.travel import solver_tables
from colivraison.units import TimeWindow

__all__ = ["Translation", "VanDay", "handling_s", "site_windows", "to_problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VanDay:
    """One van on one shift: what the solver calls a vehicle."""

    vehicle: Vehicle
    shift: TimeWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A problem together with what its indices mean.

    Parameters
    ----------
    shipments, van_days, location_ids
        In the order of the problem's indices.
    hopeless
        Orders that no solver needs to see, with the reason.
    """

    problem: Problem
    shipments: tuple[GroupedOrders, ...]
    van_days: tuple[VanDay, ...]
    location_ids: tuple[str, ...]
    hopeless: tuple[Unserved, ...]


def site_windows(site: Site, shipment: GroupedOrders, week: Week) -> tuple[TimeWindow, ...]:
    """Return when a shipment may be handled at a site: its opening hours on the allowed days."""
    days = shipment.days or None
    if site.windows:
        return week.windows(site.windows, days)
    bounds = [week.day_bounds(date) for date in week.dates]
    if days is None:
        return (TimeWindow(start_s=bounds[0].start_s, end_s=bounds[-1].end_s),)
    return tuple(
        bound for date, bound in zip(week.dates, bounds, strict=True) if Weekday.of(date) in days
    )


def to_problem(
    *,
    week: Week,
    places: Mapping[str, Site],
    vehicles: Sequence[Vehicle],
    orders: Iterable[Order],
    matrix: TravelMatrix,
) -> Translation:
    """Return the solver's problem for some orders and vans.

    Parameters
    ----------
    places
        Every site by id; each that is used stands in ``matrix``.
    """
    wanted = tuple(orders)
    used = {v.start_site_id for v in vehicles} | {v.end_site_id for v in vehicles}
    used |= {o.producer_id for o in wanted} | {o.site_id for o in wanted}
    names, ids, tables = solver_tables(matrix, used)
    index_of = {site_id: index for index, site_id in enumerate(ids)}
    van_days = tuple(
        VanDay(vehicle=vehicle, shift=shift)
        for vehicle in vehicles
        for shift in week.windows(vehicle.shifts)
    )
    kept: list[GroupedOrders] = []
    solver_shipments: list[Shipment] = []
    hopeless: list[Unserved] = []
    for shipment in group_orders(wanted, vehicles):
        code, solver_shipment = _translate(shipment, week, places, van_days, index_of)
        if solver_shipment is None:
            hopeless += [Unserved(order_id=o.id, code=code) for o in shipment.orders]
        else:
            kept.append(shipment)
            solver_shipments.append(solver_shipment)
    problem = Problem(
        tables=tables,
        setup_s=tuple(places[site_id].setup_s for site_id in ids),
        vehicles=tuple(
            SolverVehicle(
                start=index_of[van_day.vehicle.start_site_id],
                end=index_of[van_day.vehicle.end_site_id],
                shift=van_day.shift,
                capacity=(van_day.vehicle.capacity_g, van_day.vehicle.capacity_crates),
                cents_per_km=van_day.vehicle.cents_per_km,
                cents_per_hour=van_day.vehicle.cents_per_hour,
                cents_per_use=van_day.vehicle.cents_per_use,
                table=names.index(van_day.vehicle.profile),
            )
            for van_day in van_days
        ),
        shipments=tuple(solver_shipments),
    )
    return Translation(
        problem=problem,
        shipments=tuple(kept),
        van_days=van_days,
        location_ids=ids,
        hopeless=tuple(hopeless),
    )


def handling_s(shipment: GroupedOrders, site: Site) -> int:
    """Return the seconds it takes to load or unload a shipment at a site.

    Goods counted by weight alone still take the time of one crate.
    """
    return max(shipment.crates, 1) * site.service_s_per_crate


def _translate(
    shipment: GroupedOrders,
    week: Week,
    places: Mapping[str, Site],
    van_days: Sequence[VanDay],
    index_of: Mapping[str, int],
) -> tuple[UnservedCode, Shipment | None]:
    if not van_days:
        return UnservedCode.NO_VEHICLE, None
    cold = [
        index
        for index, van_day in enumerate(van_days)
        if shipment.temperature in van_day.vehicle.temperatures
    ]
    if not cold:
        return UnservedCode.NO_VEHICLE_TEMPERATURE, None
    able = frozenset(
        index
        for index in cold
        if shipment.mass_g <= van_days[index].vehicle.capacity_g
        and shipment.crates <= van_days[index].vehicle.capacity_crates
    )
    if not able:
        return UnservedCode.NO_VEHICLE_CAPACITY, None
    farm, site = places[shipment.producer_id], places[shipment.site_id]
    pickup, delivery = site_windows(farm, shipment, week), site_windows(site, shipment, week)
    on_duty = [van_days[index].shift for index in able]
    if not all(
        any(window.meet(shift) for window in windows for shift in on_duty)
        for windows in (pickup, delivery)
    ):
        return UnservedCode.NO_COMMON_DAY, None
    return UnservedCode.NO_ROOM_LEFT, Shipment(
        pickup=Activity(
            location=index_of[farm.id], windows=pickup, service_s=handling_s(shipment, farm)
        ),
        delivery=Activity(
            location=index_of[site.id], windows=delivery, service_s=handling_s(shipment, site)
        ),
        demand=(shipment.mass_g, shipment.crates),
        vehicles=able,
    )
