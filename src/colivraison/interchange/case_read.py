"""Reading a case: a folder of CSV files, a workbook or a JSON document."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from colivraison.errors import Fault, InputError, Where
from colivraison.interchange.case_build import CaseReading, built
from colivraison.interchange.case_draft import DraftCase
from colivraison.interchange.case_json import read_case_json
from colivraison.interchange.case_json_faults import shown
from colivraison.interchange.case_rows import add_table
from colivraison.interchange.columns import TABLES, TableSpec, table_named
from colivraison.interchange.gazetteer import Gazetteer
from colivraison.interchange.refused import Refused
from colivraison.interchange.sniff import (
    FILES_LEFT_ASIDE,
    MOST_BYTES,
    FileKind,
    kind_of,
    zip_files,
)
from colivraison.interchange.tables import RawRow, csv_rows, shortened, table_of
from colivraison.interchange.workbook import RawSheet, workbook_sheets

__all__ = ["bytes_of", "read_case", "read_case_bytes", "unreadable"]


def read_case(path: Path, *, gazetteer: Gazetteer | None, today: dt.date) -> CaseReading:
    """Return the case in a folder of CSV files, a workbook or a JSON document.

    Parameters
    ----------
    gazetteer
        Names and roads of the territory; None leaves distances to the road unchecked and refuses
        places given by name.
    today
        Day on which "the next Monday" is reckoned where no week is given.

    Raises
    ------
    InputError
        With every fault of the input at once.
    """
    try:
        if path.is_dir():
            return _read_folder(path, gazetteer=gazetteer, today=today)
    except OSError as error:
        # A folder that may not be listed or searched, a name the system finds too long.
        raise _refused(path, error) from error
    return read_case_bytes(path.name, bytes_of(path), gazetteer=gazetteer, today=today)


def read_case_bytes(
    name: str, data: bytes, *, gazetteer: Gazetteer | None, today: dt.date
) -> CaseReading:
    """Return the case in an uploaded workbook, JSON document or zipped folder; see ``read_case``.

    Parameters
    ----------
    name
        Name of the file as the person calls it, for the faults.
    """
    name = name.replace("\\", "/").rpartition("/")[2]
    try:
        kind = kind_of(name, data)
        document = _decoded(data) if kind is FileKind.JSON else None
        sheets = workbook_sheets(name, data) if kind is FileKind.WORKBOOK else []
        files = zip_files(data) if kind is FileKind.ZIP else []
    except Refused as refused:
        raise unreadable(name, refused) from refused
    if kind is FileKind.CSV:
        raise unreadable(name, Refused("lone_table"))
    if kind is FileKind.ZIP:
        return _read_files(name, files, gazetteer=gazetteer, today=today)
    if kind is FileKind.JSON:
        return read_case_json(document, gazetteer=gazetteer, today=today, file=name)
    return built(_workbook_draft(name, sheets), gazetteer=gazetteer, today=today)


def _workbook_draft(name: str, sheets: Iterable[RawSheet]) -> DraftCase:
    draft = DraftCase(file=name, by_name=True)
    tables: list[tuple[TableSpec, str, str, list[RawRow]]] = []
    for sheet in sheets:
        spec = table_named(sheet.name)
        if spec is None:
            continue
        if sheet.hidden:
            where = Where(file=name, sheet=sheet.name)
            draft.warnings.append(Fault(code="hidden_sheet", where=where, value=sheet.name))
            continue
        draft.faults += sheet.faults
        tables.append((spec, name, sheet.name, list(sheet.rows)))
    _add(draft, tables)
    return draft


def unreadable(name: str, refused: Refused, sheet: str = "") -> InputError:
    """Return the fault of a file of which nothing can be read."""
    where = Where(file=name, sheet=sheet)
    return InputError(
        [Fault(code=refused.code, where=where, value=shortened(name), details=refused.details)]
    )


def bytes_of(path: Path) -> bytes:
    """Return the content of a file that a person hands in, one byte too many where it is too large.

    Raises
    ------
    InputError
        ``missing_file`` or ``file_refused``.
    """
    try:
        # One byte more than is allowed tells a file that is too large; the rest is not read.
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise unreadable(path.name, Refused("missing_file")) from error
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> InputError:
    """Return the fault of what the system does not let us read."""
    why = error.strerror or type(error).__name__
    return unreadable(path.name, Refused("file_refused", why=why))


def _read_folder(folder: Path, *, gazetteer: Gazetteer | None, today: dt.date) -> CaseReading:
    draft = DraftCase(file=folder.name, by_name=True)
    files: list[tuple[str, bytes]] = []
    asides: list[tuple[str, bytes]] = []
    for path in folder.iterdir():
        spec = _table_in(path.name)
        if spec is None:
            if _looks_like_data(path.name) and path.is_file():
                asides.append((path.name, bytes_of(path)))
            continue
        try:
            files.append((path.name, bytes_of(path)))
        except InputError as error:
            draft.faults += error.faults
            draft.unread.add(spec.key)
    if not files and not draft.unread and (folder / "case.json").is_file():
        return read_case(folder / "case.json", gazetteer=gazetteer, today=today)
    _add(draft, _tables(draft, files))
    _judge_asides(draft, asides, folder)
    return built(draft, gazetteer=gazetteer, today=today)


def _read_files(
    name: str, files: Sequence[tuple[str, bytes]], *, gazetteer: Gazetteer | None, today: dt.date
) -> CaseReading:
    """Return the case in the files of a zipped folder."""
    draft = DraftCase(file=name, by_name=True)
    documents = [data for file, data in files if file == "case.json"]
    if documents and not any(_table_in(file) for file, _ in files):
        return read_case_bytes("case.json", documents[0], gazetteer=gazetteer, today=today)
    _add(draft, _tables(draft, files))
    asides = [f for f in files if _table_in(f[0]) is None and _looks_like_data(f[0])]
    _judge_asides(draft, asides, Path())
    return built(draft, gazetteer=gazetteer, today=today)


def _looks_like_data(file: str) -> bool:
    """Return whether a file that is no table may hold what somebody meant to be read."""
    # Spreadsheets leave locks beside what they have open: ~$modele.xlsx, .~lock.lieux.csv#.
    return file.lower().endswith(FILES_LEFT_ASIDE) and not file.startswith(("~", "."))


def _judge_asides(draft: DraftCase, asides: Iterable[tuple[str, bytes]], folder: Path) -> None:
    """Warn of the files that are not read; refuse empty tables beside a workbook that is filled.

    Raises
    ------
    InputError
        ``workbook_in_folder``.
    """
    empty = not _filled(draft) and all(fault.code == "missing_table" for fault in draft.faults)
    for file, data in sorted(asides):
        if file.lower().endswith(".xlsx"):
            try:
                inside = _workbook_draft(file, workbook_sheets(file, data))
            except Refused:
                inside = None  # left aside, as the warning says
            if inside is not None and not _filled(inside):
                continue  # the empty workbook of the template
            if inside is not None and empty:
                raise InputError(
                    [
                        Fault(
                            code="workbook_in_folder",
                            where=Where(file=draft.file),
                            value=shortened(file),
                            details={"path": shortened(folder / file)},
                        )
                    ]
                )
        draft.warnings.append(
            Fault(code="file_ignored", where=Where(file=file), value=shortened(file))
        )


def _filled(draft: DraftCase) -> bool:
    return bool(draft.producers or draft.sites or draft.vehicles or draft.orders)


def _table_in(file: str) -> TableSpec | None:
    stem, dot, ending = file.rpartition(".")
    return table_named(stem) if dot and ending.lower() in ("csv", "txt", "tsv") else None


def _tables(
    draft: DraftCase, files: Iterable[tuple[str, bytes]]
) -> list[tuple[TableSpec, str, str, list[RawRow]]]:
    """Return the tables among some files; what cannot be read is a fault of the draft."""
    tables: list[tuple[TableSpec, str, str, list[RawRow]]] = []
    for file, data in sorted(files):
        spec = _table_in(file)
        if spec is None:
            continue
        try:
            kind_of(file, data)
            tables.append((spec, file, spec.key, csv_rows(data, spec)))
        except Refused as refused:
            draft.faults += unreadable(file, refused, spec.key).faults
            draft.unread.add(spec.key)
    return tables


def _add(draft: DraftCase, tables: Iterable[tuple[TableSpec, str, str, list[RawRow]]]) -> None:
    """Read the tables that are there, in the order of ``TABLES``, and report those that are not."""
    given = list(tables)
    for spec in TABLES:
        of_spec = [entry for entry in given if entry[0] is spec]
        if not of_spec and spec.required and spec.key not in draft.unread:
            draft.faults.append(
                Fault(
                    code="missing_table",
                    where=Where(file=draft.file, sheet=spec.key),
                    value=spec.names[0],
                )
            )
            draft.unread.add(spec.key)
        for index, (_, file, sheet, rows) in enumerate(of_spec):
            if index > 0:
                where = Where(file=file, sheet=sheet)
                draft.faults.append(Fault(code="table_twice", where=where, value=spec.names[0]))
                continue
            table, faults, warnings = table_of(spec, rows, file, sheet)
            draft.faults += faults
            draft.warnings += warnings
            if not {"id", "name"} & set(table.headers) and spec.key in ("producers", "sites"):
                if table.rows or table.headers:
                    draft.faults.append(_no_name_column(file, sheet))
                draft.unread.add(spec.key)
                continue
            if any(fault.code == "missing_column" for fault in faults) and not table.rows:
                draft.unread.add(spec.key)
            add_table(draft, table)


def _no_name_column(file: str, sheet: str) -> Fault:
    return Fault(
        code="missing_column",
        where=Where(file=file, sheet=sheet, row=1),
        value="identifiant",
        details={"headers": "identifiant, nom, id, name"},
    )


def _decoded(data: bytes) -> Any:
    """Return a JSON document.

    Raises
    ------
    Refused
        ``json_not_utf8``, ``json_too_deep``, ``json_key_twice``, ``json_no_number``, or
        ``bad_json`` with line and column.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twin = next(key for key in keys if keys.count(key) > 1)
            raise Refused("json_key_twice", key=shown(twin))
        return found

    def constant(text: str) -> Any:
        raise Refused("json_no_number", number=text)

    def whole(text: str) -> int:
        try:
            return int(text)
        except ValueError as error:  # thousands of digits
            raise Refused("json_no_number", number=text[:20] + "…") from error

    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=once,
            parse_constant=constant,
            parse_int=whole,
        )
    except json.JSONDecodeError as error:
        raise Refused("bad_json", line=error.lineno, column=error.colno) from error
    except UnicodeDecodeError as error:
        raise Refused("json_not_utf8") from error
    except RecursionError as error:
        raise Refused("json_too_deep") from error
