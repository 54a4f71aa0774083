"""The roads that rounds follow, for maps and navigation files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from colivraison.domain import Position, Round, Site, Vehicle
from colivraison.roads import Closure, RoadNetwork

__all__ = ["RoadDrawer"]

_Roads = tuple[str, dt.date | None]


class RoadDrawer:
    """Adds to rounds the roads between their stops; each pair of places is asked for once.

    Parameters
    ----------
    closures
        What is closed or slowed; a round is drawn as the roads are on its own day.
    """

    def __init__(
        self,
        network: RoadNetwork,
        places: Mapping[str, Site],
        vehicles: Iterable[Vehicle],
        *,
        closures: Sequence[Closure] = (),
    ) -> None:
        self._network = network
        self._places = places
        self._profile_of = {v.id: v.profile for v in vehicles}
        self._closures = closures
        self._by_day = network.depends_on_day(closures)

    def __call__(
        self,
        parts: Iterable[tuple[Round, ...]],
        on_share: Callable[[float], None] = lambda _: None,
    ) -> list[tuple[Round, ...]]:
        """Return the same rounds, part by part, with their legs."""
        given = list(parts)
        wanted: dict[_Roads, dict[tuple[str, str], tuple[Position, ...]]] = {}
        for one in (one for part in given for one in part):
            legs = wanted.setdefault(self._roads_of(one), {})
            legs.update(dict.fromkeys(_pairs(one), ()))
        for number, ((profile, day), legs) in enumerate(wanted.items(), start=1):
            ids = sorted({site_id for pair in legs for site_id in pair})
            row = {site_id: index for index, site_id in enumerate(ids)}
            pairs = sorted(legs)
            drawn = self._network.paths(
                [self._places[site_id].position for site_id in ids],
                [(row[a], row[b]) for a, b in pairs],
                profile=profile,
                on=day,
                closures=self._closures,
            )
            legs.update(zip(pairs, drawn, strict=True))
            on_share(number / len(wanted))
        return [
            tuple(
                replace(one, legs=tuple(wanted[self._roads_of(one)][pair] for pair in _pairs(one)))
                for one in part
            )
            for part in given
        ]

    def _roads_of(self, one: Round) -> _Roads:
        return self._profile_of[one.vehicle_id], one.day if self._by_day else None


def _pairs(one: Round) -> list[tuple[str, str]]:
    return [(a.site_id, b.site_id) for a, b in pairwise(one.stops)]
