"""What can go wrong with the store."""

from __future__ import annotations

from colivraison.errors import ColivraisonError

__all__ = ["PlanNotFoundError", "StoreDamagedError", "StoreInUseError"]


class PlanNotFoundError(ColivraisonError):
    """There is no such plan, or no such file of a plan."""


class StoreInUseError(ColivraisonError):
    """Another server keeps its plans in this folder and is running."""


class StoreDamagedError(ColivraisonError):
    """A record in the store is not one this version can read."""
