"""Every promise broken once, and found."""

from __future__ import annotations

import pytest

from colivraison.pdptw import Route, Solution, ViolationKind, check


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


def test_every_kind_of_violation_is_tested_above():
    kinds = {
        mark.args[1][k][2][0]
        for mark in test_each_broken_promise_is_named.pytestmark
        for k in range(len(mark.args[1]))
    }
    assert kinds == {kind.value for kind in ViolationKind}


def test_several_violations_are_found_at_once(build, problem):
    solution = Solution(
        routes=(build.route(0, "+2", "-2", "+4", "-4"), Route(vehicle=1, visits=())),
        unassigned=(0, 1, 3),
    )
    kinds = [violation.kind.value for violation in check(problem, solution)]
    assert sorted(kinds) == ["empty_route", "missing", "vehicle_not_allowed", "window"]
