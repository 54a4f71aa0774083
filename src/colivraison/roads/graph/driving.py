"""What the tags say, laid on the arcs: who may drive each one, and how long it takes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison.roads.graph.topology import Topology, arc_tails
from colivraison.roads.profile import Profile
from colivraison.roads.rules import Access, obstacle_rules, way_rules

__all__ = [
    "LONGEST_ARC_MS",
    "ArcRules",
    "Obstacles",
    "arc_exits",
    "arc_rules",
    "edge_ends",
    "obstacles",
]

LONGEST_ARC_MS = 1 << 28
"""Three days: an arc that takes longer is an error of the map; keeps every sum exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcRules:
    """What one vehicle may do on each arc on one day, before anything was closed.

    Parameters
    ----------
    access
        ``rules.Access`` of each arc.
    kmh
        0 where closed.
    ms
        Driving time of each arc, at least 1; -1 where closed.
    snappable
        Whether a place may meet each edge.
    """

    access: NDArray[np.uint8]
    kmh: NDArray[np.float64]
    ms: NDArray[np.int32]
    snappable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacles:
    """What stands on each vertex, for one vehicle on one day (``rules.ObstacleRules``).

    Parameters
    ----------
    blocked
        Nobody gets through.
    delay_ms
        Lost by whoever passes, before the profile's level.
    side
        0 for both directions of the way it stands on, 1 for those who come along the way as drawn,
        2 for those who come against it.
    minor_only
        Only for those who come from a slower road than others that meet there.
    is_stop
        A stop sign that does not say its direction.
    """

    blocked: NDArray[np.bool_]
    delay_ms: NDArray[np.int32]
    side: NDArray[np.uint8]
    minor_only: NDArray[np.bool_]
    is_stop: NDArray[np.bool_]


def arc_rules(topology: Topology, profile: Profile, on: dt.date | None) -> ArcRules:
    """Return what a vehicle may do on each arc on a day; every set of tags is read once.

    A ferry's ``duration`` is that of its whole way and spreads over the pieces by their length; it
    is a timetable, which no level factor makes longer.
    """
    rules = [way_rules(tags, profile, on) for tags in topology.tag_sets]
    access_of_tags = np.array(
        [(r.forward.access, r.backward.access) for r in rules], dtype=np.uint8
    ).reshape(-1, 2)
    kmh_of_tags = np.array([(r.forward.kmh, r.backward.kmh) for r in rules]).reshape(-1, 2)
    access, kmh = access_of_tags[topology.tags], kmh_of_tags[topology.tags]
    with np.errstate(divide="ignore"):
        ms_per_dm = np.where(kmh_of_tags > 0, 360.0 * profile.time_factor / kmh_of_tags, np.inf)
    ms = ms_per_dm[topology.tags] * np.maximum(topology.length_dm, 1)[:, None]
    if any(r.duration_s is not None for r in rules):
        duration_ms = np.array(
            [-1.0 if r.duration_s is None else 1000 * r.duration_s for r in rules]
        )
        timed = np.flatnonzero(duration_ms[topology.tags] >= 0)
        share = topology.length_dm[timed] / np.maximum(
            topology.way_length_dm[topology.way[timed]], 1
        )
        ms[timed] = (duration_ms[topology.tags[timed]] * share)[:, None]
    if len(topology.fixed_ms):
        ms = np.where(topology.fixed_ms >= 0, topology.fixed_ms * profile.time_factor, ms)
    closed = (access == Access.CLOSED) | ~(ms < LONGEST_ARC_MS)
    access[closed] = Access.CLOSED
    # No arc is free, so that every shortest path has an end.
    ms = np.where(closed, -1, np.rint(ms).clip(1))
    snappable = np.array([r.snappable for r in rules], dtype=bool)
    return ArcRules(
        access=access.ravel(),
        kmh=np.where(closed, 0.0, kmh).ravel(),
        ms=ms.ravel().astype(np.int32),
        snappable=snappable[topology.tags],
    )


def obstacles(topology: Topology, profile: Profile, on: dt.date | None) -> Obstacles:
    """Return what stands on each vertex for a vehicle on a day."""
    rules = [obstacle_rules(tags, profile, on) for tags in topology.node_tag_sets]
    # The last row is for vertices where nothing stands: number -1.
    return Obstacles(
        blocked=np.array([*(r.blocked for r in rules), False])[topology.vertex_obstacle],
        delay_ms=np.array([*(round(1000 * r.delay_s) for r in rules), 0], dtype=np.int32)[
            topology.vertex_obstacle
        ],
        side=np.array([*(r.side for r in rules), 0], dtype=np.uint8)[topology.vertex_obstacle],
        minor_only=np.array([*(r.minor_only for r in rules), False])[topology.vertex_obstacle],
        is_stop=np.array([*(r.is_stop for r in rules), False])[topology.vertex_obstacle],
    )


def edge_ends(topology: Topology, open_arcs: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many ends of edges that are open in some direction meet at each vertex."""
    used = open_arcs[0::2] | open_arcs[1::2]
    count = len(topology.vertex_ids)
    return np.bincount(topology.tail[used], minlength=count) + np.bincount(
        topology.head[used], minlength=count
    )


def arc_exits(topology: Topology, open_arcs: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many open arcs leave each vertex."""
    return np.bincount(arc_tails(topology)[open_arcs], minlength=len(topology.vertex_ids))
