"""How a new order is said on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["NEW_ORDER"]

NEW_ORDER: Mapping[str, str] = MappingProxyType(
    {
        "producer": "--producer",
        "site": "--site",
        "crates": "--crates",
        "kg": "--kg",
        "litres": "--litres",
        "days": "--days",
        "temperature": "--temperature",
        "value": "--value",
        "goods": "--goods",
        "max_on_board_minutes": "--on-board",
        "box_minutes": "--box",
        "id": "--id",
    }
)
"""What a new order says, by field of the table of orders: the option that says it."""
