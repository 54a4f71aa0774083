"""Times, distances and lines on maps small enough to work out by hand.

A cell of a picture is 111.195 m: 0.001 degrees at the equator.
"""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from colivraison.domain import Position
from colivraison.errors import InputError
from colivraison.roads import RoadNetwork

ROAD = {"highway": "residential"}  # 25 km/h: 16.012 s per cell
ONE_WAY = {"highway": "residential", "oneway": "yes"}
CELL_S = 111.195 / 25 * 3.6


def test_a_straight_road_takes_its_length_over_its_speed(draw, drawn_network) -> None:
    drawn = draw("A--B--C")
    network = drawn_network(drawn, {"ABC": ROAD})
    durations_s, distances_m = network.matrix([drawn.at["A"], drawn.at["C"]])
    # 6 cells: 667.2 m; 96.07 s, rounded up.
    assert durations_s.tolist() == [[0, 97], [97, 0]]
    assert distances_m.tolist() == [[0, 667], [667, 0]]


def test_a_one_way_street_is_driven_around_to_go_back(draw, drawn_network) -> None:
    drawn = draw("""
A---B
|   |
D---C
""")
    network = drawn_network(drawn, {"AB": ONE_WAY, "BCDA": ROAD})
    durations_s, distances_m = network.matrix([drawn.at["A"], drawn.at["B"]])
    # A -> B: 4 cells. B -> A: 2 + 4 + 2 = 8 cells.
    assert distances_m.tolist() == [[0, 445], [890, 0]]
    assert durations_s[0, 1] == math.ceil(4 * CELL_S)
    assert durations_s[1, 0] == math.ceil(8 * CELL_S)


def test_two_places_on_one_one_way_edge_go_around_from_the_later_to_the_earlier(
    draw, drawn_network
) -> None:
    drawn = draw("""
A---B
|   |
D---C
""")
    network = drawn_network(drawn, {"AB": ONE_WAY, "BCDA": ROAD})
    early, late = drawn.between("A", "B", 0.25), drawn.between("A", "B", 0.75)
    durations_s, distances_m = network.matrix([early, late])
    # Ahead: half of 4 cells. Back: 1 to B, 8 to A, 1 from A = 10 cells.
    assert distances_m.tolist() == [[0, 222], [1112, 0]]
    assert durations_s.tolist() == [
        [0, math.ceil(2 * CELL_S)],
        [math.ceil(10 * CELL_S), 0],
    ]
    back = network.paths([early, late], [(1, 0)])[0]
    assert [round(p.lon, 6) for p in back] == [0.003, 0.004, 0.004, 0.0, 0.0, 0.001]


def test_two_places_on_one_two_way_edge_go_straight_both_ways(draw, drawn_network) -> None:
    drawn = draw("A---B")
    network = drawn_network(drawn, {"AB": ROAD})
    places = [drawn.between("A", "B", 0.25), drawn.between("A", "B", 0.75)]
    _, distances_m = network.matrix(places)
    assert distances_m.tolist() == [[0, 222], [222, 0]]


def test_staying_on_the_edge_is_not_forced_when_going_around_is_faster(draw, drawn_network) -> None:
    drawn = draw("""
A---------B
|         |
D---------C
""")
    slow = {"highway": "living_street"}  # 10 km/h
    fast = {"highway": "trunk"}  # 85 km/h
    network = drawn_network(drawn, {"AB": slow, "ADCB": fast})
    places = [drawn.between("A", "B", 0.1), drawn.between("A", "B", 0.9)]
    _, distances_m = network.matrix(places)
    # On the edge 8 cells at 10 km/h; around 1 + 2 + 10 + 2 + 1 = 16 cells, 14 of them at 85.
    assert distances_m[0, 1] == round(16 * 111.195)


def test_the_gap_to_the_road_is_driven_at_ten_kmh_at_both_ends(draw, drawn_network) -> None:
    drawn = draw("A---B")
    network = drawn_network(drawn, {"AB": ROAD})
    # 0.0005 degrees north of the road: 55.6 m, 20.0 s at 10 km/h.
    off = Position(lat=0.0005, lon=0.001)
    on = Position(lat=0.0, lon=0.003)
    durations_s, distances_m = network.matrix([off, on])
    assert distances_m.tolist() == [[0, 278], [278, 0]]  # 55.6 + 222.4
    assert durations_s[0, 1] == math.ceil(2 * CELL_S + 55.6 * 0.36)
    snapped = network.snap([off, on])
    assert snapped.gap_m.tolist() == [56, 0]
    assert snapped.positions[0].lat == pytest.approx(0, abs=1e-9)


def test_a_bollard_lets_nobody_through_and_a_gate_costs_a_minute(draw, drawn_network) -> None:
    drawn = draw("""
A--B--C
|     |
|     |
F-----D
""")
    ways = {"ABC": ROAD, "CDFA": ROAD}
    places = [drawn.at["A"], drawn.at["C"]]
    for barrier, metres, seconds in (
        (None, 6, 6 * CELL_S),
        # Around: 3 + 6 + 3 cells.
        ("bollard", 12, 12 * CELL_S),
        ("gate", 6, 6 * CELL_S + 60),
    ):
        nodes = {"B": {"barrier": barrier}} if barrier else {}
        durations_s, distances_m = drawn_network(drawn, ways, nodes=nodes).matrix(places)
        assert distances_m[0, 1] == round(metres * 111.195), barrier
        assert durations_s[0, 1] == math.ceil(seconds), barrier


def test_a_bollard_with_access_for_delivery_is_open(draw, drawn_network) -> None:
    drawn = draw("A--B--C")
    nodes = {"B": {"barrier": "bollard", "motor_vehicle": "delivery"}}
    network = drawn_network(drawn, {"ABC": ROAD}, nodes=nodes)
    assert network.matrix([drawn.at["A"], drawn.at["C"]])[1][0, 1] == 667


def test_a_signal_delays_the_direction_it_stands_for(draw, drawn_network) -> None:
    drawn = draw("A--B--C")
    nodes = {"B": {"highway": "traffic_signals", "traffic_signals:direction": "backward"}}
    durations_s, _ = drawn_network(drawn, {"ABC": ROAD}, nodes=nodes).matrix(
        [drawn.at["A"], drawn.at["C"]]
    )
    # 96.07 s along the way; 2 s more against it.
    assert durations_s.tolist() == [[0, 97], [99, 0]]


def test_turning_costs_by_its_angle_where_three_roads_meet(draw, drawn_network) -> None:
    drawn = draw("""
A--B--C
   |
   |
   D
""")
    network = drawn_network(drawn, {"ABC": ROAD, "BD": ROAD})
    a, c, d = drawn.at["A"], drawn.at["C"], drawn.at["D"]
    ms, _ = network.exact_matrix([a, c, d])
    cells_ms = 6 * CELL_S * 1000
    # Lengths are whole decimetres: up to 4 ms beside the exact.
    # Seconds of a turn: 7.5 / (1 + e^-x); straight on x = -6.5 * 1.075: 0.007 s.
    assert ms[0, 1] == pytest.approx(cells_ms + 7, abs=4)
    # Right: x = 13 * 0.5 / 1.075 - 6.5 * 1.075: 2.11 s.
    assert ms[0, 2] == pytest.approx(cells_ms + 2107, abs=4)
    # Left: x = 13 * 1.075 * 0.5 - 6.5 / 1.075: 5.39 s, and across the oncoming traffic
    # 2 / (1 + e^-(6.5 - 3.25)): 1.93 s.
    assert ms[1, 2] == pytest.approx(cells_ms + 7.5e3 / (1 + math.exp(-0.9410)) + 1925, abs=4)


def test_a_private_road_is_no_short_cut_but_leads_to_its_farm(draw, drawn_network) -> None:
    drawn = draw("""
A----B
|    |
|    |
D----C
""")
    private = {"highway": "residential", "access": "private"}
    network = drawn_network(drawn, {"AB": private, "BCDA": ROAD})
    a, b, farm = drawn.at["A"], drawn.at["B"], drawn.between("A", "B")
    _, distances_m = network.matrix([a, b, farm])
    # Straight 5 cells, around 3 + 5 + 3 = 11 cells.  A and B stand on the public road as well.
    assert distances_m[0, 1] == round(11 * 111.195)
    assert distances_m[0, 2] == round(2.5 * 111.195)
    # The time to the farm is the road's own.
    assert network.matrix([a, farm])[0][0, 1] == math.ceil(2.5 * CELL_S)


def test_a_road_one_cannot_come_back_from_is_not_used(draw, drawn_network) -> None:
    drawn = draw("""
A---B---C
    |
    D
""")
    network = drawn_network(drawn, {"AB": ROAD, "BC": ONE_WAY, "BD": ROAD})
    assert network.metric_report()["cut_vertices"] == 1
    # C snaps to the end of the part one can leave and return to: B, 4 cells away.
    assert network.snap([drawn.at["C"]]).gap_m.tolist() == [445]


def test_an_island_of_roads_is_left_out_and_counted(draw, drawn_network) -> None:
    drawn = draw("""
A---B---C

   E-F
""")
    network = drawn_network(drawn, {"AB": ROAD, "BC": ROAD, "EF": ROAD})
    assert network.metric_report()["main_vertices"] == 3
    assert network.metric_report()["cut_vertices"] == 2


def test_of_two_roads_between_the_same_junctions_the_faster_is_driven(draw, drawn_network) -> None:
    drawn = draw("""
A---B
|   |
D---C
""")
    network = drawn_network(drawn, {"AB": {"highway": "track"}, "ADCB": {"highway": "trunk"}})
    line = network.paths([drawn.at["D"], drawn.at["C"]], [(0, 1)])[0]
    assert network.matrix([drawn.at["A"], drawn.at["B"]])[1][0, 1] == round(8 * 111.195)
    assert len(line) == 2


def test_a_line_starts_and_ends_at_the_places_given(draw, drawn_network) -> None:
    drawn = draw("""
A---B
    |
    C
""")
    network = drawn_network(drawn, {"ABC": ROAD})
    off = Position(lat=0.0004, lon=0.001)
    (line,) = network.paths([off, drawn.at["C"]], [(0, 1)])
    assert line[0] == off
    assert line[-1] == drawn.at["C"]
    # off, its point on the road, the bend at B, and C.
    assert [(round(p.lat, 6), round(p.lon, 6)) for p in line] == [
        (0.0004, 0.001),
        (0.0, 0.001),
        (0.0, 0.004),
        (-0.002, 0.004),
    ]


def test_two_sites_at_the_same_coordinates_are_no_drive_apart(draw, drawn_network) -> None:
    drawn = draw("A---B")
    network = drawn_network(drawn, {"AB": ROAD})
    here = Position(lat=0.0004, lon=0.001)
    durations_s, distances_m = network.matrix([here, here])
    assert not durations_s.any()
    assert not distances_m.any()
    assert network.paths([here, here], [(0, 1)]) == [(here, here)]


def test_no_places_give_an_empty_matrix_and_no_line(draw, drawn_network) -> None:
    drawn = draw("A---B")
    network = drawn_network(drawn, {"AB": ROAD})
    assert network.matrix([])[0].shape == (0, 0)
    assert network.paths([], []) == []
    assert network.require_near_road([]) == []
    assert network.snap([]).gap_m.tolist() == []


def test_an_unknown_profile_is_refused(draw, drawn_network) -> None:
    drawn = draw("A---B")
    network = drawn_network(drawn, {"AB": ROAD})
    with pytest.raises(ValueError, match="'tank'"):
        network.matrix([drawn.at["A"]], profile="tank")


def test_results_are_whole_numbers_of_32_bits(draw, drawn_network) -> None:
    drawn = draw("A---B")
    durations_s, distances_m = drawn_network(drawn, {"AB": ROAD}).matrix(list(drawn.at.values()))
    assert durations_s.dtype == distances_m.dtype == np.int32


def test_a_place_on_the_other_side_of_the_earth_still_has_a_gap(draw, drawn_network) -> None:
    drawn = draw("A---B")
    network = drawn_network(drawn, {"AB": ROAD})
    # A quarter of the earth's circumference: 6,371,008.8 m x pi / 2.
    (gap_m,) = network.snap([Position(lat=90.0, lon=0.0)]).gap_m.tolist()
    assert gap_m == 10_007_558


def test_a_place_on_another_continent_is_refused_by_everything_that_drives(
    draw, drawn_network
) -> None:
    drawn = draw("A---B")
    network = drawn_network(drawn, {"AB": ROAD})
    places = [drawn.at["A"], Position(lat=0.0, lon=90.0)]
    for ask in (
        lambda: network.matrix(places),
        lambda: network.route(places),
        lambda: network.isochrone(places[1], [10]),
    ):
        with pytest.raises(InputError, match="far_from_road") as refused:
            ask()
        assert [fault.value for fault in refused.value.faults] == ["0.00000, 90.00000"]


def test_at_a_junction_a_place_stands_on_the_road_that_is_open_that_day(
    draw, drawn_network
) -> None:
    drawn = draw("A--B--C")
    closed_in_winter = {"highway": "residential", "motor_vehicle:conditional": "no @ (Nov-Apr)"}
    network = drawn_network(drawn, {"AB": closed_in_winter, "BC": ROAD})
    places, january = [drawn.at["B"], drawn.at["C"]], dt.date(2026, 1, 15)
    durations_s, _ = network.matrix(places, on=january)
    assert durations_s.tolist() == [[0, math.ceil(3 * CELL_S)], [math.ceil(3 * CELL_S), 0]]
    # A place in the middle of the closed road is cut off, and said to be.
    places.append(drawn.between("A", "B"))
    assert network.matrix(places, on=january)[0][2].tolist() == [-1, -1, 0]
    assert network.on_closed_road(places, on=january) == [2]
    assert network.on_closed_road(places) == []


def test_a_way_around_the_earth_is_no_road_but_no_harm(tmp_path) -> None:
    nodes = "".join(
        f'<node id="{1 + k}" lat="{60 * (-1) ** k}" lon="{-170 + k}"/>' for k in range(300)
    )
    refs = "".join(f'<nd ref="{1 + k}"/>' for k in range(300))
    near = '<node id="900" lat="0" lon="0.001"/><node id="901" lat="0" lon="0.002"/>'
    tags = '<tag k="highway" v="residential"/>'
    path = tmp_path / "earth.osm"
    path.write_text(
        f'<osm version="0.6">{nodes}{near}<way id="1">{refs}{tags}</way>'
        f'<way id="2"><nd ref="900"/><nd ref="901"/>{tags}</way></osm>'
    )
    # 300 stretches of some 13,000 km: four million kilometres.
    network = RoadNetwork.load(path)
    places = [Position(lat=0.0, lon=0.001), Position(lat=0.0, lon=0.002)]
    assert network.matrix(places)[1].tolist() == [[0, 111], [111, 0]]
