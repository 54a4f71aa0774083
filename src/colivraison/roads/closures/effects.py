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
from colivraison.roads.closures.shapes import EdgeBoxes, edges_at
from colivraison.roads.graph.driving import arc_rules
from colivraison.roads.graph.metric import ClosedEdges
from colivraison.roads.graph.topology import Topology
from colivraison.roads.profile import Profile
from colivraison.roads.tables.sheet import word

__all__ = [
    "ClosureEffect",
    "TouchedRoads",
    "closed_edges",
    "touched_roads",
]


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
    warnings
        ``closure_touches_nothing`` (it lies outside, or on no road), ``closure_needs_date`` (it
        has dates and no day was asked for, so that it was left out).
    """

    arcs: ClosedEdges
    effects: tuple[ClosureEffect, ...]
    warnings: tuple[Fault, ...]


def closed_edges(
    closures: Sequence[Closure],
    topology: Topology,
    *,
    profile: Profile,
    on: dt.date | None = None,
) -> ClosedEdges:
    """Return the arcs that closures close or slow for a vehicle on a day (``touched_roads``)."""
    return touched_roads(closures, topology, profile=profile, on=on).arcs


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
    effects: list[ClosureEffect] = []
    warnings: list[Fault] = []
    kmh: NDArray[np.float64] | None = None
    boxes: EdgeBoxes | None = None
    for closure in closures:
        concerned = closure.concerns(*_names(profile))
        if concerned and on is None and closure.is_dated:
            warnings.append(_warning("closure_needs_date", closure))
        if not concerned or not closure.in_force(on):
            effects.append(ClosureEffect(closure=closure, in_force=False, edges=0, length_m=0))
            continue
        if kmh is None or boxes is None:
            kmh = _speeds_kmh(topology, profile, on)
            boxes = EdgeBoxes(topology)
        arcs = _arcs_of(closure, topology, boxes, kmh)
        if closure.effect is Effect.CLOSED:
            factor[arcs] = np.inf
        elif closure.cap_kmh is None:
            factor[arcs] = np.maximum(factor[arcs], closure.factor)
        else:
            factor[arcs] = np.maximum(factor[arcs], kmh[arcs] / closure.cap_kmh)
        edges = np.unique(arcs >> 1)
        length_m = round(int(topology.length_dm[edges].sum(dtype=np.int64)) / 10)
        effects.append(
            ClosureEffect(closure=closure, in_force=True, edges=len(edges), length_m=length_m)
        )
        if not len(edges):
            warnings.append(_warning("closure_touches_nothing", closure))
    changed = np.flatnonzero(factor > 1)
    return TouchedRoads(
        arcs=ClosedEdges(arc=changed, time_factor=factor[changed]),
        effects=tuple(effects),
        warnings=tuple(warnings),
    )


def _names(profile: Profile) -> tuple[str, ...]:
    """Return the names a profile goes by: its own, and that of the one it was calibrated from."""
    return profile.name, profile.name.partition(CALIBRATED)[0]


def _warning(code: str, closure: Closure) -> Fault:
    return Fault(code=code, value=closure.reason[:200], details={"number": closure.number})


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
) -> NDArray[np.int64]:
    """Return the arcs a closure is about, in ascending order."""
    allowed = np.asarray((kmh > 0).reshape(-1, 2).any(axis=1))
    if closure.osm_ways:
        allowed = np.asarray(allowed & np.isin(topology.way_ids, closure.osm_ways)[topology.way])
    if closure.road_name:
        wanted = _bare(closure.road_name)
        named = np.array(
            [*(_bare(name) == wanted for name in topology.names), False], dtype=np.bool_
        )
        allowed = allowed & named[topology.name]
    if closure.place.kind is PlaceKind.NOWHERE:
        edges = np.flatnonzero(allowed)
        turned = np.zeros(len(edges), dtype=np.bool_)
    else:
        boxes.allowed = np.asarray(allowed)
        touched = edges_at(closure.place, boxes)
        edges, turned = touched.edges, touched.turned
    along, against = 2 * edges + turned, 2 * edges + ~turned
    arcs = {
        Sense.BOTH: np.concatenate([along, against]),
        Sense.FORWARD: along,
        Sense.BACKWARD: against,
    }[closure.sense]
    open_arcs: NDArray[np.int64] = np.sort(arcs[kmh[arcs] > 0])
    return open_arcs


def _bare(name: str) -> str:
    """Return a road's name as people compare it: ``D 93``, ``D93`` and ``d-93`` are one."""
    return word(name).replace("_", "")
