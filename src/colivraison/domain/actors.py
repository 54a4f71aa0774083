"""Who produces, what they drive, what was ordered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import combinations

from colivraison.domain.calendar import DatedHours, DayWindow, Week, Weekday
from colivraison.domain.cycle import ClockMoment
from colivraison.domain.duty import dates_on_duty_only, shifts_in
from colivraison.domain.energy import EMISSION_FACTORS, Energy
from colivraison.domain.goods import TemperatureClass
from colivraison.domain.place import Site
from colivraison.domain.prices import USUAL_PRICES, Price
from colivraison.units import TimeWindow

__all__ = ["SEPARATORS", "Order", "Producer", "Vehicle"]

SEPARATORS = ",;|\n"
"""What parts names in a list, and so stands in no name of goods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """A farm that sells; its farm is a site with the producer's own id.

    Parameters
    ----------
    preparation_s
        How long it takes from an order until the goods stand ready; 0: they always do.
    """

    id: str
    name: str
    farm: Site
    preparation_s: int = 0

    def __post_init__(self) -> None:
        if self.farm.id != self.id:
            raise ValueError(f"producer {self.id}: its farm must have the same id")
        if self.preparation_s < 0:
            raise ValueError(f"producer {self.id}: negative time to prepare")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A van, and its driver where the case does not tell drivers apart (`Driver`).

    Parameters
    ----------
    start_site_id, end_site_id
        Where the round begins and ends: a site or producer id.
    shifts
        When it may be on the road, by weekday; at least one window. Each window holds at most one
        round, which leaves and returns inside it.
    dated_shifts
        What holds on some dates instead: in the garage, a market day.
    refuses
        ``goods`` of orders it does not take.
    carries_for
        Producers it carries for beside its owner; empty: everybody.
    capacity_g, capacity_crates
        What it can hold at any time.
    capacity_litres
        Volume it can hold at any time; None: not counted.
    temperatures
        Every class it can carry.
    profile
        Name of the road profile: ``van``, ``van-refrigerated``, ``car``, ``truck``, ``cargo-bike``.
    energy, ml_or_wh_per_100km
        What it runs on, and how many millilitres (watt-hours of electricity) it takes for 100 km;
        both or neither: then the emissions of the settings count.
    usual_prices
        Prices that nobody has given: the usual ones stand in until somebody confirms them.
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
    cents_per_km: int = USUAL_PRICES[Price.PER_KM].cents
    cents_per_hour: int = USUAL_PRICES[Price.PER_HOUR].cents
    cents_per_use: int = 0
    profile: str = "van"
    assumed: bool = False
    dated_shifts: tuple[DatedHours, ...] = ()
    capacity_litres: int | None = None
    refuses: frozenset[str] = frozenset()
    carries_for: frozenset[str] = frozenset()
    energy: Energy | None = None
    ml_or_wh_per_100km: int | None = None
    usual_prices: frozenset[Price] = frozenset()

    def __post_init__(self) -> None:
        if min(self.capacity_g, self.capacity_crates, self.capacity_litres or 0) < 0:
            raise ValueError(f"vehicle {self.id}: negative capacity")
        if min(self.cents_per_km, self.cents_per_hour, self.cents_per_use) < 0:
            raise ValueError(f"vehicle {self.id}: negative cost")
        prices = {
            Price.PER_KM: self.cents_per_km,
            Price.PER_HOUR: self.cents_per_hour,
        }
        if any(prices[price] != USUAL_PRICES[price].cents for price in self.usual_prices):
            raise ValueError(f"vehicle {self.id}: not the usual price")
        if not self.shifts:
            raise ValueError(f"vehicle {self.id}: no shift")
        if not self.temperatures:
            raise ValueError(f"vehicle {self.id}: no temperature class")
        if (self.energy is None) != (self.ml_or_wh_per_100km is None):
            raise ValueError(f"vehicle {self.id}: energy and consumption go together")
        if (self.ml_or_wh_per_100km or 0) < 0:
            raise ValueError(f"vehicle {self.id}: negative consumption")
        if any(one.contradicts(other) for one, other in combinations(self.dated_shifts, 2)):
            raise ValueError(f"vehicle {self.id}: dated shifts that contradict each other")

    def mgco2e_per_100km(self, usual_gco2e_per_km: int) -> int:
        """Return what it emits on 100 km; the usual emissions where it does not say."""
        if self.energy is None or self.ml_or_wh_per_100km is None:
            return usual_gco2e_per_km * 100_000
        return self.ml_or_wh_per_100km * EMISSION_FACTORS[self.energy].mgco2e_per_ml_or_wh

    def shifts_in(self, week: Week) -> tuple[TimeWindow, ...]:
        """Return its shifts of a week, in seconds of the horizon; those that touch are one."""
        return shifts_in(week, self.shifts, self.dated_shifts)

    def duty_dates(self, week: Week) -> set[dt.date]:
        """Return the dates of a week on which one of its shifts begins."""
        return {one.date for one in week.day_windows(self.shifts, dated=self.dated_shifts)}

    def on_duty_only(self, week: Week, shifts: Collection[TimeWindow]) -> Vehicle:
        """Return the van with some of its shifts of a week and no others."""
        dated = dates_on_duty_only(week, self.shifts, self.dated_shifts, shifts)
        return replace(self, dated_shifts=dated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Crates of one producer for one site.

    Parameters
    ----------
    days
        Weekdays on which it may be delivered; empty means any day of the week.
    value_cents
        What the goods are worth.
    litres
        Volume; 0 where it does not count.
    goods
        What it is, in one word that others use too ("bio", "vrac"); "" where it does not matter.
    max_on_board_s
        Longest time between the end of loading and the beginning of unloading; None: any.
    boxed_s
        Packed in an iced box (glacière) that keeps the temperature so long, in whatever vehicle;
        None: the vehicle has to keep it.
    ordered_at
        When it was placed; None: long ago.
    """

    id: str
    producer_id: str
    site_id: str
    crates: int
    mass_g: int
    temperature: TemperatureClass = TemperatureClass.AMBIENT
    days: frozenset[Weekday] = frozenset()
    value_cents: int = 0
    litres: int = 0
    max_on_board_s: int | None = None
    boxed_s: int | None = None
    goods: str = ""
    ordered_at: ClockMoment | None = None

    def __post_init__(self) -> None:
        if min(self.crates, self.mass_g, self.value_cents, self.litres) < 0:
            raise ValueError(f"order {self.id}: negative amount")
        if any(sign in self.goods for sign in SEPARATORS):
            raise ValueError(f"order {self.id}: goods are one word or name, not a list")
        if (self.max_on_board_s or 0) < 0 or (self.boxed_s or 0) < 0:
            raise ValueError(f"order {self.id}: negative time on board")
        if self.crates == 0 and self.mass_g == 0:
            raise ValueError(f"order {self.id}: nothing to carry")

    @property
    def longest_on_board_s(self) -> int | None:
        """How long it may be on board, by itself and by its box; None: any time."""
        limits = [limit for limit in (self.max_on_board_s, self.boxed_s) if limit is not None]
        return min(limits, default=None)

    def keeps_cold_in(self, vehicle: Vehicle) -> bool:
        """Return whether a vehicle, or the box it is packed in, keeps its temperature."""
        return self.boxed_s is not None or self.temperature in vehicle.temperatures

    def is_welcome_in(self, vehicle: Vehicle) -> bool:
        """Return whether a vehicle takes these goods, and carries for their producer."""
        allowed = vehicle.carries_for
        return self.goods not in vehicle.refuses and (
            not allowed or self.producer_id == vehicle.owner_id or self.producer_id in allowed
        )

    def is_of(self, name: str) -> bool:
        """Return whether these are goods of a kind, or of a producer, of that name."""
        return name in (self.goods, self.producer_id)
