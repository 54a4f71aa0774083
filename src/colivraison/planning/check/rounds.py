"""Checks rounds: times, places, hours, loads, and every order exactly once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from colivraison.domain import (
    EMISSION_FACTORS,
    Action,
    ApartScope,
    Case,
    Handling,
    Order,
    Round,
    Site,
    Stop,
    TravelMatrix,
    Unserved,
    Vehicle,
    Weekday,
    not_before,
)
from colivraison.planning.check.readiness import ready_s
from colivraison.planning.check.violation import Part, Violation, ViolationCode
from colivraison.units import TimeWindow

__all__ = ["RoundChecker", "emitted_g", "price_cents"]


def price_cents(vehicle: Vehicle, distance_m: int, duration_s: int) -> int:
    """Return what a round costs, rounded half to even once (Python rounds fractions that way)."""
    exact = (
        vehicle.cents_per_use
        + Fraction(distance_m * vehicle.cents_per_km, 1000)
        + Fraction(duration_s * vehicle.cents_per_hour, 3600)
    )
    return round(exact)


def emitted_g(vehicle: Vehicle, distance_m: int, usual_g_per_km: int) -> int:
    """Return what a round emits, rounded half to even once."""
    km = Fraction(distance_m, 1000)
    if vehicle.energy is None:
        return round(km * usual_g_per_km)
    litres_or_kwh = km * Fraction(vehicle.ml_or_wh_per_100km or 0, 1000) / 100
    # Grams per litre or kilowatt-hour are milligrams per millilitre or watt-hour.
    return round(litres_or_kwh * EMISSION_FACTORS[vehicle.energy].mgco2e_per_ml_or_wh)


@dataclass(slots=True, kw_only=True)
class RoundChecker:
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
        if not any(stop.handlings for stop in one.stops):
            tell(ViolationCode.EMPTY_ROUND)
        if one.stops[0].site_id != vehicle.start_site_id:
            tell(ViolationCode.WRONG_START, stop=0, details={"site": vehicle.start_site_id})
        if one.stops[-1].site_id != vehicle.end_site_id:
            last = len(one.stops) - 1
            tell(ViolationCode.WRONG_END, stop=last, details={"site": vehicle.end_site_id})
        for k in range(1, len(one.stops)):
            # A round that only stays where it starts has its end there as well.
            if one.stops[k].site_id == one.stops[k - 1].site_id and len(one.stops) > 2:
                tell(ViolationCode.REPEATED_STOP, stop=k, details={"site": one.stops[k].site_id})
        if vehicle.profile not in self.matrix.by_profile:
            tell(ViolationCode.UNKNOWN_PROFILE, details={"profile": vehicle.profile})
            return
        self._check_times(one, vehicle, tell)
        self._check_goods(one, vehicle, tell)
        self._check_company(one, tell)

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
        return vehicle.shifts_in(self.case.week)

    def _check_times(self, one: Round, vehicle: Vehicle, tell: Callable[..., None]) -> None:
        row = {site_id: index for index, site_id in enumerate(self.matrix.ids)}
        table = self.matrix.by_profile[vehicle.profile]
        start_s = one.stops[0].start_s
        now_s, distance_m = start_s, 0
        loaded_s: dict[str, int] = {}
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
            now_s = self._work(stop, k, now_s, loaded_s, moved=moved, tell=tell)
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
                price_cents(vehicle, distance_m, now_s - start_s),
                "cents",
            ),
            *self._emissions(one, vehicle, distance_m),
        ):
            if told != derived:
                tell(code, amount=told - derived, unit=unit)

    def _emissions(
        self, one: Round, vehicle: Vehicle, distance_m: int
    ) -> list[tuple[ViolationCode, int, int, str]]:
        """Return the emissions told and derived; none where the plan tells none."""
        if one.gco2e is None:
            return []
        derived_g = emitted_g(vehicle, distance_m, self.case.settings.gco2e_per_km)
        return [(ViolationCode.WRONG_EMISSIONS, one.gco2e, derived_g, "g")]

    def _work(
        self,
        stop: Stop,
        k: int,
        arrival_s: int,
        loaded_s: dict[str, int],
        *,
        moved: bool,
        tell: Callable[..., None],
    ) -> int:
        """Return when the work of a stop is done, from its arrival.

        Parameters
        ----------
        loaded_s
            When the loading of each order on board was over; kept up to date.
        """
        now_s, begun_s = arrival_s, arrival_s
        site = self.places[stop.site_id]
        setup_s = site.setup_s if moved and stop.handlings else 0
        for number, handling in enumerate(stop.handlings):
            orders = [self.orders[i] for i in handling.order_ids if i in self.orders]
            begin_s = self._beginning(stop, handling, orders, now_s, setup_s)
            if handling.begin_s is not None and not isinstance(begin_s, _Refusal):
                begin_s = self._waited(stop, k, handling, orders, begin_s, setup_s, tell)
            if isinstance(begin_s, _Refusal):
                details = {"site": stop.site_id, "order": begin_s.order_id}
                tell(begin_s.code, stop=k, amount=begin_s.late_s,
                     unit="s" if begin_s.late_s else "", details=details)  # fmt: skip
                begin_s = begin_s.begin_s
            if number == 0:
                begun_s = begin_s
            crates = max(sum(order.crates for order in orders), 1)
            service_s = begin_s + setup_s
            now_s = service_s + crates * site.service_s_per_crate
            setup_s = 0
            for order in orders:
                if handling.action is Action.PICKUP:
                    loaded_s[order.id] = now_s
                elif order.id in loaded_s:
                    self._check_on_board(order, k, service_s - loaded_s[order.id], tell)
        if stop.start_s != begun_s:
            off_s = stop.start_s - begun_s
            tell(ViolationCode.WRONG_BEGINNING, stop=k, amount=off_s, unit="s")
        return now_s

    def _waited(
        self,
        stop: Stop,
        k: int,
        handling: Handling,
        orders: Sequence[Order],
        begin_s: int,
        setup_s: int,
        tell: Callable[..., None],
    ) -> int | _Refusal:
        """Return when a handling begins, its setup first, that says so itself.

        It may begin later than it could: goods that may not stay long on board are loaded late.
        """
        assert handling.begin_s is not None
        told_s = handling.begin_s - setup_s
        if told_s < begin_s:
            details = {"site": stop.site_id, "order": orders[0].id if orders else ""}
            off_s = told_s - begin_s
            tell(ViolationCode.WRONG_BEGINNING, stop=k, amount=off_s, unit="s", details=details)
            return begin_s
        return self._beginning(stop, handling, orders, told_s, setup_s)

    def _check_on_board(
        self, order: Order, k: int, on_board_s: int, tell: Callable[..., None]
    ) -> None:
        limits_s = [s for s in (order.max_on_board_s, order.boxed_s) if s is not None]
        excess_s = on_board_s - min(limits_s, default=on_board_s)
        if excess_s > 0:
            details = {"order": order.id, "site": order.site_id}
            tell(
                ViolationCode.TOO_LONG_ON_BOARD, stop=k, amount=excess_s, unit="s", details=details
            )

    def _beginning(
        self, stop: Stop, handling: Handling, orders: Sequence[Order], now_s: int, setup_s: int
    ) -> int | _Refusal:
        """Return when a handling can begin, its setup before it, or what forbids it."""
        site = self.places[stop.site_id]
        any_day = site.hours(self.case.week)
        open_s = _first_begin(any_day, now_s, setup_s)
        days = _days_of(orders) if handling.action is Action.DELIVERY else None
        if days is not None:
            # Days that exclude each other allow none.
            hours = site.hours(self.case.week, days) if days else ()
            allowed_s = _first_begin(hours, now_s, setup_s)
            if allowed_s is not None and stop.departure_s >= allowed_s:
                return allowed_s
            if open_s is not None and stop.departure_s >= open_s:
                # It is open, and the van did not wait for a day that the order allows.
                named = next(order.id for order in orders if order.days)
                return _Refusal(ViolationCode.DAY_NOT_ALLOWED, open_s, named)
        if handling.action is Action.PICKUP and (ready := ready_s(self.case, orders)) > 0:
            allowed_s = _first_begin(not_before(any_day, ready), now_s, setup_s)
            # Who waited for them left so much later, with all the work that was still to do.
            if allowed_s is not None and (
                allowed_s == open_s
                or stop.departure_s >= allowed_s + setup_s + self._rest_s(stop, handling)
            ):
                return allowed_s
            if open_s is not None and open_s < ready and stop.departure_s >= open_s:
                last = max(orders, key=lambda order: ready_s(self.case, [order]))
                return _Refusal(ViolationCode.NOT_READY, open_s, last.id, ready - open_s)
        if open_s is not None and stop.departure_s >= open_s:
            return open_s
        # It is closed, and nobody waited for the next opening: how far off the nearest one is.
        off_s = min(
            (
                now_s + setup_s - window.end_s
                if window.end_s < now_s + setup_s
                else window.start_s - now_s
                for window in any_day
            ),
            default=0,
        )
        return _Refusal(ViolationCode.CLOSED, now_s, orders[0].id if orders else "", off_s)

    def _rest_s(self, stop: Stop, handling: Handling) -> int:
        """Return the seconds of work at a stop from one of its handlings on."""
        number = next(n for n, one in enumerate(stop.handlings) if one is handling)
        return sum(
            max(sum(self.orders[i].crates for i in one.order_ids if i in self.orders), 1)
            * self.places[stop.site_id].service_s_per_crate
            for one in stop.handlings[number:]
        )

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
            default=end_s - start_s,  # not a minute of it is in a shift
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
        mass_g = crates = litres = 0
        most_litres = vehicle.capacity_litres
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
                    litres += sign * order.litres
                for code, amount, unit in (
                    (ViolationCode.OVERLOAD_MASS, mass_g - vehicle.capacity_g, "g"),
                    (ViolationCode.OVERLOAD_CRATES, crates - vehicle.capacity_crates, "crates"),
                    (
                        ViolationCode.OVERLOAD_LITRES,
                        0 if most_litres is None else litres - most_litres,
                        "l",
                    ),
                ):
                    if amount > 0:
                        tell(code, stop=k, amount=amount, unit=unit)
            for code, off, unit in (
                (ViolationCode.WRONG_LOAD_MASS, stop.load_g - mass_g, "g"),
                (ViolationCode.WRONG_LOAD_CRATES, stop.load_crates - crates, "crates"),
                (ViolationCode.WRONG_LOAD_LITRES, stop.load_litres - litres, "l"),
            ):
                if off:
                    tell(code, stop=k, amount=off, unit=unit)
        for order_id in on_board:
            tell(ViolationCode.NOT_DELIVERED, details={"order": order_id})

    def _check_company(self, one: Round, tell: Callable[..., None]) -> None:
        """Check who rides with whom: each pair that is kept apart is told where it meets first."""
        met: list[Order] = []
        aboard: list[Order] = []
        told: set[tuple[str, str]] = set()
        for k, stop in enumerate(one.stops):
            for handling in stop.handlings:
                orders = [self.orders[i] for i in handling.order_ids if i in self.orders]
                if handling.action is Action.DELIVERY:
                    aboard = [order for order in aboard if order not in orders]
                    continue
                for order in orders:
                    for other in self._enemies(order, met, aboard):
                        if (order.id, other.id) not in told:
                            told.add((order.id, other.id))
                            details = {"order": order.id, "other": other.id}
                            tell(ViolationCode.KEPT_APART, stop=k, details=details)
                    # Those of one handling meet each other too.
                    met.append(order)
                    aboard.append(order)

    def _enemies(
        self, order: Order, met: Sequence[Order], aboard: Sequence[Order]
    ) -> Iterator[Order]:
        """Yield the orders met so far, or on board, that an order is kept apart from."""
        for apart in self.case.kept_apart:
            pair = {apart.first, apart.second}
            mine = pair & {order.goods, order.producer_id}
            for other in met if apart.scope is ApartScope.ROUND else aboard:
                theirs = pair & {other.goods, other.producer_id}
                if mine and theirs and mine != theirs:
                    yield other

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
            if order.temperature not in vehicle.temperatures and order.boxed_s is None:
                tell(
                    ViolationCode.WRONG_TEMPERATURE,
                    stop=k,
                    details=details | {"temperature": order.temperature.value},
                )
            if order.goods in vehicle.refuses or (
                vehicle.carries_for
                and order.producer_id not in {vehicle.owner_id, *vehicle.carries_for}
            ):
                tell(ViolationCode.REFUSED, stop=k, details=details | {"vehicle": vehicle.id})
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


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why a handling may not begin where the plan has it, and when it would otherwise."""

    code: ViolationCode
    begin_s: int
    order_id: str
    late_s: int = 0


def _days_of(orders: Sequence[Order]) -> frozenset[Weekday] | None:
    """Return the days on which all of some orders may be delivered; None for any day."""
    limited = [order.days for order in orders if order.days]
    return frozenset.intersection(*limited) if limited else None


def _first_begin(hours: Sequence[TimeWindow], now_s: int, setup_s: int) -> int | None:
    """Return when work can begin: setup inside the opening hours, handling begun inside."""
    for window in hours:
        begin_s = max(now_s, window.start_s)
        if begin_s + setup_s <= window.end_s:
            return begin_s
    return None
