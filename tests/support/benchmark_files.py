"""Tiny instances in both formats of the field, their numbers worked by hand.

Li & Lim: the depot at the origin, two pairs on lines of whole length.

- 1 (3, 4) -> 2 (6, 8): 6 units; 5 from the depot, 5 apart, 10 back: 20 in all
- 3 (0, 10) -> 4 (0, 20): 5 units; 10 from the depot, 10 apart, 20 back: 40 in all

Sartori & Buriol: one pair, 1 -> 2, in an asymmetric matrix: 7 + 2 + 4 = 13 minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["LI_LIM", "SARTORI", "li_lim_text", "write"]

# id x y demand opens closes service pickup delivery
LI_LIM = """2\t10\t1
0\t0\t0\t0\t0\t100\t0\t0\t0
1\t3\t4\t6\t0\t50\t2\t0\t2
2\t6\t8\t-6\t0\t60\t1\t1\t0
3\t0\t10\t5\t20\t40\t3\t0\t4
4\t0\t20\t-5\t0\t80\t0\t3\t0
"""

SARTORI = """NAME: tiny
LOCATION: nowhere
COMMENT: by hand
TYPE: PDPTW
SIZE: 3
DISTRIBUTION: random
DEPOT: random
ROUTE-TIME: 60
TIME-WINDOW: 60
CAPACITY: 4
NODES
0 48.0 0.1 0 0 60 0 0 0
1 48.1 0.2 4 10 20 5 0 2
2 48.2 -0.3 -4 0 40 5 1 0
EDGES
0 7 3
6 0 2
4 9 0
EOF
"""


def li_lim_text(fleet: int, capacity: int, nodes: Sequence[Sequence[object]]) -> str:
    """Return a file with given nodes, without their numbers."""
    lines = [f"{fleet} {capacity} 1"]
    lines += [" ".join(map(str, (number, *node))) for number, node in enumerate(nodes)]
    return "\n".join(lines) + "\n"


def write(path: Path, text: str) -> Path:
    """Write a file and return its path."""
    path.write_text(text, encoding="utf-8")
    return path
