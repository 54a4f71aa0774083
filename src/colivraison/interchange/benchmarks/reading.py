"""A benchmark file becomes an instance, or every one of its faults is told."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

from colivraison.errors import Fault, InputError, Where
from colivraison.interchange.benchmarks.draft import Draft
from colivraison.interchange.benchmarks.instance import BenchmarkInstance
from colivraison.interchange.benchmarks.lilim import read_li_lim
from colivraison.interchange.benchmarks.nodes import Line, nodes_of
from colivraison.interchange.benchmarks.notes import Notes
from colivraison.interchange.benchmarks.sartori import SECTIONS, read_sartori_buriol
from colivraison.interchange.benchmarks.scaling import problem_of
from colivraison.pdptw import Objective
from colivraison.roads.storing.refused import refusal

__all__ = ["read_benchmark", "read_text"]

_MOST_BYTES = 256 * 2**20
"""More than the matrix of as many nodes as are allowed takes."""

# Two lines a node, and as many blank ones or remarks; a row of the matrix of as many nodes.
_MOST_LINES = 100_000
_MOST_LINE = 1_000_000

_KEY = re.compile(r"[A-Z][A-Z_-]* *:")


def read_benchmark(path: Path, objective: Objective) -> BenchmarkInstance:
    """Read an instance of Li & Lim or of Sartori & Buriol; what it is, it says itself.

    Parameters
    ----------
    objective
        Of the problem: ``vehicles``, as the field compares solutions, or ``distance``.

    Raises
    ------
    InputError
        ``file_not_found`` or ``file_refused``; ``benchmark_too_large``, ``benchmark_binary``,
        ``benchmark_empty``, ``benchmark_too_many_lines``, ``benchmark_line_too_long``,
        ``benchmark_unknown_format``, ``benchmark_too_many_nodes``; or every
        other fault (``benchmark_...``) with its line and the number of its column.
    """
    text = read_text(path, _MOST_BYTES)
    notes = Notes(file=path.name)
    _require_shape(text, notes)
    lines = [
        (row, line) for row, line in enumerate(io.StringIO(text, newline=None), 1) if line.strip()
    ]
    draft = _draft(lines, notes, name=path.stem)
    if notes.faults:
        raise InputError(notes.faults)
    return _instance(draft, objective)


def _require_shape(text: str, notes: Notes) -> None:
    """Raise before a file is cut into millions of parts that would not find room in memory."""
    if text.count("\n") + text.count("\r") > _MOST_LINES:
        notes.add("benchmark_too_many_lines", value=notes.file, most=_MOST_LINES)
        raise InputError(notes.faults)
    for row, line in enumerate(io.StringIO(text, newline=None), 1):
        if len(line) > _MOST_LINE:
            notes.add("benchmark_line_too_long", row=row, value=line[:20], most=_MOST_LINE)
            raise InputError(notes.faults)


def _draft(lines: Sequence[Line], notes: Notes, *, name: str) -> Draft:
    first = lines[0][1].strip()
    if _KEY.match(first) or any(text.strip() in SECTIONS for _, text in lines):
        return read_sartori_buriol(lines, notes)
    # A number first, be it spoilt: then its lines are worth being told about one by one.
    if first[0].isdigit() or first[0] in "+-.":
        return read_li_lim(lines, notes, name=name)
    raise InputError(
        [
            Fault(
                code="benchmark_unknown_format",
                where=Where(file=notes.file, row=lines[0][0]),
                value=first[:200],
            )
        ]
    )


def _instance(draft: Draft, objective: Objective) -> BenchmarkInstance:
    assert draft.capacity is not None
    nodes = nodes_of(draft.rows)
    problem, scale, pickups = problem_of(
        nodes, draft.matrix, capacity=draft.capacity, fleet=draft.fleet, objective=objective
    )
    return BenchmarkInstance(
        name=draft.name,
        format=draft.format,
        capacity=draft.capacity,
        fleet=draft.fleet,
        nodes=nodes,
        matrix=draft.matrix,
        problem=problem,
        scale=scale,
        pickups=pickups,
    )


def read_text(path: Path, most_bytes: int) -> str:
    """Return the text of a file of the field.

    Raises
    ------
    InputError
        ``file_not_found``, ``file_refused``, ``benchmark_too_large``, ``benchmark_binary`` or
        ``benchmark_empty``.
    """
    where, value = Where(file=path.name), path.name
    try:
        # One byte more than is allowed tells a file that is too large; the rest is not read.
        with path.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except OSError as error:
        raise InputError([refusal(path, error)]) from error
    except ValueError as error:
        # A zero byte in the name: no file has such a one.
        raise InputError([Fault(code="file_not_found", where=where, value=value)]) from error
    if len(content) > most_bytes:
        details = {"most_mb": most_bytes // 2**20}
        raise InputError(
            [Fault(code="benchmark_too_large", where=where, value=value, details=details)]
        )
    if b"\0" in content:
        raise InputError([Fault(code="benchmark_binary", where=where, value=value)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The numbers are plain; only a remark may hold an accent.
        text = content.decode("latin-1")
    if not text.strip():
        raise InputError([Fault(code="benchmark_empty", where=where, value=value)])
    return text
