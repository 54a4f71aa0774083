"""The edge-based graph: its vertices are arcs in a layer, its links are legal turns.

It is the same for every profile; a profile and a day only give its links their costs.  Three
layers make private roads and tracks first and last legs, never short cuts: MAIN holds the arcs that
are free, OUT and IN hold the restricted ones, on the way out of a place and into one.  Links lead
OUT -> OUT -> MAIN -> MAIN -> IN -> IN.  Via-way restrictions give some arcs further states, one per
history (see ``histories``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison.roads.graph.histories import Histories
from colivraison.roads.graph.restrictions import Forbidden
from colivraison.roads.graph.turns import Turns
from colivraison.roads.rules import RestrictionRule

__all__ = ["IN", "MAIN", "OUT", "StateGraph", "assemble"]

OUT, MAIN, IN = 0, 1, 2
_STEPS = ((OUT, OUT), (OUT, MAIN), (MAIN, MAIN), (MAIN, IN), (IN, IN))


@dataclass(frozen=True, slots=True, kw_only=True)
class StateGraph:
    """States and the links between them, in compressed rows.

    Parameters
    ----------
    state_arc, state_layer
        What each state stands for.
    arc_state
        One row per arc: its state without history in each layer, -1 for none.  Journeys start
        here.
    arc_first, arc_states
        Every state of arc ``a``, histories included:
        ``arc_states[arc_first[a]:arc_first[a + 1]]``.  Journeys end here.
    link_first, link_to, link_turn
        The links of state ``s`` are ``link_first[s]`` to ``link_first[s + 1]``, the latter
        excluded: the state they lead to, and the number of their turn.
    turn_from, turn_to, turn_angle_deg, turn_is_u
        See ``turns.Turns``.
    forbidden_link, forbidden_rule
        A link is closed while that rule applies; a link may stand here several times.
    rules
        The turn restrictions.
    """

    state_arc: NDArray[np.int32]
    state_layer: NDArray[np.uint8]
    arc_state: NDArray[np.int32]
    arc_first: NDArray[np.int32]
    arc_states: NDArray[np.int32]
    link_first: NDArray[np.int32]
    link_to: NDArray[np.int32]
    link_turn: NDArray[np.int32]
    turn_from: NDArray[np.int32]
    turn_to: NDArray[np.int32]
    turn_angle_deg: NDArray[np.float32]
    turn_is_u: NDArray[np.bool_]
    forbidden_link: NDArray[np.int32]
    forbidden_rule: NDArray[np.int32]
    rules: tuple[RestrictionRule, ...]


class _HistoryLinks:
    """The states and links that histories add: few, and written one by one."""

    def __init__(
        self, histories: Histories, turns: Turns, arc_state: NDArray[np.int32], count: int
    ) -> None:
        self.state_arc: list[int] = []
        self.state_layer: list[int] = []
        self.rows: list[tuple[int, int, int]] = []
        self.broken: list[tuple[int, int]] = []
        self.entries: dict[int, int] = {}
        self.state = np.full((len(histories.paths), 3), -1, dtype=np.int32)
        for number, path in enumerate(histories.paths):
            for layer in range(3):
                if arc_state[path[-1], layer] >= 0:
                    self.state[number, layer] = count + len(self.state_arc)
                    self.state_arc.append(path[-1])
                    self.state_layer.append(layer)
        for number, path in enumerate(histories.paths):
            first, last = np.searchsorted(turns.from_arc, [path[-1], path[-1] + 1]).tolist()
            for turn in range(first, last):
                arc = int(turns.to_arc[turn])
                onward = histories.after(path, arc)
                to = self.state[onward] if onward >= 0 else arc_state[arc]
                rules = histories.broken(path, arc)
                for layer, next_layer in _STEPS:
                    here, there = int(self.state[number, layer]), int(to[next_layer])
                    if here >= 0 and there >= 0:
                        self.broken += [(len(self.rows), rule) for rule in rules]
                        self.rows.append((here, there, turn))
            if len(path) == 2:
                self._enter(number, path, turns)

    def _enter(self, number: int, path: tuple[int, ...], turns: Turns) -> None:
        """Note the turn by which one comes into a history from none."""
        first, last = np.searchsorted(turns.from_arc, [path[0], path[0] + 1]).tolist()
        for turn in range(first, last):
            if turns.to_arc[turn] == path[1]:
                self.entries[turn] = number


def _plain_links(
    turns: Turns, arc_state: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return the links between states without history: from, to, turn."""
    parts = []
    for layer, next_layer in _STEPS:
        here = arc_state[turns.from_arc, layer]
        there = arc_state[turns.to_arc, next_layer]
        some = np.flatnonzero((here >= 0) & (there >= 0))
        parts.append((here[some], there[some], some.astype(np.int32)))
    return (
        np.concatenate([here for here, _, _ in parts]),
        np.concatenate([there for _, there, _ in parts]),
        np.concatenate([turn for _, _, turn in parts]),
    )


def _forbidden_links(
    forbidden: Histories, link_turn: NDArray[np.int32], turns: Turns
) -> list[tuple[int, int]]:
    """Return the links that a rule closes whatever lies behind, with the rule."""
    pairs = forbidden.forbidden_turns()
    if not pairs:
        return []
    arcs = np.array(list(pairs), dtype=np.int64)
    # Turns are ordered by their arcs.
    key = (turns.from_arc.astype(np.int64) << 32) | turns.to_arc
    wanted = (arcs[:, 0] << 32) | arcs[:, 1]
    slot = np.searchsorted(key, wanted)
    slot[slot == len(key)] = 0
    rules_of = {
        int(turn): rules
        for turn, rules, found in zip(
            slot, pairs.values(), (key[slot] == wanted).tolist() if len(key) else (), strict=True
        )
        if found
    }
    links = np.flatnonzero(np.isin(link_turn, np.array(list(rules_of), dtype=np.int64)))
    return [(link, rule) for link in links.tolist() for rule in rules_of[int(link_turn[link])]]


def assemble(turns: Turns, forbidden: Forbidden, layers: NDArray[np.bool_]) -> StateGraph:
    """Return the graph of arcs in layers.

    Parameters
    ----------
    layers
        One row per arc: whether it has a state in OUT, MAIN and IN.
    """
    plain = np.flatnonzero(layers.ravel())
    numbers = np.full(layers.size, -1, dtype=np.int32)
    numbers[plain] = np.arange(len(plain), dtype=np.int32)
    arc_state = numbers.reshape(layers.shape)
    histories = Histories.of(forbidden.sequences)
    more = _HistoryLinks(histories, turns, arc_state, len(plain))
    state_arc = np.concatenate([plain // 3, more.state_arc]).astype(np.int32)
    state_layer = np.concatenate([plain % 3, more.state_layer]).astype(np.uint8)

    link_from, link_to, link_turn = _plain_links(turns, arc_state)
    if more.entries:
        history_of_turn = np.full(len(turns.from_arc), -1, dtype=np.int32)
        history_of_turn[list(more.entries)] = list(more.entries.values())
        some = np.flatnonzero(history_of_turn[link_turn] >= 0)
        link_to[some] = more.state[history_of_turn[link_turn[some]], state_layer[link_to[some]]]
    plain_count = len(link_from)
    rows = np.array(more.rows, dtype=np.int32).reshape(-1, 3)
    link_from = np.concatenate([link_from, rows[:, 0]])
    order = np.argsort(link_from, kind="stable")
    link_to = np.concatenate([link_to, rows[:, 1]])[order]
    link_turn = np.concatenate([link_turn, rows[:, 2]])[order]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    closed = _forbidden_links(histories, link_turn, turns)
    closed += [(int(place[plain_count + row]), rule) for row, rule in more.broken]
    closed.sort()
    table = np.array(closed, dtype=np.int32).reshape(-1, 2)

    arcs = len(layers)
    by_arc = np.argsort(state_arc, kind="stable")
    return StateGraph(
        state_arc=state_arc,
        state_layer=state_layer,
        arc_state=arc_state,
        arc_first=np.searchsorted(state_arc[by_arc], np.arange(arcs + 1)).astype(np.int32),
        arc_states=by_arc.astype(np.int32),
        link_first=np.searchsorted(link_from[order], np.arange(len(state_arc) + 1)).astype(
            np.int32
        ),
        link_to=link_to.astype(np.int32),
        link_turn=link_turn.astype(np.int32),
        turn_from=turns.from_arc,
        turn_to=turns.to_arc,
        turn_angle_deg=turns.angle_deg,
        turn_is_u=turns.is_u,
        forbidden_link=np.ascontiguousarray(table[:, 0]),
        forbidden_rule=np.ascontiguousarray(table[:, 1]),
        rules=forbidden.rules,
    )
