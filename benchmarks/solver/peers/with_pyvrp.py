"""PyVRP on a published instance.

Matrices are given as arrays: `Model.add_edge` takes seconds at 1,000 tasks.  `minimise_fleet` is
not used: it stops at the first number of vehicles it fails at, a price per vehicle does better.
"""

from __future__ import annotations

import pyvrp
from pyvrp.stop import MaxRuntime
from solver.answer import Answer
from solver.groups import VEHICLES
from solver.instances import Instance

__all__ = ["solve"]

_FACTOR = 1_000


def solve(instance: Instance, *, objective: str, budget_s: int, seed: int) -> Answer:
    """Return PyVRP's best plan; its clock starts when the data stand."""
    data = _data(instance, objective)
    result = pyvrp.solve(data, MaxRuntime(budget_s), seed=seed, display=False, collect_stats=False)
    return Answer(
        routes=_routes(instance, result.best) if result.is_feasible() else None,
        seconds=result.runtime,
        iterations=result.num_iterations,
    )


def _data(instance: Instance, objective: str) -> pyvrp.ProblemData:
    scaled = instance.scaled(_FACTOR)
    return pyvrp.ProblemData(
        # Only the matrices count.
        locations=[pyvrp.Location(0, 0) for _ in instance.demand],
        clients=[],
        depots=[pyvrp.Depot(0)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=instance.fleet,
                capacity=[instance.capacity],
                fixed_cost=scaled.fixed_cost if objective == VEHICLES else 0,
                tw_early=scaled.opens[0],
                tw_late=scaled.closes[0],
            )
        ],
        distance_matrices=[scaled.costs],
        duration_matrices=[scaled.times],
        shipments=[
            pyvrp.Shipment(
                pickup,
                delivery,
                pickup_tw_early=scaled.opens[pickup],
                pickup_tw_late=scaled.closes[pickup],
                pickup_service_duration=scaled.service[pickup],
                delivery_tw_early=scaled.opens[delivery],
                delivery_tw_late=scaled.closes[delivery],
                delivery_service_duration=scaled.service[delivery],
                amount=[instance.demand[pickup]],
            )
            for pickup, delivery in instance.pairs
        ],
    )


def _routes(instance: Instance, best: pyvrp.Solution) -> tuple[tuple[int, ...], ...]:
    ends = {
        pyvrp.ActivityType.PICKUP: [pickup for pickup, _ in instance.pairs],
        pyvrp.ActivityType.DELIVERY: [delivery for _, delivery in instance.pairs],
    }
    return tuple(
        tuple(ends[step.type][step.idx] for step in route.schedule() if step.type in ends)
        for route in best.routes()
    )
