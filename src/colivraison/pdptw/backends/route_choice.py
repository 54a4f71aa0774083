"""The best plan that some routes make together: a set partitioning problem.

Routes met on the way to good plans, put together anew, are often a better plan than any they are
from (Rochat & Taillard 1995, DOI 10.1007/BF02430370).  GLOP first solves it for parts of routes; by
their reduced costs a few hundred routes are worth a look, and among these CP-SAT chooses.  (Others
tried on one pool of 13,000 routes: CP-SAT on all of them finds nothing in 10 s, HiGHS on 500 takes
9 s for what CP-SAT finds in 0.3 s.)
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model
from ortools.util.python.solve_interrupter import SolveInterrupter

from colivraison._native.routing import Route, RoutePlan, RoutingArrays, RoutingSearch

__all__ = ["RouteChoice"]

# Read from the pool, those of the cheapest plans first.
_MOST_ROUTES = 12_000
# In all of these together: longer routes take longer to read.
_MOST_VISITS = 400_000
# So many routes per job, at least so many, are worth a look: twice as many take far longer than the
# little that they save is worth.
_LOOKED_AT_PER_JOB = 5
_LEAST_LOOKED_AT = 500
# Where even parts of routes save less than this share, whole ones are not tried.
_LEAST_SAVING = 1e-4
# Costs are counted so that the best plan costs this: small numbers suit both solvers.
_BEST_COST = 1e6
# No single cost is larger than so many times the best plan.
_LARGEST = 1e3
# Work of a choice without a time limit, in CP-SAT's own seconds.
_WORK_S = 1.0


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
        self._job_of = [-1] * (len(arrays.nodes) // 4)
        for job, ends in enumerate(jobs[:, :2].tolist()):
            for node in ends:
                if node >= 0:
                    self._job_of[node] = job
        self._kind_of = [int(kind) for kind in arrays.vehicles.reshape(-1, 17)[:, 16]]
        # Every exclusive vehicle is a kind of its own.
        self._exclusive = [{self._kind_of[v] for v in clique} for clique in arrays.exclusive]
        self._groups = arrays.groups
        self._fewest_vehicles = arrays.fewest_vehicles
        self._vehicles_of: dict[int, list[int]] = {}
        for vehicle, kind in enumerate(self._kind_of):
            self._vehicles_of.setdefault(kind, []).append(vehicle)
        self._parts = SolveInterrupter()
        self._whole: cp_model.CpSolver | None = None
        self._interrupted = False

    def interrupt(self) -> None:
        """End a choice under way and all later ones; may come from another thread.

        CP-SAT hears nothing while it gets ready: say it again until the choice has ended.
        """
        self._interrupted = True
        self._parts.interrupt()
        whole = self._whole
        if whole is not None:
            whole.stop_search()

    def better_plan(self, search: RoutingSearch, time_s: float | None) -> RoutePlan | None:
        """Return a plan that is better than the search's best one, None where none is found.

        Only while no native thread runs.  Without a time limit the answer is the same every time.
        """
        ends_s = None if time_s is None else time.monotonic() + time_s
        columns = self._columns(search)
        routes, absent = search.best()
        if columns is None or len(columns) == len(routes):
            return None
        number_of = {(one.kind, one.jobs): number for number, one in enumerate(columns)}
        incumbent = [
            number_of[self._kind_of[vehicle], self._jobs(nodes)] for vehicle, nodes, _ in routes
        ]
        chosen = self._chosen(columns, incumbent, absent, ends_s)
        if chosen is None:
            return None
        served = {job for number in chosen for job in columns[number].jobs}
        left_out = [job for job in range(len(self._price)) if job not in served]
        prices = [self._price[job] for job in left_out]
        worth = (
            sum(price < 0 for price in prices),
            len(chosen) if self._fewest_vehicles else 0,
            sum(columns[number].cost for number in chosen)
            + sum(price for price in prices if price >= 0),
        )
        if worth >= search.worth():
            return None
        return self._plan([columns[number] for number in chosen]), left_out

    def _is_over(self, ends_s: float | None) -> bool:
        return self._interrupted or (ends_s is not None and time.monotonic() >= ends_s)

    def _jobs(self, nodes: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted({self._job_of[node] for node in nodes}))

    def _columns(self, search: RoutingSearch) -> list[_Column] | None:
        """Return the kept routes; of each set of jobs and kind of vehicles the cheapest.

        None when interrupted.
        """
        routes = len(search.best()[0])
        most = min(_MOST_ROUTES, _MOST_VISITS * max(1, routes) // max(1, len(self._job_of)))
        found: dict[tuple[int, tuple[int, ...]], _Column] = {}
        for kind, cost, nodes in search.pool(most):
            if self._interrupted:
                return None
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
        ends_s: float | None,
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
        # Whom the best plan cannot serve nobody waits for.
        lower[[job for job in absent if self._price[job] < 0]] = 0
        upper = np.ones(last + len(fewest))
        for kind, row in row_of_kind.items():
            upper[row] = len(self._vehicles_of[kind])
        upper[last:] = len(incumbent)
        costs = np.array(
            [one.cost for one in columns] + [self._price[job] for job in optional], dtype=float
        )
        start = np.zeros(len(entries), dtype=np.bool_)
        start[list(incumbent)] = True
        left_out = set(absent)
        start[[len(columns) + k for k, job in enumerate(optional) if job in left_out]] = True
        # Where money comes in as well as goes out, the best plan may cost nearly nothing.
        costs *= _BEST_COST / max(1.0, abs(costs[start].sum()), abs(costs).max() / _LARGEST)
        if self._is_over(ends_s):
            return None
        program = _program(costs, entries, lower, upper)
        dear = self._reduced_costs(program, float(costs[start].sum()), ends_s)
        if dear is None or self._is_over(ends_s):
            return None
        kept = start.copy()
        kept[np.argsort(dear, kind="stable")[: self._most_looked_at()]] = True
        numbers = [int(number) for number in np.flatnonzero(kept)]
        kinds = [one.kind for one in columns]
        taken = self._whole_routes(numbers, costs, entries, kinds, (lower, upper), start, ends_s)
        return None if taken is None else [n for n in taken if n < len(columns)]

    def _whole_routes(
        self,
        numbers: Sequence[int],
        costs: npt.NDArray[np.float64],
        entries: Sequence[Sequence[int]],
        kinds: Sequence[int],
        bounds: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
        start: npt.NDArray[np.bool_],
        ends_s: float | None,
    ) -> list[int] | None:
        """Return which of some columns cost least together; None where CP-SAT found nothing."""
        lower, upper = bounds
        model = cp_model.CpModel()
        taken = {number: model.new_bool_var("") for number in numbers}
        rows: list[list[cp_model.IntVar]] = [[] for _ in lower]
        for number in numbers:
            for row in entries[number]:
                rows[row].append(taken[number])
        for row, its in enumerate(rows[: len(self._price)]):
            if lower[row] > 0:
                model.add_exactly_one(its)
            else:
                model.add_at_most_one(its)
        for row, its in enumerate(rows[len(self._price) :], len(self._price)):
            if len(its) > upper[row]:
                model.add(cp_model.LinearExpr.sum(its) <= int(upper[row]))
        self._keep_rules(model, kinds, taken, rows)
        model.minimize(
            cp_model.LinearExpr.weighted_sum(
                list(taken.values()), [round(float(costs[number])) for number in numbers]
            )
        )
        for number in numbers:
            model.add_hint(taken[number], bool(start[number]))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        # It would take Ctrl-C for itself and not give it back.
        solver.parameters.catch_sigint_signal = False
        if ends_s is None:
            solver.parameters.max_deterministic_time = _WORK_S
        else:
            solver.parameters.max_time_in_seconds = max(0.0, ends_s - time.monotonic())
        self._whole = solver
        try:
            if self._interrupted:
                return None
            status = solver.solve(model)
        finally:
            self._whole = None
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        return [number for number in numbers if solver.boolean_value(taken[number])]

    def _keep_rules(
        self,
        model: cp_model.CpModel,
        kinds: Sequence[int],
        taken: Mapping[int, cp_model.IntVar],
        rows: Sequence[Sequence[cp_model.IntVar]],
    ) -> None:
        """Keep exclusive vehicles apart, and groups whole: parts of routes did not need to."""
        for clique in self._exclusive:
            its = [one for n, one in taken.items() if n < len(kinds) and kinds[n] in clique]
            model.add_at_most_one(its)
        routes = {taken[number].index for number in taken if number < len(kinds)}
        for jobs, amounts, minimum in self._groups:
            there = model.new_bool_var("")
            # By job whether some route serves it: being left out is a column too.
            served = [
                cp_model.LinearExpr.sum([one for one in rows[job] if one.index in routes])
                for job in jobs
            ]
            for one in served:
                model.add(one <= there)
            model.add(cp_model.LinearExpr.weighted_sum(served, amounts) >= minimum * there)

    def _most_looked_at(self) -> int:
        return max(_LEAST_LOOKED_AT, _LOOKED_AT_PER_JOB * len(self._price))

    def _reduced_costs(
        self, program: model_pb2.ModelProto, best: float, ends_s: float | None
    ) -> npt.NDArray[np.float64] | None:
        """Return them where parts of routes may be taken; None where even these save nothing."""
        model = mathopt.Model.from_model_proto(program)
        limits = mathopt.SolveParameters(threads=1)
        if ends_s is not None:
            limits.time_limit = dt.timedelta(seconds=max(0.0, ends_s - time.monotonic()))
        found = mathopt.solve(
            model, mathopt.SolverType.GLOP, params=limits, interrupter=self._parts
        )
        if found.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        if found.objective_value() > best - _LEAST_SAVING * _BEST_COST:
            return None
        reduced = found.reduced_costs()
        return np.array([reduced[variable] for variable in model.variables()])

    def _plan(self, chosen: Sequence[_Column]) -> list[Route]:
        """Give every route a vehicle of its kind."""
        idle = {kind: iter(vehicles) for kind, vehicles in self._vehicles_of.items()}
        return [(next(idle[one.kind]), one.nodes, ()) for one in chosen]


def _program(
    costs: npt.NDArray[np.float64],
    entries: Sequence[Sequence[int]],
    lower: npt.NDArray[np.float64],
    upper: npt.NDArray[np.float64],
) -> model_pb2.ModelProto:
    """Return the program: least cost, columns between 0 and 1, rows between their bounds."""
    program = model_pb2.ModelProto()
    count = len(costs)
    program.variables.ids.extend(range(count))
    program.variables.lower_bounds.extend([0.0] * count)
    program.variables.upper_bounds.extend([1.0] * count)
    program.variables.integers.extend([False] * count)
    program.objective.linear_coefficients.ids.extend(range(count))
    program.objective.linear_coefficients.values.extend(costs)
    program.linear_constraints.ids.extend(range(len(lower)))
    program.linear_constraints.lower_bounds.extend(lower)
    program.linear_constraints.upper_bounds.extend(upper)
    rows = np.array([row for its in entries for row in its], dtype=np.int64)
    columns = np.repeat(np.arange(count), [len(its) for its in entries])
    order = np.lexsort((columns, rows))
    program.linear_constraint_matrix.row_ids.extend(rows[order])
    program.linear_constraint_matrix.column_ids.extend(columns[order])
    program.linear_constraint_matrix.coefficients.extend([1.0] * len(rows))
    return program
