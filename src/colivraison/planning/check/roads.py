"""Checks roads as far as one can without any: no way is shorter than the crow flies."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from colivraison.domain import Position, Round, Site, TravelMatrix
from colivraison.planning.check.violation import Part, Violation, ViolationCode

__all__ = ["check_legs", "check_lengths"]

# Drawn legs are kept to 1e-5 degrees, about a metre.
_DRAWN_M = 5
# A local plane and rounded lengths against great circles.
_TOLERANCE, _ROUNDED_M = 0.01, 20


def check_lengths(places: Mapping[str, Site], matrix: TravelMatrix) -> list[Violation]:
    """Return the worst pair of places whose road is shorter than their distance in the air.

    Whoever moves a place without computing its roads again is found out.
    """
    rows = [row for row, site_id in enumerate(matrix.ids) if site_id in places]
    if not rows:
        return []
    at = [places[matrix.ids[row]].position for row in rows]
    air_m = _airs_m(np.array([[here.lat, here.lon] for here in at]))
    worst, pair = 0, ("", "")
    for table in matrix.by_profile.values():
        road_m = np.array(table.distances_m)[np.ix_(rows, rows)]
        missing_m = np.floor(air_m * (1 - _TOLERANCE) - _ROUNDED_M - road_m)
        missing_m[road_m < 0] = 0
        i, j = divmod(int(missing_m.argmax()), len(rows))
        if missing_m[i, j] > worst:
            worst, pair = int(missing_m[i, j]), (matrix.ids[rows[i]], matrix.ids[rows[j]])
    if not worst:
        return []
    return [
        Violation(
            code=ViolationCode.TOO_SHORT,
            amount=-worst,
            unit="m",
            details={"from_site": pair[0], "to_site": pair[1]},
        )
    ]


def check_legs(one: Round, places: Mapping[str, Site], part: Part) -> list[Violation]:
    """Return the first leg whose drawing does not lead from its stop to the next.

    A round without any drawing is accepted: where no road file is at hand there is none.
    """
    if not one.legs:
        return []
    if len(one.legs) != len(one.stops) - 1:
        return [Violation(code=ViolationCode.WRONG_LEGS, part=part, round_id=one.id)]
    for k, leg in enumerate(one.legs):
        ends = (one.stops[k].site_id, one.stops[k + 1].site_id)
        if any(site_id not in places for site_id in ends):
            continue  # reported as unknown with the rounds
        if not leg or any(
            _air_m(point, places[site_id].position) > _DRAWN_M
            for point, site_id in zip((leg[0], leg[-1]), ends, strict=True)
        ):
            return [Violation(code=ViolationCode.WRONG_LEGS, part=part, round_id=one.id, stop=k)]
    return []


def _airs_m(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the distances in the air between all of some latitudes and longitudes, degrees."""
    lat, lon = np.radians(at).T
    half_lat = np.sin((lat[:, None] - lat) / 2)
    half_lon = np.sin((lon[:, None] - lon) / 2)
    chord = half_lat**2 + np.cos(lat)[:, None] * np.cos(lat) * half_lon**2
    airs_m: npt.NDArray[np.float64] = 2 * 6_371_008.8 * np.arcsin(np.sqrt(np.minimum(1, chord)))
    return airs_m


def _air_m(a: Position, b: Position) -> float:
    """Return a distance in the air: spherical law of cosines would lose metres, haversine not."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2)
    half_lon = math.sin(math.radians(b.lon - a.lon) / 2)
    chord = half_lat**2 + math.cos(lat_a) * math.cos(lat_b) * half_lon**2
    return 2 * 6_371_008.8 * math.asin(min(1.0, math.sqrt(chord)))
