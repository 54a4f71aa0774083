"""What rounds amount to, and what pooling saves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from colivraison.domain import AlonePlan, Case, Plan, Round, Settings, Totals, Vehicle
from colivraison.units import emissions_gco2e

__all__ = [
    "Comparison",
    "MemberComparison",
    "compare_with_alone",
    "totals_by_owner",
    "totals_of",
    "vehicles_by_id",
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


def totals_of(
    rounds: Iterable[Round], vehicles: Mapping[str, Vehicle], settings: Settings
) -> Totals:
    """Return the sums of some rounds.

    Parameters
    ----------
    vehicles
        By id; rounds of one that is not among them emit as the settings say.
    """
    found = tuple(rounds)
    usual = settings.gco2e_per_km
    return Totals(
        rounds=len(found),
        distance_m=sum(r.distance_m for r in found),
        duration_s=sum(r.duration_s for r in found),
        cost_cents=sum(r.cost_cents for r in found),
        gco2e=emissions_gco2e(
            (
                r.distance_m,
                vehicles[r.vehicle_id].mgco2e_per_100km(usual)
                if r.vehicle_id in vehicles
                else usual * 100_000,
            )
            for r in found
        ),
    )


def totals_by_owner(plan: Plan) -> dict[str, Totals]:
    """Return the sums of the shared rounds by owner of their van; of vans of nobody under ""."""
    owner = {van.id: van.owner_id for van in plan.case.vehicles}
    rounds = defaultdict(list)
    for one in plan.rounds:
        rounds[owner.get(one.vehicle_id, "")].append(one)
    vehicles = vehicles_by_id(plan.case)
    return {name: totals_of(some, vehicles, plan.case.settings) for name, some in rounds.items()}


def vehicles_by_id(case: Case, alone: Iterable[AlonePlan] = ()) -> dict[str, Vehicle]:
    """Return the vehicles of a case by id, with those that are lent to who drives alone."""
    lent = [van for one in alone for van in one.vehicles]
    return {van.id: van for van in (*lent, *case.vehicles)}


def compare_with_alone(plan: Plan) -> Comparison:
    """Return the shared plan's totals beside those of everyone driving alone."""
    settings = plan.case.settings
    vehicles = vehicles_by_id(plan.case, plan.alone)

    def summed(rounds: Iterable[Round]) -> Totals:
        return totals_of(rounds, vehicles, settings)

    drives, none = totals_by_owner(plan), summed(())
    members = tuple(
        MemberComparison(
            producer_id=alone.producer_id,
            alone=summed(alone.rounds),
            drives=drives.get(alone.producer_id, none),
            assumed_van=bool(alone.vehicles),
        )
        for alone in plan.alone
    )
    left_out = {u.order_id for u in plan.unserved}
    left_out_alone = {u.order_id for alone in plan.alone for u in alone.unserved}
    return Comparison(
        together=summed(plan.rounds),
        alone=summed(r for alone in plan.alone for r in alone.rounds),
        members=members,
        comparable=left_out == left_out_alone,
    )
