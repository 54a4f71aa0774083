"""The territory a server or a child plans on: its roads and the names on its map."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Self

from colivraison.interchange import CaseReading, RoadGazetteer, read_case_bytes
from colivraison.roads import RoadNetwork

__all__ = ["Territory"]


class Territory:
    """Roads and names of one extract.

    Parameters
    ----------
    network
        Its roads.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self._gazetteer = RoadGazetteer(network)

    @classmethod
    def load(cls, roads: Path) -> Self:
        """Return the territory of an extract.

        Raises
        ------
        InputError
            When it is no extract we can use.
        """
        return cls(RoadNetwork.load(roads))

    def read_case(self, name: str, content: bytes, *, today: dt.date) -> CaseReading:
        """Return a case in any of the forms we take; its places are found and near a road.

        Raises
        ------
        InputError
            With every fault.
        """
        return read_case_bytes(name, content, gazetteer=self._gazetteer, today=today)
