"""``points.csv``: the places of a matrix or a route, one a line: ``id, lat, lon``.

Where there is no ``id`` a column ``nom`` stands for it; without either, the places are numbered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from colivraison.domain import Position
from colivraison.errors import Fault, InputError, Where
from colivraison.roads.tables.sheet import number_in, read_bytes, read_sheet

__all__ = ["Point", "read_points"]

_HEADERS = {
    "id": ("id", "identifiant", "code", "ref", "reference"),
    "name": ("nom", "name"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "longitude", "lng", "long"),
}
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place of the file.

    Parameters
    ----------
    where
        Its line, for what is found out about it later.
    """

    id: str
    position: Position
    where: Where


def read_points(path: Path) -> tuple[Point, ...]:
    """Read the places of a CSV file, in its order.

    Commas, semicolons or tabs part the cells, numbers may have a decimal comma, headers may be
    French; other columns are left aside.  A place is called by its id; where the table has no such
    column, by its name; where it has neither, by its number in the file: 1, 2, 3.

    Raises
    ------
    InputError
        The faults of ``sheet``, or every one of ``no_points``, ``point_without``,
        ``bad_coordinate``, ``swapped_coordinates`` (the latitude is only possible as a longitude),
        ``place_out_of_range`` and ``duplicate_point``.
    """
    data = read_bytes(path)
    nothing = Fault(code="no_points", where=Where(file=path.name), value=path.name)
    if not data.strip():
        raise InputError([nothing])
    sheet, faults = read_sheet(data, path.name, names=_HEADERS, required=("lat", "lon"))
    if not sheet.headers:
        raise InputError(faults)
    called = next((field for field in ("id", "name") if field in sheet.headers), None)
    points: list[Point] = []
    count = 0
    first_line: dict[str, int] = {}
    for row, cells in sheet.rows:
        where = Where(file=path.name, row=row)
        if not cells:  # a remark in a column of its own
            continue
        wrong, position = _position(cells, where, sheet.headers)
        faults += wrong
        count += 1
        name = str(count) if called is None else cells.get(called, "")
        if called is not None and not name:
            faults.append(_missing(called, where, sheet.headers))
        elif name in first_line:
            faults.append(
                Fault(
                    code="duplicate_point",
                    where=where,
                    value=name[:_MOST_SHOWN],
                    details={"first_row": first_line[name]},
                )
            )
        first_line.setdefault(name, row)
        if position is not None:
            points.append(Point(id=name, position=position, where=where))
    if not faults and not points:
        faults.append(nothing)
    if faults:
        raise InputError(faults)
    return tuple(points)


def _position(
    cells: Mapping[str, str], where: Where, headers: Mapping[str, str]
) -> tuple[Iterable[Fault], Position | None]:
    """Return the position of a line, or what is wrong with it."""
    faults: list[Fault] = []
    found: dict[str, float] = {}
    for field in ("lat", "lon"):
        cell = cells.get(field)
        if cell is None:
            faults.append(_missing(field, where, headers))
            continue
        number = number_in(cell)
        if number is None:
            column = Where(file=where.file, row=where.row, column=headers[field])
            faults.append(Fault(code="bad_coordinate", where=column, value=cell[:_MOST_SHOWN]))
        else:
            found[field] = number
    if faults:
        return faults, None
    lat, lon = found["lat"], found["lon"]
    try:
        return (), Position(lat=lat, lon=lon)
    except ValueError:
        swapped = abs(lat) <= 180 and abs(lon) <= 90
        code = "swapped_coordinates" if swapped else "place_out_of_range"
        return [Fault(code=code, where=where, value=f"{cells['lat']}, {cells['lon']}"[:200])], None


def _missing(field: str, where: Where, headers: Mapping[str, str]) -> Fault:
    column = Where(file=where.file, row=where.row, column=headers[field])
    return Fault(code="point_without", where=column, value=headers[field])
