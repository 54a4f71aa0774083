"""What is wrong with a file, gathered while it is read, and how its cells are read."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from colivraison.errors import Fault, InputError, Where

__all__ = ["MOST", "Notes"]

MOST = 10**9
"""Largest number of a file: sums of two still fit into 32 bits."""

# Their matrix and its copy for the search take 2 GB; the largest published have 5,001.
_MOST_NODES = 6_000
_MOST_SHOWN = 200
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(slots=True, kw_only=True)
class Notes:
    """The faults of one file so far.

    Parameters
    ----------
    file
        Its name.
    """

    file: str
    faults: list[Fault] = field(default_factory=list)

    def add(
        self, code: str, *, row: int | None = None, column: object = "", value: object = "",
        **details: str | int,
    ) -> None:  # fmt: skip
        """Note a fault.

        Parameters
        ----------
        row
            Line of the file, from 1.
        column
            Number of the column, from 1: the files have no headers.
        """
        where = Where(file=self.file, row=row, column=str(column))
        shown = str(value)[:_MOST_SHOWN]
        self.faults.append(Fault(code=code, where=where, value=shown, details=details))

    def whole(self, cell: str, *, row: int, column: object = "") -> int | None:
        """Return the whole number in a cell; None, and a fault, where it holds none."""
        if not _WHOLE.fullmatch(cell):
            self.add("benchmark_not_whole", row=row, column=column, value=cell)
            return None
        # By its length first: turning a million digits into a number takes minutes.
        if len(cell) > _MOST_SHOWN or abs(int(cell)) > MOST:
            self.add("benchmark_number_too_large", row=row, column=column, value=cell, most=MOST)
            return None
        return int(cell)

    def decimal(self, cell: str, *, row: int, column: object = "") -> float | None:
        """Return the number in a cell; None, and a fault, where it holds none."""
        if not _DECIMAL.fullmatch(cell):
            self.add("benchmark_not_number", row=row, column=column, value=cell)
            return None
        number = float(cell)
        if not math.isfinite(number) or abs(number) > MOST:
            self.add("benchmark_number_too_large", row=row, column=column, value=cell, most=MOST)
            return None
        return number

    def at_least_0(self, cell: str, *, row: int, column: object = "") -> int | None:
        """Return the whole number in a cell that counts something."""
        number = self.whole(cell, row=row, column=column)
        if number is not None and number < 0:
            self.add("benchmark_negative", row=row, column=column, value=cell)
            return None
        return number

    def require_few(self, nodes: int) -> None:
        """Raise where there are more nodes than their matrix would have room in memory.

        Raises
        ------
        InputError
            ``benchmark_too_many_nodes``, and what was noted before.
        """
        if nodes > _MOST_NODES:
            self.add("benchmark_too_many_nodes", value=nodes, most=_MOST_NODES)
            raise InputError(self.faults)
