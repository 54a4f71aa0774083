"""Who may drive a way, and where a place may meet it."""

from __future__ import annotations

import datetime as dt

import pytest

from colivraison.roads.profile import load_profile
from colivraison.roads.rules import Access, WayRules, depends_on_date, skipped_conditions, way_rules
from colivraison.roads.rules.keys import kept_tags

CLOSED, RESTRICTED, FREE = Access.CLOSED, Access.RESTRICTED, Access.FREE
JULY, NOVEMBER = dt.date(2026, 7, 15), dt.date(2026, 11, 26)


def tags_of(text: str) -> dict[str, str]:
    """``service|access=private`` -> highway=service, access=private."""
    first, *rest = text.split("|")
    head = dict([first.split("=", 1)]) if "=" in first else {"highway": first}
    return {**head, **dict(part.split("=", 1) for part in rest)}


def rules_of(text: str, name: str = "van", on: dt.date | None = None) -> WayRules:
    return way_rules(dict(kept_tags(tags_of(text).items())), load_profile(name), on)


@pytest.mark.parametrize(
    ("text", "access"),
    [
        ("service", FREE),
        ("service|access=private", RESTRICTED),
        ("residential|motor_vehicle=destination", RESTRICTED),
        ("residential|motor_vehicle=delivery", RESTRICTED),
        ("residential|access=customers", RESTRICTED),
        ("residential|access=permit", RESTRICTED),
        ("residential|vehicle=residents", RESTRICTED),
        ("residential|access=permissive", FREE),
        # The most specific key decides.
        ("residential|access=no", CLOSED),
        ("residential|access=no|motor_vehicle=yes", FREE),
        ("residential|access=private|motor_vehicle=yes", FREE),
        ("residential|motor_vehicle=yes|goods=no", CLOSED),
        ("residential|motor_vehicle=no|goods=delivery", RESTRICTED),
        ("residential|hgv=no", FREE),
        # Others' roads.
        ("residential|motor_vehicle=agricultural", CLOSED),
        ("residential|motor_vehicle=agricultural;forestry", CLOSED),
        ("residential|access=forestry", CLOSED),
        ("residential|vehicle=no|bicycle=yes", CLOSED),
        ("service|access=bus", CLOSED),
        ("service|access=emergency", CLOSED),
        ("service|service=emergency_access", CLOSED),
        # Of a list, what opens most.
        ("residential|motor_vehicle=agricultural;delivery", RESTRICTED),
        ("residential|motor_vehicle=no;yes", FREE),
        # Never a short cut.
        ("track", RESTRICTED),
        ("track|access=yes", RESTRICTED),
        ("track|motor_vehicle=agricultural", CLOSED),
        ("service|service=driveway", RESTRICTED),
        ("service|service=parking_aisle", RESTRICTED),
        ("service|service=alley", FREE),
        ("primary|hov=designated", RESTRICTED),
        # Streets for walkers that a tag opens; access=yes speaks of walkers.
        ("footway", CLOSED),
        ("pedestrian", CLOSED),
        ("pedestrian|motor_vehicle=delivery", RESTRICTED),
        ("pedestrian|goods=yes", FREE),
        ("footway|access=yes", CLOSED),
        ("steps|motor_vehicle=yes", CLOSED),
        # Not built, torn open, or a square.
        ("construction|access=yes", CLOSED),
        ("proposed", CLOSED),
        ("residential|construction=yes", CLOSED),
        ("residential|construction=minor", FREE),
        ("residential|railway=construction", CLOSED),
        ("residential|impassable=yes", CLOSED),
        ("residential|status=impassable", CLOSED),
        ("service|area=yes", CLOSED),
        # Ferries and car trains.
        ("route=ferry", FREE),
        ("route=ferry|motor_vehicle=no", CLOSED),
        ("route=ferry|access=private", RESTRICTED),
        ("route=shuttle_train", FREE),
        ("route=hiking", CLOSED),
    ],
)
def test_access_follows_the_tags(text: str, access: Access) -> None:
    found = rules_of(text)
    assert (found.forward.access, found.backward.access) == (access, access)


@pytest.mark.parametrize(
    ("text", "forward", "backward"),
    [
        ("residential|access:forward=no", CLOSED, FREE),
        ("residential|motor_vehicle:backward=no", FREE, CLOSED),
        ("residential|motor_vehicle:backward=destination", FREE, RESTRICTED),
        # The direction comes before the general value, a more specific key before both.
        ("residential|motor_vehicle=no|motor_vehicle:forward=yes", FREE, CLOSED),
        ("residential|access:forward=no|motor_vehicle=yes", FREE, FREE),
        ("residential|maxweight:forward=3", CLOSED, FREE),
    ],
)
def test_access_may_differ_by_direction(text: str, forward: Access, backward: Access) -> None:
    found = rules_of(text)
    assert (found.forward.access, found.backward.access) == (forward, backward)


@pytest.mark.parametrize(
    ("text", "closed_to"),
    [
        ("residential|goods=no", {"van", "truck"}),
        ("residential|hgv=no", {"truck"}),
        ("residential|motorcar=no", {"van", "car", "osrm-car"}),
        ("residential|motor_vehicle=no", {"van", "truck", "car", "osrm-car"}),
        ("residential|bicycle=no", {"cargo-bike"}),
        ("residential|vehicle=no", {"van", "truck", "car", "osrm-car", "cargo-bike"}),
        # Heights of the profiles: car 2.0, van 2.6, truck 3.5 m.
        ("residential|maxheight=3.5", set()),
        ("residential|maxheight=3.4 m", {"truck"}),
        ("residential|maxheight=8'", {"van", "truck"}),  # 2.44 m
        ("residential|maxheight=8'6\"", {"truck", "van"}),  # 2.59 m
        ("residential|maxheight=260 cm", {"truck"}),
        ("residential|maxheight=2,5", {"van", "truck"}),
        ("residential|maxheight:physical=2.5|maxheight=4", {"van", "truck"}),
        # Words that name no height.
        ("residential|maxheight=none", set()),
        ("residential|maxheight=default", set()),
        ("residential|maxheight=below_default", set()),
        # Widths 1.9, 2.1 and 2.5 m; a passage just as wide is none.
        ("residential|maxwidth=2.2", {"truck"}),
        ("residential|maxwidth=2.1", {"van", "truck"}),
        ("service|width=2", {"van", "truck"}),
        ("service|width=4", set()),
        ("service|narrow=yes", {"truck"}),
        # Lengths 4.8, 6.0 and 8.5 m.
        ("residential|maxlength=8", {"truck"}),
        # Weights 2, 3.5 and 7.5 t; a sign includes its own value.
        ("residential|maxweight=3.5", {"truck"}),
        ("residential|maxweight=3500 kg", {"truck"}),
        ("residential|maxweight=7000 lbs", {"van", "truck"}),  # 3.18 t
        ("residential|maxweight=none", set()),
        ("residential|maxweightrating=3.5", {"truck"}),
        ("residential|maxweight:hgv=5", {"truck"}),
        ("residential|maxweight=3|maxweight:goods=7.5", set()),
        ("residential|maxaxleload=4", {"truck"}),
    ],
)
def test_rules_for_some_vehicles_concern_only_them(text: str, closed_to: set[str]) -> None:
    names = ("van", "truck", "car", "osrm-car", "cargo-bike")
    found = {name for name in names if rules_of(text, name).forward.access == CLOSED}
    assert found == closed_to


@pytest.mark.parametrize(
    ("text", "access"),
    [
        # Restricted values close roads that OSRM does not know by class.
        ("track|access=private", CLOSED),
        ("track|access=yes", FREE),
        ("residential|access=private", RESTRICTED),
        ("service|access=private", RESTRICTED),
        ("residential|access=unknown", RESTRICTED),
        ("service|service=driveway", FREE),
        ("primary|hov=designated", RESTRICTED),
        ("residential|access=use_sidepath", FREE),
    ],
)
def test_the_profile_of_osrm_opens_what_osrm_opens(text: str, access: Access) -> None:
    assert rules_of(text, "osrm-car").forward.access == access


@pytest.mark.parametrize(
    ("text", "duration_s"),
    [
        ("route=ferry|duration=01:20", 4800),
        ("route=ferry|duration=1:20:30", 4830),
        ("route=ferry|duration=20", 1200),
        ("route=ferry|duration=PT1H20M", 4800),
        ("route=ferry|duration=PT90S", 90),
        ("route=ferry|duration=an hour", None),
        ("route=ferry|duration=0", None),
        ("route=ferry", None),
        ("primary|bridge=movable|duration=5", 300),
        # On a road it says nothing we use.
        ("residential|duration=20", None),
    ],
)
def test_a_ferry_takes_the_time_it_says(text: str, duration_s: float | None) -> None:
    assert rules_of(text).duration_s == duration_s


@pytest.mark.parametrize(
    ("text", "van", "osrm"),
    [
        ("residential", True, True),
        ("service|access=private", True, False),
        ("service|access=destination", True, True),
        ("residential|access=private", True, True),
        ("route=ferry", False, False),
        # No place lies on a motorway or in a tunnel.
        ("motorway", False, True),
        ("trunk|motorroad=yes", False, True),
        ("primary|tunnel=yes", False, True),
    ],
)
def test_a_place_meets_only_roads_it_can_lie_on(text: str, *, van: bool, osrm: bool) -> None:
    assert rules_of(text).snappable is van
    assert rules_of(text, "osrm-car").snappable is osrm


@pytest.mark.parametrize(
    ("text", "undated", "july", "november"),
    [
        ("tertiary|access:conditional=no @ (Nov-Apr)", FREE, FREE, CLOSED),
        ("tertiary|access:conditional=no @ (Nov 15-May 15)", FREE, FREE, CLOSED),
        ("tertiary|access:conditional=no @ Nov-Apr", FREE, FREE, CLOSED),
        ("tertiary|motor_vehicle:conditional=no @ winter", FREE, FREE, FREE),
        (
            "tertiary|motor_vehicle=no|motor_vehicle:conditional=yes @ (Jun-Sep)",
            CLOSED,
            FREE,
            CLOSED,
        ),
        (
            "tertiary|vehicle:conditional=destination @ (2026 Nov 01-2026 Nov 30)",
            FREE,
            FREE,
            RESTRICTED,
        ),
        # A Wednesday and a Thursday.
        ("tertiary|access:conditional=no @ (Th)", FREE, FREE, CLOSED),
        ("tertiary|access:conditional=no @ (Mo-We)", FREE, CLOSED, FREE),
        # The last clause that holds wins.
        ("tertiary|access:conditional=no @ (Nov-Apr); destination @ (Nov)", FREE, FREE, RESTRICTED),
        # Hours are skipped, and so is a clause that also asks for hours.
        ("tertiary|access:conditional=no @ (08:00-18:00)", FREE, FREE, FREE),
        ("tertiary|access:conditional=no @ (Nov-Apr AND 08:00-18:00)", FREE, FREE, FREE),
        ("tertiary|access:conditional=no @ (Nov AND weight>3)", FREE, FREE, CLOSED),
        # A more specific tag without condition comes first.
        ("tertiary|motor_vehicle=yes|access:conditional=no @ (Nov-Apr)", FREE, FREE, FREE),
        # Roads that exist in a season: the van is here in July and in November.
        ("tertiary|seasonal=summer", FREE, FREE, CLOSED),
        ("tertiary|seasonal=summer;autumn", FREE, FREE, FREE),
        ("tertiary|seasonal=yes", FREE, FREE, FREE),
        ("winter_road", CLOSED, CLOSED, CLOSED),
        ("tertiary|ice_road=yes", CLOSED, CLOSED, CLOSED),
        ("tertiary|opening_date=2026-09-01", FREE, CLOSED, FREE),
        ("tertiary|opening_date=soon", FREE, FREE, FREE),
        ("residential|oneway:conditional=yes @ (Jul-Aug)", FREE, FREE, FREE),
    ],
)
def test_seasons_and_days_close_roads(
    text: str, undated: Access, july: Access, november: Access
) -> None:
    found = [rules_of(text, on=day).forward.access for day in (None, JULY, NOVEMBER)]
    assert found == [undated, july, november]
    if len(set(found)) > 1:
        assert depends_on_date(tags_of(text))


def test_a_road_over_snow_exists_in_winter() -> None:
    assert rules_of("winter_road", on=dt.date(2027, 1, 10)).forward.access == FREE
    assert rules_of("winter_road", "osrm-car").forward.access == FREE


def test_a_street_may_be_one_way_in_summer() -> None:
    text = "residential|oneway:conditional=yes @ (Jul-Aug)"
    assert rules_of(text, on=JULY).backward.access == CLOSED
    assert rules_of(text, on=NOVEMBER).backward.access == FREE


@pytest.mark.parametrize(
    ("text", "van", "truck"),
    [
        ("residential|access:conditional=no @ (weight>7)", FREE, CLOSED),
        ("residential|access:conditional=no @ (weight>=7.5 t)", FREE, CLOSED),
        ("residential|access:conditional=no @ (height>2.5)", CLOSED, CLOSED),
        ("residential|motor_vehicle:conditional=no @ (hgv)", FREE, CLOSED),
        ("residential|hgv:conditional=destination @ (weight>3.5)", FREE, RESTRICTED),
        # The usual sign: 3.5 t, deliveries excepted.
        ("residential|maxweight=3.5|maxweight:conditional=none @ delivery", FREE, RESTRICTED),
        ("residential|maxweight=3.5|maxweight:conditional=none @ (destination)", FREE, RESTRICTED),
        ("residential|maxweight=3.5|maxweight:conditional=none @ forestry", FREE, CLOSED),
        (
            "residential|motor_vehicle=no|motor_vehicle:conditional=yes @ delivery",
            RESTRICTED,
            RESTRICTED,
        ),
    ],
)
def test_conditions_by_vehicle_and_purpose_need_no_day(
    text: str, van: Access, truck: Access
) -> None:
    assert rules_of(text).forward.access == van
    assert rules_of(text, "truck").forward.access == truck
    assert not depends_on_date(tags_of(text))
    assert skipped_conditions(tags_of(text)) == ()


@pytest.mark.parametrize(
    ("text", "skipped"),
    [
        ("tertiary|maxspeed:conditional=30 @ (Nov-Apr)", ("maxspeed:conditional",)),
        ("tertiary|access:conditional=no @ (22:00-06:00)", ("access:conditional",)),
        ("tertiary|access:conditional=no @ (SH)", ("access:conditional",)),
        ("tertiary|access:conditional=no @ snow", ("access:conditional",)),
        ("tertiary|access:conditional=sometimes", ("access:conditional",)),
        ("tertiary|access:conditional=no @ (Nov); no @ (22:00-06:00)", ("access:conditional",)),
        ("tertiary|seasonal=wet_season", ("seasonal",)),
        ("tertiary|access:conditional=no @ (Nov-Apr)", ()),
        ("tertiary|seasonal=no", ()),
    ],
)
def test_what_is_not_evaluated_is_named(text: str, skipped: tuple[str, ...]) -> None:
    assert skipped_conditions(tags_of(text)) == skipped
