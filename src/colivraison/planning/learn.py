"""How long stops really take: actual times of past rounds corrected into service minutes.

A stop takes ``setup + crates x seconds per crate``.  Both are fitted per place by the medians of
Theil (1950) and Sen (1968, doi:10.1080/01621459.1968.10480934): the rate is the median of the
slopes between every two visits, the setup the median of what it leaves.  Up to a quarter of the
visits may be wrong (a chat, a forgotten departure) without moving either far.  Waiting for an
opening is no work and is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from colivraison.domain import Case, Plan, Site, Week

__all__ = [
    "AT_LEAST",
    "LearnOutcome",
    "Learned",
    "LearnedPlace",
    "Visit",
    "learn",
    "with_planned_crates",
]

AT_LEAST = 5
"""So many visits of a place, at least, before its present values are changed."""

# Pairs of visits grow with the square of their number: half a million of them are enough.
_PAIRED = 1_000
# Fewer different amounts than this say little of what a crate takes: the rate is kept then.
_AMOUNTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One stop as it was driven.

    Parameters
    ----------
    date
        Of the arrival.
    arrival_s, departure_s
        Wall clock, seconds after that date's midnight; the departure may exceed 86,400.
    crates
        Loaded and unloaded together; None where nobody knows.
    round
        The round or the vehicle, as somebody calls it; "" where it is not told.
    """

    site_id: str
    date: dt.date
    arrival_s: int
    departure_s: int
    crates: int | None = None
    round: str = ""

    def __post_init__(self) -> None:
        if self.departure_s < self.arrival_s:
            raise ValueError(f"{self.site_id}, {self.date}: leaves before it arrives")
        if (self.crates or 0) < 0:
            raise ValueError(f"{self.site_id}, {self.date}: negative crates")


class LearnOutcome(StrEnum):
    """What came of the visits of a place."""

    LEARNED = "learned"
    SETUP_ONLY = "setup_only"  # amounts too much alike to tell what a crate takes
    TOO_FEW = "too_few"  # the present values are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedPlace:
    """One visited place before and after.

    Parameters
    ----------
    visits, unknown
        Visits that counted, and those left out because nobody knows their crates.
    error_before_s, error_after_s
        Median of how far off the values of before, and of now, are at these visits; None without
        any.
    """

    site_id: str
    outcome: LearnOutcome
    visits: int
    unknown: int
    setup_before_s: int
    setup_after_s: int
    per_crate_before_s: int
    per_crate_after_s: int
    error_before_s: int | None
    error_after_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A case with the service times that were learned, and how they came about."""

    case: Case
    places: tuple[LearnedPlace, ...]


def learn(case: Case, visits: Iterable[Visit], *, at_least: int = AT_LEAST) -> Learned:
    """Return a case whose visited places take as long as they took, in the order of the case.

    Parameters
    ----------
    visits
        Of places of the case; others are left out.
    at_least
        Visits with known crates that a place needs; it keeps its present values below.
    """
    by_site: dict[str, list[Visit]] = {}
    for visit in visits:
        by_site.setdefault(visit.site_id, []).append(visit)
    fitted = {
        site.id: _fitted(site, by_site[site.id], max(at_least, 1))
        for site in case.places.values()
        if site.id in by_site
    }

    def taught(site: Site) -> Site:
        if site.id not in fitted:
            return site
        place = fitted[site.id]
        return replace(
            site, setup_s=place.setup_after_s, service_s_per_crate=place.per_crate_after_s
        )

    return Learned(
        case=replace(
            case,
            producers=tuple(replace(one, farm=taught(one.farm)) for one in case.producers),
            sites=tuple(map(taught, case.sites)),
        ),
        places=tuple(fitted.values()),
    )


def _fitted(site: Site, visits: Sequence[Visit], at_least: int) -> LearnedPlace:
    known = [
        (visit, visit.crates)
        for visit in sorted(visits, key=lambda one: (one.date, one.arrival_s))
        if visit.crates is not None
    ]
    # Goods counted by weight alone take the time of one crate (`Site.handling_s`).
    crates = np.array([max(count, 1) for _, count in known], dtype=np.int64)
    worked_s = np.array([_worked_s(site, visit) for visit, _ in known], dtype=np.int64)
    setup_s, rate_s = site.setup_s, site.service_s_per_crate
    outcome = LearnOutcome.TOO_FEW
    if len(known) >= at_least:
        if len(set(crates.tolist())) >= _AMOUNTS:
            outcome = LearnOutcome.LEARNED
            rate_s = _rate_s(crates, worked_s)
        else:
            outcome = LearnOutcome.SETUP_ONLY
        setup_s = _median(worked_s - rate_s * crates)
        if setup_s < 0:
            # All of it goes into the crates: nothing is done before the first one.
            setup_s = 0
            if outcome is LearnOutcome.LEARNED:
                rate_s = _median(worked_s / crates)
    return LearnedPlace(
        site_id=site.id,
        outcome=outcome,
        visits=len(known),
        unknown=len(visits) - len(known),
        setup_before_s=site.setup_s,
        setup_after_s=setup_s,
        per_crate_before_s=site.service_s_per_crate,
        per_crate_after_s=rate_s,
        error_before_s=_error_s(crates, worked_s, site.setup_s, site.service_s_per_crate),
        error_after_s=_error_s(crates, worked_s, setup_s, rate_s),
    )


def _worked_s(site: Site, visit: Visit) -> int:
    """Return the seconds of a visit without the wait for an opening."""
    week = Week(first_date=visit.date)
    arrival_s = week.elapsed_s(visit.date, visit.arrival_s)
    departure_s = week.elapsed_s(visit.date, visit.departure_s)
    hours = site.hours(week)
    if any(window.start_s <= arrival_s <= window.end_s for window in hours):
        return departure_s - arrival_s
    opens_s = min((w.start_s for w in hours if arrival_s < w.start_s), default=arrival_s)
    # Who was gone before it opened was let in all the same.
    return departure_s - (opens_s if opens_s < departure_s else arrival_s)


def _rate_s(crates: np.ndarray, worked_s: np.ndarray) -> int:
    """Return seconds per crate: the median slope between visits of different amounts.

    Every pair counts, so that of many visits the latest are taken.
    """
    crates, worked_s = crates[-_PAIRED:], worked_s[-_PAIRED:]
    first, second = np.triu_indices(len(crates), k=1)
    apart = crates[second] - crates[first]
    slopes = (worked_s[second] - worked_s[first])[apart != 0] / apart[apart != 0]
    return max(0, _median(slopes))


def _median(values: np.ndarray) -> int:
    return round(float(np.median(values)))


def _error_s(crates: np.ndarray, worked_s: np.ndarray, setup_s: int, rate_s: int) -> int | None:
    return _median(np.abs(worked_s - setup_s - rate_s * crates)) if len(crates) else None


def with_planned_crates(visits: Iterable[Visit], plans: Iterable[Plan]) -> tuple[Visit, ...]:
    """Return visits whose crates nobody noted with those that plans had foreseen.

    A stop is that of a visit where place and date agree, and, where the visit tells a round or a
    vehicle, that one too.  Where several stops are, the visit stays as it is.
    """
    stops: dict[tuple[str, dt.date], list[tuple[frozenset[str], int]]] = {}
    for plan in plans:
        crates = {order.id: order.crates for order in plan.case.orders}
        names = {vehicle.id: vehicle.name for vehicle in plan.case.vehicles}
        for one in plan.rounds:
            called = {one.id, one.vehicle_id, names.get(one.vehicle_id, "")}
            keys = frozenset(name.casefold() for name in called if name)
            # Where the round begins there is no stop to measure.
            for stop in one.stops[1:]:
                handled = sum(
                    max(sum(crates.get(i, 0) for i in handling.order_ids), 1)
                    for handling in stop.handlings
                )
                date = plan.case.week.moment(stop.arrival_s).date()
                if handled:
                    stops.setdefault((stop.site_id, date), []).append((keys, handled))

    def known(visit: Visit) -> Visit:
        name = visit.round.strip().casefold()
        found = [
            handled
            for keys, handled in stops.get((visit.site_id, visit.date), ())
            if not name or name in keys
        ]
        if visit.crates is not None or len(found) != 1:
            return visit
        return replace(visit, crates=found[0])

    return tuple(map(known, visits))
