"""Solvers behind one protocol."""

from colivraison.pdptw.backends.native import NativeSearch
from colivraison.pdptw.backends.ortools_routing import OrToolsRouting
from colivraison.pdptw.backends.protocol import Progress, SolverBackend, SolveResult, Stopping

__all__ = ["NativeSearch", "OrToolsRouting", "Progress", "SolveResult", "SolverBackend", "Stopping"]
