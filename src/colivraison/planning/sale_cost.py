"""What a way of selling costs, its kilometres and its hours, against what it brings in.

Three published examples are its tests (``tests/planning/test_planning_published.py``).  Rounding:
the vehicle and each kind of hours are rounded to the cent by themselves, half to even, and the cost
is their sum, so that a table of them adds up.
"""

from __future__ import annotations

from dataclasses import dataclass

from colivraison.domain import USUAL_PRICES, Price
from colivraison.units import cost_cents, permille

__all__ = ["Prices", "Sale", "SaleCost", "sale_cost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a kilometre and an hour cost; the usual prices unless told otherwise."""

    cents_per_km: int = USUAL_PRICES[Price.PER_KM].cents
    cents_per_hour: int = USUAL_PRICES[Price.PER_HOUR].cents

    def __post_init__(self) -> None:
        if min(self.cents_per_km, self.cents_per_hour) < 0:
            raise ValueError("negative price")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What a sale, a drop or a year of them takes, and what it brings in.

    Parameters
    ----------
    handling_s
        Loading and unloading.
    selling_s
        Presence with the customers.
    preparation_s
        Preparing orders at the farm.
    takings_cents
        Takings, or value of the goods; None where nobody has said.
    """

    distance_m: int
    driving_s: int = 0
    handling_s: int = 0
    selling_s: int = 0
    preparation_s: int = 0
    takings_cents: int | None = None

    def __post_init__(self) -> None:
        hours = (self.driving_s, self.handling_s, self.selling_s, self.preparation_s)
        if min(self.distance_m, *hours, self.takings_cents or 0) < 0:
            raise ValueError("negative distance, time or takings")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleCost:
    """What a sale costs by its parts, each in whole cents."""

    vehicle_cents: int
    driving_cents: int
    handling_cents: int
    selling_cents: int
    preparation_cents: int
    takings_cents: int | None

    @property
    def labour_cents(self) -> int:
        """What all hours together cost."""
        return (
            self.driving_cents + self.handling_cents + self.selling_cents + self.preparation_cents
        )

    def total_cents(self, *, labour: bool = True) -> int:
        """Return the cost of the sale, hours counted or not."""
        return self.vehicle_cents + (self.labour_cents if labour else 0)

    def share_permille(self, *, labour: bool = True) -> int | None:
        """Return the cost in tenths of a percent of the takings; None without takings."""
        if not self.takings_cents:
            return None
        return permille(self.total_cents(labour=labour), self.takings_cents)


def sale_cost(sale: Sale, prices: Prices | None = None) -> SaleCost:
    """Return what a sale costs, at the usual prices unless told otherwise."""
    price = prices or Prices()

    def hours_cents(duration_s: int) -> int:
        return _cents(price, duration_s=duration_s)

    return SaleCost(
        vehicle_cents=_cents(price, distance_m=sale.distance_m),
        driving_cents=hours_cents(sale.driving_s),
        handling_cents=hours_cents(sale.handling_s),
        selling_cents=hours_cents(sale.selling_s),
        preparation_cents=hours_cents(sale.preparation_s),
        takings_cents=sale.takings_cents,
    )


def _cents(price: Prices, *, distance_m: int = 0, duration_s: int = 0) -> int:
    return cost_cents(
        distance_m=distance_m,
        duration_s=duration_s,
        cents_per_use=0,
        cents_per_km=price.cents_per_km,
        cents_per_hour=price.cents_per_hour,
    )
