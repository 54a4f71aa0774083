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
    not_before,
)
from colivraison.domain.case import CASE_VERSION, Case, ReferenceVan, Settings
from colivraison.domain.cycle import CUT_OFF_DAYS, ClockMoment, OrderCycle
from colivraison.domain.drivers import Driver
from colivraison.domain.energy import EMISSION_FACTORS, EmissionFactor, Energy
from colivraison.domain.goods import TemperatureClass
from colivraison.domain.holidays import (
    PublicHolidays,
    SchoolZone,
    is_public_holiday,
    is_school_holiday,
    last_known_school_holiday,
)
from colivraison.domain.minimums import MinimumUnit, OrderMinimum
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
from colivraison.domain.prices import USUAL_PRICES, Price, UsualPrice
from colivraison.domain.recurrence import (
    Missed,
    MissedBy,
    Recurrence,
    RecurringOrder,
    occurrences,
)
from colivraison.domain.refusals import ApartScope, KeptApart

__all__ = [
    "CASE_VERSION",
    "CUT_OFF_DAYS",
    "EMISSION_FACTORS",
    "LATEST_CLOSE_S",
    "PLAN_VERSION",
    "SEPARATORS",
    "USUAL_PRICES",
    "Action",
    "AlonePlan",
    "ApartScope",
    "Case",
    "ClockMoment",
    "ClockSpan",
    "ClosedBy",
    "CoDelivery",
    "DateWindow",
    "DatedHours",
    "DayWindow",
    "Driver",
    "EmissionFactor",
    "Energy",
    "Fingerprint",
    "Handling",
    "KeptApart",
    "MatrixTable",
    "MinimumUnit",
    "Missed",
    "MissedBy",
    "NearbyPlace",
    "NewSite",
    "Order",
    "OrderCycle",
    "OrderMinimum",
    "Plan",
    "Position",
    "Practice",
    "Price",
    "Producer",
    "PublicHolidays",
    "Recurrence",
    "RecurringOrder",
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
    "UsualPrice",
    "Vehicle",
    "Week",
    "Weekday",
    "is_public_holiday",
    "is_school_holiday",
    "last_known_school_holiday",
    "not_before",
    "occurrences",
]
