"""From the solver's indices back to the words of the trade: the way out."""

from __future__ import annotations

from dataclasses import replace

from colivraison.domain import Action, Handling, Round, Stop, Unserved, UnservedCode, Week
from colivraison.pdptw import (
    Infeasible,
    ReasonKind,
    Route,
    Schedule,
    Solution,
    TimedVisit,
    activity_of,
    evaluate,
    why_unassigned,
)
from colivraison.planning.to_problem import Translation
from colivraison.units import emissions_gco2e

__all__ = ["from_solution", "round_of", "unserved_of"]

# Those that no problem of `to_problem` brings about yet have their words too.
_CODES = {
    ReasonKind.NO_VEHICLE_ALLOWED: UnservedCode.NO_VEHICLE,
    ReasonKind.SKILLS: UnservedCode.NO_VEHICLE_EQUIPMENT,
    ReasonKind.CAPACITY: UnservedCode.NO_VEHICLE_CAPACITY,
    ReasonKind.COMPARTMENT: UnservedCode.NO_COMPARTMENT,
    ReasonKind.WINDOWS_AND_SHIFTS: UnservedCode.NO_COMMON_HOURS,
    ReasonKind.UNREACHABLE: UnservedCode.UNREACHABLE,
    ReasonKind.DISTANCE_LIMIT: UnservedCode.TOO_FAR,
    ReasonKind.TOO_FAR_IN_TIME: UnservedCode.NO_COMMON_HOURS,
    ReasonKind.TIME_ON_BOARD: UnservedCode.TOO_LONG_ON_BOARD,
    ReasonKind.DURATION_LIMIT: UnservedCode.TOO_LONG,
    ReasonKind.BREAKS: UnservedCode.NO_TIME_FOR_BREAKS,
    ReasonKind.OPTIONAL_TOO_DEAR: UnservedCode.TOO_DEAR,
    ReasonKind.GROUP_TOO_SMALL: UnservedCode.BELOW_MINIMUM,
    ReasonKind.NO_ROOM_LEFT: UnservedCode.NO_ROOM_LEFT,
}


# A van could carry these, were it not for others.
_FOR_COMPANY = {ReasonKind.NO_ROOM_LEFT, ReasonKind.GROUP_TOO_SMALL}


def from_solution(
    translation: Translation, solution: Solution, *, week: Week, usual_gco2e_per_km: int
) -> tuple[tuple[Round, ...], tuple[Unserved, ...]]:
    """Return timed rounds, numbered by departure, and the orders left out with their reasons.

    Parameters
    ----------
    usual_gco2e_per_km
        Emissions of vehicles that do not say what they run on.
    """
    timed: list[tuple[Schedule, Route]] = []
    for route in solution.routes:
        schedule = evaluate(translation.problem, route)
        assert not isinstance(schedule, Infeasible), f"an impossible route: {schedule}"
        timed.append((schedule, route))
    timed.sort(key=lambda pair: (pair[0].start_s, pair[1].vehicle))
    rounds = tuple(
        round_of(
            translation,
            schedule,
            round_id=str(number),
            week=week,
            usual_gco2e_per_km=usual_gco2e_per_km,
        )
        for number, (schedule, _) in enumerate(timed, start=1)
    )
    return rounds, unserved_of(translation, solution)


def unserved_of(translation: Translation, solution: Solution) -> tuple[Unserved, ...]:
    """Return the orders left out with their reasons, by order id."""
    reasons = why_unassigned(translation.problem, solution)
    codes = {index: _CODES[reason.kind] for index, reason in reasons.items()}
    own = translation.with_own_drivers
    if own is not None:
        # Whom even a van with a driver of its own could not carry waits for no driver.
        stuck = tuple(i for i in codes if reasons[i].kind not in _FOR_COMPANY)
        for index, reason in why_unassigned(own, replace(solution, unassigned=stuck)).items():
            could = reason.kind in _FOR_COMPANY
            codes[index] = UnservedCode.NO_DRIVER if could else _CODES[reason.kind]
    unserved = (
        *translation.hopeless,
        *(
            Unserved(order_id=order.id, code=codes[index])
            for index in solution.unassigned
            for order in translation.shipments[index].orders
        ),
    )
    return tuple(sorted(unserved, key=lambda u: u.order_id))


def round_of(
    translation: Translation,
    schedule: Schedule,
    *,
    round_id: str,
    week: Week,
    usual_gco2e_per_km: int,
) -> Round:
    """Return one route in time as a round; see `from_solution`."""
    van_day = translation.van_days[schedule.vehicle]
    vehicle = van_day.vehicle
    per_100km = vehicle.mgco2e_per_100km(usual_gco2e_per_km)
    return Round(
        id=round_id,
        vehicle_id=vehicle.id,
        day=week.moment(schedule.start_s).date(),
        stops=_stops(translation, schedule),
        distance_m=schedule.distance_m,
        duration_s=schedule.duration_s,
        cost_cents=schedule.cost_cents,
        gco2e=emissions_gco2e([(schedule.distance_m, per_100km)]),
        driver_id=van_day.driver_id,
    )


def _stops(translation: Translation, schedule: Schedule) -> tuple[Stop, ...]:
    """Return the stops: the start, then one per change of place, then the end."""
    vehicle = translation.van_days[schedule.vehicle].vehicle
    stops = [Stop.without_work(vehicle.start_site_id, schedule.start_s)]
    load_litres = 0
    for timed in schedule.visits:
        site_id, handling = _handling(translation, timed)
        load_g, load_crates = timed.load[:2]
        # Not always a dimension of the problem.
        litres = translation.shipments[timed.visit.shipment].litres
        load_litres += litres if timed.visit.is_pickup else -litres
        if stops[-1].site_id == site_id:
            last = stops.pop()
            stops.append(
                Stop(
                    site_id=site_id,
                    arrival_s=last.arrival_s,
                    start_s=last.start_s if last.handlings else timed.work_begin_s,
                    departure_s=timed.departure_s,
                    load_g=load_g,
                    load_crates=load_crates,
                    load_litres=load_litres,
                    handlings=(*last.handlings, handling),
                )
            )
        else:
            stops.append(
                Stop(
                    site_id=site_id,
                    arrival_s=timed.arrival_s,
                    start_s=timed.work_begin_s,
                    departure_s=timed.departure_s,
                    load_g=load_g,
                    load_crates=load_crates,
                    load_litres=load_litres,
                    handlings=(handling,),
                )
            )
    if len(stops) == 1 or stops[-1].site_id != vehicle.end_site_id:
        stops.append(Stop.without_work(vehicle.end_site_id, schedule.end_s))
    return tuple(stops)


def _handling(translation: Translation, timed: TimedVisit) -> tuple[str, Handling]:
    shipment = translation.shipments[timed.visit.shipment]
    is_pickup = timed.visit.is_pickup
    return (
        shipment.producer_id if is_pickup else shipment.site_id,
        Handling(
            shipment_id=shipment.id,
            action=Action.PICKUP if is_pickup else Action.DELIVERY,
            order_ids=tuple(order.id for order in shipment.orders),
            begin_s=timed.service_begin_s if _waits_on_purpose(translation, timed) else None,
        ),
    )


def _waits_on_purpose(translation: Translation, timed: TimedVisit) -> bool:
    """Return whether work begins later than it could: goods that may not stay long on board."""
    activity = activity_of(translation.problem, timed.visit)
    setup_s = timed.service_begin_s - timed.work_begin_s
    possible_s = (
        max(timed.arrival_s, window.start_s)
        for window in activity.windows
        if max(timed.arrival_s, window.start_s) + setup_s <= window.end_s
    )
    return timed.work_begin_s > next(possible_s)
