"""Closures from a file: GeoJSON as a map editor saves it, or a table (``table``).

GeoJSON (RFC 7946): polygons, lines, points, or features without geometry that name ways.  The
properties, in English or in French, are in ``FIELDS``.  What a map editor adds on its own
(colours, ids) is passed over.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from colivraison.errors import Fault, InputError, Where
from colivraison.roads.closures.fields import FIELDS, closure_of, field_named
from colivraison.roads.closures.kinds import Closure, ClosurePlace, PlaceKind, Ring
from colivraison.roads.closures.table import closures_in_table
from colivraison.roads.tables.sheet import read_bytes, word

__all__ = ["read_closures"]

MOST_FAULTS = 200
"""So many faults are told; a file that has more is another kind of file."""

_SIMILAR = 0.8
# What map editors write into `properties`, and would look like one of our names.
_EDITORS = frozenset({"fid", "stroke", "fill", "title", "description", "type", "source", "layer"})

# Kind, and how many lists of lists a GeoJSON geometry of each type is.
_SHAPES = {
    "Point": (PlaceKind.POINTS, 0),
    "MultiPoint": (PlaceKind.POINTS, 1),
    "LineString": (PlaceKind.LINES, 1),
    "MultiLineString": (PlaceKind.LINES, 2),
    "Polygon": (PlaceKind.AREAS, 2),
    "MultiPolygon": (PlaceKind.AREAS, 3),
}


class _NotGeoJsonError(ValueError):
    """The text is JSON and says something else."""


def read_closures(path: Path) -> tuple[Closure, ...]:
    """Return the closures of a file.

    Raises
    ------
    InputError
        Every fault of the file at once: ``closures_*`` about the file, ``closure_*`` about one
        closure (its number is in the details), ``roads_*`` and those of a position about the table.
    """
    data = read_bytes(path)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        closures, faults = _from_geojson(data, path.name)
    else:
        closures, faults = closures_in_table(data, path.name)
    if not closures and not faults:
        faults = [Fault(code="closures_empty", where=Where(file=path.name), value=path.name)]
    if faults:
        raise InputError(faults[:MOST_FAULTS])
    return tuple(closures)


def _from_geojson(data: bytes, file: str) -> tuple[list[Closure], list[Fault]]:
    where = Where(file=file)
    try:
        features = _features(json.loads(data.decode("utf-8-sig"), parse_constant=_refuse))
    except (ValueError, RecursionError) as error:
        code = (
            "closures_not_geojson" if isinstance(error, _NotGeoJsonError) else "closures_bad_json"
        )
        return [], [Fault(code=code, where=where, value=file)]
    closures: list[Closure] = []
    faults: list[Fault] = []
    for index, feature in enumerate(features):
        closure, found = _closure(feature, index, file)
        closures += [closure] if closure else []
        faults += found
    return closures, faults


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number in JSON")


def _features(document: object) -> list[dict[str, Any]]:
    """Return the features of a collection, or the one that stands alone."""
    kind = document.get("type") if isinstance(document, dict) else None
    features = document.get("features") if isinstance(document, dict) else None
    if kind == "Feature":
        features = [document]
    elif kind != "FeatureCollection":
        raise _NotGeoJsonError("neither a feature nor a collection of features")
    if not isinstance(features, list) or not all(
        isinstance(feature, dict) and feature.get("type") == "Feature" for feature in features
    ):
        raise _NotGeoJsonError("its features are no list of features")
    return features


def _closure(
    feature: Mapping[str, Any], index: int, file: str
) -> tuple[Closure | None, list[Fault]]:
    number = index + 1
    pointer = f"/features/{index}"
    faults: list[Fault] = []
    values: dict[str, object] = {}
    columns: dict[str, Where] = {}
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        properties = {}
        faults.append(_fault("closure_bad_properties", number, Where(file=file, pointer=pointer)))
    for name, value in properties.items():
        where = Where(file=file, pointer=f"{pointer}/properties/{_escaped(name)}")
        field = field_named(name)
        if field is None:
            faults += _slip(name, number, where)
        elif field in values:
            faults.append(_fault("closure_property_twice", number, where, name))
        elif value is not None and value != "":
            values[field] = value
            columns[field] = where
    place, found = _place(
        feature.get("geometry"), number, Where(file=file, pointer=f"{pointer}/geometry")
    )
    faults += found
    closure, found = closure_of(
        values,
        number=number,
        where=Where(file=file, pointer=pointer),
        columns=columns,
        place=place,
        drawn=feature.get("geometry") is not None,
    )
    faults += found
    return (None if faults else closure), faults


def _fault(code: str, number: int, where: Where, value: object = "") -> Fault:
    return Fault(code=code, where=where, value=str(value)[:200], details={"number": number})


def _escaped(name: str) -> str:
    """Return a name as RFC 6901 writes it in a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _slip(name: str, number: int, where: Where) -> list[Fault]:
    """Return a fault where a property looks like one of ours, written wrong."""
    if word(name) in _EDITORS:
        return []
    known = {word(one): names[0] for names in FIELDS.values() for one in names}
    close = get_close_matches(word(name), known, n=1, cutoff=_SIMILAR)
    if not close:
        return []
    details: dict[str, str | int] = {"number": number, "known": known[close[0]]}
    return [Fault(code="closure_property_misspelt", where=where, value=name, details=details)]


def _place(geometry: object, number: int, where: Where) -> tuple[ClosurePlace, list[Fault]]:
    """Return where a closure is drawn, and what is wrong with the drawing."""
    nowhere = ClosurePlace()
    if geometry is None:
        return nowhere, []
    kind_text = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind_text not in _SHAPES:
        return nowhere, [_fault("closure_unknown_geometry", number, where, kind_text)]
    kind, depth = _SHAPES[kind_text]
    try:
        parts = _parts(geometry.get("coordinates"), kind, depth)
    # A whole number of some hundred digits is no float at all: an OverflowError.
    except (TypeError, ValueError, LookupError, OverflowError):
        return nowhere, [_fault("closure_bad_geometry", number, where, kind_text)]
    for part in parts:
        for ring in part:
            for lon, lat in ring:
                if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                    value = f"{lon:g} {lat:g}"
                    return nowhere, [_fault("closure_not_in_degrees", number, where, value)]
    return ClosurePlace(kind=kind, parts=parts), []


def _parts(coordinates: Any, kind: PlaceKind, depth: int) -> tuple[tuple[Ring, ...], ...]:
    """Return the parts of a drawing; see ``_place`` for what it raises where it is none."""
    parts: tuple[tuple[Ring, ...], ...]
    if kind is PlaceKind.POINTS:
        points = [coordinates] if depth == 0 else coordinates
        parts = tuple(((_point(point),),) for point in points)
    elif kind is PlaceKind.LINES:
        lines = [coordinates] if depth == 1 else coordinates
        parts = tuple((_ring(line, least=2),) for line in lines)
    else:
        polygons = [coordinates] if depth == 2 else coordinates
        parts = tuple(tuple(_ring(ring, least=4) for ring in polygon) for polygon in polygons)
        if any(ring[0] != ring[-1] for part in parts for ring in part):
            raise ValueError("a ring is closed")
    if not parts or not all(parts):
        raise ValueError("nothing is drawn")
    return parts


def _ring(points: Any, least: int) -> Ring:
    ring = tuple(_point(point) for point in points)
    if len(ring) < least or len(set(ring)) < min(least, 3):
        raise ValueError("too few points")
    return ring


def _point(point: Any) -> tuple[float, float]:
    lon, lat = point[0], point[1]
    if isinstance(lon, bool) or isinstance(lat, bool) or isinstance(point, str):
        raise TypeError("a coordinate is a number")
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise ValueError("a coordinate is finite")
    return float(lon), float(lat)
