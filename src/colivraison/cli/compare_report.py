"""What a person reads of two plans side by side, and what a program does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.table import Table

from colivraison.cli.console import MOST_TOLD, Terminal
from colivraison.cli.report import difference, figures, plain_totals
from colivraison.domain import Order, Plan, Totals
from colivraison.planning import Carried, DayVisits, LoneOrder, OrderChange, PlanComparison
from colivraison.texts import Texts

__all__ = ["comparison_document", "report_comparison"]


def report_comparison(
    comparison: PlanComparison, before: Plan, after: Plan, terminal: Terminal
) -> None:
    """Print what is different: totals, members, then what moves, at most 50 lines of a kind."""
    report = _Report(comparison, before, after, terminal.texts)
    terminal.out.print(report.totals())
    if not comparison.comparable:
        terminal.answer(terminal.texts("report.not_comparable"), style="yellow")
    for line in report.doubts():
        terminal.answer(line, style="yellow")
    if comparison.unchanged:
        terminal.answer(terminal.texts("compare.unchanged"), style="bold green")
        return
    terminal.out.print(report.members())
    terminal.answer(terminal.texts("compare.borne"), style="dim")
    for line in report.sentences():
        terminal.answer(line)
    for title, lines in report.lists():
        if lines:
            told = terminal.texts.number(len(lines))
            terminal.answer(terminal.texts(title, count=told), style="bold")
        for line in lines[:MOST_TOLD]:
            terminal.answer(f"  {line}")
        terminal.tell_more(max(0, len(lines) - MOST_TOLD))


@dataclass(frozen=True, slots=True)
class _Report:
    comparison: PlanComparison
    before: Plan
    after: Plan
    texts: Texts

    def totals(self) -> Table:
        """Return the totals of both plans."""
        found, texts = self.comparison, self.texts
        table = Table(title=texts("compare.title"))
        table.add_column("")
        for name in ("before", "after", "difference"):
            table.add_column(texts(f"compare.{name}"), justify="right")
        rows = figures(found.before, found.after, texts)
        unserved = found.unserved_before, found.unserved_after
        for name, was, now, show in (
            *rows,
            (texts("compare.unserved"), *unserved, texts.number),
        ):
            table.add_row(name, show(was), show(now), difference(was, now, show, texts))
        return table

    def members(self) -> Table:
        """Return what the vans of everybody cost, who loses most first."""
        texts = self.texts
        table = Table(title=texts("compare.members"))
        table.add_column(texts("compare.member"))
        for name in ("before", "after", "difference", "km", "hours"):
            table.add_column(texts(f"compare.{name}"), justify="right")
        for one in sorted(self.comparison.members, key=lambda one: -one.more_cents):
            if not one.before.rounds and not one.after.rounds:
                continue
            pairs = (
                (one.before.distance_m, one.after.distance_m, texts.km),
                (one.before.duration_s, one.after.duration_s, texts.duration),
            )
            was, now = one.before.cost_cents, one.after.cost_cents
            table.add_row(
                self._member(one.producer_id),
                texts.euros(was),
                texts.euros(now),
                difference(was, now, texts.euros, texts),
                *(self._pair(show(a), show(b)) for a, b, show in pairs),
            )
        return table

    def doubts(self) -> Iterator[str]:
        """Return what else makes the figures differ, or unsure."""
        found, texts = self.comparison, self.texts
        if found.repriced:
            names = _named(found.repriced, _vans(self.after))
            yield texts("compare.repriced", names=names)
        if not found.same_roads:
            yield texts("compare.other_roads")
        if found.renumbered:
            yield texts("compare.renumbered")

    def sentences(self) -> Iterator[str]:
        """Return who gains and loses, how much moves, and what only one of the plans knows."""
        found, texts = self.comparison, self.texts
        for key, sign in (("compare.gain", -1), ("compare.lose", 1)):
            some = sorted(
                (one for one in found.members if sign * one.more_cents > 0),
                key=lambda one: -sign * one.more_cents,
            )
            if some:
                told = (
                    f"{self._member(one.producer_id)} ({texts.euros(abs(one.more_cents))})"
                    for one in some
                )
                yield texts(key, names=", ".join(told))
        if found.drops.count:
            yield self._drops()
        names_before = {one.id: one.name for one in self.before.case.places.values()}
        names_after = {one.id: one.name for one in self.after.case.places.values()}
        for key, ids, names in (
            ("compare.dropped_places", found.dropped_places, names_before),
            ("compare.added_places", found.added_places, names_after),
            ("compare.dropped_vehicles", found.dropped_vehicles, _vans(self.before)),
            ("compare.added_vehicles", found.added_vehicles, _vans(self.after)),
        ):
            if ids:
                yield texts(key, names=_named(ids, names))

    def lists(self) -> Iterator[tuple[str, list[str]]]:
        """Return what is told line by line, each list with the key of its title."""
        found = self.comparison
        yield "compare.moved", [self._move(one) for one in found.orders if one.moved]
        yield "compare.amounts", [self._amounts(one) for one in found.orders if one.amounts_changed]
        yield "compare.added", [self._lone(one, self.after) for one in found.added]
        yield "compare.dropped", [self._lone(one, self.before) for one in found.dropped]
        places = self.before.case.places | self.after.case.places
        yield (
            "compare.visits",
            [
                self._visits(places[site.site_id].name, site_day)
                for site in found.sites
                for site_day in site.days
                if site_day.changed
            ],
        )

    @staticmethod
    def _pair(was: str, now: str) -> str:
        return was if was == now else f"{was} → {now}"

    def _member(self, producer_id: str) -> str:
        for plan in (self.after, self.before):
            for producer in plan.case.producers:
                if producer.id == producer_id:
                    return producer.name
        return self.texts("compare.nobody")

    def _drops(self) -> str:
        drops, texts = self.comparison.drops, self.texts
        told = [
            texts(key, share=self._share(count))
            for key, count in (
                ("compare.drops_vehicle", drops.other_vehicle),
                ("compare.drops_day", drops.other_day),
                ("compare.drops_hour", drops.other_hour),
                ("compare.drops_left", drops.left_out),
            )
            if count
        ]
        return texts(
            "compare.drops",
            count=texts.number(drops.count),
            told=", ".join(told) or texts("compare.drops_none"),
        )

    def _share(self, count: int) -> str:
        percent = self.texts.number(100 * count / self.comparison.drops.count)
        return self.texts("compare.share", count=self.texts.number(count), percent=percent)

    def _order(self, order: Order, plan: Plan) -> str:
        places = plan.case.places
        return self.texts(
            "compare.order",
            order=order.id,
            producer=self._member(order.producer_id),
            site=places[order.site_id].name,
        )

    def _move(self, one: OrderChange) -> str:
        return self.texts(
            "compare.change",
            what=self._order(one.after, self.after),
            before=self._ride(one.was, self.before),
            after=self._ride(one.now, self.after),
        )

    def _lone(self, one: LoneOrder, plan: Plan) -> str:
        told = self._ride(one.carried, plan)
        return self.texts("compare.line", what=self._order(one.order, plan), told=told)

    def _ride(self, ride: Carried | None, plan: Plan) -> str:
        if ride is None:
            return self.texts("compare.not_served")
        return self.texts(
            "compare.ride",
            vehicle=_vans(plan).get(ride.vehicle_id, ride.vehicle_id),
            day=self.texts.date(ride.day),
            clock=self.texts.clock(plan.case.week.moment(ride.delivered_s), ride.day),
        )

    def _amounts(self, one: OrderChange) -> str:
        return self.texts(
            "compare.change",
            what=self._order(one.after, self.after),
            before=self._amount(one.before),
            after=self._amount(one.after),
        )

    def _amount(self, order: Order) -> str:
        texts = self.texts
        values = {"crates": texts.number(order.crates), "mass": texts.kg(order.mass_g)}
        if order.litres:
            litres = texts.amount(order.litres, "l")
            return texts("compare.amount_litres", **values, litres=litres)
        return texts("compare.amount", **values)

    def _visits(self, name: str, one: DayVisits) -> str:
        week, texts = self.after.case.week, self.texts

        def told(moments: Iterable[int]) -> str:
            clocks = ", ".join(texts.clock(week.moment(moment_s), one.day) for moment_s in moments)
            return clocks or texts("compare.no_visit")

        return texts(
            "compare.visit",
            site=name,
            day=texts.date(one.day),
            before=told(one.before_s),
            after=told(one.after_s),
        )


def _vans(plan: Plan) -> dict[str, str]:
    return {van.id: van.name for van in plan.case.vehicles}


def _named(ids: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(names[one] for one in ids)


def comparison_document(comparison: PlanComparison) -> dict[str, object]:
    """Return everything that is different, and what is not, for JSON."""
    found, drops = comparison, comparison.drops
    return {
        "before": {**plain_totals(found.before), "unserved": found.unserved_before},
        "after": {**plain_totals(found.after), "unserved": found.unserved_after},
        "difference": {
            **_differences(found.before, found.after),
            "unserved": found.unserved_after - found.unserved_before,
        },
        "comparable": found.comparable,
        "unchanged": found.unchanged,
        "same_roads": found.same_roads,
        "renumbered": found.renumbered,
        "repriced_vehicles": list(found.repriced),
        "drops": {
            "count": drops.count,
            "other_vehicle": drops.other_vehicle,
            "other_day": drops.other_day,
            "other_hour": drops.other_hour,
            "left_out": drops.left_out,
        },
        "members": [
            {
                "producer_id": one.producer_id,
                "before": plain_totals(one.before),
                "after": plain_totals(one.after),
                "difference": _differences(one.before, one.after),
            }
            for one in found.members
        ],
        "orders": [
            {
                "order_id": one.after.id,
                "order_id_before": one.before.id,
                "before": _ride(one.was),
                "after": _ride(one.now),
                "later_s": one.later_s,
                "other_vehicle": one.other_vehicle,
                "other_day": one.other_day,
                "other_hour": one.other_hour,
                "amounts_before": _amounts(one.before),
                "amounts_after": _amounts(one.after),
            }
            for one in found.orders
        ],
        "dropped_orders": [_lone(one) for one in found.dropped],
        "added_orders": [_lone(one) for one in found.added],
        "sites": [
            {
                "site_id": one.site_id,
                "days": [
                    {
                        "day": day.day.isoformat(),
                        "arrivals_before_s": list(day.before_s),
                        "arrivals_after_s": list(day.after_s),
                    }
                    for day in one.days
                ],
            }
            for one in found.sites
        ],
        "dropped_places": list(found.dropped_places),
        "added_places": list(found.added_places),
        "dropped_vehicles": list(found.dropped_vehicles),
        "added_vehicles": list(found.added_vehicles),
    }


def _differences(before: Totals, after: Totals) -> dict[str, int]:
    was = plain_totals(before)
    return {name: value - was[name] for name, value in plain_totals(after).items()}


def _ride(ride: Carried | None) -> dict[str, object] | None:
    if ride is None:
        return None
    return {
        "round": ride.round_id,
        "vehicle_id": ride.vehicle_id,
        "day": ride.day.isoformat(),
        "loaded_s": ride.loaded_s,
        "delivered_s": ride.delivered_s,
    }


def _amounts(order: Order) -> dict[str, int]:
    return {"crates": order.crates, "mass_g": order.mass_g, "litres": order.litres}


def _lone(one: LoneOrder) -> dict[str, object]:
    return {"order_id": one.order.id, **_amounts(one.order), "carried": _ride(one.carried)}
