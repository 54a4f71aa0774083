"""The drawn territory and its collective, for planning."""

from __future__ import annotations

from pathlib import Path

import drawn
import pytest

from colivraison.domain import Case
from colivraison.roads import RoadNetwork


@pytest.fixture(scope="session")
def drawn_network(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    folder: Path = tmp_path_factory.mktemp("drawn")
    return RoadNetwork.load(drawn.draw(folder / "drawn.osm"))


@pytest.fixture
def small_case() -> Case:
    return drawn.small_case()
