"""Questions about a plan that is there, and their answers, as they go over the wire."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from colivraison.api.schemas import Strict

__all__ = [
    "BaselineOut",
    "ComparisonOut",
    "ComparisonRequest",
    "CostsOut",
    "ExplanationOut",
    "InsertionOut",
    "InsertionsOut",
    "InsertionsRequest",
    "PreparationOut",
    "RetimedOut",
]


class InsertionsRequest(Strict):
    """Which order is to be placed: one that the plan leaves out, or a new one.

    ``order`` has the form of an entry of ``orders`` in ``case.json``.
    """

    order_id: Annotated[str, Field(max_length=200)] | None = None
    order: dict[str, Any] | None = None
    count: Annotated[int, Field(ge=1, le=50)] = 5


class MovedOut(Strict):
    """A stop that is reached at another time than before."""

    site: str
    stop: int
    before_s: int
    after_s: int


class InsertionOut(Strict):
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


class InsertionsOut(Strict):
    """The cheapest places for an order; ``code`` and ``why`` say why there is none."""

    order: str
    places: list[InsertionOut]
    code: str | None
    why: str | None
    undrivable: list[str]


class ExplanationOut(Strict):
    """Why an order is where it is: in sentences, and with its figures in ``details``."""

    order: str
    served: bool
    sentences: list[str]
    details: dict[str, Any]


class ViolationOut(Strict):
    """A broken rule: which, where and by how much; ``stop`` counts from 0."""

    code: str
    part: str
    round: str
    stop: int | None
    amount: int
    unit: str
    details: dict[str, str]
    place: str
    sentence: str


class RetimedOut(Strict):
    """A plan changed by hand, timed anew; rounds and unserved orders in the form of ``plan.json``.

    Rounds come without their lines on the map (``legs``), which are most of their bytes: those of
    the plan hold, but for the rounds ``without_lines``.  ``plan`` is the whole, where asked for.
    """

    cost_cents: int
    cost_cents_before: int
    rounds: list[dict[str, Any]]
    without_lines: list[str]
    unserved: list[dict[str, Any]]
    violations: list[ViolationOut]
    sentences: list[str]
    plan: dict[str, Any] | None


class TotalsOut(Strict):
    """What some rounds amount to, or by how much that differs."""

    rounds: int
    distance_m: int
    duration_s: int
    cost_cents: int
    gco2e: int


class PlanTotalsOut(TotalsOut):
    """Totals of a plan, and how many orders are in no round."""

    unserved: int


class ComparisonRequest(Strict):
    """The plan to compare with: either ``plan`` (a whole plan.json), or the ``rounds`` of an edit.

    Rounds are those of ``/retimed``.
    """

    plan: dict[str, Any] | None = None
    rounds: list[Any] | None = None


class DropsOut(Strict):
    """How many drops of the first plan there are, and how many of them moved."""

    count: int
    other_vehicle: int
    other_day: int
    other_hour: int
    left_out: int


class MemberChangeOut(Strict):
    """The rounds of one producer's vans in each plan; ``producer_id`` "": of nobody's vans."""

    producer_id: str
    before: TotalsOut
    after: TotalsOut
    difference: TotalsOut


class RideOut(Strict):
    """How an order rides; times are seconds of the plan's week."""

    round: str
    vehicle_id: str
    day: dt.date
    loaded_s: int
    delivered_s: int


class AmountsOut(Strict):
    """How much an order is."""

    crates: int
    mass_g: int
    litres: int


class OrderChangeOut(Strict):
    """An order of both plans, how it rides in each; null: in no round."""

    order_id: str
    order_id_before: str
    before: RideOut | None
    after: RideOut | None
    later_s: int | None
    other_vehicle: bool
    other_day: bool
    other_hour: bool
    amounts_before: AmountsOut
    amounts_after: AmountsOut


class LoneOrderOut(AmountsOut):
    """An order that only one of the plans knows."""

    order_id: str
    carried: RideOut | None


class DayVisitsOut(Strict):
    """When vans arrive at a place on one day; seconds of the plan's week."""

    day: dt.date
    arrivals_before_s: list[int]
    arrivals_after_s: list[int]


class SiteVisitsOut(Strict):
    """The vans that come to a place."""

    site_id: str
    days: list[DayVisitsOut]


class ListOut(Strict):
    """Sentences of one kind under a title."""

    title: str
    lines: list[str]


class ComparisonOut(Strict):
    """Two plans side by side: in sentences and lists of them, and in figures.

    A difference in cost is a saving only where ``comparable``.
    """

    sentences: list[str]
    lists: list[ListOut]
    violations_before: int
    violations_after: int
    before: PlanTotalsOut
    after: PlanTotalsOut
    difference: PlanTotalsOut
    comparable: bool
    unchanged: bool
    same_roads: bool
    renumbered: bool
    repriced_vehicles: list[str]
    drops: DropsOut
    members: list[MemberChangeOut]
    orders: list[OrderChangeOut]
    dropped_orders: list[LoneOrderOut]
    added_orders: list[LoneOrderOut]
    sites: list[SiteVisitsOut]
    dropped_places: list[str]
    added_places: list[str]
    dropped_vehicles: list[str]
    added_vehicles: list[str]


class WarningOut(Strict):
    """Something doubtful that was accepted."""

    code: str
    sentence: str


class CostOut(Strict):
    """What deliveries cost against their goods.

    ``share_permille`` is null, and ``verdict`` may be unknown, where orders do not say their value.
    ``enough_value_cents`` is the value of goods from which the same cost is within the limit.
    """

    cost_cents: int
    vehicle_cents: int
    labour_cents: int
    value_cents: int
    without_value: list[str]
    share_permille: int | None
    verdict: str
    enough_value_cents: int


class DropCostOut(CostOut):
    """A stop where something is delivered; ``stop`` counts from 0."""

    stop: int
    site_id: str
    by_producer: dict[str, CostOut]


class RoundCostOut(CostOut):
    """A round and its drops, which sum to it."""

    round_id: str
    vehicle_id: str
    drops: list[DropCostOut]


class MemberCostOut(CostOut):
    """What the deliveries of one producer's goods cost, whoever drives."""

    producer_id: str


class CostsOut(Strict):
    """Delivery costs of a plan; rounds, drops and producers each add up to the total."""

    labour: bool
    limit_percent: int
    broken_rules: int
    warnings: list[WarningOut]
    sentences: list[str]
    total: CostOut
    rounds: list[RoundCostOut]
    members: list[MemberCostOut]


class GoodsOut(Strict):
    """Goods of one kind and temperature, and the orders they are for."""

    goods: str
    temperature: str
    boxed: bool
    crates: int
    mass_g: int
    litres: int
    order_ids: list[str]


class PackedOut(GoodsOut):
    """Goods for one place."""

    site_id: str


class LoadingOut(Strict):
    """One loading of one van, in the order in which goods go in."""

    round: str
    vehicle_id: str
    site_id: str
    arrival_s: int
    ready_s: int
    ready: dt.datetime
    goods: list[PackedOut]


class PreparationDayOut(Strict):
    """What is packed for the loadings of one day."""

    day: dt.date
    first_ready_s: int
    goods: list[GoodsOut]
    loadings: list[LoadingOut]


class NotCarriedOut(Strict):
    """An order that nobody carries; ``code`` null: somebody took it out of the plan."""

    order_id: str
    code: str | None
    sentence: str


class ProducerPreparationOut(Strict):
    """What one producer harvests and packs."""

    producer_id: str
    sentences: list[str]
    days: list[PreparationDayOut]
    not_carried: list[NotCarriedOut]


class PreparationOut(Strict):
    """What producers prepare; the hours of a plan with ``broken_rules`` may be wrong."""

    broken_rules: int
    sentences: list[str]
    producers: list[ProducerPreparationOut]


class DeclaredOut(Strict):
    """What a producer says it drives in a week; ``computed_m``: so much of it the roads told."""

    rounds_per_100_weeks: int
    distance_m: int
    duration_s: int
    cost_cents: int
    gco2e: int
    vehicle_id: str
    assumed_van: bool
    computed_m: int
    computed_s: int
    not_visited: list[str]
    without_road: list[str]


class MemberBaselineOut(Strict):
    """One producer: as declared, alone at best, and its vans in the plan."""

    producer_id: str
    declared: DeclaredOut | None
    alone: TotalsOut | None
    alone_unserved: int
    assumed_van: bool
    together: TotalsOut | None


class BaselineOut(Strict):
    """Everyone alone, beside the plan."""

    sentences: list[str]
    alone: TotalsOut
    together: TotalsOut | None
    everybody_declares: bool
    members: list[MemberBaselineOut]
