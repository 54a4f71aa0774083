"""Why the orders of one producer for one site are left out, once others of theirs have changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from colivraison.domain import Case, Driver, Order, TravelMatrix, Unserved, Vehicle
from colivraison.pdptw import Solution
from colivraison.planning.from_solution import unserved_of
from colivraison.planning.minimums import Minimums
from colivraison.planning.to_problem import to_problem

__all__ = ["reasons_again"]


def reasons_again(
    case: Case,
    unserved: Collection[Unserved],
    order: Order,
    *,
    vehicles: Sequence[Vehicle],
    matrix: TravelMatrix,
    drivers: Sequence[Driver] | None = None,
) -> tuple[Unserved, ...]:
    """Return why orders are left out when one of them, or one beside them, has come or gone.

    Only a minimum makes the reason of one order that of others, and only within a producer and a
    site: the reasons of the rest stand.

    Parameters
    ----------
    order
        The one that has come or gone.  Its pair is told anew.
    vehicles
        All that may drive.
    drivers
        Who drives them; None: every van has a driver of its own.
    """
    pair = order.producer_id, order.site_id
    theirs = [one for one in case.orders if (one.producer_id, one.site_id) == pair]
    left = {one.order_id for one in unserved} & {one.id for one in theirs}
    if not left:
        return tuple(unserved)
    translation = to_problem(
        week=case.week,
        places=case.places,
        vehicles=vehicles,
        orders=theirs,
        matrix=matrix,
        kept_apart=case.kept_apart,
        drivers=drivers,
        minimums=Minimums.beside(case, ()),
        ready_s=case.ready_s,
        # Each by itself: what is left out must not hide in one shipment with what is not.
        labels={one.id: one.id for one in theirs},
    )
    waiting = tuple(
        number
        for number, shipment in enumerate(translation.shipments)
        if shipment.orders[0].id in left
    )
    told = unserved_of(translation, Solution(routes=(), unassigned=waiting))
    stand = [one for one in unserved if one.order_id not in left]
    anew = [one for one in told if one.order_id in left]
    return tuple(sorted([*stand, *anew], key=lambda one: one.order_id))
