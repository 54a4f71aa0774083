"""What a call of the native search works on: bundles first where that helps, then shipments."""

from __future__ import annotations

from dataclasses import dataclass, field

from colivraison._native.routing import RoutingSearch
from colivraison.pdptw.backends.bundles import Bundles, bundles
from colivraison.pdptw.backends.native_lowering import Lowering, lower
from colivraison.pdptw.backends.native_target import NativeTarget
from colivraison.pdptw.backends.protocol import Stopping
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Solution

__all__ = ["BUNDLED_UNTIL", "Stage", "stages_of"]

# The share of a search that bundles get.
BUNDLED_UNTIL = 0.65
# So many shipments are bundled, where there are at most so many bundles per shipment.  (1,800
# shipments, 10 s: 5 % cheaper; 160: no better.  More take too long to put together.)
_BUNDLED = range(400, 20_001)
_MOST_BUNDLES_PER_SHIPMENT = 0.8


@dataclass(slots=True, kw_only=True)
class Stage:
    """A part of a call: a problem of its own, and the search on it.

    Parameters
    ----------
    bundles
        What the shipments of its problem stand for; None: for themselves.
    """

    bundles: Bundles | None
    lowering: Lowering
    search: RoutingSearch = field(init=False)
    target: NativeTarget | None = field(init=False)

    def get_ready(self, stopping: Stopping, *, seed: int, threads: int, plain: bool) -> None:
        """Make the search."""
        self.search = RoutingSearch(self.lowering.arrays, seed=seed, threads=threads, plain=plain)
        target = stopping.target
        self.target = None if target is None else NativeTarget(self.lowering, target)

    def best(self) -> Solution:
        """Return the best plan so far in single shipments; only while no native thread runs."""
        solution = self.lowering.solution(self.search.best())
        return solution if self.bundles is None else self.bundles.unbundled(solution)

    def counts(self) -> tuple[int, int]:
        """Return its routes and how many shipments it leaves out."""
        routes, absent = self.search.counts()
        if self.bundles is not None and absent > 0:
            absent = len(self.bundles.shipments(self.search.best()[1]))
        return routes, absent


def stages_of(problem: Problem, *, may_bundle: bool) -> list[Stage]:
    """Return the stages of a call, in their order; the last one is the problem itself.

    Raises
    ------
    ValueError
        When a number is too large for the native search.
    """
    stages = []
    if may_bundle and len(problem.shipments) in _BUNDLED:
        fewer = bundles(problem)
        most = _MOST_BUNDLES_PER_SHIPMENT * len(problem.shipments)
        if fewer is not None and len(fewer.members) <= most:
            stages.append(Stage(bundles=fewer, lowering=lower(fewer.problem)))
    return [*stages, Stage(bundles=None, lowering=lower(problem))]
