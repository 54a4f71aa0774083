"""The back end on OR-Tools' routing library."""

from __future__ import annotations

from collections.abc import Callable

from colivraison.pdptw.backends.protocol import Progress, SolveResult, Stopping
from colivraison.pdptw.check import check
from colivraison.pdptw.evaluate import solution_cost_cents
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Solution

__all__ = ["OrToolsRouting"]


class OrToolsRouting:
    """Searches with OR-Tools' routing library; see the README of the room for its settings."""

    def __call__(
        self,
        problem: Problem,
        stopping: Stopping,
        *,
        seed: int,
        threads: int = 1,
        initial: Solution | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> SolveResult:
        """Solve, see :class:`~colivraison.pdptw.backends.protocol.SolverBackend`."""
        if threads < 1:
            raise ValueError("at least one thread")
        if initial is not None and (wrong := check(problem, initial)):
            raise ValueError(f"the initial solution is not valid: {wrong[0]}")
        # The library takes 0.2 s to load: only those who search pay for it.
        from colivraison.pdptw.backends.ortools_search import Strategy, search  # noqa: PLC0415

        nothing = Solution(routes=(), unassigned=tuple(range(len(problem.shipments))))
        found = [initial or nothing]
        solution, iterations = search(
            problem,
            Strategy(order_seed=seed),
            time_limit_s=stopping.time_limit_s,
            iterations=stopping.iterations,
            initial=initial,
        )
        if solution is not None:
            found.append(solution)
        for candidate in found:
            wrong = check(problem, candidate)
            if wrong:
                raise AssertionError(f"the search returned an invalid solution: {wrong[0]}")
        best = min(found, key=lambda s: (len(s.unassigned), solution_cost_cents(problem, s)))
        cost_cents = solution_cost_cents(problem, best)
        if on_progress is not None:
            on_progress(Progress(share=1.0, best_cents=cost_cents, unassigned=len(best.unassigned)))
        return SolveResult(solution=best, cost_cents=cost_cents, iterations=iterations)
