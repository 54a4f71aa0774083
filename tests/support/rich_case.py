"""A hand-worked case of the rich model, and short ways to write one."""

from dataclasses import dataclass

from pdptw_build import Build

from colivraison.pdptw import Problem, Solution

DAY_S = 86_400

# Places 0 to 4 on a road, 100 s from each to the next.
LINE = [[100 * abs(i - j) for j in range(5)] for i in range(5)]
# Places 1 and 2, each 100 s from 0, and 200 s from each other.
STAR = [[0, 100, 100], [100, 0, 200], [100, 200, 0]]

PAID_BY_TIME = {"km": 0, "hour": 3_600}


@dataclass(frozen=True)
class RichCase:
    """A problem and the least key there is, see ``objective_key``."""

    name: str
    problem: Problem
    key: tuple[int, ...]


def van(**options):
    return Build.vehicle(**{"hour": 0} | options)


def goods(origin, goal, *, origin_windows=(), goal_windows=(), service_s=(0, 0), **options):
    """Return a shipment between two places; None where it has no such end."""
    pickup = delivery = None
    if origin is not None:
        pickup = Build.activity(origin, *origin_windows, service_s=service_s[0])
    if goal is not None:
        delivery = Build.activity(goal, *goal_windows, service_s=service_s[1])
    return Build.shipment(pickup, delivery, **options)


def line(vehicles, shipments, **options):
    return Build.problem(LINE, vehicles, shipments, **options)


def star(vehicles, shipments, **options):
    return Build.problem(STAR, vehicles, shipments, **options)


def plan(*routes, unassigned=()):
    return Solution(routes=tuple(Build.route(*route) for route in routes), unassigned=unassigned)
