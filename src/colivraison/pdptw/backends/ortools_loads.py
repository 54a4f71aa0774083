"""What is on board, in a model of OR-Tools' routing library: room, compartments, conflicts, LIFO.

All of it is exact in the library, except that of a vehicle with many compartments only some sets
of them are looked at (`add_loads`); the rest is left to the judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from colivraison.pdptw.backends.ortools_layout import Layout
from colivraison.pdptw.backends.ortools_nodes import Node, Scope
from colivraison.pdptw.problem import ConflictScope, Problem, Vehicle

__all__ = ["MOST_COMPARTMENTS", "add_conflicts", "add_lifo", "add_loads"]

# Every set of so many compartments has load dimensions of its own.
MOST_COMPARTMENTS = 5


def add_loads(scope: Scope, layout: Layout, routing: Any) -> None:
    """Add the dimensions ``load k``, and more for the classes that share compartments.

    Goods may be spread over compartments at will, so all find room when every set of classes fits
    the compartments that some class of it may use (see `loads.fits_compartments`), and among the
    sets that use the same compartments the largest is the hardest.  Beyond `MOST_COMPARTMENTS`
    compartments only single ones and all together are looked at.
    """
    problem = scope.problem
    vehicles = [problem.vehicles[v] for v in scope.vehicles]
    for k in range(len(vehicles[0].capacity)):
        room = [v.capacity[k] for v in vehicles]
        _add_load(problem, layout, routing, f"load {k}", k, None, room)
    classes = frozenset(problem.shipments[s].load_class for s in scope.shipments)
    for number, chosen in enumerate(_class_sets(vehicles, classes)):
        for k in range(len(vehicles[0].capacity)):
            room = [_room_for(v, chosen, k) for v in vehicles]
            if any(r < v.capacity[k] for r, v in zip(room, vehicles, strict=True)):
                name = f"load {k} of classes {number}"
                _add_load(problem, layout, routing, name, k, chosen, room)


def _class_sets(vehicles: Sequence[Vehicle], classes: frozenset[int]) -> list[frozenset[int]]:
    """Return the sets of load classes that must fit together, in a fixed order."""
    found: set[frozenset[int]] = set()
    for compartments in {v.compartments for v in vehicles}:
        usable = {
            c: {k for k, part in enumerate(compartments) if c in part.classes} for c in classes
        }
        count = len(compartments)
        sizes = range(1, count + 1) if count <= MOST_COMPARTMENTS else (1, count)
        for size in sizes:
            for chosen in combinations(range(count), size):
                found.add(frozenset(c for c, parts in usable.items() if parts <= set(chosen)))
    return sorted(found - {frozenset()}, key=sorted)


def _room_for(vehicle: Vehicle, classes: frozenset[int], dimension: int) -> int:
    """Return what a vehicle can hold of some classes together."""
    most = vehicle.capacity[dimension]
    if not vehicle.compartments:
        return most
    return min(
        most,
        sum(p.capacity[dimension] for p in vehicle.compartments if p.classes & classes),
    )


def _add_load(
    problem: Problem,
    layout: Layout,
    routing: Any,
    name: str,
    dimension: int,
    classes: frozenset[int] | None,
    room: list[int],
) -> None:
    """Add what is on board in one dimension, of some load classes or of all.

    What is delivered only is on board from the start: the load then begins at what lets the route
    end with what was picked up only.
    """

    def amount(node: Node) -> int:
        shipment = problem.shipments[node.visit.shipment]
        within = classes is None or shipment.load_class in classes
        return shipment.demand[dimension] if within else 0

    none = [0] * len(layout.depots)
    amounts = [amount(n) if n.visit.is_pickup else -amount(n) for n in layout.nodes]
    stays = [amount(n) if _stays(problem, n) else 0 for n in layout.nodes]
    from_start = any(_is_there(problem, n) and amount(n) for n in layout.nodes)
    transit = routing.RegisterUnaryTransitVector(amounts + none)
    routing.AddDimensionWithVehicleCapacity(transit, 0, room, not from_start, name)
    if not from_start:
        return
    load = routing.GetDimensionOrDie(name)
    ends = [load.CumulVar(routing.End(place)) for place in range(len(room))]
    if not any(stays):
        for end in ends:
            end.SetMax(0)
        return
    transit = routing.RegisterUnaryTransitVector(stays + none)
    routing.AddDimensionWithVehicleCapacity(transit, 0, room, True, f"{name} that stays")
    staying = routing.GetDimensionOrDie(f"{name} that stays")
    for place, end in enumerate(ends):
        routing.solver().Add(end == staying.CumulVar(routing.End(place)))


def _stays(problem: Problem, node: Node) -> bool:
    """Tell whether a node loads something that stays on board until the end."""
    return problem.shipments[node.visit.shipment].delivery is None


def _is_there(problem: Problem, node: Node) -> bool:
    """Tell whether a node unloads something that is on board from the start."""
    return problem.shipments[node.visit.shipment].pickup is None


def add_conflicts(scope: Scope, layout: Layout, manager: Any, routing: Any) -> None:
    """Tell the library which load classes must not meet: they are its types of visits."""
    problem = scope.problem
    there = {problem.shipments[node.visit.shipment].load_class for node in layout.nodes}
    # The library has no room for types that no visit has: it would write behind its arrays.
    conflicts = [c for c in problem.conflicts if {c.first, c.second} <= there]
    apart = {load_class for c in conflicts for load_class in (c.first, c.second)}
    type_of = {load_class: number for number, load_class in enumerate(sorted(apart))}
    for number, node in enumerate(layout.nodes):
        load_class = problem.shipments[node.visit.shipment].load_class
        if load_class not in type_of:
            continue
        if node.visit.is_pickup:
            policy = routing.TYPE_ADDED_TO_VEHICLE
        elif _is_there(problem, node):
            policy = routing.TYPE_ON_VEHICLE_UP_TO_VISIT
        else:
            policy = routing.ADDED_TYPE_REMOVED_FROM_VEHICLE
        routing.SetVisitType(manager.NodeToIndex(number), type_of[load_class], policy)
    for conflict in conflicts:
        types = type_of[conflict.first], type_of[conflict.second]
        if conflict.scope is ConflictScope.ROUTE:
            routing.AddHardTypeIncompatibility(*types)
        else:
            routing.AddTemporalTypeIncompatibility(*types)


def add_lifo(scope: Scope, layout: Layout, manager: Any, routing: Any) -> None:
    """Let vehicles unload only what they loaded last.

    The library keeps this for pairs.  Single ends: what is there from the start may go when no
    pair is on board and nothing that stays was loaded; what stays may be loaded when no pair is on
    board (it would be buried for good).
    """
    problem = scope.problem
    lifo = [problem.vehicles[v].lifo for v in scope.vehicles]
    for place, last_first in enumerate(lifo):
        if last_first:
            routing.SetPickupAndDeliveryPolicyOfVehicle(routing.PICKUP_AND_DELIVERY_LIFO, place)
    single = [_stays(problem, n) or _is_there(problem, n) for n in layout.nodes]
    if not any(lifo) or not any(single):
        return
    none = [0] * len(layout.depots)
    nothing = routing.RegisterUnaryTransitVector([0] * len(layout.nodes) + none)
    kept = [int(_stays(problem, n)) for n in layout.nodes]
    pairs = [
        0 if alone else (1 if n.visit.is_pickup else -1)
        for n, alone in zip(layout.nodes, single, strict=True)
    ]
    for name, steps in (("pairs on board", pairs), ("loaded to stay", kept)):
        count = routing.RegisterUnaryTransitVector(steps + none)
        routing.AddDimensionWithVehicleTransitAndCapacity(
            [count if last_first else nothing for last_first in lifo],
            0,
            [len(layout.nodes)] * len(lifo),
            True,
            name,
        )
    on_board = routing.GetDimensionOrDie("pairs on board")
    staying = routing.GetDimensionOrDie("loaded to stay")
    for number, node in enumerate(layout.nodes):
        index = manager.NodeToIndex(number)
        if single[number]:
            on_board.CumulVar(index).SetMax(0)
        if _is_there(problem, node):
            staying.CumulVar(index).SetMax(0)
