"""What must be reached, and how to tell from rows whether it is.

The table "How good" of the issue "The solver: our own search for rich pickup-and-delivery problems,
ahead of every open solver".  Where it says "cost gap" without "mean" or "none above", the mean over
the runs with the best-known number of vehicles is meant, and the largest is printed beside it.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from solver.groups import GROUPS, OURS, Cell
from solver.results import Row

__all__ = ["Figure", "figures_of", "gap_text", "is_plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of "must reach".

    Parameters
    ----------
    hit
        None: there is no target, or runs are missing.
    """

    what: str
    target: str
    measured: str
    hit: bool | None


Measure = Callable[[Sequence[Row]], tuple[str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    what: str
    target: str
    measure: Measure
    keeps: Callable[[Cell], bool] = lambda _: True


def is_plan(row: Row) -> bool:
    """Return whether a run ended with a valid plan for every shipment."""
    return bool(row.valid) and row.served == row.shipments


def gap_text(gap: float) -> str:
    """Return a share in percent."""
    return f"{100 * gap:.2f} %"


def _extra(row: Row) -> int | None:
    return row.extra_vehicles if is_plan(row) else None


def _within(extra: int, share: float) -> Measure:
    """Return how many runs are at most ``extra`` vehicles above the best-known number."""

    def measure(rows: Sequence[Row]) -> tuple[str, bool]:
        good = sum((found := _extra(row)) is not None and found <= extra for row in rows)
        return f"{good} of {len(rows)}", good >= share * len(rows)

    return measure


def _within_in_each_seed(least: int) -> Measure:
    """Return the seed with the fewest runs at the best-known number of vehicles."""

    def measure(rows: Sequence[Row]) -> tuple[str, bool]:
        by_seed: dict[int, list[Row]] = {}
        for row in rows:
            by_seed.setdefault(row.seed, []).append(row)
        counts = {
            seed: sum((found := _extra(row)) is not None and found <= 0 for row in members)
            for seed, members in sorted(by_seed.items())
        }
        told = ", ".join(f"{n} of {len(by_seed[seed])}" for seed, n in counts.items())
        return f"by seed: {told}", min(counts.values()) >= least

    return measure


def _mean_extra(limit: float) -> Measure:
    def measure(rows: Sequence[Row]) -> tuple[str, bool]:
        extra = [found for row in rows if (found := _extra(row)) is not None]
        without = len(rows) - len(extra)
        mean = statistics.fmean(extra) if extra else 0.0
        told = f"{mean:+.2f}" + (f", {without} without a valid plan" if without else "")
        return told, not without and mean <= limit

    return measure


def _gaps(rows: Iterable[Row]) -> list[float]:
    return [row.gap for row in rows if _extra(row) == 0 and row.gap is not None]


def _mean_gap(limit: float) -> Measure:
    def measure(rows: Sequence[Row]) -> tuple[str, bool]:
        gaps = _gaps(rows)
        if not gaps:
            return "no run with the best-known vehicles", False
        mean, largest = statistics.fmean(gaps), max(gaps)
        told = f"{gap_text(mean)}, largest {gap_text(largest)}, of {len(gaps)} runs"
        return told, mean <= limit

    return measure


def _largest_gap(limit: float) -> Measure:
    def measure(rows: Sequence[Row]) -> tuple[str, bool]:
        gaps = _gaps(rows)
        return (gap_text(max(gaps)), max(gaps) <= limit) if gaps else ("none", False)

    return measure


def _total_vehicles(share: float) -> Measure:
    def measure(rows: Sequence[Row]) -> tuple[str, bool]:
        if not all(map(is_plan, rows)):
            return "not all have a valid plan", False
        total = sum(row.vehicles or 0 for row in rows)
        best = sum(row.bks_vehicles or 0 for row in rows)
        return f"{total} to {best}: {total / best - 1:+.2%}", total <= best * (1 + share)

    return measure


def _first_plan(limit_s: float) -> Measure:
    def measure(rows: Sequence[Row]) -> tuple[str, bool]:
        came = [row.first_plan_s for row in rows if row.first_plan_s is not None]
        if len(came) < len(rows):
            return f"known of {len(came)} of {len(rows)}", False
        return f"latest after {max(came):.1f} s", max(came) <= limit_s

    return measure


def _valid(rows: Sequence[Row]) -> tuple[str, bool]:
    good = sum(map(is_plan, rows))
    return f"{good} of {len(rows)}", good == len(rows)


_VALID = _Target(what="valid plans for every shipment", target="all", measure=_valid)
_REPORTED = (
    _VALID,
    _Target(what="mean extra vehicles", target="", measure=_mean_extra(0)),
    _Target(what="cost gap where equal", target="", measure=_mean_gap(0)),
)


def _lilim(cell: Cell) -> bool:
    return "-n" not in cell.instance


def _sartori(cell: Cell) -> bool:
    return not _lilim(cell)


def _fleet(what: str, target: str, measure: Measure, **more: Callable[[Cell], bool]) -> _Target:
    return _Target(what=what, target=target, measure=measure, **more)


def _sartori100(budget_s: int, least: int) -> tuple[_Target, ...]:
    def at(cell: Cell) -> bool:
        return cell.budget_s == budget_s

    return (
        _fleet(
            f"best-known vehicles, {budget_s} s", f"{least} of 12", _within_in_each_seed(least),
            keeps=at,
        ),
        _fleet(f"cost gap where equal, {budget_s} s", "<= 0.6 %", _mean_gap(0.006), keeps=at),
    )  # fmt: skip


_TARGETS: Mapping[str, tuple[_Target, ...]] = MappingProxyType({
    "lilim100": (
        _VALID,
        _fleet("best-known vehicles, each seed", "all", _within_in_each_seed(29)),
        _fleet("cost gap, mean", "<= 0.05 %", _mean_gap(0.0005)),
        _fleet("cost gap, largest", "<= 0.5 %", _largest_gap(0.005)),
    ),
    "sartori100": (_VALID, *_sartori100(10, 10), *_sartori100(60, 12)),
    "lilim200": (
        _VALID,
        _fleet("best-known vehicles, seed 1", ">= 95 %", _within(0, 0.95),
               keeps=lambda cell: cell.seed == 1),
        _fleet("best-known vehicles, ten instances, seeds 2 and 3", ">= 95 %", _within(0, 0.95),
               keeps=lambda cell: cell.seed > 1),
        _fleet("cost gap where equal", "<= 0.3 %", _mean_gap(0.003)),
    ),
    "sartori200": (
        _VALID,
        _fleet("mean extra vehicles", "<= 0.3", _mean_extra(0.3)),
        _fleet("cost gap where equal", "<= 1.5 %", _mean_gap(0.015)),
    ),
    "lilim400": (
        _VALID,
        _fleet("best-known vehicles +1 or better", ">= 95 %", _within(1, 0.95)),
        _fleet("mean extra vehicles", "<= 0.4", _mean_extra(0.4)),
        _fleet("cost gap where equal", "<= 2.5 %", _mean_gap(0.025)),
    ),
    "sartori400": (
        _VALID,
        _fleet("mean extra vehicles", "<= 1.0", _mean_extra(1.0)),
        _fleet("cost gap where equal", "<= 3 %", _mean_gap(0.03)),
    ),
    "size600": _REPORTED,
    "size800": _REPORTED,
    "size1000": (
        _VALID,
        _fleet("Li & Lim: total vehicles", "<= +2 %", _total_vehicles(0.02), keeps=_lilim),
        _fleet("Li & Lim: cost gap where equal", "<= 3 %", _mean_gap(0.03), keeps=_lilim),
        _fleet("Sartori: mean extra vehicles", "<= 2", _mean_extra(2), keeps=_sartori),
        _fleet("first feasible plan", "<= 3 s", _first_plan(3)),
    ),
})  # fmt: skip


def figures_of(group: str, rows: Mapping[Cell, Row]) -> list[Figure]:
    """Return the figures of a group of published instances from the latest row of each cell."""
    found = []
    for target in _TARGETS[group]:
        cells = [cell for cell in GROUPS[group]() if cell.solver == OURS and target.keeps(cell)]
        there = [rows[cell] for cell in cells if cell in rows]
        if not there:
            measured, hit = f"not run ({len(cells)} runs)", None
        else:
            measured, good = target.measure(there)
            hit = good if target.target else None
            if len(there) < len(cells):
                measured, hit = f"{measured}; {len(there)} of {len(cells)} runs so far", None
        found.append(Figure(what=target.what, target=target.target, measured=measured, hit=hit))
    return found
