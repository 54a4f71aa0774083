"""From the solver's indices back to the words of the trade: the way out."""

from __future__ import annotations

from colivraison.domain import Action, Handling, Round, Stop, Unserved, Week
from colivraison.pdptw import (
    Infeasible,
    Route,
    Schedule,
    Solution,
    TimedVisit,
    activity_of,
    evaluate,
)
from colivraison.planning.left_out import codes_of
from colivraison.planning.to_problem import Translation
from colivraison.units import emissions_gco2e

__all__ = ["from_solution", "round_of", "unserved_of"]


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
    codes = codes_of(translation.problem, translation.with_own_drivers, solution.unassigned)
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
