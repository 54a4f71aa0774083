"""Rounds that stand, read back as routes of a problem that holds one order more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from colivraison.domain import (
    Action,
    Case,
    Driver,
    Handling,
    Order,
    Round,
    TravelMatrix,
    Vehicle,
)
from colivraison.pdptw import Infeasible, Route, Schedule, Visit, with_best_breaks
from colivraison.planning.minimums import Minimums
from colivraison.planning.shipments import GroupedOrders, grouped, likeness
from colivraison.planning.to_problem import Translation, problem_of_groups
from colivraison.planning.van_days import busy_van_days, sets_out

__all__ = ["Standing", "StandingRound", "standing_rounds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRound:
    """A round as the solver sees it, in the least time there is."""

    round: Round
    route: Route
    schedule: Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Rounds as they are driven, and the order that is to join one of them.

    Parameters
    ----------
    below_minimum
        Whether its producer would bring too little to its site even with the order.
    idle
        Van-days (indices of the translation) whose van and driver are free.
    undrivable
        Ids of the rounds that cannot be driven as they stand: changed by hand, not timed anew.
    shipment
        The order by itself; None where no van may ever carry it.
    with_order
        Shipments of the rounds that the order may ride with, loaded and unloaded in one go, and
        what each becomes then.
    """

    case: Case
    translation: Translation
    below_minimum: bool
    rounds: tuple[StandingRound, ...]
    idle: tuple[int, ...]
    undrivable: tuple[str, ...]
    shipment: int | None
    with_order: Mapping[int, int]


def standing_rounds(
    case: Case,
    *,
    vehicles: Sequence[Vehicle],
    matrix: TravelMatrix,
    rounds: Sequence[Round],
    order: Order,
    drivers: Sequence[Driver] | None = None,
) -> Standing:
    """Return rounds as routes of one problem, together with an order that is in none of them.

    Every rule of the case is in the problem: `to_problem` puts it there.  A minimum alone is not:
    the order joins what the rounds bring already, or it is below.

    Parameters
    ----------
    vehicles
        Those of the rounds, and those that may set out.
    drivers
        Who drives these vans; None: each has a driver of its own.
    """
    known = {one.id: one for one in case.orders}
    loads = [_loads(one, known, case) for one in rounds]
    alike = likeness(order, case.ready_s)
    groups = [load.group for one in loads if one is not None for load in one]
    twins = [group for group in groups if likeness(group.orders[0], case.ready_s) == alike]
    joined = {
        group: grouped([*group.orders, order], group.id, ready_s=case.ready_s) for group in twins
    }
    own = grouped([order], _free_id(order.id, rounds), ready_s=case.ready_s)
    translation = problem_of_groups(
        week=case.week,
        places=case.places,
        vehicles=vehicles,
        groups=[*groups, *joined.values(), own],
        matrix=matrix,
        kept_apart=case.kept_apart,
        drivers=drivers,
    )
    busy = busy_van_days(translation.van_days, rounds)
    brought = {i for one in rounds for s in one.stops for h in s.handlings for i in h.order_ids}
    minimums = Minimums.beside(case, [known[i] for i in brought if i in known])
    number = {group: k for k, group in enumerate(translation.shipments)}
    driven: list[StandingRound] = []
    undrivable: list[str] = []
    for one, load in zip(rounds, loads, strict=True):
        found = None if load is None else _driven(translation, one, load, number)
        if found is None:
            undrivable.append(one.id)
        else:
            driven.append(found)
    return Standing(
        case=case,
        translation=translation,
        below_minimum=minimums is not None and not minimums.reached_by(order),
        rounds=tuple(driven),
        idle=tuple(k for k, _ in enumerate(translation.van_days) if k not in busy),
        undrivable=tuple(undrivable),
        shipment=number.get(own),
        with_order={
            number[group]: number[more]
            for group, more in joined.items()
            if group in number and more in number
        },
    )


def _free_id(wished: str, rounds: Sequence[Round]) -> str:
    """Return an id for a shipment: the one wished for, unless some round has it already.

    Orders that once rode with this one still bear its name together.
    """
    used = {h.shipment_id for one in rounds for stop in one.stops for h in stop.handlings}
    names = chain([wished], (f"{wished}~{number}" for number in count(2)))
    return next(name for name in names if name not in used)


@dataclass(slots=True, kw_only=True)
class _Load:
    """One shipment of a round, with the positions of its two handlings."""

    group: GroupedOrders
    pickup: int
    delivery: int


def _loads(one: Round, orders: Mapping[str, Order], case: Case) -> list[_Load] | None:
    """Return the shipments of a round; None where it has any that is not carried as it should."""
    handled = [(stop.site_id, handling) for stop in one.stops for handling in stop.handlings]
    by_id: dict[str, list[tuple[int, str, Handling]]] = {}
    for place, (site_id, handling) in enumerate(handled):
        by_id.setdefault(handling.shipment_id, []).append((place, site_id, handling))
    found: list[_Load] = []
    for shipment_id, ends in by_id.items():
        if len(ends) != 2:
            return None
        (pickup, farm_id, loading), (delivery, site_id, unloading) = ends
        carried = [orders[i] for i in loading.order_ids if i in orders]
        if (
            (loading.action, unloading.action) != (Action.PICKUP, Action.DELIVERY)
            or loading.order_ids != unloading.order_ids
            or len(carried) < max(1, len(loading.order_ids))
            or len({likeness(order, case.ready_s) for order in carried}) > 1
            or (carried[0].producer_id, carried[0].site_id) != (farm_id, site_id)
        ):
            return None
        group = grouped(carried, shipment_id, ready_s=case.ready_s)
        found.append(_Load(group=group, pickup=pickup, delivery=delivery))
    return found


def _driven(
    translation: Translation,
    one: Round,
    loads: Sequence[_Load],
    number: Mapping[GroupedOrders, int],
) -> StandingRound | None:
    """Return a round as a route, None where it cannot be driven."""
    vehicle = next(
        (k for k, van_day in enumerate(translation.van_days) if sets_out(one, van_day)), None
    )
    if vehicle is None or not loads or any(load.group not in number for load in loads):
        return None
    visits: dict[int, Visit] = {}
    for load in loads:
        shipment = number[load.group]
        visits[load.pickup] = Visit(shipment=shipment, is_pickup=True)
        visits[load.delivery] = Visit(shipment=shipment, is_pickup=False)
    route = Route(vehicle=vehicle, visits=tuple(visits[place] for place in sorted(visits)))
    timed = with_best_breaks(translation.problem, route)
    if isinstance(timed, Infeasible):
        return None
    return StandingRound(round=one, route=timed[0], schedule=timed[1])
