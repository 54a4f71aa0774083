"""A small plan, built by hand: two farms, two points, one van, one Thursday.

The horizon starts on Monday 23 November 2026, so Thursday's midnight is 3 * 86,400 = 259,200 s.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from colivraison.domain import (
    Action,
    AlonePlan,
    Case,
    CoDelivery,
    DayWindow,
    Fingerprint,
    Handling,
    MatrixTable,
    NearbyPlace,
    NewSite,
    Order,
    Plan,
    Position,
    Producer,
    Round,
    Site,
    SiteKind,
    Stop,
    TemperatureClass,
    TravelMatrix,
    Unserved,
    UnservedCode,
    Vehicle,
    Week,
    Weekday,
)
from colivraison.errors import Fault, Where

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOSTILE = "<img src=x onerror=alert(1)>"
THURSDAY_S = 3 * 86_400
THURSDAY = dt.date(2026, 11, 26)


def _site(site_id: str, name: str, kind: SiteKind, lat: float, lon: float, **more: Any) -> Site:
    position = Position(lat=lat, lon=lon)
    return Site(id=site_id, name=name, kind=kind, position=position, **more)


def _clock(hours: int, minutes: int) -> int:
    return THURSDAY_S + hours * 3600 + minutes * 60


def _handling(shipment: str, action: Action, *order_ids: str) -> Handling:
    return Handling(shipment_id=shipment, action=action, order_ids=order_ids)


def _case(hostile: str) -> Case:
    afternoon = DayWindow(weekday=Weekday.THURSDAY, opens_s=8 * 3600, closes_s=19 * 3600)
    farm_a = _site("A", "Ferme des Aulnes", SiteKind.FARM, 48.1, 0.2)
    farm_b = _site("B", "GAEC d'Œuf-Joli", SiteKind.FARM, 48.15, 0.25)
    shift = DayWindow(weekday=Weekday.THURSDAY, opens_s=6 * 3600, closes_s=20 * 3600)
    return Case(
        week=Week(first_date=dt.date(2026, 11, 23)),
        producers=(
            Producer(id="A", name="Ferme des Aulnes", farm=farm_a),
            Producer(id="B", name="GAEC d'Œuf-Joli", farm=farm_b),
        ),
        sites=(
            _site("P", hostile, SiteKind.POINT, 48.2, 0.3, windows=(afternoon,)),
            _site("Q", "=École du Bourg", SiteKind.CANTEEN, 48.25, 0.35),
        ),
        vehicles=(
            Vehicle(
                id="V1",
                name="Kangoo d'Émilie",
                owner_id="A",
                start_site_id="A",
                end_site_id="A",
                shifts=(shift,),
                capacity_g=600_000,
                capacity_crates=80,
                temperatures=frozenset({TemperatureClass.AMBIENT, TemperatureClass.PLUS_4}),
            ),
        ),
        orders=(
            Order(
                id="o1", producer_id="A", site_id="P", crates=4, mass_g=32_000, value_cents=12_000
            ),
            Order(
                id="o2",
                producer_id="B",
                site_id="P",
                crates=1,
                mass_g=7_500,
                temperature=TemperatureClass.PLUS_4,
            ),
            Order(id="o3", producer_id="A", site_id="Q", crates=2, mass_g=16_000),
            Order(id="o4", producer_id="B", site_id="Q", crates=9, mass_g=16_000),
        ),
        territory="Pays des Aulnes",
    )


def _round() -> Round:
    load, leave = Action.PICKUP, Action.DELIVERY
    return Round(
        id="V1-thursday",
        vehicle_id="V1",
        day=THURSDAY,
        stops=(
            Stop(
                site_id="A",
                arrival_s=_clock(8, 0),
                start_s=_clock(8, 0),
                departure_s=_clock(8, 7),
                load_g=48_000,
                load_crates=6,
                handlings=(_handling("s1", load, "o1"), _handling("s3", load, "o3")),
            ),
            Stop(
                site_id="B",
                arrival_s=_clock(8, 17),
                start_s=_clock(8, 20),
                departure_s=_clock(8, 26),
                load_g=55_500,
                load_crates=7,
                handlings=(_handling("s2", load, "o2"),),
            ),
            Stop(
                site_id="P",
                arrival_s=_clock(8, 36),
                start_s=_clock(8, 36),
                departure_s=_clock(8, 43),
                load_g=16_000,
                load_crates=2,
                handlings=(_handling("s1", leave, "o1"), _handling("s2", leave, "o2")),
            ),
            Stop(
                site_id="Q",
                arrival_s=_clock(8, 53),
                start_s=_clock(8, 53),
                departure_s=_clock(9, 0),
                load_g=0,
                load_crates=0,
                handlings=(_handling("s3", leave, "o3"),),
            ),
            Stop(
                site_id="A",
                arrival_s=_clock(9, 30),
                start_s=_clock(9, 30),
                departure_s=_clock(9, 30),
                load_g=0,
                load_crates=0,
            ),
        ),
        # 8000 + 8000 + 8000 + 24000 m by the matrix below, 90 min.
        distance_m=48_000,
        duration_s=5400,
        cost_cents=2400 + 1800,
        legs=tuple(
            (Position(lat=a, lon=b), Position(lat=a, lon=d), Position(lat=c, lon=d))
            for a, b, c, d in (
                (48.1, 0.2, 48.15, 0.25),
                (48.15, 0.25, 48.2, 0.3),
                (48.2, 0.3, 48.25, 0.35),
                (48.25, 0.35, 48.1, 0.2),
            )
        ),
    )


def _table(metres_per_step: int) -> MatrixTable:
    steps = [[abs(i - j) for j in range(5)] for i in range(5)]
    return MatrixTable(
        durations_s=tuple(tuple(600 * n for n in row) for row in steps),
        distances_m=tuple(tuple(metres_per_step * n for n in row) for row in steps),
    )


def _plan(hostile: str) -> Plan:
    case = _case(hostile)
    shared = _round()
    lent = dataclasses.replace(
        case.vehicles[0], id="lent-B", name="Lent", owner_id="B", assumed=True, profile="car"
    )
    alone = dataclasses.replace(shared, id="alone-B", vehicle_id="lent-B", legs=())
    place = _site("new-1", "Mairie de Villebrun", SiteKind.POINT, 48.123456789, 0.2)
    trial = Order(id="trial-1", producer_id="A", site_id="new-1", crates=6, mass_g=48_000)
    return Plan(
        case=case,
        fingerprint=Fingerprint(
            case="ab" * 32,
            territory="cd" * 32,
            code="1.0.0",
            closures="ef" * 32,
            known_plan="01" * 32,
            keep="rounds",
        ),
        seed=1,
        iterations=2000,
        time_limit_s=None,
        rounds=(shared,),
        unserved=(Unserved(order_id="o4", code=UnservedCode.NO_ROOM_LEFT),),
        matrix=TravelMatrix(
            ids=("A", "B", "P", "Q", "new-1"),
            by_profile={"van": _table(8000), "car": _table(7000)},
        ),
        alone=(
            AlonePlan(producer_id="B", vehicles=(lent,), rounds=(alone,), unserved=()),
            AlonePlan(
                producer_id="A",
                vehicles=(),
                rounds=(),
                unserved=(Unserved(order_id="o1", code=UnservedCode.UNREACHABLE),),
            ),
        ),
        co_delivery=CoDelivery(
            carrier_id="A",
            served_id="B",
            site_ids=("P",),
            order_ids=("o2",),
            vehicles=(lent,),
            rounds=(shared, alone),
            carrier_before_cents=4000,
            carrier_after_cents=4200,
            served_before_cents=3000,
            served_after_cents=0,
            carrier_before_m=40_000,
            carrier_after_m=48_000,
            served_before_m=30_000,
            served_after_m=0,
            payment_cents=1600,
        ),
        new_site=NewSite(
            site=place,
            round_id="V1-thursday",
            orders=(trial,),
            round=shared,
            detour_s=300,
            detour_m=1200,
            detour_cents=160,
            nearby=(
                NearbyPlace(name="Villebrun", kind="village", distance_m=120, population=412),
                NearbyPlace(name="École", kind="school", distance_m=300),
            ),
        ),
        attribution="© les contributeurs d’OpenStreetMap, ODbL",
        warnings=(
            Fault(
                code="far_from_road",
                where=Where(file="cas.xlsx", sheet="producteurs", row=3, column="lat"),
                value="B",
                details={"distance_m": 240},
            ),
        ),
    )


@pytest.fixture
def small_plan() -> Plan:
    """Return the plan with well-behaved names."""
    return _plan("Marché d'Aubrac")


@pytest.fixture
def plan_with_stop_called() -> Callable[[str], Plan]:
    """Return a builder of the plan whose point of sale bears a given name."""
    return _plan


@pytest.fixture
def hostile_plan() -> Plan:
    """Return the plan one of whose stops is called ``<img src=x onerror=alert(1)>``."""
    return _plan(HOSTILE)


@pytest.fixture
def night_plan(small_plan: Plan) -> Plan:
    """Return the plan with its round 15 h 30 later: from Thursday 23:30 to Friday 1:00."""
    later_s = 55_800
    (one,) = small_plan.rounds
    stops = tuple(
        dataclasses.replace(
            stop,
            arrival_s=stop.arrival_s + later_s,
            start_s=stop.start_s + later_s,
            departure_s=stop.departure_s + later_s,
        )
        for stop in one.stops
    )
    return dataclasses.replace(small_plan, rounds=(dataclasses.replace(one, stops=stops),))


# Not for the session: Playwright is in one thread only once, and other rooms start it too.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, without any network of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()
