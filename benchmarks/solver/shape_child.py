"""One solver on one problem of the product's own shape, in a process of its own.

    cd benchmarks
    ../.venv/bin/python -m solver.shape_child --build M-corsica --problem FILE
    ../.venv/bin/python -m solver.shape_child --solver pyvrp --budget 60 --problem FILE --out FILE

The problem is built by another process than the one that solves it, whose memory is measured.
"""

from __future__ import annotations

import argparse
import json
import pickle
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from memory import PeakMemory, peak_mb
from solver.groups import OURS
from solver.shape import fingerprint, problem_of

from colivraison.pdptw import Problem, Solution, Stopping, check, solution_cost_cents
from colivraison.pdptw import solve as solve_ours

__all__ = ["ShapeAnswer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeAnswer:
    """The outcome of one search.

    Parameters
    ----------
    cents
        By our own evaluation, whoever solved; None: no plan.
    vehicles
        Rounds in it.
    broken
        What our own check finds wrong; "" for nothing.
    peak_mb
        Of the process, the problem and the library included, and of its largest child.
    """

    cents: int | None
    vehicles: int | None
    served: int
    shipments: int
    broken: str
    seconds: float
    iterations: int | None
    problem: str
    peak_mb: int

    @classmethod
    def read(cls, path: Path) -> ShapeAnswer:
        """Return what a child wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    cents: int | None
    vehicles: int | None
    served: int
    broken: str
    seconds: float
    iterations: int | None


def _judged(
    problem: Problem, solution: Solution | None, seconds: float, iterations: int | None
) -> _Found:
    """Return a plan at our prices, after our check."""
    if solution is None:
        return _Found(
            cents=None, vehicles=None, served=0, broken="", seconds=seconds, iterations=iterations
        )
    wrong = check(problem, solution)
    return _Found(
        cents=None if wrong else solution_cost_cents(problem, solution),
        vehicles=len(solution.routes),
        served=len(problem.shipments) - len(solution.unassigned),
        broken="; ".join(map(str, wrong[:3])),
        seconds=seconds,
        iterations=iterations,
    )


def _ours(problem: Problem, options: argparse.Namespace, backend: str) -> _Found:
    began = time.perf_counter()
    result = solve_ours(
        problem,
        Stopping(time_limit_s=float(options.budget)),
        seed=options.seed,
        threads=options.threads,
        backend=backend,
    )
    return _judged(problem, result.solution, time.perf_counter() - began, result.iterations)


def _pyvrp(problem: Problem, options: argparse.Namespace) -> _Found:
    from solver.peers.shape_with_pyvrp import solve

    return _judged(problem, *solve(problem, budget_s=options.budget, seed=options.seed))


def _vroom(problem: Problem, options: argparse.Namespace) -> _Found:
    from vroom_peer import solve_with_vroom

    result = solve_with_vroom(problem, threads=options.threads)
    return _Found(
        cents=None if result.violations else result.cost_cents,
        vehicles=result.rounds,
        served=len(problem.shipments) - result.unassigned,
        broken=f"{result.violations} violations" if result.violations else "",
        seconds=result.seconds,
        iterations=None,
    )


def _solved(problem: Problem, options: argparse.Namespace) -> _Found:
    if options.solver == "pyvrp":
        return _pyvrp(problem, options)
    if options.solver == "vroom":
        return _vroom(problem, options)
    # OR-Tools' model of this shape is the product's second back end.
    backend = options.solver.removeprefix(f"{OURS}-")
    return _ours(problem, options, "native" if backend == OURS else backend)


def main() -> None:
    """Build a problem, or solve one and write the answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", metavar="NAME")
    parser.add_argument("--problem", type=Path, required=True)
    parser.add_argument("--solver", help="ours, ours-BACKEND, pyvrp, ortools or vroom")
    parser.add_argument("--budget", type=int, default=10, metavar="SECONDS")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.build:
        # Whole or not at all: a run that is interrupted here must not leave half a problem.
        part = options.problem.with_suffix(".part")
        problem = problem_of(options.build)
        part.write_bytes(pickle.dumps(problem))
        told = {"fingerprint": fingerprint(problem)}
        options.problem.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
        part.replace(options.problem)
        return
    if options.solver is None or options.out is None:
        parser.error("--solver and --out, or --build")
    problem = pickle.loads(options.problem.read_bytes())
    with PeakMemory() as memory:
        found = _solved(problem, options)
    answer = ShapeAnswer(
        **asdict(found),
        shipments=len(problem.shipments),
        problem=fingerprint(problem),
        peak_mb=peak_mb() + memory.largest_child_mb,
    )
    options.out.write_text(json.dumps(asdict(answer)), encoding="utf-8")


if __name__ == "__main__":
    main()
