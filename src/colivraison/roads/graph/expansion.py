"""From a topology and its turn restrictions to the one state graph of all known profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from colivraison.roads.graph.driving import arc_exits, arc_rules
from colivraison.roads.graph.metric import price
from colivraison.roads.graph.restrictions import DROP_REASONS, forbidden_sequences
from colivraison.roads.graph.states import IN, MAIN, OUT, StateGraph, assemble
from colivraison.roads.graph.topology import Topology
from colivraison.roads.graph.turns import turns_at_junctions
from colivraison.roads.profile import PROFILE_NAMES, Profile, load_profile
from colivraison.roads.reading.raw import RawRestriction
from colivraison.roads.rules import Access, depends_on_date, may_block

__all__ = ["build_states", "known_profiles"]


def known_profiles() -> tuple[Profile, ...]:
    """Return the profiles a state graph is made for."""
    return tuple(load_profile(name) for name in PROFILE_NAMES)


def _flagged(flags: Sequence[bool], numbers: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return the flag of each number, false for -1."""
    return np.array([*flags, False], dtype=bool)[numbers]


def build_states(
    topology: Topology,
    restrictions: Sequence[RawRestriction],
    profiles: Sequence[Profile] | None = None,
) -> tuple[StateGraph, Mapping[str, int]]:
    """Return the state graph, and what became of the restrictions.

    An arc has a state in MAIN when some profile may drive it freely, states in OUT and IN when
    some may drive it only at the ends of a journey, and all three when that depends on the day.
    Free arcs outside a profile's main network count as restricted for it: they are found by
    pricing a first graph without them.

    Parameters
    ----------
    profiles
        Those to be answered, by default all of the package; a profile of the same access rules
        with other factors is answered too.

    Returns
    -------
    graph, report
        Counts of the report: ``restrictions_applied``, and ``restrictions_`` with each of
        ``restrictions.DROP_REASONS``.
    """
    profiles = known_profiles() if profiles is None else profiles
    dated = np.repeat(_flagged([depends_on_date(t) for t in topology.tag_sets], topology.tags), 2)
    free, restricted = dated.copy(), dated.copy()
    u_vertices = _flagged([may_block(t) for t in topology.node_tag_sets], topology.vertex_obstacle)
    for profile in profiles:
        access = arc_rules(topology, profile, None).access
        free |= access == Access.FREE
        restricted |= access == Access.RESTRICTED
        # The only way on is the way back, always or on some days.
        for some in (access != Access.CLOSED, access == Access.FREE):
            u_vertices |= (arc_exits(topology, some & ~dated) <= 1) & (
                arc_exits(topology, some | dated) >= 1
            )
    known = free | restricted
    turns = turns_at_junctions(topology, known, u_vertices)
    forbidden = forbidden_sequences(topology, restrictions, known)
    layers = np.zeros((len(known), 3), dtype=bool)
    layers[:, MAIN] = free
    layers[:, OUT] = layers[:, IN] = restricted
    states = assemble(turns, forbidden, layers)
    islands = np.zeros(len(known), dtype=bool)
    for profile in profiles:
        # Without states in OUT and IN an island is left as it is, outside the main network.
        metric = price(topology, states, profile)
        islands |= metric.islands
    if (islands & ~restricted).any():
        layers[islands, OUT] = layers[islands, IN] = True
        states = assemble(turns, forbidden, layers)
    report = {"restrictions_applied": forbidden.applied}
    report |= {f"restrictions_{why}": forbidden.dropped.get(why, 0) for why in DROP_REASONS}
    return states, report
