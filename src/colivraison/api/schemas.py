"""What goes over the wire of plans, as Pydantic models; of questions: `schemas_questions`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from colivraison.storage import PlanStatus

__all__ = [
    "FaultOut",
    "Health",
    "OptionsIn",
    "OptionsOut",
    "PlanList",
    "PlanOut",
    "PlanRequest",
    "PlanSummary",
    "Problem",
    "ReplanOptionsIn",
    "ReplanRequest",
    "Strict",
]


class Strict(BaseModel):
    """An object whose keys are all known."""

    model_config = ConfigDict(extra="forbid")


class OptionsIn(Strict):
    """How long to search and from which seed; give a time or a number of iterations, not both."""

    time_limit_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    iterations: Annotated[int, Field(ge=1)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    threads: Annotated[int, Field(ge=1)] = 1

    @field_validator("*")
    @classmethod
    def _within_the_server_s_bounds(cls, value: Any, info: ValidationInfo) -> Any:
        """Hold a value against the settings, handed in as the context of the validation."""
        maximum = (info.context or {}).get(info.field_name)
        if maximum is not None and value is not None and value > maximum:
            raise ValueError("above what this server allows")
        return value


class PlanRequest(OptionsIn):
    """A case, form given by ``/v1/case.schema.json``, and how to plan it."""

    case: dict[str, Any]


class ReplanOptionsIn(OptionsIn):
    """How much of the plan that people know is kept, and how to search."""

    keep: Literal["all", "rounds", "drivers", "nothing"] = "all"


class ReplanRequest(ReplanOptionsIn):
    """The case as it is now, how much of the plan is kept, and how to search."""

    case: dict[str, Any]


class FaultOut(Strict):
    """One thing that is wrong: where it stands, why it is wrong, what to do."""

    code: str
    place: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    pointer: str | None = None
    value: str | None = None
    cause: str
    action: str


class Problem(Strict):
    """An answer that says what went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FaultOut] = Field(default_factory=list)


class OptionsOut(Strict):
    """What the search was asked."""

    time_limit_s: float | None
    iterations: int | None
    seed: int
    threads: int


class PlanSummary(Strict):
    """Where a plan stands; ``known_plan_id`` and ``keep``: of which plan it keeps how much."""

    id: str
    status: PlanStatus
    status_text: str
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    options: OptionsOut
    href: str
    known_plan_id: str | None
    keep: str | None


class PlanOut(PlanSummary):
    """Where a plan stands, and the plan itself once it is there.

    ``plan`` has the form of ``plan.json``.
    """

    queue_position: int | None
    stage: str | None
    stage_text: str | None
    progress_share: float
    best_cost_cents: int | None
    faults: list[FaultOut]
    map_href: str | None
    file_hrefs: list[str]
    plan: dict[str, Any] | None


class PlanList(Strict):
    """Plans, newest first."""

    plans: list[PlanSummary]


class Health(Strict):
    """The server answers and its territory is loaded."""

    status: Literal["ok"]
    version: str
    running: int
    waiting: int
