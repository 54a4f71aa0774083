"""`colivraison retime`: new times and costs for a plan whose order somebody changed by hand."""

from __future__ import annotations

import argparse
from pathlib import Path

from colivraison.cli.console import MOST_TOLD, ExitStatus, Terminal
from colivraison.cli.roads_common import require_output, told_written, with_output
from colivraison.cli.violations import tell_violation
from colivraison.domain import Plan
from colivraison.interchange import plan_text, read_plan
from colivraison.planning import retime
from colivraison.roads.storing.aside import written_aside

__all__ = ["run_retime"]


def run_retime(options: argparse.Namespace, terminal: Terminal) -> int:
    """Time a plan anew and write it, broken rules or not: the person goes on editing."""
    out: Path = options.out or options.plan.with_name(f"{options.plan.stem}.retimed.json")
    return with_output(out, terminal, lambda: _run(options, out, terminal))


def _run(options: argparse.Namespace, out: Path, terminal: Terminal) -> int:
    texts = terminal.texts
    replaces = require_output(out, [options.plan], ending=".json")
    plan = read_plan(options.plan)
    again = retime(plan)
    with written_aside(out) as stream:
        stream.write(plan_text(again.plan).encode("utf-8"))
    told = [
        tell_violation(one, again.plan, terminal, quiet=number >= MOST_TOLD)
        for number, one in enumerate(again.violations)
    ]
    terminal.tell_more(max(0, len(again.violations) - MOST_TOLD))
    before_cents, after_cents = _cost_cents(plan), _cost_cents(again.plan)
    terminal.answer(
        texts(
            "cli.retime.done",
            rounds=len(again.plan.rounds),
            before=texts.euros(before_cents),
            after=texts.euros(after_cents),
        ),
        style="bold",
    )
    key = "cli.retime.broken" if again.violations else "cli.retime.kept"
    style = "bold red" if again.violations else "bold green"
    terminal.answer(texts(key, count=texts.number(len(again.violations))), style=style)
    told_written(out, terminal, replaced=replaces)
    terminal.emit(
        {
            "status": "failed" if again.violations else "done",
            "out": str(out),
            "replaced": replaces,
            "cost_cents": after_cents,
            "cost_cents_before": before_cents,
            "violations": told,
        }
    )
    return ExitStatus.CHECK_FAILED if again.violations else ExitStatus.DONE


def _cost_cents(plan: Plan) -> int:
    return sum(one.cost_cents for one in plan.rounds)
