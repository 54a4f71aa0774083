"""Everyone alone, as a question of its own: what is driven today, and what would be the best alone.

Three answers stand side by side and are never mixed: what producers declare (`practice`), their own
best rounds by the solver (`alone`), and the rounds of their vans in a shared plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from colivraison.domain import AlonePlan, Case, Plan, Totals
from colivraison.errors import Fault, InputError
from colivraison.pdptw import SolverBackend, Stopping
from colivraison.planning.compare_plans import incomparable
from colivraison.planning.plan_week import planned_alone
from colivraison.planning.practice import DeclaredPractice, declared_practices
from colivraison.planning.progress import OnStage
from colivraison.planning.totals import totals_by_owner, totals_of, vehicles_by_id
from colivraison.roads import Closure, RoadNetwork

__all__ = ["Baseline", "MemberBaseline", "baseline", "baseline_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberBaseline:
    """One producer on its own.

    Parameters
    ----------
    declared
        None where it declares nothing.
    alone
        Its own best rounds; None where it has no orders this week.
    alone_unserved
        Orders that not even a lent van serves.
    assumed_van
        Whether a reference van was lent for them.
    together
        The rounds of its vans in the shared plan, None where no plan is given.
    """

    producer_id: str
    declared: DeclaredPractice | None
    alone: Totals | None
    alone_unserved: int
    assumed_van: bool
    together: Totals | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Everyone alone.

    Parameters
    ----------
    members
        Producers that declare something, have orders, or own a van of a shared round.
    alone, together
        Sums over all; what is declared has none where some declare nothing.
    """

    members: tuple[MemberBaseline, ...]
    alone: Totals
    together: Totals | None
    warnings: tuple[Fault, ...] = ()

    @property
    def declared(self) -> tuple[DeclaredPractice, ...]:
        """What is declared, by producer."""
        return tuple(one.declared for one in self.members if one.declared is not None)

    @property
    def everybody_declares(self) -> bool:
        """Whether every producer with orders says what it drives today."""
        return all(one.declared is not None for one in self.members if one.alone is not None)


def baseline(
    case: Case,
    network: RoadNetwork,
    *,
    stopping: Stopping,
    seed: int = 1,
    threads: int = 1,
    backend: SolverBackend | None = None,
    closures: Sequence[Closure] = (),
    on_stage: OnStage | None = None,
    plan: Plan | None = None,
) -> Baseline:
    """Return what everyone drives alone: as declared, at best, and beside a shared plan.

    Parameters
    ----------
    plan
        A shared plan of the same week, or of another version of it.
    stopping, seed, threads, backend, closures, on_stage
        As in `plan_week`; the same iterations find the same rounds as in a plan.

    Raises
    ------
    InputError
        ``plans_of_other_weeks`` and ``plans_of_other_people`` for the plan, and as `plan_week`.
    BrokenPlanError
        When a producer's rounds fail the check.
    """
    if plan is not None and (faults := incomparable(plan.case, case)):
        raise InputError(faults)
    alone, roads = planned_alone(
        case,
        network,
        stopping=stopping,
        seed=seed,
        threads=threads,
        backend=backend,
        closures=closures,
        on_stage=on_stage,
    )
    practices = declared_practices(case, roads.matrix)
    return _side_by_side(case, alone, practices, plan, roads.warnings)


def baseline_of(plan: Plan) -> Baseline:
    """Return the same from what a plan holds: the rounds alone that it was compared with.

    Nothing is searched, and nothing asked of the roads.
    """
    practices = declared_practices(plan.case, plan.matrix)
    return _side_by_side(plan.case, plan.alone, practices, plan, ())


def _side_by_side(
    case: Case,
    alone: Sequence[AlonePlan],
    practices: Sequence[DeclaredPractice],
    plan: Plan | None,
    warnings: tuple[Fault, ...],
) -> Baseline:
    by_producer = {one.producer_id: one for one in alone}
    declared = {one.producer_id: one for one in practices}
    shared = {} if plan is None else totals_by_owner(plan)
    vehicles = vehicles_by_id(case, alone)
    none = totals_of((), {}, case.settings)
    return Baseline(
        members=tuple(
            MemberBaseline(
                producer_id=producer.id,
                declared=declared.get(producer.id),
                alone=totals_of(own.rounds, vehicles, case.settings) if own else None,
                alone_unserved=len(own.unserved) if own else 0,
                assumed_van=bool(own and own.vehicles),
                together=None if plan is None else shared.get(producer.id, none),
            )
            for producer in case.producers
            if (own := by_producer.get(producer.id)) is not None
            or producer.id in declared
            or producer.id in shared
        ),
        alone=totals_of((r for one in alone for r in one.rounds), vehicles, case.settings),
        together=None
        if plan is None
        else totals_of(plan.rounds, vehicles_by_id(plan.case), plan.case.settings),
        warnings=warnings,
    )
