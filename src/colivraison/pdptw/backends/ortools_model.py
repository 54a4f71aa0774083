"""A problem as a model of OR-Tools' routing library.

Nodes 0, 1, 2, ... are pickup and delivery of the modelled shipments in turn; then one node for
each location where vehicles start or end.  Service and setup lie on the arcs, so that a setup is
paid only where the location changes.

Costs are exact integers, ``UNITS_PER_CENT`` to the cent, the common denominator of "per 1000 m"
and "per 3600 s".

One thing is narrower than the problem: the time variable of a node knows no predecessor, so a
window always opens ``setup_s`` late, also for the rare visit that needs no setup because the
vehicle is already there.  Solutions stay valid and are timed exactly afterwards; with windows
that belong to the place (all visits of a stop share them) nothing is lost but that setup at the
start of a route.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp

from colivraison.pdptw.problem import Activity, Problem
from colivraison.pdptw.solution import Route, Solution, Visit

__all__ = ["UNITS_PER_CENT", "RoutingModel", "build"]

UNITS_PER_CENT = 36_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingModel:
    """A closed-over model and the way back from its nodes.

    Parameters
    ----------
    shipments
        The modelled ones; the others cannot be served by anybody.
    penalty_units
        What leaving one out costs: more than all routes together ever can.
    """

    problem: Problem
    manager: Any
    routing: Any
    shipments: tuple[int, ...]
    penalty_units: int

    def visit(self, index: int) -> Visit:
        """Return the visit of a routing index that is no start and no end."""
        node = self.manager.IndexToNode(index)
        return Visit(shipment=self.shipments[node // 2], is_pickup=node % 2 == 0)

    def read(self, assignment: Any) -> Solution:
        """Return the solution that an assignment stands for."""
        routes, served = [], set()
        for vehicle in range(len(self.problem.vehicles)):
            visits = []
            index = assignment.Value(self.routing.NextVar(self.routing.Start(vehicle)))
            while not self.routing.IsEnd(index):
                visits.append(self.visit(index))
                index = assignment.Value(self.routing.NextVar(index))
            served.update(visit.shipment for visit in visits)
            if visits:
                routes.append(Route(vehicle=vehicle, visits=tuple(visits)))
        everything = range(len(self.problem.shipments))
        return Solution(
            routes=tuple(routes),
            unassigned=tuple(shipment for shipment in everything if shipment not in served),
        )

    def write(self, solution: Solution) -> list[list[int]]:
        """Return the routes of a solution as routing indices, one list per vehicle."""
        position = {shipment: k for k, shipment in enumerate(self.shipments)}
        routes: list[list[int]] = [[] for _ in self.problem.vehicles]
        for route in solution.routes:
            routes[route.vehicle] = [
                self.manager.NodeToIndex(2 * position[v.shipment] + (0 if v.is_pickup else 1))
                for v in route.visits
                if v.shipment in position
            ]
        return routes


def build(problem: Problem, order: list[int]) -> RoutingModel | None:
    """Return the model, or None when no shipment can be served.

    Parameters
    ----------
    order
        All shipments, in the order in which the model shall number them: ties are broken by it,
        so that different orders search differently.
    """
    allowed = {shipment: _possible_vehicles(problem, shipment) for shipment in order}
    shipments = tuple(shipment for shipment in order if allowed[shipment])
    if not shipments:
        return None
    activities = [
        activity
        for shipment in shipments
        for activity in (problem.shipments[shipment].pickup, problem.shipments[shipment].delivery)
    ]
    depots = sorted({place for v in problem.vehicles for place in (v.start, v.end)})
    node_of = {place: len(activities) + k for k, place in enumerate(depots)}
    manager = pywrapcp.RoutingIndexManager(
        len(activities) + len(depots),
        len(problem.vehicles),
        [node_of[v.start] for v in problem.vehicles],
        [node_of[v.end] for v in problem.vehicles],
    )
    routing = pywrapcp.RoutingModel(manager)
    _add_time(problem, routing, activities, depots)
    penalty_units = _add_costs(problem, routing, activities, depots)
    _add_loads(problem, routing, shipments, len(depots))

    solver, time = routing.solver(), routing.GetDimensionOrDie("time")
    horizon_s = max(v.shift.end_s for v in problem.vehicles)
    for k, shipment in enumerate(shipments):
        ends = manager.NodeToIndex(2 * k), manager.NodeToIndex(2 * k + 1)
        for index, activity in zip(ends, activities[2 * k : 2 * k + 2], strict=True):
            _restrict(time.CumulVar(index), _begins(problem, activity, horizon_s))
            # Not SetAllowedVehiclesForIndex: the 9.15 wrapper does not accept a list there.
            routing.VehicleVar(index).SetValues([-1, *allowed[shipment]])
        routing.AddPickupAndDelivery(*ends)
        solver.Add(routing.VehicleVar(ends[0]) == routing.VehicleVar(ends[1]))
        solver.Add(time.CumulVar(ends[0]) <= time.CumulVar(ends[1]))
        # One disjunction per end: a single one over both would let the search drop one end only.
        routing.AddDisjunction([ends[0]], penalty_units)
        routing.AddDisjunction([ends[1]], 0)
    return RoutingModel(
        problem=problem,
        manager=manager,
        routing=routing,
        shipments=shipments,
        penalty_units=penalty_units,
    )


def _begins(problem: Problem, activity: Activity, horizon_s: int) -> list[tuple[int, int]]:
    """Return the intervals in which the service may begin, setup done."""
    setup_s = problem.setup_s[activity.location]
    begins = ((w.start_s + setup_s, min(w.end_s, horizon_s)) for w in activity.windows)
    return [(low, high) for low, high in begins if low <= high]


def _restrict(variable: Any, intervals: list[tuple[int, int]]) -> None:
    variable.SetRange(intervals[0][0], intervals[-1][1])
    for (_, before), (after, _) in zip(intervals, intervals[1:], strict=False):
        variable.RemoveInterval(before + 1, after - 1)


def _possible_vehicles(problem: Problem, shipment: int) -> list[int]:
    """Return the vehicles that are not ruled out by rule, size or hours.

    Roads are left to the search: a place without a way from the start may have one from elsewhere.
    """
    wanted = problem.shipments[shipment]
    horizon_s = max((v.shift.end_s for v in problem.vehicles), default=0)
    pickups = _begins(problem, wanted.pickup, horizon_s)
    deliveries = _begins(problem, wanted.delivery, horizon_s)
    if not pickups or not deliveries or pickups[0][0] > deliveries[-1][1]:
        return []
    return [
        number
        for number, vehicle in enumerate(problem.vehicles)
        if (wanted.vehicles is None or number in wanted.vehicles)
        and all(a <= b for a, b in zip(wanted.demand, vehicle.capacity, strict=True))
        and all(
            any(lo <= vehicle.shift.end_s and hi >= vehicle.shift.start_s for lo, hi in begins)
            for begins in (pickups, deliveries)
        )
    ]


def _add_time(
    problem: Problem, routing: Any, activities: list[Activity], depots: list[int]
) -> None:
    horizon_s = max(v.shift.end_s for v in problem.vehicles)
    places = np.array([a.location for a in activities] + depots)
    service_s = np.array([a.service_s for a in activities] + [0] * len(depots))
    setup_s = np.array([problem.setup_s[a.location] for a in activities] + [0] * len(depots))
    transit_of = {}
    for number in sorted({v.table for v in problem.vehicles}):
        travel_s = problem.tables[number].durations_s[np.ix_(places, places)]
        changes = places[:, None] != places[None, :]
        arcs = travel_s + service_s[:, None] + setup_s[None, :] * changes
        # Longer than any shift: an arc that does not exist can never be driven.
        arcs[travel_s < 0] = horizon_s + 1
        # From a start straight to an end means the vehicle stays at home, whatever the way is.
        arcs[len(activities) :, len(activities) :] = 0
        transit_of[number] = routing.RegisterTransitMatrix(arcs.tolist())
    routing.AddDimensionWithVehicleTransits(
        [transit_of[v.table] for v in problem.vehicles], horizon_s, horizon_s, False, "time"
    )
    time = routing.GetDimensionOrDie("time")
    for number, vehicle in enumerate(problem.vehicles):
        for index in (routing.Start(number), routing.End(number)):
            time.CumulVar(index).SetRange(vehicle.shift.start_s, vehicle.shift.end_s)
        time.SetSpanCostCoefficientForVehicle(10 * vehicle.cents_per_hour, number)
        routing.AddVariableMinimizedByFinalizer(time.CumulVar(routing.End(number)))
        routing.AddVariableMaximizedByFinalizer(time.CumulVar(routing.Start(number)))


def _add_costs(
    problem: Problem, routing: Any, activities: list[Activity], depots: list[int]
) -> int:
    """Set what routes cost; return more than all of them together can."""
    places = np.array([a.location for a in activities] + depots)
    cost_of = {}
    longest = 0
    for number, vehicle in enumerate(problem.vehicles):
        key = (vehicle.table, vehicle.cents_per_km)
        if key not in cost_of:
            distances_m = problem.tables[vehicle.table].distances_m[np.ix_(places, places)]
            arcs = np.maximum(distances_m, 0) * 36 * vehicle.cents_per_km
            arcs[len(activities) :, len(activities) :] = 0
            longest = max(longest, int(arcs.max()))
            cost_of[key] = routing.RegisterTransitMatrix(arcs.tolist())
        routing.SetArcCostEvaluatorOfVehicle(cost_of[key], number)
        routing.SetFixedCostOfVehicle(UNITS_PER_CENT * vehicle.cents_per_use, number)
    fixed = sum(
        UNITS_PER_CENT * v.cents_per_use + 10 * v.cents_per_hour * (v.shift.end_s - v.shift.start_s)
        for v in problem.vehicles
    )
    return fixed + longest * (len(activities) + len(problem.vehicles)) + 1


def _add_loads(
    problem: Problem, routing: Any, shipments: tuple[int, ...], depot_nodes: int
) -> None:
    dimensions = len(problem.vehicles[0].capacity)
    for k in range(dimensions):
        demands = []
        for shipment in shipments:
            amount = problem.shipments[shipment].demand[k]
            demands += [amount, -amount]
        transit = routing.RegisterUnaryTransitVector(demands + [0] * depot_nodes)
        routing.AddDimensionWithVehicleCapacity(
            transit, 0, [v.capacity[k] for v in problem.vehicles], True, f"load {k}"
        )
