"""Graphs in and out, GeoDataFrames, and roads as a base map."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from colivraison.domain import Position
from colivraison.roads import Bounds, RoadNetwork, legs_frame, points_frame

ROAD = {"highway": "residential"}
EVERYWHERE = Bounds(south=-1, west=-1, north=1, east=1)


@pytest.fixture
def square(draw, drawn_network):
    drawn = draw("""
A---B
|   |
D---C
""")
    ways = {
        "AB": {"highway": "residential", "oneway": "yes"},
        "BC": {"highway": "primary"},
        "CDA": ROAD,
    }
    return drawn, drawn_network(drawn, ways)


def test_a_graph_written_and_read_again_gives_the_same_matrix(square, tmp_path) -> None:
    drawn, network = square
    graph = network.to_networkx()
    # 4 vertices less D, which is no junction; one way once, the two others in both directions.
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (3, 5)
    for _, _, data in graph.edges(data=True):
        data["geometry"] = data["geometry"].wkt
    nx.write_graphml(graph, tmp_path / "square.graphml")
    again = RoadNetwork.load(tmp_path / "square.graphml")
    places = [*drawn.at.values(), drawn.between("A", "B"), drawn.between("C", "D", 0.3)]
    for ours, theirs in zip(network.matrix(places), again.matrix(places), strict=True):
        assert np.array_equal(ours, theirs)
    assert again.name == "square"


def test_a_graph_of_osmnx_is_read_with_its_tags_lists_and_speeds(tmp_path) -> None:
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, lon in ((10, 0.0), (20, 0.01), (30, 0.02)):
        graph.add_node(node, x=lon, y=0.0)
    # 1111.95 m each. Tags: 0.8 x 50 = 40 km/h -> 100.1 s.
    tags = {"highway": "['tertiary', 'residential']", "maxspeed": "['50', '30']", "length": 1111.95}
    graph.add_edge(10, 20, **tags, oneway="False", reversed="False")
    graph.add_edge(20, 10, **tags, oneway="False", reversed="True")
    # A speed in the file counts: 20 km/h -> 200.2 s there; a time in the file: 50 s back.
    graph.add_edge(20, 30, highway="tertiary", length=1111.95, speed_kph=20.0)
    graph.add_edge(30, 20, highway="tertiary", length=1111.95, travel_time=50.0)
    nx.write_graphml(graph, tmp_path / "g.graphml")
    network = RoadNetwork.load(tmp_path / "g.graphml")
    places = [Position(lat=0.0, lon=lon) for lon in (0.0, 0.01, 0.02)]
    durations_s, distances_m = network.matrix(places)
    assert durations_s.tolist() == [[0, 101, 301], [101, 0, 201], [151, 50, 0]]
    assert distances_m[0].tolist() == [0, 1112, 2224]


def test_nodes_and_arcs_leave_as_geodataframes(square) -> None:
    _, network = square
    nodes, arcs = network.to_geodataframes()
    assert (len(nodes), len(arcs)) == (3, 5)
    assert nodes.crs.to_epsg() == arcs.crs.to_epsg() == 4326
    # 4 + 2 + 2 + 6 + 6 cells of 111.195 m, to the decimetre.
    assert arcs["length"].sum() == pytest.approx(20 * 111.195, abs=0.3)
    assert set(arcs["highway"]) == {"residential", "primary"}


def test_points_and_legs_leave_as_geodataframes_with_their_columns(square) -> None:
    drawn, network = square
    places = [drawn.at["A"], drawn.at["C"]]
    points = points_frame(places, name=["Ana", "Luc"])
    assert list(points["name"]) == ["Ana", "Luc"]
    assert (points.geometry[1].x, points.geometry[1].y) == (places[1].lon, places[1].lat)
    legs = legs_frame(network.paths(places, [(0, 1), (1, 0)]), round=[1, 2])
    assert list(legs["round"]) == [1, 2]
    assert list(legs.geometry.geom_type) == ["LineString", "LineString"]
    assert legs.crs.to_epsg() == 4326


def test_the_base_map_shows_main_roads_first_and_keeps_its_budget(square) -> None:
    _, network = square
    lines = network.roads_for_map(EVERYWHERE, max_vertices=100)
    assert [(line.kind, len(line.positions)) for line in lines] == [
        ("primary", 2),
        ("residential", 3),
        ("residential", 2),
    ]
    # Room for the primary road and not for the next.
    assert [line.kind for line in network.roads_for_map(EVERYWHERE, max_vertices=4)] == ["primary"]


def test_roads_outside_the_box_are_not_drawn(square) -> None:
    _, network = square
    east = Bounds(south=-0.0015, west=0.0035, north=-0.0005, east=0.01)
    assert [line.kind for line in network.roads_for_map(east, max_vertices=100)] == ["primary"]
    nowhere = Bounds(south=10, west=10, north=11, east=11)
    assert network.roads_for_map(nowhere, max_vertices=100) == ()
    assert network.water_for_map(nowhere, max_vertices=100) == ()
