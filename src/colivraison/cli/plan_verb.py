"""`colivraison plan`, `demo` and `replan`: the main job, on one's own case, the demo's, or anew."""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from colivraison.cli.compare_report import report_comparison
from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.progress_bar import Journal
from colivraison.cli.report import report_plan, summary_document, tell_files, tell_unserved
from colivraison.cli.roads_common import tell_closures, tell_warnings
from colivraison.demo import demo_extract, story_case
from colivraison.domain import Case, Plan
from colivraison.errors import Fault, InputError, Where
from colivraison.interchange import (
    CaseReading,
    ComparisonReport,
    RoadGazetteer,
    read_case,
    read_plan,
    require_output_folder,
    write_outputs,
)
from colivraison.maps import background_of, render_map
from colivraison.planning import (
    DeliveryCosts,
    Keep,
    Stopping,
    compare_plans,
    delivery_costs,
    plan_week,
    replan,
)
from colivraison.roads import Closure, RoadNetwork
from colivraison.roads.closures.file import read_closures

__all__ = ["run_demo", "run_plan", "run_replan"]

_PARIS = ZoneInfo("Europe/Paris")
_DAY = dt.timedelta(days=1)
_PLAN_SECONDS = 10.0
# The whole demonstration has to answer within 15 seconds on two slow cores.
_DEMO_SECONDS = 6.0


def run_plan(options: argparse.Namespace, terminal: Terminal) -> int:
    """Plan one's own case."""
    # The week that is next where the rounds are driven, as in the API.
    today = dt.datetime.now(tz=_PARIS).date()
    job = _Job(
        extract=options.roads,
        read=lambda network: _read(options, network, today),
        seconds=_PLAN_SECONDS,
        plan=plan_week,
        tell=_tell,
    )
    return _run(options, terminal, job)


def run_replan(options: argparse.Namespace, terminal: Terminal) -> int:
    """Plan a case that has changed, with little change to a plan that people know."""
    before = read_plan(options.plan)
    if options.out is not None and options.plan.resolve().is_relative_to(options.out.resolve()):
        # The plan that people know is not lost to a trial.
        where = Where(file=options.plan.name)
        raise InputError([Fault(code="output_is_input", where=where, value=options.out.name)])

    def plan(case: Case, network: RoadNetwork, **keywords: Any) -> Plan:
        return replan(before, case, network, keep=Keep(options.keep), **keywords).plan

    def tell(planned: _Planned, terminal: Terminal, journal: Journal) -> int:
        return _tell_replanned(before, planned, terminal, journal)

    job = _Job(
        extract=options.roads,
        # A case that names no week is of the week that is planned again.
        read=lambda network: _read(options, network, before.case.week.first_date - _DAY),
        seconds=_PLAN_SECONDS,
        plan=plan,
        tell=tell,
    )
    return _run(options, terminal, job)


def _read(options: argparse.Namespace, network: RoadNetwork, today: dt.date) -> CaseReading:
    return read_case(options.case, gazetteer=RoadGazetteer(network), today=today)


def run_demo(options: argparse.Namespace, terminal: Terminal) -> int:
    """Plan a story of the demonstration on the embedded territory."""
    job = _Job(
        extract=demo_extract(),
        read=lambda network: CaseReading(case=story_case(options.story, network)),
        seconds=_DEMO_SECONDS,
        plan=plan_week,
        tell=_tell,
    )
    return _run(options, terminal, job)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What the three verbs do each in their own way.

    Parameters
    ----------
    seconds
        Time limit unless told otherwise.
    plan
        Takes case and network, and the keywords of `plan_week`.
    tell
        Prints what came out, and returns the exit status.
    """

    extract: Path
    read: Callable[[RoadNetwork], CaseReading]
    seconds: float
    plan: Callable[..., Plan]
    tell: Callable[[_Planned, Terminal, Journal], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A plan, what its deliveries cost, and the files it was written to."""

    plan: Plan
    costs: DeliveryCosts
    written: list[Path]


def _run(options: argparse.Namespace, terminal: Terminal, job: _Job) -> int:
    if options.out is not None:
        require_output_folder(options.out)
    given = getattr(options, "closures", None)
    closures = read_closures(given) if given else ()
    before = _identity(options.out)
    try:
        with Journal(terminal) as journal:
            journal.stage("roads")
            network = RoadNetwork.load(
                job.extract, on_progress=lambda share: journal.stage("roads", share)
            )
            tell_warnings(network.warnings, terminal)
            journal.stage("case")
            reading = job.read(network)
            planned = _plan(options, terminal, journal, network, reading, job, closures)
        return job.tell(planned, terminal, journal)
    except KeyboardInterrupt:
        # Held back while the folder was put in its place, or arrived while we told about it.
        stands = _identity(options.out) not in (None, before)
        key = "cli.interrupted_written" if stands else "cli.interrupted"
        terminal.say(terminal.texts(key, folder=options.out), style="yellow")
        terminal.emit({"status": "interrupted", "out": str(options.out) if stands else None})
        return ExitStatus.INTERRUPTED


def _identity(folder: Path | None) -> tuple[int, int] | None:
    """Return what tells a folder from the one that takes its place; None where there is none."""
    if folder is None:
        return None
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _plan(
    options: argparse.Namespace,
    terminal: Terminal,
    journal: Journal,
    network: RoadNetwork,
    reading: CaseReading,
    job: _Job,
    closures: Sequence[Closure],
) -> _Planned:
    """Plan, and write where a folder is given."""
    stopping = (
        Stopping(iterations=options.iterations)
        if options.iterations is not None
        else Stopping(time_limit_s=options.time_limit or job.seconds)
    )
    plan = job.plan(
        reading.case,
        network,
        stopping=stopping,
        seed=options.seed,
        threads=options.threads,
        closures=closures,
        on_stage=journal,
    )
    plan = replace(plan, warnings=(*reading.warnings, *plan.warnings))
    if closures:
        by_day = (network.closures_touch(closures, on=day) for day in reading.case.week.dates)
        busiest = max((day for day in by_day if day), key=lambda day: (day.counted, day.edges))
        tell_closures(busiest, terminal)
    journal.stage("write", 0.96)
    costs = delivery_costs(plan)
    written: list[Path] = []
    if options.out is not None:
        page = render_map(plan, background_of(network, plan), texts=terminal.texts)
        written = write_outputs(plan, options.out, map_html=page, texts=terminal.texts, costs=costs)
    journal.stage("done", 1.0)
    return _Planned(plan=plan, costs=costs, written=written)


def _tell(planned: _Planned, terminal: Terminal, journal: Journal) -> int:
    """Print what came out."""
    plan, costs, written = planned.plan, planned.costs, planned.written
    _tell_warnings(plan, terminal)
    if terminal.as_json:
        document = summary_document(plan, costs, written, terminal.texts)
        terminal.emit({**document, **_effort(journal)})
    else:
        report_plan(plan, costs, written, terminal)
    return ExitStatus.DONE


def _tell_replanned(before: Plan, planned: _Planned, terminal: Terminal, journal: Journal) -> int:
    """Print what is different from the plan that people know."""
    after, written = planned.plan, planned.written
    _tell_warnings(after, terminal)
    report = ComparisonReport(
        comparison=compare_plans(before, after), before=before, after=after, texts=terminal.texts
    )
    if terminal.as_json:
        summary = summary_document(after, planned.costs, written, terminal.texts)
        document = {**summary, **_effort(journal), "comparison": report.document()}
        terminal.emit(document)
        return ExitStatus.DONE
    report_comparison(report, terminal)
    tell_unserved(after, terminal)
    tell_files(written, terminal)
    return ExitStatus.DONE


def _tell_warnings(plan: Plan, terminal: Terminal) -> None:
    for warning in plan.warnings:
        terminal.say(f"⚠ {terminal.texts.warning(warning)}", style="yellow")


def _effort(journal: Journal) -> dict[str, object]:
    return {
        "seconds": {k: round(v, 3) for k, v in journal.seconds.items()},
        "self_peak_memory_mb": _peak_memory_mb(),
    }


def _peak_memory_mb() -> int:
    """Return the largest resident memory of this process, in MB.

    Its children, who search, are left out: the kernel counts to a child what its parent held when
    it was started, so ``RUSAGE_CHILDREN`` says little of them.
    """
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
