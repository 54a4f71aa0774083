"""A built territory: everything about roads that does not depend on a vehicle or a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from colivraison._native.graphs import Grid, Shapes, segment_grid
from colivraison.roads.expansion import build_states
from colivraison.roads.hierarchy import HierarchyArrays, build_hierarchy
from colivraison.roads.places import NamedPlace
from colivraison.roads.raw import Lines, RawExtract
from colivraison.roads.states import StateGraph
from colivraison.roads.topology import Topology, cut_at_junctions

__all__ = ["Territory", "build_territory", "shapes_of"]

# Shares of the progress, from the time each step takes on Andorra.
_AFTER_CUTTING, _AFTER_STATES, _AFTER_ORDER = 0.3, 0.7, 0.95


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


def build_territory(
    raw: RawExtract,
    *,
    name: str,
    fingerprint: str,
    build_fingerprint: str,
    threads: int,
    on_progress: Callable[[float], None] = lambda _: None,
) -> Territory:
    """Build a territory from what was read.

    Parameters
    ----------
    threads
        How many may work at the same time; the answer does not depend on it.
    on_progress
        Told a share from 0 to 1.
    """
    via = {node for one in raw.restrictions for node in one.via_nodes}
    topology = cut_at_junctions(raw.ways, via_nodes=via)
    on_progress(_AFTER_CUTTING)
    states, restrictions = build_states(topology, raw.restrictions)
    on_progress(_AFTER_STATES)
    hierarchy = build_hierarchy(topology, states, threads=threads)
    on_progress(_AFTER_ORDER)
    grid = segment_grid(shapes_of(topology))
    on_progress(1.0)
    return Territory(
        name=name,
        fingerprint=fingerprint,
        build_fingerprint=build_fingerprint,
        generator=raw.generator,
        data_date=raw.report.data_date,
        topology=topology,
        states=states,
        hierarchy=hierarchy,
        grid=grid,
        places=raw.places,
        water=raw.water,
        report={"read": asdict(raw.report), "restrictions": dict(restrictions)},
    )
