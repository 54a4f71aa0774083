"""Turns: which arc may follow which, by what angle, and the seconds a turn costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison.roads.graph.topology import Topology, arc_heads, arc_tails
from colivraison.roads.profile import Profile

__all__ = ["BEARING_REACH_M", "Turns", "turn_seconds", "turns_at_junctions"]

BEARING_REACH_M = 5.0
"""A road's direction at a junction is that of the point so far along it, or of its other end.

Of 1 to 30 m this agrees best with the durations of OSRM's car profile in Andorra and
Liechtenstein (median error 0.25 % and 0.42 %; at 20 m 0.92 % and 0.76 %).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """Pairs of arcs that meet, ordered by the first arc, then by the second.

    Parameters
    ----------
    from_arc, to_arc
        The second starts where the first ends.
    angle_deg
        0 straight on, right positive, above -180 and at most 180.
    is_u
        Turning back on the same edge.
    """

    from_arc: NDArray[np.int32]
    to_arc: NDArray[np.int32]
    angle_deg: NDArray[np.float32]
    is_u: NDArray[np.bool_]


def _points_at(
    topology: Topology, reached_cm: NDArray[np.int64], start: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return latitude and longitude (degrees) on shapes, so far along the joined shapes."""
    key = _joined_cm(topology)
    after = np.clip(np.searchsorted(key, reached_cm, side="left"), start + 1, len(key) - 1)
    before = after - 1
    step = key[after] - key[before]
    share = np.where(step > 0, (reached_cm - key[before]) / np.maximum(step, 1), 0.0)
    lat = topology.lat_e7[before] + share * (topology.lat_e7[after] - topology.lat_e7[before])
    lon = topology.lon_e7[before] + share * (topology.lon_e7[after] - topology.lon_e7[before])
    return lat / 1e7, lon / 1e7


def _joined_cm(topology: Topology) -> NDArray[np.int64]:
    """Return lengths along all ways put end to end: never falling, so that one can search it."""
    step = np.diff(topology.along_cm.astype(np.int64), prepend=0)
    # From the last point of a way to the first of the next the length falls back to 0.
    return np.cumsum(np.maximum(step, 0))


def _bearings_deg(topology: Topology) -> NDArray[np.float64]:
    """Return for each arc its direction at its start: degrees from north, clockwise."""
    key = _joined_cm(topology)
    start, end = topology.shape_start.astype(np.int64), topology.shape_end.astype(np.int64)
    whole_cm = key[end] - key[start]
    loops = topology.tail == topology.head
    # Seen from the vertex of a loop, its two ends part at half its length at most.
    reach_cm = np.minimum(
        np.int64(round(100 * BEARING_REACH_M)), np.where(loops, whole_cm // 2, whole_cm)
    )
    bearings = np.empty((len(start), 2))
    for column, (at, reached) in enumerate(
        [(start, key[start] + reach_cm), (end, key[end] - reach_cm)]
    ):
        there_lat, there_lon = _points_at(topology, reached, start)
        here_lat, here_lon = topology.lat_e7[at] / 1e7, topology.lon_e7[at] / 1e7
        east = (there_lon - here_lon) * np.cos(np.radians(here_lat))
        bearings[:, column] = np.degrees(np.arctan2(east, there_lat - here_lat))
    return bearings.ravel()


def turns_at_junctions(
    topology: Topology, known_arcs: NDArray[np.bool_], u_vertices: NDArray[np.bool_]
) -> Turns:
    """Return the turns between arcs that some vehicle may drive.

    Parameters
    ----------
    known_arcs
        The arcs to look at.
    u_vertices
        Where one may turn back.
    """
    arcs = np.flatnonzero(known_arcs)
    tails, heads = arc_tails(topology)[arcs], arc_heads(topology)[arcs]
    by_tail = np.argsort(tails, kind="stable")
    leaving = arcs[by_tail]
    out_first = np.searchsorted(tails[by_tail], np.arange(len(topology.vertex_ids) + 1))
    counts = np.diff(out_first)[heads]
    from_arc = np.repeat(arcs, counts)
    vertex = np.repeat(heads, counts)
    place = np.arange(len(from_arc)) - np.repeat(np.cumsum(counts) - counts, counts)
    to_arc = leaving[out_first[vertex] + place]
    is_u = to_arc == (from_arc ^ 1)
    # An arc of a loop may follow itself, on the way between two places on the loop.
    kept = ~is_u | u_vertices[vertex]
    from_arc, to_arc, is_u = from_arc[kept], to_arc[kept], is_u[kept]
    bearings = _bearings_deg(topology)
    angle = bearings[to_arc] - bearings[from_arc ^ 1] - 180.0
    angle = 180.0 - np.mod(180.0 - angle, 360.0)
    angle[is_u] = 180.0
    return Turns(
        from_arc=from_arc.astype(np.int32),
        to_arc=to_arc.astype(np.int32),
        angle_deg=angle.astype(np.float32),
        is_u=is_u,
    )


def turn_seconds(
    angle_deg: NDArray[np.float32],
    is_u: NDArray[np.bool_],
    profile: Profile,
    *,
    real_junction: NDArray[np.bool_],
    roundabout: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return what turns cost by their angle, before the profile's level factors.

    The curve is that of OSRM's car profile (``process_turn`` in its ``profiles/car.lua``; facts
    only), for traffic on the right: with P the penalty, b the bias and S(x) = 1 / (1 + e^-x), a
    turn by a degrees to the right costs P S(13 a / (180 b) - 6.5 b), to the left
    P S(13 b |a| / 180 - 6.5 / b), and, because it crosses the oncoming traffic,
    L S(13 |a| / 180 - 3.25) more.  Turning back costs the right-hand curve at 180 degrees and
    ``u_turn_s`` more.

    Parameters
    ----------
    real_junction
        More than two roads meet: elsewhere a bend is no turn.
    roundabout
        One of the arcs belongs to a roundabout: no traffic comes towards it.
    """
    seconds = np.zeros(len(angle_deg))
    some = np.flatnonzero(real_junction | is_u)
    angle = angle_deg[some].astype(np.float64)
    share = np.abs(angle) / 180.0
    bias = profile.turn_bias
    left = angle < 0
    steepness = np.where(left, 13.0 * bias, 13.0 / bias)
    offset = np.where(left, 6.5 / bias, 6.5 * bias)
    seconds[some] = profile.turn_penalty_s / (1.0 + np.exp(offset - steepness * share))
    across = left & ~is_u[some] & real_junction[some] & ~roundabout[some]
    seconds[some] += np.where(
        across, profile.left_turn_extra_s / (1.0 + np.exp(3.25 - 13.0 * share)), 0.0
    )
    seconds[is_u] += profile.u_turn_s
    return seconds
