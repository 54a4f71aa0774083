"""How fast one drives on a way, and in which direction."""

from __future__ import annotations

import pytest

from colivraison.roads.profile import PROFILE_NAMES, load_profile
from colivraison.roads.rules import Access, WayRules, way_rules
from colivraison.roads.rules.keys import RELEVANT_KEYS, kept_tags
from colivraison.roads.rules.limits import limit_kmh
from colivraison.roads.rules.vehicles import VEHICLES

VAN = load_profile("van")


def tags_of(text: str) -> dict[str, str]:
    """``residential maxspeed=30`` -> highway=residential, maxspeed=30."""
    first, *rest = text.split()
    return {"highway": first, **dict(part.split("=", 1) for part in rest)}


def rules_of(text: str, name: str = "van") -> WayRules:
    """Return the rules after the sieve of reading, which must lose nothing that counts."""
    return way_rules(dict(kept_tags(tags_of(text).items())), load_profile(name), None)


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
        # A limit for goods vehicles, or for cars, comes before the one for all.
        ("secondary maxspeed:goods=50 maxspeed=80", 40, 40),
        ("secondary maxspeed:motorcar=70 maxspeed=80", 56, 56),
        ("secondary maxspeed:hgv=50 maxspeed=80", 64, 64),
        # Zones: 0.8 x 80 in France, 0.8 x 90 where the country has no line of its own.
        ("unclassified maxspeed=FR:rural", 64, 64),
        ("unclassified maxspeed=FR:urban", 40, 40),
        ("unclassified source:maxspeed=IT:rural", 72, 72),
        ("unclassified source:maxspeed=DE:rural", 80, 80),
        ("residential maxspeed:type=FR:zone30", 24, 24),
        ("residential zone:maxspeed=FR:30", 24, 24),
        ("residential zone:traffic=FR:urban", 40, 40),
        ("unclassified zone:traffic=FR:rural zone:maxspeed=FR:70", 56, 56),
        # A word that names no limit leaves it to the next tag.
        ("tertiary maxspeed=walk source:maxspeed=FR:urban", 40, 40),
        # Caps.
        ("secondary surface=gravel", 40, 40),
        ("residential surface=gravel", 25, 25),
        ("track maxspeed=80 tracktype=grade2", 40, 40),
        ("tertiary surface=mud smoothness=horrible", 10, 10),
        ("tertiary smoothness=impassable", 0, 0),
        ("tertiary ford=yes", 10, 10),
        ("tertiary ford=boat", 0, 0),
        ("primary bridge=movable", 5, 5),
        # Directions.
        ("residential oneway=yes", 25, 0),
        ("residential oneway=-1", 0, 25),
        ("residential oneway=reversible", 0, 0),
        ("residential oneway=alternating", 25, 25),
        ("residential oneway=yes oneway:motor_vehicle=no", 25, 25),
        ("residential oneway=yes oneway:goods=no", 25, 25),
        ("residential oneway=no oneway:bicycle=yes", 25, 25),
        # Lanes against the street are for buses and cycles, not for us.
        ("residential oneway=yes oneway:psv=no", 25, 0),
        ("residential oneway=yes oneway:bicycle=no cycleway=opposite", 25, 0),
        ("tertiary junction=roundabout", 40, 0),
        ("tertiary junction=circular", 40, 0),
        ("tertiary junction=roundabout oneway=no", 40, 40),
        ("tertiary junction=roundabout oneway=-1", 0, 40),
        ("motorway", 90, 0),
        ("motorway_link", 45, 45),
    ],
)
def test_speed_and_direction_follow_the_tags(
    text: str, forward_kmh: float, backward_kmh: float
) -> None:
    found = rules_of(text)
    assert (found.forward.kmh, found.backward.kmh) == pytest.approx((forward_kmh, backward_kmh))
    # No speed where one may not drive, and the other way round.
    for direction in (found.forward, found.backward):
        assert (direction.access == Access.CLOSED) == (direction.kmh == 0)


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        # 0.8 x 110 = 88 is below the limit of the truck, 90; 0.8 x 130 = 104 is not.
        ("trunk maxspeed=110", 88),
        ("motorway maxspeed=130", 90),
        # 0.8 x 110 = 88, but 80 where the carriageways need not be apart.
        ("primary maxspeed=110", 80),
        ("secondary maxspeed:hgv=50 maxspeed=80", 40),
        ("primary", 65),
        ("living_street maxspeed=30", 20),
    ],
)
def test_a_truck_keeps_the_limits_of_trucks(text: str, kmh: float) -> None:
    assert rules_of(text, "truck").forward.kmh == pytest.approx(kmh)


@pytest.mark.parametrize(
    ("text", "forward_kmh", "backward_kmh"),
    [
        ("residential", 16, 16),
        # A limit above one's own speed changes nothing, one below does.
        ("residential maxspeed=50", 16, 16),
        ("residential maxspeed=10", 10, 10),
        ("cycleway", 16, 16),
        ("tertiary surface=sett", 9, 9),
        ("track tracktype=grade5", 6, 6),
        # Against a one-way street where a lane or a sign allows it.
        ("residential oneway=yes", 16, 0),
        ("residential oneway=yes oneway:bicycle=no", 16, 16),
        ("residential oneway=yes cycleway=opposite", 16, 16),
        ("residential oneway=yes cycleway:left=opposite_lane", 16, 16),
        ("residential oneway=yes cycleway:left=lane cycleway:left:oneway=-1", 16, 16),
        ("residential oneway=yes cycleway:right=lane", 16, 0),
        ("residential oneway=-1 cycleway=opposite_track", 16, 16),
        # Paths and footways need a tag; squares too, at the pace of walkers.
        ("path", 0, 0),
        ("path bicycle=yes", 12, 12),
        ("footway", 0, 0),
        ("footway access=yes", 0, 0),
        ("footway bicycle=designated", 8, 8),
        ("pedestrian bicycle=yes", 8, 8),
        ("pedestrian bicycle=dismount", 4, 4),
        ("steps bicycle=yes", 0, 0),
        ("motorway", 0, 0),
        ("trunk motorroad=yes", 0, 0),
        ("residential bicycle=use_sidepath", 0, 0),
        ("residential motor_vehicle=no", 16, 16),
        ("track motor_vehicle=forestry", 12, 12),
        ("residential vehicle=no bicycle=yes", 16, 16),
        ("residential cargo_bike=no bicycle=yes", 0, 0),
    ],
)
def test_a_cargo_bike_rides_where_bicycles_may(
    text: str, forward_kmh: float, backward_kmh: float
) -> None:
    found = rules_of(text, "cargo-bike")
    assert (found.forward.kmh, found.backward.kmh) == (forward_kmh, backward_kmh)


@pytest.mark.parametrize(
    ("text", "forward_kmh", "backward_kmh"),
    [
        # What OSRM does not read, or reads otherwise than we do.
        ("residential zone:maxspeed=FR:30", 25, 25),
        ("residential maxspeed:type=FR:zone30", 25, 25),
        ("tertiary maxspeed=walk source:maxspeed=FR:urban", 40, 40),
        ("residential maxspeed=FR:urban", 40, 40),
        ("track", 0, 0),
        ("road", 0, 0),
        # An access tag opens a track, at 10 km/h, or 0.8 of its limit.
        ("track access=yes", 10, 10),
        ("track motor_vehicle=permissive maxspeed=20", 16, 16),
        ("track access=private", 0, 0),
        ("footway access=yes", 10, 10),
        ("footway motor_vehicle:forward=yes", 10, 0),
        ("tertiary ford=yes", 40, 40),
        ("service service=driveway", 15, 15),
    ],
)
def test_the_profile_of_osrm_drives_as_osrm(
    text: str, forward_kmh: float, backward_kmh: float
) -> None:
    found = rules_of(text, "osrm-car")
    assert (found.forward.kmh, found.backward.kmh) == pytest.approx((forward_kmh, backward_kmh))


@pytest.mark.parametrize(
    "text", ["walk", "FR:unknown", "fast", "-5", "", "1e3", "0.5", "9999", "9" * 400]
)
def test_a_limit_that_names_no_speed_is_none(text: str) -> None:
    assert limit_kmh(text, VAN) is None


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_every_profile_looks_only_at_tags_that_are_kept_while_reading(name: str) -> None:
    profile = load_profile(name)
    assert set(profile.vehicle_keys) <= set(VEHICLES)
    assert {
        *(f"{key}{end}" for key in profile.access_keys for end in ("", ":forward", ":backward")),
        *(f"{key}{end}" for key in profile.limit_keys for end in ("", ":forward", ":backward")),
        *(f"oneway:{key}" for key in profile.vehicle_keys),
        *profile.closed_tags,
        *profile.restricted_tags,
        *profile.unsnappable,
    } <= RELEVANT_KEYS


def test_values_that_no_rule_looks_at_are_left_out() -> None:
    tags = {
        "highway": "residential",
        "surface": "asphalt",
        "service": "alley",
        "width": "6",
        "bridge": "yes",
        "name": "Rue Haute",
        "access:conditional": "no @ (08:00-10:00)",
    }
    assert kept_tags(tags.items()) == (("highway", "residential"),)
