"""What a file says, before it is known whether that is an instance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colivraison.interchange.benchmarks.instance import BenchmarkFormat
from colivraison.interchange.benchmarks.nodes import NodeRow

__all__ = ["Draft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """See ``BenchmarkInstance``; None also where something could not be read, which is noted."""

    name: str
    format: BenchmarkFormat
    capacity: int | None
    fleet: int | None
    rows: Sequence[NodeRow]
    matrix: npt.NDArray[np.int64] | None
