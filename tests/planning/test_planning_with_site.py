"""A place that the plan did not know joins it with its ways, on the plan's own roads."""

from __future__ import annotations

from dataclasses import replace

import drawn
import pytest

from colivraison.domain import Plan, Position, Site
from colivraison.errors import InputError
from colivraison.planning import (
    Stopping,
    check_plan,
    plan_week,
    suggest_insertions,
    with_insertion,
    with_site,
)
from colivraison.roads import Closure, RoadNetwork
from colivraison.roads.closures.kinds import Effect

# A home four and a half kilometres out, between the shop and the market.
HOME = drawn.point("H", 4.5, drawn.hours(8, 12))
CLOSED = Closure(number=1, effect=Effect.CLOSED, osm_ways=(99,))


@pytest.fixture(scope="module")
def plan(drawn_network: RoadNetwork) -> Plan:
    return plan_week(drawn.small_case(), drawn_network, stopping=Stopping(iterations=50))


def test_a_new_place_takes_an_order_on_the_way(plan: Plan, drawn_network: RoadNetwork) -> None:
    wider = with_site(plan, HOME, drawn_network)
    assert check_plan(wider) == ()
    assert (wider.rounds, wider.unserved) == (plan.rounds, plan.unserved)
    order = drawn.order("h1", "B", "H")
    best = suggest_insertions(wider, order).places[0]
    assert best.round.stops[best.delivery_stop].site_id == "H"
    # On the road from the shop to the market: no more than the few metres beside it.
    assert best.added_m <= 40
    after = with_insertion(wider, best)
    assert check_plan(after) == ()
    # Whoever plans it from the start has the same ways.
    again = plan_week(after.case, drawn_network, stopping=Stopping(iterations=1)).matrix
    for profile, table in after.matrix.by_profile.items():
        told = dict(zip(after.matrix.ids, table.durations_s, strict=True))
        rows = dict(zip(again.ids, again.by_profile[profile].durations_s, strict=True))
        for one in after.case.places:
            for other in after.case.places:
                assert told[one][after.matrix.ids.index(other)] == rows[one][again.ids.index(other)]


def test_a_place_some_way_off_the_road_comes_with_a_doubt(
    plan: Plan, drawn_network: RoadNetwork
) -> None:
    aside = replace(HOME, position=drawn.at_km(4.5, north_m=150))
    (doubt,) = with_site(plan, aside, drawn_network).warnings
    assert (doubt.code, doubt.details["site"]) == ("far_from_road_but_usable", "Point H")


@pytest.mark.parametrize(
    ("site", "changes", "closures", "codes"),
    [
        (replace(HOME, position=Position(lat=48, lon=3)), {}, (), ["far_from_road"]),
        (HOME, {"territory": "elsewhere"}, (), ["other_roads"]),
        (HOME, {}, (CLOSED,), ["closures_differ"]),
        (HOME, {"territory": "x", "closures": "y"}, (), ["other_roads", "closures_differ"]),
        (replace(HOME, id="S"), {}, (), ["duplicate_id"]),
    ],
)
def test_a_place_that_cannot_join_is_refused(
    plan: Plan,
    drawn_network: RoadNetwork,
    site: Site,
    changes: dict[str, str],
    closures: tuple[Closure, ...],
    codes: list[str],
) -> None:
    asked = replace(plan, fingerprint=replace(plan.fingerprint, **changes))
    with pytest.raises(InputError) as refused:
        with_site(asked, site, drawn_network, closures=closures)
    assert [fault.code for fault in refused.value.faults] == codes
