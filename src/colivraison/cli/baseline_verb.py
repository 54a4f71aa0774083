"""`colivraison baseline`: everyone alone, as declared, at best, and beside a shared plan."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.table import Table

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.progress_bar import Journal
from colivraison.cli.roads_common import (
    open_roads,
    require_output,
    tell_warnings,
    told_written,
    with_output,
)
from colivraison.domain import Case, Totals
from colivraison.interchange import BaselineReport, RoadGazetteer, read_case, read_plan
from colivraison.planning import Baseline, DeclaredPractice, Stopping, baseline
from colivraison.roads.closures.file import read_closures
from colivraison.roads.storing.aside import written_aside
from colivraison.texts import Texts

__all__ = ["run_baseline"]

_PARIS = ZoneInfo("Europe/Paris")
_SECONDS = 5.0


def run_baseline(options: argparse.Namespace, terminal: Terminal) -> int:
    """Tell what everyone drives alone, and write it where a file is given."""
    return with_output(options.out, terminal, lambda: _run(options, terminal))


def _run(options: argparse.Namespace, terminal: Terminal) -> int:
    replaces = False
    if options.out is not None:
        inputs = [options.case, options.roads, options.plan, options.closures]
        replaces = require_output(options.out, inputs, ending=".json")
    plan = None if options.plan is None else read_plan(options.plan)
    closures = read_closures(options.closures) if options.closures else ()
    with Journal(terminal) as journal:
        network = open_roads(options.roads, journal)
        journal.stage("case")
        reading = read_case(
            options.case,
            gazetteer=RoadGazetteer(network),
            today=dt.datetime.now(tz=_PARIS).date()
            if plan is None
            # A case that names no week is of the week of the plan.
            else plan.case.week.first_date - dt.timedelta(days=1),
        )
        found = baseline(
            reading.case,
            network,
            stopping=Stopping(iterations=options.iterations)
            if options.iterations is not None
            else Stopping(time_limit_s=options.time_limit or _SECONDS),
            seed=options.seed,
            threads=options.threads,
            closures=closures,
            on_stage=journal,
            plan=plan,
        )
        journal.stage("done", 1.0)
    tell_warnings([*network.warnings, *reading.warnings, *found.warnings], terminal)
    report = BaselineReport(found, reading.case, terminal.texts)
    document = report.document()
    if options.out is not None:
        text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
        with written_aside(options.out) as stream:
            stream.write((text + "\n").encode("utf-8"))
    if not terminal.as_json:
        terminal.out.print(_table(found, reading.case, terminal.texts))
        for line in report.sentences():
            terminal.answer(line)
    if options.out is not None:
        told_written(options.out, terminal, replaced=replaces)
    out: Path | None = options.out
    terminal.emit(
        {
            "status": "done",
            "out": None if out is None else str(out),
            "replaced": replaces,
            **document,
        }
    )
    return ExitStatus.DONE


def _table(found: Baseline, case: Case, texts: Texts) -> Table:
    table = Table(title=texts("baseline.title"), show_lines=True)
    table.add_column(texts("compare.member"))
    answers = ("declared", "alone", "together")[: 2 if found.together is None else 3]
    for name in answers:
        table.add_column(texts(f"baseline.{name}"), justify="right")
    names = {producer.id: producer.name for producer in case.producers}
    for one in found.members:
        cells = (one.declared, one.alone, one.together)
        table.add_row(
            names[one.producer_id], *(_cell(cell, texts) for cell in cells[: len(answers)])
        )
    declared = _sum(found.declared) if found.everybody_declares else None
    totals = (declared, found.alone, found.together)
    table.add_row(
        texts("baseline.total"), *(_cell(total, texts) for total in totals[: len(answers)])
    )
    return table


def _sum(declared: tuple[DeclaredPractice, ...]) -> Totals | None:
    if not declared:
        return None
    return Totals(
        rounds=round(sum(one.rounds_per_100_weeks for one in declared) / 100),
        distance_m=sum(one.distance_m for one in declared),
        duration_s=sum(one.duration_s for one in declared),
        cost_cents=sum(one.cost_cents for one in declared),
        gco2e=sum(one.gco2e for one in declared),
    )


def _cell(amounts: DeclaredPractice | Totals | None, texts: Texts) -> str:
    if amounts is None:
        return "–"
    return "\n".join(
        (
            texts.euros(amounts.cost_cents),
            texts.km(amounts.distance_m),
            texts.duration(amounts.duration_s),
            texts.co2e(amounts.gco2e),
        )
    )
