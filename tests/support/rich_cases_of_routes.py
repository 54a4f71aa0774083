"""Hand-worked cases: places and times, money, vehicles and loads."""

from pdptw_build import Build
from rich_case import DAY_S, PAID_BY_TIME, STAR, RichCase, goods, line, star, van

from colivraison.pdptw import (
    VEHICLE_END,
    VEHICLE_START,
    ClassConflict,
    Compartment,
    ConflictScope,
    Problem,
)


def _places_and_times():
    yield RichCase(
        "plain",
        # 0-1-2-0: 100 + 100 + 200.
        line([van()], [goods(1, 2)]),
        (0, 400),
    )
    yield RichCase(
        "multi_day_windows",
        # Place 2 opens on the second day only, when van 1 works: 400 and 7 for its use.
        line(
            [van(shift=(0, DAY_S)), van(shift=(DAY_S, 2 * DAY_S), use=7)],
            [
                goods(
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
        line(
            [van(shift=(70_000, 110_000), **PAID_BY_TIME)],
            [
                goods(
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
        line([van(end=None)], [goods(1, 2)]),
        (0, 200),
    )
    yield RichCase(
        "own_start_and_end",
        # Van 1 starts at 2 and ends at 1: 2-3-1, 100 + 200; van 0 needs 0-2-3-0 = 600.
        line([van(), van(start=2, end=1)], [goods(2, 3)]),
        (0, 300),
    )
    yield RichCase(
        "several_windows",
        # Place 1 is open at 0-120 and 900-1000, place 2 from 1100: leaving at 900 for the second
        # window of place 1 nobody waits, 400 s; for the first it would be 1300 s.
        line(
            [van(**PAID_BY_TIME)],
            [goods(1, 2, origin_windows=[(0, 120), (900, 1_000)], goal_windows=[(1_100, 1_200)])],
        ),
        (0, 400),
    )
    yield RichCase(
        "setup_once",
        # 400 s of driving, one setup of 10 s at 1 and one of 20 s at 2 for both shipments, four
        # services of 5 s.
        line(
            [van(**PAID_BY_TIME)],
            [goods(1, 2, service_s=(5, 5)), goods(1, 2, service_s=(5, 5))],
            setup_s=[50, 10, 20, 0, 0],
        ),
        (0, 450),
    )
    yield RichCase(
        "setup_within_the_window",
        # The setup of 30 s at 2 may not begin before 500: served at 530, home at 730.  Leaving at
        # 300 it is at 1 at 400 and at 2 at 500: 430 s.
        line(
            [van(**PAID_BY_TIME)],
            [goods(1, 2, goal_windows=[(500, 600)])],
            setup_s=[0, 0, 30, 0, 0],
        ),
        (0, 430),
    )
    yield RichCase(
        "leaves_at_once",
        # Under way since 0: waits for 900 at place 2, home at 1100.
        line([van(leaves_at_once=True, **PAID_BY_TIME)], [goods(1, 2, goal_windows=[(900, 950)])]),
        (0, 1_100),
    )
    quick, slow = Build.table(STAR), Build.table([[9 * t for t in row] for row in STAR])
    yield RichCase(
        "matrix_by_profile",
        # Van 0 drives by the slow table, 1800 s; van 1 by the quick one, 100 out and 100 home.
        Problem(
            tables=(slow, quick),
            setup_s=(0, 0, 0),
            vehicles=(van(), van(table=1)),
            shipments=(goods(0, 1),),
        ),
        (0, 200),
    )
    yield RichCase(
        "one_way_roads",
        # From 1 to 2 there is no way but by 0; the table has none at all, so place 2 first: it is
        # on board from the start.  0-2-1-0: 100 + 200 + 100.
        Build.problem(
            [[0, 100, 100], [100, 0, -1], [100, 200, 0]],
            [van()],
            [goods(0, 1), goods(0, 2)],
        ),
        (0, 400),
    )


def _money():
    yield RichCase(
        "cost_per_use",
        # Van 0: 500 to use it and 400 for the way; van 1: twice 400 for the way.
        line([van(use=500), van(km=200)], [goods(1, 2)]),
        (0, 800),
    )
    yield RichCase(
        "cost_per_second",
        # 400 s of driving, setups of 10 and 20 s, services of 30 and 40 s, at one cent.
        line([van(**PAID_BY_TIME)], [goods(1, 2, service_s=(30, 40))], setup_s=[0, 10, 20, 0, 0]),
        (0, 500),
    )
    yield RichCase(
        "cost_per_metre",
        # Van 0: 400; van 1: half as much a metre and 250 for its use, 450.
        line([van(), van(km=50, use=250)], [goods(1, 2)]),
        (0, 400),
    )
    yield RichCase(
        "overtime",
        # 400 s, of which 100 beyond the regular 300 cost two cents more each.
        line([van(regular_s=300, cents_per_overtime_hour=7_200, **PAID_BY_TIME)], [goods(1, 2)]),
        (0, 600),
    )
    long_day = van(use=50, regular_s=300, cents_per_overtime_hour=36_000, **PAID_BY_TIME)
    yield RichCase(
        "overtime_is_worth_a_second_van",
        # One van: 50 + 400 + 100 s of overtime at 10 cents = 1450.  Two: 2 (50 + 200) = 500.
        star([long_day, long_day], [goods(0, 1), goods(0, 2)]),
        (0, 500),
    )
    yield RichCase(
        "max_duration",
        # Both would take 400 s: one stays behind, 200 and 50 for the use.
        star([van(use=50, max_duration_s=300)], [goods(0, 1), goods(0, 2)]),
        (1, 250),
    )
    yield RichCase(
        "max_duration_makes_it_leave_later",
        # Place 2 opens at 900; leaving at 700 it takes 400 s.
        line([van(max_duration_s=400, **PAID_BY_TIME)], [goods(1, 2, goal_windows=[(900, 950)])]),
        (0, 400),
    )
    yield RichCase(
        "max_distance",
        # Both would be 4000 m: two vans, each 200 and 50 for the use.
        star([van(use=50, max_distance_m=3_000)] * 2, [goods(0, 1), goods(0, 2)]),
        (0, 500),
    )
    yield RichCase(
        "optional_left_out",
        # With it 0-1-2-3-0 = 600: 200 more for something worth 150.
        line([van()], [goods(1, 2), goods(1, 3, unserved_cents=150)]),
        (0, 550),
    )
    yield RichCase(
        "optional_taken",
        # 200 more for something worth 250.
        line([van()], [goods(1, 2), goods(1, 3, unserved_cents=250)]),
        (0, 600),
    )
    yield RichCase(
        "required_at_any_cost",
        # The van costs a million to use, and the goods are worth it all the same.
        line([van(use=1_000_000)], [goods(1, 2)]),
        (0, 1_000_400),
    )


def _vehicles_and_loads():
    yield RichCase(
        "capacity_in_two_dimensions",
        # Together 2 <= 10 and 6 > 5: 0-1-2-1-2-0.
        line([van(capacity=(10, 5))], [goods(1, 2, demand=(1, 3)), goods(1, 2, demand=(1, 3))]),
        (0, 600),
    )
    yield RichCase(
        "skills",
        # Only van 1, twice as dear a metre, has skills 7 and 8.
        line(
            [van(skills=frozenset({7})), van(km=200, skills=frozenset({7, 8}))],
            [goods(1, 2, skills=frozenset({7, 8}))],
        ),
        (0, 800),
    )
    yield RichCase(
        "allowed_vehicles",
        # Only van 1, twice as dear a metre.
        line([van(), van(km=200)], [goods(1, 2, vehicles={1})]),
        (0, 800),
    )
    yield RichCase(
        "conflict_on_a_route",
        # Each on a van of its own.
        line(
            [van(), van()],
            [goods(1, 2), goods(1, 2, load_class=1)],
            conflicts=(ClassConflict(first=0, second=1, scope=ConflictScope.ROUTE),),
        ),
        (0, 800),
    )
    yield RichCase(
        "conflict_on_board",
        # One after the other: 0-1-2-1-2-0.
        line(
            [van()],
            [goods(1, 2), goods(1, 2, load_class=1)],
            conflicts=(ClassConflict(first=1, second=0, scope=ConflictScope.ON_BOARD),),
        ),
        (0, 600),
    )
    yield RichCase(
        "compartments",
        # Room for 4; 2 of it only for class 0, so the two shipments of class 1 (2 each) do not go
        # together, each may with class 0: 0-1-2-1-2-0.
        line(
            [
                van(
                    capacity=(4,),
                    compartments=(
                        Compartment(capacity=(2,), classes=frozenset({0})),
                        Compartment(capacity=(2,), classes=frozenset({0, 1})),
                    ),
                )
            ],
            [
                goods(1, 2, demand=(2,)),
                goods(1, 2, demand=(2,), load_class=1),
                goods(1, 2, demand=(2,), load_class=1),
            ],
        ),
        (0, 600),
    )
    yield RichCase(
        "compartments_are_shared",
        # 3 of class 0 fill the cold part (2) and one of the mixed part (2); 1 of class 1 the rest.
        line(
            [
                van(
                    compartments=(
                        Compartment(capacity=(2,), classes=frozenset({0})),
                        Compartment(capacity=(2,), classes=frozenset({0, 1})),
                    ),
                )
            ],
            [goods(1, 2, demand=(3,)), goods(1, 2, demand=(1,), load_class=1)],
        ),
        (0, 400),
    )
    yield RichCase(
        "lifo",
        # A from 1 to 3, B from 2 to 4, where the van ends.  Along the road, 400 s, B would lie on
        # A at 3.  0-1-3-2-4 (A first), 0-2-1-3-4 (A on B) or 0-1-2-4-3-4 (B on A): 600 each.
        line([van(end=4, lifo=True)], [goods(1, 3), goods(2, 4)]),
        (0, 600),
    )
    yield RichCase(
        "lifo_on_board_from_the_start",
        # What is on board for 1 and for 2 may go in any order until A, from 1 to 3, is loaded on
        # it: so not along the road (400) but 0-2-1-3-4, or 0-1-3-2-4 with A out before 2: 600.
        line([van(end=4, lifo=True)], [goods(None, 1), goods(None, 2), goods(1, 3)]),
        (0, 600),
    )
    yield RichCase(
        "lifo_until_the_end",
        # What is loaded at 2 and stays buries A, from 1 to 3: so not along the road (400), but
        # 0-1-3-2-4 with A out before, or 0-2-1-3-4 with A on top: 600.
        line([van(end=4, lifo=True)], [goods(2, None), goods(1, 3)]),
        (0, 600),
    )
    yield RichCase(
        "reloading",
        # One at a time from the start of the van, back for the second: 0-1-0-1-0.
        line([van(capacity=(1,))], [goods(VEHICLE_START, 1), goods(VEHICLE_START, 1)]),
        (0, 400),
    )
    yield RichCase(
        "reloading_takes_setup",
        # As before, with a setup of 30 s at 0 on coming back, none at the first departure; setup
        # of 10 s at 1 twice.
        line(
            [van(capacity=(1,), **PAID_BY_TIME)],
            [goods(VEHICLE_START, 1), goods(VEHICLE_START, 1)],
            setup_s=[30, 10, 0, 0, 0],
        ),
        (0, 450),
    )
    yield RichCase(
        "at_the_start_of_the_vehicle",
        # Wherever the van starts: 0-2-0 = 400 for van 0, 3-2-3 = 200 for van 1.
        line([van(), van(start=3, end=3)], [goods(VEHICLE_START, 2)]),
        (0, 200),
    )
    yield RichCase(
        "at_the_end_of_the_vehicle",
        # Van 0 brings it from 1 to its end: 0-1-3 = 300; van 1, 4-1-4, 600.
        line([van(end=3), van(start=4, end=4)], [goods(1, VEHICLE_END)]),
        (0, 300),
    )
    yield RichCase(
        "on_board_from_the_start",
        # 3 on board for place 2, room for 5: nothing of 3 is loaded at 1 before.  0-2-1-2-0.
        line([van(capacity=(5,))], [goods(None, 2, demand=(3,)), goods(1, 2, demand=(3,))]),
        (0, 600),
    )
    yield RichCase(
        "on_board_until_the_end",
        # What is loaded at 2 stays, so the other one, 2 to 1, goes first: 0-2-1-2-0.
        line([van(capacity=(5,))], [goods(2, None, demand=(3,)), goods(2, 1, demand=(3,))]),
        (0, 600),
    )
    yield RichCase(
        "too_much_on_board_from_the_start",
        # 3 and 3 and room for 5: the dearer one to leave out goes, to 2 and back.
        line(
            [van(capacity=(5,))],
            [
                goods(None, 1, demand=(3,), unserved_cents=900),
                goods(None, 2, demand=(3,), unserved_cents=1_200),
            ],
        ),
        (0, 400 + 900),
    )


CASES_OF_ROUTES = (*_places_and_times(), *_money(), *_vehicles_and_loads())
