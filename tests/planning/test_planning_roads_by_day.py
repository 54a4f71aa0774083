"""Roads that differ between the days of a week: the plan holds on every one of them."""

from __future__ import annotations

import datetime as dt

import drawn
import pytest

from colivraison.pdptw import Stopping
from colivraison.planning import check_plan, plan_week, week_roads
from colivraison.roads import Closure
from colivraison.roads.closures.kinds import Effect

BRIEF = Stopping(iterations=20)
FRIDAY = dt.date(2026, 11, 27)
SLOW_ON_FRIDAY = Closure(
    number=1,
    effect=Effect.SLOWED,
    factor=2.0,
    cap_kmh=None,
    osm_ways=(1,),
    first=FRIDAY,
    last=FRIDAY,
)
SHUT_ON_FRIDAY = Closure(number=1, effect=Effect.CLOSED, osm_ways=(1,), first=FRIDAY, last=FRIDAY)


def test_the_slowest_day_of_the_week_counts_and_is_told(drawn_network, small_case) -> None:
    usual = plan_week(small_case, drawn_network, stopping=BRIEF)
    slow = plan_week(small_case, drawn_network, stopping=BRIEF, closures=[SLOW_ON_FRIDAY])
    ids = usual.matrix.ids
    a, m = ids.index("A"), ids.index("M")
    usual_s = usual.matrix.by_profile["van"].durations_s[a][m]
    slow_s = slow.matrix.by_profile["van"].durations_s[a][m]
    # Both ends stand 10 m beside the road, 3.6 s each at 10 km/h; only the road takes twice as
    # long. Each table is rounded up to a second.
    assert slow_s == pytest.approx(2 * (usual_s - 7.2) + 7.2, abs=2)
    codes = [warning.code for warning in slow.warnings]
    assert codes.count("roads_differ_by_day") == 1
    assert "roads_differ_by_day" not in [warning.code for warning in usual.warnings]


def test_a_plan_holds_with_the_closures_it_was_made_with(drawn_network, small_case) -> None:
    plan = plan_week(small_case, drawn_network, stopping=BRIEF, closures=[SLOW_ON_FRIDAY])
    sites = {**small_case.places}
    if plan.new_site is not None:
        sites[plan.new_site.site.id] = plan.new_site.site
    wanted = [sites[site_id] for site_id in plan.matrix.ids]
    again = week_roads(
        drawn_network, wanted, ["van"], week=small_case.week, closures=[SLOW_ON_FRIDAY]
    ).matrix
    assert check_plan(plan, again) == ()
    assert plan.fingerprint.closures != ""
    without = week_roads(drawn_network, wanted, ["van"], week=small_case.week).matrix
    assert "matrix_duration_differs" in {one.code for one in check_plan(plan, without)}


def test_a_road_shut_on_one_day_is_no_road_for_the_week(drawn_network, small_case) -> None:
    sites = list(small_case.places.values())
    matrix = week_roads(
        drawn_network, sites, ["van"], week=small_case.week, closures=[SHUT_ON_FRIDAY]
    ).matrix
    table = matrix.by_profile["van"].durations_s
    assert {table[i][j] for i in range(len(sites)) for j in range(len(sites)) if i != j} == {-1}


def test_a_closure_of_another_week_changes_nothing(drawn_network, small_case) -> None:
    week_before = drawn.small_case().week
    sites = list(small_case.places.values())
    later = Closure(
        number=1,
        effect=Effect.CLOSED,
        osm_ways=(1,),
        first=FRIDAY + dt.timedelta(days=7),
        last=FRIDAY + dt.timedelta(days=8),
    )
    with_it = week_roads(drawn_network, sites, ["van"], week=week_before, closures=[later])
    assert with_it == week_roads(drawn_network, sites, ["van"], week=week_before)
