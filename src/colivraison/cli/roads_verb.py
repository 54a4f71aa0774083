"""`colivraison roads`: build and describe a territory; the other verbs lie beside this file."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.progress_bar import Journal
from colivraison.cli.roads_common import (
    open_roads,
    require_output,
    tell_warnings,
    told_written,
    with_output,
)
from colivraison.cli.roads_report import print_report, report_document
from colivraison.roads import RoadNetwork

__all__ = ["run_roads"]

_Verb = Callable[[argparse.Namespace, Terminal], int]


def run_roads(options: argparse.Namespace, terminal: Terminal) -> int:
    """Run a verb of ``colivraison roads``."""
    verb = _verb(options.roads_verb)
    out: Path | None = getattr(options, "out", None)
    return with_output(out, terminal, lambda: verb(options, terminal))


def _verb(name: str) -> _Verb:
    if name == "build":
        return run_build
    if name == "info":
        return run_info
    if name == "fetch":
        from colivraison.cli.roads_fetch import run_fetch

        return run_fetch
    if name == "calibrate":
        from colivraison.cli.roads_calibrate import run_calibrate

        return run_calibrate
    from colivraison.cli import roads_ask

    return {
        "matrix": roads_ask.run_matrix,
        "route": roads_ask.run_route,
        "isochrone": roads_ask.run_isochrone,
        "snap": roads_ask.run_snap,
    }[name]


def run_build(options: argparse.Namespace, terminal: Terminal) -> int:
    """Build a territory from extracts."""
    require_output(options.out, options.extracts, force=options.force, ending=".roads")
    with Journal(terminal) as journal:
        journal.stage("roads_build")
        network = RoadNetwork.build(
            options.extracts,
            options.out,
            on_progress=lambda share: journal.stage("roads_build", share),
        )
        journal.stage("done", 1.0)
    told = tell_warnings(network.warnings, terminal)
    document = report_document(network, options.out)
    if not terminal.as_json:
        print_report(network, document, terminal)
    told_written(options.out, terminal)
    terminal.emit(
        {
            "status": "done",
            "out": str(options.out),
            **document,
            "warnings": told,
            "seconds": journal.rounded_seconds(),
        }
    )
    return ExitStatus.DONE


def run_info(options: argparse.Namespace, terminal: Terminal) -> int:
    """Say what a territory holds."""
    with Journal(terminal) as journal:
        network = open_roads(options.roads, journal)
    told = tell_warnings(network.warnings, terminal)
    document = report_document(network, options.roads)
    if not terminal.as_json:
        print_report(network, document, terminal)
    terminal.emit({"status": "done", **document, "warnings": told})
    return ExitStatus.DONE
