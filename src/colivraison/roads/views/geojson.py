"""Routes and isochrones as GeoJSON (RFC 7946), with the attribution the ODbL asks for.

Coordinates are [longitude, latitude] in WGS84 with seven decimals, as in OpenStreetMap.  The
licence stands in two foreign members of the collection (RFC 7946, 6.1).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from colivraison.domain import Position

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["area_feature", "feature_collection", "geojson_bytes", "line_feature"]

_DECIMALS = 7
_LICENCE = "ODbL-1.0"


def line_feature(line: Sequence[Position], properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a LineString; a line of less than two points has no geometry."""
    points = [_lon_lat(place.lon, place.lat) for place in line]
    geometry = {"type": "LineString", "coordinates": points} if len(points) > 1 else None
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def area_feature(area: BaseGeometry, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Polygon or MultiPolygon; an empty area has no geometry.

    Parameters
    ----------
    area
        In degrees, x = longitude. Outer rings are turned counterclockwise (RFC 7946, 3.1.6).
    """
    import shapely

    geometry = None
    if not area.is_empty:
        drawn = shapely.geometry.mapping(shapely.orient_polygons(area))
        geometry = {"type": drawn["type"], "coordinates": _rounded(drawn["coordinates"])}
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def feature_collection(
    features: Iterable[Mapping[str, Any]], *, attribution: str
) -> dict[str, Any]:
    """Return a FeatureCollection.

    Parameters
    ----------
    attribution
        Whose data the roads are; "" for an invented territory, which owes nobody anything.
    """
    whose = {"attribution": attribution, "license": _LICENCE} if attribution else {}
    return {"type": "FeatureCollection", **whose, "features": list(features)}


def geojson_bytes(collection: Mapping[str, Any]) -> bytes:
    """Return the text of a collection, UTF-8."""
    text = json.dumps(collection, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return (text + "\n").encode()


def _lon_lat(lon: float, lat: float) -> list[float]:
    return [round(lon, _DECIMALS), round(lat, _DECIMALS)]


def _rounded(coordinates: Any) -> Any:
    """Return nested coordinates with every number rounded."""
    if isinstance(coordinates[0], (int, float)):
        return _lon_lat(coordinates[0], coordinates[1])
    return [_rounded(part) for part in coordinates]
