"""The lower bound is below every plan: tiny ones found by trying everything, published ones."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from pdptw_exhaustive import best_solution
from rich_problems import FEATURES, rich_problems

from colivraison.interchange.benchmarks import read_benchmark
from colivraison.pdptw import (
    Bound,
    ClassConflict,
    ConflictScope,
    NoBound,
    Objective,
    lower_bound,
    objective_key,
)

SETTINGS = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LINE = [[100 * abs(i - j) for j in range(5)] for i in range(5)]


def _require_below(problem, bound):
    """Hold a bound against the best plan there is."""
    best = best_solution(problem)
    key = objective_key(problem, best)
    if key[0] > 0:
        # Somebody is left out in every plan: then a bound says nothing.
        return
    assert bound.why_none in {None, NoBound.NOTHING_TO_SERVE}
    if bound.why_none is not None:
        return
    assert (bound.cost_cents is None) == (problem.objective is not Objective.CENTS)
    assert (bound.distance_m is None) == (problem.objective is Objective.CENTS)
    least = bound.distance_m if bound.cost_cents is None else bound.cost_cents
    assert least <= key[-1]
    if problem.objective is not Objective.DISTANCE:
        # Fewest vehicles: what is best by another measure has at least as many.
        assert bound.vehicles <= len(best.routes)
    fewest = replace(problem, reference=None, objective=Objective.VEHICLES_THEN_DISTANCE)
    fewest_key = objective_key(fewest, best_solution(fewest))
    if fewest_key[0] == 0:
        everybody = lower_bound(fewest)
        assert everybody.vehicles <= fewest_key[1]
        assert everybody.distance_m <= fewest_key[2]


@given(problem=rich_problems(max_shipments=4, max_vehicles=3))
@SETTINGS
def test_no_plan_of_any_mix_of_constraints_is_below_the_bound(problem):
    _require_below(problem, lower_bound(problem))


@given(problem=rich_problems(max_shipments=4, features={"optional", "profiles", "objectives"}))
@SETTINGS
def test_no_plan_is_below_the_bound_where_some_may_be_left_out(problem):
    _require_below(problem, lower_bound(problem))


@given(
    problem=rich_problems(
        max_shipments=5,
        max_vehicles=2,
        features=FEATURES - {"locks", "reference", "time_on_board", "breaks", "unreachable"},
    )
)
@SETTINGS
def test_no_plan_is_below_the_bound_where_most_can_be_served(problem):
    _require_below(problem, lower_bound(problem))


def test_a_single_round_is_its_own_bound(build):
    # From 0 to 2, on to 4 and home: 800 s and 8,000 m at 1 cent each second and 100 cents a km:
    # 800 + 800 cents, and 5 for the vehicle.
    parcel = build.shipment(build.activity(2), build.activity(4))
    problem = build.problem(LINE, [build.vehicle(use=5)], [parcel])
    assert lower_bound(problem) == Bound(vehicles=1, cost_cents=1_605)
    far = replace(problem, objective=Objective.DISTANCE)
    assert lower_bound(far) == Bound(vehicles=1, distance_m=8_000)


def test_who_may_be_left_out_costs_at_most_the_price(build):
    # Serving takes 1,600 cents, see above; leaving out costs 70.
    parcel = build.shipment(build.activity(2), build.activity(4), unserved_cents=70)
    problem = build.problem(LINE, [build.vehicle()], [parcel])
    assert lower_bound(problem) == Bound(vehicles=0, cost_cents=70)


def test_classes_that_must_not_share_a_route_need_a_vehicle_each(build):
    parcels = [
        build.shipment(build.activity(1), build.activity(2), load_class=k % 3) for k in range(6)
    ]
    apart = tuple(
        ClassConflict(first=a, second=b, scope=ConflictScope.ROUTE)
        for a, b in ((0, 1), (1, 2), (0, 2))
    )
    problem = build.problem(LINE, [build.vehicle()] * 6, parcels, conflicts=apart)
    assert lower_bound(problem).vehicles == 3


def test_two_who_are_waited_for_at_once_need_a_vehicle_each(build):
    # Both are picked up between 100 and 110 s, 200 s from one another.
    parcels = [
        build.shipment(build.activity(place, (100, 110)), build.activity(2)) for place in (1, 3)
    ]
    vans = [build.vehicle(start=2, end=2)] * 3
    assert lower_bound(build.problem(LINE, vans, parcels)).vehicles == 2


def test_a_longer_way_over_a_third_place_is_a_way_too(build):
    # No direct way is below 1,000 s, but over place 1 it is 20 s: the windows can be met by one.
    roads = [[0, 10, 1_000], [10, 0, 10], [1_000, 10, 0]]
    parcels = [
        build.shipment(build.activity(0, (0, 0)), build.activity(2)),
        build.shipment(build.activity(1), build.activity(2, (20, 20))),
    ]
    problem = build.problem(roads, [build.vehicle()] * 2, parcels)
    best = best_solution(replace(problem, objective=Objective.VEHICLES_THEN_DISTANCE))
    assert len(best.routes) == 1
    assert lower_bound(problem).vehicles == 1


def test_long_services_need_as_many_vehicles_as_shifts(build):
    # 5 services of 4,000 s at both ends, in shifts of 10,000 s: 40,000 s and some ways.
    parcels = [
        build.shipment(build.activity(0, service_s=4_000), build.activity(1, service_s=4_000))
        for _ in range(5)
    ]
    vans = [build.vehicle(shift=(0, 10_000))] * 9
    assert lower_bound(build.problem(LINE, vans, parcels)).vehicles == 5


def test_where_nothing_can_be_said_a_reason_stands(build):
    parcel = build.shipment(build.activity(0), build.activity(1))
    nobody = build.problem(LINE, [build.vehicle()], [])
    assert lower_bound(nobody) == Bound(why_none=NoBound.NOTHING_TO_SERVE)
    no_vehicle = build.problem(LINE, [], [parcel])
    assert lower_bound(no_vehicle) == Bound(why_none=NoBound.SOMEBODY_IS_LEFT_OUT)
    too_late = build.shipment(build.activity(4, (0, 5)), build.activity(1))
    late = build.problem(LINE, [build.vehicle()], [too_late])
    assert lower_bound(late) == Bound(why_none=NoBound.SOMEBODY_IS_LEFT_OUT)
    many = build.problem(LINE, [build.vehicle()], [parcel] * 601)
    assert lower_bound(many) == Bound(why_none=NoBound.TOO_LARGE)
    dear = build.problem(LINE, [build.vehicle(use=1 << 70)], [parcel])
    assert lower_bound(dear) == Bound(why_none=NoBound.TOO_LARGE)


def test_prices_beyond_exact_doubles_still_give_a_bound(build):
    # Two vehicles at 10^11 cents each, for two who are waited for at once; it may be rounded.
    parcels = [
        build.shipment(build.activity(place, (100, 110)), build.activity(2)) for place in (1, 3)
    ]
    vans = [build.vehicle(start=2, end=2, use=10**11)] * 2
    bound = lower_bound(build.problem(LINE, vans, parcels))
    assert 2 * 10**11 * 0.999 < bound.cost_cents <= 2 * 10**11 + 1_000


def _published(folder):
    with (folder / "pdptw" / "bks.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("size", ["100", "200", "400"])
def test_the_best_known_plans_are_not_below_the_bound(shared_data, size):
    rows = [row for row in _published(shared_data) if row["size"] == size]
    assert len(rows) > 10
    for row in rows if size == "100" else rows[::4]:
        path = shared_data / "pdptw" / row["set"] / f"{row['instance']}.txt"
        instance = read_benchmark(path, Objective.VEHICLES_THEN_DISTANCE)
        bound = lower_bound(instance.problem)
        assert 1 <= bound.vehicles <= int(row["vehicles"]), row
        # Published costs are rounded to a hundredth, ours of a leg to 10^-5.
        assert 0 < bound.distance_m / instance.scale <= float(row["cost"]) + 0.02, row


@pytest.mark.parametrize(
    ("name", "vehicles"), [("lc101", 10), ("lr101", 19)], ids=["lc101", "lr101"]
)
def test_narrow_windows_prove_the_best_known_number_of_vehicles(shared_data, name, vehicles):
    path = shared_data / "pdptw" / "lilim" / f"{name}.txt"
    instance = read_benchmark(path, Objective.VEHICLES_THEN_DISTANCE)
    assert lower_bound(instance.problem).vehicles == vehicles
