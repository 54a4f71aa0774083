"""A case: one collective's week, as given."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from colivraison.domain.actors import Order, Producer, Vehicle
from colivraison.domain.calendar import DayWindow, Week, Weekday
from colivraison.domain.place import Site
from colivraison.domain.practice import Practice
from colivraison.domain.refusals import KeptApart
from colivraison.errors import Fault, InputError, Where

__all__ = ["CASE_VERSION", "Case", "ReferenceVan", "Settings"]

CASE_VERSION = 1


def _working_hours() -> tuple[DayWindow, ...]:
    return tuple(
        DayWindow(weekday=weekday, opens_s=6 * 3600, closes_s=20 * 3600) for weekday in Weekday
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceVan:
    """The van a producer without one is lent when we ask what driving alone would cost.

    Costs: 0.50 EUR/km and 12 EUR/h, FNAB guide "Un exemple en chiffres", 2023.  Size: a small
    van of 3.5 m3, 600 kg (story 1 of the reference on the trade).
    """

    capacity_g: int = 600_000
    capacity_crates: int = 80
    capacity_litres: int = 3_500
    cents_per_km: int = 50
    cents_per_hour: int = 1200
    cents_per_use: int = 0
    profile: str = "van"
    shifts: tuple[DayWindow, ...] = field(default_factory=_working_hours)

    def __post_init__(self) -> None:
        if not self.shifts:
            raise ValueError("the reference van needs a shift")
        if min(self.capacity_g, self.capacity_crates, self.capacity_litres) < 0:
            raise ValueError("negative capacity of the reference van")
        if min(self.cents_per_km, self.cents_per_hour, self.cents_per_use) < 0:
            raise ValueError("negative cost of the reference van")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for the whole case.

    Parameters
    ----------
    gco2e_per_km
        Van at 9 l/100 km of road diesel, 3.17 kg CO2e per litre (arrêté of 26-04-2017): 285 g.
    new_point_crates, new_point_g
        Size of the trial drop with which a new distribution point is priced.
    new_point_max_detour_s
        Longest detour for which a new point is suggested.
    """

    gco2e_per_km: int = 285
    reference_van: ReferenceVan = field(default_factory=ReferenceVan)
    new_point_crates: int = 6
    new_point_g: int = 48_000
    new_point_max_detour_s: int = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One collective's week: who sells, where it goes, what carries it.

    Parameters
    ----------
    kept_apart
        Who and what does not travel together.
    practices
        What producers say they drive today, for comparison; no plan depends on it.
    territory
        Name shown to people; "" where unknown.
    invented
        True for a demonstration territory that exists nowhere: maps then say so.

    Raises
    ------
    InputError
        When its parts contradict each other; every contradiction is listed.
    """

    week: Week
    producers: tuple[Producer, ...]
    sites: tuple[Site, ...]
    vehicles: tuple[Vehicle, ...]
    orders: tuple[Order, ...]
    settings: Settings = field(default_factory=Settings)
    kept_apart: tuple[KeptApart, ...] = ()
    practices: tuple[Practice, ...] = ()
    territory: str = ""
    invented: bool = False

    def __post_init__(self) -> None:
        faults = list(_contradictions(self))
        if faults:
            raise InputError(faults)

    @property
    def places(self) -> dict[str, Site]:
        """Every site by id, farms included."""
        return {p.id: p.farm for p in self.producers} | {s.id: s for s in self.sites}


def _contradictions(case: Case) -> list[Fault]:
    """Return what two or more parts of a case say against each other.

    The readers of files check the same rules with the row and column of each fault; this is the
    guard for cases built in code.
    """
    faults: list[Fault] = []
    for kind, ids in (
        ("place", [p.id for p in case.producers] + [s.id for s in case.sites]),
        ("vehicle", [v.id for v in case.vehicles]),
        ("order", [o.id for o in case.orders]),
    ):
        counts = Counter(ids)
        faults += [
            Fault(code="reserved_id", value=name, details={"table": kind})
            for name in ids
            if "~" in name
        ]
        faults += [
            Fault(code="duplicate_id", value=name, details={"table": kind})
            for name, count in counts.items()
            if count > 1
        ]
    producers = {p.id for p in case.producers}
    places = producers | {s.id for s in case.sites}
    for index, order in enumerate(case.orders):
        where = Where(sheet="orders", pointer=f"/orders/{index}")
        if order.producer_id not in producers:
            faults.append(Fault(code="unknown_producer", where=where, value=order.producer_id))
        if order.site_id not in places:
            faults.append(Fault(code="unknown_site", where=where, value=order.site_id))
        if order.site_id == order.producer_id:
            faults.append(Fault(code="order_to_own_farm", where=where, value=order.site_id))
    for index, vehicle in enumerate(case.vehicles):
        where = Where(sheet="vehicles", pointer=f"/vehicles/{index}")
        if vehicle.owner_id and vehicle.owner_id not in producers:
            faults.append(Fault(code="unknown_owner", where=where, value=vehicle.owner_id))
        for producer_id in sorted(vehicle.carries_for - producers):
            faults.append(Fault(code="unknown_producer", where=where, value=producer_id))
        for site_id in (vehicle.start_site_id, vehicle.end_site_id):
            if site_id not in places:
                faults.append(Fault(code="unknown_site", where=where, value=site_id))
    for index, practice in enumerate(case.practices):
        where = Where(sheet="practices", pointer=f"/practices/{index}")
        if practice.producer_id not in producers:
            faults.append(Fault(code="unknown_producer", where=where, value=practice.producer_id))
        for site_id in practice.site_ids:
            if site_id not in places:
                faults.append(Fault(code="unknown_site", where=where, value=site_id))
    return faults
