"""Distances on the earth and on a local plane."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison.domain import Position

__all__ = ["EARTH_RADIUS_M", "Bounds", "distance_m", "haversine_m"]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG): great-circle lengths are within 0.3 % of geodesic ones here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A box in degrees."""

    south: float
    west: float
    north: float
    east: float


def haversine_m(
    lat_1: NDArray[np.float64],
    lon_1: NDArray[np.float64],
    lat_2: NDArray[np.float64],
    lon_2: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return great-circle distances in metres between points given in degrees."""
    north, east = np.radians(lat_2 - lat_1) / 2, np.radians(lon_2 - lon_1) / 2
    chord = (
        np.sin(north) ** 2
        + np.cos(np.radians(lat_1)) * np.cos(np.radians(lat_2)) * np.sin(east) ** 2
    )
    angle: NDArray[np.float64] = 2 * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return EARTH_RADIUS_M * angle


def distance_m(here: Position, there: Position) -> float:
    """Return the great-circle distance in metres between two positions."""
    north = math.radians(there.lat - here.lat) / 2
    east = math.radians(there.lon - here.lon) / 2
    chord = (
        math.sin(north) ** 2
        + math.cos(math.radians(here.lat)) * math.cos(math.radians(there.lat)) * math.sin(east) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))
