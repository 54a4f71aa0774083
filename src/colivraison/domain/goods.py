"""Temperature classes of goods and vehicles."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["TemperatureClass"]


class TemperatureClass(StrEnum):
    """The warmest a shipment may travel at (arrêtés of 21-12-2009 and 8-10-2013).

    A vehicle lists every class it can carry; nothing is inferred from one class to another.
    """

    AMBIENT = "ambient"
    PLUS_8 = "+8"
    PLUS_4 = "+4"
    PLUS_2 = "+2"
    FROZEN = "-18"
    HOT = "hot"
