"""A few routes of a solution as a problem of their own, and the way back.

Taillard, É. and Voss, S. (2002), *POPMUSIC: partial optimization metaheuristic under special
intensification conditions*: a good solution is improved by solving parts of it again, each small
enough for the search to be quick and large enough for something to change.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from colivraison.pdptw.evaluate import activity_of
from colivraison.pdptw.problem import Problem, Shipment
from colivraison.pdptw.solution import Route, Solution, Visit

__all__ = ["Part", "cut", "pick_vehicles"]

_SIZES = (2, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some vehicles and their shipments.

    Parameters
    ----------
    problem, present
        The part alone, and how it is solved at present.
    whole
        The solution it was cut from.
    vehicles, shipments
        Numbers in the whole problem, by those in the part.
    """

    problem: Problem
    present: Solution
    whole: Solution
    vehicles: tuple[int, ...]
    shipments: tuple[int, ...]

    def put_back(self, solution: Solution) -> Solution:
        """Return the whole solution with the part solved in another way."""
        routes = [r for r in self.whole.routes if r.vehicle not in self.vehicles]
        routes += [
            Route(
                vehicle=self.vehicles[route.vehicle],
                visits=tuple(
                    Visit(shipment=self.shipments[v.shipment], is_pickup=v.is_pickup)
                    for v in route.visits
                ),
            )
            for route in solution.routes
        ]
        # What nobody carries is in every part.
        unassigned = sorted(self.shipments[number] for number in solution.unassigned)
        return Solution(
            routes=tuple(sorted(routes, key=lambda route: route.vehicle)),
            unassigned=tuple(unassigned),
        )


def pick_vehicles(problem: Problem, solution: Solution, rng: random.Random) -> tuple[int, ...]:
    """Return vehicles whose routes pass near each other, and one that stays at home at present."""
    places = {
        route.vehicle: sorted({activity_of(problem, v).location for v in route.visits})
        for route in solution.routes
    }
    idle = [number for number in range(len(problem.vehicles)) if number not in places]
    first = rng.choice(sorted(places))
    count = rng.choice(_SIZES)
    durations_s = problem.tables[problem.vehicles[first].table].durations_s

    def apart(vehicle: int) -> float:
        ways_s = durations_s[np.ix_(places[first], places[vehicle])]
        nearest_s = float(ways_s.min(axis=0).mean() + ways_s.min(axis=1).mean())
        return nearest_s * rng.uniform(0.3, 1.0)

    others = sorted((v for v in sorted(places) if v != first), key=apart)
    chosen = [first, *others[: count - 1]]
    if idle:
        chosen.append(rng.choice(idle))
    return tuple(sorted(chosen))


def cut(problem: Problem, solution: Solution, vehicles: tuple[int, ...]) -> Part:
    """Return the part of these vehicles, with all shipments that nobody carries."""
    place_of = {vehicle: number for number, vehicle in enumerate(vehicles)}
    routes = [route for route in solution.routes if route.vehicle in place_of]
    carried = {visit.shipment for route in routes for visit in route.visits}
    shipments = tuple(sorted(carried.union(solution.unassigned)))
    number_of = {shipment: number for number, shipment in enumerate(shipments)}

    def narrowed(shipment: Shipment) -> Shipment:
        allowed = shipment.vehicles
        return Shipment(
            pickup=shipment.pickup,
            delivery=shipment.delivery,
            demand=shipment.demand,
            vehicles=None
            if allowed is None
            else frozenset(place_of[v] for v in vehicles if v in allowed),
        )

    return Part(
        problem=Problem(
            tables=problem.tables,
            setup_s=problem.setup_s,
            vehicles=tuple(problem.vehicles[v] for v in vehicles),
            shipments=tuple(narrowed(problem.shipments[s]) for s in shipments),
        ),
        present=Solution(
            routes=tuple(
                Route(
                    vehicle=place_of[route.vehicle],
                    visits=tuple(
                        Visit(shipment=number_of[v.shipment], is_pickup=v.is_pickup)
                        for v in route.visits
                    ),
                )
                for route in routes
            ),
            unassigned=tuple(number_of[s] for s in solution.unassigned),
        ),
        whole=solution,
        vehicles=vehicles,
        shipments=shipments,
    )
