"""A workbook's sheets as rows of text.

openpyxl parses with defusedxml (a run-time dependency it finds by itself), so that no entity is
ever expanded; sizes are checked before it opens anything (``sniff.require_sound_zip``).
"""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml import DEFUSEDXML

from colivraison.errors import Fault, Where
from colivraison.interchange.refused import Refused
from colivraison.interchange.sniff import require_sound_zip
from colivraison.interchange.tables import MOST_ROWS, RawRow, shortened, trimmed

__all__ = ["RawSheet", "workbook_sheets"]

assert DEFUSEDXML, "openpyxl does not find defusedxml"

# Beyond these a sheet holds nothing a case needs; a lone cell at XFD1 costs nothing.
_MOST_COLUMNS = 60
# A stray cell far below would have the empty lines before it read one by one.
_LAST_ROW = 3 * MOST_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """One sheet: its name, its lines that hold something, whether people see it."""

    name: str
    hidden: bool
    rows: tuple[RawRow, ...]
    faults: tuple[Fault, ...]


def workbook_sheets(file: str, data: bytes) -> list[RawSheet]:
    """Return the sheets of a workbook; formulas count by the value the spreadsheet last saw.

    Raises
    ------
    Refused
        ``unreadable_file`` or ``file_too_large``.
    """
    require_sound_zip(data)
    try:
        with warnings.catch_warnings():
            # Features of no interest here (drawings, validation lists) are announced one by one.
            warnings.simplefilter("ignore", UserWarning)
            values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
            return [
                _sheet(file, value_sheet, formulas[value_sheet.title])
                for value_sheet in values.worksheets
            ]
    except (
        *(zipfile.BadZipFile, zlib.error, InvalidFileException, DefusedXmlException, ParseError),
        # What openpyxl lets through when parts are missing or hold nonsense.
        *(KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError),
        *(OverflowError, NotImplementedError, RecursionError),
    ) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("unreadable_file") from error


def _sheet(file: str, values: Any, formulas: Any) -> RawSheet:
    rows: list[RawRow] = []
    faults: list[Fault] = []
    for number, pairs in _pairs(values, formulas):
        if number > _LAST_ROW:
            where = Where(file=file, sheet=values.title, row=number)
            faults.append(Fault(code="too_many_rows", where=where, details={"most": MOST_ROWS}))
            break
        cells = tuple(trimmed(_text(value)) for value, _ in pairs)
        for place, (value, is_formula) in enumerate(pairs, start=1):
            if is_formula and value is None:
                column = get_column_letter(place)
                where = Where(file=file, sheet=values.title, row=number, column=column)
                faults.append(Fault(code="formula_without_value", where=where))
        if not any(cells):
            continue
        if len(rows) > MOST_ROWS:
            where = Where(file=file, sheet=values.title, row=number)
            faults.append(Fault(code="too_many_rows", where=where, details={"most": MOST_ROWS}))
            break
        rows.append(RawRow(number=number, cells=cells))
    return RawSheet(
        name=values.title,
        hidden=values.sheet_state != "visible",
        rows=tuple(rows),
        faults=tuple(faults),
    )


def _pairs(values: Any, formulas: Any) -> Iterator[tuple[int, list[tuple[Any, bool]]]]:
    """Yield each row's number, values, and whether each stems from a formula."""
    for sheet in (values, formulas):
        # A wrong size in the file would hide rows; without it every row that is there is read.
        sheet.reset_dimensions()
    rows = zip(
        values.iter_rows(max_col=_MOST_COLUMNS),
        formulas.iter_rows(max_col=_MOST_COLUMNS),
        strict=True,
    )
    for number, (value_cells, formula_cells) in enumerate(rows, start=1):
        yield (
            number,
            [
                (value.value, formula.data_type == "f")
                for value, formula in zip(value_cells, formula_cells, strict=True)
            ],
        )


def _text(value: Any) -> str:
    """Return a cell's value as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return shortened(value) if isinstance(value, bytes) else str(value)
