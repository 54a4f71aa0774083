"""One search of OR-Tools' routing library, in this process and thread."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from colivraison.pdptw.backends.ortools_model import RoutingModel, build
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Solution

__all__ = ["CHECKS_PER_ITERATION", "Strategy", "search"]

# The library asks its limits at every branch and every neighbour tried, which is a count that
# does not depend on any clock and that keeps growing when nothing can be improved.
CHECKS_PER_ITERATION = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """How one search goes about it; names are those of the library.

    Parameters
    ----------
    order_seed
        Shuffles the numbering of the shipments; None keeps it.
    """

    first: str = "PARALLEL_CHEAPEST_INSERTION"
    meta: str = "GUIDED_LOCAL_SEARCH"
    ruin: bool = False
    path_lns: bool = False
    order_seed: int | None = None


def search(
    problem: Problem,
    strategy: Strategy,
    *,
    time_limit_s: float | None,
    iterations: int | None,
    initial: Solution | None = None,
    on_solution: Callable[[int], None] | None = None,
    on_check: Callable[[int], bool] | None = None,
) -> tuple[Solution | None, int]:
    """Return the best solution found, None where none was, and the iterations used.

    Parameters
    ----------
    on_solution
        Told the cost of every solution in the library's units, penalties included.
    on_check
        Told the number of checks so far now and then; True stops the search.
    """
    order = list(range(len(problem.shipments)))
    if strategy.order_seed is not None:
        random.Random(strategy.order_seed).shuffle(order)  # noqa: S311
    model = build(problem, order)
    if model is None:
        return Solution(routes=(), unassigned=tuple(range(len(problem.shipments)))), 0
    routing = model.routing
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    checks = 0

    def stop() -> bool:
        nonlocal checks
        checks += 1
        if iterations is not None and checks >= iterations * CHECKS_PER_ITERATION:
            return True
        if checks % 256:
            return False
        if deadline is not None and time.monotonic() >= deadline:
            return True
        return on_check is not None and on_check(checks)

    parameters = _parameters(strategy, time_limit_s)
    routing.CloseModelWithParameters(parameters)
    routing.AddSearchMonitor(routing.solver().CustomLimit(stop))
    if on_solution is not None:
        routing.AddAtSolutionCallback(lambda: on_solution(routing.CostVar().Value()))
    assignment = _run(model, strategy, parameters, initial)
    solution = None if assignment is None else model.read(assignment)
    return solution, checks // CHECKS_PER_ITERATION


def _run(model: RoutingModel, strategy: Strategy, parameters: Any, initial: Solution | None) -> Any:
    routes = None if initial is None else model.write(initial)
    if routes is not None:
        start = model.routing.ReadAssignmentFromRoutes(routes, True)
        if start is not None:
            return model.routing.SolveFromAssignmentWithParameters(start, parameters)
    if strategy.ruin:
        return model.routing.SolveWithIteratedLocalSearch(parameters)
    return model.routing.SolveWithParameters(parameters)


def _parameters(strategy: Strategy, time_limit_s: float | None) -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.Value.Value(
        strategy.first
    )
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.Value.Value(
        strategy.meta
    )
    # No clock inside: a sub-search runs to its own end.
    parameters.lns_time_limit.FromSeconds(3_600)
    # Without any limit of its own the library warns; 30 days stand for none.
    limit_s = 30 * 86_400 if time_limit_s is None else time_limit_s
    parameters.time_limit.FromMilliseconds(max(1, round(1_000 * limit_s)))
    operators = parameters.local_search_operators
    if strategy.path_lns:
        operators.use_path_lns = pywrapcp.BOOL_TRUE
        operators.use_inactive_lns = pywrapcp.BOOL_TRUE
    if strategy.ruin:
        parameters.use_iterated_local_search = True
    return parameters
