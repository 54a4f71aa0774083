"""Checks roads as far as one can without any: no way is shorter than the crow flies."""

from __future__ import annotations

import math
from collections.abc import Mapping

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
    worst, pair = 0, ("", "")
    for table in matrix.by_profile.values():
        for i, a in enumerate(matrix.ids):
            for j, b in enumerate(matrix.ids):
                road_m = table.distances_m[i][j]
                if road_m < 0 or a not in places or b not in places:
                    continue
                air_m = _air_m(places[a].position, places[b].position)
                missing_m = math.floor(air_m * (1 - _TOLERANCE) - _ROUNDED_M - road_m)
                if missing_m > worst:
                    worst, pair = missing_m, (a, b)
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


def _air_m(a: Position, b: Position) -> float:
    """Return a distance in the air: spherical law of cosines would lose metres, haversine not."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2)
    half_lon = math.sin(math.radians(b.lon - a.lon) / 2)
    chord = half_lat**2 + math.cos(lat_a) * math.cos(lat_b) * half_lon**2
    return 2 * 6_371_008.8 * math.asin(min(1.0, math.sqrt(chord)))
