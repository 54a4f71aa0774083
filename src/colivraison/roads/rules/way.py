"""From the tags of a way to who may drive it, in which direction, how fast: pure functions.

The rules follow OSRM's car profile where a profile does not say otherwise (sources in the files of
``profiles/``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from colivraison.roads.profile import Profile
from colivraison.roads.rules.access import Access, access_of, access_value
from colivraison.roads.rules.conditions import EVALUATED_CONDITIONS, depends_on_days, is_unknown
from colivraison.roads.rules.directions import open_directions
from colivraison.roads.rules.measures import duration_s
from colivraison.roads.rules.seasons import is_open_on, is_seasonal, unknown_season
from colivraison.roads.rules.sizes import size_access
from colivraison.roads.rules.speeds import opening_kmh, speed_kmh

__all__ = ["DirectionRules", "WayRules", "depends_on_date", "skipped_conditions", "way_rules"]

# ``construction=minor`` and the like beside a real class: the road stays open (OSRM).
_OPEN_WORKS = frozenset({"", "no", "widening", "minor"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionRules:
    """What a vehicle may do in one direction of a way.

    Parameters
    ----------
    access
        Whether it may drive there.
    kmh
        How fast; 0.0 where it may not.
    """

    access: Access
    kmh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WayRules:
    """What a vehicle may do on a way.

    Parameters
    ----------
    forward, backward
        Along and against the direction in which the way is drawn.
    duration_s
        Time over the whole way where the map gives it (ferries, movable bridges), else None.
    snappable
        Whether a place may meet the road here.
    """

    forward: DirectionRules
    backward: DirectionRules
    duration_s: float | None = None
    snappable: bool = True


_CLOSED = DirectionRules(access=Access.CLOSED, kmh=0.0)
_CLOSED_WAY = WayRules(forward=_CLOSED, backward=_CLOSED, snappable=False)


def _has_tag(tags: Mapping[str, str], table: Mapping[str, frozenset[str]]) -> bool:
    return any(tags.get(key) in values for key, values in table.items())


def _is_closed(tags: Mapping[str, str], profile: Profile, on: dt.date | None) -> bool:
    return (
        tags.get("highway") in profile.never_classes
        or tags.get("construction", "") not in _OPEN_WORKS
        or tags.get("service") in profile.closed_service
        or _has_tag(tags, profile.closed_tags)
        or not is_open_on(tags, profile, on)
    )


def _base_kmh(tags: Mapping[str, str], value: str, opening: str, profile: Profile) -> float:
    """Return the speed before limits and caps, 0 where nothing opens the road."""
    road_class = tags.get("highway", "")
    if kmh := profile.route_kmh.get(tags.get("route", "")):
        return kmh
    if road_class and (kmh := profile.bridge_kmh.get(tags.get("bridge", ""))):
        return kmh
    if kmh := profile.class_kmh.get(road_class):
        return kmh
    opens = opening and access_of(value, road_class, profile) != Access.CLOSED
    return opening_kmh(road_class, profile) if opens else 0.0


def _direction(
    tags: Mapping[str, str], direction: str, profile: Profile, on: dt.date | None
) -> DirectionRules:
    value = access_value(tags, profile, on, direction)
    road_class = tags.get("highway", "")
    access = min(access_of(value, road_class, profile), size_access(tags, direction, profile, on))
    if access == Access.CLOSED:
        return _CLOSED
    if (
        road_class in profile.restricted_classes
        or tags.get("service") in profile.restricted_service
        or _has_tag(tags, profile.restricted_tags)
    ):
        access = Access.RESTRICTED
    opening = access_value(tags, profile, on, direction, profile.opening_keys)
    base = _base_kmh(tags, value, opening, profile)
    kmh = speed_kmh(tags, direction, base, value, profile) if base else 0.0
    return DirectionRules(access=access, kmh=kmh) if kmh > 0 else _CLOSED


def way_rules(tags: Mapping[str, str], profile: Profile, on: dt.date | None) -> WayRules:
    """Return speeds and access of a way.

    Parameters
    ----------
    tags
        Of a way; at least those that `kept_tags` keeps.
    on
        Day of the drive; None evaluates nothing that depends on the day, so that the
        unconditional tag counts.
    """
    if _is_closed(tags, profile, on):
        return _CLOSED_WAY
    along, against = open_directions(tags, profile, on)
    forward = _direction(tags, "forward", profile, on) if along else _CLOSED
    if along and against and not any(":forward" in key or ":backward" in key for key in tags):
        # The same, and asked half as often.
        backward = forward
    else:
        backward = _direction(tags, "backward", profile, on) if against else _CLOSED
    ferry = tags.get("route", "") in profile.route_kmh
    timed = ferry or tags.get("bridge") in profile.bridge_kmh
    private_service = (
        tags.get("highway") == "service" and access_value(tags, profile, on, "forward") == "private"
    )
    return WayRules(
        forward=forward,
        backward=backward,
        duration_s=duration_s(tags.get("duration", "")) if timed else None,
        snappable=not (
            ferry
            or _has_tag(tags, profile.unsnappable)
            or (private_service and not profile.snap_to_restricted_service)
        ),
    )


def depends_on_date(tags: Mapping[str, str]) -> bool:
    """Return whether `way_rules` may answer differently on another day, for some vehicle."""
    return is_seasonal(tags) or any(
        key in EVALUATED_CONDITIONS and depends_on_days(value)
        for key, value in tags.items()
        if key.endswith(":conditional")
    )


def skipped_conditions(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of conditions that `way_rules` does not, or not wholly, evaluate, sorted."""
    skipped = [
        key
        for key, value in tags.items()
        if key.endswith(":conditional") and (key not in EVALUATED_CONDITIONS or is_unknown(value))
    ]
    return tuple(sorted([*skipped, *(["seasonal"] if unknown_season(tags) else [])]))
