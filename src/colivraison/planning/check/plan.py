"""Checks a whole plan, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from colivraison.domain import (
    AlonePlan,
    Case,
    Order,
    Plan,
    Round,
    Site,
    TravelMatrix,
    Unserved,
    Vehicle,
)
from colivraison.planning.check.drivers import check_drivers
from colivraison.planning.check.figures import (
    check_co_delivery_figures,
    check_lent_vans,
    check_new_site_figures,
)
from colivraison.planning.check.matrix import compare_matrices
from colivraison.planning.check.minimums import check_minimums
from colivraison.planning.check.reasons import check_reasons
from colivraison.planning.check.roads import check_legs, check_lengths
from colivraison.planning.check.rounds import RoundChecker
from colivraison.planning.check.violation import Part, Violation, ViolationCode
from colivraison.planning.fingerprint import case_digest

__all__ = ["check_alone", "check_plan"]


def check_plan(plan: Plan, matrix: TravelMatrix | None = None) -> tuple[Violation, ...]:
    """Return everything that is wrong with a plan; an empty tuple when nothing is.

    Parameters
    ----------
    matrix
        Travel matrix to check against; the plan's own by default. With another one (computed again
        from roads) the two are compared as well.
    """
    case, table = plan.case, matrix or plan.matrix
    found: list[Violation] = []
    if matrix is not None:
        found += compare_matrices(plan.matrix, matrix)
    if plan.fingerprint.case != case_digest(case):
        found.append(Violation(code=ViolationCode.WRONG_FINGERPRINT))
    new = [plan.new_site.site] if plan.new_site is not None else []
    found += check_lengths(case.places | {site.id: site for site in new}, table)
    own = {v.id: v for v in case.vehicles}
    orders = {o.id: o for o in case.orders}
    found += _part(case, table, Part.SHARED, plan.rounds, plan.unserved, own, orders)
    found += check_reasons(case, table, plan.unserved, case.vehicles, plan.rounds, Part.SHARED)
    found += check_alone(case, plan.alone, table)
    found += _check_co_delivery(plan, table)
    found += _check_new_site(plan, table)
    return tuple(found)


def _part(
    case: Case,
    matrix: TravelMatrix,
    name: Part,
    rounds: Sequence[Round],
    unserved: Sequence[Unserved],
    vehicles: Mapping[str, Vehicle],
    expected: Mapping[str, Order],
    extra_sites: Iterable[Site] = (),
) -> list[Violation]:
    """Return what is wrong with some rounds that should serve some orders on some vans."""
    found: list[Violation] = []
    checker = RoundChecker(
        case=case,
        part=name,
        places=case.places | {site.id: site for site in extra_sites},
        vehicles=vehicles,
        orders=expected,
        matrix=matrix,
        report=found.append,
    )
    for one in rounds:
        checker.check(one)
        found += check_legs(one, checker.places, name)
    checker.check_together(rounds, unserved)
    found += check_drivers(case, rounds, name)
    if name is not Part.NEW_SITE:
        # That part is one round, which need not bring everything by itself.
        found += check_minimums(case, tuple(expected.values()), rounds, name)
    return found


def _vans(case: Case, owner_id: str, lent: Iterable[Vehicle]) -> dict[str, Vehicle]:
    """Return the vans of a producer; where a lent one bears the id of an own one, the own one."""
    return {v.id: v for v in lent if v.owner_id == owner_id} | {
        v.id: v for v in case.vehicles if v.owner_id == owner_id
    }


def check_alone(
    case: Case, alone_plans: Sequence[AlonePlan], matrix: TravelMatrix
) -> list[Violation]:
    """Return what is wrong with everyone's own rounds."""
    found: list[Violation] = []
    selling = [p.id for p in case.producers if any(o.producer_id == p.id for o in case.orders)]
    told = [alone.producer_id for alone in alone_plans]
    if sorted(told) != sorted(selling):
        found.append(Violation(code=ViolationCode.WRONG_ALONE, part=Part.ALONE))
    for alone in alone_plans:
        vans = _vans(case, alone.producer_id, alone.vehicles)
        found += check_lent_vans(case, alone)
        found += _part(
            case,
            matrix,
            Part.ALONE,
            alone.rounds,
            alone.unserved,
            vans,
            {o.id: o for o in case.orders if o.producer_id == alone.producer_id},
        )
        found += check_reasons(
            case, matrix, alone.unserved, tuple(vans.values()), alone.rounds, Part.ALONE
        )
    return found


def _check_co_delivery(plan: Plan, matrix: TravelMatrix) -> list[Violation]:
    co, case = plan.co_delivery, plan.case
    if co is None:
        return []
    pair = (co.carrier_id, co.served_id)
    before: dict[str, AlonePlan] = {a.producer_id: a for a in plan.alone if a.producer_id in pair}
    if len(before) < 2:
        return [Violation(code=ViolationCode.WRONG_FIGURES, part=Part.CO_DELIVERY)]
    lent = [van for alone in before.values() for van in alone.vehicles]
    vans = {k: v for owner in pair for k, v in _vans(case, owner, lent).items()}
    found = _part(
        case,
        matrix,
        Part.CO_DELIVERY,
        co.rounds,
        [u for alone in before.values() for u in alone.unserved],
        vans,
        {o.id: o for o in case.orders if o.producer_id in pair},
    )
    return found + check_co_delivery_figures(co, case, before, vans)


def _check_new_site(plan: Plan, matrix: TravelMatrix) -> list[Violation]:
    new, case = plan.new_site, plan.case
    if new is None:
        return []
    base = next((one for one in plan.rounds if one.id == new.round_id), None)
    if base is None:
        return [Violation(code=ViolationCode.WRONG_FIGURES, part=Part.NEW_SITE)]
    carried = {i for stop in base.stops for h in stop.handlings for i in h.order_ids}
    found = _part(
        case,
        matrix,
        Part.NEW_SITE,
        [new.round],
        [],
        {v.id: v for v in case.vehicles},
        {o.id: o for o in case.orders if o.id in carried} | {o.id: o for o in new.orders},
        extra_sites=[new.site],
    )
    return found + check_new_site_figures(new, base, case.settings)
