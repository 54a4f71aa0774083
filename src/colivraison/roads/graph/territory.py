"""A built territory: everything about roads that does not depend on a vehicle or a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from colivraison._native.graphs import Grid, Shapes
from colivraison.roads.graph.hierarchy import HierarchyArrays
from colivraison.roads.graph.states import StateGraph
from colivraison.roads.graph.topology import Topology
from colivraison.roads.places import NamedPlace
from colivraison.roads.reading.raw import Lines

__all__ = ["Territory", "shapes_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """What a ``.roads`` file holds.

    Parameters
    ----------
    name
        For people: the file it was made from.
    fingerprint
        Of the extracts: SHA-256 of the file, or of the digests of several.
    build_fingerprint
        Of the extracts, the profiles and the code that made it (``cache.fingerprint_of``).
    generator
        The program the extract names, or "".
    data_date
        When the map data were extracted (ISO 8601), or "".
    report
        What was read, dropped, applied and cut off: plain counts, see ``RoadNetwork.report``.
    """

    name: str
    fingerprint: str
    build_fingerprint: str
    generator: str
    data_date: str
    topology: Topology
    states: StateGraph
    hierarchy: HierarchyArrays
    grid: Grid
    places: tuple[NamedPlace, ...]
    water: Lines
    report: Mapping[str, Any]


def shapes_of(topology: Topology) -> Shapes:
    """Return the lines of all edges."""
    return Shapes(
        lat_e7=topology.lat_e7,
        lon_e7=topology.lon_e7,
        start=topology.shape_start,
        end=topology.shape_end,
    )
