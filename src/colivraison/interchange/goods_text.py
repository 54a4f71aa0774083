"""How amounts of goods are written in the documents of a plan."""

from __future__ import annotations

from colivraison.interchange.plan_lookup import Goods
from colivraison.texts import Texts

__all__ = ["crates_text", "temperature_text"]


def crates_text(crates: int, texts: Texts) -> str:
    """Return a number of crates: ``4 caisses``."""
    return texts.amount(crates, "crates")


def temperature_text(goods: Goods, texts: Texts) -> str:
    """Return the temperature goods travel at: ``+4 °C max.``."""
    return texts(f"sheet.temperature.{goods.temperature.value}")
