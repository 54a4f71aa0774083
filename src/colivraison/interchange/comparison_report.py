"""Two plans side by side as a person reads them, and as a program does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from colivraison.domain import Order, Plan, Totals
from colivraison.interchange.totals_document import totals_document
from colivraison.planning import Carried, DayVisits, LoneOrder, OrderChange, PlanComparison
from colivraison.texts import Texts

__all__ = ["ComparisonReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonReport:
    """Tells what is different between two plans."""

    comparison: PlanComparison
    before: Plan
    after: Plan
    texts: Texts

    def doubts(self) -> Iterator[str]:
        """Return what else makes the figures differ, or unsure."""
        found, texts = self.comparison, self.texts
        if not found.comparable:
            yield texts("report.not_comparable")
        if found.repriced:
            names = _named(found.repriced, _vans(self.after))
            yield texts("compare.repriced", names=names)
        if not found.same_roads:
            yield texts("compare.other_roads")
        if found.renumbered:
            yield texts("compare.renumbered")

    def sentences(self) -> Iterator[str]:
        """Return whose vehicles cost less or more, how much moves, what one plan alone knows."""
        found, texts = self.comparison, self.texts
        for key, sign in (("compare.gain", -1), ("compare.lose", 1)):
            some = sorted(
                (one for one in found.members if sign * one.more_cents > 0),
                key=lambda one: -sign * one.more_cents,
            )
            if some:
                told = (
                    f"{self.member(one.producer_id)} ({texts.euros(abs(one.more_cents))})"
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

    def summary(self) -> list[str]:
        """Return what is doubtful, then in a few sentences what is different, if anything."""
        if self.comparison.unchanged:
            return [*self.doubts(), self.texts("compare.unchanged")]
        return [*self.doubts(), *self.sentences()]

    def lists(self) -> Iterator[tuple[str, list[str]]]:
        """Return what is told line by line: a title and its lines, where there are any."""
        found = self.comparison
        places = self.before.case.places | self.after.case.places
        for title, lines in (
            ("compare.moved", [self._move(one) for one in found.orders if one.moved]),
            (
                "compare.amounts",
                [self._amounts(one) for one in found.orders if one.amounts_changed],
            ),
            ("compare.added", [self._lone(one, self.after) for one in found.added]),
            ("compare.dropped", [self._lone(one, self.before) for one in found.dropped]),
            (
                "compare.visits",
                [
                    self._visits(places[site.site_id].name, site_day)
                    for site in found.sites
                    for site_day in site.days
                    if site_day.changed
                ],
            ),
        ):
            if lines:
                yield self.texts(title, count=self.texts.number(len(lines))), lines

    def member(self, producer_id: str) -> str:
        """Return the name of a producer of either plan; whose vans are nobody's, in words."""
        for plan in (self.after, self.before):
            for producer in plan.case.producers:
                if producer.id == producer_id:
                    return producer.name
        return self.texts("compare.nobody")

    def document(self) -> dict[str, object]:
        """Return everything that is different, and what is not, for programs."""
        found, drops = self.comparison, self.comparison.drops
        return {
            "before": {**totals_document(found.before), "unserved": found.unserved_before},
            "after": {**totals_document(found.after), "unserved": found.unserved_after},
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
                    "before": totals_document(one.before),
                    "after": totals_document(one.after),
                    "difference": _differences(one.before, one.after),
                }
                for one in found.members
            ],
            "orders": [
                {
                    "order_id": one.after.id,
                    "order_id_before": one.before.id,
                    "before": _ride_document(one.was),
                    "after": _ride_document(one.now),
                    "later_s": one.later_s,
                    "other_vehicle": one.other_vehicle,
                    "other_day": one.other_day,
                    "other_hour": one.other_hour,
                    "amounts_before": _amounts_document(one.before),
                    "amounts_after": _amounts_document(one.after),
                }
                for one in found.orders
            ],
            "dropped_orders": [_lone_document(one) for one in found.dropped],
            "added_orders": [_lone_document(one) for one in found.added],
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
            producer=self.member(order.producer_id),
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


def _differences(before: Totals, after: Totals) -> dict[str, int]:
    was = totals_document(before)
    return {name: value - was[name] for name, value in totals_document(after).items()}


def _ride_document(ride: Carried | None) -> dict[str, object] | None:
    if ride is None:
        return None
    return {
        "round": ride.round_id,
        "vehicle_id": ride.vehicle_id,
        "day": ride.day.isoformat(),
        "loaded_s": ride.loaded_s,
        "delivered_s": ride.delivered_s,
    }


def _amounts_document(order: Order) -> dict[str, int]:
    return {"crates": order.crates, "mass_g": order.mass_g, "litres": order.litres}


def _lone_document(one: LoneOrder) -> dict[str, object]:
    return {
        "order_id": one.order.id,
        **_amounts_document(one.order),
        "carried": _ride_document(one.carried),
    }
