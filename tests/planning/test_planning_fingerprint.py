"""The fingerprint of a plan: what it is of, and that a false one is seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import drawn

from colivraison.domain import Case, DatedHours, SchoolZone
from colivraison.planning import Stopping, ViolationCode, check_plan, plan_week
from colivraison.planning.fingerprint import case_digest
from colivraison.roads import RoadNetwork

MONDAY = dt.date(2026, 11, 23)


def test_a_digest_is_of_what_is_given(small_case: Case) -> None:
    digest = case_digest(small_case)
    # Said or left out, a default is the same; anything else is another case.
    site = small_case.sites[0]
    assert case_digest(replace(small_case, sites=(replace(site), small_case.sites[1]))) == digest
    for changed in (
        replace(site, setup_s=site.setup_s + 1),
        replace(site, school_zone=SchoolZone.A),
        replace(site, windows=site.windows[::-1] + site.windows),
        replace(site, dated_hours=(DatedHours(first_date=MONDAY, last_date=MONDAY),)),
    ):
        assert case_digest(replace(small_case, sites=(changed, small_case.sites[1]))) != digest
    vans = (replace(small_case.vehicles[0], shifts=(drawn.hours(6, 13),)),)
    assert case_digest(replace(small_case, vehicles=vans)) != digest


def test_a_false_fingerprint_is_seen(small_case: Case, drawn_network: RoadNetwork) -> None:
    plan = plan_week(small_case, drawn_network, stopping=Stopping(iterations=50))
    false = replace(plan, fingerprint=replace(plan.fingerprint, case="0" * 64))
    assert {v.code for v in check_plan(false)} == {ViolationCode.WRONG_FINGERPRINT}
