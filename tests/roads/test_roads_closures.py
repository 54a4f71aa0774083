"""Closed and slowed roads: which arcs of a territory they change, and how."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hand_roads import degrees, hand_topology

from colivraison.roads.closures.effects import touched_roads
from colivraison.roads.closures.kinds import Closure, ClosurePlace, Effect, PlaceKind, Sense
from colivraison.roads.profile import load_profile
from colivraison.texts import Texts

VAN = load_profile("van")
BIKE = load_profile("cargo-bike")
ROAD = {"highway": "secondary"}

# One cell is 500 m. Ways: 1 = A-B-C (the main street), 2 = B-D, 3 = E-F (not joined),
# 4 = a cycle way 10 m beside E-F.
#
#            D
#            |
#     A------B------C
#
#     E-------------F
#     ===============  (cycle way)
A, B, C, D = (0.0, 0.0), (500.0, 0.0), (1000.0, 0.0), (500.0, 500.0)
E, F = (0.0, -500.0), (1000.0, -500.0)
TOWN = hand_topology(
    [
        ([A, B, C], {**ROAD, "name": "Grande Rue", "maxspeed": "50"}),
        ([B, D], {**ROAD, "name": "D 93"}),
        ([E, F], ROAD),
        ([(0.0, -490.0), (1000.0, -490.0)], {"highway": "cycleway"}),
    ]
)
# Edges in this order: A-B 0, B-C 1, B-D 2, E-F 3, cycle way 4. Arc 2 e as drawn, 2 e + 1 against.
AB, BC, BD, EF, CYCLE = range(5)


def box(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [[list(degrees(*corner)) for corner in corners]]


def drawn(
    kind: PlaceKind, *points: tuple[float, float], effect: Effect = Effect.CLOSED, **more: Any
) -> Closure:
    ring = tuple(degrees(*point) for point in points)
    return Closure(effect=effect, place=ClosurePlace(kind=kind, parts=((ring,),)), **more)


def edges_of(*closures: Closure, **more: Any) -> list[int]:
    found = touched_roads(closures, TOWN, **{"profile": VAN, **more}).arcs
    return sorted(set((found.arc >> 1).tolist()))


def arcs_of(*closures: Closure, **more: Any) -> dict[int, float]:
    found = touched_roads(closures, TOWN, **{"profile": VAN, **more}).arcs
    return dict(zip(found.arc.tolist(), found.time_factor.tolist(), strict=True))


# --- which edges a drawing is about


def test_an_area_closes_every_edge_that_touches_it() -> None:
    flood = drawn(PlaceKind.AREAS, (400, -50), (450, -50), (450, 50), (400, 50), (400, -50))
    assert edges_of(flood) == [AB]
    wide = drawn(PlaceKind.AREAS, (400, -50), (600, -50), (600, 50), (400, 50), (400, -50))
    assert edges_of(wide) == [AB, BC, BD]


def test_an_area_around_everything_closes_all_that_the_vehicle_drives() -> None:
    ring = ((-9000, -9000), (9000, -9000), (9000, 9000), (-9000, 9000), (-9000, -9000))
    assert edges_of(drawn(PlaceKind.AREAS, *ring)) == [AB, BC, BD, EF]
    assert CYCLE in edges_of(drawn(PlaceKind.AREAS, *ring), profile=BIKE)


def test_a_hole_in_an_area_stays_open() -> None:
    outer, hole = (box(-100, -100, 1100, 600)[0], box(400, 10, 600, 590)[0])
    rings = tuple(tuple((lon, lat) for lon, lat in ring) for ring in (outer, hole))
    place = ClosurePlace(kind=PlaceKind.AREAS, parts=(rings,))
    # B-D runs through the hole, and is touched at B, outside of it.
    assert edges_of(Closure(effect=Effect.CLOSED, place=place)) == [AB, BC, BD]
    hole = box(400, -10, 600, 510)[0]
    rings = tuple(tuple((lon, lat) for lon, lat in ring) for ring in (outer, hole))
    place = ClosurePlace(kind=PlaceKind.AREAS, parts=(rings,))
    assert edges_of(Closure(effect=Effect.CLOSED, place=place)) == [AB, BC]


def test_a_line_closes_the_edges_it_runs_along_and_not_those_it_crosses() -> None:
    # 10 m beside A-B-C from end to end; B-D leaves at a right angle.
    assert edges_of(drawn(PlaceKind.LINES, (0, 10), (1000, 10))) == [AB, BC]
    # Across A-B, from south to north.
    assert edges_of(drawn(PlaceKind.LINES, (250, -200), (250, 200))) == []
    # 20 m beside: another road.
    assert edges_of(drawn(PlaceKind.LINES, (0, 20), (1000, 20))) == []


def test_a_short_line_closes_the_long_edge_under_it() -> None:
    # A bridge of 40 m on the 500 m from A to B.
    assert edges_of(drawn(PlaceKind.LINES, (230, 3), (270, 3))) == [AB]


def test_a_line_drawn_a_little_too_far_does_not_close_the_next_edge() -> None:
    # 30 m beyond B: less than 60 m, and less than half of B-C.
    assert edges_of(drawn(PlaceKind.LINES, (0, 5), (530, 5))) == [AB]


def test_a_direction_is_that_of_the_line_not_of_the_way() -> None:
    # Drawn from B to A, against the way: arc 1 drives A-B against its drawing.
    against = drawn(PlaceKind.LINES, (500, 0), (0, 0), sense=Sense.FORWARD)
    assert arcs_of(against) == {2 * AB + 1: np.inf}
    back = drawn(PlaceKind.LINES, (500, 0), (0, 0), sense=Sense.BACKWARD)
    assert arcs_of(back) == {2 * AB: np.inf}


def test_a_point_closes_the_nearest_edge_within_30_m() -> None:
    assert edges_of(drawn(PlaceKind.POINTS, (250, 25))) == [AB]
    assert edges_of(drawn(PlaceKind.POINTS, (250, 35))) == []


def test_a_point_means_the_nearest_edge_that_the_vehicle_may_drive() -> None:
    beside = drawn(PlaceKind.POINTS, (500, -489))
    assert edges_of(beside) == [EF]
    assert edges_of(beside, profile=BIKE) == [CYCLE]


def test_ways_are_named_by_their_id_and_have_their_own_direction() -> None:
    assert edges_of(Closure(effect=Effect.CLOSED, osm_ways=(1,))) == [AB, BC]
    one = Closure(effect=Effect.CLOSED, osm_ways=(2,), sense=Sense.BACKWARD)
    assert arcs_of(one) == {2 * BD + 1: np.inf}


def test_a_name_narrows_an_area_down() -> None:
    wide = ((-100, -100), (1100, -100), (1100, 600), (-100, 600), (-100, -100))
    assert edges_of(drawn(PlaceKind.AREAS, *wide, road_name="d93")) == [BD]
    assert edges_of(drawn(PlaceKind.AREAS, *wide, road_name="grande rue")) == [AB, BC]


def test_a_name_that_no_road_there_bears_is_a_title_and_is_told() -> None:
    wide = ((-100, -100), (1100, -100), (1100, 600), (-100, 600), (-100, -100))
    slide = drawn(PlaceKind.AREAS, *wide, road_name="Éboulement Sant Antoni")
    # As a map editor names a point; "D 93" is a road of the town, 480 m further on.
    bridge = drawn(PlaceKind.POINTS, (20, 5), road_name="D 93", reason="pont")
    way = Closure(effect=Effect.CLOSED, osm_ways=(2,), road_name="Travaux")
    assert edges_of(slide) == [AB, BC, BD]
    assert edges_of(bridge) == [AB]
    assert edges_of(way) == [BD]
    warnings = touched_roads([slide, bridge, way], TOWN, profile=VAN).warnings
    assert [(one.code, one.value) for one in warnings] == [
        ("closure_name_unknown", "1 (Éboulement Sant Antoni)"),
        ("closure_name_unknown", "2 (pont)"),
        ("closure_name_unknown", "3 (Travaux)"),
    ]
    assert "«\u00a0D 93\u00a0»" in Texts("fr").warning(warnings[1])


def test_a_name_that_a_road_there_bears_stays_a_choice() -> None:
    # 10 m beside E-F: the cycle way has a name, and a van may not drive there.
    paths = hand_topology(
        [
            ([E, F], ROAD),
            ([(0.0, -490.0), (1000.0, -490.0)], {"highway": "cycleway", "name": "Voie verte"}),
        ]
    )
    both = ((-100, -600), (1100, -600), (1100, -400), (-100, -400), (-100, -600))
    works = drawn(PlaceKind.AREAS, *both, road_name="voie verte")
    for profile, count, codes in ((VAN, 0, ["closure_touches_nothing"]), (BIKE, 1, [])):
        found = touched_roads([works], paths, profile=profile)
        assert found.edges == count
        assert [one.code for one in found.warnings] == codes


# --- what it does to them


def test_a_factor_slows_and_a_speed_caps() -> None:
    double = Closure(effect=Effect.SLOWED, factor=2.0, osm_ways=(2,))
    assert arcs_of(double) == {2 * BD: 2.0, 2 * BD + 1: 2.0}
    # 50 signed is driven at 0.8 x 50 = 40 km/h; at most 16 km/h takes 2.5 times as long.
    capped = arcs_of(Closure(effect=Effect.SLOWED, cap_kmh=16.0, osm_ways=(1,)))
    assert capped[2 * AB] == pytest.approx(2.5, rel=1e-3)
    # A road that is slower than the cap already is not changed.
    assert arcs_of(Closure(effect=Effect.SLOWED, cap_kmh=45.0, osm_ways=(1,))) == {}


def test_a_cap_does_not_depend_on_the_level_of_a_profile() -> None:
    cap = Closure(effect=Effect.SLOWED, cap_kmh=16.0, osm_ways=(1,))
    slow = dataclasses.replace(VAN, time_factor=1.3)
    assert arcs_of(cap, profile=slow)[2 * AB] == pytest.approx(2.5, rel=1e-3)


def test_closed_wins_and_otherwise_the_slowest_alone() -> None:
    slow = Closure(effect=Effect.SLOWED, factor=1.5, osm_ways=(1,))
    slower = Closure(effect=Effect.SLOWED, factor=4.0, osm_ways=(1,))
    shut = drawn(PlaceKind.POINTS, (250, 0))
    for order in ((slow, slower, shut), (shut, slower, slow)):
        assert arcs_of(*order) == {0: np.inf, 1: np.inf, 2: 4.0, 3: 4.0}


def test_a_closure_is_in_force_from_its_first_day_to_its_last() -> None:
    dates = {"first": dt.date(2026, 11, 23), "last": dt.date(2026, 11, 27)}
    works = Closure(effect=Effect.CLOSED, osm_ways=(2,), **dates)
    closed_on = [day for day in range(20, 31) if edges_of(works, on=dt.date(2026, 11, day))]
    assert closed_on == [23, 24, 25, 26, 27]


def test_a_dated_closure_without_a_day_asked_for_is_left_out_and_said() -> None:
    works = Closure(number=3, effect=Effect.CLOSED, osm_ways=(2,), first=dt.date(2026, 11, 23))
    found = touched_roads([works], TOWN, profile=VAN)
    assert len(found.arcs.arc) == 0
    (warning,) = found.warnings
    assert (warning.code, warning.details["number"]) == ("closure_needs_date", 3)
    assert "n°\u00a03" in Texts("fr").warning(warning)


def test_a_closure_is_about_its_profiles_and_those_calibrated_from_them() -> None:
    zone = Closure(effect=Effect.CLOSED, osm_ways=(2,), profiles=("van", "truck"))
    assert edges_of(zone) == [BD]
    assert edges_of(zone, profile=dataclasses.replace(VAN, name="van+chez-nous")) == [BD]
    assert edges_of(zone, profile=BIKE) == []


def test_the_report_counts_what_each_closure_touches() -> None:
    street = Closure(number=1, effect=Effect.CLOSED, osm_ways=(1,))
    sea = drawn(PlaceKind.POINTS, (9000, 9000), number=2, reason="pont")
    bike_only = Closure(number=3, effect=Effect.CLOSED, osm_ways=(1,), profiles=("cargo-bike",))
    found = touched_roads([street, sea, bike_only], TOWN, profile=VAN)
    # Way 1 is A-B-C: two pieces, 1000 m.
    assert [(e.in_force, e.edges, e.length_m) for e in found.effects] == [
        (True, 2, 1000),
        (True, 0, 0),
        (False, 0, 0),
    ]
    (warning,) = found.warnings
    assert (warning.code, warning.value) == ("closure_touches_nothing", "2 (pont)")
    assert "n°\u00a02 (pont) ne touche" in Texts("fr").warning(warning)
    assert (found.counted, found.edges, found.length_m) == (1, 2, 1000)


def test_what_closures_touch_together_counts_once() -> None:
    street = Closure(effect=Effect.CLOSED, osm_ways=(1,))
    west = drawn(PlaceKind.POINTS, (250, 0))
    # A speed that the road does not reach anyway touches B-D and changes nothing.
    cap = Closure(effect=Effect.SLOWED, cap_kmh=150.0, osm_ways=(2,))
    found = touched_roads([street, west, cap], TOWN, profile=VAN)
    # A-B, B-C and B-D: three pieces of 500 m.
    assert (found.counted, found.edges, found.length_m) == (3, 3, 1500)
    none = touched_roads([], TOWN, profile=VAN)
    assert (none.counted, none.edges, none.length_m) == (0, 0, 0)


def test_two_closures_without_a_reason_are_two_warnings() -> None:
    sea = drawn(PlaceKind.POINTS, (9000, 9000))
    found = touched_roads([sea, sea], TOWN, profile=VAN).warnings
    assert [one.value for one in found] == ["1", "2"]
    assert "n°\u00a02 ne touche" in Texts("fr").warning(found[1])


def test_a_long_reason_is_shortened_in_a_warning() -> None:
    sea = drawn(PlaceKind.POINTS, (9000, 9000), reason="très\n long " * 100)
    (warning,) = touched_roads([sea], TOWN, profile=VAN).warnings
    assert warning.value.startswith("1 (très long très long")
    assert (len(warning.value), warning.value[-2:]) == (200, "…)")


# A town at 5 degrees east and 44.7 degrees north, of one street of 0.01 degrees.
def north(lon: float, lat: float) -> tuple[float, float]:
    (one, _) = degrees(1, 0)
    return lon / one, lat / one


DIE = hand_topology([([north(5.37, 44.75), north(5.38, 44.75)], ROAD)])


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        (PlaceKind.POINTS, [(44.75, 5.375)]),
        (PlaceKind.AREAS, [(44.74, 5.37), (44.76, 5.37), (44.76, 5.38), (44.74, 5.37)]),
    ],
)
def test_a_drawing_whose_coordinates_are_swapped_is_told(
    kind: PlaceKind, points: list[tuple[float, float]]
) -> None:
    place = ClosurePlace(kind=kind, parts=((tuple(points),),))
    found = touched_roads([Closure(effect=Effect.CLOSED, place=place)], DIE, profile=VAN)
    assert [one.code for one in found.warnings] == ["closure_looks_swapped"]
    assert "semblent inversées" in Texts("fr").warning(found.warnings[0])
    right = ClosurePlace(kind=kind, parts=((tuple((lon, lat) for lat, lon in points),),))
    found = touched_roads([Closure(effect=Effect.CLOSED, place=right)], DIE, profile=VAN)
    assert (found.counted, found.warnings) == (1, ())


def test_a_drawing_elsewhere_or_beside_the_roads_is_not_taken_for_a_swapped_one() -> None:
    # Elsewhere either way; and on the map of the town around (0, 0), where both are.
    for roads, point in ((DIE, (5.37, 43.0)), (TOWN, degrees(250, 100))):
        place = ClosurePlace(kind=PlaceKind.POINTS, parts=(((point,),),))
        found = touched_roads([Closure(effect=Effect.CLOSED, place=place)], roads, profile=VAN)
        assert [one.code for one in found.warnings] == ["closure_touches_nothing"]


def test_the_count_of_closures_is_told_as_people_count() -> None:
    texts = Texts("fr")
    told = texts("cli.roads.closures_counted", count=1, edges=2, km=texts.km(1000))
    assert told.startswith("Fermetures\u00a0: 1 prise(s) en compte, 2 tronçon(s)")


# --- on the way from a place to another


def test_a_closed_bridge_sends_the_drive_round(drawn_roads: Callable[..., Any]) -> None:
    # B-E is the bridge, two cells; the way round is B-C-F-E: 3 + 2 + 3.
    roads = drawn_roads(
        """
        A  B  C

        D  E  F
        """,
        {
            "ABC": ROAD,
            "DEF": ROAD,
            "BE": {**ROAD, "bridge": "yes"},
            "AD": ROAD,
            "CF": ROAD,
        },
    )
    middle = ("ABC", 0.5), ("DEF", 0.5)
    assert roads.cells(*middle) == 2.0
    # The picture is indented by 8 cells: B stands in column 11, E two rows below.
    bridge = ClosurePlace(kind=PlaceKind.POINTS, parts=((((0.011, -0.001),),),))
    at_bridge = Closure(effect=Effect.CLOSED, place=bridge)
    shut = touched_roads([at_bridge], roads.topology, profile=VAN).arcs
    assert roads.cells(*middle, closures=shut) == 3 + 2 + 3
    named = Closure(effect=Effect.CLOSED, osm_ways=(3,))
    by_way = touched_roads([named], roads.topology, profile=VAN).arcs
    assert roads.cells(*middle, closures=by_way) == 3 + 2 + 3


def test_a_slowed_street_is_avoided_once_the_way_round_is_faster(
    drawn_roads: Callable[..., Any],
) -> None:
    # A to B: one cell straight on, or three cells round by C and D.
    roads = drawn_roads(
        """
        AB
        CD
        """,
        {"AB": ROAD, "ACDB": ROAD},
    )
    ends = ("ACDB", 0.0), ("ACDB", 1.0)
    for factor, cells in ((2.9, 1.0), (3.1, 3.0)):
        works = Closure(effect=Effect.SLOWED, factor=factor, osm_ways=(1,))
        slow = touched_roads([works], roads.topology, profile=VAN).arcs
        assert roads.cells(*ends, closures=slow) == cells
