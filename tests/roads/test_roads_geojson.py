"""Lines and areas as other programs read them."""

from __future__ import annotations

import json

import shapely

from colivraison.domain import Position
from colivraison.roads.views.geojson import (
    area_feature,
    feature_collection,
    geojson_bytes,
    line_feature,
)


def test_a_line_has_the_longitude_first_and_seven_decimals() -> None:
    line = (Position(lat=47.123456789, lon=-2.0), Position(lat=47.2, lon=-2.1))
    assert line_feature(line, {"duration_s": 60}) == {
        "type": "Feature",
        "properties": {"duration_s": 60},
        "geometry": {"type": "LineString", "coordinates": [[-2.0, 47.1234568], [-2.1, 47.2]]},
    }


def test_what_has_no_line_has_no_geometry() -> None:
    assert line_feature((), {})["geometry"] is None
    assert area_feature(shapely.Polygon(), {})["geometry"] is None


def test_outer_rings_turn_left_and_holes_turn_right() -> None:
    hole = [(1, 1), (2, 1), (2, 2), (1, 2)]
    clockwise = shapely.Polygon([(0, 0), (0, 3), (3, 3), (3, 0)], [hole])
    geometry = area_feature(clockwise, {})["geometry"]
    outer, inner = geometry["coordinates"]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(inner).is_ccw


def test_several_areas_stay_several() -> None:
    both = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)])
    geometry = area_feature(both, {})["geometry"]
    assert geometry["type"] == "MultiPolygon"
    assert shapely.geometry.shape(geometry).equals(both)


def test_the_collection_says_whose_the_data_are() -> None:
    text = geojson_bytes(feature_collection([], attribution="© OpenStreetMap contributors (ODbL)"))
    read = json.loads(text)
    assert read["type"] == "FeatureCollection"
    assert read["license"] == "ODbL-1.0"
    assert "OpenStreetMap" in read["attribution"]
    # An invented territory owes nobody anything.
    assert "attribution" not in feature_collection([], attribution="")
