"""A plan that people know already, brought into the problem of a case that has changed.

What of it can still be driven is where the search begins, and how much of it may be given up is one
of three levels (`Keep`).  Orders are kept together as they rode; what is new rides apart, so that
no order leaves its van because of another one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count

from colivraison.domain import Action, Case, Plan, Round, Week
from colivraison.pdptw import (
    Infeasible,
    Problem,
    Reference,
    Route,
    Solution,
    Visit,
    evaluate,
)
from colivraison.planning.fingerprint import plan_digest
from colivraison.planning.put_in import PutIn
from colivraison.planning.same_orders import same_orders
from colivraison.planning.to_problem import Translation
from colivraison.planning.van_days import VanDay

__all__ = ["Keep", "KnownPlan", "Search", "known_plan"]

Search = Callable[[Problem, Solution | None], Solution]
"""Solves a problem, from a first solution on where there is one."""

# What a change is worth giving up, in the plan that keeps what costs little: somebody is told that
# another van comes, or that stops follow each other otherwise.  Chosen so that with 5 % of the
# orders changed at most 15 % of the drops change vehicle and the plan is at most 2 % dearer.
CENTS_PER_OTHER_VEHICLE = 200
CENTS_PER_BROKEN_SUCCESSION = 20


class Keep(StrEnum):
    """What of a known plan is kept.

    - ``all``: van, day and order of stops, each as long as it costs little;
    - ``rounds``: every round with its van, day and order of stops; what is new is put in between;
    - ``drivers``: van and day of everything that is delivered; the order of stops is free;
    - ``nothing``: everything may change.
    """

    ALL = "all"
    ROUNDS = "rounds"
    DRIVERS = "drivers"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownRound:
    """A round as it was: its work in order, as labels and whether each is loaded or unloaded."""

    id: str
    vehicle_id: str
    driver_id: str
    day: dt.date
    start_s: int
    work: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlan:
    """What is known of an earlier plan, in the orders of the present case.

    Parameters
    ----------
    labels
        By order that rode: what it rode with, see `group_orders`.
    corrected
        Orders whose amounts are others now: they leave a van first that cannot hold everything.
    digest
        Of the earlier plan.
    """

    keep: Keep
    rounds: tuple[_KnownRound, ...]
    labels: dict[str, str]
    corrected: frozenset[str]
    digest: str

    def solution(self, translation: Translation, week: Week, search: Search) -> Solution:
        """Return the routes of the present problem that keep what is to be kept.

        What can no longer be driven as it was (a van that broke down, too much weight, a place that
        closes) leaves its round, as little of it as possible, and is put in wherever it fits.
        """
        problem = translation.problem
        planned = self._routes(translation, week)
        corrected = {
            number
            for number, shipment in enumerate(translation.shipments)
            if any(order.id in self.corrected for order in shipment.orders)
        }
        left = [_drivable(problem, route, corrected) for route in planned]
        begun = _of_whole_groups(problem, left)
        if self.keep is Keep.ROUNDS:
            # Who would come to less than a minimum stays left out.
            return _of_whole_groups(problem, PutIn(problem)(begun).routes)
        if self.keep is Keep.DRIVERS:
            return search(_fixed(problem, left), begun)
        reference = Reference(
            solution=Solution(routes=tuple(planned), unassigned=_others(problem, planned)),
            cents_per_other_vehicle=CENTS_PER_OTHER_VEHICLE,
            cents_per_broken_succession=CENTS_PER_BROKEN_SUCCESSION,
        )
        return search(replace(problem, reference=reference), begun)

    def names(self, rounds: Sequence[Round]) -> list[str]:
        """Return ids of rounds: that of the known round of the van on the day, or a new number."""
        known: dict[tuple[str, dt.date], list[str]] = defaultdict(list)
        for one in reversed(self.rounds):
            known[one.vehicle_id, one.day].append(one.id)
        taken = {one.id for one in self.rounds}
        new = (str(number) for number in count(1) if str(number) not in taken)
        found = []
        for new_one in rounds:
            ids = known[new_one.vehicle_id, new_one.day]
            found.append(ids.pop() if ids else next(new))
        return found

    def _routes(self, translation: Translation, week: Week) -> list[Route]:
        """Return the known rounds as routes of the present vans, whether they can be driven or not.

        Of two rounds on one van and shift, or of one driver at a time, the first counts.  A round
        keeps its driver; another one takes it where that one no longer can.
        """
        numbers: dict[str, list[int]] = defaultdict(list)
        for number, shipment in enumerate(translation.shipments):
            numbers[self.labels.get(shipment.orders[0].id, "")].append(number)
        numbers.pop("", None)
        planned = [
            (one, visits)
            for one in self.rounds
            if (
                visits := tuple(
                    Visit(shipment=number, is_pickup=is_pickup)
                    for label, is_pickup in one.work
                    for number in numbers[label]
                )
            )
        ]
        chosen = _chosen(translation, week, [one for one, _ in planned])
        return [
            Route(vehicle=van_day, visits=visits)
            for van_day, (_, visits) in zip(chosen, planned, strict=True)
            if van_day is not None
        ]


def known_plan(plan: Plan, case: Case, keep: Keep) -> KnownPlan:
    """Return what a plan tells about another version of its case; something of it is kept."""
    same = same_orders(plan.case, case)
    now = {before.id: after.id for before, after in same.pairs}
    labels: dict[str, str] = {}
    rounds = []
    for one in plan.rounds:
        handlings = [h for stop in one.stops for h in stop.handlings]
        work = tuple((f"{one.id}/{h.shipment_id}", h.action is Action.PICKUP) for h in handlings)
        # What is not loaded once and then unloaded once is no trip that could be kept.
        whole = {label for label, _ in work if _ends(work, label) == [True, False]}
        # An order that rides twice stays where it rides first.
        labels = {
            now[order_id]: label
            for h, (label, _) in zip(handlings, work, strict=True)
            if label in whole
            for order_id in h.order_ids
            if order_id in now
        } | labels
        rounds.append(
            _KnownRound(
                id=one.id,
                vehicle_id=one.vehicle_id,
                driver_id=one.driver_id,
                day=one.day,
                start_s=one.stops[0].start_s if one.stops else 0,
                work=tuple(entry for entry in work if entry[0] in whole),
            )
        )
    return KnownPlan(
        keep=keep,
        rounds=tuple(rounds),
        labels=labels,
        corrected=frozenset(
            after.id
            for before, after in same.pairs
            if (before.crates, before.mass_g, before.litres)
            != (after.crates, after.mass_g, after.litres)
        ),
        digest=plan_digest(plan),
    )


def _ends(work: Iterable[tuple[str, bool]], label: str) -> list[bool]:
    return [is_pickup for one, is_pickup in work if one == label]


def _chosen(
    translation: Translation, week: Week, rounds: Sequence[_KnownRound]
) -> list[int | None]:
    """Return the van and shift of each known round, and who drives; None where there is none."""
    exclusive = translation.problem.exclusive
    found: list[int | None] = [None] * len(rounds)
    taken: set[int] = set()
    # Who keeps everything chooses before who has to find something else.
    for change in range(4):
        for k, one in enumerate(rounds):
            fits = (
                number
                for number, van_day in enumerate(translation.van_days)
                if number not in taken and _change(one, van_day, week) == change
            )
            if found[k] is None and (number := next(fits, None)) is not None:
                found[k] = number
                taken |= {number}.union(*(clique for clique in exclusive if number in clique))
    return found


def _change(one: _KnownRound, van_day: VanDay, week: Week) -> int | None:
    """Return how much a known round would change on a van-day; None where it is no longer itself.

    0: nothing; 1: it leaves on another shift of its day; 2 and 3: and somebody else drives.
    """
    if van_day.vehicle.id != one.vehicle_id:
        return None
    other_driver = van_day.driver is not None and van_day.driver.id != one.driver_id
    if van_day.shift.start_s <= one.start_s <= van_day.shift.end_s:
        return 2 * other_driver
    if one.day in week.dates and week.moment(van_day.duty.start_s).date() == one.day:
        return 2 * other_driver + 1
    return None


def _drivable(problem: Problem, route: Route, first_out: set[int]) -> Route:
    """Return what of a route can be driven: as it is, or without as few shipments as it takes.

    Parameters
    ----------
    first_out
        Shipments that leave it before others.
    """
    allowed = {
        visit.shipment
        for visit in route.visits
        if (may := problem.shipments[visit.shipment].vehicles) is None or route.vehicle in may
    }
    kept = _without(route, {visit.shipment for visit in route.visits} - allowed)
    while kept.visits and isinstance(outcome := evaluate(problem, kept), Infeasible):
        aboard = {visit.shipment for visit in kept.visits}
        enough = {number for number in aboard if _can_be_driven(problem, _without(kept, {number}))}
        if enough:
            choice = enough & first_out or enough
        else:
            seen = outcome.visit
            choice = aboard & first_out or (
                aboard if seen is None else {kept.visits[seen].shipment}
            )
        # The least of what would do; where one is not enough, what takes most room.
        size = 1 if enough else -1
        out = min(choice, key=lambda n: (*(size * d for d in problem.shipments[n].demand), n))
        kept = _without(kept, {out})
    return kept


def _can_be_driven(problem: Problem, route: Route) -> bool:
    return not route.visits or not isinstance(evaluate(problem, route), Infeasible)


def _without(route: Route, shipments: set[int]) -> Route:
    return replace(route, visits=tuple(v for v in route.visits if v.shipment not in shipments))


def _others(problem: Problem, routes: Iterable[Route]) -> tuple[int, ...]:
    inside = {visit.shipment for route in routes for visit in route.visits}
    return tuple(number for number in range(len(problem.shipments)) if number not in inside)


def _of_whole_groups(problem: Problem, routes: Iterable[Route]) -> Solution:
    """Return a solution of routes without the groups of which too little is served."""
    kept = [route for route in routes if route.visits]
    while True:
        served = {visit.shipment for route in kept for visit in route.visits}
        out = {
            number
            for group in problem.groups
            if group.lacks(served)
            for number in served.intersection(group.shipments)
        }
        if not out:
            return Solution(routes=tuple(kept), unassigned=_others(problem, kept))
        shorter = [_drivable(problem, _without(route, out), set()) for route in kept]
        kept = [route for route in shorter if route.visits]


def _fixed(problem: Problem, routes: Iterable[Route]) -> Problem:
    """Return the problem in which what rides in some routes may ride in no other vehicle."""
    vehicle_of = {visit.shipment: route.vehicle for route in routes for visit in route.visits}
    return replace(
        problem,
        shipments=tuple(
            replace(shipment, vehicles=frozenset({vehicle_of[number]}))
            if number in vehicle_of
            else shipment
            for number, shipment in enumerate(problem.shipments)
        ),
    )
