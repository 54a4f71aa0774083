"""The best answer to a tiny problem, by trying every order of every subset on every vehicle."""

from __future__ import annotations

import itertools

from colivraison.pdptw import (
    Infeasible,
    LockKind,
    Objective,
    Route,
    Solution,
    Visit,
    check,
    evaluate,
    location_of,
    objective_key,
    with_best_breaks,
)


def best_solution(problem):
    """Return a solution with the least objective key, None where the locks allow none.

    Every order whose prefix is not too heavy or too late already is evaluated, with its breaks in
    every place.  Up to some 5 shipments with both ends per route, 6 where windows are tight.
    """
    # Per set of served shipments, and of exclusive vehicles that drive, the best routes so far:
    # (key, routes).
    exclusive = frozenset().union(*problem.exclusive)
    best = {(frozenset(), frozenset()): (_nothing(problem), ())}
    for vehicle in range(len(problem.vehicles)):
        routes = _best_routes(problem, vehicle)
        grown = {}
        for (served, driving), (key, chosen) in best.items():
            for subset, (more, route) in routes.items():
                if served & subset:
                    continue
                together = _add(key, more)
                union = served | subset, driving | ({vehicle} & exclusive if route else set())
                if union not in grown or together < grown[union][0]:
                    grown[union] = (together, (*chosen, *route))
        best = grown
    everything = frozenset(range(len(problem.shipments)))
    answers = [
        (_add(key, _left_out(problem, everything - served)), served, routes)
        for (served, driving), (key, routes) in best.items()
        if all(len(clique & driving) < 2 for clique in problem.exclusive)
        and not any(group.lacks(served) for group in problem.groups)
    ]
    if not answers:
        return None
    key, served, routes = min(answers, key=lambda answer: answer[0])
    solution = Solution(routes=routes, unassigned=tuple(sorted(everything - served)))
    assert check(problem, solution) == ()
    assert objective_key(problem, solution) == key
    return solution


def best_key(problem):
    """Return the least objective key, None where the locks allow no solution."""
    solution = best_solution(problem)
    return None if solution is None else objective_key(problem, solution)


def _add(one, other):
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _nothing(problem):
    """Return the key of a solution without routes, apart from the shipments left out."""
    if problem.objective is Objective.VEHICLES_THEN_DISTANCE:
        return (0, 0, 0)
    if problem.reference is None:
        return (0, 0)
    # All successions of the plan are broken; routes buy them back.
    pairs = _pairs_of_plan(problem)
    return (0, len(pairs) * problem.reference.cents_per_broken_succession)


def _left_out(problem, numbers):
    if problem.objective is Objective.CENTS:
        prices = [problem.shipments[number].unserved_cents for number in numbers]
        return (prices.count(None), sum(price or 0 for price in prices))
    return (len(numbers), *(0 for _ in _nothing(problem)[1:]))


def _pairs_of_plan(problem):
    return {
        pair
        for route in problem.reference.solution.routes
        for pair in itertools.pairwise(route.visits)
    }


def _route_key(problem, route, schedule):
    if problem.objective is Objective.VEHICLES_THEN_DISTANCE:
        return (0, 1, schedule.distance_m)
    if problem.objective is Objective.DISTANCE:
        return (0, schedule.distance_m)
    cents = schedule.cost_cents
    if problem.reference is not None:
        planned = {
            visit.shipment: other.vehicle
            for other in problem.reference.solution.routes
            for visit in other.visits
        }
        carried = {visit.shipment for visit in route.visits}
        moved = sum(planned.get(number, route.vehicle) != route.vehicle for number in carried)
        kept = _pairs_of_plan(problem) & set(itertools.pairwise(route.visits))
        cents += moved * problem.reference.cents_per_other_vehicle
        cents -= len(kept) * problem.reference.cents_per_broken_succession
    return (0, cents)


def _keeps_locks(problem, vehicle, visits):
    for lock in problem.locks:
        if lock.vehicle != vehicle:
            continue
        size = len(lock.visits)
        heads = {
            LockKind.ROUTE: [visits],
            LockKind.PREFIX: [visits[:size]],
            LockKind.SEQUENCE: [visits[k : k + size] for k in range(len(visits) + 1)],
        }[lock.kind]
        if lock.visits not in heads:
            return False
    return True


def _best_routes(problem, vehicle):
    """Return for each set of shipments the best route of a vehicle: (key, routes, 0 or 1)."""
    found = {}
    if _keeps_locks(problem, vehicle, ()):
        found[frozenset()] = (tuple(0 for _ in _nothing(problem)), ())
    elsewhere = {v.shipment for k in problem.locks if k.vehicle != vehicle for v in k.visits}
    able = [
        number
        for number, shipment in enumerate(problem.shipments)
        if (shipment.vehicles is None or vehicle in shipment.vehicles)
        and shipment.skills <= problem.vehicles[vehicle].skills
        and number not in elsewhere
    ]
    for count in range(1, len(able) + 1):
        for subset in itertools.combinations(able, count):
            best = None
            for visits in _orders(problem, vehicle, subset):
                if not _keeps_locks(problem, vehicle, visits):
                    continue
                route = Route(vehicle=vehicle, visits=visits)
                if problem.vehicles[vehicle].breaks:
                    outcome = with_best_breaks(problem, route)
                else:
                    schedule = evaluate(problem, route)
                    outcome = schedule if isinstance(schedule, Infeasible) else (route, schedule)
                if isinstance(outcome, Infeasible):
                    continue
                key = _route_key(problem, *outcome)
                if best is None or key < best[0]:
                    best = key, (outcome[0],)
            if best is not None:
                found[frozenset(subset)] = best
    return found


def _orders(problem, vehicle, subset):
    """Yield every order of the visits of some shipments that is not too heavy or too late."""
    van = problem.vehicles[vehicle]
    durations = problem.tables[van.table].durations_s.tolist()

    def visit(number, is_pickup, here, now_s):
        """Return the place and the earliest end of a visit, None where it comes too late."""
        shipment = problem.shipments[number]
        activity = shipment.pickup if is_pickup else shipment.delivery
        there = location_of(van, activity)
        if durations[here][there] < 0:
            return None
        setup_s = problem.setup_s[there] if there != here else 0
        now_s += durations[here][there]
        for window in activity.windows:
            begin_s = max(now_s, window.start_s) + setup_s
            if begin_s <= window.end_s:
                return there, begin_s + activity.service_s
        return None

    def after(head, waiting, on_board, load, here, now_s):
        if now_s > van.shift.end_s or any(a > b for a, b in zip(load, van.capacity, strict=True)):
            return
        deliverable = {k for k in on_board if problem.shipments[k].delivery is not None}
        if not waiting and not deliverable:
            yield head
        for number, is_pickup in [
            *((k, True) for k in sorted(waiting)),
            *((k, False) for k in sorted(deliverable)),
        ]:
            step = visit(number, is_pickup, here, now_s)
            if step is None:
                continue
            demand = problem.shipments[number].demand
            sign = 1 if is_pickup else -1
            yield from after(
                (*head, Visit(shipment=number, is_pickup=is_pickup)),
                waiting - {number},
                on_board | {number} if is_pickup else on_board - {number},
                tuple(a + sign * b for a, b in zip(load, demand, strict=True)),
                *step,
            )

    at_start = {k for k in subset if problem.shipments[k].pickup is None}
    load = tuple(
        sum(problem.shipments[k].demand[dimension] for k in at_start)
        for dimension in range(len(van.capacity))
    )
    yield from after((), set(subset) - at_start, at_start, load, van.start, van.shift.start_s)
