"""The last resort after a search: who was left out goes alone on an idle vehicle, if any can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from colivraison.pdptw.breaks import with_best_breaks
from colivraison.pdptw.evaluate import Infeasible, Schedule, reference_cents
from colivraison.pdptw.problem import LockKind, Objective, Problem
from colivraison.pdptw.solution import Route, Solution, Visit

__all__ = ["alone", "serve_with_idle_vehicles", "serves_alone"]


def alone(problem: Problem, vehicle: int, shipment: int) -> tuple[Route, Schedule] | Infeasible:
    """Return the route on which a vehicle carries one shipment and nothing else, or why not.

    With the breaks it needs; locks are not looked at.
    """
    wanted = problem.shipments[shipment]
    visits = tuple(
        Visit(shipment=shipment, is_pickup=is_pickup)
        for activity, is_pickup in ((wanted.pickup, True), (wanted.delivery, False))
        if activity is not None
    )
    return with_best_breaks(problem, Route(vehicle=vehicle, visits=visits))


def serves_alone(problem: Problem, vehicle: int, shipment: int) -> int | None:
    """Return the cents of a vehicle carrying one shipment alone, None where it cannot."""
    allowed = problem.shipments[shipment].vehicles
    if allowed is not None and vehicle not in allowed:
        return None
    outcome = alone(problem, vehicle, shipment)
    return None if isinstance(outcome, Infeasible) else outcome[1].cost_cents


def serve_with_idle_vehicles(problem: Problem, solution: Solution) -> Solution:
    """Return a solution in which no shipment waits beside an idle vehicle that could carry it.

    Shipments in order of their index, each on the cheapest idle vehicle; the rest is unchanged.
    A vehicle or a shipment that a lock speaks of stays as it is, and where money counts an
    optional shipment that would cost more than its price stays behind.
    """
    idle = set(range(len(problem.vehicles))) - {route.vehicle for route in solution.routes}
    idle -= {lock.vehicle for lock in problem.locks if lock.visits or lock.kind is LockKind.ROUTE}
    locked = {visit.shipment for lock in problem.locks for visit in lock.visits}
    effort = _efforts(problem)
    found = replace(solution, unassigned=tuple(sorted(solution.unassigned)))
    for shipment in sorted(solution.unassigned):
        if shipment in locked:
            continue
        efforts = {v: e for v in idle if (e := effort(found, v, shipment)) is not None}
        if not efforts:
            continue
        vehicle = min(efforts, key=lambda v: (efforts[v], v))
        price_cents = problem.shipments[shipment].unserved_cents
        if (
            problem.objective is Objective.CENTS
            and price_cents is not None
            and efforts[vehicle] > price_cents
        ):
            continue
        idle.remove(vehicle)
        found = _with(problem, found, vehicle, shipment)
    return found


def _efforts(problem: Problem) -> Callable[[Solution, int, int], int | None]:
    """Return what serving a shipment alone adds to the objective: cents, or metres."""
    in_cents = problem.objective is Objective.CENTS
    kinds = {vehicle: number for number, vehicle in enumerate(problem.vehicles)}
    kind_of = [kinds[vehicle] for vehicle in problem.vehicles]
    # By kind of vehicle and shipment: equal vehicles are tried once.
    known: dict[tuple[int, int], int | None] = {}

    def bare(vehicle: int, shipment: int) -> int | None:
        key = kind_of[vehicle], shipment
        if key not in known:
            outcome = alone(problem, vehicle, shipment)
            known[key] = None
            if not isinstance(outcome, Infeasible):
                known[key] = outcome[1].cost_cents if in_cents else outcome[1].distance_m
        return known[key]

    def effort(solution: Solution, vehicle: int, shipment: int) -> int | None:
        allowed = problem.shipments[shipment].vehicles
        if allowed is not None and vehicle not in allowed:
            return None
        found = bare(vehicle, shipment)
        if found is None or problem.reference is None:
            return found
        after = _with(problem, solution, vehicle, shipment)
        return found + reference_cents(problem, after) - reference_cents(problem, solution)

    return effort


def _with(problem: Problem, solution: Solution, vehicle: int, shipment: int) -> Solution:
    outcome = alone(problem, vehicle, shipment)
    assert not isinstance(outcome, Infeasible), "it was tried before"
    return Solution(
        routes=(*solution.routes, outcome[0]),
        unassigned=tuple(number for number in solution.unassigned if number != shipment),
    )
