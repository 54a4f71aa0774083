"""The independent check: a good plan passes, each rule broken by hand is seen alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from colivraison.domain import (
    Case,
    MatrixTable,
    Plan,
    Position,
    Round,
    Stop,
    TemperatureClass,
    Unserved,
    UnservedCode,
    Weekday,
)
from colivraison.planning import Part, Stopping, ViolationCode, check_plan, plan_week
from colivraison.planning.check.figures import check_new_site_figures
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.roads import RoadNetwork


@pytest.fixture(scope="module")
def good_plan(drawn_network: RoadNetwork) -> Callable[[Case], Plan]:
    plans: dict[Case, Plan] = {}

    def make(case: Case) -> Plan:
        if case not in plans:
            plans[case] = plan_week(case, drawn_network, stopping=Stopping(iterations=50))
        return plans[case]

    return make


def with_round(plan: Plan, change: Callable[[Round], Round]) -> Plan:
    return replace(plan, rounds=(change(plan.rounds[0]), *plan.rounds[1:]))


def with_stop(plan: Plan, k: int, change: Callable[[Stop], Stop]) -> Plan:
    def changed(one: Round) -> Round:
        return replace(one, stops=(*one.stops[:k], change(one.stops[k]), *one.stops[k + 1 :]))

    return with_round(plan, changed)


def shared(plan: Plan) -> list[tuple[ViolationCode, int]]:
    """Violations of the shared rounds; a case changed by hand gets its fingerprint anew."""
    stamped = replace(plan, fingerprint=fingerprint_of(plan.case, plan.fingerprint.territory))
    return [(v.code, v.amount) for v in check_plan(stamped) if v.part is Part.SHARED]


def codes(plan: Plan) -> set[ViolationCode]:
    return {code for code, _ in shared(plan)}


def test_a_plan_of_ours_passes(small_case: Case, good_plan: Callable[[Case], Plan]) -> None:
    assert check_plan(good_plan(small_case)) == ()


def test_a_late_arrival_is_seen(small_case: Case, good_plan: Callable[[Case], Plan]) -> None:
    # The whole round set back so far that S (8:00-12:00) is reached after closing: S is stop 2.
    plan = good_plan(small_case)
    begin_s = plan.rounds[0].stops[2].start_s
    # 4 h and 5 min later: setup 300 s, so handling would begin 600 s after the closing time.
    late_s = 4 * 3600 + 300

    def later(one: Round) -> Round:
        return replace(
            one,
            stops=tuple(
                replace(
                    stop,
                    arrival_s=stop.arrival_s + late_s,
                    start_s=stop.start_s + late_s,
                    departure_s=stop.departure_s + late_s,
                )
                for stop in one.stops
            ),
        )

    found = [v for v in check_plan(with_round(plan, later)) if v.code is ViolationCode.CLOSED]
    closes_s = begin_s + 4 * 3600
    assert (found[0].stop, found[0].amount) == (2, begin_s + late_s + 300 - closes_s)


def test_an_arrival_earlier_than_the_road_allows_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = with_stop(
        good_plan(small_case), 1, lambda stop: replace(stop, arrival_s=stop.arrival_s - 7)
    )
    assert shared(plan) == [(ViolationCode.WRONG_ARRIVAL, -7)]


def test_an_overload_is_seen(small_case: Case, good_plan: Callable[[Case], Plan]) -> None:
    # Twenty crates are on board after B; the van holds 17: three too many, there and nowhere else.
    case = replace(small_case, vehicles=(replace(small_case.vehicles[0], capacity_crates=17),))
    plan = replace(good_plan(small_case), case=case)
    stamped = replace(plan, fingerprint=fingerprint_of(case, plan.fingerprint.territory))
    found = [v for v in check_plan(stamped) if v.part is Part.SHARED]
    assert {v.code for v in found} == {ViolationCode.OVERLOAD_CRATES}
    assert max(v.amount for v in found) == 3
    assert {v.stop for v in found} == {1}


def test_a_pickup_after_its_delivery_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    def swapped(one: Round) -> Round:
        first, second = one.stops[1], one.stops[2]
        return replace(one, stops=(one.stops[0], second, first, *one.stops[3:]))

    plan = with_round(good_plan(small_case), swapped)
    assert ViolationCode.DELIVERED_BEFORE_PICKUP in codes(plan)


def test_a_wrong_temperature_is_seen(small_case: Case, good_plan: Callable[[Case], Plan]) -> None:
    frozen = replace(small_case.orders[0], temperature=TemperatureClass.FROZEN)
    plan = replace(
        good_plan(small_case),
        case=replace(small_case, orders=(frozen, *small_case.orders[1:])),
    )
    assert codes(plan) == {ViolationCode.WRONG_TEMPERATURE}


def test_a_missing_stop_is_seen(small_case: Case, good_plan: Callable[[Case], Plan]) -> None:
    plan = with_round(
        good_plan(small_case),
        lambda one: replace(one, stops=(*one.stops[:3], *one.stops[4:])),
    )
    assert {ViolationCode.MISSING_ORDER, ViolationCode.NOT_DELIVERED} <= codes(plan)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda one: replace(one, cost_cents=one.cost_cents - 1), (ViolationCode.WRONG_COST, -1)),
        (
            lambda one: replace(one, distance_m=one.distance_m + 5),
            (ViolationCode.WRONG_DISTANCE, 5),
        ),
        (
            lambda one: replace(one, duration_s=one.duration_s - 60),
            (ViolationCode.WRONG_DURATION, -60),
        ),
        (lambda one: replace(one, vehicle_id="none"), (ViolationCode.UNKNOWN_VEHICLE, 0)),
    ],
)
def test_a_wrong_figure_of_a_round_is_seen(
    small_case: Case,
    good_plan: Callable[[Case], Plan],
    change: Callable[[Round], Round],
    expected: tuple[ViolationCode, int],
) -> None:
    assert expected in shared(with_round(good_plan(small_case), change))


def test_a_wrong_load_is_seen(small_case: Case, good_plan: Callable[[Case], Plan]) -> None:
    plan = with_stop(good_plan(small_case), 1, lambda stop: replace(stop, load_g=stop.load_g + 1))
    assert shared(plan) == [(ViolationCode.WRONG_LOAD_MASS, 1)]


def test_waiting_without_need_is_seen(small_case: Case, good_plan: Callable[[Case], Plan]) -> None:
    plan = with_stop(
        good_plan(small_case), 3, lambda stop: replace(stop, start_s=stop.start_s + 30)
    )
    assert shared(plan) == [(ViolationCode.WRONG_BEGINNING, 30)]


def test_leaving_before_the_shift_is_seen_with_its_seconds(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    start_s = plan.rounds[0].stops[0].start_s
    van = small_case.vehicles[0]
    (window,) = van.shifts
    # The shift begins 100 s after the round does.
    opens_s = start_s - 3 * 86_400 + 100
    short = replace(van, shifts=(replace(window, opens_s=opens_s),))
    plan = replace(plan, case=replace(small_case, vehicles=(short,)))
    assert shared(plan) == [(ViolationCode.OUTSIDE_SHIFT, 100)]


def test_a_day_that_an_order_does_not_allow_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    friday = replace(small_case.orders[0], days=frozenset({Weekday.FRIDAY}))
    plan = replace(
        good_plan(small_case),
        case=replace(small_case, orders=(friday, *small_case.orders[1:])),
    )
    assert ViolationCode.DAY_NOT_ALLOWED in codes(plan)


def test_one_shift_cannot_hold_two_rounds(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    twice = replace(plan, rounds=(plan.rounds[0], replace(plan.rounds[0], id="2")))
    assert {ViolationCode.SHIFT_USED_TWICE, ViolationCode.HANDLED_TWICE} <= codes(twice)


def test_an_order_listed_as_unserved_and_yet_served_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan], drawn_network: RoadNetwork
) -> None:
    bare = replace(small_case, vehicles=())
    unserved = plan_week(bare, drawn_network, stopping=Stopping(iterations=5)).unserved
    plan = replace(good_plan(small_case), unserved=unserved[:1])
    # There is a van after all: the reason is wrong as well.
    assert codes(plan) == {ViolationCode.SERVED_AND_UNSERVED, ViolationCode.WRONG_REASON}


def test_figures_of_a_suggestion_that_do_not_follow_from_its_rounds_are_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    assert plan.co_delivery is not None
    assert plan.new_site is not None
    boasting = replace(
        plan,
        co_delivery=replace(
            plan.co_delivery, served_before_cents=plan.co_delivery.served_before_cents + 100
        ),
        new_site=replace(plan.new_site, detour_s=plan.new_site.detour_s - 60),
    )
    assert {(v.part, v.code) for v in check_plan(boasting)} == {
        (Part.CO_DELIVERY, ViolationCode.WRONG_FIGURES),
        (Part.NEW_SITE, ViolationCode.WRONG_FIGURES),
    }


def test_the_alone_plan_is_checked_as_well(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    first = plan.alone[0]
    dear = replace(first.rounds[0], cost_cents=first.rounds[0].cost_cents + 500)
    wrong = replace(plan, alone=(replace(first, rounds=(dear,)), *plan.alone[1:]))
    assert (Part.ALONE, ViolationCode.WRONG_COST, 500) in {
        (v.part, v.code, v.amount) for v in check_plan(wrong)
    }


def test_a_matrix_that_differs_from_the_roads_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    table = plan.matrix.by_profile["van"]
    rows = [list(row) for row in table.durations_s]
    rows[0][1] += 60
    other = replace(
        plan.matrix,
        by_profile={
            "van": MatrixTable(
                durations_s=tuple(tuple(row) for row in rows), distances_m=table.distances_m
            )
        },
    )
    found = check_plan(plan, other)
    # Told minus derived: the plan counts a minute less.
    assert (ViolationCode.MATRIX_DURATION_DIFFERS, -60) in {(v.code, v.amount) for v in found}


def bare(site_id: str, moment_s: int) -> Stop:
    return Stop(
        site_id=site_id,
        arrival_s=moment_s,
        start_s=moment_s,
        departure_s=moment_s,
        load_g=0,
        load_crates=0,
    )


def first_handling(stop: Stop, **changes: object) -> Stop:
    return replace(stop, handlings=(replace(stop.handlings[0], **changes), *stop.handlings[1:]))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        # The second stop is nowhere in the matrix.
        (
            lambda one: replace(
                one, stops=(one.stops[0], replace(one.stops[1], site_id="?"), *one.stops[2:])
            ),
            ViolationCode.UNKNOWN_SITE,
        ),
        (lambda one: replace(one, stops=one.stops[:1]), ViolationCode.TOO_FEW_STOPS),
        # A halt at A before A itself, for nothing.
        (
            lambda one: replace(one, stops=(bare("A", one.stops[0].start_s), *one.stops)),
            ViolationCode.REPEATED_STOP,
        ),
        # A halt at the end before the end: a way to dodge the setup there.
        (
            lambda one: replace(one, stops=(*one.stops, bare("A", one.stops[-1].departure_s))),
            ViolationCode.REPEATED_STOP,
        ),
        (lambda one: replace(one, stops=one.stops[1:]), ViolationCode.WRONG_START),
        (lambda one: replace(one, stops=one.stops[:-1]), ViolationCode.WRONG_END),
        (
            lambda one: replace(
                one,
                stops=(
                    *one.stops[:2],
                    replace(one.stops[2], departure_s=one.stops[2].departure_s + 60),
                    *one.stops[3:],
                ),
            ),
            ViolationCode.WRONG_DEPARTURE,
        ),
        (lambda one: replace(one, day=one.day.replace(day=27)), ViolationCode.WRONG_DAY),
        # Crates of S handed over at M, and those of M at S.
        (
            lambda one: replace(
                one,
                stops=(
                    *one.stops[:2],
                    replace(one.stops[2], handlings=one.stops[3].handlings),
                    replace(one.stops[3], handlings=one.stops[2].handlings),
                    one.stops[4],
                ),
            ),
            ViolationCode.WRONG_PLACE,
        ),
        # B's crates are delivered though nobody went to fetch them.
        (
            lambda one: replace(
                one, stops=(one.stops[0], replace(one.stops[1], handlings=()), *one.stops[2:])
            ),
            ViolationCode.NOT_PICKED_UP,
        ),
        (
            lambda one: replace(
                one,
                stops=(
                    one.stops[0],
                    first_handling(one.stops[1], order_ids=("nobody's",)),
                    *one.stops[2:],
                ),
            ),
            ViolationCode.UNKNOWN_ORDER,
        ),
    ],
)
def test_a_round_out_of_order_is_seen(
    small_case: Case,
    good_plan: Callable[[Case], Plan],
    change: Callable[[Round], Round],
    code: ViolationCode,
) -> None:
    assert code in codes(with_round(good_plan(small_case), change))


def test_an_overload_by_weight_is_seen_in_grams(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    # Twenty crates of 8 kg are 160 kg; the van takes 159.
    light = replace(small_case.vehicles[0], capacity_g=159_000)
    plan = replace(good_plan(small_case), case=replace(small_case, vehicles=(light,)))
    assert (ViolationCode.OVERLOAD_MASS, 1_000) in shared(plan)


def test_a_wrong_number_of_crates_on_board_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = with_stop(
        good_plan(small_case), 1, lambda stop: replace(stop, load_crates=stop.load_crates - 2)
    )
    assert shared(plan) == [(ViolationCode.WRONG_LOAD_CRATES, -2)]


def test_two_rounds_of_one_name_are_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    assert ViolationCode.DUPLICATE_ROUND in codes(replace(plan, rounds=plan.rounds * 2))


def test_a_leg_without_a_road_is_seen(small_case: Case, good_plan: Callable[[Case], Plan]) -> None:
    plan = good_plan(small_case)
    size = len(plan.matrix.ids)
    nothing = tuple(tuple(0 if i == j else -1 for j in range(size)) for i in range(size))
    cut = replace(
        plan.matrix, by_profile={"van": MatrixTable(durations_s=nothing, distances_m=nothing)}
    )
    assert ViolationCode.NO_ROAD in codes(replace(plan, matrix=cut))


def test_a_profile_without_a_table_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    bike = replace(small_case.vehicles[0], profile="bike")
    plan = replace(plan, case=replace(small_case, vehicles=(bike,)))
    assert ViolationCode.UNKNOWN_PROFILE in codes(plan)


def test_a_distance_that_differs_from_the_roads_is_told_in_metres(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    table = plan.matrix.by_profile["van"]
    rows = [list(row) for row in table.distances_m]
    rows[1][0] -= 500
    other = replace(
        plan.matrix,
        by_profile={
            "van": MatrixTable(
                durations_s=table.durations_s, distances_m=tuple(tuple(row) for row in rows)
            )
        },
    )
    assert (ViolationCode.MATRIX_DISTANCE_DIFFERS, 500, "m") in {
        (v.code, v.amount, v.unit) for v in check_plan(plan, other)
    }


def lie_about_lent_van(plan: Plan, **changes: object) -> Plan:
    (first, second) = plan.alone
    (lent,) = second.vehicles
    return replace(plan, alone=(first, replace(second, vehicles=(replace(lent, **changes),))))


@pytest.mark.parametrize(
    "changes",
    [
        {"cents_per_km": 500},  # ten times the price: alone looks dear
        {"assumed": False},
        {"id": "van-A"},  # hides a van that exists
        {"capacity_crates": 1_000},
        {"temperatures": frozenset(TemperatureClass)},
    ],
)
def test_a_lent_van_that_is_not_the_reference_van_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan], changes: dict[str, object]
) -> None:
    plan = lie_about_lent_van(good_plan(small_case), **changes)
    assert ViolationCode.WRONG_LENT_VAN in {v.code for v in check_plan(plan)}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_everyone_who_sells_stands_once_in_the_comparison(
    small_case: Case, good_plan: Callable[[Case], Plan], count: int
) -> None:
    plan = good_plan(small_case)
    entries = (*plan.alone, plan.alone[0])[:count]
    assert ViolationCode.WRONG_ALONE in {v.code for v in check_plan(replace(plan, alone=entries))}


@pytest.mark.parametrize(
    "changes",
    [
        {"order_ids": ()},
        {"site_ids": ("S",)},
        {"payment_cents": 0},
        {"vehicles": ()},
    ],
)
def test_a_co_delivery_that_says_other_than_its_rounds_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan], changes: dict[str, object]
) -> None:
    plan = good_plan(small_case)
    assert plan.co_delivery is not None
    wrong = replace(plan, co_delivery=replace(plan.co_delivery, **changes))
    assert (Part.CO_DELIVERY, ViolationCode.WRONG_FIGURES) in {
        (v.part, v.code) for v in check_plan(wrong)
    }


def test_a_new_point_on_another_day_than_its_round_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    assert plan.new_site is not None
    other = replace(plan.new_site.round, day=plan.new_site.round.day.replace(day=27))
    wrong = replace(plan, new_site=replace(plan.new_site, round=other))
    assert (Part.NEW_SITE, ViolationCode.WRONG_FIGURES) in {
        (v.part, v.code) for v in check_plan(wrong)
    }


def test_an_order_left_beside_an_idle_van_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    # Nothing planned at all: the van could have taken each of the four by itself.
    lazy = replace(
        good_plan(small_case),
        rounds=(),
        new_site=None,
        unserved=tuple(
            Unserved(order_id=order.id, code=UnservedCode.NO_ROOM_LEFT)
            for order in small_case.orders
        ),
    )
    assert [code for code, _ in shared(lazy)] == [ViolationCode.ROOM_LEFT] * 4


@pytest.mark.parametrize("code", [c for c in UnservedCode if c is not UnservedCode.NO_ROOM_LEFT])
def test_a_reason_that_does_not_follow_from_the_case_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan], code: UnservedCode
) -> None:
    plan = good_plan(small_case)
    wrong = replace(plan, unserved=(Unserved(order_id="a1", code=code),))
    assert ViolationCode.WRONG_REASON in codes(wrong)


def test_an_order_listed_twice_as_unserved_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    once = Unserved(order_id="a1", code=UnservedCode.NO_ROOM_LEFT)
    plan = replace(good_plan(small_case), unserved=(once, once))
    assert ViolationCode.UNSERVED_TWICE in codes(plan)


def test_a_round_that_carries_nothing_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    def emptied(one: Round) -> Round:
        return replace(one, stops=tuple(replace(stop, handlings=()) for stop in one.stops))

    assert ViolationCode.EMPTY_ROUND in codes(with_round(good_plan(small_case), emptied))


@pytest.mark.parametrize(
    "change",
    [
        lambda legs: legs[:-1],
        lambda legs: tuple(reversed(legs)),
        lambda legs: (legs[0][:1] * 2, *legs[1:]),
        lambda legs: ((), *legs[1:]),
    ],
)
def test_a_drawing_that_does_not_join_the_stops_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan], change: Callable
) -> None:
    plan = with_round(good_plan(small_case), lambda one: replace(one, legs=change(one.legs)))
    assert codes(plan) == {ViolationCode.WRONG_LEGS}


def test_a_place_moved_without_its_roads_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    assert plan.new_site is not None
    in_paris = replace(plan.new_site.site, position=Position(lat=48.85, lon=2.35))
    moved = replace(plan, new_site=replace(plan.new_site, site=in_paris))
    assert ViolationCode.TOO_SHORT in {v.code for v in check_plan(moved)}


def test_a_new_point_without_its_trial_drop_is_seen(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    plan = good_plan(small_case)
    assert plan.new_site is not None
    base = plan.rounds[0]
    nothing = replace(plan.new_site, orders=(), round=base, detour_s=0, detour_m=0, detour_cents=0)
    assert (Part.NEW_SITE, ViolationCode.WRONG_FIGURES) in {
        (v.part, v.code) for v in check_plan(replace(plan, new_site=nothing))
    }


def test_a_detour_may_take_longer_on_a_shorter_way(
    small_case: Case, good_plan: Callable[[Case], Plan]
) -> None:
    # Seen on the demonstration territory of seed 12: 820 s and 2.68 EUR more, 117 m less.
    plan = good_plan(small_case)
    new, base = plan.new_site, plan.rounds[0]
    assert new is not None
    shorter = replace(
        new,
        round=replace(new.round, distance_m=base.distance_m - 117),
        detour_m=-117,
    )
    assert check_new_site_figures(shorter, base, small_case.settings) == []
    assert check_new_site_figures(replace(shorter, detour_m=0), base, small_case.settings)
