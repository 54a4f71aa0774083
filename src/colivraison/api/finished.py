"""Questions about plans that are there, without HTTP: read, answered, nothing stored."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from colivraison.api.intake import below
from colivraison.api.schemas_questions import ComparisonRequest, InsertionsRequest
from colivraison.domain import Plan
from colivraison.errors import InputError, Where
from colivraison.interchange import order_in_json, plan_from_json, plan_with_rounds, read_plan
from colivraison.planning import (
    DeliveryCosts,
    Insertions,
    LeftOut,
    PlanComparison,
    Retimed,
    Served,
    check_plan,
    compare_plans,
    delivery_costs,
    explain,
    named_order,
    retime,
    suggest_insertions,
)

__all__ = ["Compared", "FinishedPlans"]

# Reading a plan takes longer than timing it anew, and whoever edits one asks again at every move.
# So much of plan.json is kept: a week of 200 orders is below 1 MB, and twenty times that in memory.
_KEPT_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two plans side by side, and how many rules each of them breaks."""

    before: Plan
    after: Plan
    comparison: PlanComparison
    broken_before: int
    broken_after: int


class FinishedPlans:
    """The plans of one server that have a result.

    Parameters
    ----------
    file
        Returns where the ``plan.json`` of a plan lies, or raises what `PlanService.file` raises;
        so does every question here.
    kept_bytes
        So much of ``plan.json`` may be kept as plans in memory, and in any case the last one.
    """

    def __init__(self, file: Callable[[str], Path], *, kept_bytes: int = _KEPT_BYTES) -> None:
        self._file = file
        self._kept_bytes = kept_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Plan, int]] = OrderedDict()

    def plan(self, plan_id: str) -> Plan:
        """Return a plan; those asked for last are kept in memory."""
        # First: what was erased is not answered from memory.
        path = self._file(plan_id)
        with self._lock:
            if plan_id not in self._kept:
                self._kept[plan_id] = read_plan(path), path.stat().st_size
            self._kept.move_to_end(plan_id)
            while len(self._kept) > 1 and self._size() > self._kept_bytes:
                self._kept.popitem(last=False)
            return self._kept[plan_id][0]

    @property
    def in_memory(self) -> tuple[str, ...]:
        """Ids of the plans that are kept, the one asked for last at the end."""
        with self._lock:
            return tuple(self._kept)

    def _size(self) -> int:
        return sum(size for _, size in self._kept.values())

    def forget(self, plan_id: str) -> None:
        """Keep nothing of a plan that is erased."""
        with self._lock:
            self._kept.pop(plan_id, None)

    def insertions(self, plan_id: str, asked: InsertionsRequest) -> tuple[Plan, Insertions]:
        """Return a plan and the cheapest places in it for an order.

        Raises
        ------
        InputError
            When there is no such order, or it is not one to place.
        """
        plan = self.plan(plan_id)
        if asked.order is not None:
            order = order_in_json(plan.case, asked.order, "/order")
        else:
            order = named_order(plan, asked.order_id or "", Where(pointer="/order_id"))
        return plan, suggest_insertions(plan, order, count=asked.count)

    def explanation(self, plan_id: str, order_id: str) -> tuple[Plan, Served | LeftOut]:
        """Return a plan and why one of its orders is where it is.

        Raises
        ------
        InputError
            When there is no such order.
        """
        plan = self.plan(plan_id)
        return plan, explain(plan, order_id)

    def retimed(self, plan_id: str, document: dict[str, Any]) -> tuple[Plan, Retimed]:
        """Return a plan, and what its rounds would be with those of a document.

        Raises
        ------
        InputError
            See `plan_with_rounds`.
        """
        plan = self.plan(plan_id)
        return plan, retime(plan_with_rounds(plan, document))

    def compared(self, plan_id: str, other: str | ComparisonRequest) -> Compared:
        """Return a plan beside another one.

        Parameters
        ----------
        other
            A plan of this server, or what a request brings.

        Raises
        ------
        InputError
            When the other is unreadable, or of another week or of other people.
        """
        before = self.plan(plan_id)
        after = self.plan(other) if isinstance(other, str) else _brought(before, other)
        return Compared(
            before=before,
            after=after,
            comparison=compare_plans(before, after),
            broken_before=len(check_plan(before)),
            broken_after=len(check_plan(after)),
        )

    def costs(self, plan_id: str) -> tuple[Plan, DeliveryCosts, int]:
        """Return a plan, what its deliveries cost, and how many rules it breaks."""
        plan = self.plan(plan_id)
        return plan, delivery_costs(plan), len(check_plan(plan))


def _brought(before: Plan, asked: ComparisonRequest) -> Plan:
    if asked.plan is None:
        return retime(plan_with_rounds(before, {"rounds": asked.rounds})).plan
    try:
        return plan_from_json(asked.plan)
    except InputError as error:
        raise InputError(below("/plan", fault) for fault in error.faults) from None
