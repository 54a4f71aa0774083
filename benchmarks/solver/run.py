"""Run what is missing of some groups; one row per run, appended when the run is over.

    cd benchmarks
    ../.venv/bin/python -m solver.run lilim100 sartori100 --jobs 2
    ../.venv/bin/python -m solver.run peers-distance --only 'lr1_10|pyvrp'
    ../.venv/bin/python -m solver.run lilim200 --list

Rows that are there are not run again, unless the solver's sources have changed since (or the
peer's version).  Ctrl-C loses the runs under way and nothing else.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from memory import peak_mb
from solver.groups import CENTS, GROUPS, OURS, PEERS, Cell
from solver.jobs import (
    Ended,
    allowance_s,
    build_problem,
    command_of,
    peer_of,
    problem_file,
    row_of,
    said_fingerprint,
)
from solver.results import RESULTS, Row, append, read
from solver.state import code_of_the_solver, require_fresh_library, version

_BENCHMARKS = Path(__file__).parents[1]
_LOOK_S = 0.1


@dataclass(slots=True, kw_only=True)
class _Running:
    cell: Cell
    process: subprocess.Popen[bytes]
    answer: Path
    told: Path
    load: float
    began_s: float
    peak_mb: int = 0

    @property
    def wall_s(self) -> float:
        return time.monotonic() - self.began_s

    def kill(self) -> None:
        """End the process and its children."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class _Runner:
    """Runs cells, some at a time, and writes their rows."""

    def __init__(self, folder: Path, results: Path, problems: dict[str, str]) -> None:
        self.failed: list[str] = []
        self._folder = folder
        self._results = results
        self._problems = problems
        self._code = code_of_the_solver()
        self._running: list[_Running] = []
        self._number = 0

    def __call__(self, cells: Iterable[Cell], jobs: int) -> None:
        """Run cells, ``jobs`` at a time."""
        waiting = list(cells)
        try:
            while waiting or self._running:
                while waiting and len(self._running) < jobs:
                    self._begin(waiting.pop(0))
                time.sleep(_LOOK_S)
                for one in list(self._running):
                    self._look(one, left=len(waiting))
        finally:
            for one in self._running:
                one.kill()

    def _begin(self, cell: Cell) -> None:
        self._number += 1
        answer = self._folder / f"{self._number}.json"
        told = answer.with_suffix(".txt")
        with told.open("wb") as stream:
            process = subprocess.Popen(
                command_of(cell, problems=self._folder, out=answer),
                cwd=_BENCHMARKS,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                # Ctrl-C is for us: we end the children, whole groups of them.
                start_new_session=True,
            )
        self._running.append(
            _Running(
                cell=cell,
                process=process,
                answer=answer,
                told=told,
                load=os.getloadavg()[0],
                began_s=time.monotonic(),
            )
        )

    def _look(self, one: _Running, *, left: int) -> None:
        one.peak_mb = max(one.peak_mb, peak_mb(one.process.pid))
        status = one.process.poll()
        late = status is None and one.wall_s > allowance_s(one.cell)
        if status is None and not late:
            return
        one.kill()
        self._running.remove(one)
        if status:
            lines = one.told.read_text(encoding="utf-8", errors="replace").splitlines()
            self.failed.append(f"{one.cell.name}: status {status}: {' | '.join(lines[-3:])}")
            print(f"FAILED {self.failed[-1]}", flush=True)
            return
        if code_of_the_solver() != self._code:
            raise SystemExit("the solver's sources changed under the run: what ran is not known")
        ended = Ended(
            answer=None if late else one.answer,
            wall_s=one.wall_s,
            peak_mb=one.peak_mb,
            load=one.load,
        )
        problem = self._problems.get(one.cell.instance, "")
        row = row_of(one.cell, ended, problem=problem, code=self._code)
        append(row, self._results)
        print(f"{_told(row)} ({left} to go)", flush=True)


def _told(row: Row) -> str:
    plan = f"{row.vehicles}/{row.cost}" if row.vehicles is not None else "no plan"
    against = "" if row.extra_vehicles is None else f" {row.extra_vehicles:+d} {row.gap:+.2%}"
    return f"{row.cell.name} seed {row.seed}: {plan}{against} in {row.seconds} s, {row.verdict}"


def _wanted(options: argparse.Namespace) -> list[Cell]:
    only = re.compile(options.only)
    cells = [
        cell
        for group in options.groups
        for cell in GROUPS[group]()
        if (options.seeds is None or cell.seed in options.seeds) and only.search(cell.name)
    ]
    if options.backend != "native":
        cells = [
            replace(cell, solver=f"{OURS}-{options.backend}") if cell.solver == OURS else cell
            for cell in cells
        ]
    return list(dict.fromkeys(cells))


def _is_done(
    rows: list[Row], problems: dict[str, str], *, any_code: bool
) -> Callable[[Cell], bool]:
    """Return whether a cell has a row that still holds."""
    known: dict[Cell, list[Row]] = {}
    for row in rows:
        known.setdefault(row.cell, []).append(row)
    code = code_of_the_solver()

    def is_done(cell: Cell) -> bool:
        peer, problem = peer_of(cell), problems.get(cell.instance, "")
        # OR-Tools plans the shape through a back end of ours.
        by_ours = cell.solver not in PEERS or (cell.objective == CENTS and cell.solver == "ortools")
        return any(
            row.peer == peer
            and row.problem == problem
            and (any_code or not by_ours or row.code == code)
            for row in known.get(cell, ())
        )

    return is_done


def _terminated(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run, append, and say what failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "groups", nargs="+", choices=GROUPS, metavar="GROUP", help=", ".join(GROUPS)
    )
    parser.add_argument("--seeds", type=int, nargs="+", help="only these of the group's seeds")
    parser.add_argument("--jobs", type=int, default=1, help="1-thread runs at a time")
    parser.add_argument("--only", default="", metavar="REGEX", help="of group/instance/solver/10s")
    parser.add_argument("--keep-old", action="store_true", help="rows of earlier code count")
    parser.add_argument("--list", action="store_true", help="say what would be run")
    parser.add_argument("--backend", default="native", help="of ours; any other makes other rows")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _terminated)

    cells = _wanted(options)
    if not cells:
        raise SystemExit("nothing of these groups is named so")
    with tempfile.TemporaryDirectory(prefix="solver-benchmark-") as name:
        folder = Path(name)
        try:
            failed = _run(cells, folder, options)
        except KeyboardInterrupt:
            print("interrupted: the runs under way are lost, the rows are kept", file=sys.stderr)
            raise SystemExit(130) from None
    if failed:
        raise SystemExit("\n".join([f"{len(failed)} runs failed:", *failed]))


def _run(cells: list[Cell], folder: Path, options: argparse.Namespace) -> list[str]:
    problems: dict[str, str] = {}
    for cell in cells:
        if cell.objective == CENTS and cell.instance not in problems:
            build_problem(cell, folder)
            problems[cell.instance] = said_fingerprint(problem_file(cell, folder))
    rows = read(options.results)
    is_done = _is_done(rows, problems, any_code=options.keep_old)
    missing = [cell for cell in cells if not is_done(cell)]
    print(f"{len(missing)} of {len(cells)} runs to do, colivraison {version()}", flush=True)
    if options.list:
        for cell in missing:
            print(f"{cell.name} seed {cell.seed}, {cell.threads} threads")
        return []
    if any(cell.solver == OURS for cell in missing):
        require_fresh_library()
    runner = _Runner(folder, options.results, problems)
    runner([cell for cell in missing if cell.threads == 1], jobs=options.jobs)
    runner([cell for cell in missing if cell.threads > 1], jobs=1)
    return runner.failed


if __name__ == "__main__":
    main()
