"""Which search does what when several run at once; the measurements are in the room's README."""

from __future__ import annotations

from dataclasses import dataclass

from colivraison.pdptw.backends.ortools_nodes import Style

__all__ = ["Strategy", "small_strategy", "strategy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """How one search goes about it; names are those of the library.

    Parameters
    ----------
    order_seed
        Shuffles the numbering of the shipments; None keeps it.
    style
        How small problems become nodes.
    """

    first: str = "LOCAL_CHEAPEST_INSERTION"
    meta: str = "GUIDED_LOCAL_SEARCH"
    order_seed: int | None = None
    style: Style = Style.STANDING


_FIRST = ("LOCAL_CHEAPEST_INSERTION", "PARALLEL_CHEAPEST_INSERTION")
_SMALL_FIRST = (*_FIRST, "ALL_UNPERFORMED")
_SMALL_META = ("GUIDED_LOCAL_SEARCH", "TABU_SEARCH")
_STYLES = (Style.STANDING, Style.MERGED, Style.WINDOWS)


def strategy(seed: int, number: int) -> Strategy:
    """Return the strategy of the search with this number among those of one call."""
    return Strategy(first=_FIRST[number % len(_FIRST)], order_seed=1_000 * seed + number)


def small_strategy(seed: int, number: int) -> Strategy:
    """Return the strategy of one of the short searches that a small problem gets."""
    return Strategy(
        meta=_SMALL_META[number % len(_SMALL_META)],
        first=_SMALL_FIRST[(number + number // len(_STYLES)) % len(_SMALL_FIRST)],
        order_seed=1_000 * seed + number,
        style=_STYLES[number % len(_STYLES)],
    )
