"""The contraction hierarchy over the state graph: made once, given costs for every profile and day.

The order comes from cutting the map again and again by few edges; an edge's states follow it.  So
states that lie together have numbers that lie together, on which the matrix sweep relies for speed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison._native.graphs import (
    Contraction,
    SearchGraph,
    contract,
    customise,
    dissection_order,
)
from colivraison.roads.graph.states import StateGraph
from colivraison.roads.graph.topology import Topology

__all__ = ["HierarchyArrays", "build_hierarchy", "search_graph"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchyArrays:
    """A contraction of the state graph.

    Parameters
    ----------
    rank
        Place of each state in the order of contraction; the graphs of ``_native`` speak of ranks.
    upper_first, upper_head, link_slot
        See ``_native.graphs.Contraction``.
    """

    rank: NDArray[np.int32]
    upper_first: NDArray[np.int32]
    upper_head: NDArray[np.int32]
    link_slot: NDArray[np.int32]


def build_hierarchy(topology: Topology, states: StateGraph, *, threads: int) -> HierarchyArrays:
    """Order and contract; the answer does not depend on ``threads``."""
    lat = topology.vertex_lat_e7.astype(np.float64)
    lon = topology.vertex_lon_e7.astype(np.float64)
    middle_deg = (lat.min() + lat.max()) / 2e7
    edges = dissection_order(
        lon * np.cos(np.radians(middle_deg)), lat, topology.tail, topology.head, threads=threads
    )
    edge_rank = np.empty(len(edges), dtype=np.int32)
    edge_rank[edges] = np.arange(len(edges), dtype=np.int32)
    order = np.argsort(edge_rank[states.state_arc >> 1], kind="stable")
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    tail = np.repeat(rank, np.diff(states.link_first))
    contraction = contract(len(rank), tail, rank[states.link_to])
    return HierarchyArrays(
        rank=rank,
        upper_first=contraction.upper_first,
        upper_head=contraction.upper_head,
        link_slot=contraction.link_slot,
    )


def search_graph(hierarchy: HierarchyArrays, link_packed: NDArray[np.int64]) -> SearchGraph:
    """Return the graph that answers questions under the given costs of the links."""
    contraction = Contraction(
        upper_first=hierarchy.upper_first,
        upper_head=hierarchy.upper_head,
        link_slot=hierarchy.link_slot,
    )
    return customise(contraction, link_packed)
