"""A problem as a model of OR-Tools' routing library.

Service and setup lie on the arcs, so that a setup is paid only where the location changes.  Costs
are exact integers, ``UNITS_PER_CENT`` to the cent, the common denominator of "per 1000 m" and
"per 3600 s".

Two things are done for speed, both measured (README of the room):

- Holes in a node's time window make the library more than a hundred times slower as soon as hours
  cost money, so an activity with several windows becomes several *alternative* nodes with one
  window each, of which one is visited.
- Every vehicle's clock starts at midnight of the day its shift begins, so that the windows of
  Thursday and of Friday, when they are the same hours, are one node and not two.

One thing is narrower than the problem: the time variable of a node knows no predecessor, so a
window always opens ``setup_s`` late, also for a visit that needs no setup because the vehicle is
already there.  Solutions stay valid and are timed exactly afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp

from colivraison.pdptw.evaluate import Infeasible, activity_of, evaluate
from colivraison.pdptw.problem import Activity, Problem
from colivraison.pdptw.solution import Route, Solution, Visit
from colivraison.units import SECONDS_PER_DAY

__all__ = ["UNITS_PER_CENT", "RoutingModel", "build"]

UNITS_PER_CENT = 36_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """A visit inside one window on the vehicles' own clocks."""

    visit: Visit
    opens_s: int
    closes_s: int
    vehicles: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingModel:
    """A model and the way back from its nodes.

    Parameters
    ----------
    nodes
        The visits it can make; node numbers of the library are positions here.
    penalty_units
        What leaving a shipment out costs: more than all routes together ever can.
    unservable
        How many shipments are not in the model because nobody can serve them.
    """

    problem: Problem
    manager: Any
    routing: Any
    nodes: tuple[_Node, ...]
    penalty_units: int
    unservable: int

    def read_current(self) -> Solution | None:
        """Return the solution at which the search stands, None where it is not decided yet."""
        routes: list[Route] = []
        served: set[int] = set()
        for vehicle in range(len(self.problem.vehicles)):
            visits = []
            following = self.routing.NextVar(self.routing.Start(vehicle))
            while following.Bound() and not self.routing.IsEnd(following.Min()):
                visits.append(self.nodes[self.manager.IndexToNode(following.Min())].visit)
                following = self.routing.NextVar(following.Min())
            if not following.Bound():
                return None
            served.update(visit.shipment for visit in visits)
            if visits:
                routes.append(Route(vehicle=vehicle, visits=tuple(visits)))
        everything = range(len(self.problem.shipments))
        return Solution(
            routes=tuple(routes),
            unassigned=tuple(shipment for shipment in everything if shipment not in served),
        )

    def write(self, solution: Solution) -> list[list[int]] | None:
        """Return the routes of a solution as routing indices, one list per vehicle.

        None when some visit needs what the model is too narrow for.
        """
        nodes_of: dict[Visit, list[int]] = {}
        for number, node in enumerate(self.nodes):
            nodes_of.setdefault(node.visit, []).append(number)
        routes: list[list[int]] = [[] for _ in self.problem.vehicles]
        for route in solution.routes:
            schedule = evaluate(self.problem, route)
            if isinstance(schedule, Infeasible):
                raise AssertionError("only valid solutions are written")  # noqa: TRY004
            midnight_s = _midnight_s(self.problem, route.vehicle)
            for timed in schedule.visits:
                begin_s = timed.service_begin_s - midnight_s
                fitting = [
                    number
                    for number in nodes_of.get(timed.visit, ())
                    if route.vehicle in self.nodes[number].vehicles
                    and self.nodes[number].opens_s <= begin_s <= self.nodes[number].closes_s
                ]
                if not fitting:
                    return None
                routes[route.vehicle].append(self.manager.NodeToIndex(fitting[0]))
        return routes


def build(problem: Problem, order: list[int]) -> RoutingModel | None:
    """Return the model, or None when no shipment can be served.

    Parameters
    ----------
    order
        All shipments, in the order in which the model shall number them: ties are broken by it,
        so that different orders search differently.
    """
    nodes: list[_Node] = []
    pairs: list[tuple[range, range]] = []
    for shipment in order:
        ends = _alternatives(problem, shipment)
        if ends is None:
            continue
        first = len(nodes)
        nodes += [*ends[0], *ends[1]]
        middle = first + len(ends[0])
        pairs.append((range(first, middle), range(middle, len(nodes))))
    if not pairs:
        return None
    depots = sorted({place for v in problem.vehicles for place in (v.start, v.end)})
    node_of = {place: len(nodes) + k for k, place in enumerate(depots)}
    manager = pywrapcp.RoutingIndexManager(
        len(nodes) + len(depots),
        len(problem.vehicles),
        [node_of[v.start] for v in problem.vehicles],
        [node_of[v.end] for v in problem.vehicles],
    )
    routing = pywrapcp.RoutingModel(manager)
    activities = [activity_of(problem, node.visit) for node in nodes]
    _add_time(problem, routing, activities, depots)
    penalty_units = _add_costs(problem, routing, activities, depots)
    _add_loads(problem, routing, nodes, len(depots))

    time = routing.GetDimensionOrDie("time")
    for number, node in enumerate(nodes):
        index = manager.NodeToIndex(number)
        time.CumulVar(index).SetRange(node.opens_s, node.closes_s)
        # Not SetAllowedVehiclesForIndex: the 9.15 wrapper does not accept a list there.
        routing.VehicleVar(index).SetValues([-1, *node.vehicles])
    for pair in pairs:
        _add_pair(manager, routing, pair, penalty_units)
    return RoutingModel(
        problem=problem,
        manager=manager,
        routing=routing,
        nodes=tuple(nodes),
        penalty_units=penalty_units,
        unservable=len(problem.shipments) - len(pairs),
    )


def _midnight_s(problem: Problem, vehicle: int) -> int:
    return problem.vehicles[vehicle].shift.start_s // SECONDS_PER_DAY * SECONDS_PER_DAY


def _alternatives(problem: Problem, shipment: int) -> tuple[list[_Node], list[_Node]] | None:
    """Return the pickup and delivery nodes, None when nobody can serve the shipment.

    Rules, sizes and hours rule vehicles out here.  Roads are left to the search: a place without a
    way from a vehicle's start may have one from elsewhere.
    """
    wanted = problem.shipments[shipment]
    # Vehicles by the window of each end, on their own clocks.
    slots: tuple[dict[tuple[int, int], list[int]], ...] = ({}, {})
    for number, vehicle in enumerate(problem.vehicles):
        if wanted.vehicles is not None and number not in wanted.vehicles:
            continue
        if any(a > b for a, b in zip(wanted.demand, vehicle.capacity, strict=True)):
            continue
        midnight_s = _midnight_s(problem, number)
        ends = []
        for activity in (wanted.pickup, wanted.delivery):
            setup_s = problem.setup_s[activity.location]
            ends.append(
                [
                    (w.start_s + setup_s - midnight_s, w.end_s - midnight_s)
                    for w in activity.windows
                    if w.start_s + setup_s <= min(w.end_s, vehicle.shift.end_s)
                    and w.end_s >= vehicle.shift.start_s
                ]
            )
        if not ends[0] or not ends[1] or ends[0][0][0] > ends[1][-1][1]:
            continue
        for slot, windows in zip(slots, ends, strict=True):
            for window in windows:
                slot.setdefault(window, []).append(number)
    if not slots[0]:
        return None
    pickups, deliveries = (
        [
            _Node(
                visit=Visit(shipment=shipment, is_pickup=is_pickup),
                opens_s=max(0, opens_s),
                closes_s=closes_s,
                vehicles=tuple(vehicles),
            )
            for (opens_s, closes_s), vehicles in sorted(slot.items())
        ]
        for slot, is_pickup in zip(slots, (True, False), strict=True)
    )
    return pickups, deliveries


def _add_pair(manager: Any, routing: Any, pair: tuple[range, range], penalty_units: int) -> None:
    solver, time = routing.solver(), routing.GetDimensionOrDie("time")
    ends = [[manager.NodeToIndex(number) for number in numbers] for numbers in pair]
    # One disjunction per end: a single one over both would let the search drop one end only.
    routing.AddPickupAndDeliverySets(
        routing.AddDisjunction(ends[0], penalty_units), routing.AddDisjunction(ends[1], 0)
    )
    # The vehicle of a node that is not visited is -1.
    vehicles = [
        routing.VehicleVar(end[0])
        if len(end) == 1
        else solver.Max([routing.VehicleVar(index) for index in end])
        for end in ends
    ]
    solver.Add(vehicles[0] == vehicles[1])
    if len(ends[0]) == len(ends[1]) == 1:
        solver.Add(time.CumulVar(ends[0][0]) <= time.CumulVar(ends[1][0]))


def _add_time(
    problem: Problem, routing: Any, activities: list[Activity], depots: list[int]
) -> None:
    shifts = [
        (v.shift.start_s - _midnight_s(problem, k), v.shift.end_s - _midnight_s(problem, k))
        for k, v in enumerate(problem.vehicles)
    ]
    horizon_s = max(end_s for _, end_s in shifts)
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
            time.CumulVar(index).SetRange(*shifts[number])
        time.SetSpanCostCoefficientForVehicle(10 * vehicle.cents_per_hour, number)


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
    return fixed + longest * (2 * len(problem.shipments) + len(problem.vehicles)) + 1


def _add_loads(problem: Problem, routing: Any, nodes: list[_Node], depot_nodes: int) -> None:
    for k in range(len(problem.vehicles[0].capacity)):
        loads = []
        for node in nodes:
            amount = problem.shipments[node.visit.shipment].demand[k]
            loads.append(amount if node.visit.is_pickup else -amount)
        transit = routing.RegisterUnaryTransitVector(loads + [0] * depot_nodes)
        routing.AddDimensionWithVehicleCapacity(
            transit, 0, [v.capacity[k] for v in problem.vehicles], True, f"load {k}"
        )
