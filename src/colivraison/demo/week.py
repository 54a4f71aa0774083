"""The demonstration: the packaged territory and the collective of twelve farms on it."""

from __future__ import annotations

import datetime as dt
from importlib.resources import as_file, files
from pathlib import Path

from colivraison.demo.collective import collective_on
from colivraison.domain import Case
from colivraison.roads import RoadNetwork

__all__ = ["DEMO_WEEK", "demo_case", "demo_extract"]

DEMO_WEEK = dt.date(2026, 11, 23)
"""The Monday of the demonstration week."""


def demo_case(network: RoadNetwork, *, seed: int = 1, week_start: dt.date = DEMO_WEEK) -> Case:
    """Return the demonstration collective: 12 farms, 9 points, 64 orders, 5 vans, two days.

    Parameters
    ----------
    network
        Of ``demo_extract()``, or of any other territory the generator wrote.
    seed
        Chooses farms, points and orders.
    week_start
        A Monday.
    """
    return collective_on(network, seed=seed, week_start=week_start)


def demo_extract() -> Path:
    """Return the packaged territory, ``data/osm/demo.osm.pbf`` of the source tree.

    Raises
    ------
    FileNotFoundError
        When the package was built without it.
    """
    resource = files("colivraison.demo").joinpath("data", "demo.osm.pbf")
    with as_file(resource) as path:
        if not path.is_file():
            raise FileNotFoundError(f"the demonstration territory is not installed at {path}")
        return path
