"""What an order cycle says of a week: dates that contradict each other, orders that came late."""

from __future__ import annotations

from collections.abc import Iterator

from colivraison.domain import Case
from colivraison.errors import Fault, Where

__all__ = ["cycle_contradictions", "late_orders"]


def cycle_contradictions(case: Case) -> tuple[Fault, ...]:
    """Return every contradiction between the dates of the cycle, and with the week planned.

    ``cut_off_after_distribution``, ``opening_after_cut_off``, ``distribution_outside_week``.
    """
    return tuple(_contradictions(case))


def _contradictions(case: Case) -> Iterator[Fault]:
    cycle, dates = case.settings.cycle, case.week.dates
    opens, closes, distribution = cycle.opens, cycle.closes, cycle.distribution
    if distribution is not None and distribution.date not in dates:
        yield _fault(
            "distribution_outside_week",
            "distribution",
            distribution_moment=distribution.isoformat(),
            first_date=dates[0].isoformat(),
            last_date=dates[-1].isoformat(),
        )
    if closes is not None and distribution is not None and closes > distribution:
        yield _fault(
            "cut_off_after_distribution",
            "cut_off",
            cut_off_moment=closes.isoformat(),
            distribution_moment=distribution.isoformat(),
        )
    if opens is not None and closes is not None and opens > closes:
        yield _fault(
            "opening_after_cut_off",
            "opens",
            opens_moment=opens.isoformat(),
            cut_off_moment=closes.isoformat(),
        )


def _fault(code: str, field: str, **details: str) -> Fault:
    where = Where(sheet="settings", pointer=f"/settings/cycle/{field}")
    return Fault(code=code, where=where, details=details)


def late_orders(case: Case) -> tuple[Fault, ...]:
    """Return a warning for every order placed after the cut-off: it is planned all the same."""
    closes = case.settings.cycle.closes
    if closes is None:
        return ()
    return tuple(
        Fault(
            code="order_late",
            where=Where(sheet="orders", pointer=f"/orders/{index}"),
            value=order.id,
            details={
                "producer": case.places[order.producer_id].name,
                "site": case.places[order.site_id].name,
                "ordered_moment": order.ordered_at.isoformat(),
                "cut_off_moment": closes.isoformat(),
            },
        )
        for index, order in enumerate(case.orders)
        if order.ordered_at is not None and order.ordered_at > closes
    )
