"""Every place of an order in a plan, the long way: each round timed anew and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from colivraison.domain import Action, Case, Handling, Order, Plan, Round, Stop, Vehicle
from colivraison.planning import retime
from colivraison.planning.shipments import likeness
from colivraison.units import TimeWindow

Work = tuple[str, Handling]


def rebuilt(one: Round, works: list[Work], ends: tuple[str, str]) -> Round:
    """A round of some work in some order; `retime` makes stops and times of it."""
    stops = [
        Stop(
            site_id=site_id,
            arrival_s=0,
            start_s=0,
            departure_s=0,
            load_g=0,
            load_crates=0,
            handlings=handlings,
        )
        for site_id, handlings in (
            (ends[0], ()),
            *((site_id, (replace(handling, begin_s=None),)) for site_id, handling in works),
            (ends[1], ()),
        )
    ]
    # The shift is told by when it sets out.
    stops[0] = replace(stops[0], start_s=one.stops[0].start_s)
    return replace(one, stops=tuple(stops), legs=())


def ways_in(
    works: list[Work], order: Order, orders: dict[str, Order], case: Case
) -> Iterator[list[Work]]:
    """Every way to put an order into some work: two handlings of its own, or along with a twin."""
    mine = {
        action: Handling(shipment_id=order.id, action=action, order_ids=(order.id,))
        for action in Action
    }
    load = (order.producer_id, mine[Action.PICKUP])
    unload = (order.site_id, mine[Action.DELIVERY])
    for p in range(len(works) + 1):
        for d in range(p, len(works) + 1):
            yield [*works[:p], load, *works[p:d], unload, *works[d:]]
    for twin in {handling.shipment_id for _, handling in works}:
        ids = next(h.order_ids for _, h in works if h.shipment_id == twin)
        if likeness(orders[ids[0]], case.ready_s) == likeness(order, case.ready_s):
            yield [
                (site, replace(h, order_ids=(*h.order_ids, order.id)))
                if h.shipment_id == twin
                else (site, h)
                for site, h in works
            ]


def free_drivers(
    out: tuple[Round, ...], case: Case, van: Vehicle, shift: TimeWindow
) -> Iterator[tuple[str, TimeWindow]]:
    """Who may take a van on its shift, and when; nobody whose other van may be out then."""
    if not case.drivers:
        yield "", shift
    vans = {one.id: one for one in case.vehicles}
    for driver in case.drivers:
        away = [
            window
            for one in out
            if one.driver_id == driver.id
            for other in vans[one.vehicle_id].shifts_in(case.week)
            for own in driver.shifts_in(case.week)
            if (window := own.meet(other))
            and window.start_s <= one.stops[0].start_s <= window.end_s
        ]
        for own in driver.shifts_in(case.week):
            window = own.meet(shift)
            if driver.vehicles and van.id not in driver.vehicles:
                continue
            if window is None or window.start_s == window.end_s:
                continue
            if all(one.end_s <= window.start_s or window.end_s <= one.start_s for one in away):
                yield driver.id, window


def tried(
    plan: Plan, order: Order, *, beside: tuple[Round, ...] = ()
) -> dict[tuple[object, ...], int]:
    """The added cents of everything that can be driven, by round and order of stops.

    Rounds ``beside`` take their vans and drivers, and nothing is put into them.
    """
    out = (*plan.rounds, *beside)
    case = plan.case
    if order not in case.orders:
        case = replace(case, orders=(*case.orders, order))
    orders = {one.id: one for one in case.orders}
    if _too_little(plan, case, order):
        return {}
    vans = {van.id: van for van in case.vehicles}
    bases = [
        (one, [(stop.site_id, h) for stop in one.stops for h in stop.handlings], one.cost_cents)
        for one in plan.rounds
    ]
    for van in case.vehicles:
        for shift in van.shifts_in(case.week):
            taken = any(
                one.vehicle_id == van.id and shift.start_s <= one.stops[0].start_s <= shift.end_s
                for one in out
            )
            for driver_id, window in () if taken else free_drivers(out, case, van, shift):
                blank = Round(
                    id=f"{van.id} {shift.start_s}",
                    vehicle_id=van.id,
                    driver_id=driver_id,
                    day=case.week.moment(window.start_s).date(),
                    stops=(Stop.without_work(van.start_site_id, window.start_s),),
                    distance_m=0,
                    duration_s=0,
                    cost_cents=0,
                )
                bases.append((blank, [], 0))
    found: dict[tuple[object, ...], int] = {}
    for base, works, before_cents in bases:
        van = vans[base.vehicle_id]
        for way in ways_in(works, order, orders, case):
            edited = rebuilt(base, way, (van.start_site_id, van.end_site_id))
            again = retime(replace(plan, case=case, rounds=(edited,), alone=()))
            if any(violation.round_id == base.id for violation in again.violations):
                continue
            (after,) = again.plan.rounds
            stops = [
                k
                for k, stop in enumerate(after.stops)
                for handling in stop.handlings
                if order.id in handling.order_ids
            ]
            key = (base.id, tuple(stop.site_id for stop in after.stops), *stops)
            added_cents = after.cost_cents - before_cents
            found[key] = min(added_cents, found.get(key, added_cents))
    return found


def _too_little(plan: Plan, case: Case, order: Order) -> bool:
    """Whether its producer brings less than the minimum to its site even with the order."""
    brought = {order.id} | {
        i for one in plan.rounds for stop in one.stops for h in stop.handlings for i in h.order_ids
    }
    crates = sum(
        one.crates
        for one in case.orders
        if one.id in brought
        and (one.producer_id, one.site_id) == (order.producer_id, order.site_id)
    )
    return any(
        rule.producer_id == order.producer_id and crates < rule.amount for rule in case.minimums
    )


def best_five(found: dict[tuple[object, ...], int]) -> list[int]:
    """The cheapest of each round, then the cheapest others; sorted."""
    by_round: dict[object, list[int]] = {}
    for (base, *_), cents in found.items():
        by_round.setdefault(base, []).append(cents)
    firsts = sorted(min(cents) for cents in by_round.values())[:5]
    others = sorted(c for cents in by_round.values() for c in sorted(cents)[1:])
    return sorted(firsts + others[: 5 - len(firsts)])
