"""The main networks of a territory: the free roads one can leave anywhere and come back to.

A territory may hold several that nothing joins: an island without a ferry, two regions far apart.
Free roads one reaches over private ones only belong to none; they count as private themselves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from colivraison._native.graphs import strong_components
from colivraison.roads.graph.states import MAIN, StateGraph
from colivraison.roads.graph.topology import Topology
from colivraison.roads.rules import Access

__all__ = ["LEAST_NETWORK_KM", "main_networks"]

LEAST_NETWORK_KM = 10
"""Fewer kilometres of free road that nothing joins to the largest network are an error of the map,
or its edge: no place meets them."""

_DM_PER_KM = 10_000
_NONE = -1


def main_networks(
    topology: Topology,
    states: StateGraph,
    access: NDArray[np.uint8],
    link_from: NDArray[np.int32],
    passable: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], int]:
    """Return the main network of each arc, -1 for none, and how many networks there are.

    Among the roads that can all be reached from each other, private ones included, the longest
    set that is so on free roads alone is a main network.

    Parameters
    ----------
    access
        ``rules.Access`` of each arc.
    link_from, passable
        Of each link: where it starts, and whether it is allowed.
    """
    free, is_open = access == Access.FREE, access != Access.CLOSED
    is_main = (states.state_layer == MAIN) & free[states.state_arc]
    inner = passable & is_main[link_from] & is_main[states.link_to]
    set_of = _joined(states, free, link_from, inner)
    nowhere = np.full(len(access), _NONE, dtype=np.int64)
    if not free.any():
        return nowhere, 0
    whole_of = _joined(states, is_open, link_from, passable)

    count = int(set_of.max()) + 1
    length_dm = np.repeat(topology.length_dm.astype(np.int64), 2)
    set_dm = np.bincount(set_of[free], weights=length_dm[free], minlength=count)
    arcs = np.bincount(set_of[free], minlength=count)
    whole_of_set = np.full(count, _NONE, dtype=np.int64)
    whole_of_set[set_of[free]] = whole_of[free]
    first_arc = np.full(count, len(access), dtype=np.int64)
    np.minimum.at(first_arc, set_of[free], np.flatnonzero(free))
    # The longest of each whole, the first on the map where two are equally long. Nobody drives
    # anywhere and back on one arc (a one-way street alone on its map).
    order = np.lexsort((first_arc, -set_dm, whole_of_set))
    order = order[arcs[order] > 1]
    if not len(order):
        return nowhere, 0
    _, firsts = np.unique(whole_of_set[order], return_index=True)
    longest = order[firsts]
    # Each kilometre of road is two of arcs, or one of a one-way street.
    kept = set_dm[longest] >= 2 * LEAST_NETWORK_KM * _DM_PER_KM
    kept[np.lexsort((first_arc[longest], -set_dm[longest]))[0]] = True
    networks = np.full(count, _NONE, dtype=np.int64)
    networks[longest[kept]] = np.arange(int(kept.sum()))
    return np.where(free, networks[np.where(free, set_of, 0)], _NONE), int(kept.sum())


def _joined(
    states: StateGraph,
    members: NDArray[np.bool_],
    link_from: NDArray[np.int32],
    usable: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return the number of the strongly connected set of each member arc, -1 for other arcs.

    A vehicle that stops somewhere may leave either way and forgets where it came from: the
    directions, layers and histories of an edge are one.
    """
    numbers = np.arange(len(members), dtype=np.int32)
    both = members & members[numbers ^ 1]
    node_of_arc = np.where(both, numbers & ~1, numbers)
    node = node_of_arc[states.state_arc]
    known = members[states.state_arc]
    some = np.flatnonzero(usable & known[link_from] & known[states.link_to])
    begin, end = node[link_from[some]], node[states.link_to[some]]
    order = np.argsort(begin, kind="stable")
    first = np.zeros(len(members) + 1, dtype=np.int32)
    np.cumsum(np.bincount(begin, minlength=len(members)), out=first[1:])
    component = strong_components(first, end[order].astype(np.int32))
    _, numbered = np.unique(component[node_of_arc[members]], return_inverse=True)
    found = np.full(len(members), _NONE, dtype=np.int64)
    found[members] = numbered
    return found
