"""Rounds as people remember them or wrote them down while driving, for calibration.

One line per stop, in the order of driving; the first is where the round begins.  Either the first
line of a round says how long it took (``minutes_total``), or every line says when the van arrived
(``arrivee``; on the first line: when it left)::

    tournee;ordre;lat;lon;minutes_total;arrivee
    jeudi;1;44,75;5,37;155;
    jeudi;2;44,78;5,41;;
    jeudi;3;44,75;5,37;;
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from colivraison.domain import Position
from colivraison.errors import Fault, InputError, Where
from colivraison.roads.tables.sheet import Sheet, number_in, read_bytes, read_sheet

__all__ = ["ROUND_FIELDS", "DeclaredRound", "read_rounds"]

ROUND_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "round": ("tournee", "round_id", "round", "id_tournee"),
        "order": ("ordre", "order", "stop", "rang", "arret"),
        "lat": ("lat", "latitude"),
        "lon": ("lon", "longitude", "lng"),
        "total": ("minutes_total", "total_minutes", "minutes", "duree_totale"),
        "arrival": ("arrivee", "arrival", "heure", "heure_arrivee"),
    }
)
"""Names of the columns; the first is shown to people."""

MOST_TOTAL_MIN = 24 * 60
"""No round of a short supply chain takes longer than a day."""

MOST_APART_MIN = 60
"""A total and the times of a round may differ by the last stop, and by rounding."""

_CLOCK = re.compile(r"(\d{1,2})\s*[h:]\s*(\d{2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRound:
    """One round and how long it took.

    Parameters
    ----------
    positions
        Where it begins, then every stop in order; it may end where it began.
    total_min
        Minutes from leaving the first place to the end: back at the first place, or the last stop
        served; None where only arrivals are known.
    arrivals_min
        Minutes since midnight at which the van left the first place and reached each other one;
        empty where only the total is known. Where both are known these say more.
    """

    id: str
    positions: tuple[Position, ...]
    total_min: float | None = None
    arrivals_min: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.positions) < 2:
            raise ValueError("a round has a beginning and at least one stop")
        if self.arrivals_min and len(self.arrivals_min) != len(self.positions):
            raise ValueError("an arrival for every place, or none")
        if self.total_min is None and not self.arrivals_min:
            raise ValueError("a round says how long it took")

    @property
    def comes_back(self) -> bool:
        """Whether it ends where it began: nobody is served there."""
        return len(self.positions) > 2 and self.positions[0] == self.positions[-1]

    @property
    def stops(self) -> int:
        """How many places are served: neither the beginning nor the way home."""
        return len(self.positions) - 1 - int(self.comes_back)


@dataclass(slots=True)
class _Draft:
    """The lines of one round, as they were read."""

    lines: list[tuple[float, int, Position, int | None]] = field(default_factory=list)
    total_min: float | None = None
    first_row: int = 0
    spoilt: bool = False


def read_rounds(path: Path) -> tuple[DeclaredRound, ...]:
    """Return the rounds of a file.

    Lines are in the order of driving, or numbered in the column ``ordre``.

    Raises
    ------
    InputError
        Every fault of the file at once: ``roads_*`` about the table, ``round_*`` about a round.
    """
    sheet, faults = read_sheet(
        read_bytes(path), path.name, names=ROUND_FIELDS, required=("round", "lat", "lon")
    )
    if not faults and not {"total", "arrival"} & set(sheet.headers):
        where = Where(file=path.name)
        faults.append(Fault(code="rounds_without_times", where=where, value=path.name))
    elif not faults and not sheet.rows:
        faults.append(Fault(code="rounds_empty", where=Where(file=path.name), value=path.name))
    rounds: list[DeclaredRound] = []
    if not faults:
        reader = _RowReader(sheet, path.name)
        for name, draft in reader.drafts().items():
            finished = reader.finished(name, draft)
            rounds += [finished] if finished else []
        faults = reader.faults
    if faults:
        raise InputError(faults)
    return tuple(rounds)


class _RowReader:
    """Reads the lines of a table and keeps the faults."""

    def __init__(self, sheet: Sheet, file: str) -> None:
        self.sheet, self.file = sheet, file
        self.faults: list[Fault] = []

    def fault(self, code: str, row: int, column: str = "", **values: str) -> None:
        where = Where(file=self.file, row=row, column=self.sheet.headers.get(column, ""))
        value = values.pop("value", "")
        self.faults.append(Fault(code=code, where=where, value=value[:200], details=dict(values)))

    def drafts(self) -> dict[str, _Draft]:
        """Return the lines by round; a line without a name belongs to the round above it."""
        drafts: dict[str, _Draft] = {}
        name = ""
        for row, cells in self.sheet.rows:
            name = cells.get("round", name)
            if not name:
                self.fault("round_without_name", row, "round")
                continue
            draft = drafts.setdefault(name, _Draft(first_row=row))
            count = len(self.faults)
            order = self._number(cells, row, "order")
            position = self._position(cells, row)
            arrival_min = self._arrival(cells, row)
            self._total(cells, row, draft)
            if len(self.faults) > count or position is None:
                draft.spoilt = True
                continue
            draft.lines.append((float(row) if order is None else order, row, position, arrival_min))
        return drafts

    def _number(self, cells: Mapping[str, str], row: int, column: str) -> float | None:
        if column not in cells:
            return None
        number = number_in(cells[column])
        if number is None:
            self.fault("round_bad_number", row, column, value=cells[column])
        return number

    def _position(self, cells: Mapping[str, str], row: int) -> Position | None:
        numbers = []
        for column, most in (("lat", 90), ("lon", 180)):
            number = self._number(cells, row, column)
            if column not in cells:
                self.fault("round_without_place", row, column)
            elif number is not None and abs(number) > most:
                self.fault("round_place_out_of_range", row, column, value=cells[column])
            elif number is not None:
                numbers.append(number)
        return Position(lat=numbers[0], lon=numbers[1]) if len(numbers) == 2 else None

    def _arrival(self, cells: Mapping[str, str], row: int) -> int | None:
        if "arrival" not in cells:
            return None
        minutes = _clock_min(cells["arrival"])
        if minutes is None or minutes >= MOST_TOTAL_MIN:
            self.fault("round_bad_time", row, "arrival", value=cells["arrival"])
            return None
        return minutes

    def _total(self, cells: Mapping[str, str], row: int, draft: _Draft) -> None:
        if "total" not in cells:
            return
        text = cells["total"]
        minutes = number_in(text)
        if minutes is None:
            minutes = _clock_min(text)
        if minutes is None or not 0 < minutes <= MOST_TOTAL_MIN:
            self.fault("round_bad_total", row, "total", value=text)
        elif draft.total_min is not None and draft.total_min != minutes:
            self.fault("round_two_totals", row, "total", value=text)
        else:
            draft.total_min = float(minutes)

    def finished(self, name: str, draft: _Draft) -> DeclaredRound | None:
        """Return a round, or None where something is wrong with it."""
        if draft.spoilt:
            return None
        row, count = draft.first_row, len(self.faults)
        lines = sorted(draft.lines, key=lambda line: line[0])
        for before, after in pairwise(lines):
            if before[0] == after[0]:
                self.fault("round_order_twice", after[1], "order", value=name)
        arrivals = [arrival for *_, arrival in lines if arrival is not None]
        if len(lines) < 2:
            self.fault("round_too_short", row, "round", value=name)
        elif arrivals and len(arrivals) < len(lines):
            missing = next(line for line in lines if line[3] is None)
            self.fault("round_arrival_missing", missing[1], "arrival", value=name)
        elif not arrivals and draft.total_min is None:
            self.fault("round_without_time", row, "total", value=name)
        for later, (before_min, after_min) in enumerate(pairwise(arrivals), start=1):
            if after_min < before_min:
                self.fault("round_time_goes_back", lines[later][1], "arrival", value=name)
        clock_min = arrivals[-1] - arrivals[0] if arrivals else 0
        if (
            len(self.faults) == count
            and arrivals
            and draft.total_min is not None
            and abs(draft.total_min - clock_min) > MOST_APART_MIN
        ):
            self.fault(
                "round_times_disagree",
                row,
                "total",
                value=name,
                told_min=str(round(draft.total_min)),
                clock_min=str(clock_min),
            )
        if len(self.faults) > count:
            return None
        return DeclaredRound(
            id=name,
            positions=tuple(position for _, _, position, _ in lines),
            total_min=draft.total_min,
            arrivals_min=tuple(arrivals),
        )


def _clock_min(text: str) -> int | None:
    """Return the minutes of ``9:05``, ``9h05`` or ``9 h``, or None."""
    match = _CLOCK.fullmatch(text.strip().casefold())
    if not match or int(match[2] or 0) > 59:
        return None
    return int(match[1]) * 60 + int(match[2] or 0)
