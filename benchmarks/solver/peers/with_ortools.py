"""OR-Tools' routing library on a published instance, with the settings that did best in trials.

A model of our own for this benchmark: the product's back end is for rich problems.
"""

from __future__ import annotations

import time

from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from solver.answer import Answer
from solver.groups import VEHICLES
from solver.instances import Instance, Scaled

__all__ = ["solve"]

_FACTOR = 10_000


def solve(instance: Instance, *, objective: str, budget_s: int, seed: int) -> Answer:
    """Return the library's best plan; its clock starts when the model stands.

    Parameters
    ----------
    seed
        Not used: the library's search has no chance in it.
    """
    del seed
    scaled = instance.scaled(_FACTOR)
    manager, routing = _model(instance, scaled, fleet_first=objective == VEHICLES)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    parameters.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    parameters.time_limit.FromSeconds(budget_s)
    routing.CloseModelWithParameters(parameters)

    began = time.perf_counter()
    best: tuple[int, list[int]] | None = None
    first_plan_s: float | None = None
    found = 0

    def on_solution() -> None:
        nonlocal best, first_plan_s, found
        found += 1
        now_s = time.perf_counter() - began
        # The library may look at its clock late: what came after the budget does not count.
        if now_s > budget_s:
            return
        if first_plan_s is None:
            first_plan_s = now_s
        cost = routing.CostVar().Max()
        if best is None or cost < best[0]:
            best = cost, [routing.NextVar(index).Value() for index in range(routing.Size())]

    routing.AddAtSolutionCallback(on_solution)
    routing.SolveWithParameters(parameters)
    return Answer(
        routes=None if best is None else _routes(instance, manager, routing, best[1]),
        seconds=time.perf_counter() - began,
        iterations=found,
        first_plan_s=first_plan_s,
    )


def _model(
    instance: Instance, scaled: Scaled, *, fleet_first: bool
) -> tuple[pywrapcp.RoutingIndexManager, pywrapcp.RoutingModel]:
    nodes = len(instance.demand)
    manager = pywrapcp.RoutingIndexManager(nodes, instance.fleet, 0)
    routing = pywrapcp.RoutingModel(manager)
    horizon = scaled.closes[0]

    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(scaled.costs.tolist()))
    if fleet_first:
        routing.SetFixedCostOfAllVehicles(scaled.fixed_cost)
    service = scaled.times.copy()
    service += [[seconds] for seconds in scaled.service]
    time_of = routing.RegisterTransitMatrix(service.tolist())
    routing.AddDimension(time_of, horizon, horizon, False, "T")
    load_of = routing.RegisterUnaryTransitVector(list(instance.demand))
    routing.AddDimension(load_of, 0, instance.capacity, True, "L")

    clock = routing.GetDimensionOrDie("T")
    for node in range(1, nodes):
        clock.CumulVar(manager.NodeToIndex(node)).SetRange(scaled.opens[node], scaled.closes[node])
    for vehicle in range(instance.fleet):
        clock.CumulVar(routing.Start(vehicle)).SetRange(scaled.opens[0], horizon)
        clock.CumulVar(routing.End(vehicle)).SetRange(scaled.opens[0], horizon)
    solver = routing.solver()
    for pickup, delivery in (map(manager.NodeToIndex, pair) for pair in instance.pairs):
        routing.AddPickupAndDelivery(pickup, delivery)
        solver.Add(routing.VehicleVar(pickup) == routing.VehicleVar(delivery))
        solver.Add(clock.CumulVar(pickup) <= clock.CumulVar(delivery))
    return manager, routing


def _routes(
    instance: Instance,
    manager: pywrapcp.RoutingIndexManager,
    routing: pywrapcp.RoutingModel,
    following: list[int],
) -> tuple[tuple[int, ...], ...]:
    routes = []
    for vehicle in range(instance.fleet):
        index, route = following[routing.Start(vehicle)], []
        while not routing.IsEnd(index):
            route.append(manager.IndexToNode(index))
            index = following[index]
        if route:
            routes.append(tuple(route))
    return tuple(routes)
