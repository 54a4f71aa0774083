"""Which orders of two versions of a case are the same.

Ids may be left out in tables and are then counted by row (``interchange``): where a row has been
taken out, every id below it names another order.  Ids are believed unless one of them changes
hands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from colivraison.domain import Case, Order

__all__ = ["SameOrders", "same_orders"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SameOrders:
    """The orders of two cases, brought together.

    Parameters
    ----------
    pairs
        Before and after, in the order of the case after.
    dropped, added
        Orders of the case before, and of the one after, that the other does without.
    renumbered
        An id stands for another producer or place than before: orders were then brought together by
        what they are, not by their ids alone.
    """

    pairs: tuple[tuple[Order, Order], ...]
    dropped: tuple[Order, ...]
    added: tuple[Order, ...]
    renumbered: bool


def same_orders(before: Case, after: Case) -> SameOrders:
    """Return which orders of one case are which of another.

    An order is the same when its id is, and its producer and place are; weight, crates, days and
    the rest may change.  Where an id changes hands, first what agrees in everything is brought
    together, then what agrees in all but the id, and only then what agrees in id, producer and
    place.
    """
    known = {order.id: order for order in before.orders}
    renumbered = any(
        _pair(known[order.id]) != _pair(order) for order in after.orders if order.id in known
    )
    keys: list[Callable[[Order], Hashable]] = [lambda order: (order.id, _pair(order))]
    if renumbered:
        keys = [lambda order: order, lambda order: replace(order, id=""), *keys]
    found: dict[str, Order] = {}
    left_before, left_after = list(before.orders), list(after.orders)
    for key in keys:
        found |= _brought_together(left_before, left_after, key)
        used = {order.id for order in found.values()}
        left_before = [order for order in left_before if order.id not in used]
        left_after = [order for order in left_after if order.id not in found]
    return SameOrders(
        pairs=tuple((found[order.id], order) for order in after.orders if order.id in found),
        dropped=tuple(left_before),
        added=tuple(left_after),
        renumbered=renumbered,
    )


def _pair(order: Order) -> tuple[str, str]:
    return order.producer_id, order.site_id


def _brought_together(
    before: Sequence[Order], after: Sequence[Order], key: Callable[[Order], Hashable]
) -> dict[str, Order]:
    """Return by id after the order before; of several with one key in their order."""
    waiting: dict[Hashable, list[Order]] = defaultdict(list)
    for order in reversed(before):
        waiting[key(order)].append(order)
    return {order.id: waiting[key(order)].pop() for order in after if waiting[key(order)]}
