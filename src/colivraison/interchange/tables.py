"""Tables as rows of text, and how a CSV file becomes one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from colivraison.errors import Fault, Where
from colivraison.interchange.columns import TABLES, TableSpec
from colivraison.interchange.refused import Refused
from colivraison.interchange.sniff import text_of

__all__ = ["MOST_ROWS", "RawRow", "Table", "csv_rows", "table_of"]

MOST_ROWS = 20_000
# A title or two may stand above the headers.
_ROWS_BEFORE_HEADER = 20
_SHORTEN_TO = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One line: its number in the spreadsheet and its cells as text, trimmed."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose headers were understood.

    Parameters
    ----------
    headers
        Header as the person wrote it, by field.
    rows
        Each row's number and its cells by field; cells that are empty are absent.
    spoilt
        Numbers of rows with more cells than there are headers: a separator stands inside a cell,
        so that nothing behind it can be trusted.
    """

    spec: TableSpec
    file: str
    sheet: str
    headers: dict[str, str]
    rows: tuple[tuple[int, dict[str, str]], ...]
    spoilt: frozenset[int] = frozenset()


def csv_rows(data: bytes, spec: TableSpec | None = None) -> list[RawRow]:
    """Return the lines of a CSV file.

    The separator is the one of ``;``, ``,`` and tab whose header line matches most known headers.

    Raises
    ------
    Refused
        ``unreadable_file`` or ``too_many_rows``.
    """
    text = text_of(data)
    specs = TABLES if spec is None else (spec,)
    best: list[RawRow] = []
    best_score = -1
    for delimiter in ";,\t":
        start = _parse(text, delimiter, most=_ROWS_BEFORE_HEADER)
        score = max((_known(one, row) for one in specs for row in start), default=0)
        if score > best_score:
            best_score, best_delimiter = score, delimiter
    best = _parse(text, best_delimiter, most=MOST_ROWS + _ROWS_BEFORE_HEADER + 1)
    if len(best) > MOST_ROWS + _ROWS_BEFORE_HEADER:
        raise Refused("too_many_rows", most=MOST_ROWS)
    return best


def _parse(text: str, delimiter: str, most: int) -> list[RawRow]:
    rows: list[RawRow] = []
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1
        ):
            row = RawRow(number=number, cells=tuple(map(trimmed, cells)))
            if any(row.cells):
                rows.append(row)
            if len(rows) >= most:
                break
    except csv.Error as error:
        raise Refused("unreadable_file") from error
    return rows


def trimmed(cell: str) -> str:
    """Return a cell without spaces around it and without the mark that neutralises a formula."""
    bare = cell.strip().strip("\u00a0\u202f\ufeff").strip()
    if len(bare) > 1 and bare[0] == "'" and bare[1] in "=+-@\t\r":
        return bare[1:]
    return bare


def _known(spec: TableSpec, row: RawRow) -> int:
    return len({spec.field_of(cell) for cell in row.cells if cell} - {None})


def table_of(
    spec: TableSpec, rows: Sequence[RawRow], file: str, sheet: str
) -> tuple[Table, list[Fault], list[Fault]]:
    """Return a table, its faults and its warnings.

    The header is the first of the first lines that holds most known headers; lines whose first
    filled cell begins with ``#`` are remarks.
    """
    faults: list[Fault] = []
    warnings: list[Fault] = []
    lines = [row for row in rows if not _remark(row)]
    header = max(
        lines[:_ROWS_BEFORE_HEADER], key=lambda row: (_known(spec, row), -row.number), default=None
    )
    headers: dict[str, str] = {}
    places: dict[int, str] = {}
    if header is not None:
        for index, cell in enumerate(header.cells):
            field = spec.field_of(cell) if cell else None
            where = Where(file=file, sheet=sheet, row=header.number, column=shortened(cell))
            if cell and field is None:
                warnings.append(Fault(code="unknown_column", where=where, value=shortened(cell)))
            elif field is not None and field in headers:
                faults.append(Fault(code="duplicate_column", where=where, value=shortened(cell)))
            elif field is not None:
                headers[field] = cell
                places[index] = field
    header_row = header.number if header is not None else 1
    faults += [
        Fault(
            code="missing_column",
            where=Where(file=file, sheet=sheet, row=header_row),
            value=column.names[0],
            details={"headers": ", ".join(dict.fromkeys(column.names[:2]))},
        )
        for column in spec.columns
        if column.required and column.field not in headers
    ]
    width = max((i for i, c in enumerate(header.cells) if c), default=-1) if header else -1
    spoilt = {
        row.number: next(cell for cell in row.cells[width + 1 :] if cell)
        for row in lines
        if row.number > header_row and any(row.cells[width + 1 :])
    }
    faults += [
        Fault(
            code="too_many_cells",
            where=Where(file=file, sheet=sheet, row=number),
            value=shortened(cell),
        )
        for number, cell in spoilt.items()
    ]
    return (
        Table(
            spec=spec,
            file=file,
            sheet=sheet,
            headers=headers,
            rows=tuple(_filled(lines, header_row, places)),
            spoilt=frozenset(spoilt),
        ),
        faults,
        warnings,
    )


def shortened(value: object) -> str:
    """Return a value as text of at most 200 characters, for a fault."""
    text = str(value)
    return text if len(text) <= _SHORTEN_TO else text[: _SHORTEN_TO - 1] + "…"


def _remark(row: RawRow) -> bool:
    return next(cell for cell in row.cells if cell).startswith("#")


def _filled(
    lines: Iterable[RawRow], header_row: int, places: dict[int, str]
) -> Iterable[tuple[int, dict[str, str]]]:
    for row in lines:
        cells = {places[i]: cell for i, cell in enumerate(row.cells) if cell and i in places}
        if row.number > header_row and cells:
            yield row.number, cells
