"""A territory by its name, its box or its outline: from there to one OSM file on the disk."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from colivraison.errors import Fault, InputError, Where
from colivraison.roads.fetch.area import Area, area_km2
from colivraison.roads.fetch.assemble import FORMATS, Counts, clip, copy_file, join
from colivraison.roads.fetch.cache import Cache
from colivraison.roads.fetch.extract_server import (
    Choice,
    choose_extracts,
    download,
    extract_url,
)
from colivraison.roads.fetch.gazetteer import find_area
from colivraison.roads.fetch.overpass import fetch_tiles
from colivraison.roads.fetch.polygon_file import read_polygon
from colivraison.roads.fetch.request import (
    LARGEST_OVERPASS_KM2,
    FetchReport,
    FetchRequest,
    FetchSettings,
)
from colivraison.roads.fetch.web import Web, public_address, server_name
from colivraison.roads.storing.aside import require_writable

__all__ = ["fetch_territory"]

# Shares of the whole, for the progress: finding the area, fetching, and the rest for writing.
_FOUND, _FETCHED = 0.02, 0.8


def _say_nothing(_share: float) -> None:
    """Take no notice of progress."""


def fetch_territory(
    request: FetchRequest,
    out: Path,
    *,
    settings: FetchSettings | None = None,
    on_progress: Callable[[float], None] = _say_nothing,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> FetchReport:
    """Fetch a territory into an OSM file that ``RoadNetwork.build`` reads.

    Small areas come from Overpass, large ones from a regional extract server, as
    ``FetchRequest.source`` says.  Answers are kept, so that a fetch that failed or was stopped
    goes on where it ended; the file appears whole or not at all.

    Parameters
    ----------
    out
        Ends with ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``; a whole region only with
        ``.osm.pbf``.
    settings
        Those of the environment when None.
    on_progress
        Told a share from 0 to 1 that never falls.
    sleep, clock
        Waiting, and seconds since the epoch; others in tests.

    Raises
    ------
    InputError
        ``fetch_out_format``, ``file_not_written``, ``fetch_needs_server``, ``fetch_no_server``,
        ``fetch_without_roads``, ``fetch_cache_full``, and those of the steps.
    """
    if settings is None:
        settings = FetchSettings.from_environment(os.environ)
    _require_format(request, out)
    require_writable(out)
    progress = _Rising(on_progress)
    try:
        cache = Cache(settings, clock)
        with contextlib.closing(Web(settings, sleep=sleep, clock=clock)) as web:
            report = _Fetch(request, out, settings, web, cache, progress).run()
        cache.tidy()
    except OSError as error:
        # Where the output could not be written has its own code: this is the cache.
        why = error.strerror or type(error).__name__
        raise InputError([Fault(code="fetch_cache_full", details={"why": why})]) from error
    progress(1.0)
    return report


def _require_format(request: FetchRequest, out: Path) -> None:
    endings = [".osm.pbf"] if _is_whole_region(request) else list(FORMATS)
    if not any(out.name.lower().endswith(ending) for ending in endings):
        details = {"endings": ", ".join(endings)}
        where = Where(file=out.name)
        raise InputError(
            [Fault(code="fetch_out_format", where=where, value=out.name, details=details)]
        )


def _is_whole_region(request: FetchRequest) -> bool:
    return not (request.place or request.box or request.polygon or request.around)


class _Rising:
    """Progress that never falls, whatever the steps tell."""

    def __init__(self, on_progress: Callable[[float], None]) -> None:
        self._on_progress = on_progress
        self._share = 0.0

    def __call__(self, share: float) -> None:
        self._share = max(self._share, share)
        self._on_progress(self._share)

    def part(self, start: float, end: float) -> Callable[[float], None]:
        return lambda share: self(start + (end - start) * share)


class _Fetch:
    """One fetch."""

    def __init__(
        self,
        request: FetchRequest,
        out: Path,
        settings: FetchSettings,
        web: Web,
        cache: Cache,
        progress: _Rising,
    ) -> None:
        self._request = request
        self._out = out
        self._settings = settings
        self._web = web
        self._cache = cache
        self._progress = progress

    def run(self) -> FetchReport:
        if _is_whole_region(self._request):
            report = self._whole_region()
        else:
            area = self._area().with_margin(self._request.margin_km)
            self._progress(_FOUND)
            km2 = area_km2(area.shape)
            if self._from_server(km2):
                report = self._cut_from_extracts(area)
            else:
                report = self._from_overpass(area)
            report = replace(report, name=area.name, area_km2=round(km2))
        return replace(report, received_bytes=self._web.received_bytes)

    def _area(self) -> Area:
        request = self._request
        if request.box is not None:
            return Area.of_box(request.box)
        if request.polygon is not None:
            return read_polygon(request.polygon)
        if request.around:
            return Area.of_positions(request.around)
        return find_area(
            request.place,
            self._web,
            self._cache,
            refresh=request.refresh,
            needs_outline=request.margin_km == 0,
        )

    def _from_server(self, km2: float) -> bool:
        """Return whether the server of extracts is asked rather than Overpass.

        Raises
        ------
        InputError
            ``fetch_needs_server``, ``fetch_no_server``.
        """
        request, has_server = self._request, bool(self._settings.extract_server)
        too_large = km2 > LARGEST_OVERPASS_KM2
        if too_large and (request.source == "overpass" or not has_server):
            details = {"area_km2": round(km2), "largest_km2": LARGEST_OVERPASS_KM2}
            raise InputError([Fault(code="fetch_needs_server", details=details)])
        if (request.source == "server" or request.region) and not has_server:
            raise InputError([Fault(code="fetch_no_server")])
        return too_large or request.source == "server" or bool(request.region)

    def _from_overpass(self, area: Area) -> FetchReport:
        answers = fetch_tiles(
            area.shape,
            self._web,
            self._cache,
            refresh=self._request.refresh,
            on_progress=self._progress.part(_FOUND, _FETCHED),
        )
        # Tiles fetched on different days: the file is as old as the oldest.
        date = min((answer.data_date for answer in answers if answer.data_date), default="")
        counts = join(
            [answer.path for answer in answers],
            self._out,
            bounds=area.shape.bounds,
            date=date,
            server=server_name(self._settings.overpass_url),
        )
        remarks = dict.fromkeys(answer.remark for answer in answers if answer.remark)
        return _with_counts(
            FetchReport(
                name=area.name,
                source="overpass",
                requests=len(answers),
                from_cache=sum(answer.from_cache for answer in answers),
                data_date=date,
                notes=(*area.notes, *remarks),
            ),
            counts,
        )

    def _cut_from_extracts(self, area: Area) -> FetchReport:
        request, server = self._request, self._settings.extract_server
        choice = (
            Choice(urls=(extract_url(server, request.region),), uncovered_km2=0.0)
            if request.region
            else choose_extracts(area.shape, self._web, self._cache, refresh=request.refresh)
        )
        share = (_FETCHED - _FOUND) / len(choice.urls)
        extracts = [
            download(
                url,
                self._web,
                self._cache,
                refresh=request.refresh,
                on_progress=self._progress.part(
                    _FOUND + number * share, _FOUND + (number + 1) * share
                ),
            )
            for number, url in enumerate(choice.urls)
        ]
        with tempfile.TemporaryDirectory(dir=self._settings.cache_folder) as folder:
            parts = []
            for number, extract in enumerate(extracts):
                parts.append(Path(folder) / f"{number}.osm.pbf")
                clip(extract.path, area.shape, parts[-1], server=server_name(server))
                self._progress(_FETCHED + (0.95 - _FETCHED) * (number + 1) / len(extracts))
            date = min(filter(None, (_date(one.path, server) for one in extracts)), default="")
            counts = join(
                parts, self._out, bounds=area.shape.bounds, date=date, server=server_name(server)
            )
        return _with_counts(
            FetchReport(
                name=area.name,
                source="server",
                uncovered_km2=round(choice.uncovered_km2),
                requests=len(extracts),
                from_cache=sum(extract.from_cache for extract in extracts),
                extracts=tuple(map(public_address, choice.urls)),
                unverified=tuple(public_address(one.url) for one in extracts if not one.verified),
                data_date=date,
                notes=area.notes,
            ),
            counts,
        )

    def _whole_region(self) -> FetchReport:
        server = self._settings.extract_server
        if not server:
            raise InputError([Fault(code="fetch_no_server")])
        url = extract_url(server, self._request.region)
        extract = download(
            url,
            self._web,
            self._cache,
            refresh=self._request.refresh,
            on_progress=self._progress.part(0.0, _FETCHED),
        )
        copy_file(extract.path, self._out, self._progress.part(_FETCHED, 1.0))
        return FetchReport(
            name=self._request.region,
            source="server",
            requests=1,
            from_cache=int(extract.from_cache),
            extracts=(public_address(url),),
            unverified=() if extract.verified else (public_address(url),),
            data_date=_date(extract.path, server),
        )


def _with_counts(report: FetchReport, counts: Counts) -> FetchReport:
    return replace(report, nodes=counts.nodes, ways=counts.ways, relations=counts.relations)


def _date(extract: Path, server: str) -> str:
    """Return the state of an extract's data as its header says it, "" where it does not."""
    import osmium

    try:
        with osmium.io.Reader(str(extract), osmium.osm.NOTHING) as reader:
            return str(reader.header().get("osmosis_replication_timestamp"))
    except RuntimeError as error:
        raise InputError([Fault(code="fetch_not_a_map", value=server_name(server))]) from error
