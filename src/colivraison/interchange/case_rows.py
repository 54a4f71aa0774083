"""From rows of text to a draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from colivraison.domain import (
    USUAL_PRICES,
    ApartScope,
    ClockMoment,
    DatedHours,
    DayWindow,
    OrderCycle,
    Position,
    Price,
    ReferenceVan,
    Settings,
    SiteKind,
    TemperatureClass,
    Weekday,
)
from colivraison.errors import Fault
from colivraison.interchange.case_draft import (
    DraftApart,
    DraftCase,
    DraftDriver,
    DraftMinimum,
    DraftOrder,
    DraftPractice,
    DraftSite,
    DraftVehicle,
    Spot,
)
from colivraison.interchange.case_place import position_in, position_of, second_place
from colivraison.interchange.cells import (
    arrival_in,
    consumption_in,
    date_in,
    decimal_in,
    energy_in,
    goods_in,
    kind_in,
    litres_in,
    minimum_in,
    names_in,
    percent_in,
    profile_in,
    public_holidays_in,
    school_zone_in,
    scope_in,
    sequence_in,
    temperature_in,
    temperatures_in,
    truth_in,
    whole_in,
)
from colivraison.interchange.columns import SETTING_NAMES
from colivraison.interchange.dated_hours import dated_hours_in
from colivraison.interchange.hours import days_in, hours_in
from colivraison.interchange.moments import END_OF_DAY_S, moment_in
from colivraison.interchange.recurrence import recurrence_in
from colivraison.interchange.refused import Refused
from colivraison.interchange.rows import Row, text_in
from colivraison.interchange.tables import Table
from colivraison.interchange.words import slug, word_key

__all__ = ["add_table", "order_in"]

T = TypeVar("T")
_HOURS = re.compile(r"\s*(?:h|heures?|hours?)$", re.IGNORECASE)
_AT_ANY_TIME: tuple[DayWindow, ...] = ()
_NOBODY: tuple[str, ...] = ()
_NO_DATES: tuple[DatedHours, ...] = ()
_ANY_DAY: frozenset[Weekday] = frozenset()


def add_table(draft: DraftCase, table: Table) -> None:
    """Read one table into a draft."""
    if table.spec.key == "settings":
        _settings(draft, table)
        return
    for number, cells in table.rows:
        spot = Spot(file=table.file, sheet=table.sheet, row=number, columns=table.headers)
        spoilt = number in table.spoilt
        whole = ("vehicles", "drivers", "orders", "kept_apart", "minimums", "practices")
        if spoilt and table.spec.key in whole:
            draft.unread.add(table.spec.key)
            continue
        # Of a spoilt farm or site only the id counts: what else it seems to say is not reported.
        row = Row(spot, cells, [] if spoilt else draft.faults)
        if table.spec.key == "producers":
            draft.producers.append(_site(row, is_farm=True))
        elif table.spec.key == "sites":
            draft.sites.append(_site(row, is_farm=False))
        elif table.spec.key == "vehicles":
            draft.vehicles.append(_vehicle(row, len(draft.vehicles) + 1))
        elif table.spec.key == "drivers":
            draft.drivers.append(_driver(row))
        elif table.spec.key == "kept_apart":
            draft.kept_apart.append(_kept_apart(row))
        elif table.spec.key == "minimums":
            draft.minimums.append(_minimum(row))
        elif table.spec.key == "practices":
            draft.practices.append(_practice(row))
        else:
            draft.orders.append(_order(row, len(draft.orders) + 1))


def order_in(spot: Spot, cells: Mapping[str, str], number: int, faults: list[Fault]) -> DraftOrder:
    """Return the order of one row, the ``number``-th; what is wrong goes to ``faults``."""
    return _order(Row(spot, cells, faults), number)


def _seconds(minutes: str) -> int:
    return whole_in(minutes, 60, exact=False)


def _seconds_of_hours(hours: str) -> int:
    return whole_in(_HOURS.sub("", hours), 3600, exact=False)


def _until(text: str) -> ClockMoment:
    return moment_in(text, date_alone_s=END_OF_DAY_S)


def _hundredths(text: str) -> int:
    return whole_in(text, 100, exact=False)


def _thousandths(text: str) -> int:
    return whole_in(text, 1000, exact=False)


def _named(row: Row) -> tuple[str | None, str | None]:
    """Return id and name; one may stand for the other."""
    identifier = row.read("id", text_in, "")
    name = row.read("name", text_in, "")
    if identifier == "" and name == "":
        # Neither is there: the column that exists is the one to fill in.
        row.fault("empty_cell", "id" if "id" in row.spot.columns else "name")
        return None, None
    if identifier == "" and name:
        identifier = slug(name) or name
    return identifier, name or identifier


def _site(row: Row, *, is_farm: bool) -> DraftSite:
    identifier, name = _named(row)
    position, place_name = _place(row)
    return DraftSite(
        spot=row.spot,
        id=identifier,
        name=name,
        kind=SiteKind.FARM if is_farm else row.read("kind", kind_in, SiteKind.POINT),
        position=position,
        place_name=place_name,
        place_field="lat" if row.cells.get("lat") else "place",
        windows=row.read("windows", hours_in, _AT_ANY_TIME),
        setup_s=row.read("setup_minutes", _seconds, 300),
        service_s_per_crate=row.read("service_s_per_crate", whole_in, 20),
        dated_hours=row.read("dated_hours", dated_hours_in, _NO_DATES),
        school_zone=row.read("school_zone", school_zone_in, None),
        closed_public_holidays=row.read("closed_public_holidays", public_holidays_in, None),
        arrival=row.read("arrival", arrival_in, None),
        note=row.read("note", text_in, ""),
        preparation_s=row.read("preparation_hours", _seconds_of_hours, 0),
    )


def _place(row: Row) -> tuple[Position | None, str]:
    """Return a position and the name beside it; neither where a fault was reported."""
    given = [field for field in ("lat", "lon") if row.cells.get(field)]
    if given:
        lat, lon = row.needed("lat", _degrees), row.needed("lon", _degrees)
        if len(given) == 1 and len({"lat", "lon"} & set(row.spot.columns)) == 1:
            other = "lon" if given == ["lat"] else "lat"
            row.fault("missing_coordinate", given[0], missing=other)
        if lat is None or lon is None:
            return None, ""
        try:
            position = position_of(lat, lon)
        except Refused as refused:
            row.fault(refused.code, "lat" if abs(lat) > 90 else "lon")
            return None, ""
        try:
            return position, second_place(row.cells.get("place", ""), position)
        except Refused as refused:
            row.fault(refused.code, "place", **refused.details)
            return None, ""
    text = row.cells.get("place", "")
    if not text:
        column = next((f for f in ("place", "lat", "lon") if f in row.spot.columns), "")
        row.fault("missing_place", column)
        return None, ""
    try:
        found = position_in(text)
        return found, "" if found is not None else text_in(text)
    except Refused as refused:
        row.fault(refused.code, "place", **refused.details)
        return None, ""


def _degrees(text: str) -> float:
    return float(decimal_in(text))


def _vehicle(row: Row, number: int) -> DraftVehicle:
    identifier = row.read("id", text_in, "")
    name = row.read("name", text_in, "")
    if identifier == "":
        identifier = slug(name) if name else f"v{number}"
    owner = row.read("owner", text_in, "")
    start = row.read("start", text_in, "")
    if start == "" and owner == "":
        row.fault("empty_cell", "start")
        start = None
    else:
        start = start or owner
    end = row.read("end", text_in, "")
    return DraftVehicle(
        spot=row.spot,
        id=identifier,
        name=name or identifier,
        owner=owner,
        start=start,
        end=start if end == "" else end,
        **_energy(row),
        shifts=row.read("shifts", hours_in, ReferenceVan().shifts),
        capacity_g=row.needed("kg", _thousandths),
        capacity_crates=row.needed("crates", whole_in),
        temperatures=row.read(
            "temperatures", temperatures_in, frozenset((TemperatureClass.AMBIENT,))
        ),
        cents_per_km=row.read("euros_per_km", _hundredths, USUAL_PRICES[Price.PER_KM].cents),
        cents_per_hour=row.read("euros_per_hour", _hundredths, USUAL_PRICES[Price.PER_HOUR].cents),
        usual_prices=frozenset(
            price
            for price, field in (
                (Price.PER_KM, "euros_per_km"),
                (Price.PER_HOUR, "euros_per_hour"),
            )
            if not row.cells.get(field)
        ),
        cents_per_use=row.read("euros_per_use", _hundredths, 0),
        profile=row.read("profile", profile_in, "van"),
        dated_shifts=row.read("dated_shifts", dated_hours_in, _NO_DATES),
        capacity_litres=row.read("litres", litres_in, None),
        refuses=row.read("refuses", names_in, _NOBODY),
        carries_for=row.read("carries_for", names_in, _NOBODY),
    )


def _driver(row: Row) -> DraftDriver:
    identifier, name = _named(row)
    return DraftDriver(
        spot=row.spot,
        id=identifier,
        name=name,
        shifts=row.read("shifts", hours_in, ReferenceVan().shifts),
        dated_shifts=row.read("dated_shifts", dated_hours_in, _NO_DATES),
        vehicles=row.read("vehicles", names_in, _NOBODY),
    )


def _energy(row: Row) -> dict[str, Any]:
    """Return what a vehicle runs on and how much of it; one of them alone is a fault."""
    given = [field for field in ("energy", "consumption") if row.cells.get(field)]
    if len(given) == 1:
        code = "energy_without_consumption" if "energy" in given else "consumption_without_energy"
        row.fault(code, given[0])
        return {}
    return {
        "energy": row.read("energy", energy_in, None),
        "ml_or_wh_per_100km": row.read("consumption", consumption_in, None),
    }


def _order(row: Row, number: int) -> DraftOrder:
    # Where the column is missing, that has been said: an order without crates is not empty then.
    crates = row.read("crates", whole_in, 0) if "crates" in row.spot.columns else None
    mass_g = row.read("kg", _thousandths, 0)
    return DraftOrder(
        spot=row.spot,
        id=row.read("id", text_in, f"c{number}"),
        producer=row.needed("producer", text_in),
        site=row.needed("site", text_in),
        crates=crates,
        mass_g=mass_g,
        temperature=row.read("temperature", temperature_in, TemperatureClass.AMBIENT),
        days=row.read("days", days_in, _ANY_DAY),
        value_cents=row.read("value", _hundredths, 0),
        litres=row.read("litres", litres_in, 0),
        max_on_board_s=row.read("max_on_board_minutes", _seconds, None),
        boxed_s=row.read("box_minutes", _seconds, None),
        goods=row.read("goods", goods_in, ""),
        ordered_at=row.read("ordered_at", moment_in, None),
        repeats=row.read("repeats", recurrence_in, None),
    )


def _kept_apart(row: Row) -> DraftApart:
    return DraftApart(
        spot=row.spot,
        first=row.needed("first", text_in),
        second=row.needed("second", text_in),
        scope=row.read("scope", scope_in, ApartScope.ON_BOARD),
    )


def _minimum(row: Row) -> DraftMinimum:
    return DraftMinimum(
        spot=row.spot,
        producer=row.needed("producer", text_in),
        site=row.read("site", text_in, ""),
        minimum=row.needed("minimum", minimum_in),
    )


def _practice(row: Row) -> DraftPractice:
    return DraftPractice(
        spot=row.spot,
        producer=row.needed("producer", text_in),
        sites=row.needed("sites", sequence_in),
        days=row.read("days", days_in, _ANY_DAY),
        distance_m=row.read("km", _thousandths, None),
        duration_s=row.read("minutes", _seconds, None),
        times_per_100_weeks=row.read("times", _hundredths, None),
    )


def _settings(draft: DraftCase, table: Table) -> None:
    known = {word_key(name): field for field, names in SETTING_NAMES.items() for name in names}
    rows: dict[str, Row] = {}
    for number, cells in table.rows:
        spot = Spot(file=table.file, sheet=table.sheet, row=number, columns=table.headers)
        row = Row(spot, cells, draft.faults)
        field = known.get(word_key(cells.get("name", "")))
        if field is None:
            row.fault(
                "unknown_setting", "name", names=", ".join(n[0] for n in SETTING_NAMES.values())
            )
        elif field in rows:
            row.fault("duplicate_setting", "name")
        elif cells.get("value"):
            rows[field] = row

    def read(field: str, reader: Callable[[str], T], default: T) -> T:
        if field not in rows:
            return default
        found = rows[field].read("value", reader, default)
        # A faulty setting has been reported: whatever stands here is never used.
        return default if found is None else found

    van, usual = ReferenceVan(), Settings()
    draft.week_start = read("week_start", date_in, None)
    if "week_start" in rows and draft.week_start is None:
        draft.unread.add("week_start")
    draft.territory = read("territory", text_in, "")
    draft.invented = read("invented", truth_in, default=False)
    draft.settings = Settings(
        gco2e_per_km=read("gco2e_per_km", whole_in, usual.gco2e_per_km),
        reference_van=replace(
            van,
            capacity_g=read("reference_kg", _thousandths, van.capacity_g),
            capacity_crates=read("reference_crates", whole_in, van.capacity_crates),
            capacity_litres=read("reference_litres", litres_in, van.capacity_litres),
            cents_per_km=read("reference_euros_per_km", _hundredths, van.cents_per_km),
            cents_per_hour=read("reference_euros_per_hour", _hundredths, van.cents_per_hour),
            cents_per_use=read("reference_euros_per_use", _hundredths, van.cents_per_use),
            profile=read("reference_profile", profile_in, van.profile),
            shifts=read("reference_shifts", hours_in, van.shifts),
        ),
        new_point_crates=read("new_point_crates", whole_in, usual.new_point_crates),
        new_point_g=read("new_point_kg", _thousandths, usual.new_point_g),
        new_point_max_detour_s=read(
            "new_point_detour_minutes", _seconds, usual.new_point_max_detour_s
        ),
        cycle=OrderCycle(
            opens=read("cycle_opens", moment_in, None),
            cut_off=read("cycle_cut_off", _until, None),
            distribution=read("cycle_distribution", _until, None),
        ),
        cost_alert_percent=read("cost_alert_percent", percent_in, usual.cost_alert_percent),
    )
