"""What stands on a node: signals, signs, barriers, fords."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from colivraison.roads.profile import PROFILE_NAMES, Profile, load_profile
from colivraison.roads.rules.access import Access, access_value
from colivraison.roads.rules.sizes import size_access

__all__ = ["ObstacleRules", "is_obstacle", "may_block", "obstacle_rules"]

_SIGNS = ("traffic_signals", "stop", "give_way")
_SIDES = {"forward": 1, "backward": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class ObstacleRules:
    """What a node does to a vehicle that passes it.

    Parameters
    ----------
    blocked
        Nobody passes; one may turn round there.
    delay_s
        Seconds lost.
    side
        For whom it stands: 0 both directions of the way, 1 travelling along the way as drawn, 2
        against it.
    minor_only
        Whether only those coming from a slower road stop (``stop=minor``).
    is_stop
        Whether it is a stop sign that does not say its direction: it is taken to stand within 20 m
        of its crossing, so that on the way out it is none.
    """

    blocked: bool = False
    delay_s: float = 0.0
    side: int = 0
    minor_only: bool = False
    is_stop: bool = False


def _is_passed(tags: Mapping[str, str]) -> bool:
    """Return whether a barrier is none for wheels: lowered kerb, rising bollard, sound fence."""
    barrier = tags["barrier"]
    return (
        tags.get("bollard") == "rising"
        or tags.get("kerb") in {"lowered", "flush"}
        or (barrier == "kerb" and tags.get("highway") == "crossing")
        or (barrier == "fence" and tags.get("sensory") in {"audible", "audio"})
    )


def _barrier(tags: Mapping[str, str], profile: Profile, on: dt.date | None) -> tuple[bool, float]:
    """Return whether a barrier blocks, and the seconds it costs."""
    barrier = tags.get("barrier", "")
    access = access_value(tags, profile, on)
    if profile.node_access_decides:
        if access:
            return access in profile.closed_access, 0.0
    elif not barrier:
        return False, 0.0
    elif access:
        if access in profile.closed_access:
            return True, 0.0
        return size_access(tags, "", profile, on) == Access.CLOSED, profile.node_delay_s.get(
            barrier, 0.0
        )
    if not barrier:
        return False, 0.0
    if size_access(tags, "", profile, on) == Access.CLOSED:
        return True, 0.0
    if barrier in profile.node_delay_s:
        return False, profile.node_delay_s[barrier]
    if barrier in profile.open_barriers or _is_passed(tags):
        return False, 0.0
    return bool(profile.closed_barriers & {barrier, "*"}), 0.0


def obstacle_rules(
    node_tags: Mapping[str, str], profile: Profile, on: dt.date | None
) -> ObstacleRules:
    """Return what stands on a node.

    Parameters
    ----------
    node_tags
        Of a node; at least those that `kept_node_tags` keeps.
    on
        Day of the drive; None evaluates nothing that depends on the day.
    """
    blocked, delay_s = _barrier(node_tags, profile, on)
    ford = node_tags.get("ford", "")
    if profile.ford_cap_kmh.get(ford) == 0:
        blocked = True
    elif ford in profile.ford_cap_kmh:
        delay_s += profile.node_delay_s.get("ford", 0.0)
    if blocked:
        return ObstacleRules(blocked=True)
    sign = node_tags.get("highway", "")
    if sign not in _SIGNS:
        return ObstacleRules(delay_s=delay_s)
    direction = node_tags.get("direction", "")
    if sign == "traffic_signals":
        direction = node_tags.get("traffic_signals:direction", direction)
    minor = sign == "stop" and node_tags.get("stop") == "minor"
    return ObstacleRules(
        delay_s=delay_s + profile.node_delay_s.get(sign, 0.0),
        side=_SIDES.get(direction, 0),
        minor_only=minor,
        is_stop=sign == "stop" and not minor and direction not in {*_SIDES, "both"},
    )


def may_block(node_tags: Mapping[str, str]) -> bool:
    """Return whether a node is blocked for some vehicle or on some day."""
    if any(key.endswith(":conditional") for key in node_tags):
        return True
    return any(
        obstacle_rules(node_tags, load_profile(name), None).blocked for name in PROFILE_NAMES
    )


def is_obstacle(node_tags: Mapping[str, str]) -> bool:
    """Return whether a node stops or delays some vehicle."""
    if may_block(node_tags):
        return True
    return any(
        obstacle_rules(node_tags, load_profile(name), None).delay_s > 0 for name in PROFILE_NAMES
    )
