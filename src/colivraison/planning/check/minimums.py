"""Checks minimum orders: what a producer brings to a place is enough, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from colivraison.domain import Case, MinimumUnit, Order, OrderMinimum, Round
from colivraison.planning.check.violation import Part, Violation, ViolationCode

__all__ = ["check_minimums", "is_short"]


def check_minimums(
    case: Case, orders: Collection[Order], rounds: Iterable[Round], part: Part
) -> list[Violation]:
    """Return the producers and places where something is delivered, and too little."""
    if not case.minimums:
        return []
    delivered = {i for r in rounds for s in r.stops for h in s.handlings for i in h.order_ids}
    found: list[Violation] = []
    for producer_id, site_id in sorted({(o.producer_id, o.site_id) for o in orders}):
        minimum = _minimum_for(case, producer_id, site_id)
        brought = [
            order
            for order in orders
            if (order.producer_id, order.site_id) == (producer_id, site_id)
            and order.id in delivered
        ]
        if minimum is None or not brought:
            continue
        lacking = minimum.amount - sum(_amount(minimum.unit, order) for order in brought)
        if lacking > 0:
            found.append(
                Violation(
                    code=ViolationCode.BELOW_MINIMUM,
                    part=part,
                    amount=lacking,
                    unit=minimum.unit.value,
                    details={
                        "producer": case.places[producer_id].name,
                        "site": case.places[site_id].name,
                    },
                )
            )
    return found


def _minimum_for(case: Case, producer_id: str, site_id: str) -> OrderMinimum | None:
    """Return the minimum of a producer at a place: its own one there, else its general one."""
    for wanted in (site_id, ""):
        for one in case.minimums:
            if one.producer_id == producer_id and one.site_id == wanted:
                return one
    return None


def is_short(case: Case, order: Order, others: Iterable[Order]) -> bool:
    """Tell whether an order and some others for the same place stay below a minimum."""
    minimum = _minimum_for(case, order.producer_id, order.site_id)
    together = {one.id: one for one in (order, *others)}.values()
    return minimum is not None and minimum.amount > sum(
        _amount(minimum.unit, one)
        for one in together
        if (one.producer_id, one.site_id) == (order.producer_id, order.site_id)
    )


def _amount(unit: MinimumUnit, order: Order) -> int:
    return {
        MinimumUnit.CENTS: order.value_cents,
        MinimumUnit.GRAMS: order.mass_g,
        MinimumUnit.CRATES: order.crates,
    }[unit]
