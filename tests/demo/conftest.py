"""The territories that tests of the demonstration look at."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from colivraison.demo.territory import make_territory, write_territory
from colivraison.roads import RoadNetwork


@pytest.fixture(scope="session")
def committed_extract() -> Path:
    """Return the extract of the source tree."""
    return Path(__file__).parents[2] / "data" / "osm" / "demo.osm.pbf"


@pytest.fixture(scope="session")
def demo_network(committed_extract: Path) -> RoadNetwork:
    """Return the roads of the committed extract."""
    return RoadNetwork.load(committed_extract)


@pytest.fixture(scope="session")
def extract_of_seed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Return a function that writes the territory of a seed, once per session."""
    folder = tmp_path_factory.mktemp("territories")

    @cache
    def write(seed: int) -> Path:
        path = folder / f"seed-{seed}.osm.pbf"
        write_territory(make_territory(seed), path)
        return path

    return write
