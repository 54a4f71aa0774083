"""Signs against high, wide, long and heavy vehicles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from colivraison.roads.profile import Profile
from colivraison.roads.rules.access import Access
from colivraison.roads.rules.conditions import conditional_value
from colivraison.roads.rules.measures import metres, tonnes
from colivraison.roads.rules.vehicles import VEHICLES

__all__ = ["SIZE_KEYS", "size_access"]

_HEIGHT = ("maxheight:physical", "maxheight")
_WIDTH = ("maxwidth:physical", "maxwidth", "width", "est_width")
_LENGTH = ("maxlength",)
_WEIGHT = ("maxweightrating", "maxweight")
_AXLE = ("maxaxleload",)

SIZE_KEYS = (*_HEIGHT, *_WIDTH, *_LENGTH, *_WEIGHT, *_AXLE)
"""Tags that limit a vehicle's size."""

# Most roads have none of these; to know that at once makes the rules twice as fast.
_ALL_KEYS = frozenset(
    {"narrow"}
    | {f"{key}{end}" for key in SIZE_KEYS for end in ("", ":forward", ":backward")}
    | {f"{key}:{vehicle}" for key in SIZE_KEYS for vehicle in VEHICLES}
)

# The width beyond which ``narrow=yes`` is too narrow, as in OSRM.
_WIDE_M = 2.2


def _sign(
    tags: Mapping[str, str], keys: tuple[str, ...], direction: str, profile: Profile
) -> tuple[str, str]:
    """Return the tag that counts and its value, "" twice where there is none."""
    for key in keys:
        names = [f"{key}:{vehicle}" for vehicle in profile.vehicle_keys]
        for name in (*names, f"{key}:{direction}", key):
            if name in tags:
                return key, tags[name]
    return "", ""


def _one(
    tags: Mapping[str, str],
    sign: tuple[str, str],
    *,
    fits: bool,
    context: tuple[Profile, dt.date | None],
) -> Access:
    """Return the answer of one sign; its exception (``none @ destination``) restricts only."""
    if fits:
        return Access.FREE
    exception = tags.get(f"{sign[0]}:conditional")
    value = None if exception is None else conditional_value(exception, *context)
    if value == "destination":
        return Access.RESTRICTED
    return Access.FREE if value in {"none", "no", "unrestricted"} else Access.CLOSED


def size_access(
    tags: Mapping[str, str], direction: str, profile: Profile, on: dt.date | None
) -> Access:
    """Return what the signs for size and weight leave to a vehicle.

    Parameters
    ----------
    direction
        ``forward`` or ``backward``; "" for a node.
    """
    if _ALL_KEYS.isdisjoint(tags):
        return Access.FREE
    answer = Access.FREE
    wide = profile.width_m > _WIDE_M
    if wide and (tags.get("narrow") == "yes" or tags.get("maxwidth") == "narrow"):
        return Access.CLOSED
    for keys, own, read in (
        (_HEIGHT, profile.height_m, metres),
        (_WIDTH, profile.width_m, metres),
        (_LENGTH, profile.length_m, metres),
        (_WEIGHT, profile.weight_t, tonnes),
        (_AXLE, profile.axle_load_t, tonnes),
    ):
        sign = _sign(tags, keys, direction, profile)
        if not sign[0] or not own:
            continue
        limit = read(sign[1])
        if limit is not None:
            # A passage just as wide as the vehicle is none; other limits include their value.
            fits = own < limit if keys is _WIDTH else own <= limit
            answer = min(answer, _one(tags, sign, fits=fits, context=(profile, on)))
    return answer
