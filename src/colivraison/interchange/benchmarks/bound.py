"""What every plan of an instance takes at least, in the terms of its file."""

from __future__ import annotations

from dataclasses import dataclass

from colivraison.interchange.benchmarks.instance import BenchmarkInstance
from colivraison.pdptw import NoBound, lower_bound

__all__ = ["BenchmarkBound", "bound_of"]

_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkBound:
    """A lower bound on the routes that serve all, durations rounded as for the search.

    Parameters
    ----------
    vehicles
        So many at least.
    cost
        At least, as the file counts it, rounded down: to a whole number where the file has a
        matrix, else to a hundredth.
    """

    vehicles: int
    cost: float


def bound_of(instance: BenchmarkInstance) -> BenchmarkBound | NoBound:
    """Return what serving all takes at least, or why nothing is known.

    Notes
    -----
    The problem rounds each leg to its nearest unit, half a unit off at most, and no plan has more
    than two legs for each node: so much may be missing in the cost.  It rounds durations up: routes
    that only the file's own durations allow, by less than such a unit, may need less.
    """
    bound = lower_bound(instance.problem)
    if bound.why_none is not None:
        return bound.why_none
    assert bound.vehicles is not None
    assert bound.distance_m is not None, "the objectives of the field do not count money"
    if instance.matrix is not None:
        return BenchmarkBound(vehicles=bound.vehicles, cost=bound.distance_m)
    least = max(0, bound.distance_m - len(instance.nodes)) * _HUNDREDTHS
    return BenchmarkBound(vehicles=bound.vehicles, cost=least // instance.scale / _HUNDREDTHS)
