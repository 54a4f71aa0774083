"""From a `Problem` to the arrays of the native search, and from its nodes back to visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from colivraison._native.routing import UNITS_PER_CENT, RoutePlan, RoutingArrays
from colivraison.pdptw.backends.locks import locked_shipments
from colivraison.pdptw.backends.native_columns import (
    HORIZON,
    TOO_LARGE,
    column,
    table_arrays,
    windows_by_owner,
)
from colivraison.pdptw.backends.native_nodes import NodeOf, Nodes
from colivraison.pdptw.carriers import carriers
from colivraison.pdptw.problem import (
    ConflictScope,
    LockKind,
    Objective,
    Problem,
    Shipment,
    Vehicle,
)
from colivraison.pdptw.solution import Route, Solution, Visit

__all__ = ["Lowering", "lower"]

# Compartments or classes whose every set is a load dimension of its own.
_MOST_SETS_OF = 8
_ROOMY = 1 << 60
_LOCK_KINDS = {LockKind.PREFIX: 0, LockKind.SEQUENCE: 1, LockKind.ROUTE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowering:
    """A problem as arrays, and what its nodes mean.

    Parameters
    ----------
    nodes
        The visits as nodes, and the nodes as visits.
    constant
        What every plan costs in money units besides what the search counts.
    """

    problem: Problem
    arrays: RoutingArrays
    nodes: Nodes
    constant: int

    @property
    def visits(self) -> Sequence[Visit]:
        """The visits by node."""
        return self.nodes

    @property
    def node_of(self) -> Mapping[Visit, int]:
        """The node of each visit."""
        return NodeOf(self.nodes)

    def solution(self, plan: RoutePlan) -> Solution:
        """Return the solution that a plan of the native search stands for."""
        routes = []
        for vehicle, nodes, rests in plan[0]:
            taken = tuple(None if place < 0 else place for place in rests)
            routes.append(
                Route(
                    vehicle=vehicle,
                    visits=tuple(self.visits[node] for node in nodes),
                    breaks=taken if any(place is not None for place in taken) else (),
                )
            )
        served = {visit.shipment for route in routes for visit in route.visits}
        return Solution(
            routes=tuple(sorted(routes, key=lambda route: route.vehicle)),
            unassigned=tuple(s for s in range(len(self.problem.shipments)) if s not in served),
        )

    def plan(self, solution: Solution) -> RoutePlan:
        """Return a solution as a plan of the native search."""
        node_of = self.node_of
        routes = [
            (route.vehicle, [node_of[visit] for visit in route.visits], list[int]())
            for route in solution.routes
        ]
        return routes, list(solution.unassigned)


def lower(problem: Problem) -> Lowering:
    """Return a problem as arrays.

    A hundred thousand shipments are lowered in about a second: whatever can be done by columns is.

    Raises
    ------
    ValueError
        When a number is too large for the native search, or it would need too many load
        dimensions or load classes with conflicts.
    """
    shipments = problem.shipments
    nodes = Nodes.of(problem)
    activities = [a for s in shipments for a in (s.pickup, s.delivery) if a is not None]
    rests = [one for vehicle in problem.vehicles for one in vehicle.breaks]
    windows, opens = windows_by_owner(
        [*(one.windows for one in activities), *(one.windows for one in rests)], _span(problem)
    )
    of_nodes, of_rests = opens[: len(activities)], opens[len(activities) :]
    classes = _conflict_classes(problem)
    locked = locked_shipments(problem)
    of_class = [classes.get(s.load_class, -1) for s in shipments] if classes else [-1]
    reference_vehicle = np.full(len(shipments), -1, dtype=np.int64)
    for number, vehicle in _reference_vehicles(problem).items():
        reference_vehicle[number] = vehicle
    jobs = np.empty((len(shipments), 6), dtype=np.int64)
    jobs[:, 0] = nodes.pickups
    jobs[:, 1] = nodes.deliveries
    jobs[:, 2] = column(
        _price(problem, shipment, locked=number in locked)
        for number, shipment in enumerate(shipments)
    )
    jobs[:, 3] = of_class
    jobs[:, 4] = column(_time_limit(shipment.max_on_board_s) for shipment in shipments)
    jobs[:, 5] = reference_vehicle
    demand, capacity = _loads(problem)
    rows = _vehicle_rows(problem)
    carried = carriers(problem)
    kinds = _kinds(problem, rows, capacity, carried.allowed)
    reference = problem.reference
    broken = 0 if reference is None else reference.cents_per_broken_succession * UNITS_PER_CENT
    arrays = RoutingArrays(
        tables=[table_arrays(table) for table in problem.tables],
        setup=_ints(column(problem.setup_s)),
        windows=_ints(windows),
        nodes=_ints(
            np.column_stack(
                (
                    column(one.location for one in activities),
                    column(one.service_s for one in activities),
                    of_nodes,
                )
            )
        ),
        jobs=jobs.ravel(),
        demand=_longs(demand),
        rests=_ints(
            np.column_stack(
                (
                    of_rests,
                    column(one.duration_s for one in rests),
                    column(min(one.beyond_s, HORIZON - 1) for one in rests),
                )
            )
        ),
        vehicles=_longs([(*row, kind) for row, kind in zip(rows, kinds, strict=True)]),
        capacity=_longs(capacity),
        allowed=carried.bits(),
        route_conflicts=_conflicts(problem, classes, ConflictScope.ROUTE),
        board_conflicts=_conflicts(problem, classes, ConflictScope.ON_BOARD),
        # One alone excludes nobody.
        exclusive=[sorted(clique) for clique in problem.exclusive if len(clique) > 1],
        groups=[
            # One more than all of them is out of reach, like anything beyond it.
            (list(one.shipments), list(one.amounts), min(one.minimum, sum(one.amounts) + 1))
            for one in problem.groups
        ],
        locks=[
            (lock.vehicle, _LOCK_KINDS[lock.kind], [nodes.number(visit) for visit in lock.visits])
            for lock in problem.locks
        ],
        reference_next=_successors(problem, nodes),
        other_vehicle=0
        if reference is None
        else reference.cents_per_other_vehicle * UNITS_PER_CENT,
        broken_succession=broken,
        dimensions=demand.shape[1],
        fewest_vehicles=problem.objective is Objective.VEHICLES_THEN_DISTANCE,
    )
    pairs = 0 if reference is None else _pairs(reference.solution)
    return Lowering(problem=problem, arrays=arrays, nodes=nodes, constant=broken * pairs)


def _ints(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    wide = values.ravel()
    if wide.size and (wide.max() >= HORIZON or wide.min() < -HORIZON):
        raise ValueError(TOO_LARGE)
    return wide.astype(np.int32)


def _longs(values: object) -> npt.NDArray[np.int64]:
    return np.ascontiguousarray(np.array(values, dtype=np.int64).ravel())


def _span(problem: Problem) -> tuple[int, int]:
    """Return the first and last moment at which any vehicle drives."""
    shifts = [vehicle.shift for vehicle in problem.vehicles]
    if not shifts:
        return 0, 0
    return min(shift.start_s for shift in shifts), max(shift.end_s for shift in shifts)


def _price(problem: Problem, shipment: Shipment, *, locked: bool) -> int:
    """Return the price of leaving a shipment out, -1 where that is no choice."""
    if locked or shipment.unserved_cents is None or problem.objective is not Objective.CENTS:
        return -1
    # One unit more: a shipment that costs exactly its price is served.
    return shipment.unserved_cents * UNITS_PER_CENT + 1


def _time_limit(value_s: int | None) -> int:
    """Return a limit, -1 for none; one longer than any horizon limits nothing."""
    return -1 if value_s is None or value_s >= HORIZON else value_s


def _vehicle_rows(problem: Problem) -> list[tuple[int, ...]]:
    rows = []
    begin = 0
    for vehicle in problem.vehicles:
        end = begin + len(vehicle.breaks)
        rows.append(_vehicle_row(problem, vehicle, begin, end))
        begin = end
    return rows


def _vehicle_row(
    problem: Problem, vehicle: Vehicle, rests_begin: int, rests_end: int
) -> tuple[int, ...]:
    use, metre, second, overtime = 0, 1, 0, 0
    if problem.objective is Objective.CENTS:
        use = vehicle.cents_per_use * UNITS_PER_CENT
        metre = vehicle.cents_per_km * UNITS_PER_CENT // 1_000
        second = vehicle.cents_per_hour * UNITS_PER_CENT // 3_600
        overtime = vehicle.cents_per_overtime_hour * UNITS_PER_CENT // 3_600

    def limit(value: int | None) -> int:
        return -1 if value is None else min(value, _ROOMY)

    return (
        vehicle.table,
        vehicle.start,
        limit(vehicle.end),
        vehicle.shift.start_s,
        vehicle.shift.end_s,
        use,
        metre,
        second,
        overtime,
        _time_limit(vehicle.regular_s),
        _time_limit(vehicle.max_duration_s),
        limit(vehicle.max_distance_m),
        int(vehicle.lifo),
        int(vehicle.leaves_at_once),
        rests_begin,
        rests_end,
    )


def _loads(problem: Problem) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return demands and capacities; each set of classes that shares compartments is a dimension.

    Goods may be spread over compartments at will, so all find room exactly when every set of
    classes fits into the compartments that some class of it may use (Gale 1957, DOI
    10.2140/pjm.1957.7.1073), in every dimension; of the sets that may use the same compartments
    the largest says it all.
    """
    _require_countable(problem)
    dimensions = len(problem.vehicles[0].capacity) if problem.vehicles else 0
    if not problem.vehicles and problem.shipments:
        dimensions = len(problem.shipments[0].demand)
    demand = np.array([s.demand for s in problem.shipments], dtype=np.int64)
    demand = demand.reshape(len(problem.shipments), dimensions)
    most = [[min(amount, _ROOMY) for amount in v.capacity] for v in problem.vehicles]
    capacity = np.array(most, dtype=np.int64)
    capacity = capacity.reshape(len(problem.vehicles), dimensions)
    demands, capacities = [demand], [capacity]
    of_class = np.array([s.load_class for s in problem.shipments], dtype=np.int64)
    for chosen in _class_sets(problem):
        inside = np.isin(of_class, sorted(chosen))
        demands.append(np.where(inside[:, None], demand, 0))
        room_of_set = np.full_like(capacity, _ROOMY)
        for number, vehicle in enumerate(problem.vehicles):
            if vehicle.compartments:
                usable = [part for part in vehicle.compartments if part.classes & chosen]
                room_of_set[number] = [
                    min(_ROOMY, sum(part.capacity[k] for part in usable)) for k in range(dimensions)
                ]
        capacities.append(room_of_set)
    return np.concatenate(demands, axis=1), np.concatenate(capacities, axis=1)


def _require_countable(problem: Problem) -> None:
    """Raise where the sum of all amounts, or the money of any plan, could pass 64 bits."""
    amounts = [sum(column) for column in zip(*(s.demand for s in problem.shipments), strict=True)]
    amounts += [sum(group.amounts) for group in problem.groups]
    if max(amounts, default=0) >= _ROOMY:
        raise ValueError("the amounts are too large for the native search")
    farthest_m = max((int(t.distances_m.max(initial=0)) for t in problem.tables), default=0)
    ways = 2 * len(problem.shipments) + len(problem.vehicles)
    dearest = max(
        (
            v.cents_per_use
            + v.cents_per_km * farthest_m * ways // 1_000
            + (v.cents_per_hour + v.cents_per_overtime_hour) * (v.shift.end_s // 3_600 + 1)
            for v in problem.vehicles
        ),
        default=0,
    )
    prices = sum(s.unserved_cents or 0 for s in problem.shipments)
    if problem.reference is not None:
        prices += ways * (
            problem.reference.cents_per_other_vehicle
            + problem.reference.cents_per_broken_succession
        )
    cents = dearest * max(1, len(problem.vehicles)) + prices
    if cents * UNITS_PER_CENT >= _ROOMY or farthest_m * ways >= _ROOMY:
        raise ValueError("the costs are too large for the native search")


def _class_sets(problem: Problem) -> list[frozenset[int]]:
    classes = sorted({s.load_class for s in problem.shipments})
    found: set[frozenset[int]] = set()
    for compartments in {v.compartments for v in problem.vehicles if v.compartments}:
        used = [c for c in classes if any(c in part.classes for part in compartments)]
        if len(used) <= min(_MOST_SETS_OF, len(compartments)):
            for size in range(1, len(used) + 1):
                found.update(frozenset(chosen) for chosen in combinations(used, size))
            continue
        if len(compartments) > _MOST_SETS_OF:
            raise ValueError(f"at most {_MOST_SETS_OF} compartments, or load classes that use them")
        for size in range(1, len(compartments) + 1):
            for parts in combinations(range(len(compartments)), size):
                inside = {
                    c
                    for c in used
                    if all(
                        c not in part.classes or k in parts for k, part in enumerate(compartments)
                    )
                }
                if inside:
                    found.add(frozenset(inside))
    return sorted(found, key=sorted)


def _conflict_classes(problem: Problem) -> dict[int, int]:
    """Return the load classes in some conflict, numbered from 0."""
    classes = sorted({c for one in problem.conflicts for c in (one.first, one.second)})
    if len(classes) > 64:
        raise ValueError("at most 64 load classes may have conflicts")
    return {load_class: number for number, load_class in enumerate(classes)}


def _conflicts(
    problem: Problem, classes: Mapping[int, int], scope: ConflictScope
) -> npt.NDArray[np.uint64]:
    rows = [0] * len(classes)
    for one in problem.conflicts:
        if one.scope is scope:
            first, second = classes[one.first], classes[one.second]
            rows[first] |= 1 << second
            rows[second] |= 1 << first
    return np.array(rows, dtype=np.uint64)


def _kinds(
    problem: Problem,
    rows: Sequence[tuple[int, ...]],
    capacity: npt.NDArray[np.int64],
    allowed: npt.NDArray[np.bool_],
) -> list[int]:
    """Return a number for each vehicle: the same for those that are alike in every respect."""
    marked = {lock.vehicle for lock in problem.locks}
    marked = marked.union(*(clique for clique in problem.exclusive if len(clique) > 1))
    if problem.reference is not None:
        marked |= {route.vehicle for route in problem.reference.solution.routes}
    found: dict[object, int] = {}
    kinds = []
    carried = np.ascontiguousarray(allowed.T)
    for number, row in enumerate(rows):
        vehicle = problem.vehicles[number]
        key = (
            row[:-2],
            vehicle.breaks,
            capacity[number].tobytes(),
            carried[number].tobytes(),
            number if number in marked else -1,
        )
        kinds.append(found.setdefault(key, len(found)))
    return kinds


def _reference_vehicles(problem: Problem) -> dict[int, int]:
    if problem.reference is None:
        return {}
    return {
        visit.shipment: route.vehicle
        for route in problem.reference.solution.routes
        for visit in route.visits
    }


def _successors(problem: Problem, nodes: Nodes) -> npt.NDArray[np.int32]:
    """Return by node the one behind it in the plan of reference, -1 for none."""
    follows = np.full(len(nodes), -1, dtype=np.int32)
    if problem.reference is not None:
        for route in problem.reference.solution.routes:
            for before, after in pairwise(route.visits):
                follows[nodes.number(before)] = nodes.number(after)
    return follows


def _pairs(solution: Solution) -> int:
    return sum(len(route.visits) - 1 for route in solution.routes)
