"""What is reached in so many minutes: pieces of road, and the area around them."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from hand_roads import METRES_PER_DEGREE, degrees, hand_topology
from hypothesis import given, settings
from hypothesis import strategies as st

from colivraison.roads.views.isochrone import Start, isochrone_polygons, reached_pieces

ROAD = {"highway": "secondary"}

# A straight road of two edges of 1000 m, and a side road of 1000 m at B. Every edge takes 100 s in
# either direction (36 km/h); a turn costs nothing.
#
#     A------B------C
#            |
#            D
LINE = hand_topology(
    [
        ([(0.0, 0.0), (1000.0, 0.0), (2000.0, 0.0)], ROAD),
        ([(1000.0, 0.0), (1000.0, -1000.0)], ROAD),
    ]
)
AB, BC, BD = range(3)


def metric(*arc_ms: int) -> Any:
    return SimpleNamespace(arc_ms=np.array(arc_ms, dtype=np.int32))


EVERY = metric(*[100_000] * 6)
# From A: A-B ends at 100 s, then B-C and B-D, and back from C and from D where one turns round.
FROM_A = np.array(
    [
        *((0, 100_000), (-1, -1)),  # A-B, B-A (one would have to turn at B)
        *((100_000, 200_000), (-1, -1)),
        *((100_000, 200_000), (200_000, 300_000)),
    ],
    dtype=np.int64,
)


def told(pieces: Any) -> list[tuple[int, float, float]]:
    return [
        (edge, round(start, 6), round(end, 6))
        for edge, start, end in zip(pieces.edge, pieces.start, pieces.end, strict=True)
    ]


def in_metres(area: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(area, lambda points: points * METRES_PER_DEGREE)


# --- pieces


def test_a_road_is_cut_where_time_runs_out() -> None:
    # After 150 s: all of A-B, and half of B-C and of B-D.
    assert told(reached_pieces(EVERY, FROM_A, 150_000)) == [
        (AB, 0.0, 1.0),
        (BC, 0.0, 0.5),
        (BD, 0.0, 0.5),
    ]
    assert told(reached_pieces(EVERY, FROM_A, 0)) == [(AB, 0.0, 0.0)]


def test_an_edge_entered_from_both_ends_is_one_piece_where_they_meet() -> None:
    # Along from its start at 0 s, against from its end at 20 s, 100 s each.
    labels = np.array([[0, 100_000], [20_000, 120_000]])
    one = metric(100_000, 100_000)
    # At 40 s: [0, 0.4] and [0.8, 1]; at 70 s: [0, 0.7] and [0.5, 1], together all of it.
    assert told(reached_pieces(one, labels, 40_000)) == [(0, 0.0, 0.4), (0, 0.8, 1.0)]
    assert told(reached_pieces(one, labels, 70_000)) == [(0, 0.0, 1.0)]


def test_a_drive_that_begins_on_an_edge_reaches_it_from_there() -> None:
    # From the middle of an edge of 100 s: 20 s lead 0.2 of it to either side.
    nothing = np.full((2, 2), -1)
    both = [Start(arc=0, share=0.5, ms=0), Start(arc=1, share=0.5, ms=0)]
    found = reached_pieces(metric(100_000, 100_000), nothing, 20_000, both)
    assert told(found) == [(0, 0.3, 0.7)]
    # On a one-way street only forward.
    assert told(reached_pieces(metric(100_000, -1), nothing, 20_000, both[:1])) == [(0, 0.5, 0.7)]


def test_the_gap_to_the_road_is_driven_first() -> None:
    # 15 s over the field leave 5 s of 20 for the road; 25 s leave nothing.
    nothing = np.full((2, 2), -1)
    near, far = Start(arc=0, share=0.5, ms=15_000), Start(arc=0, share=0.5, ms=25_000)
    one_way = metric(100_000, -1)
    assert told(reached_pieces(one_way, nothing, 20_000, [near])) == [(0, 0.5, 0.55)]
    assert told(reached_pieces(one_way, nothing, 20_000, [far])) == []


def test_a_search_that_stopped_on_the_way_gives_the_start_alone() -> None:
    labels = np.array([[90_000, -1], [-1, -1]])
    assert told(reached_pieces(metric(100_000, -1), labels, 120_000)) == [(0, 0.0, 0.3)]


def test_nothing_reached_is_nothing() -> None:
    nothing = np.full((6, 2), -1)
    assert told(reached_pieces(EVERY, nothing, 600_000)) == []
    (area,) = isochrone_polygons(LINE, EVERY, nothing, [10])
    assert area.is_empty
    assert area.is_valid


# --- areas


def test_an_area_is_as_wide_as_it_says_and_ends_where_time_runs_out() -> None:
    # One minute from A: 600 m of A-B, 100 m around it.
    (area,) = isochrone_polygons(LINE, EVERY, FROM_A, [1])
    west, south, east, north = shapely.bounds(in_metres(area))
    assert west == pytest.approx(-100, abs=1)
    assert east == pytest.approx(700, abs=1)
    assert (south, north) == (pytest.approx(-100, abs=1), pytest.approx(100, abs=1))
    # A rectangle of 600 x 200 and a disc of radius 100 in few corners: a little less than 31,416.
    assert in_metres(area).area == pytest.approx(120_000 + 31_400, rel=0.03)


def test_an_area_follows_a_bend() -> None:
    bend = hand_topology([([(0.0, 0.0), (500.0, 0.0), (500.0, 500.0)], ROAD)])
    labels = np.array([[0, 100_000], [-1, -1]])
    (area,) = isochrone_polygons(bend, metric(100_000, -1), labels, [2])
    ground = in_metres(area)
    assert shapely.contains(ground, shapely.Point(480, 20))
    assert shapely.contains(ground, shapely.Point(500, 580))
    assert not shapely.contains(ground, shapely.Point(250, 250))


def ring_roads() -> tuple[Any, Any, np.ndarray]:
    """Return a square of 800 m and a square of 4000 m, all reached at once."""
    ways = []
    for x, side in ((0.0, 800.0), (6000.0, 4000.0)):
        corners = [(x, 0.0), (x + side, 0.0), (x + side, side), (x, side)]
        ways += [([a, b], ROAD) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    labels = np.tile([0, 1000], (16, 1))
    return hand_topology(ways), metric(*[1000] * 16), labels


def test_a_small_hole_is_filled_and_a_large_one_stays() -> None:
    # Inside: 600 x 600 m = 0.36 km2, and 3800 x 3800 m = 14.4 km2.
    topology, ring_metric, labels = ring_roads()
    (area,) = isochrone_polygons(topology, ring_metric, labels, [1])
    assert shapely.get_num_geometries(area) == 2
    ground = in_metres(area)
    assert shapely.contains(ground, shapely.Point(400, 400))
    assert not shapely.contains(ground, shapely.Point(8000, 2000))
    (all_holes,) = isochrone_polygons(topology, ring_metric, labels, [1], hole_km2=0.0)
    assert not shapely.contains(in_metres(all_holes), shapely.Point(400, 400))


def test_areas_come_in_the_order_asked_and_lie_within_each_other() -> None:
    three, one, two = isochrone_polygons(LINE, EVERY, FROM_A, [3, 1, 2])
    assert shapely.covers(two, one)
    assert shapely.covers(three, two)
    assert one.area < two.area < three.area


def test_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        isochrone_polygons(LINE, EVERY, FROM_A, [10, -1])


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_areas_of_any_town_are_valid_and_nested(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # A crooked grid of 5 x 5 crossings about 600 m apart, some of its streets missing.
    at = {
        (i, j): (600.0 * i + float(rng.normal(0, 120)), 600.0 * j + float(rng.normal(0, 120)))
        for i in range(5)
        for j in range(5)
    }
    pairs = [((i, j), (i + 1, j)) for i in range(4) for j in range(5)]
    pairs += [((i, j), (i, j + 1)) for i in range(5) for j in range(4)]
    ways = [([at[a], at[b]], ROAD) for a, b in pairs if rng.random() < 0.8]
    town = hand_topology(ways)
    arcs = 2 * len(ways)
    # Times that need not fit each other: any labels give valid, nested areas.
    arc_ms = rng.integers(20_000, 90_000, arcs)
    start = np.where(rng.random(arcs) < 0.9, rng.integers(0, 400_000, arcs), -1)
    labels = np.stack([start, np.where(start >= 0, start + arc_ms, -1)], axis=1)
    areas = isochrone_polygons(town, metric(*arc_ms.tolist()), labels, [1, 2, 3, 5, 8])
    assert all(shapely.is_valid(area) for area in areas)
    for inner, outer in pairwise(areas):
        assert shapely.covers(outer, inner)


def test_degrees_shrink_towards_the_poles() -> None:
    # At 45 degrees north 100 m are 1.414 times as many degrees of longitude as of latitude.
    topology = hand_topology([([(0.0, 0.0), (0.0, 10.0)], ROAD)])
    lat_e7 = topology.lat_e7 + 450_000_000
    north = dataclasses.replace(topology, lat_e7=lat_e7)
    labels = np.array([[0, 1000], [-1, -1]])
    (area,) = isochrone_polygons(north, metric(1000, -1), labels, [1])
    west, south, east, top = shapely.bounds(area)
    assert (east - west) / (top - south) == pytest.approx(1.414 * 200 / 210, rel=0.02)
    assert degrees(200, 0)[0] * 1.414 == pytest.approx(east - west, rel=0.02)
