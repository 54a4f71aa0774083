"""The judge's view of what is on board: a stay from one visit to another per shipment.

Everything follows from the stays and their overlaps, unlike in ``evaluate``, which walks along the
route with a stack.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from colivraison.pdptw.problem import Compartment, ConflictScope, Problem, Shipment
from colivraison.pdptw.solution import Route
from colivraison.pdptw.violations import Violation, ViolationKind

__all__ = ["load_violations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    """A shipment on board after visit ``begin`` (-1: from the start) until visit ``end``."""

    number: int
    begin: int
    end: int
    shipment: Shipment


def load_violations(problem: Problem, route: Route) -> list[Violation]:
    """Return what is wrong with vehicle, conflicts, loads and the order of unloading."""
    stays = _stays(problem, route)
    return [
        *_vehicle(problem, route),
        *_capacity(problem, route),
        *_compartments(problem, route, stays),
        *_conflicts(problem, route, stays),
        *_lifo(problem, route, stays),
    ]


def _stays(problem: Problem, route: Route) -> list[_Stay]:
    """Return the stays whose ends are there, in their order; the others are faults already."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for index, visit in enumerate(route.visits):
        (first if visit.is_pickup else last).setdefault(visit.shipment, index)
    found: list[_Stay] = []
    for number in sorted(first.keys() | last.keys()):
        shipment = problem.shipments[number]
        begin = -1 if shipment.pickup is None else first.get(number)
        end = len(route.visits) if shipment.delivery is None else last.get(number)
        if begin is not None and end is not None and begin < end:
            found.append(_Stay(number=number, begin=begin, end=end, shipment=shipment))
    return found


def _vehicle(problem: Problem, route: Route) -> list[Violation]:
    found: list[Violation] = []
    for index, visit in enumerate(route.visits):
        shipment = problem.shipments[visit.shipment]
        if visit.is_pickup is (shipment.pickup is None):
            continue
        refused = []
        if shipment.vehicles is not None and route.vehicle not in shipment.vehicles:
            refused.append(ViolationKind.VEHICLE_NOT_ALLOWED)
        if shipment.skills - problem.vehicles[route.vehicle].skills:
            refused.append(ViolationKind.SKILLS)
        found += [
            Violation(kind=kind, vehicle=route.vehicle, visit=index, shipment=visit.shipment)
            for kind in refused
        ]
    return found


def _capacity(problem: Problem, route: Route) -> list[Violation]:
    capacity = problem.vehicles[route.vehicle].capacity
    load = [0] * len(capacity)
    for visit in route.visits:
        shipment = problem.shipments[visit.shipment]
        if not visit.is_pickup and shipment.pickup is None:
            load = [a + b for a, b in zip(load, shipment.demand, strict=True)]
    found = [
        Violation(
            kind=ViolationKind.CAPACITY,
            vehicle=route.vehicle,
            amount=load[dimension] - room,
            unit=f"dimension {dimension}",
        )
        for dimension, room in enumerate(capacity)
        if load[dimension] > room
    ]
    for index, visit in enumerate(route.visits):
        shipment = problem.shipments[visit.shipment]
        for dimension, amount in enumerate(shipment.demand):
            load[dimension] += amount if visit.is_pickup else -amount
            if load[dimension] > capacity[dimension]:
                found.append(
                    Violation(
                        kind=ViolationKind.CAPACITY,
                        vehicle=route.vehicle,
                        visit=index,
                        shipment=visit.shipment,
                        amount=load[dimension] - capacity[dimension],
                        unit=f"dimension {dimension}",
                    )
                )
    return found


def _compartments(problem: Problem, route: Route, stays: Sequence[_Stay]) -> list[Violation]:
    """Return the moments, after a stay has begun, at which the parts cannot hold the load."""
    parts = problem.vehicles[route.vehicle].compartments
    found: list[Violation] = []
    if not parts:
        return found
    for moment in sorted({stay.begin for stay in stays}):
        on_board = [stay for stay in stays if stay.begin <= moment < stay.end]
        here = Violation(
            kind=ViolationKind.COMPARTMENT,
            vehicle=route.vehicle,
            visit=None if moment < 0 else moment,
            shipment=None if moment < 0 else route.visits[moment].shipment,
        )
        if any(
            not any(stay.shipment.load_class in part.classes for part in parts)
            and not any(stay.shipment.demand)
            for stay in on_board
        ):
            found.append(here)
        for dimension in range(len(problem.vehicles[route.vehicle].capacity)):
            too_much = _without_room(parts, on_board, dimension)
            if too_much:
                found.append(replace(here, amount=too_much, unit=f"dimension {dimension}"))
    return found


def _without_room(parts: Sequence[Compartment], on_board: Sequence[_Stay], dimension: int) -> int:
    """Return how much of one dimension finds no room, by flows along shortest augmenting paths.

    Edmonds & Karp 1972, DOI 10.1145/321694.321699: here a path goes from a shipment to a part, on
    to a shipment that has something there and may use another part, and so on.
    """
    free = [part.capacity[dimension] for part in parts]
    placed = [[0] * len(parts) for _ in on_board]
    left_over = 0
    for source, stay in enumerate(on_board):
        waiting = stay.shipment.demand[dimension]
        while waiting:
            path = _path(parts, on_board, placed, free, source)
            if path is None:
                break
            # Shipment path[0] goes to part path[1], shipment path[2] leaves it for path[3], ...
            amount = min(waiting, free[path[-1]])
            for k in range(2, len(path), 2):
                amount = min(amount, placed[path[k]][path[k - 1]])
            for k in range(0, len(path), 2):
                placed[path[k]][path[k + 1]] += amount
                if k:
                    placed[path[k]][path[k - 1]] -= amount
            free[path[-1]] -= amount
            waiting -= amount
        left_over += waiting
    return left_over


def _path(
    parts: Sequence[Compartment],
    on_board: Sequence[_Stay],
    placed: Sequence[Sequence[int]],
    free: Sequence[int],
    source: int,
) -> list[int] | None:
    paths = deque([[source]])
    seen_stays, seen_parts = {source}, set[int]()
    while paths:
        path = paths.popleft()
        load_class = on_board[path[-1]].shipment.load_class
        for part in range(len(parts)):
            if load_class not in parts[part].classes or part in seen_parts:
                continue
            seen_parts.add(part)
            if free[part]:
                return [*path, part]
            for other in range(len(on_board)):
                if placed[other][part] and other not in seen_stays:
                    seen_stays.add(other)
                    paths.append([*path, part, other])
    return None


def _conflicts(problem: Problem, route: Route, stays: Sequence[_Stay]) -> list[Violation]:
    found: list[Violation] = []
    for number, conflict in enumerate(problem.conflicts):
        if conflict.scope is ConflictScope.ROUTE:
            firsts: dict[int, int] = {}
            for index, visit in enumerate(route.visits):
                firsts.setdefault(problem.shipments[visit.shipment].load_class, index)
            meeting = [firsts.get(conflict.first), firsts.get(conflict.second)]
            met = [index for index in meeting if index is not None]
            moments = [max(met)] if len(met) == len(meeting) else []
        else:
            moments = [
                max(one.begin, other.begin)
                for one, other in combinations(stays, 2)
                if {one.shipment.load_class, other.shipment.load_class}
                == {conflict.first, conflict.second}
                and max(one.begin, other.begin) < min(one.end, other.end)
            ]
        found += [
            Violation(
                kind=ViolationKind.CONFLICT,
                vehicle=route.vehicle,
                visit=None if moment < 0 else moment,
                shipment=None if moment < 0 else route.visits[moment].shipment,
                number=number,
            )
            for moment in sorted(set(moments))
        ]
    return found


def _lifo(problem: Problem, route: Route, stays: Sequence[_Stay]) -> list[Violation]:
    """Return the deliveries before which something loaded later is still on board."""
    if not problem.vehicles[route.vehicle].lifo:
        return []
    return [
        Violation(
            kind=ViolationKind.LIFO,
            vehicle=route.vehicle,
            visit=stay.end,
            shipment=stay.number,
        )
        for stay in sorted(stays, key=lambda one: one.end)
        if any(stay.begin < other.begin < stay.end < other.end for other in stays)
    ]
