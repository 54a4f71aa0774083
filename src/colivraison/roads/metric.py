"""What one profile makes of a network: the arcs it may drive, their times and weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from colivraison.roads.profile import Profile
from colivraison.roads.raw import DELAY_KINDS, IntArray
from colivraison.roads.speeds import drive
from colivraison.roads.topology import Topology

__all__ = ["Metric", "price"]

_LONGEST_ARC_MS = 1 << 29
"""Six days: an arc that takes longer is an error of the map; keeps every sum exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Arcs of the largest part of the network in which one can leave any place and come back.

    An arc is one direction of an edge; vertices are renumbered to those of that part.

    Parameters
    ----------
    vertex_count
        Vertices of the part.
    vertex_of
        Vertex of the part for each vertex of the topology, -1 outside.
    arc_tail, arc_head
        Vertices of the part.
    arc_edge
        Edge of the topology.
    arc_forward
        True along the way, False against it.
    arc_ms
        Driving time, without the delay at the head.
    arc_delay_ms
        Lost at the head: signals, signs, gates.
    arc_dm
        Decimetres.
    arc_weight_factor
        1, or the restricted factor: multiplies the time in the choice of a route.
    forward_arc, backward_arc
        Arc of each edge of the topology, -1 where closed.
    cut_vertices
        Vertices with drivable arcs outside the part.
    """

    vertex_count: int
    vertex_of: IntArray
    arc_tail: IntArray
    arc_head: IntArray
    arc_edge: IntArray
    arc_forward: NDArray[np.bool_]
    arc_ms: IntArray
    arc_delay_ms: IntArray
    arc_dm: IntArray
    arc_weight_factor: NDArray[np.float64]
    forward_arc: IntArray
    backward_arc: IntArray
    cut_vertices: int


def _delays_ms(topology: Topology, profile: Profile, *, forward: bool) -> IntArray:
    """Return what a vehicle loses on entering each vertex along (or against) a way."""
    by_kind = np.array(
        [round(1000 * profile.node_delay_s.get(kind, 0.0)) for kind in DELAY_KINDS], dtype=np.int64
    )
    for_us = np.isin(topology.vertex_side, (0, 1 if forward else 2))
    delay = np.where(for_us, by_kind[topology.vertex_kind], 0)
    degree = np.bincount(
        np.concatenate([topology.tail, topology.head]), minlength=len(topology.vertex_lat)
    )
    junction_ms = round(1000 * profile.junction_s)
    return np.asarray(delay + np.where(degree > 2, junction_ms, 0), dtype=np.int64)


def price(topology: Topology, profile: Profile) -> Metric | None:
    """Return the metric of a profile, or None when it may drive nowhere."""
    drives = [drive(tags, profile) for tags in topology.tag_sets]
    forward_kmh = np.array([d.forward_kmh for d in drives])[topology.tags]
    backward_kmh = np.array([d.backward_kmh for d in drives])[topology.tags]
    restricted = np.array([d.restricted for d in drives], dtype=bool)[topology.tags]
    edges = np.arange(len(topology.tail))

    arc_dm = np.rint(10 * topology.length_m).astype(np.int64)
    parts = []
    for column, kmh in enumerate((forward_kmh, backward_kmh)):
        forward = column == 0
        is_open = kmh > 0
        with np.errstate(divide="ignore"):
            ms = np.rint(3600 * profile.time_factor * topology.length_m / kmh)
        if len(topology.fixed_ms):
            given = topology.fixed_ms[:, column]
            ms = np.where(given >= 0, given * profile.time_factor, ms)
        is_open &= ms < _LONGEST_ARC_MS
        edge = edges[is_open]
        tail, head = topology.tail[edge], topology.head[edge]
        if not forward:
            tail, head = head, tail
        parts.append(
            {
                "tail": tail,
                "head": head,
                "edge": edge,
                "forward": np.full(len(edge), forward),
                # No arc is free, so every path has an end, and none is faster than 360 km/h (one
                # decimetre per millisecond), so that distances are bounded by times.
                "ms": np.maximum(ms, arc_dm).clip(1)[is_open].astype(np.int64),
                "delay_ms": _delays_ms(topology, profile, forward=forward)[head],
            }
        )
    arcs = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    if not len(arcs["tail"]):
        return None

    vertices = len(topology.vertex_lat)
    links = csr_array(
        (np.ones(len(arcs["tail"]), dtype=np.int8), (arcs["tail"], arcs["head"])),
        shape=(vertices, vertices),
    )
    _, component = connected_components(links, directed=True, connection="strong")
    largest = int(np.argmax(np.bincount(component)))
    inside = component == largest
    touched = np.zeros(vertices, dtype=bool)
    touched[arcs["tail"]] = True
    touched[arcs["head"]] = True
    kept = inside[arcs["tail"]] & inside[arcs["head"]]
    if not kept.any():
        return None
    arcs = {key: values[kept] for key, values in arcs.items()}
    vertex_of = np.where(inside, np.cumsum(inside) - 1, -1)

    forward_arc = np.full(len(edges), -1, dtype=np.int64)
    backward_arc = np.full(len(edges), -1, dtype=np.int64)
    numbers = np.arange(len(arcs["edge"]))
    along = arcs["forward"]
    forward_arc[arcs["edge"][along]] = numbers[along]
    backward_arc[arcs["edge"][~along]] = numbers[~along]
    return Metric(
        vertex_count=int(inside.sum()),
        vertex_of=vertex_of,
        arc_tail=vertex_of[arcs["tail"]],
        arc_head=vertex_of[arcs["head"]],
        arc_edge=arcs["edge"],
        arc_forward=along,
        arc_ms=arcs["ms"],
        arc_delay_ms=arcs["delay_ms"],
        arc_dm=arc_dm[arcs["edge"]],
        arc_weight_factor=np.where(restricted[arcs["edge"]], profile.restricted_factor, 1.0),
        forward_arc=forward_arc,
        backward_arc=backward_arc,
        cut_vertices=int((touched & ~inside).sum()),
    )
