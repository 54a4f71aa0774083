"""What is computed in C++: exact functions on numpy arrays, without any business word.

Functions on road graphs are in ``colivraison._native.graphs``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from colivraison._native import _core

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["cheapest_insertions", "instruction_set"]


def instruction_set() -> str:
    """Return the vector instructions in use here: ``avx512f``, ``avx2`` or ``baseline``.

    Chosen when the program runs, among those built into the one library.
    """
    return _core.instruction_sets()[-1]


def cheapest_insertions(
    durations_s: NDArray[np.int32],
    leg_from: NDArray[np.int32],
    leg_to: NDArray[np.int32],
    candidates: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the smallest detour of each candidate place over all legs, and the leg it is on.

    Putting place ``c`` into the leg ``i -> j`` costs ``d[i,c] + d[c,j] - d[i,j]``: the cheapest
    insertion of Rosenkrantz, Stearns and Lewis (1977), doi:10.1137/0206041.  Service times, loads
    and windows are not looked at; whoever asks checks them on the few best.  Other Python threads
    run meanwhile; they must not write into the arrays.

    Parameters
    ----------
    durations_s
        Square, C-contiguous; seconds from row to column, need not be symmetric nor obey the
        triangle inequality.  Negative (by custom -1) means unreachable.
    leg_from, leg_to
        The two ends of each leg, as rows of the matrix.  May be empty.
    candidates
        The places to insert, as rows of the matrix.  May be empty.

    Returns
    -------
    detours_s
        One per candidate, in seconds; negative where the way over the candidate is shorter than
        the leg, which happens in matrices that break the triangle inequality.
    legs
        One per candidate: position in ``leg_from``, the first one on ties.  -1 (and a detour of
        -1) where every leg is unreachable: tell it by the leg, not by the detour.

    Raises
    ------
    TypeError
        When an array is not int32, not C-contiguous, or has another number of dimensions.
    ValueError
        When the matrix is not square, the legs' ends differ in number, or a place is outside the
        matrix.
    """
    return _core.cheapest_insertions(
        durations_s, leg_from, leg_to, candidates, instruction_set=instruction_set()
    )
