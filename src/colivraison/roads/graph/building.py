"""From what was read of extracts to a built territory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from colivraison._native.graphs import segment_grid
from colivraison.roads.graph.expansion import build_states
from colivraison.roads.graph.hierarchy import build_hierarchy
from colivraison.roads.graph.territory import Territory, shapes_of
from colivraison.roads.graph.topology import cut_at_junctions
from colivraison.roads.reading.raw import RawExtract

__all__ = ["build_territory"]

# Shares of the progress, from the time each step takes on Andorra.
_AFTER_CUTTING, _AFTER_STATES, _AFTER_ORDER = 0.3, 0.7, 0.95


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
