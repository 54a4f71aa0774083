"""A problem as a model of OR-Tools' routing library.

What the library keeps exactly, and where:

- several windows, days, places that depend on the vehicle, setup, allowed vehicles, skills: as
  alternative nodes (`ortools_nodes`);
- shifts, limits of duration and distance, hours and overtime: `ortools_time`;
- room, compartments, conflicts, LIFO, single ends: `ortools_loads`;
- the objective, prices of what is left out and of changes: `ortools_prices`;
- locks: `ortools_locks`; exclusive vehicles and groups: `ortools_company`.

What it cannot say (breaks between trips only, time on board for single ends, more than five
compartments), the reference evaluator says inside the search: `ortools_judge`.  Two things are
narrower than the problem, and solutions stay valid: above 8 shipments windows open ``setup_s``
late also for a visit that needs no setup because the vehicle is already there, and a route's cost
is not rounded to cents.  Refused are problems too large for its matrices or for 64 bits.

Two things are done for speed, both measured (README of the room):

- Holes in a node's time window make the library more than a hundred times slower as soon as hours
  cost money, so an activity with several windows becomes several *alternative* nodes with one
  window each, of which one is visited.
- Every vehicle's clock starts at midnight of the day its shift begins, so that the windows of
  Thursday and of Friday, when they are the same hours, are one node and not two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ortools.constraint_solver import pywrapcp

from colivraison.pdptw.backends.ortools_company import add_exclusive, add_groups
from colivraison.pdptw.backends.ortools_judge import Judge, needs_judge
from colivraison.pdptw.backends.ortools_layout import Layout
from colivraison.pdptw.backends.ortools_loads import add_conflicts, add_lifo, add_loads
from colivraison.pdptw.backends.ortools_locks import add_locks
from colivraison.pdptw.backends.ortools_nodes import (
    Arrival,
    Ends,
    Node,
    Scope,
    Style,
    ends_of,
    midnight_s,
)
from colivraison.pdptw.backends.ortools_prices import Prices, add_prices
from colivraison.pdptw.backends.ortools_time import add_distance_limits, add_time
from colivraison.pdptw.backends.placer import Placer
from colivraison.pdptw.evaluate import Infeasible, evaluate
from colivraison.pdptw.solution import Route, Solution, Visit

__all__ = ["MOST_NODES", "RoutingModel", "build"]

# The matrices of so many nodes take more than a gigabyte on their way into the library.
MOST_NODES = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingModel:
    """A model and the way back from its nodes.

    Parameters
    ----------
    nodes
        The visits it can make; node numbers of the library are positions here.
    judge
        The constraint that asks the evaluator, None where nothing is left to it.
    """

    scope: Scope
    manager: Any
    routing: Any
    nodes: tuple[Node, ...]
    place: Placer
    judge: Judge | None

    def read_visits(self) -> list[tuple[int, tuple[Visit, ...]]] | None:
        """Return the vehicles and visits where the search stands, None where it is undecided."""
        found: list[tuple[int, tuple[Visit, ...]]] = []
        for place, vehicle in enumerate(self.scope.vehicles):
            visits = []
            following = self.routing.NextVar(self.routing.Start(place))
            while following.Bound() and not self.routing.IsEnd(following.Min()):
                visits.append(self.nodes[self.manager.IndexToNode(following.Min())].visit)
                following = self.routing.NextVar(following.Min())
            if not following.Bound():
                return None
            if visits:
                found.append((vehicle, tuple(visits)))
        return found

    def read_current(self) -> Solution | None:
        """Return the solution at which the search stands.

        None where it is not decided yet, or where the evaluator refuses a route.
        """
        found = self.read_visits()
        if found is None:
            return None
        placed = [self.place(vehicle, visits) for vehicle, visits in found]
        routes = [one[0] for one in placed if one is not None]
        return None if len(routes) < len(placed) else self.solution_of(routes)

    def solution_of(self, routes: Sequence[Route]) -> Solution:
        """Return a solution of the scope: these routes, and everything else left out."""
        served = {visit.shipment for route in routes for visit in route.visits}
        return Solution(
            routes=tuple(routes),
            unassigned=tuple(s for s in sorted(self.scope.shipments) if s not in served),
        )

    def write(self, solution: Solution) -> list[list[int]] | None:
        """Return the routes of a solution as routing indices, one list per vehicle.

        None when some visit needs what the model is too narrow for.
        """
        problem = self.scope.problem
        nodes_of: dict[Visit, list[int]] = {}
        for number, node in enumerate(self.nodes):
            nodes_of.setdefault(node.visit, []).append(number)
        routes: list[list[int]] = [[] for _ in self.scope.vehicles]
        for route in solution.routes:
            schedule = evaluate(problem, route)
            if isinstance(schedule, Infeasible):
                raise AssertionError("only valid solutions are written")  # noqa: TRY004
            place = self.scope.vehicles.index(route.vehicle)
            clock_s = midnight_s(problem, route.vehicle)
            here = problem.vehicles[route.vehicle].start
            for timed in schedule.visits:
                begin_s = timed.service_begin_s - clock_s
                fitting = [
                    number
                    for number in nodes_of.get(timed.visit, ())
                    if place in (node := self.nodes[number]).vehicles
                    and any(opens_s <= begin_s <= closes_s for opens_s, closes_s in node.windows)
                    and node.arrival
                    in {Arrival.ANY, Arrival.STANDING if node.location == here else Arrival.MOVING}
                ]
                if not fitting:
                    return None
                routes[place].append(self.manager.NodeToIndex(fitting[0]))
                here = self.nodes[fitting[0]].location
        return routes


def build(scope: Scope, place: Placer, style: Style, *, judged: bool = True) -> RoutingModel | None:
    """Return the model, or None when no shipment can be served.

    Parameters
    ----------
    scope
        Its shipments stand in the order in which the model shall number them: ties are broken by
        it, so that different orders search differently.
    style
        For small problems.
    judged
        False leaves out what only the evaluator can say.

    Raises
    ------
    ValueError
        When the model would be too large, see the module.
    """
    everything = ends_of(scope, style)
    left = scope.locked_on.keys() & set(scope.shipments) - {ends.shipment for ends in everything}
    assert not left, f"no nodes for locked shipments that some plan serves: {sorted(left)}"
    if not everything:
        return None
    if sum(len(e.pickups) + len(e.deliveries) for e in everything) > MOST_NODES:
        raise ValueError(f"the OR-Tools back end cannot hold more than {MOST_NODES} nodes")
    layout = Layout(scope, [node for e in everything for node in (*e.pickups, *e.deliveries)])
    manager = pywrapcp.RoutingIndexManager(
        len(layout.places), len(scope.vehicles), layout.starts, layout.ends
    )
    routing = pywrapcp.RoutingModel(manager)
    prices = Prices(scope)
    time = add_time(scope, layout, routing, prices)
    add_prices(scope, layout, routing, prices)
    add_loads(scope, layout, routing)
    add_distance_limits(scope, layout, routing)
    for number, node in enumerate(layout.nodes):
        index = manager.NodeToIndex(number)
        begin = time.CumulVar(index)
        begin.SetRange(node.windows[0][0], node.windows[-1][1])
        for before, after in pairwise(node.windows):
            begin.RemoveInterval(before[1] + 1, after[0] - 1)
        # Not SetAllowedVehiclesForIndex: the 9.15 wrapper does not accept a list there.
        routing.VehicleVar(index).SetValues([-1, *node.vehicles])
    nodes_of = _add_shipments(scope, manager, routing, everything, prices)
    add_exclusive(scope, routing)
    add_groups(scope, routing, nodes_of)
    add_conflicts(scope, layout, manager, routing)
    add_lifo(scope, layout, manager, routing)
    add_locks(scope, layout, manager, routing)
    judge = None
    if judged and needs_judge(scope):
        visit_of: list[Any] = [None] * routing.Size()
        for number, node in enumerate(layout.nodes):
            visit_of[manager.NodeToIndex(number)] = node.visit
        judge = Judge(scope, routing, visit_of, place, prices)
        routing.solver().AddConstraint(judge)
    return RoutingModel(
        scope=scope, manager=manager, routing=routing, nodes=layout.nodes, place=place, judge=judge
    )


def _add_shipments(
    scope: Scope, manager: Any, routing: Any, everything: Sequence[Ends], prices: Prices
) -> dict[int, list[int]]:
    """Tell the library what belongs together and what leaving it out costs.

    Returns
    -------
    dict
        By shipment the indices of the nodes of one end.
    """
    solver, time = routing.solver(), routing.GetDimensionOrDie("time")
    locked = scope.locked_on
    first = 0
    pairs = 0
    nodes_of: dict[int, list[int]] = {}
    for ends in everything:
        middle = first + len(ends.pickups)
        last = middle + len(ends.deliveries)
        sides = [
            [manager.NodeToIndex(number) for number in numbers]
            for numbers in (range(first, middle), range(middle, last))
            if numbers
        ]
        first = last
        nodes_of[ends.shipment] = sides[0]
        must = ends.shipment in locked
        penalty = routing.kNoPenalty if must else prices.left_out(ends.shipment)
        # One disjunction per end: a single one over both would let the search drop one end only.
        # Paid once, for the first end.
        disjunctions = [
            routing.AddDisjunction(side, routing.kNoPenalty if must else penalty * (not number))
            for number, side in enumerate(sides)
        ]
        if len(sides) == 1:
            continue
        routing.AddPickupAndDeliverySets(*disjunctions)
        wanted = scope.problem.shipments[ends.shipment]
        if wanted.max_on_board_s is not None and wanted.pickup is not None:
            # Counted from the begin of the pickup.
            limit_s = wanted.max_on_board_s + wanted.pickup.service_s
            time.SetPickupToDeliveryLimitFunctionForPair(_always(limit_s), pairs)
        pairs += 1
        # The vehicle of a node that is not visited is -1.
        vehicles = [
            routing.VehicleVar(side[0])
            if len(side) == 1
            else solver.Max([routing.VehicleVar(index) for index in side])
            for side in sides
        ]
        solver.Add(vehicles[0] == vehicles[1])
        if len(sides[0]) == len(sides[1]) == 1:
            solver.Add(time.CumulVar(sides[0][0]) <= time.CumulVar(sides[1][0]))
    return nodes_of


def _always(value: int) -> Callable[[int, int], int]:
    def limit(_pickup: int, _delivery: int) -> int:
        return value

    return limit
