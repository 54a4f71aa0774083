"""The judge's view of time: first the one earliest departure, then the longest spans allowed.

Waiting is always allowed, so without a longest span (time on board, duration) a route can be
driven exactly when it can be driven leaving as early as the shift allows: the judge follows that
one departure, and stops at the first impossible moment, what follows being guesswork.

Spans are differences of two moments.  They are taken up one by one, in the order of the route, and
each that cannot be kept together with those taken up before is a violation, by the least seconds
that would have to be granted.  Whether some can be kept together is found by difference
constraints: Bellman-Ford on their graph tells whether any times keep them (Cormen et al.,
Introduction to Algorithms, "Difference constraints and shortest paths"), then moments are pushed
up until all of them hold and every one is allowed.  No least duration is ever computed here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from colivraison.pdptw.problem import VEHICLE_END, VEHICLE_START, Activity, Problem, Vehicle
from colivraison.pdptw.solution import Route
from colivraison.pdptw.violations import Violation, ViolationKind

__all__ = ["time_violations"]

# To begin ``gap_s`` or more after another moment: (other, this, gap_s).
_Gap = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """The begin of something: the intervals in which it may lie."""

    allowed: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """From ``after_s`` behind one moment to another at most so long; what it breaks if not."""

    first: int
    last: int
    after_s: int
    at_most_s: int
    broken: Violation

    def gap(self, extra_s: int) -> _Gap:
        return self.last, self.first, -(self.after_s + self.at_most_s + extra_s)


def time_violations(problem: Problem, route: Route) -> list[Violation]:
    """Return what is wrong with the distance, the times and the breaks of a route."""
    unknown, taken = _breaks(problem, route)
    walk = _Walk(problem, route, taken)
    found = unknown + walk.found
    if not walk.found:
        limit_m = walk.vehicle.max_distance_m
        if limit_m is not None and walk.distance_m > limit_m:
            found.append(
                Violation(
                    kind=ViolationKind.MAX_DISTANCE,
                    vehicle=route.vehicle,
                    amount=walk.distance_m - limit_m,
                    unit="m",
                )
            )
        kept: list[_Gap] = list(walk.gaps)
        for span in _spans(problem, route, walk, taken, count_breaks=not unknown):
            if _pushed(walk.moments, [*kept, span.gap(0)]) is not None:
                kept.append(span.gap(0))
            else:
                found.append(_by_how_much(walk.moments, kept, span))
    return found


def _breaks(problem: Problem, route: Route) -> tuple[list[Violation], dict[int, list[int]]]:
    """Return what is wrong with the list of breaks, and the breaks by the visits before them."""
    count = len(problem.vehicles[route.vehicle].breaks)
    taken: dict[int, list[int]] = {}
    if route.breaks and len(route.breaks) != count:
        wrong = Violation(
            kind=ViolationKind.BREAK_UNKNOWN,
            vehicle=route.vehicle,
            amount=abs(len(route.breaks) - count),
            unit="times",
        )
        return [wrong], taken
    found: list[Violation] = []
    for number, after in enumerate(route.breaks):
        if after is None:
            continue
        if 0 <= after <= len(route.visits):
            taken.setdefault(after, []).append(number)
        else:
            found.append(
                Violation(kind=ViolationKind.BREAK_UNKNOWN, vehicle=route.vehicle, number=number)
            )
    return found, taken


class _Walk:
    """The route from its start to its end, leaving as early as the shift allows.

    ``found`` holds the first impossible moment; without one, ``moments`` are the departure, what
    is done, and the end, ``gaps`` the way from each to the next, and ``work_s`` what each takes.
    """

    def __init__(self, problem: Problem, route: Route, taken: dict[int, list[int]]) -> None:
        self.vehicle: Vehicle = problem.vehicles[route.vehicle]
        shift = self.vehicle.shift
        last_s = shift.start_s if self.vehicle.leaves_at_once else shift.end_s
        self.found: list[Violation] = []
        self.moments = [_Moment(allowed=((shift.start_s, last_s),))]
        self.gaps: list[_Gap] = []
        self.work_s = [0]
        self.visit_at: dict[int, int] = {}
        self.distance_m = 0
        self._route = route
        self._place = self.vehicle.start
        self._now_s = shift.start_s
        self._table = problem.tables[self.vehicle.table]
        self._rest(taken.get(0, []))
        for index, visit in enumerate(route.visits):
            shipment = problem.shipments[visit.shipment]
            activity = shipment.pickup if visit.is_pickup else shipment.delivery
            if activity is not None and not self.found:
                self._visit(problem, index, activity)
            if not self.found:
                self._rest(taken.get(index + 1, []))
        if not self.found:
            self._home()

    def _add(self, lead_s: int, work_s: int, allowed: tuple[tuple[int, int], ...]) -> None:
        self.gaps.append((len(self.moments) - 1, len(self.moments), self.work_s[-1] + lead_s))
        self.moments.append(_Moment(allowed=allowed))
        self.work_s.append(work_s)

    def _rest(self, numbers: list[int]) -> None:
        for number in numbers:
            rest = self.vehicle.breaks[number]
            begins = [
                max(self._now_s, window.start_s)
                for window in rest.windows
                if self._now_s <= window.end_s
            ]
            if not begins:
                self.found.append(
                    Violation(
                        kind=ViolationKind.BREAK_WINDOW,
                        vehicle=self._route.vehicle,
                        amount=self._now_s - rest.windows[-1].end_s,
                        unit="s",
                        number=number,
                    )
                )
                return
            self._now_s = begins[0] + rest.duration_s
            self._add(
                0, rest.duration_s, tuple((window.start_s, window.end_s) for window in rest.windows)
            )

    def _visit(self, problem: Problem, index: int, activity: Activity) -> None:
        shipment = self._route.visits[index].shipment
        here = Violation(
            kind=ViolationKind.WINDOW,
            vehicle=self._route.vehicle,
            visit=index,
            shipment=shipment,
        )
        goal = activity.location
        if goal == VEHICLE_START:
            goal = self.vehicle.start
        elif goal == VEHICLE_END:
            assert self.vehicle.end is not None, "a problem promises an end"
            goal = self.vehicle.end
        leg_s = int(self._table.durations_s[self._place, goal])
        if leg_s < 0:
            self.found.append(replace(here, kind=ViolationKind.UNREACHABLE))
            return
        setup_s = problem.setup_s[goal] if goal != self._place else 0
        begins = [
            begin_s
            for window in activity.windows
            if (begin_s := max(self._now_s + leg_s, window.start_s) + setup_s) <= window.end_s
        ]
        if not begins:
            late_s = self._now_s + leg_s + setup_s - activity.windows[-1].end_s
            self.found.append(replace(here, amount=max(0, late_s), unit="s"))
            return
        self.distance_m += int(self._table.distances_m[self._place, goal])
        self._now_s = min(begins) + activity.service_s
        self._place = goal
        self.visit_at[index] = len(self.moments)
        self._add(
            leg_s + setup_s,
            activity.service_s,
            tuple(
                (window.start_s + setup_s, window.end_s)
                for window in activity.windows
                if window.start_s + setup_s <= window.end_s
            ),
        )

    def _home(self) -> None:
        leg_s = 0
        if self.vehicle.end is not None:
            leg_s = int(self._table.durations_s[self._place, self.vehicle.end])
            if leg_s < 0:
                self.found.append(
                    Violation(kind=ViolationKind.UNREACHABLE, vehicle=self._route.vehicle)
                )
                return
            self.distance_m += int(self._table.distances_m[self._place, self.vehicle.end])
        late_s = self._now_s + leg_s - self.vehicle.shift.end_s
        if late_s > 0:
            self.found.append(
                Violation(
                    kind=ViolationKind.SHIFT,
                    vehicle=self._route.vehicle,
                    amount=late_s,
                    unit="s",
                )
            )
        self._add(leg_s, 0, ((self.vehicle.shift.start_s, self.vehicle.shift.end_s),))


def _spans(
    problem: Problem,
    route: Route,
    walk: _Walk,
    taken: dict[int, list[int]],
    *,
    count_breaks: bool,
) -> list[_Span]:
    """Return the longest spans of a route: on board, whole, and whole without a break."""
    end = len(walk.moments) - 1
    places: dict[int, list[int | None]] = {}
    for index, moment in walk.visit_at.items():
        visit = route.visits[index]
        places.setdefault(visit.shipment, [None, None])[0 if visit.is_pickup else 1] = moment
    found: list[_Span] = []
    for number, (pickup, delivery) in places.items():
        shipment = problem.shipments[number]
        first = 0 if shipment.pickup is None else pickup
        last = end if shipment.delivery is None else delivery
        if (
            shipment.max_on_board_s is None
            or first is None
            or last is None
            or first > last  # a fault of its own
        ):
            continue
        at = [index for index, moment in walk.visit_at.items() if moment == last]
        found.append(
            _Span(
                first=first,
                last=last,
                after_s=walk.work_s[first],
                at_most_s=shipment.max_on_board_s,
                broken=Violation(
                    kind=ViolationKind.TIME_ON_BOARD,
                    vehicle=route.vehicle,
                    visit=at[0] if at else None,
                    shipment=number,
                    unit="s",
                ),
            )
        )
    wholes: list[tuple[int, ViolationKind, int | None]] = []
    if walk.vehicle.max_duration_s is not None:
        wholes.append((walk.vehicle.max_duration_s, ViolationKind.MAX_DURATION, None))
    if count_breaks:
        rested = {number for numbers in taken.values() for number in numbers}
        wholes += [
            (rest.beyond_s, ViolationKind.BREAK_MISSING, number)
            for number, rest in enumerate(walk.vehicle.breaks)
            if number not in rested
        ]
    found += [
        _Span(
            first=0,
            last=end,
            after_s=0,
            at_most_s=at_most_s,
            broken=Violation(kind=kind, vehicle=route.vehicle, unit="s", number=number),
        )
        for at_most_s, kind, number in wholes
    ]
    return found


def _pushed(moments: list[_Moment], gaps: list[_Gap]) -> list[int] | None:
    """Return the earliest moments that keep all gaps, None where there are none."""
    if _gains(len(moments), gaps):
        return None
    times = [moment.allowed[0][0] for moment in moments]
    calm = False
    while not calm:
        calm = True
        for before, this, gap_s in gaps:
            if times[this] >= times[before] + gap_s:
                continue
            open_ = [
                max(times[before] + gap_s, first_s)
                for first_s, last_s in moments[this].allowed
                if last_s >= times[before] + gap_s
            ]
            if not open_:
                return None
            times[this] = open_[0]
            calm = False
    return times


def _gains(count: int, gaps: list[_Gap]) -> bool:
    """Tell whether a cycle of gaps asks a moment to come after itself (Bellman-Ford)."""
    lengths = [0] * count
    for _ in range(count):
        calm = True
        for before, this, gap_s in gaps:
            if lengths[this] < lengths[before] + gap_s:
                lengths[this] = lengths[before] + gap_s
                calm = False
        if calm:
            return False
    return True


def _by_how_much(moments: list[_Moment], kept: list[_Gap], span: _Span) -> Violation:
    """Return the violation of a span with the least seconds that must be granted to keep it."""
    times = _pushed(moments, kept)
    assert times is not None, "what was taken up can be kept"
    too_few, enough = 0, times[span.last] - times[span.first] - span.after_s - span.at_most_s
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if _pushed(moments, [*kept, span.gap(middle)]) is None:
            too_few = middle
        else:
            enough = middle
    return replace(span.broken, amount=enough)
