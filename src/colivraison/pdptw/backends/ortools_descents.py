"""A long search made of many short ones of the routing library.

Different numberings of the same shipments end their first descent as much as a fifth apart, and
guided local search hardly makes up for a bad one (README of the room).  So half the budget goes
into descents from different numberings, and the other half into parts of the best solution.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

from colivraison.pdptw.backends.ortools_nodes import whole
from colivraison.pdptw.backends.ortools_parts import cut, pick_vehicles
from colivraison.pdptw.backends.ortools_search import search
from colivraison.pdptw.backends.ortools_strategies import Strategy
from colivraison.pdptw.evaluate import objective_key
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Solution

__all__ = ["search_long"]

_SHARE_OF_DESCENTS = 0.5
_ITERATIONS_PER_PART = 100


class _Budget:
    """Time or iterations, over many searches; looks at the caller's wishes in between."""

    def __init__(
        self,
        deadline_s: float | None,
        iterations: int | None,
        on_look: Callable[[int], bool] | None,
    ) -> None:
        self.used = 0
        self.deadline_s = deadline_s
        self._began_s = time.monotonic()
        self._iterations = iterations
        self._on_look = on_look
        self._stopped = False

    def share(self) -> float:
        """Return how much is used, 0 to 1 and beyond."""
        if self._stopped:
            return 1.0
        if self._iterations is not None:
            return self.used / max(1, self._iterations)
        if self.deadline_s is None:
            return 0.0
        whole_s = self.deadline_s - self._began_s
        return (time.monotonic() - self._began_s) / whole_s if whole_s > 0 else 1.0

    def left(self, most: int | None = None) -> int | None:
        """Return the iterations that the next search may use."""
        if self._iterations is None:
            return most
        left = max(0, self._iterations - self.used)
        return left if most is None else min(left, most)

    def look(self, iterations: int) -> bool:
        """Pass on what a running search tells."""
        if self._on_look is not None and self._on_look(self.used + iterations):
            self._stopped = True
        return self._stopped

    def spend(self, iterations: int) -> None:
        """Count a finished search, even one too short for an iteration, so that all this ends."""
        self.used += max(1, iterations)


class _Best:
    def __init__(
        self,
        problem: Problem,
        initial: Solution | None,
        on_solution: Callable[[Solution], None] | None,
    ) -> None:
        self.solution: Solution | None = None
        self._problem = problem
        self._on_solution = on_solution
        self._key: tuple[int, ...] = ()
        if initial is not None:
            self.solution, self._key = initial, objective_key(problem, initial)

    def offer(self, solution: Solution | None) -> bool:
        """Keep a solution when it is better; tell whether it was."""
        if solution is None:
            return False
        key = objective_key(self._problem, solution)
        if self.solution is not None and key >= self._key:
            return False
        self.solution, self._key = solution, key
        if self._on_solution is not None:
            self._on_solution(solution)
        return True


def search_long(
    problem: Problem,
    strategy: Strategy,
    *,
    deadline_s: float | None,
    iterations: int | None,
    initial: Solution | None = None,
    on_solution: Callable[[Solution], None] | None = None,
    on_look: Callable[[int], bool] | None = None,
) -> tuple[Solution | None, int]:
    """Return the best solution found and the iterations used; parameters are those of `search`.

    Here ``initial`` is a solution of the whole problem.
    """
    budget = _Budget(deadline_s, iterations, on_look)
    best = _Best(problem, initial, on_solution)
    # Text seeds do not depend on the interpreter's hashing.
    rng = random.Random(f"parts {strategy.order_seed}")  # noqa: S311
    number = 0
    while number == 0 or budget.share() < _SHARE_OF_DESCENTS:
        before = budget.used
        _descend(problem, strategy, number, budget, best, initial if number == 0 else None)
        number += 1
        if best.solution is not None and not best.solution.routes and budget.used == before + 1:
            return best.solution, budget.used  # there is nothing anybody could do
    tried: set[tuple[int, ...]] = set()
    while budget.share() < 1:
        if best.solution is None or not best.solution.routes:
            _descend(problem, strategy, number, budget, best, None)
            number += 1
        elif _improve_part(problem, strategy, budget, best, rng, tried):
            tried.clear()
    return best.solution, budget.used


def _descend(
    problem: Problem,
    strategy: Strategy,
    number: int,
    budget: _Budget,
    best: _Best,
    initial: Solution | None,
) -> None:
    """Go down once from a numbering of its own."""

    def on_solution(solution: Solution) -> None:
        best.offer(solution)

    found, used = search(
        whole(problem),
        replace(
            strategy,
            meta="GREEDY_DESCENT",
            order_seed=1_000 * (strategy.order_seed or 0) + number,
        ),
        deadline_s=budget.deadline_s,
        iterations=budget.left(),
        initial=initial,
        # The first one tells every step, so that there is an answer early.
        on_solution=on_solution if number == 0 else None,
        on_look=budget.look,
    )
    best.offer(found)
    budget.spend(used)


def _improve_part(
    problem: Problem,
    strategy: Strategy,
    budget: _Budget,
    best: _Best,
    rng: random.Random,
    tried: set[tuple[int, ...]],
) -> bool:
    """Solve a part of the best solution again; tell whether that made it better."""
    assert best.solution is not None
    vehicles = pick_vehicles(problem, best.solution, rng)
    part = cut(problem, best.solution, vehicles)
    # From the present routes once; they lead to the same place again, so then from nothing.
    initial = None if vehicles in tried else part.present
    tried.add(vehicles)
    found, used = search(
        part.scope,
        replace(strategy, order_seed=rng.randrange(1 << 30)),
        deadline_s=budget.deadline_s,
        iterations=budget.left(_ITERATIONS_PER_PART),
        initial=initial,
        on_look=budget.look,
    )
    budget.spend(used)
    return found is not None and best.offer(part.put_back(found))
