"""Turn restrictions: from relations of the file to sequences of arcs nobody may drive.

``no_*`` forbids one sequence: from, over the via if that is a way, to.  ``only_*`` forbids every
departure from its sequence, turning back included: after *from* any arc but the first of the via,
after the via any arc but *to*.  Several ``only_*`` rules for the same vehicles that start alike
allow whatever one of them allows, since together they would close the road.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, product

import numpy as np
from numpy.typing import NDArray

from colivraison.roads.graph.topology import Topology, arc_heads, arc_tails
from colivraison.roads.reading.raw import RawRestriction
from colivraison.roads.rules import RestrictionRule

__all__ = ["DROP_REASONS", "Forbidden", "ForbiddenSequence", "forbidden_sequences"]

DROP_REASONS = ("way_missing", "via_missing", "not_connected", "against_one_way", "ambiguous")
"""Why a restriction is not applied; see ``Forbidden``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenSequence:
    """Arcs that may not be driven one after the other while a rule applies.

    Parameters
    ----------
    arcs
        Two or more.
    rule
        A number of ``Forbidden.rules``.
    """

    arcs: tuple[int, ...]
    rule: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """All that the turn restrictions of a territory forbid.

    Parameters
    ----------
    sequences
        Each once.
    rules
        Each once.
    applied, dropped
        Restrictions that are in ``sequences``, and those that are not, by reason:
        ``way_missing`` (a member is no road of the extract, or closed to all), ``via_missing``
        (its node is none of these roads, or it has several), ``not_connected`` (its members do not
        meet), ``against_one_way`` (they meet, but no vehicle may drive them in this order),
        ``ambiguous`` (they meet in several manners).
    """

    sequences: tuple[ForbiddenSequence, ...]
    rules: tuple[RestrictionRule, ...]
    applied: int
    dropped: Mapping[str, int]


class _UnusableError(Exception):
    """A restriction that cannot be laid on the arcs; says why."""


class _Roads:
    """The arcs of ways and of vertices, for the few that restrictions speak of."""

    def __init__(self, topology: Topology, known_arcs: NDArray[np.bool_]) -> None:
        self._topology = topology
        self._known = known_arcs
        self._by_id = np.argsort(topology.way_ids, kind="stable")
        self._ids = topology.way_ids[self._by_id]
        count = len(topology.way_ids) + 1
        self._first = np.searchsorted(topology.way, np.arange(count)).tolist()
        self.heads = arc_heads(topology)
        self.tails = arc_tails(topology)
        known = np.flatnonzero(known_arcs)
        self._leaving = known[np.argsort(self.tails[known], kind="stable")]
        self._leaving_tails = self.tails[self._leaving]

    def edges(self, way_id: int) -> range:
        slot = int(np.searchsorted(self._ids, way_id))
        if slot == len(self._ids) or self._ids[slot] != way_id:
            raise _UnusableError("way_missing")
        way = int(self._by_id[slot])
        return range(self._first[way], self._first[way + 1])

    def arcs(self, way_id: int) -> list[int]:
        edges = self.edges(way_id)
        arcs = [a for a in range(2 * edges.start, 2 * edges.stop) if self._known[a]]
        if not arcs:
            raise _UnusableError("way_missing")
        return arcs

    def vertices(self, way_id: int) -> set[int]:
        return {int(self.tails[a]) for e in self.edges(way_id) for a in (2 * e, 2 * e + 1)}

    def vertex(self, node: int) -> int:
        ids = self._topology.vertex_ids
        slot = int(np.searchsorted(ids, node))
        if slot == len(ids) or ids[slot] != node:
            raise _UnusableError("via_missing")
        return slot

    def departures(self, vertex: int) -> list[int]:
        first, last = np.searchsorted(self._leaving_tails, [vertex, vertex + 1])
        return [int(arc) for arc in self._leaving[first:last]]

    def walks(self, way_id: int, start: int, end: int) -> list[tuple[int, ...]]:
        """Return the ways to drive along one way from a vertex to another, each vertex once."""
        known = self.arcs(way_id)
        found: list[tuple[int, ...]] = []
        for parity in (0, 1):
            # Along the way, or against it: the arcs in the order they are driven.
            driven = [a for a in known if a & 1 == parity]
            following = {int(self.tails[a]): a for a in driven}
            walk: list[int] = []
            at = start
            while at in following and len(walk) < len(driven):
                walk.append(following[at])
                at = int(self.heads[walk[-1]])
                if at == end:
                    found.append(tuple(walk))
                    break
        return found


def _only(choices: Sequence[int]) -> int:
    if not choices:
        raise _UnusableError("against_one_way")
    if len(choices) > 1:
        raise _UnusableError("ambiguous")
    return choices[0]


def _at_node(roads: _Roads, from_way: int, vertex: int, to_way: int) -> Iterator[tuple[int, ...]]:
    if not all(vertex in roads.vertices(way) for way in (from_way, to_way)):
        raise _UnusableError("not_connected")
    arriving = [a for a in roads.arcs(from_way) if roads.heads[a] == vertex]
    leaving = [a for a in roads.arcs(to_way) if roads.tails[a] == vertex]
    if from_way == to_way:
        # Back on the way one came from; the way may also pass through the vertex.
        turns = [(a, a ^ 1) for a in arriving if a ^ 1 in leaving]
        if not turns:
            raise _UnusableError("against_one_way")
        yield from turns
        return
    yield (_only(arriving), _only(leaving))


def _over_ways(
    roads: _Roads, from_way: int, via_ways: Sequence[int], to_way: int
) -> Iterator[tuple[int, ...]]:
    corners_of = [roads.vertices(way) for way in (from_way, *via_ways, to_way)]
    shared = [sorted(one & other) for one, other in pairwise(corners_of)]
    into = {v: [a for a in roads.arcs(from_way) if roads.heads[a] == v] for v in shared[0]}
    out_of = {v: [a for a in roads.arcs(to_way) if roads.tails[a] == v] for v in shared[-1]}
    found = set()
    for corners in product(*shared):
        legs = [
            roads.walks(way, here, there)
            for way, (here, there) in zip(via_ways, pairwise(corners), strict=True)
        ]
        for first, middle, last in product(into[corners[0]], product(*legs), out_of[corners[-1]]):
            path = (first, *chain.from_iterable(middle), last)
            if not any(b == a ^ 1 for a, b in pairwise(path)):
                found.add(path)
    if not found:
        raise _UnusableError("against_one_way" if all(shared) else "not_connected")
    # Where the ways form a loop the shortest sequence is meant.
    least = min(len(path) for path in found)
    shortest = [path for path in found if len(path) == least]
    if len(shortest) > 1:
        raise _UnusableError("ambiguous")
    yield shortest[0]


def _paths(roads: _Roads, restriction: RawRestriction) -> list[tuple[int, ...]]:
    """Return the sequences of arcs a restriction names.

    Raises
    ------
    _UnusableError
        When it names none.
    """
    found: list[tuple[int, ...]] = []
    for from_way, to_way in product(restriction.from_ways, restriction.to_ways):
        if restriction.via_ways:
            found += _over_ways(roads, from_way, restriction.via_ways, to_way)
        elif len(restriction.via_nodes) == 1:
            found += _at_node(roads, from_way, roads.vertex(restriction.via_nodes[0]), to_way)
        else:
            raise _UnusableError("via_missing")
    return found


def forbidden_sequences(
    topology: Topology,
    restrictions: Sequence[RawRestriction],
    known_arcs: NDArray[np.bool_],
) -> Forbidden:
    """Return what restrictions forbid on the arcs of a topology.

    Parameters
    ----------
    known_arcs
        Arcs some vehicle may drive: a one-way street has one direction only.
    """
    roads = _Roads(topology, known_arcs)
    rules: dict[RestrictionRule, int] = {}
    sequences: dict[ForbiddenSequence, None] = {}
    # What `only_*` rules of the same vehicles and days allow after the same arcs.
    allowed: dict[tuple[tuple[int, ...], tuple[object, ...]], set[int]] = {}
    rule_of: dict[tuple[tuple[int, ...], tuple[object, ...]], int] = {}
    dropped: Counter[str] = Counter()
    for restriction in restrictions:
        try:
            paths = _paths(roads, restriction)
        except _UnusableError as problem:
            dropped[str(problem)] += 1
            continue
        rule = restriction.rule
        number = rules.setdefault(rule, len(rules))
        for path in paths:
            if not rule.only:
                sequences[ForbiddenSequence(arcs=path, rule=number)] = None
                continue
            concerned = (rule.vehicle, rule.excepted, rule.condition)
            for length in range(1, len(path)):
                key = (path[:length], concerned)
                allowed.setdefault(key, set()).add(path[length])
                rule_of.setdefault(key, number)
    for start, onward in allowed.items():
        prefix = start[0]
        for arc in roads.departures(int(roads.heads[prefix[-1]])):
            if arc not in onward:
                sequence = ForbiddenSequence(arcs=(*prefix, arc), rule=rule_of[start])
                sequences[sequence] = None
    return Forbidden(
        sequences=tuple(sequences),
        rules=tuple(rules),
        applied=len(restrictions) - sum(dropped.values()),
        dropped=dict(dropped),
    )
