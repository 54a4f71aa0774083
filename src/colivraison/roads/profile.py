"""Profiles: how fast a kind of vehicle drives where, as data.

One TOML file per profile lies in ``profiles/``; every number there names its source.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import Any

__all__ = ["PROFILE_NAMES", "Profile", "load_profile"]

PROFILE_NAMES = ("van", "car")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Speeds, access rules and delays of one kind of vehicle.

    Parameters
    ----------
    time_factor
        Level of all driving times, 1 where nothing was fitted.
    limit_factor
        Share of a signed limit that is driven.
    no_limit_kmh
        What ``maxspeed=none`` stands for.
    off_road_kmh
        Speed between a place and the nearest point of a road.
    junction_s
        Seconds lost on entering a vertex where three or more roads meet.
    restricted_factor
        Weight of restricted arcs in the choice of a route, at least 1; never part of a time.
    access_keys
        Tags that say who may drive, most specific first.
    restricted_access, closed_access
        Values of these tags: only to reach a place along it; not at all. Any other value is open.
    restricted_classes
        Road classes that are restricted whatever their access tags say.
    closed_service
        Values of ``service`` that close a service road.
    class_kmh
        Speed by road class; a class without a speed is closed.
    surface_cap_kmh, tracktype_cap_kmh, smoothness_cap_kmh
        Highest speed by tag value; 0 closes the road.
    zone_limit_kmh
        Limits that a zone name stands for.
    node_delay_s
        Seconds lost at signals, stops, give-way signs and gates.
    """

    name: str
    time_factor: float
    limit_factor: float
    no_limit_kmh: float
    off_road_kmh: float
    junction_s: float
    restricted_factor: float
    access_keys: tuple[str, ...]
    restricted_access: frozenset[str]
    closed_access: frozenset[str]
    restricted_classes: frozenset[str]
    closed_service: frozenset[str]
    class_kmh: Mapping[str, float]
    surface_cap_kmh: Mapping[str, float]
    tracktype_cap_kmh: Mapping[str, float]
    smoothness_cap_kmh: Mapping[str, float]
    zone_limit_kmh: Mapping[str, float]
    node_delay_s: Mapping[str, float]

    def __post_init__(self) -> None:
        positive = (self.time_factor, self.limit_factor, self.no_limit_kmh, self.off_road_kmh)
        if min(positive) <= 0 or min(self.class_kmh.values()) <= 0:
            raise ValueError(f"profile {self.name}: factors and class speeds are above 0")
        if self.restricted_factor < 1 or self.junction_s < 0:
            raise ValueError(f"profile {self.name}: a penalty does not make a road faster")


def _table(name: str) -> dict[str, Any]:
    own = tomllib.loads(files(__package__).joinpath("profiles", f"{name}.toml").read_text("utf-8"))
    parent = own.pop("extends", None)
    return {**_table(parent), **own} if parent else own


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
    wanted = {entry.name for entry in fields(Profile)} - {"name"}
    if wanted != set(table):
        raise ValueError(f"profile {name}: wrong keys {sorted(wanted ^ set(table))}")
    values: dict[str, Any] = {
        key: frozenset(value) if isinstance(value, list) else value for key, value in table.items()
    }
    values["access_keys"] = tuple(table["access_keys"])
    return Profile(name=name, **values)
