"""Routes and what they leave out: the answer of a search, before any time is computed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Route", "Solution", "Visit"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Visit:
    """One activity in a route: the pickup or the delivery of a shipment."""

    shipment: int
    is_pickup: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The visits of one vehicle in order; never empty.

    Parameters
    ----------
    breaks
        For each break of the vehicle, in its order there, the number of visits before it is taken
        (0: at the start, before leaving), None where it is not taken.  Empty: none is taken.
        Breaks after the same number of visits are taken in their order.
    """

    vehicle: int
    visits: tuple[Visit, ...]
    breaks: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Routes, at most one per vehicle, and the shipments in none of them."""

    routes: tuple[Route, ...]
    unassigned: tuple[int, ...]
