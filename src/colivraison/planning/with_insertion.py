"""An order put where it was suggested: the plan that follows, without any search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count as counter

from colivraison.domain import (
    AlonePlan,
    Case,
    Order,
    Plan,
    Producer,
    Round,
    Unserved,
    UnservedCode,
    Vehicle,
)
from colivraison.errors import Fault, InputError
from colivraison.planning.alone import reference_van
from colivraison.planning.fingerprint import fingerprint_with
from colivraison.planning.insertions import Insertion, Insertions, cheapest_places, with_order
from colivraison.planning.left_out import reasons_again
from colivraison.planning.retime import retime
from colivraison.planning.standing import standing_rounds

__all__ = ["with_insertion"]


def with_insertion(plan: Plan, insertion: Insertion) -> Plan:
    """Return a plan with an order in the place that was suggested for it.

    The other rounds keep their order of stops; times are those of `retime`, and suggestions made
    for other rounds are dropped.  A new order also joins what its producer would drive alone, where
    it costs least there, on a van that is lent where the own ones cannot take it: so the comparison
    stays one of the same goods.

    Raises
    ------
    InputError
        ``insertion_outdated`` where the round is no longer the one that the place was found in, and
        the faults of `suggest_insertions`.
    """
    order = insertion.order
    case = with_order(plan, order)
    if not _fits(plan, insertion):
        raise InputError([Fault(code="insertion_outdated", value=insertion.round.id)])
    is_new = order not in plan.case.orders
    rounds = (
        (*plan.rounds, insertion.round)
        if insertion.before is None
        else tuple(
            replace(insertion.round, legs=one.legs) if one.id == insertion.round.id else one
            for one in plan.rounds
        )
    )
    return retime(
        replace(
            plan,
            case=case,
            fingerprint=fingerprint_with(plan.fingerprint, case),
            rounds=rounds,
            unserved=reasons_again(
                case,
                [one for one in plan.unserved if one.order_id != order.id],
                order,
                vehicles=case.vehicles,
                matrix=plan.matrix,
            ),
            alone=_with_producer(plan, case, order) if is_new else plan.alone,
        )
    ).plan


def _fits(plan: Plan, insertion: Insertion) -> bool:
    """Return whether the round that an order shall join still stands, or its van still waits."""
    same = [one for one in plan.rounds if one.id == insertion.round.id]
    if insertion.before is None:
        shifts = [
            shift
            for vehicle in plan.case.vehicles
            if vehicle.id == insertion.round.vehicle_id
            for shift in vehicle.shifts_in(plan.case.week)
            if shift.start_s <= insertion.round.stops[0].start_s <= shift.end_s
        ]
        return not same and not any(
            shift.start_s <= one.stops[0].start_s <= shift.end_s
            for shift in shifts
            for one in plan.rounds
            if one.vehicle_id == insertion.round.vehicle_id and one.stops
        )
    return [(one.vehicle_id, one.day, _work(one)) for one in same] == [
        (insertion.before.vehicle_id, insertion.before.day, _work(insertion.before))
    ]


def _work(one: Round) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (stop.site_id, handling.action, handling.order_ids)
        for stop in one.stops
        for handling in stop.handlings
    ]


def _with_producer(plan: Plan, case: Case, order: Order) -> tuple[AlonePlan, ...]:
    """Return everyone alone, a new order of one producer included."""
    told = {one.producer_id: one for one in plan.alone}
    stood = told.get(
        order.producer_id,
        AlonePlan(producer_id=order.producer_id, vehicles=(), rounds=(), unserved=()),
    )
    told[order.producer_id] = _alone_with(plan, case, stood, order)
    return tuple(told[producer.id] for producer in case.producers if producer.id in told)


def _alone_with(plan: Plan, case: Case, stood: AlonePlan, order: Order) -> AlonePlan:
    """Return what a producer drives alone with one order more, and with what that makes enough."""
    producer = next(one for one in case.producers if one.id == order.producer_id)
    own = tuple(one for one in case.vehicles if one.owner_id == producer.id)
    pair = order.producer_id, order.site_id
    left = {one.order_id for one in stood.unserved}
    company = [
        one
        for one in case.orders
        if one.id in left and (one.producer_id, one.site_id) == pair and pair in case.minimum_of
    ]
    now, waiting = stood, [order, *company]
    while True:
        # Whoever waits may be enough only after another one: so each is asked again.
        for one in waiting:
            joined = _joined(plan, case, now, one, producer, own)
            if joined is not None:
                now = joined
                waiting.remove(one)
                break
        else:
            break
    others = [one for one in stood.unserved if one.order_id not in {each.id for each in company}]
    # Whatever is said here: the reasons of a producer for a site are told anew.
    unserved = [
        *others,
        *(Unserved(order_id=one.id, code=UnservedCode.NO_ROOM_LEFT) for one in waiting),
    ]
    vehicles = (*own, *now.vehicles)
    return replace(
        now,
        unserved=reasons_again(case, unserved, order, vehicles=vehicles, matrix=plan.matrix),
    )


def _joined(
    plan: Plan,
    case: Case,
    stood: AlonePlan,
    order: Order,
    producer: Producer,
    own: tuple[Vehicle, ...],
) -> AlonePlan | None:
    """Return what a producer drives alone with an order in its cheapest place; None: none has."""
    lent = reference_van(case, producer)
    # One that is lent already keeps all goods cold from now on.
    helped = (lent,) if stood.vehicles else ()
    found = _places(plan, case, stood, order, (*own, *helped))
    if not found.places and not helped:
        helped = (lent,)
        found = _places(plan, case, stood, order, (*own, lent))
    if not found.places:
        return None
    best = found.places[0]
    if best.before is None:
        number = next(k for k in counter(1) if f"{producer.id}-{k}" not in _ids(stood.rounds))
        rounds = (*stood.rounds, replace(best.round, id=f"{producer.id}-{number}"))
    else:
        rounds = tuple(best.round if one.id == best.round.id else one for one in stood.rounds)
    return replace(stood, vehicles=helped, rounds=rounds)


def _places(
    plan: Plan, case: Case, stood: AlonePlan, order: Order, vehicles: Iterable[Vehicle]
) -> Insertions:
    standing = standing_rounds(
        case, vehicles=tuple(vehicles), matrix=plan.matrix, rounds=stood.rounds, order=order
    )
    return cheapest_places(standing, order, count=1)


def _ids(rounds: Iterable[Round]) -> set[str]:
    return {one.id for one in rounds}
