"""What a call of the native search works on: bundles first where that helps, then shipments."""

from __future__ import annotations

from dataclasses import dataclass

from colivraison._native.routing import RoutingSearch
from colivraison.pdptw.backends.bundling import Bundles, bundled
from colivraison.pdptw.backends.native_lowering import Lowering, lower
from colivraison.pdptw.backends.native_target import NativeTarget
from colivraison.pdptw.backends.protocol import Stopping
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Solution

__all__ = ["Material", "Stage", "materials"]

# Up to which share of a search bundles are searched: the first one, or the second while some are
# left out.
_BUNDLED_UNTIL = 0.65
_BUNDLED_UNTIL_INCOMPLETE = 0.2
# So many shipments between so many places at most are bundled, where there are at most so many
# bundles per shipment.  (1,800 shipments, 10 s: 5 % cheaper; 160: no better.  More take too long to
# put together, and too much memory.)
_BUNDLED = range(400, 5_001)
_MOST_PLACES = 1_000
_MOST_BUNDLES_PER_SHIPMENT = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What one stage of a call searches on.

    Parameters
    ----------
    bundles
        What the shipments of its problem stand for; None: for themselves.
    lowering
        Its problem.
    """

    bundles: Bundles | None
    lowering: Lowering

    def stage(self, stopping: Stopping, *, seed: int, threads: int, plain: bool) -> Stage:
        """Return the stage, its search ready to start."""
        target = stopping.target
        return Stage(
            material=self,
            search=RoutingSearch(self.lowering.arrays, seed=seed, threads=threads, plain=plain),
            target=None if target is None else NativeTarget(self.lowering, target),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of a call: a search on its own problem."""

    material: Material
    search: RoutingSearch
    target: NativeTarget | None

    def best(self) -> Solution:
        """Return the best plan so far in single shipments; only while no native thread runs."""
        solution = self.material.lowering.solution(self.search.best())
        bundles = self.material.bundles
        return solution if bundles is None else bundles.unbundled(solution)

    def counts(self) -> tuple[int, int]:
        """Return its routes and how many shipments it leaves out."""
        routes, absent = self.search.counts()
        if self.material.bundles is not None and absent > 0:
            absent = len(self.material.bundles.shipments(self.search.best()[1]))
        return routes, absent

    def lasts_until(self, unassigned: int | None) -> float:
        """Return up to which share of the search it goes on while so many are left out."""
        if self.material.bundles is None:
            return 1.0
        return _BUNDLED_UNTIL_INCOMPLETE if unassigned else _BUNDLED_UNTIL


def materials(problem: Problem, *, may_bundle: bool) -> list[Material]:
    """Return what the stages of a call search on, in their order; the last is the problem itself.

    Raises
    ------
    ValueError
        When a number is too large for the native search.
    """
    found = []
    if may_bundle and len(problem.shipments) in _BUNDLED and problem.locations <= _MOST_PLACES:
        fewer = bundled(problem)
        most = _MOST_BUNDLES_PER_SHIPMENT * len(problem.shipments)
        if fewer is not None and len(fewer.members) <= most:
            found.append(Material(bundles=fewer, lowering=lower(fewer.problem)))
    return [*found, Material(bundles=None, lowering=lower(problem))]
