"""Where journeys begin and end: from snapped places to states of the graph.

A place along an edge may leave and be entered in both directions of it.  It sets out behind the
turns at the end of its arc, ``what is left of the arc + turn + next arc``, so that the label of a
state always means its whole arc was driven; it is reached by the labels of its arcs less what lies
beyond it.

A place at a vertex (the nearest point of a farm at a corner is the corner) belongs to all roads
that meet there: it sets out along every arc that starts there, without a turn, and is reached by
every arc that ends there.  Where a public road is among them, private ones are no way through: they
are entered from there, or lead there from the places along them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison._native.graphs import FARTHEST, NO_WAY, SeedLists
from colivraison.roads.graph.metric import Metric
from colivraison.roads.graph.states import IN, MAIN, OUT
from colivraison.roads.graph.territory import Territory
from colivraison.roads.reading.raw import FloatArray, IntArray
from colivraison.roads.rules import Access
from colivraison.roads.snapping import Snapped

__all__ = ["Doors", "Ends", "doors_of", "ends_of", "lists_of", "rows_of"]

_AT_VERTEX_DM = 0.5
"""Nearer than this to the end of an edge, a place stands at the vertex: a precision of maps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The arcs by which places leave and are reached, two or more per place.

    Parameters
    ----------
    place
        Ascending. A place along an edge has both its arcs, a place at a vertex those that are open.
    arc
        An arc that passes the place, starts at it, or ends at it.
    done
        Share of the arc that lies before the place, in driving direction.
    at_vertex
        The place stands at a vertex: its arcs start (done 0) or end there (done 1).
    public
        At a vertex: some free arc starts or ends there.
    """

    place: IntArray
    arc: IntArray
    done: FloatArray
    at_vertex: NDArray[np.bool_]
    public: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Seeds of the graph for a list of places.

    Parameters
    ----------
    sources, targets
        Ranks with packed costs, gaps included; costs of targets are added to what a label says.
    source_arc, source_share
        Of each seed, the arc it sets out on and where; -1 for an arc that its state is itself.
    target_share
        Of each entry, where the last arc is left.
    """

    sources: SeedLists
    source_arc: IntArray
    source_share: FloatArray
    targets: SeedLists
    target_share: FloatArray


def rows_of(first: NDArray[np.int32], rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return the entries of some lists one after the other, and the length of each list."""
    counts = (first[rows + 1] - first[rows]).astype(np.int64)
    ends = np.cumsum(counts)
    entries = np.arange(ends[-1] if len(ends) else 0)
    return entries + np.repeat(first[rows] - ends + counts, counts), counts


def lists_of(
    owner: IntArray, number: IntArray | NDArray[np.int32], cost: IntArray, count: int
) -> SeedLists:
    """Return lists per owner (ascending)."""
    first = np.searchsorted(owner, np.arange(count + 1)).astype(np.int32)
    return SeedLists(first=first, number=number.astype(np.int32, copy=False), cost=cost)


def doors_of(territory: Territory, metric: Metric, snapped: Snapped) -> Doors:
    """Return the arcs by which snapped places leave and are reached."""
    topology = territory.topology
    edges, share = snapped.edges, snapped.shares
    length_dm = topology.length_dm[edges]
    at_tail = share * length_dm < _AT_VERTEX_DM
    at_head = ~at_tail & ((1 - share) * length_dm < _AT_VERTEX_DM)
    at_vertex = at_tail | at_head
    vertex = np.where(at_tail, topology.tail[edges], topology.head[edges])

    along = np.flatnonzero(~at_vertex)
    place = np.repeat(along, 2)
    arc = np.stack([2 * edges[along], 2 * edges[along] + 1], axis=1).ravel()
    done = np.stack([share[along], 1 - share[along]], axis=1).ravel()

    standing = np.flatnonzero(at_vertex)
    corner, corner_arc, corner_done = _at_vertices(territory, metric, vertex[standing])
    place = np.concatenate([place, standing[corner]])
    arc = np.concatenate([arc, corner_arc])
    done = np.concatenate([done, corner_done])
    corners = np.repeat([False, True], [2 * len(along), len(corner)])
    is_public = np.zeros(len(edges), dtype=bool)
    free = corners & (metric.arc_access[arc] == Access.FREE)
    is_public[place[free]] = True
    order = np.argsort(place, kind="stable")
    place = place[order]
    return Doors(
        place=place,
        arc=arc[order],
        done=done[order],
        at_vertex=corners[order],
        public=is_public[place],
    )


def _at_vertices(
    territory: Territory, metric: Metric, vertices: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return for each vertex the open arcs that start or end there: its number, arc, share done."""
    topology = territory.topology
    wanted = np.unique(vertices)
    ends = np.concatenate([topology.tail, topology.head])
    touching = np.flatnonzero(np.isin(ends, wanted))
    edge, is_head = touching % len(topology.tail), touching >= len(topology.tail)
    # At its tail the arc as drawn starts and the arc against it ends; at its head the reverse.
    starts = 2 * edge + is_head
    arcs = np.concatenate([starts, starts ^ 1])
    done = np.repeat([0.0, 1.0], len(starts))
    at = np.tile(np.searchsorted(wanted, ends[touching]), 2)
    is_open = metric.arc_access[arcs] != Access.CLOSED
    order = np.lexsort((arcs, at))
    order = order[is_open[order]]
    first = np.searchsorted(at[order], np.arange(len(wanted) + 1)).astype(np.int32)
    entries, counts = rows_of(first, np.searchsorted(wanted, vertices))
    chosen = order[entries]
    return np.repeat(np.arange(len(vertices)), counts), arcs[chosen], done[chosen]


def ends_of(territory: Territory, metric: Metric, doors: Doors, gap: IntArray) -> Ends:
    """Return the seeds of places.

    Parameters
    ----------
    gap
        Packed cost between each place and its road.
    """
    count = len(gap)
    left = _packed_part(territory, metric, doors.arc, 1 - doors.done)
    is_open = metric.arc_access[doors.arc] != Access.CLOSED
    free = metric.arc_access[doors.arc] == Access.FREE
    sources, source_arc, source_share = _sources(territory, metric, doors, gap, left, is_open, free)

    states = territory.states
    chosen = np.flatnonzero(is_open & ((doors.done == 1) | ~doors.at_vertex))
    entries, counts = rows_of(states.arc_first, doors.arc[chosen])
    door = np.repeat(chosen, counts)
    state = states.arc_states[entries]
    # Whoever comes to a public corner over a private road came from a place along it.
    through = doors.public[door] & ~free[door] & (states.state_layer[state] != OUT)
    door, state = door[~through], state[~through]
    targets = lists_of(
        doors.place[door],
        territory.hierarchy.rank[state],
        gap[doors.place[door]] - left[door],
        count,
    )
    return Ends(
        sources=sources,
        source_arc=source_arc,
        source_share=source_share,
        targets=targets,
        target_share=doors.done[door],
    )


def _sources(
    territory: Territory,
    metric: Metric,
    doors: Doors,
    gap: IntArray,
    left: IntArray,
    is_open: NDArray[np.bool_],
    free: NDArray[np.bool_],
) -> tuple[SeedLists, IntArray, FloatArray]:
    states, rank = territory.states, territory.hierarchy.rank
    # Along an edge: behind the turns at the end of the arc.
    layer = np.where(free, MAIN, OUT)
    state = states.arc_state[doors.arc, layer].astype(np.int64)
    chosen = np.flatnonzero(is_open & ~doors.at_vertex & (state >= 0))
    links, counts = rows_of(states.link_first, state[chosen])
    door = np.repeat(chosen, counts)
    some = metric.link_packed[links] < FARTHEST
    door, links = door[some], links[some]
    cost = left[door] + metric.link_packed[links]
    # At a vertex: the arc itself, whole; from a public corner one only enters private roads.
    layer = np.where(free, MAIN, np.where(doors.public, IN, OUT))
    state = states.arc_state[doors.arc, layer].astype(np.int64)
    corner = np.flatnonzero(is_open & doors.at_vertex & (doors.done == 0) & (state >= 0))

    door = np.concatenate([door, corner])
    number = np.concatenate([rank[states.link_to[links]], rank[state[corner]]])
    cost = np.concatenate([cost, left[corner]]) + gap[doors.place[door]]
    arc = np.concatenate([doors.arc[door[: len(links)]], np.full(len(corner), -1)])
    order = np.argsort(doors.place[door], kind="stable")
    door = door[order]
    seeds = lists_of(doors.place[door], number[order], np.minimum(cost[order], NO_WAY), len(gap))
    return seeds, arc[order], doors.done[door]


def _packed_part(
    territory: Territory, metric: Metric, arc: IntArray, share: FloatArray
) -> IntArray:
    """Return the packed cost of a share of each arc."""
    ms = np.rint(share * metric.arc_ms[arc]).astype(np.int64)
    dm = np.rint(share * territory.topology.length_dm[arc >> 1]).astype(np.int64)
    packed: IntArray = (np.maximum(ms, 0) << 32) | dm
    return packed
