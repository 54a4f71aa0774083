"""Delivery costs as a person reads them, and as a program does."""

from __future__ import annotations

from dataclasses import dataclass, replace

from colivraison.domain import Plan
from colivraison.planning import DeliveryCost, DeliveryCosts, DropCost, Verdict
from colivraison.texts import Texts

__all__ = ["CostsReport"]

_NAMED = 5  # so much that is above the limit is named in the summary of a plan


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsReport:
    """Delivery costs of a plan, hours counted or not, in a language."""

    plan: Plan
    costs: DeliveryCosts
    labour: bool
    texts: Texts

    def summary(self) -> list[str]:
        """Return what the report of a plan says of them: a sentence or a few."""
        lines = [self.whole()]
        above = self._above()
        if self.costs.total.value_cents and above:
            named = ", ".join(name for name, _ in above[:_NAMED])
            more = "…" if len(above) > _NAMED else ""
            limit = self.costs.limit_percent
            lines.append(self.texts("costs.above", limit=limit, names=named + more))
        return lines

    def sentences(self) -> list[str]:
        """Return the whole, what would mend what is above the limit, and what the figures mean."""
        return [self.whole(), *self.mends(), *self.silent(), *self.rules()]

    def whole(self) -> str:
        """Return the sentence on all deliveries together."""
        texts, total = self.texts, self.costs.total
        if total.value_cents == 0:
            return texts("costs.no_value", cost=self.euros(total))
        key = "costs.with_labour" if self.labour else "costs.without_labour"
        return texts(
            "costs.total",
            cost=self.euros(total),
            value=texts.euros(total.value_cents),
            share=self.share(total),
            counted=texts(key),
        )

    def mends(self) -> list[str]:
        """Return what it would take for what is above the limit to be within."""
        return [self._mend(name, cost) for name, cost in self._above()]

    def silent(self) -> list[str]:
        """Return which orders do not say their value, where some do."""
        total = self.costs.total
        if not total.without_value or not total.value_cents:
            return []
        count, orders = len(total.without_value), ", ".join(total.without_value)
        return [self.texts("costs.without_value", count=count, orders=orders)]

    def rules(self) -> list[str]:
        """Return what the figures mean, and where the limit comes from."""
        limit = self.costs.limit_percent
        return [self.texts(key, limit=limit) for key in ("costs.rule", "costs.limit")]

    def verdict(self, cost: DeliveryCost) -> Verdict:
        """Return how a cost stands to the limit of the case."""
        return cost.verdict(self.costs.limit_percent, labour=self.labour)

    def euros(self, cost: DeliveryCost) -> str:
        """Return what is counted of a cost."""
        return self.texts.euros(cost.total_cents(labour=self.labour))

    def share(self, cost: DeliveryCost) -> str:
        """Return a cost in percent of the goods, as far as that is known."""
        share = cost.share_permille(labour=self.labour)
        if share is not None:
            return self._percent(share)
        if cost.value_cents and self.verdict(cost) is Verdict.WITHIN:
            # What has no value yet could only lower it.
            known = replace(cost, without_value=()).share_permille(labour=self.labour)
            return self.texts("costs.at_most", share=self._percent(known or 0))
        return self.texts("costs.unknown")

    def brief(self) -> dict[str, object]:
        """Return the whole, and what is above the limit, for programs."""
        return {
            "limit_percent": self.costs.limit_percent,
            "total": self._figures(self.costs.total),
            "rounds_above": [
                {"round_id": one.round_id} for one in self.costs.rounds if self._is_above(one.cost)
            ],
            "drops_above": [
                {"round_id": drop.round_id, "stop": drop.stop, "site_id": drop.site_id}
                for drop in self.costs.drops
                if self._is_above(drop.cost)
            ],
            "members_above": [
                {"producer_id": member.producer_id}
                for member in self.costs.members
                if self._is_above(member.cost)
            ],
        }

    def document(self) -> dict[str, object]:
        """Return every round, drop and producer, for programs."""
        vehicle_of = {one.id: one.vehicle_id for one in self.plan.rounds}
        return {
            "labour": self.labour,
            "limit_percent": self.costs.limit_percent,
            "total": self._figures(self.costs.total),
            "rounds": [
                {
                    "round_id": one.round_id,
                    "vehicle_id": vehicle_of[one.round_id],
                    **self._figures(one.cost),
                    "drops": [
                        {
                            "stop": drop.stop,
                            "site_id": drop.site_id,
                            **self._figures(drop.cost),
                            "by_producer": {
                                name: self._figures(cost) for name, cost in drop.by_producer.items()
                            },
                        }
                        for drop in one.drops
                    ],
                }
                for one in self.costs.rounds
            ],
            "members": [
                {"producer_id": member.producer_id, **self._figures(member.cost)}
                for member in self.costs.members
            ],
        }

    def _figures(self, cost: DeliveryCost) -> dict[str, object]:
        return {
            "cost_cents": cost.total_cents(labour=self.labour),
            "vehicle_cents": cost.vehicle_cents,
            "labour_cents": cost.labour_cents,
            "value_cents": cost.value_cents,
            "without_value": list(cost.without_value),
            "share_permille": cost.share_permille(labour=self.labour),
            "verdict": self.verdict(cost).value,
            "enough_value_cents": cost.enough_cents(self.costs.limit_percent, labour=self.labour),
        }

    def _percent(self, share_permille: int) -> str:
        return self.texts("costs.percent", share=self.texts.number(share_permille / 10, 1))

    def _drop_name(self, drop: DropCost) -> str:
        site = self.plan.case.places[drop.site_id]
        return self.texts("costs.drop_name", site=site.name, round=drop.round_id)

    def _is_above(self, cost: DeliveryCost) -> bool:
        return self.verdict(cost) is Verdict.ABOVE

    def _above(self) -> list[tuple[str, DeliveryCost]]:
        """Return rounds, drops and members above the limit, by name."""
        names = {producer.id: producer.name for producer in self.plan.case.producers}
        found: list[tuple[str, DeliveryCost]] = [
            *(
                (self.texts("costs.round_name", round=one.round_id), one.cost)
                for one in self.costs.rounds
            ),
            *((self._drop_name(drop), drop.cost) for drop in self.costs.drops),
            *((names[member.producer_id], member.cost) for member in self.costs.members),
        ]
        return [(name, cost) for name, cost in found if self._is_above(cost)]

    def _mend(self, name: str, cost: DeliveryCost) -> str:
        """Return what it would take for one of them."""
        texts, limit = self.texts, self.costs.limit_percent
        enough = cost.enough_cents(limit, labour=self.labour)
        line = texts(
            "costs.mend",
            name=name,
            cost=self.euros(cost),
            value=texts.euros(cost.value_cents),
            enough=texts.euros(enough),
            missing=texts.euros(enough - cost.value_cents),
            limit=limit,
        )
        if self.labour and cost.verdict(limit, labour=False) is Verdict.WITHIN:
            share = cost.share_permille(labour=False)
            if share is not None:
                line += " " + texts("costs.mend_labour", share=self._percent(share))
        return line
