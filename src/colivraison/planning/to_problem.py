"""From the words of the trade to the solver's indices: the way in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from colivraison.domain import (
    Action,
    ApartScope,
    Driver,
    KeptApart,
    Order,
    Site,
    TravelMatrix,
    Unserved,
    UnservedCode,
    Vehicle,
    Week,
)
from colivraison.pdptw import (
    Activity,
    ClassConflict,
    ConflictScope,
    Problem,
    Shipment,
    serves_alone,
)
from colivraison.pdptw import Vehicle as SolverVehicle
from colivraison.planning.handling_hours import handling_hours
from colivraison.planning.minimums import Minimums
from colivraison.planning.shipments import GroupedOrders, group_orders, holds, one_by_one
from colivraison.planning.travel import solver_tables
from colivraison.planning.van_days import VanDay, exclusive_van_days, van_days_of
from colivraison.units import TimeWindow

__all__ = ["Translation", "problem_of_groups", "to_problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A problem together with what its indices mean.

    Parameters
    ----------
    shipments, van_days, location_ids
        In the order of the problem's indices.
    hopeless
        Orders that no solver needs to see, with the reason.
    with_own_drivers
        The same problem if every van had a driver of its own; None where that is so.
    """

    problem: Problem
    shipments: tuple[GroupedOrders, ...]
    van_days: tuple[VanDay, ...]
    location_ids: tuple[str, ...]
    hopeless: tuple[Unserved, ...]
    with_own_drivers: Problem | None = None


def to_problem(
    *,
    week: Week,
    places: Mapping[str, Site],
    vehicles: Sequence[Vehicle],
    orders: Iterable[Order],
    matrix: TravelMatrix,
    kept_apart: Sequence[KeptApart] = (),
    minimums: Minimums | None = None,
    drivers: Sequence[Driver] | None = None,
    ready_s: Callable[[Sequence[Order]], int] = lambda _: 0,
    labels: Mapping[str, str] | None = None,
) -> Translation:
    """Return the solver's problem for some orders and vans.

    Parameters
    ----------
    kept_apart
        Who and what does not travel together.
    minimums
        Below which a producer brings nothing to a place; None: there are none.
    drivers
        Who drives; None: every van has a driver of its own.
    labels
        See `group_orders`.
    places
        Every site by id; each that is used stands in ``matrix``.
    ready_s
        When some orders stand ready (`Case.ready_s`).
    """
    groups = group_orders(orders, vehicles, ready_s, labels=labels)
    while True:
        found = problem_of_groups(
            week=week,
            places=places,
            vehicles=vehicles,
            groups=groups,
            matrix=matrix,
            kept_apart=kept_apart,
            minimums=minimums,
            drivers=drivers,
        )
        too_much = {
            shipment.id
            for number, shipment in enumerate(found.shipments)
            if len(shipment.orders) > 1
            and all(
                serves_alone(found.problem, v, number) is None for v in range(len(found.van_days))
            )
        }
        if not too_much:
            return found
        groups = tuple(
            part
            for shipment in groups
            for part in (one_by_one(shipment) if shipment.id in too_much else (shipment,))
        )


def problem_of_groups(
    *,
    week: Week,
    places: Mapping[str, Site],
    vehicles: Sequence[Vehicle],
    groups: Sequence[GroupedOrders],
    matrix: TravelMatrix,
    kept_apart: Sequence[KeptApart] = (),
    minimums: Minimums | None = None,
    drivers: Sequence[Driver] | None = None,
) -> Translation:
    """Return the solver's problem for orders that are grouped already; see `to_problem`.

    A group that no van may carry as it is comes as its orders one by one, or as hopeless.
    """
    used = {v.start_site_id for v in vehicles} | {v.end_site_id for v in vehicles}
    used |= {g.producer_id for g in groups} | {g.site_id for g in groups}
    names, ids, tables = solver_tables(matrix, used)
    index_of = {site_id: index for index, site_id in enumerate(ids)}
    van_days = van_days_of(vehicles, drivers, week)
    on_duty = van_days if drivers is None else van_days_of(vehicles, None, week)
    # A dimension of the load only where somebody counts it.
    litres = sum(group.litres for group in groups)
    if all(vehicle.capacity_litres is None for vehicle in vehicles):
        litres = 0

    def solver_vehicles(some: Sequence[VanDay]) -> tuple[SolverVehicle, ...]:
        return tuple(_solver_vehicle(one, index_of, names, litres=litres) for one in some)

    fleet = _Fleet(
        on_duty=on_duty,
        driven=van_days,
        vehicles=solver_vehicles(on_duty),
        own_drivers=drivers is None,
    )
    bare = Problem(
        tables=tables,
        setup_s=tuple(places[site_id].setup_s for site_id in ids),
        vehicles=solver_vehicles(van_days),
        shipments=(),
        exclusive=exclusive_van_days(van_days),
    )

    def sorted_out(some: Sequence[GroupedOrders]) -> _SortedOut:
        return _sorted_out(some, week, places, fleet, index_of, by_volume=litres > 0)

    kept, solver_shipments, hopeless = sorted_out(groups)
    shipments, conflicts = _told_apart(solver_shipments, kept, kept_apart)
    problem = replace(
        bare,
        shipments=shipments,
        conflicts=conflicts,
        groups=() if minimums is None else minimums.groups(kept),
    )
    return Translation(
        problem=problem,
        shipments=tuple(kept),
        van_days=van_days,
        location_ids=ids,
        hopeless=tuple(hopeless),
        with_own_drivers=fleet.with_own_drivers(problem, kept),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fleet:
    """The vans on their shifts, and the same with those who drive them.

    Parameters
    ----------
    vehicles
        The solver's, of ``on_duty``.
    own_drivers
        Whether every van has a driver of its own: then both are one.
    """

    on_duty: Sequence[VanDay]
    driven: Sequence[VanDay]
    vehicles: tuple[SolverVehicle, ...]
    own_drivers: bool

    def with_own_drivers(self, problem: Problem, groups: Sequence[GroupedOrders]) -> Problem | None:
        """Return a problem as if every van had a driver of its own; None where that is so."""
        if self.own_drivers:
            return None
        return replace(
            problem,
            vehicles=self.vehicles,
            shipments=tuple(
                replace(shipment, vehicles=frozenset(_able(group, self.on_duty)))
                for shipment, group in zip(problem.shipments, groups, strict=True)
            ),
            exclusive=(),
        )


def _able(shipment: GroupedOrders, van_days: Sequence[VanDay]) -> list[int]:
    """Return the van-days that keep a shipment cold, take it and hold it."""
    mass_g, crates, litres = shipment.mass_g, shipment.crates, shipment.litres
    return [
        index
        for index, van_day in enumerate(van_days)
        if shipment.orders[0].keeps_cold_in(van_day.vehicle)
        and shipment.orders[0].is_welcome_in(van_day.vehicle)
        and holds(van_day.vehicle, mass_g=mass_g, crates=crates, litres=litres)
    ]


_SortedOut = tuple[list[GroupedOrders], list[Shipment], list[Unserved]]


def _sorted_out(
    groups: Sequence[GroupedOrders],
    week: Week,
    places: Mapping[str, Site],
    fleet: _Fleet,
    index_of: Mapping[str, int],
    *,
    by_volume: bool,
) -> _SortedOut:
    """Return the shipments the solver sees, as words and as indices, and the orders it does not."""
    kept: list[GroupedOrders] = []
    solver_shipments: list[Shipment] = []
    hopeless: list[Unserved] = []
    waiting = list(reversed(groups))
    while waiting:
        shipment = waiting.pop()
        code, solver_shipment = _translate(
            shipment, week, places, fleet, index_of, by_volume=by_volume
        )
        if solver_shipment is not None:
            kept.append(shipment)
            solver_shipments.append(solver_shipment)
        elif len(shipment.orders) > 1:
            # Together they may need a van that never meets the site; one by one, perhaps not.
            waiting += reversed(one_by_one(shipment))
        else:
            hopeless.append(Unserved(order_id=shipment.orders[0].id, code=code))
    return kept, solver_shipments, hopeless


_SCOPES = {
    ApartScope.ROUND: ConflictScope.ROUTE,
    ApartScope.ON_BOARD: ConflictScope.ON_BOARD,
}


def _told_apart(
    shipments: Sequence[Shipment], groups: Sequence[GroupedOrders], kept_apart: Sequence[KeptApart]
) -> tuple[tuple[Shipment, ...], tuple[ClassConflict, ...]]:
    """Return shipments with load classes, and the conflicts between these.

    Of one class are all that are alike to everything that is kept apart; who is alike to nothing
    has the class 0, which has no conflict.
    """
    names = sorted({name for apart in kept_apart for name in (apart.first, apart.second)})
    likeness = [
        frozenset(name for name in names if group.orders[0].is_of(name)) for group in groups
    ]
    classes = {alike: n for n, alike in enumerate(dict.fromkeys([frozenset(), *likeness]))}
    conflicts = {
        (min(one, other), max(one, other), _SCOPES[apart.scope])
        for apart in kept_apart
        for first, one in classes.items()
        for second, other in classes.items()
        if one != other and apart.first in first and apart.second in second
    }
    return (
        tuple(
            replace(shipment, load_class=classes[alike]) if alike else shipment
            for shipment, alike in zip(shipments, likeness, strict=True)
        ),
        tuple(
            ClassConflict(first=first, second=second, scope=scope)
            for first, second, scope in sorted(conflicts)
        ),
    )


def _solver_vehicle(
    van_day: VanDay, index_of: Mapping[str, int], names: Sequence[str], *, litres: int
) -> SolverVehicle:
    """Return the solver's vehicle; ``litres`` of all orders, 0 where no volume counts."""
    vehicle = van_day.vehicle
    capacity = [vehicle.capacity_g, vehicle.capacity_crates]
    if litres:
        capacity.append(litres if vehicle.capacity_litres is None else vehicle.capacity_litres)
    return SolverVehicle(
        start=index_of[vehicle.start_site_id],
        end=index_of[vehicle.end_site_id],
        shift=van_day.shift,
        capacity=tuple(capacity),
        cents_per_km=vehicle.cents_per_km,
        cents_per_hour=vehicle.cents_per_hour,
        cents_per_use=vehicle.cents_per_use,
        table=names.index(vehicle.profile),
    )


def _why_no_day(
    shipment: GroupedOrders, farm: Site, site: Site, vans: Sequence[Vehicle], week: Week
) -> UnservedCode:
    """Return what keeps a farm, a site and every van apart: their hours, or whose days."""
    driven = {date for van in vans for date in van.duty_dates(week)} & farm.open_dates(week)
    if driven & site.open_dates(week, shipment.days):
        return UnservedCode.NO_COMMON_HOURS
    if driven & site.open_dates(week):
        return UnservedCode.DAYS_NOT_SERVED
    return UnservedCode.NO_COMMON_DAY


def _meet(shifts: Iterable[TimeWindow], *places: Sequence[TimeWindow]) -> bool:
    """Return whether every place is open in one and the same shift."""
    return any(
        all(any(window.meet(shift) for window in windows) for windows in places) for shift in shifts
    )


def _translate(
    shipment: GroupedOrders,
    week: Week,
    places: Mapping[str, Site],
    fleet: _Fleet,
    index_of: Mapping[str, int],
    *,
    by_volume: bool,
) -> tuple[UnservedCode, Shipment | None]:
    if not fleet.on_duty:
        return UnservedCode.NO_VEHICLE, None
    cold = [one for one in fleet.on_duty if shipment.orders[0].keeps_cold_in(one.vehicle)]
    if not cold:
        return UnservedCode.NO_VEHICLE_TEMPERATURE, None
    if not any(shipment.orders[0].is_welcome_in(one.vehicle) for one in cold):
        return UnservedCode.NO_VEHICLE_WILLING, None
    able = [fleet.on_duty[index] for index in _able(shipment, fleet.on_duty)]
    if not able:
        return UnservedCode.NO_VEHICLE_CAPACITY, None
    farm, site = places[shipment.producer_id], places[shipment.site_id]
    pickup = handling_hours(farm, week, Action.PICKUP, shipment.orders, ready_s=shipment.ready_s)
    delivery = handling_hours(site, week, Action.DELIVERY, shipment.orders)
    shifts = [one.shift for one in able]
    if not _meet(shifts, pickup, delivery):
        if _meet(shifts, farm.hours(week), delivery):
            return UnservedCode.READY_TOO_LATE, None
        return _why_no_day(shipment, farm, site, [one.vehicle for one in able], week), None
    driven = _able(shipment, fleet.driven)
    crates, litres = shipment.crates, shipment.litres
    return UnservedCode.NO_ROOM_LEFT, Shipment(
        pickup=Activity(
            location=index_of[farm.id], windows=pickup, service_s=farm.handling_s(crates)
        ),
        delivery=Activity(
            location=index_of[site.id], windows=delivery, service_s=site.handling_s(crates)
        ),
        demand=(shipment.mass_g, crates, *([litres] if by_volume else [])),
        vehicles=frozenset(driven),
        max_on_board_s=shipment.orders[0].longest_on_board_s,
    )
