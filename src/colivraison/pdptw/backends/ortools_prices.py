"""What a model of OR-Tools' routing library makes least, in whole units.

Where money counts, a cent is ``UNITS_PER_CENT`` units, the common denominator of "per 1000 m" and
"per 3600 s", so that all is exact but the rounding of each route.  Otherwise a metre is a unit and
a vehicle, where vehicles count first, costs more than all metres together.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from colivraison.pdptw.backends.ortools_layout import Layout
from colivraison.pdptw.backends.ortools_nodes import Scope
from colivraison.pdptw.backends.protocol import TooLargeError
from colivraison.pdptw.problem import IntMatrix, Objective, Vehicle
from colivraison.pdptw.solution import Visit

__all__ = ["UNITS_PER_CENT", "Prices", "add_prices"]

UNITS_PER_CENT = 36_000
# The library adds costs up to here and stops there.
_MOST_UNITS = 2**62


class Prices:
    """Units per metre, second and use, and what leaving a shipment out costs.

    Raises
    ------
    ValueError
        When the worst case does not fit 64 bits.
    """

    def __init__(self, scope: Scope) -> None:
        problem = scope.problem
        self._problem = problem
        self._money = problem.objective is Objective.CENTS
        vehicles = [problem.vehicles[v] for v in scope.vehicles]
        reference = problem.reference
        self.successions: set[tuple[Visit, Visit]] = set()
        self.succession = self.moved = 0
        self.planned_on: dict[int, int] = {}
        if reference is not None:
            self.succession = UNITS_PER_CENT * reference.cents_per_broken_succession
            self.moved = UNITS_PER_CENT * reference.cents_per_other_vehicle
            for route in reference.solution.routes:
                self.successions.update(pairwise(route.visits))
                self.planned_on.update((visit.shipment, route.vehicle) for visit in route.visits)
        longest = max(
            int(problem.tables[v.table].distances_m.max()) * self.per_metre(v) for v in vehicles
        )
        distance = longest * (2 * len(scope.shipments) + len(vehicles))
        self._per_vehicle = 0
        if problem.objective is Objective.VEHICLES_THEN_DISTANCE:
            self._per_vehicle = distance + 1
        everything = distance + sum(self._most(v) for v in vehicles)
        everything += self.succession * len(self.successions)
        everything += self.moved * len(self.planned_on)
        if self._money:
            everything += UNITS_PER_CENT * sum(
                problem.shipments[s].unserved_cents or 0 for s in scope.shipments
            )
        self.required = everything + 1
        if self.required * (len(scope.shipments) + 1) > _MOST_UNITS:
            raise TooLargeError("the OR-Tools back end cannot count such costs in 64 bits")

    def per_metre(self, vehicle: Vehicle) -> int:
        """Return the price of a metre driven."""
        return 36 * vehicle.cents_per_km if self._money else 1

    def per_second(self, vehicle: Vehicle) -> int:
        """Return the price of a second paid."""
        return 10 * vehicle.cents_per_hour if self._money else 0

    def per_overtime_second(self, vehicle: Vehicle) -> int:
        """Return what a second of overtime costs more."""
        if not self._money or vehicle.regular_s is None:
            return 0
        return 10 * vehicle.cents_per_overtime_hour

    def per_use(self, vehicle: Vehicle) -> int:
        """Return the price of a vehicle that leaves home."""
        return UNITS_PER_CENT * vehicle.cents_per_use if self._money else self._per_vehicle

    def of_time(self, vehicle: Vehicle, duration_s: int) -> int:
        """Return the price of a paid duration."""
        over_s = 0 if vehicle.regular_s is None else max(0, duration_s - vehicle.regular_s)
        return self.per_second(vehicle) * duration_s + self.per_overtime_second(vehicle) * over_s

    def left_out(self, shipment: int) -> int:
        """Return the price of a shipment left out, the successions that begin in it included.

        Those that only end in it are paid where they begin.
        """
        broken = sum(first.shipment == shipment for first, _ in self.successions)
        cents = self._problem.shipments[shipment].unserved_cents
        optional = self._money and cents is not None
        price = UNITS_PER_CENT * (cents or 0) if optional else self.required
        return price + self.succession * broken

    def _most(self, vehicle: Vehicle) -> int:
        """Return the most that a vehicle can cost without its metres."""
        shift_s = vehicle.shift.end_s - vehicle.shift.start_s
        return self.per_use(vehicle) + self.of_time(vehicle, shift_s)


def add_prices(scope: Scope, layout: Layout, routing: Any, prices: Prices) -> None:
    """Set what metres, uses and changes against the plan of reference cost."""
    problem = scope.problem
    broken = _broken(layout, prices)
    cost_of: dict[tuple[int, int], int] = {}
    for place, number in enumerate(scope.vehicles):
        vehicle = problem.vehicles[number]
        key = (vehicle.table, prices.per_metre(vehicle))
        if key not in cost_of:
            arcs = np.maximum(layout.spread(problem.tables[vehicle.table].distances_m), 0) * key[1]
            cost_of[key] = routing.RegisterTransitMatrix((arcs + broken).tolist())
        routing.SetArcCostEvaluatorOfVehicle(cost_of[key], place)
        routing.SetFixedCostOfVehicle(prices.per_use(vehicle), place)
    _add_moved(scope, layout, routing, prices)


def _broken(layout: Layout, prices: Prices) -> IntMatrix:
    """Return what each arc pays for successions of the plan of reference that it breaks.

    Whoever leaves the first visit of a succession pays, unless for the second.
    """
    extra = np.zeros((len(layout.places), len(layout.places)), np.int64)
    if not prices.succession:
        return extra
    nodes_of: dict[Visit, list[int]] = {}
    for number, node in enumerate(layout.nodes):
        nodes_of.setdefault(node.visit, []).append(number)
    for first, second in sorted(prices.successions):
        for number in nodes_of.get(first, ()):
            extra[number, :] += prices.succession
            extra[number, nodes_of.get(second, [])] -= prices.succession
    return extra


def _add_moved(scope: Scope, layout: Layout, routing: Any, prices: Prices) -> None:
    """Add the dimension ``moved``: what shipments pay that their planned vehicle does not carry."""
    if not prices.moved:
        return
    first_end = [
        node.visit.is_pickup or scope.problem.shipments[node.visit.shipment].pickup is None
        for node in layout.nodes
    ]
    evaluators = []
    most = 1
    for number in scope.vehicles:
        paid = [
            prices.moved
            if first and prices.planned_on.get(node.visit.shipment, number) != number
            else 0
            for node, first in zip(layout.nodes, first_end, strict=True)
        ]
        most = max(most, sum(paid))
        evaluators.append(routing.RegisterUnaryTransitVector(paid + [0] * len(layout.depots)))
    routing.AddDimensionWithVehicleTransitAndCapacity(
        evaluators, 0, [most] * len(evaluators), True, "moved"
    )
    routing.GetDimensionOrDie("moved").SetSpanCostCoefficientForAllVehicles(1)
