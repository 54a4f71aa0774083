"""Which tags are kept while reading: those, and those values, that some rule looks at.

Fewer values make fewer distinct sets of tags, and rules run once per set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import chain

from colivraison.roads.profile import PROFILE_NAMES, load_profile
from colivraison.roads.rules.conditions import EVALUATED_CONDITIONS, is_evaluated
from colivraison.roads.rules.directions import CYCLEWAY_KEYS
from colivraison.roads.rules.measures import metres
from colivraison.roads.rules.sizes import SIZE_KEYS
from colivraison.roads.rules.vehicles import VEHICLES

__all__ = ["NODE_ENTRY_KEYS", "NODE_KEYS", "RELEVANT_KEYS", "kept_node_tags", "kept_tags"]

_ENDS = ("", ":forward", ":backward")
_ACCESS_KEYS = (*VEHICLES, "access")
_LIMIT_KEYS = (
    "maxspeed:advisory", "maxspeed", "source:maxspeed", "maxspeed:type", "zone:maxspeed",
    "zone:traffic", *(f"maxspeed:{vehicle}" for vehicle in VEHICLES),
)  # fmt: skip
_DIRECTED = {f"{key}{end}" for key in (*_ACCESS_KEYS, *_LIMIT_KEYS) for end in _ENDS}
_SIZED = {f"{key}{end}" for key in SIZE_KEYS for end in (*_ENDS, *(f":{v}" for v in VEHICLES))}
_ONEWAY = {"oneway", *(f"oneway:{vehicle}" for vehicle in VEHICLES)}
_ANY_VALUE = _DIRECTED | _SIZED | _ONEWAY | {"highway", "construction", "duration", "opening_date"}
_SOME_VALUES = (
    "area", "bridge", "ford", "hov", "ice_road", "impassable", "junction", "motorroad", "narrow",
    "railway", "route", "seasonal", "service", "smoothness", "status", "surface", "tracktype",
    "tunnel", "winter_road", *CYCLEWAY_KEYS, *(f"{key}:oneway" for key in CYCLEWAY_KEYS),
)  # fmt: skip

RELEVANT_KEYS = frozenset(_ANY_VALUE) | frozenset(_SOME_VALUES) | EVALUATED_CONDITIONS
"""Every tag of a way that a rule may look at, whatever the profile."""

NODE_KEYS = (
    frozenset(
        {"highway", "barrier", "bollard", "kerb", "sensory", "crossing", "direction", "stop",
         "traffic_signals:direction", "ford", "narrow", "locked"}
    )
    | frozenset(_ACCESS_KEYS)
    | frozenset(SIZE_KEYS)
    | frozenset(f"{key}:conditional" for key in _ACCESS_KEYS)
)  # fmt: skip
"""Every tag of a node that a rule may look at, whatever the profile."""

NODE_ENTRY_KEYS = ("highway", "barrier", "ford", *_ACCESS_KEYS)
"""A node without one of these tags stops nobody."""

# No vehicle of a road is wider: a road of more does not narrow anything.
_WIDE_ROAD_M = 3.0


@lru_cache(maxsize=1)
def _values() -> Mapping[str, frozenset[str]]:
    """Return the values that count, of tags of which not all do."""
    profiles = [load_profile(name) for name in PROFILE_NAMES]

    def of_all(field: str) -> frozenset[str]:
        return frozenset(chain.from_iterable(getattr(profile, field) for profile in profiles))

    values = {
        "bridge": of_all("bridge_kmh"),
        "ford": of_all("ford_cap_kmh"),
        "ice_road": frozenset({"yes"}),
        "junction": frozenset({"roundabout", "circular"}),
        "narrow": frozenset({"yes"}),
        "route": of_all("route_kmh"),
        "service": of_all("closed_service") | of_all("restricted_service"),
        "smoothness": of_all("smoothness_cap_kmh"),
        "surface": of_all("surface_cap_kmh"),
        "tracktype": of_all("tracktype_cap_kmh"),
        "winter_road": frozenset({"yes"}),
    }
    for table in ("closed_tags", "restricted_tags", "unsnappable"):
        for profile in profiles:
            for key, more in getattr(profile, table).items():
                if key != "highway":
                    values[key] = values.get(key, frozenset()) | more
    return values


def _is_narrow(value: str) -> bool:
    width_m = metres(value)
    return width_m is None or width_m < _WIDE_ROAD_M


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "width": _is_narrow,
    "est_width": _is_narrow,
    "seasonal": lambda value: value != "no",
    **{key: lambda value: value.startswith("opposite") for key in CYCLEWAY_KEYS},
    **{f"{key}:oneway": lambda value: value in {"-1", "no"} for key in CYCLEWAY_KEYS},
    **dict.fromkeys(EVALUATED_CONDITIONS, is_evaluated),
}


def _counts(key: str, value: str) -> bool:
    if test := _TESTS.get(key):
        return test(value)
    values = _values().get(key)
    return values is None or value in values


def kept_tags(tags: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the tags of a way that rules look at, sorted."""
    return tuple(sorted((k, v) for k, v in tags if k in RELEVANT_KEYS and _counts(k, v)))


def kept_node_tags(tags: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the tags of a node that rules look at, sorted."""
    return tuple(sorted((k, v) for k, v in tags if k in NODE_KEYS))
