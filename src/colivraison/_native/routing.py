"""The search for routes in C++: a problem as arrays in, orders of nodes out.

What the arrays mean is said in ``core/routing/instance.hpp``; `colivraison.pdptw` fills them.
Money is in units of 1/36,000 cent.  Arrays are C-contiguous and of exactly the type named; others
are a TypeError, numbers out of bounds a ValueError.  Other Python threads run meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from colivraison._native import _core

__all__ = [
    "NO_WAY",
    "UNITS_PER_CENT",
    "PooledRoute",
    "Route",
    "RoutePlan",
    "RoutingArrays",
    "RoutingSearch",
    "Worth",
]

NO_WAY = 1 << 29
"""The duration of a way that does not exist."""

UNITS_PER_CENT = 36_000

Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]
Bits: TypeAlias = NDArray[np.uint64]

# Vehicle, its nodes in order, and after how many nodes each of its rests is taken (-1: not taken).
Route: TypeAlias = tuple[int, Sequence[int], Sequence[int]]
# Routes, and the jobs in none of them.
RoutePlan: TypeAlias = tuple[Sequence[Route], Sequence[int]]
# Kind of vehicles, cost, nodes in order.
PooledRoute: TypeAlias = tuple[int, int, list[int]]
# Required jobs left out, routes (0 where their number does not count), cost.
Worth: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoutingArrays:
    """A problem as arrays; -1 stands for "none" or "any".

    Parameters
    ----------
    tables
        By profile: durations (`NO_WAY` where there is none) and distances, square, flattened.
    setup
        By location.
    windows
        Two columns: first and last moment.
    nodes
        Four columns: location (-1 the vehicle's start, -2 its end), service, begin and end of its
        windows.
    jobs
        Six columns: pickup node, delivery node, price of leaving it out (-1: required), load class
        (-1: in no conflict), longest time on board, vehicle in the reference plan.
    demand
        By job and dimension.
    rests
        Four columns: begin and end of its windows, duration, route duration it is needed beyond.
    vehicles
        Seventeen columns: profile, start, end, first and last moment of the shift, costs per use,
        metre, second and second of overtime, regular duration, longest duration, longest distance,
        last in first out, leaves at once, begin and end of its rests, kind (vehicles of one kind
        are alike in everything).
    capacity
        By vehicle and dimension.
    allowed
        By job, one bit for each vehicle.
    route_conflicts, board_conflicts
        By load class, one bit for each class it must not share a route with, or be on board with.
    exclusive
        Sets of vehicles of which at most one drives.
    groups
        Jobs, the amount of each, the least that is served of them unless none is.
    locks
        Vehicle, kind (0 prefix, 1 sequence, 2 whole route), nodes.
    reference_next
        By node, the node behind it in the reference plan.
    other_vehicle, broken_succession
        Prices of leaving the reference plan.
    dimensions
        Of loads.
    fewest_vehicles
        The number of routes counts before cost.
    """

    tables: list[tuple[Ints, Ints]]
    setup: Ints
    windows: Ints
    nodes: Ints
    jobs: Longs
    demand: Longs
    rests: Ints
    vehicles: Longs
    capacity: Longs
    allowed: Bits
    route_conflicts: Bits
    board_conflicts: Bits
    exclusive: list[list[int]]
    groups: list[tuple[list[int], list[int], int]]
    locks: list[tuple[int, int, list[int]]]
    reference_next: Ints
    other_vehicle: int
    broken_succession: int
    dimensions: int
    fewest_vehicles: bool


class RoutingSearch:
    """One search, in chunks; the arrays are copied.

    Parameters
    ----------
    threads
        Searches side by side; they meet at the end of every chunk.  Same seed, threads and chunks
        counted in iterations: same plans.
    plain
        Use the faster routes of the plain problem where they suffice.
    """

    def __init__(self, arrays: RoutingArrays, *, seed: int, threads: int, plain: bool) -> None:
        given = {field.name: getattr(arrays, field.name) for field in fields(arrays)}
        self._search = _core.RoutingSearch(
            **given, seed=seed % (1 << 64), threads=threads, plain=plain
        )

    def start(self, initial: RoutePlan | None, *, time_s: float | None) -> bool:
        """Build a first plan, from ``initial`` where given, in the time given.

        Returns
        -------
        bool
            False when what is locked, or ``initial``, cannot be driven.
        """
        return self._search.start(initial, time_s)

    def run(
        self,
        share_begin: float,
        share_end: float,
        *,
        iterations: int,
        time_s: float | None,
        target: Worth | None = None,
    ) -> None:
        """Search on for some iterations in each thread, or until the time is over.

        Parameters
        ----------
        share_begin, share_end
            Progress of the whole search, 0 to 1, at both ends of this chunk.
        target
            A plan worth as much or less, in any thread, ends the chunk for all; what several
            threads then have depends on the load of the machine, even in iterations.
        """
        self._search.run(share_begin, share_end, iterations, time_s, target)

    def cancel(self) -> None:
        """End the running chunk and all later ones at once; may come from another thread."""
        self._search.cancel()

    def offer(self, plan: RoutePlan) -> bool:
        """Give the search a plan; it goes on from it where it is better than its own.

        Returns
        -------
        bool
            False when it cannot be driven.
        """
        return self._search.offer(plan)

    def best(self) -> RoutePlan:
        """Return the best plan so far."""
        return self._search.best()

    def pool(self, most: int) -> list[PooledRoute]:
        """Return the routes of the best plan, then at most so many met on the way to good plans.

        These are kept where nothing is locked; each thread keeps of each set of jobs and kind of
        vehicles the cheapest it has met.
        """
        return self._search.pool(most)

    def worth(self) -> Worth:
        """Return what the best plan so far is worth; smaller is better."""
        return self._search.worth()

    def counts(self) -> tuple[int, int]:
        """Return how many routes the best plan so far has, and how many jobs it leaves out."""
        return self._search.counts()

    def iterations(self) -> int:
        """Return the iterations of all threads together."""
        return self._search.iterations()
