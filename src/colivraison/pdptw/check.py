"""An independent judge of solutions: shares no code with ``evaluate``, finds every violation.

Waiting is always allowed, so a route can be driven in time exactly when it can be driven leaving
as early as the shift allows: the judge follows that one departure.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Route, Solution

__all__ = ["Violation", "ViolationKind", "check"]


class ViolationKind(StrEnum):
    """What can be wrong with a solution."""

    UNKNOWN_VEHICLE = "unknown_vehicle"
    UNKNOWN_SHIPMENT = "unknown_shipment"
    VEHICLE_USED_TWICE = "vehicle_used_twice"
    EMPTY_ROUTE = "empty_route"
    MISSING = "missing"
    DUPLICATE = "duplicate"
    ASSIGNED_AND_UNASSIGNED = "assigned_and_unassigned"
    SPLIT_PAIR = "split_pair"
    PRECEDENCE = "precedence"
    VEHICLE_NOT_ALLOWED = "vehicle_not_allowed"
    CAPACITY = "capacity"
    UNREACHABLE = "unreachable"
    WINDOW = "window"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken promise.

    Parameters
    ----------
    vehicle, visit
        Where: the vehicle of the route and the index of the visit in it; None where it is not in
        a route, or not at one visit.
    shipment
        Which shipment, None where none in particular.
    amount, unit
        By how much: ``s`` too late, load units too much in ``dimension k``, ``times``.
    """

    kind: ViolationKind
    vehicle: int | None = None
    visit: int | None = None
    shipment: int | None = None
    amount: int = 0
    unit: str = ""


def check(problem: Problem, solution: Solution) -> tuple[Violation, ...]:
    """Return everything that is wrong with a solution; empty when it is valid."""
    found: list[Violation] = []
    for vehicle, times in sorted(Counter(r.vehicle for r in solution.routes).items()):
        if times > 1:
            found.append(
                Violation(
                    kind=ViolationKind.VEHICLE_USED_TWICE,
                    vehicle=vehicle,
                    amount=times,
                    unit="times",
                )
            )
    known_routes = []
    for route in solution.routes:
        unknown = [
            Violation(
                kind=ViolationKind.UNKNOWN_SHIPMENT,
                vehicle=route.vehicle,
                visit=index,
                shipment=visit.shipment,
            )
            for index, visit in enumerate(route.visits)
            if not 0 <= visit.shipment < len(problem.shipments)
        ]
        if not 0 <= route.vehicle < len(problem.vehicles):
            unknown.append(Violation(kind=ViolationKind.UNKNOWN_VEHICLE, vehicle=route.vehicle))
        found += unknown
        if not unknown:
            known_routes.append(route)
    found += _cover(problem, solution)
    for route in known_routes:
        if not route.visits:
            found.append(Violation(kind=ViolationKind.EMPTY_ROUTE, vehicle=route.vehicle))
            continue
        found += _vehicle_and_load(problem, route)
        found += _time(problem, route)
    return tuple(found)


def _cover(problem: Problem, solution: Solution) -> list[Violation]:
    """Every shipment once: picked up, then delivered, in one route, or left out."""
    found: list[Violation] = []
    pickups: dict[int, list[tuple[int, int, int]]] = {}
    deliveries: dict[int, list[tuple[int, int, int]]] = {}
    for number, route in enumerate(solution.routes):
        for index, visit in enumerate(route.visits):
            ends = pickups if visit.is_pickup else deliveries
            ends.setdefault(visit.shipment, []).append((number, index, route.vehicle))
    left_out = Counter(solution.unassigned)
    found += [
        Violation(kind=ViolationKind.UNKNOWN_SHIPMENT, shipment=shipment)
        for shipment in sorted(set(left_out) - set(range(len(problem.shipments))))
    ]
    for shipment in range(len(problem.shipments)):
        picked, delivered = pickups.get(shipment, []), deliveries.get(shipment, [])
        times = max(len(picked), len(delivered), left_out[shipment])
        if times == 0:
            found.append(Violation(kind=ViolationKind.MISSING, shipment=shipment))
        if times > 1:
            found.append(
                Violation(
                    kind=ViolationKind.DUPLICATE, shipment=shipment, amount=times, unit="times"
                )
            )
        if left_out[shipment] and (picked or delivered):
            found.append(Violation(kind=ViolationKind.ASSIGNED_AND_UNASSIGNED, shipment=shipment))
        if sorted(p[0] for p in picked) != sorted(d[0] for d in delivered):
            where = (picked or delivered)[0]
            found.append(
                Violation(
                    kind=ViolationKind.SPLIT_PAIR,
                    vehicle=where[2],
                    visit=where[1],
                    shipment=shipment,
                )
            )
        elif len(picked) == 1 and picked[0][1] > delivered[0][1]:
            found.append(
                Violation(
                    kind=ViolationKind.PRECEDENCE,
                    vehicle=delivered[0][2],
                    visit=delivered[0][1],
                    shipment=shipment,
                )
            )
    return found


def _vehicle_and_load(problem: Problem, route: Route) -> list[Violation]:
    found: list[Violation] = []
    capacity = problem.vehicles[route.vehicle].capacity
    load = [0] * len(capacity)
    for index, visit in enumerate(route.visits):
        shipment = problem.shipments[visit.shipment]
        if (
            visit.is_pickup
            and shipment.vehicles is not None
            and route.vehicle not in shipment.vehicles
        ):
            found.append(
                Violation(
                    kind=ViolationKind.VEHICLE_NOT_ALLOWED,
                    vehicle=route.vehicle,
                    visit=index,
                    shipment=visit.shipment,
                )
            )
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


def _time(problem: Problem, route: Route) -> list[Violation]:
    """Stop at the first impossible moment of a route: what follows would be guesswork."""
    vehicle = problem.vehicles[route.vehicle]
    durations = problem.tables[vehicle.table].durations_s
    place = vehicle.start
    now_s = vehicle.shift.start_s
    for index, visit in enumerate(route.visits):
        shipment = problem.shipments[visit.shipment]
        activity = shipment.pickup if visit.is_pickup else shipment.delivery
        leg_s = int(durations[place, activity.location])
        if leg_s < 0:
            return [
                Violation(
                    kind=ViolationKind.UNREACHABLE,
                    vehicle=route.vehicle,
                    visit=index,
                    shipment=visit.shipment,
                )
            ]
        setup_s = problem.setup_s[activity.location] if activity.location != place else 0
        begins = [
            begin_s
            for window in activity.windows
            if (begin_s := max(now_s + leg_s, window.start_s) + setup_s) <= window.end_s
        ]
        if not begins:
            return [
                Violation(
                    kind=ViolationKind.WINDOW,
                    vehicle=route.vehicle,
                    visit=index,
                    shipment=visit.shipment,
                    amount=max(0, now_s + leg_s + setup_s - activity.windows[-1].end_s),
                    unit="s",
                )
            ]
        now_s = min(begins) + activity.service_s
        place = activity.location
    leg_s = int(durations[place, vehicle.end])
    if leg_s < 0:
        return [Violation(kind=ViolationKind.UNREACHABLE, vehicle=route.vehicle)]
    if now_s + leg_s > vehicle.shift.end_s:
        return [
            Violation(
                kind=ViolationKind.SHIFT,
                vehicle=route.vehicle,
                amount=now_s + leg_s - vehicle.shift.end_s,
                unit="s",
            )
        ]
    return []
