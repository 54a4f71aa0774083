"""Journeys between snapped places: from places to states of the graph, and back to arcs.

A place on an edge may leave and be entered along both directions of it.  A source starts behind
the turns at the end of its arc: ``what is left of the arc + turn + next arc``, so a label of a
state always means its whole arc was driven.  A target reads the labels of its arcs less what lies
beyond it; two places on one arc in driving order have a direct way besides.  The gap between a
place and its road is part of both ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison._native.graphs import FARTHEST, NO_WAY, SearchGraph, SeedLists, find_paths, sweep
from colivraison.roads.graph.metric import Metric
from colivraison.roads.graph.states import MAIN, OUT
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


def _expanded(first: NDArray[np.int32], rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return the entries of some lists one after the other, and the length of each list."""
    counts = (first[rows + 1] - first[rows]).astype(np.int64)
    ends = np.cumsum(counts)
    entries = np.arange(ends[-1] if len(ends) else 0) + np.repeat(
        first[rows] - ends + counts, counts
    )
    return entries, counts


def _lists(
    owner: IntArray, number: IntArray | NDArray[np.int32], cost: IntArray, count: int
) -> SeedLists:
    """Return lists per owner (ascending)."""
    first = np.searchsorted(owner, np.arange(count + 1)).astype(np.int32)
    return SeedLists(first=first, number=number.astype(np.int32, copy=False), cost=cost)


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
        self._edges, self._shares = snapped.edges, snapped.shares
        if off_road_kmh is None:
            self._gap = np.zeros(self._count, dtype=np.int64)
        else:
            gap_ms = np.rint(snapped.gap_dm * (_MS_PER_DM_AT_1_KMH / off_road_kmh))
            # A place on another continent is no way off, instead of a sum beyond 64 bits.
            gap_ms = np.minimum(gap_ms, FARTHEST >> 32)
            self._gap = (gap_ms.astype(np.int64) << 32) | snapped.gap_dm
        # Per place two arcs: as drawn, against.
        self._arcs = np.stack([2 * snapped.edges, 2 * snapped.edges + 1], axis=1)
        self._done = np.stack([snapped.shares, 1 - snapped.shares], axis=1)
        # What is left of each arc, packed.
        arc_ms = metric.arc_ms[self._arcs].astype(np.int64)
        arc_dm = territory.topology.length_dm[snapped.edges].astype(np.int64)[:, None]
        left = self._done[:, ::-1]
        left_ms = np.rint(left * arc_ms).astype(np.int64)
        left_dm = np.rint(left * arc_dm).astype(np.int64)
        self._left = (left_ms << 32) | left_dm
        self._sources, self._source_arc = self._leaving()
        self._targets, self._target_arc = self._entering()

    def _leaving(self) -> tuple[SeedLists, IntArray]:
        """Return the states behind the first turns, and the arc each was reached from."""
        states, metric = self._territory.states, self._metric
        place, side = np.nonzero(metric.arc_leaves[self._arcs])
        arc = self._arcs[place, side]
        layer = np.where(metric.arc_access[arc] == Access.FREE, MAIN, OUT)
        links, counts = _expanded(states.link_first, states.arc_state[arc, layer].astype(np.int64))
        owner, from_arc = np.repeat(place, counts), np.repeat(arc, counts)
        start = np.repeat(self._left[place, side] + self._gap[place], counts)
        open_links = metric.link_packed[links] < FARTHEST
        owner, from_arc, links, start = (
            values[open_links] for values in (owner, from_arc, links, start)
        )
        number = self._territory.hierarchy.rank[states.link_to[links]].astype(np.int64)
        cost = np.minimum(start + metric.link_packed[links], NO_WAY)
        return _lists(owner, number, cost, self._count), from_arc

    def _entering(self) -> tuple[SeedLists, IntArray]:
        """Return the states that end at each place, and their arcs."""
        states, metric = self._territory.states, self._metric
        place, side = np.nonzero(metric.arc_enters[self._arcs])
        arc = self._arcs[place, side]
        entries, counts = _expanded(states.arc_first, arc)
        owner = np.repeat(place, counts)
        number = self._territory.hierarchy.rank[states.arc_states[entries]].astype(np.int64)
        cost = np.repeat(self._gap[place] - self._left[place, side], counts)
        return _lists(owner, number, cost, self._count), np.repeat(arc, counts)

    def _directs(self) -> SeedLists:
        """Return the ways that stay on one edge, between different places; one each at most."""
        order = np.argsort(self._edges, kind="stable")
        starts = np.flatnonzero(np.diff(self._edges[order], prepend=-1))
        sizes = np.diff(starts, append=self._count)
        shared = sizes > 1
        owners: list[IntArray] = []
        numbers: list[NDArray[np.int32]] = []
        costs: list[IntArray] = []
        for start, size in zip(starts[shared].tolist(), sizes[shared].tolist(), strict=True):
            places = order[start : start + size]
            # A few rows at a time: thousands of places may stand on one street.
            for first in range(0, size, max(1, _BLOCK_CELLS // size)):
                rows = places[first : first + max(1, _BLOCK_CELLS // size)]
                cost = self._along_one_edge(rows, places)
                row, column = np.nonzero((cost < FARTHEST) & (rows[:, None] != places))
                owners.append(rows[row])
                numbers.append(places[column].astype(np.int32))
                costs.append(cost[row, column])
        if not owners:
            nothing = np.zeros(0, dtype=np.int64)
            return _lists(nothing, nothing, nothing, self._count)
        owner = np.concatenate(owners)
        by_owner = np.argsort(owner, kind="stable")
        return _lists(
            owner[by_owner],
            np.concatenate(numbers)[by_owner],
            np.concatenate(costs)[by_owner],
            self._count,
        )

    def _along_one_edge(self, rows: IntArray, columns: IntArray) -> IntArray:
        """Return the packed cost between places of one edge without leaving it."""
        best = np.full((len(rows), len(columns)), NO_WAY, dtype=np.int64)
        for side in (0, 1):
            arc = int(self._arcs[rows[0], side])
            arc_ms = int(self._metric.arc_ms[arc])
            if arc_ms < 0:
                continue
            arc_dm = int(self._territory.topology.length_dm[arc >> 1])
            ahead = self._done[columns, side] - self._done[rows, side][:, None]
            ms = np.rint(ahead * arc_ms).astype(np.int64)
            dm = np.rint(ahead * arc_dm).astype(np.int64)
            cost = ((ms << 32) | dm) + self._gap[rows][:, None] + self._gap[columns]
            np.minimum(best, cost, out=best, where=ahead >= 0)
        return best

    def tables(self, *, rounded: bool, threads: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return times and lengths, row = from, -1 where there is no way; the diagonal is zero.

        Parameters
        ----------
        rounded
            Seconds (rounded up) and metres, else milliseconds and decimetres.
        """
        times, lengths = sweep(
            self._graph,
            self._sources,
            self._targets,
            self._directs(),
            rounded=rounded,
            threads=threads,
        )
        np.fill_diagonal(times, 0)
        np.fill_diagonal(lengths, 0)
        return times, lengths

    def seeds(self) -> SeedLists:
        """Return the states the places start from, as ranks, with packed costs."""
        return self._sources

    def starts(self, place: int) -> list[tuple[int, float, int]]:
        """Return where a place may set out: arcs, shares in driving direction, milliseconds.

        The time is that over the gap between the place and its road.
        """
        return [
            (int(arc), float(done), int(self._gap[place] >> 32))
            for arc, done in zip(self._arcs[place], self._done[place], strict=True)
            if self._metric.arc_leaves[arc]
        ]

    def legs(self, pairs: Sequence[tuple[int, int]]) -> list[Leg | None]:
        """Return the way of each pair (from, to), None where there is none.

        Its time and length are those of ``tables``.
        """
        if not pairs:
            return []
        source, target = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
        from_entries, from_counts = _expanded(self._sources.first, source)
        to_entries, to_counts = _expanded(self._targets.first, target)
        number = np.arange(len(pairs))
        found = find_paths(
            self._graph,
            _lists(
                np.repeat(number, from_counts),
                self._sources.number[from_entries].astype(np.int64),
                self._sources.cost[from_entries],
                len(pairs),
            ),
            _lists(
                np.repeat(number, to_counts),
                self._targets.number[to_entries].astype(np.int64),
                self._targets.cost[to_entries],
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
                first_arc = int(self._source_arc[from_entries[found.source_seed[pair]]])
                arcs = [first_arc, *self._territory.states.state_arc[states].tolist()]
                leg = Leg(
                    arcs=tuple(arcs),
                    start=float(self._done[a, first_arc & 1]),
                    end=float(self._done[b, arcs[-1] & 1]),
                    ms=cost >> 32,
                    dm=cost & 0xFFFFFFFF,
                )
            legs.append(leg)
        return legs

    def _direct(self, a: int, b: int) -> Leg | None:
        """Return the best way that stays on the edge of both places."""
        gap = int(self._gap[a] + self._gap[b])
        if self._edges[a] != self._edges[b] or gap >= FARTHEST:
            return None
        best: Leg | None = None
        for side in (0, 1):
            arc = int(self._arcs[a, side])
            start, end = float(self._done[a, side]), float(self._done[b, side])
            arc_ms = int(self._metric.arc_ms[arc])
            if arc_ms < 0 or end < start:
                continue
            arc_dm = int(self._territory.topology.length_dm[arc >> 1])
            leg = Leg(
                arcs=(arc,),
                start=start,
                end=end,
                ms=round((end - start) * arc_ms) + (gap >> 32),
                dm=round((end - start) * arc_dm) + (gap & 0xFFFFFFFF),
            )
            if best is None or (leg.ms, leg.dm) < (best.ms, best.dm):
                best = leg
        return best
