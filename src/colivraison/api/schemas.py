"""What goes over the wire, as Pydantic models: nowhere else are there any."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from colivraison.storage import PlanStatus

__all__ = [
    "ExplanationOut",
    "FaultOut",
    "Health",
    "InsertionOut",
    "InsertionsOut",
    "InsertionsRequest",
    "MovedOut",
    "OptionsIn",
    "OptionsOut",
    "PlanList",
    "PlanOut",
    "PlanRequest",
    "PlanSummary",
    "Problem",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OptionsIn(_Strict):
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


class FaultOut(_Strict):
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


class Problem(_Strict):
    """An answer that says what went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FaultOut] = Field(default_factory=list)


class OptionsOut(_Strict):
    """What the search was asked."""

    time_limit_s: float | None
    iterations: int | None
    seed: int
    threads: int


class PlanSummary(_Strict):
    """Where a plan stands."""

    id: str
    status: PlanStatus
    status_text: str
    created_at: dt.datetime
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    options: OptionsOut
    href: str


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


class PlanList(_Strict):
    """Plans, newest first."""

    plans: list[PlanSummary]


class InsertionsRequest(_Strict):
    """Which order is to be placed: one that the plan leaves out, or a new one.

    ``order`` has the form of an entry of ``orders`` in ``case.json``.
    """

    order_id: Annotated[str, Field(max_length=200)] | None = None
    order: dict[str, Any] | None = None
    count: Annotated[int, Field(ge=1, le=50)] = 5


class MovedOut(_Strict):
    """A stop that is reached at another time than before."""

    site: str
    stop: int
    before_s: int
    after_s: int


class InsertionOut(_Strict):
    """A place for an order, and what it adds; times are seconds of the plan's week."""

    round: str
    new_round: bool
    vehicle: str
    day: dt.date
    delivery_s: int
    pickup_stop: int
    delivery_stop: int
    stops: list[str]
    rides_with: list[str]
    added_cents: int
    added_m: int
    added_s: int
    moved: list[MovedOut]
    sentences: list[str]


class InsertionsOut(_Strict):
    """The cheapest places for an order; ``code`` and ``why`` say why there is none."""

    order: str
    places: list[InsertionOut]
    code: str | None
    why: str | None
    undrivable: list[str]


class ExplanationOut(_Strict):
    """Why an order is where it is: in sentences, and with its figures in ``details``."""

    order: str
    served: bool
    sentences: list[str]
    details: dict[str, Any]


class Health(_Strict):
    """The server answers and its territory is loaded."""

    status: Literal["ok"]
    version: str
    running: int
    waiting: int
