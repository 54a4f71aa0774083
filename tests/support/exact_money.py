"""What plans cost before any rounding, as the native search counts: 1/36,000 cent, or metres."""

from __future__ import annotations

from colivraison.pdptw import Infeasible, Objective, evaluate
from colivraison.pdptw.evaluate import left_out_cents, reference_cents

UNITS_PER_CENT = 36_000


def exact_route(problem, route):
    """Return the exact cost of a route that can be driven, without changes against a reference."""
    schedule = evaluate(problem, route)
    assert not isinstance(schedule, Infeasible)
    if problem.objective is not Objective.CENTS:
        return schedule.distance_m
    vehicle = problem.vehicles[route.vehicle]
    # A cent a kilometre is 36 units a metre, a cent an hour 10 units a second.
    return (
        UNITS_PER_CENT * vehicle.cents_per_use
        + 36 * vehicle.cents_per_km * schedule.distance_m
        + 10 * vehicle.cents_per_hour * schedule.duration_s
        + 10 * vehicle.cents_per_overtime_hour * schedule.overtime_s
    )


def exact_cost(problem, solution):
    """Return the exact cost of a valid solution: routes, optional shipments, changes."""
    cost = sum(exact_route(problem, route) for route in solution.routes)
    if problem.objective is Objective.CENTS:
        extra = left_out_cents(problem, solution) + reference_cents(problem, solution)
        cost += UNITS_PER_CENT * extra
    return cost
