"""The driver's sheet: one page of one round, to print for the dashboard or read on a phone.

A sheet is one HTML file without any script and without any outside request: its policy forbids
both, and Jinja2 escapes every value (a stop may be called ``<img src=x onerror=alert(1)>``).
Links hold coordinates only, never a name or an address (they are personal data).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from colivraison.domain import (
    Action,
    Plan,
    Position,
    Round,
    Site,
    Stop,
    Week,
)
from colivraison.interchange.goods_text import crates_text, temperature_text
from colivraison.interchange.plan_lookup import Goods, PlanLookup
from colivraison.texts import Texts
from colivraison.units import SECONDS_PER_DAY

__all__ = ["page_template", "sheet_html"]

# Google Maps takes nine waypoints in its app; a leg of nine stops is eight of them and an end.
_MOST_STOPS_PER_LEG = 9
_DOT = "\u00a0· "  # never at the beginning of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class _GoodsRow:
    what: str  # whose, or for whom
    via: str  # the loading list: from where to where
    amount: str  # crates and mass
    temperature: str
    cold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _StopRow:
    order: str  # its number, or a letter where there is nothing to do
    role: str  # "start", "end" or ""
    arrival: str
    departure: str
    waiting: str
    name: str
    kind: str
    hours: str
    note: str
    begins: str
    leg: str
    load: Sequence[_GoodsRow]
    unload: Sequence[_GoodsRow]
    aboard: str
    waze: str
    geo: str


def sheet_html(plan: Plan, round_: Round, texts: Texts) -> str:
    """Return the sheet of one round of a plan."""
    lookup = PlanLookup(plan)
    vehicle = lookup.vehicles[round_.vehicle_id]
    owner = lookup.producers.get(vehicle.owner_id)
    name = vehicle.name or vehicle.id
    moment = plan.case.week.moment
    loaded = [
        order_id
        for stop in round_.stops
        for handling in stop.handlings
        if handling.action is Action.PICKUP
        for order_id in handling.order_ids
    ]
    goods = lookup.summed(loaded)
    stops = [_stop_row(lookup, plan, round_, index, texts) for index in range(len(round_.stops))]
    return _template().render(
        t=texts,
        language=texts.language,
        number=round_.id,
        vehicle=name,
        driver=lookup.driver_name(round_),
        # Many a van is called after its farm: once is enough.
        farm="" if owner is None or owner.name in name else owner.name,
        day=texts.date(round_.day),
        departure=texts.clock(moment(round_.stops[0].start_s), round_.day),
        back=texts.clock(moment(round_.stops[-1].departure_s), round_.day),
        distance=texts.km(round_.distance_m),
        duration=texts.duration(round_.duration_s),
        stops=stops,
        halts=_halts(round_),
        crates=crates_text(sum(item.crates for item in goods), texts),
        mass=texts.kg(sum(item.mass_g for item in goods)),
        temperatures=sorted({temperature_text(item.temperature, texts) for item in goods}),
        loading=_loading_list(lookup, round_, texts),
        google_legs=_google_legs([lookup.places[stop.site_id] for stop in round_.stops]),
        territory=plan.case.territory,
        invented=plan.case.invented,
        attribution=plan.attribution,
        fingerprint=plan.fingerprint.case[:12],
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    return page_template("sheet.html.j2")


def page_template(name: str) -> Template:
    """Return a template of this room whose values are escaped, all of them."""
    environment = Environment(
        loader=PackageLoader("colivraison.interchange"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _halts(round_: Round) -> int:
    """Return how often the van stops to work, leaving and coming home apart."""
    return sum(1 for stop in round_.stops if stop.handlings)


def _aboard(stop: Stop, texts: Texts) -> str:
    if stop.load_crates == 0 and stop.load_g == 0:
        return texts("sheet.empty")
    return f"{crates_text(stop.load_crates, texts)}{_DOT}{texts.kg(stop.load_g)}"


def _goods_row(item: Goods, what: str, texts: Texts, via: str = "") -> _GoodsRow:
    return _GoodsRow(
        what=what,
        via=via,
        amount=f"{crates_text(item.crates, texts)}{_DOT}{texts.kg(item.mass_g)}",
        temperature=temperature_text(item.temperature, texts),
        cold=item.temperature.value != "ambient",
    )


def _stop_row(lookup: PlanLookup, plan: Plan, round_: Round, index: int, texts: Texts) -> _StopRow:
    stop: Stop = round_.stops[index]
    site = lookup.places[stop.site_id]
    moment = plan.case.week.moment
    last = len(round_.stops) - 1
    leg_m = lookup.leg_m(round_, index)
    role = "start" if index == 0 else "end" if index == last else ""
    waits_s = stop.start_s - stop.arrival_s if index > 0 else 0
    return _StopRow(
        order=_mark(round_, index, texts),
        role=role,
        arrival=texts.clock(moment(stop.start_s if index == 0 else stop.arrival_s), round_.day),
        departure=texts.clock(moment(stop.departure_s), round_.day),
        waiting=texts.duration(waits_s) if waits_s >= 60 else "",
        name=site.name,
        kind=texts(f"sheet.kind.{site.kind.value}"),
        hours=_hours(site, stop, round_.day, plan.case.week, texts),
        note=site.note,
        begins=_begins(stop, plan.case.week, round_.day, texts),
        leg="" if index == 0 or leg_m is None else texts.km(leg_m),
        load=[
            _goods_row(item, texts("sheet.for", place=item.destination.name), texts)
            for item in _last_out_first(lookup.goods(stop, Action.PICKUP), round_, index)
        ],
        unload=[
            _goods_row(item, texts("sheet.from", producer=item.producer.name), texts)
            for item in lookup.goods(stop, Action.DELIVERY)
        ],
        aboard=_aboard(stop, texts),
        waze=_waze(site.position),
        geo=f"geo:{_degrees(site.position)}?z=17",
    )


def _last_out_first(goods: Sequence[Goods], round_: Round, index: int) -> list[Goods]:
    """Return what is loaded at a stop so that what leaves the van last goes in first."""
    leaves: dict[str, int] = {}
    for k, stop in enumerate(round_.stops):
        if k > index and any(one.action is Action.DELIVERY for one in stop.handlings):
            leaves.setdefault(stop.site_id, k)
    return sorted(goods, key=lambda item: leaves.get(item.destination.id, 0), reverse=True)


def _begins(stop: Stop, week: Week, day: dt.date, texts: Texts) -> str:
    """Return when loading begins that waits on purpose; "" where none does."""
    told = [h.begin_s for h in stop.handlings if h.begin_s is not None]
    return texts.clock(week.moment(min(told)), day) if told else ""


def _mark(round_: Round, index: int, texts: Texts) -> str:
    number = round_.stop_numbers[index]
    if number is not None:
        return str(number)
    return texts("sheet.mark_end" if index else "sheet.mark_start")


def _hours(site: Site, stop: Stop, day: dt.date, week: Week, texts: Texts) -> str:
    """Return the opening hours a stop falls into: ``16 h 00 – 19 h 00``; "" if always open.

    They are those of the day on which the place opens, morning and afternoon: at half past
    midnight, the evening's 22:00-26:00. A stop outside all hours gets those of its date.
    """
    windows = site.day_windows(week)
    dates = {
        window.date
        for window in windows
        if any(one.start_s <= stop.start_s <= one.end_s for one in week.elapsed([window]))
    } or {week.moment(stop.start_s).date()}
    return ", ".join(
        _span(window.date, window.opens_s, window.closes_s, day, texts)
        for window in windows
        if window.date in dates
    )


def _span(date: dt.date, opens_s: int, closes_s: int, day: dt.date, texts: Texts) -> str:
    """Return hours of a date for somebody who has a day in mind."""

    def clock(wall_clock_s: int) -> str:
        midnight = dt.datetime.combine(date, dt.time(), tzinfo=dt.UTC)
        return texts.clock(midnight + dt.timedelta(seconds=wall_clock_s), day)

    if (opens_s, closes_s) == (0, SECONDS_PER_DAY):
        return texts("sheet.all_day")
    closes = texts("sheet.midnight") if closes_s == SECONDS_PER_DAY else clock(closes_s)
    return texts("sheet.hours", opens=clock(opens_s), closes=closes)


def _loading_list(lookup: PlanLookup, round_: Round, texts: Texts) -> list[_GoodsRow]:
    """Return everything that is carried, in the order in which it leaves the van."""
    loaded_at: dict[str, str] = {}
    rows: list[_GoodsRow] = []
    for index, stop in enumerate(round_.stops):
        for handling in stop.handlings:
            if handling.action is Action.PICKUP:
                loaded_at |= dict.fromkeys(handling.order_ids, _mark(round_, index, texts))
        for item in lookup.goods(stop, Action.DELIVERY):
            sources = {
                loaded_at.get(order_id, "?")
                for handling in stop.handlings
                for order_id in handling.order_ids
                if lookup.orders[order_id].producer_id == item.producer.id
                and handling.action is Action.DELIVERY
            }
            rows.append(
                _goods_row(
                    item,
                    item.producer.name,
                    texts,
                    via=texts(
                        "sheet.via",
                        loaded=", ".join(sorted(sources)),
                        place=item.destination.name,
                        delivered=_mark(round_, index, texts),
                    ),
                )
            )
    return rows


def _degrees(position: Position) -> str:
    return f"{position.lat:.6f},{position.lon:.6f}"


def _waze(position: Position) -> str:
    query = urlencode({"ll": _degrees(position), "navigate": "yes"})
    return f"https://www.waze.com/ul?{query}"


def _google_legs(sites: Sequence[Site]) -> list[str]:
    """Return links that drive the whole round, each of at most nine stops after its origin."""
    ways: list[Position] = []
    for site in sites:
        if not ways or ways[-1] != site.position:
            ways.append(site.position)
    links = []
    for first in range(0, len(ways) - 1, _MOST_STOPS_PER_LEG):
        leg = ways[first : first + _MOST_STOPS_PER_LEG + 1]
        query = {
            "api": "1",
            "origin": _degrees(leg[0]),
            "destination": _degrees(leg[-1]),
            "waypoints": "|".join(_degrees(position) for position in leg[1:-1]),
            "travelmode": "driving",
            "dir_action": "navigate",
        }
        kept = {key: value for key, value in query.items() if value}
        links.append(f"https://www.google.com/maps/dir/?{urlencode(kept)}")
    return links
