"""A target in the numbers of the native search."""

from __future__ import annotations

from colivraison._native.routing import UNITS_PER_CENT, RoutingSearch, Worth
from colivraison.pdptw.backends.native_lowering import Lowering
from colivraison.pdptw.backends.protocol import Target
from colivraison.pdptw.problem import Objective

__all__ = ["NativeTarget"]

_MOST = 1 << 62


class NativeTarget:
    """When the best plan of a native search is good enough.

    The search counts money exactly, a plan in cents rounded once per route.  So what it aims at is
    worth a little more than the target, and a plan that gets there is priced as every answer is; if
    that is too dear, the search aims at something better than that plan.

    Attributes
    ----------
    worth
        What to aim at now.
    """

    def __init__(self, lowering: Lowering, target: Target) -> None:
        problem = lowering.problem
        self._lowering = lowering
        self._target = target
        self._exact = problem.objective is not Objective.CENTS
        _, *rest = (min(number, _MOST) for number in target.key(problem.objective))
        vehicles, cost = rest if len(rest) > 1 else (0, *rest)
        if not self._exact:
            # Half a cent for each route, a unit for each shipment that is left out for its price.
            routes = min(len(problem.vehicles), len(problem.shipments))
            slack = (routes + 1) * UNITS_PER_CENT // 2 + len(problem.shipments)
            cost = min(cost * UNITS_PER_CENT + slack - lowering.constant, _MOST)
        self.worth: Worth = (0, vehicles, cost)

    def is_reached(self, search: RoutingSearch) -> bool:
        """Tell whether the search's best plan is good enough; only while no native thread runs."""
        worth = search.worth()
        if worth > self.worth:
            return False
        if self._exact:
            return True
        solution = self._lowering.solution(search.best())
        if self._target.is_reached(self._lowering.problem, solution):
            return True
        missing, vehicles, cost = worth
        self.worth = (missing, vehicles, cost - 1)
        return False
