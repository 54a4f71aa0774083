"""What can go wrong with the store."""

from __future__ import annotations

from colivraison.errors import ColivraisonError

__all__ = ["PlanNotFound", "StoreDamaged", "StoreInUse"]


class PlanNotFound(ColivraisonError):
    """There is no such plan, or no such file of a plan."""


class StoreInUse(ColivraisonError):
    """Another server keeps its plans in this folder and is running."""


class StoreDamaged(ColivraisonError):
    """A record in the store is not one this version can read."""
