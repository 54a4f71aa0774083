"""Turn restrictions: what their tags say, and to whom."""

from __future__ import annotations

import datetime as dt

import pytest

from colivraison.roads.profile import load_profile
from colivraison.roads.reading.turn_relations import Member, read_restriction
from colivraison.roads.rules import RestrictionRule, restriction_applies, restriction_rules

NOVEMBER = dt.date(2026, 11, 26)
ALL = {"van", "truck", "car", "osrm-car", "cargo-bike"}


def tags_of(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split("|"))


def concerned(text: str, on: dt.date | None = None) -> set[str]:
    rules = restriction_rules(tags_of(text)).rules
    return {
        name
        for name in ALL
        if any(restriction_applies(rule, load_profile(name), on) for rule in rules)
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("type=restriction|restriction=no_left_turn", ALL),
        ("type=restriction|restriction=only_straight_on", ALL),
        ("type=restriction|restriction=no_left_turn|except=bicycle", ALL - {"cargo-bike"}),
        ("type=restriction|restriction=no_left_turn|except=psv", ALL),
        ("type=restriction|restriction=no_left_turn|except=psv;hgv", ALL - {"truck"}),
        ("type=restriction|restriction=no_left_turn|except=motorcar; goods", {"cargo-bike"}),
        ("type=restriction|restriction:hgv=no_left_turn", {"truck"}),
        ("type=restriction|restriction:goods=no_left_turn", {"truck", "van"}),
        ("type=restriction|restriction:motorcar=no_left_turn", {"van", "car", "osrm-car"}),
        ("type=restriction|restriction:bicycle=no_left_turn", {"cargo-bike"}),
        ("type=restriction|restriction:bus=no_left_turn", set()),
        ("type=restriction:hgv|restriction=no_left_turn", {"truck"}),
        ("type=restriction|restriction:conditional=no_left_turn @ (weight>3.5)", {"truck"}),
        # By the day: nobody without one.
        ("type=restriction|restriction:conditional=no_left_turn @ (Nov-Apr)", set()),
        ("type=restriction|restriction:hgv:conditional=no_left_turn @ (weight>7)", {"truck"}),
        # By hours: not applied.
        ("type=restriction|restriction:conditional=no_left_turn @ (07:00-09:00)", set()),
    ],
)
def test_a_rule_concerns_its_vehicles(text: str, names: set[str]) -> None:
    assert concerned(text) == names


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("Nov-Apr", ALL),
        ("Jul-Aug", set()),
        ("Nov-Apr AND weight>3.5", {"truck"}),
        ("Mo-Fr", ALL),
        ("Mo-Fr 07:00-09:00", set()),
    ],
)
def test_a_dated_rule_applies_on_its_days(condition: str, names: set[str]) -> None:
    text = f"type=restriction|restriction:conditional=no_left_turn @ ({condition})"
    assert concerned(text, NOVEMBER) == names


def test_a_rule_keeps_what_the_map_says() -> None:
    found = restriction_rules(tags_of("restriction=only_right_turn|except=bus;bicycle"))
    assert found.rules == (
        RestrictionRule(only=True, kind="only_right_turn", excepted=("bus", "bicycle")),
    )
    assert (found.dropped, found.skipped) == ((), ())


@pytest.mark.parametrize(
    ("text", "dropped", "skipped"),
    [
        ("type=restriction|restriction=no_right_turn_on_red", ("unknown_kind",), ()),
        ("type=restriction", ("unknown_kind",), ()),
        ("restriction=no_left_turn|day_on=Monday|hour_on=7", ("hours",), ()),
        (
            "restriction:conditional=no_left_turn @ (Mo-Fr 07:00-09:00)",
            (),
            ("restriction:conditional",),
        ),
    ],
)
def test_what_is_left_out_has_a_reason(
    text: str, dropped: tuple[str, ...], skipped: tuple[str, ...]
) -> None:
    found = restriction_rules(tags_of(text))
    assert found.rules == ()
    assert (found.dropped, found.skipped) == (dropped, skipped)


@pytest.mark.parametrize(
    ("kind", "members", "reasons"),
    [
        ("no_left_turn", "f1 v2 t3", []),
        ("no_left_turn", "f1 w2 t3", []),
        ("no_left_turn", "f1 w2 w4 t3", []),
        ("no_u_turn", "f1 v2 t1", []),
        ("no_entry", "f1 f4 v2 t3", []),
        ("no_exit", "f1 v2 t3 t4", []),
        ("no_left_turn", "v2 t3", ["no_from"]),
        ("no_left_turn", "f1 v2", ["no_to"]),
        ("no_left_turn", "f1 t3", ["no_via"]),
        ("no_left_turn", "f1 v2 w5 t3", ["via_mixed"]),
        ("no_left_turn", "f1 v2 v5 t3", ["several_via"]),
        ("no_left_turn", "f1 f4 v2 t3", ["several_from"]),
        ("no_left_turn", "f1 v2 t3 t4", ["several_to"]),
        ("no_exit", "f1 f4 v2 t3", ["several_from"]),
    ],
)
def test_members_in_the_wrong_roles_are_counted(
    kind: str, members: str, reasons: list[str]
) -> None:
    roles = {"f": ("w", "from"), "t": ("w", "to"), "v": ("n", "via"), "w": ("w", "via")}
    read: list[Member] = [
        (roles[one[0]][0], int(one[1:]), roles[one[0]][1]) for one in members.split()
    ]
    kept, dropped, skipped = read_restriction(
        7, {"type": "restriction", "restriction": kind}, [*read, ("n", 9, "location_hint")]
    )
    assert dropped == reasons
    assert skipped == ()
    assert len(kept) == (not reasons)


def test_via_ways_stay_in_their_order() -> None:
    members = [("w", 1, "from"), ("w", 8, "via"), ("w", 3, "via"), ("w", 5, "to")]
    ((found,), _, _) = read_restriction(7, {"restriction": "no_u_turn"}, members)
    assert (found.from_ways, found.via_ways, found.to_ways) == ((1,), (8, 3), (5,))
    assert (found.relation_id, found.via_nodes) == (7, ())
