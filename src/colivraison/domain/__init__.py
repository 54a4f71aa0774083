"""The words of the trade as frozen values: producers, sites, vehicles, orders, weeks, plans.

No file, no network, no clock: everything here can be built in a test in one line.
"""

from colivraison.domain.actors import SEPARATORS, Order, Producer, Vehicle
from colivraison.domain.calendar import (
    LATEST_CLOSE_S,
    ClockSpan,
    DatedHours,
    DateWindow,
    DayWindow,
    Week,
    Weekday,
)
from colivraison.domain.case import CASE_VERSION, Case, ReferenceVan, Settings
from colivraison.domain.goods import TemperatureClass
from colivraison.domain.holidays import (
    PublicHolidays,
    SchoolZone,
    is_public_holiday,
    is_school_holiday,
    last_known_school_holiday,
)
from colivraison.domain.place import ClosedBy, Position, Site, SiteKind
from colivraison.domain.plan import (
    PLAN_VERSION,
    Action,
    AlonePlan,
    CoDelivery,
    Fingerprint,
    Handling,
    MatrixTable,
    NearbyPlace,
    NewSite,
    Plan,
    Round,
    Stop,
    Totals,
    TravelMatrix,
    Unserved,
    UnservedCode,
)
from colivraison.domain.practice import Practice
from colivraison.domain.refusals import ApartScope, KeptApart

__all__ = [
    "CASE_VERSION",
    "LATEST_CLOSE_S",
    "PLAN_VERSION",
    "SEPARATORS",
    "Action",
    "AlonePlan",
    "ApartScope",
    "Case",
    "ClockSpan",
    "ClosedBy",
    "CoDelivery",
    "DateWindow",
    "DatedHours",
    "DayWindow",
    "Fingerprint",
    "Handling",
    "KeptApart",
    "MatrixTable",
    "NearbyPlace",
    "NewSite",
    "Order",
    "Plan",
    "Position",
    "Practice",
    "Producer",
    "PublicHolidays",
    "ReferenceVan",
    "Round",
    "SchoolZone",
    "Settings",
    "Site",
    "SiteKind",
    "Stop",
    "TemperatureClass",
    "Totals",
    "TravelMatrix",
    "Unserved",
    "UnservedCode",
    "Vehicle",
    "Week",
    "Weekday",
    "is_public_holiday",
    "is_school_holiday",
    "last_known_school_holiday",
]
