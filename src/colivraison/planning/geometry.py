"""The roads that rounds follow, for maps and navigation files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from colivraison.domain import Position, Round, Site, Vehicle
from colivraison.roads import RoadNetwork

__all__ = ["RoadDrawer"]


class RoadDrawer:
    """Adds to rounds the roads between their stops; each pair of places is asked for once."""

    def __init__(
        self,
        network: RoadNetwork,
        places: Mapping[str, Site],
        vehicles: Iterable[Vehicle],
    ) -> None:
        self._network = network
        self._places = places
        self._profile_of = {v.id: v.profile for v in vehicles}

    def __call__(
        self,
        parts: Iterable[tuple[Round, ...]],
        on_share: Callable[[float], None] = lambda _: None,
    ) -> list[tuple[Round, ...]]:
        """Return the same rounds, part by part, with their legs."""
        given = list(parts)
        wanted: dict[str, dict[tuple[str, str], tuple[Position, ...]]] = {}
        for one in (one for part in given for one in part):
            legs = wanted.setdefault(self._profile_of[one.vehicle_id], {})
            legs.update(dict.fromkeys(_pairs(one), ()))
        for number, (profile, legs) in enumerate(wanted.items(), start=1):
            ids = sorted({site_id for pair in legs for site_id in pair})
            row = {site_id: index for index, site_id in enumerate(ids)}
            pairs = sorted(legs)
            drawn = self._network.paths(
                [self._places[site_id].position for site_id in ids],
                [(row[a], row[b]) for a, b in pairs],
                profile=profile,
            )
            legs.update(zip(pairs, drawn, strict=True))
            on_share(number / len(wanted))
        return [
            tuple(
                replace(
                    one,
                    legs=tuple(
                        wanted[self._profile_of[one.vehicle_id]][pair] for pair in _pairs(one)
                    ),
                )
                for one in part
            )
            for part in given
        ]


def _pairs(one: Round) -> list[tuple[str, str]]:
    return [(a.site_id, b.site_id) for a, b in pairwise(one.stops)]
