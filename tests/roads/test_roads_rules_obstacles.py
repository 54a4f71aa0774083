"""Signals, signs, barriers and fords on nodes."""

from __future__ import annotations

import datetime as dt

import pytest

from colivraison.roads.profile import load_profile
from colivraison.roads.rules import ObstacleRules, is_obstacle, may_block, obstacle_rules
from colivraison.roads.rules.keys import kept_node_tags


def tags_of(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split("|"))


def rules_of(text: str, name: str = "van", on: dt.date | None = None) -> ObstacleRules:
    return obstacle_rules(dict(kept_node_tags(tags_of(text).items())), load_profile(name), on)


@pytest.mark.parametrize(
    ("text", "van", "osrm", "bike"),
    [
        # Seconds lost; -1 where nobody passes.
        ("barrier=gate", 60, 60, 20),
        ("barrier=lift_gate", 60, 60, 5),
        ("barrier=swing_gate", -1, -1, 20),
        ("barrier=bollard", -1, -1, 0),
        ("barrier=bollard|bollard=rising", 0, 0, 0),
        ("barrier=block", -1, -1, 0),
        ("barrier=cycle_barrier", -1, -1, 10),
        ("barrier=wall", -1, -1, -1),
        ("barrier=stile", -1, -1, -1),
        ("barrier=cattle_grid", 0, 0, 0),
        ("barrier=toll_booth", 0, 0, 0),
        ("barrier=border_control", 0, 0, 0),
        ("barrier=sally_port", 0, 0, 0),
        ("barrier=entrance", 0, 0, 0),
        ("barrier=kerb", -1, -1, 0),
        ("barrier=kerb|kerb=lowered", 0, 0, 0),
        ("barrier=kerb|highway=crossing", 0, 0, 0),
        ("barrier=fence|sensory=audible", 0, 0, 0),
        # Heights: osrm-car 2.0 m, van 2.6 m, the rider of a bicycle 2.0 m.
        ("barrier=height_restrictor", 0, 0, 0),
        ("barrier=height_restrictor|maxheight=2.2", -1, 0, 0),
        ("barrier=height_restrictor|maxheight=1.9", -1, -1, -1),
        # Openings: the bike is 0.9 m wide.
        ("barrier=cycle_barrier|maxwidth:physical=0.8", -1, -1, -1),
        # An access tag opens or closes; OSRM then waits at no gate.
        ("barrier=bollard|motor_vehicle=yes", 0, 0, 0),
        ("barrier=bollard|access=private", 0, 0, 0),
        ("barrier=gate|access=private", 60, 0, 20),
        ("barrier=gate|access=no", -1, -1, -1),
        ("barrier=gate|access=no|bicycle=yes", -1, -1, 20),
        ("barrier=gate|motor_vehicle=agricultural", -1, -1, 20),
        ("barrier=swing_gate|access=yes", 0, 0, 20),
        ("barrier=gate|vehicle=delivery", 60, 0, 20),
        # OSRM heeds access tags of nodes without a barrier.
        ("access=no", 0, -1, 0),
        ("highway=crossing|access=no", 0, -1, 0),
        # OSRM knows no fords.
        ("ford=yes", 10, 0, 10),
        ("ford=boat", -1, 0, -1),
        ("ford=stepping_stones", -1, 0, -1),
        ("highway=traffic_signals", 2, 2, 2),
        ("highway=stop", 2, 2, 2),
        ("highway=give_way", 1, 1, 1),
        ("highway=street_lamp", 0, 0, 0),
        ("highway=traffic_signals|barrier=lift_gate", 62, 62, 7),
    ],
)
def test_an_obstacle_delays_or_blocks(text: str, van: float, osrm: float, bike: float) -> None:
    found = [rules_of(text, name) for name in ("van", "osrm-car", "cargo-bike")]
    assert [-1 if one.blocked else one.delay_s for one in found] == [van, osrm, bike]
    assert is_obstacle(tags_of(text)) == any((van, osrm, bike))
    assert may_block(tags_of(text)) or -1 not in {van, osrm, bike}


@pytest.mark.parametrize(
    ("text", "side", "minor_only", "is_stop"),
    [
        ("highway=traffic_signals", 0, False, False),
        ("highway=traffic_signals|direction=forward", 1, False, False),
        ("highway=traffic_signals|traffic_signals:direction=backward", 2, False, False),
        # The sign's own tag comes first.
        (
            "highway=traffic_signals|traffic_signals:direction=backward|direction=forward",
            2, False, False,
        ),
        ("highway=traffic_signals|direction=both", 0, False, False),
        ("highway=give_way|direction=backward", 2, False, False),
        ("highway=stop", 0, False, True),
        ("highway=stop|direction=forward", 1, False, False),
        ("highway=stop|direction=both", 0, False, False),
        ("highway=stop|stop=all", 0, False, True),
        ("highway=stop|stop=minor", 0, True, False),
    ],
)  # fmt: skip
def test_signs_stand_for_one_side(text: str, side: int, *, minor_only: bool, is_stop: bool) -> None:
    found = rules_of(text)
    assert (found.side, found.minor_only, found.is_stop) == (side, minor_only, is_stop)


def test_a_gate_of_the_mountains_is_shut_in_winter() -> None:
    text = "barrier=gate|access:conditional=no @ (Nov-Apr)"
    days = (None, dt.date(2026, 7, 15), dt.date(2026, 11, 26))
    assert [rules_of(text, on=day).blocked for day in days] == [False, False, True]
    assert may_block(tags_of(text))


def test_a_signal_never_blocks() -> None:
    assert not may_block({"highway": "traffic_signals"})
    assert not is_obstacle({"highway": "crossing"})
