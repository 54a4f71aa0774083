"""`colivraison plan` and `colivraison demo`: the main job, on one's own case or the demo's."""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.progress_bar import Journal
from colivraison.cli.report import report_plan, summary_document
from colivraison.cli.roads_common import tell_closures, tell_warnings
from colivraison.demo import demo_extract, story_case
from colivraison.domain import Plan
from colivraison.interchange import (
    CaseReading,
    RoadGazetteer,
    read_case,
    require_output_folder,
    write_outputs,
)
from colivraison.maps import background_of, render_map
from colivraison.planning import Stopping, plan_week
from colivraison.roads import Closure, RoadNetwork
from colivraison.roads.closures.file import read_closures

__all__ = ["run_demo", "run_plan"]

_PARIS = ZoneInfo("Europe/Paris")
_PLAN_SECONDS = 10.0
# The whole demonstration has to answer within 15 seconds on two slow cores.
_DEMO_SECONDS = 6.0


def run_plan(options: argparse.Namespace, terminal: Terminal) -> int:
    """Plan one's own case."""

    def read(network: RoadNetwork) -> CaseReading:
        return read_case(
            options.case,
            gazetteer=RoadGazetteer(network),
            # The week that is next where the rounds are driven, as in the API.
            today=dt.datetime.now(tz=_PARIS).date(),
        )

    return _run(options, terminal, options.roads, read, _PLAN_SECONDS)


def run_demo(options: argparse.Namespace, terminal: Terminal) -> int:
    """Plan a story of the demonstration on the embedded territory."""

    def read(network: RoadNetwork) -> CaseReading:
        return CaseReading(case=story_case(options.story, network))

    return _run(options, terminal, demo_extract(), read, _DEMO_SECONDS)


def _run(
    options: argparse.Namespace,
    terminal: Terminal,
    extract: Path,
    read: Callable[[RoadNetwork], CaseReading],
    default_s: float,
) -> int:
    require_output_folder(options.out)
    given = getattr(options, "closures", None)
    closures = read_closures(given) if given else ()
    before = _identity(options.out)
    try:
        with Journal(terminal) as journal:
            journal.stage("roads")
            network = RoadNetwork.load(
                extract, on_progress=lambda share: journal.stage("roads", share)
            )
            tell_warnings(network.warnings, terminal)
            journal.stage("case")
            reading = read(network)
            plan, written = _plan(options, terminal, journal, network, reading, default_s, closures)
        return _tell(plan, written, terminal, journal)
    except KeyboardInterrupt:
        # Held back while the folder was put in its place, or arrived while we told about it.
        stands = _identity(options.out) not in (None, before)
        key = "cli.interrupted_written" if stands else "cli.interrupted"
        terminal.say(terminal.texts(key, folder=options.out), style="yellow")
        terminal.emit({"status": "interrupted", "out": str(options.out) if stands else None})
        return ExitStatus.INTERRUPTED


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from the one that takes its place; None where there is none."""
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
    default_s: float,
    closures: Sequence[Closure],
) -> tuple[Plan, list[Path]]:
    """Plan and write."""
    stopping = (
        Stopping(iterations=options.iterations)
        if options.iterations is not None
        else Stopping(time_limit_s=options.time_limit or default_s)
    )
    plan = plan_week(
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
    page = render_map(plan, background_of(network, plan), texts=terminal.texts)
    written = write_outputs(plan, options.out, map_html=page, texts=terminal.texts)
    journal.stage("done", 1.0)
    return plan, written


def _tell(plan: Plan, written: list[Path], terminal: Terminal, journal: Journal) -> int:
    """Print what came out."""
    for warning in plan.warnings:
        terminal.say(f"⚠ {terminal.texts.warning(warning)}", style="yellow")
    if terminal.as_json:
        document = summary_document(plan, written, terminal.texts)
        document["seconds"] = {k: round(v, 3) for k, v in journal.seconds.items()}
        document["self_peak_memory_mb"] = _peak_memory_mb()
        terminal.emit(document)
    else:
        report_plan(plan, written, terminal)
    return ExitStatus.DONE


def _peak_memory_mb() -> int:
    """Return the largest resident memory of this process, in MB.

    Its children, who search, are left out: the kernel counts to a child what its parent held when
    it was started, so ``RUSAGE_CHILDREN`` says little of them.
    """
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
