"""`colivraison compare`: two plans of one week side by side."""

from __future__ import annotations

import argparse

from colivraison.cli.compare_report import report_comparison
from colivraison.cli.console import ExitStatus, Terminal
from colivraison.interchange import ComparisonReport, read_plan
from colivraison.planning import check_plan, compare_plans

__all__ = ["run_compare"]


def run_compare(options: argparse.Namespace, terminal: Terminal) -> int:
    """Tell who gains, who loses and what moves."""
    before, after = read_plan(options.before), read_plan(options.after)
    report = ComparisonReport(
        comparison=compare_plans(before, after), before=before, after=after, texts=terminal.texts
    )
    broken = [len(check_plan(plan)) for plan in (before, after)]
    for path, count in zip((options.before, options.after), broken, strict=True):
        if count:
            terminal.say(
                terminal.texts("cli.compare.broken", file=path.name, count=count), style="yellow"
            )
    if not terminal.as_json:
        report_comparison(report, terminal)
    terminal.emit(
        {
            "status": "done",
            "violations_before": broken[0],
            "violations_after": broken[1],
            **report.document(),
        }
    )
    return ExitStatus.DONE
