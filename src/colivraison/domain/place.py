"""Where things are: positions and sites."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from colivraison.domain.calendar import DayWindow

__all__ = ["Position", "Site", "SiteKind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A point on the earth, WGS84 degrees.

    Raises
    ------
    ValueError
        When a coordinate is not a finite number in range.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and math.isfinite(self.lon)):
            raise ValueError("latitude and longitude must be finite")
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"out of range: lat {self.lat}, lon {self.lon}")


class SiteKind(StrEnum):
    """What a place is to the people who use it."""

    FARM = "farm"
    POINT = "point"
    SHOP = "shop"
    CANTEEN = "canteen"
    MARKET = "market"
    HUB = "hub"
    HOME = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where crates are loaded or unloaded.

    Parameters
    ----------
    id
        Unique over producers and sites of a case.
    windows
        Opening hours by weekday; empty means open at any time.
    setup_s
        Seconds spent once per stop (parking, finding somebody, signing), before the first crate.
        The setup, too, lies inside the opening hours; the handling of every shipment must *begin*
        inside them and may end after them.
    service_s_per_crate
        Seconds per crate, loading or unloading.
    """

    id: str
    name: str
    kind: SiteKind
    position: Position
    windows: tuple[DayWindow, ...] = ()
    setup_s: int = 300
    service_s_per_crate: int = 20

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a site needs an id")
        if self.setup_s < 0 or self.service_s_per_crate < 0:
            raise ValueError(f"site {self.id}: negative duration")
