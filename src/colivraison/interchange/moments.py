"""A date with a time of day as people write it: ``24/11/2026 18h30``."""

from __future__ import annotations

import datetime as dt
import re

from colivraison.domain import LATEST_CLOSE_S, ClockMoment
from colivraison.interchange.cells import date_in
from colivraison.interchange.hours import clock_text
from colivraison.interchange.refused import Refused
from colivraison.interchange.words import plain
from colivraison.units import SECONDS_PER_DAY

__all__ = ["END_OF_DAY_S", "clock_in", "moment_in", "moment_text"]

END_OF_DAY_S = SECONDS_PER_DAY - 1
"""What "until Tuesday" means."""

_MOMENT = re.compile(
    r"(?P<date>(?:[a-z]+\.? )?(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{5}))"
    r"(?:(?:t|,? (?:a |at )?)"
    r"(?P<h>\d{1,2})\s?[h:]\s?(?:(?P<m>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?)?)?"
)

_CLOCK = re.compile(r"(\d{1,2})\s?[h:]\s?(?:(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")


def clock_in(text: str) -> int:
    """Return the time of day in a cell, in seconds: ``8h05``, ``08:05:30``, ``24h15`` at night.

    Raises
    ------
    Refused
        ``bad_clock``.
    """
    match = _CLOCK.fullmatch(plain(text))
    if match is None:
        raise Refused("bad_clock")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    clock_s = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or clock_s > LATEST_CLOSE_S:
        raise Refused("bad_clock")
    return clock_s


def moment_in(text: str, *, date_alone_s: int = 0) -> ClockMoment:
    """Return the moment in a cell: ``24/11/2026 18h30``, ``2026-11-24T18:30``, ``24/11/2026``.

    Parameters
    ----------
    date_alone_s
        The time of day that a date alone stands for.

    Raises
    ------
    Refused
        ``bad_moment``, ``bad_date`` or ``date_out_of_range``.
    """
    match = _MOMENT.fullmatch(plain(text))
    if match is None:
        raise Refused("bad_moment")
    date = date_in(match["date"])
    if match["h"] is None:
        return ClockMoment(date=date, clock_s=date_alone_s)
    minutes, seconds = int(match["m"] or 0), int(match["s"] or 0)
    clock_s = int(match["h"]) * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or clock_s > SECONDS_PER_DAY:
        raise Refused("bad_moment")
    if clock_s == SECONDS_PER_DAY:  # 24 h is the next day's midnight
        return ClockMoment(date=date + dt.timedelta(days=1))
    return ClockMoment(date=date, clock_s=clock_s)


def moment_text(moment: ClockMoment | None) -> str:
    """Return a moment as a cell: what ``moment_in`` reads back exactly; "" for none."""
    if moment is None:
        return ""
    return f"{moment.date:%d/%m/%Y} {clock_text(moment.clock_s)}"
