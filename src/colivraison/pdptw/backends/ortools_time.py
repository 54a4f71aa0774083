"""Time and distance in a model of OR-Tools' routing library.

Service and setup lie on the arcs, so that a setup is paid only where the location changes.  The
clocks of the vehicles start at midnight of the day of their shift.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp

from colivraison.pdptw.backends.ortools_layout import Layout
from colivraison.pdptw.backends.ortools_nodes import Arrival, Scope, midnight_s
from colivraison.pdptw.backends.ortools_prices import Prices
from colivraison.pdptw.evaluate import activity_of

__all__ = ["add_distance_limits", "add_time"]


def add_time(scope: Scope, layout: Layout, routing: Any, prices: Prices) -> Any:
    """Add the dimension ``time`` with shifts, limits and prices of hours; return it."""
    problem = scope.problem
    vehicles = [problem.vehicles[v] for v in scope.vehicles]
    clocks = [midnight_s(problem, v) for v in scope.vehicles]
    shifts = [
        (v.shift.start_s - clock, v.shift.end_s - clock)
        for v, clock in zip(vehicles, clocks, strict=True)
    ]
    horizon_s = max(end_s for _, end_s in shifts)
    none = [0] * len(layout.depots)
    service_s = np.array(
        [activity_of(problem, node.visit).service_s for node in layout.nodes] + none
    )
    setup_s = np.array([problem.setup_s[node.location] for node in layout.nodes] + none)
    arrival = np.array([node.arrival for node in layout.nodes] + [Arrival.ANY] * len(none))
    changes = layout.places[:, None] != layout.places[None, :]
    barred = (changes & (arrival == Arrival.STANDING)[None, :]) | (
        ~changes & (arrival == Arrival.MOVING)[None, :]
    )
    transit_of = {}
    for table in sorted({v.table for v in vehicles}):
        travel_s = layout.spread(problem.tables[table].durations_s)
        arcs = travel_s + service_s[:, None] + setup_s[None, :] * changes
        # Longer than any shift: an arc that does not exist can never be driven.
        arcs[(travel_s < 0) | barred] = horizon_s + 1
        arcs[len(layout.nodes) :, len(layout.nodes) :] = 0
        transit_of[table] = routing.RegisterTransitMatrix(arcs.tolist())
    routing.AddDimensionWithVehicleTransits(
        [transit_of[v.table] for v in vehicles], horizon_s, horizon_s, False, "time"
    )
    time = routing.GetDimensionOrDie("time")
    for place, vehicle in enumerate(vehicles):
        for index in (routing.Start(place), routing.End(place)):
            time.CumulVar(index).SetRange(*shifts[place])
        if vehicle.leaves_at_once:
            time.CumulVar(routing.Start(place)).SetValue(shifts[place][0])
        if vehicle.max_duration_s is not None:
            time.SetSpanUpperBoundForVehicle(vehicle.max_duration_s, place)
        time.SetSpanCostCoefficientForVehicle(prices.per_second(vehicle), place)
        over = prices.per_overtime_second(vehicle)
        if vehicle.regular_s is not None and over:
            time.SetSoftSpanUpperBoundForVehicle(pywrapcp.BoundCost(vehicle.regular_s, over), place)
    return time


def add_distance_limits(scope: Scope, layout: Layout, routing: Any) -> None:
    """Add the dimension ``distance`` where some vehicle may only drive so far."""
    vehicles = [scope.problem.vehicles[v] for v in scope.vehicles]
    if all(v.max_distance_m is None for v in vehicles):
        return
    transit_of = {}
    longest_m = 0
    for table in sorted({v.table for v in vehicles}):
        arcs = np.maximum(layout.spread(scope.problem.tables[table].distances_m), 0)
        longest_m = max(longest_m, int(arcs.max()))
        transit_of[table] = routing.RegisterTransitMatrix(arcs.tolist())
    any_m = longest_m * (len(layout.nodes) + 1)
    routing.AddDimensionWithVehicleTransitAndCapacity(
        [transit_of[v.table] for v in vehicles],
        0,
        [any_m if v.max_distance_m is None else v.max_distance_m for v in vehicles],
        True,
        "distance",
    )
