"""Which search does what when several run at once; the measurements are in the room's README."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Strategy", "strategy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """How one search goes about it; names are those of the library.

    Parameters
    ----------
    order_seed
        Shuffles the numbering of the shipments; None keeps it.
    """

    first: str = "LOCAL_CHEAPEST_INSERTION"
    meta: str = "GUIDED_LOCAL_SEARCH"
    order_seed: int | None = None


_FIRST = ("LOCAL_CHEAPEST_INSERTION", "PARALLEL_CHEAPEST_INSERTION")


def strategy(seed: int, number: int) -> Strategy:
    """Return the strategy of the search with this number among those of one call."""
    return Strategy(first=_FIRST[number % len(_FIRST)], order_seed=1_000 * seed + number)
