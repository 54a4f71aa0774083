"""The travel matrix of a plan, from the road network."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from colivraison.domain import Case, MatrixTable, Site, TravelMatrix, Vehicle
from colivraison.pdptw import TravelTable
from colivraison.roads import RoadNetwork

__all__ = ["profiles_of", "solver_tables", "travel_matrix"]


def profiles_of(case: Case, extra: Iterable[Vehicle] = ()) -> tuple[str, ...]:
    """Return the road profiles in use, the commonest name first for stable output."""
    names = {v.profile for v in case.vehicles} | {v.profile for v in extra}
    names.add(case.settings.reference_van.profile)
    return tuple(sorted(names, key=lambda name: (name != "van", name)))


def travel_matrix(
    network: RoadNetwork, sites: Sequence[Site], profiles: Sequence[str]
) -> TravelMatrix:
    """Return times and distances between sites, one table per profile."""
    positions = [site.position for site in sites]
    by_profile: dict[str, MatrixTable] = {}
    for profile in profiles:
        durations_s, distances_m = network.matrix(positions, profile=profile)
        by_profile[profile] = MatrixTable(
            durations_s=tuple(tuple(int(x) for x in row) for row in durations_s),
            distances_m=tuple(tuple(int(x) for x in row) for row in distances_m),
        )
    return TravelMatrix(ids=tuple(site.id for site in sites), by_profile=by_profile)


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
