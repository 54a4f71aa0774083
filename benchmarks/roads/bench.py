"""What a side-by-side measurement needs: files made once, fresh processes, cells of a table."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roads.points import write_points
from roads.tilings import TILINGS, read_all, write_tiling
from shared_data import data_folder

__all__ = ["CORSICA", "LARGE", "Bench", "median", "ratio_of", "row", "seconds_of", "timed"]

CORSICA = "corsica-network.osm.pbf"
LARGE = 5000
"""Places of the largest matrix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where things lie, and how often each is measured."""

    folder: Path
    osrm_python: Path
    rounds: int
    seed: int

    def ours(self, *arguments: object) -> dict[str, Any]:
        """Run our side in a fresh process."""
        return _answer([sys.executable, "-m", "roads.ours", *map(str, arguments)])

    def osrm(self, *arguments: object) -> dict[str, Any]:
        """Run the peer's side in a fresh process of its own Python."""
        return _answer([str(self.osrm_python), "-m", "roads.osrm_peer", *map(str, arguments)])

    def points(self, name: str, extract: Path, count: int) -> Path:
        """Return places drawn for an extract."""
        out = self.folder / f"{name}-{count}-{self.seed}.csv"
        if not out.exists():
            write_points(read_all(extract), count=count, seed=self.seed, out=out)
        return out

    def corsica(self) -> tuple[Path, Path, Path, Path]:
        """Return Corsica's extract and points, our territory and OSRM's folder, made if absent."""
        extract = data_folder("osm") / CORSICA
        points = self.points("corsica", extract, LARGE)
        territory, peer = self.folder / "corsica.roads", self.folder / "osrm-corsica"
        if not territory.exists():
            self.ours("build", extract, "--out", territory, "--points", points)
        if not peer.exists():
            self.osrm("prepare", extract, "--out", peer)
        return extract, points, territory, peer

    def tiling(self, name: str) -> Path:
        """Return a tiling, written if absent."""
        tiling = TILINGS[name]
        out = self.folder / f"{name}-{tiling.columns}x{tiling.rows}.osm.pbf"
        if not out.exists():
            extract = read_all(data_folder("osm") / tiling.source)
            write_tiling(extract, columns=tiling.columns, rows=tiling.rows, out=out)
        return out


def timed(command: list[str]) -> tuple[str, dict[str, float]]:
    """Run a process; return what it printed, and its seconds on the clock and the processor."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    )
    wall_s = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed\n{done.stdout}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, {"total_s": wall_s, "cpu_s": cpu_s}


def _answer(command: list[str]) -> dict[str, Any]:
    printed, seconds = timed(command)
    return {**seconds, **json.loads(printed.splitlines()[-1])}


def row(*cells: object) -> None:
    """Print one line of a Markdown table."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def seconds_of(runs: Iterable[dict[str, Any]], digits: int = 3) -> str:
    """Return "median (worst); processor median" of some runs."""
    runs = list(runs)
    wall, cpu = [run["total_s"] for run in runs], [run["cpu_s"] for run in runs]
    clock = f"{median(wall):.{digits}f} ({max(wall):.{digits}f}) s"
    return f"{clock}; processor {median(cpu):.{digits}f}"


def ratio_of(theirs: Iterable[dict[str, Any]], ours: Iterable[dict[str, Any]]) -> str:
    """Return theirs / ours: medians on the clock, our worst against their best, processor."""
    theirs, ours = list(theirs), list(ours)
    wall = [[run["total_s"] for run in runs] for runs in (theirs, ours)]
    cpu = [median(run["cpu_s"] for run in runs) for runs in (theirs, ours)]
    return (
        f"{median(wall[0]) / median(wall[1]):.1f} (worst {min(wall[0]) / max(wall[1]):.1f}); "
        f"processor {cpu[0] / cpu[1]:.1f}"
    )


def median(values: Iterable[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)
