"""Rows of the results file: one per run, appended when the run is over, never changed."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from solver.groups import Cell

__all__ = ["RESULTS", "Row", "append", "latest", "read"]

RESULTS = Path(__file__).with_name("results.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run.

    Parameters
    ----------
    date
        When it ended, UTC.
    version, code
        Our checkout, and a fingerprint of the solver's sources in it.
    peer
        Name and version of the peer that ran; "" for ours.
    seconds
        Time of the search as the solver counts it (VROOM: all there is); ``wall_s`` is that of
        the process, reading and building its model included.
    first_plan_s
        When the first feasible plan came; None where the solver does not say.
    vehicles, cost
        Of the plan by our own count; None: no plan.  The cost is cents in the group ``shape``.
    extra_vehicles, gap
        Against the best-known value, the gap as a share; None where there is none.
    served, shipments
        In the group ``shape``.
    valid, verdict
        Of the field's checker, or of ours in the group ``shape``; None: no plan.
    problem
        Fingerprint of a generated problem; "" for a published instance.
    load
        Processes that wanted a core in the minute before.
    """

    date: str
    group: str
    instance: str
    solver: str
    objective: str
    seed: int
    budget_s: int
    threads: int
    version: str
    code: str
    peer: str
    seconds: float
    wall_s: float
    first_plan_s: float | None
    iterations: int | None
    vehicles: int | None
    cost: float | None
    bks_vehicles: int | None
    bks_cost: float | None
    extra_vehicles: int | None
    gap: float | None
    served: int | None
    shipments: int | None
    valid: bool | None
    verdict: str
    problem: str
    peak_mb: int
    load: float
    machine: str

    @property
    def cell(self) -> Cell:
        """Which cell it fills."""
        return Cell(
            group=self.group,
            instance=self.instance,
            solver=self.solver,
            objective=self.objective,
            seed=self.seed,
            budget_s=self.budget_s,
            threads=self.threads,
        )


def read(path: Path = RESULTS) -> list[Row]:
    """Return every row, in the order of the file, which is that of time."""
    if not path.exists():
        return []
    names = {field.name for field in fields(Row)}
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        values = json.loads(line)
        if set(values) != names:
            raise SystemExit(f"{path.name}:{number}: other columns: {set(values) ^ names}")
        rows.append(Row(**values))
    return rows


def append(row: Row, path: Path = RESULTS) -> None:
    """Write one row to the end of the file, whole or not at all."""
    line = json.dumps(asdict(row), ensure_ascii=False) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        written = os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    assert written == len(line.encode())


def latest(rows: list[Row]) -> dict[Cell, Row]:
    """Return the last row of every cell."""
    return {row.cell: row for row in rows}
