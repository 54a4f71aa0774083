"""Dates with other hours and holidays: obeyed by the planner at a cost, seen by the check."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import drawn
import pytest

from colivraison.domain import (
    Case,
    ClockSpan,
    DatedHours,
    DayWindow,
    Plan,
    PublicHolidays,
    SchoolZone,
    Site,
    UnservedCode,
    Week,
    Weekday,
)
from colivraison.errors import InputError
from colivraison.planning import Stopping, ViolationCode, check_plan, plan_week
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.roads import RoadNetwork
from colivraison.texts import LANGUAGES, Texts

THURSDAY, FRIDAY = Weekday.THURSDAY, Weekday.FRIDAY
MORNINGS = (drawn.hours(8, 12, THURSDAY), drawn.hours(8, 12, FRIDAY))


def two_days(case: Case) -> Case:
    """The small case with the van and both points on Thursday and Friday mornings."""
    return replace(
        case,
        vehicles=(replace(case.vehicles[0], shifts=MORNINGS),),
        sites=tuple(replace(site, windows=MORNINGS) for site in case.sites),
    )


def with_shop(case: Case, **changes: object) -> Case:
    shop, market = case.sites
    return replace(case, sites=(replace(shop, **changes), market))


def closed(day: dt.date) -> tuple[DatedHours, ...]:
    return (DatedHours(first_date=day, last_date=day),)


def planned(case: Case, network: RoadNetwork) -> Plan:
    plan = plan_week(case, network, stopping=Stopping(iterations=50))
    assert check_plan(plan) == ()
    return plan


def cost_cents(plan: Plan) -> int:
    return sum(one.cost_cents for one in plan.rounds)


def days_at(plan: Plan, site_id: str) -> set[dt.date]:
    week = plan.case.week
    return {
        week.moment(stop.start_s).date()
        for one in plan.rounds
        for stop in one.stops
        if stop.site_id == site_id and stop.handlings
    }


def test_a_closed_date_costs_a_second_round(small_case: Case, drawn_network: RoadNetwork) -> None:
    free = planned(two_days(small_case), drawn_network)
    assert len(free.rounds) == 1
    # The shop is closed on Thursday 26, the market on Friday 27: one round cannot serve both.
    shop, market = two_days(small_case).sites
    case = replace(
        two_days(small_case),
        sites=(
            replace(shop, dated_hours=closed(dt.date(2026, 11, 26))),
            replace(market, dated_hours=closed(dt.date(2026, 11, 27))),
        ),
    )
    bound = planned(case, drawn_network)
    assert bound.unserved == ()
    assert days_at(bound, "S") == {dt.date(2026, 11, 27)}
    assert days_at(bound, "M") == {dt.date(2026, 11, 26)}
    assert cost_cents(bound) > cost_cents(free)


@pytest.mark.parametrize(
    ("first_date", "changes", "day"),
    [
        # Christmas 2026 is the Friday.
        (
            dt.date(2026, 12, 21),
            {"closed_public_holidays": PublicHolidays.FRANCE},
            dt.date(2026, 12, 24),
        ),
        # Zone A has holidays from Saturday 17 October to
        # Sunday 1 November 2026; open only on the Friday that the shop names itself.
        (
            dt.date(2026, 10, 19),
            {
                "school_zone": SchoolZone.A,
                "dated_hours": (
                    DatedHours(
                        first_date=dt.date(2026, 10, 23),
                        last_date=dt.date(2026, 10, 23),
                        spans=(ClockSpan(opens_s=9 * 3600, closes_s=11 * 3600),),
                    ),
                ),
            },
            dt.date(2026, 10, 23),
        ),
    ],
)
def test_holidays_choose_the_day(
    small_case: Case,
    drawn_network: RoadNetwork,
    first_date: dt.date,
    changes: dict[str, object],
    day: dt.date,
) -> None:
    case = with_shop(two_days(small_case), **changes)
    plan = planned(replace(case, week=Week(first_date=first_date)), drawn_network)
    assert plan.unserved == ()
    assert days_at(plan, "S") == {day}


@pytest.mark.parametrize(
    ("shift", "days", "code"),
    [
        # The van drives when the shop (8 to 12 on Thursdays and Fridays) is closed.
        (drawn.hours(13, 18, THURSDAY), frozenset(), UnservedCode.NO_COMMON_HOURS),
        # Friday would do, Saturday is asked for.
        (drawn.hours(6, 14, FRIDAY), frozenset({Weekday.SATURDAY}), UnservedCode.DAYS_NOT_SERVED),
        # Thursday is asked for, and the van drives on Fridays.
        (drawn.hours(6, 14, FRIDAY), frozenset({THURSDAY}), UnservedCode.DAYS_NOT_SERVED),
        (drawn.hours(6, 14, Weekday.MONDAY), frozenset(), UnservedCode.NO_COMMON_DAY),
        # Thursday is common to all, and its hours are not.
        (drawn.hours(13, 18, THURSDAY), frozenset({THURSDAY}), UnservedCode.NO_COMMON_HOURS),
    ],
)
def test_what_keeps_an_order_from_every_van_is_named(
    small_case: Case,
    drawn_network: RoadNetwork,
    shift: DayWindow,
    days: frozenset[Weekday],
    code: UnservedCode,
) -> None:
    case = two_days(small_case)
    odd = replace(case.orders[0], days=days)
    vans = (replace(case.vehicles[0], shifts=(shift,)),)
    plan = planned(replace(case, vehicles=vans, orders=(odd,)), drawn_network)
    assert [u.code for u in plan.unserved] == [code]


def test_goods_wanted_before_the_opening_come_then(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    free = planned(small_case, drawn_network)
    case = with_shop(small_case, arrive_from_s=1_800, arrive_by_s=900)
    plan = planned(case, drawn_network)
    assert plan.unserved == ()
    (begun_s,) = [
        stop.start_s
        for one in plan.rounds
        for stop in one.stops
        if stop.site_id == "S" and stop.handlings
    ]
    # Thursday 7:30 to 7:45; the opening is at 8:00.
    thursday_s = 3 * 86_400
    assert thursday_s + 27_000 <= begun_s <= thursday_s + 27_900
    # The market opens at 8:00 as before: the van waits for it.
    assert cost_cents(plan) > cost_cents(free)
    # A round for the opening hours comes too late.
    stamp = fingerprint_of(case, free.fingerprint.territory)
    found = check_plan(replace(free, case=case, fingerprint=stamp))
    late = [v for v in found if v.code is ViolationCode.CLOSED and v.details["site"] == "S"]
    assert late
    assert late[0].amount > 0


def test_a_round_on_a_closed_date_is_seen(small_case: Case, drawn_network: RoadNetwork) -> None:
    plan = planned(small_case, drawn_network)
    (day,) = days_at(plan, "S")
    case = with_shop(small_case, dated_hours=closed(day))
    stamp = fingerprint_of(case, plan.fingerprint.territory)
    found = check_plan(replace(plan, case=case, fingerprint=stamp, alone=(), co_delivery=None))
    assert {v.code for v in found if v.details.get("site") == "S"} == {ViolationCode.CLOSED}


def test_a_van_in_the_garage_stays_there(small_case: Case, drawn_network: RoadNetwork) -> None:
    (van,) = small_case.vehicles
    case = replace(small_case, vehicles=(replace(van, dated_shifts=closed(dt.date(2026, 11, 26))),))
    plan = planned(case, drawn_network)
    assert plan.rounds == ()
    assert {u.code for u in plan.unserved} == {UnservedCode.NO_VEHICLE}
    # A plan that drives it all the same is out of its shift.
    free = planned(small_case, drawn_network)
    stamp = fingerprint_of(case, free.fingerprint.territory)
    found = check_plan(replace(free, case=case, fingerprint=stamp))
    assert ViolationCode.OUTSIDE_SHIFT in {v.code for v in found}


def test_places_closed_all_week_are_told_together_before_any_search(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    week = small_case.week
    shut = (DatedHours(first_date=week.dates[0], last_date=week.dates[-1]),)
    farm = small_case.producers[0]
    idle = drawn.point("Z", 6)  # closed too, but nothing waits there
    sites: tuple[Site, ...] = (*(replace(s, dated_hours=shut) for s in small_case.sites), idle)
    case = replace(
        small_case,
        producers=(
            replace(farm, farm=replace(farm.farm, dated_hours=shut)),
            small_case.producers[1],
        ),
        sites=(*sites[:2], replace(idle, dated_hours=shut)),
    )
    with pytest.raises(InputError) as caught:
        plan_week(case, drawn_network, stopping=Stopping(iterations=50))
    # The points open on Thursdays only; the farm is open at any time, and so closed for seven days.
    assert [
        (f.code, f.value, f.details["orders"], f.details["dated_hours"])
        for f in caught.value.faults
    ] == [
        ("never_open", "Ferme A", 2, 7),
        ("never_open", "Point S", 2, 1),
        ("never_open", "Point M", 2, 1),
    ]
    for language in LANGUAGES:
        for fault in caught.value.faults:
            assert all(Texts(language).fault(fault))
