"""Roads, places and legs as GeoDataFrames and as a networkx graph, for people who explore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from colivraison.domain import Position
from colivraison.roads.graph.metric import Metric
from colivraison.roads.graph.topology import Topology, arc_heads, arc_tails
from colivraison.roads.rules import Access

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

__all__ = ["legs_frame", "network_frames", "network_graph", "points_frame"]

_CRS = "EPSG:4326"


def points_frame(positions: Sequence[Position], **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    """Return one point per row.

    Parameters
    ----------
    columns
        Further columns, one value per position.
    """
    import geopandas
    import shapely

    points = [shapely.Point(position.lon, position.lat) for position in positions]
    return geopandas.GeoDataFrame(dict(columns), geometry=points, crs=_CRS)


def legs_frame(paths: Sequence[Sequence[Position]], **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    """Return one line per row, an empty one where a leg has no way.

    Parameters
    ----------
    columns
        Further columns, one value per leg.
    """
    import geopandas
    import shapely

    lines = [shapely.LineString([(p.lon, p.lat) for p in path]) for path in paths]
    return geopandas.GeoDataFrame(dict(columns), geometry=lines, crs=_CRS)


def _usable_arcs(metric: Metric) -> NDArray[np.int64]:
    """Return the arcs one can drive to from the main network and back to it."""
    leaves, enters = metric.arc_leaves, metric.arc_enters
    both = np.repeat((leaves[0::2] | leaves[1::2]) & (enters[0::2] | enters[1::2]), 2)
    return np.flatnonzero((metric.arc_access != Access.CLOSED) & both)


def _vertices(topology: Topology, arcs: NDArray[np.int64]) -> dict[int, tuple[float, float]]:
    edges = arcs >> 1
    inside = np.unique(np.concatenate([topology.tail[edges], topology.head[edges]]))
    return {
        int(v): (int(topology.vertex_lat_e7[v]) / 1e7, int(topology.vertex_lon_e7[v]) / 1e7)
        for v in inside
    }


def _rows(topology: Topology, metric: Metric, arcs: NDArray[np.int64]) -> list[dict[str, Any]]:
    import shapely

    tails, heads = arc_tails(topology), arc_heads(topology)
    rows = []
    for arc in arcs.tolist():
        edge = arc >> 1
        points = slice(int(topology.shape_start[edge]), int(topology.shape_end[edge]) + 1)
        line = np.stack([topology.lon_e7[points], topology.lat_e7[points]], axis=1) / 1e7
        name = int(topology.name[edge])
        rows.append(
            {
                "u": int(tails[arc]),
                "v": int(heads[arc]),
                "osmid": int(topology.way_ids[topology.way[edge]]),
                "highway": topology.tag_sets[topology.tags[edge]].get("highway", ""),
                "name": topology.names[name] if name >= 0 else "",
                # In the words of the map, so that a graph read again means the same.
                "access": "yes" if metric.arc_access[arc] == Access.FREE else "destination",
                "length": int(topology.length_dm[edge]) / 10,
                "travel_time": int(metric.arc_ms[arc]) / 1000,
                "geometry": shapely.LineString(line if arc % 2 == 0 else line[::-1]),
            }
        )
    return rows


def network_frames(topology: Topology, metric: Metric) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the vertices and the arcs of a metric; ``travel_time`` is without turns."""
    import geopandas
    import shapely

    arcs = _usable_arcs(metric)
    vertices = _vertices(topology, arcs)
    nodes = geopandas.GeoDataFrame(
        {"osmid": list(vertices)},
        geometry=[shapely.Point(lon, lat) for lat, lon in vertices.values()],
        crs=_CRS,
    ).set_index("osmid")
    rows = geopandas.GeoDataFrame(_rows(topology, metric, arcs), geometry="geometry", crs=_CRS)
    return nodes, rows


def network_graph(topology: Topology, metric: Metric) -> nx.MultiDiGraph[int]:
    """Return a graph with the attribute names of osmnx; ``travel_time`` is without turns."""
    import networkx as nx

    arcs = _usable_arcs(metric)
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs=_CRS.lower(), created_with="colivraison")
    for vertex, (lat, lon) in _vertices(topology, arcs).items():
        graph.add_node(vertex, x=lon, y=lat)
    for row in _rows(topology, metric, arcs):
        graph.add_edge(row.pop("u"), row.pop("v"), **row, oneway=True)
    return graph
