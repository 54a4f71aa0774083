"""Who and what does not travel together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ApartScope", "KeptApart"]


class ApartScope(StrEnum):
    """Where two kinds of goods must not meet."""

    ROUND = "round"
    ON_BOARD = "on_board"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptApart:
    """Two kinds of goods, or the goods of two producers, that are kept apart.

    Parameters
    ----------
    first, second
        Each the ``goods`` of orders or the id of a producer.
    scope
        ``round``: never in one round; ``on_board``: never in the vehicle at the same time.
    """

    first: str
    second: str
    scope: ApartScope = ApartScope.ON_BOARD

    def __post_init__(self) -> None:
        if not self.first or not self.second or self.first == self.second:
            raise ValueError("two different kinds of goods or producers are kept apart")
