"""Where a shipment may be put into a route that exists: each place, with what it costs at least.

What is left out can never be driven; what is left has a price that no schedule of it undercuts.
`evaluate` alone decides.  Nothing here asks that a way over another place is no shorter: roads with
turns, and setups saved, do not promise it.

*Time.*  With goods put into a route, the least schedule that leaves at once (see `timing`) is
followed up to the visit after the delivery; from there on the old route has a latest begin for each
visit.  So a place that misses a window is seen exactly, limits of time on board aside.

*Price.*  The distance is exact.  The paid duration is at least the bare way (travel, setups,
services), and at least the earliest end less the latest departure: the former from the schedule
above and from what opens late behind it, the latter from the last second of each window less the
bare way up to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from colivraison.pdptw.loads import loads_along
from colivraison.pdptw.problem import ConflictScope, Problem
from colivraison.pdptw.schedule import Infeasible
from colivraison.pdptw.solution import Route, Visit
from colivraison.pdptw.steps import activity_of, location_of
from colivraison.units import TimeWindow, cost_cents

__all__ = ["InsertionPlace", "insertion_places", "with_shipment"]

_Windows = list[tuple[int, int]]
# Later than any horizon, and more than any slack.
_FAR_S = 10**12


class InsertionPlace(NamedTuple):
    """Where both ends of a shipment go in a route; the cheaper bound sorts first.

    Parameters
    ----------
    at_least_cents
        No schedule of the route with the shipment there costs less.
    pickup, delivery
        Visits of the old route before each; the pickup comes before the delivery.
    """

    at_least_cents: int
    pickup: int
    delivery: int


def with_shipment(route: Route, shipment: int, place: InsertionPlace) -> Route:
    """Return a route with a shipment put in; its breaks are to be placed anew."""
    before, between, after = (
        route.visits[: place.pickup],
        route.visits[place.pickup : place.delivery],
        route.visits[place.delivery :],
    )
    pickup, delivery = (Visit(shipment=shipment, is_pickup=first) for first in (True, False))
    return Route(vehicle=route.vehicle, visits=(*before, pickup, *between, delivery, *after))


def insertion_places(problem: Problem, route: Route, shipment: int) -> list[InsertionPlace]:
    """Return the places of a shipment with both ends in a route, the least bounds first.

    Parameters
    ----------
    route
        One that can be driven, breaks aside; without any visit it is a vehicle that stays at home.

    Raises
    ------
    ValueError
        When the shipment has one end only.
    """
    wanted = problem.shipments[shipment]
    vehicle = problem.vehicles[route.vehicle]
    if wanted.pickup is None or wanted.delivery is None:
        raise ValueError(f"shipment {shipment} has one end only")
    if not (
        (wanted.vehicles is None or route.vehicle in wanted.vehicles)
        and wanted.skills <= vehicle.skills
    ):
        return []
    room = _room(problem, route, shipment)
    return [] if room is None else sorted(_Search(problem, route, shipment, room).found())


def _room(problem: Problem, route: Route, shipment: int) -> list[bool] | None:
    """Return whether a shipment may be on board after so many visits; None: not in that route."""
    wanted, vehicle = problem.shipments[shipment], problem.vehicles[route.vehicle]
    enemies = {
        scope: {
            c.second if c.first == wanted.load_class else c.first
            for c in problem.conflicts
            if c.scope is scope and wanted.load_class in (c.first, c.second)
        }
        for scope in ConflictScope
    }
    on_route = {visit.shipment for visit in route.visits}
    if any(problem.shipments[one].load_class in enemies[ConflictScope.ROUTE] for one in on_route):
        return None
    loads = loads_along(problem, route)
    assert not isinstance(loads, Infeasible), f"a route that cannot be driven: {loads}"
    aboard = [one for one in on_route if problem.shipments[one].pickup is None]
    first = [
        sum(problem.shipments[one].demand[k] for one in aboard)
        for k in range(len(vehicle.capacity))
    ]
    shut = {
        one
        for one in on_route
        if problem.shipments[one].load_class in enemies[ConflictScope.ON_BOARD]
    }
    met = sum(one in shut for one in aboard)
    free: list[bool] = []
    for visit, load in zip((None, *route.visits), (first, *loads), strict=True):
        if visit is not None and visit.shipment in shut:
            met += 1 if visit.is_pickup else -1
        free.append(
            not met
            and all(
                more + here <= most
                for more, here, most in zip(wanted.demand, load, vehicle.capacity, strict=True)
            )
        )
    return free


def _next(windows: _Windows, ready_s: int, setup_s: int) -> int | None:
    """Return the first begin of a service, its setup inside the window too."""
    for opens_s, closes_s in windows:
        begin_s = max(ready_s, opens_s + setup_s)
        if begin_s <= closes_s:
            return begin_s
    return None


def _latest(windows: _Windows, most_s: int, setup_s: int) -> int:
    """Return the last begin of a service up to a moment; far below nothing where there is none."""
    for opens_s, closes_s in reversed(windows):
        begin_s = min(most_s, closes_s)
        if begin_s >= opens_s + setup_s:
            return begin_s
    return -_FAR_S


class _Search:
    """One route, and what goes into it.

    ``k`` counts visits made: ``at[k]`` is where the vehicle stands after so many, ``lead_s[k]`` the
    way from there to the next visit (or home), setup included.
    """

    def __init__(self, problem: Problem, route: Route, shipment: int, room: Sequence[bool]) -> None:
        vehicle = problem.vehicles[route.vehicle]
        self._vehicle, self._room = vehicle, room
        self._count = len(route.visits)
        shift = vehicle.shift
        ends = [Visit(shipment=shipment, is_pickup=first) for first in (True, False)]
        activities = [activity_of(problem, visit) for visit in (*route.visits, *ends)]
        rows = [vehicle.start, *(location_of(vehicle, one) for one in activities)]
        if vehicle.end is not None:
            rows.append(vehicle.end)
        # Plain numbers of few places: numpy's own are slow one by one.
        used = sorted(set(rows))
        cut = np.ix_(used, used)
        table = problem.tables[vehicle.table]
        self._way_s: list[list[int]] = table.durations_s[cut].tolist()
        self._way_m: list[list[int]] = table.distances_m[cut].tolist()
        self._setup_s = [problem.setup_s[row] for row in used]
        at = [used.index(row) for row in rows]
        self._home = at.pop() if vehicle.end is not None else None
        self._to, self._from = at.pop(), at.pop()
        self._at = at
        services_s = [one.service_s for one in activities]
        self._unload_s, self._load_s = services_s.pop(), services_s.pop()
        self._work_s = services_s
        windows = [_within(one.windows, shift) for one in activities]
        self._to_windows, self._from_windows = windows.pop(), windows.pop()
        self._windows = windows
        limit_s = problem.shipments[shipment].max_on_board_s
        self._most_on_board_s = _FAR_S if limit_s is None else limit_s
        self._spare_s = self._spare(problem, route)
        self._measure()

    def _lead(self, here: int, there: int) -> int:
        """Return travel and setup; below 0 where there is no way."""
        way_s = self._way_s[here][there]
        return way_s if way_s < 0 or here == there else way_s + self._setup_s[there]

    def _homeward(self, here: int) -> tuple[int, int]:
        if self._home is None:
            return 0, 0
        return self._way_s[here][self._home], self._way_m[here][self._home]

    def _measure(self) -> None:
        """Measure the route as it stands, from the front and from the back."""
        n, at, shift = self._count, self._at, self._vehicle.shift
        soonest_s = shift.start_s
        self._leaves_s, self._behind_s, self._behind_m = [soonest_s], [0], [0]
        # The latest departure that each stretch from the start allows.
        self._cap_s = [shift.start_s if self._vehicle.leaves_at_once else shift.end_s]
        leads_s: list[int] = []
        for k in range(n):
            lead_s = self._lead(at[k], at[k + 1])
            leads_s.append(lead_s)
            setup_s = self._setup_s[at[k + 1]] if at[k] != at[k + 1] else 0
            begin_s = _next(self._windows[k], self._leaves_s[k] + lead_s, setup_s)
            assert begin_s is not None, "the route can be driven"
            way_s = self._behind_s[k] + lead_s
            self._cap_s.append(min(self._cap_s[k], self._windows[k][-1][1] - way_s))
            self._leaves_s.append(begin_s + self._work_s[k])
            self._behind_s.append(way_s + self._work_s[k])
            self._behind_m.append(self._behind_m[k] + self._way_m[at[k]][at[k + 1]])
        home_s, home_m = self._homeward(at[n])
        # From the begin of each visit on: the bare way, the earliest end, the latest begin, and how
        # much later than the bare way from it the last seconds of the windows behind it lie.
        self._ahead_s, self._ahead_m = [0] * (n + 1), [0] * (n + 1)
        self._ends_s, self._most_s, self._last_s = [0] * (n + 1), [0] * (n + 1), [0] * (n + 1)
        self._ends_s[n], self._most_s[n], self._last_s[n] = 0, shift.end_s, shift.end_s
        leads_s.append(home_s)
        latest_s = shift.end_s
        for k in range(n - 1, -1, -1):
            after_s = self._work_s[k] + leads_s[k + 1]
            self._ahead_s[k] = after_s + self._ahead_s[k + 1]
            self._ahead_m[k] = self._ahead_m[k + 1] + (
                self._way_m[at[k + 1]][at[k + 2]] if k + 1 < n else home_m
            )
            self._ends_s[k] = max(self._ends_s[k + 1], self._windows[k][0][0] + self._ahead_s[k])
            self._last_s[k] = min(self._windows[k][-1][1], self._last_s[k + 1] - after_s)
            self._most_s[k] = latest_s - after_s
            setup_s = self._setup_s[at[k + 1]] if at[k] != at[k + 1] else 0
            latest_s = _latest(self._windows[k], self._most_s[k], setup_s)
        self._leads_s = leads_s

    def _spare(self, problem: Problem, route: Route) -> list[int]:
        """Return how much longer the way may get after so many visits, for goods on board there."""
        limits_s = {
            visit.shipment: limit_s
            for visit in route.visits
            if (limit_s := problem.shipments[visit.shipment].max_on_board_s) is not None
        }
        spare_s = [_FAR_S] * (self._count + 1)
        for number, limit_s in limits_s.items():
            ends = [k for k, visit in enumerate(route.visits) if visit.shipment == number]
            shipment = problem.shipments[number]
            if len(ends) < 2 or shipment.pickup is None or shipment.delivery is None:
                continue  # from the start or to the end: for `evaluate` alone
            first, last = ends
            slack_s = limit_s - sum(
                self._lead(self._at[k], self._at[k + 1]) + (self._work_s[k] if k < last else 0)
                for k in range(first + 1, last + 1)
            )
            for k in range(first + 1, last + 1):
                spare_s[k] = min(spare_s[k], slack_s)
        return spare_s

    def found(self) -> list[InsertionPlace]:
        """Return every place that the bounds leave."""
        found: list[InsertionPlace] = []
        for pickup in range(self._count + 1):
            if self._room[pickup]:
                self._from_pickup(pickup, found)
        return found

    def _from_pickup(self, pickup: int, found: list[InsertionPlace]) -> None:
        """Add the places of one pickup: the vehicle drives on with the goods, visit by visit."""
        origin = self._at[pickup]
        lead_s = self._lead(origin, self._from)
        setup_s = self._setup_s[self._from] if origin != self._from else 0
        if lead_s < 0:
            return
        begin_s = _next(self._from_windows, self._leaves_s[pickup] + lead_s, setup_s)
        if begin_s is None:
            return
        way_s = self._behind_s[pickup] + lead_s
        cap_s = min(self._cap_s[pickup], self._from_windows[-1][1] - way_s)
        leaves_s, way_s = begin_s + self._load_s, way_s + self._load_s
        loaded_s = way_s
        way_m = self._behind_m[pickup] + self._way_m[origin][self._from]
        here, longer_s = self._from, 0
        for k in range(pickup, self._count + 1):
            self._deliver(pickup, k, here, leaves_s, way_s, way_m, cap_s, loaded_s, longer_s, found)
            if k == self._count or not self._room[k + 1]:
                # Goods stay on board up to the visit before the delivery: that one may empty first.
                return
            there = self._at[k + 1]
            lead_s = self._lead(here, there)
            setup_s = self._setup_s[there] if here != there else 0
            if lead_s < 0:
                return
            begin_s = _next(self._windows[k], leaves_s + lead_s, setup_s)
            if begin_s is None:
                return
            way_m += self._way_m[here][there]
            way_s += lead_s
            cap_s = min(cap_s, self._windows[k][-1][1] - way_s)
            longer_s = way_s - self._behind_s[k] - self._leads_s[k]
            leaves_s, way_s, here = begin_s + self._work_s[k], way_s + self._work_s[k], there

    def _deliver(
        self,
        pickup: int,
        k: int,
        here: int,
        leaves_s: int,
        way_s: int,
        way_m: int,
        cap_s: int,
        loaded_s: int,
        longer_s: int,
        found: list[InsertionPlace],
    ) -> None:
        """Add a place with its delivery after ``k`` visits, unless a bound speaks against it.

        Parameters
        ----------
        here, leaves_s, way_s, way_m, cap_s
            Where the vehicle stands, when it leaves at the earliest, the bare way so far, and the
            latest departure from the start that it allows.
        loaded_s
            The bare way up to the end of loading.
        longer_s
            How much longer the pickup made the bare way.
        """
        lead_s = self._lead(here, self._to)
        if lead_s < 0 or way_s + lead_s - loaded_s > self._most_on_board_s:
            return
        setup_s = self._setup_s[self._to] if here != self._to else 0
        begin_s = _next(self._to_windows, leaves_s + lead_s, setup_s)
        if begin_s is None:
            return
        way_s += lead_s
        cap_s = min(cap_s, self._to_windows[-1][1] - way_s)
        leaves_s, way_s = begin_s + self._unload_s, way_s + self._unload_s
        way_m += self._way_m[here][self._to]
        if k == self._count:
            home_s, home_m = self._homeward(self._to)
            if home_s < 0 or leaves_s + home_s > self._vehicle.shift.end_s:
                return
            if self._spoils(pickup, k, longer_s, longer_s):
                return
            way_s, way_m, end_s = way_s + home_s, way_m + home_m, leaves_s + home_s
            cap_s = min(cap_s, self._vehicle.shift.end_s - way_s)
        else:
            there = self._at[k + 1]
            lead_s = self._lead(self._to, there)
            setup_s = self._setup_s[there] if self._to != there else 0
            if lead_s < 0:
                return
            begin_s = _next(self._windows[k], leaves_s + lead_s, setup_s)
            if begin_s is None or begin_s > self._most_s[k]:
                return
            way_s += lead_s
            cap_s = min(cap_s, self._last_s[k] - way_s)
            end_s = max(self._ends_s[k], begin_s + self._ahead_s[k])
            longer = way_s - self._behind_s[k] - self._leads_s[k]
            if self._spoils(pickup, k, longer_s, longer):
                return
            way_s += self._ahead_s[k]
            way_m += self._way_m[self._to][there] + self._ahead_m[k]
        self._add(InsertionPlace(0, pickup, k), max(way_s, end_s - cap_s), way_m, found)

    def _spoils(self, pickup: int, k: int, by_pickup_s: int, by_both_s: int) -> bool:
        """Return whether goods already on board would surely stay there too long."""
        if pickup == k:
            return by_both_s > self._spare_s[k]
        by_delivery_s = by_both_s - by_pickup_s
        return (
            by_pickup_s + min(0, by_delivery_s) > self._spare_s[pickup]
            or by_delivery_s + min(0, by_pickup_s) > self._spare_s[k]
        )

    def _add(
        self, place: InsertionPlace, duration_s: int, distance_m: int, found: list[InsertionPlace]
    ) -> None:
        vehicle = self._vehicle
        if (vehicle.max_duration_s is not None and duration_s > vehicle.max_duration_s) or (
            vehicle.max_distance_m is not None and distance_m > vehicle.max_distance_m
        ):
            return
        cents = cost_cents(
            distance_m=distance_m,
            duration_s=duration_s,
            cents_per_use=vehicle.cents_per_use,
            cents_per_km=vehicle.cents_per_km,
            cents_per_hour=vehicle.cents_per_hour,
        )
        found.append(place._replace(at_least_cents=cents))


def _within(windows: Sequence[TimeWindow], shift: TimeWindow) -> _Windows:
    """Return the windows in which something may begin in a shift."""
    return [
        (window.start_s, window.end_s)
        for window in windows
        if window.start_s <= shift.end_s and window.end_s >= shift.start_s
    ]
