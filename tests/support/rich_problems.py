"""Random problems of the whole model, and random routes on them, for hypothesis.

Every feature is drawn by itself, so each is met alone, with others, and not at all.  Times are
tens of seconds, so that windows, breaks and limits get in each other's way.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from colivraison.pdptw import (
    VEHICLE_END,
    VEHICLE_START,
    Activity,
    Break,
    ClassConflict,
    Compartment,
    ConflictScope,
    Group,
    Infeasible,
    Lock,
    LockKind,
    Objective,
    Problem,
    Reference,
    Route,
    Shipment,
    Solution,
    TravelTable,
    Vehicle,
    Visit,
    with_best_breaks,
)
from colivraison.units import TimeWindow

# What `rich_problems` may draw; a back end that lacks some can leave them out.
FEATURES = frozenset(
    {
        "allowed_vehicles",
        "breaks",
        "compartments",
        "conflicts",
        "exclusive",
        "groups",
        "leaves_at_once",
        "lifo",
        "locks",
        "max_distance",
        "max_duration",
        "objectives",
        "open_end",
        "optional",
        "overtime",
        "profiles",
        "reference",
        "single_ended",
        "skills",
        "time_on_board",
        "unreachable",
        "vehicle_locations",
    }
)

_HORIZON_S = 150


class _Dice:
    """Draws, with features switched off as the simplest case."""

    def __init__(self, draw, features):
        self._draw = draw
        # A third of the features: all at once leave hardly a route that can be driven.
        self._on = {name for name in sorted(features) if draw(st.integers(0, 2)) == 2}

    def number(self, low, high):
        return self._draw(st.integers(low, high))

    def one_of(self, *choices):
        return self._draw(st.sampled_from(choices))

    def now(self, feature, percent=50):
        """Tell whether a feature that is on is met here."""
        return feature in self._on and self._draw(st.integers(0, 99)) >= 100 - percent

    def some_of(self, choices, most):
        picked = self._draw(st.lists(st.sampled_from(choices), max_size=most, unique=True))
        return frozenset(picked)

    def order(self, things):
        return self._draw(st.permutations(things))


@st.composite
def rich_problems(draw, *, max_shipments=6, max_vehicles=3, features=FEATURES):
    """Draw a problem with 0 to ``max_shipments`` shipments and 1 to ``max_vehicles`` vehicles.

    The locks can be kept, all together: they are cut from one plan of routes that can be driven.
    """
    dice = _Dice(draw, features)
    places = dice.number(2, 4)
    vehicles = dice.number(1, max_vehicles)
    open_end = dice.now("open_end", 70)
    shipments = [
        _shipment(dice, places, vehicles, open_end) for _ in range(dice.number(0, max_shipments))
    ]
    tables = 2 if dice.now("profiles", 70) else 1
    bare = Problem(
        tables=tuple(_table(dice, places) for _ in range(tables)),
        setup_s=tuple(dice.one_of(0, 2) for _ in range(places)),
        vehicles=tuple(_vehicle(dice, places, tables, open_end) for _ in range(vehicles)),
        shipments=tuple(shipments),
        conflicts=tuple(_conflict(dice) for _ in range(2) if dice.now("conflicts", 70)),
        exclusive=_exclusive(dice, vehicles) if dice.now("exclusive", 70) else (),
        groups=_groups(dice, len(shipments)) if dice.now("groups", 70) else (),
        objective=dice.one_of(*Objective) if dice.now("objectives", 70) else Objective.CENTS,
    )
    locks = _locks(dice, bare) if dice.now("locks", 70) else ()
    reference = None
    if bare.objective is Objective.CENTS and dice.now("reference", 70):
        reference = Reference(
            solution=_plan(dice, bare),
            cents_per_other_vehicle=dice.number(0, 60),
            cents_per_broken_succession=dice.number(0, 30),
        )
    return replace(bare, locks=locks, reference=reference)


@st.composite
def rich_routes(draw, problem):
    """Draw a route, good or broken: visits dropped, doubled, swapped, breaks anywhere."""
    dice = _Dice(draw, ())
    vehicle = dice.number(0, len(problem.vehicles) - 1)
    numbers = dice.order(list(range(len(problem.shipments))))[: dice.number(1, 4)]
    if draw(st.booleans()):
        good = _drivable(dice, problem, vehicle, numbers)
        if good is not None:
            return good
    visits = _any_order(dice, problem, numbers)
    for _ in range(dice.one_of(0, 0, 1, 2)):
        if not visits:
            break
        index, other = (dice.number(0, len(visits) - 1) for _ in range(2))
        match dice.one_of("swap", "drop", "double", "turn"):
            case "swap":
                visits[index], visits[other] = visits[other], visits[index]
            case "drop":
                del visits[index]
            case "double":
                visits.insert(other, visits[index])
            case "turn":
                visits[index] = replace(visits[index], is_pickup=not visits[index].is_pickup)
    route = Route(vehicle=vehicle, visits=tuple(visits))
    match dice.one_of("none", "best", "any"):
        case "none":
            return route
        case "best":
            outcome = with_best_breaks(problem, route)
            return route if isinstance(outcome, Infeasible) else outcome[0]
    count = len(problem.vehicles[vehicle].breaks) + dice.one_of(0, 0, 0, 0, 1)
    return replace(
        route,
        breaks=tuple(
            dice.one_of(None, *range(len(visits) + 2)) if dice.number(0, 9) else -1
            for _ in range(count)
        ),
    )


@st.composite
def often_open(draw, problem):
    """Draw the same problem with every place and break open 5 to 10 times, a moment each."""

    def windows():
        count = draw(st.integers(5, 10))
        moments = st.integers(0, 3 * _HORIZON_S // 2)
        drawn = sorted(draw(st.sets(moments, min_size=2 * count, max_size=2 * count)))
        return tuple(
            TimeWindow(start_s=a, end_s=b) for a, b in zip(drawn[::2], drawn[1::2], strict=True)
        )

    def activity(one):
        return None if one is None else replace(one, windows=windows())

    return replace(
        problem,
        shipments=tuple(
            replace(one, pickup=activity(one.pickup), delivery=activity(one.delivery))
            for one in problem.shipments
        ),
        vehicles=tuple(
            replace(van, breaks=tuple(replace(rest, windows=windows()) for rest in van.breaks))
            for van in problem.vehicles
        ),
    )


def _window(dice, latest_s=_HORIZON_S):
    start_s = dice.number(0, latest_s)
    return start_s, start_s + dice.one_of(0, 5, 20, 40, 80)


def _windows(dice):
    pairs = [_window(dice)]
    while len(pairs) < 3 and dice.number(0, 3) == 3:
        start_s = pairs[-1][1] + dice.number(1, 30)
        pairs.append((start_s, start_s + dice.one_of(0, 5, 20)))
    if dice.number(0, 2) == 0:
        pairs = [(0, 3 * _HORIZON_S)]
    return tuple(TimeWindow(start_s=a, end_s=b) for a, b in pairs)


def _activity(dice, places, open_end):
    location = dice.number(0, places - 1)
    if dice.now("vehicle_locations", 40):
        location = VEHICLE_START if open_end else dice.one_of(VEHICLE_START, VEHICLE_END)
    return Activity(location=location, windows=_windows(dice), service_s=dice.one_of(0, 0, 3, 9))


def _shipment(dice, places, vehicles, open_end):
    pickup, delivery = (_activity(dice, places, open_end) for _ in range(2))
    if dice.now("single_ended"):
        pickup, delivery = dice.one_of((None, delivery), (pickup, None))
    return Shipment(
        pickup=pickup,
        delivery=delivery,
        demand=(dice.number(0, 4), dice.number(0, 3)),
        vehicles=dice.some_of(range(vehicles), vehicles)
        if dice.now("allowed_vehicles", 30)
        else None,
        skills=dice.some_of((0, 1), 2) if dice.now("skills", 40) else frozenset(),
        unserved_cents=dice.number(0, 120) if dice.now("optional") else None,
        load_class=dice.number(0, 2),
        max_on_board_s=dice.number(0, 60) if dice.now("time_on_board", 60) else None,
    )


def _vehicle(dice, places, tables, open_end):
    start_s = dice.number(0, 20)
    return Vehicle(
        start=dice.number(0, places - 1),
        end=None if open_end and dice.number(0, 1) else dice.number(0, places - 1),
        shift=TimeWindow(start_s=start_s, end_s=start_s + dice.number(60, 250)),
        capacity=(dice.number(3, 9), dice.number(2, 7)),
        cents_per_km=dice.one_of(0, 100, 250),
        cents_per_hour=dice.one_of(0, 3_600, 5_000),
        cents_per_use=dice.one_of(0, 0, 7, 40),
        cents_per_overtime_hour=dice.one_of(3_600, 7_000) if dice.now("overtime", 80) else 0,
        regular_s=dice.number(0, 100) if dice.now("overtime", 80) else None,
        max_duration_s=dice.number(20, 150) if dice.now("max_duration", 70) else None,
        max_distance_m=dice.number(100, 1_000) if dice.now("max_distance", 70) else None,
        skills=dice.some_of((0, 1), 2) | (frozenset({0}) if dice.number(0, 1) else frozenset()),
        breaks=tuple(
            Break(
                windows=_windows(dice),
                duration_s=dice.one_of(0, 5, 15),
                beyond_s=dice.one_of(0, 0, 30, 80, 300),
            )
            for _ in range(2)
            if dice.now("breaks")
        ),
        compartments=tuple(
            Compartment(
                capacity=(dice.number(1, 6), dice.number(1, 5)),
                classes=dice.some_of(range(3), 3) | frozenset({dice.number(0, 2)}),
            )
            for _ in range(dice.number(1, 3))
        )
        if dice.now("compartments", 70)
        else (),
        lifo=dice.now("lifo", 70),
        leaves_at_once=dice.now("leaves_at_once"),
        table=dice.number(0, tables - 1),
    )


def _table(dice, places):
    durations_s = np.zeros((places, places), np.int64)
    distances_m = np.zeros((places, places), np.int64)
    for i in range(places):
        for j in range(places):
            if i == j:
                continue
            there = not dice.now("unreachable", 15)
            durations_s[i, j] = dice.number(0, 20) if there else -1
            distances_m[i, j] = dice.number(0, 250) if there else -1
    return TravelTable(durations_s=durations_s, distances_m=distances_m)


def _conflict(dice):
    first, second = dice.one_of((0, 1), (1, 2), (2, 0))
    return ClassConflict(first=first, second=second, scope=dice.one_of(*ConflictScope))


def _exclusive(dice, vehicles):
    return tuple(dice.some_of(range(vehicles), vehicles) for _ in range(dice.number(1, 2)))


def _groups(dice, shipments):
    """Return one or two groups of shipments; some can never be served."""
    left = dice.order(list(range(shipments)))
    groups = []
    for _ in range(dice.number(1, 2)):
        size = dice.number(0, min(4, len(left)))
        members, left = left[:size], left[size:]
        amounts = tuple(dice.number(0, 3) for _ in members)
        groups.append(
            Group(
                shipments=tuple(members),
                amounts=amounts,
                minimum=dice.one_of(sum(amounts), dice.number(0, sum(amounts) + 1)),
            )
        )
    return tuple(groups)


def _any_order(dice, problem, numbers):
    """Return visits of some shipments, each pickup before its delivery."""
    waiting, on_board, visits = [], [], []
    for number in numbers:
        (on_board if problem.shipments[number].pickup is None else waiting).append(number)
    while waiting or on_board:
        is_pickup = bool(waiting) and (not on_board or bool(dice.number(0, 1)))
        pool = waiting if is_pickup else on_board
        number = pool.pop(dice.number(0, len(pool) - 1))
        visits.append(Visit(shipment=number, is_pickup=is_pickup))
        if is_pickup and problem.shipments[number].delivery is not None:
            on_board.append(number)
    return visits


def _drivable(dice, problem, vehicle, numbers):
    """Return a route of as many of the shipments, in their order, as it takes; None for none."""
    best, chosen = None, []
    for number in numbers:
        visits = tuple(_any_order(dice, problem, [*chosen, number]))
        outcome = with_best_breaks(problem, Route(vehicle=vehicle, visits=visits))
        if not isinstance(outcome, Infeasible):
            best = outcome[0]
            chosen.append(number)
    return best


def _plan(dice, problem):
    """Return a solution of routes that can be driven, but for locks."""
    left = dice.order(list(range(len(problem.shipments))))
    routes = []
    for vehicle in range(len(problem.vehicles)):
        route = _drivable(dice, problem, vehicle, left[: dice.number(0, 3)])
        if route is not None:
            routes.append(route)
            carried = {visit.shipment for visit in route.visits}
            left = [number for number in left if number not in carried]
    # Whoever cannot be on the road with the others stays at home, and so do groups cut short.
    driving = {route.vehicle for route in routes}
    for clique in problem.exclusive:
        for vehicle in sorted(clique & driving)[1:]:
            driving.remove(vehicle)
    routes = [route for route in routes if route.vehicle in driving]
    broken = True
    while broken:
        served = {visit.shipment for route in routes for visit in route.visits}
        lost = {
            number
            for group in problem.groups
            if group.lacks(served)
            for number in served.intersection(group.shipments)
        }
        kept = [r for r in routes if lost.isdisjoint(visit.shipment for visit in r.visits)]
        broken = len(kept) < len(routes)
        routes = kept
    left = sorted(set(range(len(problem.shipments))) - served)
    return Solution(routes=tuple(routes), unassigned=tuple(sorted(left)))


def _locks(dice, problem):
    locks = []
    for route in _plan(dice, problem).routes:
        if dice.number(0, 1):
            continue
        kind = dice.one_of(*LockKind)
        size = len(route.visits)
        first = dice.number(0, size - 1) if kind is LockKind.SEQUENCE else 0
        last = size if kind is LockKind.ROUTE else dice.number(first + 1, size)
        locks.append(Lock(vehicle=route.vehicle, visits=route.visits[first:last], kind=kind))
    return tuple(locks)
