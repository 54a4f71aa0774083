"""What every solver back end promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Solution

__all__ = ["Progress", "SolveResult", "SolverBackend", "Stopping"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """When to stop: after a time or after a number of iterations, exactly one of them.

    With ``iterations``, a seed and a thread count the answer is the same every time; under a time
    limit only validity is promised.
    """

    time_limit_s: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        if (self.time_limit_s is None) == (self.iterations is None):
            raise ValueError("give a time limit or a number of iterations, not both")
        if (self.time_limit_s or 0) < 0 or (self.iterations or 0) < 0:
            raise ValueError("a limit is not negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search has come.

    Parameters
    ----------
    share
        0 to 1 of its time or iterations.
    best_cents
        Cost of the best plan so far, None before the first.
    unassigned
        Shipments missing from it.
    """

    share: float
    best_cents: int | None
    unassigned: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveResult:
    """The best solution found and how much search it took."""

    solution: Solution
    cost_cents: int
    iterations: int


class SolverBackend(Protocol):
    """Find cheap routes that serve as many shipments as possible, then at least cost."""

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
        """Solve.

        Parameters
        ----------
        seed
            Same seed, iterations and threads: same answer.
        threads
            Independent searches at once; the best answer is returned.
        initial
            A solution to start from; the answer is never worse.
        on_progress
            Called in the caller's thread, about four times a second; an exception it raises
            (KeyboardInterrupt included) stops the search and leaves nothing running.
        """
        ...
