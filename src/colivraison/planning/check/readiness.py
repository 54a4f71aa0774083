"""When orders are ready to be loaded, derived by the check itself."""

from __future__ import annotations

from collections.abc import Iterable

from colivraison.domain import Case, Order

__all__ = ["ready_s"]


def ready_s(case: Case, orders: Iterable[Order]) -> int:
    """Return from when on all of some orders may be loaded, in seconds of the horizon; 0: at once.

    An order is ready its producer's preparation time after it was placed.
    """
    latest_s = 0
    for order in orders:
        placed = order.ordered_at
        if placed is None:
            continue
        maker = next(one for one in case.producers if one.id == order.producer_id)
        placed_s = case.week.elapsed_s(placed.date, placed.clock_s)
        latest_s = max(latest_s, placed_s + maker.preparation_s)
    return latest_s
