"""A benchmark instance as its file gives it, and the problem that stands for it.

Times, distances and loads of nodes are in the units of the file, which has none of its own (Li &
Lim) or whole minutes (Sartori & Buriol).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from colivraison.pdptw import Problem, Solution, Visit

__all__ = ["BenchmarkFormat", "BenchmarkInstance", "Node", "cost_of", "routes_of"]

DEPOT = 0
"""Number of the depot among the nodes."""


class BenchmarkFormat(StrEnum):
    """The two ways in which the field writes its instances."""

    LI_LIM = "li_lim"
    SARTORI_BURIOL = "sartori_buriol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A line of the file: the depot, a pickup or a delivery.

    Parameters
    ----------
    x, y
        Where it lies; latitude and longitude in the files of Sartori & Buriol.
    demand
        What is loaded there; negative where it is unloaded.
    opens, closes
        Its service begins within; for the depot: no route leaves before nor returns after.
    service
        How long it takes once begun.
    pickup, delivery
        The other node of the pair: exactly one of the two is not 0, both are at the depot.
    """

    x: float
    y: float
    demand: int
    opens: int
    closes: int
    service: int
    pickup: int
    delivery: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BenchmarkInstance:
    """What a file says, and the same as a problem.

    Parameters
    ----------
    fleet
        So many vehicles at most; None where the file sets no limit.
    nodes
        By their number; the depot is number 0.
    matrix
        Travel from row to column, time and cost in one; None where both are the straight line.
    problem
        One location per node, one shipment per pair; times and lengths times ``scale``.
    scale
        Units of the problem in one unit of the file.
    pickups
        Node where each shipment of the problem is picked up.
    """

    name: str
    format: BenchmarkFormat
    capacity: int
    fleet: int | None
    nodes: tuple[Node, ...]
    matrix: npt.NDArray[np.int64] | None
    problem: Problem
    scale: int
    pickups: tuple[int, ...]

    def node_of(self, visit: Visit) -> int:
        """Return the number of the node where a visit takes place."""
        pickup = self.pickups[visit.shipment]
        return pickup if visit.is_pickup else self.nodes[pickup].delivery

    def leg(self, start: int, end: int) -> float:
        """Return what the way between two nodes takes and costs, unrounded.

        A whole number where the file has a matrix.
        """
        if self.matrix is not None:
            return int(self.matrix[start, end])
        here, there = self.nodes[start], self.nodes[end]
        dx, dy = here.x - there.x, here.y - there.y
        return math.sqrt(dx * dx + dy * dy)


def routes_of(instance: BenchmarkInstance, solution: Solution) -> list[list[int]]:
    """Return the routes of a solution as the numbers of their nodes, without the depot."""
    return [[instance.node_of(visit) for visit in route.visits] for route in solution.routes]


def cost_of(instance: BenchmarkInstance, routes: Sequence[Sequence[int]]) -> float | None:
    """Return the cost of routes from the file's own numbers: all legs, from depot to depot.

    Returns
    -------
    cost
        A whole number where the file has a matrix; None where a node is unknown.
    """
    cost: float = 0
    for route in routes:
        if not all(DEPOT < node < len(instance.nodes) for node in route):
            return None
        for start, end in zip((DEPOT, *route), (*route, DEPOT), strict=True):
            cost += instance.leg(start, end)
    return cost
