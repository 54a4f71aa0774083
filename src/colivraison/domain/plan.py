"""A plan: rounds, what is not served and why, what it costs, what it was computed from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from colivraison.domain.actors import Order, Vehicle
from colivraison.domain.case import Case
from colivraison.domain.place import Position, Site
from colivraison.errors import Fault

__all__ = [
    "PLAN_VERSION",
    "Action",
    "AlonePlan",
    "CoDelivery",
    "Fingerprint",
    "Handling",
    "MatrixTable",
    "NearbyPlace",
    "NewSite",
    "Plan",
    "Round",
    "Stop",
    "Totals",
    "TravelMatrix",
    "Unserved",
    "UnservedCode",
]

PLAN_VERSION = 1


class Action(StrEnum):
    """What is done with a shipment at a stop."""

    PICKUP = "pickup"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """Loading or unloading of one shipment: order lines of one producer for one site, together.

    Parameters
    ----------
    begin_s
        When it begins, the setup of the stop before it; None: as soon as it can.
    """

    shipment_id: str
    action: Action
    order_ids: tuple[str, ...]
    begin_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One halt of a round; consecutive work at one place is one stop.

    The first stop is where the van starts, the last where it ends; both may carry handlings.

    Parameters
    ----------
    arrival_s, start_s, departure_s
        Elapsed seconds of the horizon. Work (setup included) begins at ``start_s``.
    load_g, load_crates, load_litres
        On board when leaving.
    """

    site_id: str
    arrival_s: int
    start_s: int
    departure_s: int
    load_g: int
    load_crates: int
    handlings: tuple[Handling, ...] = ()
    load_litres: int = 0

    @classmethod
    def without_work(cls, site_id: str, moment_s: int) -> Stop:
        """Return leaving or coming home at a moment, with nothing on board."""
        return cls(
            site_id=site_id,
            arrival_s=moment_s,
            start_s=moment_s,
            departure_s=moment_s,
            load_g=0,
            load_crates=0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One vehicle on one day.

    Parameters
    ----------
    distance_m, duration_s, cost_cents
        From the first departure's beginning (``stops[0].start_s``) to the end of the last stop.
    gco2e
        Grams of CO2 equivalent emitted; None in plans that were written before these were told.
    driver_id
        Who drives; "" where every van has a driver of its own.
    legs
        The road between consecutive stops as drawn on the map: one tuple of positions per leg
        (``len(stops) - 1`` of them), or empty where no road is known.
    """

    id: str
    vehicle_id: str
    day: dt.date
    stops: tuple[Stop, ...]
    distance_m: int
    duration_s: int
    cost_cents: int
    legs: tuple[tuple[Position, ...], ...] = ()
    gco2e: int | None = None
    driver_id: str = ""

    @property
    def stop_numbers(self) -> tuple[int | None, ...]:
        """The number people call each stop by, from 1, on the map and on every sheet alike.

        Leaving and coming home are stops without a number, unless there is work to do there.
        """
        numbers: list[int | None] = []
        count = 0
        last = len(self.stops) - 1
        for index, stop in enumerate(self.stops):
            if stop.handlings or 0 < index < last:
                count += 1
                numbers.append(count)
            else:
                numbers.append(None)
        return tuple(numbers)


class UnservedCode(StrEnum):
    """Why an order is in no round; each has a sentence in ``texts`` (``unserved.<code>``)."""

    NO_VEHICLE = "no_vehicle"
    NO_VEHICLE_TEMPERATURE = "no_vehicle_temperature"
    NO_VEHICLE_WILLING = "no_vehicle_willing"
    NO_VEHICLE_CAPACITY = "no_vehicle_capacity"
    NO_VEHICLE_EQUIPMENT = "no_vehicle_equipment"
    NO_COMPARTMENT = "no_compartment"
    NO_COMMON_DAY = "no_common_day"
    DAYS_NOT_SERVED = "days_not_served"
    NO_COMMON_HOURS = "no_common_hours"
    NO_DRIVER = "no_driver"
    READY_TOO_LATE = "ready_too_late"
    NO_TIME_FOR_BREAKS = "no_time_for_breaks"
    UNREACHABLE = "unreachable"
    TOO_FAR = "too_far"
    TOO_LONG = "too_long"
    TOO_LONG_ON_BOARD = "too_long_on_board"
    TOO_DEAR = "too_dear"
    BELOW_MINIMUM = "below_minimum"
    NO_ROOM_LEFT = "no_room_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """An order that no round carries, and why."""

    order_id: str
    code: UnservedCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a set of rounds amounts to."""

    rounds: int
    distance_m: int
    duration_s: int
    cost_cents: int
    gco2e: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixTable:
    """Times and distances of one road profile, row = from, -1 = unreachable."""

    durations_s: tuple[tuple[int, ...], ...]
    distances_m: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelMatrix:
    """Road times and distances between the places of a plan.

    Parameters
    ----------
    ids
        Site ids: row and column order of every table.
    by_profile
        One table per road profile in use.
    """

    ids: tuple[str, ...]
    by_profile: Mapping[str, MatrixTable]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlonePlan:
    """What one producer's own orders would take without anybody's help.

    Parameters
    ----------
    vehicles
        Reference vans lent to this producer for the comparison; empty where its own suffice.
    """

    producer_id: str
    vehicles: tuple[Vehicle, ...]
    rounds: tuple[Round, ...]
    unserved: tuple[Unserved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoDelivery:
    """A first suggestion of carrying for one another: the carrier takes crates of the served.

    Parameters
    ----------
    order_ids
        Orders of ``served_id`` that the carrier takes.
    rounds
        The carrier's and the served one's rounds afterwards, re-planned by the solver.
    carrier_before_cents, carrier_after_cents, served_before_cents, served_after_cents
        Cost of each one's rounds, alone and then together, before any payment.
    carrier_before_m, carrier_after_m, served_before_m, served_after_m
        Distance each drives.
    payment_cents
        What the served pays the carrier: real extra cost plus half of what both save, never above
        the real cost of the shared rounds.
    """

    carrier_id: str
    served_id: str
    site_ids: tuple[str, ...]
    order_ids: tuple[str, ...]
    vehicles: tuple[Vehicle, ...]
    rounds: tuple[Round, ...]
    carrier_before_cents: int
    carrier_after_cents: int
    served_before_cents: int
    served_after_cents: int
    carrier_before_m: int
    carrier_after_m: int
    served_before_m: int
    served_after_m: int
    payment_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyPlace:
    """A village or service near a suggested point, from the road extract."""

    name: str
    kind: str
    distance_m: int
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSite:
    """A first suggestion of a new distribution point along a round that exists.

    Parameters
    ----------
    site
        The suggested place.
    round_id
        The existing round it lies along.
    orders
        The trial drop with which it was priced.
    round
        That round with the trial drop, re-planned by the solver.
    detour_s, detour_m, detour_cents
        What the trial drop adds to the round.
    nearby
        Places within reach, nearest first.
    """

    site: Site
    round_id: str
    orders: tuple[Order, ...]
    round: Round
    detour_s: int
    detour_m: int
    detour_cents: int
    nearby: tuple[NearbyPlace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """SHA-256 digests of what a plan was computed from, and the version that did it.

    Parameters
    ----------
    closures
        Of the roads that were taken as closed or slowed, "" for none.
    known_plan
        Of the earlier plan of which something was kept, "" where there was none.
    keep
        What was kept of it (``planning.Keep``), "" where there was none.
    """

    case: str
    territory: str
    code: str
    closures: str = ""
    known_plan: str = ""
    keep: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The answer to a case.

    Parameters
    ----------
    iterations, time_limit_s
        The stopping rule: exactly one is set.
    alone
        One entry per producer with orders: the comparison "everyone drives alone".
    co_delivery, new_site
        First suggestions; None where there is none worth making.
    attribution
        Whose road data it rests on, shown on maps; "" for an invented territory.
    warnings
        What is doubtful but was accepted (sentences under ``warning.<code>``).
    """

    case: Case
    fingerprint: Fingerprint
    seed: int
    iterations: int | None
    time_limit_s: float | None
    rounds: tuple[Round, ...]
    unserved: tuple[Unserved, ...]
    matrix: TravelMatrix
    alone: tuple[AlonePlan, ...] = ()
    co_delivery: CoDelivery | None = None
    new_site: NewSite | None = None
    attribution: str = ""
    warnings: tuple[Fault, ...] = ()
