"""An order put where it was suggested: the plan that follows, without any search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count as counter

from colivraison.domain import (
    AlonePlan,
    Case,
    Driver,
    Order,
    Plan,
    Round,
    TravelMatrix,
    Unserved,
    UnservedCode,
    Vehicle,
)
from colivraison.errors import Fault, InputError
from colivraison.planning.alone import reference_van
from colivraison.planning.fingerprint import fingerprint_with
from colivraison.planning.insertions import Insertion, Insertions, cheapest_places, with_order
from colivraison.planning.retime import retime
from colivraison.planning.standing import standing_rounds
from colivraison.planning.told_anew import reasons_again
from colivraison.planning.van_days import busy_van_days, sets_out, van_days_of

__all__ = ["with_insertion"]


def with_insertion(plan: Plan, insertion: Insertion) -> Plan:
    """Return a plan with an order in the place that was suggested for it.

    The other rounds keep their order of stops; times are those of `retime`, and suggestions made
    for other rounds are dropped.  A new order also joins what its producer would drive alone, where
    it costs least there, on a van that is lent where the own ones cannot take it: so the comparison
    stays one of the same goods.  Orders that were below a minimum without it, and are not with it,
    find their places too.

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
    rounds, left = _with_company(
        case,
        rounds,
        [one for one in plan.unserved if one.order_id != order.id],
        order,
        vehicles=case.vehicles,
        matrix=plan.matrix,
        drivers=case.drivers or None,
    )
    return retime(
        replace(
            plan,
            case=case,
            fingerprint=fingerprint_with(plan.fingerprint, case),
            rounds=rounds,
            unserved=left,
            alone=_with_producer(plan, case, order) if is_new else plan.alone,
        )
    ).plan


def _with_company(
    case: Case,
    rounds: tuple[Round, ...],
    unserved: Sequence[Unserved],
    order: Order,
    *,
    vehicles: Sequence[Vehicle],
    matrix: TravelMatrix,
    drivers: Sequence[Driver] | None = None,
    prefix: str = "",
) -> tuple[tuple[Round, ...], tuple[Unserved, ...]]:
    """Return rounds with those whom one order more makes enough, and who is left out, and why.

    They were left out for a minimum alone; each joins where it costs least.
    """
    left = {one.order_id for one in unserved if one.code is UnservedCode.BELOW_MINIMUM}
    pair = order.producer_id, order.site_id
    for one in case.orders:
        if one.id in left and (one.producer_id, one.site_id) == pair:
            standing = standing_rounds(
                case, vehicles=vehicles, matrix=matrix, rounds=rounds, order=one, drivers=drivers
            )
            for best in cheapest_places(standing, one, count=1).places:
                rounds = _put(rounds, best, prefix)
    served = {i for r in rounds for s in r.stops for h in s.handlings for i in h.order_ids}
    waiting = [one for one in unserved if one.order_id not in served]
    return rounds, reasons_again(
        case, waiting, order, vehicles=vehicles, matrix=matrix, drivers=drivers
    )


def _put(rounds: tuple[Round, ...], place: Insertion, prefix: str) -> tuple[Round, ...]:
    if place.before is None:
        used = {one.id for one in rounds}
        name = next(n for n in map(f"{prefix}{{}}".format, counter(1)) if n not in used)
        return (*rounds, replace(place.round, id=name))
    return tuple(place.round if one.id == place.round.id else one for one in rounds)


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
    """Return what a producer drives alone with one order more, and with what that makes enough."""
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
    rounds, unserved = stood.rounds, list(stood.unserved)
    if found.places:
        rounds = _put(rounds, found.places[0], f"{producer.id}-")
    else:
        # Whatever is said here: the reasons of a producer for a site are told anew.
        unserved.append(Unserved(order_id=order.id, code=UnservedCode.NO_ROOM_LEFT))
    rounds, left = _with_company(
        case,
        rounds,
        unserved,
        order,
        vehicles=(*own, *helped),
        matrix=plan.matrix,
        prefix=f"{producer.id}-",
    )
    if len(helped) > len(stood.vehicles):
        # One van more: what keeps the others out may be something else now.
        orders = {one.id: one for one in case.orders}
        for one in left:
            left = reasons_again(
                case, left, orders[one.order_id], vehicles=(*own, *helped), matrix=plan.matrix
            )
    return replace(stood, vehicles=helped, rounds=rounds, unserved=left)


def _places(
    plan: Plan, case: Case, stood: AlonePlan, order: Order, vehicles: Iterable[Vehicle]
) -> Insertions:
    standing = standing_rounds(
        case, vehicles=tuple(vehicles), matrix=plan.matrix, rounds=stood.rounds, order=order
    )
    return cheapest_places(standing, order, count=1)
