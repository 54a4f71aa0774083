"""An independent judge of routes: the file's own numbers, in double precision, from the depot on.

Shares nothing with the problem made of the file, neither its scale nor its roundings.  The verdict
is that of the field: every node once, a pickup before its delivery in one route, no load above the
capacity, service begun within its window (who comes early waits), no route out before the depot
opens or back after it closes, no more routes than vehicles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from colivraison.interchange.benchmarks.instance import DEPOT, BenchmarkInstance

__all__ = ["TOLERANCE", "Finding", "FindingKind", "check_routes"]

TOLERANCE = 1e-6
"""On times only: published solutions of Li & Lim are in time up to the last digits of a double."""


class FindingKind(StrEnum):
    """What can be wrong with routes."""

    UNKNOWN_NODE = "unknown_node"
    VISITED_TWICE = "visited_twice"
    NOT_VISITED = "not_visited"
    PICKUP_ALONE = "pickup_alone"
    DELIVERY_ALONE = "delivery_alone"
    DELIVERY_FIRST = "delivery_first"
    OVERLOAD = "overload"
    LATE = "late"
    BACK_LATE = "back_late"
    TOO_MANY_VEHICLES = "too_many_vehicles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that is not kept.

    Parameters
    ----------
    route
        Its index among the routes; None where it is about no route in particular.
    node
        None where it is about no node in particular.
    details
        Named values that the sentences of ``texts`` use, in the units of the file.
    """

    kind: FindingKind
    route: int | None = None
    node: int | None = None
    details: Mapping[str, float] = field(default_factory=dict)


def check_routes(instance: BenchmarkInstance, routes: Sequence[Sequence[int]]) -> list[Finding]:
    """Return everything that is wrong with routes; empty when they are a solution.

    A route with an unknown node is not driven: nobody knows where it goes.  Nor is a load below
    nothing, or left at the end, told apart: somebody was then delivered first or alone, or visited
    twice, and that is told.
    """
    found = list(_known(instance, routes))
    found += _cover(instance, routes)
    for number, route in enumerate(routes):
        if route and all(_is_known(instance, node) for node in route):
            found += _pairs(instance, number, route)
            found += _loads(instance, number, route)
            found += _times(instance, number, route)
    vehicles = sum(1 for route in routes if route)
    if instance.fleet is not None and vehicles > instance.fleet:
        found.append(
            Finding(
                kind=FindingKind.TOO_MANY_VEHICLES,
                details={"vehicles": vehicles, "fleet": instance.fleet},
            )
        )
    return found


def _is_known(instance: BenchmarkInstance, node: int) -> bool:
    return DEPOT < node < len(instance.nodes)


def _known(instance: BenchmarkInstance, routes: Sequence[Sequence[int]]) -> Iterator[Finding]:
    for number, route in enumerate(routes):
        for node in route:
            if not _is_known(instance, node):
                yield Finding(
                    kind=FindingKind.UNKNOWN_NODE,
                    route=number,
                    node=node,
                    details={"last": len(instance.nodes) - 1},
                )


def _cover(instance: BenchmarkInstance, routes: Sequence[Sequence[int]]) -> Iterator[Finding]:
    visits = Counter(node for route in routes for node in route)
    for node in range(DEPOT + 1, len(instance.nodes)):
        if visits[node] == 0:
            yield Finding(kind=FindingKind.NOT_VISITED, node=node)
        elif visits[node] > 1:
            yield Finding(
                kind=FindingKind.VISITED_TWICE, node=node, details={"times": visits[node]}
            )


def _pairs(instance: BenchmarkInstance, number: int, route: Sequence[int]) -> Iterator[Finding]:
    # The first visit counts: a second one is told as such.
    place = {node: position for position, node in reversed(list(enumerate(route)))}
    for node in dict.fromkeys(route):
        pickup, delivery = instance.nodes[node].pickup, instance.nodes[node].delivery
        if delivery and delivery not in place:
            kind, other = FindingKind.PICKUP_ALONE, delivery
        elif pickup and pickup not in place:
            kind, other = FindingKind.DELIVERY_ALONE, pickup
        elif pickup and place[node] < place[pickup]:
            kind, other = FindingKind.DELIVERY_FIRST, pickup
        else:
            continue
        yield Finding(kind=kind, route=number, node=node, details={"other": other})


def _loads(instance: BenchmarkInstance, number: int, route: Sequence[int]) -> Iterator[Finding]:
    load = 0
    for node in route:
        load += instance.nodes[node].demand
        # Told where something too much is loaded, not at each stop until it is unloaded.
        if load > instance.capacity and instance.nodes[node].delivery:
            yield Finding(
                kind=FindingKind.OVERLOAD,
                route=number,
                node=node,
                details={"load": load, "capacity": instance.capacity},
            )


def _times(instance: BenchmarkInstance, number: int, route: Sequence[int]) -> Iterator[Finding]:
    depot = instance.nodes[DEPOT]
    time: float = depot.opens
    here = DEPOT
    for node in route:
        time = max(time + instance.leg(here, node), instance.nodes[node].opens)
        if time > instance.nodes[node].closes + TOLERANCE:
            yield Finding(
                kind=FindingKind.LATE,
                route=number,
                node=node,
                details={"time": time, "closes": instance.nodes[node].closes},
            )
        time += instance.nodes[node].service
        here = node
    time += instance.leg(here, DEPOT)
    if time > depot.closes + TOLERANCE:
        yield Finding(
            kind=FindingKind.BACK_LATE,
            route=number,
            details={"time": time, "closes": depot.closes},
        )
