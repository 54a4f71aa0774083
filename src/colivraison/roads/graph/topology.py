"""Ways cut at their junctions: vertices and edges, the same for every profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison.roads.geometry import haversine_m
from colivraison.roads.reading.raw import RawWays

__all__ = ["Topology", "arc_heads", "arc_tails", "cut_at_junctions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """Vertices (junctions and ends) and edges (pieces of a way between two of them).

    An *arc* is an edge driven in one direction: arc ``2 e`` drives edge ``e`` as it is drawn, arc
    ``2 e + 1`` against it.  The way back of arc ``a`` is ``a ^ 1``, its edge ``a >> 1``.  Every
    edge has both, whoever may drive them.

    Parameters
    ----------
    vertex_ids
        Nodes of the file, ascending.
    vertex_lat_e7, vertex_lon_e7
        Ten-millionths of a degree.
    vertex_obstacle
        What stands there: a number of ``node_tag_sets``, -1 for nothing.
    tail, head
        Vertices of each edge in the direction its way is drawn.
    length_dm
        Length along the shape.
    tags
        Number of its set of tags in ``tag_sets``.
    way
        Number of the way an edge is a piece of; the pieces of a way follow one another.
    name
        Number in ``names``, -1 for none.
    shape_start, shape_end
        Points of an edge, both included.
    lat_e7, lon_e7
        Points, ten-millionths of a degree.
    along_cm
        For each point the length from the first point of its way.
    way_ids, way_length_dm
        Id in the file and length of the whole way.
    fixed_ms
        Two columns (along, against): a driving time the file itself gives, -1 where it gives none;
        no row where no way has one.
    """

    vertex_ids: NDArray[np.int64]
    vertex_lat_e7: NDArray[np.int32]
    vertex_lon_e7: NDArray[np.int32]
    vertex_obstacle: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    length_dm: NDArray[np.int32]
    tags: NDArray[np.int32]
    way: NDArray[np.int32]
    name: NDArray[np.int32]
    shape_start: NDArray[np.int32]
    shape_end: NDArray[np.int32]
    lat_e7: NDArray[np.int32]
    lon_e7: NDArray[np.int32]
    along_cm: NDArray[np.int32]
    way_ids: NDArray[np.int64]
    way_length_dm: NDArray[np.int64]
    fixed_ms: NDArray[np.int32]
    tag_sets: tuple[dict[str, str], ...]
    node_tag_sets: tuple[dict[str, str], ...]
    names: tuple[str, ...]


def arc_tails(topology: Topology) -> NDArray[np.int32]:
    """Return the vertex at which each arc starts."""
    return np.stack([topology.tail, topology.head], axis=1).ravel()


def arc_heads(topology: Topology) -> NDArray[np.int32]:
    """Return the vertex at which each arc ends."""
    return np.stack([topology.head, topology.tail], axis=1).ravel()


def _obstacle_of_nodes(ways: RawWays, nodes: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return what stands on each of the nodes (ascending), -1 for nothing."""
    obstacle = np.full(len(nodes), -1, dtype=np.int32)
    slot = np.searchsorted(nodes, ways.special_ids)
    known = slot < len(nodes)
    known[known] = nodes[slot[known]] == ways.special_ids[known]
    obstacle[slot[known]] = ways.special_tags[known]
    return obstacle


def _lengths_along_m(
    ways: RawWays, first_points: NDArray[np.int64], way_of_point: NDArray[np.int64]
) -> NDArray[np.float64]:
    step_m = np.zeros(len(ways.lat))
    step_m[1:] = haversine_m(ways.lat[:-1], ways.lon[:-1], ways.lat[1:], ways.lon[1:])
    step_m[first_points] = 0.0
    along_m = np.cumsum(step_m)
    along_m -= along_m[first_points][way_of_point]
    return along_m


def _whole(values: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.int32]:
    """Return whole numbers of 32 bits.

    Larger ones (a way longer than half the way around the earth) are mistakes of the map, and only
    kept within bounds.
    """
    return np.rint(np.minimum(values, np.iinfo(np.int32).max)).astype(np.int32)


def cut_at_junctions(ways: RawWays, *, via_nodes: Iterable[int] = ()) -> Topology:
    """Cut every way where it meets another or itself, at its ends, and where something stands.

    Parameters
    ----------
    via_nodes
        Further nodes to cut at: those that turn restrictions speak of.
    """
    nodes, node_of_point, uses = np.unique(ways.node_ids, return_inverse=True, return_counts=True)
    obstacle_of_node = _obstacle_of_nodes(ways, nodes)
    wanted = np.isin(nodes, np.fromiter(via_nodes, dtype=np.int64))
    first_points, last_points = ways.way_first[:-1], ways.way_first[1:] - 1
    is_cut = ((uses > 1) | (obstacle_of_node >= 0) | wanted)[node_of_point]
    is_cut[first_points] = True
    is_cut[last_points] = True
    cuts = np.flatnonzero(is_cut)
    way_of_point = np.repeat(np.arange(len(first_points)), np.diff(ways.way_first))
    along_m = _lengths_along_m(ways, first_points, way_of_point)

    pieces = way_of_point[cuts[:-1]] == way_of_point[cuts[1:]]
    # A node repeated at once is a slip of the pen, no road.
    repeated = (cuts[1:] == cuts[:-1] + 1) & (node_of_point[cuts[:-1]] == node_of_point[cuts[1:]])
    pieces &= ~repeated
    start, end = cuts[:-1][pieces], cuts[1:][pieces]
    way = way_of_point[start]

    length_m = along_m[end] - along_m[start]
    way_length_m = along_m[last_points]
    if len(ways.fixed_length_m):
        # The file knows the length of such a way better than its drawing does.
        given = ways.fixed_length_m >= 0
        drawn_m = np.where(way_length_m > 0, way_length_m, 1.0)
        scale = np.where(given, ways.fixed_length_m / drawn_m, 1.0)
        whole = (start == first_points[way]) & (end == last_points[way]) & given[way]
        length_m = np.where(whole, ways.fixed_length_m[way], length_m * scale[way])
        way_length_m = np.where(given, ways.fixed_length_m, way_length_m)

    tail_node, head_node = node_of_point[start], node_of_point[end]
    is_vertex = np.zeros(len(nodes), dtype=bool)
    is_vertex[tail_node] = True
    is_vertex[head_node] = True
    vertex_of_node = np.cumsum(is_vertex, dtype=np.int32) - 1
    lat_e7 = np.rint(ways.lat * 1e7).astype(np.int32)
    lon_e7 = np.rint(ways.lon * 1e7).astype(np.int32)
    point_of_node = np.zeros(len(nodes), dtype=np.int64)
    point_of_node[node_of_point] = np.arange(len(node_of_point))
    at_point = point_of_node[is_vertex]
    fixed_ms = ways.fixed_ms[way] if len(ways.fixed_ms) else np.zeros((0, 2))
    return Topology(
        vertex_ids=nodes[is_vertex],
        vertex_lat_e7=lat_e7[at_point],
        vertex_lon_e7=lon_e7[at_point],
        vertex_obstacle=obstacle_of_node[is_vertex],
        tail=vertex_of_node[tail_node].astype(np.int32),
        head=vertex_of_node[head_node].astype(np.int32),
        length_dm=_whole(10 * length_m),
        tags=ways.way_tags[way].astype(np.int32),
        way=way.astype(np.int32),
        name=ways.way_name[way].astype(np.int32),
        shape_start=start.astype(np.int32),
        shape_end=end.astype(np.int32),
        lat_e7=lat_e7,
        lon_e7=lon_e7,
        along_cm=_whole(100 * along_m),
        way_ids=ways.way_ids,
        way_length_dm=np.rint(10 * way_length_m).astype(np.int64),
        fixed_ms=_whole(fixed_ms),
        tag_sets=ways.tag_sets,
        node_tag_sets=ways.node_tag_sets,
        names=ways.names,
    )
