"""A broken rule on a person's screen."""

from __future__ import annotations

from colivraison.cli.console import Terminal
from colivraison.domain import Plan
from colivraison.interchange import ViolationReport
from colivraison.planning import Violation

__all__ = ["tell_violation"]


def tell_violation(
    violation: Violation, plan: Plan, terminal: Terminal, *, quiet: bool = False
) -> dict[str, object]:
    """Print one broken rule unless told to be quiet, and return it for JSON."""
    report = ViolationReport(plan, terminal.texts)
    if not quiet:
        line = f"✗ {report.place(violation)} : {report.sentence(violation)}"
        terminal.answer(line, style="red")
    return report.document(violation)
