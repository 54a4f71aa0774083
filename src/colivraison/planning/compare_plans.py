"""Two plans of one week side by side: who gains, who loses, what moved.

The two may be of the same case or of two versions of it.  What they say of themselves is taken as
it is: whether they hold is for `check_plan`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from colivraison.domain import Action, Case, Handling, Order, Plan, Stop, Totals
from colivraison.errors import Fault, InputError
from colivraison.planning.same_orders import same_orders
from colivraison.planning.totals import totals_by_owner, totals_of, vehicles_by_id

__all__ = [
    "NOTABLE_S",
    "Carried",
    "DayVisits",
    "Drops",
    "LoneOrder",
    "MemberChange",
    "OrderChange",
    "PlanComparison",
    "SiteChange",
    "compare_plans",
    "incomparable",
]

NOTABLE_S = 900
"""People arrange themselves with a van that comes a quarter of an hour earlier or later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Where and when an order rides.

    Parameters
    ----------
    loaded_s, delivered_s
        When work begins at the stop where it is loaded, and where it is unloaded; elapsed seconds
        of the week.
    """

    round_id: str
    vehicle_id: str
    day: dt.date
    loaded_s: int
    delivered_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """One order in both plans: as it was and as it is.

    Parameters
    ----------
    was, now
        How it rides in the first plan and in the second; None where it is in no round.
    """

    before: Order
    after: Order
    was: Carried | None
    now: Carried | None

    @property
    def amounts_changed(self) -> bool:
        """Whether crates, kilograms or litres were corrected."""
        one, other = self.before, self.after
        return (one.crates, one.mass_g, one.litres) != (other.crates, other.mass_g, other.litres)

    @property
    def other_vehicle(self) -> bool:
        """Whether another van carries it."""
        return self._both(lambda was, now: was.vehicle_id != now.vehicle_id)

    @property
    def other_day(self) -> bool:
        """Whether it is delivered in a round of another day."""
        return self._both(lambda was, now: was.day != now.day)

    @property
    def other_hour(self) -> bool:
        """Whether it comes on its day, but over a quarter of an hour earlier or later."""
        later_s = self.later_s
        return not self.other_day and later_s is not None and abs(later_s) > NOTABLE_S

    @property
    def left_out(self) -> bool:
        """Whether it was served and no longer is."""
        return self.was is not None and self.now is None

    @property
    def served_now(self) -> bool:
        """Whether it was not served and now is."""
        return self.was is None and self.now is not None

    @property
    def moved(self) -> bool:
        """Whether van, day or hour are others, or it is served in one of the plans only."""
        return (
            self.other_vehicle
            or self.other_day
            or self.other_hour
            or self.left_out
            or self.served_now
        )

    @property
    def later_s(self) -> int | None:
        """By how much its delivery is later, negative where it is earlier; None unless in both."""
        if self.was is None or self.now is None:
            return None
        return self.now.delivered_s - self.was.delivered_s

    def _both(self, differ: Callable[[Carried, Carried], bool]) -> bool:
        return self.was is not None and self.now is not None and differ(self.was, self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoneOrder:
    """An order that only one of the two cases has, and how it rides there (None: it does not)."""

    order: Order
    carried: Carried | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """What the rounds of one producer's vans amount to in each plan.

    This is what it bears before anybody pays anybody: a round costs the owner of its van.

    Parameters
    ----------
    producer_id
        "" for the vans that nobody of the collective owns.
    """

    producer_id: str
    before: Totals
    after: Totals

    @property
    def more_cents(self) -> int:
        """By how much its rounds cost more; negative where they cost less."""
        return self.after.cost_cents - self.before.cost_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class DayVisits:
    """When vans begin to load or unload at a place on one day; elapsed seconds, sorted."""

    day: dt.date
    before_s: tuple[int, ...]
    after_s: tuple[int, ...]

    @property
    def changed(self) -> bool:
        """Whether vans come more or less often, or over a quarter of an hour off."""
        if len(self.before_s) != len(self.after_s):
            return True
        pairs = zip(self.before_s, self.after_s, strict=True)
        return any(abs(after_s - before_s) > NOTABLE_S for before_s, after_s in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChange:
    """The vans that come to one place: one entry per day on which any does."""

    site_id: str
    days: tuple[DayVisits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drops:
    """How many drops of the first plan moved.

    A drop is one unloading of a shipment: what is left of one producer at one place in one go.
    Those count of which at least one order still stands in the second case; one counts as moved
    when any order of it is.

    Parameters
    ----------
    count
        All of them.
    other_vehicle, other_day, other_hour, left_out
        As in `OrderChange`; a drop may count in several.
    """

    count: int
    other_vehicle: int
    other_day: int
    other_hour: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanComparison:
    """A plan before and after.

    Parameters
    ----------
    before, after
        Totals of the shared rounds.
    unserved_before, unserved_after
        Orders in no round.
    orders
        The orders that both cases have.
    dropped, added
        Those that only the first has, and only the second.
    members
        Every producer of either case; the sums are those of the totals.
    sites
        Every place to which a van comes in either plan.
    dropped_places, added_places, dropped_vehicles, added_vehicles
        Ids that only one of the cases has; farms are places.
    repriced
        Vans whose price per km, hour or use is another: their rounds differ by that alone.
    renumbered
        See `SameOrders`.
    same_roads
        Both were computed on the same roads with the same closures.
    """

    before: Totals
    after: Totals
    unserved_before: int
    unserved_after: int
    orders: tuple[OrderChange, ...]
    dropped: tuple[LoneOrder, ...]
    added: tuple[LoneOrder, ...]
    members: tuple[MemberChange, ...]
    sites: tuple[SiteChange, ...]
    drops: Drops
    dropped_places: tuple[str, ...]
    added_places: tuple[str, ...]
    dropped_vehicles: tuple[str, ...]
    added_vehicles: tuple[str, ...]
    repriced: tuple[str, ...]
    renumbered: bool
    same_roads: bool

    @property
    def comparable(self) -> bool:
        """Whether both plans deliver the same: only then is the difference in cost a saving."""
        served = [one.carried for one in (*self.dropped, *self.added)]
        return not any(served) and not any(
            one.left_out or one.served_now or (one.amounts_changed and one.now is not None)
            for one in self.orders
        )

    @property
    def unchanged(self) -> bool:
        """Whether nothing at all is different that this comparison looks at."""
        return not (
            self.before != self.after
            or self.unserved_before != self.unserved_after
            or self.dropped
            or self.added
            or self.dropped_places
            or self.added_places
            or self.dropped_vehicles
            or self.added_vehicles
            or self.repriced
            or any(one.was != one.now or one.amounts_changed for one in self.orders)
            or any(day.before_s != day.after_s for one in self.sites for day in one.days)
        )


def compare_plans(before: Plan, after: Plan) -> PlanComparison:
    """Return what is different between two plans of one week.

    Raises
    ------
    InputError
        ``plans_of_other_weeks``, and ``plans_of_other_people`` where they have no producer in
        common.
    """
    if faults := incomparable(before.case, after.case):
        raise InputError(faults)
    same = same_orders(before.case, after.case)
    was, now = _carried(before), _carried(after)
    orders = tuple(
        OrderChange(before=one, after=other, was=was.get(one.id), now=now.get(other.id))
        for one, other in same.pairs
    )
    settings = before.case.settings, after.case.settings
    vans_before, vans_after = vehicles_by_id(before.case), vehicles_by_id(after.case)
    return PlanComparison(
        before=totals_of(before.rounds, vans_before, settings[0]),
        after=totals_of(after.rounds, vans_after, settings[1]),
        unserved_before=len(before.unserved),
        unserved_after=len(after.unserved),
        orders=orders,
        dropped=_lone(same.dropped, was),
        added=_lone(same.added, now),
        members=_members(before, after),
        sites=_sites(before, after),
        drops=_drops(before, orders),
        dropped_places=_only_first(before.case.places, after.case.places),
        added_places=_only_first(after.case.places, before.case.places),
        dropped_vehicles=_only_first(vans_before, vans_after),
        added_vehicles=_only_first(vans_after, vans_before),
        repriced=tuple(
            van.id
            for van in after.case.vehicles
            if (old := vans_before.get(van.id)) is not None
            and (van.cents_per_km, van.cents_per_hour, van.cents_per_use)
            != (old.cents_per_km, old.cents_per_hour, old.cents_per_use)
        ),
        renumbered=same.renumbered,
        same_roads=(before.fingerprint.territory, before.fingerprint.closures)
        == (after.fingerprint.territory, after.fingerprint.closures),
    )


def incomparable(before: Case, after: Case) -> list[Fault]:
    """Return why two cases are not two versions of one collective's week, if they are not."""
    faults = []
    first, second = before.week.first_date, after.week.first_date
    if first != second:
        details = {"before_date": first.isoformat(), "after_date": second.isoformat()}
        faults.append(Fault(code="plans_of_other_weeks", details=details))
    known = {producer.id for producer in before.producers}
    if known.isdisjoint(producer.id for producer in after.producers):
        faults.append(Fault(code="plans_of_other_people"))
    return faults


def _carried(plan: Plan) -> dict[str, Carried]:
    """Return by order how it rides; a plan that carries one twice tells of the first time."""
    found: dict[str, Carried] = {}
    for one in plan.rounds:
        loaded_s: dict[str, int] = {}
        for stop, handling in _handlings(one.stops):
            begin_s = stop.start_s if handling.begin_s is None else handling.begin_s
            for order_id in handling.order_ids:
                if handling.action is Action.PICKUP:
                    loaded_s.setdefault(order_id, begin_s)
                else:
                    found.setdefault(
                        order_id,
                        Carried(
                            round_id=one.id,
                            vehicle_id=one.vehicle_id,
                            day=one.day,
                            loaded_s=loaded_s.get(order_id, begin_s),
                            delivered_s=begin_s,
                        ),
                    )
    return found


def _handlings(stops: Iterable[Stop]) -> list[tuple[Stop, Handling]]:
    return [(stop, handling) for stop in stops for handling in stop.handlings]


def _lone(orders: Iterable[Order], carried: Mapping[str, Carried]) -> tuple[LoneOrder, ...]:
    return tuple(LoneOrder(order=order, carried=carried.get(order.id)) for order in orders)


def _only_first(ids: Iterable[str], others: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(one for one in ids if one not in others)


def _members(before: Plan, after: Plan) -> tuple[MemberChange, ...]:
    first, second = totals_by_owner(before), totals_by_owner(after)
    known = dict.fromkeys(p.id for plan in (after, before) for p in plan.case.producers)
    # Vans of nobody, and of rounds whose van the case does not know: the sums stay those of all.
    nobody = [""] if "" in first.keys() | second.keys() else []
    none = totals_of((), {}, after.case.settings)
    return tuple(
        MemberChange(
            producer_id=producer_id,
            before=first.get(producer_id, none),
            after=second.get(producer_id, none),
        )
        for producer_id in (*known, *nobody)
    )


def _sites(before: Plan, after: Plan) -> tuple[SiteChange, ...]:
    first, second = _moments(before), _moments(after)
    ids = dict.fromkeys((*after.case.places, *before.case.places))
    days = sorted({day for _, day in (*first, *second)})
    changes = (
        SiteChange(
            site_id=site_id,
            days=tuple(
                DayVisits(
                    day=day,
                    before_s=first.get((site_id, day), ()),
                    after_s=second.get((site_id, day), ()),
                )
                for day in days
                if (site_id, day) in first or (site_id, day) in second
            ),
        )
        for site_id in ids
    )
    return tuple(one for one in changes if one.days)


def _moments(plan: Plan) -> dict[tuple[str, dt.date], tuple[int, ...]]:
    found = defaultdict(list)
    for one in plan.rounds:
        for stop in one.stops:
            if stop.handlings:
                day = plan.case.week.moment(stop.start_s).date()
                found[stop.site_id, day].append(stop.start_s)
    return {key: tuple(sorted(moments)) for key, moments in found.items()}


def _drops(before: Plan, orders: Iterable[OrderChange]) -> Drops:
    known = {one.before.id: one for one in orders}
    drops = [
        [known[order_id] for order_id in handling.order_ids if order_id in known]
        for one in before.rounds
        for _, handling in _handlings(one.stops)
        if handling.action is Action.DELIVERY
    ]
    drops = [drop for drop in drops if drop]
    return Drops(
        count=len(drops),
        other_vehicle=sum(any(one.other_vehicle for one in drop) for drop in drops),
        other_day=sum(any(one.other_day for one in drop) for drop in drops),
        other_hour=sum(any(one.other_hour for one in drop) for drop in drops),
        left_out=sum(any(one.left_out for one in drop) for drop in drops),
    )
