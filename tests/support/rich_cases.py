"""Tiny problems, one constraint each, with the best answer worked by hand.

For every back end and for the exhaustive search.  Driving t seconds is 10 t metres; a van of
`van` pays 100 cents a kilometre, so t seconds of driving cost t cents, and nothing for its hours
unless the case says so (``PAID_BY_TIME``: one cent a second, nothing for the way).
"""

from pdptw_build import Build
from rich_case import PAID_BY_TIME, RichCase, goods, line, plan, van
from rich_cases_of_routes import CASES_OF_ROUTES

from colivraison.pdptw import Group, Lock, LockKind, Objective, Reference


def _time_on_board_and_breaks():
    yield RichCase(
        "time_on_board",
        # A from 1 to 3 at most 200 s, which is the bare way; loading B at 2 meanwhile takes 50 s.
        # A alone, then back for B: 0-1-3-2-3-0; or B first: 0-2-1-3-0: 800 both; without 600.
        line([van()], [goods(1, 3, max_on_board_s=200), goods(2, 3, service_s=(50, 0))]),
        (0, 800),
    )
    yield RichCase(
        "time_on_board_makes_it_load_later",
        # B is loaded at 1 by 100, so the van leaves at 0.  A goes from 1 to 2, which is open at
        # 500-550, in at most 150 s: the van waits at 1 and loads it at 350 or later.  (To 3 with B
        # and back for A, it would be at 2 at 600.)  B is delivered at 3 at 600, home at 900.
        line(
            [van(**PAID_BY_TIME)],
            [
                goods(1, 2, goal_windows=[(500, 550)], max_on_board_s=150),
                goods(1, 3, origin_windows=[(0, 100)]),
            ],
        ),
        (0, 900),
    )
    yield RichCase(
        "time_on_board_in_a_later_window",
        # Place 1 is open at 0-120 and 400-450, place 2 from 600: at most 200 s on board needs the
        # second window.  Leaving at 350 (1 at 450, 2 at 600 after 50 s of waiting): 450 s; in the
        # first window nothing would do.
        line(
            [van(**PAID_BY_TIME)],
            [
                goods(
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
        line(
            [van(**PAID_BY_TIME)],
            [
                goods(None, 2, max_on_board_s=150),
                goods(None, 1, goal_windows=[(500, 600)], max_on_board_s=150),
            ],
        ),
        (1, 200),
    )
    yield RichCase(
        "time_on_board_until_the_end",
        # Loaded at 2, 200 s from home, with 250 s allowed: no time to deliver A from 2 to 3 (which
        # is 100 on and 100 back) in between, so A first, then 2 on the way home: 0-2-3-2-0 = 600;
        # as short as loading both at once, but that would be 400 s on board.
        line([van()], [goods(2, None, max_on_board_s=250), goods(2, 3)]),
        (0, 600),
    )
    rest = Build.rest((150, 250), duration_s=60)
    yield RichCase(
        "break_taken",
        # 400 s of driving and 60 of break, begun within 150-250 somewhere on the way.
        line([van(breaks=(rest,), **PAID_BY_TIME)], [goods(1, 2)]),
        (0, 460),
    )
    yield RichCase(
        "break_not_needed",
        # 400 s may go without.
        line(
            [van(breaks=(Build.rest((150, 250), duration_s=60, beyond_s=400),), **PAID_BY_TIME)],
            [goods(1, 2)],
        ),
        (0, 400),
    )
    yield RichCase(
        "break_just_needed",
        # 400 s may not, 399 could.
        line(
            [van(breaks=(Build.rest((150, 250), duration_s=60, beyond_s=399),), **PAID_BY_TIME)],
            [goods(1, 2)],
        ),
        (0, 460),
    )
    yield RichCase(
        "break_with_a_wait",
        # Place 2 closes at 300 and the break begins at 1000 sharp: leaving at 100, at 2 at 300,
        # waiting there, on at 1060, home at 1260.
        line(
            [van(breaks=(Build.rest((1_000, 1_000), duration_s=60),), **PAID_BY_TIME)],
            [goods(1, 2, goal_windows=[(0, 300)])],
        ),
        (0, 1_160),
    )
    yield RichCase(
        "break_at_a_stop_keeps_the_setup",
        # Two loadings at 1 (setup 10), the break in between or not: set up once.  B may be loaded
        # from 400 only, A until 150: leaves at 40 at the latest (140, setup to 150), break of 60
        # while waiting for 400, then 100 to 2 and 200 home: 700 - 40.
        line(
            [van(breaks=(Build.rest((200, 300), duration_s=60),), **PAID_BY_TIME)],
            [
                goods(1, 2, origin_windows=[(0, 150)]),
                goods(1, 2, origin_windows=[(400, 500)]),
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
        line(
            [
                van(
                    breaks=(
                        Build.rest((250, 400), duration_s=60),
                        Build.rest((90, 120), duration_s=30),
                    ),
                    **PAID_BY_TIME,
                )
            ],
            [goods(1, 2)],
        ),
        (0, 490),
    )


def _locks_and_changes():
    two = [goods(2, 3), goods(1, 3)]
    yield RichCase(
        "frozen_prefix",
        # Shipment 0 first: 0-2-1-3-0 = 200 + 100 + 200 + 300; free it would be 0-1-2-3-0 = 600.
        line(
            [van()],
            two,
            locks=(Lock(vehicle=0, visits=Build.visits("+0"), kind=LockKind.PREFIX),),
        ),
        (0, 800),
    )
    yield RichCase(
        "locked_vehicle",
        # Van 0 carries shipment 0 and nothing else (400); shipment 1 goes by van 1 (800).
        line(
            [van(), van(km=200)],
            [goods(1, 2), goods(1, 2)],
            locks=(Lock(vehicle=0, visits=Build.visits("+0", "-0"), kind=LockKind.ROUTE),),
        ),
        (0, 1_200),
    )
    yield RichCase(
        "vehicle_locked_at_home",
        # Van 0 stays at home, van 1 is twice as dear.
        line(
            [van(), van(km=200)],
            [goods(1, 2)],
            locks=(Lock(vehicle=0, visits=(), kind=LockKind.ROUTE),),
        ),
        (0, 800),
    )
    yield RichCase(
        "locked_sequence",
        # Shipment 1 goes from 1 to 3 without a stop, so not 0-1-2-3-0 = 600: 0-1-3-2-3-0 or
        # 0-2-1-3-0, 800 both.
        line(
            [van()],
            two,
            locks=(Lock(vehicle=0, visits=Build.visits("+1", "-1"), kind=LockKind.SEQUENCE),),
        ),
        (0, 800),
    )
    by_van_1 = plan((1, "+0", "-0"))
    for price_cents, best_cents in ((300, 700), (500, 800)):
        yield RichCase(
            f"price_of_another_vehicle_{price_cents}",
            # The plan has it on van 1 for 800; van 0 drives for 400 and the price of the change.
            line(
                [van(), van(km=200)],
                [goods(1, 2)],
                reference=Reference(solution=by_van_1, cents_per_other_vehicle=price_cents),
            ),
            (0, best_cents),
        )
    planned = plan((0, "+0", "+1", "-0", "-1"))
    for price_cents, best_cents in ((50, 700), (150, 800)):
        yield RichCase(
            f"price_of_a_broken_succession_{price_cents}",
            # The plan loads 0 at 2, then 1 at 1, then delivers 0 and 1 at 3: 800.  The other way
            # about is 600 and breaks two of its three successions (0 is still delivered before 1).
            line(
                [van()],
                two,
                reference=Reference(solution=planned, cents_per_broken_succession=price_cents),
            ),
            (0, best_cents),
        )
    yield RichCase(
        "price_of_leaving_out_what_was_planned",
        # Left out (100) it breaks one succession (30) and is on no other van: 130; served 400.
        line(
            [van()],
            [goods(1, 2, unserved_cents=100)],
            reference=Reference(
                solution=plan((0, "+0", "-0")),
                cents_per_other_vehicle=1_000,
                cents_per_broken_succession=30,
            ),
        ),
        (0, 130),
    )


def _exclusive_and_groups():
    apart = [van(), van(start=3, end=3)]
    either = (frozenset({0, 1}),)
    yield RichCase(
        "exclusive_vehicles",
        # Each by the van that is there would be 200 and 200; one driver for both vans: one of them
        # does both, 0-1-3-2-0 or 3-2-0-1-3, 600.
        line(apart, [goods(0, 1), goods(3, 2)], exclusive=either),
        (0, 600),
    )
    yield RichCase(
        "exclusive_vehicles_leave_somebody_out",
        # Each may be carried by one van only, for 200 and 400; the cheaper one is.
        line(
            apart,
            [goods(0, 1, vehicles=[0]), goods(3, 1, vehicles=[1])],
            exclusive=either,
        ),
        (1, 200),
    )
    yield RichCase(
        "three_vehicles_of_which_two_exclude_the_third",
        # Van 1 stands for either other; where it stays at home both may drive, 200 each.
        line(
            [van(), van(start=2, end=2), van(start=4, end=4)],
            [goods(0, 1), goods(4, 3)],
            exclusive=(frozenset({0, 1}), frozenset({1, 2})),
        ),
        (0, 400),
    )
    yield RichCase(
        "group_of_which_one_cannot_be_served",
        # The first alone would be 400; all or none, and nobody may carry the second.
        line(
            [van()],
            [goods(1, 2), goods(1, 3, vehicles=[])],
            groups=(Group(shipments=(0, 1), amounts=(1, 1), minimum=2),),
        ),
        (2, 0),
    )
    yield RichCase(
        "group_that_pays_together",
        # 0-2-0 costs 400, more than either is worth and less than both.
        line(
            [van()],
            [goods(0, 2, unserved_cents=250), goods(0, 2, unserved_cents=250)],
            groups=(Group(shipments=(0, 1), amounts=(7, 1), minimum=8),),
        ),
        (0, 400),
    )
    yield RichCase(
        "group_that_does_not_pay",
        # The first costs 200 and is worth 250, but not without the second: 800 for both, 350 for
        # none.
        line(
            [van()],
            [goods(0, 1, unserved_cents=250), goods(0, 4, unserved_cents=100)],
            groups=(Group(shipments=(0, 1), amounts=(1, 1), minimum=2),),
        ),
        (0, 350),
    )
    for minimum, cents in ((2, 500), (3, 600)):
        yield RichCase(
            f"group_with_a_minimum_of_{minimum}",
            # The first two, 400, and the price of the third, 100, are best; they count for 2.  For
            # 3 it takes all: 0-3-0, 600.
            line(
                [van()],
                [
                    goods(0, 1, unserved_cents=300),
                    goods(0, 2, unserved_cents=300),
                    goods(0, 3, unserved_cents=100),
                ],
                groups=(Group(shipments=(0, 1, 2), amounts=(1, 1, 2), minimum=minimum),),
            ),
            (0, cents),
        )
    yield RichCase(
        "group_on_two_vehicles",
        # No van holds both, so both drive or none does: 200 each.
        line(
            [van(capacity=(2, 2)), van(start=3, end=3, capacity=(2, 2))],
            [goods(0, 1, demand=(2, 1)), goods(3, 2, demand=(2, 1))],
            groups=(Group(shipments=(0, 1), amounts=(1, 1), minimum=2),),
        ),
        (0, 400),
    )


def _objectives():
    apart = [van(), van(start=3, end=3)]
    wanted = [goods(0, 1), goods(3, 2, unserved_cents=1)]
    yield RichCase(
        "fewest_vehicles",
        # One van, 0-1-3-2-0, 600 s; the price of leaving one out does not count.
        line(apart, wanted, objective=Objective.VEHICLES_THEN_DISTANCE),
        (0, 1, 6_000),
    )
    yield RichCase(
        "least_distance",
        # Each by the van that is there: 200 s each.
        line(apart, wanted, objective=Objective.DISTANCE),
        (0, 4_000),
    )
    yield RichCase(
        "least_cents",
        # The second, worth a cent, stays behind: 200 and that cent.
        line(apart, wanted),
        (0, 201),
    )
    yield RichCase("nothing_to_do", line([van()], []), (0, 0))
    yield RichCase("nobody_to_do_it", line([], [goods(1, 2)]), (1, 0))


RICH_CASES = (
    *CASES_OF_ROUTES,
    *_time_on_board_and_breaks(),
    *_locks_and_changes(),
    *_exclusive_and_groups(),
    *_objectives(),
)
