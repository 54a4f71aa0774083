"""The shapes inside ``plan.json`` that the case's own tables cannot hold.

A reference van lent for a comparison, a suggested place, a trial drop: they are not part of the
case, so the plan carries them whole, field by field as in ``domain``.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict

from colivraison.domain import LATEST_CLOSE_S, SiteKind, TemperatureClass, Weekday

__all__ = [
    "Amount",
    "Degrees",
    "DocumentPart",
    "FaultPart",
    "Flag",
    "HorizonSecond",
    "IsoDate",
    "Name",
    "OrderPart",
    "SitePart",
    "VehiclePart",
    "Whole",
]

# Every whole number of the product stays exact in JavaScript and in a numpy int64.
_MOST = 2**53 - 1
# A plan covers a week; whatever lies beyond a year is not a moment of it.
_LAST_SECOND_S = 366 * 86_400


def _iso_date(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("a date is text, YYYY-MM-DD")  # noqa: TRY004 - pydantic reports ValueError
    return dt.date.fromisoformat(value)


Name = Annotated[str, Strict()]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict(), Field(ge=-_MOST, le=_MOST)]
Amount = Annotated[int, Strict(), Field(ge=0, le=_MOST)]
HorizonSecond = Annotated[int, Strict(), Field(ge=-_LAST_SECOND_S, le=_LAST_SECOND_S)]
IsoDate = Annotated[dt.date, BeforeValidator(_iso_date)]
Degrees = Annotated[float, Strict(), Field(allow_inf_nan=False)]


class DocumentPart(BaseModel):
    """A JSON object whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DayWindowPart(DocumentPart):
    """Hours on one weekday, seconds on the wall clock after midnight."""

    weekday: Weekday
    opens_s: Annotated[int, Strict(), Field(ge=0, le=LATEST_CLOSE_S)]
    closes_s: Annotated[int, Strict(), Field(ge=0, le=LATEST_CLOSE_S)]


class SitePart(DocumentPart):
    """A place that is not in the case."""

    id: Annotated[str, Strict(), Field(min_length=1)]
    name: Name
    kind: SiteKind
    lat: Annotated[float, Strict(), Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Strict(), Field(ge=-180, le=180, allow_inf_nan=False)]
    windows: tuple[DayWindowPart, ...]
    setup_s: Amount
    service_s_per_crate: Amount


class VehiclePart(DocumentPart):
    """A van that is not in the case."""

    id: Name
    name: Name
    owner_id: Name
    start_site_id: Name
    end_site_id: Name
    shifts: Annotated[tuple[DayWindowPart, ...], Field(min_length=1)]
    capacity_g: Amount
    capacity_crates: Amount
    capacity_litres: Amount | None = None
    refuses: tuple[Name, ...] = ()
    carries_for: tuple[Name, ...] = ()
    temperatures: Annotated[tuple[TemperatureClass, ...], Field(min_length=1)]
    cents_per_km: Amount
    cents_per_hour: Amount
    cents_per_use: Amount
    profile: Name
    assumed: Flag


class OrderPart(DocumentPart):
    """An order that is not in the case."""

    id: Name
    producer_id: Name
    site_id: Name
    crates: Amount
    mass_g: Amount
    temperature: TemperatureClass
    days: tuple[Weekday, ...]
    value_cents: Amount
    litres: Amount = 0
    max_on_board_s: Amount | None = None
    boxed_s: Amount | None = None
    goods: Name = ""


class WherePart(DocumentPart):
    """Where a doubtful value stood in what was given."""

    file: Name
    sheet: Name
    row: Whole | None
    column: Name
    pointer: Name


class FaultPart(DocumentPart):
    """Something doubtful that was accepted, by its code."""

    code: Name
    where: WherePart
    value: Name
    details: dict[str, Name | Whole]
