"""What is needed to answer for one vehicle on one day: made when first asked for, then kept."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from colivraison._native.graphs import SearchGraph
from colivraison.errors import Fault, InputError, Where
from colivraison.roads.graph.hierarchy import search_graph
from colivraison.roads.graph.metric import Metric, price
from colivraison.roads.graph.territory import Territory
from colivraison.roads.profile import Profile, load_profile
from colivraison.roads.rules import depends_on_date

if TYPE_CHECKING:
    from colivraison.roads.closures.effects import TouchedRoads
    from colivraison.roads.closures.kinds import Closure

__all__ = ["Answers", "AnswersByVehicle"]

_MOST_KEPT = 8
"""Search graphs of a département take some ten megabytes each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Costs of one profile on one day, and the graph that was made of them.

    Parameters
    ----------
    touched
        What the closures did, None where there were none.
    """

    metric: Metric
    graph: SearchGraph
    touched: TouchedRoads | None


class AnswersByVehicle:
    """Answers of a territory by profile, day and closures."""

    def __init__(self, territory: Territory) -> None:
        self._territory = territory
        self._kept: OrderedDict[object, Answers] = OrderedDict()
        self._lock = Lock()

    @cached_property
    def _has_dates(self) -> bool:
        """Whether any road or turn depends on the day: where none does, all days are one."""
        topology = self._territory.topology
        return any(
            depends_on_date(tags) for tags in (*topology.tag_sets, *topology.node_tag_sets)
        ) or any(rule.condition for rule in self._territory.states.rules)

    def depends_on_day(self, closures: Sequence[Closure]) -> bool:
        """Return whether answers may differ from day to day."""
        return self._has_dates or any(one.is_dated for one in closures)

    def __call__(
        self,
        profile: str | Profile,
        on: dt.date | None,
        closures: Sequence[Closure],
    ) -> Answers:
        """Return the answers of a profile of the package, or of one's own, on a day.

        Raises
        ------
        ValueError
            When there is no profile of that name.
        InputError
            ``no_roads_for_profile`` where such a vehicle may drive nowhere.
        """
        chosen = load_profile(profile) if isinstance(profile, str) else profile
        day = on if self.depends_on_day(closures) else None
        # A profile holds mappings, which have no hash; a profile of the package is one object.
        key = (chosen.name, id(chosen), day, tuple(closures))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = self._made(chosen, day, closures)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def _made(self, profile: Profile, on: dt.date | None, closures: Sequence[Closure]) -> Answers:
        territory = self._territory
        as_mapped = on is None and not closures
        touched = None
        if closures:
            from colivraison.roads.closures.effects import touched_roads

            touched = touched_roads(closures, territory.topology, profile=profile, on=on)
        metric = price(
            territory.topology,
            territory.states,
            profile,
            on=on,
            closures=touched.arcs if touched else None,
            as_mapped=None if as_mapped else self(profile, None, ()).metric,
        )
        # A flood may close every road of a day: places are then cut off, the map is no mistake.
        if as_mapped and not metric.edge_usable.any():
            where = Where(file=territory.name)
            raise InputError(
                [
                    Fault(
                        code="no_roads_for_profile",
                        where=where,
                        value=territory.name,
                        details={"profile": profile.name},
                    )
                ]
            )
        graph = search_graph(territory.hierarchy, metric.link_packed)
        return Answers(metric=metric, graph=graph, touched=touched)
