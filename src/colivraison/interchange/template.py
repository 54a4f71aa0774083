"""Empty input files to fill in: one CSV per table, and one workbook with all of them."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from colivraison.interchange.case_write import csv_bytes, write_new_files
from colivraison.interchange.columns import SETTING_NAMES, TABLES, TableSpec
from colivraison.texts import Texts

__all__ = ["write_template"]

_HEADER = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="DDEBDA")
_EXAMPLE = Font(italic=True, color="777777")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def write_template(folder: Path, *, language: str = "fr") -> list[Path]:
    """Write empty input files and return their paths.

    Each table holds its headers and one example line that begins with ``#`` and is not read.

    Raises
    ------
    InputError
        ``file_exists``, ``files_exist`` or ``unwritable_folder``; nothing is written then.
    """
    texts = Texts(language)
    files = {
        f"{spec.title(language)}.csv": csv_bytes(_rows(spec, texts, language)) for spec in TABLES
    }
    files[f"{texts('template.workbook')}.xlsx"] = _workbook(texts, language)
    return write_new_files(folder, files)


def _rows(spec: TableSpec, texts: Texts, language: str) -> list[list[str]]:
    header = [column.header(language) for column in spec.columns]
    if spec.key == "settings":
        return [
            header,
            *(
                [names[0] if language == "fr" else names[1], "", texts(f"setting.{field}")]
                for field, names in SETTING_NAMES.items()
            ),
        ]
    cells = [column.example for column in spec.columns]
    return [header, [f"{texts('template.example_mark')} : {cells[0]}", *cells[1:]]]


def _workbook(texts: Texts, language: str) -> bytes:
    book = openpyxl.Workbook()
    help_sheet = book.active
    assert isinstance(help_sheet, Worksheet)
    for spec in TABLES:
        sheet = book.create_sheet(spec.title(language))
        rows = _rows(spec, texts, language)
        for row in rows:
            sheet.append(row)
        _dress(sheet, [max(16, *(len(row[i]) + 2 for row in rows)) for i in range(len(rows[0]))])
        if spec.key != "settings":
            for cell in sheet[2]:
                cell.font = _EXAMPLE
    _fill_help(help_sheet, texts, language)
    # The tables first: help stands last.
    book.move_sheet(help_sheet, offset=len(TABLES))
    book.active = 0
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill_help(sheet: Worksheet, texts: Texts, language: str) -> None:
    sheet.title = texts("template.help_sheet")
    titles = ("table", "column", "required", "meaning", "example")
    sheet.append([texts(f"template.help_{title}") for title in titles])
    for spec in TABLES:
        for column in spec.columns:
            sheet.append(
                [
                    spec.title(language),
                    column.header(language),
                    texts("template.yes" if column.required else "template.no"),
                    texts(f"column.{spec.key}.{column.field}"),
                    column.example,
                ]
            )
    sheet.append([texts("template.help_remark")])
    _dress(sheet, [16, 22, 12, 80, 28])
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = _WRAPPED


def _dress(sheet: Worksheet, widths: list[int]) -> None:
    sheet.freeze_panes = "A2"
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = min(width, 80)
    for cell in sheet[1]:
        cell.font, cell.fill = _HEADER, _HEADER_FILL
