"""Delivery costs as a person reads them, and as a program does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.table import Table

from colivraison.cli.console import Terminal, escape
from colivraison.domain import Plan
from colivraison.planning import DeliveryCost, DeliveryCosts, DropCost, Verdict
from colivraison.texts import Texts

__all__ = ["CostsReport"]

_NAMED = 5  # so much that is above the limit is named in the summary of a plan
_NAMED_PRODUCERS = 1  # and so many producers in a row of the table of drops
_STYLES = {Verdict.ABOVE: "bold red", Verdict.UNKNOWN: "yellow", Verdict.WITHIN: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsReport:
    """Delivery costs of a plan, hours counted or not, in a language."""

    plan: Plan
    costs: DeliveryCosts
    labour: bool
    texts: Texts

    def summary(self) -> list[str]:
        """Return what the report of a plan says of them: a sentence or a few."""
        texts, total, limit = self.texts, self.costs.total, self.costs.limit_percent
        if total.value_cents == 0:
            return [texts("costs.no_value", cost=self._euros(total))]
        lines = [self._whole(total)]
        above = self._above()
        if above:
            named = ", ".join(name for name, _ in above[:_NAMED])
            more = "…" if len(above) > _NAMED else ""
            lines.append(texts("costs.above", limit=limit, names=named + more))
        return lines

    def print(self, terminal: Terminal) -> None:
        """Print the tables, and below them what the figures mean."""
        texts, total = self.texts, self.costs.total
        for table in (self._rounds(), self._drops(), self._members()):
            terminal.out.print(table)
        if total.value_cents:
            terminal.answer(self._whole(total), style="bold")
        else:
            terminal.answer(texts("costs.no_value", cost=self._euros(total)), style="bold yellow")
        for name, cost in self._above():
            terminal.answer(self._mend(name, cost))
        if total.without_value and total.value_cents:
            terminal.answer(
                texts(
                    "costs.without_value",
                    count=len(total.without_value),
                    orders=", ".join(total.without_value),
                ),
                style="yellow",
            )
        for key in ("costs.rule", "costs.limit"):
            terminal.answer(texts(key, limit=self.costs.limit_percent), style="dim")

    def brief(self) -> dict[str, object]:
        """Return the whole, and what is above the limit, as JSON."""
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
        """Return the same as JSON."""
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
            "verdict": self._verdict(cost).value,
            "enough_value_cents": cost.enough_cents(self.costs.limit_percent, labour=self.labour),
        }

    def _verdict(self, cost: DeliveryCost) -> Verdict:
        return cost.verdict(self.costs.limit_percent, labour=self.labour)

    def _euros(self, cost: DeliveryCost) -> str:
        return self.texts.euros(cost.total_cents(labour=self.labour))

    def _whole(self, total: DeliveryCost) -> str:
        """Return the sentence on all deliveries together."""
        key = "costs.with_labour" if self.labour else "costs.without_labour"
        return self.texts(
            "costs.total",
            cost=self._euros(total),
            value=self.texts.euros(total.value_cents),
            share=self._share(total),
            counted=self.texts(key),
        )

    def _share(self, cost: DeliveryCost) -> str:
        share = cost.share_permille(labour=self.labour)
        if share is not None:
            return self._percent(share)
        if cost.value_cents and self._verdict(cost) is Verdict.WITHIN:
            # What has no value yet could only lower it.
            known = replace(cost, without_value=()).share_permille(labour=self.labour)
            return self.texts("costs.at_most", share=self._percent(known or 0))
        return self.texts("costs.unknown")

    def _percent(self, share_permille: int) -> str:
        return self.texts("costs.percent", share=self.texts.number(share_permille / 10, 1))

    def _drop_name(self, drop: DropCost) -> str:
        site = self.plan.case.places[drop.site_id]
        return self.texts("costs.drop_name", site=site.name, round=drop.round_id)

    def _is_above(self, cost: DeliveryCost) -> bool:
        return self._verdict(cost) is Verdict.ABOVE

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
        """Return what it would take to be within the limit."""
        texts, limit = self.texts, self.costs.limit_percent
        enough = cost.enough_cents(limit, labour=self.labour)
        line = texts(
            "costs.mend",
            name=name,
            cost=self._euros(cost),
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

    def _table(self, key: str, columns: Sequence[str]) -> Table:
        table = Table(title=self.texts(f"costs.{key}"))
        for column in columns:
            table.add_column(self.texts(f"costs.column.{column}"))
        for column in ("cost", "value", "share"):
            table.add_column(self.texts(f"costs.column.{column}"), justify="right")
        return table

    def _add(self, table: Table, cells: Sequence[str], cost: DeliveryCost) -> None:
        value = self.texts.euros(cost.value_cents) if cost.value_cents else "–"
        if cost.without_value and cost.value_cents:
            value += " + ?"
        table.add_row(
            *(escape(cell) for cell in cells),
            self._euros(cost),
            value,
            self._share(cost),
            style=_STYLES[self._verdict(cost)],
        )

    def _rounds(self) -> Table:
        table = self._table("rounds", ("round", "vehicle", "day"))
        vehicles = {vehicle.id: vehicle.name for vehicle in self.plan.case.vehicles}
        for one, told in zip(self.plan.rounds, self.costs.rounds, strict=True):
            cells = (one.id, vehicles[one.vehicle_id], self.texts.date(one.day))
            self._add(table, cells, told.cost)
        return table

    def _drops(self) -> Table:
        table = self._table("drops", ("round", "stop", "site", "producers"))
        for one, told in zip(self.plan.rounds, self.costs.rounds, strict=True):
            for drop in told.drops:
                cells = (
                    one.id,
                    str(one.stop_numbers[drop.stop]),
                    self.plan.case.places[drop.site_id].name,
                    self._producers(drop),
                )
                self._add(table, cells, drop.cost)
        return table

    def _producers(self, drop: DropCost) -> str:
        """Return whose goods a drop brings: by name where that is short."""
        if len(drop.by_producer) > _NAMED_PRODUCERS:
            return self.texts("costs.producers", count=len(drop.by_producer))
        names = {producer.id: producer.name for producer in self.plan.case.producers}
        return ", ".join(names[name] for name in drop.by_producer)

    def _members(self) -> Table:
        table = self._table("members", ("producer",))
        names = {producer.id: producer.name for producer in self.plan.case.producers}
        for member in self.costs.members:
            self._add(table, (names[member.producer_id],), member.cost)
        return table
