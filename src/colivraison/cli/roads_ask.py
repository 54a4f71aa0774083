"""`colivraison roads matrix | route | isochrone | snap`: questions to built roads."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.table import Table

from colivraison.cli.console import ExitStatus, Terminal, escape
from colivraison.cli.progress_bar import Journal
from colivraison.cli.roads_common import (
    open_roads,
    place_warnings,
    read_asked,
    require_output,
    tell_asked,
    tell_warnings,
    told_written,
)
from colivraison.domain import Position
from colivraison.errors import Fault, InputError, Where
from colivraison.roads.memory import MATRIX_MOST_MB, require_matrix_memory
from colivraison.roads.storing.aside import written_aside
from colivraison.roads.tables.points import Point, read_points
from colivraison.roads.views.geojson import (
    area_feature,
    feature_collection,
    geojson_bytes,
    line_feature,
)

if TYPE_CHECKING:
    import shapely

    from colivraison.roads import Snapped
    from colivraison.roads.geometry import Bounds
    from colivraison.roads.route import RouteLeg

__all__ = ["run_isochrone", "run_matrix", "run_route", "run_snap"]

_MOST_NAMES = 4
_GEOJSON = (".geojson", ".json")
_EDGE_M = 200
"""An area this close to the edge of the map may go on beyond it: twice the width it has itself."""
_NO_WAY = -1
_DEGREE_KM = 111.195
"""A degree of latitude, of the earth's mean radius, 6,371 km."""


def _inputs(options: argparse.Namespace) -> list[Path | None]:
    """Return the files a verb reads."""
    given = [getattr(options, name, None) for name in ("roads", "points", "closures")]
    return [*given, Path(options.profile)]


def run_matrix(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write the times and distances between all places."""
    replaces = require_output(options.out, _inputs(options), ending=".npz")
    asked = read_asked(options)
    with Journal(terminal) as journal:
        journal.stage("points")
        # Before the roads are opened: what cannot be answered shall not wait for them.
        most_mb = MATRIX_MOST_MB if options.memory_mb is None else options.memory_mb
        points = read_points(options.points)
        require_matrix_memory(len(points), most_mb=most_mb)
        network = open_roads(options.roads, journal)
        warnings = place_warnings(points, network, asked)
        journal.stage("matrix")
        durations_s, distances_m = network.matrix(
            [point.position for point in points],
            **asked.keywords(),
            threads=options.threads,
            memory_mb=most_mb,
        )
        ids = np.array([point.id for point in points])
        with written_aside(options.out) as stream:
            np.savez(stream, ids=ids, durations_s=durations_s, distances_m=distances_m)
        journal.stage("done", 1.0)
    told = tell_asked(asked, network, warnings, terminal)
    unreachable = np.argwhere(durations_s < 0)
    texts = terminal.texts
    terminal.answer(
        texts(
            "cli.roads.matrix.done",
            points=texts.number(len(points)),
            pairs=texts.number(len(points) ** 2),
        )
    )
    if len(unreachable):
        start, end = unreachable[0].tolist()
        sentence = texts(
            "cli.roads.matrix.unreachable",
            count=texts.number(len(unreachable)),
            start=points[start].id,
            end=points[end].id,
        )
        terminal.say(f"⚠ {sentence}", style="yellow")
    told_written(options.out, terminal, replaced=replaces)
    terminal.emit(
        {
            "status": "done",
            "out": str(options.out),
            "replaced": replaces,
            "points": len(points),
            "unreachable_pairs": len(unreachable),
            "warnings": told,
            "seconds": journal.rounded_seconds(),
        }
    )
    return ExitStatus.DONE


def run_route(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write the way from each place to the next."""
    replaces = require_output(options.out, _inputs(options), ending=_GEOJSON)
    asked = read_asked(options)
    with Journal(terminal) as journal:
        journal.stage("points")
        points = read_points(options.points)
        if len(points) < 2:
            where = Where(file=options.points.name)
            raise InputError(
                [Fault(code="route_needs_two", where=where, value=options.points.name)]
            )
        network = open_roads(options.roads, journal)
        warnings = place_warnings(points, network, asked)
        journal.stage("geometry")
        legs = network.route([point.position for point in points], **asked.keywords())
        features = [
            line_feature(leg.line if leg else (), _leg_properties(number, start, end, leg))
            for number, ((start, end), leg) in enumerate(
                zip(pairwise(points), legs, strict=True), start=1
            )
        ]
        collection = feature_collection(features, attribution=network.attribution)
        with written_aside(options.out) as stream:
            stream.write(geojson_bytes(collection))
        journal.stage("done", 1.0)
    told = tell_asked(asked, network, warnings, terminal)
    _print_legs(points, legs, terminal)
    told_written(options.out, terminal, replaced=replaces)
    terminal.emit(
        {
            "status": "done",
            "out": str(options.out),
            "replaced": replaces,
            "legs": [feature["properties"] for feature in features],
            "warnings": told,
            "seconds": journal.rounded_seconds(),
        }
    )
    return ExitStatus.DONE


def _leg_properties(number: int, start: Point, end: Point, leg: RouteLeg | None) -> dict[str, Any]:
    """Return what a leg's line tells; -1 where there is no way, as in a matrix."""
    return {
        "leg": number,
        "from": start.id,
        "to": end.id,
        "duration_s": leg.duration_s if leg else _NO_WAY,
        "distance_m": leg.distance_m if leg else _NO_WAY,
        "names": list(leg.names) if leg else [],
    }


def _print_legs(
    points: Sequence[Point], legs: Sequence[RouteLeg | None], terminal: Terminal
) -> None:
    texts = terminal.texts
    for (start, end), leg in zip(pairwise(points), legs, strict=True):
        if leg is None:
            sentence = texts("cli.roads.route.no_way", start=start.id, end=end.id)
            terminal.answer(f"  {sentence}", style="yellow")
            continue
        shown = _main_names(leg)
        sentence = texts(
            "cli.roads.route.leg",
            start=start.id,
            end=end.id,
            duration=texts.duration(leg.duration_s),
            distance=texts.km(leg.distance_m),
            names=texts("cli.roads.route.by", names=shown) if shown else "",
        )
        terminal.answer(f"  {sentence}")
    driven = [leg for leg in legs if leg is not None]
    if len(driven) == len(legs):
        terminal.answer(
            texts(
                "cli.roads.route.total",
                duration=texts.duration(sum(leg.duration_s for leg in driven)),
                distance=texts.km(sum(leg.distance_m for leg in driven)),
            ),
            style="bold",
        )


def _main_names(leg: RouteLeg) -> str:
    """Return the roads of a leg driven furthest on, each once, in driving order."""
    driven_m: dict[str, int] = {}
    for name, metres in zip(leg.names, leg.name_m, strict=True):
        driven_m[name] = driven_m.get(name, 0) + metres
    longest = sorted(driven_m, key=lambda name: -driven_m[name])[:_MOST_NAMES]
    shown = ", ".join(name for name in driven_m if name in longest)
    return f"{shown}…" if len(driven_m) > _MOST_NAMES else shown


def run_isochrone(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write the areas reached from a place within some minutes."""
    replaces = require_output(options.out, _inputs(options), ending=_GEOJSON)
    asked = read_asked(options)
    position = Position(lat=options.lat, lon=options.lon)
    start = Point(id=f"{options.lat:g}, {options.lon:g}", position=position, where=Where())
    with Journal(terminal) as journal:
        network = open_roads(options.roads, journal)
        warnings = place_warnings([start], network, asked)
        journal.stage("isochrone")
        areas = network.isochrone(position, options.minutes, **asked.keywords())
        km2 = [_area_km2(area) for area in areas]
        # The largest first, so that a drawing program lays the smaller ones over it.
        features = [
            area_feature(area, {"minutes": minutes, "area_km2": round(size, 2)})
            for minutes, area, size in zip(options.minutes, areas, km2, strict=True)
        ][::-1]
        collection = feature_collection(features, attribution=network.attribution)
        with written_aside(options.out) as stream:
            stream.write(geojson_bytes(collection))
        journal.stage("done", 1.0)
    warnings += _area_warnings(areas, options.minutes, network.bounds)
    told = tell_asked(asked, network, warnings, terminal)
    texts = terminal.texts
    for minutes, size in zip(options.minutes, km2, strict=True):
        area = texts.number(size, 0 if size >= 10 else 1 if size >= 1 or size == 0 else 2)
        terminal.answer("  " + texts("cli.roads.isochrone.area", minutes=minutes, area=area))
    told_written(options.out, terminal, replaced=replaces)
    terminal.emit(
        {
            "status": "done",
            "out": str(options.out),
            "replaced": replaces,
            "areas": [feature["properties"] for feature in features[::-1]],
            "warnings": told,
            "seconds": journal.rounded_seconds(),
        }
    )
    return ExitStatus.DONE


def _area_warnings(
    areas: Sequence[shapely.MultiPolygon], minutes: Sequence[int], bounds: Bounds
) -> list[Fault]:
    """Return what the sizes of areas, in ascending order of minutes, do not tell by themselves."""
    pairs = list(zip(areas, minutes, strict=True))
    found: list[Fault] = []
    if nothing := [one for area, one in pairs if area.is_empty]:
        # The longest: with less there is nothing either.
        found.append(Fault(code="isochrone_nothing", details={"minutes": nothing[-1]}))
    if cut := [one for area, one in pairs if not area.is_empty and _meets_edge(area, bounds)]:
        found.append(Fault(code="isochrone_at_edge", details={"minutes": cut[0]}))
    return found


def _meets_edge(area: shapely.MultiPolygon, bounds: Bounds) -> bool:
    """Return whether an area reaches the box around all roads: what lies beyond is not known."""
    west, south, east, north = area.bounds
    lat_deg = _EDGE_M / (1000 * _DEGREE_KM)
    lon_deg = lat_deg / max(float(np.cos(np.radians((south + north) / 2))), 0.01)
    return (
        south < bounds.south + lat_deg
        or north > bounds.north - lat_deg
        or west < bounds.west + lon_deg
        or east > bounds.east - lon_deg
    )


def _area_km2(area: Any) -> float:
    """Return the size of an area in degrees, on the sphere by its middle latitude."""
    if area.is_empty:
        return 0.0
    return float(area.area * _DEGREE_KM**2 * np.cos(np.radians(area.centroid.y)))


def run_snap(options: argparse.Namespace, terminal: Terminal) -> int:
    """Say where places meet the road."""
    replaces = False
    if options.out is not None:
        replaces = require_output(options.out, _inputs(options), ending=".csv")
    asked = read_asked(options)
    with Journal(terminal) as journal:
        journal.stage("points")
        points = read_points(options.points)
        network = open_roads(options.roads, journal)
        warnings = place_warnings(points, network, asked)
        snapped = network.snap([point.position for point in points], profile=asked.profile)
        rows = _snap_rows(points, snapped)
        if options.out is not None:
            with written_aside(options.out) as stream:
                stream.write(_snap_csv(rows, french=terminal.texts.language == "fr"))
        journal.stage("done", 1.0)
    told = tell_warnings([*network.warnings, *warnings], terminal)
    if options.out is not None:
        told_written(options.out, terminal, replaced=replaces)
    elif not terminal.as_json:
        _print_snapped(rows, terminal)
    terminal.emit(
        {
            "status": "done",
            "out": None if options.out is None else str(options.out),
            "replaced": replaces,
            "places": rows,
            "warnings": told,
            "seconds": journal.rounded_seconds(),
        }
    )
    return ExitStatus.DONE


def _snap_rows(points: Sequence[Point], snapped: Snapped) -> list[dict[str, Any]]:
    return [
        {
            "id": point.id,
            "lat": point.position.lat,
            "lon": point.position.lon,
            "road_lat": round(on_road.lat, 7),
            "road_lon": round(on_road.lon, 7),
            "gap_m": gap_m,
        }
        for point, on_road, gap_m in zip(
            points, snapped.positions, snapped.gap_m.tolist(), strict=True
        )
    ]


def _snap_csv(rows: Sequence[dict[str, Any]], *, french: bool) -> bytes:
    """Return a table a spreadsheet opens by itself: in French with ; and decimal commas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if french else ",")
    writer.writerow(rows[0])
    for row in rows:
        cells = [str(cell) for cell in row.values()]
        # An id that begins like a formula would be one: a quotation mark keeps it a text.
        name = f"'{cells[0]}" if cells[0][0] in "=+-@\t\r" else cells[0]
        numbers = [cell.replace(".", ",") for cell in cells[1:]] if french else cells[1:]
        writer.writerow([name, *numbers])
    return text.getvalue().encode("utf-8-sig")


def _print_snapped(rows: Sequence[dict[str, Any]], terminal: Terminal) -> None:
    texts = terminal.texts
    table = Table(box=None)
    table.add_column(texts("cli.roads.snap.place"))
    table.add_column(texts("cli.roads.snap.gap"), justify="right")
    table.add_column(texts("cli.roads.snap.road"))
    for row in rows:
        road = f"{row['road_lat']:.6f}, {row['road_lon']:.6f}"
        table.add_row(escape(row["id"]), texts.amount(row["gap_m"], "m"), road)
    terminal.out.print(table)
