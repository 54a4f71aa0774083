"""Who may drive beside whom, and who is served only with others, in OR-Tools' routing library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from colivraison.pdptw.backends.ortools_nodes import Scope

__all__ = ["add_exclusive", "add_groups"]


def add_exclusive(scope: Scope, routing: Any) -> None:
    """Let at most one vehicle of each exclusive set drive; those outside the scope stand still."""
    for clique in scope.problem.exclusive:
        its = [place for place, vehicle in enumerate(scope.vehicles) if vehicle in clique]
        if len(its) > 1:
            driving = [routing.ActiveVehicleVar(place) for place in its]
            routing.solver().Add(routing.solver().Sum(driving) <= 1)


def add_groups(scope: Scope, routing: Any, nodes_of: Mapping[int, Sequence[int]]) -> None:
    """Let groups be served enough or not at all.

    Parameters
    ----------
    nodes_of
        By shipment, the indices of the alternative nodes of one of its ends.
    """
    solver = routing.solver()
    for group in scope.problem.groups:
        amounts = dict(zip(group.shipments, group.amounts, strict=True))
        fixed = amounts.keys() & scope.served_elsewhere
        terms = []
        some = solver.IntConst(1) if fixed else solver.BoolVar("group")
        for shipment, amount in amounts.items():
            nodes = nodes_of.get(shipment, ())
            if nodes:
                served = solver.Sum([routing.ActiveVar(index) for index in nodes])
                solver.Add(served <= some)
                terms.append(served * amount)
        least = some * group.minimum - sum(amounts[number] for number in fixed)
        solver.Add(solver.Sum([solver.IntConst(0), *terms]) >= least)
