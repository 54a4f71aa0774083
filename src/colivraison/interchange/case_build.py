"""From a draft to a case: everything two rows, or a row and the territory, say to each other."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from colivraison.domain import (
    Case,
    Driver,
    KeptApart,
    Order,
    OrderMinimum,
    Position,
    Practice,
    Producer,
    RecurringOrder,
    Site,
    Vehicle,
    Week,
    last_known_school_holiday,
    occurrences,
)
from colivraison.errors import Fault, InputError, Where
from colivraison.interchange.case_draft import (
    DraftCase,
    DraftDriver,
    DraftMinimum,
    DraftOrder,
    DraftPractice,
    DraftSite,
    DraftVehicle,
)
from colivraison.interchange.case_place import MOST_APART_M, apart_m
from colivraison.interchange.case_references import (
    References,
    referred_apart,
    referred_driver,
    referred_minimum,
    referred_order,
    referred_practice,
    referred_vehicle,
)
from colivraison.interchange.cells import number_text
from colivraison.interchange.gazetteer import FoundPlace, Gazetteer
from colivraison.interchange.tables import shortened

__all__ = ["CaseReading", "built", "order_of"]

T = TypeVar("T")
_Identified = DraftSite | DraftVehicle | DraftDriver | DraftOrder

# Two entries of one name closer than this are one place drawn twice (a commune and its bourg).
_SAME_PLACE_DEGREES = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReading:
    """A case, and what was doubtful but accepted (sentences under ``warning.<code>``)."""

    case: Case
    warnings: tuple[Fault, ...] = ()


def built(
    draft: DraftCase, *, gazetteer: Gazetteer | None, today: dt.date, to_plan: bool = True
) -> CaseReading:
    """Return the case of a draft.

    Parameters
    ----------
    to_plan
        Refuse what cannot be planned: no producers, no orders, or an order that no van could hold.
        A case inside a finished plan is read as it stands: whether its loads fit is for the check
        to say.

    Raises
    ------
    InputError
        With every fault of the draft and of its parts together.
    """
    faults, warnings = list(draft.faults), list(draft.warnings)
    if to_plan:
        faults += _empty(draft)
    positions = _positions(draft, gazetteer, faults, warnings)
    faults += _twice(draft)
    faults += [
        Fault(
            code="arrival_without_hours",
            where=site.spot.where("arrive_from_s" if site.spot.pointer else "arrival"),
            value=shortened(site.name or site.id or ""),
        )
        for site in _places(draft)
        if site.arrival is not None and site.windows == ()
    ]
    references = References(draft)
    faults += _days_twice(draft)
    orders = [referred_order(order, references, faults) for order in draft.orders]
    vehicles = [referred_vehicle(vehicle, references, faults) for vehicle in draft.vehicles]
    kept_apart = [referred_apart(apart, references, faults, warnings) for apart in draft.kept_apart]
    minimums = [referred_minimum(minimum, references, faults) for minimum in draft.minimums]
    faults += _minimum_twice(minimums)
    practices = [referred_practice(one, references, faults) for one in draft.practices]
    drivers = [referred_driver(one, references, faults) for one in draft.drivers]
    if to_plan:
        faults += _holding_nothing(draft)
        faults += _too_heavy(draft)
        faults += _too_bulky(draft)
    if draft.week_start is None and "week_start" not in draft.unread:
        week_start = today + dt.timedelta(days=7 - today.weekday())
        warnings.append(
            Fault(
                code="week_assumed",
                where=Where(file=draft.file, sheet="settings"),
                value=week_start.isoformat(),
                details={"first_date": week_start.isoformat()},
            )
        )
    else:
        week_start = draft.week_start or today
    if faults:
        raise InputError(_once(faults))
    warnings += _beyond_school_table(draft, Week(first_date=week_start))
    recurring = tuple(
        RecurringOrder(order=order_of(order), repeats=order.repeats)
        for order in orders
        if order.repeats is not None
    )
    wanted = tuple(order_of(order) for order in orders if order.repeats is None)
    if to_plan:
        wanted, told = _of_the_week(draft, recurring, wanted, Week(first_date=week_start))
        warnings += told
    sites = [_site(site, _given(positions[id(site)])) for site in draft.sites]
    case = Case(
        week=Week(first_date=week_start),
        producers=tuple(_producer(p, _given(positions[id(p)])) for p in draft.producers),
        sites=tuple(sites),
        vehicles=tuple(_vehicle(vehicle) for vehicle in vehicles),
        orders=wanted,
        kept_apart=tuple(
            KeptApart(
                first=_given(apart.first), second=_given(apart.second), scope=_given(apart.scope)
            )
            for apart in kept_apart
        ),
        minimums=tuple(_minimum(minimum) for minimum in minimums),
        practices=tuple(_practice(one) for one in practices),
        settings=draft.settings,
        territory=draft.territory,
        invented=draft.invented,
        recurring=recurring,
        drivers=tuple(_driver(one) for one in drivers),
    )
    return CaseReading(case=case, warnings=_once(warnings))


def _days_twice(draft: DraftCase) -> list[Fault]:
    """Return a fault for every order that comes back on days and names others beside them."""
    return [
        Fault(
            code="repeats_and_days",
            where=order.spot.where("repeats"),
            value=shortened(order.id or ""),
        )
        for order in draft.orders
        if order.repeats is not None and order.days
    ]


def _of_the_week(
    draft: DraftCase, recurring: tuple[RecurringOrder, ...], orders: tuple[Order, ...], week: Week
) -> tuple[tuple[Order, ...], list[Fault]]:
    """Return a week's orders, with those that come back, and a warning for each that does not.

    Raises
    ------
    InputError
        ``nothing_this_week`` where none is left.
    """
    found, missed = occurrences(recurring, week, orders)
    spots = {order.id: order.spot for order in draft.orders if order.repeats is not None}
    if not found and recurring:
        where = Where(file=draft.file, sheet="orders")
        details = {"first_date": week.first_date.isoformat()}
        raise InputError([Fault(code="nothing_this_week", where=where, details=details)])
    return found, [
        Fault(
            code=f"recurrence_{one.by}",
            where=spots[one.order_id].where("repeats"),
            value=f"{one.order_id}@{one.date.isoformat()}",
            details={"order": shortened(one.order_id), "missed_date": one.date.isoformat()},
        )
        for one in missed
    ]


def _once(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return each fault once, in the order of the tables and rows."""
    seen: dict[tuple[str, Where, str], Fault] = {}
    for fault in faults:
        seen.setdefault((fault.code, fault.where, fault.value), fault)
    order = {
        sheet: i for i, sheet in enumerate(dict.fromkeys(f.where.sheet for f in seen.values()))
    }
    return tuple(sorted(seen.values(), key=lambda f: (order[f.where.sheet], f.where.row or 0)))


def _given(value: T | None) -> T:
    assert value is not None, "a missing value without a fault"
    return value


def _beyond_school_table(draft: DraftCase, week: Week) -> list[Fault]:
    """Return a warning for every place whose school holidays of that week nobody knows yet."""
    last = (
        last_known_school_holiday() if any(s.school_zone for s in _places(draft)) else dt.date.max
    )
    if week.dates[-1] <= last:
        return []
    return [
        Fault(
            code="school_holidays_unknown",
            where=site.spot.where("school_zone"),
            value=shortened(site.name or site.id or ""),
            details={"last_date": last.isoformat()},
        )
        for site in _places(draft)
        if site.school_zone is not None
    ]


def _places(draft: DraftCase) -> tuple[DraftSite, ...]:
    return (*draft.producers, *draft.sites)


def _empty(draft: DraftCase) -> list[Fault]:
    return [
        Fault(code="empty_case", where=Where(file=draft.file, sheet=table))
        for table, rows in (("producers", draft.producers), ("orders", draft.orders))
        if not rows and table not in draft.unread
    ]


def _positions(
    draft: DraftCase,
    gazetteer: Gazetteer | None,
    faults: list[Fault],
    warnings: list[Fault],
) -> dict[int, Position | None]:
    """Return the position of every place, by identity of its draft."""
    found: dict[int, Position | None] = {}
    places: list[tuple[Where, str, Position]] = []
    for site in _places(draft):
        position = site.position
        where = site.spot.where(site.place_field)
        if position is None and site.place_name:
            position = _looked_up(site.place_name, where, gazetteer, faults, warnings)
        elif position is not None and site.place_name and gazetteer is not None:
            where_named = site.spot.where("place")
            warnings += _disagreement(site.place_name, position, where_named, gazetteer)
        found[id(site)] = position
        if position is not None:
            places.append((where, site.name or site.id or "", position))
    if gazetteer is not None:
        faults.extend(gazetteer.off_road(places))
    return found


def _looked_up(
    name: str,
    where: Where,
    gazetteer: Gazetteer | None,
    faults: list[Fault],
    warnings: list[Fault],
) -> Position | None:
    if gazetteer is None:
        faults.append(Fault(code="place_needs_roads", where=where, value=name))
        return None
    found = _distinct(gazetteer.find(name))
    if not found:
        close = ", ".join(gazetteer.close_names(name))
        code = "place_not_found_close" if close else "place_not_found"
        details: dict[str, str | int] = {"close": close} if close else {}
        faults.append(Fault(code=code, where=where, value=name, details=details))
        return None
    # What stands first is the likeliest; another of the same kind is as likely.
    equals = [place for place in found if place.kind == found[0].kind]
    choices = " ; ".join(map(_described, found[:5]))
    if len(equals) > 1:
        faults.append(
            Fault(code="ambiguous_place", where=where, value=name, details={"choices": choices})
        )
        return None
    if len(found) > 1:
        warnings.append(
            Fault(
                code="place_chosen",
                where=where,
                value=name,
                details={"chosen": _described(found[0]), "choices": choices},
            )
        )
    return found[0].position


def _disagreement(
    name: str, position: Position, where: Where, gazetteer: Gazetteer
) -> Iterable[Fault]:
    """Yield a warning where every place of a name lies far from the coordinates beside it."""
    gaps_m = [apart_m(position, place.position) for place in gazetteer.find(name)]
    if gaps_m and min(gaps_m) > MOST_APART_M:
        gap_km = round(min(gaps_m) / 1000)
        yield Fault(
            code="place_disagrees", where=where, value=shortened(name), details={"gap_km": gap_km}
        )


def _distinct(places: Iterable[FoundPlace]) -> list[FoundPlace]:
    kept: list[FoundPlace] = []
    for place in places:
        if not any(
            abs(place.position.lat - other.position.lat) < _SAME_PLACE_DEGREES
            and abs(place.position.lon - other.position.lon) < _SAME_PLACE_DEGREES
            for other in kept
        ):
            kept.append(place)
    return kept


def _described(place: FoundPlace) -> str:
    return f"{place.name} ({place.kind}, {place.position.lat:.5f}, {place.position.lon:.5f})"


def _twice(draft: DraftCase) -> list[Fault]:
    """Return a fault for every row whose id another row bears too."""
    faults: list[Fault] = []
    groups: tuple[Iterable[_Identified], ...] = (
        (*draft.producers, *draft.sites),
        draft.vehicles,
        draft.drivers,
        draft.orders,
    )
    for group in groups:
        by_id: defaultdict[str, list[_Identified]] = defaultdict(list)
        for entry in group:
            if entry.id is not None:
                by_id[entry.id].append(entry)
        for identifier, entries in by_id.items():
            if len(entries) > 1:
                faults += [
                    Fault(
                        code="duplicate_id",
                        where=entry.spot.where("id" if "id" in entry.spot.columns else "name")
                        if entry.spot.columns
                        else entry.spot.where("id"),
                        value=shortened(identifier),
                    )
                    for entry in entries
                ]
    return faults


def _minimum_twice(minimums: Iterable[DraftMinimum]) -> list[Fault]:
    """Return a fault for every minimum of a pair that has one already."""
    seen: set[tuple[str | None, str | None]] = set()
    faults: list[Fault] = []
    for one in minimums:
        pair = one.producer, one.site
        if None not in pair and pair in seen:
            field = "producer_id" if one.spot.pointer else "producer"
            value = shortened(one.producer or "")
            faults.append(Fault(code="minimum_twice", where=one.spot.where(field), value=value))
        seen.add(pair)
    return faults


def _holding_nothing(draft: DraftCase) -> list[Fault]:
    return [
        Fault(
            code="vehicle_holds_nothing",
            where=van.spot.where("capacity_g" if van.spot.pointer else "kg"),
            value=shortened(van.name or van.id or ""),
        )
        for van in draft.vehicles
        if van.capacity_g == 0 and van.capacity_crates == 0
    ]


def _too_heavy(draft: DraftCase) -> list[Fault]:
    """Return a fault for every order that no van could hold, empty as it may be.

    Only what a van can hold counts here; that none may carry it (cold, days) is a result of
    planning, not a fault of the input.
    """
    vans = draft.vehicles
    if not vans or "vehicles" in draft.unread:
        return []
    if any(v.capacity_g is None or v.capacity_crates is None for v in vans):
        return []
    # What holds nothing is a fault of its own.
    sizes = [
        (_given(v.capacity_g), _given(v.capacity_crates))
        for v in vans
        if v.capacity_g or v.capacity_crates
    ]
    if not sizes:
        return []
    faults: list[Fault] = []
    for order in draft.orders:
        mass_g, crates = order.mass_g or 0, order.crates or 0
        if any(mass_g <= most_g and crates <= most_crates for most_g, most_crates in sizes):
            continue
        most_g, most_crates = max(sizes)
        by_mass = all(mass_g > size[0] for size in sizes)
        field = ("mass_g" if order.spot.pointer else "kg") if by_mass else "crates"
        faults.append(
            Fault(
                code="order_too_heavy",
                where=order.spot.where(field),
                value=_mass_text(mass_g) if by_mass else str(crates),
                details={
                    "kg": _mass_text(mass_g),
                    "crates": crates,
                    "most_kg": _mass_text(most_g),
                    "most_crates": most_crates,
                },
            )
        )
    return faults


def _too_bulky(draft: DraftCase) -> list[Fault]:
    """Return a fault for every order whose volume no van could hold, whatever else it could."""
    vans = draft.vehicles
    if not vans or "vehicles" in draft.unread:
        return []
    volumes = [van.capacity_litres for van in vans]
    known = [volume for volume in volumes if volume is not None]
    if len(known) < len(volumes):
        return []  # of some van the volume does not count, or could not be read
    return [
        Fault(
            code="order_too_bulky",
            where=order.spot.where("litres"),
            value=str(order.litres),
            details={"most_litres": max(known)},
        )
        for order in draft.orders
        if (order.litres or 0) > max(known)
    ]


def _mass_text(mass_g: int) -> str:
    return number_text(Decimal(mass_g) / 1000)


def _site(draft: DraftSite, position: Position) -> Site:
    return Site(
        id=_given(draft.id),
        name=_given(draft.name),
        kind=_given(draft.kind),
        position=position,
        windows=_given(draft.windows),
        setup_s=_given(draft.setup_s),
        service_s_per_crate=_given(draft.service_s_per_crate),
        dated_hours=_given(draft.dated_hours),
        school_zone=draft.school_zone,
        closed_public_holidays=draft.closed_public_holidays,
        arrive_from_s=draft.arrival and draft.arrival[0],
        arrive_by_s=draft.arrival and draft.arrival[1],
        note=_given(draft.note),
    )


def _producer(draft: DraftSite, position: Position) -> Producer:
    farm = _site(draft, position)
    return Producer(
        id=farm.id,
        name=farm.name,
        farm=replace(farm, name=farm.name if draft.farm_name is None else draft.farm_name),
        preparation_s=_given(draft.preparation_s),
    )


def _practice(draft: DraftPractice) -> Practice:
    days, times = _given(draft.days), draft.times_per_100_weeks
    return Practice(
        producer_id=_given(draft.producer),
        site_ids=_given(draft.sites),
        days=days,
        distance_m=draft.distance_m,
        duration_s=draft.duration_s,
        times_per_100_weeks=100 * max(1, len(days)) if times is None else times,
    )


def _vehicle(draft: DraftVehicle) -> Vehicle:
    return Vehicle(
        id=_given(draft.id),
        name=_given(draft.name),
        owner_id=_given(draft.owner),
        start_site_id=_given(draft.start),
        end_site_id=_given(draft.end),
        shifts=_given(draft.shifts),
        capacity_g=_given(draft.capacity_g),
        capacity_crates=_given(draft.capacity_crates),
        temperatures=_given(draft.temperatures),
        cents_per_km=_given(draft.cents_per_km),
        cents_per_hour=_given(draft.cents_per_hour),
        cents_per_use=_given(draft.cents_per_use),
        profile=_given(draft.profile),
        assumed=_given(draft.assumed),
        dated_shifts=_given(draft.dated_shifts),
        capacity_litres=draft.capacity_litres,
        refuses=frozenset(_given(draft.refuses)),
        carries_for=frozenset(_given(draft.carries_for)),
        energy=draft.energy,
        ml_or_wh_per_100km=draft.ml_or_wh_per_100km,
        usual_prices=draft.usual_prices,
    )


def _driver(draft: DraftDriver) -> Driver:
    return Driver(
        id=_given(draft.id),
        name=_given(draft.name),
        shifts=_given(draft.shifts),
        dated_shifts=_given(draft.dated_shifts),
        vehicles=frozenset(_given(draft.vehicles)),
    )


def _minimum(draft: DraftMinimum) -> OrderMinimum:
    unit, amount = _given(draft.minimum)
    return OrderMinimum(
        producer_id=_given(draft.producer), site_id=_given(draft.site), unit=unit, amount=amount
    )


def order_of(draft: DraftOrder) -> Order:
    """Return the order of a draft without faults."""
    return Order(
        id=_given(draft.id),
        producer_id=_given(draft.producer),
        site_id=_given(draft.site),
        crates=_given(draft.crates),
        mass_g=_given(draft.mass_g),
        temperature=_given(draft.temperature),
        days=_given(draft.days),
        value_cents=_given(draft.value_cents),
        litres=_given(draft.litres),
        max_on_board_s=draft.max_on_board_s,
        boxed_s=draft.boxed_s,
        goods=_given(draft.goods),
        ordered_at=draft.ordered_at,
    )
