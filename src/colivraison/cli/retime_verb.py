"""`colivraison retime`: new times and costs for a plan whose order somebody changed by hand."""

from __future__ import annotations

import argparse
from pathlib import Path

from colivraison.cli.console import MOST_TOLD, ExitStatus, Terminal
from colivraison.cli.roads_common import require_output, told_written, with_output
from colivraison.cli.violations import tell_violation
from colivraison.interchange import RetimeReport, plan_text, read_plan
from colivraison.planning import retime
from colivraison.roads.storing.aside import written_aside

__all__ = ["run_retime"]


def run_retime(options: argparse.Namespace, terminal: Terminal) -> int:
    """Time a plan anew and write it, broken rules or not: the person goes on editing."""
    out: Path = options.out or options.plan.with_name(f"{options.plan.stem}.retimed.json")
    return with_output(out, terminal, lambda: _run(options, out, terminal))


def _run(options: argparse.Namespace, out: Path, terminal: Terminal) -> int:
    replaces = require_output(out, [options.plan], ending=".json")
    plan = read_plan(options.plan)
    again = retime(plan)
    with written_aside(out) as stream:
        stream.write(plan_text(again.plan).encode("utf-8"))
    for one in again.violations[:MOST_TOLD]:
        tell_violation(one, again.plan, terminal)
    terminal.tell_more(max(0, len(again.violations) - MOST_TOLD))
    report = RetimeReport(before=plan.rounds, again=again, texts=terminal.texts)
    done, kept = report.sentences()
    terminal.answer(done, style="bold")
    terminal.answer(kept, style="bold red" if again.violations else "bold green")
    told_written(out, terminal, replaced=replaces)
    terminal.emit(
        {
            "status": "failed" if again.violations else "done",
            "out": str(out),
            "replaced": replaces,
            **report.document(),
        }
    )
    return ExitStatus.CHECK_FAILED if again.violations else ExitStatus.DONE
