"""Fastest ways between snapped places: scipy's Dijkstra, times and distances of the same path.

Dijkstra (1959, doi 10.1007/BF01386390) runs on integer milliseconds held in float64, where whole
numbers below 2^53 are exact. Each source is one more vertex with an arc to each end of its edge it
may leave by; targets are read from the labels at both ends of their edge. The weight of a
restricted arc is a multiple of its time, so times are not labels: they are summed along the tree
of predecessors, packed with the decimetres in one int64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from colivraison.roads.metric import Metric
from colivraison.roads.raw import FloatArray, IntArray
from colivraison.roads.snapping import Snapped

__all__ = ["Leg", "Search"]

# Milliseconds above, decimetres below, 31 bits each. A path may weigh 2^30 ms (12 days) at most,
# which is checked; a weight is at least the time, and ``metric.price`` lets no arc be faster than
# one decimetre per millisecond, so the decimetres of a path, one more arc included, stay below
# 2^31 and never spill into the time.
_DM_BITS = 31
_DM_MASK = (1 << _DM_BITS) - 1
_LONGEST_MS = 1 << 30

_BLOCK_CELLS = 8_000_000
"""Labels held at once: 64 MB of float64 and as much again for predecessors and sums."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The way from one snapped place to another.

    Parameters
    ----------
    arcs
        Whole arcs in between, in order.
    leaves_forward, arrives_forward
        Direction on the first and on the last edge.
    direct
        True when the way never leaves the edge both places lie on.
    """

    arcs: tuple[int, ...]
    leaves_forward: bool
    arrives_forward: bool
    direct: bool


class Search:
    """Everything between some snapped places under one metric.

    Parameters
    ----------
    off_road_kmh
        Speed over the gap between a place and the road, paid at both ends.
    """

    def __init__(self, metric: Metric, snapped: Snapped, *, off_road_kmh: float) -> None:
        self._metric = metric
        self._count = len(snapped.edges)
        edges, share = snapped.edges, snapped.shares
        self._edges, self._share = edges, share
        # decimetres over km/h: 360 ms per dm at 1 km/h
        self._gap_ms = np.rint(snapped.gap_dm * (360 / off_road_kmh)).astype(np.int64)
        self._gap_dm = snapped.gap_dm

        self._arc_cost = ((metric.arc_ms + metric.arc_delay_ms) << _DM_BITS) | metric.arc_dm
        weight = np.rint(metric.arc_ms * metric.arc_weight_factor) + metric.arc_delay_ms

        # Columns: leaving or arriving forward, backward.
        self._arc = np.stack([metric.forward_arc[edges], metric.backward_arc[edges]], axis=1)
        self._open = self._arc >= 0
        safe = np.where(self._open, self._arc, 0)
        rest = np.stack([1 - share, share], axis=1)
        done = np.stack([share, 1 - share], axis=1)
        self._leave_at = np.where(self._open, metric.arc_head[safe], -1)
        self._enter_at = np.where(self._open, metric.arc_tail[safe], -1)
        rest_ms = np.rint(rest * metric.arc_ms[safe]).astype(np.int64)
        done_ms = np.rint(done * metric.arc_ms[safe]).astype(np.int64)
        factor = metric.arc_weight_factor[safe]
        delay_ms = metric.arc_delay_ms[safe]
        self._leave_cost = ((rest_ms + delay_ms) << _DM_BITS) | np.rint(
            rest * metric.arc_dm[safe]
        ).astype(np.int64)
        self._enter_cost = (done_ms << _DM_BITS) | np.rint(done * metric.arc_dm[safe]).astype(
            np.int64
        )
        leave_weight = np.rint(rest_ms * factor) + delay_ms
        self._enter_weight = np.where(self._open, np.rint(done_ms * factor), np.inf)
        self._build(weight, leave_weight)

    def _build(self, weight: FloatArray | IntArray, leave_weight: FloatArray | IntArray) -> None:
        """Make one graph of the arcs and of the sources' first arcs, the lightest of parallels."""
        metric, size = self._metric, self._metric.vertex_count + self._count
        source, column = np.nonzero(self._open)
        tail = np.concatenate([metric.arc_tail, metric.vertex_count + source])
        head = np.concatenate([metric.arc_head, self._leave_at[source, column]])
        cost = np.concatenate([self._arc_cost, self._leave_cost[source, column]])
        # One millisecond at least: a free arc could close a circle of predecessors.
        weights = np.maximum(1.0, np.concatenate([weight, leave_weight[source, column]]))
        # Negative numbers for the sources' own arcs: -1 forward, -2 backward.
        number = np.concatenate([np.arange(len(metric.arc_tail)), -1 - column])
        key = tail * size + head
        order = np.lexsort((number, cost, weights, key))
        _, first = np.unique(key[order], return_index=True)
        order = order[first]
        self._key, self._cost, self._number = key[order], cost[order], number[order]
        starts = np.searchsorted(tail[order], np.arange(size + 1))
        self._graph = csr_array((weights[order], head[order], starts), shape=(size, size))
        self._size = size

    def _tree(self, sources: IntArray) -> tuple[FloatArray, IntArray]:
        weights, before = dijkstra(
            self._graph,
            indices=self._metric.vertex_count + sources,
            return_predecessors=True,
        )
        return weights, before.astype(np.int64)

    def _summed(self, before: IntArray, source: int) -> IntArray:
        """Return time and length from a source to every vertex, packed, along its tree.

        Pointer doubling: after k rounds each vertex knows the sum over its last 2^k arcs.
        """
        root = self._metric.vertex_count + source
        vertices = np.arange(self._size)
        reached = before >= 0
        ancestor = np.where(reached, before, vertices)
        total = np.zeros(self._size, dtype=np.int64)
        found = np.searchsorted(self._key, before[reached] * self._size + vertices[reached])
        total[reached] = self._cost[found]
        while not np.array_equal(ancestor, following := ancestor[ancestor]):
            total += total[ancestor]
            ancestor = following
        assert ancestor[root] == root
        return total

    def _last_steps(self, source: int, weights: FloatArray) -> tuple[FloatArray, IntArray]:
        """Return the least weight to each target and how it is entered.

        0 forward, 1 backward, 2 forward and 3 backward without leaving the edge of the source, -1
        not at all.
        """
        entered = np.where(self._open, weights[self._enter_at], np.inf) + self._enter_weight
        ahead = self._share - self._share[source]
        direct = np.full((self._count, 2), np.inf)
        same = self._edges == self._edges[source]
        for column, sign in ((0, 1.0), (1, -1.0)):
            arc = self._arc[source, column]
            usable = same & (sign * ahead >= 0) & (arc >= 0)
            factor = self._metric.arc_weight_factor[arc]
            direct[usable, column] = np.rint(
                np.rint(np.abs(ahead[usable]) * self._metric.arc_ms[arc]) * factor
            )
        # A tie goes to staying on the edge.
        choices = np.concatenate([direct, entered], axis=1)
        best = np.argmin(choices, axis=1)
        weight = choices[np.arange(self._count), best]
        return weight, np.where(np.isfinite(weight), (best + 2) % 4, -1)

    def _row(self, source: int, weights: FloatArray, before: IntArray) -> tuple[IntArray, IntArray]:
        summed = self._summed(before, source)
        _, way_in = self._last_steps(source, weights)
        column = way_in % 2
        targets = np.arange(self._count)
        cost = summed[self._enter_at[targets, column]] + self._enter_cost[targets, column]
        direct = way_in >= 2
        arc = self._arc[source, column]
        part = np.abs(self._share - self._share[source])
        along = (np.rint(part * self._metric.arc_ms[arc]).astype(np.int64) << _DM_BITS) | np.rint(
            part * self._metric.arc_dm[arc]
        ).astype(np.int64)
        cost = np.where(direct, along, cost)
        ms = (cost >> _DM_BITS) + self._gap_ms[source] + self._gap_ms
        dm = (cost & _DM_MASK) + self._gap_dm[source] + self._gap_dm
        reached = way_in >= 0
        return np.where(reached, ms, -1), np.where(reached, dm, -1)

    def tables(self) -> tuple[IntArray, IntArray]:
        """Return times in milliseconds and distances in decimetres, -1 where there is no way."""
        ms = np.zeros((self._count, self._count), dtype=np.int64)
        dm = np.zeros((self._count, self._count), dtype=np.int64)
        step = max(1, _BLOCK_CELLS // self._size)
        for first in range(0, self._count, step):
            sources = np.arange(first, min(first + step, self._count))
            weights, before = self._tree(sources)
            finite = weights[np.isfinite(weights)]
            if finite.max(initial=0.0) > _LONGEST_MS:
                raise OverflowError("a path beyond 12 days: the packed sums would not be exact")
            for row, source in enumerate(sources):
                ms[source], dm[source] = self._row(int(source), weights[row], before[row])
        np.fill_diagonal(ms, 0)
        np.fill_diagonal(dm, 0)
        return ms, dm

    def legs(self, pairs: Sequence[tuple[int, int]]) -> list[Leg | None]:
        """Return the way of each pair (from, to), None where there is none."""
        found: dict[tuple[int, int], Leg | None] = {}
        wanted: dict[int, set[int]] = {}
        for source, target in pairs:
            wanted.setdefault(source, set()).add(target)
        step = max(1, _BLOCK_CELLS // self._size)
        sources = np.array(sorted(wanted), dtype=np.int64)
        for first in range(0, len(sources), step):
            block = sources[first : first + step]
            weights, before = self._tree(block)
            for row, source in enumerate(block.tolist()):
                _, way_in = self._last_steps(source, weights[row])
                for target in wanted[source]:
                    found[source, target] = self._leg(target, int(way_in[target]), before[row])
        return [found[pair] for pair in pairs]

    def _leg(self, target: int, way_in: int, before: IntArray) -> Leg | None:
        if way_in < 0:
            return None
        forward = way_in % 2 == 0
        if way_in >= 2:
            return Leg(arcs=(), leaves_forward=forward, arrives_forward=forward, direct=True)
        arcs: list[int] = []
        vertex = int(self._enter_at[target, way_in])
        while True:
            previous = int(before[vertex])
            slot = int(np.searchsorted(self._key, previous * self._size + vertex))
            number = int(self._number[slot])
            if number < 0:
                break
            arcs.append(number)
            vertex = previous
        return Leg(
            arcs=tuple(reversed(arcs)),
            leaves_forward=number == -1,
            arrives_forward=forward,
            direct=False,
        )
