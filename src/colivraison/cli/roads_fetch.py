"""`colivraison roads fetch`: the map of a territory from OpenStreetMap's services."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from dataclasses import asdict
from zoneinfo import ZoneInfo

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.progress_bar import Journal
from colivraison.cli.roads_common import file_size, require_output, told_written
from colivraison.domain import Position
from colivraison.errors import Fault, InputError
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
    """Return the places of a case.

    Raises
    ------
    InputError
        ``fetch_case_needs_positions`` and the faults of ``read_case``.
    """
    from colivraison.interchange import read_case

    # There are no roads yet: a place given by its name alone cannot be found.
    today = dt.datetime.now(tz=_PARIS).date()
    try:
        case = read_case(options.around, gazetteer=None, today=today).case
    except InputError as error:
        raise InputError(map(_without_roads, error.faults)) from error
    return tuple(place.position for place in case.places.values())


def _without_roads(fault: Fault) -> Fault:
    """Return a fault whose action can be done here: this verb has no roads to name."""
    if fault.code != "place_needs_roads":
        return fault
    return Fault(code="fetch_case_needs_positions", where=fault.where, value=fault.value)


def _fetched(report: FetchReport, options: argparse.Namespace, terminal: Terminal) -> str:
    """Return the sentence on what was fetched."""
    texts, name = terminal.texts, report.name
    if report.area_km2 is None or report.ways is None:
        size, day = file_size(options.out, terminal), _day(report.data_date)
        if day is None:
            return texts("cli.roads.fetch.whole_undated", name=name, size=size)
        return texts("cli.roads.fetch.whole", name=name, size=size, date=texts.full_date(day))
    if options.around is not None:
        name = texts("cli.roads.fetch.around_case", case=options.around.resolve().name)
    return texts(
        "cli.roads.fetch.done",
        name=name,
        area=texts.number(report.area_km2),
        ways=texts.number(report.ways),
    )


def _day(data_date: str) -> dt.date | None:
    """Return the day of the data; None where the map does not say it, or not in ISO 8601."""
    try:
        return dt.datetime.fromisoformat(data_date).date()
    except ValueError:
        return None


def _tell(report: FetchReport, options: argparse.Namespace, terminal: Terminal) -> None:
    texts = terminal.texts
    terminal.answer(_fetched(report, options, terminal))
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
