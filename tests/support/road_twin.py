"""A plain Dijkstra over the state graph: slow, and nothing in it but the definition."""

from __future__ import annotations

import heapq

from colivraison.roads.graph.metric import NO_WAY, Metric
from colivraison.roads.graph.states import IN, MAIN, OUT, StateGraph
from colivraison.roads.graph.topology import Topology
from colivraison.roads.rules import Access

Cost = tuple[int, int]
"""Milliseconds, decimetres; compared in this order."""

Place = tuple[int, float]
"""An edge and the share of it that lies before the place, in the direction it is drawn."""


class RoadTwin:
    """Journeys between places on edges, for one metric."""

    def __init__(self, topology: Topology, states: StateGraph, metric: Metric) -> None:
        self._length_dm = topology.length_dm.tolist()
        self._arc_ms = metric.arc_ms.tolist()
        self._access = metric.arc_access.tolist()
        self._tail, self._head = topology.tail.tolist(), topology.head.tolist()
        self._layer = states.state_layer.tolist()
        self._arc_state = states.arc_state.tolist()
        self._states_of: dict[int, list[int]] = {}
        for state, arc in enumerate(states.state_arc.tolist()):
            self._states_of.setdefault(arc, []).append(state)
        self._links: list[list[tuple[int, Cost]]] = [[] for _ in states.state_arc]
        first = states.link_first.tolist()
        packed, to = metric.link_packed.tolist(), states.link_to.tolist()
        for state in range(len(self._links)):
            for link in range(first[state], first[state + 1]):
                if packed[link] < NO_WAY:
                    cost = (packed[link] >> 32, packed[link] & 0xFFFFFFFF)
                    self._links[state].append((to[link], cost))

    def part(self, arc: int, share: float) -> Cost:
        """Return what a share of an arc costs."""
        return (round(share * self._arc_ms[arc]), round(share * self._length_dm[arc >> 1]))

    def labels(self, source: Place) -> dict[int, Cost]:
        """Return the least cost of reaching the end of the arc of each state."""
        edge, share = source
        queue: list[tuple[Cost, int]] = []
        for arc, ahead in ((2 * edge, 1 - share), (2 * edge + 1, share)):
            if self._access[arc] == Access.CLOSED:
                continue
            layer = MAIN if self._access[arc] == Access.FREE else OUT
            ms, dm = self.part(arc, ahead)
            for state, (more_ms, more_dm) in self._links[self._arc_state[arc][layer]]:
                heapq.heappush(queue, ((ms + more_ms, dm + more_dm), state))
        return self._search(queue)

    def _search(self, queue: list[tuple[Cost, int]]) -> dict[int, Cost]:
        found: dict[int, Cost] = {}
        while queue:
            cost, state = heapq.heappop(queue)
            if state in found:
                continue
            found[state] = cost
            for to, (more_ms, more_dm) in self._links[state]:
                if to not in found:
                    heapq.heappush(queue, ((cost[0] + more_ms, cost[1] + more_dm), to))
        return found

    def drive(self, source: Place, target: Place) -> Cost | None:
        """Return what the best journey costs, None where there is none."""
        return self.drives(source, [target])[0]

    def drives(self, source: Place, targets: list[Place]) -> list[Cost | None]:
        """Return what the best journey from one place to each of several costs."""
        vertex = self.vertex_of(source)
        found = self.labels(source) if vertex is None else self.labels_from_vertex(vertex)
        return [self._arrive(source, target, found) for target in targets]

    def vertex_of(self, place: Place) -> int | None:
        """Return the vertex a place stands at: within half a decimetre of an end of its edge."""
        edge, share = place
        if share * self._length_dm[edge] < 0.5:
            return self._tail[edge]
        if (1 - share) * self._length_dm[edge] < 0.5:
            return self._head[edge]
        return None

    def _is_public(self, vertex: int) -> bool:
        return any(
            self._access[arc] == Access.FREE
            for edge, (tail, head) in enumerate(zip(self._tail, self._head, strict=True))
            if vertex in (tail, head)
            for arc in (2 * edge, 2 * edge + 1)
        )

    def _arcs_at(self, vertex: int, *, ending: bool) -> list[int]:
        arcs = []
        for edge, (tail, head) in enumerate(zip(self._tail, self._head, strict=True)):
            for arc, start, end in ((2 * edge, tail, head), (2 * edge + 1, head, tail)):
                if (end if ending else start) == vertex and self._access[arc] != Access.CLOSED:
                    arcs.append(arc)
        return arcs

    def labels_from_vertex(self, vertex: int) -> dict[int, Cost]:
        """Return the least costs of a journey that sets out at a vertex, without a first turn."""
        queue: list[tuple[Cost, int]] = []
        for arc in self._arcs_at(vertex, ending=False):
            private = IN if self._is_public(vertex) else OUT
            state = self._arc_state[arc][MAIN if self._access[arc] == Access.FREE else private]
            if state >= 0:
                heapq.heappush(queue, (self.part(arc, 1.0), state))
        return self._search(queue)

    def _arrive(self, source: Place, target: Place, found: dict[int, Cost]) -> Cost | None:
        vertex = self.vertex_of(target)
        journeys = self._along_the_edge(source, target)
        if vertex is None:
            goal, goal_share = target
            for arc, beyond in ((2 * goal, 1 - goal_share), (2 * goal + 1, goal_share)):
                if self._access[arc] == Access.CLOSED:
                    continue
                rest_ms, rest_dm = self.part(arc, beyond)
                for state in self._states_of.get(arc, []):
                    if state in found:
                        ms, dm = found[state]
                        journeys.append((ms - rest_ms, dm - rest_dm))
        else:
            public = self._is_public(vertex)
            for arc in self._arcs_at(vertex, ending=True):
                for state in self._states_of.get(arc, []):
                    through = (
                        public
                        and self._access[arc] == Access.RESTRICTED
                        and self._layer[state] != OUT
                    )
                    if state in found and not through:
                        journeys.append(found[state])
            if vertex == self.vertex_of(source) and (
                self._arcs_at(vertex, ending=False) or self._arcs_at(vertex, ending=True)
            ):
                journeys.append((0, 0))
        return min(journeys, default=None)

    def _along_the_edge(self, source: Place, target: Place) -> list[Cost]:
        """Return the journeys that never leave the edge: at most one end of them is a vertex."""
        if self.vertex_of(source) is not None and self.vertex_of(target) is not None:
            return []
        return [
            self.part(arc, done_there - done_here)
            for arc, done_here in self._passing(source)
            for other, done_there in self._passing(target)
            if arc == other and done_there >= done_here and self._access[arc] != Access.CLOSED
        ]

    def _passing(self, place: Place) -> list[tuple[int, float]]:
        """Return the arcs that touch a place, and the share of each that lies before it."""
        vertex = self.vertex_of(place)
        if vertex is None:
            edge, share = place
            return [(2 * edge, share), (2 * edge + 1, 1 - share)]
        return [(arc, 0.0) for arc in self._arcs_at(vertex, ending=False)] + [
            (arc, 1.0) for arc in self._arcs_at(vertex, ending=True)
        ]
