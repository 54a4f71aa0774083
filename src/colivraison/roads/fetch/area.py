"""The area of a territory: a shape in degrees, its size, its margin and its tiles."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from colivraison.domain import Position
from colivraison.roads.geometry import EARTH_RADIUS_M

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Area", "area_km2", "quarters", "tiles"]

_TILE_KM = 22.0
"""Side of a tile: about 500 km2, which Overpass answers well within its three minutes."""

_DEGREE_KM = math.pi / 180 * EARTH_RADIUS_M / 1000
_SIMPLER_KM = 0.1
_MANY_POINTS = 400

_Coordinates = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A territory's outline.

    Parameters
    ----------
    name
        For the report.
    shape
        A shapely Polygon or MultiPolygon, x = longitude, y = latitude, valid and not empty.
    notes
        What a person should know of how it came about.
    """

    name: str
    shape: BaseGeometry
    notes: tuple[str, ...] = ()

    @classmethod
    def of_box(cls, box: tuple[float, float, float, float]) -> Area:
        """Return the area of south, west, north, east."""
        import shapely

        south, west, north, east = box
        return cls(name=_name_of(box), shape=shapely.box(west, south, east, north))

    @classmethod
    def of_positions(cls, positions: Iterable[Position]) -> Area:
        """Return the convex hull of positions: a point or a line until a margin is added."""
        import shapely

        points = shapely.MultiPoint([(place.lon, place.lat) for place in positions])
        west, south, east, north = points.bounds
        return cls(name=_name_of((south, west, north, east)), shape=points.convex_hull)

    def with_margin(self, margin_km: float) -> Area:
        """Return the area grown by a margin, with at most a few hundred points.

        An outline of many thousand points makes Overpass slow; a simpler one is taken that holds
        every point of the finer one.
        """
        import shapely

        finer = shapely.get_num_coordinates(self.shape) > _MANY_POINTS
        grow_km = margin_km + (_SIMPLER_KM if finer else 0.0)
        if grow_km == 0:
            return self
        middle = self.shape.centroid.y
        shape: BaseGeometry = _flat(self.shape, middle).buffer(grow_km, quad_segs=8)
        if finer:
            shape = shape.simplify(_SIMPLER_KM)
        return Area(name=self.name, shape=_in_range(_round_earth(shape, middle)), notes=self.notes)


def _name_of(box: tuple[float, float, float, float]) -> str:
    """Return south, west, north, east as people read them, to six digits."""
    return ",".join(f"{edge:g}" for edge in box)


def _flat(shape: BaseGeometry, middle: float) -> BaseGeometry:
    """Return a shape in kilometres on a plane that is true at one latitude.

    Good enough for margins: 100 km farther north it is 3 % wrong at the latitudes of France.
    """
    import shapely

    scale = np.array([_DEGREE_KM * math.cos(math.radians(middle)), _DEGREE_KM])
    return shapely.transform(shape, lambda points: points * scale)


def _round_earth(shape: BaseGeometry, middle: float) -> BaseGeometry:
    import shapely

    scale = np.array([_DEGREE_KM * math.cos(math.radians(middle)), _DEGREE_KM])
    return shapely.transform(shape, lambda points: points / scale)


def _in_range(shape: BaseGeometry) -> BaseGeometry:
    import shapely

    return shape.intersection(shapely.box(-180, -90, 180, 90))


def area_km2(shape: BaseGeometry) -> float:
    """Return the size of a shape in degrees, on a sphere (cylindrical equal-area projection)."""
    import shapely

    radius_km = EARTH_RADIUS_M / 1000

    def equal_area(points: _Coordinates) -> _Coordinates:
        x, y = np.radians(points).T
        return radius_km * np.column_stack([x, np.sin(y)])

    projected: Callable[..., Any] = shapely.transform
    return float(projected(shape, equal_area).area)


def tiles(shape: BaseGeometry) -> list[BaseGeometry]:
    """Return a shape cut into parts of at most a tile's size, from south-west to north-east."""
    west, south, east, north = shape.bounds
    narrow = math.cos(math.radians((south + north) / 2))
    rows = max(1, math.ceil((north - south) * _DEGREE_KM / _TILE_KM))
    columns = max(1, math.ceil((east - west) * _DEGREE_KM * narrow / _TILE_KM))
    return _cells(shape, rows, columns)


def quarters(shape: BaseGeometry) -> list[BaseGeometry]:
    """Return a tile cut in four: what to ask when a server found it too much."""
    return _cells(shape, 2, 2)


def _cells(shape: BaseGeometry, rows: int, columns: int) -> list[BaseGeometry]:
    import shapely

    if rows == columns == 1:
        return [shape]
    west, south, east, north = shape.bounds
    x = np.linspace(west, east, columns + 1)
    y = np.linspace(south, north, rows + 1)
    parts = (
        shape.intersection(shapely.box(x[column], y[row], x[column + 1], y[row + 1]))
        for row in range(rows)
        for column in range(columns)
    )
    # A cell may touch the shape in a line or a point: nothing is asked for that.
    return [part for part in parts if part.area > 0]
