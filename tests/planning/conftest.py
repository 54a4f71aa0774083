"""The drawn territory and its collective, for planning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import drawn
import pytest

from colivraison.domain import Case, Plan
from colivraison.planning import Stopping, plan_week
from colivraison.roads import RoadNetwork


@pytest.fixture(scope="session")
def drawn_network(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    folder: Path = tmp_path_factory.mktemp("drawn")
    return RoadNetwork.load(drawn.draw(folder / "drawn.osm"))


@pytest.fixture
def small_case() -> Case:
    return drawn.small_case()


@pytest.fixture
def planned(small_case: Case, drawn_network: RoadNetwork) -> Callable[..., Plan]:
    """Return a planner of the small case, or of another one."""

    def make(case: Case = small_case) -> Plan:
        return plan_week(case, drawn_network, stopping=Stopping(iterations=100))

    return make


@pytest.fixture
def wide_case(small_case: Case) -> Case:
    """A van each, and everything open on two days."""
    friday = drawn.Weekday.FRIDAY
    both = (drawn.hours(8, 12), drawn.hours(8, 12, friday))
    shifts = (drawn.hours(6, 14), drawn.hours(6, 14, friday))
    return replace(
        small_case,
        sites=tuple(replace(site, windows=both) for site in small_case.sites),
        vehicles=(drawn.van(shifts=shifts), drawn.van("van-B", "B", shifts=shifts)),
    )
