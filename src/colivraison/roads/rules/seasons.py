"""Roads that exist in a season, or from a day on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from colivraison.roads.profile import Profile
from colivraison.roads.rules.dates import SEASONS

__all__ = ["SEASONAL_CLASSES", "is_open_on", "is_seasonal", "unknown_season"]

SEASONAL_CLASSES = frozenset({"winter_road", "ice_road"})
"""Classes of roads over snow and ice."""

# Until the end of March, as far north as such roads are (our choice).
_SNOW_MONTHS = (12, 1, 2, 3)
_NO_SEASON = frozenset({"", "no"})


def _seasons(tags: Mapping[str, str]) -> list[str]:
    return [part.strip() for part in tags.get("seasonal", "").split(";")]


def _opening(tags: Mapping[str, str]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(tags.get("opening_date", ""))
    except ValueError:
        return None


def _is_snow_road(tags: Mapping[str, str]) -> bool:
    return "yes" in {tags.get("winter_road"), tags.get("ice_road")}


def is_seasonal(tags: Mapping[str, str]) -> bool:
    """Return whether the day decides if the road exists."""
    return (
        any(season in SEASONS for season in _seasons(tags))
        or _opening(tags) is not None
        or _is_snow_road(tags)
        or tags.get("highway") in SEASONAL_CLASSES
    )


def unknown_season(tags: Mapping[str, str]) -> bool:
    """Return whether ``seasonal`` says something we cannot place in the year (``yes``, ``wet``)."""
    return any(one not in SEASONS and one not in _NO_SEASON for one in _seasons(tags))


def is_open_on(tags: Mapping[str, str], profile: Profile, on: dt.date | None) -> bool:
    """Return whether the road exists on a day.

    Without a day, roads over snow and ice do not, all others do.
    """
    if tags.get("highway") in profile.seasonal_classes or (
        profile.seasonal_classes and _is_snow_road(tags)
    ):
        return on is not None and on.month in _SNOW_MONTHS
    if on is None:
        return True
    known = [SEASONS[one] for one in _seasons(tags) if one in SEASONS]
    if known and not any(on.month in months for months in known):
        return False
    opening = _opening(tags)
    return opening is None or on >= opening
