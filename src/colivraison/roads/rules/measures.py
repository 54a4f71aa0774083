"""Lengths, weights and durations as tags write them."""

from __future__ import annotations

import re

__all__ = ["duration_s", "metres", "tonnes"]

_METRE_PER_INCH = 0.0254
_TONNE_PER_POUND = 0.000_453_592_37
_TONNE_PER_SHORT_TON = 0.907_184_74
_TONNE_PER_HUNDREDWEIGHT = 0.050_802_345_44
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_FEET = re.compile(
    rf"{_NUMBER}\s*(?:'|ft|feet|foot)\s*(?:{_NUMBER}\s*(?:\"|''|in|inch|inches)?)?", re.ASCII
)
_INCHES = re.compile(rf"{_NUMBER}\s*(?:\"|in|inch|inches)", re.ASCII)
_LENGTH = re.compile(rf"{_NUMBER}\s*(m|metre|metres|meter|meters|cm)?", re.ASCII)
_WEIGHT = re.compile(
    rf"{_NUMBER}\s*(t|to|ton|tons|tonne|tonnes|kg|lbs|lb|st|short tons|cwt)?", re.ASCII
)
_TONNE_PER = {
    "kg": 0.001,
    "lbs": _TONNE_PER_POUND,
    "lb": _TONNE_PER_POUND,
    "st": _TONNE_PER_SHORT_TON,
    "short tons": _TONNE_PER_SHORT_TON,
    "cwt": _TONNE_PER_HUNDREDWEIGHT,
}
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_MINUTES = re.compile(r"(\d{1,5})\s*(?:min|minutes)?", re.ASCII)
_ISO = re.compile(r"P(?:(\d{1,2})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?", re.ASCII)
# Longer than any crossing: a slip of the pen.
_LONGEST_S = 7 * 86_400


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def metres(text: str) -> float | None:
    """Return a length in metres: ``3.5``, ``3,5 m``, ``350 cm``, ``12'6"``, ``10 ft``; else None.

    Words such as ``none``, ``default`` and ``below_default`` name no length.
    """
    value = text.partition(";")[0].strip().lower()
    if found := _LENGTH.fullmatch(value):
        return _number(found[1]) * (0.01 if found[2] == "cm" else 1.0)
    if found := _FEET.fullmatch(value):
        inches = 12 * _number(found[1]) + (_number(found[2]) if found[2] else 0.0)
        return inches * _METRE_PER_INCH
    if found := _INCHES.fullmatch(value):
        return _number(found[1]) * _METRE_PER_INCH
    return None


def tonnes(text: str) -> float | None:
    """Return a weight in tonnes: ``3.5``, ``3,5 t``, ``3500 kg``, ``7000 lbs``; else None."""
    value = text.partition(";")[0].strip().lower()
    if found := _WEIGHT.fullmatch(value):
        return _number(found[1]) * _TONNE_PER.get(found[2] or "t", 1.0)
    return None


def duration_s(text: str) -> float | None:
    """Return a duration in seconds: ``1:20``, ``01:20:00``, ``80`` (minutes), ``PT1H20M``.

    None where it is none of these, nothing, or more than a week.
    """
    value = text.strip()
    if found := _CLOCK.fullmatch(value):
        seconds = 3600 * int(found[1]) + 60 * int(found[2]) + int(found[3] or 0)
    elif found := _MINUTES.fullmatch(value):
        seconds = 60 * int(found[1])
    elif found := _ISO.fullmatch(value.upper()):
        days, hours, minutes, rest = (int(part or 0) for part in found.groups())
        seconds = 86_400 * days + 3600 * hours + 60 * minutes + rest
    else:
        return None
    return float(seconds) if 0 < seconds <= _LONGEST_S else None
