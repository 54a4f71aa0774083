"""Why a shipment stays behind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pdptw_build import Build

from colivraison.pdptw import (
    Compartment,
    Group,
    Objective,
    Reason,
    ReasonKind,
    Solution,
    why_unassigned,
)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"vehicles": ()}, Reason(kind=ReasonKind.NO_VEHICLE_ALLOWED)),
        ({"demand": (11, 1)}, Reason(kind=ReasonKind.CAPACITY, dimension=0)),
        ({"demand": (1, 6)}, Reason(kind=ReasonKind.CAPACITY, dimension=1)),
        ({"hours": (1_001, 1_200)}, Reason(kind=ReasonKind.WINDOWS_AND_SHIFTS)),
        ({"goal": 3}, Reason(kind=ReasonKind.UNREACHABLE)),
        # Open while the van works, but it takes 200 s to get there.
        ({"hours": (0, 150)}, Reason(kind=ReasonKind.TOO_FAR_IN_TIME)),
        ({}, Reason(kind=ReasonKind.NO_ROOM_LEFT)),
    ],
)
def test_each_reason(build, options, reason):
    delivery = build.activity(options.get("goal", 2), options.get("hours", (0, 9_999)))
    problem = build.problem(
        [[0, 100, 200, -1], [100, 0, 100, -1], [200, 100, 0, -1], [1, 1, 1, 0]],
        [
            build.vehicle(shift=(0, 1_000), capacity=(10, 5)),
            build.vehicle(capacity=(1, 1), shift=(0, 9)),
        ],
        [
            build.shipment(
                build.activity(1), delivery, options.get("demand", (1, 1)), options.get("vehicles")
            )
        ],
    )
    nothing = Solution(routes=(), unassigned=(0,))
    assert why_unassigned(problem, nothing) == {0: reason}


@pytest.mark.parametrize(
    ("shipment", "vehicle", "kind"),
    [
        ({"skills": frozenset({1})}, {}, ReasonKind.SKILLS),
        (
            {},
            {"compartments": (Compartment(capacity=(9, 9), classes=frozenset({1})),)},
            ReasonKind.COMPARTMENT,
        ),
        (
            {"demand": (2, 1)},
            {"compartments": (Compartment(capacity=(1, 9), classes=frozenset({0})),)},
            ReasonKind.COMPARTMENT,
        ),
        # 400 s and 4000 m, 100 s of them on board.
        ({}, {"max_distance_m": 3_999}, ReasonKind.DISTANCE_LIMIT),
        ({}, {"max_distance_m": 4_000}, ReasonKind.NO_ROOM_LEFT),
        ({"max_on_board_s": 99}, {}, ReasonKind.TIME_ON_BOARD),
        ({"max_on_board_s": 100}, {}, ReasonKind.NO_ROOM_LEFT),
        ({}, {"max_duration_s": 399}, ReasonKind.DURATION_LIMIT),
        ({}, {"max_duration_s": 400}, ReasonKind.NO_ROOM_LEFT),
        # The break would have to begin at 900, when the shift has 100 s left.
        (
            {},
            {"breaks": (Build.rest((900, 900), duration_s=101, beyond_s=399),)},
            ReasonKind.BREAKS,
        ),
        ({}, {"breaks": (Build.rest((100, 900), duration_s=101),)}, ReasonKind.NO_ROOM_LEFT),
        # It costs 400 cents for the way and as many for the time.
        ({"unserved_cents": 799}, {}, ReasonKind.OPTIONAL_TOO_DEAR),
        ({"unserved_cents": 800}, {}, ReasonKind.NO_ROOM_LEFT),
    ],
)
def test_each_reason_of_the_rich_model(build, shipment, vehicle, kind):
    problem = build.problem(
        [[0, 100, 200], [100, 0, 100], [200, 100, 0]],
        [build.vehicle(**{"shift": (0, 1_000), "capacity": (10, 5)} | vehicle)],
        [build.shipment(build.activity(1), build.activity(2), **{"demand": (1, 1)} | shipment)],
    )
    nothing = Solution(routes=(), unassigned=(0,))
    assert why_unassigned(problem, nothing) == {0: Reason(kind=kind)}


@pytest.mark.parametrize("objective", [Objective.VEHICLES_THEN_DISTANCE, Objective.DISTANCE])
def test_no_price_is_too_low_where_money_does_not_count(build, objective):
    problem = build.problem(
        [[0, 100], [100, 0]],
        [build.vehicle()],
        [build.shipment(build.activity(0), build.activity(1), unserved_cents=0)],
        objective=objective,
    )
    nothing = Solution(routes=(), unassigned=(0,))
    assert why_unassigned(problem, nothing) == {0: Reason(kind=ReasonKind.NO_ROOM_LEFT)}


@pytest.mark.parametrize(
    ("pickup", "delivery", "kind"),
    [
        # Delivered by 400, loaded from 500 on.
        ((1, (500, 600)), (2, (0, 400)), ReasonKind.WINDOWS_AND_SHIFTS),
        # Loaded from 350 on, the way takes 100 s.
        ((1, (350, 600)), (2, (0, 400)), ReasonKind.TOO_FAR_IN_TIME),
        # One end alone, too far from where the vehicle starts, or to come home from.
        (None, (2, (0, 199)), ReasonKind.TOO_FAR_IN_TIME),
        ((2, (850, 900)), None, ReasonKind.TOO_FAR_IN_TIME),
        (None, (2, (0, 200)), ReasonKind.NO_ROOM_LEFT),
        ((2, (0, 100), (800, 801)), None, ReasonKind.NO_ROOM_LEFT),
        ((2, (2_000, 2_100)), None, ReasonKind.WINDOWS_AND_SHIFTS),
    ],
)
def test_contradictions_are_reasons(build, pickup, delivery, kind):
    problem = build.problem(
        [[0, 100, 200], [100, 0, 100], [200, 100, 0]],
        [build.vehicle(shift=(0, 1_000))] * 2,
        [
            build.shipment(
                pickup and build.activity(*pickup), delivery and build.activity(*delivery)
            )
        ],
    )
    nothing = Solution(routes=(), unassigned=(0,))
    assert why_unassigned(problem, nothing) == {0: Reason(kind=kind)}


def test_without_vehicles_none_is_allowed(build):
    problem = build.problem([[0]], [], [build.shipment(build.activity(0), build.activity(0))])
    nothing = Solution(routes=(), unassigned=(0,))
    assert why_unassigned(problem, nothing) == {0: Reason(kind=ReasonKind.NO_VEHICLE_ALLOWED)}


def test_the_vehicle_that_comes_furthest_gives_the_reason(build):
    # Vehicle 0 has no way there, vehicle 1 comes there in time and home too late for its limit.
    problem = build.problem(
        [[0, -1, 0], [100, 0, 100], [0, 100, 0]],
        [build.vehicle(), build.vehicle(start=2, end=2, max_duration_s=199)],
        [build.shipment(build.activity(1), build.activity(1))],
    )
    nothing = Solution(routes=(), unassigned=(0,))
    assert why_unassigned(problem, nothing) == {0: Reason(kind=ReasonKind.DURATION_LIMIT)}


@pytest.mark.parametrize(
    ("minimum", "kind"),
    [
        # The first alone counts for 30, and nobody may carry the second.
        (30, ReasonKind.NO_ROOM_LEFT),
        (31, ReasonKind.GROUP_TOO_SMALL),
    ],
)
def test_who_stays_behind_because_too_few_can_go_is_told_so(build, minimum, kind):
    parcel = build.shipment(build.activity(0), build.activity(1))
    problem = build.problem(
        [[0, 100], [100, 0]],
        [build.vehicle()],
        [parcel, replace(parcel, vehicles=frozenset())],
        groups=(Group(shipments=(0, 1), amounts=(30, 50), minimum=minimum),),
    )
    reasons = why_unassigned(problem, Solution(routes=(), unassigned=(0, 1)))
    assert reasons == {0: Reason(kind=kind), 1: Reason(kind=ReasonKind.NO_VEHICLE_ALLOWED)}


def test_every_kind_of_reason_is_tested_above():
    def kinds(test):
        for mark in test.pytestmark:
            for row in mark.args[1]:
                yield row[-1].kind if isinstance(row[-1], Reason) else row[-1]

    tested = {
        *kinds(test_each_reason),
        *kinds(test_each_reason_of_the_rich_model),
        *kinds(test_who_stays_behind_because_too_few_can_go_is_told_so),
    }
    assert tested == set(ReasonKind)


def test_a_hundred_thousand_equal_shipments_have_their_reason_at_once(build):
    parcel = build.shipment(build.activity(0), build.activity(1), (99,))
    problem = build.problem([[0, 1], [1, 0]], [build.vehicle()] * 50, [parcel] * 100_000)
    reasons = why_unassigned(problem, Solution(routes=(), unassigned=tuple(range(100_000))))
    assert set(reasons.values()) == {Reason(kind=ReasonKind.CAPACITY, dimension=0)}
