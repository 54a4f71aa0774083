"""Where a new order fits best into a week that stands, and what it costs there: no search.

Each place is priced by the reference evaluator; a lower bound (`pdptw.insertion_places`) says which
need no price.  Places are looked at in the order of their bounds, so that the first price that no
bound undercuts is the least there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from itertools import count as counter

from colivraison.domain import Case, Order, Plan, Round, UnservedCode, Week
from colivraison.errors import Fault, InputError
from colivraison.pdptw import (
    Infeasible,
    Route,
    Schedule,
    Solution,
    activity_of,
    insertion_places,
    location_of,
    with_best_breaks,
    with_shipment,
)
from colivraison.planning.from_solution import round_of, unserved_of
from colivraison.planning.standing import Standing, StandingRound, standing_rounds
from colivraison.units import TimeWindow

__all__ = [
    "Insertion",
    "Insertions",
    "Moved",
    "cheapest_places",
    "suggest_insertions",
    "with_order",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A stop of a round that the van reaches at another time than before.

    Parameters
    ----------
    stop
        Position in the round with the order.
    """

    site_id: str
    stop: int
    before_s: int
    after_s: int

    @property
    def shift_s(self) -> int:
        """How much later it comes; below 0: earlier."""
        return self.after_s - self.before_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """One place for an order: a round, where in it, and what that adds.

    Parameters
    ----------
    round
        The round with the order in it, as it is driven then.
    before
        The same without it, in the least time there is; None where an idle van sets out.
    pickup_stop, delivery_stop
        Positions of its two stops in ``round``.
    rides_with
        Orders that it is loaded and unloaded with in one go.
    added_cents, added_m, added_s
        ``round`` less ``before``.
    moved
        Stops that are reached at another time, in the order of the round.
    """

    order: Order
    round: Round
    before: Round | None
    pickup_stop: int
    delivery_stop: int
    rides_with: tuple[str, ...]
    added_cents: int
    added_m: int
    added_s: int
    moved: tuple[Moved, ...]

    @property
    def delivery_s(self) -> int:
        """When work begins where it is delivered, in seconds of the horizon: the van may wait."""
        return self.round.stops[self.delivery_stop].start_s

    @property
    def most_moved(self) -> Moved | None:
        """The stop whose time changes most, the first of equals; None where none does."""
        return max(self.moved, key=lambda one: abs(one.shift_s), default=None)

    def delivery_day(self, week: Week) -> dt.date:
        """Return the day on which it is delivered."""
        return week.moment(self.delivery_s).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertions:
    """The best places for an order in a week.

    Parameters
    ----------
    places
        The cheapest first.  One for each round, or idle van and shift, as far as there are enough
        of these; then further ones.
    code
        Why there is none; None where there is one.  ``below_minimum``: with what the rounds bring
        already it would be too little.
    undrivable
        Ids of the rounds that nothing was put into: they cannot be driven as they stand.
    """

    order: Order
    places: tuple[Insertion, ...]
    code: UnservedCode | None
    undrivable: tuple[str, ...]


def suggest_insertions(plan: Plan, order: Order, *, count: int = 5) -> Insertions:
    """Return the cheapest places for an order in the rounds of a plan and on its idle vans.

    The plan's rounds are counted in the least time there is (`retime`); every other stop keeps its
    van, its day and its turn.

    Parameters
    ----------
    order
        A new one, or one that the plan leaves out.
    count
        How many places, at least 1.

    Raises
    ------
    InputError
        ``order_is_served`` where a round carries it already, ``order_id_taken`` where the plan has
        another order of that id, ``place_not_in_plan`` for a farm or site without travel times
        (`with_site` adds one), and what `Case` says of the order.
    """
    case = with_order(plan, order)
    standing = standing_rounds(
        case,
        vehicles=case.vehicles,
        drivers=case.drivers or None,
        matrix=plan.matrix,
        rounds=plan.rounds,
        order=order,
    )
    return cheapest_places(standing, order, count=count)


def with_order(plan: Plan, order: Order) -> Case:
    """Return the case of a plan with an order that none of its rounds carries.

    Raises
    ------
    InputError
        See `suggest_insertions`.
    """
    case, faults = plan.case, []
    known = next((one for one in case.orders if one.id == order.id), None)
    if known is not None and known != order:
        faults.append(Fault(code="order_id_taken", value=order.id))
    elif any(
        order.id in handling.order_ids
        for one in plan.rounds
        for stop in one.stops
        for handling in stop.handlings
    ):
        faults.append(Fault(code="order_is_served", value=order.id))
    faults += [
        Fault(code="place_not_in_plan", value=place)
        for place in (order.producer_id, order.site_id)
        if place in case.places and place not in plan.matrix.ids
    ]
    if faults:
        raise InputError(faults)
    return case if known is not None else replace(case, orders=(*case.orders, order))


def cheapest_places(
    standing: Standing, order: Order, *, count: int, further: bool = True
) -> Insertions:
    """Return the cheapest places for an order in rounds that stand and on vans that are idle.

    Parameters
    ----------
    further
        Whether a round may have several, once every round has its one.
    """
    found: list[Insertion] = []
    code: UnservedCode | None = None
    if not standing.below_minimum:
        found = _Pricing(standing, order).cheapest(count, further=further)
    if not found:
        left_out = () if standing.shipment is None else (standing.shipment,)
        reasons = unserved_of(standing.translation, Solution(routes=(), unassigned=left_out))
        code = next(one.code for one in reasons if one.order_id == order.id)
        if standing.below_minimum and code is UnservedCode.NO_ROOM_LEFT:
            code = UnservedCode.BELOW_MINIMUM
    return Insertions(order=order, places=tuple(found), code=code, undrivable=standing.undrivable)


@dataclass(frozen=True, slots=True)
class _Choice:
    """A route with the order in it.

    ``base`` is what it was without: a round's number, or beyond them an idle van's on a shift,
    whoever drives it;
    ``shipment`` is the order by itself, or with what it rides along.
    """

    base: int
    route: Route
    shipment: int


# Added cents (a bound where there is no schedule), priced before bounds, first come first served.
_Entry = tuple[int, bool, int, _Choice, Schedule | None]


class _Pricing:
    """Prices the places of one order, the least bounds first."""

    def __init__(self, standing: Standing, order: Order) -> None:
        self._standing, self._order, self._week = standing, order, standing.case.week
        self._problem = standing.translation.problem
        self._rounds_before: dict[int, Round] = {}
        self._turn = counter()
        self._entries = list(self._bounds())

    def cheapest(self, count: int, *, further: bool) -> list[Insertion]:
        """Return the cheapest place of each round, then further ones; the cheapest told first."""
        found: list[Insertion] = []
        taken: set[int] = set()
        seen: set[object] = set()
        later: list[_Entry] = []
        heap = self._entries
        heapify(heap)
        for again in (False, True) if further else (False,):
            while heap and len(found) < count:
                entry = heappop(heap)
                _, _, _, choice, schedule = entry
                if choice.base in taken and not again:
                    later.append(entry)
                elif schedule is None:
                    # What looks like a place that is found already costs no less than that one.
                    if self._looks(choice) not in seen and (priced := self._priced(choice)):
                        heappush(heap, priced)
                elif (looks := self._looks(choice)) not in seen:
                    seen.add(looks)
                    taken.add(choice.base)
                    found.append(self._insertion(choice, schedule))
            heap = later
            heapify(heap)
        # Those of the second time round may be cheaper than another round's only one.
        return sorted(found, key=lambda one: one.added_cents)

    def _bounds(self) -> Iterator[_Entry]:
        standing = self._standing
        for base, one in enumerate(standing.rounds):
            carried = {visit.shipment for visit in one.route.visits}
            for twin, more in standing.with_order.items():
                if twin in carried:
                    visits = tuple(
                        replace(visit, shipment=more) if visit.shipment == twin else visit
                        for visit in one.route.visits
                    )
                    choice = _Choice(base, replace(one.route, visits=visits), more)
                    if (priced := self._priced(choice)) is not None:
                        yield priced
            yield from self._places(base, one.route, one.schedule.cost_cents)
        of_duty: dict[tuple[str, TimeWindow], int] = {}
        for vehicle in standing.idle:
            van_day = standing.translation.van_days[vehicle]
            duty = van_day.vehicle.id, van_day.duty
            number = of_duty.setdefault(duty, len(standing.rounds) + len(of_duty))
            yield from self._places(number, Route(vehicle=vehicle, visits=()), 0)

    def _places(self, base: int, route: Route, before_cents: int) -> Iterator[_Entry]:
        shipment = self._standing.shipment
        if shipment is None:
            return
        for place in insertion_places(self._problem, route, shipment):
            choice = _Choice(base, with_shipment(route, shipment, place), shipment)
            yield place.at_least_cents - before_cents, True, next(self._turn), choice, None

    def _priced(self, choice: _Choice) -> _Entry | None:
        timed = with_best_breaks(self._problem, choice.route)
        if isinstance(timed, Infeasible):
            return None
        route, schedule = timed
        before = self._before(choice)
        added_cents = schedule.cost_cents - (before.schedule.cost_cents if before else 0)
        return added_cents, False, next(self._turn), replace(choice, route=route), schedule

    def _looks(self, choice: _Choice) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
        """Return what is one place to people: the same stops of a round, in the same order."""
        vehicle = self._problem.vehicles[choice.route.vehicle]
        stops, own = [vehicle.start], []
        for visit in choice.route.visits:
            there = location_of(vehicle, activity_of(self._problem, visit))
            if there != stops[-1]:
                stops.append(there)
            if visit.shipment == choice.shipment:
                own.append(len(stops))
        return choice.base, tuple(stops), tuple(own)

    def _before(self, choice: _Choice) -> StandingRound | None:
        rounds = self._standing.rounds
        return rounds[choice.base] if choice.base < len(rounds) else None

    def _insertion(self, choice: _Choice, schedule: Schedule) -> Insertion:
        translation = self._standing.translation
        stood = self._before(choice)
        before = None if stood is None else self._round_before(choice.base, stood)
        after = round_of(
            translation,
            schedule,
            round_id=self._free_id() if stood is None else stood.round.id,
            week=self._week,
            usual_gco2e_per_km=self._standing.case.settings.gco2e_per_km,
        )
        pickup, delivery = (
            number
            for number, stop in enumerate(after.stops)
            for handling in stop.handlings
            if self._order.id in handling.order_ids
        )
        group = translation.shipments[choice.shipment]
        return Insertion(
            order=self._order,
            round=after,
            before=before,
            pickup_stop=pickup,
            delivery_stop=delivery,
            rides_with=tuple(one.id for one in group.orders if one.id != self._order.id),
            added_cents=after.cost_cents - (before.cost_cents if before else 0),
            added_m=after.distance_m - (before.distance_m if before else 0),
            added_s=after.duration_s - (before.duration_s if before else 0),
            moved=() if before is None else _moved(before, after),
        )

    def _round_before(self, base: int, stood: StandingRound) -> Round:
        if base not in self._rounds_before:
            self._rounds_before[base] = round_of(
                self._standing.translation,
                stood.schedule,
                round_id=stood.round.id,
                week=self._week,
                usual_gco2e_per_km=self._standing.case.settings.gco2e_per_km,
            )
        return self._rounds_before[base]

    def _free_id(self) -> str:
        """Return the lowest number that no round bears."""
        used = {one.round.id for one in self._standing.rounds} | set(self._standing.undrivable)
        return next(str(number) for number in counter(1) if str(number) not in used)


def _moved(before: Round, after: Round) -> tuple[Moved, ...]:
    """Return the stops of a round that are reached at another time; work tells which is which."""
    stop_of = {
        (handling.shipment_id, handling.action): number
        for number, stop in enumerate(after.stops)
        for handling in stop.handlings
    }
    found: list[Moved] = []
    for stop in before.stops:
        if not stop.handlings:
            continue
        first = stop.handlings[0]
        number = stop_of[first.shipment_id, first.action]
        after_s = after.stops[number].arrival_s
        if after_s != stop.arrival_s:
            found.append(
                Moved(site_id=stop.site_id, stop=number, before_s=stop.arrival_s, after_s=after_s)
            )
    return tuple(found)
