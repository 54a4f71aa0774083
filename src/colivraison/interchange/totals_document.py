"""Totals for programs."""

from __future__ import annotations

from colivraison.domain import Totals

__all__ = ["totals_document"]


def totals_document(totals: Totals) -> dict[str, int]:
    """Return totals for JSON."""
    return {
        "rounds": totals.rounds,
        "distance_m": totals.distance_m,
        "duration_s": totals.duration_s,
        "cost_cents": totals.cost_cents,
        "gco2e": totals.gco2e,
    }
