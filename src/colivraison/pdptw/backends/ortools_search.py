"""One search of OR-Tools' routing library, in this process and thread."""

from __future__ import annotations

import contextlib
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from colivraison.pdptw.backends.locks import least_solution
from colivraison.pdptw.backends.ortools_model import RoutingModel, build
from colivraison.pdptw.backends.ortools_nodes import Scope
from colivraison.pdptw.backends.ortools_strategies import Strategy
from colivraison.pdptw.backends.placer import Placer
from colivraison.pdptw.solution import Route, Solution, Visit

__all__ = ["CHECKS_PER_ITERATION", "search"]

# The library asks its limits at every branch and every neighbour tried.  That count depends on no
# clock, and it keeps growing when nothing can be improved any more.
CHECKS_PER_ITERATION = 1_000
_CHECKS_BETWEEN_LOOKS = 256
# 30 days stand for no limit.
_NO_LIMIT_S = 30 * 86_400.0


class _Limits:
    """When to stop, over one or more models; the library asks at every step.

    An exception must not travel through the library: it is kept, the search is stopped, and the
    exception is raised afterwards.
    """

    def __init__(
        self,
        *,
        deadline_s: float | None,
        max_checks: int | None,
        on_look: Callable[[int], bool] | None,
    ) -> None:
        self.checks = 0
        self.interrupted = False
        self.error: BaseException | None = None
        self.over = False
        self._deadline_s = deadline_s
        self._max_checks = max_checks
        self._on_look = on_look

    def stop(self) -> bool:
        """Tell whether to stop."""
        self.checks += 1
        try:
            self.over = self.over or self._is_over()
        except BaseException as error:  # noqa: BLE001 - raised again by ``search``
            self.error = error
        return self.over or self.error is not None

    def _is_over(self) -> bool:
        if self.interrupted:
            return True
        if self._max_checks is not None and self.checks >= self._max_checks:
            return True
        if self.checks % _CHECKS_BETWEEN_LOOKS:
            return False
        if self._deadline_s is not None and time.monotonic() >= self._deadline_s:
            return True
        return self._on_look is not None and self._on_look(self.checks)

    def left_s(self) -> float:
        """Return the time left; without any limit of its own the library warns."""
        if self._deadline_s is None:
            return _NO_LIMIT_S
        return max(0.02, self._deadline_s - time.monotonic())


class _Best:
    """The best solution of one model so far."""

    def __init__(
        self,
        model: RoutingModel,
        limits: _Limits,
        on_solution: Callable[[Solution], None] | None,
    ) -> None:
        self.solution: Solution | None = None
        self._units: int | None = None
        self._model = model
        self._limits = limits
        self._on_solution = on_solution

    def look(self) -> None:
        """Keep the current solution when it is the best so far."""
        try:
            # ``Value`` of a variable that is not bound ends the whole process, and in iterated
            # local search the cost is sometimes left open: ``Min`` is safe and then a bound.
            units = self._model.routing.CostVar().Min()
            if self._units is None or units < self._units:
                solution = self._model.read_current()
                if solution is not None:
                    self._units = units
                    self.solution = solution
                    if self._on_solution is not None:
                        self._on_solution(solution)
        except BaseException as error:  # noqa: BLE001 - raised again by ``search``
            self._limits.error = error


def search(
    scope: Scope,
    strategy: Strategy,
    *,
    deadline_s: float | None,
    iterations: int | None,
    initial: Solution | None = None,
    on_solution: Callable[[Solution], None] | None = None,
    on_look: Callable[[int], bool] | None = None,
) -> tuple[Solution | None, int]:
    """Return the best solution of the scope found, None where none was, and the iterations used.

    Parameters
    ----------
    deadline_s
        On the monotonic clock.
    initial
        Routes of the scope's vehicles to start from.
    on_solution
        Told every solution that is better than those before.
    on_look
        Told the iterations so far now and then; True stops the search.
    """
    order = list(scope.shipments)
    if strategy.order_seed is not None:
        random.Random(strategy.order_seed).shuffle(order)  # noqa: S311
    scope = replace(scope, shipments=tuple(order))
    place = Placer(scope.problem)
    model = build(scope, place, strategy.style)
    if model is None:
        return Solution(routes=(), unassigned=tuple(sorted(scope.shipments))), 0
    limits = _Limits(
        deadline_s=deadline_s,
        max_checks=None if iterations is None else iterations * CHECKS_PER_ITERATION,
        on_look=None if on_look is None else lambda n: on_look(n // CHECKS_PER_ITERATION),
    )
    best = _Best(model, limits, on_solution)
    with _interrupts_held(limits):
        if model.judge is not None and initial is None:
            initial = _draft(scope, place, strategy, limits)
        with _prepared(model, strategy, limits, best.look):
            _run(model, strategy, limits, initial)
            if best.solution is None and not limits.over:
                # The library's constructions know locks badly; improving what keeps them goes well.
                _run(model, strategy, limits, _least(scope))
    error = limits.error or (model.judge and model.judge.error)
    if error:
        raise error
    return best.solution, limits.checks // CHECKS_PER_ITERATION


@contextlib.contextmanager
def _interrupts_held(limits: _Limits) -> Iterator[None]:
    """Let a Ctrl-C stop the search, and raise it when the library has returned.

    Raised on the way into a callback it would be lost, or come out as another error.
    """
    usual = signal.getsignal(signal.SIGINT)
    here = threading.current_thread() is threading.main_thread()
    if not here or usual is not signal.default_int_handler:
        yield
        return

    def note(_signal: int, _frame: object) -> None:
        limits.interrupted = True

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if limits.interrupted:
        raise KeyboardInterrupt


@contextlib.contextmanager
def _prepared(
    model: RoutingModel, strategy: Strategy, limits: _Limits, on_solution: Callable[[], None]
) -> Iterator[None]:
    """Close the model, and tell ``on_solution`` every solution while the context lasts.

    What the library calls is let go of afterwards: it stays with the library, out of sight of the
    garbage collector, and would keep the model that keeps the library, for good.
    """
    told = [on_solution]

    def tell() -> None:
        for one in told:
            one()

    routing = model.routing
    routing.CloseModelWithParameters(_parameters(strategy, limits.left_s()))
    routing.AddSearchMonitor(routing.solver().CustomLimit(limits.stop))
    routing.AddAtSolutionCallback(tell)
    try:
        yield
    finally:
        told.clear()


def _run(
    model: RoutingModel, strategy: Strategy, limits: _Limits, initial: Solution | None
) -> None:
    if limits.error is not None:
        return
    parameters = _parameters(strategy, limits.left_s())
    routing = model.routing
    routes = None if initial is None else model.write(initial)
    if routes is not None:
        start = routing.ReadAssignmentFromRoutes(routes, True)
        if start is not None:
            routing.SolveFromAssignmentWithParameters(start, parameters)
            return
    routing.SolveWithParameters(parameters)


def _draft(scope: Scope, place: Placer, strategy: Strategy, limits: _Limits) -> Solution | None:
    """Return a first plan made without what only the evaluator can say, thinned until it agrees.

    Constructions show the evaluator only whole plans, which it then refuses as a whole.
    """
    model = build(scope, place, strategy.style, judged=False)
    assert model is not None, "the judge leaves out no shipment"
    found: list[list[tuple[int, tuple[Visit, ...]]]] = []

    def on_solution() -> None:
        visits = model.read_visits()
        if visits is not None:
            found.append(visits)

    with _prepared(model, strategy, limits, on_solution):
        parameters = _parameters(strategy, limits.left_s())
        parameters.solution_limit = 1
        model.routing.SolveWithParameters(parameters)
    if not found:
        return _least(scope)
    routes: list[Route] = []
    for vehicle, visits in found[-1]:
        route = _thinned(place, vehicle, visits, frozenset(scope.locked_on))
        if route is not None:
            routes.append(route)
        elif vehicle in scope.locked_on.values():
            return _least(scope)
    return model.solution_of(routes)


def _thinned(
    place: Placer, vehicle: int, visits: tuple[Visit, ...], kept: frozenset[int]
) -> Route | None:
    """Leave out shipments, those met last first, until the route can be driven."""
    while visits:
        placed = place(vehicle, visits)
        if placed is not None:
            return placed[0]
        goes = next((v.shipment for v in reversed(visits) if v.shipment not in kept), None)
        if goes is None:
            return None
        visits = tuple(visit for visit in visits if visit.shipment != goes)
    return None


def _least(scope: Scope) -> Solution | None:
    """Return the part of the least solution that concerns the scope."""
    least = least_solution(scope.problem)
    if least is None:
        return None
    routes = tuple(route for route in least.routes if route.vehicle in scope.vehicles)
    served = {visit.shipment for route in routes for visit in route.visits}
    return Solution(
        routes=routes,
        unassigned=tuple(s for s in sorted(scope.shipments) if s not in served),
    )


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
