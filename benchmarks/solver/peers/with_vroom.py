"""VROOM (pyvroom) on a published instance: exploration 5, stopped after 100 s above 700 tasks."""

from __future__ import annotations

import datetime as dt
import time

import numpy as np
import vroom
from solver.answer import Answer
from solver.groups import VEHICLES
from solver.instances import Instance, Scaled

__all__ = ["solve"]

_FACTOR = 1_000
_MANY_NODES = 700
_LIMIT = dt.timedelta(seconds=100)


def solve(instance: Instance, *, objective: str, budget_s: int, seed: int) -> Answer:
    """Return VROOM's plan, in the time it takes.

    Parameters
    ----------
    budget_s, seed
        Not used: it stops by itself, and there is no chance in it.
    """
    del budget_s, seed
    scaled = instance.scaled(_FACTOR)
    asked = vroom.Input()
    asked.set_durations_matrix("car", scaled.times.astype(np.uint32))
    asked.set_costs_matrix("car", scaled.costs.astype(np.uint32))
    costs = vroom.VehicleCosts(
        fixed=scaled.fixed_cost if objective == VEHICLES else 0, per_hour=3600
    )
    for number in range(instance.fleet):
        asked.add_vehicle(
            vroom.Vehicle(
                number,
                start=0,
                end=0,
                profile="car",
                capacity=[instance.capacity],
                time_window=vroom.TimeWindow(scaled.opens[0], scaled.closes[0]),
                costs=costs,
            )
        )
    for pickup, delivery in instance.pairs:
        asked.add_shipment(
            _step(scaled, pickup),
            _step(scaled, delivery),
            amount=vroom.Amount([instance.demand[pickup]]),
        )
    limit = _LIMIT if len(instance.demand) > _MANY_NODES else None
    began = time.perf_counter()
    answer = asked.solve(exploration_level=5, nb_threads=1, timeout=limit)
    seconds = time.perf_counter() - began
    steps = answer.routes
    steps = steps[steps["type"].isin(["pickup", "delivery"])]
    routes = tuple(
        tuple(int(node) for node in rows["id"])
        for _, rows in steps.groupby("vehicle_id", sort=True)
    )
    served = sum(map(len, routes))
    return Answer(routes=routes if served == len(instance.demand) - 1 else None, seconds=seconds)


def _step(scaled: Scaled, node: int) -> vroom.ShipmentStep:
    return vroom.ShipmentStep(
        node,
        node,
        default_service=scaled.service[node],
        time_windows=[vroom.TimeWindow(scaled.opens[node], scaled.closes[node])],
    )
