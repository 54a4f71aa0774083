"""Our search on contradictory, enormous and endless questions: an error or an answer, always."""

from __future__ import annotations

import random

import pytest

from colivraison.pdptw import (
    ClassConflict,
    Compartment,
    ConflictScope,
    Stopping,
    TooLargeError,
    check,
    solve,
)

ROAD = [[0, 100], [100, 0]]
FEW = Stopping(iterations=200)


def _parcel(build, **options):
    return build.shipment(build.activity(0), build.activity(1), **options)


def _conflicts(classes):
    return tuple(
        ClassConflict(first=k, second=k + 1, scope=ConflictScope.ROUTE) for k in range(classes - 1)
    )


def test_as_many_classes_as_a_word_has_bits_may_have_conflicts(build):
    problem = build.problem(
        ROAD, [build.vehicle()], [_parcel(build, load_class=63)], conflicts=_conflicts(64)
    )
    # 200 s and 2 km.
    assert solve(problem, FEW, seed=1).cost_cents == 400


def _too_large(build):
    """Yield what the native search cannot count, and what it says."""
    van, parcel = build.vehicle(), _parcel(build)

    def problem(vehicle=van, shipment=parcel, **options):
        return build.problem(ROAD, [vehicle], [shipment], **options)

    def service(service_s):
        return build.shipment(build.activity(0, service_s=service_s), build.activity(1))

    yield "65 classes", problem(conflicts=_conflicts(65)), "64 load classes"
    yield (
        "9 compartments",
        build.problem(
            ROAD,
            [
                build.vehicle(
                    compartments=tuple(
                        Compartment(capacity=(1,), classes=frozenset({k, k + 1})) for k in range(9)
                    )
                )
            ],
            [_parcel(build, load_class=k) for k in range(10)],
        ),
        "8 compartments",
    )
    # 17 years and 34 years of seconds.
    yield "horizon", problem(build.vehicle(shift=(0, 1 << 29))), "too long"
    yield "horizon beyond 32 bits", problem(build.vehicle(shift=(0, 1 << 31))), "fit into 32 bits"
    yield "service", problem(shipment=service(1 << 28)), "too long"
    yield "service beyond 32 bits", problem(shipment=service(1 << 40)), "too large"
    yield "setup", problem(setup_s=[1 << 40] * 2), "too large"
    yield "distance", build.problem([[0, 1 << 28], [1 << 28, 0]], [van], [parcel]), "too large"


@pytest.mark.parametrize("number", range(8))
def test_what_it_cannot_count_is_refused(build, number):
    _, problem, words = list(_too_large(build))[number]
    with pytest.raises(TooLargeError, match=words):
        solve(problem, FEW, seed=1)


def _amounts(build):
    """Yield amounts beyond 64 bits, in units of 1/36,000 cent or added up."""
    yield build.vehicle(use=10**15), [_parcel(build)]
    yield build.vehicle(use=7 * 10**13), [_parcel(build)]  # larger than any cost it compares
    yield build.vehicle(), [_parcel(build, unserved_cents=10**15)]
    yield build.vehicle(max_distance_m=10**20), [_parcel(build)]
    yield build.vehicle(capacity=(1 << 70,)), [_parcel(build, demand=(1 << 64,))]
    yield build.vehicle(capacity=((1 << 63) - 1,)), [_parcel(build, demand=(1 << 62,))] * 3


@pytest.mark.parametrize("number", range(6))
def test_amounts_beyond_64_bits_are_refused_or_counted(build, number):
    van, parcels = list(_amounts(build))[number]
    problem = build.problem(ROAD, [van], parcels)
    try:
        result = solve(problem, FEW, seed=1)
    except TooLargeError:
        return
    assert check(problem, result.solution) == ()
    assert result.solution.unassigned == ()


def _long_limits(build):
    """Yield limits so long that they are none."""
    yield build.vehicle(), {"max_on_board_s": 10**12}
    yield build.vehicle(breaks=(build.rest((0, 100), duration_s=5, beyond_s=10**12),)), {}


@pytest.mark.parametrize("number", range(2))
def test_limits_longer_than_any_horizon_are_none(build, number):
    van, options = list(_long_limits(build))[number]
    problem = build.problem(ROAD, [van], [_parcel(build, **options)])
    assert solve(problem, FEW, seed=1).cost_cents == 400


@pytest.mark.parametrize(
    "options",
    [
        {"max_duration_s": 10**12},
        {"regular_s": 10**12, "cents_per_overtime_hour": 100},
        {"max_distance_m": 10**15},
        {"shift": (0, (1 << 29) - 1)},
        {"capacity": ((1 << 62),)},
    ],
)
def test_the_longest_it_can_count_it_counts(build, options):
    problem = build.problem(ROAD, [build.vehicle(**options)], [_parcel(build)])
    result = solve(problem, FEW, seed=1)
    assert check(problem, result.solution) == ()
    assert result.cost_cents == 400


def test_windows_without_an_end_are_open_while_anybody_drives(build):
    problem = build.problem(
        ROAD,
        [build.vehicle()],
        [build.shipment(build.activity(0, (0, 1 << 40)), build.activity(1, (5, 1 << 50)))],
    )
    assert solve(problem, FEW, seed=1).cost_cents == 400


def test_loads_without_dimensions_and_shifts_without_length(build):
    here = build.shipment(build.activity(0), build.activity(0), ())
    problem = build.problem(ROAD, [build.vehicle(capacity=(), shift=(5, 5))], [here])
    result = solve(problem, FEW, seed=1)
    assert (result.solution.unassigned, result.cost_cents) == ((), 0)


def _random_problem(build, seed, *, places=6, shipments=12, unreachable=0.0):
    dice = random.Random(seed)
    durations = [
        [
            0 if i == j else -1 if dice.random() < unreachable else dice.randint(1, 900)
            for j in range(places)
        ]
        for i in range(places)
    ]
    parcels = [
        build.shipment(
            build.activity(dice.randrange(places), service_s=30),
            build.activity(dice.randrange(places), service_s=30),
        )
        for _ in range(shipments)
    ]
    return build.problem(durations, [build.vehicle(), build.vehicle(start=1)], parcels)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("unreachable", [0.0, 0.3, 0.8, 1.0])
def test_one_way_and_missing_roads_are_no_trouble(build, seed, unreachable):
    problem = _random_problem(build, seed, unreachable=unreachable)
    result = solve(problem, FEW, seed=1)
    assert check(problem, result.solution) == ()
    if unreachable == 0:
        assert result.solution.unassigned == ()


def test_many_shipments_between_few_places_get_a_valid_answer(build):
    problem = _random_problem(build, 1, places=10, shipments=1_500)
    result = solve(problem, Stopping(iterations=3), seed=1)
    assert check(problem, result.solution) == ()


def test_a_hundred_thousand_shipments_get_a_valid_answer_in_a_moment(build):
    # Whoever has no place in the time given is left out; the judge sees them all.
    problem = _random_problem(build, 1, places=50, shipments=100_000)
    result = solve(problem, Stopping(time_limit_s=0.5), seed=1)
    assert check(problem, result.solution) == ()
    assert 0 < len(result.solution.unassigned) < 100_000


def test_no_time_at_all_gives_a_valid_answer(build):
    problem = build.week(1)
    result = solve(problem, Stopping(time_limit_s=0), seed=1, threads=2)
    assert check(problem, result.solution) == ()
