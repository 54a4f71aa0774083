"""A place in one cell: ``lat, lon``, a pasted map link, or a name.

A link is read, never opened: whatever it leads to is not asked.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from colivraison.domain import Position
from colivraison.interchange.refused import Refused

__all__ = ["MOST_APART_M", "apart_m", "position_in", "position_of", "second_place"]

# A farm may lie that far from the church whose village it names.
MOST_APART_M = 2000

_NUMBER = r"([+-]?\d{1,3}(?:\.\d{1,15})?)"
_POINTS = re.compile(r"\(?\s*([+-]?\d{1,3}\.\d+)\s*[,;\s]\s*([+-]?\d{1,3}\.\d+)\s*\)?")
_COMMAS = re.compile(r"\(?\s*([+-]?\d{1,3},\d+)\s*(?:[;\s]|,\s)\s*([+-]?\d{1,3},\d+)\s*\)?")
_WHOLE = re.compile(r"([+-]?\d{1,3}(?:\.\d+)?)\s*[,;]\s*([+-]?\d{1,3}(?:\.\d+)?)")
_LINK = re.compile(r"(?:https?://|geo:|(?:www|maps|goo|osm|waze)\.)", re.IGNORECASE)
_SHORT = re.compile(
    r"(?:goo\.gl|g\.co|g\.page|bit\.ly|tinyurl\.com|osm\.org/go|t\.ly|waze\.com/ul/h)",
    re.IGNORECASE,
)
# The pin of a Google link (!3d !4d) says more than the middle of the picture (@): order matters.
_IN_LINKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"!3d{_NUMBER}!4d{_NUMBER}",
        rf"[?&]mlat={_NUMBER}&(?:.*&)?mlon={_NUMBER}",
        rf"[?&#](?:q|query|ll|destination|daddr|to|center|sll)=(?:loc:|ll\.)?{_NUMBER}\s*,\s*{_NUMBER}",
        rf"^geo:{_NUMBER},{_NUMBER}",
        rf"/(?:place|search|dir)/{_NUMBER},[\s+]*{_NUMBER}",
        rf"@{_NUMBER},{_NUMBER}",
        rf"#map=\d+(?:\.\d+)?/{_NUMBER}/{_NUMBER}",
        rf"[?&]lat=?{_NUMBER}&(?:.*&)?lon={_NUMBER}",
    )
)


def position_of(lat: float, lon: float) -> Position:
    """Return a position.

    Raises
    ------
    Refused
        ``place_out_of_range``.
    """
    try:
        return Position(lat=lat, lon=lon)
    except ValueError as error:
        raise Refused("place_out_of_range") from error


def position_in(text: str) -> Position | None:
    """Return the position written in a cell, None where it holds a name.

    Raises
    ------
    Refused
        ``place_out_of_range``, ``short_map_link`` (only the network knows what it means) or
        ``map_link_without_position``.
    """
    for pattern in (_POINTS, _COMMAS, _WHOLE):
        if match := pattern.fullmatch(text.strip()):
            lat, lon = (float(part.replace(",", ".")) for part in match.groups())
            return position_of(lat, lon)
    if not _LINK.match(text):
        return None
    link = unquote(text)
    for pattern in _IN_LINKS:
        if match := pattern.search(link):
            # "geo:0,0?q=47.6,-2.1" is how Android says "the place of the question".
            lat, lon = float(match[1]), float(match[2])
            return position_of(lat, lon)
    raise Refused("short_map_link" if _SHORT.search(link) else "map_link_without_position")


def apart_m(here: Position, there: Position) -> float:
    """Return the distance between two positions in metres."""
    # Opening the room of roads takes a second: only who gives a place twice waits for it.
    from colivraison.roads import distance_m

    return distance_m(here, there)


def second_place(text: str, position: Position) -> str:
    """Return the name that stands beside coordinates, "" where no name stands there.

    Raises
    ------
    Refused
        ``place_disagrees``: the text is itself a position, more than 2 km from the coordinates.
    """
    try:
        other = position_in(text)
    except Refused:
        return ""  # a link that says nothing: the coordinates do
    if other is None:
        return text
    gap_m = apart_m(position, other)
    if gap_m > MOST_APART_M:
        raise Refused("place_disagrees", gap_km=round(gap_m / 1000))
    return ""
