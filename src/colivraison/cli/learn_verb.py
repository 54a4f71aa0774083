"""`colivraison learn`: service minutes of a case corrected by actual times of past rounds."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.table import Table

from colivraison.cli.console import ExitStatus, Terminal, escape
from colivraison.cli.roads_common import tell_warnings
from colivraison.domain import Case
from colivraison.interchange import RoadGazetteer, read_case, read_plan, write_case_folder
from colivraison.interchange.visits import read_visits
from colivraison.planning import Learned, LearnedPlace, LearnOutcome, learn, with_planned_crates
from colivraison.roads import RoadNetwork

__all__ = ["run_learn"]

_PARIS = ZoneInfo("Europe/Paris")


def run_learn(options: argparse.Namespace, terminal: Terminal) -> int:
    """Learn and write a new case beside the old one, which stays as it is."""
    texts = terminal.texts
    gazetteer = None
    if options.roads is not None:
        gazetteer = RoadGazetteer(RoadNetwork.load(options.roads))
    today = dt.datetime.now(tz=_PARIS).date()
    reading = read_case(options.case, gazetteer=gazetteer, today=today)
    visits = read_visits(options.visits, reading.case)
    plans = [read_plan(path) for path in options.plan or ()]
    learned = learn(reading.case, with_planned_crates(visits, plans), at_least=options.at_least)
    written: list[Path] = write_case_folder(learned.case, options.out)
    told = tell_warnings(reading.warnings, terminal)
    _tell(learned, options.at_least, terminal)
    terminal.answer(texts("report.files"), style="bold")
    for path in written:
        terminal.answer(f"  {path}")
    terminal.emit(
        {
            "status": "done",
            "places": [_document(one) for one in learned.places],
            "files": [str(path) for path in written],
            "warnings": told,
        }
    )
    return ExitStatus.DONE


def _tell(learned: Learned, at_least: int, terminal: Terminal) -> None:
    texts = terminal.texts
    if not terminal.as_json:
        terminal.out.print(_table(learned.case, learned, terminal))
    changed = [one for one in learned.places if one.outcome is not LearnOutcome.TOO_FEW]
    unknown = sum(one.unknown for one in learned.places)
    terminal.answer(
        texts(
            "cli.learn.done",
            changed=texts.number(len(changed)),
            places=texts.number(len(learned.places)),
        ),
        style="bold",
    )
    if len(changed) < len(learned.places):
        terminal.answer(texts("cli.learn.too_few", at_least=texts.number(at_least)))
    if any(one.outcome is LearnOutcome.SETUP_ONLY for one in learned.places):
        terminal.answer(texts("cli.learn.setup_only"))
    if unknown:
        terminal.answer(texts("cli.learn.unknown", count=texts.number(unknown)), style="yellow")


def _table(case: Case, learned: Learned, terminal: Terminal) -> Table:
    texts = terminal.texts
    table = Table(title=texts("cli.learn.title"))
    table.add_column(texts("cli.learn.place"))
    for name in ("visits", "setup", "per_crate", "error"):
        table.add_column(texts(f"cli.learn.{name}"), justify="right")
    table.add_column("")
    for one in learned.places:
        table.add_row(
            escape(case.places[one.site_id].name),
            texts.number(one.visits),
            _change(_minutes(one.setup_before_s, terminal), _minutes(one.setup_after_s, terminal)),
            _change(
                texts.amount(one.per_crate_before_s, "s"), texts.amount(one.per_crate_after_s, "s")
            ),
            "–"
            if one.error_before_s is None or one.error_after_s is None
            else _change(
                texts.amount(one.error_before_s, "s"), texts.amount(one.error_after_s, "s")
            ),
            texts(f"cli.learn.outcome.{one.outcome}"),
        )
    return table


def _minutes(seconds: int, terminal: Terminal) -> str:
    return f"{terminal.texts.number(seconds / 60, 1)}\u00a0min"


def _change(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _document(one: LearnedPlace) -> dict[str, object]:
    return {
        "site_id": one.site_id,
        "outcome": one.outcome.value,
        "visits": one.visits,
        "visits_without_crates": one.unknown,
        "setup_s": {"before": one.setup_before_s, "after": one.setup_after_s},
        "service_s_per_crate": {"before": one.per_crate_before_s, "after": one.per_crate_after_s},
        "median_error_s": {"before": one.error_before_s, "after": one.error_after_s},
    }
