"""A graph that osmnx made of an extract gives the same roads as the extract itself."""

from __future__ import annotations

from pathlib import Path

import drawn
import numpy as np
import osmnx

from colivraison.roads import RoadNetwork


def test_a_graph_saved_by_osmnx_gives_the_same_times_as_its_extract(tmp_path: Path) -> None:
    extract = drawn.draw(tmp_path / "drawn.osm")
    graph = osmnx.graph_from_xml(extract, retain_all=True, simplify=True)
    osmnx.save_graphml(graph, tmp_path / "drawn.graphml")
    places = [drawn.at_km(0, north_m=10), drawn.at_km(5, north_m=10), drawn.at_km(17.3)]
    for ours, theirs in zip(
        RoadNetwork.load(extract).matrix(places),
        RoadNetwork.load(tmp_path / "drawn.graphml").matrix(places),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)
        assert ours[0, 2] > 0
