"""Reading a polygon somebody drew: GeoJSON (RFC 7946) or Osmosis' ``.poly``.

``.poly``: a title, then rings, each a name (``!`` before it makes a hole), lines of longitude and
latitude, ``END``; a last ``END`` closes the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colivraison.errors import Fault, InputError, Where
from colivraison.roads.fetch.area import Area
from colivraison.roads.storing.refused import file_fault

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["read_polygon", "shape_of_geojson"]

_LARGEST_BYTES = 50_000_000


def read_polygon(path: Path) -> Area:
    """Return the area a file describes.

    Raises
    ------
    InputError
        ``file_not_found``, ``file_refused``, ``fetch_polygon_too_large``,
        ``fetch_polygon_unreadable``, ``fetch_polygon_without_area``,
        ``fetch_polygon_not_in_degrees``.
    """
    import shapely

    if fault := file_fault(path, folder="file_not_found"):
        raise InputError([fault])
    if path.stat().st_size > _LARGEST_BYTES:
        raise _fault("fetch_polygon_too_large", path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        shape = (
            shape_of_geojson(json.loads(text))
            if text.lstrip().startswith("{")
            else _shape_of_poly(text)
        )
    # A value of the wrong kind anywhere in somebody else's file shows as one of these.
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError,
            OverflowError, shapely.errors.ShapelyError) as error:  # fmt: skip
        raise _fault("fetch_polygon_unreadable", path) from error
    if shape.is_empty or shape.area == 0:
        raise _fault("fetch_polygon_without_area", path)
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _fault("fetch_polygon_not_in_degrees", path)
    return Area(name=path.name, shape=shape)


def _fault(code: str, path: Path) -> InputError:
    return InputError([Fault(code=code, where=Where(file=path.name), value=path.name)])


def shape_of_geojson(document: Any) -> BaseGeometry:
    """Return all the polygons of a GeoJSON object as one shape; lines and points are left out.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError
        When it is no GeoJSON.
    """
    return _surface(list(_polygons(document)))


def _polygons(document: Any) -> Iterator[BaseGeometry]:
    import shapely

    kind = document["type"]
    if kind == "FeatureCollection":
        for feature in document["features"]:
            yield from _polygons(feature)
    elif kind == "Feature":
        if document["geometry"] is not None:
            yield from _polygons(document["geometry"])
    elif kind == "GeometryCollection":
        for geometry in document["geometries"]:
            yield from _polygons(geometry)
    elif kind in {"Polygon", "MultiPolygon"}:
        rings = document["coordinates"]
        for polygon in [rings] if kind == "Polygon" else rings:
            # A third number is a height.
            outer, *holes = [[_point(*point[:2]) for point in ring] for ring in polygon]
            yield shapely.Polygon(outer, holes)
    elif kind not in {"Point", "MultiPoint", "LineString", "MultiLineString"}:
        raise ValueError(f"unknown GeoJSON type {kind!r}")


def _shape_of_poly(text: str) -> BaseGeometry:
    import shapely

    lines = [line.strip() for line in text.splitlines() if line.strip()]
    outer: list[BaseGeometry] = []
    holes: list[BaseGeometry] = []
    at = 1  # after the title
    while lines[at].upper() != "END":
        ring, name = [], lines[at]
        at += 1
        while lines[at].upper() != "END":
            x, y = lines[at].split()[:2]
            ring.append(_point(float(x), float(y)))
            at += 1
        at += 1
        (holes if name.startswith("!") else outer).append(shapely.Polygon(ring))
        if at >= len(lines):
            raise ValueError("the last END is missing")
    return _surface(outer).difference(_surface(holes))


def _point(x: float, y: float) -> tuple[float, float]:
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError("a coordinate is no number")
    return float(x), float(y)


def _surface(polygons: list[BaseGeometry]) -> BaseGeometry:
    """Return the union; outlines that cross themselves are mended, slivers of no area dropped."""
    import shapely

    united = shapely.union_all([shapely.make_valid(one) for one in polygons])
    parts = [part for part in shapely.get_parts(united) if part.geom_type == "Polygon"]
    return shapely.union_all(parts)
