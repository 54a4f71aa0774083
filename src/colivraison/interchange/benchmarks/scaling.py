"""The problem that stands for an instance, in whole numbers.

A unit of a Li & Lim file becomes ``scale`` of ours (a power of ten), a minute of a Sartori & Buriol
file stays one.  Lengths are rounded to the nearest, times up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from colivraison.interchange.benchmarks.instance import DEPOT, Node
from colivraison.pdptw import Activity, Objective, Problem, Shipment, TravelTable, Vehicle
from colivraison.units import TimeWindow

__all__ = ["problem_of", "scale_of"]

# What the native search can count (``_native/core/routing``): any routes, and twice as much plain
# ones, where ways are short and nodes few.
_TIMES_BELOW = 2**29
_SERVICES_BELOW = 2**28
_PLAIN_TIMES_BELOW = 2**30 - 2
_PLAIN_WAYS_UP_TO = 2**27
_PLAIN_NODES = 3_000

_MOST_SCALE = 10**5
_TOLERANCE = 1e-6
# So few that what is computed of them stays in the cache of a core.
_ROWS_AT_ONCE = 16

_IntMatrix = npt.NDArray[np.int64]


def scale_of(nodes: Sequence[Node]) -> int:
    """Return the largest power of ten, at most 10^5, that keeps times and ways small enough.

    Where even 1 does not, the search refuses the problem.
    """
    scale = _MOST_SCALE
    while scale > 1 and not _countable(nodes, scale):
        scale //= 10
    return scale


def _countable(nodes: Sequence[Node], scale: int) -> bool:
    horizon = nodes[DEPOT].closes * scale
    if max(node.service for node in nodes) * scale >= _SERVICES_BELOW:
        return False
    # No way is longer than the diagonal of all nodes.
    width = max(node.x for node in nodes) - min(node.x for node in nodes)
    height = max(node.y for node in nodes) - min(node.y for node in nodes)
    longest = math.hypot(width, height) * scale + 1
    plain = len(nodes) <= _PLAIN_NODES and longest <= _PLAIN_WAYS_UP_TO
    return horizon < (_PLAIN_TIMES_BELOW if plain else _TIMES_BELOW)


def problem_of(
    nodes: Sequence[Node],
    matrix: _IntMatrix | None,
    *,
    capacity: int,
    fleet: int | None,
    objective: Objective,
) -> tuple[Problem, int, tuple[int, ...]]:
    """Return the problem of an instance, its scale, and the node of each shipment's pickup.

    Parameters
    ----------
    matrix
        None: straight lines.
    fleet
        None: no limit.  A route serves at least one shipment, so as many vehicles do.

    Notes
    -----
    Whatever route the problem allows, a judge that adds up doubles allows too at its tolerance of
    10^-6: see ``_straight``.  The other way round a route may be refused that is in time by less
    than a rounding; at the scale of 10^5 the published best solutions are not.
    """
    horizon = nodes[DEPOT].closes
    scale = scale_of(nodes) if matrix is None else 1
    if matrix is None:
        durations_s, distances_m = _straight(nodes, scale)
    else:
        # One table, not two copies: a matrix of 5,000 nodes takes 200 MB.
        durations_s = distances_m = matrix.copy()
    _cut_off(durations_s, distances_m, horizon * scale)
    pickups = tuple(number for number, node in enumerate(nodes) if node.delivery)
    vehicles = len(pickups) if fleet is None else min(fleet, len(pickups))
    problem = Problem(
        tables=(TravelTable(durations_s=durations_s, distances_m=distances_m),),
        setup_s=(0,) * len(nodes),
        vehicles=(_vehicle(nodes[DEPOT], scale, capacity),) * vehicles,
        shipments=tuple(
            Shipment(
                pickup=_activity(nodes, pickup, scale),
                delivery=_activity(nodes, nodes[pickup].delivery, scale),
                demand=(nodes[pickup].demand,),
            )
            for pickup in pickups
        ),
        objective=objective,
    )
    return problem, scale, pickups


def _vehicle(depot: Node, scale: int, capacity: int) -> Vehicle:
    """Return a vehicle that costs nothing: these objectives do not count money."""
    return Vehicle(
        start=DEPOT,
        end=DEPOT,
        shift=TimeWindow(start_s=depot.opens * scale, end_s=depot.closes * scale),
        capacity=(capacity,),
        cents_per_km=0,
        cents_per_hour=0,
        cents_per_use=0,
    )


def _activity(nodes: Sequence[Node], number: int, scale: int) -> Activity:
    node = nodes[number]
    # What closes after the depot is never served then: the vehicle must still come back.
    closes = min(node.closes, nodes[DEPOT].closes)
    return Activity(
        location=number,
        windows=(TimeWindow(start_s=node.opens * scale, end_s=closes * scale),),
        service_s=node.service * scale,
    )


def _straight(nodes: Sequence[Node], scale: int) -> tuple[_IntMatrix, _IntMatrix]:
    """Return times and lengths of the straight lines between all nodes.

    A leg of ``D`` takes ``ceil(D * scale)``, so that every route in time for us is in time for a
    judge who adds up doubles.  Let ``T`` be our begin at a node, ``t`` the judge's, ``H`` the
    horizon, ``u = 2^-53``.  Claim: ``t <= T / scale + e``, where ``e`` begins at 0 and grows by
    less than ``8 u H`` a leg.  Both begin at the depot's opening.  On a leg we add the service
    times the scale, exactly, and at least ``D * scale * (1 - u)``; the judge adds the service and
    his own ``D``, off from ours by less than ``4 u D`` however he squares, and each of his two
    sums is off by at most ``u H``, since no time of a route that is in time is above ``H``.  As
    ``D <= H`` this makes at most ``7 u H`` (and terms in ``u^2``).  Then both wait for the window,
    whose ends are whole numbers, exact for both; loads are the same whole numbers for both.

    A route has at most as many legs as there are nodes.  Where ``8 u H`` times that is below the
    tolerance, the judge agrees.  Where it is not (a billion units times nodes), every leg takes
    one unit more: ``1 / scale`` is above ``8 u H`` because ``H * scale < 2^30``, so ``e`` stays 0.
    """
    size = len(nodes)
    durations_s = np.empty((size, size), dtype=np.int64)
    distances_m = np.empty((size, size), dtype=np.int64)
    drift = 8 * 2.0**-53 * nodes[DEPOT].closes * size
    margin = 1 if drift >= _TOLERANCE else 0
    for part, legs in _rows(nodes):
        np.multiply(legs, scale, out=legs)
        distances_m[part] = np.rint(legs)
        np.ceil(legs, out=legs)
        np.add(legs, margin, out=legs)
        durations_s[part] = legs
    np.fill_diagonal(durations_s, 0)
    return durations_s, distances_m


def _rows(nodes: Sequence[Node]) -> Iterator[tuple[slice, npt.NDArray[np.float64]]]:
    """Yield the straight lines from some nodes at a time to all: the doubles need no room."""
    x = np.array([node.x for node in nodes], dtype=np.float64)
    y = np.array([node.y for node in nodes], dtype=np.float64)
    for begin in range(0, len(nodes), _ROWS_AT_ONCE):
        part = slice(begin, begin + _ROWS_AT_ONCE)
        dx = x[part, np.newaxis] - x
        dy = y[part, np.newaxis] - y
        dx *= dx
        dy *= dy
        dx += dy
        yield part, np.sqrt(dx, out=dx)


def _cut_off(durations_s: _IntMatrix, distances_m: _IntMatrix, horizon_s: int) -> None:
    """Mark legs as no way that are longer than the horizon: they need not fit into 32 bits."""
    if durations_s.max() <= horizon_s:
        return
    for begin in range(0, len(durations_s), _ROWS_AT_ONCE):
        part = slice(begin, begin + _ROWS_AT_ONCE)
        too_long = durations_s[part] > horizon_s
        durations_s[part][too_long] = -1
        distances_m[part][too_long] = -1
