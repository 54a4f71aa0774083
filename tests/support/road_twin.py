"""A plain Dijkstra over the state graph: slow, and nothing in it but the definition."""

from __future__ import annotations

import heapq

from colivraison.roads.graph.metric import NO_WAY, Metric
from colivraison.roads.graph.states import MAIN, OUT, StateGraph
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
        self._leaves = metric.arc_leaves.tolist()
        self._enters = metric.arc_enters.tolist()
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
            if self._access[arc] == Access.CLOSED or not self._leaves[arc]:
                continue
            layer = MAIN if self._access[arc] == Access.FREE else OUT
            ms, dm = self.part(arc, ahead)
            for state, (more_ms, more_dm) in self._links[self._arc_state[arc][layer]]:
                heapq.heappush(queue, ((ms + more_ms, dm + more_dm), state))
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
        found = self.labels(source)
        return [self._arrive(source, target, found) for target in targets]

    def _arrive(self, source: Place, target: Place, found: dict[int, Cost]) -> Cost | None:
        edge, share = source
        goal, goal_share = target
        journeys: list[Cost] = []
        for arc, beyond, ahead in (
            (2 * goal, 1 - goal_share, goal_share - share),
            (2 * goal + 1, goal_share, share - goal_share),
        ):
            if self._access[arc] == Access.CLOSED:
                continue
            if edge == goal and ahead >= 0:
                journeys.append(self.part(arc, ahead))
            if not self._enters[arc]:
                continue
            rest_ms, rest_dm = self.part(arc, beyond)
            for state in self._states_of.get(arc, []):
                if state in found:
                    ms, dm = found[state]
                    journeys.append((ms - rest_ms, dm - rest_dm))
        return min(journeys, default=None)
