"""Why a shipment stays behind."""

from __future__ import annotations

import pytest

from colivraison.pdptw import Reason, ReasonKind, Solution, why_unassigned


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
