"""How a cell becomes a process, and its answer a row."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solver.answer import Answer
from solver.groups import CENTS, OURS, PEERS, VROOM, Cell
from solver.instances import best_known, instance, path_of, verdict
from solver.records import keep_if_better
from solver.results import Row
from solver.shape_child import ShapeAnswer
from solver.state import machine, version, version_of

__all__ = ["Ended", "allowance_s", "command_of", "peer_of", "problem_file", "row_of"]

_BENCHMARKS = Path(__file__).parents[1]
_VROOM_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A process that is over.

    Parameters
    ----------
    answer
        The file it wrote; None where it was stopped because it did not end.
    load
        Processes that wanted a core when it began.
    """

    answer: Path | None
    wall_s: float
    peak_mb: int
    load: float


def peer_of(cell: Cell) -> str:
    """Return the name and version of the peer of a cell, "" for ours."""
    return version_of(cell.solver) if cell.solver in PEERS else ""


def allowance_s(cell: Cell) -> float:
    """Return after how many seconds a process is stopped: it does not keep its budget.

    Building a model of 1,000 tasks takes seconds, on a busy machine many.
    """
    return _VROOM_S if cell.solver == VROOM else 1.25 * cell.budget_s + 60


def problem_file(cell: Cell, folder: Path) -> Path:
    """Return the file of a generated problem."""
    return folder / f"{cell.instance}.pickle"


def command_of(cell: Cell, *, problems: Path, out: Path) -> list[str]:
    """Return the command that solves a cell; ours goes through the product's own command line."""
    given = ["--seed", str(cell.seed), "--out", str(out)]
    if cell.objective == CENTS:
        return [
            sys.executable, "-m", "solver.shape_child", "--solver", cell.solver,
            "--problem", str(problem_file(cell, problems)), "--budget", str(cell.budget_s),
            "--threads", str(cell.threads), *given,
        ]  # fmt: skip
    given += ["--objective", cell.objective]
    if cell.solver in PEERS:
        budget = ["--budget", str(cell.budget_s)]
        return [sys.executable, "-m", "solver.child", cell.solver, cell.instance, *budget, *given]
    # Said also where it is the default: a row of another back end must not pass for ours.
    backend = "native" if cell.solver == OURS else cell.solver.removeprefix(f"{OURS}-")
    return [
        sys.executable, "-m", "colivraison.cli", "pdptw", "solve", str(path_of(cell.instance)),
        "--time-limit", str(cell.budget_s), "--threads", str(cell.threads),
        "--backend", backend, *given,
    ]  # fmt: skip


def build_problem(cell: Cell, folder: Path) -> None:
    """Build the generated problem of a cell where it is not there yet."""
    file = problem_file(cell, folder)
    if not file.exists():
        subprocess.run(
            [sys.executable, "-m", "solver.shape_child", "--build", cell.instance,
             "--problem", str(file)],
            check=True, cwd=_BENCHMARKS,
        )  # fmt: skip


def row_of(cell: Cell, ended: Ended, *, problem: str, code: str) -> Row:
    """Return the row of a process that is over, its answer judged.

    Parameters
    ----------
    problem
        Fingerprint of the generated problem, "" for a published instance.
    code
        Fingerprint of the solver's sources.
    """
    found: dict[str, Any] = dict.fromkeys(
        ("first_plan_s", "iterations", "vehicles", "cost", "bks_vehicles", "bks_cost",
         "extra_vehicles", "gap", "served", "shipments", "valid")
    )  # fmt: skip
    found |= {"seconds": ended.wall_s, "peak_mb": ended.peak_mb, "problem": problem}
    if cell.objective != CENTS:
        best = best_known()[cell.instance]
        found |= {"bks_vehicles": best.vehicles, "bks_cost": best.cost}
    if ended.answer is None:
        found["verdict"] = f"stopped after {ended.wall_s:.0f} s without an answer"
    elif cell.objective == CENTS:
        found |= _shape(ShapeAnswer.read(ended.answer), problem)
    else:
        found |= _published(cell, ended.answer)
    row = Row(
        date=dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
        group=cell.group,
        instance=cell.instance,
        solver=cell.solver,
        objective=cell.objective,
        seed=cell.seed,
        budget_s=cell.budget_s,
        threads=cell.threads,
        version=version(),
        code=code,
        peer=peer_of(cell),
        wall_s=round(ended.wall_s, 2),
        load=round(ended.load, 2),
        machine=machine(),
        **found,
    )
    if cell.solver == OURS and ended.answer is not None:
        keep_if_better(row, ended.answer)
    return row


def _shape(answer: ShapeAnswer, problem: str) -> dict[str, Any]:
    if answer.problem != problem:
        raise RuntimeError(f"another problem was solved: {answer.problem}, not {problem}")
    planned = answer.vehicles is not None
    return {
        "seconds": round(answer.seconds, 2),
        "iterations": answer.iterations,
        "vehicles": answer.vehicles,
        "cost": answer.cents,
        "served": answer.served,
        "shipments": answer.shipments,
        "valid": not answer.broken if planned else None,
        "verdict": answer.broken or ("OK" if planned else "no plan"),
        "peak_mb": answer.peak_mb,
    }


def _published(cell: Cell, file: Path) -> dict[str, Any]:
    answer = Answer.read(file)
    found: dict[str, Any] = {
        "seconds": round(answer.seconds, 2),
        "iterations": answer.iterations,
        "first_plan_s": answer.first_plan_s,
    }
    if answer.routes is None:
        return found | {"verdict": "no plan"}
    valid, line = verdict(cell.instance, file)
    best, cost = best_known()[cell.instance], instance(cell.instance).cost(answer.routes)
    vehicles = len(answer.routes)
    # The checker prints vehicles and the cost to the cent: two counts must agree.
    words = line.split()
    if valid and (int(words[2]) != vehicles or abs(float(words[3]) - cost) > 0.0051):
        raise RuntimeError(f"the checker counts otherwise: {line}, not {vehicles} and {cost}")
    return found | {
        "vehicles": vehicles,
        "cost": round(cost, 4),
        "extra_vehicles": vehicles - best.vehicles,
        "gap": round(round(cost, 2) / best.cost - 1, 6),
        "valid": valid,
        "verdict": line,
    }


def said_fingerprint(file: Path) -> str:
    """Return the fingerprint that was written beside a generated problem."""
    return str(json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["fingerprint"])
