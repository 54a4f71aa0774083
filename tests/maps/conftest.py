"""A small plan made by hand, drawn on a small country made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

from colivraison.domain import (
    Action,
    AlonePlan,
    Case,
    CoDelivery,
    DayWindow,
    Fingerprint,
    Handling,
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
from colivraison.maps import MapBackground

THURSDAY = dt.date(2026, 1, 8)


@dataclass(frozen=True)
class Line:
    """A road or a river."""

    kind: str
    positions: tuple[Position, ...]


def at(lat: float, lon: float) -> Position:
    return Position(lat=lat, lon=lon)


def _stop(site_id: str, minute: int, *handlings: Handling, load: int = 0) -> Stop:
    # Every stop lasts ten minutes; times are minutes after Thursday's midnight.
    seconds = 3 * 86_400 + minute * 60
    return Stop(
        site_id=site_id,
        arrival_s=seconds,
        start_s=seconds,
        departure_s=seconds + (600 if handlings else 0),
        load_g=load * 8000,
        load_crates=load,
        handlings=handlings,
    )


def _work(action: Action, *order_ids: str) -> Handling:
    return Handling(shipment_id="+".join(order_ids), action=action, order_ids=order_ids)


def _farm(farm_id: str, name: str, position: Position) -> Producer:
    site = Site(id=farm_id, name=name, kind=SiteKind.FARM, position=position)
    return Producer(id=farm_id, name=name, farm=site)


def _van(vehicle_id: str, name: str, owner_id: str) -> Vehicle:
    return Vehicle(
        id=vehicle_id,
        name=name,
        owner_id=owner_id,
        start_site_id=owner_id,
        end_site_id=owner_id,
        shifts=(DayWindow(weekday=Weekday.THURSDAY, opens_s=6 * 3600, closes_s=20 * 3600),),
        capacity_g=600_000,
        capacity_crates=80,
        temperatures=frozenset({TemperatureClass.AMBIENT}),
    )


PLACES = {
    "f1": at(45.10, 2.10),
    "f2": at(45.13, 2.18),
    "f3": at(45.06, 2.20),
    "p1": at(45.12, 2.25),
    "p2": at(45.08, 2.28),
    "p3": at(45.15, 2.12),
    "new": at(45.11, 2.22),
}


def _way(*ids: str) -> tuple[tuple[Position, ...], ...]:
    """Return legs with a bend in the middle of each."""
    legs = []
    for one, other in pairwise(ids):
        a, b = PLACES[one], PLACES[other]
        middle = at((a.lat + b.lat) / 2 + 0.004, (a.lon + b.lon) / 2)
        legs.append((a, middle, b))
    return tuple(legs)


def make_plan(name: Callable[[str], str] = str) -> Plan:
    """Return the plan; every name that a person could have typed passes through ``name``."""
    producers = (
        _farm("f1", name("Ferme des Bruyères"), PLACES["f1"]),
        _farm("f2", name("GAEC du Pré Long"), PLACES["f2"]),
        _farm("f3", name("Les Ruchers d’Aubin"), PLACES["f3"]),
    )
    sites = (
        Site(
            id="p1", name=name("École de Vallières"), kind=SiteKind.CANTEEN, position=PLACES["p1"]
        ),
        Site(id="p2", name=name("Épicerie du Pont"), kind=SiteKind.SHOP, position=PLACES["p2"]),
        Site(
            id="p3", name=name("Mairie de Saint-Loup"), kind=SiteKind.POINT, position=PLACES["p3"]
        ),
    )
    orders = (
        Order(id="o1", producer_id="f1", site_id="p1", crates=6, mass_g=48_000),
        Order(id="o2", producer_id="f2", site_id="p1", crates=1, mass_g=8_500),
        Order(id="o3", producer_id="f1", site_id="p2", crates=4, mass_g=32_000),
        Order(id="o4", producer_id="f3", site_id="p3", crates=3, mass_g=24_000),
        Order(id="o5", producer_id="f3", site_id="p2", crates=90, mass_g=720_000),
    )
    vans = (_van("v1", name("Kangoo bleu"), "f1"), _van("v2", name("Berlingo"), "f3"))
    pick, drop = Action.PICKUP, Action.DELIVERY
    first = Round(
        id="1",
        vehicle_id="v1",
        day=THURSDAY,
        stops=(
            _stop("f1", 425, _work(pick, "o1"), _work(pick, "o3"), load=10),
            _stop("f2", 460, _work(pick, "o2"), load=11),
            _stop("p1", 495, _work(drop, "o1"), _work(drop, "o2"), load=4),
            _stop("p2", 530, _work(drop, "o3")),
            _stop("f1", 580),
        ),
        distance_m=41_300,
        duration_s=155 * 60,
        cost_cents=5165,
        legs=_way("f1", "f2", "p1", "p2", "f1"),
    )
    second = Round(
        id="2",
        vehicle_id="v2",
        day=THURSDAY,
        stops=(
            _stop("f3", 540, _work(pick, "o4"), load=3),
            _stop("p3", 580, _work(drop, "o4")),
            _stop("f3", 620),
        ),
        distance_m=28_000,
        duration_s=80 * 60,
        cost_cents=3000,
    )
    alone = (
        AlonePlan(producer_id="f1", vehicles=(), rounds=(first,), unserved=()),
        AlonePlan(
            producer_id="f2",
            vehicles=(),
            rounds=(
                Round(
                    id="alone-f2",
                    vehicle_id="v1",
                    day=THURSDAY,
                    stops=(
                        _stop("f2", 460, _work(pick, "o2"), load=1),
                        _stop("p1", 495, _work(drop, "o2")),
                        _stop("f2", 520),
                    ),
                    distance_m=20_000,
                    duration_s=3600,
                    cost_cents=2200,
                ),
            ),
            unserved=(),
        ),
        AlonePlan(
            producer_id="f3",
            vehicles=(),
            rounds=(second,),
            unserved=(Unserved(order_id="o5", code=UnservedCode.NO_VEHICLE_CAPACITY),),
        ),
    )
    return Plan(
        case=Case(
            week=Week(first_date=dt.date(2026, 1, 5)),
            producers=producers,
            sites=sites,
            vehicles=vans,
            orders=orders,
            territory=name("Pays de Vallières"),
        ),
        fingerprint=Fingerprint(case="c", territory="t", code="0"),
        seed=1,
        iterations=1,
        time_limit_s=None,
        rounds=(first, second),
        unserved=(Unserved(order_id="o5", code=UnservedCode.NO_VEHICLE_CAPACITY),),
        matrix=TravelMatrix(ids=(), by_profile={}),
        alone=alone,
        co_delivery=CoDelivery(
            carrier_id="f1",
            served_id="f2",
            site_ids=("p1",),
            order_ids=("o2",),
            vehicles=vans,
            rounds=(first,),
            carrier_before_cents=5000,
            carrier_after_cents=5165,
            served_before_cents=2200,
            served_after_cents=0,
            carrier_before_m=40_000,
            carrier_after_m=41_300,
            served_before_m=20_000,
            served_after_m=0,
            payment_cents=1182,
        ),
        new_site=NewSite(
            site=Site(id="new", name=name("Le Bourg"), kind=SiteKind.POINT, position=PLACES["new"]),
            round_id="1",
            orders=(),
            round=first,
            detour_s=300,
            detour_m=2400,
            detour_cents=220,
            nearby=(
                NearbyPlace(name=name("Le Bourg"), kind="village", distance_m=300, population=1240),
                NearbyPlace(name=name("École"), kind="school", distance_m=150),
            ),
        ),
        attribution="© OpenStreetMap contributors (ODbL)",
    )


def make_background(name: Callable[[str], str] = str, *, invented: bool = False) -> MapBackground:
    """Return a few roads, a river and some names."""
    ids = list(PLACES)
    roads = [
        Line(kind, (PLACES[a], PLACES[b]))
        for kind, (a, b) in zip(
            ("primary", "secondary", "tertiary", "unclassified", "track", "motorway"),
            pairwise(ids),
            strict=True,
        )
    ]
    return MapBackground(
        roads=tuple(roads),
        water=(
            Line("river", (at(45.02, 2.12), at(45.09, 2.16), at(45.18, 2.30))),
            Line("water", (at(45.05, 2.1), at(45.06, 2.1), at(45.06, 2.12), at(45.05, 2.1))),
        ),
        villages=(
            (name("Vallières"), "town", at(45.125, 2.255)),
            (name("Saint-Loup"), "village", at(45.155, 2.125)),
            (name("Le Mas"), "hamlet", at(45.07, 2.15)),
        ),
        attribution="" if invented else "© OpenStreetMap contributors (ODbL)",
        invented=invented,
    )


@pytest.fixture
def plan() -> Plan:
    return make_plan()


@pytest.fixture
def background() -> MapBackground:
    return make_background()


CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Watched:
    """A page and everything it did that a map has no business doing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(10_000)
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.fired: list[str] = []
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)
        page.on("dialog", self._dialog)

    def open(self, address: str) -> None:
        """Load a page; it is the only address that may be asked for."""
        self._own = address
        self.page.goto(address)

    def show(self, html: str, folder: Path) -> None:
        """Load a map from a file, as from an e-mail, and wait until it stands."""
        file = folder / "map.html"
        file.write_text(html, encoding="utf-8")
        self.open(file.as_uri())
        self.page.wait_for_selector("body[data-ready]")

    def require_quiet(self) -> None:
        """Fail when the page asked, complained or fired."""
        self.page.wait_for_timeout(150)
        assert (self.asked, self.errors, self.fired) == ([], [], [])

    def _request(self, request: Request) -> None:
        if request.url != self._own and not request.url.startswith("data:"):
            self.asked.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def _dialog(self, dialog: Dialog) -> None:
        self.fired.append(dialog.message)
        dialog.dismiss()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: the maps are tested in a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture
def desk(chromium: Browser) -> Iterator[Watched]:
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield Watched(page)
    page.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Watched]:
    page = chromium.new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    yield Watched(page)
    page.close()


@pytest.fixture
def named_plan() -> Callable[[Callable[[str], str]], Plan]:
    """Return the maker of a plan in which every name is changed."""
    return make_plan


@pytest.fixture
def named_background() -> Callable[[Callable[[str], str]], MapBackground]:
    """Return the maker of a background in which every name is changed."""
    return make_background
