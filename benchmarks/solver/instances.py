"""Published instances as plain numbers: what a peer needs to build its own model.

This reader shares no code with the product's, which the product's own runs use.
"""

from __future__ import annotations

import csv
import functools
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from shared_data import data_folder

__all__ = ["BestKnown", "Instance", "Scaled", "best_known", "instance", "verdict"]

LILIM, SARTORI = "lilim", "sartori"


@dataclass(frozen=True, slots=True, kw_only=True)
class BestKnown:
    """One line of ``bks.csv``."""

    name: str
    family: str
    size: int
    vehicles: int
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """An instance in whole numbers.

    Parameters
    ----------
    costs
        Legs to the nearest unit.
    times
        Legs up to the next unit: a plan in time here is in time in double precision.
    opens, closes, service
        Of every node, exactly.
    """

    costs: npt.NDArray[np.int64]
    times: npt.NDArray[np.int64]
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    service: tuple[int, ...]

    @property
    def fixed_cost(self) -> int:
        """A price per vehicle that makes the fleet count first: ten of the longest depot legs."""
        return 10 * int(max(self.costs[0].max(), self.costs[:, 0].max()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A published instance.

    Parameters
    ----------
    fleet
        Vehicles there are: Li & Lim's file says it; Sartori & Buriol's does not, so that it is
        one for every shipment.  Never taken from the best-known value.
    demand, opens, closes, service
        Of every node; 0 is the depot.
    pairs
        Node of the pickup and node of the delivery of every shipment.
    legs
        Time and cost from row to column.
    """

    name: str
    family: str
    fleet: int
    capacity: int
    demand: tuple[int, ...]
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    service: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    legs: npt.NDArray[np.float64]

    def scaled(self, factor: int) -> Scaled:
        """Return the instance times a factor; Sartori & Buriol's are whole minutes already."""
        if self.family == SARTORI:
            factor = 1
        return Scaled(
            costs=np.rint(self.legs * factor).astype(np.int64),
            times=np.ceil(self.legs * factor).astype(np.int64),
            opens=tuple(factor * t for t in self.opens),
            closes=tuple(factor * t for t in self.closes),
            service=tuple(factor * t for t in self.service),
        )

    def cost(self, routes: Sequence[Sequence[int]]) -> float:
        """Return the length of all routes in double precision."""
        total = 0.0
        for route in routes:
            nodes = np.array([0, *route, 0])
            total += float(self.legs[nodes[:-1], nodes[1:]].sum())
        return total


@functools.cache
def best_known() -> dict[str, BestKnown]:
    """Return the best-known values by name, in the order of the file."""
    with (data_folder("pdptw") / "bks.csv").open(encoding="utf-8", newline="") as lines:
        return {
            line["instance"]: BestKnown(
                name=line["instance"],
                family=line["set"],
                size=int(line["size"]),
                vehicles=int(line["vehicles"]),
                cost=float(line["cost"]),
            )
            for line in csv.DictReader(lines)
        }


def path_of(name: str) -> Path:
    """Return the file of an instance."""
    return data_folder("pdptw") / best_known()[name].family / f"{name}.txt"


@functools.lru_cache(maxsize=4)
def instance(name: str) -> Instance:
    """Return a published instance by its name."""
    words = path_of(name).read_text(encoding="utf-8").splitlines()
    return (_lilim if best_known()[name].family == LILIM else _sartori)(name, words)


def verdict(name: str, solution: Path) -> tuple[bool, str]:
    """Return what the field's checker says about a file of routes: valid or not, and its line."""
    tool = data_folder("pdptw").parents[1] / "tools" / "check_pdptw.py"
    done = subprocess.run(
        [sys.executable, str(tool), str(path_of(name)), str(solution)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    line = done.stdout.strip()
    if not line.startswith(("OK ", "INFEASIBLE ")):
        raise RuntimeError(f"the checker failed on {name}: {done.stderr.strip()}")
    return done.returncode == 0, line


def _lilim(name: str, lines: list[str]) -> Instance:
    fleet, capacity = (int(word) for word in lines[0].split()[:2])
    table = np.array([line.split() for line in lines[1:] if line.strip()], dtype=np.int64)
    xy = table[:, 1:3].astype(np.float64)
    gap = xy[:, None, :] - xy[None, :, :]
    legs = np.sqrt(gap[..., 0] ** 2 + gap[..., 1] ** 2)
    return _instance(name, LILIM, fleet, capacity, table[:, 3:], legs)


def _sartori(name: str, lines: list[str]) -> Instance:
    head = dict(line.split(":", 1) for line in lines[: lines.index("NODES")] if ":" in line)
    size, first = int(head["SIZE"]), lines.index("NODES") + 1
    table = np.array([line.split()[3:] for line in lines[first : first + size]], dtype=np.int64)
    second = lines.index("EDGES") + 1
    legs = np.array([line.split() for line in lines[second : second + size]], dtype=np.float64)
    return _instance(name, SARTORI, size // 2, int(head["CAPACITY"]), table, legs)


def _instance(
    name: str,
    family: str,
    fleet: int,
    capacity: int,
    table: npt.NDArray[np.int64],
    legs: npt.NDArray[np.float64],
) -> Instance:
    """Return an instance from columns demand, opens, closes, service, pickup, delivery."""
    demand, opens, closes, service = (tuple(column.tolist()) for column in table[:, :4].T)
    return Instance(
        name=name,
        family=family,
        fleet=fleet,
        capacity=capacity,
        demand=demand,
        opens=opens,
        closes=closes,
        service=service,
        pairs=tuple((node, int(to)) for node, to in enumerate(table[:, 5]) if to),
        legs=legs,
    )
