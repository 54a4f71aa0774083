"""How fast the search is: fixed numbers of iterations on one instance of each size.

    cd benchmarks
    ../.venv/bin/python -m solver.speed                  # iterations per second, the best of three
    ../.venv/bin/python -m solver.speed --callgrind      # instructions per iteration (valgrind)

Seconds depend on what else the machine does; instructions do not, so that they tell a regression
from noise.  Instructions are the difference of two runs that differ in iterations alone: start,
reading and writing fall out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from solver.instances import path_of
from solver.state import machine, require_fresh_library, version

_INSTANCES = {
    100: ("lr109", "poa-n100-2"),
    400: ("lr1_4_5", "poa-n400-2"),
    1000: ("lr1_10_3", "bar-n1000-1"),
}
_ITERATIONS = {100: 40_000, 400: 20_000, 1000: 10_000}
# A first plan is made before the first iteration counts: both runs contain it.
_FEW, _MANY = 1_000, 3_000
_REPEATS = 3


def _command(name: str, iterations: int, out: Path) -> list[str]:
    return [
        sys.executable, "-m", "colivraison.cli", "pdptw", "solve", str(path_of(name)),
        "--iterations", str(iterations), "--seed", "1", "--threads", "1",
        "--backend", "native", "--out", str(out),
    ]  # fmt: skip


def _run(command: list[str]) -> str:
    """Return what a command tells on its error output."""
    # The same order of sets and dictionaries each time, or instruction counts differ.
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed\n{done.stderr}")
    return done.stderr


def iterations_per_s(name: str, iterations: int, repeats: int) -> list[float]:
    """Return iterations per second of the search, best run first."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "solution.json"
        for _ in range(repeats):
            _run(_command(name, iterations, out))
            answer = json.loads(out.read_text(encoding="utf-8"))
            found.append(answer["iterations"] / answer["seconds"])
    return sorted(found, reverse=True)


def instructions(name: str, iterations: int) -> int:
    """Return the instructions of a whole process with so many iterations."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        told = _run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out / 'callgrind'}",
             *_command(name, iterations, out / "solution.json")]
        )  # fmt: skip
    found = re.search(r"Collected : (\d+)", told)
    if found is None:
        raise SystemExit(f"valgrind did not say how much it collected\n{told}")
    return int(found[1])


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--callgrind", action="store_true")
    parser.add_argument("--repeats", type=int, default=_REPEATS)
    parser.add_argument("--sizes", type=int, nargs="+", choices=_INSTANCES, default=[*_INSTANCES])
    options = parser.parse_args()
    if options.callgrind and shutil.which("valgrind") is None:
        raise SystemExit("valgrind is not installed (Debian's package valgrind)")
    require_fresh_library()
    print(f"colivraison {version()}, {machine()}, seed 1, 1 thread\n")
    if options.callgrind:
        print("| tasks | instance | instructions per iteration |\n|---|---|---|")
    else:
        print("| tasks | instance | iterations | iterations / s, best (worst) |\n|---|---|---|---|")
    for size in options.sizes:
        for name in _INSTANCES[size]:
            if options.callgrind:
                more = instructions(name, _MANY) - instructions(name, _FEW)
                print(f"| {size} | {name} | {more / (_MANY - _FEW):,.0f} |", flush=True)
            else:
                count = _ITERATIONS[size]
                speeds = iterations_per_s(name, count, options.repeats)
                print(
                    f"| {size} | {name} | {count:,} | {speeds[0]:,.0f} ({speeds[-1]:,.0f}) |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
