"""A case as far as it could be read: what is None was faulty, and that has been reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from colivraison.domain import (
    ApartScope,
    ClockMoment,
    DatedHours,
    DayWindow,
    Energy,
    MinimumUnit,
    Position,
    Price,
    PublicHolidays,
    Recurrence,
    SchoolZone,
    Settings,
    SiteKind,
    TemperatureClass,
    Weekday,
)
from colivraison.errors import Fault, Where

__all__ = [
    "DraftApart",
    "DraftCase",
    "DraftDriver",
    "DraftMinimum",
    "DraftOrder",
    "DraftPractice",
    "DraftSite",
    "DraftVehicle",
    "Spot",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where one row or one JSON object stands.

    Parameters
    ----------
    columns
        Header as written, by field (tables only).
    pointer
        JSON pointer of the object, "" in tables.
    """

    file: str = ""
    sheet: str = ""
    row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    pointer: str = ""

    def where(self, name: str = "") -> Where:
        """Return the place of one of its fields."""
        return Where(
            file=self.file,
            sheet=self.sheet,
            row=self.row,
            column=self.columns.get(name, ""),
            pointer=f"{self.pointer}/{name}" if self.pointer and name else self.pointer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSite:
    """A producer's farm or a site.

    Parameters
    ----------
    place_name
        The name to look up where no position was given; beside one, what it is compared with.
    place_field
        The field that says where it is: ``place`` or ``lat``.
    farm_name
        Name of a producer's farm; None where it bears the producer's.
    preparation_s
        How long a producer prepares an order.
    """

    spot: Spot
    id: str | None
    name: str | None
    kind: SiteKind | None
    position: Position | None
    place_name: str
    place_field: str
    windows: tuple[DayWindow, ...] | None
    setup_s: int | None
    service_s_per_crate: int | None
    dated_hours: tuple[DatedHours, ...] | None = ()
    school_zone: SchoolZone | None = None
    closed_public_holidays: PublicHolidays | None = None
    arrival: tuple[int, int] | None = None
    note: str | None = ""
    farm_name: str | None = None
    preparation_s: int | None = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVehicle:
    """A vehicle; ``owner``, ``start`` and ``end`` as written, "" where left empty."""

    spot: Spot
    id: str | None
    name: str | None
    owner: str | None
    start: str | None
    end: str | None
    shifts: tuple[DayWindow, ...] | None
    capacity_g: int | None
    capacity_crates: int | None
    temperatures: frozenset[TemperatureClass] | None
    cents_per_km: int | None
    cents_per_hour: int | None
    cents_per_use: int | None
    profile: str | None
    assumed: bool | None = False
    dated_shifts: tuple[DatedHours, ...] | None = ()
    capacity_litres: int | None = None
    refuses: tuple[str, ...] | None = ()
    carries_for: tuple[str, ...] | None = ()
    energy: Energy | None = None
    ml_or_wh_per_100km: int | None = None
    usual_prices: frozenset[Price] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOrder:
    """An order; ``producer`` and ``site`` as written.

    Parameters
    ----------
    repeats
        How often it comes back; None: it is for this week alone.
    """

    spot: Spot
    id: str | None
    producer: str | None
    site: str | None
    crates: int | None
    mass_g: int | None
    temperature: TemperatureClass | None
    days: frozenset[Weekday] | None
    value_cents: int | None
    litres: int | None = 0
    max_on_board_s: int | None = None
    boxed_s: int | None = None
    goods: str | None = ""
    ordered_at: ClockMoment | None = None
    repeats: Recurrence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftApart:
    """Two kinds of goods or producers kept apart, as written."""

    spot: Spot
    first: str | None
    second: str | None
    scope: ApartScope | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMinimum:
    """A minimum order; ``producer`` and ``site`` as written, "" for every site."""

    spot: Spot
    producer: str | None
    site: str | None
    minimum: tuple[MinimumUnit, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDriver:
    """A driver; ``vehicles`` as written, none for all."""

    spot: Spot
    id: str | None
    name: str | None
    shifts: tuple[DayWindow, ...] | None
    dated_shifts: tuple[DatedHours, ...] | None
    vehicles: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPractice:
    """A round of today; ``producer`` and ``sites`` as written.

    Parameters
    ----------
    times_per_100_weeks
        None also where it was left empty: once for each of its days then.
    """

    spot: Spot
    producer: str | None
    sites: tuple[str, ...] | None
    days: frozenset[Weekday] | None
    distance_m: int | None
    duration_s: int | None
    times_per_100_weeks: int | None


@dataclass(slots=True, kw_only=True)
class DraftCase:
    """Everything that was read, and everything that is wrong or doubtful with it so far.

    Parameters
    ----------
    by_name
        Whether a reference may be a name instead of an id: so in tables, not in JSON.
    unread
        Tables that could not be read: nothing is called unknown for want of them.
    """

    file: str = ""
    by_name: bool = False
    unread: set[str] = field(default_factory=set)
    producers: list[DraftSite] = field(default_factory=list)
    sites: list[DraftSite] = field(default_factory=list)
    vehicles: list[DraftVehicle] = field(default_factory=list)
    orders: list[DraftOrder] = field(default_factory=list)
    kept_apart: list[DraftApart] = field(default_factory=list)
    minimums: list[DraftMinimum] = field(default_factory=list)
    practices: list[DraftPractice] = field(default_factory=list)
    drivers: list[DraftDriver] = field(default_factory=list)
    week_start: dt.date | None = None
    territory: str = ""
    invented: bool = False
    settings: Settings = field(default_factory=Settings)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
