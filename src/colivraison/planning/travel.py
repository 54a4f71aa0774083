"""The travel matrix of a plan, from the road network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from colivraison.domain import Case, MatrixTable, Site, TravelMatrix, Vehicle, Week
from colivraison.errors import Fault
from colivraison.pdptw import TravelTable
from colivraison.roads import Closure, RoadNetwork

__all__ = ["profiles_of", "road_warnings", "solver_tables", "travel_matrix"]


def profiles_of(case: Case, extra: Iterable[Vehicle] = ()) -> tuple[str, ...]:
    """Return the road profiles in use, the commonest name first for stable output."""
    names = {v.profile for v in case.vehicles} | {v.profile for v in extra}
    names.add(case.settings.reference_van.profile)
    return tuple(sorted(names, key=lambda name: (name != "van", name)))


def travel_matrix(
    network: RoadNetwork,
    sites: Sequence[Site],
    profiles: Sequence[str],
    *,
    week: Week,
    closures: Sequence[Closure] = (),
) -> TravelMatrix:
    """Return times and distances between sites, one table per profile.

    A week has one table: where roads differ between its days (a pass closed in winter, a bridge
    closed on Thursday), the slowest day counts for all, so that a round holds on whatever day it
    is driven. ``road_warnings`` tells it.
    """
    by_profile: dict[str, MatrixTable] = {}
    for profile in profiles:
        durations_s, distances_m, _ = _slowest(network, sites, profile, week, closures)
        by_profile[profile] = MatrixTable(
            durations_s=tuple(tuple(int(x) for x in row) for row in durations_s),
            distances_m=tuple(tuple(int(x) for x in row) for row in distances_m),
        )
    return TravelMatrix(ids=tuple(site.id for site in sites), by_profile=by_profile)


def road_warnings(
    network: RoadNetwork,
    sites: Sequence[Site],
    profiles: Sequence[str],
    *,
    week: Week,
    closures: Sequence[Closure] = (),
) -> tuple[Fault, ...]:
    """Return what is doubtful about the roads of a week.

    Returns
    -------
    warnings
        ``roads_differ_by_day``, with the number of pairs of sites concerned; those of
        ``RoadNetwork.closure_warnings``, each once.
    """
    found: dict[tuple[str, str], Fault] = {}
    for profile in profiles:
        for day in _days(network, week, closures):
            for warning in network.closure_warnings(closures, profile=profile, on=day):
                found.setdefault((warning.code, warning.value), warning)
        _, _, differing = _slowest(network, sites, profile, week, closures)
        if differing:
            found.setdefault(
                ("roads_differ_by_day", ""),
                Fault(code="roads_differ_by_day", details={"pairs": differing}),
            )
    return tuple(found.values())


def _days(
    network: RoadNetwork, week: Week, closures: Sequence[Closure]
) -> tuple[dt.date | None, ...]:
    return week.dates if network.depends_on_day(closures) else (None,)


def _slowest(
    network: RoadNetwork,
    sites: Sequence[Site],
    profile: str,
    week: Week,
    closures: Sequence[Closure],
) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Return the tables of the slowest day of each pair, and how many pairs differ by day."""
    positions = [site.position for site in sites]
    days = _days(network, week, closures)
    tables = [network.matrix(positions, profile=profile, on=day, closures=closures) for day in days]
    durations_s, distances_m = (table.copy() for table in tables[0])
    differing = np.zeros(durations_s.shape, dtype=bool)
    for other_s, other_m in tables[1:]:
        differing |= (other_s != durations_s) | (other_m != distances_m)
        # No way on some day is no way at all.
        slower = (durations_s >= 0) & ((other_s < 0) | (other_s > durations_s))
        durations_s[slower], distances_m[slower] = other_s[slower], other_m[slower]
    return durations_s, distances_m, int(differing.sum())


def solver_tables(
    matrix: TravelMatrix, used: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[TravelTable, ...]]:
    """Return profile names, site ids and tables for the solver: only the sites it needs."""
    names = tuple(matrix.by_profile)
    rows = [row for row, site_id in enumerate(matrix.ids) if site_id in used]
    cut = np.ix_(rows, rows)
    return (
        names,
        tuple(matrix.ids[row] for row in rows),
        tuple(
            TravelTable(
                durations_s=np.array(matrix.by_profile[name].durations_s, dtype=np.int64)[cut],
                distances_m=np.array(matrix.by_profile[name].distances_m, dtype=np.int64)[cut],
            )
            for name in names
        ),
    )
