"""Public and school holidays of France, as dates.

Public holidays follow from the law (Code du travail L3133-1; L3134-13 for Moselle, Bas-Rhin and
Haut-Rhin) and are known for any year.  School holidays are decided a few years ahead and stand in a
table that comes with the library `vacances-scolaires-france`; beyond its last day nothing is known.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from functools import lru_cache

from dateutil.easter import easter
from vacances_scolaires_france import SchoolHolidayDates

__all__ = [
    "PublicHolidays",
    "SchoolZone",
    "is_public_holiday",
    "is_school_holiday",
    "last_known_school_holiday",
]


class SchoolZone(StrEnum):
    """Academies that share their winter and spring holidays (mainland without Corsica)."""

    A = "A"
    B = "B"
    C = "C"


class PublicHolidays(StrEnum):
    """Which public holidays count: those of France, or with the two more of Alsace-Moselle."""

    FRANCE = "france"
    ALSACE_MOSELLE = "alsace-moselle"


def is_public_holiday(date: dt.date, which: PublicHolidays) -> bool:
    """Return whether a date is a public holiday.

    Good Friday is one in Alsace-Moselle only where a commune has a Protestant church; it counts.
    """
    return date in _public_holidays(which, date.year)


def is_school_holiday(date: dt.date, zone: SchoolZone) -> bool:
    """Return whether a date lies in the school holidays of a zone, as far as they are known."""
    return date in _school_holidays(zone)


def last_known_school_holiday() -> dt.date:
    """Return the last day of the table: later dates count as term time because nothing is known."""
    return max(max(_school_holidays(zone)) for zone in SchoolZone)


# Month and day; days after Easter Sunday.
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension Day, Whit Monday


@lru_cache(maxsize=64)
def _public_holidays(which: PublicHolidays, year: int) -> frozenset[dt.date]:
    fixed, after_easter = list(_FIXED), list(_AFTER_EASTER)
    if which is PublicHolidays.ALSACE_MOSELLE:
        fixed.append((12, 26))
        after_easter.append(-2)
    sunday = easter(year)
    return frozenset(
        (
            *(dt.date(year, month, day) for month, day in fixed),
            *(sunday + dt.timedelta(days=days) for days in after_easter),
        )
    )


@lru_cache(maxsize=len(SchoolZone))
def _school_holidays(zone: SchoolZone) -> frozenset[dt.date]:
    table = SchoolHolidayDates()
    return frozenset(date for date in table.data if table.is_holiday_for_zone(date, zone.value))
