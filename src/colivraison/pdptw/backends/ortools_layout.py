"""Nodes of the routing library in their order: visits, then starts and ends of routes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from colivraison.pdptw.backends.ortools_nodes import Node, Scope

__all__ = ["NOWHERE", "Layout"]

# The place where a route with an open end ends: no way there takes any time.
NOWHERE = -1


class Layout:
    """The nodes of the library in their order: visits, then starts and ends.

    Parameters
    ----------
    nodes
        The visits.
    depots
        Places where vehicles start or end, `NOWHERE` among them where an end is open.
    """

    def __init__(self, scope: Scope, nodes: Sequence[Node]) -> None:
        self.nodes = tuple(nodes)
        vehicles = [scope.problem.vehicles[v] for v in scope.vehicles]
        ends = [NOWHERE if v.end is None else v.end for v in vehicles]
        self.depots = sorted({v.start for v in vehicles} | set(ends))
        number_of = {place: len(self.nodes) + k for k, place in enumerate(self.depots)}
        self.starts = [number_of[v.start] for v in vehicles]
        self.ends = [number_of[end] for end in ends]
        self.places = np.array([node.location for node in self.nodes] + self.depots)

    def spread(self, matrix: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return a matrix between locations as one between nodes.

        From a start straight to an end means the vehicle stays at home: 0, whatever the way is.
        """
        where = np.maximum(self.places, 0)
        spread = matrix[np.ix_(where, where)]
        spread[:, self.places == NOWHERE] = 0
        spread[len(self.nodes) :, len(self.nodes) :] = 0
        return spread
