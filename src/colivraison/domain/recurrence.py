"""Orders that come back: every Thursday, except at Christmas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from colivraison.domain.actors import Order
from colivraison.domain.calendar import Week, Weekday

__all__ = ["Missed", "MissedBy", "Recurrence", "RecurringOrder", "occurrences"]

_MARK = "@"


class MissedBy(StrEnum):
    """Why an order that comes back does not come in a week."""

    EXCEPTED = "excepted"
    OUT_OF_PERIOD = "out_of_period"
    OTHER_WEEK = "other_week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """On which dates an order comes back.

    Parameters
    ----------
    weekdays
        Each of them, every week; at least one.
    first_date, last_date
        Both included; None: without beginning or end.
    except_dates
        In order; each falls on one of the weekdays.
    """

    weekdays: frozenset[Weekday]
    first_date: dt.date | None = None
    last_date: dt.date | None = None
    except_dates: tuple[dt.date, ...] = ()

    def __post_init__(self) -> None:
        if not self.weekdays:
            raise ValueError("an order comes back on some day of the week")
        if self.last_date is not None and (self.first_date or dt.date.min) > self.last_date:
            raise ValueError(f"ends before it starts: {self.first_date}..{self.last_date}")
        if self.except_dates != tuple(sorted(set(self.except_dates))):
            raise ValueError("exceptions stand in order, each once")
        if any(Weekday.of(date) not in self.weekdays for date in self.except_dates):
            raise ValueError("an exception on a day on which the order does not come back")

    def missed_by(self, date: dt.date) -> MissedBy | None:
        """Return why the order does not come on a date of one of its weekdays; None: it does."""
        if date in self.except_dates:
            return MissedBy.EXCEPTED
        first, last = self.first_date or dt.date.min, self.last_date or dt.date.max
        return None if first <= date <= last else MissedBy.OUT_OF_PERIOD


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringOrder:
    """An order that comes back.

    Parameters
    ----------
    order
        What is ordered each time; it names no days of its own.
    """

    order: Order
    repeats: Recurrence

    def __post_init__(self) -> None:
        if self.order.days:
            raise ValueError(f"order {self.order.id}: comes back on days, and has others")

    @property
    def id(self) -> str:
        """The id of the order that comes back; each time bears it with its date."""
        return self.order.id

    def on(self, date: dt.date) -> Order:
        """Return the order of one date: ``c1@2026-11-26``, delivered that day."""
        return replace(
            self.order,
            id=f"{self.id}{_MARK}{date.isoformat()}",
            days=frozenset({Weekday.of(date)}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """One time that an order does not come."""

    order_id: str
    date: dt.date
    by: MissedBy


def occurrences(
    recurring: Iterable[RecurringOrder], week: Week, orders: Iterable[Order] = ()
) -> tuple[tuple[Order, ...], tuple[Missed, ...]]:
    """Return a week's orders with those that come back, and which of these do not come.

    Parameters
    ----------
    orders
        The ordinary ones.  One that bears the id of a time takes its place: somebody has changed
        it for that once.  One that bears the id of a time of another week is left out.
    """
    given = tuple(orders)
    ids = {order.id for order in given}
    found: list[Order] = []
    missed: list[Missed] = []
    others: set[str] = set()
    for one in recurring:
        for order in given:
            date = _date_of(order.id, one.id)
            if date is not None and date not in week.dates:
                others.add(order.id)
                missed.append(Missed(order_id=one.id, date=date, by=MissedBy.OTHER_WEEK))
        for date in week.dates:
            if Weekday.of(date) not in one.repeats.weekdays or one.on(date).id in ids:
                continue
            by = one.repeats.missed_by(date)
            if by is None:
                found.append(one.on(date))
            else:
                missed.append(Missed(order_id=one.id, date=date, by=by))
    kept = tuple(order for order in given if order.id not in others)
    return (*kept, *found), tuple(missed)


def _date_of(order_id: str, recurring_id: str) -> dt.date | None:
    """Return the date of an order that is one time of another one; None where it is none."""
    name, mark, date = order_id.rpartition(_MARK)
    if not mark or name != recurring_id:
        return None
    try:
        return dt.date.fromisoformat(date)
    except ValueError:
        return None
