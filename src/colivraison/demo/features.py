"""Towns, schools, markets, shops and farmyards of the territory, beside its roads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from colivraison.demo.fabric import XY, Fabric
from colivraison.demo.names import NameMaker
from colivraison.demo.network import RANK, Roads

__all__ = ["Feature", "features_of"]

_FARMYARDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Something with a name at a place."""

    at: XY
    tags: dict[str, str]


def features_of(fabric: Fabric, roads: Roads, random: Random, names: NameMaker) -> list[Feature]:
    """Return every named thing of the territory."""
    found: list[Feature] = []
    lone: list[int] = []
    for place, settlement in enumerate(fabric.settlements):
        streets = _streets(fabric, roads, place)
        if settlement.kind == "town":
            found += _town(random, names.town(), settlement.at, streets)
        elif settlement.kind == "village":
            found += _village(random, names.commune(), settlement.at, streets, place)
        elif settlement.kind == "hamlet":
            tags = {"place": "hamlet", "name": names.hamlet()}
            found.append(Feature(at=settlement.at, tags=_peopled(tags, random.randint(14, 110))))
        else:
            lone.append(place)
    farmyards = frozenset(random.sample(lone, _FARMYARDS))
    for place in lone:
        at = _beside(random, _corner(fabric, fabric.home[place]), 30)
        if place in farmyards:
            found.append(Feature(at=at, tags={"landuse": "farmyard", "name": names.farm()}))
        else:
            tags = {"place": "isolated_dwelling", "name": names.hamlet()}
            found.append(Feature(at=at, tags=tags))
    return found


def _peopled(tags: dict[str, str], population: int) -> dict[str, str]:
    return {**tags, "population": str(population)}


def _corner(fabric: Fabric, corner: int) -> XY:
    return float(fabric.corners[corner][0]), float(fabric.corners[corner][1])


def _streets(fabric: Fabric, roads: Roads, place: int) -> list[XY]:
    """Return the street corners of a settlement, the most central first."""
    corners = {
        corner
        for edge, road in roads.by_edge.items()
        if road.quarter == place and RANK[road.highway] > RANK["service"]
        for corner in edge
    } or {fabric.home[place]}
    centre = fabric.settlements[place].at
    spots = [_corner(fabric, corner) for corner in sorted(corners)]
    return sorted(spots, key=lambda at: math.dist(at, centre))


def _beside(random: Random, at: XY, away_m: float) -> XY:
    angle = random.uniform(0, 2 * math.pi)
    return at[0] + away_m * math.cos(angle), at[1] + away_m * math.sin(angle)


def _of(name: str) -> str:
    return f"d’{name}" if name[0] in "AEÉIOU" else f"de {name}"


def _town(random: Random, name: str, at: XY, streets: list[XY]) -> list[Feature]:
    of = _of(name)
    tags = {"place": "town", "name": name}
    found = [Feature(at=at, tags=_peopled(tags, random.randint(8_100, 9_900)))]
    inner, outer = streets[: len(streets) // 3], streets[len(streets) // 3 :]
    central = [
        {"amenity": "townhall", "name": f"Mairie {of}"},
        {"amenity": "marketplace", "name": f"Marché {of}"},
        {"amenity": "community_centre", "name": f"Salle des fêtes {of}"},
        {"amenity": "library", "name": f"Médiathèque {of}"},
        {"shop": "bakery", "name": "Boulangerie du Marché"},
        {"shop": "greengrocer", "name": f"Les Primeurs {of}"},
        {"shop": "convenience", "name": f"Épicerie {of}"},
        {"shop": "farm", "name": f"La Halle paysanne {of}"},
    ]
    around = [
        {"amenity": "school", "name": f"École Jules-Ferry {of}"},
        {"amenity": "school", "name": f"Collège {of}"},
        {"amenity": "school", "name": f"Lycée {of}"},
        {"amenity": "social_facility", "name": f"Résidence des Aînés {of}"},
        {"amenity": "community_centre", "name": f"Maison des associations {of}"},
        {"shop": "supermarket", "name": f"Supermarché {of}"},
    ]
    for spots, things in ((inner, central), (outer, around)):
        for spot, thing in zip(random.sample(spots, len(things)), things, strict=True):
            found.append(Feature(at=_beside(random, spot, 22), tags=thing))
    return found


def _village(random: Random, name: str, at: XY, streets: list[XY], place: int) -> list[Feature]:
    of = _of(name)
    tags = {"place": "village", "name": name}
    found = [Feature(at=at, tags=_peopled(tags, random.randint(380, 2_300)))]
    things = [
        {"amenity": "townhall", "name": f"Mairie {of}"},
        {"amenity": "school", "name": f"École {of}"},
        {"amenity": "community_centre", "name": f"Salle des fêtes {of}"},
        {"shop": "bakery", "name": f"Boulangerie {of}"},
    ]
    if place % 3 == 1:
        things.append({"amenity": "marketplace", "name": f"Marché {of}"})
    if place % 3 == 2:
        things.append({"shop": "farm", "name": f"Magasin de producteurs {of}"})
    if place % 2 == 0:
        things.append({"shop": "convenience", "name": f"Épicerie {of}"})
    near = streets[: max(4, len(streets) // 2)]
    for number, thing in enumerate(things):
        spot = near[number % len(near)]
        found.append(Feature(at=_beside(random, spot, 22), tags=thing))
    return found
