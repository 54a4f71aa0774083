"""What lies under the rounds: our own roads, water and names, without any tile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from colivraison.domain import Plan, Position

if TYPE_CHECKING:
    from colivraison.roads import Bounds, RoadNetwork

__all__ = ["DrawnLine", "MapBackground", "background_of"]

# About 1 MB of page; measured on the road network of Corsica, see the README of this room.
_MAX_VERTICES = 60_000
_MAX_WATER_VERTICES = 15_000
_MAX_NAMES = 600

# Settlements by how far out their name is worth reading.
_SETTLEMENTS = (
    "city",
    "town",
    "village",
    "suburb",
    "hamlet",
    "isolated_dwelling",
    "neighbourhood",
    "locality",
)


class DrawnLine(Protocol):
    """A line of the background; ``roads.RoadLine`` is one."""

    @property
    def kind(self) -> str:
        """The class of the road or water: the value of its OSM tag."""

    @property
    def positions(self) -> tuple[Position, ...]:
        """Its shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapBackground:
    """The calm part of the map.

    Parameters
    ----------
    villages
        Name, kind (``city``, ``town``, ``village``, ``hamlet``...) and position, the most
        important first: where labels would overlap, the earlier one is shown.
    attribution
        Whose data this is; shown, and linked where it is OpenStreetMap.
    invented
        True for a territory that exists nowhere: the page says so instead of naming a source.
    """

    roads: tuple[DrawnLine, ...]
    water: tuple[DrawnLine, ...]
    villages: tuple[tuple[str, str, Position], ...]
    attribution: str
    invented: bool


def background_of(network: RoadNetwork, plan: Plan) -> MapBackground:
    """Return the part of a road network that surrounds a plan, thin enough for a page."""
    bounds = _around(network.bounds, _positions(plan))
    settlements = [
        place
        for place in network.places.all
        if place.kind in _SETTLEMENTS and place.name and _inside(bounds, place.position)
    ]
    settlements.sort(
        key=lambda p: (_SETTLEMENTS.index(p.kind), -(p.population or 0), p.name),
    )
    return MapBackground(
        roads=tuple(network.roads_for_map(bounds, max_vertices=_MAX_VERTICES)),
        water=tuple(network.water_for_map(bounds, max_vertices=_MAX_WATER_VERTICES)),
        villages=tuple((p.name, p.kind, p.position) for p in settlements[:_MAX_NAMES]),
        attribution=network.attribution,
        invented=network.invented,
    )


def _positions(plan: Plan) -> list[Position]:
    found = [site.position for site in plan.case.places.values()]
    found += [p for round_ in plan.rounds for leg in round_.legs for p in leg]
    if plan.new_site is not None:
        found.append(plan.new_site.site.position)
    return found


def _around(whole: Bounds, positions: Iterable[Position]) -> Bounds:
    """Return the box of the positions, a third wider on every side, inside the whole."""
    found = list(positions)
    if not found:
        return whole
    south, north = min(p.lat for p in found), max(p.lat for p in found)
    west, east = min(p.lon for p in found), max(p.lon for p in found)
    # At least some 3 km around, so that a single village has a neighbourhood.
    high, wide = max(0.03, (north - south) / 3), max(0.04, (east - west) / 3)
    return type(whole)(
        south=max(whole.south, south - high),
        west=max(whole.west, west - wide),
        north=min(whole.north, north + high),
        east=min(whole.east, east + wide),
    )


def _inside(bounds: Bounds, position: Position) -> bool:
    return (
        bounds.south <= position.lat <= bounds.north and bounds.west <= position.lon <= bounds.east
    )
