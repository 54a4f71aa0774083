"""Why an order is where it is, or nowhere: what the other places would cost, and what shuts them.

Nothing is guessed: a place is said to exist where the reference evaluator drives it and the
independent check accepts the plan with it, in the week as it is or with one rule lifted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from colivraison.domain import Case, Order, Plan, Round, UnservedCode, not_before
from colivraison.errors import Fault, InputError
from colivraison.planning.check import Part, check_plan
from colivraison.planning.fingerprint import fingerprint_with
from colivraison.planning.insertions import Insertion, Insertions, cheapest_places
from colivraison.planning.lifting import BY_MINUTES, OF_VANS, Lift, Room, lifted
from colivraison.planning.named_order import named_order
from colivraison.planning.shipments import holds
from colivraison.planning.standing import Standing, standing_rounds
from colivraison.planning.van_days import VanDay, sets_out, van_days_of
from colivraison.planning.with_insertion import with_insertion
from colivraison.units import TimeWindow

__all__ = ["Alternative", "LeftOut", "Obstruction", "Rule", "Served", "WhatIf", "explain"]

# People move hours by as much, and hardly by more than the last.
_STEP_S, _MOST_STEPS = 300, 48


class Rule(StrEnum):
    """What keeps an order out of a van on a day; a sentence each (``explain.rule.<value>``)."""

    TEMPERATURE = "temperature"
    WILLING = "willing"
    CAPACITY = "capacity"
    FARM_CLOSED = "farm_closed"
    SITE_CLOSED = "site_closed"
    DAYS = "days"
    DRIVER = "driver"
    FULL = "full"
    KEPT_APART = "kept_apart"
    FARM_HOURS = "farm_hours"
    SITE_HOURS = "site_hours"
    SHIFT = "shift"
    ON_BOARD = "on_board"
    NOT_READY = "not_ready"
    BELOW_MINIMUM = "below_minimum"
    SEVERAL = "several"
    UNDRIVABLE = "undrivable"


# What a rule is called that alone, lifted, makes room on a van that could carry the order else.
_RULES = {
    Lift.TEMPERATURE: Rule.TEMPERATURE,
    Lift.WILLING: Rule.WILLING,
    Lift.CAPACITY: Rule.FULL,
    Lift.KEPT_APART: Rule.KEPT_APART,
    Lift.DAYS: Rule.DAYS,
    Lift.ON_BOARD: Rule.ON_BOARD,
    Lift.READY: Rule.NOT_READY,
    Lift.MINIMUM: Rule.BELOW_MINIMUM,
    Lift.SITE_EARLIER: Rule.SITE_HOURS,
    Lift.SITE_LATER: Rule.SITE_HOURS,
    Lift.FARM_EARLIER: Rule.FARM_HOURS,
    Lift.FARM_LATER: Rule.FARM_HOURS,
    Lift.VAN_EARLIER: Rule.SHIFT,
    Lift.VAN_LATER: Rule.SHIFT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstruction:
    """What keeps an order out of one van on one shift.

    Parameters
    ----------
    round_id
        The round that the van drives then; None where it is idle.
    rules
        The first rule that the van breaks even when empty, with its driver: ``driver`` where it is
        only that nobody may drive it then, or is free to; else each of those that alone,
        lifted, would make room; ``several`` where it takes more than one, ``undrivable`` where the
        round does not hold as it stands.
    """

    vehicle_id: str
    day: dt.date
    round_id: str | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The cheapest place that there would be with one rule lifted.

    Parameters
    ----------
    vehicle_id
        The van whose rule it is; None where it is nobody's van.
    by_s
        How much earlier or later hours would have to begin or end, in steps of five minutes, or how
        much longer the goods would be on board; 0 where that is no question.
    room
        How much more of it the van would need.
    insertion
        The place, priced in the week with the rule lifted.
    added_cents
        What it adds to the plan as it is.
    """

    lift: Lift
    vehicle_id: str | None
    by_s: int
    room: Room
    insertion: Insertion
    added_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Why an order is in no round.

    Parameters
    ----------
    code
        The reason that the plan gives.
    places
        Where it fits all the same: empty unless the plan was changed or searched badly.
    obstructions
        By van and shift.
    what_ifs
        The cheapest first; those that were checked.
    """

    order: Order
    code: UnservedCode
    places: tuple[Insertion, ...]
    obstructions: tuple[Obstruction, ...]
    what_ifs: tuple[WhatIf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another place for an order that has one, and how much dearer the plan would be."""

    insertion: Insertion
    more_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Why an order is in its round.

    Parameters
    ----------
    day, delivery_s
        When work begins where it is delivered: the van may have waited.
    costs_cents
        What the round costs with it, less what it costs without.
    alternatives
        The best places in other rounds and on idle vans, the cheapest first, and the best of
        another day; a better one in the same round, where there is one.
    undrivable
        Ids of the rounds that nothing was put into: they cannot be driven as they stand.
    """

    order: Order
    round: Round
    day: dt.date
    delivery_s: int
    costs_cents: int
    alternatives: tuple[Alternative, ...]
    undrivable: tuple[str, ...]


def explain(plan: Plan, order_id: str, *, count: int = 5) -> Served | LeftOut:
    """Return why an order is where it is: what other places cost, or what shuts them.

    Parameters
    ----------
    count
        How many alternatives are told.

    Raises
    ------
    InputError
        Those of `named_order`; ``round_does_not_hold`` where its round cannot be driven as it
        stands.
    """
    order = named_order(plan, order_id)
    carrying = next((one for one in plan.rounds if order_id in _carried(one)), None)
    if carrying is None:
        return _LeftOut(plan, order)(count)
    return _served(plan, order, carrying, count)


def _carried(one: Round) -> set[str]:
    return {i for stop in one.stops for handling in stop.handlings for i in handling.order_ids}


def _standing(case: Case, plan: Plan, rounds: Sequence[Round], order: Order) -> Standing:
    return standing_rounds(
        case,
        vehicles=case.vehicles,
        drivers=case.drivers or None,
        matrix=plan.matrix,
        rounds=rounds,
        order=order,
    )


def _all_rounds(standing: Standing, order: Order) -> Insertions:
    """Return the cheapest place in each round and on each idle van."""
    count = len(standing.rounds) + len(standing.idle)
    return cheapest_places(standing, order, count=count, further=False)


# --- in a round


def _served(plan: Plan, order: Order, carrying: Round, count: int) -> Served:
    case = plan.case
    rest = _without(carrying, order.id)
    others = [one for one in plan.rounds if one is not carrying]
    standing = _standing(case, plan, [*others, *([rest] if rest else [])], order)
    if carrying.id in standing.undrivable:
        raise InputError([Fault(code="round_does_not_hold", value=carrying.id)])
    before_cents = next(
        (one.schedule.cost_cents for one in standing.rounds if one.round.id == carrying.id), 0
    )
    costs_cents = carrying.cost_cents - before_cents
    delivery_s = next(
        stop.start_s
        for stop in reversed(carrying.stops)
        for handling in stop.handlings
        if order.id in handling.order_ids
    )
    day = case.week.moment(delivery_s).date()
    alternatives = [
        Alternative(insertion=one, more_cents=one.added_cents - costs_cents)
        for one in _all_rounds(standing, order).places
        if one.added_cents < costs_cents or not _same(carrying, rest, one, case)
    ]
    chosen = alternatives[:count]
    elsewhen = next(
        (one for one in alternatives if one.insertion.delivery_day(case.week) != day), None
    )
    if elsewhen is not None and elsewhen not in chosen:
        chosen[-1:] = [elsewhen]
    return Served(
        order=order,
        round=carrying,
        day=day,
        delivery_s=delivery_s,
        costs_cents=costs_cents,
        alternatives=tuple(chosen),
        undrivable=standing.undrivable,
    )


def _without(one: Round, order_id: str) -> Round | None:
    """Return a round without an order; None where it has no other."""
    stops = tuple(
        replace(
            stop,
            handlings=tuple(
                replace(handling, order_ids=kept)
                for handling in stop.handlings
                if (kept := tuple(i for i in handling.order_ids if i != order_id))
            ),
        )
        for stop in one.stops
    )
    return replace(one, stops=stops) if any(stop.handlings for stop in stops) else None


def _same(carrying: Round, rest: Round | None, found: Insertion, case: Case) -> bool:
    """Return whether a place is in the very round that an order was taken out of."""
    if rest is not None:
        return found.before is not None and found.before.id == carrying.id
    van = next(one for one in case.vehicles if one.id == carrying.vehicle_id)
    starts_s = (carrying.stops[0].start_s, found.round.stops[0].start_s)
    return found.round.vehicle_id == van.id and any(
        all(shift.start_s <= start_s <= shift.end_s for start_s in starts_s)
        for shift in van.shifts_in(case.week)
    )


# --- in none


class _LeftOut:
    """Tries a plan's week with one rule lifted after the other, for one order."""

    def __init__(self, plan: Plan, order: Order) -> None:
        self._plan, self._order = plan, order
        self._now = _standing(plan.case, plan, plan.rounds, order)

    def __call__(self, count: int) -> LeftOut:
        """Return why the order is in no round."""
        order = self._order
        found = cheapest_places(self._now, order, count=count)
        told = next((u.code for u in self._plan.unserved if u.order_id == order.id), None)
        code = told or found.code or UnservedCode.NO_ROOM_LEFT
        opened: dict[Lift, Insertions] = {}
        what_ifs: list[WhatIf] = []
        for lift in () if found.places else Lift:
            wide = self._tried(lift, _MOST_STEPS * _STEP_S)
            if wide is None or not wide.places:
                continue
            opened[lift] = wide
            one = self._what_if(lift, wide)
            if one is not None:
                what_ifs.append(one)
        return LeftOut(
            order=order,
            code=code,
            places=found.places,
            obstructions=()
            if found.places
            else tuple(
                self._obstruction(van_day, opened)
                for van_day in van_days_of(self._plan.case.vehicles, None, self._plan.case.week)
            ),
            what_ifs=tuple(sorted(what_ifs, key=lambda one: one.added_cents)),
        )

    def _tried(self, lift: Lift, by_s: int) -> Insertions | None:
        """Return the places with a rule lifted; None where there is nothing to lift.

        Rounds that do not hold as they are take nothing either way.
        """
        free = lifted(self._plan.case, self._order, lift, by_s=by_s)
        if free is None:
            return None
        case, order = free
        standing = _standing(case, self._plan, self._plan.rounds, order)
        found = _all_rounds(standing, order)
        driven = {one.round.id for one in self._now.rounds}
        return replace(
            found,
            places=tuple(
                one for one in found.places if one.before is None or one.before.id in driven
            ),
        )

    def _what_if(self, lift: Lift, wide: Insertions) -> WhatIf | None:
        """Return the cheapest place that lifting a rule opens, by as little as makes one."""
        found, by_s = wide, 0
        if lift in BY_MINUTES:
            none, some = 0, _MOST_STEPS
            while some - none > 1:
                middle = (none + some) // 2
                tried = self._tried(lift, middle * _STEP_S)
                if tried is not None and tried.places:
                    some, found = middle, tried
                else:
                    none = middle
            by_s = some * _STEP_S
        now_cents = {one.round.id: one.schedule.cost_cents for one in self._now.rounds}

        def added_cents(one: Insertion) -> int:
            return one.round.cost_cents - (0 if one.before is None else now_cents[one.before.id])

        best = min(found.places, key=added_cents)
        van_id = best.round.vehicle_id if lift in OF_VANS else None
        room = self._missing(best) if lift is Lift.CAPACITY else Room()
        free = lifted(self._plan.case, self._order, lift, by_s=by_s, room=room, vehicle_id=van_id)
        if free is None or not _accepted(self._plan, free[0], best):
            return None
        return WhatIf(
            lift=lift,
            vehicle_id=van_id,
            by_s=by_s,
            room=room,
            insertion=best,
            added_cents=added_cents(best),
        )

    def _missing(self, one: Insertion) -> Room:
        """Return how much more room a van would need for a round."""
        van = next(v for v in self._plan.case.vehicles if v.id == one.round.vehicle_id)
        stops, litres = one.round.stops, van.capacity_litres
        return Room(
            crates=max(0, *(stop.load_crates - van.capacity_crates for stop in stops)),
            mass_g=max(0, *(stop.load_g - van.capacity_g for stop in stops)),
            litres=0 if litres is None else max(0, *(stop.load_litres - litres for stop in stops)),
        )

    def _obstruction(self, van_day: VanDay, opened: Mapping[Lift, Insertions]) -> Obstruction:
        """Return what keeps the order out of a van on a shift, whoever drives it."""
        driven = next((one for one in self._plan.rounds if _is_of(one, van_day)), None)
        round_id = None if driven is None else driven.id
        rules: tuple[Rule, ...]
        if (static := self._of_empty(van_day)) is not None:
            rules = (static,)
        elif round_id in self._now.undrivable:
            rules = (Rule.UNDRIVABLE,)
        elif all(self._of_empty(one) for one in self._with_drivers(van_day, driven)):
            rules = (Rule.DRIVER,)
        else:
            found = (
                _RULES[lift]
                for lift, places in opened.items()
                if any(self._is_on(one, van_day, round_id, lift) for one in places.places)
            )
            rules = tuple(dict.fromkeys(found)) or (Rule.SEVERAL,)
        return Obstruction(
            vehicle_id=van_day.vehicle.id,
            day=self._plan.case.week.moment(van_day.shift.start_s).date(),
            round_id=round_id,
            rules=rules,
        )

    def _with_drivers(self, van_day: VanDay, driven: Round | None) -> list[VanDay]:
        """Return a van's shift with its round's driver, or with everybody who is free."""
        return [
            one
            for number, one in enumerate(self._now.translation.van_days)
            if (one.vehicle.id, one.duty) == (van_day.vehicle.id, van_day.duty)
            and (number in self._now.idle if driven is None else sets_out(driven, one))
        ]

    def _of_empty(self, van_day: VanDay) -> Rule | None:
        """Return what would keep the order out of a van that had nothing else to do."""
        order, case, van = self._order, self._plan.case, van_day.vehicle
        farm, site = case.places[order.producer_id], case.places[order.site_id]

        def opens(hours: Sequence[TimeWindow]) -> bool:
            return any(window.meet(van_day.shift) for window in hours)

        kept = (
            (Rule.TEMPERATURE, order.keeps_cold_in(van)),
            (Rule.WILLING, order.is_welcome_in(van)),
            (
                Rule.CAPACITY,
                holds(van, mass_g=order.mass_g, crates=order.crates, litres=order.litres),
            ),
            (Rule.FARM_CLOSED, opens(farm.hours(case.week))),
            (Rule.NOT_READY, opens(not_before(farm.hours(case.week), case.ready_s([order])))),
            (Rule.SITE_CLOSED, opens(site.hours(case.week))),
            (Rule.DAYS, opens(site.hours(case.week, order.days))),
            (Rule.BELOW_MINIMUM, not self._now.below_minimum),
        )
        return next((rule for rule, holds_good in kept if not holds_good), None)

    def _is_on(self, one: Insertion, van_day: VanDay, round_id: str | None, lift: Lift) -> bool:
        """Return whether a place is on a van's shift, which may be longer by then."""
        if one.before is not None or round_id is not None:
            return one.before is not None and one.before.id == round_id
        margin_s = _MOST_STEPS * _STEP_S if lift in OF_VANS else 0
        shift, start_s = van_day.shift, one.round.stops[0].start_s
        return (
            one.round.vehicle_id == van_day.vehicle.id
            and shift.start_s - margin_s <= start_s <= shift.end_s + margin_s
        )


def _is_of(one: Round, van_day: VanDay) -> bool:
    """Return whether a round is that of a van's shift, whoever drives it."""
    return sets_out(replace(one, driver_id=van_day.driver_id), van_day)


def _accepted(plan: Plan, case: Case, one: Insertion) -> bool:
    """Return whether the check accepts the round of a place in a week with one rule lifted.

    Other rounds and the reasons of other orders are those of the week as it is.
    """
    stamp = fingerprint_with(plan.fingerprint, case)
    after = with_insertion(replace(plan, case=case, fingerprint=stamp), one)
    return not any(
        violation.round_id == one.round.id or violation.details.get("order") == one.order.id
        for violation in check_plan(after)
        if violation.part is Part.SHARED
    )
