"""The native functions again in slow, plain Python: what tests hold the fast ones against."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["cheapest_insertions"]


def cheapest_insertions(
    durations_s: Sequence[Sequence[int]],
    leg_from: Sequence[int],
    leg_to: Sequence[int],
    candidates: Sequence[int],
) -> tuple[list[int], list[int]]:
    """Return the smallest detour of each candidate and the first leg that reaches it.

    Parameters
    ----------
    durations_s
        Square; seconds from row to column, negative where there is no way.
    leg_from, leg_to
        The two ends of each leg.
    candidates
        The places to insert.

    Returns
    -------
    tuple[list[int], list[int]]
        Detours in seconds and positions in ``leg_from``; both -1 where no leg can take the place.
    """
    detours_s: list[int] = []
    legs: list[int] = []
    for candidate in candidates:
        best: tuple[int, int] | None = None
        for leg, (start, end) in enumerate(zip(leg_from, leg_to, strict=True)):
            out_s = durations_s[start][candidate]
            in_s = durations_s[candidate][end]
            direct_s = durations_s[start][end]
            if min(out_s, in_s, direct_s) < 0:
                continue
            found = (out_s + in_s - direct_s, leg)
            # Pairs compare by detour, then by leg: the first leg wins a tie.
            if best is None or found < best:
                best = found
        detour_s, leg = (-1, -1) if best is None else best
        detours_s.append(detour_s)
        legs.append(leg)
    return detours_s, legs
