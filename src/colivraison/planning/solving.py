"""One call from orders and vans to timed rounds: translate, search, translate back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from colivraison.domain import (
    Case,
    Driver,
    Order,
    Round,
    Site,
    TravelMatrix,
    Unserved,
    Vehicle,
    Week,
)
from colivraison.pdptw import (
    Problem,
    Progress,
    Solution,
    SolverBackend,
    Stopping,
    serve_with_idle_vehicles,
)
from colivraison.planning.from_solution import from_solution
from colivraison.planning.known_plan import KnownPlan
from colivraison.planning.minimums import Minimums
from colivraison.planning.to_problem import to_problem
from colivraison.units import TimeWindow

__all__ = ["Outcome", "Solver", "cost_of", "idle_drivers", "idle_vans"]

# A second look at what is left out, on the vans that are left: seldom needed, so brief.
_SECOND_LOOK_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Rounds and what they leave out."""

    rounds: tuple[Round, ...]
    unserved: tuple[Unserved, ...]


def cost_of(rounds: Iterable[Round]) -> int:
    """Return the cents of some rounds."""
    return sum(one.cost_cents for one in rounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solver:
    """A back end together with the case and the roads it works on."""

    case: Case
    matrix: TravelMatrix
    backend: SolverBackend
    seed: int
    threads: int

    def __call__(
        self,
        *,
        vehicles: Sequence[Vehicle],
        orders: Sequence[Order],
        stopping: Stopping,
        prefix: str = "",
        extra_places: Mapping[str, Site] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        elsewhere: Sequence[Order] = (),
        drivers: Sequence[Driver] | None = None,
        known: KnownPlan | None = None,
    ) -> Outcome:
        """Return the best rounds found for some orders on some vans.

        No order is left out that an idle van could carry by itself with an idle driver, however
        short the search, unless it would stay below a minimum.

        Parameters
        ----------
        prefix
            Put before the numbers of the rounds.
        extra_places
            Sites beyond those of the case; they stand in the matrix.
        elsewhere
            Orders that other rounds deliver: they count for minimums.
        drivers
            Who drives these vans; None: each has a driver of its own.
        known
            A plan of which something is kept, the numbers of its rounds included.
        """
        places = self.case.places | dict(extra_places or {})
        minimums = Minimums.beside(self.case, elsewhere)
        rounds, unserved = self._search(
            vehicles, drivers, orders, stopping, places, minimums, on_progress, known
        )
        reasons = {u.order_id: u for u in unserved}
        brief = stopping
        if stopping.time_limit_s is not None:
            brief = Stopping(time_limit_s=min(stopping.time_limit_s, _SECOND_LOOK_S))
        while unserved:
            left = {u.order_id for u in unserved}
            idle = idle_vans(self.case.week, vehicles, rounds)
            free = None if drivers is None else idle_drivers(self.case.week, drivers, rounds)
            waiting = [order for order in orders if order.id in left]
            served = [order for order in orders if order.id not in left]
            minimums = Minimums.beside(self.case, [*elsewhere, *served])
            more, unserved = self._search(idle, free, waiting, brief, places, minimums, None, None)
            if not more:
                break
            rounds += more
        numbered = sorted(rounds, key=lambda one: (one.stops[0].start_s, one.vehicle_id))
        names = (
            [f"{prefix}{number}" for number, _ in enumerate(numbered, 1)]
            if known is None
            else known.names(numbered)
        )
        return Outcome(
            rounds=tuple(replace(one, id=name) for name, one in zip(names, numbered, strict=True)),
            # The reasons of the first search, which had every van to choose from.
            unserved=tuple(reasons[u.order_id] for u in unserved),
        )

    def _search(
        self,
        vehicles: Sequence[Vehicle],
        drivers: Sequence[Driver] | None,
        orders: Sequence[Order],
        stopping: Stopping,
        places: Mapping[str, Site],
        minimums: Minimums | None,
        on_progress: Callable[[Progress], None] | None,
        known: KnownPlan | None,
    ) -> tuple[tuple[Round, ...], tuple[Unserved, ...]]:
        if not orders:
            return (), ()
        week = self.case.week
        translation = to_problem(
            week=week,
            places=places,
            vehicles=vehicles,
            orders=orders,
            matrix=self.matrix,
            kept_apart=self.case.kept_apart,
            minimums=minimums,
            drivers=drivers,
            ready_s=self.case.ready_s,
            labels=None if known is None else known.labels,
        )

        def search(problem: Problem, initial: Solution | None) -> Solution:
            return self.backend(
                problem,
                stopping,
                seed=self.seed,
                threads=self.threads,
                initial=initial,
                on_progress=on_progress,
            ).solution

        found = (
            search(translation.problem, None)
            if known is None
            else known.solution(translation, week, search)
        )
        complete = serve_with_idle_vehicles(translation.problem, found)
        usual = self.case.settings.gco2e_per_km
        return from_solution(translation, complete, week=week, usual_gco2e_per_km=usual)


def idle_vans(
    week: Week, vehicles: Sequence[Vehicle], rounds: Iterable[Round]
) -> tuple[Vehicle, ...]:
    """Return the vans with the shifts in which no round sets out."""
    departures_s: dict[str, list[int]] = {}
    for one in rounds:
        departures_s.setdefault(one.vehicle_id, []).append(one.stops[0].start_s)
    return tuple(
        vehicle.on_duty_only(week, free)
        for vehicle in vehicles
        if (free := _free(vehicle.shifts_in(week), departures_s.get(vehicle.id, ())))
    )


def idle_drivers(
    week: Week, drivers: Sequence[Driver], rounds: Iterable[Round]
) -> tuple[Driver, ...]:
    """Return the drivers with the shifts in which they drive no round."""
    departures_s: dict[str, list[int]] = {}
    for one in rounds:
        departures_s.setdefault(one.driver_id, []).append(one.stops[0].start_s)
    return tuple(
        driver.on_duty_only(week, free)
        for driver in drivers
        if (free := _free(driver.shifts_in(week), departures_s.get(driver.id, ())))
    )


def _free(shifts: Sequence[TimeWindow], departures_s: Sequence[int]) -> list[TimeWindow]:
    """Return the shifts in which nothing sets out."""
    return [
        shift
        for shift in shifts
        if not any(shift.start_s <= moment_s <= shift.end_s for moment_s in departures_s)
    ]
