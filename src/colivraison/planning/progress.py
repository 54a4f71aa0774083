"""How far a long piece of work has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["OnStage", "Stage", "StageProgress"]


class Stage(StrEnum):
    """The parts of planning, in order; each has a name in ``texts`` (``stage.<value>``)."""

    MATRIX = "matrix"
    ALONE = "alone"
    ROUNDS = "rounds"
    SUGGESTIONS = "suggestions"
    GEOMETRY = "geometry"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageProgress:
    """One step of progress.

    Parameters
    ----------
    share
        0 to 1 of the whole work, never falling.
    best_cents
        Cost of the best shared plan so far, where there is one.
    """

    stage: Stage
    share: float
    best_cents: int | None = None


OnStage = Callable[[StageProgress], None]
