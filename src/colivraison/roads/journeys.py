"""Journeys between snapped places: all of them as tables, some of them as arcs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison._native.graphs import (
    FARTHEST,
    NO_WAY,
    SearchGraph,
    SeedLists,
    find_paths,
    sweep,
    sweep_to_all,
)
from colivraison.roads.ends import doors_of, ends_of, lists_of, rows_of
from colivraison.roads.graph.metric import Metric
from colivraison.roads.graph.territory import Territory
from colivraison.roads.reading.raw import IntArray
from colivraison.roads.rules import Access
from colivraison.roads.snapping import Snapped

__all__ = ["Journeys", "Leg"]

_MS_PER_DM_AT_1_KMH = 360

_BLOCK_CELLS = 200_000
"""Pairs of places on one edge that are looked at together: some megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The way from one snapped place to another.

    Parameters
    ----------
    arcs
        In driving order; the first and the last are driven in part (one arc, when the way never
        leaves it).
    start, end
        Shares of the first arc at which the way begins and of the last at which it ends, both in
        driving direction.
    ms, dm
        Whole time and length, gaps included.
    """

    arcs: tuple[int, ...]
    start: float
    end: float
    ms: int
    dm: int


class Journeys:
    """All ways between some snapped places for one vehicle on one day.

    Parameters
    ----------
    off_road_kmh
        Speed over the gap between a place and the road, paid at both ends; None leaves the gap out.
    """

    def __init__(
        self,
        territory: Territory,
        metric: Metric,
        graph: SearchGraph,
        snapped: Snapped,
        *,
        off_road_kmh: float | None,
    ) -> None:
        self._territory = territory
        self._metric = metric
        self._graph = graph
        self._count = len(snapped.edges)
        if off_road_kmh is None:
            self._gap = np.zeros(self._count, dtype=np.int64)
        else:
            gap_ms = np.rint(snapped.gap_dm * (_MS_PER_DM_AT_1_KMH / off_road_kmh))
            # A place on another continent is no way off, instead of a sum beyond 64 bits.
            gap_ms = np.minimum(gap_ms, FARTHEST >> 32)
            self._gap = (gap_ms.astype(np.int64) << 32) | snapped.gap_dm
        self._doors = doors_of(territory, metric, snapped)
        self._first_door = np.zeros(len(self._doors.place), dtype=bool)
        self._first_door[np.unique(self._doors.place, return_index=True)[1]] = True
        self._ends = ends_of(territory, metric, self._doors, self._gap)

    def _directs(self) -> SeedLists:
        """Return the ways that stay on one arc, or at one vertex, between different places."""
        doors = self._doors
        order = np.argsort(doors.arc, kind="stable")
        starts = np.flatnonzero(np.diff(doors.arc[order], prepend=-1))
        sizes = np.diff(starts, append=len(order))
        # At vertices alone only places that stand at the same one have a direct way.
        at_vertex, done = doors.at_vertex[order], doors.done[order]
        along = np.add.reduceat(~at_vertex, starts, dtype=np.int64)
        first_door = self._first_door[order]
        at_start = np.add.reduceat(first_door & at_vertex & (done == 0), starts, dtype=np.int64)
        at_end = np.add.reduceat(first_door & at_vertex & (done == 1), starts, dtype=np.int64)
        shared = (sizes > 1) & ((along > 0) | (at_start > 1) | (at_end > 1))
        owners: list[IntArray] = []
        numbers: list[NDArray[np.int32]] = []
        costs: list[IntArray] = []
        for start, size in zip(starts[shared].tolist(), sizes[shared].tolist(), strict=True):
            there = order[start : start + size]
            # A few rows at a time: thousands of places may stand on one street.
            for first in range(0, size, max(1, _BLOCK_CELLS // size)):
                here = there[first : first + max(1, _BLOCK_CELLS // size)]
                cost = self._along_one_arc(here, there)
                apart = doors.place[here][:, None] != doors.place[there]
                row, column = np.nonzero((cost < FARTHEST) & apart)
                owners.append(doors.place[here[row]])
                numbers.append(doors.place[there[column]].astype(np.int32))
                costs.append(cost[row, column])
        if not owners:
            nothing = np.zeros(0, dtype=np.int64)
            return lists_of(nothing, nothing, nothing, self._count)
        owner = np.concatenate(owners)
        by_owner = np.argsort(owner, kind="stable")
        return lists_of(
            owner[by_owner],
            np.concatenate(numbers)[by_owner],
            np.concatenate(costs)[by_owner],
            self._count,
        )

    def _along_one_arc(self, here: IntArray, there: IntArray) -> IntArray:
        """Return the packed cost between doors of one arc without leaving it."""
        doors = self._doors
        arc = int(doors.arc[here[0]])
        arc_ms = int(self._metric.arc_ms[arc])
        if arc_ms < 0:
            return np.full((len(here), len(there)), NO_WAY, dtype=np.int64)
        arc_dm = int(self._territory.topology.length_dm[arc >> 1])
        ahead = doors.done[there] - doors.done[here][:, None]
        ms = np.rint(ahead * arc_ms).astype(np.int64)
        dm = np.rint(ahead * arc_dm).astype(np.int64)
        gaps = self._gap[doors.place[here]][:, None] + self._gap[doors.place[there]]
        # From one end to the other is the search's business: it knows what a private road is.
        at_vertices = doors.at_vertex[here][:, None] & doors.at_vertex[there]
        # Of two places at one vertex one arc is enough to tell.
        whole = at_vertices & ((ahead > 0) | ~self._first_door[here][:, None])
        return np.where((ahead >= 0) & ~whole, ((ms << 32) | dm) + gaps, NO_WAY)

    def tables(self, *, rounded: bool, threads: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return times and lengths, row = from, -1 where there is no way; the diagonal is zero.

        Parameters
        ----------
        rounded
            Seconds (rounded up) and metres, else milliseconds and decimetres.
        """
        times, lengths = sweep(
            self._graph,
            self._ends.sources,
            self._ends.targets,
            self._directs(),
            rounded=rounded,
            threads=threads,
        )
        np.fill_diagonal(times, 0)
        np.fill_diagonal(lengths, 0)
        return times, lengths

    def labels_ms(self) -> NDArray[np.int64]:
        """Return when each arc is left at its start and its end is reached, from any of the places.

        Two columns per arc, -1 where it is not reached.
        """
        sources = self._ends.sources
        reached = sweep_to_all(self._graph, sources.number, sources.cost)
        of_state = reached[self._territory.hierarchy.rank]
        end = np.full(len(self._metric.arc_ms), NO_WAY, dtype=np.int64)
        np.minimum.at(end, self._territory.states.state_arc, of_state)
        end_ms = np.where(end < NO_WAY, end >> 32, -1)
        return np.stack([np.full(len(end_ms), -1, dtype=np.int64), end_ms], axis=1)

    def starts(self, place: int) -> list[tuple[int, float, int]]:
        """Return where a place may set out: arcs, shares in driving direction, milliseconds.

        The time is that over the gap between the place and its road.
        """
        doors = self._doors
        mine = (doors.place == place) & (self._metric.arc_access[doors.arc] != Access.CLOSED)
        mine &= doors.done < 1
        gap_ms = int(self._gap[place] >> 32)
        return [
            (int(arc), float(done), gap_ms)
            for arc, done in zip(doors.arc[mine], doors.done[mine], strict=True)
        ]

    def cut_off(self) -> list[int]:
        """Return the places none of whose roads is open."""
        doors = self._doors
        is_open = self._metric.arc_access[doors.arc] != Access.CLOSED
        reachable = np.zeros(self._count, dtype=bool)
        reachable[doors.place[is_open]] = True
        return [int(number) for number in np.flatnonzero(~reachable)]

    def legs(self, pairs: Sequence[tuple[int, int]]) -> list[Leg | None]:
        """Return the way of each pair (from, to), None where there is none.

        Its time and length are those of ``tables``.
        """
        if not pairs:
            return []
        source, target = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
        sources, targets = self._ends.sources, self._ends.targets
        from_entries, from_counts = rows_of(sources.first, source)
        to_entries, to_counts = rows_of(targets.first, target)
        number = np.arange(len(pairs))
        found = find_paths(
            self._graph,
            lists_of(
                np.repeat(number, from_counts),
                sources.number[from_entries].astype(np.int64),
                sources.cost[from_entries],
                len(pairs),
            ),
            lists_of(
                np.repeat(number, to_counts),
                targets.number[to_entries].astype(np.int64),
                targets.cost[to_entries],
                len(pairs),
            ),
        )
        state_of_rank = np.empty(len(self._territory.hierarchy.rank), dtype=np.int64)
        state_of_rank[self._territory.hierarchy.rank] = np.arange(len(state_of_rank))
        legs: list[Leg | None] = []
        for pair, (a, b) in enumerate(pairs):
            leg = self._direct(a, b)
            cost = int(found.cost[pair])
            if cost < FARTHEST and (leg is None or cost < (leg.ms << 32 | leg.dm)):
                states = state_of_rank[found.vertex[found.first[pair] : found.first[pair + 1]]]
                seed = int(from_entries[found.source_seed[pair]])
                entry = int(to_entries[found.target_seed[pair]])
                arcs = self._territory.states.state_arc[states].tolist()
                start = 0.0
                if self._ends.source_arc[seed] >= 0:
                    arcs.insert(0, int(self._ends.source_arc[seed]))
                    start = float(self._ends.source_share[seed])
                leg = Leg(
                    arcs=tuple(arcs),
                    start=start,
                    end=float(self._ends.target_share[entry]),
                    ms=cost >> 32,
                    dm=cost & 0xFFFFFFFF,
                )
            legs.append(leg)
        return legs

    def _direct(self, a: int, b: int) -> Leg | None:
        """Return the best way that stays on one arc of both places, or at their vertex."""
        doors = self._doors
        mine, theirs = (np.flatnonzero(doors.place == place) for place in (a, b))
        best: Leg | None = None
        for here in mine.tolist():
            for there in theirs[doors.arc[theirs] == doors.arc[here]].tolist():
                cost = int(self._along_one_arc(np.array([here]), np.array([there]))[0, 0])
                leg = Leg(
                    arcs=(int(doors.arc[here]),),
                    start=float(doors.done[here]),
                    end=float(doors.done[there]),
                    ms=cost >> 32,
                    dm=cost & 0xFFFFFFFF,
                )
                if cost < FARTHEST and (best is None or (leg.ms, leg.dm) < (best.ms, best.dm)):
                    best = leg
        return best
