"""When orders may be loaded or unloaded at a place: its hours, and what the orders say."""

from __future__ import annotations

from collections.abc import Iterable

from colivraison.domain import Action, Order, Site, Week, Weekday, not_before
from colivraison.units import TimeWindow

__all__ = ["common_days", "handling_hours"]


def common_days(orders: Iterable[Order]) -> frozenset[Weekday] | None:
    """Return the days on which all of some orders may be delivered; None for any day."""
    limited = [order.days for order in orders if order.days]
    return frozenset.intersection(*limited) if limited else None


def handling_hours(
    site: Site, week: Week, action: Action, orders: Iterable[Order], *, ready_s: int = 0
) -> tuple[TimeWindow, ...]:
    """Return when some orders may be handled together, in seconds of the horizon.

    The allowed days are those of the delivery; loading may begin the evening before.  Allowed days
    that exclude each other leave no hours at all.

    Parameters
    ----------
    ready_s
        When they stand ready (`Case.ready_s`): nobody loads them before.
    """
    if action is Action.PICKUP:
        return not_before(site.hours(week), ready_s)
    days = common_days(orders)
    return () if days == frozenset() else site.hours(week, days)
