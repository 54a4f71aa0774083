"""Small weeks drawn at random, each rule of a case now in the way and now not, and their plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import drawn

from colivraison.domain import (
    ApartScope,
    Case,
    ClockMoment,
    Driver,
    KeptApart,
    MatrixTable,
    MinimumUnit,
    Order,
    OrderMinimum,
    Plan,
    TemperatureClass,
    TravelMatrix,
    Vehicle,
    Week,
    Weekday,
)
from colivraison.pdptw import BACKENDS, DEFAULT_BACKEND, Stopping
from colivraison.planning.alone import everyone_alone
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.planning.solving import Solver

DAYS = (Weekday.THURSDAY, Weekday.FRIDAY)
FARMS = "ABC"
POINTS = "STU"
AMBIENT, COOL, COLD = (
    TemperatureClass.AMBIENT,
    TemperatureClass.PLUS_8,
    TemperatureClass.PLUS_4,
)


def random_order(random: Random, name: str) -> Order:
    return drawn.order(
        name,
        random.choice(FARMS),
        random.choice(POINTS),
        random.randint(0, 6),
        mass_g=random.randint(1, 60) * 1_000,
        temperature=random.choice((AMBIENT, AMBIENT, COOL)),
        days=random.choice((frozenset(), frozenset(), frozenset({random.choice(DAYS)}))),
        litres=random.choice((0, 40, 90)),
        goods=random.choice(("", "", "bio", "vrac")),
        max_on_board_s=random.choice((None, None, 1_800, 5_400)),
        boxed_s=random.choice((None, None, None, 7_200)),
        # Thursday, while the vans are on the road already.
        ordered_at=random.choice(
            (None, None, ClockMoment(date=dt.date(2026, 11, 26), clock_s=6 * 3_600))
        ),
    )


def random_drivers(random: Random, vans: Sequence[Vehicle]) -> tuple[Driver, ...]:
    """Return one driver or two, in the way every other time: fewer hours, or one van each."""
    return tuple(
        Driver(
            id=f"driver-{number}",
            name=f"Driver {number}",
            shifts=tuple(
                drawn.hours(opens, opens + random.choice((3, 8)), day)
                for day in random.sample(DAYS, random.randint(1, 2))
                for opens in (random.choice((6, 7, 9)),)
            ),
            vehicles=frozenset(random.choice(((), (), (random.choice(vans).id,)))),
        )
        for number in range(random.randint(1, 2))
    )


def random_case(random: Random) -> Case:
    """Return three farms and points on one road, two vans, and half a dozen orders."""
    farms = tuple(
        replace(
            drawn.farm(name, random.randint(0, 12)),
            preparation_s=random.choice((0, 1_800, 3 * 3_600)),
        )
        for name in FARMS
    )
    points = tuple(
        drawn.point(
            name,
            random.randint(2, 14),
            *(
                drawn.hours(opens, opens + random.choice((0.5, 2, 5)), day)
                for day in DAYS
                if random.random() < 0.8
                for opens in (random.choice((7, 8, 10)),)
            ),
        )
        for name in POINTS
    )
    vans = tuple(
        drawn.van(
            f"van-{owner}",
            owner,
            shifts=tuple(
                drawn.hours(6, random.choice((9, 11, 15)), day)
                for day in random.sample(DAYS, random.randint(1, 2))
            ),
            capacity_crates=random.choice((8, 40)),
            capacity_g=random.choice((90_000, 600_000)),
            capacity_litres=random.choice((None, 150)),
            temperatures=frozenset(random.choice(((AMBIENT,), (AMBIENT, COOL)))),
            refuses=frozenset(random.choice(((), (), ("vrac",)))),
            carries_for=frozenset(random.choice(((), (), ("A", "B")))),
            cents_per_use=random.choice((0, 500)),
        )
        for owner in random.sample(FARMS, 2)
    )
    apart = random.choice(
        ((), (KeptApart(first="bio", second="vrac", scope=random.choice(list(ApartScope))),))
    )
    minimums = tuple(
        OrderMinimum(producer_id=farm.id, unit=MinimumUnit.CRATES, amount=random.choice((2, 5, 9)))
        for farm in farms
        if random.random() < 0.3
    )
    # Dice of their own: the rest of the week is the same with drivers and without.
    dice = Random(random.getstate()[1][0])
    return Case(
        drivers=random_drivers(dice, vans) if dice.random() < 0.5 else (),
        week=Week(first_date=dt.date(2026, 11, 23)),
        producers=farms,
        sites=points,
        vehicles=vans,
        orders=tuple(random_order(random, f"o{k}") for k in range(random.randint(3, 7))),
        kept_apart=apart,
        minimums=minimums,
    )


def roads_between(case: Case, random: Random) -> TravelMatrix:
    """Return times and distances along the road, some ways a little longer than others."""
    sites = list(case.places.values())
    km = {site.id: site.position.lon / drawn.KM for site in sites}
    distances_m, durations_s = [], []
    for one in sites:
        metres = [
            0 if one is other else 20 + round(1_000 * abs(km[one.id] - km[other.id]))
            for other in sites
        ]
        distances_m.append(tuple(metres))
        # Turns: going on over a third place may be quicker by some seconds.
        durations_s.append(tuple(m and m // 15 + random.randint(0, 20) for m in metres))
    table = MatrixTable(durations_s=tuple(durations_s), distances_m=tuple(distances_m))
    return TravelMatrix(ids=tuple(site.id for site in sites), by_profile={"van": table})


def planned(case: Case, matrix: TravelMatrix) -> Plan:
    """Return a plan of a short search."""
    solver = Solver(case=case, matrix=matrix, backend=BACKENDS[DEFAULT_BACKEND], seed=1, threads=1)
    stopping = Stopping(iterations=20)
    shared = solver(
        vehicles=case.vehicles,
        orders=case.orders,
        stopping=stopping,
        drivers=case.drivers or None,
    )
    return Plan(
        case=case,
        fingerprint=fingerprint_of(case, "a road"),
        seed=1,
        iterations=20,
        time_limit_s=None,
        rounds=shared.rounds,
        unserved=shared.unserved,
        matrix=matrix,
        alone=everyone_alone(solver, stopping, lambda _: None),
    )


def random_plan(seed: int) -> tuple[Plan, Order]:
    """Return a plan and a new order."""
    random = Random(seed)
    case = random_case(random)
    plan = planned(case, roads_between(case, random))
    order = random_order(random, "new")
    if random.random() < 0.4:
        # One that may ride with another of its kind.
        order = replace(random.choice(case.orders), id="new", crates=order.crates)
    return plan, order
