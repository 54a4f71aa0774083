"""Everyone drives alone: the practice that sharing is compared with.

Each producer's orders are planned by the same solver on its own vans.  A producer without a van,
or whose own vans cannot serve all its orders, is lent one reference van at its farm, fit for its
goods and marked as assumed (settings of the case).  The farmer drives, whatever drivers the
collective has.
"""

from __future__ import annotations

from collections.abc import Callable

from colivraison.domain import AlonePlan, Case, Producer, TemperatureClass, Vehicle
from colivraison.pdptw import Stopping
from colivraison.planning.solving import Outcome, Solver, cost_of

__all__ = ["alone_searches", "everyone_alone", "reference_van"]


def reference_van(case: Case, producer: Producer) -> Vehicle:
    """Return the van a producer is lent for the comparison."""
    van = case.settings.reference_van
    goods = frozenset(o.temperature for o in case.orders if o.producer_id == producer.id)
    # Who sells nothing this week may still say what the usual rounds are.
    goods = goods or frozenset({TemperatureClass.AMBIENT})
    return Vehicle(
        id=f"{producer.id}~ref",
        name=producer.name,
        owner_id=producer.id,
        start_site_id=producer.id,
        end_site_id=producer.id,
        shifts=van.shifts,
        capacity_g=van.capacity_g,
        capacity_crates=van.capacity_crates,
        capacity_litres=van.capacity_litres,
        temperatures=goods,
        cents_per_km=van.cents_per_km,
        cents_per_hour=van.cents_per_hour,
        cents_per_use=van.cents_per_use,
        profile=van.profile,
        assumed=True,
    )


def alone_searches(case: Case) -> int:
    """Return how many searches everyone alone takes at most: two for who has a van, else one."""
    selling = {o.producer_id for o in case.orders}
    driving = {v.owner_id for v in case.vehicles}
    return len(selling) + len(selling & driving)


def everyone_alone(
    solver: Solver, stopping: Stopping, on_share: Callable[[float], None]
) -> tuple[AlonePlan, ...]:
    """Return one entry per producer that has orders.

    Parameters
    ----------
    stopping
        For each producer's search.
    on_share
        Told the share of producers done.
    """
    case = solver.case
    selling = [p for p in case.producers if any(o.producer_id == p.id for o in case.orders)]
    found: list[AlonePlan] = []
    for index, producer in enumerate(selling):
        found.append(_alone(solver, producer, stopping))
        on_share((index + 1) / len(selling))
    return tuple(found)


def _alone(solver: Solver, producer: Producer, stopping: Stopping) -> AlonePlan:
    case = solver.case
    orders = [o for o in case.orders if o.producer_id == producer.id]
    own = [v for v in case.vehicles if v.owner_id == producer.id]
    lent: tuple[Vehicle, ...] = ()
    best: Outcome | None = None
    if own:
        best = solver(vehicles=own, orders=orders, stopping=stopping, prefix=f"{producer.id}-")
    if best is None or best.unserved:
        van = reference_van(case, producer)
        helped = solver(
            vehicles=[*own, van], orders=orders, stopping=stopping, prefix=f"{producer.id}-"
        )
        if best is None or (len(helped.unserved), cost_of(helped.rounds)) < (
            len(best.unserved),
            cost_of(best.rounds),
        ):
            best, lent = helped, (van,)
    return AlonePlan(
        producer_id=producer.id, vehicles=lent, rounds=best.rounds, unserved=best.unserved
    )
