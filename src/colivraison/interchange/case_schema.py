"""The shape of a case in JSON, version 1: the published schema and the check of each value.

A value is checked alone (``case_json``), so that one fault never hides the next.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from colivraison.domain import (
    CASE_VERSION,
    SEPARATORS,
    USUAL_PRICES,
    ApartScope,
    Energy,
    MinimumUnit,
    Price,
    PublicHolidays,
    ReferenceVan,
    SchoolZone,
    Settings,
    SiteKind,
    TemperatureClass,
)
from colivraison.domain import Weekday as Day
from colivraison.interchange.tables import MOST_ROWS

__all__ = [
    "CaseDocument",
    "CyclePart",
    "DatedHoursPart",
    "DriverPart",
    "KeptApartPart",
    "OrderMinimumPart",
    "OrderPart",
    "PracticePart",
    "ProducerPart",
    "ReferenceVanPart",
    "RepeatsPart",
    "SettingsPart",
    "SitePart",
    "SpanPart",
    "VehiclePart",
    "WindowPart",
    "case_json_schema",
]

# Whole numbers that JavaScript and a numpy int64 both hold exactly, times thousands of rows.
_MOST = 1_000_000_000_000


def _printable(text: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise PydanticCustomError("bad_text", "control characters")
    return text


_VAN = ReferenceVan()
_USUAL = Settings()

Name = Annotated[str, Strict(), Field(max_length=200), AfterValidator(_printable)]
Id = Annotated[str, Strict(), Field(min_length=1, max_length=200), AfterValidator(_printable)]
Amount = Annotated[int, Strict(), Field(ge=0, le=_MOST)]
Flag = Annotated[bool, Strict()]
Profile = Literal["van", "van-refrigerated", "car", "truck", "cargo-bike"]
Clock = Annotated[str, Strict(), Field(pattern=r"^([01]?\d|2\d|30):[0-5]\d(:[0-5]\d)?$")]
IsoDate = Annotated[
    str,
    Strict(),
    Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"}),
]
Moment = Annotated[
    str,
    Strict(),
    Field(
        pattern=r"^\d{4}-\d{2}-\d{2}(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?$",
        examples=["2026-11-24T18:30"],
    ),
]
Lat = Annotated[float, Strict(), Field(ge=-90, le=90, allow_inf_nan=False)]
Lon = Annotated[float, Strict(), Field(ge=-180, le=180, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WindowPart(_Part):
    """Hours on one weekday, wall clock in France; after midnight go on: 22:00 to 26:00."""

    day: Day
    opens: Clock = Field(alias="from", description="Opening time, HH:MM.", examples=["08:00"])
    closes: Clock = Field(
        alias="to", description="Closing time, HH:MM, at most 30:00.", examples=["12:00"]
    )


class SpanPart(_Part):
    """Hours of one day, wall clock in France; after midnight go on: 22:00 to 26:00."""

    opens: Clock = Field(alias="from", description="Opening time, HH:MM.", examples=["08:00"])
    closes: Clock = Field(
        alias="to", description="Closing time, HH:MM, at most 30:00.", examples=["12:00"]
    )


class DatedHoursPart(_Part):
    """What holds on some dates instead of the hours of the week, holidays included."""

    first_date: IsoDate = Field(description="First date.", examples=["2026-12-24"])
    last_date: IsoDate | None = Field(default=None, description="Last date; default: the first.")
    hours: Annotated[tuple[SpanPart, ...], Field(max_length=100)] = Field(
        default=(), description="Hours of each of these dates; none: closed."
    )


Dated = Annotated[tuple[DatedHoursPart, ...], Field(max_length=1000)]
Goods = Annotated[
    str,
    Strict(),
    Field(max_length=200, pattern=rf"^[^{SEPARATORS}]*$"),
    AfterValidator(_printable),
]
Names = Annotated[tuple[Id, ...], Field(max_length=1000)]
Windows = Annotated[tuple[WindowPart, ...], Field(max_length=1000)]
Shifts = Annotated[tuple[WindowPart, ...], Field(min_length=1, max_length=1000)]
_PLACED: JsonDict = {"anyOf": [{"required": ["lat", "lon"]}, {"required": ["place"]}]}


class SitePart(_Part):
    """A place where crates are loaded or unloaded: ``lat`` and ``lon``, or ``place``."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_PLACED)

    id: Id = Field(
        description="Unique over producers and sites of the case.", examples=["market-hall"]
    )
    name: Name = Field(default="", description="Shown to people; the id when left out.")
    kind: SiteKind = Field(default=SiteKind.POINT, description="What the place is.")
    lat: Lat | None = Field(default=None, description="Latitude, WGS84 degrees.", examples=[47.65])
    lon: Lon | None = Field(default=None, description="Longitude, WGS84 degrees.", examples=[-2.09])
    place: Name | None = Field(
        default=None,
        description="Instead of lat and lon: 'lat, lon', a map link, or a name on the map.",
        examples=["Saint-Martin"],
    )
    windows: Windows = Field(default=(), description="Opening hours; none: open at any time.")
    setup_s: Amount = Field(default=300, description="Seconds once per stop.")
    service_s_per_crate: Amount = Field(default=20, description="Seconds per crate.")
    dated_hours: Dated = Field(default=(), description="Hours on particular dates, or closed.")
    school_zone: SchoolZone | None = Field(
        default=None, description="Closed in the school holidays of this zone; none: open."
    )
    closed_public_holidays: PublicHolidays | None = Field(
        default=None, description="Closed on these public holidays; none: open."
    )
    arrive_from_s: Amount | None = Field(
        default=None,
        description="Work begins so long before an opening at the earliest, not during it.",
    )
    arrive_by_s: Annotated[int, Strict(), Field(ge=-_MOST, le=_MOST)] | None = Field(
        default=None, description="And so long before it at the latest; below 0: after it."
    )
    note: Name = Field(default="", description="What the driver needs to know: a code, a key.")


class ProducerPart(SitePart):
    """A producer and its farm."""

    kind: SiteKind = Field(default=SiteKind.FARM, description="What the farm is.")
    farm_name: Name = Field(default="", description="Name of the farm where it is another.")
    preparation_s: Amount = Field(
        default=0, description="Seconds from an order until its goods are ready to be loaded."
    )


class VehiclePart(_Part):
    """A van, and its driver where none are told."""

    id: Id = Field(description="Unique over the vehicles.", examples=["kangoo"])
    name: Name = Field(default="", description="Shown to people; the id when left out.")
    owner_id: Name = Field(default="", description="Id of a producer; empty: shared by all.")
    start_site_id: Id = Field(description="Producer or site where rounds begin.")
    end_site_id: Id | None = Field(default=None, description="Where they end; default: the start.")
    shifts: Shifts = Field(description="When it may be on the road.")
    capacity_g: Amount = Field(description="Grams it can hold.", examples=[600_000])
    capacity_crates: Amount = Field(description="Crates it can hold.", examples=[80])
    temperatures: Annotated[tuple[TemperatureClass, ...], Field(min_length=1, max_length=20)] = (
        Field(
            default=(TemperatureClass.AMBIENT,), description="Every temperature class it can carry."
        )
    )
    cents_per_km: Amount = Field(
        default=USUAL_PRICES[Price.PER_KM].cents,
        description="Euro cents per kilometre; left out, plans say that it is the usual price.",
    )
    cents_per_hour: Amount = Field(
        default=USUAL_PRICES[Price.PER_HOUR].cents,
        description="Euro cents per hour; left out, plans say that it is the usual price.",
    )
    cents_per_use: Amount = Field(default=0, description="Euro cents per round.")
    profile: Profile = Field(default="van", description="Road profile.")
    assumed: Flag = Field(default=False, description="Lent for comparison, not really there.")
    dated_shifts: Dated = Field(default=(), description="Shifts on particular dates, or none.")
    capacity_litres: Amount | None = Field(
        default=None, description="Litres it can hold; none: not counted.", examples=[3500]
    )
    refuses: Annotated[tuple[Goods, ...], Field(max_length=1000)] = Field(
        default=(), description="Goods of orders that it does not take."
    )
    carries_for: Names = Field(
        default=(), description="Producers it carries for beside its owner; none: everybody."
    )
    energy: Energy | None = Field(
        default=None,
        description="What it runs on, with its consumption; none: gco2e_per_km of the settings.",
    )
    ml_or_wh_per_100km: Amount | None = Field(
        default=None,
        description="Millilitres, or watt-hours of electricity, for 100 km.",
        examples=[9000],
    )


class DriverPart(_Part):
    """Somebody who drives, one van at a time."""

    id: Id = Field(description="Unique over the drivers.", examples=["lea"])
    name: Name = Field(default="", description="Shown to people; the id when left out.")
    shifts: Shifts = Field(description="When it may drive.")
    dated_shifts: Dated = Field(default=(), description="Shifts on particular dates, or none.")
    vehicles: Names = Field(default=(), description="Ids of vans it may drive; none: all.")


class RepeatsPart(_Part):
    """How often an order comes back; each time is an order of its own, on that day."""

    # That there is one is the reader's to check: pydantic says it of one that is no day, too.
    weekdays: Annotated[
        tuple[Day, ...], Field(max_length=100, json_schema_extra={"minItems": 1})
    ] = Field(description="Each of these days, every week.", examples=[["thursday"]])
    first_date: IsoDate | None = Field(default=None, description="Not before; none: any time.")
    last_date: IsoDate | None = Field(default=None, description="Not after; none: any time.")
    except_dates: Annotated[tuple[IsoDate, ...], Field(max_length=1000)] = Field(
        default=(), description="Dates on which it does not come.", examples=[["2026-12-24"]]
    )


class OrderPart(_Part):
    """Crates of one producer for one site."""

    id: Id = Field(description="Unique over the orders.", examples=["c1"])
    producer_id: Id = Field(description="Id of a producer.")
    site_id: Id = Field(description="Id of a site or of another producer.")
    crates: Amount = Field(description="Crates.", examples=[6])
    mass_g: Amount = Field(description="Grams; 0 where unknown.", examples=[48_000])
    temperature: TemperatureClass = Field(
        default=TemperatureClass.AMBIENT, description="The warmest it may travel at."
    )
    days: Annotated[tuple[Day, ...], Field(max_length=100)] = Field(
        default=(), description="Days it may be delivered; none: any day."
    )
    value_cents: Amount = Field(default=0, description="What the goods are worth, euro cents.")
    litres: Amount = Field(default=0, description="Volume; 0 where it does not count.")
    max_on_board_s: Amount | None = Field(
        default=None, description="Longest time from loaded to unloading, seconds; none: any."
    )
    boxed_s: Amount | None = Field(
        default=None,
        description="In an iced box that keeps so many seconds; none: the vehicle keeps it.",
    )
    goods: Goods = Field(
        default="", description="What it is, in a name that others use too; without commas."
    )
    ordered_at: Moment | None = Field(
        default=None, description="When it was placed, wall clock in France; none: long ago."
    )
    repeats: RepeatsPart | None = Field(
        default=None,
        description="It comes back on these days, as c1@2026-11-26; it names no days then.",
    )


class KeptApartPart(_Part):
    """Two kinds of goods, or the goods of two producers, that do not travel together."""

    first: Id = Field(description="Goods of orders, or the id of a producer.", examples=["bio"])
    second: Id = Field(description="The other one.", examples=["bulk"])
    scope: ApartScope = Field(
        default=ApartScope.ON_BOARD, description="Never in one round, or not at the same time."
    )


class OrderMinimumPart(_Part):
    """The least a producer brings to a place in a week, or nothing at all."""

    producer_id: Id = Field(description="Whose minimum it is.", examples=["lake-farm"])
    site_id: Name = Field(
        default="", description="Where it holds; empty: wherever there is no other."
    )
    unit: MinimumUnit = Field(description="What it counts: euro cents, grams or crates.")
    amount: Amount = Field(description="In that unit; at least 1.")


class PracticePart(_Part):
    """A round that a producer says it drives today, from its farm and back."""

    producer_id: Id = Field(description="Id of a producer.")
    site_ids: Annotated[tuple[Id, ...], Field(max_length=200)] = Field(
        description="Places it visits, in order."
    )
    days: Annotated[tuple[Day, ...], Field(max_length=100)] = Field(
        default=(), description="Days it is driven; none: not said."
    )
    distance_m: Amount | None = Field(
        default=None, description="Metres of one round; none: as on the road."
    )
    duration_s: Amount | None = Field(
        default=None, description="Seconds of one round, work included; none: computed."
    )
    times_per_100_weeks: Amount | None = Field(
        default=None, description="100 is once a week; none: once for each of its days."
    )


class ReferenceVanPart(_Part):
    """The van a producer without one is lent, to say what driving alone would cost."""

    capacity_g: Amount = Field(default=_VAN.capacity_g, description="Grams it can hold.")
    capacity_crates: Amount = Field(default=_VAN.capacity_crates, description="Crates it can hold.")
    capacity_litres: Amount = Field(default=_VAN.capacity_litres, description="Litres it can hold.")
    cents_per_km: Amount = Field(default=_VAN.cents_per_km, description="Euro cents per kilometre.")
    cents_per_hour: Amount = Field(default=_VAN.cents_per_hour, description="Euro cents per hour.")
    cents_per_use: Amount = Field(default=_VAN.cents_per_use, description="Euro cents per round.")
    profile: Profile = Field(default="van", description="Road profile.")
    shifts: Shifts | None = Field(
        default=None, description="When it may drive; default: 06:00 to 20:00 every day."
    )


class CyclePart(_Part):
    """When orders are taken, and for which distribution; wall clock in France."""

    opens: Moment | None = Field(default=None, description="Orders are taken from then on.")
    cut_off: Moment | None = Field(
        default=None,
        description="Until then, a date alone included; default: 48 h before the distribution.",
    )
    distribution: Moment | None = Field(default=None, description="When goods are handed out.")


class SettingsPart(_Part):
    """What holds for the whole case."""

    gco2e_per_km: Amount = Field(
        default=_USUAL.gco2e_per_km, description="Grams of CO2 equivalent per kilometre."
    )
    reference_van: ReferenceVanPart = Field(
        default=ReferenceVanPart(), description="The van of the comparison."
    )
    new_point_crates: Amount = Field(
        default=_USUAL.new_point_crates, description="Crates of the trial drop at a new point."
    )
    new_point_g: Amount = Field(
        default=_USUAL.new_point_g, description="Grams of the trial drop at a new point."
    )
    new_point_max_detour_s: Amount = Field(
        default=_USUAL.new_point_max_detour_s,
        description="Longest detour for a new point, seconds.",
    )
    cycle: CyclePart = Field(default=CyclePart(), description="The order cycle of the week.")
    cost_alert_percent: Annotated[int, Strict(), Field(ge=1, le=100)] = Field(
        default=_USUAL.cost_alert_percent,
        description="Delivery cost over value of the goods that is pointed out, percent.",
    )


class CaseDocument(_Part):
    """One collective's week: who sells, where it goes, what carries it."""

    case_version: Literal[1] = Field(description="Version of this format.")
    territory: Name = Field(default="", description="Name shown to people.")
    invented: Flag = Field(default=False, description="True where the territory exists nowhere.")
    week_start: IsoDate | None = Field(
        default=None,
        description="First day of the week; default: the next Monday.",
        examples=["2026-11-23"],
    )
    producers: Annotated[tuple[ProducerPart, ...], Field(min_length=1, max_length=MOST_ROWS)]
    sites: Annotated[tuple[SitePart, ...], Field(max_length=MOST_ROWS)] = ()
    vehicles: Annotated[tuple[VehiclePart, ...], Field(max_length=MOST_ROWS)] = ()
    orders: Annotated[tuple[OrderPart, ...], Field(min_length=1, max_length=MOST_ROWS)]
    kept_apart: Annotated[tuple[KeptApartPart, ...], Field(max_length=MOST_ROWS)] = ()
    minimums: Annotated[tuple[OrderMinimumPart, ...], Field(max_length=MOST_ROWS)] = ()
    practices: Annotated[tuple[PracticePart, ...], Field(max_length=MOST_ROWS)] = ()
    drivers: Annotated[
        tuple[DriverPart, ...],
        Field(max_length=MOST_ROWS, description="None: every van has a driver of its own."),
    ] = ()
    settings: SettingsPart = Field(default=SettingsPart(), description="Settings of the case.")


assert get_args(CaseDocument.model_fields["case_version"].annotation) == (CASE_VERSION,)


def case_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a case."""
    schema = CaseDocument.model_json_schema(by_alias=True)
    example = {
        "case_version": 1,
        "territory": "Pays du lac",
        "week_start": "2026-11-23",
        "producers": [{"id": "lake-farm", "name": "Lake farm", "lat": 47.6512, "lon": -2.0871}],
        "sites": [
            {
                "id": "market-hall",
                "name": "Market hall",
                "kind": "market",
                "lat": 47.6398,
                "lon": -2.1012,
                "windows": [{"day": "thursday", "from": "08:00", "to": "12:00"}],
            }
        ],
        "vehicles": [
            {
                "id": "kangoo",
                "owner_id": "lake-farm",
                "start_site_id": "lake-farm",
                "shifts": [{"day": "thursday", "from": "07:00", "to": "13:00"}],
                "capacity_g": 600_000,
                "capacity_crates": 80,
                "temperatures": ["ambient", "+4"],
            }
        ],
        "orders": [
            {
                "id": "c1",
                "producer_id": "lake-farm",
                "site_id": "market-hall",
                "crates": 6,
                "mass_g": 48_000,
                "temperature": "+4",
                "days": ["thursday"],
                "value_cents": 18_000,
            }
        ],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "colivraison case",
        "examples": [example],
    }
