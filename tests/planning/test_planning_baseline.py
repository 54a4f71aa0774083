"""Everyone alone: what is declared, counted by hand, beside each one's own best rounds."""

from __future__ import annotations

from dataclasses import replace

import drawn
import pytest

from colivraison.domain import Case, Plan, Practice, Weekday
from colivraison.errors import InputError
from colivraison.planning import (
    DeclaredPractice,
    Stopping,
    baseline,
    baseline_of,
    compare_with_alone,
    declared_practices,
    plan_week,
)
from colivraison.planning.fingerprint import case_digest
from colivraison.planning.travel import profiles_of, week_roads
from colivraison.roads import RoadNetwork

STOPPING = Stopping(iterations=100)


def with_practices(case: Case, *practices: Practice) -> Case:
    return replace(case, practices=practices)


def declared(case: Case, network: RoadNetwork) -> tuple[DeclaredPractice, ...]:
    places = list(case.places.values())
    roads = week_roads(network, places, profiles_of(case), week=case.week)
    return declared_practices(case, roads.matrix)


def test_what_is_declared_counts_as_declared(small_case: Case, drawn_network: RoadNetwork) -> None:
    # 40 km and 2 h 30 twice a week at 0.50 EUR/km and 12 EUR/h: 2 x (20 + 30) EUR.
    twice = Practice(
        producer_id="A",
        site_ids=("S", "M"),
        days=frozenset({Weekday.TUESDAY, Weekday.THURSDAY}),
        distance_m=40_000,
        duration_s=9_000,
        times_per_100_weeks=200,
    )
    (found,) = declared(with_practices(small_case, twice), drawn_network)
    assert (found.distance_m, found.duration_s, found.cost_cents) == (80_000, 18_000, 10_000)
    assert (found.gco2e, found.rounds_per_100_weeks) == (80 * 285, 200)
    assert (found.computed_m, found.computed_s) == (0, 0)
    assert (found.vehicle_id, found.assumed_van, found.not_visited) == ("van-A", False, ())


def test_every_other_week_is_half_a_round_each_week(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    case = replace(small_case, vehicles=(drawn.van(cents_per_use=300),))
    seldom = Practice(
        producer_id="A", site_ids=("M",), distance_m=30_000, duration_s=3_600,
        times_per_100_weeks=50,
    )  # fmt: skip
    (found,) = declared(with_practices(case, seldom), drawn_network)
    # Half of 3 EUR a use, 15 EUR of road and 12 EUR of work.
    assert (found.distance_m, found.duration_s, found.cost_cents) == (15_000, 1_800, 1_500)
    # A sells at the shop too.
    assert found.not_visited == ("S",)


def test_what_is_not_declared_is_computed_on_the_roads(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    plain = Practice(producer_id="A", site_ids=("S", "M"))
    case = with_practices(small_case, plain)
    (found,) = declared(case, drawn_network)
    roads = week_roads(
        drawn_network, list(case.places.values()), profiles_of(case), week=case.week
    ).matrix
    table, row = roads.by_profile["van"], {name: i for i, name in enumerate(roads.ids)}
    legs = [("A", "S"), ("S", "M"), ("M", "A")]
    assert found.distance_m == sum(table.distances_m[row[a]][row[b]] for a, b in legs)
    assert 9_500 < found.distance_m < 10_500
    driving_s = sum(table.durations_s[row[a]][row[b]] for a, b in legs)
    # Two stops of five minutes; twice five crates loaded and unloaded at 20 s each.
    assert found.duration_s == driving_s + 600 + 2 * 2 * 5 * 20
    assert (found.computed_m, found.computed_s) == (found.distance_m, found.duration_s)
    # Twice as often is twice the road; the goods of the week stay what they are.
    often = replace(plain, times_per_100_weeks=200)
    (twice,) = declared(with_practices(small_case, often), drawn_network)
    assert twice.distance_m == 2 * found.distance_m
    assert twice.duration_s == 2 * (driving_s + 600) + 400
    # The same place in a second round: its goods are handled once.
    (split,) = declared(
        with_practices(
            small_case, replace(plain, site_ids=("S",)), replace(plain, site_ids=("M", "S"))
        ),
        drawn_network,
    )
    ways = [("A", "S"), ("S", "A"), ("A", "M"), ("M", "S"), ("S", "A")]
    ways_s = sum(table.durations_s[row[a]][row[b]] for a, b in ways)
    assert split.duration_s == ways_s + 3 * 300 + 400


def test_who_has_no_van_is_counted_with_the_reference_van(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    practice = Practice(producer_id="B", site_ids=("S",), distance_m=10_000, duration_s=3_600)
    (found,) = declared(with_practices(small_case, practice), drawn_network)
    assert (found.vehicle_id, found.assumed_van) == ("B~ref", True)
    assert found.cost_cents == 500 + 1_200


def test_who_sells_nothing_this_week_may_still_say_the_usual_rounds(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    case = replace(
        small_case,
        orders=tuple(one for one in small_case.orders if one.producer_id == "A"),
        vehicles=tuple(one for one in small_case.vehicles if one.owner_id != "B"),
    )
    (told,) = declared(
        with_practices(case, Practice(producer_id="B", site_ids=("S",))), drawn_network
    )
    assert told.assumed_van


def test_a_place_without_a_road_is_told(small_case: Case, drawn_network: RoadNetwork) -> None:
    case = with_practices(small_case, Practice(producer_id="A", site_ids=("S", "M")))
    places = list(case.places.values())
    matrix = week_roads(drawn_network, places, profiles_of(case), week=case.week).matrix
    table, m = matrix.by_profile["van"], matrix.ids.index("M")
    cut = replace(
        table,
        durations_s=tuple(
            tuple(-1 if m in (i, j) and i != j else x for j, x in enumerate(line))
            for i, line in enumerate(table.durations_s)
        ),
    )
    (found,) = declared_practices(case, replace(matrix, by_profile={"van": cut}))
    assert found.without_road == ("M", "A")


def test_the_three_answers_stand_side_by_side(small_case: Case, drawn_network: RoadNetwork) -> None:
    case = with_practices(
        small_case,
        Practice(producer_id="A", site_ids=("S", "M"), distance_m=40_000, duration_s=9_000),
    )
    plan = plan_week(case, drawn_network, stopping=STOPPING)
    found = baseline(case, drawn_network, stopping=STOPPING, plan=plan)
    a, b = found.members
    assert (a.producer_id, b.producer_id) == ("A", "B")
    assert a.declared is not None
    assert (a.declared.cost_cents, b.declared) == (5_000, None)
    assert not found.everybody_declares
    saving = compare_with_alone(plan)
    # The same searches as in a plan, and so the same rounds.
    assert [m.alone for m in saving.members] == [a.alone, b.alone]
    assert [m.drives for m in saving.members] == [a.together, b.together]
    assert (found.alone, found.together) == (saving.alone, saving.together)
    assert (a.assumed_van, b.assumed_van) == (False, True)
    lonely = baseline(case, drawn_network, stopping=STOPPING)
    assert [m.together for m in lonely.members] == [None, None]
    assert lonely.alone == found.alone


def test_a_plan_holds_the_answer_that_a_search_gives(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    practice = Practice(producer_id="A", site_ids=("S", "M"), distance_m=40_000, duration_s=9_000)
    case = with_practices(small_case, practice)
    plan = plan_week(case, drawn_network, stopping=STOPPING)
    found = baseline_of(plan)
    # The same iterations find the same rounds.
    again = baseline(case, drawn_network, stopping=STOPPING, plan=plan)
    assert found == replace(again, warnings=())
    assert found.declared != ()


def test_a_plan_does_not_depend_on_what_is_declared(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    case = with_practices(small_case, Practice(producer_id="B", site_ids=("M",)))
    with_it = plan_week(case, drawn_network, stopping=STOPPING)
    without: Plan = plan_week(small_case, drawn_network, stopping=STOPPING)
    assert (with_it.rounds, with_it.alone) == (without.rounds, without.alone)
    assert compare_with_alone(with_it) == compare_with_alone(without)
    assert case_digest(case) != case_digest(small_case)


def test_a_practice_of_nobody_or_to_nowhere_is_refused(small_case: Case) -> None:
    with pytest.raises(InputError) as refused:
        with_practices(small_case, Practice(producer_id="Z", site_ids=("M", "nowhere")))
    assert [(f.code, f.value) for f in refused.value.faults] == [
        ("unknown_producer", "Z"),
        ("unknown_site", "nowhere"),
    ]
    with pytest.raises(ValueError, match="at least one place"):
        Practice(producer_id="A", site_ids=())


def test_a_week_that_no_plan_could_serve_is_refused_before_any_search(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    shop, market = small_case.sites
    far = replace(market, position=drawn.at_km(5, north_m=9_000))
    with pytest.raises(InputError) as refused:
        baseline(replace(small_case, sites=(shop, far)), drawn_network, stopping=STOPPING)
    assert [f.code for f in refused.value.faults] == ["far_from_road"]
