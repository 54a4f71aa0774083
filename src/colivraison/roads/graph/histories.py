"""How much of the road behind must be remembered, so that no forbidden sequence is driven.

An automaton in the manner of Aho and Corasick (1975, doi:10.1145/360825.360855) over arcs: a
*history* is a proper beginning, of two arcs or more, of a forbidden sequence.  Whoever drives is in
the longest history that the road behind ends with, or in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from colivraison.roads.graph.restrictions import ForbiddenSequence

__all__ = ["Histories"]


@dataclass(frozen=True, slots=True)
class Histories:
    """The histories of some forbidden sequences.

    Parameters
    ----------
    paths
        The arcs of each history.
    """

    paths: tuple[tuple[int, ...], ...]
    _number: dict[tuple[int, ...], int]
    _rules: dict[tuple[int, ...], tuple[int, ...]]

    @classmethod
    def of(cls, sequences: Iterable[ForbiddenSequence]) -> Histories:
        """Return the histories that sequences of three arcs or more need."""
        number: dict[tuple[int, ...], int] = {}
        rules: dict[tuple[int, ...], tuple[int, ...]] = {}
        for sequence in sequences:
            for length in range(2, len(sequence.arcs)):
                number.setdefault(sequence.arcs[:length], len(number))
            rules[sequence.arcs] = (*rules.get(sequence.arcs, ()), sequence.rule)
        return cls(tuple(number), number, rules)

    def after(self, path: Sequence[int], arc: int) -> int:
        """Return the history after one more arc, -1 for none."""
        driven = (*path, arc)
        for start in range(len(driven) - 1):
            history = self._number.get(driven[start:])
            if history is not None:
                return history
        return -1

    def broken(self, path: Sequence[int], arc: int) -> tuple[int, ...]:
        """Return the rules that forbid one more arc because of more than the last one."""
        driven = (*path, arc)
        found = (self._rules.get(driven[start:], ()) for start in range(len(driven) - 2))
        return tuple(sorted({rule for rules in found for rule in rules}))

    def forbidden_turns(self) -> dict[tuple[int, int], tuple[int, ...]]:
        """Return the pairs of arcs that are forbidden by themselves, with their rules."""
        return {(key[0], key[1]): rules for key, rules in self._rules.items() if len(key) == 2}
