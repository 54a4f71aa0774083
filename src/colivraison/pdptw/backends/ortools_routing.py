"""The back end on OR-Tools' routing library."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from colivraison.pdptw.backends import children
from colivraison.pdptw.backends.children import Found, Job
from colivraison.pdptw.backends.locks import LOCKS_S, least_solution
from colivraison.pdptw.backends.ortools_nodes import whole
from colivraison.pdptw.backends.ortools_prices import Prices
from colivraison.pdptw.backends.ortools_strategies import small_strategy, strategy
from colivraison.pdptw.backends.protocol import (
    CancelFlag,
    Progress,
    SolveResult,
    Stopping,
    TooLargeError,
)
from colivraison.pdptw.check import check
from colivraison.pdptw.evaluate import objective_key, solution_cost_cents
from colivraison.pdptw.problem import Objective, Problem
from colivraison.pdptw.solution import Solution

__all__ = ["OrToolsRouting"]

_FEW_SHIPMENTS = 12
_MOST_SHIPMENTS = 3_000
_SHORT_S = 1.0
_TICK_S = 0.25
_SERVING_ITERATIONS = 100
_FEWEST_ROUNDS = 6


class OrToolsRouting:
    """Searches with OR-Tools' routing library.

    An iteration is 1,000 checks of its limits, which is some 1,000 neighbours tried.  Up to
    ``_FEW_SHIPMENTS`` shipments, or within a second, it searches in the caller's thread: starting
    a process would cost more.  So few shipments also end before the time limit, after as many
    iterations as they can use.
    """

    def __call__(
        self,
        problem: Problem,
        stopping: Stopping,
        *,
        seed: int,
        threads: int = 1,
        initial: Solution | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        cancel: CancelFlag | None = None,
    ) -> SolveResult:
        """Solve, see :class:`~colivraison.pdptw.backends.protocol.SolverBackend`.

        Raises
        ------
        ValueError
            Also when no plan that keeps the locks is found.
        """
        if threads < 1:
            raise ValueError("at least one thread")
        try:
            return self._solved(
                problem, stopping, seed, threads, initial, on_progress=on_progress, cancel=cancel
            )
        except OverflowError as error:
            raise TooLargeError(f"{error}") from error

    def _solved(
        self,
        problem: Problem,
        stopping: Stopping,
        seed: int,
        threads: int,
        initial: Solution | None,
        *,
        on_progress: Callable[[Progress], None] | None,
        cancel: CancelFlag | None,
    ) -> SolveResult:
        if len(problem.shipments) > _MOST_SHIPMENTS:
            raise TooLargeError(
                f"the OR-Tools back end cannot hold over {_MOST_SHIPMENTS} shipments"
            )
        if problem.vehicles:
            # It raises here rather than in another process.
            Prices(whole(problem))
        if initial is not None and (wrong := check(problem, initial)):
            raise ValueError(f"the initial solution is not valid: {wrong[0]}")
        few = len(problem.shipments) <= _FEW_SHIPMENTS
        here = few or (stopping.time_limit_s or _SHORT_S + 1) <= _SHORT_S
        # One search runs in this process: progress waits for no other.
        effort = _Effort(
            problem,
            stopping,
            1 if here else threads,
            initial,
            on_progress=on_progress,
            cancel=cancel,
        )
        if problem.shipments and problem.vehicles and not effort.over:
            if here:
                _search_here(problem, stopping, seed, initial, effort, few=few)
            else:
                _search_in_children(problem, stopping, seed, threads, initial, effort)
        return effort.result()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A valid solution and what it is worth."""

    key: tuple[int, ...]
    cost_cents: int
    solution: Solution


class _Effort:
    """What has been found so far by each search, and how far they all are."""

    def __init__(
        self,
        problem: Problem,
        stopping: Stopping,
        searches: int,
        initial: Solution | None,
        *,
        on_progress: Callable[[Progress], None] | None,
        cancel: CancelFlag | None,
    ) -> None:
        self.began_s = time.monotonic()
        self.deadline_s = (
            None if stopping.time_limit_s is None else self.began_s + stopping.time_limit_s
        )
        self._problem = problem
        self._stopping = stopping
        self._on_progress = on_progress
        self._cancel = cancel
        target = stopping.target
        self._target_key = None if target is None else target.key(problem.objective)
        self._iterations = [0] * searches
        # Number -1 is where all start from: never worse than it.
        self._found = {-1: self._judged(initial or self._start())}

    def _start(self) -> Solution:
        """Return what every answer contains at least: what is locked.

        Raises
        ------
        ValueError
            Where no way to drive it is found, in half of the time at most.
        """
        limit_s = self._stopping.time_limit_s
        until_s = math.inf if limit_s is None else self.began_s + max(limit_s / 2, LOCKS_S)
        cancel = self._cancel

        def over() -> bool:
            # What is locked is driven also where nobody waits for more.
            cancelled = cancel is not None and cancel.is_set()
            return time.monotonic() > (self.began_s + LOCKS_S if cancelled else until_s)

        least = least_solution(self._problem, over=over)
        if least is None:
            raise ValueError("the OR-Tools back end cannot find any plan that keeps the locks")
        return least

    def _judged(self, solution: Solution) -> _Judged:
        wrong = check(self._problem, solution)
        if wrong:
            raise AssertionError(f"the search returned an invalid solution: {wrong[0]}")
        return _Judged(
            key=objective_key(self._problem, solution),
            cost_cents=solution_cost_cents(self._problem, solution),
            solution=solution,
        )

    def found(self, number: int, solution: Solution) -> None:
        """Keep a solution of one search when it is better than that search's earlier ones."""
        judged = self._judged(solution)
        if number not in self._found or judged.key < self._found[number].key:
            self._found[number] = judged

    @property
    def served(self) -> bool:
        """Whether there is an answer that serves somebody."""
        return bool(self._best().solution.routes)

    @property
    def complete(self) -> bool:
        """Whether everybody who must be served is."""
        return self._best().key[0] == 0

    @property
    def overdue(self) -> bool:
        """Whether the time limit has passed."""
        return self.deadline_s is not None and time.monotonic() >= self.deadline_s

    @property
    def heeds_nobody(self) -> bool:
        """Whether there is no flag to end it."""
        return self._cancel is None

    @property
    def cancelled(self) -> bool:
        """Whether the caller wants no more."""
        return self._cancel is not None and self._cancel.is_set()

    @property
    def on_target(self) -> bool:
        """Whether the best answer is good enough."""
        return self._target_key is not None and self._best().key <= self._target_key

    @property
    def over(self) -> bool:
        """Whether to search no further."""
        return self.cancelled or self.on_target

    def reached(self, number: int, iterations: int) -> None:
        """Note the iterations of one search."""
        self._iterations[number] = max(self._iterations[number], iterations)

    def _best(self) -> _Judged:
        # The lowest number wins among equals, so that the answer is one and the same.
        number = min(self._found, key=lambda k: (self._found[k].key, k))
        return self._found[number]

    def progress(self) -> None:
        """Tell the caller how far the search is."""
        if self._on_progress is None:
            return
        if self._stopping.iterations is not None:
            of, done = float(self._stopping.iterations), float(min(self._iterations))
        else:
            of = self._stopping.time_limit_s or 0.0
            done = time.monotonic() - self.began_s
        self._tell(min(1.0, done / of) if of else 1.0)

    def _tell(self, share: float) -> None:
        assert self._on_progress is not None
        best = self._best()
        known = bool(best.solution.routes) or len(self._found) > 1
        self._on_progress(self._report(share, best if known else None))

    def _report(self, share: float, best: _Judged | None) -> Progress:
        if best is None:
            return Progress(
                share=share, best_cents=None, unassigned=None, vehicles=None, distance_m=None
            )
        money = self._problem.objective is Objective.CENTS
        return Progress(
            share=share,
            best_cents=best.cost_cents,
            unassigned=len(best.solution.unassigned),
            vehicles=len(best.solution.routes),
            distance_m=None if money else best.key[-1],
        )

    def result(self) -> SolveResult:
        """Return the best of all."""
        best = self._best()
        if self._on_progress is not None:
            self._on_progress(self._report(1.0, best))
        return SolveResult(
            solution=best.solution, cost_cents=best.cost_cents, iterations=sum(self._iterations)
        )


def _search_here(
    problem: Problem,
    stopping: Stopping,
    seed: int,
    initial: Solution | None,
    effort: _Effort,
    *,
    few: bool,
) -> None:
    # The library takes 0.2 s to load: only those who search pay for it.
    from colivraison.pdptw.backends.ortools_search import search

    told_s = time.monotonic()
    used = 0

    def on_look(iterations: int) -> bool:
        nonlocal told_s
        effort.reached(0, used + iterations)
        # Lets the caller's other threads run: the library itself never lets go of the lock.
        time.sleep(0)
        if time.monotonic() - told_s >= _TICK_S:
            told_s = time.monotonic()
            effort.progress()
        return effort.over

    budget = stopping.iterations
    if budget is None and few:
        budget = 40 + 60 * len(problem.shipments)
    # In small problems the search soon turns in a circle: it begins again, in other ways.
    rounds = 1
    if few and budget is not None:
        rounds = max(_FEWEST_ROUNDS, budget // (2 * len(problem.shipments)))
    for number in range(rounds):
        if number and (effort.overdue or effort.over):
            break
        left = None if budget is None else (budget - used) // (rounds - number)
        _, more = search(
            whole(problem),
            small_strategy(seed, number) if few else strategy(seed, 0),
            deadline_s=effort.deadline_s,
            iterations=left,
            initial=initial if number == 0 else None,
            on_solution=lambda solution: effort.found(0, solution),
            on_look=on_look,
        )
        used += more
        effort.reached(0, used)


def _search_in_children(
    problem: Problem,
    stopping: Stopping,
    seed: int,
    threads: int,
    initial: Solution | None,
    effort: _Effort,
) -> None:
    jobs = [
        Job(
            problem=problem,
            strategy=strategy(seed, number),
            deadline_s=effort.deadline_s,
            iterations=stopping.iterations,
            target=stopping.target,
            initial=initial,
            parent=os.getpid(),
        )
        for number in range(threads)
    ]
    heard = False

    def is_over() -> bool:
        # Counted in iterations, each search ends by itself: which of them is first to reach a
        # target depends on the machine.  Before they have told anything all is still the same.
        return effort.cancelled or (
            effort.on_target and (effort.deadline_s is not None or not heard)
        )

    def on_found(number: int, found: Found) -> None:
        nonlocal heard
        heard = True
        effort.reached(number, found.iterations)
        if found.solution is not None:
            effort.found(number, found.solution)

    children.run(
        jobs,
        deadline_s=effort.deadline_s,
        on_found=on_found,
        on_tick=effort.progress,
        is_over=is_over,
        # A process may take seconds to start on a busy machine: the first answer is made here.  Not
        # where a flag is to be heeded: the library holds the interpreter's lock and asks nobody
        # for seconds while it builds a first plan, so that not even the flag could be set.
        meanwhile=lambda: (
            _serve(problem, seed, effort) if initial is None and effort.heeds_nobody else None
        ),
    )


def _serve(problem: Problem, seed: int, effort: _Effort) -> None:
    """Find a first solution that serves everybody, or nearly, and no more."""
    from colivraison.pdptw.backends.ortools_search import search

    enough = False
    told_s = time.monotonic()

    def on_solution(solution: Solution) -> None:
        nonlocal enough
        effort.found(-1, solution)
        enough = effort.complete

    def on_look(iterations: int) -> bool:
        nonlocal told_s
        if time.monotonic() - told_s >= _TICK_S:
            told_s = time.monotonic()
            effort.progress()
        return enough or effort.over or (effort.served and iterations >= _SERVING_ITERATIONS)

    search(
        whole(problem),
        replace(strategy(seed, 0), meta="GREEDY_DESCENT"),
        deadline_s=effort.deadline_s,
        iterations=None,
        on_solution=on_solution,
        on_look=on_look,
    )
