"""Plans of ours that are better than the best-known value, kept with their check."""

from __future__ import annotations

import json
from pathlib import Path

from solver.answer import Answer
from solver.results import Row

__all__ = ["keep_if_better"]

_FOLDER = Path(__file__).parents[1] / "records"
# Best-known costs are printed to the cent.
_CENT = 0.005


def keep_if_better(row: Row, answer: Path) -> bool:
    """Write the plan of a run to ``benchmarks/records`` where it is a record; say whether it was.

    Fewer vehicles than the best-known value and than what is kept already, or as many at a
    cost lower by more than ``_CENT``; only what the field's checker finds valid.
    """
    if not row.valid or row.vehicles is None or row.cost is None:
        return False
    if row.bks_vehicles is None or row.bks_cost is None:
        return False
    file = _FOLDER / f"{row.instance}.json"
    rivals = [(row.bks_vehicles, row.bks_cost)]
    if file.exists():
        kept = json.loads(file.read_text(encoding="utf-8"))
        rivals.append((kept["vehicles"], kept["cost"]))
    vehicles, cost = min(rivals)
    if row.vehicles > vehicles or (row.vehicles == vehicles and row.cost >= cost - _CENT):
        return False
    routes = Answer.read(answer).routes
    assert routes is not None
    lines = ",\n    ".join(json.dumps(route) for route in routes)
    head = {
        "instance": row.instance,
        "vehicles": row.vehicles,
        "cost": row.cost,
        "best_known": {"vehicles": row.bks_vehicles, "cost": row.bks_cost},
        "objective": row.objective,
        "seed": row.seed,
        "budget_s": row.budget_s,
        "threads": row.threads,
        "date": row.date,
        "version": row.version,
        "code": row.code,
        "verdict": row.verdict,
    }
    text = json.dumps(head, indent=2).removesuffix("\n}")
    text += f',\n  "routes": [\n    {lines}\n  ]\n}}\n'
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
    return True
