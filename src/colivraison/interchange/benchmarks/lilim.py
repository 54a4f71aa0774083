"""The format of Li & Lim (2001, doi:10.1109/ICTAI.2001.974461), parted by tabs or blanks.

The first line holds the number of vehicles, their capacity, and a speed that nobody uses: travel
takes as long as the straight line is.  Every other line is a node, the depot first.
"""

from __future__ import annotations

from collections.abc import Sequence

from colivraison.interchange.benchmarks.draft import Draft
from colivraison.interchange.benchmarks.instance import BenchmarkFormat
from colivraison.interchange.benchmarks.nodes import Line, check_nodes, read_node_rows
from colivraison.interchange.benchmarks.notes import Notes

__all__ = ["read_li_lim"]

_FIRST_COLUMNS = 3


def read_li_lim(lines: Sequence[Line], notes: Notes, *, name: str) -> Draft:
    """Read the lines of a file; what is wrong is noted.

    Parameters
    ----------
    name
        The instance is called by its file: nothing inside names it.
    """
    notes.require_few(len(lines) - 1)
    row, first = lines[0]
    cells = first.split()
    fleet = capacity = None
    if len(cells) != _FIRST_COLUMNS:
        notes.add("benchmark_columns", row=row, value=first.strip(), expected=_FIRST_COLUMNS,
                  found=len(cells))  # fmt: skip
    else:
        fleet = notes.at_least_0(cells[0], row=row, column=1)
        capacity = notes.at_least_0(cells[1], row=row, column=2)
        notes.decimal(cells[2], row=row, column=3)
    rows = read_node_rows(lines[1:], notes)
    check_nodes(rows, notes)
    return Draft(
        name=name,
        format=BenchmarkFormat.LI_LIM,
        capacity=capacity,
        fleet=fleet,
        rows=rows,
        matrix=None,
    )
