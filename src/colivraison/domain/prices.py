"""The usual prices of a kilometre and an hour, with their year and source.

They stand in for prices that nobody has given, and who sees them is told so: the hour of 2023 lies
below the gross minimum wage of 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["USUAL_PRICES", "Price", "UsualPrice"]


class Price(StrEnum):
    """A price of a vehicle; the value is the name of its field."""

    PER_KM = "cents_per_km"
    PER_HOUR = "cents_per_hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualPrice:
    """A price, who published it and when."""

    cents: int
    source: str
    year: int


USUAL_PRICES: Mapping[Price, UsualPrice] = MappingProxyType(
    {
        # Guide of the FNAB, "Un exemple en chiffres" (Haute Loire Bio).
        Price.PER_KM: UsualPrice(cents=50, source="FNAB", year=2023),
        Price.PER_HOUR: UsualPrice(cents=1200, source="FNAB", year=2023),
    }
)
