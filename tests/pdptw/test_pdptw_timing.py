"""The times of a route against every departure and every wait there is."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from colivraison.pdptw import Infeasible, Obstacle
from colivraison.pdptw.steps import Chain, Limit, Step
from colivraison.pdptw.timing import shortest_times

HORIZON_S = 14


def _chain(steps, limits):
    """Return a chain from (lead, work, begins) and (first, last, at most)."""
    return Chain(
        steps=tuple(
            Step(travel_s=lead_s, work_s=work_s, begins=begins, visit=place)
            for place, (lead_s, work_s, begins) in enumerate(steps)
        ),
        limits=tuple(Limit(first=a, last=b, at_most_s=s) for a, b, s in limits),
        distance_m=0,
    )


def _schedules(chain):
    """Yield every schedule in whole seconds."""

    def go_on(times):
        place = len(times)
        if place == len(chain.steps):
            yield tuple(times)
            return
        step = chain.steps[place]
        ready_s = times[-1] + chain.steps[place - 1].work_s + step.lead_s if times else 0
        for begin_s in range(ready_s, 2 * HORIZON_S):
            if not any(first_s <= begin_s <= last_s for first_s, last_s in step.begins):
                continue
            if all(
                begin_s - times[limit.first] - chain.steps[limit.first].work_s <= limit.at_most_s
                for limit in chain.limits
                if limit.last == place
            ):
                yield from go_on([*times, begin_s])

    yield from go_on([])


def _best(chain):
    """Return the least duration, then the earliest end, then everything as early as can be."""
    return min(
        _schedules(chain), key=lambda times: (times[-1] - times[0], times[-1], times), default=None
    )


@st.composite
def chains(draw):
    def begins(most):
        found = []
        at_s = 0
        for _ in range(draw(st.integers(1, most))):
            first_s = at_s + draw(st.integers(0, 6))
            last_s = first_s + draw(st.integers(0, 6))
            found.append((first_s, last_s))
            at_s = last_s + 1
        return tuple(found)

    middle = [
        (draw(st.integers(0, 2)), draw(st.integers(0, 2)), begins(3))
        for _ in range(draw(st.integers(0, 4)))
    ]
    shift = (draw(st.integers(0, 3)), draw(st.integers(6, HORIZON_S)))
    leaves = (shift[0], shift[0]) if draw(st.booleans()) else shift
    steps = [(0, 0, (leaves,)), *middle, (draw(st.integers(0, 2)), 0, (shift,))]
    pairs = [(a, b) for b in range(len(steps)) for a in range(b)]
    limits = [
        (*draw(st.sampled_from(pairs)), draw(st.integers(0, 8)))
        for _ in range(draw(st.integers(0, 4)))
    ]
    return _chain(steps, limits)


# Loaded in the first window (0-2) it waits too long for 9: the second (5-6) it must be.
LATER_WINDOW = _chain(
    [(0, 0, ((0, 14),)), (1, 0, ((0, 2), (5, 6))), (1, 0, ((9, 9),)), (1, 0, ((0, 14),))],
    [(1, 2, 4)],
)
# Two limits that overlap, and a wait between them that both have to swallow.
OVERLAPPING = _chain(
    [
        (0, 0, ((0, 14),)),
        (0, 1, ((0, 3), (6, 8))),
        (1, 0, ((0, 9),)),
        (1, 0, ((8, 9),)),
        (1, 1, ((11, 12),)),
        (0, 0, ((0, 14),)),
    ],
    [(1, 3, 3), (2, 4, 4), (0, 5, 8)],
)
# To be there at 8 and within 3 s of leaving one leaves at 5, and nobody leaves after 4.
TOO_EARLY = _chain(
    [(0, 0, ((0, 4),)), (1, 0, ((0, 4),)), (1, 0, ((8, 8),)), (1, 0, ((0, 14),))],
    [(0, 2, 3)],
)


@settings(max_examples=300, deadline=None)
@given(chain=chains())
@example(chain=LATER_WINDOW)
@example(chain=OVERLAPPING)
@example(chain=TOO_EARLY)
def test_the_times_are_the_best_of_every_departure_and_every_wait(chain):
    times = shortest_times(chain)
    expected = _best(chain)
    if isinstance(times, Infeasible):
        assert expected is None
    else:
        assert tuple(times) == expected


def test_a_load_that_would_wait_too_long_is_taken_in_a_later_window():
    # At 5 at the earliest within 4 s of 9; leaving at 5 for 6: 6, 9, 10, which lasts 5 s.
    assert shortest_times(LATER_WINDOW) == [5, 6, 9, 10]


def test_a_limit_below_the_bare_way_is_told_where_it_ends():
    chain = _chain(
        [(0, 0, ((0, 14),)), (1, 0, ((0, 14),)), (3, 0, ((0, 14),)), (1, 0, ((0, 14),))],
        [(1, 2, 2)],
    )
    # 3 s of way and 2 s allowed.
    assert shortest_times(chain) == Infeasible(obstacle=Obstacle.TIME_ON_BOARD, visit=2)


def test_a_limit_that_no_window_allows_is_told_as_one():
    outcome = shortest_times(TOO_EARLY)
    assert isinstance(outcome, Infeasible)
    assert outcome.obstacle is Obstacle.TIME_ON_BOARD


def test_a_hundred_steps_with_a_window_a_day_are_timed_in_few_rounds():
    # A hundred loads, each 2 s from the last and delivered at the next, open 300 s a day; the end
    # opens on the eighth day.  Climbing second by second would not end in a test.
    day_s = 86_400
    steps = [(0, 0, ((0, 9 * day_s),))]
    steps += [
        (2, 0, tuple((d * day_s + k, d * day_s + 300 + k) for d in range(8))) for k in range(100)
    ]
    steps += [(2, 0, ((7 * day_s, 9 * day_s),))]
    limits = [(k, k + 1, 2) for k in range(1, 100)]
    times = shortest_times(_chain(steps, limits))
    # On the eighth day nobody waits: 101 ways of 2 s, the first load as soon as it may.
    assert times[0] == 7 * day_s - 2
    assert times[-1] - times[0] == 202
