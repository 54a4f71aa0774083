"""Minimum orders as groups of shipments that are served together or not at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from colivraison.domain import Case, Order
from colivraison.pdptw import Group
from colivraison.planning.shipments import GroupedOrders

__all__ = ["Minimums"]

_Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimums:
    """The minimums of a case where some of its orders are planned.

    A drop that was ordered in full may be delivered on several days; what counts is the week.

    Parameters
    ----------
    elsewhere
        By producer and site, what other rounds bring already.
    """

    case: Case
    elsewhere: Counter[_Pair] = field(default_factory=Counter)

    @classmethod
    def beside(cls, case: Case, delivered: Iterable[Order]) -> Minimums | None:
        """Return the minimums while other rounds deliver some orders; None: there are none."""
        rules = case.minimum_of
        if not rules:
            return None
        elsewhere: Counter[_Pair] = Counter()
        for order in delivered:
            pair = order.producer_id, order.site_id
            if pair in rules:
                elsewhere[pair] += rules[pair].counted(order)
        return cls(case=case, elsewhere=elsewhere)

    def reached_by(self, order: Order) -> bool:
        """Tell whether an order is enough together with what other rounds bring."""
        pair = order.producer_id, order.site_id
        rule = self.case.minimum_of.get(pair)
        return rule is None or rule.counted(order) + self.elsewhere[pair] >= rule.amount

    def groups(self, shipments: Sequence[GroupedOrders]) -> tuple[Group, ...]:
        """Return the shipments that are served together, or not, by their indices."""
        rules = self.case.minimum_of
        members: defaultdict[_Pair, list[int]] = defaultdict(list)
        for number, one in enumerate(shipments):
            members[one.producer_id, one.site_id].append(number)
        found: list[Group] = []
        for pair, numbers in members.items():
            if pair not in rules:
                continue
            amounts = tuple(
                sum(map(rules[pair].counted, shipments[number].orders)) for number in numbers
            )
            minimum = max(0, rules[pair].amount - self.elsewhere[pair])
            if len(numbers) == 1 and amounts[0] >= minimum:
                continue  # one shipment goes as a whole anyway
            found.append(Group(shipments=tuple(numbers), amounts=amounts, minimum=minimum))
        return tuple(found)
