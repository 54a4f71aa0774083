"""The independent check of a plan: plain Python, no solver, no road code.

It trusts nothing but the case, the travel matrix and the order of stops and handlings: arrival,
start, departure, load, distance, duration and cost of every round are derived again and compared
with what the plan says.  The moment a round sets out is the plan's choice; everything after it
follows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from colivraison.domain import (
    Action,
    Case,
    Handling,
    Order,
    Plan,
    Round,
    Site,
    Stop,
    TravelMatrix,
    Unserved,
    Vehicle,
    Weekday,
)
from colivraison.units import TimeWindow, cost_cents

__all__ = ["Part", "Violation", "ViolationCode", "check_plan"]


class ViolationCode(StrEnum):
    """Every rule that a plan can break; each has a sentence in ``texts`` (``violation.<code>``)."""

    UNKNOWN_VEHICLE = "unknown_vehicle"
    UNKNOWN_SITE = "unknown_site"
    UNKNOWN_ORDER = "unknown_order"
    TOO_FEW_STOPS = "too_few_stops"
    REPEATED_STOP = "repeated_stop"
    WRONG_START = "wrong_start"
    WRONG_END = "wrong_end"
    NO_ROAD = "no_road"
    WRONG_ARRIVAL = "wrong_arrival"
    WRONG_BEGINNING = "wrong_beginning"
    WRONG_DEPARTURE = "wrong_departure"
    CLOSED = "closed"
    OUTSIDE_SHIFT = "outside_shift"
    SHIFT_USED_TWICE = "shift_used_twice"
    WRONG_DAY = "wrong_day"
    DAY_NOT_ALLOWED = "day_not_allowed"
    WRONG_PLACE = "wrong_place"
    OVERLOAD_MASS = "overload_mass"
    OVERLOAD_CRATES = "overload_crates"
    WRONG_LOAD = "wrong_load"
    WRONG_TEMPERATURE = "wrong_temperature"
    DELIVERED_BEFORE_PICKUP = "delivered_before_pickup"
    NOT_PICKED_UP = "not_picked_up"
    NOT_DELIVERED = "not_delivered"
    HANDLED_TWICE = "handled_twice"
    MISSING_ORDER = "missing_order"
    SERVED_AND_UNSERVED = "served_and_unserved"
    WRONG_DISTANCE = "wrong_distance"
    WRONG_DURATION = "wrong_duration"
    WRONG_COST = "wrong_cost"
    DUPLICATE_ROUND = "duplicate_round"
    WRONG_FIGURES = "wrong_figures"
    MATRIX_DIFFERS = "matrix_differs"


class Part(StrEnum):
    """The part of a plan a violation stands in; named in ``texts`` (``part.<value>``)."""

    SHARED = "shared"
    ALONE = "alone"
    CO_DELIVERY = "co_delivery"
    NEW_SITE = "new_site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule: which, where, and by how much.

    Parameters
    ----------
    round_id, stop
        Round and 0-based position of the stop; "" and None where it concerns the whole plan.
    amount, unit
        How far off: ``s``, ``m``, ``g``, ``crates``, ``cents``, or "" for a yes-or-no rule.
    details
        Names for the sentence: order, site, vehicle.
    """

    code: ViolationCode
    part: Part = Part.SHARED
    round_id: str = ""
    stop: int | None = None
    amount: int = 0
    unit: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


def check_plan(plan: Plan, matrix: TravelMatrix | None = None) -> tuple[Violation, ...]:
    """Return everything that is wrong with a plan; an empty tuple when nothing is.

    Parameters
    ----------
    matrix
        Travel matrix to check against; the plan's own by default. With another one (computed again
        from roads) the two are compared as well.
    """
    case = plan.case
    own = {v.id: v for v in case.vehicles}
    orders = {o.id: o for o in case.orders}
    table = matrix or plan.matrix
    found: list[Violation] = []
    if matrix is not None:
        found += _compare_matrices(plan.matrix, matrix)

    def part(
        name: Part,
        rounds: Sequence[Round],
        unserved: Sequence[Unserved],
        *,
        vehicles: Mapping[str, Vehicle],
        expected: Mapping[str, Order],
        extra_sites: Iterable[Site] = (),
    ) -> None:
        checker = _RoundChecker(
            case=case,
            part=name,
            places=case.places | {site.id: site for site in extra_sites},
            vehicles=vehicles,
            orders=expected,
            matrix=table,
            report=found.append,
        )
        for one in rounds:
            checker.check(one)
        checker.check_together(rounds, unserved)

    part(Part.SHARED, plan.rounds, plan.unserved, vehicles=own, expected=orders)
    for alone in plan.alone:
        part(
            Part.ALONE,
            alone.rounds,
            alone.unserved,
            vehicles={
                v.id: v
                for v in (*case.vehicles, *alone.vehicles)
                if v.owner_id == alone.producer_id
            },
            expected={
                key: order
                for key, order in orders.items()
                if order.producer_id == alone.producer_id
            },
        )
    found += _check_suggestions(plan, part, own, orders)
    return tuple(found)


_CheckPart = Callable[..., None]


def _check_suggestions(
    plan: Plan, part: _CheckPart, own: Mapping[str, Vehicle], orders: Mapping[str, Order]
) -> list[Violation]:
    found: list[Violation] = []
    co = plan.co_delivery
    if co is not None:
        pair = {co.carrier_id, co.served_id}
        left_out = [u for alone in plan.alone if alone.producer_id in pair for u in alone.unserved]
        lent = {v.id: v for v in co.vehicles}
        vehicles = {k: v for k, v in {**own, **lent}.items() if v.owner_id in pair}
        part(
            Part.CO_DELIVERY,
            co.rounds,
            left_out,
            vehicles=vehicles,
            expected={k: o for k, o in orders.items() if o.producer_id in pair},
        )
        by_owner: Counter[str] = Counter()
        metres: Counter[str] = Counter()
        for one in co.rounds:
            if one.vehicle_id in vehicles:
                by_owner[vehicles[one.vehicle_id].owner_id] += one.cost_cents
                metres[vehicles[one.vehicle_id].owner_id] += one.distance_m
        before = {
            a.producer_id: (
                sum(r.cost_cents for r in a.rounds),
                sum(r.distance_m for r in a.rounds),
            )
            for a in plan.alone
        }
        told = (
            co.carrier_before_cents, co.carrier_before_m,
            co.carrier_after_cents, co.carrier_after_m,
            co.served_before_cents, co.served_before_m,
            co.served_after_cents, co.served_after_m,
        )  # fmt: skip
        derived = (
            *before.get(co.carrier_id, (0, 0)),
            by_owner[co.carrier_id], metres[co.carrier_id],
            *before.get(co.served_id, (0, 0)),
            by_owner[co.served_id], metres[co.served_id],
        )  # fmt: skip
        if told != derived or not 0 <= co.payment_cents <= co.carrier_after_cents:
            found.append(Violation(code=ViolationCode.WRONG_FIGURES, part=Part.CO_DELIVERY))
    new = plan.new_site
    if new is not None:
        base = next((r for r in plan.rounds if r.id == new.round_id), None)
        if base is None:
            found.append(Violation(code=ViolationCode.WRONG_FIGURES, part=Part.NEW_SITE))
        else:
            carried = {i for s in base.stops for h in s.handlings for i in h.order_ids}
            part(
                Part.NEW_SITE,
                [new.round],
                [],
                vehicles=own,
                expected={k: o for k, o in orders.items() if k in carried}
                | {o.id: o for o in new.orders},
                extra_sites=[new.site],
            )
            told_detour = (new.detour_s, new.detour_m, new.detour_cents)
            if told_detour != (
                new.round.duration_s - base.duration_s,
                new.round.distance_m - base.distance_m,
                new.round.cost_cents - base.cost_cents,
            ):
                found.append(Violation(code=ViolationCode.WRONG_FIGURES, part=Part.NEW_SITE))
    return found


def _compare_matrices(told: TravelMatrix, again: TravelMatrix) -> list[Violation]:
    found: list[Violation] = []
    position = {site_id: index for index, site_id in enumerate(again.ids)}
    for profile, table in told.by_profile.items():
        other = again.by_profile[profile]
        worst_s, pair = 0, ("", "")
        for i, a in enumerate(told.ids):
            for j, b in enumerate(told.ids):
                off_s = abs(table.durations_s[i][j] - other.durations_s[position[a]][position[b]])
                off_m = abs(table.distances_m[i][j] - other.distances_m[position[a]][position[b]])
                if max(off_s, off_m) > worst_s:
                    worst_s, pair = max(off_s, off_m), (a, b)
        if worst_s:
            found.append(
                Violation(
                    code=ViolationCode.MATRIX_DIFFERS,
                    amount=worst_s,
                    unit="s",
                    details={"from_site": pair[0], "to_site": pair[1], "profile": profile},
                )
            )
    return found


@dataclass(slots=True, kw_only=True)
class _RoundChecker:
    """Checks the rounds of one part of a plan."""

    case: Case
    part: Part
    places: Mapping[str, Site]
    vehicles: Mapping[str, Vehicle]
    orders: Mapping[str, Order]
    matrix: TravelMatrix
    report: Callable[[Violation], None]

    def check(self, one: Round) -> None:
        """Check one round by itself."""
        tell = self._teller(one.id)
        vehicle = self.vehicles.get(one.vehicle_id)
        if vehicle is None:
            tell(ViolationCode.UNKNOWN_VEHICLE, details={"vehicle": one.vehicle_id})
            return
        strangers = [
            (k, stop) for k, stop in enumerate(one.stops) if stop.site_id not in self.matrix.ids
        ]
        for k, stop in strangers:
            tell(ViolationCode.UNKNOWN_SITE, stop=k, details={"site": stop.site_id})
        if strangers:
            return
        if len(one.stops) < 2:
            tell(ViolationCode.TOO_FEW_STOPS)
            return
        if one.stops[0].site_id != vehicle.start_site_id:
            tell(ViolationCode.WRONG_START, stop=0, details={"site": vehicle.start_site_id})
        if one.stops[-1].site_id != vehicle.end_site_id:
            last = len(one.stops) - 1
            tell(ViolationCode.WRONG_END, stop=last, details={"site": vehicle.end_site_id})
        for k in range(1, len(one.stops) - 1):
            if one.stops[k].site_id == one.stops[k - 1].site_id:
                tell(ViolationCode.REPEATED_STOP, stop=k, details={"site": one.stops[k].site_id})
        self._check_times(one, vehicle, tell)
        self._check_goods(one, vehicle, tell)

    def check_together(self, rounds: Sequence[Round], unserved: Sequence[Unserved]) -> None:
        """Check what concerns all rounds at once: every order once, every shift once."""
        tell = self._teller("")
        times: Counter[str] = Counter()
        for one in rounds:
            for stop in one.stops:
                for handling in stop.handlings:
                    if handling.action is Action.DELIVERY:
                        times.update(handling.order_ids)
        left_out = {u.order_id for u in unserved}
        for order_id in self.orders:
            if times[order_id] > 1:
                tell(ViolationCode.HANDLED_TWICE, details={"order": order_id})
            if times[order_id] == 0 and order_id not in left_out:
                tell(ViolationCode.MISSING_ORDER, details={"order": order_id})
            if times[order_id] and order_id in left_out:
                tell(ViolationCode.SERVED_AND_UNSERVED, details={"order": order_id})
        for order_id in sorted(left_out - set(self.orders)):
            tell(ViolationCode.UNKNOWN_ORDER, details={"order": order_id})
        for round_id, count in Counter(r.id for r in rounds).items():
            if count > 1:
                tell(ViolationCode.DUPLICATE_ROUND, details={"round": round_id})
        taken: dict[tuple[str, TimeWindow], list[str]] = defaultdict(list)
        for one in rounds:
            if one.vehicle_id not in self.vehicles or not one.stops:
                continue
            for shift in self._shifts(self.vehicles[one.vehicle_id]):
                if shift.start_s <= one.stops[0].start_s <= shift.end_s:
                    taken[(one.vehicle_id, shift)].append(one.id)
        for (vehicle_id, _), ids in taken.items():
            if len(ids) > 1:
                tell(
                    ViolationCode.SHIFT_USED_TWICE,
                    details={"vehicle": vehicle_id, "round": ", ".join(ids)},
                )

    def _teller(self, round_id: str) -> Callable[..., None]:
        def tell(
            code: ViolationCode,
            *,
            stop: int | None = None,
            amount: int = 0,
            unit: str = "",
            details: Mapping[str, str] | None = None,
        ) -> None:
            self.report(
                Violation(
                    code=code,
                    part=self.part,
                    round_id=round_id,
                    stop=stop,
                    amount=amount,
                    unit=unit,
                    details=details or {},
                )
            )

        return tell

    def _shifts(self, vehicle: Vehicle) -> tuple[TimeWindow, ...]:
        return self.case.week.windows(vehicle.shifts)

    def _check_times(self, one: Round, vehicle: Vehicle, tell: Callable[..., None]) -> None:
        row = {site_id: index for index, site_id in enumerate(self.matrix.ids)}
        table = self.matrix.by_profile[vehicle.profile]
        start_s = one.stops[0].start_s
        now_s, distance_m = start_s, 0
        if one.stops[0].arrival_s != start_s:
            off_s = one.stops[0].arrival_s - start_s
            tell(ViolationCode.WRONG_ARRIVAL, stop=0, amount=off_s, unit="s")
        for k, stop in enumerate(one.stops):
            if k:
                i, j = row[one.stops[k - 1].site_id], row[stop.site_id]
                if table.durations_s[i][j] < 0:
                    tell(ViolationCode.NO_ROAD, stop=k, details={"site": stop.site_id})
                    return
                now_s += table.durations_s[i][j]
                distance_m += table.distances_m[i][j]
                if stop.arrival_s != now_s:
                    off_s = stop.arrival_s - now_s
                    tell(ViolationCode.WRONG_ARRIVAL, stop=k, amount=off_s, unit="s")
            moved = k > 0 and one.stops[k - 1].site_id != stop.site_id
            now_s = self._work(stop, k, now_s, moved=moved, tell=tell)
            if stop.departure_s != now_s:
                off_s = stop.departure_s - now_s
                tell(ViolationCode.WRONG_DEPARTURE, stop=k, amount=off_s, unit="s")
        self._check_shift(one, vehicle, start_s, now_s, tell)
        for code, told, derived, unit in (
            (ViolationCode.WRONG_DISTANCE, one.distance_m, distance_m, "m"),
            (ViolationCode.WRONG_DURATION, one.duration_s, now_s - start_s, "s"),
            (
                ViolationCode.WRONG_COST,
                one.cost_cents,
                cost_cents(
                    distance_m=distance_m,
                    duration_s=now_s - start_s,
                    cents_per_use=vehicle.cents_per_use,
                    cents_per_km=vehicle.cents_per_km,
                    cents_per_hour=vehicle.cents_per_hour,
                ),
                "cents",
            ),
        ):
            if told != derived:
                tell(code, amount=told - derived, unit=unit)

    def _work(
        self, stop: Stop, k: int, arrival_s: int, *, moved: bool, tell: Callable[..., None]
    ) -> int:
        """Return when the work of a stop is done, from its arrival."""
        now_s, begun_s = arrival_s, arrival_s
        setup_left_s = self.places[stop.site_id].setup_s if moved and stop.handlings else 0
        for number, handling in enumerate(stop.handlings):
            orders = [self.orders[i] for i in handling.order_ids if i in self.orders]
            open_s = self._open(self.places[stop.site_id], orders, now_s, setup_left_s)
            if open_s is None:
                late_s = self._lateness(self.places[stop.site_id], orders, now_s + setup_left_s)
                tell(
                    ViolationCode.CLOSED,
                    stop=k,
                    amount=late_s,
                    unit="s",
                    details={"site": stop.site_id},
                )
                open_s = now_s
            if number == 0:
                begun_s = open_s
            crates = max(sum(order.crates for order in orders), 1)
            service_s = crates * self.places[stop.site_id].service_s_per_crate
            now_s = open_s + setup_left_s + service_s
            setup_left_s = 0
        if stop.start_s != begun_s:
            off_s = stop.start_s - begun_s
            tell(ViolationCode.WRONG_BEGINNING, stop=k, amount=off_s, unit="s")
        return now_s

    def _hours(self, site: Site, orders: Sequence[Order]) -> tuple[TimeWindow, ...] | None:
        """Return when goods may be handled at a site; None for always."""
        days: frozenset[Weekday] | None = None
        for order in orders:
            if order.days:
                days = order.days if days is None else days & order.days
        week = self.case.week
        if site.windows:
            return week.windows(site.windows, days)
        if days is None:
            return None
        return tuple(week.day_bounds(d) for d in week.dates if Weekday.of(d) in days)

    def _open(self, site: Site, orders: Sequence[Order], now_s: int, setup_s: int) -> int | None:
        """Return when work can begin: setup inside the opening hours, handling begun inside."""
        hours = self._hours(site, orders)
        if hours is None:
            return now_s
        for window in hours:
            begin_s = max(now_s, window.start_s)
            if begin_s + setup_s <= window.end_s:
                return begin_s
        return None

    def _lateness(self, site: Site, orders: Sequence[Order], ready_s: int) -> int:
        hours = self._hours(site, orders) or ()
        return min((ready_s - w.end_s for w in hours if w.end_s < ready_s), default=0)

    def _check_shift(
        self, one: Round, vehicle: Vehicle, start_s: int, end_s: int, tell: Callable[..., None]
    ) -> None:
        week = self.case.week
        if week.moment(start_s).date() != one.day:
            tell(ViolationCode.WRONG_DAY, details={"day": one.day.isoformat()})
        excess_s = min(
            (
                max(shift.start_s - start_s, 0) + max(end_s - shift.end_s, 0)
                for shift in self._shifts(vehicle)
            ),
            default=0,
        )
        if excess_s:
            tell(
                ViolationCode.OUTSIDE_SHIFT,
                amount=excess_s,
                unit="s",
                details={"vehicle": vehicle.id},
            )

    def _check_goods(self, one: Round, vehicle: Vehicle, tell: Callable[..., None]) -> None:
        on_board: dict[str, int] = {}
        mass_g = crates = 0
        for k, stop in enumerate(one.stops):
            for handling in stop.handlings:
                for order_id in handling.order_ids:
                    order = self.orders.get(order_id)
                    if order is None:
                        tell(ViolationCode.UNKNOWN_ORDER, stop=k, details={"order": order_id})
                        continue
                    self._check_handling(one, k, handling, order, vehicle, on_board, tell)
                    sign = 1 if handling.action is Action.PICKUP else -1
                    mass_g += sign * order.mass_g
                    crates += sign * order.crates
                for code, amount, unit in (
                    (ViolationCode.OVERLOAD_MASS, mass_g - vehicle.capacity_g, "g"),
                    (ViolationCode.OVERLOAD_CRATES, crates - vehicle.capacity_crates, "crates"),
                ):
                    if amount > 0:
                        tell(code, stop=k, amount=amount, unit=unit)
            if (stop.load_g, stop.load_crates) != (mass_g, crates):
                tell(ViolationCode.WRONG_LOAD, stop=k, amount=stop.load_g - mass_g, unit="g")
        for order_id in on_board:
            tell(ViolationCode.NOT_DELIVERED, details={"order": order_id})

    def _check_handling(
        self,
        one: Round,
        k: int,
        handling: Handling,
        order: Order,
        vehicle: Vehicle,
        on_board: dict[str, int],
        tell: Callable[..., None],
    ) -> None:
        details = {"order": order.id, "site": one.stops[k].site_id}
        if handling.action is Action.PICKUP:
            if order.id in on_board:
                tell(ViolationCode.HANDLED_TWICE, stop=k, details=details)
            on_board[order.id] = k
            if order.temperature not in vehicle.temperatures:
                tell(
                    ViolationCode.WRONG_TEMPERATURE,
                    stop=k,
                    details=details | {"temperature": order.temperature.value},
                )
            expected = order.producer_id
        else:
            if order.id not in on_board:
                later = any(
                    order.id in h.order_ids and h.action is Action.PICKUP
                    for s in one.stops[k:]
                    for h in s.handlings
                )
                code = (
                    ViolationCode.DELIVERED_BEFORE_PICKUP if later else ViolationCode.NOT_PICKED_UP
                )
                tell(code, stop=k, details=details)
            on_board.pop(order.id, None)
            expected = order.site_id
        if one.stops[k].site_id != expected:
            tell(ViolationCode.WRONG_PLACE, stop=k, details=details | {"expected": expected})
        if order.days and Weekday.of(one.day) not in order.days:
            tell(ViolationCode.DAY_NOT_ALLOWED, stop=k, details=details)
