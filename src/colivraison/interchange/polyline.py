"""Road shapes as short text: the encoded polyline of precision 5.

Google's "Encoded Polyline Algorithm Format", as VROOM, OSRM and openrouteservice answer it: each
coordinate in units of 1e-5 degrees (about a metre), as the difference from the one before, zigzag,
in groups of five bits, lowest first, each plus 63; latitude before longitude.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from colivraison.domain import Position

__all__ = ["decode_polyline", "encode_polyline"]

_STEPS_PER_DEGREE = 100_000
_FIRST, _LAST = 63, 126
# 180 degrees there and back, zigzag: below 2**27, so six groups of five bits always suffice.
_MOST_GROUPS = 6


def encode_polyline(positions: Iterable[Position]) -> str:
    """Return the text of a line; each coordinate is rounded to 1e-5 degrees."""
    groups: list[str] = []
    last_lat = last_lon = 0
    for position in positions:
        lat = round(position.lat * _STEPS_PER_DEGREE)
        lon = round(position.lon * _STEPS_PER_DEGREE)
        groups += _encoded(lat - last_lat)
        groups += _encoded(lon - last_lon)
        last_lat, last_lon = lat, lon
    return "".join(groups)


def decode_polyline(text: str) -> tuple[Position, ...]:
    """Return the positions of an encoded line.

    Raises
    ------
    ValueError
        When the text is no such line: foreign characters, a cut number, a place off the earth.
    """
    positions: list[Position] = []
    lat = lon = 0
    numbers = _decoded(text)
    for delta_lat in numbers:
        delta_lon = next(numbers, None)
        if delta_lon is None:
            raise ValueError("a latitude without its longitude")
        lat, lon = lat + delta_lat, lon + delta_lon
        positions.append(Position(lat=lat / _STEPS_PER_DEGREE, lon=lon / _STEPS_PER_DEGREE))
    return tuple(positions)


def _encoded(delta: int) -> list[str]:
    value = ~(delta << 1) if delta < 0 else delta << 1
    groups: list[str] = []
    while value >= 0x20:
        groups.append(chr((0x20 | (value & 0x1F)) + _FIRST))
        value >>= 5
    groups.append(chr(value + _FIRST))
    return groups


def _decoded(text: str) -> Iterator[int]:
    value = groups = 0
    for character in text:
        code = ord(character)
        if not _FIRST <= code <= _LAST or groups == _MOST_GROUPS:
            raise ValueError("not an encoded polyline")
        value |= ((code - _FIRST) & 0x1F) << (5 * groups)
        groups += 1
        if code - _FIRST < 0x20:
            yield ~(value >> 1) if value & 1 else value >> 1
            value = groups = 0
    if groups:
        raise ValueError("an encoded polyline cut in the middle of a number")
