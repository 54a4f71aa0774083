"""Drivers apart from vans: obeyed by the planner at a cost, seen by retime and the check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import drawn
import pytest
import random_weeks

from colivraison.domain import (
    Case,
    DatedHours,
    Driver,
    MatrixTable,
    Plan,
    Round,
    TravelMatrix,
    Unserved,
    UnservedCode,
    Week,
    Weekday,
)
from colivraison.errors import InputError
from colivraison.interchange import ExplanationReport
from colivraison.pdptw import BACKENDS, Stopping
from colivraison.planning import (
    Keep,
    LeftOut,
    Lift,
    Part,
    Rule,
    Violation,
    ViolationCode,
    check_plan,
    explain,
    replan,
    retime,
    suggest_insertions,
    with_insertion,
)
from colivraison.planning.contradictions import contradictions
from colivraison.planning.fingerprint import case_digest, fingerprint_of
from colivraison.planning.known_plan import known_plan
from colivraison.planning.solving import Solver
from colivraison.planning.van_days import exclusive_van_days, van_days_of
from colivraison.roads import RoadNetwork
from colivraison.texts import LANGUAGES, Texts

Planned = Callable[[Case], Plan]
FRIDAY = Weekday.FRIDAY


def driver(name: str = "lea", opens: float = 6, closes: float = 14, **changes: object) -> Driver:
    values: dict[str, object] = {"shifts": (drawn.hours(opens, closes),), **changes}
    return Driver(id=name, name=name.title(), **values)


def two_vans(case: Case) -> Case:
    """Ten crates a van, twenty to bring until 8:18: no van does it twice."""
    small = {"capacity_crates": 10}
    vans = (drawn.van(**small), drawn.van("van-B", "B", **small))
    sites = tuple(replace(site, windows=(drawn.hours(8, 8.3),)) for site in case.sites)
    return replace(case, vehicles=vans, sites=sites)


def left_out(plan: Plan) -> dict[str, UnservedCode]:
    return {one.order_id: one.code for one in plan.unserved}


def driven(plan: Plan) -> list[tuple[str, str]]:
    return sorted((one.vehicle_id, one.driver_id) for one in plan.rounds)


def cost_cents(plan: Plan) -> int:
    return sum(one.cost_cents for one in plan.rounds)


# --- obeyed at a cost


def test_one_driver_for_two_vans_leaves_one_at_home(small_case: Case, planned: Planned) -> None:
    case = two_vans(small_case)
    assert driven(planned(case)) == [("van-A", ""), ("van-B", "")]
    assert left_out(planned(case)) == {}
    one = planned(replace(case, drivers=(driver(),)))
    assert len(one.rounds) == 1
    assert list(left_out(one).values()) == [UnservedCode.NO_ROOM_LEFT] * 2
    both = planned(replace(case, drivers=(driver(), driver("noe"))))
    assert {name for _, name in driven(both)} == {"lea", "noe"}
    assert left_out(both) == {}


def test_on_two_days_one_driver_drives_both_vans(small_case: Case, planned: Planned) -> None:
    case = two_vans(small_case)
    days = (drawn.hours(6, 14), drawn.hours(6, 14, FRIDAY))
    open_ = (drawn.hours(8, 8.3), drawn.hours(8, 8.3, FRIDAY))
    case = replace(
        case,
        vehicles=tuple(replace(van, shifts=days) for van in case.vehicles),
        sites=tuple(replace(site, windows=open_) for site in case.sites),
    )
    plan = planned(replace(case, drivers=(driver(shifts=days),)))
    assert left_out(plan) == {}
    assert len({one.day for one in plan.rounds}) == len(plan.rounds) == 2


def test_shifts_of_one_day_that_only_touch_are_both_driven(
    small_case: Case, planned: Planned
) -> None:
    # One van before ten, the other after.
    case = two_vans(small_case)
    early, late = case.vehicles
    twice = (drawn.hours(8, 8.3), drawn.hours(11, 11.3))
    case = replace(
        case,
        sites=tuple(replace(site, windows=twice) for site in case.sites),
        vehicles=(
            replace(early, shifts=(drawn.hours(6, 10),)),
            replace(late, shifts=(drawn.hours(10, 14),)),
        ),
        drivers=(driver(),),
    )
    assert driven(planned(case)) == [("van-A", "lea"), ("van-B", "lea")]
    assert left_out(planned(case)) == {}


def test_the_cheap_van_stays_where_nobody_may_drive_it(small_case: Case, planned: Planned) -> None:
    dear = drawn.van("van-B", "B", cents_per_use=5_000)
    case = replace(small_case, vehicles=(*small_case.vehicles, dear))
    free = planned(case)
    assert driven(free) == [("van-A", "")]
    # Whoever may drive A's van is free on Friday alone, when all is closed.
    friday = driver("noe", shifts=(drawn.hours(6, 14, FRIDAY),))
    both_days = (drawn.hours(6, 14), drawn.hours(6, 14, FRIDAY))
    cheap = replace(case.vehicles[0], shifts=both_days)
    bound = planned(
        replace(
            case,
            vehicles=(cheap, dear),
            drivers=(driver(vehicles=frozenset({"van-B"})), friday),
        )
    )
    assert driven(bound) == [("van-B", "lea")]
    assert cost_cents(bound) >= cost_cents(free) + 5_000


# One kilometre is a minute.  A's van loads a1 at home (5 crates, 100 s), drives 4 km (240 s), sets
# up at S (300 s) and unloads (100 s), and is home 240 s later: open from 8:00, it is back at
# 8:10:40 at the earliest.
BACK_H = 8 + (300 + 100 + 240) / 3_600


def by_hand(case: Case, backend: str = "native") -> Plan:
    """A plan of the shared rounds alone, on a road of a minute a kilometre."""
    sites = list(case.places.values())
    km = [round(site.position.lon / drawn.KM) for site in sites]
    metres = tuple(tuple(1_000 * abs(one - other) for other in km) for one in km)
    seconds = tuple(tuple(m * 60 // 1_000 for m in row) for row in metres)
    table = MatrixTable(durations_s=seconds, distances_m=metres)
    matrix = TravelMatrix(ids=tuple(site.id for site in sites), by_profile={"van": table})
    solver = Solver(case=case, matrix=matrix, backend=BACKENDS[backend], seed=1, threads=1)
    found = solver(
        vehicles=case.vehicles,
        orders=case.orders,
        drivers=case.drivers or None,
        stopping=Stopping(iterations=100),
    )
    return Plan(
        case=case,
        fingerprint=fingerprint_of(case, "a road"),
        seed=1,
        iterations=100,
        time_limit_s=None,
        rounds=found.rounds,
        unserved=found.unserved,
        matrix=matrix,
    )


def broken(plan: Plan) -> list[Violation]:
    """What breaks of the shared rounds; nobody was planned alone."""
    return [one for one in check_plan(plan) if one.part is Part.SHARED]


@pytest.fixture
def one_order(small_case: Case) -> Case:
    return replace(small_case, orders=small_case.orders[:1])


@pytest.mark.parametrize("backend", BACKENDS)
def test_hours_are_kept_to_the_second(one_order: Case, backend: str) -> None:
    just = by_hand(replace(one_order, drivers=(driver(closes=BACK_H + 0.1 / 3_600),)), backend)
    assert broken(just) == []
    (one,) = just.rounds
    assert (one.driver_id, one.stops[-1].departure_s % 86_400) == ("lea", 8 * 3_600 + 640)
    # A second less, and nobody drives a van that could.
    late = by_hand(replace(one_order, drivers=(driver(closes=BACK_H - 0.5 / 3_600),)), backend)
    assert left_out(late) == {"a1": UnservedCode.NO_DRIVER}
    # Nor where the hours never meet those of the shop.
    never = by_hand(replace(one_order, drivers=(driver(closes=7),)), backend)
    assert left_out(never) == {"a1": UnservedCode.NO_DRIVER}
    assert broken(late) == broken(never) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_search_lets_one_driver_drive_once(small_case: Case, backend: str) -> None:
    case = replace(two_vans(small_case), drivers=(driver(),))
    plan = by_hand(case, backend)
    assert broken(plan) == []
    assert len(plan.rounds) == 1


def test_everyone_alone_drives_as_ever(small_case: Case, planned: Planned) -> None:
    free = planned(small_case)
    bound = planned(replace(small_case, drivers=(driver(),)))
    assert [one.driver_id for one in bound.rounds] == ["lea"]
    assert bound.alone == free.alone
    assert bound.co_delivery == free.co_delivery


def test_a_new_point_is_tried_with_the_rounds_driver(small_case: Case, planned: Planned) -> None:
    # Twice on duty that day: the round is in the later shift, and so is the trial.
    hours = (drawn.hours(6, 7), drawn.hours(7.5, 12))
    plan = planned(replace(small_case, drivers=(driver("noe", 6, 7), driver(shifts=hours))))
    assert plan.new_site is not None
    assert plan.new_site.round.driver_id == plan.rounds[0].driver_id == "lea"


def test_without_drivers_nothing_changes(small_case: Case) -> None:
    assert case_digest(small_case) == case_digest(replace(small_case, drivers=()))
    assert case_digest(small_case) != case_digest(replace(small_case, drivers=(driver(),)))


# --- each rule alone broken


def both_driven(case: Case) -> Plan:
    plan = by_hand(replace(two_vans(case), drivers=(driver(), driver("noe"))))
    assert len(plan.rounds) == 2
    return plan


def seen(plan: Plan, case: Case | None = None) -> Violation:
    """The one rule that breaks, seen by retime and by the check alike, and told in words."""
    if case is not None:
        plan = replace(plan, case=case, fingerprint=fingerprint_of(case, "a road"))
    (found,) = [one for one in retime(plan).violations if one.part is Part.SHARED]
    assert [one.code for one in broken(plan)] == [found.code]
    for language in LANGUAGES:
        texts = Texts(language)
        amount = texts.amount(found.amount, found.unit) if found.unit else ""
        assert texts(f"violation.{found.code}", amount=amount, **found.details)
    return found


@pytest.mark.parametrize("driver_id", ["nobody", ""])
def test_a_driver_that_is_none_is_seen(one_order: Case, driver_id: str) -> None:
    plan = by_hand(replace(one_order, drivers=(driver(),)))
    edited = replace(plan, rounds=(replace(plan.rounds[0], driver_id=driver_id),))
    found = seen(edited)
    assert (found.code, found.round_id) == (ViolationCode.UNKNOWN_DRIVER, "1")
    assert found.details == {"driver": driver_id}


def test_a_driver_where_there_are_none_is_seen(one_order: Case) -> None:
    plan = by_hand(one_order)
    edited = replace(plan, rounds=(replace(plan.rounds[0], driver_id="lea"),))
    assert seen(edited).code is ViolationCode.UNKNOWN_DRIVER


def test_who_drives_what_is_not_for_them_is_seen(one_order: Case) -> None:
    case = replace(one_order, vehicles=(*one_order.vehicles, drawn.van("van-B", "B")))
    other = driver("noe", vehicles=frozenset({"van-B"}))
    plan = by_hand(replace(case, drivers=(driver(), other)))
    (one,) = plan.rounds
    assert one.vehicle_id == "van-A"
    found = seen(replace(plan, rounds=(replace(one, driver_id="noe"),)))
    assert found.code is ViolationCode.DRIVER_NOT_ALLOWED
    assert found.details == {"driver": "Noe", "vehicle": "van-A"}


def test_hours_that_are_not_kept_are_seen_to_the_second(one_order: Case) -> None:
    plan = by_hand(replace(one_order, drivers=(driver(),)))
    # On duty until 8:10, back at 8:10:40.
    found = seen(plan, replace(plan.case, drivers=(driver(closes=8 + 600.5 / 3_600),)))
    assert (found.code, found.amount, found.unit) == (ViolationCode.DRIVER_OFF_DUTY, 40, "s")
    # Off duty all day: all of the round, 100 + 240 s before eight and 640 s after.
    off = driver(shifts=(drawn.hours(6, 14, FRIDAY),))
    found = seen(plan, replace(plan.case, drivers=(off,)))
    assert (found.code, found.amount) == (ViolationCode.DRIVER_OFF_DUTY, 980)


def test_two_rounds_at_once_are_seen_with_the_time_of_both(small_case: Case) -> None:
    plan = both_driven(small_case)
    first, last = plan.rounds
    both_s = min(one.stops[-1].departure_s for one in plan.rounds) - max(
        one.stops[0].start_s for one in plan.rounds
    )
    found = seen(replace(plan, rounds=(first, replace(last, driver_id=first.driver_id))))
    assert (found.code, found.unit) == (ViolationCode.DRIVER_TWICE, "s")
    assert found.amount == both_s > 0
    assert found.details["round"] == "1, 2"


def test_a_round_is_timed_while_its_driver_is_on_duty(one_order: Case) -> None:
    plan = by_hand(replace(one_order, drivers=(driver(),)))
    later = driver(opens=9)
    case = replace(plan.case, drivers=(later,))
    again = retime(replace(plan, case=case, fingerprint=fingerprint_of(case, "a road")))
    assert [one for one in again.violations if one.part is Part.SHARED] == []
    assert again.plan.rounds[0].stops[0].start_s % 86_400 == 9 * 3_600


# --- who is left out


def test_a_wrong_reason_is_seen(one_order: Case) -> None:
    plan = by_hand(replace(one_order, drivers=(driver(closes=7),)))
    wrong = tuple(replace(one, code=UnservedCode.NO_COMMON_HOURS) for one in plan.unserved)
    assert [one.code for one in broken(replace(plan, unserved=wrong))] == [
        ViolationCode.WRONG_REASON
    ]


def test_room_is_left_only_where_an_idle_van_meets_an_idle_driver(small_case: Case) -> None:
    plan = both_driven(small_case)
    kept, gone = plan.rounds
    orders = {i for stop in gone.stops for h in stop.handlings for i in h.order_ids}
    without = tuple(
        Unserved(order_id=name, code=UnservedCode.NO_ROOM_LEFT) for name in sorted(orders)
    )
    half = replace(plan, rounds=(kept,), unserved=without)
    assert {one.code for one in broken(half)} == {ViolationCode.ROOM_LEFT}
    # The same with the other driver gone: its van stays, and nobody drives it.
    case = replace(
        plan.case, drivers=tuple(one for one in plan.case.drivers if one.id == kept.driver_id)
    )
    assert broken(replace(half, case=case, fingerprint=fingerprint_of(case, "a road"))) == []


def test_a_van_that_nobody_may_drive_is_told_with_everything_else(small_case: Case) -> None:
    closed = replace(small_case.sites[0], windows=(drawn.hours(8, 12),))
    case = replace(
        two_vans(small_case),
        sites=(replace(closed, dated_hours=drawn_closed(small_case.week)), small_case.sites[1]),
        drivers=(
            driver(vehicles=frozenset({"van-A"})),
            driver("noe", shifts=(drawn.hours(6, 14, FRIDAY),)),
        ),
    )
    faults = contradictions(case)
    assert [(one.code, one.value) for one in faults] == [
        ("never_open", "Point S"),
        ("vehicle_without_driver", "van-B"),
    ]
    assert faults[1].details == {"drivers": 1}
    for language in LANGUAGES:
        assert all(Texts(language).fault(faults[1]))


def drawn_closed(week: Week) -> tuple[DatedHours, ...]:
    return (DatedHours(first_date=week.dates[0], last_date=week.dates[-1], spans=()),)


def test_a_case_whose_drivers_make_no_sense_is_refused(small_case: Case) -> None:
    with pytest.raises(InputError) as caught:
        replace(small_case, drivers=(driver(vehicles=frozenset({"bus"})), driver()))
    assert sorted(fault.code for fault in caught.value.faults) == [
        "duplicate_id",
        "unknown_vehicle",
    ]


# --- a week that stands


def test_a_new_order_finds_a_driver_for_the_van_that_waits(small_case: Case) -> None:
    case = replace(
        two_vans(small_case),
        orders=small_case.orders[:2],
        drivers=(driver(), driver("noe", vehicles=frozenset({"van-B"}))),
    )
    plan = by_hand(case)
    assert driven(plan) == [("van-A", "lea")]
    new = drawn.order("new", "B", "S", 10)
    waits = [one for one in suggest_insertions(plan, new).places if one.before is None]
    assert [(one.round.vehicle_id, one.round.driver_id) for one in waits] == [("van-B", "noe")]
    after = with_insertion(plan, waits[0])
    assert driven(after) == [("van-A", "lea"), ("van-B", "noe")]
    assert broken(after) == []
    # Somebody has given that driver another round since.
    taken = replace(plan.rounds[0], id="9", vehicle_id="van-C", driver_id="noe")
    with pytest.raises(InputError) as caught:
        with_insertion(replace(plan, rounds=(*plan.rounds, taken)), waits[0])
    assert [fault.code for fault in caught.value.faults] == ["insertion_outdated"]


def test_it_is_explained_that_nobody_is_free_to_drive(small_case: Case) -> None:
    plan = by_hand(replace(two_vans(small_case), drivers=(driver(),)))
    (one,) = plan.rounds
    found = explain(plan, plan.unserved[0].order_id)
    assert isinstance(found, LeftOut)
    rules = {shut.vehicle_id: shut.rules for shut in found.obstructions}
    waiting = ({"van-A", "van-B"} - {one.vehicle_id}).pop()
    assert rules[waiting] == (Rule.DRIVER,)
    assert Rule.FULL in rules[one.vehicle_id]
    for language in LANGUAGES:
        assert Texts(language)("explain.rule.driver")


def test_it_is_explained_how_much_longer_somebody_would_have_to_drive(one_order: Case) -> None:
    # On duty until 8:09, back at 8:10:40: five minutes more are enough.
    plan = by_hand(replace(one_order, drivers=(driver(closes=8.15),)))
    found = explain(plan, "a1")
    assert isinstance(found, LeftOut)
    assert found.code is UnservedCode.NO_DRIVER
    later = next(one for one in found.what_ifs if one.lift is Lift.VAN_LATER)
    assert (later.by_s, later.vehicle_id) == (300, "van-A")
    told = " ".join(ExplanationReport(plan.case, Texts("fr")).sentences(found))
    assert "van-A et qui le conduit pouvaient rentrer" in told
    assert "(van-A, Lea)" in told


# --- a week that is planned again


def swapped(plan: Plan) -> Plan:
    """The drivers change vans, as somebody would by hand."""
    first, last = plan.rounds
    rounds = (
        replace(first, driver_id=last.driver_id),
        replace(last, driver_id=first.driver_id),
    )
    return replace(plan, rounds=rounds)


def of_van(plan: Plan, vehicle_id: str) -> Round:
    (one,) = [one for one in plan.rounds if one.vehicle_id == vehicle_id]
    return one


@pytest.mark.parametrize("keep", [Keep.ALL, Keep.ROUNDS, Keep.DRIVERS])
def test_whoever_drives_a_van_goes_on_driving_it(
    small_case: Case, planned: Planned, drawn_network: RoadNetwork, keep: Keep
) -> None:
    case = replace(two_vans(small_case), drivers=(driver(), driver("noe")))
    plan = planned(case)
    stopping = Stopping(iterations=50)
    for known in (plan, swapped(plan)):
        after = replan(known, case, drawn_network, keep=keep, stopping=stopping).plan
        assert driven(after) == driven(known)
    # One of them is away: the other one drives one van, its own where rounds are kept.
    away = replace(case, drivers=case.drivers[:1])
    alone = replan(plan, away, drawn_network, keep=keep, stopping=stopping).plan
    assert [one.driver_id for one in alone.rounds] == ["lea"]
    if keep is Keep.ROUNDS:
        assert driven(alone) == [pair for pair in driven(plan) if pair[1] == "lea"]
    # Somebody new comes instead.
    instead = replace(case, drivers=(case.drivers[0], driver("zoe")))
    new = replan(plan, instead, drawn_network, keep=keep, stopping=stopping).plan
    assert len(new.rounds) == 2
    for one in plan.rounds:
        now = of_van(new, one.vehicle_id).driver_id
        assert now == ("lea" if one.driver_id == "lea" else "zoe")


@pytest.mark.parametrize("seed", range(12))
def test_what_nothing_happened_to_keeps_its_drivers_in_any_week(seed: int) -> None:
    plan, order = random_weeks.random_plan(seed)
    assert retime(plan).plan.rounds == plan.rounds
    solver = Solver(
        case=replace(plan.case, orders=(*plan.case.orders, order)),
        matrix=plan.matrix,
        backend=BACKENDS["native"],
        seed=1,
        threads=1,
    )
    for keep in (Keep.ALL, Keep.DRIVERS, Keep.ROUNDS):
        case = solver.case
        found = solver(
            vehicles=case.vehicles,
            orders=case.orders,
            drivers=case.drivers or None,
            stopping=Stopping(iterations=20),
            known=known_plan(plan, case, keep),
        )
        after = replace(
            plan,
            case=case,
            fingerprint=fingerprint_of(case, "a road"),
            rounds=found.rounds,
            unserved=found.unserved,
        )
        assert broken(after) == []
        assert set(driven(plan)) <= set(driven(after))


# --- van-days


def test_of_which_van_days_at_most_one_is_driven(small_case: Case) -> None:
    vans = (
        drawn.van(shifts=(drawn.hours(6, 10),)),
        drawn.van("van-B", "B", shifts=(drawn.hours(6, 10),)),
        drawn.van("van-C", "B", shifts=(drawn.hours(10, 14),)),
    )
    lea, noe = driver(), driver("noe", 8, 12, vehicles=frozenset({"van-A", "van-C"}))
    found = van_days_of(vans, (lea, noe), small_case.week)
    names = [f"{one.vehicle.id[-1]}{one.driver_id}" for one in found]
    assert names == ["Alea", "Anoe", "Blea", "Clea", "Cnoe"]
    sets = {frozenset(names[n] for n in one) for one in exclusive_van_days(found)}
    # Each van once on its shift; Lea one van of two before ten; after ten a van each.
    assert sets == {
        frozenset({"Alea", "Anoe"}),
        frozenset({"Clea", "Cnoe"}),
        frozenset({"Alea", "Blea"}),
    }
    assert exclusive_van_days(van_days_of(vans, None, small_case.week)) == ()


def test_a_driver_is_on_duty_some_time() -> None:
    with pytest.raises(ValueError, match="no shift"):
        driver(shifts=())
