"""A first suggestion of a new distribution point along a round that exists.

Simple on purpose (siting proper is `siting`): public places and shops of the extract, away from
the points that exist, are priced by cheapest insertion into the rounds; the best few are planned
again by the solver with a trial drop.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from colivraison._native import cheapest_insertions
from colivraison.domain import (
    Case,
    NearbyPlace,
    NewSite,
    Order,
    Position,
    Round,
    Site,
    SiteKind,
    TemperatureClass,
)
from colivraison.pdptw import Stopping
from colivraison.planning.solving import Solver
from colivraison.roads import NamedPlace, RoadNetwork, distance_m

__all__ = ["candidate_sites", "suggest_new_site"]

# Where people already gather or shop, or the square of a village. Private homes and farms are never
# candidates.
_HOSTS = (
    "marketplace",
    "community_centre",
    "townhall",
    "library",
    "school",
    "food_shop",
    "village",
    "hamlet",
)
_SETTLED = {"city": 20_000, "town": 5_000, "village": 400, "hamlet": 40}
_MARGIN_M = 5_000
_AWAY_M = 1_500
_REACH_M = 3_000
_MOST = 40
# Driving there is bounded by the settings; the stop itself and its loading come on top.
_STOP_S = 1_800
_REPLANNED = 6
_ID = "~new"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Priced:
    place: NamedPlace
    site: Site
    base: Round
    people: int
    detour_s: int

    @property
    def merit(self) -> float:
        """People newly in reach per minute of detour, five minutes of stopping included."""
        return self.people / (self.detour_s / 60 + 5)


def candidate_sites(case: Case, network: RoadNetwork) -> tuple[tuple[NamedPlace, Site], ...]:
    """Return the places worth pricing: at most 40, most people nearby first.

    A candidate lies in the box around the case's places, 5 km wider on each side, at least 1.5 km
    from each point that exists and from every better candidate.
    """
    points = [s.position for s in case.sites]
    near = _box(case)
    ranked = sorted(
        (
            (place, _people(place.position, points, network))
            for place in network.places.all
            if place.kind in _HOSTS
            and place.name
            and near(place.position)
            and all(distance_m(place.position, p) >= _AWAY_M for p in points)
        ),
        key=lambda pair: (
            -pair[1],
            _HOSTS.index(pair[0].kind),
            pair[0].name,
            pair[0].position.lat,
            pair[0].position.lon,
        ),
    )
    kept: list[NamedPlace] = []
    for place, _ in ranked:
        if all(distance_m(place.position, other.position) >= _AWAY_M for other in kept):
            kept.append(place)
        if len(kept) == _MOST:
            break
    if not kept:
        return ()
    gaps_m = network.snap([p.position for p in kept]).gap_m
    return tuple(
        (
            place,
            Site(
                id=f"{_ID}-{number}",
                name=place.name,
                kind=SiteKind.SHOP if place.kind == "food_shop" else SiteKind.POINT,
                position=place.position,
            ),
        )
        for number, (place, gap_m) in enumerate(zip(kept, gaps_m, strict=True), start=1)
        if gap_m <= 100
    )


def suggest_new_site(
    solver: Solver,
    rounds: Sequence[Round],
    candidates: Sequence[tuple[NamedPlace, Site]],
    network: RoadNetwork,
    stopping: Stopping,
) -> NewSite | None:
    """Return the best new point found, or None where no round can take one in."""
    priced = sorted(
        _price(solver, rounds, candidates, network), key=lambda c: (-c.merit, c.site.id)
    )
    found = [
        one
        for candidate in priced[:_REPLANNED]
        if (one := _replan(solver, candidate, network, stopping)) is not None
    ]
    people = {c.site.id: c.people for c in priced}
    return max(
        found,
        key=lambda one: people[one.site.id] / (one.detour_s / 60 + 5),
        default=None,
    )


def _box(case: Case) -> Callable[[Position], bool]:
    """Return whether a position lies in the box around the case's places, with its margin."""
    lats = [site.position.lat for site in case.places.values()]
    lons = [site.position.lon for site in case.places.values()]
    if not lats:
        return lambda _: False
    # A degree of latitude is 111 km; one of longitude shrinks with the cosine of the latitude.
    dlat = _MARGIN_M / 111_195
    dlon = dlat / max(math.cos(math.radians(max(map(abs, lats)))), 0.01)
    south, north = min(lats) - dlat, max(lats) + dlat
    west, east = min(lons) - dlon, max(lons) + dlon
    return lambda p: south <= p.lat <= north and west <= p.lon <= east


def _people(position: Position, points: Sequence[Position], network: RoadNetwork) -> int:
    """Return the people living within reach who have no existing point within reach."""
    return sum(
        place.population or _SETTLED[place.kind]
        for place in network.places.near(position, _REACH_M, kinds=tuple(_SETTLED))
        if all(distance_m(place.position, point) > _REACH_M for point in points)
    )


def _price(
    solver: Solver,
    rounds: Sequence[Round],
    candidates: Sequence[tuple[NamedPlace, Site]],
    network: RoadNetwork,
) -> list[_Priced]:
    if not candidates:
        return []
    row = {site_id: index for index, site_id in enumerate(solver.matrix.ids)}
    profile = {v.id: v.profile for v in solver.case.vehicles}
    targets = np.array([row[site.id] for _, site in candidates], dtype=np.int32)
    points = [s.position for s in solver.case.sites]
    people = [_people(place.position, points, network) for place, _ in candidates]
    found: list[_Priced] = []
    for one in rounds:
        table = solver.matrix.by_profile[profile[one.vehicle_id]].durations_s
        rows = np.array([row[stop.site_id] for stop in one.stops], dtype=np.int32)
        detours_s, legs = cheapest_insertions(
            np.ascontiguousarray(table, dtype=np.int32), rows[:-1], rows[1:], targets
        )
        found += [
            _Priced(place=place, site=site, base=one, people=head, detour_s=int(detour_s))
            for (place, site), head, detour_s, leg in zip(
                candidates, people, detours_s, legs, strict=True
            )
            if leg >= 0 and head > 0 and detour_s <= solver.case.settings.new_point_max_detour_s
        ]
    return found


def _replan(
    solver: Solver, candidate: _Priced, network: RoadNetwork, stopping: Stopping
) -> NewSite | None:
    case, base = solver.case, candidate.base
    carried = {i for s in base.stops for h in s.handlings for i in h.order_ids}
    orders = [o for o in case.orders if o.id in carried]
    vehicle = next(v for v in case.vehicles if v.id == base.vehicle_id)
    trial = _trial_order(case, orders, candidate.site, vehicle.owner_id)
    moment_s = base.stops[0].start_s
    shifts = vehicle.shifts_in(case.week)
    shift = next(one for one in shifts if one.start_s <= moment_s <= one.end_s)
    on_the_day = vehicle.on_duty_only(case.week, [shift])
    # Whoever drives the round drives there too, on the shift of the round.
    driving = [
        one.on_duty_only(case.week, [own])
        for one in case.drivers
        if one.id == base.driver_id
        for own in one.shifts_in(case.week)
        if own.start_s <= moment_s <= own.end_s
    ]
    outcome = solver(
        vehicles=[on_the_day],
        drivers=driving or None,
        orders=[*orders, trial],
        stopping=stopping,
        extra_places={candidate.site.id: candidate.site},
        # The rest of the plan stays as it is: this round need not reach a minimum by itself.
        elsewhere=case.orders,
    )
    if outcome.unserved or len(outcome.rounds) != 1:
        return None
    again = replace(outcome.rounds[0], id=f"new-{base.id}")
    if again.duration_s < base.duration_s or again.cost_cents < base.cost_cents:
        return None  # a second look found a better round: the difference would not be a detour
    if again.duration_s - base.duration_s > case.settings.new_point_max_detour_s + _STOP_S:
        return None
    return NewSite(
        site=candidate.site,
        round_id=base.id,
        orders=(trial,),
        round=again,
        detour_s=again.duration_s - base.duration_s,
        detour_m=again.distance_m - base.distance_m,
        detour_cents=again.cost_cents - base.cost_cents,
        nearby=tuple(
            NearbyPlace(
                name=place.name,
                kind=place.kind,
                distance_m=round(distance_m(place.position, candidate.site.position)),
                population=place.population,
            )
            for place in network.places.near(
                candidate.site.position, _REACH_M, kinds=tuple(_SETTLED)
            )[:6]
        ),
    )


def _trial_order(
    case: Case,
    orders: Sequence[Order],
    site: Site,
    owner_id: str,
) -> Order:
    """Return the drop a new point is priced with: from the van's owner where it rides along."""
    crates: Mapping[str, int] = {
        producer_id: sum(o.crates for o in orders if o.producer_id == producer_id)
        for producer_id in dict.fromkeys(o.producer_id for o in orders)
    }
    producer_id = owner_id if owner_id in crates else max(crates, key=lambda k: (crates[k], k))
    # What rides in a box says nothing of the van.
    classes = Counter(
        o.temperature for o in orders if o.producer_id == producer_id and o.boxed_s is None
    ) or Counter([TemperatureClass.AMBIENT])
    return Order(
        id=f"{_ID}-order",
        producer_id=producer_id,
        site_id=site.id,
        crates=case.settings.new_point_crates,
        mass_g=case.settings.new_point_g,
        temperature=max(sorted(classes), key=lambda name: classes[name]),
    )
