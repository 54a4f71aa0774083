"""Every promise broken once, and found."""

from __future__ import annotations

import pytest

from colivraison.pdptw import (
    ClassConflict,
    Compartment,
    ConflictScope,
    Group,
    Lock,
    LockKind,
    Route,
    Solution,
    Violation,
    ViolationKind,
    check,
)


@pytest.fixture
def problem(build):
    pickup, delivery = build.activity(1), build.activity(2)
    return build.problem(
        [[0, 100, 200, -1], [100, 0, 100, -1], [200, 100, 0, -1], [1, 1, 1, 0]],
        [build.vehicle(shift=(0, 1_000), capacity=(10, 5)), build.vehicle(capacity=(10, 5))],
        [
            build.shipment(pickup, delivery, (6, 1)),
            build.shipment(pickup, delivery, (4, 5)),
            build.shipment(pickup, delivery, (1, 0), {1}),
            build.shipment(pickup, build.activity(3), (1, 0)),
            build.shipment(pickup, build.activity(2, (50, 150)), (1, 0)),
            build.shipment(pickup, build.activity(2, (950, 960)), (1, 0)),
        ],
    )


def _solution(build, *routes, unassigned=()):
    return Solution(
        routes=tuple(build.route(vehicle, *names) for vehicle, *names in routes),
        unassigned=unassigned,
    )


def test_a_valid_solution_has_no_violation(build, problem):
    solution = _solution(build, (0, "+0", "-0", "+1", "-1"), (1, "+2", "-2"), unassigned=(3, 4, 5))
    assert check(problem, solution) == ()


@pytest.mark.parametrize(
    ("routes", "unassigned", "expected"),
    [
        # Nobody speaks of 5.
        ([(0, "+0", "-0")], (1, 2, 3, 4), ("missing", None, None, 5, 0, "")),
        ([(0, "+0", "-0")], (1, 1, 2, 3, 4, 5), ("duplicate", None, None, 1, 2, "times")),
        (
            [(0, "+0", "-0")],
            (0, 1, 2, 3, 4, 5),
            ("assigned_and_unassigned", None, None, 0, 0, ""),
        ),
        ([(0, "+0"), (1, "-0")], (1, 2, 3, 4, 5), ("split_pair", 0, 0, 0, 0, "")),
        ([(0, "+0")], (1, 2, 3, 4, 5), ("split_pair", 0, 0, 0, 0, "")),
        ([(0, "-0", "+0")], (1, 2, 3, 4, 5), ("precedence", 0, 0, 0, 0, "")),
        ([(0, "+2", "-2")], (0, 1, 3, 4, 5), ("vehicle_not_allowed", 0, 0, 2, 0, "")),
        # The first dimension is just full (6 + 4), the second one over (1 + 5 > 5).
        (
            [(0, "+0", "+1", "-0", "-1")],
            (2, 3, 4, 5),
            ("capacity", 0, 1, 1, 1, "dimension 1"),
        ),
        ([(0, "+3", "-3")], (0, 1, 2, 4, 5), ("unreachable", 0, 1, 3, 0, "")),
        # 100 s to 1, 100 s to 2: 50 s after it closed.
        ([(0, "+4", "-4")], (0, 1, 2, 3, 5), ("window", 0, 1, 4, 50, "s")),
        # Served at 950, home at 1150, the shift ends at 1000.
        ([(0, "+5", "-5")], (0, 1, 2, 3, 4), ("shift", 0, None, None, 150, "s")),
        ([(0,)], (0, 1, 2, 3, 4, 5), ("empty_route", 0, None, None, 0, "")),
        ([(7, "+0", "-0")], (1, 2, 3, 4, 5), ("unknown_vehicle", 7, None, None, 0, "")),
        ([(0, "+9", "-9")], (0, 1, 2, 3, 4, 5), ("unknown_shipment", 0, 0, 9, 0, "")),
        ([], (0, 1, 2, 3, 4, 5, 9), ("unknown_shipment", None, None, 9, 0, "")),
        (
            [(0, "+0", "-0"), (0, "+1", "-1")],
            (2, 3, 4, 5),
            ("vehicle_used_twice", 0, None, None, 2, "times"),
        ),
    ],
)
def test_each_broken_promise_is_named(build, problem, routes, unassigned, expected):
    found = check(problem, _solution(build, *routes, unassigned=unassigned))
    assert expected in [(v.kind, v.vehicle, v.visit, v.shipment, v.amount, v.unit) for v in found]


@pytest.fixture
def rich(build):
    """Return three vans on a line of three places, 100 s apart, and what only some may carry.

    Van 0 is plain; van 1 has parts, limits and a break; van 2 unloads last in, first out.
    """
    line = [[0, 100, 200], [100, 0, 100], [200, 100, 0]]
    pickup, delivery = build.activity(1), build.activity(2)
    cold = Compartment(capacity=(2,), classes=frozenset({0}))
    mixed = Compartment(capacity=(3,), classes=frozenset({0, 1}))
    return build.problem(
        line,
        [
            build.vehicle(),
            build.vehicle(
                max_duration_s=500,
                max_distance_m=5_000,
                compartments=(cold, mixed),
                breaks=(build.rest((100, 350), duration_s=20, beyond_s=410),),
            ),
            build.vehicle(lifo=True, max_duration_s=700, max_distance_m=6_000),
        ],
        [
            build.shipment(pickup, delivery, (4,)),
            build.shipment(pickup, delivery, (2,), load_class=1),
            build.shipment(pickup, delivery, (2,), load_class=1),
            build.shipment(pickup, delivery, skills=frozenset({5})),
            build.shipment(None, delivery, (8,)),
            build.shipment(pickup, None, (3,), load_class=2),
            build.shipment(pickup, delivery, (0,), load_class=2),
            build.shipment(pickup, build.activity(2, (900, 950)), max_on_board_s=90),
            build.shipment(build.activity(1, (0, 300)), build.activity(2, (900, 950))),
            build.shipment(build.activity(1, service_s=11), delivery),
        ],
        conflicts=(
            ClassConflict(first=0, second=2, scope=ConflictScope.ROUTE),
            ClassConflict(first=2, second=1, scope=ConflictScope.ON_BOARD),
        ),
    )


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ((0, "+3", "-3"), ("skills", 0, 0, 3, 0, "", None)),
        # 4 is on board from the start.
        ((0, "+4", "-4"), ("no_such_end", 0, 0, 4, 0, "", None)),
        ((0, "+5", "-5"), ("no_such_end", 0, 1, 5, 0, "", None)),
        # 8 from the start and 4 more, room for 10.
        ((0, "+0", "-4", "-0"), ("capacity", 0, 0, 0, 2, "dimension 0", None)),
        # The conflict of classes 0 and 2 on one route shows at 6, that of 1 and 2 at the second.
        ((0, "+0", "-0", "+6", "-6"), ("conflict", 0, 2, 6, 0, "", 0)),
        ((0, "+1", "+6", "-1", "-6"), ("conflict", 0, 1, 6, 0, "", 1)),
        # 5 stays on board until the end.
        ((0, "+5", "+1", "-1"), ("conflict", 0, 1, 1, 0, "", 1)),
        # 4 of class 0 take the cold part and 2 of the mixed one: 1 of the 2 of class 1 stays out.
        ((1, "+0", "+1", "-0", "-1"), ("compartment", 1, 1, 1, 1, "dimension 0", None)),
        # 4 of class 1 in a part of 3.
        ((1, "+1", "+2", "-2", "-1"), ("compartment", 1, 1, 2, 1, "dimension 0", None)),
        # No part takes class 2, of which there is 3, or nothing by weight.
        ((1, "+5"), ("compartment", 1, 0, 5, 3, "dimension 0", None)),
        ((1, "+6", "-6"), ("compartment", 1, 0, 6, 0, "", None)),
        # 8 of class 0 from the start, room for 5 of it.
        ((1, "-4"), ("compartment", 1, None, None, 3, "dimension 0", None)),
        ((2, "+0", "+1", "-0", "-1"), ("lifo", 2, 2, 0, 0, "", None)),
        ((2, "+1", "-4", "-1"), ("lifo", 2, 1, 4, 0, "", None)),
        ((2, "+0", "+5", "-0"), ("lifo", 2, 2, 0, 0, "", None)),
        # 100 s of way, 90 s allowed.
        ((0, "+7", "-7"), ("time_on_board", 0, 1, 7, 10, "s", None)),
        # Loaded by 300, delivered from 900: 600 on board, and leaving at 200, home at 1100, 900 s.
        ((2, "+8", "-8"), ("max_duration", 2, None, None, 200, "s", None)),
        # 0-1-2-1-2-0 is 6000 m and 600 s.
        ((1, "+1", "-1", "+2", "-2"), ("max_distance", 1, None, None, 1_000, "m", None)),
        ((1, "+1", "-1", "+2", "-2"), ("max_duration", 1, None, None, 100, "s", None)),
        ((1, "+1", "-1", "+2", "-2"), ("break_missing", 1, None, None, 190, "s", 0)),
        # 411 s and 410 allowed without a break.
        ((1, "+9", "-9"), ("break_missing", 1, None, None, 1, "s", 0)),
        ((1, "+1", "-1", (3,)), ("break_unknown", 1, None, None, 0, "", 0)),
        ((1, "+1", "-1", (-1,)), ("break_unknown", 1, None, None, 0, "", 0)),
        ((1, "+1", "-1", (0, 1)), ("break_unknown", 1, None, None, 1, "times", None)),
        ((0, "+1", "-1", (0,)), ("break_unknown", 0, None, None, 1, "times", None)),
        # After the fifth way and a service it is 511 at the earliest, and the window ends at 350.
        (
            (1, "+1", "-1", "+2", "-2", "+9", (5,)),
            ("break_window", 1, None, None, 161, "s", 0),
        ),
    ],
)
def test_each_broken_promise_of_the_rich_model_is_named(build, rich, route, expected):
    vehicle, *names = route
    breaks = names.pop() if isinstance(names[-1], tuple) else ()
    one = build.route(vehicle, *names, breaks=breaks)
    found = check(rich, Solution(routes=(one,), unassigned=()))
    assert expected in [
        (v.kind, v.vehicle, v.visit, v.shipment, v.amount, v.unit, v.number) for v in found
    ]


@pytest.mark.parametrize(
    "route",
    [
        (0, "-4", "+0", "-0"),
        (0, "+1", "-1", "+6", "-6"),  # one after the other
        (0, "+1", "-1", "+5"),
        (1, "+1", "-1", "+0", "-0", (None,)),
        (2, "-4", "+0", "+1", "-1", "-0"),
        (2, "+1", "+2", "-2", "-1"),
        (1, "+1", "-1"),  # 400 s need no break
        (1, "+9", "-9", (1,)),
    ],
)
def test_the_same_done_rightly_is_not_blamed(build, rich, route):
    vehicle, *names = route
    breaks = names.pop() if isinstance(names[-1], tuple) else ()
    one = build.route(vehicle, *names, breaks=breaks)
    alone = {"missing", "max_distance", "max_duration", "break_missing"}
    found = check(rich, Solution(routes=(one,), unassigned=()))
    assert [v for v in found if v.kind not in alone] == []


@pytest.mark.parametrize(
    ("kind", "locked", "routes", "broken"),
    [
        (LockKind.PREFIX, ("+0",), [(0, "+0", "+1", "-1", "-0")], None),
        (LockKind.PREFIX, ("+0", "-0"), [(0, "+0", "+1", "-1", "-0")], "locked_prefix"),
        (LockKind.PREFIX, ("+0",), [(0, "+1", "+0", "-0", "-1")], "locked_prefix"),
        (LockKind.PREFIX, ("+0",), [(1, "+0", "-0")], "locked_prefix"),
        (LockKind.PREFIX, ("+0",), [], "locked_prefix"),
        (LockKind.PREFIX, (), [], None),
        (LockKind.SEQUENCE, ("+0", "-0"), [(0, "+1", "+0", "-0", "-1")], None),
        (LockKind.SEQUENCE, ("+0", "-0"), [(0, "+0", "+1", "-0", "-1")], "locked_sequence"),
        (LockKind.SEQUENCE, ("+0", "-0"), [(1, "+0", "-0")], "locked_sequence"),
        (LockKind.SEQUENCE, (), [], None),
        (LockKind.ROUTE, ("+0", "-0"), [(0, "+0", "-0"), (1, "+1", "-1")], None),
        (LockKind.ROUTE, ("+0", "-0"), [(0, "+0", "-0", "+1", "-1")], "locked_route"),
        (LockKind.ROUTE, ("+0", "-0"), [], "locked_route"),
        (LockKind.ROUTE, (), [(1, "+0", "-0")], None),
        (LockKind.ROUTE, (), [(0, "+0", "-0")], "locked_route"),
    ],
)
def test_locks_are_kept_or_named(build, kind, locked, routes, broken):
    parcel = build.shipment(build.activity(0), build.activity(1))
    problem = build.problem(
        [[0, 100], [100, 0]],
        [build.vehicle(), build.vehicle()],
        [parcel, parcel],
        locks=(Lock(vehicle=0, visits=build.visits(*locked), kind=kind),),
    )
    carried = {int(name[1:]) for _, *names in routes for name in names}
    left = tuple(number for number in range(2) if number not in carried)
    found = check(problem, _solution(build, *routes, unassigned=left))
    assert [(v.kind, v.vehicle, v.number) for v in found] == ([(broken, 0, 0)] if broken else [])


@pytest.mark.parametrize(
    ("routes", "broken"),
    [
        ([(0, "+0", "-0"), (1, "+1", "-1")], ("exclusive_vehicles", 1, 1, 2)),
        ([(1, "+0", "-0"), (2, "+1", "-1")], None),
        ([(0, "+0", "-0")], ("group_below_minimum", None, 0, 50)),
        ([(0, "+1", "-1")], ("group_below_minimum", None, 0, 30)),
        ([], None),
    ],
)
def test_who_may_drive_and_be_served_only_in_some_company_is_named(build, routes, broken):
    parcel = build.shipment(build.activity(0), build.activity(1))
    problem = build.problem(
        [[0, 100], [100, 0]],
        [build.vehicle()] * 3,
        [parcel, parcel],
        exclusive=(frozenset({0, 2}), frozenset({0, 1})),
        groups=(Group(shipments=(0, 1), amounts=(30, 50), minimum=80),),
    )
    carried = {int(name[1:]) for _, *names in routes for name in names}
    left = tuple(number for number in range(2) if number not in carried)
    found = check(problem, _solution(build, *routes, unassigned=left))
    assert [(v.kind, v.vehicle, v.number, v.amount) for v in found] == ([broken] if broken else [])


def test_every_kind_of_violation_is_tested_above():
    kinds = {
        row[-1] if isinstance(row[-1], str) else row[-1][0]
        for test in (
            test_each_broken_promise_is_named,
            test_each_broken_promise_of_the_rich_model_is_named,
            test_locks_are_kept_or_named,
            test_who_may_drive_and_be_served_only_in_some_company_is_named,
        )
        for mark in test.pytestmark
        for row in mark.args[1]
        if row[-1] is not None
    }
    assert kinds == {kind.value for kind in ViolationKind}


def test_a_route_that_is_long_because_it_left_early_is_named_alone(build):
    # B is loaded at 0 at 0 sharp, A at 1 and delivered at 2 from 400 on: home at 600 at the
    # earliest, having left at 0.  A may be loaded at 250 or later, which 150 s on board ask for.
    line = [[0, 100, 200], [100, 0, 100], [200, 100, 0]]
    problem = build.problem(
        line,
        [build.vehicle(max_duration_s=599)],
        [
            build.shipment(build.activity(1), build.activity(2, (400, 500)), max_on_board_s=150),
            build.shipment(build.activity(0, (0, 0)), build.activity(2)),
        ],
    )
    solution = _solution(build, (0, "+1", "+0", "-0", "-1"))
    # 600 s, one more than allowed; A is no trouble.
    assert check(problem, solution) == (
        Violation(kind=ViolationKind.MAX_DURATION, vehicle=0, amount=1, unit="s"),
    )


def test_several_violations_are_found_at_once(build, problem):
    solution = Solution(
        routes=(build.route(0, "+2", "-2", "+4", "-4"), Route(vehicle=1, visits=())),
        unassigned=(0, 1, 3),
    )
    kinds = [violation.kind.value for violation in check(problem, solution)]
    assert sorted(kinds) == ["empty_route", "missing", "vehicle_not_allowed", "window"]
