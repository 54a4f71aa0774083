"""What every solver back end promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from colivraison.pdptw.evaluate import objective_key
from colivraison.pdptw.problem import Objective, Problem
from colivraison.pdptw.solution import Solution

__all__ = [
    "CancelFlag",
    "Progress",
    "SolveResult",
    "SolverBackend",
    "Stopping",
    "Target",
    "TooLargeError",
]

# More than any distance.
_ANY_M = 1 << 62
_LONGEST_S = 100 * 366 * 86_400.0


class TooLargeError(ValueError):
    """A number of the problem is beyond what a back end can count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is good enough: everybody served who must be, and at least as good as this.

    Parameters
    ----------
    cost_cents
        With the objective ``CENTS``, and nothing else.
    vehicles
        With the objective ``VEHICLES_THEN_DISTANCE``; fewer are better however far they drive.
    distance_m
        With the objective ``DISTANCE``, or beside ``vehicles``: how far just as many may drive,
        None for any distance.

    Raises
    ------
    ValueError
        When it is empty, negative, or belongs to two objectives.
    """

    cost_cents: int | None = None
    vehicles: int | None = None
    distance_m: int | None = None

    def __post_init__(self) -> None:
        given = [n for n in (self.cost_cents, self.vehicles, self.distance_m) if n is not None]
        if not given or (self.cost_cents is not None and len(given) > 1):
            raise ValueError("a target is a cost, or vehicles, or a distance, or the last two")
        if min(given) < 0:
            raise ValueError("a target is not negative")

    def key(self, objective: Objective) -> tuple[int, ...]:
        """Return the largest :func:`~colivraison.pdptw.evaluate.objective_key` that reaches it.

        Raises
        ------
        ValueError
            When it is a target of another objective.
        """
        if objective is Objective.CENTS and self.cost_cents is not None:
            return 0, self.cost_cents
        distance_m = _ANY_M if self.distance_m is None else min(self.distance_m, _ANY_M)
        if objective is Objective.VEHICLES_THEN_DISTANCE and self.vehicles is not None:
            return 0, self.vehicles, distance_m
        if objective is Objective.DISTANCE and self.vehicles is self.cost_cents is None:
            return 0, distance_m
        raise ValueError(f"a target that the objective {objective.value!r} does not count in")

    def is_reached(self, problem: Problem, solution: Solution) -> bool:
        """Tell whether a valid solution is good enough."""
        return objective_key(problem, solution) <= self.key(problem.objective)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """When to stop: after a time or after a number of iterations, exactly one of them.

    With ``iterations``, a seed and a thread count the answer is the same every time; under a time
    limit only validity is promised.

    Parameters
    ----------
    target
        Ends the search earlier, as soon as the best plan reaches it; with ``iterations`` only
        where that does not depend on the load of the machine, so that the answer stays the same.
    """

    time_limit_s: float | None = None
    iterations: int | None = None
    target: Target | None = None

    def __post_init__(self) -> None:
        if (self.time_limit_s is None) == (self.iterations is None):
            raise ValueError("give a time limit or a number of iterations, not both")
        if not 0 <= (self.time_limit_s or 0) <= _LONGEST_S or (self.iterations or 0) < 0:
            raise ValueError("a limit is not negative, nor is a time longer than a century")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search has come; what it says of the best plan so far is None before the first.

    Parameters
    ----------
    share
        0 to 1 of its time or iterations; 1 also where it ended earlier.
    best_cents
        Cost of the best plan.
    unassigned
        Shipments missing from it.
    vehicles
        Vehicles it uses.
    distance_m
        What it drives; None also where the objective counts money.
    """

    share: float
    best_cents: int | None
    unassigned: int | None
    vehicles: int | None
    distance_m: int | None


class CancelFlag(Protocol):
    """Ends a search when it is set, from any thread: a ``threading.Event``, or the like."""

    def is_set(self) -> bool:
        """Tell whether to end; asked often, from the thread of the search's caller."""
        ...


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
        cancel: CancelFlag | None = None,
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
        cancel
            Once set, the search ends and the best plan so far is returned; before there is one,
            what is locked, with everybody else unassigned.

        Raises
        ------
        ValueError
            For fewer than one thread, an ``initial`` that is not valid, or a target of another
            objective.
        TooLargeError
            When a number of the problem is beyond what it can count.
        """
        ...
