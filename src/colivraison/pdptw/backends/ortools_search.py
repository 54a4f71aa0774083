"""One search of OR-Tools' routing library, in this process and thread."""

from __future__ import annotations

import contextlib
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from colivraison.pdptw.backends.ortools_model import RoutingModel, build
from colivraison.pdptw.backends.ortools_strategies import Strategy
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Solution

__all__ = ["CHECKS_PER_ITERATION", "search"]

# The library asks its limits at every branch and every neighbour tried.  That count depends on no
# clock, and it keeps growing when nothing can be improved any more.
CHECKS_PER_ITERATION = 1_000
_CHECKS_BETWEEN_LOOKS = 256


class _Watch:
    """What the library calls back: limits, better solutions, and the caller's own wishes.

    An exception must not travel through the library: it is kept, the search is stopped, and the
    exception is raised afterwards.
    """

    def __init__(
        self,
        model: RoutingModel,
        *,
        deadline_s: float | None,
        max_checks: int | None,
        on_solution: Callable[[Solution], None] | None,
        on_look: Callable[[int], bool] | None,
    ) -> None:
        self.checks = 0
        self.interrupted = False
        self.best: Solution | None = None
        self.error: BaseException | None = None
        self._best_units: int | None = None
        self._model = model
        self._deadline_s = deadline_s
        self._max_checks = max_checks
        self._on_solution = on_solution
        self._on_look = on_look

    def stop(self) -> bool:
        """Tell whether to stop."""
        try:
            self.checks += 1
            if self.interrupted:
                return True
            if self._max_checks is not None and self.checks >= self._max_checks:
                return True
            if self.checks % _CHECKS_BETWEEN_LOOKS:
                return self.error is not None
            if self._deadline_s is not None and time.monotonic() >= self._deadline_s:
                return True
            return self._on_look is not None and self._on_look(self.checks)
        except BaseException as error:  # noqa: BLE001 - raised again by ``search``
            self.error = error
            return True

    def solution(self) -> None:
        """Keep the current solution when it is the best so far."""
        try:
            # ``Value`` of a variable that is not bound ends the whole process, and in iterated
            # local search the cost is sometimes left open: ``Min`` is safe and then a bound.
            units = self._model.routing.CostVar().Min()
            if self._best_units is None or units < self._best_units:
                solution = self._model.read_current()
                if solution is not None:
                    self._best_units = units
                    self.best = solution
                    if self._on_solution is not None:
                        self._on_solution(solution)
        except BaseException as error:  # noqa: BLE001 - raised again by ``search``
            self.error = error


def search(
    problem: Problem,
    strategy: Strategy,
    *,
    deadline_s: float | None,
    iterations: int | None,
    initial: Solution | None = None,
    on_solution: Callable[[Solution], None] | None = None,
    on_look: Callable[[int], bool] | None = None,
) -> tuple[Solution | None, int]:
    """Return the best solution found, None where none was, and the iterations used.

    Parameters
    ----------
    deadline_s
        On the monotonic clock.
    on_solution
        Told every solution that is better than those before.
    on_look
        Told the iterations so far now and then; True stops the search.
    """
    order = list(range(len(problem.shipments)))
    if strategy.order_seed is not None:
        random.Random(strategy.order_seed).shuffle(order)  # noqa: S311
    model = build(problem, order)
    if model is None:
        return Solution(routes=(), unassigned=tuple(range(len(problem.shipments)))), 0
    watch = _Watch(
        model,
        deadline_s=deadline_s,
        max_checks=None if iterations is None else iterations * CHECKS_PER_ITERATION,
        on_solution=on_solution,
        on_look=None if on_look is None else lambda n: on_look(n // CHECKS_PER_ITERATION),
    )
    # Without any limit of its own the library warns; 30 days stand for none.
    limit_s = 30 * 86_400.0 if deadline_s is None else max(0.02, deadline_s - time.monotonic())
    parameters = _parameters(strategy, limit_s)
    routing = model.routing
    routing.CloseModelWithParameters(parameters)
    routing.AddSearchMonitor(routing.solver().CustomLimit(watch.stop))
    routing.AddAtSolutionCallback(watch.solution)
    with _interrupts_held(watch):
        _run(model, parameters, initial)
    if watch.error is not None:
        raise watch.error
    return watch.best, watch.checks // CHECKS_PER_ITERATION


@contextlib.contextmanager
def _interrupts_held(watch: _Watch) -> Iterator[None]:
    """Let a Ctrl-C stop the search, and raise it when the library has returned.

    Raised on the way into a callback it would be lost, or come out as another error.
    """
    usual = signal.getsignal(signal.SIGINT)
    here = threading.current_thread() is threading.main_thread()
    if not here or usual is not signal.default_int_handler:
        yield
        return

    def note(_signal: int, _frame: object) -> None:
        watch.interrupted = True

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if watch.interrupted:
        raise KeyboardInterrupt


def _run(model: RoutingModel, parameters: Any, initial: Solution | None) -> None:
    routes = None if initial is None else model.write(initial)
    if routes is not None:
        start = model.routing.ReadAssignmentFromRoutes(routes, True)
        if start is not None:
            model.routing.SolveFromAssignmentWithParameters(start, parameters)
            return
    model.routing.SolveWithParameters(parameters)


def _parameters(strategy: Strategy, limit_s: float) -> Any:
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.Value.Value(
        strategy.first
    )
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.Value.Value(
        strategy.meta
    )
    parameters.time_limit.FromMilliseconds(round(1_000 * limit_s))
    # No clock inside the search: a sub-search runs to its own end.
    parameters.lns_time_limit.FromSeconds(3_600)
    # A multi-armed bandit chooses the next neighbourhood: cheapest in most of what was measured.
    parameters.use_multi_armed_bandit_concatenate_operators = True
    return parameters
