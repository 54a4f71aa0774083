"""The format of Sartori & Buriol (2020, doi:10.1016/j.cor.2020.105065).

Lines ``KEY: value``, then the sections ``NODES`` (as many lines as ``SIZE`` says, the depot first)
and ``EDGES`` (a square matrix of whole minutes, row = from), then ``EOF``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from colivraison.interchange.benchmarks.draft import Draft
from colivraison.interchange.benchmarks.instance import BenchmarkFormat
from colivraison.interchange.benchmarks.nodes import Line, check_nodes, read_node_rows
from colivraison.interchange.benchmarks.notes import MOST, Notes

__all__ = ["SECTIONS", "read_sartori_buriol"]

SECTIONS = ("NODES", "EDGES")
_END = "EOF"
_LONG = 18
_MOST_NAME = 100
_PLAIN = re.compile(r"\s*(-?[0-9]{1,17}\s+)*")
_WHOLE = re.compile(r"[+-]?[0-9]+")


def read_sartori_buriol(lines: Sequence[Line], notes: Notes) -> Draft:
    """Read the lines of a file; what is wrong is noted.

    Of the matrix, which may hold millions of numbers, each row tells the first of each kind.
    """
    parts = _parts(lines)
    for section in SECTIONS:
        if section not in parts.sections:
            notes.add("benchmark_section_missing", value=section)
    # It is printed: no control characters, no more than a line.
    name = "".join(filter(str.isprintable, parts.header.get("NAME", (0, ""))[1]))[:_MOST_NAME]
    if not name:
        notes.add("benchmark_key_missing", value="NAME")
    capacity, size = _count(parts, "CAPACITY", notes), _count(parts, "SIZE", notes)
    lines_of_nodes = parts.sections.get("NODES", [])
    notes.require_few(max(len(lines_of_nodes), size or 0))
    rows = read_node_rows(lines_of_nodes, notes)
    matrix = None
    if "NODES" in parts.sections:
        if size is not None and size != len(rows):
            row, value = parts.header["SIZE"]
            notes.add("benchmark_size_differs", row=row, value=value, found=len(rows))
        check_nodes(rows, notes)
    if "EDGES" in parts.sections:
        # As wide as announced: a node too few above is one fault, not one more for every row.
        matrix = _matrix(parts, len(rows) if size is None else size, notes)
    return Draft(
        name=name,
        format=BenchmarkFormat.SARTORI_BURIOL,
        capacity=capacity,
        fleet=None,
        rows=rows,
        matrix=matrix,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """The file by its sections; of a key its line and value, of a section where it begins."""

    header: dict[str, tuple[int, str]] = field(default_factory=dict)
    sections: dict[str, list[Line]] = field(default_factory=dict)
    begins: dict[str, int] = field(default_factory=dict)


def _parts(lines: Sequence[Line]) -> _Parts:
    parts = _Parts()
    section = ""
    for row, text in lines:
        word = text.strip()
        if word == _END:
            break
        if word in SECTIONS:
            section = word
            parts.sections.setdefault(section, [])
            parts.begins.setdefault(section, row)
        elif section:
            parts.sections[section].append((row, text))
        else:
            key, colon, value = word.partition(":")
            if colon:
                parts.header[key.strip()] = (row, value.strip())
    return parts


def _count(parts: _Parts, key: str, notes: Notes) -> int | None:
    """Return what a key of the header counts; None, and a fault, where it does not."""
    if key not in parts.header:
        notes.add("benchmark_key_missing", value=key)
        return None
    row, value = parts.header[key]
    return notes.at_least_0(value, row=row)


def _matrix(parts: _Parts, size: int, notes: Notes) -> npt.NDArray[np.int64] | None:
    lines = parts.sections["EDGES"]
    if len(lines) != size:
        notes.add("benchmark_matrix_rows", row=parts.begins["EDGES"], value="EDGES",
                  expected=size, found=len(lines))  # fmt: skip
    kept = []
    for number, (row, text) in enumerate(lines):
        cells = text.split()
        if len(cells) != size:
            notes.add("benchmark_columns", row=row, value=" ".join(cells[:20]), expected=size,
                      found=len(cells))  # fmt: skip
            continue
        legs = _legs(row, text, cells, notes)
        if legs is None:
            continue
        negative = np.flatnonzero(legs < 0)
        if len(negative):
            column = int(negative[0])
            notes.add("benchmark_matrix_negative", row=row, column=column + 1,
                      value=int(legs[column]), count=len(negative))  # fmt: skip
        if number < size and legs[number] > 0:
            notes.add("benchmark_matrix_diagonal", row=row, column=number + 1,
                      value=int(legs[number]))  # fmt: skip
        kept.append(legs)
    return np.stack(kept) if len(kept) == size > 0 else None


def _legs(row: int, text: str, cells: Sequence[str], notes: Notes) -> npt.NDArray[np.int64] | None:
    """Return the numbers of a row; None, and the first fault of each kind, where there are any."""
    # One look at the whole row is many times faster than one at each cell.
    if _PLAIN.fullmatch(text + " "):
        legs = np.array(list(map(int, cells)), dtype=np.int64)
        if not (np.abs(legs) > MOST).any():
            return legs
    looked = [_number(cell) for cell in cells]
    wrong = [column for column, found in enumerate(looked) if found is None]
    large = [column for column, found in enumerate(looked) if abs(found or 0) > MOST]
    if wrong:
        notes.add("benchmark_matrix_not_whole", row=row, column=wrong[0] + 1,
                  value=cells[wrong[0]], count=len(wrong))  # fmt: skip
    if large:
        notes.add("benchmark_matrix_too_large", row=row, column=large[0] + 1,
                  value=cells[large[0]], count=len(large), most=MOST)  # fmt: skip
    return None if wrong or large else np.array(looked, dtype=np.int64)


def _number(cell: str) -> int | None:
    """Return the whole number in a cell, a larger one than is allowed where it has many digits."""
    if not _WHOLE.fullmatch(cell):
        return None
    return int(cell) if len(cell) < _LONG else MOST + 1
