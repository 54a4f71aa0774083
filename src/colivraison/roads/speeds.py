"""From the tags of a way to who may drive it, in which direction, how fast: a pure function.

The rules follow OSRM's car profile where a profile does not say otherwise (sources in
``profiles/car.toml``); deviations: zone names such as ``FR:zone30``, ``FR:30`` and the key
``zone:maxspeed`` are understood, private service roads and tracks are open as restricted roads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from colivraison.roads.profile import Profile

__all__ = ["RELEVANT_KEYS", "Drive", "drive", "limit_kmh"]

_KMH_PER_MPH = 1.609344
_KMH_PER_KNOT = 1.852
_LIMIT_KEYS = (
    "maxspeed:advisory",
    "maxspeed",
    "source:maxspeed",
    "maxspeed:type",
    "zone:maxspeed",
)
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph|knots)?", re.ASCII)
_ZONE = re.compile(r"([A-Z]{2}):(?:zone:?)?(\w+)", re.ASCII)

_ACCESS_KEYS = ("goods", "motorcar", "motor_vehicle", "vehicle", "access")

RELEVANT_KEYS = frozenset(
    {"highway", "area", "junction", "service", "surface", "tracktype", "smoothness", "oneway"}
    | {f"{key}{end}" for key in _LIMIT_KEYS for end in ("", ":forward", ":backward")}
    | set(_ACCESS_KEYS)
    | {f"oneway:{key}" for key in _ACCESS_KEYS}
)
"""Every tag that ``drive`` may look at, whatever the profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """What a vehicle may do on a way.

    Parameters
    ----------
    forward_kmh, backward_kmh
        Speed along and against the direction in which the way is drawn; 0 where it is closed.
    restricted
        Only to reach a place along it: never a short cut.
    """

    forward_kmh: float
    backward_kmh: float
    restricted: bool = False


_CLOSED = Drive(forward_kmh=0.0, backward_kmh=0.0)


def limit_kmh(text: str, profile: Profile) -> float | None:
    """Return the limit a tag value names, in km/h, or None where it names none.

    Understands ``50``, ``30 mph``, ``none``, ``FR:rural``, ``FR:zone30``, ``FR:50``; of a list
    (``50;70``) the first entry.
    """
    value = text.partition(";")[0].strip()
    if value == "none":
        return profile.no_limit_kmh
    if number := _NUMBER.fullmatch(value):
        unit = {"mph": _KMH_PER_MPH, "knots": _KMH_PER_KNOT}.get(number[2] or "", 1.0)
        return float(number[1]) * unit or None
    if zone := _ZONE.fullmatch(value):
        country, name = zone[1], zone[2]
        if name.isdecimal():
            return float(name) or None
        return profile.zone_limit_kmh.get(f"{country}:{name}", profile.zone_limit_kmh.get(name))
    return None


def _signed_limit_kmh(tags: Mapping[str, str], direction: str, profile: Profile) -> float | None:
    for key in _LIMIT_KEYS:
        for name in (f"{key}:{direction}", key):
            if name in tags and (limit := limit_kmh(tags[name], profile)) is not None:
                return limit
    return None


def _directions(tags: Mapping[str, str], profile: Profile) -> tuple[bool, bool]:
    """Return whether one may drive along and against the way."""
    keys = [f"oneway:{key}" for key in profile.access_keys] + ["oneway"]
    value = next((tags[key] for key in keys if key in tags), "")
    if value in {"yes", "1", "true"}:
        return True, False
    if value in {"-1", "reverse"}:
        return False, True
    if value == "reversible":
        # Open in one direction at a time, by hours we do not know.
        return False, False
    implied = tags["highway"] == "motorway" or tags.get("junction") in {"roundabout", "circular"}
    return True, not (implied and value != "no")


def drive(tags: Mapping[str, str], profile: Profile) -> Drive:
    """Return speeds and access of a way from its tags."""
    road_class = tags.get("highway", "")
    if road_class not in profile.class_kmh or tags.get("area") == "yes":
        return _CLOSED
    if tags.get("service") in profile.closed_service:
        return _CLOSED
    access = next((tags[key] for key in profile.access_keys if key in tags), "yes")
    if access in profile.closed_access:
        return _CLOSED
    restricted = access in profile.restricted_access or road_class in profile.restricted_classes
    caps = (
        profile.surface_cap_kmh.get(tags.get("surface", "")),
        profile.tracktype_cap_kmh.get(tags.get("tracktype", "")),
        profile.smoothness_cap_kmh.get(tags.get("smoothness", "")),
    )
    speeds: list[float] = []
    for direction, is_open in zip(("forward", "backward"), _directions(tags, profile), strict=True):
        limit = _signed_limit_kmh(tags, direction, profile)
        free = profile.class_kmh[road_class] if limit is None else limit * profile.limit_factor
        capped = min([free, *(cap for cap in caps if cap is not None)])
        speeds.append(capped if is_open else 0.0)
    return Drive(forward_kmh=speeds[0], backward_kmh=speeds[1], restricted=restricted)
