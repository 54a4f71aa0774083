"""From a JSON document to a case, value by value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from colivraison.domain import (
    CASE_VERSION,
    LATEST_CLOSE_S,
    Case,
    ClockMoment,
    ClockSpan,
    DatedHours,
    DayWindow,
    OrderCycle,
    Position,
    Price,
    Recurrence,
    ReferenceVan,
    Settings,
)
from colivraison.errors import Fault, InputError, Where
from colivraison.interchange.case_build import CaseReading, built
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
from colivraison.interchange.case_json_faults import (
    KEYED,
    code_of,
    details_of,
    escaped,
    path_of,
    sheet_of,
    shown,
)
from colivraison.interchange.case_place import position_in, second_place
from colivraison.interchange.case_schema import (
    CaseDocument,
    CyclePart,
    DatedHoursPart,
    DriverPart,
    KeptApartPart,
    OrderMinimumPart,
    OrderPart,
    PracticePart,
    ProducerPart,
    ReferenceVanPart,
    RepeatsPart,
    SettingsPart,
    SitePart,
    SpanPart,
    VehiclePart,
    WindowPart,
)
from colivraison.interchange.cells import in_our_century
from colivraison.interchange.dated_hours import without_contradiction
from colivraison.interchange.gazetteer import Gazetteer
from colivraison.interchange.moments import END_OF_DAY_S, moment_in
from colivraison.interchange.recurrence import recurrence_of
from colivraison.interchange.refused import Refused
from colivraison.interchange.tables import MOST_ROWS

__all__ = ["order_at", "parse_case_json", "read_case_json"]

T = TypeVar("T")


def parse_case_json(
    document: object,
    *,
    gazetteer: Gazetteer | None,
    today: dt.date,
    file: str = "",
    to_plan: bool = True,
) -> Case:
    """Return the case of a decoded JSON document.

    Parameters
    ----------
    gazetteer
        Names and roads of the territory; None leaves distances to the road unchecked.
    today
        Day on which "the next Monday" is reckoned where no week is given.
    to_plan
        Refuse what cannot be planned: no orders, or one that no van could hold. False for the
        case inside a finished plan, which is read as it stands.

    Raises
    ------
    InputError
        With every fault, each with its JSON pointer.
    """
    return read_case_json(
        document, gazetteer=gazetteer, today=today, file=file, to_plan=to_plan
    ).case


def read_case_json(
    document: object,
    *,
    gazetteer: Gazetteer | None,
    today: dt.date,
    file: str = "",
    to_plan: bool = True,
) -> CaseReading:
    """Return the case of a decoded JSON document with its warnings; see ``parse_case_json``."""
    if not isinstance(document, Mapping):
        where = Where(file=file)
        raise InputError([Fault(code="not_object", where=where, value=shown(document))])
    version = document.get("case_version")
    if version != CASE_VERSION or isinstance(version, bool):
        where = Where(file=file, pointer="/case_version")
        missing = "case_version" not in document
        raise InputError(
            [
                Fault(code="missing_key", where=where, value="case_version")
                if missing
                else Fault(
                    code="unsupported_case_version",
                    where=where,
                    value=shown(version),
                    details={"known": CASE_VERSION},
                )
            ]
        )
    draft = _Reader(file, to_plan=to_plan).case(document)
    return built(draft, gazetteer=gazetteer, today=today, to_plan=to_plan)


def order_at(document: object, pointer: str, faults: list[Fault]) -> DraftOrder | None:
    """Return the order of a JSON object; what is wrong goes to ``faults``, with its pointer."""
    reader = _Reader("", to_plan=True)
    found = None
    if isinstance(document, Mapping):
        found = reader.order(document, pointer)
    else:
        reader.fault("not_object", pointer, document)
    faults += reader.draft.faults
    return found


@lru_cache(maxsize=256)
def _adapter(part: type[BaseModel], name: str) -> TypeAdapter[Any]:
    info = part.model_fields[name]
    annotated: Any = Annotated[info.annotation, info]
    return TypeAdapter(annotated)


class _Reader:
    """Reads a document value by value into a draft."""

    def __init__(self, file: str, *, to_plan: bool) -> None:
        self.file = file
        self.to_plan = to_plan
        self.draft = DraftCase(file=file)

    def spot(self, pointer: str) -> Spot:
        return Spot(file=self.file, sheet=sheet_of(pointer), pointer=pointer)

    def fault(self, code: str, pointer: str, value: object, **details: str | int) -> None:
        where = Where(file=self.file, sheet=sheet_of(pointer), pointer=pointer)
        self.draft.faults.append(Fault(code=code, where=where, value=shown(value), details=details))

    def values(
        self,
        part: type[BaseModel],
        given: Mapping[str, object],
        pointer: str,
        leave: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return every value that is sound or has a default; faulty ones are None.

        Parameters
        ----------
        leave
            Keys that are known and read elsewhere.
        """
        names = {info.alias or name: name for name, info in part.model_fields.items()}
        for key in given:
            if key not in names:
                self.fault("unknown_key", f"{pointer}/{escaped(key)}", key)
        found: dict[str, Any] = {}
        for key, name in names.items():
            info = part.model_fields[name]
            if name in leave:
                continue
            if key not in given:
                found[name] = None if info.is_required() else info.default
                if info.is_required():
                    self.fault("missing_key", f"{pointer}/{key}", key)
                continue
            try:
                found[name] = _adapter(part, name).validate_python(given[key])
            except ValidationError as error:
                found[name] = None
                for detail in error.errors(include_url=False, include_context=False):
                    path = [key, *path_of(detail["loc"], given[key])]
                    at = pointer + "".join(f"/{escaped(str(step))}" for step in path)
                    value = path[-1] if detail["type"] in KEYED else detail["input"]
                    code, details = code_of(detail, path), details_of(detail, path)
                    self.fault(code, at, value, **details)
        return found

    def case(self, document: Mapping[str, object]) -> DraftCase:
        draft = self.draft
        tables = (
            *("producers", "sites", "vehicles", "orders", "drivers"),
            *("kept_apart", "minimums", "practices"),
        )
        top = self.values(CaseDocument, document, "", leave=(*tables, "settings"))
        draft.territory = top["territory"] or ""
        draft.invented = bool(top["invented"])
        draft.week_start = self.date(top["week_start"], "/week_start")
        if (
            "week_start" in document
            and draft.week_start is None
            and document["week_start"] is not None
        ):
            draft.unread.add("week_start")
        for pointer, given in self.entries(document, "producers"):
            draft.producers.append(self.site(ProducerPart, given, pointer))
        for pointer, given in self.entries(document, "sites"):
            draft.sites.append(self.site(SitePart, given, pointer))
        for pointer, given in self.entries(document, "vehicles"):
            draft.vehicles.append(self.vehicle(given, pointer))
        for pointer, given in self.entries(document, "orders"):
            draft.orders.append(self.order(given, pointer))
        for pointer, given in self.entries(document, "kept_apart"):
            draft.kept_apart.append(self.kept_apart(given, pointer))
        for pointer, given in self.entries(document, "minimums"):
            draft.minimums.append(self.minimum(given, pointer))
        for pointer, given in self.entries(document, "practices"):
            draft.practices.append(self.practice(given, pointer))
        for pointer, given in self.entries(document, "drivers"):
            draft.drivers.append(self.driver(given, pointer))
        if "settings" in document:
            self.settings(document["settings"])
        return draft

    def date(self, text: str | None, pointer: str) -> dt.date | None:
        if text is None:
            return None
        try:
            return in_our_century(dt.date.fromisoformat(text))
        except ValueError as error:
            code = error.code if isinstance(error, Refused) else "bad_date"
            self.fault(code, pointer, text)
            return None

    def entries(
        self, document: Mapping[str, object], table: str
    ) -> list[tuple[str, Mapping[str, object]]]:
        """Return the objects of a list with their pointers."""
        pointer = f"/{table}"
        given = document.get(table)
        if given is None and table not in document:
            if table in ("producers", "orders"):
                self.fault("missing_key", pointer, table)
                self.draft.unread.add(table)
            return []
        if not isinstance(given, list | tuple):
            self.fault("not_list", pointer, given)
            self.draft.unread.add(table)
            return []
        if len(given) > MOST_ROWS:
            self.fault("too_many_rows", pointer, len(given), most=MOST_ROWS)
            self.draft.unread.add(table)
            return []
        found: list[tuple[str, Mapping[str, object]]] = []
        for index, entry in enumerate(given):
            if isinstance(entry, Mapping):
                found.append((f"{pointer}/{index}", entry))
            else:
                self.fault("not_object", f"{pointer}/{index}", entry)
                self.draft.unread.add(table)
        return found

    def windows(
        self, parts: tuple[WindowPart, ...] | None, pointer: str
    ) -> tuple[DayWindow, ...] | None:
        if parts is None:
            return None
        return tuple(
            DayWindow(weekday=part.day, opens_s=span.opens_s, closes_s=span.closes_s)
            for part, span in zip(parts, self.spans(parts, pointer), strict=True)
            if span is not None
        )

    def spans(self, parts: Sequence[WindowPart | SpanPart], pointer: str) -> list[ClockSpan | None]:
        """Return hours, None where they are none."""
        found: list[ClockSpan | None] = []
        for index, part in enumerate(parts):
            opens_s, closes_s = _clock_s(part.opens), _clock_s(part.closes)
            text = f"{part.opens}-{part.closes}"
            sound = opens_s < closes_s <= LATEST_CLOSE_S
            found.append(ClockSpan(opens_s=opens_s, closes_s=closes_s) if sound else None)
            if max(opens_s, closes_s) > LATEST_CLOSE_S:
                self.fault("bad_hours", f"{pointer}/{index}", text)
            elif not sound:
                self.fault("window_ends_before_start", f"{pointer}/{index}", text)
        return found

    def dated(
        self, parts: tuple[DatedHoursPart, ...] | None, pointer: str
    ) -> tuple[DatedHours, ...] | None:
        if parts is None:
            return None
        found: list[DatedHours] = []
        for index, part in enumerate(parts):
            at = f"{pointer}/{index}"
            first = self.date(part.first_date, f"{at}/first_date")
            last = first
            if part.last_date is not None:
                last = self.date(part.last_date, f"{at}/last_date")
            spans = self.spans(part.hours, f"{at}/hours")
            if first is None or last is None or None in spans:
                continue
            if last < first:
                self.fault("dates_end_before_start", at, f"{first}..{last}")
                continue
            known = tuple(sorted({span for span in spans if span is not None}))
            found.append(DatedHours(first_date=first, last_date=last, spans=known))
        try:
            return without_contradiction(found)
        except Refused as refused:
            self.fault(refused.code, pointer, [part.first_date for part in parts])
            return None

    def site(self, part: type[SitePart], given: Mapping[str, object], pointer: str) -> DraftSite:
        value = self.values(part, given, pointer)
        position, place_name = self.place(value, given, pointer)
        return DraftSite(
            spot=self.spot(pointer),
            id=value["id"],
            name=self.name(value, given),
            kind=value["kind"],
            position=position,
            place_name=place_name,
            place_field="place" if given.get("lat") is None else "lat",
            windows=self.windows(value["windows"], f"{pointer}/windows"),
            setup_s=value["setup_s"],
            service_s_per_crate=value["service_s_per_crate"],
            dated_hours=self.dated(value["dated_hours"], f"{pointer}/dated_hours"),
            school_zone=value["school_zone"],
            closed_public_holidays=value["closed_public_holidays"],
            arrival=self.arrival(value, pointer),
            note=value["note"],
            farm_name=self.written("farm_name", value, given),
            # Of a producer only.
            preparation_s=value.get("preparation_s", 0),
        )

    def arrival(self, value: Mapping[str, Any], pointer: str) -> tuple[int, int] | None:
        first_s, last_s = value["arrive_from_s"], value["arrive_by_s"]
        if first_s is None and last_s is None:
            return None
        if first_s is None or last_s is None or first_s < last_s:
            self.fault("bad_arrival", f"{pointer}/arrive_from_s", f"{first_s}..{last_s}")
            return None
        return first_s, last_s

    def name(self, value: Mapping[str, Any], given: Mapping[str, object]) -> str | None:
        """Return a name, or the id where there is none."""
        written = self.written("name", value, given)
        return value["id"] if written is None else written

    def written(
        self, field: str, value: Mapping[str, Any], given: Mapping[str, object]
    ) -> str | None:
        """Return a text, None where it was left out.

        A person who leaves it empty leaves it out; in a finished plan it stands as it stands.
        """
        if field not in given or (self.to_plan and not value[field]):
            return None
        text: str | None = value[field]
        return text

    def place(
        self, value: Mapping[str, Any], given: Mapping[str, object], pointer: str
    ) -> tuple[Position | None, str]:
        has = [key for key in ("lat", "lon") if given.get(key) is not None]
        if len(has) == 2:
            if value["lat"] is None or value["lon"] is None:
                return None, ""
            position = Position(lat=value["lat"], lon=value["lon"])
            try:
                return position, second_place(value.get("place") or "", position)
            except Refused as refused:
                self.fault(refused.code, f"{pointer}/place", value["place"], **refused.details)
                return None, ""
        if has:
            self.fault(
                "missing_coordinate",
                f"{pointer}/{has[0]}",
                given[has[0]],
                missing="lon" if has == ["lat"] else "lat",
            )
            return None, ""
        if not given.get("place"):
            self.fault("missing_place", pointer, "")
            return None, ""
        if value["place"] is None:
            return None, ""
        try:
            found = position_in(value["place"])
        except Refused as refused:
            self.fault(refused.code, f"{pointer}/place", value["place"], **refused.details)
            return None, ""
        return found, "" if found is not None else value["place"]

    def vehicle(self, given: Mapping[str, object], pointer: str) -> DraftVehicle:
        value = self.values(VehiclePart, given, pointer)
        left_out = given.get("end_site_id") is None
        energy = [k for k in ("energy", "ml_or_wh_per_100km") if given.get(k) is not None]
        if len(energy) == 1 and value[energy[0]] is not None:  # a faulty one has been told
            alone = {"energy": "energy_without_consumption"}
            code = alone.get(energy[0], "consumption_without_energy")
            self.fault(code, f"{pointer}/{energy[0]}", given[energy[0]])
        return DraftVehicle(
            spot=self.spot(pointer),
            id=value["id"],
            name=self.name(value, given),
            owner=value["owner_id"],
            start=value["start_site_id"],
            end=value["start_site_id"] if left_out else value["end_site_id"],
            shifts=self.windows(value["shifts"], f"{pointer}/shifts"),
            temperatures=_set(value["temperatures"]),
            usual_prices=frozenset(price for price in Price if price.value not in given),
            dated_shifts=self.dated(value["dated_shifts"], f"{pointer}/dated_shifts"),
            **{
                key: value[key]
                for key in (
                    *("capacity_g", "capacity_crates", "cents_per_km", "cents_per_hour"),
                    *("cents_per_use", "profile", "assumed", "capacity_litres", "refuses"),
                    *("carries_for", "energy", "ml_or_wh_per_100km"),
                )
            },
        )

    def driver(self, given: Mapping[str, object], pointer: str) -> DraftDriver:
        value = self.values(DriverPart, given, pointer)
        return DraftDriver(
            spot=self.spot(pointer),
            id=value["id"],
            name=self.name(value, given),
            shifts=self.windows(value["shifts"], f"{pointer}/shifts"),
            dated_shifts=self.dated(value["dated_shifts"], f"{pointer}/dated_shifts"),
            vehicles=value["vehicles"],
        )

    def order(self, given: Mapping[str, object], pointer: str) -> DraftOrder:
        value = self.values(OrderPart, given, pointer)
        return DraftOrder(
            spot=self.spot(pointer),
            id=value["id"],
            producer=value["producer_id"],
            site=value["site_id"],
            crates=value["crates"],
            mass_g=value["mass_g"],
            temperature=value["temperature"],
            days=_set(value["days"]),
            value_cents=value["value_cents"],
            litres=value["litres"],
            max_on_board_s=value["max_on_board_s"],
            boxed_s=value["boxed_s"],
            goods=value["goods"],
            ordered_at=self.moment(value["ordered_at"], f"{pointer}/ordered_at"),
            repeats=self.repeats(value["repeats"], f"{pointer}/repeats"),
        )

    def moment(self, text: str | None, pointer: str, date_alone_s: int = 0) -> ClockMoment | None:
        """Return a moment; None where none was given or it cannot be read."""
        if text is None:
            return None
        try:
            return moment_in(text, date_alone_s=date_alone_s)
        except Refused as refused:
            self.fault(refused.code, pointer, text)
            return None

    def repeats(self, part: RepeatsPart | None, pointer: str) -> Recurrence | None:
        if part is None:
            return None
        first = self.date(part.first_date, f"{pointer}/first_date")
        last = self.date(part.last_date, f"{pointer}/last_date")
        excepted = [
            self.date(date, f"{pointer}/except_dates/{index}")
            for index, date in enumerate(part.except_dates)
        ]
        if not part.weekdays:
            self.fault("empty_list", f"{pointer}/weekdays", [])
            return None
        try:
            return recurrence_of(
                frozenset(part.weekdays), first, last, [date for date in excepted if date]
            )
        except Refused as refused:
            self.fault(refused.code, pointer, part.model_dump(mode="json"), **refused.details)
            return None

    def kept_apart(self, given: Mapping[str, object], pointer: str) -> DraftApart:
        value = self.values(KeptApartPart, given, pointer)
        return DraftApart(
            spot=self.spot(pointer),
            first=value["first"],
            second=value["second"],
            scope=value["scope"],
        )

    def minimum(self, given: Mapping[str, object], pointer: str) -> DraftMinimum:
        value = self.values(OrderMinimumPart, given, pointer)
        whole = value["unit"] is not None and bool(value["amount"])
        if value["amount"] == 0:
            self.fault("bad_minimum", f"{pointer}/amount", 0)
        return DraftMinimum(
            spot=self.spot(pointer),
            producer=value["producer_id"],
            site=value["site_id"],
            minimum=(value["unit"], value["amount"]) if whole else None,
        )

    def practice(self, given: Mapping[str, object], pointer: str) -> DraftPractice:
        value = self.values(PracticePart, given, pointer)
        return DraftPractice(
            spot=self.spot(pointer),
            producer=value["producer_id"],
            sites=value["site_ids"],
            days=_set(value["days"]),
            distance_m=value["distance_m"],
            duration_s=value["duration_s"],
            times_per_100_weeks=value["times_per_100_weeks"],
        )

    def settings(self, given: object) -> None:
        if not isinstance(given, Mapping):
            self.fault("not_object", "/settings", given)
            return
        value = self.values(SettingsPart, given, "/settings", leave=("reference_van", "cycle"))
        van = ReferenceVan()
        if "reference_van" in given:
            van = self.reference_van(given["reference_van"])
        cycle = self.cycle(given["cycle"]) if "cycle" in given else OrderCycle()
        if not self.draft.faults:
            self.draft.settings = Settings(reference_van=van, cycle=cycle, **value)

    def cycle(self, given: object) -> OrderCycle:
        pointer = "/settings/cycle"
        if not isinstance(given, Mapping):
            self.fault("not_object", pointer, given)
            return OrderCycle()
        value = self.values(CyclePart, given, pointer)
        return OrderCycle(
            opens=self.moment(value["opens"], f"{pointer}/opens"),
            cut_off=self.moment(value["cut_off"], f"{pointer}/cut_off", END_OF_DAY_S),
            distribution=self.moment(
                value["distribution"], f"{pointer}/distribution", END_OF_DAY_S
            ),
        )

    def reference_van(self, given: object) -> ReferenceVan:
        pointer, van = "/settings/reference_van", ReferenceVan()
        if not isinstance(given, Mapping):
            self.fault("not_object", pointer, given)
            return van
        value = self.values(ReferenceVanPart, given, pointer)
        shifts = self.windows(value.pop("shifts"), f"{pointer}/shifts")
        if self.draft.faults:
            return van
        return ReferenceVan(**value, shifts=van.shifts if shifts is None else shifts)


def _set(values: tuple[T, ...] | None) -> frozenset[T] | None:
    return None if values is None else frozenset(values)


def _clock_s(text: str) -> int:
    hours, minutes, seconds = (*map(int, text.split(":")), 0)[:3]
    return hours * 3600 + minutes * 60 + seconds
