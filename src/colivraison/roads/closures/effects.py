"""Closed and slowed roads: which arcs of a territory they change, without building it again.

Where several closures meet on one arc, closed wins; else the one that slows most counts, alone:
closures often say the same thing twice (an area and the road in it), and must not add up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison.errors import Fault
from colivraison.roads.calibration.profile_file import CALIBRATED
from colivraison.roads.closures.kinds import (
    Closure,
    Effect,
    PlaceKind,
    Sense,
)
from colivraison.roads.closures.shapes import (
    EdgeBoxes,
    TouchedEdges,
    edges_at,
    looks_swapped,
)
from colivraison.roads.graph.driving import arc_rules
from colivraison.roads.graph.metric import ClosedEdges
from colivraison.roads.graph.topology import Topology
from colivraison.roads.profile import Profile
from colivraison.roads.tables.sheet import word

__all__ = [
    "ClosureEffect",
    "TouchedRoads",
    "touched_roads",
]

_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureEffect:
    """What one closure does to a territory.

    Parameters
    ----------
    in_force
        Whether it is about this profile and this day.
    edges, length_m
        How many pieces of road it touches, and how long they are together.
    """

    closure: Closure
    in_force: bool
    edges: int
    length_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedRoads:
    """The arcs that closures change, and what each closure did.

    Parameters
    ----------
    edges, length_m
        How many pieces of road the closures in force touch, and how long they are together; a
        piece that several touch counts once.
    warnings
        ``closure_touches_nothing`` (it lies outside, or on no road), ``closure_looks_swapped`` (so,
        and it would lie on the map with latitude and longitude exchanged), ``closure_needs_date``
        (it has dates and no day was asked for, so that it was left out),
        ``closure_name_unknown`` (no road it means bears its name, so that all it means count).
        Value and detail ``which`` say which closure: ``3 (crue du Doubs)``.
    """

    arcs: ClosedEdges
    effects: tuple[ClosureEffect, ...]
    edges: int
    length_m: int
    warnings: tuple[Fault, ...]

    @property
    def counted(self) -> int:
        """How many closures are in force and touch a road."""
        return sum(effect.in_force and effect.edges > 0 for effect in self.effects)


def touched_roads(
    closures: Sequence[Closure],
    topology: Topology,
    *,
    profile: Profile,
    on: dt.date | None = None,
) -> TouchedRoads:
    """Return the arcs that closures change for a vehicle on a day, and what each closure did.

    A closure that names the profile this one extends is about it, too. Only roads that the
    vehicle may drive are touched, so that a point beside a cycle way means the bridge.

    Parameters
    ----------
    on
        None where no day is known: closures with dates are then left out, with a warning.
    """
    factor = np.ones(2 * len(topology.tail))
    touched = np.zeros(len(topology.tail), dtype=np.bool_)
    effects: list[ClosureEffect] = []
    warnings: list[Fault] = []
    kmh: NDArray[np.float64] | None = None
    boxes: EdgeBoxes | None = None
    for position, closure in enumerate(closures, start=1):
        concerned = closure.concerns(*_names(profile))
        if concerned and on is None and closure.is_dated:
            warnings.append(_warning("closure_needs_date", closure, position))
        if not concerned or not closure.in_force(on):
            effects.append(ClosureEffect(closure=closure, in_force=False, edges=0, length_m=0))
            continue
        if kmh is None or boxes is None:
            kmh = _speeds_kmh(topology, profile, on)
            boxes = EdgeBoxes(topology)
        arcs, misnamed = _arcs_of(closure, topology, boxes, kmh)
        if closure.effect is Effect.CLOSED:
            factor[arcs] = np.inf
        elif closure.cap_kmh is None:
            factor[arcs] = np.maximum(factor[arcs], closure.factor)
        else:
            factor[arcs] = np.maximum(factor[arcs], kmh[arcs] / closure.cap_kmh)
        edges = np.unique(arcs >> 1)
        touched[edges] = True
        effects.append(
            ClosureEffect(
                closure=closure,
                in_force=True,
                edges=len(edges),
                length_m=_length_m(topology, edges),
            )
        )
        if len(edges):
            if misnamed:
                warnings.append(_warning("closure_name_unknown", closure, position))
        elif looks_swapped(closure.place, topology):
            warnings.append(_warning("closure_looks_swapped", closure, position))
        else:
            warnings.append(_warning("closure_touches_nothing", closure, position))
    changed = np.flatnonzero(factor > 1)
    every = np.flatnonzero(touched)
    return TouchedRoads(
        arcs=ClosedEdges(arc=changed, time_factor=factor[changed]),
        effects=tuple(effects),
        edges=len(every),
        length_m=_length_m(topology, every),
        warnings=tuple(warnings),
    )


def _length_m(topology: Topology, edges: NDArray[np.int64]) -> int:
    return round(int(topology.length_dm[edges].sum(dtype=np.int64)) / 10)


def _names(profile: Profile) -> tuple[str, ...]:
    """Return the names a profile goes by: its own, and that of the one it was calibrated from."""
    return profile.name, profile.name.partition(CALIBRATED)[0]


def _warning(code: str, closure: Closure, position: int) -> Fault:
    """Return a warning about a closure, named so that no two closures of a file look alike."""
    number = closure.number or position
    said = " ".join((closure.reason or closure.road_name).split())
    which = f"{number} ({said})" if said else f"{number}"
    if len(which) > _MOST_SHOWN:
        which = f"{which[: _MOST_SHOWN - 2]}…)"
    details: dict[str, str | int] = {"number": number, "which": which}
    if closure.road_name:
        details["name"] = closure.road_name[:_MOST_SHOWN]
    return Fault(code=code, value=which, details=details)


def _speeds_kmh(topology: Topology, profile: Profile, on: dt.date | None) -> NDArray[np.float64]:
    """Return the speed of every arc before the level factor, 0 where it is closed.

    Taken from the times, so that it holds for ferries, too, and where a file gives the time itself.
    """
    ms = arc_rules(topology, profile, on).ms
    length_dm = np.repeat(np.maximum(topology.length_dm, 1), 2)
    kmh: NDArray[np.float64] = np.where(
        ms > 0, 360.0 * profile.time_factor * length_dm / np.maximum(ms, 1), 0.0
    )
    return kmh


def _arcs_of(
    closure: Closure, topology: Topology, boxes: EdgeBoxes, kmh: NDArray[np.float64]
) -> tuple[NDArray[np.int64], bool]:
    """Return the arcs a closure is about, in ascending order, and whether its name was no help."""
    found, misnamed = _edges_of(closure, topology, boxes, kmh)
    along, against = 2 * found.edges + found.turned, 2 * found.edges + ~found.turned
    arcs = {
        Sense.BOTH: np.concatenate([along, against]),
        Sense.FORWARD: along,
        Sense.BACKWARD: against,
    }[closure.sense]
    open_arcs: NDArray[np.int64] = np.sort(arcs[kmh[arcs] > 0])
    return open_arcs, misnamed


def _edges_of(
    closure: Closure, topology: Topology, boxes: EdgeBoxes, kmh: NDArray[np.float64]
) -> tuple[TouchedEdges, bool]:
    """Return the edges a closure is about, and whether no road there bears its name.

    Map editors call what is drawn ``name``: a name that no road there bears is a label.
    """
    meant = np.ones(len(topology.tail), dtype=np.bool_)
    if closure.osm_ways:
        meant = np.isin(topology.way_ids, closure.osm_ways)[topology.way]
    drivable = np.asarray((kmh > 0).reshape(-1, 2).any(axis=1))
    misnamed = False
    if closure.road_name:
        wanted = _bare(closure.road_name)
        bears = np.array(
            [*(_bare(name) == wanted for name in topology.names), False], dtype=np.bool_
        )
        named = meant & bears[topology.name]
        # A cycle way of that name is what was meant, though a van may not drive there.
        misnamed = not len(_edges_among(named, closure, boxes).edges)
        meant = meant if misnamed else named
    return _edges_among(meant & drivable, closure, boxes), misnamed


def _edges_among(allowed: NDArray[np.bool_], closure: Closure, boxes: EdgeBoxes) -> TouchedEdges:
    """Return the allowed edges that a closure means where it is drawn, all where it is not."""
    boxes.allowed = allowed
    if closure.place.kind is PlaceKind.NOWHERE:
        edges = np.flatnonzero(allowed)
        return TouchedEdges(edges=edges, turned=np.zeros(len(edges), dtype=np.bool_))
    return edges_at(closure.place, boxes)


def _bare(name: str) -> str:
    """Return a road's name as people compare it: ``D 93``, ``D93`` and ``d-93`` are one."""
    return word(name).replace("_", "")
