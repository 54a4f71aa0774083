"""The week planned again after something changed, with as little change as is asked for.

What changed is the case: orders that came late or were cancelled, corrected weights and crates, a
van that broke down (its shifts, or itself, are gone).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from colivraison.domain import Case, Plan
from colivraison.errors import InputError
from colivraison.pdptw import SolverBackend, Stopping
from colivraison.planning.compare_plans import PlanComparison, compare_plans, incomparable
from colivraison.planning.known_plan import Keep, known_plan
from colivraison.planning.plan_week import plan_week
from colivraison.planning.progress import OnStage
from colivraison.roads import Closure, RoadNetwork

__all__ = ["Replanned", "replan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """The new plan, and what is different from the one before."""

    plan: Plan
    comparison: PlanComparison


def replan(
    plan: Plan,
    case: Case,
    network: RoadNetwork,
    *,
    keep: Keep = Keep.ALL,
    stopping: Stopping,
    seed: int = 1,
    threads: int = 1,
    backend: SolverBackend | None = None,
    closures: Sequence[Closure] = (),
    on_stage: OnStage | None = None,
) -> Replanned:
    """Return a checked plan of the changed case that keeps what it can of the plan before.

    The plan before need not hold any longer, nor ever have held: what can be driven counts.

    Parameters
    ----------
    case
        The week as it is now.
    keep
        How much is kept.  With ``rounds``, stopping concerns everything but the rounds themselves.
    stopping, seed, threads, backend, closures, on_stage
        As in `plan_week`.

    Raises
    ------
    InputError
        ``plans_of_other_weeks``, ``plans_of_other_people``, and as `plan_week`.
    BrokenPlanError
        As `plan_week`.
    """
    if faults := incomparable(plan.case, case):
        raise InputError(faults)
    after = plan_week(
        case,
        network,
        stopping=stopping,
        seed=seed,
        threads=threads,
        backend=backend,
        closures=closures,
        on_stage=on_stage,
        known=None if keep is Keep.NOTHING else known_plan(plan, case, keep),
    )
    return Replanned(plan=after, comparison=compare_plans(plan, after))
