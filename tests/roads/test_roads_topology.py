"""Ways cut into edges, and the angles between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from colivraison.roads.graph.topology import arc_heads, arc_tails, cut_at_junctions
from colivraison.roads.graph.turns import turns_at_junctions
from colivraison.roads.reading.raw import RawWays

# Where nodes stand, in cells of 0.001 degrees east and north (111.195 m at the equator).
AT = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (3, 0), 5: (1, 1), 6: (2, 1), 7: (1, -1)}


def ways(*nodes: tuple[int, ...], special: dict[int, int] | None = None) -> RawWays:
    flat = [node for each in nodes for node in each]
    standing = sorted((special or {}).items())
    count = len(nodes)
    return RawWays(
        way_first=np.cumsum([0, *(len(each) for each in nodes)]),
        way_tags=np.zeros(count, dtype=np.int64),
        way_ids=100 + np.arange(count),
        way_name=np.full(count, -1),
        names=(),
        tag_sets=({"highway": "residential"},),
        node_ids=np.array(flat),
        lat=np.array([AT[node][1] / 1000 for node in flat]),
        lon=np.array([AT[node][0] / 1000 for node in flat]),
        special_ids=np.array([node for node, _ in standing], dtype=np.int64),
        special_tags=np.array([tags for _, tags in standing], dtype=np.int64),
        node_tag_sets=({"highway": "traffic_signals"},) * 2,
        fixed_ms=np.zeros((0, 2), dtype=np.int64),
        fixed_length_m=np.zeros(0),
    )


def ends(topology) -> list[tuple[int, int]]:
    ids = topology.vertex_ids
    return list(zip(ids[topology.tail].tolist(), ids[topology.head].tolist(), strict=True))


def test_a_way_is_cut_where_another_one_touches_it() -> None:
    topology = cut_at_junctions(ways((1, 2, 3, 4), (5, 2)))
    assert ends(topology) == [(1, 2), (2, 4), (5, 2)]
    # 1 and 2 cells, in decimetres; the shape of the second keeps its bend at node 3.
    assert topology.length_dm.tolist() == [1112, 2224, 1112]
    assert (topology.shape_end - topology.shape_start).tolist() == [1, 2, 1]
    assert topology.way.tolist() == [0, 0, 1]
    assert topology.way_length_dm.tolist() == [3336, 1112]


def test_lengths_along_a_way_start_anew_with_each_way() -> None:
    topology = cut_at_junctions(ways((1, 2, 3), (5, 6)))
    # 111.195 m a cell: 11,120 cm after rounding, 22,239 after two.
    assert topology.along_cm.tolist() == [0, 11120, 22239, 0, 11120]


def test_a_way_is_cut_where_something_stands_and_where_a_restriction_says_so() -> None:
    assert ends(cut_at_junctions(ways((1, 2, 3, 4)))) == [(1, 4)]
    cut = cut_at_junctions(ways((1, 2, 3, 4), special={2: 1}), via_nodes=[3, 99])
    assert ends(cut) == [(1, 2), (2, 3), (3, 4)]
    assert cut.vertex_obstacle.tolist() == [-1, 1, -1, -1]


def test_things_on_nodes_of_no_way_are_left_out() -> None:
    cut = cut_at_junctions(ways((1, 2), special={2: 0, 77: 1}))
    assert cut.vertex_obstacle.tolist() == [-1, 0]


def test_a_closed_way_is_one_loop_and_its_two_arcs_start_where_they_end() -> None:
    topology = cut_at_junctions(ways((2, 3, 6, 5, 2), (1, 2)))
    assert ends(topology) == [(2, 2), (1, 2)]
    assert topology.length_dm.tolist() == [4448, 1112]
    assert arc_tails(topology).tolist() == [1, 1, 0, 1]
    assert arc_heads(topology).tolist() == [1, 1, 1, 0]


def test_a_way_that_passes_twice_through_a_node_is_cut_there() -> None:
    topology = cut_at_junctions(ways((1, 2, 3, 6, 5, 2, 7)))
    assert ends(topology) == [(1, 2), (2, 2), (2, 7)]


def test_a_node_repeated_at_once_makes_no_edge() -> None:
    assert ends(cut_at_junctions(ways((1, 2, 2, 3)))) == [(1, 2), (2, 3)]


def test_a_length_given_by_the_file_counts_and_spreads_over_pieces() -> None:
    raw = replace(ways((1, 2, 3), (5, 2), (1, 5)), fixed_length_m=np.array([300.0, 50.0, -1.0]))
    # The first way is drawn 222.39 m long and cut in the middle; the last one has no length given:
    # the diagonal of a cell, 157.25 m.
    assert cut_at_junctions(raw).length_dm.tolist() == [1500, 1500, 500, 1573]


def test_no_ways_give_no_edges() -> None:
    topology = cut_at_junctions(ways())
    assert (len(topology.vertex_ids), len(topology.tail), len(topology.lat_e7)) == (0, 0, 0)
    assert len(turns_at_junctions(topology, np.zeros(0, bool), np.zeros(0, bool)).to_arc) == 0


@pytest.mark.parametrize(
    ("to", "degrees"),
    # Coming from node 1 eastwards to node 2.
    [(3, 0), (5, -90), (7, 90), (6, -45)],
)
def test_left_turns_have_negative_angles_and_right_turns_positive_ones(to, degrees) -> None:
    topology = cut_at_junctions(ways((1, 2), (2, to), (4, 3)))
    every = np.ones(2 * len(topology.tail), dtype=bool)
    turns = turns_at_junctions(topology, every, np.zeros(len(topology.vertex_ids), dtype=bool))
    angle = {
        (int(a), int(b)): float(turn)
        for a, b, turn in zip(turns.from_arc, turns.to_arc, turns.angle_deg, strict=True)
    }
    assert angle[0, 2] == pytest.approx(degrees, abs=0.01)
    # And back, the same bend to the other side.
    assert angle[3, 1] == pytest.approx(-degrees, abs=0.01)


def test_turning_back_is_a_turn_only_where_allowed() -> None:
    topology = cut_at_junctions(ways((1, 2), (2, 3)))
    every = np.ones(4, dtype=bool)
    turns = turns_at_junctions(topology, every, np.array([True, False, False]))
    pairs = list(zip(turns.from_arc.tolist(), turns.to_arc.tolist(), strict=True))
    # Arc 1 arrives at node 1 and leaves it as arc 0; at node 2 one goes straight on.
    assert pairs == [(0, 2), (1, 0), (3, 1)]
    assert turns.is_u.tolist() == [False, True, False]
    assert turns.angle_deg.tolist() == [0, 180, 0]


def test_an_arc_of_a_loop_may_follow_itself() -> None:
    topology = cut_at_junctions(ways((2, 3, 6, 5, 2), (1, 2)))
    turns = turns_at_junctions(topology, np.ones(4, dtype=bool), np.zeros(2, dtype=bool))
    pairs = set(zip(turns.from_arc.tolist(), turns.to_arc.tolist(), strict=True))
    # Around once more, or out.
    assert pairs == {(0, 0), (1, 1), (0, 3), (1, 3), (2, 0), (2, 1)}
