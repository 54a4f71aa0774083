"""The shape of ``plan.json``, version 1.

Only what makes a document readable is stated here.  A plan that can be read may still be wrong
(late, overloaded): saying so is the checker's work, so no rule of the trade stands in this file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, Strict

from colivraison.domain import Action, UnservedCode
from colivraison.interchange.plan_schema_parts import (
    Amount,
    DocumentPart,
    FaultPart,
    HorizonSecond,
    IsoDate,
    Name,
    OrderPart,
    SitePart,
    VehiclePart,
    Whole,
)

__all__ = [
    "EditedRounds",
    "MatrixPart",
    "PlanDocument",
    "RoundPart",
    "edited_rounds_schema",
    "plan_json_schema",
]


class ShipmentPart(DocumentPart):
    """What is done with one shipment at a stop."""

    id: Name
    action: Action
    order_ids: tuple[Name, ...]
    begin_s: HorizonSecond | None = None


class StopPart(DocumentPart):
    """One halt, in seconds since the horizon's first midnight (elapsed, Europe/Paris)."""

    site_id: Name
    arrival_s: HorizonSecond
    start_s: HorizonSecond
    departure_s: HorizonSecond
    load_g: Whole
    load_crates: Whole
    load_litres: Whole = 0
    shipments: tuple[ShipmentPart, ...]


class RoundPart(DocumentPart):
    """One vehicle on one day; ``legs`` are encoded polylines of precision 5."""

    id: Annotated[str, Strict(), Field(min_length=1, max_length=300)]
    vehicle_id: Name
    day: IsoDate
    stops: Annotated[tuple[StopPart, ...], Field(min_length=1)]
    cost_cents: Whole
    distance_m: Whole
    duration_s: Whole
    gco2e: Whole | None = None
    driver_id: Name = ""
    legs: tuple[Name, ...] = ()


class EditedStopPart(StopPart):
    """One halt of a round that is to be timed: what follows from the order may be left out."""

    arrival_s: HorizonSecond = 0
    start_s: HorizonSecond = 0
    departure_s: HorizonSecond = 0
    load_g: Whole = 0
    load_crates: Whole = 0


class EditedRoundPart(RoundPart):
    """A round that is to be timed: its van, its day, and the order of what is done."""

    stops: Annotated[tuple[EditedStopPart, ...], Field(min_length=1)]
    cost_cents: Whole = 0
    distance_m: Whole = 0
    duration_s: Whole = 0


class EditedRounds(DocumentPart):
    """Every round that a plan is to have, in the form of ``plan.json``."""

    rounds: tuple[EditedRoundPart, ...]


class UnservedPart(DocumentPart):
    """An order no round carries, and why."""

    order_id: Name
    code: UnservedCode


class AlonePart(DocumentPart):
    """One producer's orders without anybody's help."""

    producer_id: Name
    vehicles: tuple[VehiclePart, ...]
    rounds: tuple[RoundPart, ...]
    unserved: tuple[UnservedPart, ...]


class CoDeliveryPart(DocumentPart):
    """One producer carries for another."""

    carrier_id: Name
    served_id: Name
    site_ids: tuple[Name, ...]
    order_ids: tuple[Name, ...]
    vehicles: tuple[VehiclePart, ...]
    rounds: tuple[RoundPart, ...]
    carrier_before_cents: Whole
    carrier_after_cents: Whole
    served_before_cents: Whole
    served_after_cents: Whole
    carrier_before_m: Whole
    carrier_after_m: Whole
    served_before_m: Whole
    served_after_m: Whole
    payment_cents: Whole


class NearbyPart(DocumentPart):
    """A village or service near a suggested place."""

    name: Name
    kind: Name
    distance_m: Amount
    population: Amount | None


class NewSitePart(DocumentPart):
    """A new distribution point along a round that exists."""

    site: SitePart
    round_id: Name
    orders: tuple[OrderPart, ...]
    round: RoundPart
    detour_s: Whole
    detour_m: Whole
    detour_cents: Whole
    nearby: tuple[NearbyPart, ...]


_Cell = Annotated[int, Strict(), Field(ge=-1, le=2**53 - 1)]
_Table = tuple[tuple[_Cell, ...], ...]


class TablePart(DocumentPart):
    """Square tables of one road profile, row = from, -1 = no way."""

    durations_s: _Table
    distances_m: _Table


class MatrixPart(TablePart):
    """Travel between the places ``ids`` for ``profile``, and for the ``others``."""

    ids: tuple[Name, ...]
    profile: Name
    others: dict[str, TablePart] = Field(default_factory=dict)


class FingerprintPart(DocumentPart):
    """What the plan was computed from."""

    case: Name
    territory: Name
    code: Name
    closures: Name = ""
    known_plan: Name = ""
    keep: Name = ""


class PlanDocument(DocumentPart):
    """A whole ``plan.json``.  Exactly one of ``iterations`` and ``time_limit_s`` is given."""

    plan_version: Literal[1]
    horizon_start: IsoDate
    fingerprint: FingerprintPart
    seed: Whole
    iterations: Amount | None = None
    time_limit_s: Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)] | None = None
    attribution: Name = ""
    rounds: tuple[RoundPart, ...]
    unserved: tuple[UnservedPart, ...]
    alone: tuple[AlonePart, ...] = ()
    co_delivery: CoDeliveryPart | None = None
    new_site: NewSitePart | None = None
    warnings: tuple[FaultPart, ...] = ()
    case: dict[str, Any]
    matrix: MatrixPart


def plan_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``plan.json``; the case has its own schema."""
    schema = PlanDocument.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "colivraison plan",
        "oneOf": [{"required": ["iterations"]}, {"required": ["time_limit_s"]}],
    }


def edited_rounds_schema(ref_template: str) -> dict[str, Any]:
    """Return the JSON Schema of rounds that are to be timed.

    Parameters
    ----------
    ref_template
        How its definitions are named: ``#/components/schemas/{model}``.
    """
    return EditedRounds.model_json_schema(ref_template=ref_template)
