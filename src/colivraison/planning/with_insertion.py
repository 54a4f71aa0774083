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
    Round,
    Unserved,
    UnservedCode,
    Vehicle,
)
from colivraison.errors import Fault, InputError
from colivraison.planning.alone import reference_van
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.planning.insertions import Insertion, Insertions, cheapest_places, with_order
from colivraison.planning.retime import retime
from colivraison.planning.standing import standing_rounds
from colivraison.planning.van_days import busy_van_days, sets_out, van_days_of

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
            fingerprint=fingerprint_of(
                case, plan.fingerprint.territory, closures=plan.fingerprint.closures
            ),
            rounds=rounds,
            unserved=_with_company(case, plan.unserved, order),
            alone=_with_producer(plan, case, order) if is_new and plan.alone else plan.alone,
        )
    ).plan


def _with_company(case: Case, unserved: Iterable[Unserved], order: Order) -> tuple[Unserved, ...]:
    """Return why orders are left out now that one more is delivered where they would go.

    With it those of its producer for its site may be enough: then it is only that nobody took them.
    """
    pair = order.producer_id, order.site_id
    minimum = case.minimum_of.get(pair)
    theirs = [one for one in case.orders if (one.producer_id, one.site_id) == pair]
    if minimum is None or sum(map(minimum.counted, theirs)) < minimum.amount:
        return tuple(unserved)
    ids = {one.id for one in theirs}
    return tuple(
        replace(one, code=UnservedCode.NO_ROOM_LEFT)
        if one.code is UnservedCode.BELOW_MINIMUM and one.order_id in ids
        else one
        for one in unserved
    )


def _fits(plan: Plan, insertion: Insertion) -> bool:
    """Return whether the round that an order shall join still stands.

    Or else whether its van and its driver still wait.
    """
    same = [_identity(one) for one in plan.rounds if one.id == insertion.round.id]
    if insertion.before is not None:
        return same == [_identity(insertion.before)]
    case = plan.case
    vans = [one for one in case.vehicles if one.id == insertion.round.vehicle_id]
    van_days = van_days_of(vans, case.drivers or None, case.week)
    busy = busy_van_days(van_days, plan.rounds)
    own = [n for n, van_day in enumerate(van_days) if sets_out(insertion.round, van_day)]
    return not same and busy.isdisjoint(own)


def _identity(one: Round) -> tuple[object, ...]:
    return one.vehicle_id, one.driver_id, one.day, _work(one)


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
    producer = next(one for one in case.producers if one.id == order.producer_id)
    own = tuple(one for one in case.vehicles if one.owner_id == producer.id)
    lent = reference_van(case, producer)
    # One that is lent already keeps all goods cold from now on.
    helped = (lent,) if stood.vehicles else ()
    found = _places(plan, case, stood, order, (*own, *helped))
    if not found.places and not helped:
        lending = _places(plan, case, stood, order, (*own, lent))
        if lending.places:
            helped, found = (lent,), lending
    if not found.places:
        assert found.code is not None, "no place has a reason"
        unserved = Unserved(order_id=order.id, code=found.code)
        return replace(
            stood,
            vehicles=helped,
            unserved=tuple(sorted((*stood.unserved, unserved), key=lambda one: one.order_id)),
        )
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
