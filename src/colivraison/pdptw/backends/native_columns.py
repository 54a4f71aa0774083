"""Columns of numbers for the native search, filled without a list of rows in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from colivraison._native.routing import NO_WAY
from colivraison.pdptw.problem import TravelTable
from colivraison.units import TimeWindow

__all__ = ["HORIZON", "TOO_LARGE", "column", "table_arrays", "windows_by_owner"]

HORIZON = 1 << 30
"""What fits into the native search: moments below this (see kHorizon in the core)."""

TOO_LARGE = "a number is too large for the native search"

# So many numbers of a table at once stay in the cache of a core.
_AT_ONCE = 1 << 16


def column(values: Iterable[int]) -> npt.NDArray[np.int64]:
    """Return numbers as an array.

    Raises
    ------
    ValueError
        Where one does not fit into 64 bits.
    """
    try:
        return np.fromiter(values, dtype=np.int64)
    except OverflowError as error:
        raise ValueError(TOO_LARGE) from error


def windows_by_owner(
    wanted: Sequence[Sequence[TimeWindow]], span: tuple[int, int]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the windows of many owners below one another, and which are whose.

    Parameters
    ----------
    span
        First and last moment at which anybody drives: windows beyond are left out, and end then.

    Returns
    -------
    windows
        Two columns: first and last moment.
    opens
        By owner, begin and end of its rows.  Who is never open while anybody drives has the last
        moment, which nobody can use.
    """
    first, last = span
    counts = column(len(windows) for windows in wanted)
    # Cut before they are stored: an open end may be beyond 64 bits.
    starts = column(min(one.start_s, last + 1) for windows in wanted for one in windows)
    ends = column(min(one.end_s, last) for windows in wanted for one in windows)
    owners = np.repeat(np.arange(len(wanted)), counts)
    kept = (starts <= last) & (ends >= first)
    found = np.bincount(owners[kept], minlength=len(wanted))
    rows = np.maximum(found, 1)
    end = np.cumsum(rows)
    windows = np.full((int(rows.sum()), 2), HORIZON - 2, dtype=np.int64)
    # The rows of those who have some: all but the only row of each owner who has none.
    filled = np.repeat(found > 0, rows)
    windows[filled, 0] = starts[kept]
    windows[filled, 1] = ends[kept]
    return windows, np.column_stack((end - rows, end))


def table_arrays(table: TravelTable) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return durations and distances, flattened.

    Raises
    ------
    ValueError
        Where a distance is too large.
    """
    given_s, given_m = table.durations_s.ravel(), table.distances_m.ravel()
    durations = np.empty(len(given_s), dtype=np.int32)
    distances = np.empty(len(given_s), dtype=np.int32)
    for begin in range(0, len(given_s), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        some_s, some_m = given_s[part], given_m[part]
        if some_m.max() >= HORIZON:
            raise ValueError(TOO_LARGE)
        # A way longer than any horizon is none; its length is never looked at.
        durations[part] = np.minimum(some_s, HORIZON - 1)
        # The number that stands for a missing way is none itself: a second more is as good.
        durations[part][some_s == NO_WAY] += 1
        distances[part] = some_m
        if some_s.min() < 0:
            missing = some_s < 0
            durations[part][missing] = NO_WAY
            distances[part][missing] = 0
    return durations, distances
