"""The arrays of the native search built one shipment and one vehicle at a time: slow, plain.

Holds `colivraison.pdptw.backends.native_lowering` to its word where that works on whole columns.
"""

from __future__ import annotations

import itertools

import numpy as np

from colivraison._native.routing import NO_WAY

HORIZON = 1 << 30
NEVER = (HORIZON - 2, HORIZON - 2)


def node_arrays(problem):
    """Return windows, nodes, rests and, by job, its nodes, as lists of tuples."""
    first = min((vehicle.shift.start_s for vehicle in problem.vehicles), default=0)
    last = max((vehicle.shift.end_s for vehicle in problem.vehicles), default=0)
    windows, nodes, ends = [], [], []

    def add_windows(wanted):
        begin = len(windows)
        windows.extend(
            (one.start_s, min(one.end_s, last))
            for one in wanted
            if one.start_s <= last and one.end_s >= first
        )
        if len(windows) == begin:
            windows.append(NEVER)
        return begin, len(windows)

    for shipment in problem.shipments:
        pair = []
        for activity in (shipment.pickup, shipment.delivery):
            pair.append(-1 if activity is None else len(nodes))
            if activity is not None:
                span = add_windows(activity.windows)
                nodes.append((activity.location, activity.service_s, *span))
        ends.append(tuple(pair))
    rests = [
        (*add_windows(one.windows), one.duration_s, min(one.beyond_s, HORIZON - 1))
        for vehicle in problem.vehicles
        for one in vehicle.breaks
    ]
    return windows, nodes, rests, ends


def may_carry(problem, number, vehicle):
    """Tell whether a shipment may ever be on a vehicle, loads and times apart."""
    shipment, van = problem.shipments[number], problem.vehicles[vehicle]
    if shipment.vehicles is not None and vehicle not in shipment.vehicles:
        return False
    if not shipment.skills <= van.skills:
        return False
    if van.compartments and not any(shipment.load_class in c.classes for c in van.compartments):
        return False
    return all(
        lock.vehicle == vehicle
        for lock in problem.locks
        for visit in lock.visits
        if visit.shipment == number
    )


def allowed_words(problem):
    """Return by shipment the words of 64 bits that say which vehicles may carry it."""
    words = -(-len(problem.vehicles) // 64)
    rows = []
    for number in range(len(problem.shipments)):
        mask = sum(
            1 << vehicle
            for vehicle in range(len(problem.vehicles))
            if may_carry(problem, number, vehicle)
        )
        rows.append([(mask >> (64 * k)) & (2**64 - 1) for k in range(words)])
    return rows


def table_arrays(table):
    """Return durations and distances as the search wants them, flat."""
    durations, distances = [], []
    for duration_s, distance_m in zip(
        table.durations_s.ravel().tolist(), table.distances_m.ravel().tolist(), strict=True
    ):
        missing = duration_s < 0
        durations.append(NO_WAY if missing else min(duration_s, HORIZON - 1))
        distances.append(0 if missing else distance_m)
    return np.array(durations, np.int32), np.array(distances, np.int32)


def reference_columns(problem, ends):
    """Return by job its vehicle and by node its successor in the plan of reference."""
    count = sum(end >= 0 for pair in ends for end in pair)
    vehicles, follows = [-1] * len(problem.shipments), [-1] * count
    if problem.reference is not None:
        for route in problem.reference.solution.routes:
            nodes = [ends[visit.shipment][0 if visit.is_pickup else 1] for visit in route.visits]
            for visit in route.visits:
                vehicles[visit.shipment] = route.vehicle
            for before, after in itertools.pairwise(nodes):
                follows[before] = after
    return vehicles, follows


def same_kind(problem, one, other):
    """Tell whether two vehicles are alike in everything a search may ask."""
    marked = {lock.vehicle for lock in problem.locks}
    marked |= {v for clique in problem.exclusive for v in clique if len(clique) > 1}
    if problem.reference is not None:
        marked |= {route.vehicle for route in problem.reference.solution.routes}
    if one in marked or other in marked:
        return one == other
    return all(
        may_carry(problem, number, one) == may_carry(problem, number, other)
        for number in range(len(problem.shipments))
    )
