"""How often an order comes back, as people write it.

``jeudi sauf 24/12/2026, 31/12/2026 ; du 01/09/2026 au 30/06/2027``

Grammar, spaces being free and English words understood alike::

    cell   = days { [";"] ( period | except ) }
    days   = [ "tous les" | "chaque" ] and the days of `hours`
    period = "du" date [ "au" date ] | "à partir du" date | "jusqu'au" date
    except = "sauf" dates { ("," | "et") dates }
    dates  = date [ "-" date ]                          a range: each time that falls into it
    date   = 24/12/2026 | 2026-12-24
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from colivraison.domain import Recurrence, Weekday
from colivraison.interchange.cells import date_in
from colivraison.interchange.hours import days_in, days_text
from colivraison.interchange.refused import Refused
from colivraison.interchange.words import plain

__all__ = ["recurrence_in", "recurrence_of", "recurrence_text"]

_DATE = r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})\b)"
_EVERY = re.compile(r"\b(?:toutes les semaines|chaque semaine|every week|tous les|chaque|every)\b")
_PERIOD = re.compile(
    rf"(?:a partir du|a partir de|depuis le|du|from|since)\s+(?P<first>{_DATE})"
    rf"(?:\s*(?:au|jusqu'au|to|until|-)\s*(?P<last>{_DATE}))?"
    rf"|(?:jusqu'au|jusqu'a|until)\s+(?:le )?(?P<only_last>{_DATE})"
)
_SPAN = rf"(?:le |on )?{_DATE}(?:\s*(?:-|au|a|to)\s*{_DATE})?"
_EXCEPT = re.compile(
    rf"(?:sauf|excepte|except|but not)\s+(?P<spans>(?:les? |on )?{_SPAN}"
    rf"(?:\s*(?:,|\bet\b|\band\b)\s*{_SPAN})*)"
)
# What a range of exceptions may span: more is a typing error in the year.
_LONGEST_DAYS = 366


def recurrence_in(text: str) -> Recurrence:
    """Return how often an order comes back, from a cell.

    Raises
    ------
    Refused
        ``bad_recurrence``, and those of `recurrence_of` and `cells.date_in`.
    """
    bare = plain(text.replace("\n", " ; "))
    first: dt.date | None = None
    last: dt.date | None = None
    excepted: list[tuple[dt.date, dt.date]] = []
    periods = list(_PERIOD.finditer(_EXCEPT.sub(" ", bare)))
    if len(periods) > 1:
        raise Refused("bad_recurrence")
    for match in periods:
        first = date_in(match["first"]) if match["first"] else None
        told = match["last"] or match["only_last"]
        last = date_in(told) if told else None
    for match in _EXCEPT.finditer(bare):
        excepted += [_span(span) for span in re.findall(_SPAN, match["spans"])]
    rest = _EVERY.sub(" ", _PERIOD.sub(" ", _EXCEPT.sub(" ", bare)))
    try:
        weekdays = days_in(rest.replace(";", " ").strip(" ,"))
    except Refused as refused:
        raise Refused("bad_recurrence") from refused
    if not weekdays:
        raise Refused("bad_recurrence")
    return recurrence_of(weekdays, first, last, _dates(excepted, weekdays))


def _span(text: str) -> tuple[dt.date, dt.date]:
    dates = [date_in(date) for date in re.findall(_DATE, text)]
    if dates[-1] < dates[0]:
        raise Refused("dates_end_before_start")
    if (dates[-1] - dates[0]).days > _LONGEST_DAYS:
        raise Refused("bad_recurrence")
    return dates[0], dates[-1]


def _dates(spans: Iterable[tuple[dt.date, dt.date]], weekdays: frozenset[Weekday]) -> list[dt.date]:
    """Return the dates of exceptions: of a range those that count, of a single date that one."""
    found: list[dt.date] = []
    for first, last in spans:
        days = [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]
        found += days if first == last else [day for day in days if Weekday.of(day) in weekdays]
    return found


def recurrence_of(
    weekdays: frozenset[Weekday],
    first: dt.date | None,
    last: dt.date | None,
    excepted: Iterable[dt.date],
) -> Recurrence:
    """Return how often an order comes back.

    Raises
    ------
    Refused
        ``dates_end_before_start``, or ``exception_on_other_day``: a date on which it would not come
        anyhow, so that another one was meant.
    """
    if first is not None and last is not None and last < first:
        raise Refused("dates_end_before_start")
    dates = tuple(sorted(set(excepted)))
    for date in dates:
        if Weekday.of(date) not in weekdays:
            raise Refused("exception_on_other_day", excepted_date=date.isoformat())
    return Recurrence(weekdays=weekdays, first_date=first, last_date=last, except_dates=dates)


def recurrence_text(repeats: Recurrence) -> str:
    """Return a recurrence as a cell: what ``recurrence_in`` reads back exactly."""
    parts = [days_text(repeats.weekdays)]
    first, last = (
        None if date is None else f"{date:%d/%m/%Y}"
        for date in (repeats.first_date, repeats.last_date)
    )
    if first is not None:
        parts.append(f"du {first}" + ("" if last is None else f" au {last}"))
    elif last is not None:
        parts.append(f"jusqu'au {last}")
    if repeats.except_dates:
        parts.append("sauf " + ", ".join(f"{date:%d/%m/%Y}" for date in repeats.except_dates))
    return " ; ".join(parts)
