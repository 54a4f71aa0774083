"""Profiles: how fast a kind of vehicle drives where, and what it may do, as data.

One TOML file per profile lies in ``profiles/``; every number there names its source. A file may
extend another one; a table it repeats replaces the whole table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import Any

__all__ = ["PROFILE_NAMES", "RANGES", "Profile", "load_profile"]

PROFILE_NAMES = ("van", "van-refrigerated", "car", "truck", "cargo-bike", "osrm-car")
"""Every profile of the package, the default first."""

FACTOR_RANGE = (0.05, 20.0)
"""Levels and shares beyond are slips of the pen: the slowest level ever fitted is below 5."""

BIAS_RANGE = (0.1, 10.0)
"""Beyond, the curve of turns is a step; stock profiles lean by 1 to 1.4."""

MOST_S = 3600.0
"""No turn, signal or gate takes longer."""

KMH_RANGE = (0.1, 300.0)
"""Slower is standing; faster drives no vehicle on a road."""

MOST_M, MOST_T = 100.0, 200.0
"""Special transports are longer and heavier, but have a permit and a route of their own."""

RANGES: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("time_factor", "limit_factor"), FACTOR_RANGE),
    "turn_factor": (0.0, FACTOR_RANGE[1]),
    "turn_bias": BIAS_RANGE,
    **dict.fromkeys(("turn_penalty_s", "left_turn_extra_s", "u_turn_s"), (0.0, MOST_S)),
    **dict.fromkeys(("no_limit_kmh", "off_road_kmh"), KMH_RANGE),
    **dict.fromkeys(("height_m", "width_m", "length_m"), (0.1, MOST_M)),
    "weight_t": (0.01, MOST_T),
    "axle_load_t": (0.0, MOST_T),
}
"""Least and most of each number of a profile that stands in no table."""

_SPEEDS = (
    "class_kmh",
    "class_cap_kmh",
    "opened_class_kmh",
    "route_kmh",
    "bridge_kmh",
    "zone_limit_kmh",
)
_CAPS = (
    "surface_cap_kmh",
    "tracktype_cap_kmh",
    "smoothness_cap_kmh",
    "ford_cap_kmh",
    "access_cap_kmh",
)
_TABLE_RANGES = {
    **dict.fromkeys(_SPEEDS, KMH_RANGE),
    # 0 closes the road.
    **dict.fromkeys(_CAPS, (0.0, KMH_RANGE[1])),
    "node_delay_s": (0.0, MOST_S),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Speeds, access rules, turn costs and delays of one kind of vehicle.

    Parameters
    ----------
    time_factor
        Level of all times but the timetables of ferries: driving, turns and obstacles; 1 where
        nothing was fitted.
    turn_factor
        Level of what turns cost, on top of ``time_factor``, obstacles excepted; 1 where nothing was
        fitted.
    limit_factor
        Share of a signed limit that is driven.
    limit_replaces
        Whether a signed limit replaces the class speed, upwards too; else it only caps it.
    limit_keys
        Tags that name a limit, the one that counts first.
    strict_limits
        Whether the first limit tag present decides even if it names no speed, and zone names with
        a number (``FR:zone30``) are not understood, as in OSRM.
    no_limit_kmh
        What ``maxspeed=none`` stands for.
    drive_gap, off_road_kmh
        Whether the gap between a place and its nearest road is driven, and how fast.
    turn_penalty_s, turn_bias
        Height and lean of the curve of seconds over the turning angle.
    left_turn_extra_s
        Highest addition for a turn across oncoming traffic.
    u_turn_s
        Addition for turning round.
    height_m, width_m, length_m, weight_t, axle_load_t
        The vehicle, loaded; 0 as axle load: not checked.
    vehicle_keys
        Names of this kind of vehicle in tags (``hgv``, ``motor_vehicle``...), most specific first:
        for access, ``oneway:<vehicle>``, ``restriction:<vehicle>`` and ``except``.
    open_access, restricted_access, closed_access
        Values of access tags: open; only to reach a place along it; not at all. Any value in none
        of the three is open; the first two matter in lists (``no;delivery``), where the most open
        value counts.
    opening_keys
        Access tags that open a road of a class without a speed.
    restricted_classes, restricted_service
        Road classes and values of ``service`` that are restricted whatever their access tags say.
    restrictable_classes
        Classes on which a restricted value restricts; on others it closes. Empty: on all.
    never_classes
        Road classes that no access tag opens.
    seasonal_classes
        Road classes that exist in winter only.
    closed_service
        Values of ``service`` that close a road.
    closed_tags, restricted_tags
        Other tags that close or restrict a road, by key and value.
    contraflow_cycleways
        Whether a cycle lane against a one-way street opens it.
    class_kmh
        Speed by road class.
    class_cap_kmh
        Highest speed by road class: the limits of this kind of vehicle.
    opened_class_kmh
        Speed by class of roads that only an access tag opens; ``*`` stands for every other class.
    route_kmh
        Speed of ferries and car trains without a duration, by value of ``route``.
    bridge_kmh
        Speed by value of ``bridge``.
    surface_cap_kmh, tracktype_cap_kmh, smoothness_cap_kmh, ford_cap_kmh, access_cap_kmh
        Highest speed by tag value; 0 closes the road.
    zone_limit_kmh
        Limits that a zone name stands for.
    node_delay_s
        Seconds lost at signals, signs, gates and fords, by value of ``highway`` or ``barrier``.
    open_barriers, closed_barriers
        Barriers passed without delay, and those that block; ``*`` stands for every other barrier.
        A barrier in neither, nor in ``node_delay_s``, is passed when there is no ``*``.
    node_access_decides
        Whether an access tag of a node decides alone, with or without a barrier, and a gate so
        opened costs no time, as in OSRM.
    unsnappable
        Tags of roads that no place meets, by key and value.
    snap_to_restricted_service
        Whether a place may meet a private service road.
    """

    name: str
    time_factor: float
    turn_factor: float
    limit_factor: float
    limit_replaces: bool
    limit_keys: tuple[str, ...]
    strict_limits: bool
    no_limit_kmh: float
    drive_gap: bool
    off_road_kmh: float
    turn_penalty_s: float
    turn_bias: float
    left_turn_extra_s: float
    u_turn_s: float
    height_m: float
    width_m: float
    length_m: float
    weight_t: float
    axle_load_t: float
    vehicle_keys: tuple[str, ...]
    open_access: frozenset[str]
    restricted_access: frozenset[str]
    closed_access: frozenset[str]
    opening_keys: tuple[str, ...]
    restricted_classes: frozenset[str]
    restricted_service: frozenset[str]
    restrictable_classes: frozenset[str]
    never_classes: frozenset[str]
    seasonal_classes: frozenset[str]
    closed_service: frozenset[str]
    closed_tags: Mapping[str, frozenset[str]]
    restricted_tags: Mapping[str, frozenset[str]]
    contraflow_cycleways: bool
    class_kmh: Mapping[str, float]
    class_cap_kmh: Mapping[str, float]
    opened_class_kmh: Mapping[str, float]
    route_kmh: Mapping[str, float]
    bridge_kmh: Mapping[str, float]
    surface_cap_kmh: Mapping[str, float]
    tracktype_cap_kmh: Mapping[str, float]
    smoothness_cap_kmh: Mapping[str, float]
    ford_cap_kmh: Mapping[str, float]
    access_cap_kmh: Mapping[str, float]
    zone_limit_kmh: Mapping[str, float]
    node_delay_s: Mapping[str, float]
    open_barriers: frozenset[str]
    closed_barriers: frozenset[str]
    node_access_decides: bool
    unsnappable: Mapping[str, frozenset[str]]
    snap_to_restricted_service: bool

    def __post_init__(self) -> None:
        # Written so that nan is in no range.
        for name, (least, most) in RANGES.items():
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"profile {self.name}: {name} is from {least} to {most}")
        for name, (least, most) in _TABLE_RANGES.items():
            if not all(least <= value <= most for value in getattr(self, name).values()):
                raise ValueError(f"profile {self.name}: {name} holds numbers {least} to {most}")
        if not (self.vehicle_keys and self.limit_keys and self.class_kmh):
            raise ValueError(f"profile {self.name}: names, limits and speeds are missing")

    @property
    def access_keys(self) -> tuple[str, ...]:
        """Tags that say who may drive, most specific first."""
        return (*self.vehicle_keys, "access")


def _table(name: str) -> dict[str, Any]:
    own = tomllib.loads(files(__package__).joinpath("profiles", f"{name}.toml").read_text("utf-8"))
    parent = own.pop("extends", None)
    return {**_table(parent), **own} if parent else own


def _value(kind: str, value: Any) -> Any:
    """Return a value of a file in the form its field is declared with."""
    if kind.startswith("tuple"):
        return tuple(value)
    if kind.startswith("frozenset"):
        return frozenset(value)
    if kind == "float":
        return float(value)
    if kind == "Mapping[str, float]":
        return {key: float(one) for key, one in value.items()}
    if kind.startswith("Mapping"):
        return {key: frozenset(one) for key, one in value.items()}
    return value


@lru_cache(maxsize=len(PROFILE_NAMES))
def load_profile(name: str) -> Profile:
    """Return a profile of the package by its name.

    Raises
    ------
    ValueError
        When the name is not in ``PROFILE_NAMES``, or its file lacks a value or has one too many.
    """
    if name not in PROFILE_NAMES:
        raise ValueError(f"no profile {name!r}, only {', '.join(PROFILE_NAMES)}")
    table = _table(name)
    kinds = {entry.name: str(entry.type) for entry in fields(Profile) if entry.name != "name"}
    if set(kinds) != set(table):
        raise ValueError(f"profile {name}: wrong keys {sorted(set(kinds) ^ set(table))}")
    return Profile(name=name, **{key: _value(kinds[key], value) for key, value in table.items()})
