"""Distance as the crow flies."""

from __future__ import annotations

import math

from colivraison.domain import Position

__all__ = ["crow_fly_m"]

# Mean radius of the earth, IUGG 1980.
_RADIUS_M = 6_371_008.8


def crow_fly_m(a: Position, b: Position) -> float:
    """Return the great-circle distance between two positions in metres (haversine formula)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2)
    half_lon = math.sin(math.radians(b.lon - a.lon) / 2)
    chord = half_lat**2 + math.cos(lat_a) * math.cos(lat_b) * half_lon**2
    return 2 * _RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))
