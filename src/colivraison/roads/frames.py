"""Roads, places and legs as GeoDataFrames and as a networkx graph, for people who explore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from colivraison.domain import Position
from colivraison.roads.metric import Metric
from colivraison.roads.topology import Topology

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


def _vertices(topology: Topology, metric: Metric) -> dict[int, tuple[float, float]]:
    inside = np.flatnonzero(metric.vertex_of >= 0)
    return {
        int(metric.vertex_of[v]): (float(topology.vertex_lat[v]), float(topology.vertex_lon[v]))
        for v in inside
    }


def _arcs(topology: Topology, metric: Metric) -> list[dict[str, Any]]:
    import shapely

    rows = []
    for arc, edge in enumerate(metric.arc_edge.tolist()):
        points = slice(int(topology.shape_start[edge]), int(topology.shape_end[edge]) + 1)
        line = np.stack([topology.lon[points], topology.lat[points]], axis=1)
        rows.append(
            {
                "u": int(metric.arc_tail[arc]),
                "v": int(metric.arc_head[arc]),
                "osmid": int(topology.way_ids[topology.way[edge]]),
                "highway": topology.tag_sets[topology.tags[edge]].get("highway", ""),
                "length": int(metric.arc_dm[arc]) / 10,
                "travel_time": int(metric.arc_ms[arc] + metric.arc_delay_ms[arc]) / 1000,
                "geometry": shapely.LineString(line if metric.arc_forward[arc] else line[::-1]),
            }
        )
    return rows


def network_frames(topology: Topology, metric: Metric) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the vertices and the arcs of a metric."""
    import geopandas
    import shapely

    vertices = _vertices(topology, metric)
    nodes = geopandas.GeoDataFrame(
        {"osmid": list(vertices)},
        geometry=[shapely.Point(lon, lat) for lat, lon in vertices.values()],
        crs=_CRS,
    ).set_index("osmid")
    arcs = geopandas.GeoDataFrame(_arcs(topology, metric), geometry="geometry", crs=_CRS)
    return nodes, arcs


def network_graph(topology: Topology, metric: Metric) -> nx.MultiDiGraph[int]:
    """Return a graph with the attribute names of osmnx."""
    import networkx as nx

    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs=_CRS.lower(), created_with="colivraison")
    for vertex, (lat, lon) in _vertices(topology, metric).items():
        graph.add_node(vertex, x=lon, y=lat)
    for row in _arcs(topology, metric):
        graph.add_edge(row.pop("u"), row.pop("v"), **row, oneway=True)
    return graph
