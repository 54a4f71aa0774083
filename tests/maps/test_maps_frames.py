"""A plan as GeoDataFrames: nothing lost, units in the names, readable by other tools."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
from geopandas.testing import assert_geodataframe_equal

from colivraison.domain import MatrixTable, Plan, TravelMatrix
from colivraison.maps import plan_frames


@pytest.fixture
def measured(plan: Plan) -> Plan:
    """The plan of the other tests with a travel matrix that tells every pair apart."""
    ids = ("f1", "f2", "f3", "p1", "p2", "p3")

    def table(unit: int) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(unit * (10 * i + j) for j in range(6)) for i in range(6))

    profiles = {vehicle.profile for vehicle in plan.case.vehicles}
    tables = {p: MatrixTable(durations_s=table(1), distances_m=table(100)) for p in profiles}
    return replace(plan, matrix=TravelMatrix(ids=ids, by_profile=tables))


def test_every_place_stop_and_leg_has_its_row(measured: Plan) -> None:
    frames = plan_frames(measured)
    # Three farms, three sites, one proposed site.
    assert list(frames.sites.site_id) == ["f1", "f2", "f3", "p1", "p2", "p3", "new"]
    assert list(frames.sites[frames.sites.proposed].name) == ["Le Bourg"]
    # Five stops and three; one leg fewer in each round.
    assert list(frames.stops.stop) == [1, 2, 3, 4, 5, 1, 2, 3]
    assert list(frames.legs.leg) == [1, 2, 3, 4, 1, 2]
    assert {frame.crs.to_epsg() for frame in (frames.sites, frames.stops, frames.legs)} == {4326}


def test_a_row_says_what_the_plan_says_with_its_unit(measured: Plan) -> None:
    frames = plan_frames(measured)
    third = frames.stops.iloc[2]
    assert (third.site_id, third.unloaded, third.loaded) == ("p1", "o1, o2", "")
    # Thursday (3 days) and 495 minutes; 4 crates of 8 kg go on.
    assert third.arrival_s == 3 * 86_400 + 495 * 60
    assert (third.load_g, third.load_crates, third.day) == (32_000, 4, "2026-01-08")
    assert (third.geometry.y, third.geometry.x) == (45.12, 2.25)
    second = frames.legs.iloc[1]
    # From f2 (row 1) to p1 (column 3) of the tables: 10 * 1 + 3.
    assert (second.from_site_id, second.to_site_id) == ("f2", "p1")
    assert (second.duration_s, second.distance_m) == (13, 1300)
    # f2, the bend, p1.
    assert len(second.geometry.coords) == 3
    assert second.geometry.coords[0] == (2.18, 45.13)


def test_a_leg_without_a_known_way_is_straight_and_says_so(measured: Plan) -> None:
    legs = plan_frames(measured).legs
    assert list(legs.along_roads) == [True, True, True, True, False, False]
    assert list(legs.iloc[4].geometry.coords) == [(2.20, 45.06), (2.12, 45.15)]


def test_the_frames_come_back_from_a_geopackage_as_they_were(
    measured: Plan, tmp_path: Path
) -> None:
    frames = plan_frames(measured)
    file = tmp_path / "week.gpkg"
    for layer in ("sites", "stops", "legs"):
        frame = getattr(frames, layer)
        frame.to_file(file, layer=layer, engine="pyogrio")
        again = geopandas.read_file(file, layer=layer, engine="pyogrio")
        assert_geodataframe_equal(again, frame, check_dtype=False, check_like=True)


def test_a_plan_without_rounds_has_empty_frames(measured: Plan) -> None:
    frames = plan_frames(replace(measured, rounds=(), new_site=None))
    assert (len(frames.sites), len(frames.stops), len(frames.legs)) == (6, 0, 0)
    assert not frames.sites.proposed.any()
