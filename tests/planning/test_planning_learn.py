"""Service times from rounds that were driven."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest

from colivraison.domain import Case, Plan
from colivraison.planning import (
    LearnedPlace,
    LearnOutcome,
    Stopping,
    Visit,
    learn,
    plan_week,
    with_planned_crates,
)
from colivraison.roads import RoadNetwork

THURSDAY = dt.date(2026, 10, 8)
NINE_S = 9 * 3600


def visit(crates: int | None, worked_s: int, **more: object) -> Visit:
    values: dict[str, object] = {"site_id": "S", "date": THURSDAY, "arrival_s": NINE_S} | more
    arrival_s = values["arrival_s"]
    assert isinstance(arrival_s, int)
    return Visit(crates=crates, departure_s=arrival_s + worked_s, **values)


def taught(case: Case, visits: list[Visit], at_least: int = 5) -> LearnedPlace:
    learned = learn(case, visits, at_least=at_least)
    (place,) = learned.places
    site = learned.case.places[place.site_id]
    assert (site.setup_s, site.service_s_per_crate) == (
        place.setup_after_s,
        place.per_crate_after_s,
    )
    return place


def test_setup_and_seconds_per_crate_are_told_apart(small_case: Case) -> None:
    # Four minutes and 30 s a crate, to the second.
    place = taught(small_case, [visit(n, 240 + 30 * n) for n in (1, 2, 4, 8, 16)])
    assert place.outcome is LearnOutcome.LEARNED
    assert (place.setup_before_s, place.per_crate_before_s) == (300, 20)
    assert (place.setup_after_s, place.per_crate_after_s) == (240, 30)
    # Off by |-60 + 10 n|: 50, 40, 20, 20, 100, whose median is 40.
    assert (place.error_before_s, place.error_after_s) == (40, 0)
    assert (place.visits, place.unknown) == (5, 0)


def test_a_quarter_of_nonsense_moves_little(small_case: Case) -> None:
    drawn_numbers = random.Random(5)
    visits = [
        visit(n, 240 + 30 * n + drawn_numbers.randint(-20, 20)) for n in (2, 3, 5, 6, 8, 9, 12, 14)
    ]
    # A lunch, and a departure noted at once.
    visits += [visit(4, 7_200), visit(10, 0)]
    place = taught(small_case, visits)
    assert abs(place.setup_after_s - 240) <= 45
    assert abs(place.per_crate_after_s - 30) <= 5
    assert place.error_before_s is not None
    assert place.error_after_s is not None
    assert place.error_after_s < place.error_before_s


def test_too_few_visits_change_nothing_and_say_so(small_case: Case) -> None:
    visits = [visit(n, 240 + 30 * n) for n in (1, 2, 4, 8)] + [visit(None, 1_000)]
    place = taught(small_case, visits)
    assert place.outcome is LearnOutcome.TOO_FEW
    assert (place.setup_after_s, place.per_crate_after_s) == (300, 20)
    assert (place.visits, place.unknown) == (4, 1)
    assert learn(small_case, visits).case == small_case
    assert taught(small_case, visits, at_least=4).outcome is LearnOutcome.LEARNED
    nothing = taught(small_case, [visit(None, 1_000)])
    assert (nothing.visits, nothing.error_before_s, nothing.error_after_s) == (0, None, None)


def test_amounts_that_are_alike_teach_the_setup_only(small_case: Case) -> None:
    place = taught(small_case, [visit(n, 500) for n in (5, 5, 6, 5, 6)])
    assert place.outcome is LearnOutcome.SETUP_ONLY
    # 500 - 5 x 20, which three of five visits had.
    assert (place.setup_after_s, place.per_crate_after_s) == (400, 20)


def test_nothing_is_negative(small_case: Case) -> None:
    fast = taught(small_case, [visit(n, 10 * n) for n in (1, 2, 4, 8, 16)])
    assert (fast.setup_after_s, fast.per_crate_after_s) == (0, 10)
    # The more, the quicker: a crate takes nothing, the stop what it takes.
    odd = taught(small_case, [visit(n, 600 - 10 * n) for n in (1, 2, 4, 8, 16)])
    assert (odd.setup_after_s, odd.per_crate_after_s) == (560, 0)
    # Known to take 20 s a crate, and to be gone before: no time is left for the setup.
    short = taught(small_case, [visit(10, 60) for _ in range(5)])
    assert (short.setup_after_s, short.per_crate_after_s) == (0, 20)


def test_the_wait_for_an_opening_is_no_work(small_case: Case) -> None:
    # The shop opens at eight: who comes at half past seven works from eight on.
    early = [visit(n, 1_800 + 240 + 30 * n, arrival_s=27_000) for n in (1, 2, 4, 8, 16)]
    place = taught(small_case, early)
    assert (place.setup_after_s, place.per_crate_after_s) == (240, 30)
    # Gone before it opened: somebody was there.
    before = [visit(n, 240 + 30 * n, arrival_s=21_600) for n in (1, 2, 4, 8, 16)]
    assert taught(small_case, before).setup_after_s == 240


def test_a_night_in_which_the_clock_changes_is_as_long_as_it_is(small_case: Case) -> None:
    always = replace(small_case, sites=tuple(replace(s, windows=()) for s in small_case.sites))
    # From 1:50 to 3:10 on 25 October: the hour from two to three comes twice.
    night = [
        Visit(site_id="S", date=dt.date(2026, 10, 25), crates=1,
              arrival_s=6_600, departure_s=11_400)
    ]  # fmt: skip
    place = taught(always, night, at_least=1)
    assert place.outcome is LearnOutcome.SETUP_ONLY
    assert place.setup_after_s == 4_800 + 3_600 - 20


def test_farms_learn_too_and_other_places_are_left_out(small_case: Case) -> None:
    visits = [visit(n, 100 + 15 * n, site_id="B") for n in (1, 2, 3, 4, 5)]
    learned = learn(small_case, [*visits, visit(3, 100, site_id="elsewhere")])
    assert [place.site_id for place in learned.places] == ["B"]
    assert learned.case.producers[1].farm.setup_s == 100
    assert learned.case.producers[0] == small_case.producers[0]
    assert learned.case.sites == small_case.sites


def test_crates_come_from_the_plan_where_nobody_noted_them(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    plan: Plan = plan_week(small_case, drawn_network, stopping=Stopping(iterations=50))
    day = dt.date(2026, 11, 26)
    told = [
        visit(None, 500, date=day),
        visit(3, 500, date=day),
        visit(None, 500, date=day, round="VAN-A"),
        visit(None, 500, date=day, round="another"),
        visit(None, 500),
        visit(None, 500, date=day, site_id="B"),
        # Where the round begins.
        visit(None, 500, date=day, site_id="A"),
    ]
    found = with_planned_crates(told, [plan])
    assert [one.crates for one in found] == [10, 3, 10, None, None, 10, None]
    # Two plans of one day: which of the stops it was is not known.
    assert with_planned_crates(told[:1], [plan, plan])[0].crates is None


@pytest.mark.parametrize(
    "wrong", [{"arrival_s": 10, "departure_s": 9}, {"arrival_s": 1, "departure_s": 9, "crates": -1}]
)
def test_a_visit_that_cannot_be_does_not_exist(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"S, 2026"):
        Visit(site_id="S", date=THURSDAY, **wrong)


def test_what_was_learned_moves_the_plan(small_case: Case, drawn_network: RoadNetwork) -> None:
    slow = learn(small_case, [visit(n, 900 + 60 * n) for n in (1, 2, 4, 8, 16)]).case
    before = plan_week(small_case, drawn_network, stopping=Stopping(iterations=50))
    after = plan_week(slow, drawn_network, stopping=Stopping(iterations=50))
    # Ten minutes more of setup and 40 s for each of ten crates.
    assert sum(r.duration_s for r in after.rounds) - sum(r.duration_s for r in before.rounds) == (
        600 + 400
    )
