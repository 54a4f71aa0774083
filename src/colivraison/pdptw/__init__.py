"""The pickup-and-delivery problem with time windows: problem, solution, evaluation, search."""

from colivraison.pdptw.backends.protocol import Progress, SolverBackend, SolveResult, Stopping
from colivraison.pdptw.check import Violation, ViolationKind, check
from colivraison.pdptw.complete import serve_with_idle_vehicles, serves_alone
from colivraison.pdptw.evaluate import (
    Infeasible,
    Obstacle,
    Schedule,
    TimedVisit,
    evaluate,
    solution_cost_cents,
)
from colivraison.pdptw.problem import Activity, Problem, Shipment, TravelTable, Vehicle
from colivraison.pdptw.reasons import Reason, ReasonKind, why_unassigned
from colivraison.pdptw.solution import Route, Solution, Visit
from colivraison.pdptw.solve import BACKENDS, solve

__all__ = [
    "BACKENDS",
    "Activity",
    "Infeasible",
    "Obstacle",
    "Problem",
    "Progress",
    "Reason",
    "ReasonKind",
    "Route",
    "Schedule",
    "Shipment",
    "Solution",
    "SolveResult",
    "SolverBackend",
    "Stopping",
    "TimedVisit",
    "TravelTable",
    "Vehicle",
    "Violation",
    "ViolationKind",
    "Visit",
    "check",
    "evaluate",
    "serve_with_idle_vehicles",
    "serves_alone",
    "solution_cost_cents",
    "solve",
    "why_unassigned",
]
