"""Colours and dash patterns of rounds, the same on the map, in the legend and in the tables."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ALONE", "CO_DELIVERY", "LAND", "NEW_SITE", "UNSERVED", "Pen", "contrast", "pen"]

LAND = "#f4f1e8"
ALONE = "#5b6068"
CO_DELIVERY = "#8a2be2"
NEW_SITE = "#0b6e4f"
UNSERVED = "#b00020"

# Dark members of Paul Tol's colour-blind-safe schemes (technical note SRON/EPS/TN/09-002,
# "bright", "muted" and "high-contrast"), darkened where needed so that white figures on them and
# they on the land both pass WCAG 2.1 AA; the tests compute the contrast.
_COLOURS = (
    "#0b62a4",
    "#b3400e",
    "#117733",
    "#882255",
    "#332288",
    "#7a5c00",
    "#00686b",
    "#a8326e",
)

# Five patterns and eight colours share no factor: forty rounds before a pair comes back.
_DASHES: tuple[tuple[int, ...], ...] = ((), (14, 6), (4, 6), (16, 5, 3, 5), (8, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """How one round is drawn.

    Parameters
    ----------
    colour
        ``#rrggbb``.
    dash
        Lengths of strokes and gaps in pixels; empty for a full line.
    """

    colour: str
    dash: tuple[int, ...]


def pen(number: int) -> Pen:
    """Return the pen of a round, by its number counted from 1."""
    index = number - 1
    return Pen(colour=_COLOURS[index % len(_COLOURS)], dash=_DASHES[index % len(_DASHES)])


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two ``#rrggbb`` colours (WCAG 2.1, 1 to 21)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
