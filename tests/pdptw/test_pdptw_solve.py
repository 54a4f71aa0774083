"""The door of the room; what every back end promises stands in ``test_pdptw_backends.py``."""

from __future__ import annotations

import pytest

from colivraison.pdptw import BACKENDS, Solution, Stopping, solve

FEW = Stopping(iterations=30)


@pytest.fixture
def parcel(build):
    """Return a problem of one parcel, 100 s away."""
    return build.problem(
        [[0, 100], [100, 0]],
        [build.vehicle()],
        [build.shipment(build.activity(0), build.activity(1))],
    )


def test_the_back_ends_have_names_and_ours_is_the_first_choice(parcel):
    assert list(BACKENDS) == ["native", "ortools"]
    # 200 s and 2 km at a cent a second and 100 cents a kilometre.
    assert [solve(parcel, FEW, seed=1, backend=name).cost_cents for name in BACKENDS] == [400, 400]
    assert solve(parcel, FEW, seed=1) == solve(parcel, FEW, seed=1, backend="native")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_bad_question_is_refused(parcel, backend):
    with pytest.raises(ValueError, match="unknown back end 'oracle', there are: native, ortools"):
        solve(parcel, FEW, seed=1, backend="oracle")
    with pytest.raises(ValueError, match="thread"):
        solve(parcel, FEW, seed=1, threads=0, backend=backend)
    with pytest.raises(ValueError, match="missing"):
        solve(parcel, FEW, seed=1, initial=Solution(routes=(), unassigned=()), backend=backend)


@pytest.mark.parametrize(
    "limits",
    [
        {},  # for ever
        {"iterations": 1, "time_limit_s": 1},  # whichever comes first: nothing to rely on
        {"iterations": -1},
        {"time_limit_s": -0.5},
    ],
)
def test_a_search_stops_by_one_limit_that_is_not_negative(limits):
    with pytest.raises(ValueError):
        Stopping(**limits)


def test_our_search_serves_everybody_before_its_first_iteration(parcel):
    assert solve(parcel, Stopping(iterations=0), seed=1).cost_cents == 400
