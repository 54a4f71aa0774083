"""How amounts of goods are written in the documents of a plan."""

from __future__ import annotations

from colivraison.domain import TemperatureClass
from colivraison.texts import Texts

__all__ = ["amount_text", "crates_text", "decimal_comma", "temperature_text"]


def crates_text(crates: int, texts: Texts) -> str:
    """Return a number of crates: ``4 caisses``."""
    return texts.amount(crates, "crates")


def amount_text(crates: int, mass_g: int, litres: int, texts: Texts) -> str:
    """Return an amount of goods, what does not count left out: ``4 caisses · 32 kg · 120 l``."""
    parts = [crates_text(crates, texts)] if crates or not mass_g else []
    if mass_g:
        parts.append(texts.kg(mass_g))
    if litres:
        parts.append(texts.amount(litres, "l"))
    return "\u00a0· ".join(parts)  # no point at the beginning of a line


def decimal_comma(amount: int, per_unit: int, decimals: int) -> str:
    """Return a number of units for a spreadsheet: ``12,5``, without needless zeros."""
    text = f"{amount / per_unit:.{decimals}f}".replace(".", ",")
    return text.rstrip("0").rstrip(",") if "," in text else text


def temperature_text(temperature: TemperatureClass, texts: Texts) -> str:
    """Return the temperature goods travel at: ``+4 °C max.``."""
    return texts(f"sheet.temperature.{temperature.value}")
