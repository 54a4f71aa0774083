"""Routes as files: the document of ``colivraison pdptw solve``, and the text form of the field."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colivraison.errors import Fault, InputError, Where
from colivraison.interchange.benchmarks.notes import Notes
from colivraison.interchange.benchmarks.reading import read_text

__all__ = ["BenchmarkSolution", "read_solution", "solution_text"]

_MOST_BYTES = 2 * 2**20
"""Fifty times what the routes of the largest instance take."""

_MOST_SHOWN = 200
_MOST_CLAIMED = 10**15
_ROUTE = re.compile(r"\s*Route\s+(?:#\s*)?\d+\s*:(.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkSolution:
    """What a file says of a solution.

    Parameters
    ----------
    routes
        Numbers of the nodes of each route, without the depot.
    vehicles, cost
        What the file claims; None where it says nothing, or nothing that could be so.
    """

    routes: tuple[tuple[int, ...], ...]
    vehicles: int | None = None
    cost: float | None = None


def read_solution(path: Path) -> BenchmarkSolution:
    """Read ``{"routes": [[1, 2], ...]}``, or lines ``Route 1 : 1 2``.

    Other keys and lines are left aside.

    Raises
    ------
    InputError
        ``file_not_found`` or ``file_refused``; ``benchmark_too_large``, ``benchmark_binary`` or
        ``benchmark_empty``; ``routes_not_json``, or all of ``routes_missing``,
        ``routes_not_list`` (with a JSON pointer), ``benchmark_not_whole`` and
        ``benchmark_number_too_large`` (with the line).
    """
    text = read_text(path, _MOST_BYTES)
    if text.lstrip()[0] in "{[":
        return _of_json(text, path.name)
    return _of_lines(text, path.name)


def _of_lines(text: str, file: str) -> BenchmarkSolution:
    notes = Notes(file=file)
    routes = []
    for row, line in enumerate(text.splitlines(), 1):
        if match := _ROUTE.match(line):
            nodes = [notes.whole(cell, row=row) for cell in match[1].split()]
            routes.append(tuple(node for node in nodes if node is not None))
    if not routes:
        notes.add("routes_missing", value=file)
    if notes.faults:
        raise InputError(notes.faults)
    return BenchmarkSolution(routes=tuple(routes))


def _of_json(text: str, file: str) -> BenchmarkSolution:
    where = Where(file=file)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        details = {"why": f"{error}"[:_MOST_SHOWN]}
        raise InputError(
            [Fault(code="routes_not_json", where=where, value=file, details=details)]
        ) from error
    if not isinstance(document, dict) or "routes" not in document:
        raise InputError([Fault(code="routes_missing", where=where, value=file)])
    faults: list[Fault] = []
    routes = []
    for pointer, route in _items("/routes", document["routes"], file, faults):
        nodes = []
        for place, node in _items(pointer, route, file, faults):
            # A truth value is a whole number to Python.
            if type(node) is int:
                nodes.append(node)
            else:
                faults.append(
                    Fault(
                        code="benchmark_not_whole",
                        where=Where(file=file, pointer=place),
                        value=_shown(node),
                    )
                )
        routes.append(tuple(nodes))
    if faults:
        raise InputError(faults)
    vehicles = document.get("vehicles")
    return BenchmarkSolution(
        routes=tuple(routes),
        vehicles=vehicles if type(vehicles) is int and abs(vehicles) <= _MOST_CLAIMED else None,
        cost=_claimed(document.get("cost")),
    )


def _claimed(value: Any) -> float | None:
    # Not a number at all compares as no.
    return value if type(value) in (int, float) and abs(value) <= _MOST_CLAIMED else None


def _items(pointer: str, value: Any, file: str, faults: list[Fault]) -> list[tuple[str, Any]]:
    """Return what a list holds, each with its pointer; where it is none, that is a fault."""
    if not isinstance(value, list):
        where = Where(file=file, pointer=pointer)
        faults.append(Fault(code="routes_not_list", where=where, value=_shown(value)))
        return []
    return [(f"{pointer}/{number}", item) for number, item in enumerate(value)]


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:_MOST_SHOWN]


def solution_text(
    routes: Sequence[Sequence[int]], *, cost: float, seconds: float, iterations: int,
    more: dict[str, Any],
) -> str:  # fmt: skip
    """Return the document of a solution, a line for each key and for each route.

    Parameters
    ----------
    cost
        As the file of the instance counts it.
    seconds
        The search took.
    more
        Further keys.
    """
    document = {
        "vehicles": sum(1 for route in routes if route),
        "cost": cost,
        "seconds": round(seconds, 3),
        "iterations": iterations,
        **more,
    }
    told = ",\n".join(f"  {json.dumps(list(route))}" for route in routes)
    lines = [f' "routes": [\n{told}\n ]' if routes else ' "routes": []']
    lines += [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"
