"""Puts shipments into routes that keep their order: cheapest places first, then some of them again.

The search of `pdptw` may put visits into another order; here nothing that stands in a route moves
against the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from colivraison.pdptw import (
    Infeasible,
    Problem,
    Route,
    Solution,
    Visit,
    evaluate,
    insertion_places,
    with_shipment,
)

__all__ = ["PutIn"]

# Chosen freely; more changed nothing in the demonstration.
_TRIES = 20
_SEED = 1


@dataclass(frozen=True, slots=True)
class _Place:
    """A route with one more shipment, and what that costs."""

    cents: int
    visits: tuple[Visit, ...]


class PutIn:
    """Puts what is left out of a solution into it, without moving anything else.

    Every shipment goes where it costs least, the hardest first: who fits few vehicles, then who
    takes most room.  Then a random half of them is taken out and put in again, in another order,
    some times over; the best solution counts.  Always the same answer.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._places: dict[tuple[int, tuple[Visit, ...], int], _Place | None] = {}
        self._cents: dict[tuple[int, tuple[Visit, ...]], int] = {}

    def __call__(self, solution: Solution) -> Solution:
        """Return the solution with as many more shipments as fit, at least cost as far as found."""
        loose = sorted(solution.unassigned, key=self._hardness)
        routes = {route.vehicle: route.visits for route in solution.routes}
        best = self._put_in(routes, loose)
        chance = np.random.default_rng(_SEED)
        for _ in range(_TRIES if len(loose) > 1 else 0):
            half = chance.permutation(loose)[: (len(loose) + 1) // 2]
            out = {int(number) for number in half} | best[1]
            kept = {
                vehicle: tuple(visit for visit in visits if visit.shipment not in out)
                for vehicle, visits in best[0].items()
            }
            order = [int(number) for number in chance.permutation(sorted(out))]
            best = min(best, self._put_in(kept, order), key=self._worth)
        return Solution(
            routes=tuple(
                Route(vehicle=vehicle, visits=visits)
                for vehicle, visits in sorted(best[0].items())
                if visits
            ),
            unassigned=tuple(sorted(best[1])),
        )

    def _hardness(self, number: int) -> tuple[int, ...]:
        shipment = self._problem.shipments[number]
        vehicles = self._problem.vehicles if shipment.vehicles is None else shipment.vehicles
        return (len(vehicles), *(-amount for amount in shipment.demand), number)

    def _put_in(
        self, routes: dict[int, tuple[Visit, ...]], shipments: Iterable[int]
    ) -> tuple[dict[int, tuple[Visit, ...]], set[int]]:
        """Return the routes with shipments put in one after the other, and those left out."""
        found = dict(routes)
        left: set[int] = set()
        for number in shipments:
            allowed = self._problem.shipments[number].vehicles
            driving = {vehicle for vehicle, visits in found.items() if visits}
            places = {
                vehicle: place
                for vehicle in (
                    range(len(self._problem.vehicles)) if allowed is None else sorted(allowed)
                )
                if not self._rivals(vehicle) & driving
                and (place := self._place(vehicle, found.get(vehicle, ()), number)) is not None
            }
            if places:
                vehicle = min(places, key=lambda v: (places[v].cents, v))
                found[vehicle] = places[vehicle].visits
            else:
                left.add(number)
        return found, left

    def _rivals(self, vehicle: int) -> set[int]:
        """Return the vehicles of which none may drive beside this one."""
        cliques = (clique for clique in self._problem.exclusive if vehicle in clique)
        return set().union(*cliques) - {vehicle}

    def _worth(self, plan: tuple[dict[int, tuple[Visit, ...]], set[int]]) -> tuple[int, int]:
        routes, left = plan
        return len(left), sum(self._route_cents(v, visits) for v, visits in routes.items())

    def _place(self, vehicle: int, visits: tuple[Visit, ...], number: int) -> _Place | None:
        """Return the cheapest places of a shipment in a route; None where it fits nowhere."""
        key = vehicle, visits, number
        if key not in self._places:
            self._places[key] = self._cheapest(vehicle, visits, number)
        return self._places[key]

    def _cheapest(self, vehicle: int, visits: tuple[Visit, ...], number: int) -> _Place | None:
        route = Route(vehicle=vehicle, visits=visits)
        before_cents = self._route_cents(vehicle, visits)
        best: _Place | None = None
        for place in insertion_places(self._problem, route, number):
            # Nothing behind is cheaper.
            if best is not None and place.at_least_cents >= best.cents + before_cents:
                break
            longer = with_shipment(route, number, place)
            schedule = evaluate(self._problem, longer)
            if isinstance(schedule, Infeasible):
                continue
            self._cents[vehicle, longer.visits] = schedule.cost_cents
            more_cents = schedule.cost_cents - before_cents
            if best is None or more_cents < best.cents:
                best = _Place(more_cents, longer.visits)
        return best

    def _route_cents(self, vehicle: int, visits: tuple[Visit, ...]) -> int:
        if not visits:
            return 0
        key = vehicle, visits
        if key not in self._cents:
            schedule = evaluate(self._problem, Route(vehicle=vehicle, visits=visits))
            assert not isinstance(schedule, Infeasible), "it was driven before"
            self._cents[key] = schedule.cost_cents
        return self._cents[key]
