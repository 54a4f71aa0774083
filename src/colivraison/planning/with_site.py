"""One place more in a plan: its ways to all others, on the roads that the plan was made on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from colivraison.domain import Plan, Site
from colivraison.errors import Fault, InputError, Where
from colivraison.planning.fingerprint import fingerprint_with
from colivraison.planning.travel import closures_digest, far_from_road_used, week_roads
from colivraison.roads import Closure, RoadNetwork

__all__ = ["with_site"]


def with_site(
    plan: Plan, site: Site, network: RoadNetwork, *, closures: Sequence[Closure] = ()
) -> Plan:
    """Return a plan that knows one place more, where nothing is delivered yet.

    Parameters
    ----------
    network, closures
        Those that the plan was made with.

    Raises
    ------
    InputError
        ``other_roads`` where the roads are others than the plan's, ``closures_differ`` where the
        closures are; ``far_from_road`` where no road is near the place, and what `Case` says of it.
    """
    faults = list(network.require_near_road([(Where(), site.name, site.position)]))
    if network.fingerprint != plan.fingerprint.territory:
        faults.append(Fault(code="other_roads"))
    if closures_digest(closures) != plan.fingerprint.closures:
        faults.append(Fault(code="closures_differ"))
    if faults:
        raise InputError(faults)
    case = replace(plan.case, sites=(*plan.case.sites, site))
    known = case.places
    if plan.new_site is not None:
        # The suggested point has ways of its own in the matrix.
        known = {plan.new_site.site.id: plan.new_site.site} | known
    ids = [site_id for site_id in plan.matrix.ids if site_id != site.id]
    roads = week_roads(
        network,
        [*(known[site_id] for site_id in ids), site],
        list(plan.matrix.by_profile),
        week=case.week,
        closures=closures,
    )
    doubts = (*far_from_road_used([site], network), *roads.warnings)
    return replace(
        plan,
        case=case,
        fingerprint=fingerprint_with(plan.fingerprint, case),
        matrix=roads.matrix,
        warnings=(*plan.warnings, *(one for one in doubts if one not in plan.warnings)),
    )
