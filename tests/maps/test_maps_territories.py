"""Whole real territories on one page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from colivraison.domain import Case, Plan, Position, Producer, Site, SiteKind, Week
from colivraison.maps import background_of, render_map
from colivraison.roads import RoadNetwork
from colivraison.texts import Texts

pytestmark = pytest.mark.browser

THREE_MEGABYTES = 3_000_000


def _farm(farm_id: str, lat: float, lon: float) -> Producer:
    position = Position(lat=lat, lon=lon)
    site = Site(id=farm_id, name=farm_id, kind=SiteKind.FARM, position=position)
    return Producer(id=farm_id, name=farm_id, farm=site)


@pytest.mark.parametrize(
    ("extract", "has_water_and_names"),
    [("andorra.osm.pbf", True), ("corsica-network.osm.pbf", False)],
)
def test_whole_extract_fits_on_a_page_that_can_be_sent(
    desk: Any,
    tmp_path: Path,
    shared_data: Path,
    plan: Plan,
    extract: str,
    *,
    has_water_and_names: bool,
) -> None:
    network = RoadNetwork.load(shared_data / "osm" / extract)
    box = network.bounds
    # A farm in each corner: the map has to show all of it.
    case = Case(
        week=Week(first_date=dt.date(2026, 1, 5)),
        producers=(_farm("a", box.south, box.west), _farm("b", box.north, box.east)),
        sites=(),
        vehicles=(),
        orders=(),
    )
    empty = replace(
        plan, case=case, rounds=(), unserved=(), alone=(), co_delivery=None, new_site=None
    )
    background = background_of(network, empty)
    assert len(background.roads) > 1000
    assert bool(background.water) is has_water_and_names
    assert bool(background.villages) is has_water_and_names
    html = render_map(empty, background, texts=Texts("fr"))
    assert len(html.encode()) < THREE_MEGABYTES
    desk.show(html, tmp_path)
    assert "OpenStreetMap" in desk.page.locator(".source").text_content()
    desk.require_quiet()
