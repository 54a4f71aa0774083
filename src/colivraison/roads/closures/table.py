"""Closures from a table: one a line, that names ways, a position on the road, or both."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from colivraison.domain import Position
from colivraison.errors import Fault, Where
from colivraison.roads.closures.fields import FIELDS, closure_of
from colivraison.roads.closures.kinds import Closure, ClosurePlace, PlaceKind
from colivraison.roads.tables.sheet import Sheet, number_in, read_sheet

__all__ = ["TABLE_FIELDS", "closures_in_table"]

_POSITION = ("lat", "lon")

TABLE_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **FIELDS,
        "lat": ("lat", "latitude"),
        "lon": ("lon", "longitude", "lng", "long"),
    }
)
"""Headers of a table. In GeoJSON the drawing says where; what else is called so is passed over."""


def closures_in_table(data: bytes, file: str) -> tuple[list[Closure], list[Fault]]:
    """Return the closures of a CSV file and everything that is wrong with it.

    Returns
    -------
    The closures and the faults: those of ``read_sheet``, ``closures_without_place`` where no
    column says which roads, ``closure_*`` about one closure, ``point_without``,
    ``bad_coordinate``, ``swapped_coordinates`` and ``place_out_of_range`` about its position.
    """
    sheet, faults = _sheet(data, file)
    closures: list[Closure] = []
    for number, (row, cells) in enumerate(sheet.rows, start=1):
        where = Where(file=file, row=row)
        columns = {
            field: Where(file=file, row=row, column=title) for field, title in sheet.headers.items()
        }
        place, found = _place(cells, where, columns)
        faults += found
        closure, found = closure_of(
            cells,
            number=number,
            where=where,
            columns={field: columns[field] for field in cells},
            place=place,
            drawn=any(field in cells for field in _POSITION),
        )
        faults += found
        closures += [closure] if closure else []
    return closures, faults


def _sheet(data: bytes, file: str) -> tuple[Sheet, list[Fault]]:
    """Return the table; its columns say which roads by ``osm_way``, by a position, or by both."""
    places = ("osm_way", *_POSITION)
    _, faults = read_sheet(data, file, names=TABLE_FIELDS, required=places)
    missing = {fault.value for fault in faults if fault.code == "roads_column_missing"}
    given = [field for field in places if TABLE_FIELDS[field][0] not in missing]
    # One half of a position calls for the other.
    needed = _POSITION if any(field in given for field in _POSITION) else tuple(given)
    sheet, faults = read_sheet(data, file, names=TABLE_FIELDS, required=("effect", *needed))
    if not given:
        sheet = Sheet(headers={}, rows=())
        where = Where(file=file, row=1)
        faults = [Fault(code="closures_without_place", where=where, value=file), *faults]
    return sheet, faults


def _place(
    cells: Mapping[str, str], where: Where, columns: Mapping[str, Where]
) -> tuple[ClosurePlace, list[Fault]]:
    """Return the position of a line as a drawing, and what is wrong with it."""
    nowhere = ClosurePlace()
    if not any(field in cells for field in _POSITION):
        return nowhere, []
    faults: list[Fault] = []
    found: list[float] = []
    for field in _POSITION:
        cell, column = cells.get(field, ""), columns[field]
        number = number_in(cell)
        if not cell:
            faults.append(Fault(code="point_without", where=column, value=column.column))
        elif number is None:
            faults.append(Fault(code="bad_coordinate", where=column, value=cell[:200]))
        else:
            found.append(number)
    if faults:
        return nowhere, faults
    lat, lon = found
    try:
        position = Position(lat=lat, lon=lon)
    except ValueError:
        swapped = abs(lat) <= 180 and abs(lon) <= 90
        code = "swapped_coordinates" if swapped else "place_out_of_range"
        value = f"{cells['lat']}, {cells['lon']}"[:200]
        return nowhere, [Fault(code=code, where=where, value=value)]
    parts = ((((position.lon, position.lat),),),)
    return ClosurePlace(kind=PlaceKind.POINTS, parts=parts), []
