"""Speed limits: what a sign or a zone's name says."""

from __future__ import annotations

import re
from collections.abc import Mapping

from colivraison.roads.profile import Profile

__all__ = ["limit_kmh", "signed_limit_kmh"]

_KMH_PER_MPH = 1.609344
_KMH_PER_KNOT = 1.852
_NUMBER = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)\s*(km/h|kmh|kph|mph|knots)?", re.ASCII)
_ZONE = re.compile(r"([A-Za-z]{2}(?:-[A-Za-z0-9]{1,3})?):(?:zone:?)?(\w+)", re.ASCII)


def _plausible(kmh: float) -> float | None:
    return kmh if 1 <= kmh <= 999 else None


def limit_kmh(text: str, profile: Profile) -> float | None:
    """Return the limit a tag value names, in km/h, or None where it names none.

    Understands ``50``, ``30 mph``, ``none``, ``FR:rural``, ``FR:zone30``, ``FR:50``; of a list
    (``50;70``) the first entry. A number below 1 or beyond 999 names none.
    """
    value = text.partition(";")[0].strip()
    if value == "none":
        return profile.no_limit_kmh
    if number := _NUMBER.fullmatch(value):
        unit = {"mph": _KMH_PER_MPH, "knots": _KMH_PER_KNOT}.get(number[2] or "", 1.0)
        return _plausible(float(number[1]) * unit)
    if zone := _ZONE.fullmatch(value):
        country, name = zone[1].upper(), zone[2]
        if name.isdecimal():
            return None if profile.strict_limits else _plausible(float(name[:9]))
        return profile.zone_limit_kmh.get(f"{country}:{name}", profile.zone_limit_kmh.get(name))
    return None


def signed_limit_kmh(tags: Mapping[str, str], direction: str, profile: Profile) -> float | None:
    """Return the limit in a direction, from the first tag that names one; None where none does."""
    for key in profile.limit_keys:
        for name in (f"{key}:{direction}", key):
            if name in tags:
                limit = limit_kmh(tags[name], profile)
                if limit is not None or profile.strict_limits:
                    return limit
    return None
