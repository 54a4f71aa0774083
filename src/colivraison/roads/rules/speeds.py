"""How fast a vehicle drives: class speed, signed limit, caps."""

from __future__ import annotations

from collections.abc import Mapping

from colivraison.roads.profile import Profile
from colivraison.roads.rules.limits import signed_limit_kmh

__all__ = ["opening_kmh", "speed_kmh"]


def opening_kmh(road_class: str, profile: Profile) -> float:
    """Return the speed on a class of roads that an access tag opens, 0 where none can."""
    if not road_class or road_class in profile.never_classes:
        return 0.0
    speeds = profile.opened_class_kmh
    return speeds.get(road_class, speeds.get("*", 0.0))


def speed_kmh(
    tags: Mapping[str, str], direction: str, free_kmh: float, access: str, profile: Profile
) -> float:
    """Return the speed in a direction, 0 where a cap closes it.

    Parameters
    ----------
    free_kmh
        Speed of the class, where no sign says otherwise.
    access
        The access value that counts.
    """
    kmh = free_kmh
    limit = signed_limit_kmh(tags, direction, profile)
    if limit is not None:
        signed = limit * profile.limit_factor
        kmh = signed if profile.limit_replaces else min(kmh, signed)
    for caps, value in (
        (profile.class_cap_kmh, tags.get("highway")),
        (profile.surface_cap_kmh, tags.get("surface")),
        (profile.tracktype_cap_kmh, tags.get("tracktype")),
        (profile.smoothness_cap_kmh, tags.get("smoothness")),
        (profile.ford_cap_kmh, tags.get("ford")),
        (profile.access_cap_kmh, access),
    ):
        if value:
            kmh = min(kmh, caps.get(value, kmh))
    return kmh
