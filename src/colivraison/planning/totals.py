"""What rounds amount to, and what pooling saves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from colivraison.domain import Plan, Round, Settings, Totals
from colivraison.units import emissions_gco2e

__all__ = [
    "Comparison",
    "MemberComparison",
    "compare_with_alone",
    "totals_by_owner",
    "totals_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberComparison:
    """One producer: its own rounds when everyone drives alone, and its van's rounds together."""

    producer_id: str
    alone: Totals
    drives: Totals
    assumed_van: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The shared plan against "everyone drives alone".

    Parameters
    ----------
    comparable
        False when one side leaves out orders that the other serves: then a difference in cost says
        nothing about savings, and whoever shows it has to say so.
    """

    together: Totals
    alone: Totals
    members: tuple[MemberComparison, ...]
    comparable: bool

    @property
    def saving_cents(self) -> int:
        """Cents saved together; negative when driving alone is cheaper."""
        return self.alone.cost_cents - self.together.cost_cents


def totals_of(rounds: Iterable[Round], settings: Settings) -> Totals:
    """Return the sums of some rounds."""
    found = tuple(rounds)
    distance_m = sum(r.distance_m for r in found)
    return Totals(
        rounds=len(found),
        distance_m=distance_m,
        duration_s=sum(r.duration_s for r in found),
        cost_cents=sum(r.cost_cents for r in found),
        gco2e=emissions_gco2e(distance_m=distance_m, gco2e_per_km=settings.gco2e_per_km),
    )


def totals_by_owner(plan: Plan) -> dict[str, Totals]:
    """Return the sums of the shared rounds by owner of their van; of vans of nobody under ""."""
    owner = {van.id: van.owner_id for van in plan.case.vehicles}
    rounds = defaultdict(list)
    for one in plan.rounds:
        rounds[owner.get(one.vehicle_id, "")].append(one)
    return {name: totals_of(some, plan.case.settings) for name, some in rounds.items()}


def compare_with_alone(plan: Plan) -> Comparison:
    """Return the shared plan's totals beside those of everyone driving alone."""
    settings = plan.case.settings
    drives, none = totals_by_owner(plan), totals_of((), settings)
    members = tuple(
        MemberComparison(
            producer_id=alone.producer_id,
            alone=totals_of(alone.rounds, settings),
            drives=drives.get(alone.producer_id, none),
            assumed_van=bool(alone.vehicles),
        )
        for alone in plan.alone
    )
    left_out = {u.order_id for u in plan.unserved}
    left_out_alone = {u.order_id for alone in plan.alone for u in alone.unserved}
    return Comparison(
        together=totals_of(plan.rounds, settings),
        alone=totals_of((r for alone in plan.alone for r in alone.rounds), settings),
        members=members,
        comparable=left_out == left_out_alone,
    )
