"""Ways cut at their junctions: vertices and edges, the same for every profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from colivraison.roads.geometry import haversine_m
from colivraison.roads.raw import BLOCKED, FloatArray, IntArray, RawWays

__all__ = ["Topology", "cut_at_junctions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Vertices (junctions and ends) and edges (pieces of a way between two of them).

    Parameters
    ----------
    vertex_lat, vertex_lon
        Degrees.
    vertex_kind, vertex_side
        Obstacle on the vertex (``raw.DELAY_KINDS``) and the direction it stands for.
    tail, head
        Vertices of each edge in the direction its way is drawn.
    length_m
        Length along the shape.
    shape_start, shape_end
        Points of an edge, both included: ``lat[shape_start:shape_end + 1]``.
    along_m
        For each point the length from the first point of its way.
    tags
        Number of the set of tags of each edge.
    way
        Number of the way an edge is a piece of.
    """

    vertex_lat: FloatArray
    vertex_lon: FloatArray
    vertex_kind: IntArray
    vertex_side: IntArray
    tail: IntArray
    head: IntArray
    length_m: FloatArray
    shape_start: IntArray
    shape_end: IntArray
    lat: FloatArray
    lon: FloatArray
    along_m: FloatArray
    tags: IntArray
    tag_sets: tuple[dict[str, str], ...]
    way: IntArray
    way_ids: IntArray
    fixed_ms: IntArray


def cut_at_junctions(ways: RawWays) -> Topology:
    """Cut every way where it meets another, at its ends, and at signals, signs and barriers.

    A node that nobody drives through becomes one vertex per piece that touches it: every piece
    may be driven up to it, none through it.
    """
    count = len(ways.node_ids)
    nodes, node_of_point, uses = np.unique(ways.node_ids, return_inverse=True, return_counts=True)
    kind_of_node = np.zeros(len(nodes), dtype=np.int64)
    side_of_node = np.zeros(len(nodes), dtype=np.int64)
    slot = np.searchsorted(nodes, ways.special_ids)
    known = slot < len(nodes)
    known[known] = nodes[slot[known]] == ways.special_ids[known]
    kind_of_node[slot[known]] = ways.special_kinds[known]
    side_of_node[slot[known]] = ways.special_sides[known]

    first_points, last_points = ways.way_first[:-1], ways.way_first[1:] - 1
    is_cut = (uses[node_of_point] > 1) | (kind_of_node[node_of_point] > 0)
    is_cut[first_points] = True
    is_cut[last_points] = True
    cuts = np.flatnonzero(is_cut)
    way_of_point = np.repeat(np.arange(len(first_points)), np.diff(ways.way_first))
    same_way = way_of_point[cuts[:-1]] == way_of_point[cuts[1:]]
    start, end = cuts[:-1][same_way], cuts[1:][same_way]

    step_m = np.zeros(count)
    step_m[1:] = haversine_m(ways.lat[:-1], ways.lon[:-1], ways.lat[1:], ways.lon[1:])
    step_m[first_points] = 0.0
    along_m = np.cumsum(step_m)
    along_m -= along_m[first_points][way_of_point]
    length_m = along_m[end] - along_m[start]
    way = way_of_point[start]
    if len(ways.fixed_length_m):
        # Each such way is one edge, and its file knows its length better than its drawing.
        given = ways.fixed_length_m[way]
        length_m = np.where(given > 0, given, length_m)

    ends = np.concatenate([node_of_point[start], node_of_point[end]])
    end_points = np.concatenate([start, end])
    # Blocked nodes: a vertex of its own for every end of an edge.
    label = ends.copy()
    blocked = kind_of_node[ends] == BLOCKED
    label[blocked] = len(nodes) + np.arange(int(blocked.sum()))
    _, representative, vertex = np.unique(label, return_index=True, return_inverse=True)
    at_point, at_node = end_points[representative], ends[representative]
    kinds = kind_of_node[at_node]
    return Topology(
        vertex_lat=ways.lat[at_point],
        vertex_lon=ways.lon[at_point],
        vertex_kind=np.where(kinds == BLOCKED, 0, kinds),
        vertex_side=side_of_node[at_node],
        tail=vertex[: len(start)],
        head=vertex[len(start) :],
        length_m=length_m,
        shape_start=start,
        shape_end=end,
        lat=ways.lat,
        lon=ways.lon,
        along_m=along_m,
        tags=ways.way_tags[way],
        tag_sets=ways.tag_sets,
        way=way,
        way_ids=ways.way_ids,
        fixed_ms=ways.fixed_ms[way] if len(ways.fixed_ms) else ways.fixed_ms,
    )
