"""Turn restrictions on crossings small enough to see what is left to drive.

Turns cost nothing here, so the length of the best journey, in cells of the picture, tells which way
was driven.
"""

from __future__ import annotations

import datetime as dt

import pytest

ROAD = {"highway": "residential"}

CROSSING = """
   D
   |
   |
A--B--C
   |
   |
   E
"""
ARMS = {"AB": ROAD, "BC": ROAD, "BD": ROAD, "BE": ROAD}  # every arm is 3 cells, every end is dead

BYPASS = """
A--B--C--D
   |  |
   E  F
"""
# AB, BC and CD are 3 cells, BE and CF 2.
COMB = {"AB": ROAD, "BC": ROAD, "CD": ROAD, "BE": ROAD, "CF": ROAD}


def rule(kind: str, **more: str) -> dict[str, str]:
    return {"restriction": kind, **more}


def test_without_restrictions_every_arm_is_six_cells_away(drawn_roads) -> None:
    roads = drawn_roads(CROSSING, ARMS)
    assert [roads.cells(("AB", 0), (arm, 1)) for arm in ("BC", "BD", "BE")] == [6, 6, 6]


def test_no_left_turn_is_driven_by_turning_back_at_the_next_dead_end(drawn_roads) -> None:
    roads = drawn_roads(CROSSING, ARMS, restrictions=[("AB", "B", "BD", rule("no_left_turn"))])
    # 3 to B, 3 to C and 3 back, 3 to D; all else as before.
    assert roads.cells(("AB", 0), ("BD", 1)) == 12
    assert roads.cells(("AB", 0), ("BC", 1)) == 6
    assert roads.cells(("BD", 1), ("AB", 0)) == 6
    assert roads.cells(("BC", 1), ("BD", 1)) == 6
    assert roads.report["restrictions_applied"] == 1


def test_only_straight_on_forbids_all_other_turns_from_that_road(drawn_roads) -> None:
    roads = drawn_roads(CROSSING, ARMS, restrictions=[("AB", "B", "BC", rule("only_straight_on"))])
    assert [roads.cells(("AB", 0), (arm, 1)) for arm in ("BC", "BD", "BE")] == [6, 12, 12]
    assert [roads.cells(("BD", 1), (arm, 1)) for arm in ("AB", "BC", "BE")] == [3, 6, 6]


def test_two_only_rules_from_one_road_allow_what_either_allows(drawn_roads) -> None:
    roads = drawn_roads(
        CROSSING,
        ARMS,
        restrictions=[
            ("AB", "B", "BC", rule("only_straight_on")),
            ("AB", "B", "BE", rule("only_right_turn")),
        ],
    )
    assert [roads.cells(("AB", 0), (arm, 1)) for arm in ("BC", "BD", "BE")] == [6, 12, 6]


def test_no_entry_counts_for_every_road_it_names(drawn_roads) -> None:
    roads = drawn_roads(CROSSING, ARMS, restrictions=[(["AB", "BE"], "B", "BD", rule("no_entry"))])
    # From A and E only by way of the dead end C.
    assert [roads.cells(("AB", 0), ("BD", 1)), roads.cells(("BE", 1), ("BD", 1))] == [12, 12]
    assert roads.cells(("BC", 1), ("BD", 1)) == 6


def test_no_exit_counts_for_every_road_it_names(drawn_roads) -> None:
    roads = drawn_roads(CROSSING, ARMS, restrictions=[("AB", "B", ["BD", "BE"], rule("no_exit"))])
    assert [roads.cells(("AB", 0), (arm, 1)) for arm in ("BC", "BD", "BE")] == [6, 12, 12]


def test_no_u_turn_closes_the_dead_end_for_turning(drawn_roads) -> None:
    short_arm = """
   D
   |
   |
A--B--C
   E
"""
    left = ("AB", "B", "BD", rule("no_left_turn"))
    roads = drawn_roads(short_arm, ARMS, restrictions=[left])
    # E is 1 cell away: 3 + 1 + 1 + 3.
    assert roads.cells(("AB", 0), ("BD", 1)) == 8
    roads = drawn_roads(short_arm, ARMS, restrictions=[left, ("BE", "E", "BE", rule("no_u_turn"))])
    assert roads.cells(("AB", 0), ("BD", 1)) == 12


def test_the_piece_at_the_via_counts_where_a_road_is_cut_in_pieces(drawn_roads) -> None:
    picture = """
    D
    |
A-X-B-Y-C
  | | |
  F E G
"""
    ways = {"AXB": ROAD, "BYC": ROAD, "BD": ROAD, "BE": ROAD, "XF": ROAD, "YG": ROAD}
    roads = drawn_roads(picture, ways, restrictions=[("AXB", "B", "BYC", rule("no_straight_on"))])
    # A-X-B, into E and back (2 + 2), B-Y-C.
    assert roads.cells(("AXB", 0), ("BYC", 1)) == 12
    assert roads.cells(("AXB", 0), ("BE", 1)) == 6
    assert roads.report["restrictions_applied"] == 1


def test_no_turn_over_a_way_forbids_only_the_whole_sequence(drawn_roads) -> None:
    roads = drawn_roads(BYPASS, COMB, restrictions=[("AB", "BC", "CF", rule("no_right_turn"))])
    # A-B, into E and back, B-C-F: 3 + 2 + 2 + 3 + 2.
    assert roads.cells(("AB", 0), ("CF", 1)) == 12
    # Not over the whole sequence: as without it.
    assert roads.cells(("BE", 1), ("CF", 1)) == 7
    assert roads.cells(("AB", 0), ("CD", 1)) == 9
    assert roads.cells(("BC", 0), ("CF", 1)) == 5
    # Back again nothing is forbidden.
    assert roads.cells(("CF", 1), ("AB", 0)) == 8


def test_only_over_a_way_binds_from_its_first_road_to_its_last(drawn_roads) -> None:
    roads = drawn_roads(BYPASS, COMB, restrictions=[("AB", "BC", "CD", rule("only_straight_on"))])
    # From A one is bound until D: 9, and back from there, to F 3 + 2, to E 3 + 3 + 2.
    assert roads.cells(("AB", 0), ("CD", 1)) == 9
    assert roads.cells(("AB", 0), ("CF", 1)) == 14
    assert roads.cells(("AB", 0), ("BE", 1)) == 17
    # Nobody else is bound.
    assert roads.cells(("BE", 1), ("CF", 1)) == 7
    assert roads.cells(("BC", 0), ("CF", 1)) == 5


def test_a_via_of_two_ways_is_followed_in_their_order(drawn_roads) -> None:
    picture = """
A--B--C--D--G
      |
      E
"""
    ways = {"AB": ROAD, "BC": ROAD, "CD": ROAD, "DG": ROAD, "CE": ROAD}
    roads = drawn_roads(
        picture, ways, restrictions=[("AB", ["BC", "CD"], "DG", rule("no_straight_on"))]
    )
    # A-B-C, into E and back (2 + 2), C-D-G.
    assert roads.cells(("AB", 0), ("DG", 1)) == 16
    assert roads.cells(("BC", 0), ("DG", 1)) == 9
    assert roads.cells(("CE", 1), ("DG", 1)) == 8


def test_of_overlapping_restrictions_over_ways_the_shorter_one_holds_inside_the_longer(
    drawn_roads,
) -> None:
    picture = """
         H
         |
A--B--C--D--G
      |
      E
"""
    ways = {"AB": ROAD, "BC": ROAD, "CD": ROAD, "DG": ROAD, "DH": ROAD, "CE": ROAD}
    roads = drawn_roads(
        picture,
        ways,
        restrictions=[
            ("AB", ["BC", "CD"], "DG", rule("no_straight_on")),
            ("BC", "CD", "DH", rule("no_left_turn")),
        ],
    )
    # DH is 2 cells, CE 2. From A both ends only by way of E: 3 + 3 + 2 + 2 + 3, then 2 or 3.
    assert roads.cells(("AB", 0), ("DH", 1)) == 15
    assert roads.cells(("AB", 0), ("DG", 1)) == 16
    # From a place on BC only the second one holds.
    assert roads.cells(("BC", 0), ("DG", 1)) == 9
    assert roads.cells(("BC", 0), ("DH", 1)) == 12


def test_two_restrictions_may_share_their_way_between(drawn_roads) -> None:
    roads = drawn_roads(
        BYPASS,
        COMB,
        restrictions=[
            ("AB", "BC", "CF", rule("no_right_turn")),
            ("BE", "BC", "CD", rule("no_straight_on")),
        ],
    )
    # A to F by way of E, E to D by way of F: 2 + 3 + 2 + 2 + 3.
    assert roads.cells(("AB", 0), ("CF", 1)) == 12
    assert roads.cells(("BE", 1), ("CD", 1)) == 12


def test_a_u_turn_over_the_link_between_two_carriageways_is_forbidden(drawn_roads) -> None:
    picture = """
A--B--C
   |  |
F--E--D
"""
    one_way = {"highway": "primary", "oneway": "yes"}
    ways = {"AB": one_way, "BC": one_way, "CD": ROAD, "DE": one_way, "EF": one_way, "BE": ROAD,
            "FA": ROAD}  # fmt: skip
    forbidden = [("AB", "BE", "EF", rule("no_u_turn"))]
    free = drawn_roads(picture, ways)
    roads = drawn_roads(picture, ways, restrictions=forbidden)
    assert roads.report["restrictions_applied"] == 1
    start, end = ("AB", 0.5), ("EF", 0.5)
    # Over the link, 2 cells; with the rule on to C and over to D.
    assert free.cells(start, end) == 1.5 + 2 + 1.5
    assert roads.cells(start, end) == 1.5 + 3 + 2 + 3 + 1.5


def test_vehicles_that_are_excepted_may_turn(drawn_roads) -> None:
    roads = drawn_roads(
        CROSSING,
        ARMS,
        restrictions=[("AB", "B", "BD", {"restriction": "no_left_turn", "except": "goods;psv"})],
    )
    start, end = ("AB", 0), ("BD", 1)
    # A van is a goods vehicle, a car is none.
    assert roads.cells(start, end, profile="van") == 6
    assert roads.cells(start, end, profile="car") == 12


@pytest.mark.parametrize(
    "tags",
    [
        {"restriction:hgv": "no_left_turn"},
        {"type": "restriction:hgv", "restriction": "no_left_turn"},
    ],
)
def test_a_restriction_for_lorries_is_for_lorries(drawn_roads, tags) -> None:
    roads = drawn_roads(CROSSING, ARMS, restrictions=[("AB", "B", "BD", tags)])
    start, end = ("AB", 0), ("BD", 1)
    assert roads.cells(start, end, profile="truck") == 12
    assert roads.cells(start, end, profile="van") == 6


def test_a_dated_restriction_over_a_way_holds_on_its_days(drawn_roads) -> None:
    roads = drawn_roads(
        BYPASS,
        COMB,
        restrictions=[
            ("AB", "BC", "CF", {"restriction:conditional": "no_right_turn @ (Jul 01-Aug 31)"})
        ],
    )
    start, end = ("AB", 0), ("CF", 1)
    assert roads.cells(start, end, on=dt.date(2026, 7, 14)) == 12
    assert roads.cells(start, end, on=dt.date(2026, 9, 1)) == 8
    assert roads.cells(start, end) == 8


def test_restrictions_that_cannot_be_laid_on_the_roads_are_counted_with_the_reason(
    drawn_roads,
) -> None:
    roads = drawn_roads(
        BYPASS,
        COMB,
        restrictions=[
            ("gone", "B", "BC", rule("no_left_turn")),
            ("AB", "B", "CD", rule("no_left_turn")),
            ("AB", "CD", "BE", rule("no_left_turn")),
            ("AB", "D", "BC", rule("no_left_turn")),
        ],
    )
    assert roads.report == {
        "restrictions_applied": 0,
        "restrictions_way_missing": 1,
        "restrictions_via_missing": 0,
        "restrictions_not_connected": 3,
        "restrictions_against_one_way": 0,
        "restrictions_ambiguous": 0,
    }
    assert roads.cells(("AB", 0), ("CF", 1)) == 8


def test_a_via_in_the_middle_of_a_two_way_road_is_ambiguous_in_that_of_a_one_way_road_not(
    drawn_roads,
) -> None:
    picture = """
   D
   |
A--B--C
"""
    left = [("ABC", "B", "BD", rule("no_left_turn"))]
    roads = drawn_roads(picture, {"ABC": ROAD, "BD": ROAD}, restrictions=left)
    assert roads.report["restrictions_ambiguous"] == 1
    one_way = {"highway": "residential", "oneway": "yes"}
    ways = {"ABC": one_way, "BD": ROAD, "CA": ROAD}
    roads = drawn_roads(picture, ways, restrictions=left)
    assert roads.report["restrictions_applied"] == 1
    # There is no other way in.
    assert roads.cells(("ABC", 0), ("BD", 1)) is None


def test_a_restriction_holds_in_every_layer(drawn_roads) -> None:
    private = {"highway": "residential", "access": "private"}
    ways = {"AB": private, "BC": private, "CD": ROAD, "BE": private, "CF": private}
    picture = BYPASS.replace("D", "D--G")
    roads = drawn_roads(
        picture,
        {**ways, "DG": ROAD},
        restrictions=[("AB", "BC", "CF", rule("no_right_turn"))],
    )
    # All in one private pocket: A-B-E-B-C-F as on public roads.
    assert roads.cells(("AB", 0), ("CF", 1)) == 12
    assert roads.cells(("AB", 0), ("DG", 1)) == 12


def test_a_restriction_of_what_a_one_way_street_forbids_already_is_counted(drawn_roads) -> None:
    ways = {**ARMS, "BD": {"highway": "residential", "oneway": "-1"}}
    roads = drawn_roads(CROSSING, ways, restrictions=[("AB", "B", "BD", rule("no_left_turn"))])
    assert roads.report["restrictions_against_one_way"] == 1
    assert roads.report["restrictions_applied"] == 0
