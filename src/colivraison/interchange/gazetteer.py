"""What reading a case asks of the territory: where a name lies, and what lies off the roads."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from colivraison.domain import Position
from colivraison.errors import Fault, Where
from colivraison.interchange.words import word_key

if TYPE_CHECKING:
    from colivraison.roads import RoadNetwork

__all__ = ["FoundPlace", "Gazetteer", "RoadGazetteer"]


class FoundPlace(Protocol):
    """A named place of the road extract."""

    @property
    def name(self) -> str:
        """Name as the map writes it."""
        ...

    @property
    def kind(self) -> str:
        """What it is: ``village``, ``hamlet``, ``school``..."""
        ...

    @property
    def position(self) -> Position:
        """Where it lies."""
        ...


class Gazetteer(Protocol):
    """The territory's names and roads."""

    def find(self, name: str) -> Sequence[FoundPlace]:
        """Return every place of that name, whatever its accents, case and hyphens."""
        ...

    def close_names(self, name: str) -> Sequence[str]:
        """Return up to three known names that look like this one, the closest first."""
        ...

    def off_road(self, places: Sequence[tuple[Where, str, Position]]) -> Sequence[Fault]:
        """Return a ``far_from_road`` fault for each (where, label, position) off the roads."""
        ...


class RoadGazetteer:
    """The gazetteer of a road network.

    Parameters
    ----------
    network
        The roads, with the named places of their extract.
    """

    def __init__(self, network: RoadNetwork) -> None:
        self._network = network
        self._spellings = {word_key(p.name): p.name for p in network.places.all if p.name}
        # "Orvandencay" is meant for "Orvandançay-en-Bois": the first words of long names count too.
        self._openings: dict[int, dict[str, set[str]]] = {}
        for key in self._spellings:
            words = key.split("_")
            for count in range(1, len(words)):
                openings = self._openings.setdefault(count, {})
                openings.setdefault("_".join(words[:count]), set()).add(key)

    def find(self, name: str) -> Sequence[FoundPlace]:
        """Return every place of that name."""
        return self._network.places.find(name)

    def close_names(self, name: str) -> Sequence[str]:
        """Return up to three known names that look like this one."""
        wanted = word_key(name)
        openings = self._openings.get(wanted.count("_") + 1, {})
        pool = {*self._spellings, *openings}
        close: dict[str, None] = {}
        for text in difflib.get_close_matches(wanted, sorted(pool), n=3, cutoff=0.7):
            whole = [text] if text in self._spellings else []
            close |= dict.fromkeys([*whole, *sorted(openings.get(text, ()))])
        return [self._spellings[key] for key in close][:3]

    def off_road(self, places: Sequence[tuple[Where, str, Position]]) -> Sequence[Fault]:
        """Return a fault for each place further from every road than anybody walks."""
        return self._network.require_near_road(places)
