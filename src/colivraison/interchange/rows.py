"""One row of a table, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from colivraison.errors import Fault
from colivraison.interchange.case_draft import Spot
from colivraison.interchange.refused import Refused
from colivraison.interchange.tables import shortened

__all__ = ["Row", "text_in"]

T = TypeVar("T")
_MOST_TEXT = 200


class Row:
    """One row; whatever it cannot read it reports and returns as None."""

    def __init__(self, spot: Spot, cells: Mapping[str, str], faults: list[Fault]) -> None:
        self.spot = spot
        self.cells = cells
        self.faults = faults

    def fault(self, code: str, field: str, **details: str | int) -> None:
        """Report what is wrong with a cell."""
        self.faults.append(
            Fault(
                code=code,
                where=self.spot.where(field),
                value=shortened(self.cells.get(field, "")),
                details=details,
            )
        )

    def read(self, field: str, reader: Callable[[str], T], default: T) -> T | None:
        """Return a cell's value, ``default`` for an empty one, None after a fault."""
        text = self.cells.get(field, "")
        if not text:
            return default
        try:
            return reader(text)
        except Refused as refused:
            self.fault(refused.code, field, **refused.details)
            return None

    def needed(self, field: str, reader: Callable[[str], T]) -> T | None:
        """Return the value of a cell that may not be empty."""
        if not self.cells.get(field):
            # Where the whole column is missing, that has been said once.
            if field in self.spot.columns:
                self.fault("empty_cell", field)
            return None
        try:
            return reader(self.cells[field])
        except Refused as refused:
            self.fault(refused.code, field, **refused.details)
            return None


def text_in(text: str) -> str:
    """Return the words of a cell, spaces between them as one.

    Raises
    ------
    Refused
        ``bad_text``.
    """
    joined = " ".join(text.split())
    if len(joined) > _MOST_TEXT or any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in joined):
        raise Refused("bad_text", most=_MOST_TEXT)
    return joined
