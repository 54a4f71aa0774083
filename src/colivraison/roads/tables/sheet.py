"""Small tables that a person fills in a spreadsheet and saves as CSV.

Headers are known by several names (French and English); commas, semicolons and tabs part the
cells; a number may have a decimal comma; a date may be written ``23/11/2026``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from colivraison.errors import Fault, InputError, Where
from colivraison.roads.storing.refused import refusal

__all__ = ["MOST_BYTES", "Sheet", "date_in", "number_in", "read_bytes", "read_sheet", "word"]

MOST_BYTES = 20 * 1024 * 1024
"""Largest file read; a year of rounds or all the closures of a region take a tenth of it."""

_SIMILAR = 0.8
"""A header this like a known one is a slip of the pen (share of equal letters, 0 to 1)."""

_SEPARATORS = ";,\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table whose headers were understood.

    Parameters
    ----------
    headers
        Header as the person wrote it, by field.
    rows
        Number of each line as a spreadsheet shows it, and its filled cells by field.
    """

    headers: Mapping[str, str]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def word(text: str) -> str:
    """Return a word as it is compared: small letters without accents, ``_`` between its parts."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return "_".join(re.findall(r"[^\W_]+", bare))


def number_in(text: str) -> float | None:
    """Return the finite number in a cell (``1,25``, ``1.25``), or None where it holds none."""
    try:
        number = float(text.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def date_in(text: str) -> dt.date | None:
    """Return the date in a cell (``2026-11-23``, ``23/11/2026``), or None where it holds none."""
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip()):
        year, month, day = match.groups()
    elif match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip()):
        day, month, year = match.groups()
    else:
        return None
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def read_bytes(path: Path) -> bytes:
    """Return the content of a file that a person hands in.

    Raises
    ------
    InputError
        ``file_not_found``, ``file_refused`` (by the system), ``roads_file_unreadable`` (a folder)
        or ``roads_file_too_large``.
    """
    where, value = Where(file=path.name), path.name
    try:
        # One byte more than is allowed tells a file that is too large; the rest is not read.
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except IsADirectoryError as error:
        raise InputError([Fault(code="roads_file_unreadable", where=where, value=value)]) from error
    except OSError as error:
        raise InputError([refusal(path, error)]) from error
    if len(data) > MOST_BYTES:
        details = {"most_mb": MOST_BYTES // 1024**2}
        raise InputError(
            [Fault(code="roads_file_too_large", where=where, value=value, details=details)]
        )
    return data


def read_sheet(
    data: bytes, file: str, *, names: Mapping[str, tuple[str, ...]], required: tuple[str, ...]
) -> tuple[Sheet, list[Fault]]:
    """Return a table and everything that is wrong with its form.

    Parameters
    ----------
    file
        Name of the file, for the faults.
    names
        The headers a field is known by, as people write them; the first is shown to people.
    required
        Fields without which the table says nothing.

    Returns
    -------
    The table and its faults: ``roads_file_unreadable``, ``roads_column_missing``,
    ``roads_column_twice``, ``roads_column_misspelt``, ``roads_too_many_cells``. Where columns are
    missing the table has no rows.
    """
    nothing = Sheet(headers={}, rows=())
    try:
        lines = _lines(_text(data))
    except (UnicodeDecodeError, csv.Error):
        fault = Fault(code="roads_file_unreadable", where=Where(file=file), value=file)
        return nothing, [fault]
    number, titles = lines[0] if lines else (1, [])
    field_of = {word(name): field for field, known in names.items() for name in known}
    headers: dict[str, str] = {}
    fields: list[str | None] = []
    faults: list[Fault] = []
    for title in titles:
        field = field_of.get(word(title))
        where = Where(file=file, row=number, column=title)
        if field is not None and field in headers:
            faults.append(Fault(code="roads_column_twice", where=where, value=title))
        elif field is not None:
            headers[field] = title
        elif close := get_close_matches(word(title), field_of, n=1, cutoff=_SIMILAR):
            details = {"known": names[field_of[close[0]]][0]}
            faults.append(
                Fault(code="roads_column_misspelt", where=where, value=title, details=details)
            )
        fields.append(field)
    for field in required:
        if field not in headers:
            details = {"headers": ", ".join(names[field])}
            where = Where(file=file, row=number)
            faults.append(
                Fault(
                    code="roads_column_missing",
                    where=where,
                    value=names[field][0],
                    details=details,
                )
            )
    if faults:
        return nothing, faults
    rows: list[tuple[int, Mapping[str, str]]] = []
    for line, cells in lines[1:]:
        spare = [cell for cell in cells[len(fields) :] if cell]
        if spare:
            where = Where(file=file, row=line)
            faults.append(Fault(code="roads_too_many_cells", where=where, value=spare[0][:200]))
            continue
        pairs = zip(fields, cells, strict=False)
        rows.append((line, {field: cell for field, cell in pairs if field and cell}))
    return Sheet(headers=headers, rows=tuple(rows)), faults


def _text(data: bytes) -> str:
    """Return the text of a CSV file: UTF-8 with its mark or without, else what Excel writes."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    if "\0" in text:
        raise csv.Error("a zero byte: this is no text")
    return text


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines that hold something, trimmed, by their number."""
    top = text.lstrip("\n\r").partition("\n")[0]
    # The separator of the header line: a decimal comma cannot stand there.
    separator = max(_SEPARATORS, key=top.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    # Spaces that do not break come along from word processors; strip() knows them.
    trimmed = ((number, [cell.strip() for cell in line]) for number, line in enumerate(reader, 1))
    return [(number, cells) for number, cells in trimmed if any(cells)]
