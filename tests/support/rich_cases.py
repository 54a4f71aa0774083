"""Tiny problems, one constraint each, with the best answer worked by hand.

For every back end and for the exhaustive search.  Driving t seconds is 10 t metres; a van of
`_van` pays 100 cents a kilometre, so t seconds of driving cost t cents, and nothing for its hours
unless the case says so (``PAID_BY_TIME``: one cent a second, nothing for the way).
"""

from __future__ import annotations

from dataclasses import dataclass

from pdptw_build import Build

from colivraison.pdptw import (
    VEHICLE_END,
    VEHICLE_START,
    ClassConflict,
    Compartment,
    ConflictScope,
    Lock,
    LockKind,
    Objective,
    Problem,
    Reference,
    Solution,
)

DAY_S = 86_400

# Places 0 to 4 on a road, 100 s from each to the next.
LINE = [[100 * abs(i - j) for j in range(5)] for i in range(5)]
# Places 1 and 2, each 100 s from 0, and 200 s from each other.
STAR = [[0, 100, 100], [100, 0, 200], [100, 200, 0]]

PAID_BY_TIME = {"km": 0, "hour": 3_600}


@dataclass(frozen=True)
class RichCase:
    """A problem and the least key there is, see ``objective_key``."""

    name: str
    problem: Problem
    key: tuple[int, ...]


def _van(**options):
    return Build.vehicle(**{"hour": 0} | options)


def _goods(origin, goal, *, origin_windows=(), goal_windows=(), service_s=(0, 0), **options):
    """Return a shipment between two places; None where it has no such end."""
    pickup = delivery = None
    if origin is not None:
        pickup = Build.activity(origin, *origin_windows, service_s=service_s[0])
    if goal is not None:
        delivery = Build.activity(goal, *goal_windows, service_s=service_s[1])
    return Build.shipment(pickup, delivery, **options)


def _line(vehicles, shipments, **options):
    return Build.problem(LINE, vehicles, shipments, **options)


def _star(vehicles, shipments, **options):
    return Build.problem(STAR, vehicles, shipments, **options)


def _plan(*routes, unassigned=()):
    return Solution(routes=tuple(Build.route(*route) for route in routes), unassigned=unassigned)


def _places_and_times():
    yield RichCase(
        "plain",
        # 0-1-2-0: 100 + 100 + 200.
        _line([_van()], [_goods(1, 2)]),
        (0, 400),
    )
    yield RichCase(
        "multi_day_windows",
        # Place 2 opens on the second day only, when van 1 works: 400 and 7 for its use.
        _line(
            [_van(shift=(0, DAY_S)), _van(shift=(DAY_S, 2 * DAY_S), use=7)],
            [
                _goods(
                    1, 2, origin_windows=[(0, 2 * DAY_S)], goal_windows=[(DAY_S + 600, DAY_S + 900)]
                )
            ],
        ),
        (0, 407),
    )
    yield RichCase(
        "over_night",
        # Loaded at the last moment of the first day, 86400; delivered when place 2 opens the next
        # morning at 108000, home at 108200, having left at 86300: 21900 s.
        _line(
            [_van(shift=(70_000, 110_000), **PAID_BY_TIME)],
            [
                _goods(
                    1,
                    2,
                    origin_windows=[(80_000, 86_400)],
                    goal_windows=[(0, 150), (108_000, 109_000)],
                )
            ],
        ),
        (0, 21_900),
    )
    yield RichCase(
        "open_end",
        # 0-1-2 and no way home.
        _line([_van(end=None)], [_goods(1, 2)]),
        (0, 200),
    )
    yield RichCase(
        "own_start_and_end",
        # Van 1 starts at 2 and ends at 1: 2-3-1, 100 + 200; van 0 needs 0-2-3-0 = 600.
        _line([_van(), _van(start=2, end=1)], [_goods(2, 3)]),
        (0, 300),
    )
    yield RichCase(
        "several_windows",
        # Place 1 is open at 0-120 and 900-1000, place 2 from 1100: leaving at 900 for the second
        # window of place 1 nobody waits, 400 s; for the first it would be 1300 s.
        _line(
            [_van(**PAID_BY_TIME)],
            [_goods(1, 2, origin_windows=[(0, 120), (900, 1_000)], goal_windows=[(1_100, 1_200)])],
        ),
        (0, 400),
    )
    yield RichCase(
        "setup_once",
        # 400 s of driving, one setup of 10 s at 1 and one of 20 s at 2 for both shipments, four
        # services of 5 s.
        _line(
            [_van(**PAID_BY_TIME)],
            [_goods(1, 2, service_s=(5, 5)), _goods(1, 2, service_s=(5, 5))],
            setup_s=[50, 10, 20, 0, 0],
        ),
        (0, 450),
    )
    yield RichCase(
        "setup_within_the_window",
        # The setup of 30 s at 2 may not begin before 500: served at 530, home at 730.  Leaving at
        # 300 it is at 1 at 400 and at 2 at 500: 430 s.
        _line(
            [_van(**PAID_BY_TIME)],
            [_goods(1, 2, goal_windows=[(500, 600)])],
            setup_s=[0, 0, 30, 0, 0],
        ),
        (0, 430),
    )
    yield RichCase(
        "leaves_at_once",
        # Under way since 0: waits for 900 at place 2, home at 1100.
        _line(
            [_van(leaves_at_once=True, **PAID_BY_TIME)], [_goods(1, 2, goal_windows=[(900, 950)])]
        ),
        (0, 1_100),
    )
    quick, slow = Build.table(STAR), Build.table([[9 * t for t in row] for row in STAR])
    yield RichCase(
        "matrix_by_profile",
        # Van 0 drives by the slow table, 1800 s; van 1 by the quick one, 100 out and 100 home.
        Problem(
            tables=(slow, quick),
            setup_s=(0, 0, 0),
            vehicles=(_van(), _van(table=1)),
            shipments=(_goods(0, 1),),
        ),
        (0, 200),
    )
    yield RichCase(
        "one_way_roads",
        # From 1 to 2 there is no way but by 0; the table has none at all, so place 2 first: it is
        # on board from the start.  0-2-1-0: 100 + 200 + 100.
        Build.problem(
            [[0, 100, 100], [100, 0, -1], [100, 200, 0]],
            [_van()],
            [_goods(0, 1), _goods(0, 2)],
        ),
        (0, 400),
    )


def _money():
    yield RichCase(
        "cost_per_use",
        # Van 0: 500 to use it and 400 for the way; van 1: twice 400 for the way.
        _line([_van(use=500), _van(km=200)], [_goods(1, 2)]),
        (0, 800),
    )
    yield RichCase(
        "cost_per_second",
        # 400 s of driving, setups of 10 and 20 s, services of 30 and 40 s, at one cent.
        _line(
            [_van(**PAID_BY_TIME)], [_goods(1, 2, service_s=(30, 40))], setup_s=[0, 10, 20, 0, 0]
        ),
        (0, 500),
    )
    yield RichCase(
        "cost_per_metre",
        # Van 0: 400; van 1: half as much a metre and 250 for its use, 450.
        _line([_van(), _van(km=50, use=250)], [_goods(1, 2)]),
        (0, 400),
    )
    yield RichCase(
        "overtime",
        # 400 s, of which 100 beyond the regular 300 cost two cents more each.
        _line([_van(regular_s=300, cents_per_overtime_hour=7_200, **PAID_BY_TIME)], [_goods(1, 2)]),
        (0, 600),
    )
    long_day = _van(use=50, regular_s=300, cents_per_overtime_hour=36_000, **PAID_BY_TIME)
    yield RichCase(
        "overtime_is_worth_a_second_van",
        # One van: 50 + 400 + 100 s of overtime at 10 cents = 1450.  Two: 2 (50 + 200) = 500.
        _star([long_day, long_day], [_goods(0, 1), _goods(0, 2)]),
        (0, 500),
    )
    yield RichCase(
        "max_duration",
        # Both would take 400 s: one stays behind, 200 and 50 for the use.
        _star([_van(use=50, max_duration_s=300)], [_goods(0, 1), _goods(0, 2)]),
        (1, 250),
    )
    yield RichCase(
        "max_duration_makes_it_leave_later",
        # Place 2 opens at 900; leaving at 700 it takes 400 s.
        _line(
            [_van(max_duration_s=400, **PAID_BY_TIME)], [_goods(1, 2, goal_windows=[(900, 950)])]
        ),
        (0, 400),
    )
    yield RichCase(
        "max_distance",
        # Both would be 4000 m: two vans, each 200 and 50 for the use.
        _star([_van(use=50, max_distance_m=3_000)] * 2, [_goods(0, 1), _goods(0, 2)]),
        (0, 500),
    )
    yield RichCase(
        "optional_left_out",
        # With it 0-1-2-3-0 = 600: 200 more for something worth 150.
        _line([_van()], [_goods(1, 2), _goods(1, 3, unserved_cents=150)]),
        (0, 550),
    )
    yield RichCase(
        "optional_taken",
        # 200 more for something worth 250.
        _line([_van()], [_goods(1, 2), _goods(1, 3, unserved_cents=250)]),
        (0, 600),
    )
    yield RichCase(
        "required_at_any_cost",
        # The van costs a million to use, and the goods are worth it all the same.
        _line([_van(use=1_000_000)], [_goods(1, 2)]),
        (0, 1_000_400),
    )


def _vehicles_and_loads():
    yield RichCase(
        "capacity_in_two_dimensions",
        # Together 2 <= 10 and 6 > 5: 0-1-2-1-2-0.
        _line([_van(capacity=(10, 5))], [_goods(1, 2, demand=(1, 3)), _goods(1, 2, demand=(1, 3))]),
        (0, 600),
    )
    yield RichCase(
        "skills",
        # Only van 1, twice as dear a metre, has skills 7 and 8.
        _line(
            [_van(skills=frozenset({7})), _van(km=200, skills=frozenset({7, 8}))],
            [_goods(1, 2, skills=frozenset({7, 8}))],
        ),
        (0, 800),
    )
    yield RichCase(
        "allowed_vehicles",
        # Only van 1, twice as dear a metre.
        _line([_van(), _van(km=200)], [_goods(1, 2, vehicles={1})]),
        (0, 800),
    )
    yield RichCase(
        "conflict_on_a_route",
        # Each on a van of its own.
        _line(
            [_van(), _van()],
            [_goods(1, 2), _goods(1, 2, load_class=1)],
            conflicts=(ClassConflict(first=0, second=1, scope=ConflictScope.ROUTE),),
        ),
        (0, 800),
    )
    yield RichCase(
        "conflict_on_board",
        # One after the other: 0-1-2-1-2-0.
        _line(
            [_van()],
            [_goods(1, 2), _goods(1, 2, load_class=1)],
            conflicts=(ClassConflict(first=1, second=0, scope=ConflictScope.ON_BOARD),),
        ),
        (0, 600),
    )
    yield RichCase(
        "compartments",
        # Room for 4; 2 of it only for class 0, so the two shipments of class 1 (2 each) do not go
        # together, each may with class 0: 0-1-2-1-2-0.
        _line(
            [
                _van(
                    capacity=(4,),
                    compartments=(
                        Compartment(capacity=(2,), classes=frozenset({0})),
                        Compartment(capacity=(2,), classes=frozenset({0, 1})),
                    ),
                )
            ],
            [
                _goods(1, 2, demand=(2,)),
                _goods(1, 2, demand=(2,), load_class=1),
                _goods(1, 2, demand=(2,), load_class=1),
            ],
        ),
        (0, 600),
    )
    yield RichCase(
        "compartments_are_shared",
        # 3 of class 0 fill the cold part (2) and one of the mixed part (2); 1 of class 1 the rest.
        _line(
            [
                _van(
                    compartments=(
                        Compartment(capacity=(2,), classes=frozenset({0})),
                        Compartment(capacity=(2,), classes=frozenset({0, 1})),
                    ),
                )
            ],
            [_goods(1, 2, demand=(3,)), _goods(1, 2, demand=(1,), load_class=1)],
        ),
        (0, 400),
    )
    yield RichCase(
        "lifo",
        # A from 1 to 3, B from 2 to 4, where the van ends.  Along the road, 400 s, B would lie on
        # A at 3.  0-1-3-2-4 (A first), 0-2-1-3-4 (A on B) or 0-1-2-4-3-4 (B on A): 600 each.
        _line([_van(end=4, lifo=True)], [_goods(1, 3), _goods(2, 4)]),
        (0, 600),
    )
    yield RichCase(
        "lifo_on_board_from_the_start",
        # What is on board for 1 and for 2 may go in any order until A, from 1 to 3, is loaded on
        # it: so not along the road (400) but 0-2-1-3-4, or 0-1-3-2-4 with A out before 2: 600.
        _line([_van(end=4, lifo=True)], [_goods(None, 1), _goods(None, 2), _goods(1, 3)]),
        (0, 600),
    )
    yield RichCase(
        "lifo_until_the_end",
        # What is loaded at 2 and stays buries A, from 1 to 3: so not along the road (400), but
        # 0-1-3-2-4 with A out before, or 0-2-1-3-4 with A on top: 600.
        _line([_van(end=4, lifo=True)], [_goods(2, None), _goods(1, 3)]),
        (0, 600),
    )
    yield RichCase(
        "reloading",
        # One at a time from the start of the van, back for the second: 0-1-0-1-0.
        _line([_van(capacity=(1,))], [_goods(VEHICLE_START, 1), _goods(VEHICLE_START, 1)]),
        (0, 400),
    )
    yield RichCase(
        "reloading_takes_setup",
        # As before, with a setup of 30 s at 0 on coming back, none at the first departure; setup
        # of 10 s at 1 twice.
        _line(
            [_van(capacity=(1,), **PAID_BY_TIME)],
            [_goods(VEHICLE_START, 1), _goods(VEHICLE_START, 1)],
            setup_s=[30, 10, 0, 0, 0],
        ),
        (0, 450),
    )
    yield RichCase(
        "at_the_start_of_the_vehicle",
        # Wherever the van starts: 0-2-0 = 400 for van 0, 3-2-3 = 200 for van 1.
        _line([_van(), _van(start=3, end=3)], [_goods(VEHICLE_START, 2)]),
        (0, 200),
    )
    yield RichCase(
        "at_the_end_of_the_vehicle",
        # Van 0 brings it from 1 to its end: 0-1-3 = 300; van 1, 4-1-4, 600.
        _line([_van(end=3), _van(start=4, end=4)], [_goods(1, VEHICLE_END)]),
        (0, 300),
    )
    yield RichCase(
        "on_board_from_the_start",
        # 3 on board for place 2, room for 5: nothing of 3 is loaded at 1 before.  0-2-1-2-0.
        _line([_van(capacity=(5,))], [_goods(None, 2, demand=(3,)), _goods(1, 2, demand=(3,))]),
        (0, 600),
    )
    yield RichCase(
        "on_board_until_the_end",
        # What is loaded at 2 stays, so the other one, 2 to 1, goes first: 0-2-1-2-0.
        _line([_van(capacity=(5,))], [_goods(2, None, demand=(3,)), _goods(2, 1, demand=(3,))]),
        (0, 600),
    )
    yield RichCase(
        "too_much_on_board_from_the_start",
        # 3 and 3 and room for 5: the dearer one to leave out goes, to 2 and back.
        _line(
            [_van(capacity=(5,))],
            [
                _goods(None, 1, demand=(3,), unserved_cents=900),
                _goods(None, 2, demand=(3,), unserved_cents=1_200),
            ],
        ),
        (0, 400 + 900),
    )


def _time_on_board_and_breaks():
    yield RichCase(
        "time_on_board",
        # A from 1 to 3 at most 200 s, which is the bare way; loading B at 2 meanwhile takes 50 s.
        # A alone, then back for B: 0-1-3-2-3-0; or B first: 0-2-1-3-0: 800 both; without 600.
        _line([_van()], [_goods(1, 3, max_on_board_s=200), _goods(2, 3, service_s=(50, 0))]),
        (0, 800),
    )
    yield RichCase(
        "time_on_board_makes_it_load_later",
        # B is loaded at 1 by 100, so the van leaves at 0.  A goes from 1 to 2, which is open at
        # 500-550, in at most 150 s: the van waits at 1 and loads it at 350 or later.  (To 3 with B
        # and back for A, it would be at 2 at 600.)  B is delivered at 3 at 600, home at 900.
        _line(
            [_van(**PAID_BY_TIME)],
            [
                _goods(1, 2, goal_windows=[(500, 550)], max_on_board_s=150),
                _goods(1, 3, origin_windows=[(0, 100)]),
            ],
        ),
        (0, 900),
    )
    yield RichCase(
        "time_on_board_in_a_later_window",
        # Place 1 is open at 0-120 and 400-450, place 2 from 600: at most 200 s on board needs the
        # second window.  Leaving at 350 (1 at 450, 2 at 600 after 50 s of waiting): 450 s; in the
        # first window nothing would do.
        _line(
            [_van(**PAID_BY_TIME)],
            [
                _goods(
                    1,
                    2,
                    origin_windows=[(0, 120), (400, 450)],
                    goal_windows=[(600, 700)],
                    max_on_board_s=200,
                )
            ],
        ),
        (0, 450),
    )
    yield RichCase(
        "time_on_board_from_the_start",
        # At 2 only 200 s after leaving: too late for the first; the second, for 1, opens at 500
        # and is there 100 s after leaving at 400.
        _line(
            [_van(**PAID_BY_TIME)],
            [
                _goods(None, 2, max_on_board_s=150),
                _goods(None, 1, goal_windows=[(500, 600)], max_on_board_s=150),
            ],
        ),
        (1, 200),
    )
    yield RichCase(
        "time_on_board_until_the_end",
        # Loaded at 2, 200 s from home, with 250 s allowed: no time to deliver A from 2 to 3 (which
        # is 100 on and 100 back) in between, so A first, then 2 on the way home: 0-2-3-2-0 = 600;
        # as short as loading both at once, but that would be 400 s on board.
        _line([_van()], [_goods(2, None, max_on_board_s=250), _goods(2, 3)]),
        (0, 600),
    )
    rest = Build.rest((150, 250), duration_s=60)
    yield RichCase(
        "break_taken",
        # 400 s of driving and 60 of break, begun within 150-250 somewhere on the way.
        _line([_van(breaks=(rest,), **PAID_BY_TIME)], [_goods(1, 2)]),
        (0, 460),
    )
    yield RichCase(
        "break_not_needed",
        # 400 s may go without.
        _line(
            [_van(breaks=(Build.rest((150, 250), duration_s=60, beyond_s=400),), **PAID_BY_TIME)],
            [_goods(1, 2)],
        ),
        (0, 400),
    )
    yield RichCase(
        "break_just_needed",
        # 400 s may not, 399 could.
        _line(
            [_van(breaks=(Build.rest((150, 250), duration_s=60, beyond_s=399),), **PAID_BY_TIME)],
            [_goods(1, 2)],
        ),
        (0, 460),
    )
    yield RichCase(
        "break_with_a_wait",
        # Place 2 closes at 300 and the break begins at 1000 sharp: leaving at 100, at 2 at 300,
        # waiting there, on at 1060, home at 1260.
        _line(
            [_van(breaks=(Build.rest((1_000, 1_000), duration_s=60),), **PAID_BY_TIME)],
            [_goods(1, 2, goal_windows=[(0, 300)])],
        ),
        (0, 1_160),
    )
    yield RichCase(
        "break_at_a_stop_keeps_the_setup",
        # Two loadings at 1 (setup 10), the break in between or not: set up once.  B may be loaded
        # from 400 only, A until 150: leaves at 40 at the latest (140, setup to 150), break of 60
        # while waiting for 400, then 100 to 2 and 200 home: 700 - 40.
        _line(
            [_van(breaks=(Build.rest((200, 300), duration_s=60),), **PAID_BY_TIME)],
            [
                _goods(1, 2, origin_windows=[(0, 150)]),
                _goods(1, 2, origin_windows=[(400, 500)]),
            ],
            setup_s=[0, 10, 0, 0, 0],
        ),
        (0, 660),
    )
    yield RichCase(
        "two_breaks",
        # 400 s, 60 of the first and 30 of the second break, both within their hours: leaving at 0,
        # at 1 at 100, break 1 (100-160), at 2 at 260, break 0 (260-320), home at 520... less is
        # not possible: 490 s.
        _line(
            [
                _van(
                    breaks=(
                        Build.rest((250, 400), duration_s=60),
                        Build.rest((90, 120), duration_s=30),
                    ),
                    **PAID_BY_TIME,
                )
            ],
            [_goods(1, 2)],
        ),
        (0, 490),
    )


def _locks_and_changes():
    two = [_goods(2, 3), _goods(1, 3)]
    yield RichCase(
        "frozen_prefix",
        # Shipment 0 first: 0-2-1-3-0 = 200 + 100 + 200 + 300; free it would be 0-1-2-3-0 = 600.
        _line(
            [_van()],
            two,
            locks=(Lock(vehicle=0, visits=Build.visits("+0"), kind=LockKind.PREFIX),),
        ),
        (0, 800),
    )
    yield RichCase(
        "locked_vehicle",
        # Van 0 carries shipment 0 and nothing else (400); shipment 1 goes by van 1 (800).
        _line(
            [_van(), _van(km=200)],
            [_goods(1, 2), _goods(1, 2)],
            locks=(Lock(vehicle=0, visits=Build.visits("+0", "-0"), kind=LockKind.ROUTE),),
        ),
        (0, 1_200),
    )
    yield RichCase(
        "vehicle_locked_at_home",
        # Van 0 stays at home, van 1 is twice as dear.
        _line(
            [_van(), _van(km=200)],
            [_goods(1, 2)],
            locks=(Lock(vehicle=0, visits=(), kind=LockKind.ROUTE),),
        ),
        (0, 800),
    )
    yield RichCase(
        "locked_sequence",
        # Shipment 1 goes from 1 to 3 without a stop, so not 0-1-2-3-0 = 600: 0-1-3-2-3-0 or
        # 0-2-1-3-0, 800 both.
        _line(
            [_van()],
            two,
            locks=(Lock(vehicle=0, visits=Build.visits("+1", "-1"), kind=LockKind.SEQUENCE),),
        ),
        (0, 800),
    )
    by_van_1 = _plan((1, "+0", "-0"))
    for price_cents, best_cents in ((300, 700), (500, 800)):
        yield RichCase(
            f"price_of_another_vehicle_{price_cents}",
            # The plan has it on van 1 for 800; van 0 drives for 400 and the price of the change.
            _line(
                [_van(), _van(km=200)],
                [_goods(1, 2)],
                reference=Reference(solution=by_van_1, cents_per_other_vehicle=price_cents),
            ),
            (0, best_cents),
        )
    planned = _plan((0, "+0", "+1", "-0", "-1"))
    for price_cents, best_cents in ((50, 700), (150, 800)):
        yield RichCase(
            f"price_of_a_broken_succession_{price_cents}",
            # The plan loads 0 at 2, then 1 at 1, then delivers 0 and 1 at 3: 800.  The other way
            # about is 600 and breaks two of its three successions (0 is still delivered before 1).
            _line(
                [_van()],
                two,
                reference=Reference(solution=planned, cents_per_broken_succession=price_cents),
            ),
            (0, best_cents),
        )
    yield RichCase(
        "price_of_leaving_out_what_was_planned",
        # Left out (100) it breaks one succession (30) and is on no other van: 130; served 400.
        _line(
            [_van()],
            [_goods(1, 2, unserved_cents=100)],
            reference=Reference(
                solution=_plan((0, "+0", "-0")),
                cents_per_other_vehicle=1_000,
                cents_per_broken_succession=30,
            ),
        ),
        (0, 130),
    )


def _objectives():
    apart = [_van(), _van(start=3, end=3)]
    goods = [_goods(0, 1), _goods(3, 2, unserved_cents=1)]
    yield RichCase(
        "fewest_vehicles",
        # One van, 0-1-3-2-0, 600 s; the price of leaving one out does not count.
        _line(apart, goods, objective=Objective.VEHICLES_THEN_DISTANCE),
        (0, 1, 6_000),
    )
    yield RichCase(
        "least_distance",
        # Each by the van that is there: 200 s each.
        _line(apart, goods, objective=Objective.DISTANCE),
        (0, 4_000),
    )
    yield RichCase(
        "least_cents",
        # The second, worth a cent, stays behind: 200 and that cent.
        _line(apart, goods),
        (0, 201),
    )
    yield RichCase("nothing_to_do", _line([_van()], []), (0, 0))
    yield RichCase("nobody_to_do_it", _line([], [_goods(1, 2)]), (1, 0))


RICH_CASES = tuple(
    case
    for cases in (
        _places_and_times,
        _money,
        _vehicles_and_loads,
        _time_on_board_and_breaks,
        _locks_and_changes,
        _objectives,
    )
    for case in cases()
)
