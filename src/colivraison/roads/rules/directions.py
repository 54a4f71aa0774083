"""One-way streets and their exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from colivraison.roads.profile import Profile
from colivraison.roads.rules.conditions import conditional_value

__all__ = ["CYCLEWAY_KEYS", "open_directions"]

CYCLEWAY_KEYS = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")
"""Tags of cycle lanes along a road."""


def _oneway(tags: Mapping[str, str], profile: Profile, on: dt.date | None) -> str:
    for key in (*(f"oneway:{vehicle}" for vehicle in profile.vehicle_keys), "oneway"):
        condition = tags.get(f"{key}:conditional")
        if condition is not None:
            value = conditional_value(condition, profile, on)
            if value is not None:
                return value
        if key in tags:
            return tags[key]
    return ""


def _has_contraflow(tags: Mapping[str, str]) -> bool:
    """Return whether a cycle lane runs against the one-way street."""
    return any(
        tags.get(key, "").startswith("opposite") or tags.get(f"{key}:oneway") in {"-1", "no"}
        for key in CYCLEWAY_KEYS
    )


def open_directions(
    tags: Mapping[str, str], profile: Profile, on: dt.date | None
) -> tuple[bool, bool]:
    """Return whether traffic runs along and against the way.

    Motorways and roundabouts are one-way unless they say no. A street that is open in one direction
    at a time by hours we do not know (``reversible``) is closed; one where the directions take
    turns (``alternating``) is open in both.
    """
    value = _oneway(tags, profile, on)
    if value == "reversible":
        return False, False
    if value in {"-1", "reverse"}:
        forward, backward = False, True
    else:
        implied = tags.get("highway") == "motorway" or tags.get("junction") in {
            "roundabout",
            "circular",
        }
        forward = True
        backward = not (value in {"yes", "1", "true"} or (implied and value != "no"))
    if profile.contraflow_cycleways and forward != backward and _has_contraflow(tags):
        return True, True
    return forward, backward
