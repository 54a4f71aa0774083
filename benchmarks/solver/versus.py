"""Ours beside the peers, and on the product's own shape: the figures that compare rows."""

from __future__ import annotations

from collections.abc import Mapping

from solver.figures import Figure, gap_text, is_plan
from solver.groups import GROUPS, ORTOOLS, OURS, PEERS, PYVRP, Cell
from solver.results import Row
from solver.shape import SIZES, TERRITORIES

__all__ = ["distance_figures", "fleet_figures", "shape_figures", "shape_rows", "side_by_side"]

# Costs are compared as they are printed.
_CENT = 0.005
_XL_MB = 500


def side_by_side(group: str, rows: Mapping[Cell, Row]) -> dict[str, dict[str, Row]]:
    """Return the rows that there are of each instance, by solver."""
    found: dict[str, dict[str, Row]] = {}
    for cell in GROUPS[group]():
        members = found.setdefault(cell.instance, {})
        if cell in rows:
            members[cell.solver] = rows[cell]
    return found


def distance_figures(group: str, rows: Mapping[Cell, Row]) -> list[Figure]:
    """Return on how many instances ours is at least as good as the best of the peers."""
    table = side_by_side(group, rows)
    complete = {name: by for name, by in table.items() if set(by) == {OURS, *PEERS}}
    good, worst, worst_name = 0, 0.0, ""
    for name, by in complete.items():
        best = min((_cost(by[peer]) for peer in PEERS), default=float("inf"))
        ours = _cost(by[OURS])
        good += ours <= best + _CENT and ours < float("inf")
        if ours / best - 1 > worst:
            worst, worst_name = ours / best - 1, name
    told = f"{good} of {len(complete)}"
    if worst_name:
        told += f"; worst {worst_name}, {gap_text(worst)} above the best of them"
    return [
        _figure(
            "at least as good as the best of the three", ">= 95 %", told,
            good >= 0.95 * len(table), len(complete), len(table),
        )
    ]  # fmt: skip


def _cost(row: Row) -> float:
    return row.cost if is_plan(row) and row.cost is not None else float("inf")


def fleet_figures(group: str, rows: Mapping[Cell, Row]) -> list[Figure]:
    """Return, against each peer, on how many instances ours needs no more vehicles, and totals.

    Where a peer has no plan, ours is the better one and the instance is left out of its total.
    """
    table = side_by_side(group, rows)
    found = []
    for peer in PEERS:
        both = [(by[OURS], by[peer]) for by in table.values() if {OURS, peer} <= set(by)]
        good = sum(
            is_plan(ours) and (not is_plan(theirs) or _vehicles(ours) <= _vehicles(theirs))
            for ours, theirs in both
        )
        planned = [(o, t) for o, t in both if is_plan(o) and is_plan(t)]
        totals = [sum(_vehicles(pair[k]) for pair in planned) for k in (0, 1)]
        found += [
            _figure(
                f"fewer or equal vehicles than {peer}", "all", f"{good} of {len(both)}",
                good == len(table), len(both), len(table),
            ),
            _figure(
                f"vehicles in total, ours to {peer}", "fewer",
                f"{totals[0]} to {totals[1]} on {len(planned)} instances",
                bool(planned) and totals[0] < totals[1], len(both), len(table),
            ),
        ]  # fmt: skip
    return found


def _vehicles(row: Row) -> int:
    assert row.vehicles is not None
    return row.vehicles


def shape_figures(rows: Mapping[Cell, Row]) -> list[Figure]:
    """Return the figures of the product's own shape, for one thread and for two."""
    found = []
    for size in SIZES:
        for territory in TERRITORIES:
            by = shape_rows(f"{size}-{territory}", rows)
            found += _shape_of(size, territory, by)
    return found


def shape_rows(name: str, rows: Mapping[Cell, Row]) -> dict[tuple[str, int, int], Row]:
    """Return the rows of a problem by solver, budget and threads.

    Rows of an earlier generator are of another problem, which only bears the same name.
    """
    by = {
        (cell.solver, cell.budget_s, cell.threads): rows[cell]
        for cell in GROUPS["shape"]()
        if cell.instance == name and cell in rows
    }
    newest = max(by.values(), key=lambda row: row.date, default=None)
    return {k: row for k, row in by.items() if newest and row.problem == newest.problem}


def _shape_of(size: str, territory: str, by: Mapping[tuple[str, int, int], Row]) -> list[Figure]:
    name, found = f"{size} {territory}", []
    limit = {"S": 0.005, "M": 0.005, "XL": 0.05}.get(size)
    long = by.get((OURS, 300, 2))
    for threads in (1, 2):
        short = by.get((OURS, 10, threads))
        told, good = _against(short, long, limit)
        found.append(
            _figure(
                f"{name}: ours 10 s, {threads} threads, against our 300 s",
                "" if limit is None else f"<= {100 * limit:g} %",
                told, good, sum(row is not None for row in (short, long)), 2,
            )
        )  # fmt: skip
        if size in {"S", "M"}:
            for peer in (PYVRP, ORTOOLS):
                theirs = by.get((peer, 60, 1))
                told, good = _against(short, theirs, 0.0)
                found.append(
                    _figure(
                        f"{name}: ours 10 s, {threads} threads, against {peer} 60 s", "no dearer",
                        told, good, sum(row is not None for row in (short, theirs)), 2,
                    )
                )  # fmt: skip
    if size == "XL":
        ours = [row for key, row in by.items() if key[0] == OURS]
        most = max((row.peak_mb for row in ours), default=0)
        found.append(
            _figure(f"{name}: memory", f"< {_XL_MB} MB", f"{most} MB", most < _XL_MB, len(ours), 3)
        )
    return found


def _against(ours: Row | None, other: Row | None, limit: float | None) -> tuple[str, bool]:
    if ours is None or other is None:
        return "", False
    if not is_plan(ours) or ours.cost is None:
        return f"{ours.served} of {ours.shipments} served, {ours.verdict}", False
    if not is_plan(other) or other.cost is None:
        # A peer that serves fewer is beaten; our own long run has to serve all.
        told = f"{ours.cost / 100:.2f} EUR; {other.solver} serves {other.served}"
        return told, other.solver in PEERS
    gap = ours.cost / other.cost - 1
    told = f"{ours.cost / 100:.2f} to {other.cost / 100:.2f} EUR: {100 * gap:+.2f} %"
    return told, limit is None or gap <= limit


def _figure(what: str, target: str, told: str, good: bool, there: int, all_: int) -> Figure:  # noqa: FBT001  a private helper; the verdict reads well in its place
    """Return a figure; no verdict before every run is there."""
    if not there:
        return Figure(what=what, target=target, measured="not run", hit=None)
    if there < all_:
        told = f"{told}; {there} of {all_} so far".removeprefix("; ")
        return Figure(what=what, target=target, measured=told, hit=None)
    return Figure(what=what, target=target, measured=told, hit=good if target else None)
