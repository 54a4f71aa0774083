"""Times, loads and costs of rounds whose order somebody has changed by hand, without any search.

What is changed is the order of stops and handlings, or the van and the day of a round; the times
follow.  Nothing is refused: a round that cannot be driven as it stands gets the times it would
have, and `check_plan` says which rule breaks, where and by how much.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from colivraison.domain import Action, Handling, Order, Plan, Round, Site, Stop, Vehicle, Weekday
from colivraison.pdptw import (
    Activity,
    Infeasible,
    Problem,
    Route,
    Shipment,
    TravelTable,
    Visit,
    evaluate,
)
from colivraison.pdptw import Vehicle as SolverVehicle
from colivraison.planning.check import Part, Violation, check_plan
from colivraison.planning.check.roads import check_legs
from colivraison.planning.handling_hours import common_days, handling_hours
from colivraison.planning.travel import only_sites
from colivraison.planning.van_days import overlap
from colivraison.units import TimeWindow, cost_cents, emissions_gco2e

__all__ = ["Retimed", "RoundTimer", "retime"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retimed:
    """A plan with the times that follow from its order, and every rule it breaks."""

    plan: Plan
    violations: tuple[Violation, ...]


def retime(plan: Plan) -> Retimed:
    """Return a plan with every round timed anew from its van, its day and its order of stops.

    A round that can be driven takes the least time there is (`pdptw.evaluate`), on the shift of its
    van on its day; of several shifts the first that serves.  One that cannot leaves as late as it
    can without coming home later.  Stops where nothing is done are left out, and work that follows
    at one place becomes one stop.  Who was put into a round is unserved no longer; who was taken
    out of all of them is told as missing.  Suggestions, which were made for other rounds, are
    dropped.
    """
    case = plan.case
    vehicles = {vehicle.id: vehicle for vehicle in case.vehicles}
    timer = RoundTimer(plan)
    rounds = tuple(
        timer(one, vehicles[one.vehicle_id]) if one.vehicle_id in vehicles else one
        for one in plan.rounds
    )
    served = {
        order_id
        for one in rounds
        for stop in one.stops
        for handling in stop.handlings
        if handling.action is Action.DELIVERY
        for order_id in handling.order_ids
    }
    edited = replace(
        plan,
        rounds=rounds,
        unserved=tuple(one for one in plan.unserved if one.order_id not in served),
        matrix=only_sites(plan.matrix, set(case.places)),
        co_delivery=None,
        new_site=None,
    )
    return Retimed(plan=edited, violations=check_plan(edited))


@dataclass(frozen=True, slots=True)
class _Work:
    """One handling at a place: when it may begin and how long it takes."""

    site: Site
    handling: Handling
    orders: tuple[Order, ...]
    hours: tuple[TimeWindow, ...]  # on the days that its orders allow, once they are ready
    any_hours: tuple[TimeWindow, ...]

    @property
    def service_s(self) -> int:
        return self.site.handling_s(sum(order.crates for order in self.orders))


@dataclass(frozen=True, slots=True)
class _Step:
    """A handling in time: arrival (or the end of the one before), setup, and its window."""

    work: _Work
    arrival_s: int
    setup_s: int
    begin_s: int  # of the setup, or of the service where there is none
    window: TimeWindow | None  # of an allowed day

    @property
    def end_s(self) -> int:
        return self.begin_s + self.setup_s + self.work.service_s

    @property
    def handling(self) -> Handling:
        """Return the handling, with its beginning where that is later than it could be."""
        soonest_s, _ = _begin(self.work.hours, self.arrival_s, self.setup_s, self.begin_s)
        late = self.window is not None and self.begin_s > soonest_s
        told_s = self.begin_s + self.setup_s if late else None
        return replace(self.work.handling, begin_s=told_s)


@dataclass(frozen=True, slots=True)
class _Timed:
    """A round in time, and how far it keeps to hours and shift."""

    start_s: int
    steps: tuple[_Step, ...]
    end_s: int
    distance_m: int
    broken_s: int  # seconds outside opening hours and shift, all together


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ride:
    """A round that is to be timed, whole or with some of its shipments only.

    Parameters
    ----------
    works
        What is done in turn, each with its shipment; None where it names what there is not.
    shifts
        Those on which it may be driven; none where it cannot be.
    number, shipments
        What is loaded first and unloaded last; the solver counts them.
    problems
        The round as the solver sees it, by shift: made once, asked for every part of it.
    """

    vehicle: Vehicle
    works: Sequence[tuple[str, _Work | None]]
    shifts: Sequence[TimeWindow]
    number: Mapping[str, int]
    shipments: tuple[Shipment, ...]
    problems: dict[TimeWindow, Problem] = field(default_factory=dict)


class RoundTimer:
    """Times rounds of one plan, as they stand there or changed."""

    def __init__(self, plan: Plan) -> None:
        self._case = plan.case
        self._week = plan.case.week
        self._places = plan.case.places
        self._drivers = {driver.id: driver for driver in plan.case.drivers}
        self._orders = {order.id: order for order in plan.case.orders}
        self._row = {site_id: index for index, site_id in enumerate(plan.matrix.ids)}
        self._tables = plan.matrix.by_profile
        self._hours: dict[tuple[str, frozenset[Weekday] | None, int], tuple[TimeWindow, ...]] = {}
        self._solver_tables: dict[str, TravelTable] = {}

    def __call__(self, one: Round, vehicle: Vehicle) -> Round:
        """Return a round with the times that follow from its order.

        One with a place, an order, a road profile or a day that there is not stays as it is: the
        check names it.
        """
        ride = self._ride(one, vehicle)
        timed = self._found(ride, [work for _, work in ride.works])
        return one if timed is None else self._round(one, vehicle, timed)

    def parts(self, one: Round, vehicle: Vehicle) -> Callable[[Collection[str]], tuple[int, int]]:
        """Return what measures a round with some of its shipments, in metres and seconds.

        The stops keep their order.  What cannot be timed is as long as the round says.
        """
        ride = self._ride(one, vehicle)

        def measured(shipments: Collection[str]) -> tuple[int, int]:
            timed = self._found(ride, [work for name, work in ride.works if name in shipments])
            if timed is None:
                return one.distance_m, one.duration_s
            return timed.distance_m, timed.end_s - timed.start_s

        return measured

    def _ride(self, one: Round, vehicle: Vehicle) -> _Ride:
        handled = [(stop.site_id, handling) for stop in one.stops for handling in stop.handlings]
        works = [
            (
                handling.shipment_id,
                self._work(self._places[site_id], handling)
                if self._is_place(site_id) and self._orders.keys() >= set(handling.order_ids)
                else None,
            )
            for site_id, handling in handled
        ]
        drivable = (
            self._is_place(vehicle.start_site_id)
            and self._is_place(vehicle.end_site_id)
            and vehicle.profile in self._tables
            and one.day in self._week.dates
        )
        pairs: dict[str, list[_Work | None]] = {}
        for name, work in works:
            pairs.setdefault(name, []).append(work)
        shipments = {name: self._shipment(*pair) for name, pair in pairs.items() if len(pair) == 2}
        plannable = {name: found for name, found in shipments.items() if found is not None}
        return _Ride(
            vehicle=vehicle,
            works=works,
            shifts=self._shifts(one, vehicle) if drivable else [],
            number={name: n for n, name in enumerate(plannable)},
            shipments=tuple(plannable.values()),
        )

    def _is_place(self, site_id: str) -> bool:
        return site_id in self._row and site_id in self._places

    def _found(self, ride: _Ride, works: Sequence[_Work | None]) -> _Timed | None:
        """Return some of the works of a round in time, None where one names what there is not."""
        known = [work for work in works if work is not None]
        if not ride.shifts or len(known) < len(works):
            return None
        tried = [self._timed(ride, known, shift) for shift in ride.shifts]
        return min(tried, key=lambda found: found.broken_s)  # the first of equals

    def _shifts(self, one: Round, vehicle: Vehicle) -> list[TimeWindow]:
        """Return the shifts on which a round may set out on its day, from that midnight on.

        A night's shift that began the evening before is one of them.  The one in which the round
        says that it sets out comes first.  What counts of a shift is what its driver shares; all of
        it where that is nobody, may not drive the van or is off duty: the check says so.
        """
        day = self._week.day_bounds(one.day)
        told_s = one.stops[0].start_s if one.stops else -1
        found = [
            TimeWindow(start_s=max(shift.start_s, day.start_s), end_s=shift.end_s)
            for shift in vehicle.shifts_in(self._week)
            if shift.meet(day)
        ]
        driver = self._drivers.get(one.driver_id)
        if driver is not None and driver.may_drive(vehicle.id):
            shared = [
                met
                for shift in found
                for own in driver.shifts_in(self._week)
                if overlap(own, shift) and (met := own.meet(shift)) and met.meet(day)
            ]
            found = shared or found
        found.sort(key=lambda shift: not shift.start_s <= told_s <= min(shift.end_s, day.end_s))
        return found or [day]

    def _work(self, site: Site, handling: Handling) -> _Work:
        orders = tuple(self._orders[order_id] for order_id in handling.order_ids)
        pickup = handling.action is Action.PICKUP
        ready_s = self._case.ready_s(orders) if pickup else 0
        key = site.id, None if pickup else common_days(orders), ready_s
        if key not in self._hours:
            self._hours[key] = handling_hours(
                site, self._week, handling.action, orders, ready_s=ready_s
            )
        return _Work(
            site=site,
            handling=handling,
            orders=orders,
            hours=self._hours[key],
            any_hours=site.hours(self._week),
        )

    def _timed(self, ride: _Ride, works: Sequence[_Work], shift: TimeWindow) -> _Timed:
        best = self._evaluated(ride, works, shift)
        if best is not None:
            return best
        vehicle = ride.vehicle
        early = self._driven(vehicle, works, shift, shift.start_s)
        start_s = self._latest_start_s(vehicle, early)
        return early if start_s == early.start_s else self._driven(vehicle, works, shift, start_s)

    def _evaluated(self, ride: _Ride, works: Sequence[_Work], shift: TimeWindow) -> _Timed | None:
        """Return the round in the least time there is; None where it cannot be driven."""
        if not works or any(work.handling.shipment_id not in ride.number for work in works):
            return None
        if shift not in ride.problems:
            ride.problems[shift] = self._problem(ride, shift)
        visits = tuple(
            Visit(
                shipment=ride.number[work.handling.shipment_id],
                is_pickup=work.handling.action is Action.PICKUP,
            )
            for work in works
        )
        schedule = evaluate(ride.problems[shift], Route(vehicle=0, visits=visits))
        if isinstance(schedule, Infeasible):
            return None
        return _Timed(
            start_s=schedule.start_s,
            steps=tuple(
                _Step(
                    work=work,
                    arrival_s=timed.arrival_s,
                    setup_s=timed.service_begin_s - timed.work_begin_s,
                    begin_s=timed.work_begin_s,
                    window=next(w for w in work.hours if timed.work_begin_s <= w.end_s),
                )
                for work, timed in zip(works, schedule.visits, strict=True)
            ),
            end_s=schedule.end_s,
            distance_m=schedule.distance_m,
            broken_s=0,
        )

    def _problem(self, ride: _Ride, shift: TimeWindow) -> Problem:
        """Return a round as the solver sees it; loads move no times: they are for the check."""
        vehicle = ride.vehicle
        return Problem(
            tables=(self._table(vehicle.profile),),
            setup_s=tuple(
                self._places[site_id].setup_s if site_id in self._places else 0
                for site_id in self._row
            ),
            vehicles=(
                SolverVehicle(
                    start=self._row[vehicle.start_site_id],
                    end=self._row[vehicle.end_site_id],
                    shift=shift,
                    capacity=(),
                    cents_per_km=vehicle.cents_per_km,
                    cents_per_hour=vehicle.cents_per_hour,
                    cents_per_use=vehicle.cents_per_use,
                ),
            ),
            shipments=ride.shipments,
        )

    def _shipment(self, first: _Work | None, last: _Work | None) -> Shipment | None:
        """Return what is loaded first and unloaded last, None where that is not so."""
        if first is None or last is None:
            return None
        orders = first.orders
        if (
            (first.handling.action, last.handling.action) != (Action.PICKUP, Action.DELIVERY)
            or orders != last.orders
            or not first.hours
            or not last.hours
        ):
            return None
        limits = [one.longest_on_board_s for one in orders if one.longest_on_board_s is not None]
        return Shipment(
            pickup=self._activity(first),
            delivery=self._activity(last),
            demand=(),
            max_on_board_s=min(limits, default=None),
        )

    def _activity(self, work: _Work) -> Activity:
        return Activity(
            location=self._row[work.site.id], windows=work.hours, service_s=work.service_s
        )

    def _table(self, profile: str) -> TravelTable:
        if profile not in self._solver_tables:
            table = self._tables[profile]
            self._solver_tables[profile] = TravelTable(
                durations_s=np.array(table.durations_s, dtype=np.int64),
                distances_m=np.array(table.distances_m, dtype=np.int64),
            )
        return self._solver_tables[profile]

    def _driven(
        self, vehicle: Vehicle, works: Sequence[_Work], shift: TimeWindow, start_s: int
    ) -> _Timed:
        """Return a round that leaves at a moment and waits only where something opens in time."""
        now_s, here, distance_m, broken_s = start_s, vehicle.start_site_id, 0, 0
        steps: list[_Step] = []
        for work in works:
            moved = work.site.id != here
            way_s, way_m = self._way(vehicle, here, work.site.id)
            arrival_s = now_s + way_s
            distance_m += way_m
            setup_s = work.site.setup_s if moved else 0
            begin_s, window = _begin(work.hours, arrival_s, setup_s, shift.end_s)
            if window is None:
                broken_s += _closed_s(work.hours, begin_s + setup_s)
                # On a day that the orders do not allow one waits for the opening all the same.
                begin_s, _ = _begin(work.any_hours, arrival_s, setup_s, shift.end_s)
            steps.append(_Step(work, arrival_s, setup_s, begin_s, window))
            now_s, here = steps[-1].end_s, work.site.id
        way_s, way_m = self._way(vehicle, here, vehicle.end_site_id)
        end_s = now_s + way_s
        return _Timed(
            start_s=start_s,
            steps=tuple(steps),
            end_s=end_s,
            distance_m=distance_m + way_m,
            broken_s=broken_s + max(0, end_s - shift.end_s) + max(0, shift.start_s - start_s),
        )

    def _latest_start_s(self, vehicle: Vehicle, early: _Timed) -> int:
        """Return how late a round may leave without anything after its last wait coming later."""
        waited = [k for k, step in enumerate(early.steps) if step.begin_s > step.arrival_s]
        if not waited:
            return early.start_s
        latest_s = early.steps[waited[-1]].begin_s
        for k in range(waited[-1], 0, -1):
            step, before = early.steps[k], early.steps[k - 1]
            way_s = self._way(vehicle, before.work.site.id, step.work.site.id)[0]
            latest_s -= way_s + before.setup_s + before.work.service_s
            # What comes when it is closed shall come no later.
            most_s = (
                before.begin_s if before.window is None else before.window.end_s - before.setup_s
            )
            latest_s = max(min(latest_s, most_s), before.begin_s)
        way_s = self._way(vehicle, vehicle.start_site_id, early.steps[0].work.site.id)[0]
        return max(early.start_s, latest_s - way_s)

    def _way(self, vehicle: Vehicle, origin: str, destination: str) -> tuple[int, int]:
        """Return time and distance; nothing where there is no road, which the check names."""
        if origin == destination:
            return 0, 0
        table = self._tables[vehicle.profile]
        i, j = self._row[origin], self._row[destination]
        return max(0, table.durations_s[i][j]), max(0, table.distances_m[i][j])

    def _round(self, one: Round, vehicle: Vehicle, timed: _Timed) -> Round:
        stops = _stops(vehicle, timed)
        duration_s = timed.end_s - timed.start_s
        # Lines on the map that lead elsewhere now are left out.
        drawn = not check_legs(replace(one, stops=stops), self._places, Part.SHARED)
        return replace(
            one,
            day=self._week.moment(timed.start_s).date(),
            stops=stops,
            distance_m=timed.distance_m,
            duration_s=duration_s,
            cost_cents=cost_cents(
                distance_m=timed.distance_m,
                duration_s=duration_s,
                cents_per_use=vehicle.cents_per_use,
                cents_per_km=vehicle.cents_per_km,
                cents_per_hour=vehicle.cents_per_hour,
            ),
            legs=one.legs if drawn else (),
            gco2e=emissions_gco2e(
                [
                    (
                        timed.distance_m,
                        vehicle.mgco2e_per_100km(self._case.settings.gco2e_per_km),
                    )
                ]
            ),
        )


def _begin(
    hours: Sequence[TimeWindow], arrival_s: int, setup_s: int, shift_end_s: int
) -> tuple[int, TimeWindow | None]:
    """Return when work begins, its setup first, and the window it is in; None where it is in none.

    Nobody waits for an opening after the shift.
    """
    for window in hours:
        begin_s = max(arrival_s, window.start_s)
        if begin_s + setup_s <= window.end_s and begin_s <= shift_end_s:
            return begin_s, window
    return arrival_s, None


def _closed_s(hours: Sequence[TimeWindow], moment_s: int) -> int:
    """Return how far a moment is from any opening; a day where there is none at all."""
    return min(
        (max(window.start_s - moment_s, moment_s - window.end_s, 0) for window in hours),
        default=86_400,
    )


def _stops(vehicle: Vehicle, timed: _Timed) -> tuple[Stop, ...]:
    """Return the stops: the start, one per change of place, the end; with what is on board."""
    stops = [Stop.without_work(vehicle.start_site_id, timed.start_s)]
    mass_g = crates = litres = 0
    for step in timed.steps:
        work = step.work
        sign = 1 if work.handling.action is Action.PICKUP else -1
        mass_g += sign * sum(order.mass_g for order in work.orders)
        crates += sign * sum(order.crates for order in work.orders)
        litres += sign * sum(order.litres for order in work.orders)
        joins = stops[-1].site_id == work.site.id
        last = stops.pop() if joins else None
        stops.append(
            Stop(
                site_id=work.site.id,
                arrival_s=step.arrival_s if last is None else last.arrival_s,
                start_s=step.begin_s if last is None or not last.handlings else last.start_s,
                departure_s=step.end_s,
                load_g=mass_g,
                load_crates=crates,
                load_litres=litres,
                handlings=(*(last.handlings if last is not None else ()), step.handling),
            )
        )
    if len(stops) == 1 or stops[-1].site_id != vehicle.end_site_id:
        stops.append(
            replace(
                Stop.without_work(vehicle.end_site_id, timed.end_s),
                load_g=mass_g,
                load_crates=crates,
                load_litres=litres,
            )
        )
    return tuple(stops)
