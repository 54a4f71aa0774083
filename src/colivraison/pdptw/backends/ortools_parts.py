"""A few routes of a solution as a scope of their own, and the way back.

Taillard, É. and Voss, S. (2002), *POPMUSIC: partial optimization metaheuristic under special
intensification conditions*: a good solution is improved by solving parts of it again, each small
enough for the search to be quick and large enough for something to change.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from colivraison.pdptw.backends.ortools_nodes import Scope
from colivraison.pdptw.evaluate import activity_of, location_of
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Solution

__all__ = ["Part", "cut", "pick_vehicles"]

_SIZES = (2, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some vehicles and their shipments.

    Parameters
    ----------
    scope, present
        The part alone, and how it is solved at present.
    whole
        The solution it was cut from.
    """

    scope: Scope
    present: Solution
    whole: Solution

    def put_back(self, solution: Solution) -> Solution:
        """Return the whole solution with the part solved in another way."""
        routes = [r for r in self.whole.routes if r.vehicle not in self.scope.vehicles]
        return Solution(
            routes=tuple(sorted((*routes, *solution.routes), key=lambda route: route.vehicle)),
            # What nobody carries is in every part.
            unassigned=solution.unassigned,
        )


def pick_vehicles(problem: Problem, solution: Solution, rng: random.Random) -> tuple[int, ...]:
    """Return vehicles whose routes pass near each other, and one that stays at home at present."""
    places = {
        route.vehicle: sorted(
            {
                location_of(problem.vehicles[route.vehicle], activity_of(problem, visit))
                for visit in route.visits
            }
        )
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
    elsewhere = places.keys() - set(chosen)
    idle = [
        vehicle
        for vehicle in idle
        if not any(vehicle in clique and clique & elsewhere for clique in problem.exclusive)
    ]
    if idle:
        chosen.append(rng.choice(idle))
    return tuple(sorted(chosen))


def cut(problem: Problem, solution: Solution, vehicles: tuple[int, ...]) -> Part:
    """Return the part of these vehicles, with all shipments that nobody carries."""
    routes = tuple(route for route in solution.routes if route.vehicle in vehicles)
    carried = {visit.shipment for route in routes for visit in route.visits}
    return Part(
        scope=Scope(
            problem=problem,
            vehicles=vehicles,
            shipments=tuple(sorted(carried.union(solution.unassigned))),
            served_elsewhere=frozenset(
                visit.shipment for route in solution.routes for visit in route.visits
            )
            - carried,
        ),
        present=Solution(routes=routes, unassigned=solution.unassigned),
        whole=solution,
    )
