"""Solvers behind one protocol."""

from colivraison.pdptw.backends.native import NativeSearch
from colivraison.pdptw.backends.ortools_routing import OrToolsRouting
from colivraison.pdptw.backends.protocol import (
    CancelFlag,
    Progress,
    SolverBackend,
    SolveResult,
    Stopping,
    Target,
)

__all__ = [
    "CancelFlag",
    "NativeSearch",
    "OrToolsRouting",
    "Progress",
    "SolveResult",
    "SolverBackend",
    "Stopping",
    "Target",
]
