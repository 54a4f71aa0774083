"""What a week asks for that no plan can give, whoever searches: told before any search begins."""

from __future__ import annotations

from collections import Counter

from colivraison.domain import Case, ClosedBy, Site, Week
from colivraison.errors import Fault, Where
from colivraison.planning.cycle import cycle_contradictions
from colivraison.planning.van_days import van_days_of

__all__ = ["contradictions"]

# The search keeps one bit for each.
_MOST_KINDS = 64


def contradictions(case: Case) -> tuple[Fault, ...]:
    """Return every contradiction between the week and what is asked of it.

    ``never_open``: a farm or a site with orders is closed all week.  ``refused_everywhere``: every
    van that could carry an order refuses its goods, or does not carry for its producer.
    ``vehicle_without_driver``: of those who may drive a van nobody is on duty on its shifts.
    ``too_many_kept_apart``: more than 64 kinds of goods by producer are told apart.
    ``cut_off_after_distribution``, ``opening_after_cut_off``, ``distribution_outside_week``: the
    dates of the order cycle contradict each other or the week.
    """
    return (
        *cycle_contradictions(case),
        *_never_open(case),
        *_refused_everywhere(case),
        *_without_driver(case),
        *_too_many_apart(case),
    )


def _too_many_apart(case: Case) -> tuple[Fault, ...]:
    """Return a fault where more kinds of goods and producers are told apart than can be."""
    names = {name for apart in case.kept_apart for name in (apart.first, apart.second)}
    kinds = {frozenset(name for name in names if order.is_of(name)) for order in case.orders}
    if len(kinds - {frozenset()}) <= _MOST_KINDS:
        return ()
    where = Where(sheet="kept_apart", pointer="/kept_apart")
    details = {"most": _MOST_KINDS}
    return (Fault(code="too_many_kept_apart", where=where, value=str(len(kinds)), details=details),)


def _refused_everywhere(case: Case) -> tuple[Fault, ...]:
    driven = [van for van in case.vehicles if van.shifts_in(case.week)]
    faults = []
    for index, order in enumerate(case.orders):
        able = [van for van in driven if order.keeps_cold_in(van)]
        if able and not any(order.is_welcome_in(van) for van in able):
            faults.append(
                Fault(
                    code="refused_everywhere",
                    where=Where(sheet="orders", pointer=f"/orders/{index}"),
                    value=order.id,
                    details={
                        "producer": case.places[order.producer_id].name,
                        "site": case.places[order.site_id].name,
                        "vehicles": len(able),
                    },
                )
            )
    return tuple(faults)


def _without_driver(case: Case) -> tuple[Fault, ...]:
    if not case.drivers:
        return ()
    faults = []
    for index, van in enumerate(case.vehicles):
        may = [one for one in case.drivers if one.may_drive(van.id)]
        if van.shifts_in(case.week) and not van_days_of([van], may, case.week):
            faults.append(
                Fault(
                    code="vehicle_without_driver",
                    where=Where(sheet="vehicles", pointer=f"/vehicles/{index}"),
                    value=van.name,
                    details={"drivers": len(may)},
                )
            )
    return tuple(faults)


def _never_open(case: Case) -> tuple[Fault, ...]:
    waiting = Counter(
        place for order in case.orders for place in (order.producer_id, order.site_id)
    )
    return tuple(
        Fault(
            code="never_open",
            where=Where(sheet=table, pointer=f"/{table}/{index}"),
            value=site.name,
            details={
                "orders": waiting[site.id],
                "first_date": case.week.first_date.isoformat(),
                **_closed_days(site, case.week),
            },
        )
        for table, sites in (
            ("producers", [producer.farm for producer in case.producers]),
            ("sites", case.sites),
        )
        for index, site in enumerate(sites)
        if waiting[site.id] and not site.hours(case.week)
    )


def _closed_days(site: Site, week: Week) -> dict[str, int]:
    """Return how many days of a week each reason closes a place that opens on them otherwise."""
    reasons = Counter(site.closed_by(week).values())
    return {reason.value: reasons[reason] for reason in ClosedBy}
