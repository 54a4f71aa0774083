"""`colivraison suggest-insertions`: where one order more fits into a week that stands."""

from __future__ import annotations

import argparse
from pathlib import Path

from colivraison.cli.console import MOST_TOLD, ExitStatus, Terminal
from colivraison.cli.insertion_options import NEW_ORDER
from colivraison.cli.roads_common import require_output, told_written, with_output
from colivraison.cli.violations import tell_violation
from colivraison.domain import Order, Plan
from colivraison.errors import Fault, InputError, Where
from colivraison.interchange import InsertionReport, order_in_words, plan_text, read_plan
from colivraison.planning import (
    Insertion,
    Insertions,
    check_plan,
    named_order,
    suggest_insertions,
    with_insertion,
)
from colivraison.roads.storing.aside import written_aside

__all__ = ["run_suggest_insertions"]


def run_suggest_insertions(options: argparse.Namespace, terminal: Terminal) -> int:
    """Tell the best places, and write the plan with one of them where that is asked for."""
    _require_sense(options)
    if options.apply is None:
        return _run(options, None, terminal)
    out: Path = options.out or options.plan.with_name(f"{options.plan.stem}.inserted.json")
    return with_output(out, terminal, lambda: _run(options, out, terminal))


def _run(options: argparse.Namespace, out: Path | None, terminal: Terminal) -> int:
    replaces = out is not None and require_output(out, [options.plan], ending=".json")
    plan = read_plan(options.plan)
    order = _order(options, plan)
    found = suggest_insertions(plan, order, count=max(options.count, options.apply or 0))
    report = InsertionReport(plan.case, terminal.texts)
    if out is None:
        _tell(found, report, terminal)
        terminal.emit({"status": "done", **report.documents(found)})
        return ExitStatus.DONE
    if options.apply > len(found.places):
        details = {"places": len(found.places)}
        raise InputError(
            [Fault(code="no_such_insertion", value=str(options.apply), details=details)]
        )
    chosen = found.places[options.apply - 1]
    return _apply(plan, chosen, found, report, out, terminal, replaces=replaces)


def _apply(
    plan: Plan,
    chosen: Insertion,
    found: Insertions,
    report: InsertionReport,
    out: Path,
    terminal: Terminal,
    *,
    replaces: bool,
) -> int:
    after = with_insertion(plan, chosen)
    violations = check_plan(after)
    with written_aside(out) as stream:
        stream.write(plan_text(after).encode("utf-8"))
    texts = terminal.texts
    terminal.answer(texts("cli.insertions.applied", order=chosen.order.id), style="bold")
    _tell_one(chosen, report, terminal)
    waiting = {one.order_id for one in after.unserved} | {chosen.order.id}
    company = [one.order_id for one in plan.unserved if one.order_id not in waiting]
    if company:
        terminal.answer(texts("cli.insertions.company", orders=", ".join(company)), style="yellow")
    told = [
        tell_violation(one, after, terminal, quiet=number >= MOST_TOLD)
        for number, one in enumerate(violations)
    ]
    terminal.tell_more(max(0, len(violations) - MOST_TOLD))
    if violations:
        count = texts.number(len(violations))
        terminal.answer(texts("cli.retime.broken", count=count), style="bold red")
    told_written(out, terminal, replaced=replaces)
    terminal.emit(
        {
            "status": "failed" if violations else "done",
            **report.documents(found),
            "applied": report.document(chosen),
            "company": company,
            "out": str(out),
            "replaced": replaces,
            "violations": told,
        }
    )
    return ExitStatus.CHECK_FAILED if violations else ExitStatus.DONE


def _require_sense(options: argparse.Namespace) -> None:
    """Raise where it is not plain which order is meant, or where a file would go nowhere.

    Raises
    ------
    InputError
        ``which_order``, ``out_without_apply``.
    """
    faults: list[Fault] = []
    given = [option for field, option in NEW_ORDER.items() if getattr(options, field) is not None]
    if (options.order is None) == (not given):
        faults.append(Fault(code="which_order", value=", ".join(given)))
    if options.out is not None and options.apply is None:
        faults.append(Fault(code="out_without_apply", value=options.out.name))
    if faults:
        raise InputError(faults)


def _order(options: argparse.Namespace, plan: Plan) -> Order:
    """Return the order that is meant: one of the plan's, or a new one.

    Raises
    ------
    InputError
        Those of `named_order`, or the faults of the new one.
    """
    if options.order is None:
        words = {field: getattr(options, field) or "" for field in NEW_ORDER}
        return order_in_words(plan.case, words, NEW_ORDER)
    return named_order(plan, options.order, Where(file=options.plan.name))


def _tell(found: Insertions, report: InsertionReport, terminal: Terminal) -> None:
    texts = terminal.texts
    terminal.answer(report.order(found.order), style="bold")
    for round_id in found.undrivable:
        terminal.say(texts("cli.insertions.undrivable", round=round_id), style="yellow")
    if found.code is not None:
        terminal.answer(
            texts("cli.insertions.nowhere", why=report.why(found.code)), style="bold red"
        )
    for number, one in enumerate(found.places, start=1):
        _tell_one(one, report, terminal, number=number)


def _tell_one(
    one: Insertion, report: InsertionReport, terminal: Terminal, *, number: int | None = None
) -> None:
    mark = "" if number is None else f"{number}. "
    terminal.answer(mark + report.head(one), style="bold green" if number == 1 else "")
    for sentence in report.details(one):
        terminal.answer(f"   {sentence}")
