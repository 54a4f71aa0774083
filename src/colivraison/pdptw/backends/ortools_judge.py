"""What the routing library cannot say of a route: breaks and time on board for single ends.

The library lets a break interrupt a trip and has no time on board without both ends.  So routes
that the library holds for possible are shown to the reference evaluator, inside the search, as a
constraint: what fails there fails in the search, and what it costs more than the library knows is
added to the library's cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ortools.constraint_solver import pywrapcp

from colivraison.pdptw.backends.ortools_loads import MOST_COMPARTMENTS
from colivraison.pdptw.backends.ortools_nodes import Scope
from colivraison.pdptw.backends.ortools_prices import Prices
from colivraison.pdptw.backends.placer import Placer
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Visit

__all__ = ["Judge", "needs_judge"]


def needs_judge(scope: Scope) -> bool:
    """Tell whether the library alone may hold an impossible route for possible."""
    shipments = [scope.problem.shipments[s] for s in scope.shipments]
    vehicles = [scope.problem.vehicles[v] for v in scope.vehicles]
    return any(v.breaks or len(v.compartments) > MOST_COMPARTMENTS for v in vehicles) or any(
        s.max_on_board_s is not None for s in shipments
    )


class Judge(pywrapcp.PyConstraint):  # type: ignore[misc]  # the wrapper has no types
    """Lets the evaluator refuse routes and raise their price.

    The library's own cost stands for the least duration of a route without breaks; the dimension
    ``surplus`` adds the rest.  An error is kept in ``error`` and makes the route fail: it must not
    travel through the library.
    """

    def __init__(
        self, scope: Scope, routing: Any, visit_of: Sequence[Visit], place: Placer, prices: Prices
    ) -> None:
        super().__init__(routing.solver())
        self.error: BaseException | None = None
        self._scope = scope
        self._place = place
        self._prices = prices
        self._bare = Placer(_without_breaks(scope.problem))
        most = prices.required
        routing.AddConstantDimensionWithSlack(0, most, most, True, "surplus")
        surplus = routing.GetDimensionOrDie("surplus")
        surplus.SetSpanCostCoefficientForAllVehicles(1)
        count = len(scope.vehicles)
        self._ends = [surplus.CumulVar(routing.End(k)) for k in range(count)]
        self._nexts = [routing.NextVar(index) for index in range(routing.Size())]
        self._starts = [routing.Start(k) for k in range(count)]
        self._visit_of = visit_of

    def Post(self) -> None:  # noqa: N802 - the library's name
        """Wait until all is decided."""
        demon = self.DelayedDemon(Judge.judge)
        for following in self._nexts:
            following.WhenBound(demon)

    def InitialPropagate(self) -> None:  # noqa: N802 - the library's name
        """Look at once."""
        self.judge()

    def judge(self) -> None:
        """Look at every route once all are decided."""
        if not all(following.Bound() for following in self._nexts):
            return
        surpluses: list[int] | None = None
        try:
            surpluses = self._surpluses()
        except BaseException as error:  # noqa: BLE001 - raised again by ``search``
            self.error = error
        # Outside the block above: the library fails by an exception of its own.
        if surpluses is None:
            self.solver().Fail()
        for end, surplus in zip(self._ends, surpluses or (), strict=True):
            end.SetMin(surplus)

    def _surpluses(self) -> list[int] | None:
        """Return what each route costs more, None where one cannot be driven."""
        surpluses: list[int] = []
        for place, number in enumerate(self._scope.vehicles):
            visits = []
            index = self._nexts[self._starts[place]].Min()
            while index < len(self._nexts):
                visits.append(self._visit_of[index])
                index = self._nexts[index].Min()
            surplus = self._surplus(number, tuple(visits)) if visits else 0
            if surplus is None:
                return None
            surpluses.append(surplus)
        return surpluses

    def _surplus(self, vehicle: int, visits: tuple[Visit, ...]) -> int | None:
        real = self._place(vehicle, visits)
        if real is None:
            return None
        bare = self._bare(vehicle, visits)
        assert bare is not None, "what can be driven with breaks can be driven without"
        kind = self._scope.problem.vehicles[vehicle]
        return self._prices.of_time(kind, real[1].duration_s) - self._prices.of_time(
            kind, bare[1].duration_s
        )


def _without_breaks(problem: Problem) -> Problem:
    """Return the problem as far as the library's clock knows it."""
    return replace(
        problem,
        vehicles=tuple(replace(vehicle, breaks=()) for vehicle in problem.vehicles),
        shipments=tuple(
            shipment
            if shipment.pickup is not None and shipment.delivery is not None
            else replace(shipment, max_on_board_s=None)
            for shipment in problem.shipments
        ),
    )
