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
    """The visits of one vehicle in order; never empty."""

    vehicle: int
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Routes, at most one per vehicle, and the shipments in none of them."""

    routes: tuple[Route, ...]
    unassigned: tuple[int, ...]
