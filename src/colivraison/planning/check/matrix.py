"""Compares the travel matrix a plan carries with one computed again from roads."""

from __future__ import annotations

from colivraison.domain import TravelMatrix
from colivraison.planning.check.violation import Violation, ViolationCode

__all__ = ["compare_matrices"]


def compare_matrices(told: TravelMatrix, again: TravelMatrix) -> list[Violation]:
    """Return, for every profile, the worst difference in time and the worst in distance."""
    found: list[Violation] = []
    for profile, table in told.by_profile.items():
        other = again.by_profile.get(profile)
        if other is None:
            found.append(
                Violation(code=ViolationCode.UNKNOWN_PROFILE, details={"profile": profile})
            )
            continue
        for code, unit, rows, rows_again in (
            (
                ViolationCode.MATRIX_DURATION_DIFFERS,
                "s",
                table.durations_s,
                other.durations_s,
            ),
            (
                ViolationCode.MATRIX_DISTANCE_DIFFERS,
                "m",
                table.distances_m,
                other.distances_m,
            ),
        ):
            off, pair = _worst(told.ids, again.ids, rows, rows_again)
            if off:
                details = {"from_site": pair[0], "to_site": pair[1], "profile": profile}
                found.append(Violation(code=code, amount=off, unit=unit, details=details))
    return found


_Rows = tuple[tuple[int, ...], ...]


def _worst(
    ids: tuple[str, ...], ids_again: tuple[str, ...], rows: _Rows, rows_again: _Rows
) -> tuple[int, tuple[str, str]]:
    """Return the largest difference, told minus derived, and its pair of sites."""
    at = {site_id: index for index, site_id in enumerate(ids_again)}
    worst, pair = 0, ("", "")
    for i, a in enumerate(ids):
        for j, b in enumerate(ids):
            off = rows[i][j] - rows_again[at[a]][at[b]]
            if abs(off) > abs(worst):
                worst, pair = off, (a, b)
    return worst, pair
