"""Where the driver has the breaks, for visits in a given order: every place is tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from colivraison.pdptw.evaluate import Infeasible, Obstacle, Schedule, evaluate
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Route

__all__ = ["cheapest_breaks", "with_best_breaks"]


def with_best_breaks(problem: Problem, route: Route) -> tuple[Route, Schedule] | Infeasible:
    """Return the visits of a route with its breaks where they cost least, and its schedule.

    The breaks that ``route`` has are not looked at.  A schedule without some break is one without
    its wait and work, so none is taken that need not be, and what fails for another reason than
    a missing break fails with any.

    Notes
    -----
    Tries ``(visits + 2) ** breaks`` routes: exact, for references and short routes.
    """
    bare = replace(route, breaks=())
    outcome = evaluate(problem, bare)
    if isinstance(outcome, Schedule):
        return bare, outcome
    if outcome.obstacle is not Obstacle.BREAK_MISSING:
        return outcome
    count = len(problem.vehicles[route.vehicle].breaks)
    places = product((None, *range(len(route.visits) + 1)), repeat=count)
    return cheapest_breaks(problem, bare, places) or outcome


def cheapest_breaks(
    problem: Problem, route: Route, places: Iterable[tuple[int | None, ...]]
) -> tuple[Route, Schedule] | None:
    """Return the visits of a route with the breaks, of some, that cost least; None if none do.

    Parameters
    ----------
    places
        As `Route.breaks`.
    """
    best: tuple[tuple[int, int, int], Route, Schedule] | None = None
    for taken in places:
        candidate = replace(route, breaks=taken)
        tried = evaluate(problem, candidate)
        if isinstance(tried, Infeasible):
            continue
        key = (tried.cost_cents, tried.duration_s, tried.end_s)
        if best is None or key < best[0]:
            best = key, candidate, tried
    return None if best is None else best[1:]
