"""What a child process hands back: a small file, written when its search is over."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The outcome of one search on a published instance.

    Parameters
    ----------
    routes
        Node numbers without the depot; None: no plan that serves everybody.
    seconds
        Of the search, building the model not included.
    """

    routes: tuple[tuple[int, ...], ...] | None
    seconds: float
    iterations: int | None = None
    first_plan_s: float | None = None

    def write(self, path: Path) -> None:
        """Write it as the field's checker reads it, with a null for no plan."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Answer:
        """Return what is in a file, ours or a peer's; keys that we do not know are left."""
        values = json.loads(path.read_text(encoding="utf-8"))
        routes = values["routes"]
        return cls(
            routes=None if routes is None else tuple(tuple(r) for r in routes if r),
            seconds=values["seconds"],
            iterations=values.get("iterations"),
            first_plan_s=values.get("first_plan_s"),
        )
