"""The fixed parts of routes in the model of OR-Tools' routing library."""

from __future__ import annotations

from typing import Any

from colivraison.pdptw.backends.ortools_layout import Layout
from colivraison.pdptw.backends.ortools_nodes import Scope
from colivraison.pdptw.problem import LockKind
from colivraison.pdptw.solution import Visit

__all__ = ["add_locks"]


def add_locks(scope: Scope, layout: Layout, manager: Any, routing: Any) -> None:
    """Let the locked visits follow each other; they cannot be left out (see ``add_shipments``)."""
    nodes_of: dict[Visit, list[int]] = {}
    for number, node in enumerate(layout.nodes):
        nodes_of.setdefault(node.visit, []).append(manager.NodeToIndex(number))
    for lock in scope.problem.locks:
        if lock.vehicle not in scope.vehicles or not lock.visits:
            continue
        place = scope.vehicles.index(lock.vehicle)
        chain = [nodes_of.get(visit, []) for visit in lock.visits]
        if lock.kind is not LockKind.SEQUENCE:
            routing.NextVar(routing.Start(place)).SetValues(chain[0])
        followers = [*chain[1:], [routing.End(place)]]
        if lock.kind is not LockKind.ROUTE:
            followers.pop()
        for indices, following in zip(chain, followers, strict=False):
            for index in indices:
                # A node that is not visited is followed by itself.
                routing.NextVar(index).SetValues([index, *following])
