"""What rounds amount to, and what pooling saves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from colivraison.domain import Plan, Round, Settings, Totals, Vehicle
from colivraison.units import emissions_gco2e

__all__ = ["Comparison", "MemberComparison", "compare_with_alone", "totals_of"]


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


def compare_with_alone(plan: Plan) -> Comparison:
    """Return the shared plan's totals beside those of everyone driving alone."""
    settings = plan.case.settings
    owner = {v.id: v.owner_id for v in plan.case.vehicles}
    lent = [v for alone in plan.alone for v in alone.vehicles]
    vehicles = {v.id: v for v in (*lent, *plan.case.vehicles)}

    def summed(rounds: Iterable[Round]) -> Totals:
        return totals_of(rounds, vehicles, settings)

    members = tuple(
        MemberComparison(
            producer_id=alone.producer_id,
            alone=summed(alone.rounds),
            drives=summed(r for r in plan.rounds if owner.get(r.vehicle_id) == alone.producer_id),
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
