"""The last resort after a search: who was left out goes alone on an idle vehicle, if any can."""

from __future__ import annotations

from colivraison.pdptw.evaluate import Infeasible, evaluate
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Route, Solution, Visit

__all__ = ["serve_with_idle_vehicles", "serves_alone"]


def serves_alone(problem: Problem, vehicle: int, shipment: int) -> int | None:
    """Return the cents of a vehicle carrying one shipment alone, None where it cannot."""
    allowed = problem.shipments[shipment].vehicles
    if allowed is not None and vehicle not in allowed:
        return None
    visits = (
        Visit(shipment=shipment, is_pickup=True),
        Visit(shipment=shipment, is_pickup=False),
    )
    schedule = evaluate(problem, Route(vehicle=vehicle, visits=visits))
    return None if isinstance(schedule, Infeasible) else schedule.cost_cents


def serve_with_idle_vehicles(problem: Problem, solution: Solution) -> Solution:
    """Return a solution in which no shipment waits beside an idle vehicle that could carry it.

    Shipments in order of their index, each on the cheapest idle vehicle; the rest is unchanged.
    """
    idle = set(range(len(problem.vehicles))) - {route.vehicle for route in solution.routes}
    routes, left_out = list(solution.routes), []
    for shipment in sorted(solution.unassigned):
        costs = {
            v: cents for v in idle if (cents := serves_alone(problem, v, shipment)) is not None
        }
        if not costs:
            left_out.append(shipment)
            continue
        vehicle = min(costs, key=lambda v: (costs[v], v))
        idle.remove(vehicle)
        visits = (
            Visit(shipment=shipment, is_pickup=True),
            Visit(shipment=shipment, is_pickup=False),
        )
        routes.append(Route(vehicle=vehicle, visits=visits))
    return Solution(routes=tuple(routes), unassigned=tuple(left_out))
