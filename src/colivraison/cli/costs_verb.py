"""`colivraison costs`: what every delivery of a plan costs against what it brings."""

from __future__ import annotations

import argparse

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.costs_report import print_costs
from colivraison.cli.roads_common import tell_warnings
from colivraison.interchange import CostsReport, read_plan
from colivraison.planning import check_plan, delivery_costs, usual_price_warnings

__all__ = ["run_costs"]


def run_costs(options: argparse.Namespace, terminal: Terminal) -> int:
    """Tell delivery costs; those of a plan that does not hold as well, saying so."""
    texts = terminal.texts
    plan = read_plan(options.plan)
    report = CostsReport(
        plan=plan, costs=delivery_costs(plan), labour=not options.without_labour, texts=texts
    )
    warnings = tell_warnings(usual_price_warnings(plan.case), terminal)
    broken = len(check_plan(plan))
    if not terminal.as_json:
        print_costs(report, terminal)
    if broken:
        terminal.say(texts("costs.broken", count=texts.number(broken)), style="bold red")
    status = "failed" if broken else "done"
    terminal.emit(
        {"status": status, "broken_rules": broken, "warnings": warnings, **report.document()}
    )
    return ExitStatus.CHECK_FAILED if broken else ExitStatus.DONE
