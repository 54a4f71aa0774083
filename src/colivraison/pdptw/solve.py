"""The door of the room: one call, whatever the back end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from colivraison.pdptw.backends.native import NativeSearch
from colivraison.pdptw.backends.ortools_routing import OrToolsRouting
from colivraison.pdptw.backends.protocol import (
    CancelFlag,
    Progress,
    SolverBackend,
    SolveResult,
    Stopping,
)
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Solution

__all__ = ["BACKENDS", "DEFAULT_BACKEND", "solve"]

BACKENDS: Mapping[str, SolverBackend] = MappingProxyType(
    {"native": NativeSearch(), "ortools": OrToolsRouting()}
)
DEFAULT_BACKEND = "native"


def solve(
    problem: Problem,
    stopping: Stopping,
    *,
    seed: int,
    threads: int = 1,
    initial: Solution | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancel: CancelFlag | None = None,
    backend: str = DEFAULT_BACKEND,
) -> SolveResult:
    """Serve as many shipments as possible, then at least cost.

    Parameters are those of :class:`~colivraison.pdptw.backends.protocol.SolverBackend`.

    Raises
    ------
    ValueError
        For an unknown back end, fewer than one thread, an ``initial`` that is not valid, or a
        target of another objective.
    TooLargeError
        When a number of the problem is beyond what the back end can count.
    """
    if backend not in BACKENDS:
        raise ValueError(f"unknown back end {backend!r}, there are: {', '.join(BACKENDS)}")
    return BACKENDS[backend](
        problem,
        stopping,
        seed=seed,
        threads=threads,
        initial=initial,
        on_progress=on_progress,
        cancel=cancel,
    )
