"""A week with one of its rules lifted for one order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from colivraison.domain import (
    LATEST_CLOSE_S,
    Case,
    ClockSpan,
    DatedHours,
    DayWindow,
    Driver,
    Order,
    OrderMinimum,
    Site,
    Vehicle,
)

__all__ = ["BY_MINUTES", "OF_VANS", "Lift", "Room", "lifted"]

_Span = TypeVar("_Span", ClockSpan, DayWindow)
_OnDuty = TypeVar("_OnDuty", Vehicle, Driver)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Room in a van, or what is missing of it; what is all 0 is none."""

    crates: int = 0
    mass_g: int = 0
    litres: int = 0


# More than any load.
_ANYTHING = Room(crates=10**9, mass_g=10**12, litres=10**9)


class Lift(StrEnum):
    """The rule that is lifted; each has a sentence in ``texts`` (``explain.if.<value>``)."""

    TEMPERATURE = "temperature"
    WILLING = "willing"
    CAPACITY = "capacity"
    KEPT_APART = "kept_apart"
    DAYS = "days"
    ON_BOARD = "on_board"
    READY = "ready"
    MINIMUM = "minimum"
    SITE_EARLIER = "site_earlier"
    SITE_LATER = "site_later"
    FARM_EARLIER = "farm_earlier"
    FARM_LATER = "farm_later"
    VAN_EARLIER = "van_earlier"
    VAN_LATER = "van_later"


BY_MINUTES = frozenset(
    {
        Lift.SITE_EARLIER,
        Lift.SITE_LATER,
        Lift.FARM_EARLIER,
        Lift.FARM_LATER,
        Lift.VAN_EARLIER,
        Lift.VAN_LATER,
        Lift.ON_BOARD,
    }
)
"""Lifted by so much; the others are lifted altogether."""

OF_VANS = frozenset(
    {Lift.TEMPERATURE, Lift.WILLING, Lift.CAPACITY, Lift.VAN_EARLIER, Lift.VAN_LATER}
)
"""Rules of one van; the others are of the order, its places or its company."""


def lifted(
    case: Case,
    order: Order,
    lift: Lift,
    *,
    by_s: int = 0,
    room: Room = _ANYTHING,
    vehicle_id: str | None = None,
) -> tuple[Case, Order] | None:
    """Return a case and its order with one rule lifted for that order; None where nothing changes.

    Parameters
    ----------
    by_s
        How much earlier hours begin, later they end, or longer goods stay on board
        (``BY_MINUTES``).
    room
        How much more a van holds (``CAPACITY``).
    vehicle_id
        The van that a rule of vans is lifted for; None: for all of them.  Longer on the road it is
        with whoever may drive it.
    """
    if lift in OF_VANS:
        vehicles = tuple(
            _of_van(van, order, lift, by_s, room) if vehicle_id in (None, van.id) else van
            for van in case.vehicles
        )
        found = replace(case, vehicles=vehicles)
        if lift in (Lift.VAN_EARLIER, Lift.VAN_LATER):
            found = replace(
                found,
                drivers=tuple(
                    _longer(one, *_earlier_and_later(lift, by_s))
                    if vehicle_id is None or one.may_drive(vehicle_id)
                    else one
                    for one in case.drivers
                ),
            )
    elif lift is Lift.KEPT_APART:
        apart = tuple(
            one
            for one in case.kept_apart
            if not (order.is_of(one.first) or order.is_of(one.second))
        )
        found = replace(case, kept_apart=apart)
    elif lift is Lift.MINIMUM:
        found = replace(case, minimums=_without_minimum(case, order))
    elif lift in (Lift.DAYS, Lift.ON_BOARD, Lift.READY):
        free = _of_order(order, lift, by_s)
        orders = tuple(free if one.id == order.id else one for one in case.orders)
        return None if free == order else (replace(case, orders=orders), free)
    else:
        found = _with_hours(case, order, lift, by_s)
    return None if found == case else (found, order)


def _without_minimum(case: Case, order: Order) -> tuple[OrderMinimum, ...]:
    """Return the minimums without those that may hold for an order."""
    return tuple(
        one
        for one in case.minimums
        if one.producer_id != order.producer_id or one.site_id not in ("", order.site_id)
    )


def _of_order(order: Order, lift: Lift, by_s: int) -> Order:
    if lift is Lift.DAYS:
        return replace(order, days=frozenset())
    if lift is Lift.READY:
        return replace(order, ordered_at=None)
    return replace(
        order,
        max_on_board_s=None if order.max_on_board_s is None else order.max_on_board_s + by_s,
        boxed_s=None if order.boxed_s is None else order.boxed_s + by_s,
    )


def _of_van(van: Vehicle, order: Order, lift: Lift, by_s: int, room: Room) -> Vehicle:
    if lift is Lift.TEMPERATURE:
        kept = set() if order.keeps_cold_in(van) else {order.temperature}
        return replace(van, temperatures=van.temperatures | kept)
    if lift is Lift.WILLING:
        served = van.carries_for
        return replace(
            van,
            refuses=van.refuses - {order.goods},
            carries_for=served if order.is_welcome_in(van) else _and(served, order.producer_id),
        )
    if lift is Lift.CAPACITY:
        litres = van.capacity_litres
        return replace(
            van,
            capacity_crates=van.capacity_crates + room.crates,
            capacity_g=van.capacity_g + room.mass_g,
            capacity_litres=None if litres is None else litres + room.litres,
        )
    return _longer(van, *_earlier_and_later(lift, by_s))


def _earlier_and_later(lift: Lift, by_s: int) -> tuple[int, int]:
    return (by_s, 0) if lift is Lift.VAN_EARLIER else (0, by_s)


def _and(served: frozenset[str], producer_id: str) -> frozenset[str]:
    """Return whom a van carries for with one more; nobody named means everybody."""
    return served | {producer_id} if served else served


def _longer(one: _OnDuty, earlier_s: int, later_s: int) -> _OnDuty:
    """Return a van or a driver with longer shifts."""
    return replace(
        one,
        shifts=_wider(one.shifts, earlier_s, later_s),
        dated_shifts=_wider_dates(one.dated_shifts, earlier_s, later_s),
    )


def _with_hours(case: Case, order: Order, lift: Lift, by_s: int) -> Case:
    """Return a case whose farm or site of an order opens longer."""
    earlier_s, later_s = (by_s, 0) if lift in (Lift.SITE_EARLIER, Lift.FARM_EARLIER) else (0, by_s)

    def opened(site: Site) -> Site:
        if site.arrive_from_s is not None:
            return site  # work there goes by when it opens, and not for how long
        return replace(
            site,
            windows=_wider(site.windows, earlier_s, later_s),
            dated_hours=_wider_dates(site.dated_hours, earlier_s, later_s),
        )

    named = order.site_id if lift in (Lift.SITE_EARLIER, Lift.SITE_LATER) else order.producer_id
    return replace(
        case,
        producers=tuple(
            replace(one, farm=opened(one.farm)) if one.id == named else one
            for one in case.producers
        ),
        sites=tuple(opened(site) if site.id == named else site for site in case.sites),
    )


def _wider(spans: Iterable[_Span], earlier_s: int, later_s: int) -> tuple[_Span, ...]:
    return tuple(
        replace(
            span,
            opens_s=max(0, span.opens_s - earlier_s),
            closes_s=min(LATEST_CLOSE_S, span.closes_s + later_s),
        )
        for span in spans
    )


def _wider_dates(
    dated: Iterable[DatedHours], earlier_s: int, later_s: int
) -> tuple[DatedHours, ...]:
    return tuple(replace(one, spans=_wider(one.spans, earlier_s, later_s)) for one in dated)
