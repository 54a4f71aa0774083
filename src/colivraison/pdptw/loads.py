"""What is on board of a route, and whether it may be: order, vehicle, room, conflicts, LIFO.

Nothing here knows the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from colivraison.pdptw.problem import Compartment, ConflictScope, Problem, Vehicle
from colivraison.pdptw.schedule import Infeasible, Obstacle
from colivraison.pdptw.solution import Route

__all__ = ["fits_compartments", "loads_along"]

_Loads = tuple[tuple[int, ...], ...]


def loads_along(problem: Problem, route: Route) -> _Loads | Infeasible:
    """Return what is on board after each visit, in each dimension, or the first obstacle.

    What has no pickup is on board from the start, what has no delivery until the end.
    """
    wrong = _order(problem, route) or _vehicle(problem, route) or _route_conflict(problem, route)
    return wrong or _walk(problem, route)


def fits_compartments(
    compartments: Sequence[Compartment], load_by_class: dict[int, tuple[int, ...]]
) -> bool:
    """Tell whether the load finds room in the compartments that its classes may use.

    In every dimension by itself, goods may be split at will, so this is a transport problem: all
    of it can be placed exactly when every set of classes fits the compartments that some class of
    the set may use (Gale 1957, DOI 10.2140/pjm.1957.7.1073).  Of the sets of classes that use the
    same compartments the largest is the hardest, hence one look per set of compartments.
    A class on board that no compartment allows is refused, even where it weighs nothing.
    """
    usable = {
        load_class: frozenset(
            k for k, part in enumerate(compartments) if load_class in part.classes
        )
        for load_class in load_by_class
    }
    if not all(usable.values()):
        return False
    for count in range(1, len(compartments) + 1):
        for chosen in combinations(range(len(compartments)), count):
            inside = [load_by_class[c] for c, parts in usable.items() if parts <= set(chosen)]
            room = _sums(compartments[k].capacity for k in chosen)
            if any(a > b for a, b in zip(_sums(inside), room, strict=False)):
                return False
    return True


def _sums(tuples: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(amounts) for amounts in zip(*tuples, strict=True))


def _order(problem: Problem, route: Route) -> Infeasible | None:
    """Each end once, the pickup first, both in the route."""
    done: set[tuple[int, bool]] = set()
    for index, visit in enumerate(route.visits):
        shipment = problem.shipments[visit.shipment]
        has_end = shipment.pickup if visit.is_pickup else shipment.delivery
        early = (
            not visit.is_pickup
            and shipment.pickup is not None
            and (visit.shipment, True) not in done
        )
        if has_end is None or early or (visit.shipment, visit.is_pickup) in done:
            return Infeasible(obstacle=Obstacle.ORDER, visit=index)
        done.add((visit.shipment, visit.is_pickup))
    for number, is_pickup in done:
        if (
            is_pickup
            and problem.shipments[number].delivery is not None
            and (number, False) not in done
        ):
            return Infeasible(obstacle=Obstacle.ORDER, visit=None)
    return None


def _vehicle(problem: Problem, route: Route) -> Infeasible | None:
    skills = problem.vehicles[route.vehicle].skills
    for index, visit in enumerate(route.visits):
        shipment = problem.shipments[visit.shipment]
        if shipment.vehicles is not None and route.vehicle not in shipment.vehicles:
            return Infeasible(obstacle=Obstacle.VEHICLE_NOT_ALLOWED, visit=index)
        if not shipment.skills <= skills:
            return Infeasible(obstacle=Obstacle.SKILLS, visit=index)
    return None


def _route_conflict(problem: Problem, route: Route) -> Infeasible | None:
    apart = _pairs(problem, ConflictScope.ROUTE)
    met: set[int] = set()
    if apart:
        for index, visit in enumerate(route.visits):
            met.add(problem.shipments[visit.shipment].load_class)
            if any(pair <= met for pair in apart):
                return Infeasible(obstacle=Obstacle.CONFLICT, visit=index)
    return None


def _pairs(problem: Problem, scope: ConflictScope) -> set[frozenset[int]]:
    return {frozenset((c.first, c.second)) for c in problem.conflicts if c.scope is scope}


def _walk(problem: Problem, route: Route) -> _Loads | Infeasible:
    vehicle = problem.vehicles[route.vehicle]
    apart = _pairs(problem, ConflictScope.ON_BOARD)
    load = (0,) * len(vehicle.capacity)
    # From the start, in no order; then what was loaded, the last at the end.
    at_start = {v.shipment for v in route.visits if problem.shipments[v.shipment].pickup is None}
    stack: list[int] = []
    for number in at_start:
        load = tuple(a + b for a, b in zip(load, problem.shipments[number].demand, strict=True))
    full = _too_much(problem, vehicle, apart, load, at_start)
    if full is not None:
        return Infeasible(obstacle=full, visit=0)
    after: list[tuple[int, ...]] = []
    for index, visit in enumerate(route.visits):
        demand = problem.shipments[visit.shipment].demand
        if visit.is_pickup:
            stack.append(visit.shipment)
            load = tuple(a + b for a, b in zip(load, demand, strict=True))
            full = _too_much(problem, vehicle, apart, load, [*at_start, *stack])
            if full is not None:
                return Infeasible(obstacle=full, visit=index)
        else:
            if vehicle.lifo and stack and stack[-1] != visit.shipment:
                return Infeasible(obstacle=Obstacle.LIFO, visit=index)
            if visit.shipment in at_start:
                at_start.remove(visit.shipment)
            else:
                stack.remove(visit.shipment)
            load = tuple(a - b for a, b in zip(load, demand, strict=True))
        after.append(load)
    return tuple(after)


def _too_much(
    problem: Problem,
    vehicle: Vehicle,
    apart: set[frozenset[int]],
    load: tuple[int, ...],
    on_board: Iterable[int],
) -> Obstacle | None:
    """Return what the load on board breaks; only loading more can break it."""
    if any(a > b for a, b in zip(load, vehicle.capacity, strict=True)):
        return Obstacle.CAPACITY
    if not vehicle.compartments and not apart:
        return None
    by_class: dict[int, tuple[int, ...]] = {}
    for number in on_board:
        shipment = problem.shipments[number]
        so_far = by_class.get(shipment.load_class, (0,) * len(load))
        by_class[shipment.load_class] = _sums((so_far, shipment.demand))
    if any(pair <= by_class.keys() for pair in apart):
        return Obstacle.CONFLICT
    if vehicle.compartments and not fits_compartments(vehicle.compartments, by_class):
        return Obstacle.COMPARTMENT
    return None
