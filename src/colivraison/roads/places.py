"""Named places of an extract: towns, villages, hamlets, town halls, schools, shops, farmyards."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from colivraison.domain import Position
from colivraison.roads.geometry import distance_m

__all__ = ["AMENITY_KINDS", "FOOD_SHOPS", "PLACE_KINDS", "NamedPlace", "Places", "simplified_name"]

PLACE_KINDS = (
    "city",
    "town",
    "village",
    "suburb",
    "hamlet",
    "isolated_dwelling",
    "farm",
    "neighbourhood",
    "locality",
)
"""Values of ``place`` that are kept, the one a person is likeliest to mean first."""

AMENITY_KINDS = (
    "townhall",
    "marketplace",
    "community_centre",
    "school",
    "library",
    "social_facility",
)
"""Values of ``amenity`` that are kept: where a distribution point may stand."""

FOOD_SHOPS = frozenset(
    {
        "bakery",
        "butcher",
        "cheese",
        "convenience",
        "dairy",
        "deli",
        "farm",
        "food",
        "frozen_food",
        "general",
        "greengrocer",
        "health_food",
        "organic",
        "pastry",
        "seafood",
        "supermarket",
        "wine",
    }
)
"""Values of ``shop`` where people buy food: of kind ``food_shop``, all others ``shop``."""

_RANK = {
    kind: rank
    for rank, kind in enumerate((*PLACE_KINDS, *AMENITY_KINDS, "food_shop", "shop", "farmyard"))
}
_LONG_FORMS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A place of the extract.

    Parameters
    ----------
    name
        As on the map; "" where it has none (many farmyards).
    kind
        One of ``PLACE_KINDS`` or ``AMENITY_KINDS``, ``food_shop``, ``shop`` or ``farmyard``.
    position
        Its node, or the middle of its outline.
    population
        Inhabitants as the map says, None where it does not.
    """

    name: str
    kind: str
    position: Position
    population: int | None = None


def simplified_name(name: str) -> str:
    """Return a name without case, accents, hyphens and apostrophes, ``St`` written ``saint``."""
    folded = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in letters).split()
    return " ".join(_LONG_FORMS.get(word, word) for word in words)


class Places:
    """The places of one extract.

    Parameters
    ----------
    places
        In any order; kept in this order in ``all``.
    """

    def __init__(self, places: Iterable[NamedPlace]) -> None:
        self._all = tuple(places)
        self._by_name: dict[str, list[NamedPlace]] = {}
        for place in self._all:
            if key := simplified_name(place.name):
                self._by_name.setdefault(key, []).append(place)

    @property
    def all(self) -> tuple[NamedPlace, ...]:
        """Every place of the extract."""
        return self._all

    def find(self, name: str) -> tuple[NamedPlace, ...]:
        """Return the places of this name, the likeliest first; empty when there is none.

        A place whose name is written exactly so comes before one that only reads the same; then
        towns and villages before hamlets before schools, shops and farmyards; then the larger.
        """
        found = self._by_name.get(simplified_name(name), [])
        return tuple(
            sorted(
                found,
                key=lambda place: (
                    place.name != name.strip(),
                    _RANK[place.kind],
                    -(place.population or 0),
                    place.position.lat,
                    place.position.lon,
                ),
            )
        )

    def near(
        self, position: Position, radius_m: float, kinds: Collection[str] | None = None
    ) -> tuple[NamedPlace, ...]:
        """Return the places within a radius in a straight line, nearest first.

        Parameters
        ----------
        kinds
            Only these kinds; all when None.
        """
        within = [
            (distance_m(position, place.position), number, place)
            for number, place in enumerate(self._all)
            if kinds is None or place.kind in kinds
        ]
        return tuple(
            place for far_m, _, place in sorted(within, key=_by_distance) if far_m <= radius_m
        )


def _by_distance(entry: tuple[float, int, NamedPlace]) -> tuple[float, int]:
    return entry[0], entry[1]
