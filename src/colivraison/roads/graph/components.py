"""Which vertices of a graph in compressed rows reach each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from colivraison._native.graphs import strong_components

__all__ = ["connected_with"]


def _rows(
    link_from: NDArray[np.int32], link_to: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return compressed rows of links that are ordered by where they start."""
    first = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(link_from, minlength=count), out=first[1:])
    return first, link_to


def connected_with(
    core: NDArray[np.bool_],
    members: NDArray[np.bool_],
    link_from: NDArray[np.int32],
    link_to: NDArray[np.int32],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which members reach a core, and which are reached from it, the core included.

    A vertex reaches the core when it lies in one component with it as soon as the core is
    given links to all; the other way round for being reached.

    Parameters
    ----------
    core
        Strongly connected.
    link_from, link_to
        Links between members, ordered by where they start.
    """
    rest = np.flatnonzero(members & ~core)
    if not len(rest):
        return core, core
    # Vertex 0 of the smaller graph stands for the whole core.
    number = np.zeros(len(core), dtype=np.int32)
    number[rest] = np.arange(1, len(rest) + 1, dtype=np.int32)
    there = np.arange(1, len(rest) + 1, dtype=np.int32)
    zeros = np.zeros(len(rest), dtype=np.int32)
    outside = ~core[link_from]
    begin, end = number[link_from[outside]], number[link_to[outside]]
    order = np.argsort(begin, kind="stable")
    component = strong_components(
        *_rows(np.concatenate([zeros, begin[order]]), np.concatenate([there, end[order]]),
               len(rest) + 1)
    )  # fmt: skip
    reaching = core.copy()
    reaching[rest] = component[1:] == component[0]

    outside = ~core[link_to]
    begin = np.concatenate([number[link_from[outside]], there])
    end = np.concatenate([number[link_to[outside]], zeros])
    order = np.argsort(begin, kind="stable")
    component = strong_components(*_rows(begin[order], end[order], len(rest) + 1))
    reached = core.copy()
    reached[rest] = component[1:] == component[0]
    return reaching, reached
