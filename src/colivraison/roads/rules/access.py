"""Who may drive there: the values of access tags, most specific key first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import IntEnum

from colivraison.roads.profile import Profile
from colivraison.roads.rules.conditions import conditional_value

__all__ = ["Access", "access_of", "access_value"]


class Access(IntEnum):
    """Whether a vehicle may drive an arc.

    RESTRICTED means: only as the first or the last leg, never as a short cut.
    """

    CLOSED = 0
    RESTRICTED = 1
    FREE = 2


def _most_open(value: str, profile: Profile) -> str:
    """Return the entry of a list (``no;delivery``) that opens most."""
    if ";" not in value or value in profile.closed_access:
        return value

    def openness(entry: str) -> int:
        if entry in profile.open_access:
            return 3
        if entry in profile.restricted_access:
            return 2
        return 1 if entry in profile.closed_access else 0

    return max(
        (part.strip() for part in value.split(";") if part.strip()), key=openness, default=""
    )


def access_value(
    tags: Mapping[str, str],
    profile: Profile,
    on: dt.date | None,
    direction: str = "",
    keys: tuple[str, ...] | None = None,
) -> str:
    """Return the access value that counts for a vehicle, "" where no tag says anything.

    For each key, most specific first, a conditional value that holds comes before the value for
    one direction (``access:forward``), and that before the general one.

    Parameters
    ----------
    direction
        ``forward``, ``backward``, or "" for a node.
    keys
        Keys to look at, by default those of the profile.
    """
    for key in profile.access_keys if keys is None else keys:
        for name in (f"{key}:{direction}", key) if direction else (key,):
            condition = tags.get(f"{name}:conditional")
            if condition is not None:
                value = conditional_value(condition, profile, on)
                if value is not None:
                    return _most_open(value, profile)
            if name in tags:
                return _most_open(tags[name], profile)
    return ""


def access_of(value: str, road_class: str, profile: Profile) -> Access:
    """Return what an access value means on a road of a class."""
    if value in profile.restricted_access:
        allowed = not profile.restrictable_classes or road_class in profile.restrictable_classes
        return Access.RESTRICTED if allowed else Access.CLOSED
    return Access.CLOSED if value in profile.closed_access else Access.FREE
