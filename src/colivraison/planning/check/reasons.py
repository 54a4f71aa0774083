"""Checks why orders were left out: each reason is derived again from case and matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum

from colivraison.domain import (
    Case,
    Driver,
    Order,
    Round,
    TravelMatrix,
    Unserved,
    UnservedCode,
    Vehicle,
    Weekday,
    not_before,
)
from colivraison.planning.check.minimums import is_short
from colivraison.planning.check.readiness import ready_s
from colivraison.planning.check.violation import Part, Violation, ViolationCode
from colivraison.units import TimeWindow

__all__ = ["check_reasons"]


def check_reasons(
    case: Case,
    matrix: TravelMatrix,
    unserved: Sequence[Unserved],
    vehicles: Sequence[Vehicle],
    rounds: Sequence[Round],
    part: Part,
) -> list[Violation]:
    """Return the orders left out for a wrong reason, twice, or beside a van that could go.

    The drivers of the case drive the shared rounds alone; elsewhere the farmers do.
    """
    drivers = case.drivers if part is Part.SHARED and case.drivers else None
    orders = {o.id: o for o in case.orders}
    delivered = {i for r in rounds for s in r.stops for h in s.handlings for i in h.order_ids}
    served = [order for order in case.orders if order.id in delivered]
    found: list[Violation] = []
    for one in unserved:
        order = orders.get(one.order_id)
        if order is None:
            continue  # reported as unknown with the rounds
        if _reason_in_company(case, matrix, order, vehicles, drivers) is not one.code:
            details = {"order": order.id, "reason": one.code.value}
            found.append(Violation(code=ViolationCode.WRONG_REASON, part=part, details=details))
        found += [
            Violation(
                code=ViolationCode.ROOM_LEFT,
                part=part,
                details={"order": order.id, "vehicle": vehicle.id},
            )
            for vehicle in _idle_and_able(case, matrix, order, vehicles, drivers, rounds)[:1]
            # Alone it would have been below a minimum.
            if not is_short(case, order, served)
        ]
    twice = [o for o, count in Counter(u.order_id for u in unserved).items() if count > 1]
    found += [
        Violation(code=ViolationCode.UNSERVED_TWICE, part=part, details={"order": order_id})
        for order_id in twice
    ]
    return found


class _Trip(Enum):
    """How far a van gets with one order and nothing else."""

    ARRIVES = 1
    TOO_LONG = 2  # on board
    LATE = 3
    NO_ROAD = 4


def _reason_in_company(
    case: Case,
    matrix: TravelMatrix,
    order: Order,
    vehicles: Sequence[Vehicle],
    drivers: Sequence[Driver] | None,
) -> UnservedCode:
    """Return the reason of an order, which may be that too few others can go with it."""
    alone = _reason_with(case, matrix, order, vehicles, drivers)
    if alone is not UnservedCode.NO_ROOM_LEFT or not is_short(case, order, ()):
        return alone
    able = [
        other
        for other in case.orders
        if (other.producer_id, other.site_id) == (order.producer_id, order.site_id)
        and _reason_with(case, matrix, other, vehicles, drivers) is UnservedCode.NO_ROOM_LEFT
    ]
    return UnservedCode.BELOW_MINIMUM if is_short(case, order, able) else alone


def _reason_with(
    case: Case,
    matrix: TravelMatrix,
    order: Order,
    vehicles: Sequence[Vehicle],
    drivers: Sequence[Driver] | None,
) -> UnservedCode:
    """Return the reason of an order by itself, which may be that nobody drives a van that could."""
    own = _reason(case, matrix, order, vehicles)
    if own is not UnservedCode.NO_ROOM_LEFT or drivers is None:
        return own
    could = any(
        _keeps_cold(vehicle, order)
        and _takes(vehicle, order)
        and _holds(vehicle, order)
        and _trip(case, matrix, order, vehicle, window) is _Trip.ARRIVES
        for vehicle in vehicles
        for shift in vehicle.shifts_in(case.week)
        for driver in drivers
        for window in _shared(shift, vehicle, driver, driver.shifts_in(case.week))
    )
    return own if could else UnservedCode.NO_DRIVER


def _shared(
    shift: TimeWindow, vehicle: Vehicle, driver: Driver, hours: Iterable[TimeWindow]
) -> list[TimeWindow]:
    """Return when a driver may drive a van on its shift, of some of the driver's hours."""
    if driver.vehicles and vehicle.id not in driver.vehicles:
        return []
    return [
        TimeWindow(start_s=max(shift.start_s, one.start_s), end_s=min(shift.end_s, one.end_s))
        for one in hours
        if max(shift.start_s, one.start_s) < min(shift.end_s, one.end_s)
    ]


def _reason(
    case: Case, matrix: TravelMatrix, order: Order, vehicles: Sequence[Vehicle]
) -> UnservedCode:
    """Return the reason that follows from the case: the first test that no van passes."""
    driven = [v for v in vehicles if v.shifts_in(case.week)]
    if not driven:
        return UnservedCode.NO_VEHICLE
    cold = [v for v in driven if _keeps_cold(v, order)]
    if not cold:
        return UnservedCode.NO_VEHICLE_TEMPERATURE
    willing = [v for v in cold if _takes(v, order)]
    if not willing:
        return UnservedCode.NO_VEHICLE_WILLING
    able = [v for v in willing if _holds(v, order)]
    if not able:
        return UnservedCode.NO_VEHICLE_CAPACITY
    on_duty = [
        (vehicle, shift)
        for vehicle in able
        for shift in vehicle.shifts_in(case.week)
        if _open_in(case, order, shift)
    ]
    if not on_duty:
        shifts = [shift for vehicle in able for shift in vehicle.shifts_in(case.week)]
        at_once = replace(order, ordered_at=None)
        if any(_open_in(case, at_once, shift) for shift in shifts):
            return UnservedCode.READY_TOO_LATE
        return _reason_of_days(case, order, able)
    trips = {_trip(case, matrix, order, vehicle, shift) for vehicle, shift in on_duty}
    if _Trip.ARRIVES in trips:
        return UnservedCode.NO_ROOM_LEFT
    if _Trip.TOO_LONG in trips:
        return UnservedCode.TOO_LONG_ON_BOARD
    return UnservedCode.NO_COMMON_HOURS if _Trip.LATE in trips else UnservedCode.UNREACHABLE


def _reason_of_days(case: Case, order: Order, vehicles: Sequence[Vehicle]) -> UnservedCode:
    farm, site = case.places[order.producer_id], case.places[order.site_id]
    wanted = [
        date
        for date in case.week.dates
        if date in farm.open_dates(case.week)
        and date in site.open_dates(case.week)
        and any(date in vehicle.duty_dates(case.week) for vehicle in vehicles)
    ]
    if not wanted:
        return UnservedCode.NO_COMMON_DAY
    if order.days.isdisjoint(map(Weekday.of, wanted)) and order.days:
        return UnservedCode.DAYS_NOT_SERVED
    return UnservedCode.NO_COMMON_HOURS


def _idle_and_able(
    case: Case,
    matrix: TravelMatrix,
    order: Order,
    vehicles: Sequence[Vehicle],
    drivers: Sequence[Driver] | None,
    rounds: Sequence[Round],
) -> list[Vehicle]:
    """Return the vans with a shift without any round in which the order could ride alone.

    With a driver who has a shift without any round, too.
    """

    def windows(vehicle: Vehicle, shift: TimeWindow) -> list[TimeWindow]:
        if drivers is None:
            return [shift]
        return [
            window
            for driver in drivers
            for own in driver.shifts_in(case.week)
            if not _sets_out(rounds, own, driver_id=driver.id)
            for window in _shared(shift, vehicle, driver, [own])
        ]

    return [
        vehicle
        for vehicle in vehicles
        if _keeps_cold(vehicle, order) and _takes(vehicle, order) and _holds(vehicle, order)
        for shift in vehicle.shifts_in(case.week)
        if not _sets_out(rounds, shift, vehicle_id=vehicle.id)
        and any(
            _trip(case, matrix, order, vehicle, window) is _Trip.ARRIVES
            for window in windows(vehicle, shift)
        )
    ]


def _sets_out(
    rounds: Iterable[Round],
    shift: TimeWindow,
    *,
    vehicle_id: str | None = None,
    driver_id: str | None = None,
) -> bool:
    """Return whether a van or a driver sets out on a shift."""
    return any(
        shift.start_s <= one.stops[0].start_s <= shift.end_s
        for one in rounds
        if one.stops and (one.vehicle_id == vehicle_id or one.driver_id == driver_id)
    )


def _holds(vehicle: Vehicle, order: Order) -> bool:
    return (
        order.mass_g <= vehicle.capacity_g
        and order.crates <= vehicle.capacity_crates
        and (vehicle.capacity_litres is None or order.litres <= vehicle.capacity_litres)
    )


def _takes(vehicle: Vehicle, order: Order) -> bool:
    served = vehicle.carries_for
    return order.goods not in vehicle.refuses and (
        not served or order.producer_id in {vehicle.owner_id, *served}
    )


def _keeps_cold(vehicle: Vehicle, order: Order) -> bool:
    return order.boxed_s is not None or order.temperature in vehicle.temperatures


def _open_in(case: Case, order: Order, shift: TimeWindow) -> bool:
    places = case.places
    return all(
        any(window.meet(shift) for window in hours)
        for hours in (
            _loading_hours(case, order),
            places[order.site_id].hours(case.week, order.days),
        )
    )


def _loading_hours(case: Case, order: Order) -> tuple[TimeWindow, ...]:
    """Return when its farm is open and the order ready."""
    farm = case.places[order.producer_id]
    return not_before(farm.hours(case.week), ready_s(case, [order]))


def _trip(
    case: Case, matrix: TravelMatrix, order: Order, vehicle: Vehicle, shift: TimeWindow
) -> _Trip:
    """Return how a van fares that leaves at once, loads, delivers and comes home.

    Leaving earlier never arrives later, so leaving at the shift's first second decides.
    """
    table = matrix.by_profile.get(vehicle.profile)
    if table is None:
        return _Trip.NO_ROAD
    row = {site_id: index for index, site_id in enumerate(matrix.ids)}
    places = case.places
    here, now_s = vehicle.start_site_id, shift.start_s
    for site_id, hours in (
        (order.producer_id, _loading_hours(case, order)),
        (order.site_id, places[order.site_id].hours(case.week, order.days)),
    ):
        travel_s = table.durations_s[row[here]][row[site_id]]
        if travel_s < 0:
            return _Trip.NO_ROAD
        site = places[site_id]
        setup_s = site.setup_s if site_id != here else 0
        now_s += travel_s
        begins = (
            max(now_s, window.start_s)
            for window in hours
            if max(now_s, window.start_s) + setup_s <= window.end_s
        )
        begin_s = next(begins, None)
        if begin_s is None:
            return _Trip.LATE
        now_s = begin_s + setup_s + max(order.crates, 1) * site.service_s_per_crate
        here = site_id
    travel_s = table.durations_s[row[here]][row[vehicle.end_site_id]]
    if travel_s < 0:
        return _Trip.NO_ROAD
    if now_s + travel_s > shift.end_s:
        return _Trip.LATE
    return _on_board(case, matrix, order, vehicle, shift)


def _on_board(
    case: Case, matrix: TravelMatrix, order: Order, vehicle: Vehicle, shift: TimeWindow
) -> _Trip:
    """Return whether an order that arrives in time can do so within its time on board.

    Loaded as late as it can be for each pair of opening hours, it waits least.
    """
    limits_s = [limit for limit in (order.max_on_board_s, order.boxed_s) if limit is not None]
    if not limits_s:
        return _Trip.ARRIVES
    table = matrix.by_profile[vehicle.profile]
    row = {site_id: index for index, site_id in enumerate(matrix.ids)}
    farm, site = case.places[order.producer_id], case.places[order.site_id]
    start, end = vehicle.start_site_id, vehicle.end_site_id
    out_s = table.durations_s[row[start]][row[farm.id]]
    way_s = table.durations_s[row[farm.id]][row[site.id]] + site.setup_s
    home_s = table.durations_s[row[site.id]][row[end]]
    crates = max(order.crates, 1)
    loading_s, unloading_s = crates * farm.service_s_per_crate, crates * site.service_s_per_crate
    setup_s = farm.setup_s if farm.id != start else 0
    shortest_s = None
    for loads in _loading_hours(case, order):
        for unloads in site.hours(case.week, order.days):
            # When loading begins, setup over: the earliest and the latest.
            first_s = max(shift.start_s + out_s, loads.start_s) + setup_s
            last_s = min(unloads.end_s, shift.end_s - home_s - unloading_s) - way_s - loading_s
            last_s = min(last_s, loads.end_s)
            if first_s > last_s:
                continue
            begins_s = max(last_s + loading_s + way_s, unloads.start_s + site.setup_s)
            if begins_s > unloads.end_s or begins_s + unloading_s + home_s > shift.end_s:
                continue
            on_board_s = begins_s - last_s - loading_s
            shortest_s = on_board_s if shortest_s is None else min(shortest_s, on_board_s)
    in_time = shortest_s is not None and shortest_s <= min(limits_s)
    return _Trip.ARRIVES if in_time else _Trip.TOO_LONG
