"""Hours on particular dates as people write them.

``24/12/2026-03/01/2027 fermé ; 23/12/2026 8h-12h, 14h-16h``

Grammar, spaces being free and English words understood alike::

    cell  = entry { (";" | newline) entry }
    entry = date [ ("-" | "au") date ] [ "fermé" | ranges ]     neither: closed
    date  = 24/12/2026 | 2026-12-24
    ranges as in `hours`

Several lines for the same dates add their hours; of lines that overlap the one over fewer dates
holds.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from itertools import combinations

from colivraison.domain import ClockSpan, DatedHours
from colivraison.interchange.cells import date_in
from colivraison.interchange.hours import clock_text, spans_in
from colivraison.interchange.refused import Refused
from colivraison.interchange.words import plain

__all__ = ["dated_hours_in", "dated_hours_text", "without_contradiction"]

_DATE = r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})\b)"
_CLOSED = r"(?:fermee?s?|fermetures?|conges?|vacances|closed|holidays?)"
_ENTRY = re.compile(
    rf"(?:{_CLOSED}\s+)?(?:du |le |from |on )?(?P<first>{_DATE})"
    rf"(?:\s*(?:-|au|a|to)\s*(?P<last>{_DATE}))?\s*:?\s*(?P<rest>.*)"
)


def dated_hours_in(text: str) -> tuple[DatedHours, ...]:
    """Return the hours on particular dates in a cell; an empty cell gives none.

    Raises
    ------
    Refused
        ``bad_dated_hours``, ``bad_date``, ``date_out_of_range``, ``dates_end_before_start``,
        ``window_ends_before_start`` or ``dated_hours_contradict``.
    """
    entries = [plain(part) for part in re.split(r"[;\n]", text) if part.strip()]
    if not entries and text.strip():
        raise Refused("bad_dated_hours")
    return without_contradiction(map(_entry, entries))


def _entry(text: str) -> DatedHours:
    match = _ENTRY.fullmatch(text)
    if match is None:
        raise Refused("bad_dated_hours")
    first = date_in(match["first"])
    last = date_in(match["last"]) if match["last"] else first
    if last < first:
        raise Refused("dates_end_before_start")
    closed = not match["rest"] or re.fullmatch(_CLOSED, match["rest"])
    spans = () if closed else spans_in(match["rest"], "bad_dated_hours")
    return DatedHours(first_date=first, last_date=last, spans=spans)


def without_contradiction(entries: Iterable[DatedHours]) -> tuple[DatedHours, ...]:
    """Return entries for the same dates as one.

    Raises
    ------
    Refused
        ``dated_hours_contradict``: closed and open on the same dates, or two entries over as many
        dates that overlap, so that neither is the exception to the other.
    """
    spans: dict[tuple[dt.date, dt.date], list[tuple[ClockSpan, ...]]] = {}
    for entry in entries:
        spans.setdefault((entry.first_date, entry.last_date), []).append(entry.spans)
    found = []
    for (first, last), given in spans.items():
        if len(given) > 1 and not all(given):
            raise Refused("dated_hours_contradict")
        together = tuple(sorted({span for one in given for span in one}))
        found.append(DatedHours(first_date=first, last_date=last, spans=together))
    if any(one.contradicts(other) for one, other in combinations(found, 2)):
        raise Refused("dated_hours_contradict")
    return tuple(found)


def dated_hours_text(entries: Sequence[DatedHours]) -> str:
    """Return hours on particular dates as a cell: what ``dated_hours_in`` reads back exactly."""
    return " ; ".join(map(_text, entries))


def _text(entry: DatedHours) -> str:
    dates = f"{entry.first_date:%d/%m/%Y}"
    if entry.last_date != entry.first_date:
        dates += f"-{entry.last_date:%d/%m/%Y}"
    spans = ", ".join(
        f"{clock_text(span.opens_s)}-{clock_text(span.closes_s)}" for span in entry.spans
    )
    return f"{dates} {spans or 'fermé'}"
