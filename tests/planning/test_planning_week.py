"""The whole use case on a drawn territory, with numbers worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from colivraison.domain import Case, Plan, Position, TemperatureClass, UnservedCode, Weekday
from colivraison.errors import InputError
from colivraison.pdptw import Problem, Solution, SolveResult
from colivraison.planning import (
    Stage,
    StageProgress,
    Stopping,
    check_plan,
    compare_with_alone,
    plan_week,
)
from colivraison.roads import RoadNetwork

BRIEF = Stopping(iterations=50)


def plan(case: Case, network: RoadNetwork) -> Plan:
    found = plan_week(case, network, stopping=BRIEF)
    assert check_plan(found) == ()
    return found


def test_one_van_carries_for_both_farms(small_case: Case, drawn_network: RoadNetwork) -> None:
    found = plan(small_case, drawn_network)
    assert found.unserved == ()
    # A at km 0, B at km 2, S at km 4, M at km 5, and back: 10 km, and 10 m off the road at
    # every stop, in and out (A once each way): 8 x 10 m.
    (one,) = found.rounds
    # S and M on the way out or on the way back: the same metres and the same seconds.
    assert [stop.site_id for stop in one.stops] in (
        ["A", "B", "S", "M", "A"],
        ["A", "B", "M", "S", "A"],
    )
    assert one.distance_m == pytest.approx(10_080, abs=15)
    # Work: loading 10 crates at A (200 s), then 300 s + 10 x 20 s at each of B, S and M.
    driving_s = one.duration_s - 200 - 3 * 500
    assert driving_s > 0
    # S opens at 8:00 and the van leaves as late as it can: it waits nowhere.
    assert all(stop.arrival_s == stop.start_s for stop in one.stops)
    # 0.50 EUR/km and 12 EUR/h.
    assert one.cost_cents == round(one.distance_m * 0.05 + one.duration_s / 3)


def test_a_producer_without_a_van_is_lent_one_marked_as_assumed(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    found = plan(small_case, drawn_network)
    by_producer = {alone.producer_id: alone for alone in found.alone}
    assert by_producer["A"].vehicles == ()
    (lent,) = by_producer["B"].vehicles
    assert lent.assumed
    assert lent.start_site_id == "B"
    comparison = compare_with_alone(found)
    assert comparison.comparable
    assert comparison.alone.rounds == 2
    assert comparison.together.rounds == 1
    assert comparison.saving_cents == sum(
        r.cost_cents for alone in found.alone for r in alone.rounds
    ) - sum(r.cost_cents for r in found.rounds)
    assert comparison.saving_cents > 0


def test_the_first_suggestion_says_what_each_gains(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    found = plan(small_case, drawn_network)
    co = found.co_delivery
    assert co is not None
    assert (co.carrier_id, co.served_id) == ("A", "B")
    assert co.order_ids == ("b1", "b2")
    assert co.served_after_cents == 0
    extra = co.carrier_after_cents - co.carrier_before_cents
    saving = co.served_before_cents - extra
    # The served pays the real extra cost and half of what both save; it never loses by it.
    assert co.payment_cents == extra + saving // 2
    assert co.served_before_cents - co.payment_cents >= 0


def test_a_new_point_is_priced_along_the_round(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    found = plan(small_case, drawn_network)
    new = found.new_site
    assert new is not None
    assert new.site.name == "Mairie d'Orvault-les-Prés"
    assert [near.name for near in new.nearby] == ["Orvault-les-Prés"]
    # The town hall is 4.1 km beyond M: 8.2 km there and back, and its own way off the road.
    assert new.detour_m == pytest.approx(8_200 + 67, abs=40)


def test_orders_of_one_pair_become_one_stop_and_one_shipment(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    twice = replace(
        small_case,
        orders=(*small_case.orders, replace(small_case.orders[0], id="a1b")),
    )
    (one,) = plan(twice, drawn_network).rounds
    handlings = [h.order_ids for stop in one.stops for h in stop.handlings]
    assert ("a1", "a1b") in handlings


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        # No van keeps frozen goods.
        ({"temperature": TemperatureClass.FROZEN}, UnservedCode.NO_VEHICLE_TEMPERATURE),
        # 41 crates, the van holds 40.
        ({"crates": 41}, UnservedCode.NO_VEHICLE_CAPACITY),
        # The van drives on Thursdays only.
        ({"days": frozenset({Weekday.SATURDAY})}, UnservedCode.DAYS_NOT_SERVED),
    ],
)
def test_an_order_that_cannot_be_served_is_listed_with_its_reason(
    small_case: Case,
    drawn_network: RoadNetwork,
    changes: dict[str, object],
    code: UnservedCode,
) -> None:
    odd = replace(small_case.orders[0], **changes)
    case = replace(small_case, orders=(odd, *small_case.orders[1:]))
    found = plan(case, drawn_network)
    assert [(u.order_id, u.code) for u in found.unserved] == [("a1", code)]


def test_a_case_without_vans_serves_nobody_and_says_so(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    found = plan(replace(small_case, vehicles=()), drawn_network)
    assert found.rounds == ()
    assert {u.code for u in found.unserved} == {UnservedCode.NO_VEHICLE}
    assert not compare_with_alone(found).comparable


def test_a_case_without_orders_is_an_empty_plan(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    found = plan(replace(small_case, orders=()), drawn_network)
    assert (found.rounds, found.unserved, found.alone) == ((), (), ())
    assert found.co_delivery is None


def test_a_farm_in_the_sea_is_refused(small_case: Case, drawn_network: RoadNetwork) -> None:
    first = small_case.producers[0]
    at_sea = replace(first, farm=replace(first.farm, position=Position(lat=47.1, lon=0.0)))
    case = replace(small_case, producers=(at_sea, small_case.producers[1]))
    with pytest.raises(InputError) as error:
        plan(case, drawn_network)
    assert [fault.code for fault in error.value.faults] == ["far_from_road"]


def test_the_same_seed_and_iterations_give_the_same_plan(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    assert plan(small_case, drawn_network) == plan(small_case, drawn_network)


def test_progress_never_falls_and_ends_at_one(small_case: Case, drawn_network: RoadNetwork) -> None:
    seen: list[StageProgress] = []
    plan_week(small_case, drawn_network, stopping=BRIEF, on_stage=seen.append)
    shares = [progress.share for progress in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {progress.stage for progress in seen} == set(Stage)


def test_an_interruption_reaches_the_caller(small_case: Case, drawn_network: RoadNetwork) -> None:
    def stop(progress: StageProgress) -> None:
        if progress.stage is Stage.ROUNDS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan_week(small_case, drawn_network, stopping=BRIEF, on_stage=stop)


def test_nobody_is_left_out_beside_an_idle_van_however_short_the_search(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    def lazy(problem: Problem, stopping: Stopping, **_: object) -> SolveResult:
        everyone = tuple(range(len(problem.shipments)))
        empty = Solution(routes=(), unassigned=everyone)
        return SolveResult(solution=empty, cost_cents=0, iterations=0)

    # Two vans: two orders ride, one on each; the check accepts that the others found no room.
    vans = (small_case.vehicles[0], replace(small_case.vehicles[0], id="van-2"))
    found = plan_week(
        replace(small_case, vehicles=vans), drawn_network, stopping=BRIEF, backend=lazy
    )
    assert len(found.rounds) == 2
    assert {u.code for u in found.unserved} == {UnservedCode.NO_ROOM_LEFT}
    assert len(found.unserved) == 2


def test_ids_with_the_reserved_sign_are_refused(small_case: Case) -> None:
    odd = replace(small_case.sites[0], id="~new-1")
    with pytest.raises(InputError) as error:
        replace(small_case, sites=(odd, small_case.sites[1]), orders=small_case.orders[1:2])
    assert "reserved_id" in {fault.code for fault in error.value.faults}
