"""The last resort after a search: who was left out goes alone on an idle vehicle, if any can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from colivraison.pdptw.breaks import with_best_breaks
from colivraison.pdptw.evaluate import Infeasible, Schedule, objective_key, reference_cents
from colivraison.pdptw.problem import Group, LockKind, Objective, Problem
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
    optional shipment that would cost more than its price stays behind.  Of a group that is left
    out as many go as find a vehicle, if they are enough and, where all are optional, cost no more
    than their prices together.
    """
    locked = {visit.shipment for lock in problem.locks for visit in lock.visits}
    served = _Served(problem)
    found = replace(solution, unassigned=tuple(sorted(solution.unassigned)))
    for together, group in _waiting(problem, found):
        more = found
        for shipment in together:
            if shipment not in locked:
                more = served(more, shipment, for_its_price=group is None)
        if group is None or (not group.lacks(_carried(more)) and _pays(problem, found, more)):
            found = more
    return found


def _waiting(problem: Problem, solution: Solution) -> list[tuple[list[int], Group | None]]:
    """Return who waits: whoever may go alone, and the groups of which too few are served."""
    waiting = set(solution.unassigned)
    carried = _carried(solution)
    groups = [
        (sorted(waiting & set(group.shipments)), group)
        for group in problem.groups
        if carried.isdisjoint(group.shipments) and group.minimum > 0
    ]
    bound = {shipment for together, _ in groups for shipment in together}
    return [(sorted(waiting - bound), None), *groups]


def _carried(solution: Solution) -> set[int]:
    return {visit.shipment for route in solution.routes for visit in route.visits}


def _pays(problem: Problem, before: Solution, after: Solution) -> bool:
    """Tell whether some more shipments cost no more than their prices, where money counts."""
    if problem.objective is not Objective.CENTS:
        return True
    return objective_key(problem, after) <= objective_key(problem, before)


def _idle(problem: Problem, solution: Solution) -> set[int]:
    """Return the vehicles that may set out: neither locked nor excluded by one that drives."""
    driving = {route.vehicle for route in solution.routes}
    idle = set(range(len(problem.vehicles))) - driving
    idle -= {lock.vehicle for lock in problem.locks if lock.visits or lock.kind is LockKind.ROUTE}
    return idle.difference(*(clique for clique in problem.exclusive if clique & driving))


class _Served:
    """Serves one more shipment; the idle vehicles of the last solution stay known."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._effort = _efforts(problem)
        self._of: Solution | None = None
        self._idle: set[int] = set()

    def __call__(self, solution: Solution, shipment: int, *, for_its_price: bool) -> Solution:
        """Return the solution with a shipment on the cheapest idle vehicle, if one can.

        An optional one only if that costs no more than its price, where that is asked for.
        """
        if solution is not self._of:
            self._of, self._idle = solution, _idle(self._problem, solution)
        efforts = {
            v: e for v in self._idle if (e := self._effort(solution, v, shipment)) is not None
        }
        if not efforts:
            return solution
        vehicle = min(efforts, key=lambda v: (efforts[v], v))
        price_cents = self._problem.shipments[shipment].unserved_cents
        if (
            self._problem.objective is Objective.CENTS
            and for_its_price
            and price_cents is not None
            and efforts[vehicle] > price_cents
        ):
            return solution
        return _with(self._problem, solution, vehicle, shipment)


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
