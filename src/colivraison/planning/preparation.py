"""What each producer harvests and packs for a plan, for whom, and ready by when.

Read off the rounds alone, without any search: who fetches what, at which moment loading begins, and
in which order the crates go in, so that what leaves the van first stands at its door.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from colivraison.domain import (
    Action,
    Case,
    Handling,
    Order,
    Plan,
    Round,
    Stop,
    TemperatureClass,
    UnservedCode,
)
from colivraison.planning.handling_hours import handling_hours

__all__ = [
    "DayOfPreparation",
    "Loading",
    "NotCarried",
    "PackedGoods",
    "ProducerPreparation",
    "preparation",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedGoods:
    """Crates of one kind of goods, packed together.

    Parameters
    ----------
    site_id
        Whom they are for; "" for the sum over all of them.
    goods
        What it is, as its orders say; "" where they do not.
    boxed
        Packed in an iced box.
    order_ids
        The orders they fill.
    """

    site_id: str
    goods: str
    temperature: TemperatureClass
    boxed: bool
    crates: int
    mass_g: int
    litres: int
    order_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """What one van loads of one producer without a pause, all of it ready when that begins.

    Parameters
    ----------
    arrival_s, ready_s
        When the van is there, and when its loading begins: the goods stand ready by then. Elapsed
        seconds of the horizon.
    day
        The date of ``ready_s``; of a night's round it may be another than the round's.
    site_id
        Where: the producer's farm.
    goods
        In the order in which they are loaded: what is unloaded last goes in first.
    """

    round_id: str
    vehicle_id: str
    site_id: str
    arrival_s: int
    ready_s: int
    day: dt.date
    goods: tuple[PackedGoods, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCarried:
    """An order that no round loads.

    Parameters
    ----------
    code
        Why, as the plan says; None where somebody has taken it out of its round.
    """

    order: Order
    code: UnservedCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfPreparation:
    """What a producer has ready on one day, over all points and vans.

    Parameters
    ----------
    first_ready_s
        When the first loading of the day begins.
    goods
        One sum for each kind.
    """

    day: dt.date
    first_ready_s: int
    goods: tuple[PackedGoods, ...]
    loadings: tuple[Loading, ...]

    @property
    def crates(self) -> int:
        """Crates of the day."""
        return sum(one.crates for one in self.goods)

    @property
    def mass_g(self) -> int:
        """Grams of the day."""
        return sum(one.mass_g for one in self.goods)

    @property
    def litres(self) -> int:
        """Litres of the day."""
        return sum(one.litres for one in self.goods)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerPreparation:
    """One producer's work before the vans come: by day, in the order of time."""

    producer_id: str
    days: tuple[DayOfPreparation, ...]
    not_carried: tuple[NotCarried, ...]


def preparation(plan: Plan) -> tuple[ProducerPreparation, ...]:
    """Return what each producer with orders has to prepare, in the order of the case.

    Only the plan's own rounds count, no suggestion.  The times are those of the plan: whoever
    changed it by hand times it anew first (`retime`).
    """
    orders = {order.id: order for order in plan.case.orders}
    loadings = sorted(
        (loading for one in plan.rounds for loading in _loadings(plan.case, one, orders)),
        key=lambda pair: (pair[1].ready_s, pair[1].round_id),
    )
    loaded = {i for _, one in loadings for goods in one.goods for i in goods.order_ids}
    codes = {one.order_id: one.code for one in plan.unserved}
    return tuple(
        ProducerPreparation(
            producer_id=producer.id,
            days=_days([one for maker, one in loadings if maker == producer.id], orders),
            not_carried=tuple(
                NotCarried(order=order, code=codes.get(order.id))
                for order in plan.case.orders
                if order.producer_id == producer.id and order.id not in loaded
            ),
        )
        for producer in plan.case.producers
        if any(order.producer_id == producer.id for order in plan.case.orders)
    )


def _days(loadings: Iterable[Loading], orders: Mapping[str, Order]) -> tuple[DayOfPreparation, ...]:
    by_day: dict[dt.date, list[Loading]] = {}
    for one in loadings:
        by_day.setdefault(one.day, []).append(one)
    return tuple(
        DayOfPreparation(
            day=day,
            first_ready_s=ones[0].ready_s,
            goods=_by_kind(
                orders[i] for one in ones for goods in one.goods for i in goods.order_ids
            ),
            loadings=tuple(ones),
        )
        for day, ones in by_day.items()
    )


def _loadings(case: Case, one: Round, orders: Mapping[str, Order]) -> Iterator[tuple[str, Loading]]:
    """Yield the loadings of a round, each with its producer."""
    leaves = _unloading_places(one)
    for k, stop in enumerate(one.stops):
        moved = k > 0 and one.stops[k - 1].site_id != stop.site_id
        for begin_s, order_ids in _pauseless(case, stop, orders, moved=moved):
            for producer_id in dict.fromkeys(orders[i].producer_id for i in order_ids):
                own = [orders[i] for i in order_ids if orders[i].producer_id == producer_id]
                yield (
                    producer_id,
                    Loading(
                        round_id=one.id,
                        vehicle_id=one.vehicle_id,
                        site_id=stop.site_id,
                        arrival_s=stop.arrival_s,
                        ready_s=begin_s,
                        day=case.week.moment(begin_s).date(),
                        goods=_packed(own, leaves),
                    ),
                )


def _unloading_places(one: Round) -> dict[str, tuple[int, int]]:
    """Return where each order of a round is unloaded: at which stop, and as the how manieth."""
    return {
        order_id: (k, number)
        for k, stop in enumerate(one.stops)
        for number, handling in enumerate(stop.handlings)
        if handling.action is Action.DELIVERY
        for order_id in handling.order_ids
    }


def _pauseless(
    case: Case, stop: Stop, orders: Mapping[str, Order], *, moved: bool
) -> Iterator[tuple[int, list[str]]]:
    """Yield what is loaded at a stop at one go, with the moment at which that begins."""
    site = case.places[stop.site_id]
    now_s = stop.start_s + (site.setup_s if moved else 0)
    begin_s, order_ids = now_s, list[str]()
    for number, handling in enumerate(stop.handlings):
        own = [orders[i] for i in handling.order_ids]
        soonest_s = now_s if number == 0 else _soonest_s(case, stop, handling, own, now_s)
        this_s = soonest_s if handling.begin_s is None else handling.begin_s
        if handling.action is Action.PICKUP:
            # A pause, or goods that are not ready yet when the loading begins.
            if order_ids and (this_s > now_s or case.ready_s(own) > begin_s):
                yield begin_s, order_ids
                order_ids = []
            if not order_ids:
                begin_s = this_s
            order_ids += handling.order_ids
        now_s = this_s + site.handling_s(sum(order.crates for order in own))
    if order_ids:
        yield begin_s, order_ids


def _soonest_s(
    case: Case, stop: Stop, handling: Handling, orders: Iterable[Order], now_s: int
) -> int:
    """Return when work that follows other work at a stop can begin: at once where it is open."""
    own = tuple(orders)
    site, ready_s = case.places[stop.site_id], case.ready_s(own)
    hours = handling_hours(site, case.week, handling.action, own, ready_s=ready_s)
    return next((max(now_s, one.start_s) for one in hours if now_s <= one.end_s), now_s)


def _packed(
    orders: Iterable[Order], leaves: Mapping[str, tuple[int, int]]
) -> tuple[PackedGoods, ...]:
    """Return orders packed by point and kind, what is unloaded last first."""
    last: dict[tuple[int, str, Hashable], tuple[int, int]] = {}
    packed: dict[tuple[int, str, Hashable], list[Order]] = {}
    for order in orders:
        # What nobody unloads goes in before all the rest.
        place = leaves.get(order.id, (sys.maxsize, 0))
        key = (place[0], order.site_id, _kind(order))
        last[key] = max(place, last.get(key, place))
        packed.setdefault(key, []).append(order)
    in_order = sorted(packed, key=lambda key: last[key], reverse=True)
    return tuple(_sum(packed[key], site_id=key[1]) for key in in_order)


def _by_kind(orders: Iterable[Order]) -> tuple[PackedGoods, ...]:
    kinds: dict[Hashable, list[Order]] = {}
    for order in orders:
        kinds.setdefault(_kind(order), []).append(order)
    return tuple(_sum(ones, site_id="") for ones in kinds.values())


def _kind(order: Order) -> Hashable:
    return order.goods, order.temperature, order.boxed_s is not None


def _sum(orders: Sequence[Order], *, site_id: str) -> PackedGoods:
    """Return orders of one kind as one."""
    first = orders[0]
    return PackedGoods(
        site_id=site_id,
        goods=first.goods,
        temperature=first.temperature,
        boxed=first.boxed_s is not None,
        crates=sum(order.crates for order in orders),
        mass_g=sum(order.mass_g for order in orders),
        litres=sum(order.litres for order in orders),
        order_ids=tuple(order.id for order in orders),
    )
