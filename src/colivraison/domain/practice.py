"""What producers say they drive today."""

from __future__ import annotations

from dataclasses import dataclass

from colivraison.domain.calendar import Weekday

__all__ = ["Practice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A round that a producer says it drives today, from its farm and back.

    Parameters
    ----------
    site_ids
        The places it visits, in order, its own farm apart; at least one.
    days
        When; empty: it does not say.
    distance_m, duration_s
        What one such round takes, loading and unloading included; None: not known, the roads say.
    times_per_100_weeks
        How often: 100 is once a week, 50 every other week.
    """

    producer_id: str
    site_ids: tuple[str, ...]
    days: frozenset[Weekday] = frozenset()
    distance_m: int | None = None
    duration_s: int | None = None
    times_per_100_weeks: int = 100

    def __post_init__(self) -> None:
        if not self.site_ids:
            raise ValueError("a declared round visits at least one place")
        if min(self.distance_m or 0, self.duration_s or 0, self.times_per_100_weeks) < 0:
            raise ValueError("negative amount of a declared round")
