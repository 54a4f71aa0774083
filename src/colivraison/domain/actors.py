"""Who produces, what they drive, what was ordered."""

from __future__ import annotations

from dataclasses import dataclass

from colivraison.domain.calendar import DayWindow, Weekday
from colivraison.domain.goods import TemperatureClass
from colivraison.domain.place import Site

__all__ = ["Order", "Producer", "Vehicle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """A farm that sells; its farm is a site with the producer's own id."""

    id: str
    name: str
    farm: Site

    def __post_init__(self) -> None:
        if self.farm.id != self.id:
            raise ValueError(f"producer {self.id}: its farm must have the same id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A van and its driver.

    Parameters
    ----------
    start_site_id, end_site_id
        Where the round begins and ends: a site or producer id.
    shifts
        When it may be on the road, by weekday; at least one window. Each window holds at most one
        round, which leaves and returns inside it.
    capacity_g, capacity_crates
        What it can hold at any time.
    temperatures
        Every class it can carry.
    profile
        Name of the road profile: ``van``, ``van-refrigerated``, ``car``, ``truck``, ``cargo-bike``.
    assumed
        True for the reference van that a producer without one is lent for comparison.
    """

    id: str
    name: str
    owner_id: str
    start_site_id: str
    end_site_id: str
    shifts: tuple[DayWindow, ...]
    capacity_g: int
    capacity_crates: int
    temperatures: frozenset[TemperatureClass]
    cents_per_km: int = 50
    cents_per_hour: int = 1200
    cents_per_use: int = 0
    profile: str = "van"
    assumed: bool = False

    def __post_init__(self) -> None:
        if self.capacity_g < 0 or self.capacity_crates < 0:
            raise ValueError(f"vehicle {self.id}: negative capacity")
        if min(self.cents_per_km, self.cents_per_hour, self.cents_per_use) < 0:
            raise ValueError(f"vehicle {self.id}: negative cost")
        if not self.shifts:
            raise ValueError(f"vehicle {self.id}: no shift")
        if not self.temperatures:
            raise ValueError(f"vehicle {self.id}: no temperature class")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Crates of one producer for one site.

    Parameters
    ----------
    days
        Weekdays on which it may be delivered; empty means any day of the week.
    value_cents
        What the goods are worth.
    """

    id: str
    producer_id: str
    site_id: str
    crates: int
    mass_g: int
    temperature: TemperatureClass = TemperatureClass.AMBIENT
    days: frozenset[Weekday] = frozenset()
    value_cents: int = 0

    def __post_init__(self) -> None:
        if self.crates < 0 or self.mass_g < 0 or self.value_cents < 0:
            raise ValueError(f"order {self.id}: negative amount")
        if self.crates == 0 and self.mass_g == 0:
            raise ValueError(f"order {self.id}: nothing to carry")
