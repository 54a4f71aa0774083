"""Order cycles: when orders are taken, until when, and for which distribution."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from colivraison.units import SECONDS_PER_DAY

__all__ = ["CUT_OFF_DAYS", "ClockMoment", "OrderCycle"]

CUT_OFF_DAYS = 2
"""Days between the cut-off and the distribution where nobody says otherwise: 48 h, a usual
delay between the closing of a sale and its distribution at La Ruche qui dit Oui."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ClockMoment:
    """A date and a time of day as people say them, Europe/Paris; may lie outside the week.

    Parameters
    ----------
    clock_s
        Seconds on the wall clock after midnight, below 86,400.
    """

    date: dt.date
    clock_s: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.clock_s < SECONDS_PER_DAY:
            raise ValueError(f"not a time of day: {self.clock_s}")

    def isoformat(self) -> str:
        """Return ``2026-11-24T18:30``, with seconds where there are any."""
        minutes, seconds = divmod(self.clock_s, 60)
        clock = dt.time(minutes // 60, minutes % 60, seconds)
        return f"{self.date.isoformat()}T{clock.isoformat('seconds' if seconds else 'minutes')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCycle:
    """One sale: its opening, its cut-off and its distribution; each may be left unsaid.

    Parameters
    ----------
    opens
        Orders are taken from then on.
    cut_off
        Orders are taken until then; None: 48 h before the distribution.
    distribution
        When the goods are handed out; at the day's first moment where only the date is said.
    """

    opens: ClockMoment | None = None
    cut_off: ClockMoment | None = None
    distribution: ClockMoment | None = None

    @property
    def closes(self) -> ClockMoment | None:
        """Until when orders are taken; None where nothing says it."""
        if self.cut_off is not None or self.distribution is None:
            return self.cut_off
        told = self.distribution
        # By the calendar: between two changes of the clock 48 h are the same time of day.
        return ClockMoment(date=told.date - dt.timedelta(days=CUT_OFF_DAYS), clock_s=told.clock_s)
