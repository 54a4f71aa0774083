"""What turns, signals, signs, ferries and closures cost on small maps, in milliseconds.

A cell of a picture is 111.195 m. A residential road runs at 25 km/h: 14.4 ms a decimetre.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from colivraison.roads.graph.metric import NO_WAY, ClosedEdges
from colivraison.roads.graph.turns import turn_seconds
from colivraison.roads.profile import load_profile
from colivraison.roads.rules import Access

ROAD = {"highway": "residential"}
ONE_WAY = {"highway": "residential", "oneway": "yes"}


def seconds(angle: float, *, is_u: bool = False, **more: bool) -> float:
    around = {"real_junction": True, "roundabout": False, **more}
    (found,) = turn_seconds(
        np.array([angle], dtype=np.float32),
        np.array([is_u]),
        load_profile("car"),
        **{key: np.array([value]) for key, value in around.items()},
    )
    return float(found)


@pytest.mark.parametrize(
    ("angle", "expected"),
    # 7.5 S(13 a / 193.5 - 6.9875) to the right, 7.5 S(13.975 |a| / 180 - 6.0465) + 2 S(13 |a| / 180
    # - 3.25) to the left.
    [
        (30, 0.05), (60, 0.37), (90, 2.11), (135, 6.67),
        (-30, 0.68), (-60, 2.99), (-90, 7.32), (-135, 9.41),
    ],
)  # fmt: skip
def test_turns_cost_what_the_curve_says(angle, expected) -> None:
    assert seconds(angle) == pytest.approx(expected, abs=0.005)


def test_a_bend_is_no_turn_and_turning_back_always_is_one() -> None:
    assert seconds(-90, real_junction=False) == 0
    # 20 s and the right-hand curve at 180 degrees: 7.5 S(5.1055) = 7.4548.
    assert seconds(180, is_u=True, real_junction=False) == pytest.approx(27.4548, abs=0.0005)
    assert seconds(180, is_u=True) == pytest.approx(27.4548, abs=0.0005)


def test_no_traffic_comes_towards_who_drives_around_a_roundabout() -> None:
    # Without the 2 S(3.25) = 1.9254 s for crossing it.
    assert seconds(-90, roundabout=True) == pytest.approx(7.3197 - 1.9254, abs=0.0005)


CROSSING = """
   D
   |
   |
A--B--C
"""
ARMS = {"AB": ROAD, "BC": ROAD, "BD": ROAD}


def turn_ms(roads, start: tuple[str, float], end: tuple[str, float], **more: object) -> int:
    """Return what a drive of whole edges costs beyond its arcs, without and with turns."""
    with_turns, without = (roads.drive(start, end, turns=turns, **more) for turns in (True, False))
    return with_turns[0] - without[0]


def test_turns_at_a_junction_of_three_roads_cost_time(drawn_roads) -> None:
    roads = drawn_roads(CROSSING, ARMS)
    # Straight on: 7.5 S(-6.9875) = 0.0069 s; left 7.3197 s; right from D to A 7.5 S(-0.9410) =
    # 2.1054 s.
    assert turn_ms(roads, ("AB", 0), ("BC", 1)) == 7
    assert turn_ms(roads, ("AB", 0), ("BD", 1)) == 7320
    assert turn_ms(roads, ("BD", 1), ("AB", 0)) == 2105


def test_a_junction_counts_the_roads_the_vehicle_may_use(drawn_roads) -> None:
    roads = drawn_roads(CROSSING, {**ARMS, "BC": {"highway": "cycleway"}})
    # For a van A-B-D is a bend, for a cargo bike a crossing.
    assert turn_ms(roads, ("AB", 0), ("BD", 1), profile="van") == 0
    assert turn_ms(roads, ("AB", 0), ("BD", 1), profile="cargo-bike") > 1000


def test_turning_back_at_a_dead_end_costs_27_seconds(drawn_roads) -> None:
    no_left = ("AB", "B", "BD", {"restriction": "no_left_turn"})
    roads = drawn_roads(CROSSING, ARMS, restrictions=[no_left])
    # Straight on, back at C (27.455 s), right into D (2.105 s).
    assert turn_ms(roads, ("AB", 0), ("BD", 1)) == 7 + 27455 + 2105


def test_a_signal_delays_the_direction_it_stands_for(drawn_roads) -> None:
    for tags, ahead, back in (
        ({"highway": "traffic_signals"}, 2000, 2000),
        ({"highway": "traffic_signals", "traffic_signals:direction": "backward"}, 0, 2000),
        ({"highway": "give_way", "direction": "forward"}, 1000, 0),
        ({"highway": "stop", "direction": "forward"}, 2000, 0),
        ({"barrier": "gate"}, 60000, 60000),
    ):
        roads = drawn_roads("A--B--C", {"ABC": ROAD}, nodes={"B": tags})
        # 6 cells, in two pieces of 3,336 dm: 48,038 ms each.
        assert roads.drive(("ABC", 0), ("ABC", 1)) == (2 * 48038 + ahead, 6672), tags
        assert roads.drive(("ABC", 1), ("ABC", 0)) == (2 * 48038 + back, 6672), tags


def test_a_minor_stop_is_for_those_who_come_from_the_slower_road(drawn_roads) -> None:
    ways = {"AB": {"highway": "primary"}, "BC": {"highway": "primary"}, "BD": ROAD}
    nodes = {"B": {"highway": "stop", "stop": "minor"}}
    stop, none = drawn_roads(CROSSING, ways, nodes=nodes), drawn_roads(CROSSING, ways)
    lost = {
        (start, end): stop.drive(*way)[0] - none.drive(*way)[0]
        for start, end, way in (
            ("A", "C", (("AB", 0), ("BC", 1))),
            ("A", "D", (("AB", 0), ("BD", 1))),
            ("D", "A", (("BD", 1), ("AB", 0))),
        )
    }
    assert lost == {("A", "C"): 0, ("A", "D"): 0, ("D", "A"): 2000}


def test_a_stop_sign_near_a_crossing_is_for_those_who_come_to_it(drawn_roads, tmp_path) -> None:
    # A--------SB with S 11 m before the crossing B.
    picture = """
A--S--B--C
      |
      D
"""
    ways = {"ASB": ROAD, "BC": ROAD, "BD": ROAD}
    stop = {"S": {"highway": "stop"}}
    far = drawn_roads(picture, ways, nodes=stop)
    # 333 m away from any crossing it is for both.
    assert far.drive(("ASB", 0), ("ASB", 1))[0] == 2 * 48038 + 2000
    assert far.drive(("ASB", 1), ("ASB", 0))[0] == 2 * 48038 + 2000
    path = tmp_path / "drawn.osm"
    # S moved from longitude 0.003 to 0.0059: 11.1 m before B at 0.006.
    path.write_text(path.read_text("utf-8").replace('lon="0.0030000"', 'lon="0.0059000"'))
    near = type(far)(path, list(ways))
    arcs_ms = 94471 + 1598  # 6,560.5 and 111.2 dm, rounded to 6,561 and 111
    to_crossing, from_crossing = (
        near.drive(("ASB", 0), ("ASB", 1))[0],
        near.drive(("ASB", 1), ("ASB", 0))[0],
    )
    assert to_crossing == pytest.approx(arcs_ms + 2000, abs=20)
    assert to_crossing - from_crossing == 2000


def test_a_bollard_stops_a_van_that_may_turn_there_and_lets_a_bicycle_through(drawn_roads) -> None:
    picture = """
   D
   |
   |
A--B--C--E
"""
    ways = {**ARMS, "CE": ROAD}
    no_left = ("AB", "B", "BD", {"restriction": "no_left_turn"})
    roads = drawn_roads(picture, ways, nodes={"C": {"barrier": "bollard"}}, restrictions=[no_left])
    # The van turns back at C; what lies behind is an island for it, not for a bicycle.
    assert roads.cells(("AB", 0), ("BD", 1)) == 12
    assert roads.cells(("AB", 0), ("CE", 1)) is None
    assert not roads.metric("van").edge_usable[roads.place("CE", 0.5)[0]]
    assert roads.cells(("AB", 0), ("CE", 1), profile="cargo-bike") == 9
    assert roads.metric("van").report["blocked_vertices"] == 1


def test_a_ferry_takes_its_duration_over_its_whole_way_whatever_the_level(drawn_roads) -> None:
    picture = """
A--B-----C--D--E
         |
         F
"""
    ways = {
        "AB": ROAD,
        "BCD": {"route": "ferry", "duration": "00:30"},
        "DE": ROAD,
        "CF": ROAD,
    }
    roads = drawn_roads(picture, ways)
    # 9 cells of ferry; to C 6 of them: 20 minutes.
    there = roads.drive(("AB", 0), ("CF", 0))
    # 3,336 dm of road at 14.4 ms; 6,672 of 10,008 dm of ferry.
    assert there == (48038 + 1_200_000, 3336 + 6672)
    slow = replace(load_profile("van"), time_factor=2.0)
    twice = roads.drive(("AB", 0), ("CF", 0), profile=slow)
    assert twice[0] - there[0] == 96077 - 48038
    assert not roads.metric().edge_usable[roads.place("BCD", 0.5)[0]]


def test_the_level_factor_scales_roads_turns_and_delays_alike(drawn_roads) -> None:
    roads = drawn_roads(CROSSING, ARMS, nodes={"B": {"highway": "traffic_signals"}})
    base = load_profile("van")
    drives = [
        roads.drive(("AB", 0), ("BD", 1), turns=True, profile=replace(base, time_factor=factor))[0]
        for factor in (1.0, 1.5)
    ]
    assert drives[0] == 2 * 48038 + 7320 + 2000
    assert drives[1] == pytest.approx(1.5 * drives[0], abs=2)
    turns = [
        turn_ms(roads, ("AB", 0), ("BD", 1), profile=replace(base, turn_factor=factor))
        for factor in (1.0, 0.5)
    ]
    assert turns == [7320, 3660]


def test_a_bridge_is_too_low_for_a_lorry_only(drawn_roads) -> None:
    picture = """
A----B
|    |
|    |
D----C
"""
    roads = drawn_roads(picture, {"AB": {**ROAD, "maxheight": "3.0"}, "BCDA": ROAD})
    start, end = ("BCDA", 0), ("BCDA", 1)
    assert roads.cells(start, end, profile="van") == 5
    assert roads.cells(start, end, profile="truck") == 11


def test_a_roundabout_is_driven_one_way_around(drawn_roads) -> None:
    picture = """
   N
   |
W--A--B--E
   |  |
   D--C
      |
      S
"""
    # Anticlockwise: A, D, C, B.
    ways = {
        "ADCBA": {"highway": "residential", "junction": "roundabout"},
        "WA": ROAD, "BE": ROAD, "CS": ROAD, "AN": ROAD,
    }  # fmt: skip
    roads = drawn_roads(picture, ways)
    # W to E: 3 + 2 + 3 + 2 + 3; E to W: 3 + 3 + 3; W to N around: 3 + 10 + 2.
    assert roads.cells(("WA", 0), ("BE", 1)) == 13
    assert roads.cells(("BE", 1), ("WA", 0)) == 9
    assert roads.cells(("WA", 0), ("AN", 1)) == 5


def test_a_road_closed_for_a_while_is_driven_around(drawn_roads) -> None:
    picture = """
A----B
|    |
|    |
D----C
"""
    roads = drawn_roads(picture, {"AB": ROAD, "BCDA": ROAD})
    start, end = ("BCDA", 0), ("BCDA", 1)
    arc = roads.arc("AB", 0.5)
    # From B to A only, against the drawing.
    shut = ClosedEdges(arc=np.array([arc ^ 1]), time_factor=np.array([np.inf]))
    assert roads.cells(start, end, closures=shut) == 11
    assert roads.cells(end, start, closures=shut) == 5
    metric = roads.metric(closures=shut)
    assert (metric.arc_ms[arc ^ 1], metric.arc_access[arc ^ 1]) == (-1, Access.CLOSED)
    assert metric.edge_usable.all()


def test_of_two_reasons_to_be_slow_the_stronger_counts(drawn_roads) -> None:
    roads = drawn_roads("A--B--C", {"AB": ROAD, "BC": ROAD})
    slow = ClosedEdges(arc=np.array([0, 0, 1]), time_factor=np.array([1.5, 2.0, 1.0]))
    metric = roads.metric(closures=slow)
    assert metric.arc_ms.tolist() == [2 * 48038, 48038, 48038, 48038]
    assert roads.metric().arc_ms.tolist() == [48038] * 4


def test_a_closed_road_does_not_straighten_the_crossing(drawn_roads) -> None:
    roads = drawn_roads(CROSSING, ARMS)
    closed = roads.arc("BC", 0.5)
    shut = ClosedEdges(arc=np.array([closed, closed ^ 1]), time_factor=np.array([np.inf] * 2))
    assert turn_ms(roads, ("AB", 0), ("BD", 1), closures=shut) == 7320


def test_a_season_ends_with_its_last_day(drawn_roads) -> None:
    dated = {"highway": "residential", "motor_vehicle:conditional": "no @ (Nov 15-Apr 30)"}
    roads = drawn_roads("A--B--C", {"AB": ROAD, "BC": dated})
    open_on = {
        day: bool(roads.metric(on=day).edge_usable[1])
        for day in (dt.date(2026, 4, 30), dt.date(2026, 5, 1), dt.date(2026, 11, 15))
    }
    assert list(open_on.values()) == [False, True, False]


def test_what_is_not_allowed_costs_no_way_and_everything_else_less(drawn_roads) -> None:
    roads = drawn_roads(CROSSING, {**ARMS, "BC": ONE_WAY})
    metric = roads.metric()
    packed = metric.link_packed
    assert ((packed == NO_WAY) | (packed < 1 << 53)).all()
    into = roads.states.turn_to[roads.states.link_turn]
    assert (packed[metric.arc_access[into] == Access.CLOSED] == NO_WAY).all()


def test_times_given_by_the_file_count_and_follow_the_level(drawn_roads) -> None:
    roads = drawn_roads("A--B--C", {"AB": ROAD, "BC": ROAD})
    given = np.array([[50_000, -1], [-1, 60_000]], dtype=np.int32)
    roads.topology = replace(roads.topology, fixed_ms=given)
    assert roads.metric().arc_ms.tolist() == [50_000, 48038, 48038, 60_000]
    twice = replace(load_profile("van"), time_factor=2.0)
    assert roads.metric(twice).arc_ms.tolist() == [100_000, 96077, 96077, 120_000]
