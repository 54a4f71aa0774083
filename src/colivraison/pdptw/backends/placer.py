"""Where the breaks of a route go: the reference evaluator asked, and its answers remembered.

The places are those of `breaks.with_best_breaks`, fewer of them tried: a search asks for
thousands of routes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, product

from colivraison.pdptw.breaks import cheapest_breaks
from colivraison.pdptw.evaluate import Obstacle, Schedule, evaluate
from colivraison.pdptw.problem import Break, Problem
from colivraison.pdptw.solution import Route, Visit
from colivraison.pdptw.steps import Chain, chain_of

__all__ = ["Placer"]

# Routes whose verdict is remembered; each is some kilobytes.
_MOST_REMEMBERED = 20_000
# So many ways to place the breaks of one route are tried.
_MOST_PLACED = 20_000


class Placer:
    """Visits in a given order with the breaks where they cost least; remembers its answers."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._known: dict[tuple[int, tuple[Visit, ...]], tuple[Route, Schedule] | None] = {}

    def __call__(self, vehicle: int, visits: tuple[Visit, ...]) -> tuple[Route, Schedule] | None:
        """Return the route and its schedule, None where it cannot be driven."""
        key = vehicle, visits
        if key not in self._known:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = self._placed(Route(vehicle=vehicle, visits=visits))
        return self._known[key]

    def _placed(self, bare: Route) -> tuple[Route, Schedule] | None:
        # A schedule without some break is one without its wait and work, so none is taken that
        # need not be, and what fails for another reason than a missing break fails with any.
        outcome = evaluate(self._problem, bare)
        if isinstance(outcome, Schedule):
            return bare, outcome
        if outcome.obstacle is not Obstacle.BREAK_MISSING:
            return None
        chain = chain_of(self._problem, bare)
        assert isinstance(chain, Chain), "it was timed"
        places = _break_places(chain, self._problem.vehicles[bare.vehicle].breaks)
        return cheapest_breaks(self._problem, bare, islice(product(*places), _MOST_PLACED))


def _break_places(chain: Chain, breaks: Sequence[Break]) -> list[list[int | None]]:
    """Return after how many visits each break may be taken, as far as it concerns it alone."""
    steps = chain.steps
    over_s = [step.begins[0][0] for step in steps[:1]]
    for step in steps[1:-1]:
        ready_s = over_s[-1] + step.lead_s
        begin_s = min(max(ready_s, opens) for opens, closes in step.begins if closes >= ready_s)
        over_s.append(begin_s + step.work_s)
    # The latest begin of each step that leaves time for all that follows.
    latest_s = [steps[-1].begins[0][1]]
    for step, following in zip(steps[-2:0:-1], steps[:1:-1], strict=True):
        by_next_s = latest_s[-1] - following.lead_s - step.work_s
        latest_s.append(
            max(min(closes, by_next_s) for opens, closes in step.begins if opens <= by_next_s)
        )
    latest_s.reverse()
    places: list[list[int | None]] = []
    for rest in breaks:
        skipped: list[int | None] = [None] if rest.beyond_s > 0 else []
        places.append(
            skipped
            + [
                after
                for after, (ready_s, following) in enumerate(zip(over_s, steps[1:], strict=True))
                if any(
                    max(ready_s, window.start_s) <= window.end_s
                    and max(ready_s, window.start_s) + rest.duration_s + following.lead_s
                    <= latest_s[after]
                    for window in rest.windows
                )
            ]
        )
    return places
