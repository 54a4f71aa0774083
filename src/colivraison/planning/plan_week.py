"""The main use case: one collective's week, from its orders to rounds and first suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from colivraison.domain import AlonePlan, Case, Plan
from colivraison.errors import ColivraisonError, Fault, InputError, Where
from colivraison.pdptw import BACKENDS, DEFAULT_BACKEND, Progress, SolverBackend, Stopping
from colivraison.planning.alone import alone_searches, everyone_alone
from colivraison.planning.check import Violation, check_alone, check_plan
from colivraison.planning.co_delivery import suggest_co_delivery
from colivraison.planning.contradictions import contradictions
from colivraison.planning.cycle import late_orders
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.planning.geometry import RoadDrawer
from colivraison.planning.known_plan import KnownPlan
from colivraison.planning.new_site import candidate_sites, suggest_new_site
from colivraison.planning.progress import OnStage, Stage, StageProgress
from colivraison.planning.solving import Solver
from colivraison.planning.travel import (
    WeekRoads,
    closures_digest,
    far_from_road_used,
    only_sites,
    profiles_of,
    week_roads,
)
from colivraison.planning.usual_prices import usual_price_warnings
from colivraison.roads import Closure, RoadNetwork

__all__ = ["BrokenPlanError", "plan_week", "planned_alone"]

# Shares of a time limit: the shared rounds get most, the comparison enough to be fair, the
# suggestions what is left.
_ALONE, _ROUNDS, _SUGGESTIONS = 0.15, 0.75, 0.10
# Re-planned candidates of both suggestions, two searches each for the first kind.
_SUGGESTION_SEARCHES = 14
# Where each stage begins on the scale of the whole work.
_BEGINS = {
    Stage.MATRIX: 0.0,
    Stage.ALONE: 0.05,
    Stage.ROUNDS: 0.20,
    Stage.SUGGESTIONS: 0.85,
    Stage.GEOMETRY: 0.95,
    Stage.CHECK: 0.99,
}


class BrokenPlanError(ColivraisonError):
    """A plan of our own making fails the independent check: it is never shown as done."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        self.violations = violations
        super().__init__("; ".join(f"{v.code} {dict(v.details)} {v.amount}" for v in violations))


def plan_week(
    case: Case,
    network: RoadNetwork,
    *,
    stopping: Stopping,
    seed: int = 1,
    threads: int = 1,
    backend: SolverBackend | None = None,
    closures: Sequence[Closure] = (),
    on_stage: OnStage | None = None,
    known: KnownPlan | None = None,
) -> Plan:
    """Return a checked plan: rounds, comparison with driving alone, two first suggestions.

    Parameters
    ----------
    stopping
        For the whole work under a time limit; for each search under iterations.
    backend
        None: the usual one.
    closures
        Roads that are closed or slowed that week.
    on_stage
        Told how far the work is; what it raises stops the work.
    known
        An earlier plan of which the shared rounds keep something.

    Raises
    ------
    InputError
        With every place that lies further than 1 km from any road, and every contradiction of the
        week (``contradictions``), before any search begins.
    BrokenPlanError
        When the plan fails the check (never, we hope).
    """
    stages = _Stages(on_stage)
    _require_possible(case, network)
    stages.enter(Stage.MATRIX)
    candidates = candidate_sites(case, network)
    every_site = [*case.places.values(), *(site for _, site in candidates)]
    profiles = profiles_of(case)
    roads = week_roads(network, every_site, profiles, week=case.week, closures=closures)
    matrix = roads.matrix
    solver = Solver(
        case=case,
        matrix=matrix,
        backend=backend or BACKENDS[DEFAULT_BACKEND],
        seed=seed,
        threads=threads,
    )
    stages.enter(Stage.ALONE)
    alone_share = _ALONE / max(alone_searches(case), 1)
    alone = everyone_alone(solver, _part(stopping, alone_share), stages.within)

    stages.enter(Stage.ROUNDS)
    shared = solver(
        vehicles=case.vehicles,
        orders=case.orders,
        drivers=case.drivers or None,
        stopping=_part(stopping, _ROUNDS),
        on_progress=stages.search,
        known=known,
    )

    stages.enter(Stage.SUGGESTIONS)
    brief = _part(stopping, _SUGGESTIONS / _SUGGESTION_SEARCHES)
    co_delivery = suggest_co_delivery(solver, alone, brief)
    new_site = suggest_new_site(solver, shared.rounds, candidates, network, brief)

    stages.enter(Stage.GEOMETRY)
    lent = [van for one in alone for van in one.vehicles]
    places = {site.id: site for site in every_site}
    draw = RoadDrawer(network, places, [*case.vehicles, *lent], closures=closures)
    rounds, co_rounds, new_rounds, *alone_rounds = draw(
        [
            shared.rounds,
            co_delivery.rounds if co_delivery else (),
            (new_site.round,) if new_site else (),
            *(one.rounds for one in alone),
        ],
        stages.within,
    )
    plan = Plan(
        case=case,
        fingerprint=replace(
            fingerprint_of(case, network.fingerprint, closures=closures_digest(closures)),
            known_plan=known.digest if known else "",
            keep=known.keep.value if known else "",
        ),
        seed=seed,
        iterations=stopping.iterations,
        time_limit_s=stopping.time_limit_s,
        rounds=rounds,
        unserved=shared.unserved,
        matrix=only_sites(matrix, {*case.places, *([new_site.site.id] if new_site else [])}),
        alone=tuple(
            replace(one, rounds=drawn) for one, drawn in zip(alone, alone_rounds, strict=True)
        ),
        co_delivery=replace(co_delivery, rounds=co_rounds) if co_delivery else None,
        new_site=replace(new_site, round=new_rounds[0]) if new_site else None,
        attribution=network.attribution,
        warnings=(
            *late_orders(case),
            *usual_price_warnings(case),
            *far_from_road_used(list(case.places.values()), network),
            *roads.warnings,
        ),
    )
    stages.enter(Stage.CHECK)
    violations = check_plan(plan)
    if violations:
        raise BrokenPlanError(violations)
    stages.done()
    return plan


def planned_alone(
    case: Case,
    network: RoadNetwork,
    *,
    stopping: Stopping,
    seed: int,
    threads: int,
    backend: SolverBackend | None,
    closures: Sequence[Closure],
    on_stage: OnStage | None,
) -> tuple[tuple[AlonePlan, ...], WeekRoads]:
    """Return everyone's own best rounds, checked, and the roads of the week.

    Parameters and errors are those of `plan_week`.
    """
    stages = _Stages(on_stage)
    _require_possible(case, network)
    stages.enter(Stage.MATRIX)
    roads = week_roads(
        network,
        list(case.places.values()),
        profiles_of(case),
        week=case.week,
        closures=closures,
    )
    solver = Solver(
        case=case,
        matrix=roads.matrix,
        backend=backend or BACKENDS[DEFAULT_BACKEND],
        seed=seed,
        threads=threads,
    )
    stages.enter(Stage.ALONE)
    share = 1 / max(alone_searches(case), 1)
    alone = everyone_alone(solver, _part(stopping, share), stages.within)
    stages.enter(Stage.CHECK)
    if violations := check_alone(case, alone, roads.matrix):
        raise BrokenPlanError(tuple(violations))
    stages.done()
    return alone, replace(
        roads,
        warnings=(
            *far_from_road_used(list(case.places.values()), network),
            *roads.warnings,
        ),
    )


class _Stages:
    """Turns the progress of each stage into one share that never falls."""

    def __init__(self, on_stage: OnStage | None) -> None:
        self._tell = on_stage or (lambda _: None)
        self._stage = Stage.MATRIX
        self._share = 0.0

    def enter(self, stage: Stage) -> None:
        """Begin a stage."""
        self._stage = stage
        self.within(0.0)

    def within(self, share: float, best_cents: int | None = None) -> None:
        """Report a share of the current stage."""
        names = list(_BEGINS)
        begin = _BEGINS[self._stage]
        later = names[names.index(self._stage) + 1 :]
        end = _BEGINS[later[0]] if later else 1.0
        self._share = max(self._share, begin + min(share, 1.0) * (end - begin))
        self._tell(StageProgress(stage=self._stage, share=self._share, best_cents=best_cents))

    def search(self, progress: Progress) -> None:
        """Report the progress of the main search."""
        best = progress.best_cents if progress.unassigned == 0 else None
        self.within(progress.share, best)

    def done(self) -> None:
        """Report the end."""
        self._share = 1.0
        self.within(1.0)


def _part(stopping: Stopping, share: float) -> Stopping:
    if stopping.time_limit_s is None:
        return stopping
    return Stopping(time_limit_s=stopping.time_limit_s * share)


def _require_possible(case: Case, network: RoadNetwork) -> None:
    if faults := [*_far_from_road(case, network), *contradictions(case)]:
        raise InputError(faults)


def _far_from_road(case: Case, network: RoadNetwork) -> Sequence[Fault]:
    return network.require_near_road(
        [
            *(
                (Where(sheet="producers", pointer=f"/producers/{i}"), p.name, p.farm.position)
                for i, p in enumerate(case.producers)
            ),
            *(
                (Where(sheet="sites", pointer=f"/sites/{i}"), s.name, s.position)
                for i, s in enumerate(case.sites)
            ),
        ]
    )
