"""`colivraison roads fetch`: the map of a territory from OpenStreetMap's services."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from dataclasses import asdict
from zoneinfo import ZoneInfo

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.progress_bar import Journal
from colivraison.cli.roads_common import require_output, told_written
from colivraison.domain import Position
from colivraison.roads.fetch import FetchReport, FetchRequest, FetchSettings, fetch_territory

__all__ = ["run_fetch"]

_PARIS = ZoneInfo("Europe/Paris")
_AROUND_KM = 20.0


def run_fetch(options: argparse.Namespace, terminal: Terminal) -> int:
    """Fetch an extract."""
    given = [path for path in (options.polygon, options.around) if path is not None]
    require_output(options.out, given, force=options.force)
    around = () if options.around is None else _positions(options)
    margin_km = options.margin_km
    if margin_km is None:
        margin_km = _AROUND_KM if around else 0.0
    request = FetchRequest(
        place=options.place,
        box=options.bbox,
        polygon=options.polygon,
        around=around,
        region=options.region,
        margin_km=margin_km,
        source=options.source,
        refresh=options.refresh,
    )
    settings = FetchSettings.from_environment(
        os.environ, extract_server=options.server, language=terminal.texts.language
    )
    with Journal(terminal) as journal:
        journal.stage("fetch")
        report = fetch_territory(
            request,
            options.out,
            settings=settings,
            on_progress=lambda share: journal.stage("fetch", share),
        )
        journal.stage("done", 1.0)
    _tell(report, options, terminal)
    terminal.emit(
        {
            "status": "done",
            "out": str(options.out),
            **asdict(report),
            "seconds": journal.rounded_seconds(),
        }
    )
    return ExitStatus.DONE


def _positions(options: argparse.Namespace) -> tuple[Position, ...]:
    """Return the places of a case."""
    from colivraison.interchange import read_case

    # There are no roads yet: a place given by its name alone cannot be found.
    today = dt.datetime.now(tz=_PARIS).date()
    case = read_case(options.around, gazetteer=None, today=today).case
    return tuple(place.position for place in case.places.values())


def _tell(report: FetchReport, options: argparse.Namespace, terminal: Terminal) -> None:
    texts = terminal.texts
    terminal.answer(
        texts(
            "cli.roads.fetch.done",
            name=report.name,
            area=texts.number(report.area_km2),
            ways=texts.number(report.ways),
        )
    )
    if report.from_cache:
        terminal.say(
            texts("cli.roads.fetch.cached", cached=report.from_cache, requests=report.requests)
        )
    if report.uncovered_km2:
        sentence = texts("cli.roads.fetch.uncovered", area=texts.number(report.uncovered_km2))
        terminal.say(f"⚠ {sentence}", style="yellow")
    for address in report.unverified:
        sentence = texts("cli.roads.fetch.unverified", address=address)
        terminal.say(f"⚠ {sentence}", style="yellow")
    for note in report.notes:
        terminal.say(f"  {note}")
    told_written(options.out, terminal)
    name = options.out.name.removesuffix(".bz2").removesuffix(".gz").removesuffix(".pbf")
    built = options.out.with_name(name.removesuffix(".osm") + ".roads")
    terminal.say(texts("cli.roads.fetch.next", path=options.out, next=built))
