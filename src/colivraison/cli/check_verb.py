"""`colivraison check`: verify a written plan without trusting whoever wrote it."""

from __future__ import annotations

import argparse

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.roads_common import tell_warnings
from colivraison.cli.violations import tell_violation
from colivraison.domain import Plan, TravelMatrix
from colivraison.errors import Fault, InputError, Where
from colivraison.interchange import read_plan
from colivraison.planning import check_plan, closures_digest, week_roads
from colivraison.roads import RoadNetwork
from colivraison.roads.closures.file import read_closures

__all__ = ["run_check"]


def run_check(options: argparse.Namespace, terminal: Terminal) -> int:
    """Check a plan against itself, or against roads."""
    texts = terminal.texts
    plan = read_plan(options.plan)
    matrix = None
    if options.roads is not None:
        matrix = _matrix_again(plan, options, terminal)
    elif options.closures is not None:
        where = Where(file=options.closures.name)
        raise InputError([Fault(code="closures_without_roads", where=where)])
    violations = check_plan(plan, matrix)
    told = [tell_violation(violation, plan, terminal) for violation in violations]
    terminal.emit({"status": "failed" if told else "passed", "violations": told})
    if violations:
        terminal.answer(texts("cli.check.failed", count=len(violations)), style="bold red")
        return ExitStatus.CHECK_FAILED
    terminal.answer(
        texts("cli.check.passed", rounds=len(plan.rounds), orders=len(plan.case.orders)),
        style="bold green",
    )
    return ExitStatus.DONE


def _matrix_again(plan: Plan, options: argparse.Namespace, terminal: Terminal) -> TravelMatrix:
    """Compute the plan's matrix again, on the roads and with the closures given.

    Raises
    ------
    InputError
        ``closures_differ``: the plan was made with others, so that every time would differ.
    """
    closures = read_closures(options.closures) if options.closures else ()
    if closures_digest(closures) != plan.fingerprint.closures:
        given = Where(file=options.closures.name) if options.closures else Where()
        raise InputError([Fault(code="closures_differ", where=given)])
    network = RoadNetwork.load(options.roads)
    told = list(network.warnings)
    if network.fingerprint != plan.fingerprint.territory:
        where = Where(file=options.roads.name)
        told.append(Fault(code="other_territory", where=where, value=options.roads.name))
    tell_warnings(told, terminal)
    places = dict(plan.case.places)
    if plan.new_site is not None:
        places[plan.new_site.site.id] = plan.new_site.site
    named = [(Where(), places[site_id].name, places[site_id].position) for site_id in places]
    if faults := network.require_near_road(named):
        raise InputError(faults)
    return week_roads(
        network,
        [places[site_id] for site_id in plan.matrix.ids],
        list(plan.matrix.by_profile),
        week=plan.case.week,
        closures=closures,
    ).matrix
