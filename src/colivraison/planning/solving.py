"""One call from orders and vans to timed rounds: translate, search, translate back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from colivraison.domain import Case, Order, Round, Site, TravelMatrix, Unserved, Vehicle
from colivraison.pdptw import Progress, SolverBackend, Stopping
from colivraison.planning.from_solution import from_solution
from colivraison.planning.to_problem import to_problem

__all__ = ["Outcome", "Solver", "cost_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Rounds and what they leave out."""

    rounds: tuple[Round, ...]
    unserved: tuple[Unserved, ...]


def cost_of(rounds: Iterable[Round]) -> int:
    """Return the cents of some rounds."""
    return sum(one.cost_cents for one in rounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solver:
    """A back end together with the case and the roads it works on."""

    case: Case
    matrix: TravelMatrix
    backend: SolverBackend
    seed: int
    threads: int

    def __call__(
        self,
        *,
        vehicles: Sequence[Vehicle],
        orders: Sequence[Order],
        stopping: Stopping,
        prefix: str = "",
        extra_places: Mapping[str, Site] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Outcome:
        """Return the best rounds found for some orders on some vans.

        Parameters
        ----------
        prefix
            Put before the numbers of the rounds.
        extra_places
            Sites beyond those of the case; they stand in the matrix.
        """
        if not orders:
            return Outcome(rounds=(), unserved=())
        places = self.case.places | dict(extra_places or {})
        translation = to_problem(
            week=self.case.week,
            places=places,
            vehicles=vehicles,
            orders=orders,
            matrix=self.matrix,
        )
        result = self.backend(
            translation.problem,
            stopping,
            seed=self.seed,
            threads=self.threads,
            on_progress=on_progress,
        )
        rounds, unserved = from_solution(translation, result.solution, week=self.case.week)
        return Outcome(
            rounds=tuple(replace(one, id=f"{prefix}{one.id}") for one in rounds),
            unserved=unserved,
        )
