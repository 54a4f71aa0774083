"""Every rule that a plan can break."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Part", "Violation", "ViolationCode"]


class ViolationCode(StrEnum):
    """Each has a sentence in ``texts`` (``violation.<code>``)."""

    UNKNOWN_VEHICLE = "unknown_vehicle"
    UNKNOWN_SITE = "unknown_site"
    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_PROFILE = "unknown_profile"
    TOO_FEW_STOPS = "too_few_stops"
    EMPTY_ROUND = "empty_round"
    REPEATED_STOP = "repeated_stop"
    WRONG_START = "wrong_start"
    WRONG_END = "wrong_end"
    NO_ROAD = "no_road"
    WRONG_ARRIVAL = "wrong_arrival"
    WRONG_BEGINNING = "wrong_beginning"
    WRONG_DEPARTURE = "wrong_departure"
    CLOSED = "closed"
    OUTSIDE_SHIFT = "outside_shift"
    SHIFT_USED_TWICE = "shift_used_twice"
    UNKNOWN_DRIVER = "unknown_driver"
    DRIVER_NOT_ALLOWED = "driver_not_allowed"
    DRIVER_OFF_DUTY = "driver_off_duty"
    DRIVER_TWICE = "driver_twice"
    WRONG_DAY = "wrong_day"
    DAY_NOT_ALLOWED = "day_not_allowed"
    NOT_READY = "not_ready"
    WRONG_PLACE = "wrong_place"
    OVERLOAD_MASS = "overload_mass"
    OVERLOAD_CRATES = "overload_crates"
    OVERLOAD_LITRES = "overload_litres"
    WRONG_LOAD_MASS = "wrong_load_mass"
    WRONG_LOAD_CRATES = "wrong_load_crates"
    WRONG_LOAD_LITRES = "wrong_load_litres"
    WRONG_TEMPERATURE = "wrong_temperature"
    TOO_LONG_ON_BOARD = "too_long_on_board"
    REFUSED = "refused"
    KEPT_APART = "kept_apart"
    BELOW_MINIMUM = "below_minimum"
    DELIVERED_BEFORE_PICKUP = "delivered_before_pickup"
    NOT_PICKED_UP = "not_picked_up"
    NOT_DELIVERED = "not_delivered"
    HANDLED_TWICE = "handled_twice"
    MISSING_ORDER = "missing_order"
    SERVED_AND_UNSERVED = "served_and_unserved"
    UNSERVED_TWICE = "unserved_twice"
    WRONG_REASON = "wrong_reason"
    ROOM_LEFT = "room_left"
    WRONG_DISTANCE = "wrong_distance"
    WRONG_DURATION = "wrong_duration"
    WRONG_COST = "wrong_cost"
    WRONG_EMISSIONS = "wrong_emissions"
    DUPLICATE_ROUND = "duplicate_round"
    WRONG_ALONE = "wrong_alone"
    WRONG_LENT_VAN = "wrong_lent_van"
    WRONG_FIGURES = "wrong_figures"
    WRONG_FINGERPRINT = "wrong_fingerprint"
    WRONG_LEGS = "wrong_legs"
    TOO_SHORT = "too_short"
    MATRIX_DURATION_DIFFERS = "matrix_duration_differs"
    MATRIX_DISTANCE_DIFFERS = "matrix_distance_differs"


class Part(StrEnum):
    """The part of a plan a violation stands in; named in ``texts`` (``part.<value>``)."""

    SHARED = "shared"
    ALONE = "alone"
    CO_DELIVERY = "co_delivery"
    NEW_SITE = "new_site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule: which, where, and by how much.

    Parameters
    ----------
    round_id, stop
        Round and 0-based position of the stop; "" and None where it concerns the whole plan.
    amount, unit
        How far off, told minus derived: ``s``, ``m``, ``g``, ``crates``, ``l`` (litres), ``cents``,
        or 0 and "" for a yes-or-no rule.
    details
        Names for the sentence: order, site, vehicle.
    """

    code: ViolationCode
    part: Part = Part.SHARED
    round_id: str = ""
    stop: int | None = None
    amount: int = 0
    unit: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
