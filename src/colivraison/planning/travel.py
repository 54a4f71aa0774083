"""The travel matrix of a plan, from the road network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from colivraison.domain import Case, MatrixTable, Site, TravelMatrix, Vehicle, Week
from colivraison.errors import Fault
from colivraison.pdptw import TravelTable
from colivraison.roads import Closure, RoadNetwork

__all__ = [
    "WeekRoads",
    "closures_digest",
    "far_from_road_used",
    "only_sites",
    "profiles_of",
    "solver_tables",
    "week_roads",
]


def profiles_of(case: Case, extra: Iterable[Vehicle] = ()) -> tuple[str, ...]:
    """Return the road profiles in use, the commonest name first for stable output."""
    names = {v.profile for v in case.vehicles} | {v.profile for v in extra}
    names.add(case.settings.reference_van.profile)
    return tuple(sorted(names, key=lambda name: (name != "van", name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRoads:
    """The roads of a week between some sites.

    Parameters
    ----------
    matrix
        One table per profile. A week has one: where roads differ between its days (a pass closed
        in winter, a bridge closed on Thursday), the slowest day counts for all, so that a round
        holds on whatever day it is driven.
    warnings
        ``roads_differ_by_day``, with the number of ways between two sites concerned; those of
        ``RoadNetwork.closure_warnings``, each once.
    """

    matrix: TravelMatrix
    warnings: tuple[Fault, ...]


def week_roads(
    network: RoadNetwork,
    sites: Sequence[Site],
    profiles: Sequence[str],
    *,
    week: Week,
    closures: Sequence[Closure] = (),
) -> WeekRoads:
    """Return times and distances between sites, and what is doubtful about them."""
    positions = [site.position for site in sites]
    by_profile: dict[str, MatrixTable] = {}
    doubts: dict[tuple[str, str], Fault] = {}
    differing = np.zeros((len(sites), len(sites)), dtype=bool)
    days = week.dates if network.depends_on_day(closures) else (None,)
    for profile in profiles:
        tables = []
        for day in days:
            tables.append(network.matrix(positions, profile=profile, on=day, closures=closures))
            for warning in network.closure_warnings(closures, profile=profile, on=day):
                doubts.setdefault((warning.code, warning.value), warning)
        durations_s, distances_m = tables[0]
        for other_s, other_m in tables[1:]:
            differing |= (other_s != durations_s) | (other_m != distances_m)
            # No way on some day is no way at all.
            slower = (durations_s >= 0) & ((other_s < 0) | (other_s > durations_s))
            durations_s = np.where(slower, other_s, durations_s)
            distances_m = np.where(slower, other_m, distances_m)
        by_profile[profile] = MatrixTable(
            durations_s=tuple(tuple(int(x) for x in row) for row in durations_s),
            distances_m=tuple(tuple(int(x) for x in row) for row in distances_m),
        )
    warnings = tuple(doubts.values())
    if differing.any():
        details = {"pairs": int(differing.sum())}
        warnings += (Fault(code="roads_differ_by_day", details=details),)
    return WeekRoads(
        matrix=TravelMatrix(ids=tuple(site.id for site in sites), by_profile=by_profile),
        warnings=warnings,
    )


def far_from_road_used(sites: Sequence[Site], network: RoadNetwork) -> tuple[Fault, ...]:
    """Return a doubt about each place more than 100 m from the road used."""
    if not sites:
        return ()
    gaps_m = network.snap([site.position for site in sites]).gap_m
    return tuple(
        Fault(
            code="far_from_road_but_usable",
            value=site.name,
            details={"site": site.name, "gap_m": int(gap_m)},
        )
        for site, gap_m in zip(sites, gaps_m, strict=True)
        if gap_m > 100
    )


def closures_digest(closures: Sequence[Closure]) -> str:
    """Return the SHA-256 of some closures in a canonical form, "" of none."""
    if not closures:
        return ""
    canonical = json.dumps([asdict(one) for one in closures], sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


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


def only_sites(matrix: TravelMatrix, ids: set[str]) -> TravelMatrix:
    """Return the rows and columns of some sites."""
    kept = [index for index, site_id in enumerate(matrix.ids) if site_id in ids]

    def cut(table: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(table[i][j] for j in kept) for i in kept)

    return TravelMatrix(
        ids=tuple(matrix.ids[index] for index in kept),
        by_profile={
            name: MatrixTable(
                durations_s=cut(table.durations_s), distances_m=cut(table.distances_m)
            )
            for name, table in matrix.by_profile.items()
        },
    )
