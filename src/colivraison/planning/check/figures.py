"""Checks what a plan claims beyond its rounds: reasons, lent vans, figures of the suggestions."""

from __future__ import annotations

from collections.abc import Mapping

from colivraison.domain import (
    Action,
    AlonePlan,
    Case,
    CoDelivery,
    NewSite,
    Order,
    Round,
    Settings,
    Vehicle,
)
from colivraison.planning.check.violation import Part, Violation, ViolationCode

__all__ = [
    "check_co_delivery_figures",
    "check_lent_vans",
    "check_new_site_figures",
]


def check_lent_vans(case: Case, alone: AlonePlan) -> list[Violation]:
    """Return the lent vans that are not the one reference van of the settings."""
    wrong = [
        lent.id
        for number, lent in enumerate(alone.vehicles)
        if number > 0 or not _is_reference_van(case, alone.producer_id, lent)
    ]
    return [
        Violation(
            code=ViolationCode.WRONG_LENT_VAN, part=Part.ALONE, details={"vehicle": vehicle_id}
        )
        for vehicle_id in wrong
    ]


def _is_reference_van(case: Case, producer_id: str, lent: Vehicle) -> bool:
    van = case.settings.reference_van
    goods = frozenset(o.temperature for o in case.orders if o.producer_id == producer_id)
    return (
        lent.assumed
        and lent.id not in {v.id for v in case.vehicles}
        and {lent.owner_id, lent.start_site_id, lent.end_site_id} == {producer_id}
        and lent.temperatures == goods
        and (lent.capacity_g, lent.capacity_crates, lent.capacity_litres)
        == (van.capacity_g, van.capacity_crates, van.capacity_litres)
        and (lent.cents_per_km, lent.cents_per_hour, lent.cents_per_use)
        == (van.cents_per_km, van.cents_per_hour, van.cents_per_use)
        and (lent.profile, lent.shifts) == (van.profile, van.shifts)
        and not (lent.dated_shifts or lent.refuses or lent.carries_for)
        and not (lent.energy or lent.usual_prices)
    )


def check_co_delivery_figures(
    co: CoDelivery,
    case: Case,
    before: Mapping[str, AlonePlan],
    vans: Mapping[str, Vehicle],
) -> list[Violation]:
    """Return whether costs, distances, crates taken and payment follow from the rounds."""
    cents = {co.carrier_id: 0, co.served_id: 0}
    metres = {co.carrier_id: 0, co.served_id: 0}
    taken: set[str] = set()
    orders = {o.id: o for o in case.orders}
    for one in co.rounds:
        if one.vehicle_id not in vans:
            continue  # reported as unknown with the rounds
        owner = vans[one.vehicle_id].owner_id
        cents[owner] += one.cost_cents
        metres[owner] += one.distance_m
        if owner == co.carrier_id:
            taken |= _delivered(one, orders, co.served_id)
    carrier, served = before[co.carrier_id], before[co.served_id]
    cents_before = {
        alone.producer_id: sum(r.cost_cents for r in alone.rounds) for alone in (carrier, served)
    }
    metres_before = {
        alone.producer_id: sum(r.distance_m for r in alone.rounds) for alone in (carrier, served)
    }
    extra = cents[co.carrier_id] - cents_before[co.carrier_id]
    saving = cents_before[co.served_id] - cents[co.served_id] - extra
    payment = min(max(extra + saving // 2, 0), cents[co.carrier_id])
    told = (
        co.carrier_before_cents,
        co.carrier_after_cents,
        co.served_before_cents,
        co.served_after_cents,
        co.carrier_before_m,
        co.carrier_after_m,
        co.served_before_m,
        co.served_after_m,
        co.payment_cents,
        set(co.order_ids),
        set(co.site_ids),
        set(co.vehicles),
    )
    derived = (
        cents_before[co.carrier_id],
        cents[co.carrier_id],
        cents_before[co.served_id],
        cents[co.served_id],
        metres_before[co.carrier_id],
        metres[co.carrier_id],
        metres_before[co.served_id],
        metres[co.served_id],
        payment,
        taken,
        {orders[order_id].site_id for order_id in taken},
        {*carrier.vehicles, *served.vehicles},
    )
    if told != derived or not taken or saving <= 0:
        return [Violation(code=ViolationCode.WRONG_FIGURES, part=Part.CO_DELIVERY)]
    return []


def _delivered(one: Round, orders: Mapping[str, Order], producer_id: str) -> set[str]:
    return {
        order_id
        for stop in one.stops
        for handling in stop.handlings
        if handling.action is Action.DELIVERY
        for order_id in handling.order_ids
        if order_id in orders and orders[order_id].producer_id == producer_id
    }


def check_new_site_figures(new: NewSite, base: Round, settings: Settings) -> list[Violation]:
    """Return whether the trial drop is that of the settings and its detour that of the rounds."""
    told = (new.detour_s, new.detour_m, new.detour_cents, new.round.vehicle_id, new.round.day)
    derived = (
        new.round.duration_s - base.duration_s,
        new.round.distance_m - base.distance_m,
        new.round.cost_cents - base.cost_cents,
        base.vehicle_id,
        base.day,
    )
    trial = [(o.site_id, o.crates, o.mass_g, len(o.days)) for o in new.orders]
    wished = [(new.site.id, settings.new_point_crates, settings.new_point_g, 0)]
    if told != derived or trial != wished:
        return [Violation(code=ViolationCode.WRONG_FIGURES, part=Part.NEW_SITE)]
    return []
