"""An order of a plan by the id that somebody gave."""

from __future__ import annotations

from colivraison.domain import Order, Plan
from colivraison.errors import Fault, InputError, Where

__all__ = ["named_order"]

# An id of a stranger may be as long as a book.
_MOST_SHOWN = 200


def named_order(plan: Plan, order_id: str, where: Where | None = None) -> Order:
    """Return the order of a plan that has an id.

    Raises
    ------
    InputError
        ``order_comes_back`` for an order that comes back every week, with the ids that it has on
        its days; else ``no_such_order``.
    """
    found = next((one for one in plan.case.orders if one.id == order_id), None)
    if found is not None:
        return found
    code, details = "no_such_order", {}
    if any(one.id == order_id for one in plan.case.recurring):
        days = [one.id for one in plan.case.orders if one.id.startswith(f"{order_id}@")]
        if days:
            code, details = "order_comes_back", {"ids": ", ".join(days)}
    fault = Fault(code=code, where=where or Where(), value=order_id[:_MOST_SHOWN], details=details)
    raise InputError([fault])
