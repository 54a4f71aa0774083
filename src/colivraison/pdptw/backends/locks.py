"""What the locks ask for, as routes that can be driven: the least that every solution contains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, takewhile

from colivraison.pdptw.backends.placer import Placer
from colivraison.pdptw.evaluate import Infeasible
from colivraison.pdptw.loads import loads_along
from colivraison.pdptw.problem import Lock, LockKind, Problem
from colivraison.pdptw.solution import Route, Solution, Visit
from colivraison.pdptw.steps import activity_of, location_of

__all__ = ["LOCKS_S", "least_solution", "locked_shipments"]

LOCKS_S = 1.0
"""At least so long the locks are tried in other orders, whatever the time limit."""

# Parts of routes looked at for one vehicle before it is given up.
_MOST_TRIED = 20_000
# So many parts of one route are put into an order; one level of calls each.
_MOST_BLOCKS = 300


def locked_shipments(problem: Problem) -> frozenset[int]:
    """Return the shipments of which an end is locked; none of them can be left out."""
    return frozenset(visit.shipment for lock in problem.locks for visit in lock.visits)


def least_solution(
    problem: Problem, *, over: Callable[[], bool] = lambda: False
) -> Solution | None:
    """Return a solution that serves what the locks ask for and nothing else.

    None where no way was found to drive it: there is none, or it hides from a search that looks
    for the next possible visit first and gives up after 20,000 tries, with more than 300 parts of
    one route, or when ``over`` says so.
    """
    place = Placer(problem)
    locks: dict[int, list[Lock]] = {}
    for lock in problem.locks:
        if lock.visits:
            locks.setdefault(lock.vehicle, []).append(lock)
    routes: list[Route] = []
    for vehicle in sorted(locks):
        route = _least_route(problem, place, vehicle, locks[vehicle], over)
        if route is None:
            return None
        routes.append(route)
    visited = [visit for route in routes for visit in route.visits]
    if len(set(visited)) < len(visited):
        return None
    served = {visit.shipment for visit in visited}
    return Solution(
        routes=tuple(routes),
        unassigned=tuple(s for s in range(len(problem.shipments)) if s not in served),
    )


def _least_route(
    problem: Problem, place: Placer, vehicle: int, locks: list[Lock], over: Callable[[], bool]
) -> Route | None:
    locked = {visit for lock in locks for visit in lock.visits}
    whole = next((lock for lock in locks if lock.kind is not LockKind.SEQUENCE), None)
    begin = whole.visits if whole is not None else ()
    blocks = [lock.visits for lock in locks if lock is not whole]
    blocks += [(visit,) for visit in _partners(problem, locked)]
    if whole is not None and whole.kind is LockKind.ROUTE and blocks:
        return None
    van = problem.vehicles[vehicle]
    then = _after(problem, vehicle, (van.start, van.shift.start_s), begin)
    if then is None or len(blocks) > _MOST_BLOCKS:
        return None
    orders = _orders(problem, vehicle, begin, blocks, then[1:])
    for visits in islice(takewhile(lambda _: not over(), orders), _MOST_TRIED):
        if visits is not None and (found := place(vehicle, visits)) is not None:
            return found[0]
    return None


def _partners(problem: Problem, locked: set[Visit]) -> list[Visit]:
    """Return the other ends of shipments one end of which is locked."""
    partners = []
    for visit in sorted(locked):
        shipment = problem.shipments[visit.shipment]
        other = Visit(shipment=visit.shipment, is_pickup=not visit.is_pickup)
        exists = (shipment.delivery if visit.is_pickup else shipment.pickup) is not None
        if exists and other not in locked:
            partners.append(other)
    return partners


def _orders(
    problem: Problem,
    vehicle: int,
    begin: tuple[Visit, ...],
    blocks: list[tuple[Visit, ...]],
    stand: tuple[int, int],
) -> Iterator[tuple[Visit, ...] | None]:
    """Yield the orders of blocks that can be driven, and None for every step on the way.

    The block that can begin first comes first.  ``stand`` is where the vehicle is and since when.
    """
    if not blocks:
        yield begin
        return
    yield None  # whoever asks may end here: the loop below is long where blocks are many
    options = []
    for number, block in enumerate(blocks):
        visits = begin + block
        then = _after(problem, vehicle, stand, block)
        remaining = [visit for other in blocks[:number] + blocks[number + 1 :] for visit in other]
        if then is None or not _carried(problem, vehicle, visits, remaining):
            yield None
        else:
            begin_s, place, ready_s = then
            options.append((begin_s, number, visits, (place, ready_s)))
    for _, number, visits, there in sorted(options):
        rest = blocks[:number] + blocks[number + 1 :]
        yield from _orders(problem, vehicle, visits, rest, there)


def _after(
    problem: Problem, vehicle: int, stand: tuple[int, int], block: tuple[Visit, ...]
) -> tuple[int, int, int] | None:
    """Return when a block begins at the earliest, where and when it ends; None if it cannot.

    Limits of the time on board, and breaks, can only make it later.
    """
    van = problem.vehicles[vehicle]
    durations_s = problem.tables[van.table].durations_s
    here, now_s = stand
    first_s: int | None = None
    for visit in block:
        activity = activity_of(problem, visit)
        there = location_of(van, activity)
        travel_s = int(durations_s[here, there])
        if travel_s < 0:
            return None
        setup_s = problem.setup_s[there] if there != here else 0
        begins = (
            max(now_s + travel_s, window.start_s) + setup_s
            for window in activity.windows
            if max(now_s + travel_s, window.start_s) + setup_s <= window.end_s
        )
        begin_s = next(begins, None)
        if begin_s is None or begin_s + activity.service_s > van.shift.end_s:
            return None
        first_s = begin_s if first_s is None else first_s
        here, now_s = there, begin_s + activity.service_s
    return now_s if first_s is None else first_s, here, now_s


def _carried(
    problem: Problem, vehicle: int, visits: tuple[Visit, ...], remaining: list[Visit]
) -> bool:
    """Tell whether the beginning of a route is possible as far as order and loads go.

    What is on board is unloaded behind it, the last first, then what was there from the start:
    no way to end the route asks for less.
    """
    on_board = [visit.shipment for visit in visits if visit.is_pickup]
    unloaded = {visit.shipment for visit in visits if not visit.is_pickup}
    behind = [
        Visit(shipment=number, is_pickup=False)
        for number in reversed(on_board)
        if number not in unloaded and problem.shipments[number].delivery is not None
    ]
    behind += [visit for visit in remaining if problem.shipments[visit.shipment].pickup is None]
    route = Route(vehicle=vehicle, visits=(*visits, *behind))
    return not isinstance(loads_along(problem, route), Infeasible)
