"""What one profile on one day makes of the state graph: access, times, and the cost of links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison._native.graphs import FARTHEST, NO_WAY
from colivraison.roads.graph.components import connected_with
from colivraison.roads.graph.driving import (
    LONGEST_ARC_MS,
    ArcRules,
    Obstacles,
    arc_exits,
    arc_rules,
    edge_ends,
    obstacles,
)
from colivraison.roads.graph.networks import main_networks
from colivraison.roads.graph.states import MAIN, OUT, StateGraph
from colivraison.roads.graph.topology import Topology, arc_heads
from colivraison.roads.graph.turns import turn_seconds
from colivraison.roads.profile import Profile
from colivraison.roads.rules import Access, restriction_applies

__all__ = ["NO_WAY", "ClosedEdges", "Metric", "price"]

_STOP_LINE_DM = 200
"""A stop sign stands within 20 metres of the crossing it is for (OSRM's rule)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedEdges:
    """Arcs that are closed or slowed for a while.

    Parameters
    ----------
    arc
        Numbers of arcs; where one stands twice the larger factor counts.
    time_factor
        Of its driving time: at least 1; infinity closes the arc.
    """

    arc: NDArray[np.int64]
    time_factor: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Costs of one profile on one day.

    A *packed* cost holds milliseconds in its upper and decimetres in its lower 32 bits: sums add
    both, and comparing looks at the time first.

    Parameters
    ----------
    arc_access
        ``rules.Access`` of each arc.  A free arc outside the main networks (``networks``) counts as
        restricted, if it has states for that; without them it stays cut off.
    arc_ms
        Driving time of each arc, -1 where closed.
    link_packed
        Of each link: the turn, what stands there, and the arc it leads to; ``NO_WAY`` where not
        allowed.
    arc_leaves
        From the end of the arc one can reach a main network; with a day or closures: it is open.
    arc_enters
        The arc can be reached from a main network; with a day or closures: it is open.
    edge_usable
        A place may meet the edge: some direction leaves, some direction enters.
    islands
        Free arcs outside the main networks, as the map is without a day and closures.
    main_vertices, cut_vertices
        Vertices of edges one can leave and come back to, and of other open edges.
    report
        Counts for people: ``free_arcs``, ``restricted_arcs``, ``closed_arcs``, ``island_arcs``
        (free ones outside the main networks), ``networks`` (0 with a day or closures),
        ``blocked_vertices``, ``forbidden_links``.
    """

    profile: Profile
    arc_access: NDArray[np.uint8]
    arc_ms: NDArray[np.int32]
    link_packed: NDArray[np.int64]
    arc_leaves: NDArray[np.bool_]
    arc_enters: NDArray[np.bool_]
    edge_usable: NDArray[np.bool_]
    islands: NDArray[np.bool_]
    main_vertices: int
    cut_vertices: int
    report: Mapping[str, int]


def _with_closures(rules: ArcRules, closures: ClosedEdges | None) -> ArcRules:
    if closures is None or not len(closures.arc):
        return rules
    factor = np.ones(len(rules.ms))
    np.maximum.at(factor, closures.arc, closures.time_factor)
    closed = np.isinf(factor) | (rules.access == Access.CLOSED)
    slowed = np.rint(rules.ms * np.where(closed, 1.0, factor))
    # A crossing of twelve hours slowed sixty times is none.
    closed |= slowed >= LONGEST_ARC_MS
    return ArcRules(
        access=np.where(closed, Access.CLOSED, rules.access).astype(np.uint8),
        kmh=np.where(closed, 0.0, rules.kmh / factor),
        ms=np.where(closed, -1, slowed).astype(np.int32),
        snappable=rules.snappable,
    )


def _delays_ms(
    topology: Topology,
    states: StateGraph,
    rules: ArcRules,
    standing: Obstacles,
    ends: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return what each turn loses by what stands on its vertex."""
    delays = np.zeros(len(states.turn_from), dtype=np.int64)
    vertex = arc_heads(topology)[states.turn_from]
    # Whoever turns back does so in front of the obstacle.
    some = np.flatnonzero((standing.delay_ms[vertex] > 0) & ~states.turn_is_u)
    if not len(some):
        return delays
    at, arc, next_arc = vertex[some], states.turn_from[some], states.turn_to[some]
    side = standing.side[at]
    meant = (side == 0) | (side == 1 + (arc & 1))
    if standing.minor_only.any():
        fastest = np.zeros(len(topology.vertex_ids))
        edge_kmh = np.maximum(rules.kmh[0::2], rules.kmh[1::2])
        np.maximum.at(fastest, topology.tail, edge_kmh)
        np.maximum.at(fastest, topology.head, edge_kmh)
        meant &= ~standing.minor_only[at] | (fastest[at] > rules.kmh[arc])
    behind = (
        standing.is_stop[at]
        & (ends[at] == 2)
        & (topology.length_dm[arc >> 1] < _STOP_LINE_DM)
        & (topology.length_dm[next_arc >> 1] > _STOP_LINE_DM)
    )
    delays[some] = np.where(meant & ~behind, standing.delay_ms[at], 0)
    return delays


def _ends_here(
    topology: Topology,
    access: NDArray[np.uint8],
    turn_from: NDArray[np.int32],
    vertex: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Return whether the only way on from an arc is the way back.

    Roads one may drive only to reach a place lead nobody on who comes from a free one.
    """
    every = arc_exits(topology, access != Access.CLOSED) == 1
    free = arc_exits(topology, access == Access.FREE) == 1
    return np.asarray(every[vertex] | (free[vertex] & (access[turn_from] == Access.FREE)))


def _turns_packed(
    topology: Topology,
    states: StateGraph,
    profile: Profile,
    rules: ArcRules,
    standing: Obstacles,
    ends: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the packed cost of each turn and the arc after it, ``NO_WAY`` where not allowed.

    Parameters
    ----------
    ends
        Ends of edges at each vertex before anything was closed for a while: a closed road does
        not straighten the crossing.
    """
    turn_from, turn_to, is_u = states.turn_from, states.turn_to, states.turn_is_u
    vertex = arc_heads(topology)[turn_from]
    open_arcs = rules.access != Access.CLOSED
    blocked = standing.blocked[vertex]
    turns_back = _ends_here(topology, rules.access, turn_from, vertex) | blocked
    allowed = np.where(is_u, turns_back, ~blocked)
    allowed &= open_arcs[turn_from] & open_arcs[turn_to]

    is_roundabout = np.array(
        [tags.get("junction") in {"roundabout", "circular"} for tags in topology.tag_sets],
        dtype=bool,
    )[topology.tags]
    seconds = turn_seconds(
        states.turn_angle_deg,
        is_u,
        profile,
        real_junction=ends[vertex] > 2,
        roundabout=is_roundabout[turn_from >> 1] | is_roundabout[turn_to >> 1],
    )
    seconds *= profile.turn_factor
    seconds += _delays_ms(topology, states, rules, standing, ends) / 1000
    ms = np.rint(1000 * profile.time_factor * seconds).astype(np.int64)
    ms += rules.ms[turn_to]
    allowed &= ms < FARTHEST >> 32
    return np.where(allowed, (ms << 32) | topology.length_dm[turn_to >> 1], NO_WAY)


def _fits(states: StateGraph, access: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which states stand for their arc as it is: free in MAIN, restricted in OUT and IN."""
    is_main = states.state_layer == MAIN
    wanted = np.where(is_main, np.uint8(Access.FREE), np.uint8(Access.RESTRICTED))
    return np.asarray(access[states.state_arc] == wanted)


def _any_state(states: StateGraph, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each arc whether some of its states is chosen."""
    found = np.zeros(len(states.arc_state), dtype=bool)
    found[states.state_arc[chosen]] = True
    return found


def _on_edges(arcs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which edges have some direction among the arcs."""
    return arcs[0::2] | arcs[1::2]


def price(
    topology: Topology,
    states: StateGraph,
    profile: Profile,
    *,
    on: dt.date | None = None,
    closures: ClosedEdges | None = None,
    as_mapped: Metric | None = None,
) -> Metric:
    """Return the metric of a profile.

    Times are scaled by the profile's ``time_factor``: arcs, turns and delays alike (so that one
    factor scales a whole matrix), ferry timetables excepted; turns by its ``turn_factor`` besides.

    What lies behind private roads is decided on the map as it is: a pass closed in winter or a
    flood cuts the roads in two, and one still drives on either side.

    Parameters
    ----------
    on
        The day of the round; without one, conditions on dates are not looked at.
    closures
        What is closed or slowed that day.
    as_mapped
        The metric of this profile without a day and closures; made where it is not given.
    """
    if as_mapped is None and (on is not None or closures is not None):
        as_mapped = price(topology, states, profile)
    as_signed = arc_rules(topology, profile, on)
    ends = edge_ends(topology, as_signed.access != Access.CLOSED)
    rules = _with_closures(as_signed, closures)
    standing = obstacles(topology, profile, on)
    by_turn = _turns_packed(topology, states, profile, rules, standing, ends)
    link_packed = by_turn[states.link_turn]
    applies = np.array([restriction_applies(r, profile, on) for r in states.rules], dtype=bool)
    shut = states.forbidden_link[applies[states.forbidden_rule]]
    forbidden = int((link_packed[shut] != NO_WAY).sum())
    link_packed[shut] = NO_WAY

    link_from = np.repeat(
        np.arange(len(states.state_arc), dtype=np.int32), np.diff(states.link_first)
    )
    passable = link_packed != NO_WAY
    access, networks = rules.access, 0
    network_of = np.full(len(access), -1, dtype=np.int64)
    if as_mapped is None:
        network_of, networks = main_networks(topology, states, access, link_from, passable)
        islands = (access == Access.FREE) & (network_of < 0)
    else:
        islands = (access == Access.FREE) & as_mapped.islands
    demoted = islands & (states.arc_state[:, OUT] >= 0)
    access = np.where(demoted, np.uint8(Access.RESTRICTED), access)
    fits = _fits(states, access)
    passable &= fits[link_from] & fits[states.link_to]
    link_packed[~passable] = NO_WAY

    start = states.arc_state[np.arange(len(access)), np.where(access == Access.FREE, MAIN, OUT)]
    can_leave = (access != Access.CLOSED) & (start >= 0)
    if as_mapped is None:
        some = np.flatnonzero(passable)
        arc_leaves, arc_enters = np.zeros((2, len(access)), dtype=bool)
        both = np.zeros(len(access) // 2, dtype=bool)
        for network in range(networks):
            core = fits & (states.state_layer == MAIN) & (network_of == network)[states.state_arc]
            reaching, reached = connected_with(core, fits, link_from[some], states.link_to[some])
            leaves, enters = can_leave & reaching[start], _any_state(states, reached)
            arc_leaves |= leaves
            arc_enters |= enters
            # To the network one came from: a road that leads from one to another is no place.
            both |= _on_edges(leaves) & _on_edges(enters)
    else:
        # Whatever is open may be driven; where it leads to, the search finds out.
        arc_leaves, arc_enters = can_leave, _any_state(states, fits)
        both = _on_edges(arc_leaves) & _on_edges(arc_enters)
    is_main = edge_ends(topology, np.repeat(both, 2)) > 0
    is_open = edge_ends(topology, access != Access.CLOSED) > 0
    return Metric(
        profile=profile,
        arc_access=access,
        arc_ms=rules.ms,
        link_packed=link_packed,
        arc_leaves=arc_leaves,
        arc_enters=arc_enters,
        edge_usable=both & rules.snappable,
        islands=islands,
        main_vertices=int(is_main.sum()),
        cut_vertices=int((is_open & ~is_main).sum()),
        report={
            "free_arcs": int((access == Access.FREE).sum()),
            "restricted_arcs": int((access == Access.RESTRICTED).sum()),
            "closed_arcs": int((access == Access.CLOSED).sum()),
            "island_arcs": int(islands.sum()),
            "networks": networks,
            "blocked_vertices": int(standing.blocked.sum()),
            "forbidden_links": forbidden,
        },
    )
