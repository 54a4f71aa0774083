"""Closures: roads that are shut or slow for a while, as they were told."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Closure", "ClosurePlace", "Effect", "PlaceKind", "Sense"]

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude of each point, in degrees."""


class Effect(StrEnum):
    """What a closure does to a road."""

    CLOSED = "closed"
    SLOWED = "slowed"


class Sense(StrEnum):
    """The direction of travel that a closure is about: of its line, or of its way as drawn."""

    BOTH = "both"
    FORWARD = "forward"
    BACKWARD = "backward"


class PlaceKind(StrEnum):
    """How a closure is drawn."""

    NOWHERE = "nowhere"
    POINTS = "points"
    LINES = "lines"
    AREAS = "areas"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosurePlace:
    """Where a closure is drawn.

    Parameters
    ----------
    parts
        One entry per point, line or polygon; a polygon has its outer ring first, then its holes.
    """

    kind: PlaceKind = PlaceKind.NOWHERE
    parts: tuple[tuple[Ring, ...], ...] = ()

    def __post_init__(self) -> None:
        if (self.kind is PlaceKind.NOWHERE) != (not self.parts):
            raise ValueError("a drawn closure has parts, and only a drawn one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """One closure.

    Parameters
    ----------
    number
        1-based place in its file; 0 where it comes from no file.
    factor
        Slowed: how many times longer the drive takes, above 1; 1 where a speed is given instead.
    cap_kmh
        Slowed: highest speed, before the level factor of the profile; None without one.
    first, last
        The days it is in force, both included; None where it has no beginning or no end.
    profiles
        Names of the profiles it is about; empty means all.
    sense
        Direction along the drawn line, or along the way where only ways are named.
    reason
        Free text for people.
    osm_ways
        Ids of ways; empty means any.
    road_name
        Name or number of the road; "" means any.
    place
        Where it is drawn. With ways or a name, only the edges that answer to all are meant.
    """

    number: int = 0
    effect: Effect
    factor: float = 1.0
    cap_kmh: float | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    profiles: tuple[str, ...] = ()
    sense: Sense = Sense.BOTH
    reason: str = ""
    osm_ways: tuple[int, ...] = ()
    road_name: str = ""
    place: ClosurePlace = ClosurePlace()

    def __post_init__(self) -> None:
        if self.effect is Effect.SLOWED:
            by_factor, by_cap = self.factor > 1, self.cap_kmh is not None and self.cap_kmh > 0
            if by_factor == by_cap or not math.isfinite(self.factor):
                raise ValueError("a slowed road has a factor above 1 or a highest speed")
        elif self.factor != 1 or self.cap_kmh is not None:
            raise ValueError("a closed road has no speed")
        if self.first and self.last and self.last < self.first:
            raise ValueError("a closure does not end before it begins")
        if not self.osm_ways and self.place.kind is PlaceKind.NOWHERE:
            raise ValueError("a closure names its ways or is drawn")

    @property
    def is_dated(self) -> bool:
        """Whether it is in force for a time only."""
        return self.first is not None or self.last is not None

    def concerns(self, *profiles: str) -> bool:
        """Return whether it is about a vehicle that goes by one of these names."""
        return not self.profiles or bool(set(self.profiles) & set(profiles))

    def in_force(self, on: dt.date | None) -> bool:
        """Return whether it is in force on a day; without a day, whether it always is."""
        if on is None:
            return not self.is_dated
        return not ((self.first and on < self.first) or (self.last and on > self.last))
