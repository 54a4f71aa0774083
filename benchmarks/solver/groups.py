"""What is run: the cells of every group, a cell being one solver on one instance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from solver.instances import LILIM, SARTORI, best_known
from solver.named import FORTY, SEVERAL_SEEDS_200, SIZE_1000, TEN
from solver.shape import SIZES, TERRITORIES

__all__ = ["CENTS", "DISTANCE", "GROUPS", "OURS", "PEERS", "VEHICLES", "Cell"]

OURS = "ours"
PYVRP, ORTOOLS, VROOM = "pyvrp", "ortools", "vroom"
PEERS = (PYVRP, ORTOOLS, VROOM)
VEHICLES, DISTANCE, CENTS = "vehicles", "distance", "cents"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Cell:
    """One solver on one instance.

    Parameters
    ----------
    objective
        ``vehicles`` (then distance), ``distance`` or ``cents``.
    budget_s
        Time it is given; 0 for VROOM, which takes its own.
    """

    group: str
    instance: str
    solver: str = OURS
    objective: str = VEHICLES
    seed: int = 1
    budget_s: int
    threads: int = 1

    @property
    def name(self) -> str:
        """What ``--only`` is matched against."""
        return f"{self.group}/{self.instance}/{self.solver}/{self.budget_s}s"


def _all_of(family: str | None, size: int) -> tuple[str, ...]:
    return tuple(
        best.name
        for best in best_known().values()
        if best.size == size and family in {None, best.family}
    )


def _runs(
    group: str, names: Iterable[str], *, budget_s: int, threads: int = 1, seeds: int = 1
) -> list[Cell]:
    return [
        Cell(group=group, instance=name, seed=seed, budget_s=budget_s, threads=threads)
        for name in names
        for seed in range(1, seeds + 1)
    ]


def _sartori100() -> list[Cell]:
    names = _all_of(SARTORI, 100)
    return [
        cell
        for budget_s in (10, 60)
        for cell in _runs("sartori100", names, budget_s=budget_s, seeds=3)
    ]


def _lilim200() -> list[Cell]:
    cells = _runs("lilim200", _all_of(LILIM, 200), budget_s=30)
    cells += _runs("lilim200", SEVERAL_SEEDS_200, budget_s=30, seeds=3)
    return sorted(set(cells), key=lambda cell: (cell.seed, cells.index(cell)))


def _against(group: str, names: Iterable[str], *, objective: str, budget_s: int) -> list[Cell]:
    """Return ours and the peers' cells; VROOM's answer does not depend on the budget."""
    return [
        Cell(
            group="peers-distance" if solver == VROOM and objective == DISTANCE else group,
            instance=name,
            solver=solver,
            objective=objective,
            budget_s=0 if solver == VROOM else budget_s,
        )
        for name in names
        for solver in (OURS, *PEERS)
    ]


def _shape() -> list[Cell]:
    runs = (
        (OURS, 10, 1),
        (OURS, 10, 2),
        (OURS, 300, 2),
        (PYVRP, 60, 1),
        (ORTOOLS, 60, 1),
        (VROOM, 0, 1),
    )
    return [
        Cell(
            group="shape",
            instance=f"{size}-{territory}",
            solver=solver,
            objective=CENTS,
            budget_s=budget_s,
            threads=threads,
        )
        for size in SIZES
        for territory in TERRITORIES
        for solver, budget_s, threads in runs
    ]


GROUPS: Mapping[str, Callable[[], list[Cell]]] = MappingProxyType(
    {
        "lilim100": lambda: _runs("lilim100", _all_of(LILIM, 100), budget_s=10, seeds=3),
        "sartori100": _sartori100,
        "lilim200": _lilim200,
        "sartori200": lambda: _runs("sartori200", _all_of(SARTORI, 200), budget_s=60, threads=2),
        "lilim400": lambda: _runs("lilim400", _all_of(LILIM, 400), budget_s=60, threads=2),
        "sartori400": lambda: _runs("sartori400", _all_of(SARTORI, 400), budget_s=60, threads=2),
        "size600": lambda: _runs("size600", _all_of(None, 600), budget_s=60, threads=2),
        "size800": lambda: _runs("size800", _all_of(None, 800), budget_s=60, threads=2),
        "size1000": lambda: _runs("size1000", SIZE_1000, budget_s=600, threads=2),
        "peers-distance": lambda: _against(
            "peers-distance", FORTY, objective=DISTANCE, budget_s=10
        ),
        "peers-distance-60": lambda: _against(
            "peers-distance-60", TEN, objective=DISTANCE, budget_s=60
        ),
        "peers-vehicles": lambda: _against(
            "peers-vehicles", FORTY, objective=VEHICLES, budget_s=10
        ),
        "shape": _shape,
    }
)
"""By name, in the order of the tables."""
