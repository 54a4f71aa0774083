"""A plan as GeoDataFrames, for people who go on with their own tools."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from colivraison.domain import Action, MatrixTable, Plan, Position, Round, Stop
from colivraison.roads import legs_frame, points_frame

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["PlanFrames", "plan_frames"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFrames:
    """The places, stops and legs of a plan, one row each, in EPSG:4326.

    Parameters
    ----------
    sites
        Points: every farm and site of the case and the new site that is proposed (``proposed``).
    stops
        Points: every stop of every round, in order.  ``stop`` counts from 1 in its round; times
        are seconds since the first midnight of the week; loads are those on leaving; orders are
        joined by a comma and a space.
    legs
        Lines: every way between two stops, ``leg`` counting from 1.  It follows the roads where
        the plan holds the way (``along_roads``), else it is straight, and empty where both ends
        are one place.
    """

    sites: gpd.GeoDataFrame
    stops: gpd.GeoDataFrame
    legs: gpd.GeoDataFrame


def plan_frames(plan: Plan) -> PlanFrames:
    """Return a plan as three GeoDataFrames; each can be written as it stands (``to_file``)."""
    return PlanFrames(sites=_sites(plan), stops=_stops(plan), legs=_legs(plan))


def _sites(plan: Plan) -> gpd.GeoDataFrame:
    sites = list(plan.case.places.values())
    proposed = [False] * len(sites)
    if plan.new_site is not None:
        sites.append(plan.new_site.site)
        proposed.append(True)
    return points_frame(
        [site.position for site in sites],
        site_id=[site.id for site in sites],
        name=[site.name for site in sites],
        kind=[site.kind.value for site in sites],
        setup_s=[site.setup_s for site in sites],
        service_s_per_crate=[site.service_s_per_crate for site in sites],
        proposed=proposed,
    )


def _stops(plan: Plan) -> gpd.GeoDataFrame:
    places = plan.case.places
    rows = [(one, k, stop) for one in plan.rounds for k, stop in enumerate(one.stops, start=1)]
    return points_frame(
        [places[stop.site_id].position for _, _, stop in rows],
        round_id=[one.id for one, _, _ in rows],
        vehicle_id=[one.vehicle_id for one, _, _ in rows],
        day=[one.day.isoformat() for one, _, _ in rows],
        stop=[k for _, k, _ in rows],
        site_id=[stop.site_id for _, _, stop in rows],
        name=[places[stop.site_id].name for _, _, stop in rows],
        arrival_s=[stop.arrival_s for _, _, stop in rows],
        start_s=[stop.start_s for _, _, stop in rows],
        departure_s=[stop.departure_s for _, _, stop in rows],
        load_g=[stop.load_g for _, _, stop in rows],
        load_crates=[stop.load_crates for _, _, stop in rows],
        loaded=[_orders(stop, Action.PICKUP) for _, _, stop in rows],
        unloaded=[_orders(stop, Action.DELIVERY) for _, _, stop in rows],
    )


def _orders(stop: Stop, action: Action) -> str:
    return ", ".join(
        order_id
        for handling in stop.handlings
        if handling.action is action
        for order_id in handling.order_ids
    )


def _legs(plan: Plan) -> gpd.GeoDataFrame:
    profiles = {vehicle.id: vehicle.profile for vehicle in plan.case.vehicles}
    index = {site_id: k for k, site_id in enumerate(plan.matrix.ids)}
    names = ("round_id", "vehicle_id", "leg", "from_site_id", "to_site_id", "duration_s",
             "distance_m", "along_roads")  # fmt: skip
    columns: dict[str, list[Any]] = {name: [] for name in names}
    paths: list[tuple[Position, ...]] = []
    for one in plan.rounds:
        table: MatrixTable = plan.matrix.by_profile[profiles[one.vehicle_id]]
        for k, (start, end) in enumerate(pairwise(stop.site_id for stop in one.stops)):
            path, along_roads = _path(plan, one, k)
            paths.append(path)
            row = (
                one.id,
                one.vehicle_id,
                k + 1,
                start,
                end,
                table.durations_s[index[start]][index[end]],
                table.distances_m[index[start]][index[end]],
                along_roads,
            )
            for name, value in zip(names, row, strict=True):
                columns[name].append(value)
    return legs_frame(paths, **columns)


def _path(plan: Plan, one: Round, leg: int) -> tuple[tuple[Position, ...], bool]:
    """Return the way of a leg and whether it follows the roads."""
    if one.legs and len(one.legs[leg]) > 1:
        return one.legs[leg], True
    places = plan.case.places
    start, end = (places[one.stops[k].site_id].position for k in (leg, leg + 1))
    return ((start, end) if start != end else ()), False
