"""The best plan that some routes make together: a set partitioning problem, solved with HiGHS.

Routes met on the way to good plans, put together anew, are often a better plan than any they are from
(Rochat & Taillard 1995, DOI 10.1007/BF02430370).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from colivraison._native.routing import Route, RoutePlan, RoutingArrays, RoutingSearch

__all__ = ["RouteChoice"]

# More routes take longer than they give.
_MOST_ROUTES = 5_000
# Of the branch and bound; what is not found by then is hardly found at all.
_MOST_NODES = 50
# HiGHS has absolute tolerances: money is counted so that the best plan costs this.
_BEST_COST = 1e6


@dataclass(frozen=True, slots=True)
class _Column:
    kind: int  # of vehicles
    cost: int
    nodes: tuple[int, ...]
    jobs: tuple[int, ...]


class RouteChoice:
    """Chooses among the routes that a search has kept.

    Parameters
    ----------
    arrays
        The problem the search works on.
    """

    def __init__(self, arrays: RoutingArrays) -> None:
        jobs = arrays.jobs.reshape(-1, 6)
        self._price = [int(price) for price in jobs[:, 2]]
        self._job_of = np.empty(len(arrays.nodes) // 4, dtype=np.int64)
        for end in (0, 1):
            there = np.flatnonzero(jobs[:, end] >= 0)
            self._job_of[jobs[there, end]] = there
        self._kind_of = [int(kind) for kind in arrays.vehicles.reshape(-1, 17)[:, 16]]
        self._fewest_vehicles = arrays.fewest_vehicles
        self._vehicles_of: dict[int, list[int]] = {}
        for vehicle, kind in enumerate(self._kind_of):
            self._vehicles_of.setdefault(kind, []).append(vehicle)
        self._solver: highspy.Highs | None = None
        self._interrupted = False

    def interrupt(self) -> None:
        """End a choice under way and all later ones; may come from another thread."""
        self._interrupted = True
        if self._solver is not None:
            self._solver.cancelSolve()

    def better_plan(self, search: RoutingSearch, time_s: float | None) -> RoutePlan | None:
        """Return a plan that is better than the search's best one, None where none is found.

        Only while no native thread runs.  Without a time limit the answer is the same every time.
        """
        missing, _, best_cost = search.worth()
        if missing or self._interrupted:
            return None
        columns = self._columns(search)
        number_of = {(one.kind, one.jobs): number for number, one in enumerate(columns)}
        routes, absent = search.best()
        incumbent = [number_of[self._key(vehicle, nodes)] for vehicle, nodes, _ in routes]
        if len(columns) == len(routes):
            return None
        chosen = self._chosen(columns, incumbent, absent, abs(best_cost), time_s)
        if chosen is None:
            return None
        served = {job for number in chosen for job in columns[number].jobs}
        left_out = [job for job in range(len(self._price)) if job not in served]
        cost = sum(columns[number].cost for number in chosen)
        if cost + sum(self._price[job] for job in left_out) >= best_cost:
            return None
        return self._plan([columns[number] for number in chosen]), left_out

    def _key(self, vehicle: int, nodes: Sequence[int]) -> tuple[int, tuple[int, ...]]:
        return self._kind_of[vehicle], self._jobs(nodes)

    def _jobs(self, nodes: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted({int(job) for job in self._job_of[list(nodes)]}))

    def _columns(self, search: RoutingSearch) -> list[_Column]:
        """Return the kept routes; of each set of jobs and kind of vehicles the cheapest."""
        found: dict[tuple[int, tuple[int, ...]], _Column] = {}
        for kind, cost, nodes in search.pool(_MOST_ROUTES):
            jobs = self._jobs(nodes)
            before = found.get((kind, jobs))
            if before is None or cost < before.cost:
                found[kind, jobs] = _Column(kind=kind, cost=cost, nodes=tuple(nodes), jobs=jobs)
        return list(found.values())

    def _chosen(
        self,
        columns: Sequence[_Column],
        incumbent: Sequence[int],
        absent: Sequence[int],
        best_cost: int,
        time_s: float | None,
    ) -> list[int] | None:
        """Return the numbers of the chosen columns; None where the solver found nothing."""
        optional = [job for job, price in enumerate(self._price) if price >= 0]
        row_of_kind = {
            kind: len(self._price) + row
            for row, kind in enumerate(sorted({one.kind for one in columns}))
        }
        last = len(self._price) + len(row_of_kind)
        # By column its rows: the jobs, the kind, and the number of routes where it counts.
        fewest = [last] if self._fewest_vehicles else []
        entries = [[*one.jobs, row_of_kind[one.kind], *fewest] for one in columns]
        entries += [[job] for job in optional]
        lower = np.zeros(last + len(fewest))
        lower[: len(self._price)] = 1
        upper = np.ones(last + len(fewest))
        for kind, row in row_of_kind.items():
            upper[row] = len(self._vehicles_of[kind])
        upper[last:] = len(incumbent)
        costs = np.array(
            [one.cost for one in columns] + [self._price[job] for job in optional], dtype=float
        )
        start = np.zeros(len(entries))
        start[list(incumbent)] = 1
        left_out = set(absent)
        start[[len(columns) + k for k, job in enumerate(optional) if job in left_out]] = 1
        values = self._solved(
            costs * (_BEST_COST / max(1, best_cost)), entries, (lower, upper), start, time_s
        )
        return None if values is None else [k for k in range(len(columns)) if values[k] > 0.5]

    def _solved(
        self,
        costs: npt.NDArray[np.float64],
        entries: Sequence[Sequence[int]],
        bounds: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
        start: npt.NDArray[np.float64],
        time_s: float | None,
    ) -> npt.NDArray[np.float64] | None:
        program = highspy.HighsLp()
        program.num_col_ = len(costs)
        program.num_row_ = len(bounds[0])
        program.col_cost_ = costs
        program.col_lower_ = np.zeros(len(costs))
        program.col_upper_ = np.ones(len(costs))
        program.row_lower_, program.row_upper_ = bounds
        program.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.start_ = np.cumsum([0, *(len(rows) for rows in entries)])
        matrix.index_ = np.array([row for rows in entries for row in rows])
        matrix.value_ = np.ones(len(matrix.index_))
        solver = highspy.Highs()
        solver.silent()
        solver.HandleUserInterrupt = True
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_max_nodes", _MOST_NODES)
        solver.setOptionValue("mip_rel_gap", 0.0)
        if time_s is not None:
            solver.setOptionValue("time_limit", time_s)
        solver.passModel(program)
        solution = highspy.HighsSolution()
        solution.col_value = list(start)
        solver.setSolution(solution)
        self._solver = solver
        try:
            if self._interrupted:
                return None
            solver.run()
        finally:
            self._solver = None
        if (
            solver.getInfo().primal_solution_status
            != highspy.SolutionStatus.kSolutionStatusFeasible
        ):
            return None
        return np.array(solver.getSolution().col_value)

    def _plan(self, chosen: Sequence[_Column]) -> list[Route]:
        """Give every route a vehicle of its kind."""
        idle = {kind: iter(vehicles) for kind, vehicles in self._vehicles_of.items()}
        return [(next(idle[one.kind]), one.nodes, ()) for one in chosen]
