"""The back end on our own search in C++ (``_native/core/routing``)."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from colivraison._native.routing import UNITS_PER_CENT, RoutingSearch
from colivraison.pdptw.backends.locks import LOCKS_S, least_solution, locked_shipments
from colivraison.pdptw.backends.native_lowering import Lowering
from colivraison.pdptw.backends.native_stages import Stage, materials
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

if TYPE_CHECKING:
    from colivraison.pdptw.backends.route_choice import RouteChoice

__all__ = ["NativeSearch"]

T = TypeVar("T")

_TICK_S = 0.04
# Somebody who cancels waits for the next look at the flag.
_CANCEL_TICK_S = 0.01
_PROGRESS_S = 0.25
# After an interruption: how often and for how long an ending thread is waited for.
_LOOK_S = 0.005
_LOOKS_FOR_A_START = 100
# Threads meet after so many iterations each, whatever the time.
_CHUNK_ITERATIONS = 1_000
# Under a time limit they meet so often.
_CHUNKS = 200
_LONGEST_CHUNK_S = 0.25
_SHORTEST_CHUNK_S = 0.005
# What reading the answer and checking it takes off the time limit, per visit.
_CHECK_S_PER_VISIT = 2e-5
# Routes are put together anew at these shares of the search, for so much of the limit.
_CHOICES = {0.7: 0.05, 0.86: 0.06, 0.965: 0.025}
# A choice in less time than this, or than so much times the square of the number of shipments,
# finds nothing (15 s of GLOP and 45 s of CP-SAT for 1,800, 2 s for both for 600).
_LEAST_CHOICE_S = 0.2
_CHOICE_S_PER_SQUARE = 7e-6
# Without a time limit, choices that would take longer are left out.
_LONGEST_CHOICE_S = 1.0
_FEW_SHIPMENTS = 8
_FEW_ITERATIONS = 20_000


class NativeSearch:
    """Searches by ruin and recreate in native threads; an iteration is one ruin and one recreate.

    With iterations and several threads each thread makes that many.  Up to ``_FEW_SHIPMENTS``
    shipments it ends before the time limit, after as many iterations as they can use.  Many
    shipments between few places move in bundles first.
    """

    def __init__(self, *, plain: bool = True) -> None:
        """Let the routes of the plain problem serve where they suffice, unless told otherwise."""
        self._plain = plain

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
            Also when the locks cannot be kept.
        """
        began_s = time.monotonic()
        if threads < 1:
            raise ValueError("at least one thread")
        if initial is not None and (wrong := check(problem, initial)):
            raise ValueError(f"the initial solution is not valid: {wrong[0]}")
        if stopping.target is not None:
            stopping.target.key(problem.objective)
        nobody = Solution(routes=(), unassigned=tuple(range(len(problem.shipments))))
        if not problem.shipments or not problem.vehicles:
            return _judged(problem, nobody, 0)
        found = _counted(lambda: materials(problem, may_bundle=initial is None))
        if cancel is not None and cancel.is_set() and (initial is not None or not problem.locks):
            # Large problems take a while to get ready, and nobody waits for it any more.
            return _judged(problem, initial or nobody, 0)
        run = _Run(
            stages=_counted(
                lambda: [
                    one.stage(stopping, seed=seed, threads=threads, plain=self._plain)
                    for one in found
                ]
            ),
            stopping=stopping,
            began_s=began_s,
            on_progress=on_progress,
            cancel=cancel,
        )
        run.start(initial)
        if stopping.iterations is None:
            run.until_time()
        else:
            run.until_iterations(stopping.iterations)
        solution = run.stage.best()
        if initial is not None:
            # The search counts money exactly, a plan in cents rounded per route.
            solution = min((solution, initial), key=lambda one: objective_key(problem, one))
        return _judged(problem, solution, run.iterations())


def _counted(work: Callable[[], T]) -> T:
    """Do what refuses of a valid problem only numbers, or kinds, that are too many.

    Raises
    ------
    TooLargeError
        Where it does.
    """
    try:
        return work()
    except (ValueError, OverflowError) as error:
        raise TooLargeError(str(error)) from error


def _judged(problem: Problem, solution: Solution, iterations: int) -> SolveResult:
    wrong = check(problem, solution)
    if wrong and any(lock.visits for lock in problem.locks):
        raise ValueError(f"the locks cannot be kept: {wrong[0]}")
    if wrong:
        raise AssertionError(f"the search returned an invalid solution: {wrong[0]}")
    return SolveResult(
        solution=solution,
        cost_cents=solution_cost_cents(problem, solution),
        iterations=iterations,
    )


@dataclass(slots=True, kw_only=True)
class _Run:
    """One call: chunks in a thread of their own, so that the caller's can be interrupted.

    Attributes
    ----------
    stages
        The present one and those to come.
    """

    stages: list[Stage]
    stopping: Stopping
    began_s: float
    on_progress: Callable[[Progress], None] | None
    cancel: CancelFlag | None
    iterations_before: int = 0
    choice: RouteChoice | None = None
    choices_made: int = 0
    told_s: float = 0.0
    best_cents: int | None = None
    unassigned: int | None = None
    vehicles: int | None = None
    distance_m: int | None = None

    @property
    def stage(self) -> Stage:
        return self.stages[0]

    @property
    def search(self) -> RoutingSearch:
        return self.stage.search

    @property
    def lowering(self) -> Lowering:
        return self.stage.material.lowering

    @property
    def whole(self) -> Lowering:
        """The problem in single shipments."""
        return self.stages[-1].material.lowering

    def iterations(self) -> int:
        return self.iterations_before + self.search.iterations()

    def start(self, initial: Solution | None) -> None:
        started = self._start_from(initial, 0.0)
        if initial is not None and not started:
            # Its breaks may be where no search would look for them; it is still what the answer is
            # held against.
            started = self._start_from(None, 0.0)
        if not (started and (initial is not None or self._keeps_locks())):
            # Locked visits that can be driven only with the other ends of their shipments.
            left_s = self._left_s()
            # A plan that breaks its locks is none: rather a second late.
            began_s = time.monotonic()
            until_s = math.inf if left_s is None else began_s + max(left_s / 2, LOCKS_S)
            least = least_solution(
                self.lowering.problem,
                # What is locked is driven also where nobody waits for more.
                over=lambda: (
                    time.monotonic() > (began_s + LOCKS_S if self._is_cancelled() else until_s)
                ),
            )
            if least is not None:
                started = self._start_from(least, 0.0)
        if not started:
            raise ValueError("the locks cannot be driven")
        self._tell(0.0)

    def _start_from(self, solution: Solution | None, share: float) -> bool:
        plan = None if solution is None else self.lowering.plan(solution)
        left_s = self._left_s()
        return self._wait(lambda: self.search.start(plan, time_s=left_s), share)

    def _keeps_locks(self) -> bool:
        """Tell whether the best plan serves every shipment of which an end is locked."""
        return locked_shipments(self.lowering.problem).isdisjoint(self.search.best()[1])

    def until_iterations(self, iterations: int) -> None:
        done = 0
        while done < iterations and not self._is_over():
            # A stage ends in time, however few iterations there are.
            stage_ends = math.ceil(self._lasts_until() * iterations)
            last = stage_ends if stage_ends > done else iterations
            more = min(_CHUNK_ITERATIONS, last - done)
            begin, end = done / iterations, (done + more) / iterations

            def chunk(begin: float = begin, end: float = end, more: int = more) -> bool:
                self.search.run(begin, end, iterations=more, time_s=None)
                return True

            self._wait(chunk, begin)
            done += more
            self._look_closer(end)
            self._choose(end)
        self._tell(1.0)

    def until_time(self) -> None:
        limit_s = self.stopping.time_limit_s or 0.0
        few = len(self.whole.problem.shipments) <= _FEW_SHIPMENTS
        most = _FEW_ITERATIONS if few else 1 << 62
        first_s = time.monotonic() - self.began_s
        last_s = limit_s - self._spare_s(limit_s)
        chunk_s = 0.0 if few else min(_LONGEST_CHUNK_S, (last_s - first_s) / _CHUNKS)
        while (now_s := time.monotonic() - self.began_s) < last_s and not self._is_over():
            done = self.iterations() / most
            if done >= 1:
                break
            until_s = min(now_s + max(chunk_s, _SHORTEST_CHUNK_S), last_s)
            span_s = last_s - first_s
            # Few shipments come to the end of their iterations long before that of a long time.
            begin = max(done, (now_s - first_s) / span_s)
            end = max(begin, (until_s - first_s) / span_s)

            def chunk(
                begin: float = begin, end: float = end, length_s: float = until_s - now_s
            ) -> bool:
                target = None if self.stage.target is None else self.stage.target.worth
                self.search.run(begin, end, iterations=1 << 62, time_s=length_s, target=target)
                return True

            self._wait(chunk, begin)
            self._look_closer(end)
            self._choose(end)
        self._tell(1.0)

    def _look_closer(self, share: float) -> None:
        """Go on with single shipments once bundles have had their part of the search."""
        if len(self.stages) == 1 or share < self._lasts_until() or self._is_over():
            return
        before = self.stages[0]
        found = before.best()
        self.iterations_before += before.search.iterations()
        self.stages.pop(0)
        if not self._start_from(found, share):
            raise AssertionError("a plan of bundles cannot be driven in single shipments")

    def _lasts_until(self) -> float:
        """Return the share of the search at which the present stage ends."""
        return self.stage.lasts_until(self.unassigned)

    def _choose(self, share: float) -> None:
        """Put the routes met so far together anew, at some moments of the search."""
        due = [part for moment, part in _CHOICES.items() if moment <= share]
        if self.choices_made >= len(due) or self._is_over():
            return
        self.choices_made = len(due)
        problem = self.lowering.problem
        if problem.locks or len(problem.shipments) <= _FEW_SHIPMENTS:
            return
        time_s = None
        if (limit_s := self.stopping.time_limit_s) is not None:
            time_s = min(limit_s * due[-1], self._left_s() or 0.0)
        least_s = max(_LEAST_CHOICE_S, _CHOICE_S_PER_SQUARE * len(problem.shipments) ** 2)
        if (_LONGEST_CHOICE_S if time_s is None else time_s) < least_s:
            return

        def choose() -> bool:
            if self.choice is None:
                # Takes half a second, so not before there is something to choose.
                from colivraison.pdptw.backends.route_choice import RouteChoice

                self.choice = RouteChoice(self.lowering.arrays)
            plan = self.choice.better_plan(self.search, time_s)
            return plan is None or self.search.offer(plan)

        if not self._wait(choose, share):
            raise AssertionError("a plan of routes that were driven cannot be driven")

    def _spare_s(self, limit_s: float) -> float:
        """Return what reading and checking the answer takes off the time limit."""
        return min(0.1 * limit_s, _CHECK_S_PER_VISIT * len(self.whole.visits))

    def _is_cancelled(self) -> bool:
        return self.cancel is not None and self.cancel.is_set()

    def _is_over(self) -> bool:
        """Tell whether to search no further; only while no native thread runs."""
        target = self.stage.target
        return self._is_cancelled() or (target is not None and target.is_reached(self.search))

    def _left_s(self) -> float | None:
        limit_s = self.stopping.time_limit_s
        if limit_s is None:
            return None
        last_s = limit_s - self._spare_s(limit_s)
        return max(0.0, last_s - (time.monotonic() - self.began_s))

    def _wait(self, work: Callable[[], bool], share: float) -> bool:
        """Do native work in another thread; whatever is raised here meanwhile ends it.

        A Ctrl-C may come at any line.  Neither `Thread.join` (3.11 takes an interrupted one for
        ended) nor an `Event` (its lock may stay held) survives that, plain lists and a lock do;
        native code that outlives the interpreter would end the process by an abort.
        """
        result: list[bool] = []
        failure: list[BaseException] = []
        begun: list[bool] = []
        over: list[bool] = []
        awake = threading.Lock()
        awake.acquire()

        def guarded() -> None:
            begun.append(True)
            try:
                result.append(work())
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                failure.append(error)
            finally:
                over.append(True)
                awake.release()

        thread = threading.Thread(target=guarded, daemon=True)
        try:
            try:
                thread.start()
            except RuntimeError as error:
                # "can't start new thread": no room for it.
                raise MemoryError from error
            while not over:
                if self._is_cancelled():
                    self._cancel()
                awake.acquire(timeout=_TICK_S if self.cancel is None else _CANCEL_TICK_S)
                self._tell_now_and_then(share)
        except BaseException:
            self._cancel()
            # Not begun: interrupted inside `start`; it begins soon or never.
            looks = _LOOKS_FOR_A_START
            while not over and (begun or looks > 0):
                with contextlib.suppress(KeyboardInterrupt):
                    looks -= 1
                    time.sleep(_LOOK_S)
                    self._cancel()  # a solver that was getting ready did not hear it
            if begun:
                with contextlib.suppress(KeyboardInterrupt):
                    thread.join()
            raise
        thread.join()
        if failure:
            raise failure[0]
        self._look()
        return result[0]

    def _cancel(self) -> None:
        self.search.cancel()
        if self.choice is not None:
            self.choice.interrupt()

    def _look(self) -> None:
        """Note what the best plan is worth; only while no native thread runs."""
        cost = self.search.worth()[2]
        if self.lowering.problem.objective is Objective.CENTS:
            self.best_cents = round((cost + self.lowering.constant) / UNITS_PER_CENT)
        else:
            self.distance_m = cost
        self.vehicles, self.unassigned = self.stage.counts()

    def _tell_now_and_then(self, share: float) -> None:
        if time.monotonic() - self.told_s >= _PROGRESS_S:
            self._tell(share)

    def _tell(self, share: float) -> None:
        self.told_s = time.monotonic()
        if self.on_progress is not None:
            self.on_progress(
                Progress(
                    share=share,
                    best_cents=self.best_cents,
                    unassigned=self.unassigned,
                    vehicles=self.vehicles,
                    distance_m=self.distance_m,
                )
            )
