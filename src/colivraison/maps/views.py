"""What the page says of each round and stop: plain text, the same on the map and in the tables.

Nothing here is HTML: the texts travel as JSON or through an escaping template, and the page puts
them in place as text.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from colivraison.domain import Action, Case, Order, Plan, Position, Round, Site, SiteKind, Stop
from colivraison.maps.palette import Pen, pen
from colivraison.texts import Texts

__all__ = ["Card", "Mark", "RoundView", "StopRow", "amount_of", "drawn_line", "round_views"]

_A_WAIT_WORTH_SAYING_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The text of a popup: a title and lines, each with the role it plays."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A badge on the map.

    Parameters
    ----------
    ref
        Name of this mark in the page.
    badge
        The few characters in it, as ``2.5``: round 2, fifth stop.
    shape
        ``farm`` or ``point``: told apart without colour.
    shift
        Where several badges share a place: how many badge widths to the right of it.
    """

    ref: str
    badge: str
    shape: str
    position: Position
    shift: float
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """One line of the table that stands for the map."""

    label: str
    ref: str
    hours: str
    name: str
    kind: str
    work: tuple[str, ...]
    load: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """One round, ready to be shown.

    Parameters
    ----------
    number
        Its place in the plan, from 1: what the page tells its parts apart by.
    name
        What people call it by: its id, which stays when rounds come and go.
    """

    number: int
    name: str
    pen: Pen
    vehicle: str
    driver: str
    day: str
    hours: str
    km: str
    duration: str
    euros: str
    stops: str
    rows: tuple[StopRow, ...]
    marks: tuple[Mark, ...]
    card: Card
    line: tuple[Position, ...]


def round_views(plan: Plan, texts: Texts) -> tuple[RoundView, ...]:
    """Return the rounds of a plan in the order of their numbers."""
    labels = [_labels(round_) for round_ in plan.rounds]
    visits: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, round_ in enumerate(plan.rounds):
        for order, stop in enumerate(round_.stops):
            if labels[index][order]:
                visits[stop.site_id].append((index, order))
    return tuple(
        _round_view(plan, index, labels[index], visits, texts) for index in range(len(plan.rounds))
    )


def _load(crates: int, mass_g: int, texts: Texts) -> str:
    """Return a load in words: ``6 caisses, 48 kg``; what is zero is left out."""
    parts = []
    if crates:
        parts.append(_counted(texts, "map.crates", crates))
    if mass_g or not crates:
        parts.append(texts.kg(mass_g))
    return ", ".join(parts)


def _counted(texts: Texts, key: str, count: int) -> str:
    # French counts 0 as singular, English does not.
    one = count == 1 or (count == 0 and texts.language == "fr")
    return texts(f"{key}.{'one' if one else 'many'}", count=texts.number(count))


def _labels(round_: Round) -> tuple[str, ...]:
    """Return a label for every stop: 1, 2, 3... where there is work, ``start`` and ``end``.

    A return to the place of departure gets none: its badge would hide the first one.
    """

    def label(index: int, number: int | None) -> str:
        if number is not None:
            return str(number)
        if index == 0:
            return "start"
        return "" if round_.stops[index].site_id == round_.stops[0].site_id else "end"

    return tuple(label(index, number) for index, number in enumerate(round_.stop_numbers))


def _round_view(
    plan: Plan,
    index: int,
    labels: tuple[str, ...],
    visits: Mapping[str, list[tuple[int, int]]],
    texts: Texts,
) -> RoundView:
    round_ = plan.rounds[index]
    number = index + 1
    case = plan.case
    places = case.places
    vehicle = next(v for v in case.vehicles if v.id == round_.vehicle_id)
    driver = next(
        (one.name for one in case.drivers if one.id == round_.driver_id),
        next((p.name for p in case.producers if p.id == vehicle.owner_id), ""),
    )
    rows: list[StopRow] = []
    marks: list[Mark] = []
    day = texts.date(round_.day)
    head = texts("map.round.head", number=round_.id, vehicle=vehicle.name, day=day)
    for order, (label, stop) in enumerate(zip(labels, round_.stops, strict=True)):
        site = places[stop.site_id]
        last = order == len(round_.stops) - 1
        shown = (
            texts("map.stop.end")
            if last and not label
            else label
            if label.isdecimal()
            else texts(f"map.stop.{label}")
        )
        hours = _hours(plan, round_, order, texts)
        work = _work(case, stop, texts)
        empty = not stop.load_crates and not stop.load_g
        load = texts("map.load.empty") if empty else _load(stop.load_crates, stop.load_g, texts)
        ref = f"r{number}s{order}" if label else ""
        rows.append(
            StopRow(
                label=shown,
                ref=ref,
                hours=hours,
                name=site.name,
                kind=texts(f"map.kind.{site.kind}"),
                work=tuple(text for _, text in work),
                load=load if work else "",
            )
        )
        if not label:
            continue
        here = visits[stop.site_id]
        badge = label if label.isdecimal() else texts(f"map.badge.{label}")
        lines = [("kicker", head), ("hours", hours)]
        if stop.start_s - stop.arrival_s >= _A_WAIT_WORTH_SAYING_S and order > 0:
            wait = texts.duration(stop.start_s - stop.arrival_s)
            lines.append(("wait", texts("map.stop.wait", duration=wait)))
        lines += work
        if work:
            lines.append(("load", texts("map.stop.load_after", load=load)))
        marks.append(
            Mark(
                ref=ref,
                badge=f"{round_.id}.{badge}",
                shape=_shape(site),
                position=site.position,
                shift=here.index((index, order)) - (len(here) - 1) / 2,
                card=Card(title=site.name, lines=tuple(lines)),
            )
        )
    worked = sum(1 for stop in round_.stops if stop.handlings)
    hours = texts(
        "map.hours.span",
        start=_clock(case, round_.stops[0].start_s, round_.day, texts),
        end=_clock(case, round_.stops[-1].departure_s, round_.day, texts),
    )
    km, euros = texts.km(round_.distance_m), texts.euros(round_.cost_cents)
    duration = texts.duration(round_.duration_s)
    stops = _counted(texts, "map.stops", worked)
    return RoundView(
        number=number,
        name=round_.id,
        pen=pen(number),
        vehicle=vehicle.name,
        driver=driver,
        day=day,
        hours=hours,
        km=km,
        duration=duration,
        euros=euros,
        stops=stops,
        rows=tuple(rows),
        marks=tuple(marks),
        card=Card(
            title=texts("map.round.title", number=round_.id),
            lines=(
                ("kicker", f"{vehicle.name} – {driver}" if driver else vehicle.name),
                ("hours", f"{day}, {hours}"),
                ("load", f"{km} · {duration} · {euros} · {stops}"),
            ),
        ),
        line=drawn_line(round_, places),
    )


def drawn_line(round_: Round, places: Mapping[str, Site]) -> tuple[Position, ...]:
    """Return the way of a round: along the roads, or straight where no road is known."""
    if round_.legs:
        return tuple(position for leg in round_.legs for position in leg)
    return tuple(places[stop.site_id].position for stop in round_.stops)


def _shape(site: Site) -> str:
    return "farm" if site.kind is SiteKind.FARM else "point"


def _clock(case: Case, elapsed_s: int, day: dt.date, texts: Texts) -> str:
    """Return a time for somebody who has the day of the round in mind."""
    return texts.clock(case.week.moment(elapsed_s), day)


def _hours(plan: Plan, round_: Round, order: int, texts: Texts) -> str:
    stop = round_.stops[order]

    def clock(elapsed_s: int) -> str:
        return _clock(plan.case, elapsed_s, round_.day, texts)

    if order == 0:
        start = clock(stop.start_s)
        if not stop.handlings:
            return start
        return texts("map.hours.span", start=start, end=clock(stop.departure_s))
    arrive = clock(stop.arrival_s)
    if order == len(round_.stops) - 1 and not stop.handlings:
        return arrive
    return texts("map.hours.span", start=arrive, end=clock(stop.departure_s))


def _work(case: Case, stop: Stop, texts: Texts) -> list[tuple[str, str]]:
    """Return what is loaded and unloaded at a stop, one line per producer."""
    orders = {order.id: order for order in case.orders}
    names = {producer.id: producer.name for producer in case.producers}
    found: list[tuple[str, str]] = []
    for action in (Action.DELIVERY, Action.PICKUP):
        by_producer: dict[str, list[Order]] = defaultdict(list)
        for handling in stop.handlings:
            if handling.action is action:
                for order_id in handling.order_ids:
                    by_producer[orders[order_id].producer_id].append(orders[order_id])
        for producer_id, lines in by_producer.items():
            amount = amount_of(lines, texts)
            found.append(
                (
                    action.value,
                    texts(f"map.work.{action.value}", producer=names[producer_id], amount=amount),
                )
            )
    return found


def amount_of(orders: Iterable[Order], texts: Texts) -> str:
    """Return what some orders weigh in words: ``6 caisses, 48 kg``."""
    found = tuple(orders)
    return _load(sum(o.crates for o in found), sum(o.mass_g for o in found), texts)
