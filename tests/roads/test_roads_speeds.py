"""Who may drive a way, in which direction, how fast."""

from __future__ import annotations

import pytest

from colivraison.roads import PROFILE_NAMES
from colivraison.roads.profile import load_profile
from colivraison.roads.speeds import RELEVANT_KEYS, drive, limit_kmh

VAN = load_profile("van")
CAR = load_profile("car")


def tags_of(text: str) -> dict[str, str]:
    """``residential maxspeed=30`` -> highway=residential, maxspeed=30."""
    first, *rest = text.split()
    return {"highway": first, **dict(part.split("=", 1) for part in rest)}


@pytest.mark.parametrize(
    ("text", "forward_kmh", "backward_kmh"),
    [
        ("residential", 25, 25),
        ("trunk_link", 40, 40),
        ("track", 10, 10),
        # A limit replaces the class speed by 0.8 of it, upwards too.
        ("residential maxspeed=50", 40, 40),
        ("secondary maxspeed=30", 24, 24),
        ("secondary maxspeed:forward=50 maxspeed=80", 40, 64),
        ("primary maxspeed:advisory=50 maxspeed=80", 40, 40),
        # 0.8 x 30 x 1.609344
        ("residential maxspeed=30mph", 38.624256, 38.624256),
        ("motorway maxspeed=none", 112, 0),
        ("tertiary maxspeed=signals", 40, 40),
        ("tertiary maxspeed=0", 40, 40),
        ("tertiary maxspeed=50;70", 40, 40),
        # Zones: 0.8 x 80 in France, 0.8 x 90 where the country has no line of its own.
        ("unclassified maxspeed=FR:rural", 64, 64),
        ("unclassified source:maxspeed=DE:rural", 72, 72),
        ("residential maxspeed:type=FR:zone30", 24, 24),
        ("residential zone:maxspeed=FR:30", 24, 24),
        # Caps.
        ("secondary surface=gravel", 40, 40),
        ("residential surface=gravel", 25, 25),
        ("track maxspeed=80 tracktype=grade2", 40, 40),
        ("tertiary surface=mud smoothness=horrible", 10, 10),
        ("tertiary smoothness=impassable", 0, 0),
        # Directions.
        ("residential oneway=yes", 25, 0),
        ("residential oneway=-1", 0, 25),
        ("residential oneway=reversible", 0, 0),
        ("residential oneway=yes oneway:motor_vehicle=no", 25, 25),
        ("residential oneway=no oneway:bicycle=yes", 25, 25),
        ("tertiary junction=roundabout", 40, 0),
        ("tertiary junction=roundabout oneway=no", 40, 40),
        ("motorway", 90, 0),
        # Access: the most specific key decides.
        ("residential access=no", 0, 0),
        ("residential access=no motor_vehicle=yes", 25, 25),
        ("residential motor_vehicle=agricultural", 0, 0),
        ("residential vehicle=no bicycle=yes", 0, 0),
        ("service access=private", 15, 15),
        ("service service=emergency_access", 0, 0),
        # Not for motor vehicles, not built, or a square.
        ("footway", 0, 0),
        ("cycleway motor_vehicle=yes", 0, 0),
        ("construction", 0, 0),
        ("service area=yes", 0, 0),
    ],
)
def test_speed_and_direction_follow_the_tags(
    text: str, forward_kmh: float, backward_kmh: float
) -> None:
    found = drive(tags_of(text), VAN)
    assert (found.forward_kmh, found.backward_kmh) == pytest.approx((forward_kmh, backward_kmh))


@pytest.mark.parametrize(
    ("text", "restricted"),
    [
        ("service", False),
        ("service access=private", True),
        ("residential motor_vehicle=destination", True),
        ("residential access=private motor_vehicle=yes", False),
        ("track", True),
        ("track access=yes", True),
    ],
)
def test_private_roads_and_tracks_are_for_those_who_go_there(
    text: str, *, restricted: bool
) -> None:
    assert drive(tags_of(text), VAN).restricted is restricted


def test_a_rule_for_goods_vehicles_concerns_the_van_and_not_the_car() -> None:
    tags = tags_of("residential goods=no")
    assert drive(tags, VAN).forward_kmh == 0
    assert drive(tags, CAR).forward_kmh == 25


@pytest.mark.parametrize("text", ["walk", "FR:unknown", "fast", "-5", "", "1e3"])
def test_a_limit_that_names_no_speed_is_none(text: str) -> None:
    assert limit_kmh(text, VAN) is None


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_every_profile_looks_only_at_tags_that_are_kept_while_reading(name: str) -> None:
    profile = load_profile(name)
    assert {
        *profile.access_keys,
        *(f"oneway:{key}" for key in profile.access_keys),
    } <= RELEVANT_KEYS


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'tank'"):
        load_profile("tank")
