"""Puts shipments into routes that keep their order: cheapest places first, then some of them again.

The search of `pdptw` may put visits into another order; here nothing that stands in a route moves
against the rest.  A few new orders in a known plan are few, so plain evaluation is enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from colivraison.pdptw import (
    Activity,
    Infeasible,
    Problem,
    Route,
    Solution,
    Visit,
    activity_of,
    evaluate,
    location_of,
)

__all__ = ["Insertion"]

# Chosen freely; more changed nothing in the demonstration.
_TRIES = 20
_SEED = 1
# Of a cent, in which kilometres and seconds have whole prices.
_UNITS = 36_000


@dataclass(frozen=True, slots=True)
class _Place:
    """A route with one more shipment, and what that costs."""

    cents: int
    visits: tuple[Visit, ...]


class Insertion:
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
            places = {
                vehicle: place
                for vehicle in (
                    range(len(self._problem.vehicles)) if allowed is None else sorted(allowed)
                )
                if (place := self._place(vehicle, found.get(vehicle, ()), number)) is not None
            }
            if places:
                vehicle = min(places, key=lambda v: (places[v].cents, v))
                found[vehicle] = places[vehicle].visits
            else:
                left.add(number)
        return found, left

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
        before_cents = self._route_cents(vehicle, visits)
        best: _Place | None = None
        for least_cents, i, j in sorted(self._candidates(vehicle, visits, number)):
            # Nothing behind is cheaper: even without any waiting it costs as much.
            if best is not None and least_cents >= best.cents + before_cents:
                break
            longer = _with(visits, number, i, j)
            schedule = evaluate(self._problem, Route(vehicle=vehicle, visits=longer))
            if isinstance(schedule, Infeasible):
                continue
            self._cents[vehicle, longer] = schedule.cost_cents
            more_cents = schedule.cost_cents - before_cents
            if best is None or more_cents < best.cents:
                best = _Place(more_cents, longer)
        return best

    def _candidates(
        self, vehicle: int, visits: tuple[Visit, ...], number: int
    ) -> Iterator[tuple[int, int, int]]:
        """Yield the places of a shipment that need not be hopeless, with a bound.

        Yields
        ------
        Cents that the route then costs at least (no waiting), the visit before which it is loaded,
        the visit before which it is unloaded.
        """
        van = self._problem.vehicles[vehicle]
        ends = [Visit(shipment=number, is_pickup=is_pickup) for is_pickup in (True, False)]
        activities = [activity_of(self._problem, visit) for visit in (*visits, *ends)]
        *known, load, unload = [location_of(van, activity) for activity in activities]
        # A route that ends with its last visit has no way behind it.
        stops = [van.start, *known, van.end]
        work_s = sum(activity.service_s for activity in activities)
        fixed = van.cents_per_use * _UNITS + work_s * van.cents_per_hour * 10

        def way(here: int | None, there: int | None, *, home: bool = False) -> float:
            return self._way(vehicle, here, there, home=home)

        last = len(known)
        ways = [way(a, b, home=k == last) for k, (a, b) in enumerate(pairwise(stops))]
        joins, leaves = (
            [
                way(stops[k], place) + way(place, stops[k + 1], home=k == last) - ways[k]
                for k in range(last + 1)
            ]
            for place in (load, unload)
        )
        room = self._room(vehicle, visits, number)
        ready_s = self._ready_s(vehicle, stops[:-1], activities[:-2])
        opens, closes = (
            [
                room[k] and self._begin_s(vehicle, stops[k], ready_s[k], activity) is not None
                for k in range(last + 1)
            ]
            for activity in activities[-2:]
        )
        for i in (k for k in range(last + 1) if opens[k]):
            at_once = way(stops[i], load) + way(load, unload)
            at_once += way(unload, stops[i + 1], home=i == last) - ways[i]
            for j in range(i, last + 1):
                if not room[j]:
                    break  # from here on it would be on board where there is no room
                more = at_once if i == j else joins[i] + leaves[j]
                if (closes[j] or i == j) and more < math.inf:
                    # Rounded down, so that it is never more than the route costs.
                    yield int(fixed + sum(ways) + more) // _UNITS, i, j

    def _room(self, vehicle: int, visits: tuple[Visit, ...], number: int) -> list[bool]:
        """Return whether there is room for a shipment before each visit, and behind the last."""
        shipments = self._problem.shipments
        demand, capacity = shipments[number].demand, self._problem.vehicles[vehicle].capacity
        load = [0] * len(capacity)
        found = [all(amount <= most for amount, most in zip(demand, capacity, strict=True))]
        for visit in visits:
            sign = 1 if visit.is_pickup else -1
            amounts = shipments[visit.shipment].demand
            load = [on + sign * amount for on, amount in zip(load, amounts, strict=True)]
            all_of_it = zip(load, demand, capacity, strict=True)
            found.append(all(on + amount <= most for on, amount, most in all_of_it))
        return found

    def _ready_s(
        self, vehicle: int, stops: Sequence[int | None], activities: Sequence[Activity]
    ) -> list[int]:
        """Return when a route is ready to leave each stop at the earliest."""
        found = [self._problem.vehicles[vehicle].shift.start_s]
        for here, activity in zip(stops, activities, strict=False):
            begin_s = self._begin_s(vehicle, here, found[-1], activity)
            assert begin_s is not None, "it was driven before"
            found.append(begin_s + activity.service_s)
        return found

    def _begin_s(
        self, vehicle: int, here: int | None, ready_s: int, activity: Activity
    ) -> int | None:
        """Return when work begins at the earliest, its setup over; None where it is too late."""
        van = self._problem.vehicles[vehicle]
        there = location_of(van, activity)
        setup_s = 0
        if here is not None and here != there:
            way_s = int(self._problem.tables[van.table].durations_s[here, there])
            if way_s < 0:
                return None
            ready_s, setup_s = ready_s + way_s, self._problem.setup_s[there]
        begins = (
            max(ready_s, window.start_s) + setup_s
            for window in activity.windows
            if max(ready_s, window.start_s) + setup_s <= window.end_s
        )
        begin_s = next(begins, None)
        if begin_s is None or begin_s + activity.service_s > van.shift.end_s:
            return None
        return begin_s

    def _way(self, vehicle: int, here: int | None, there: int | None, *, home: bool) -> float:
        """Return what a way costs, the setup behind it included; infinite where there is none.

        Parameters
        ----------
        home
            The way to the vehicle's end, where nothing is set up.
        """
        if here is None or there is None or here == there:
            return 0
        van = self._problem.vehicles[vehicle]
        table = self._problem.tables[van.table]
        duration_s = int(table.durations_s[here, there])
        if duration_s < 0:
            return math.inf
        if not home:
            duration_s += self._problem.setup_s[there]
        distance_m = int(table.distances_m[here, there])
        return distance_m * van.cents_per_km * 36 + duration_s * van.cents_per_hour * 10

    def _route_cents(self, vehicle: int, visits: tuple[Visit, ...]) -> int:
        if not visits:
            return 0
        key = vehicle, visits
        if key not in self._cents:
            schedule = evaluate(self._problem, Route(vehicle=vehicle, visits=visits))
            assert not isinstance(schedule, Infeasible), "it was driven before"
            self._cents[key] = schedule.cost_cents
        return self._cents[key]


def _with(visits: tuple[Visit, ...], number: int, i: int, j: int) -> tuple[Visit, ...]:
    """Return a route that loads a shipment before its visit ``i`` and unloads it before ``j``."""
    pickup = Visit(shipment=number, is_pickup=True)
    delivery = Visit(shipment=number, is_pickup=False)
    return (*visits[:i], pickup, *visits[i:j], delivery, *visits[j:])
