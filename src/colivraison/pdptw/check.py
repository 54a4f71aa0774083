"""An independent judge of solutions: shares no code with ``evaluate``, finds every violation.

Here stand the parts of the judge and what concerns the solution as a whole; the load of one route
is judged by `check_load`, its time by `check_time`.
"""

from __future__ import annotations

from collections import Counter

from colivraison.pdptw.check_load import load_violations
from colivraison.pdptw.check_time import time_violations
from colivraison.pdptw.problem import LockKind, Problem
from colivraison.pdptw.solution import Route, Solution, Visit
from colivraison.pdptw.violations import Violation, ViolationKind

__all__ = ["Violation", "ViolationKind", "check"]

_LOCK_KINDS = {
    LockKind.PREFIX: ViolationKind.LOCKED_PREFIX,
    LockKind.SEQUENCE: ViolationKind.LOCKED_SEQUENCE,
    LockKind.ROUTE: ViolationKind.LOCKED_ROUTE,
}


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
    found += _locks(problem, solution)
    found += _exclusive(problem, solution)
    found += _groups(problem, solution)
    for route in known_routes:
        if not route.visits:
            found.append(Violation(kind=ViolationKind.EMPTY_ROUTE, vehicle=route.vehicle))
            continue
        found += _phantoms(problem, route)
        found += load_violations(problem, route)
        found += time_violations(problem, route)
    return tuple(found)


def _phantoms(problem: Problem, route: Route) -> list[Violation]:
    """Visits of an end that the shipment does not have."""
    return [
        Violation(
            kind=ViolationKind.NO_SUCH_END,
            vehicle=route.vehicle,
            visit=index,
            shipment=visit.shipment,
        )
        for index, visit in enumerate(route.visits)
        if not _exists(problem, visit)
    ]


def _exists(problem: Problem, visit: Visit) -> bool:
    if not 0 <= visit.shipment < len(problem.shipments):
        return False
    shipment = problem.shipments[visit.shipment]
    return (shipment.pickup if visit.is_pickup else shipment.delivery) is not None


def _cover(problem: Problem, solution: Solution) -> list[Violation]:
    """Every shipment once: picked up, then delivered, in one route, or left out."""
    found: list[Violation] = []
    pickups: dict[int, list[tuple[int, int, int]]] = {}
    deliveries: dict[int, list[tuple[int, int, int]]] = {}
    for number, route in enumerate(solution.routes):
        for index, visit in enumerate(route.visits):
            if _exists(problem, visit):
                ends = pickups if visit.is_pickup else deliveries
                ends.setdefault(visit.shipment, []).append((number, index, route.vehicle))
    left_out = Counter(solution.unassigned)
    found += [
        Violation(kind=ViolationKind.UNKNOWN_SHIPMENT, shipment=shipment)
        for shipment in sorted(set(left_out) - set(range(len(problem.shipments))))
    ]
    for shipment, wanted in enumerate(problem.shipments):
        if left_out[shipment] == 1 and shipment not in pickups and shipment not in deliveries:
            # Left out, as it should be: of a hundred thousand nearly all may be.
            continue
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
        if wanted.pickup is None or wanted.delivery is None:
            continue
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


def _locks(problem: Problem, solution: Solution) -> list[Violation]:
    """Return the locks that no route of their vehicle keeps."""
    found: list[Violation] = []
    for number, lock in enumerate(problem.locks):
        routes = [route.visits for route in solution.routes if route.vehicle == lock.vehicle]
        size = len(lock.visits)
        if lock.kind is LockKind.ROUTE:
            kept = lock.visits in (routes or [()])
        elif lock.kind is LockKind.PREFIX:
            kept = any(visits[:size] == lock.visits for visits in routes or [()])
        else:
            kept = not size or any(
                visits[k : k + size] == lock.visits
                for visits in routes
                for k in range(len(visits) - size + 1)
            )
        if not kept:
            found.append(
                Violation(kind=_LOCK_KINDS[lock.kind], vehicle=lock.vehicle, number=number)
            )
    return found


def _exclusive(problem: Problem, solution: Solution) -> list[Violation]:
    """Return the sets of vehicles of which more than one drives."""
    driving = {route.vehicle for route in solution.routes}
    return [
        Violation(
            kind=ViolationKind.EXCLUSIVE_VEHICLES,
            vehicle=max(clique & driving),
            number=number,
            amount=len(clique & driving),
            unit="times",
        )
        for number, clique in enumerate(problem.exclusive)
        if len(clique & driving) > 1
    ]


def _groups(problem: Problem, solution: Solution) -> list[Violation]:
    """Return the groups of which some shipments are served, and too few."""
    served = {visit.shipment for route in solution.routes for visit in route.visits}
    found: list[Violation] = []
    for number, group in enumerate(problem.groups):
        amounts = dict(zip(group.shipments, group.amounts, strict=True))
        there = served & amounts.keys()
        lacking = group.minimum - sum(amounts[shipment] for shipment in there)
        if there and lacking > 0:
            found.append(
                Violation(
                    kind=ViolationKind.GROUP_BELOW_MINIMUM,
                    shipment=min(there),
                    number=number,
                    amount=lacking,
                    unit="of the group",
                )
            )
    return found
