"""Minimum orders: below them a drop is not made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from colivraison.domain.actors import Order

__all__ = ["MinimumUnit", "OrderMinimum"]


class MinimumUnit(StrEnum):
    """What a minimum is counted in."""

    CENTS = "cents"
    GRAMS = "g"
    CRATES = "crates"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMinimum:
    """The least that a producer brings to a place in a week, or nothing at all.

    Parameters
    ----------
    site_id
        "": every place that has no minimum of its own with this producer.
    amount
        In ``unit``, at least 1.
    """

    producer_id: str
    unit: MinimumUnit
    amount: int
    site_id: str = ""

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"minimum of {self.producer_id}: at least 1")

    def counted(self, order: Order) -> int:
        """Return what an order counts for."""
        match self.unit:
            case MinimumUnit.CENTS:
                return order.value_cents
            case MinimumUnit.GRAMS:
                return order.mass_g
            case MinimumUnit.CRATES:
                return order.crates
