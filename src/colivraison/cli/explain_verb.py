"""`colivraison explain`: why an order is where it is, or in no round at all."""

from __future__ import annotations

import argparse

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.interchange import ExplanationReport, InsertionReport, read_plan
from colivraison.planning import explain

__all__ = ["run_explain"]


def run_explain(options: argparse.Namespace, terminal: Terminal) -> int:
    """Tell why an order is where it is."""
    plan = read_plan(options.plan)
    found = explain(plan, options.order, count=options.count)
    order = InsertionReport(plan.case, terminal.texts).order(found.order)
    report = ExplanationReport(plan.case, terminal.texts)
    terminal.answer(order, style="bold")
    for sentence in report.sentences(found):
        terminal.answer(sentence)
    terminal.emit({"status": "done", **report.document(found)})
    return ExitStatus.DONE
