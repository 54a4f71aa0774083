"""`colivraison preparation`: what each producer harvests and packs for a plan, ready by when."""

from __future__ import annotations

import argparse

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.interchange import PreparationReport, read_plan
from colivraison.interchange.preparation_files import require_preparation_folder, write_preparation
from colivraison.interchange.preparation_report import LineKind
from colivraison.planning import check_plan

__all__ = ["run_preparation"]

_STYLES = {LineKind.HEAD: "bold", LineKind.DAY: "bold green", LineKind.LEFT: "yellow"}


def run_preparation(options: argparse.Namespace, terminal: Terminal) -> int:
    """Tell the preparation of a plan, and write it where a folder is given.

    A plan that breaks rules is told all the same, with a warning: its hours may be wrong.
    """
    if options.out is not None:
        require_preparation_folder(options.out)
    plan = read_plan(options.plan)
    report = PreparationReport(plan, terminal.texts)
    prepared = report.prepared(options.producer)
    broken = len(check_plan(plan))
    for one in prepared:
        for kind, line in report.lines(one):
            terminal.answer(line, style=_STYLES.get(kind, ""))
    written = (
        write_preparation(plan, prepared, options.out, terminal.texts, broken=broken)
        if options.out is not None
        else []
    )
    if written:
        terminal.answer(terminal.texts("report.files"), style="bold")
        for path in written:
            terminal.answer(f"  {path}")
    if broken:
        terminal.say(terminal.texts("cli.preparation.broken", count=broken), style="bold red")
    terminal.emit(
        {
            "status": "failed" if broken else "done",
            "producers": [report.document(one) for one in prepared],
            "violations": broken,
            "files": [str(path) for path in written],
        }
    )
    return ExitStatus.CHECK_FAILED if broken else ExitStatus.DONE
