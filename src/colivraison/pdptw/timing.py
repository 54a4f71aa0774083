"""When each step of a chain begins, so that the route takes the least time.

Let ``x[0]`` be the departure, ``x[1..n]`` the begins of the visits and breaks and ``x[n+1]`` the
end.  With ``c[k]`` the work of step ``k - 1``, the travel and the setup before step ``k``, and with
``next_k(t)`` the first allowed begin of step ``k`` at ``t`` or later (infinite behind the last
window), a schedule that leaves at ``d`` or later is a finite ``x`` with

    x[0] >= next_0(d),   x[k] >= next_k(x[k-1] + c[k]),
    x[p] >= next_p(x[q] - m)   where q may begin at most m after p did (the work of p included),

and every ``x[k]`` allowed.  All these maps are monotone, so there is a least schedule ``x(d)``,
least in every component at once: repeating the maps from below ends there, or behind a last window
when there is none (least fixpoint, Tarski 1955, DOI 10.2140/pjm.1955.5.285).  It is monotone in
``d``: who cannot leave at ``d`` or later cannot leave later than that either.

*One region.*  Let ``w(d)`` say which window each ``x[k](d)`` lies in.  It never falls as ``d``
grows, so the ``d`` with one and the same ``w`` are an interval, a region ``[l, r]``.  With ``w``
fixed the maps are lower bounds and differences only, whose least solution is
``x[k](d) = max(a[k], d + b[k])`` with constants ``a``, ``b`` (longest paths).  It is ``x(d)``: the
latter satisfies the fixed system, and what satisfies the fixed system is a schedule.  Hence

- ``r`` is the latest departure of the fixed system: for ``d`` up to it there is a schedule within
  ``w``, so the windows of ``x(d)`` come no later, and beyond it there is none within ``w``.  It is
  the least, over all steps, of the window's end less the bare way from the start.  The limits do
  not lower it: from ``q`` back to ``p`` one gains ``m``, which is no less than the bare way from
  ``p`` to ``q`` (else there is no schedule at all, which is looked at first).
  There ``x[0](r) = r``.
- The duration ``D(d) = x[n+1](d) - x[0](d)`` never rises in the region.  Below ``a[0]`` both terms
  are constant (``x[n+1] >= x[0] + b[n+1]``); above it, it is ``max(a[n+1] - d, b[n+1])``.  So the
  least of the region is ``D(r)``.
- The earliest end with that duration is ``x[n+1](l)``, the earliest end of the whole region: if
  ``D(l) = D(r)`` that is plain.  Otherwise ``D`` falls by one a second while the end stands still
  at ``a[n+1] = x[n+1](l)``, until it reaches ``D(r)``; so ``d = x[n+1](l) - D(r)`` has both.

*All regions.*  Start with the earliest departure, go on with ``r + 1``; there are at most as many
regions as windows, and each costs a few passes over the chain.  Any schedule that leaves at ``d``
ends no sooner than ``x(d)``, which leaves no sooner; so the least duration over the regions is the
least of all, and, ends being monotone in ``d``, the first region that has it holds the earliest
end.  The search may stop at a region where nobody waits.

*Repeating ends soon.*  Without windows' upper ends the only cycles go along the chain from ``p``
to ``q`` and back by a limit; the chain's lengths being additive, a cycle of several limits weighs
what its limits weigh with their own stretches.  So no cycle gains when every limit leaves time for
the bare way from ``p`` to ``q`` (checked first, else there is no schedule at all), and within one
``w`` it takes no more rounds than steps (Bellman-Ford).

Time on board in dial-a-ride, with another method: Cordeau & Laporte 2003,
DOI 10.1016/S0191-2615(02)00045-0.
"""

from __future__ import annotations

from bisect import bisect_left

from colivraison.pdptw.schedule import Infeasible, Obstacle
from colivraison.pdptw.steps import Chain, Limit, Step

__all__ = ["shortest_times"]


def shortest_times(chain: Chain) -> list[int] | Infeasible:
    """Return when each step begins in the schedule of least duration, earliest end among equals.

    Between departure and end everything is as early as these allow.
    """
    steps, limits = chain.steps, chain.limits
    for limit in limits:
        way_s = sum(
            steps[k].lead_s + (steps[k].work_s if k < limit.last else 0)
            for k in range(limit.first + 1, limit.last + 1)
        )
        if way_s > limit.at_most_s:
            return Infeasible(obstacle=Obstacle.TIME_ON_BOARD, visit=steps[limit.last].visit)
    bare_s = sum(step.lead_s + step.work_s for step in steps)
    best: tuple[int, int] | None = None
    depart_s = steps[0].begins[0][0]
    while isinstance(early := _least(steps, limits, depart_s), tuple):
        if early[0][-1] - early[0][0] == bare_s:
            # Nobody waits: no shorter, and no sooner, than this.
            return early[0]
        latest_s = _latest_departure(steps, early[1])
        late = _least(steps, limits, latest_s)
        assert isinstance(late, tuple), "a schedule leaves at the latest departure of its windows"
        duration_s = late[0][-1] - latest_s
        if best is None or duration_s < best[0]:
            best = duration_s, early[0][-1]
        if duration_s == bare_s:
            break
        depart_s = latest_s + 1
    if best is None:
        assert isinstance(early, int), "the loop ends with a step that is missed"
        return _missed(steps, limits, early)
    found = _least(steps, limits, best[1] - best[0])
    assert isinstance(found, tuple), "the best departure is one of those tried"
    return found[0]


def _least(
    steps: tuple[Step, ...], limits: tuple[Limit, ...], depart_s: int
) -> tuple[list[int], list[int]] | int:
    """Return the least schedule and its windows, or the step that comes behind its last window."""
    floor_s = [0] * len(steps)
    floor_s[0] = depart_s
    while True:
        times: list[int] = []
        slots: list[int] = []
        now_s = 0
        for place, step in enumerate(steps):
            ready_s = max(now_s + step.travel_s + step.setup_s, floor_s[place])
            begins = step.begins
            slot = 0
            if not begins or ready_s > begins[0][1]:
                slot = bisect_left(begins, ready_s, key=_last)
                if slot == len(begins):
                    return place
            begin_s = max(ready_s, begins[slot][0])
            times.append(begin_s)
            slots.append(slot)
            now_s = begin_s + step.work_s
        stable = True
        for limit in limits:
            soonest_s = times[limit.last] - limit.at_most_s - steps[limit.first].work_s
            if soonest_s > times[limit.first]:
                floor_s[limit.first] = soonest_s
                stable = False
        if stable:
            return times, slots


def _last(begin: tuple[int, int]) -> int:
    return begin[1]


def _latest_departure(steps: tuple[Step, ...], slots: list[int]) -> int:
    """Return the latest departure of a schedule within given windows, one of which exists."""
    latest_s = steps[0].begins[slots[0]][1]
    way_s = 0
    for before, step, slot in zip(steps, steps[1:], slots[1:], strict=False):
        way_s += before.work_s + step.lead_s
        latest_s = min(latest_s, step.begins[slot][1] - way_s)
    return latest_s


def _missed(steps: tuple[Step, ...], limits: tuple[Limit, ...], place: int) -> Infeasible:
    """Return why the earliest departure does not get beyond a step."""
    without = _least(steps, (), steps[0].begins[0][0]) if limits else place
    if isinstance(without, tuple):
        return Infeasible(obstacle=Obstacle.TIME_ON_BOARD, visit=_visit_at(steps, place))
    broken = steps[without].number is not None
    return Infeasible(
        obstacle=Obstacle.BREAK_WINDOW if broken else Obstacle.TIME,
        visit=_visit_at(steps, without),
    )


def _visit_at(steps: tuple[Step, ...], place: int) -> int | None:
    """Return the visit of a step, or the next one."""
    return next((step.visit for step in steps[place:] if step.visit is not None), None)
