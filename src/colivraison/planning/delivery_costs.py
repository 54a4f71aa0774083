"""What each delivery of a plan costs against the value of what it brings: drop, round, member.

Kilometres are attributed by kilometres and hours by hours (rule: `attribution`), first to the drops
of a round, then within a drop to the producers whose goods it brings.  A round is rounded to the
cent once, as everywhere, and its parts are whole cents that sum to it (`units.shared_out`), so that
drops, rounds and members add up to the same total.  Counted is the round: road, loading, unloading
and waiting; preparing orders and selling are not part of a plan.

An order of which nobody has said what it is worth (``value_cents`` 0) is named, never counted as
worthless: where it could change the answer there is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from colivraison.domain import Action, Order, Plan, Round, Vehicle
from colivraison.planning.attribution import Claim, attributed
from colivraison.planning.retime import RoundTimer
from colivraison.units import cost_cents, permille, shared_out

__all__ = [
    "DeliveryCost",
    "DeliveryCosts",
    "DropCost",
    "MemberCost",
    "RoundCost",
    "Verdict",
    "delivery_costs",
]


class Verdict(StrEnum):
    """How a delivery cost stands to the limit."""

    WITHIN = "within"
    ABOVE = "above"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCost:
    """What some deliveries cost, and what they bring is worth.

    Parameters
    ----------
    value_cents
        Of the orders that say it.
    without_value
        Orders that do not.
    """

    vehicle_cents: int = 0
    labour_cents: int = 0
    value_cents: int = 0
    without_value: tuple[str, ...] = ()

    def __add__(self, other: DeliveryCost) -> DeliveryCost:
        return DeliveryCost(
            vehicle_cents=self.vehicle_cents + other.vehicle_cents,
            labour_cents=self.labour_cents + other.labour_cents,
            value_cents=self.value_cents + other.value_cents,
            without_value=(*self.without_value, *other.without_value),
        )

    def total_cents(self, *, labour: bool) -> int:
        """Return the cost, hours counted or not."""
        return self.vehicle_cents + (self.labour_cents if labour else 0)

    def share_permille(self, *, labour: bool) -> int | None:
        """Return the cost in tenths of a percent of the value; None where that is not known."""
        if self.without_value or self.value_cents == 0:
            return None
        return permille(self.total_cents(labour=labour), self.value_cents)

    def verdict(self, limit_percent: int, *, labour: bool) -> Verdict:
        """Return whether the cost is above a limit, exactly and not as rounded for show.

        Orders without a value could only lower the share: what is within without them is within.
        """
        if 100 * self.total_cents(labour=labour) <= limit_percent * self.value_cents:
            return Verdict.WITHIN
        return Verdict.UNKNOWN if self.without_value else Verdict.ABOVE

    def enough_cents(self, limit_percent: int, *, labour: bool) -> int:
        """Return the least value of goods with which the same cost is within the limit."""
        return -(-100 * self.total_cents(labour=labour) // limit_percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCost:
    """What is delivered at one stop of a round, and the part of each producer.

    Parameters
    ----------
    stop
        0-based position in the round.
    """

    round_id: str
    stop: int
    site_id: str
    cost: DeliveryCost
    by_producer: Mapping[str, DeliveryCost]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCost:
    """A round and its drops, which sum to it; one without drops has its cost to itself."""

    round_id: str
    cost: DeliveryCost
    drops: tuple[DropCost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCost:
    """What the deliveries of one producer's goods cost, whoever drives."""

    producer_id: str
    cost: DeliveryCost


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCosts:
    """Delivery costs of a plan."""

    limit_percent: int
    rounds: tuple[RoundCost, ...]
    members: tuple[MemberCost, ...]
    total: DeliveryCost

    @property
    def drops(self) -> tuple[DropCost, ...]:
        """Every drop, round by round."""
        return tuple(drop for one in self.rounds for drop in one.drops)


def delivery_costs(plan: Plan) -> DeliveryCosts:
    """Return what the deliveries of a plan cost, per round, drop and member.

    Members come in the order of the case; who has nothing delivered is left out.  A plan that the
    check refuses gets the costs of the kilometres and hours it tells.
    """
    vehicles = {vehicle.id: vehicle for vehicle in plan.case.vehicles}
    orders = {order.id: order for order in plan.case.orders}
    timer = RoundTimer(plan)
    rounds = tuple(
        _Attribution(timer, one, vehicles[one.vehicle_id], orders)() for one in plan.rounds
    )
    sums: dict[str, DeliveryCost] = defaultdict(DeliveryCost)
    for one in rounds:
        for drop in one.drops:
            for producer_id, cost in drop.by_producer.items():
                sums[producer_id] += cost
    return DeliveryCosts(
        limit_percent=plan.case.settings.cost_alert_percent,
        rounds=rounds,
        members=tuple(
            MemberCost(producer_id=producer.id, cost=sums[producer.id])
            for producer in plan.case.producers
            if producer.id in sums
        ),
        total=_sum(one.cost for one in rounds),
    )


def _sum(costs: Iterable[DeliveryCost]) -> DeliveryCost:
    return sum(costs, start=DeliveryCost())


@dataclass(frozen=True, slots=True)
class _Drop:
    """The shipments delivered at one stop, and those of each producer."""

    stop: int
    shipments: frozenset[str]
    by_producer: Mapping[str, frozenset[str]]
    orders: Mapping[str, tuple[Order, ...]]  # by producer


@dataclass(frozen=True, slots=True)
class _Effort:
    """What driving some of a round takes: money for kilometres (and for setting out), seconds."""

    road: int  # thousandths of a cent
    time_s: int


class _Attribution:
    """Attributes the cost of one round."""

    def __init__(
        self, timer: RoundTimer, one: Round, vehicle: Vehicle, orders: Mapping[str, Order]
    ) -> None:
        self._round = one
        self._vehicle = vehicle
        self._orders = orders
        self._measured = timer.parts(one, vehicle)
        self._everything = frozenset(h.shipment_id for stop in one.stops for h in stop.handlings)
        self._efforts: dict[frozenset[str], _Effort] = {}
        self._whole = self._effort(self._everything)

    def __call__(self) -> RoundCost:
        """Return the costs of the round and its drops."""
        one = self._round
        vehicle_cents = self._cents(one, labour=False)
        labour_cents = self._cents(one, labour=True) - vehicle_cents
        drops = [found for stop in range(len(one.stops)) if (found := self._drop(stop)) is not None]
        if not drops:
            alone = DeliveryCost(vehicle_cents=vehicle_cents, labour_cents=labour_cents)
            return RoundCost(round_id=one.id, cost=alone, drops=())
        road, time_s = self._parts(
            (Fraction(self._whole.road), Fraction(self._whole.time_s)),
            [drop.shipments for drop in drops],
        )
        told = tuple(
            self._drop_cost(drop, cents=cents, efforts=efforts)
            for drop, cents, efforts in zip(
                drops,
                zip(shared_out(vehicle_cents, road), shared_out(labour_cents, time_s), strict=True),
                zip(road, time_s, strict=True),
                strict=True,
            )
        )
        return RoundCost(round_id=one.id, cost=_sum(drop.cost for drop in told), drops=told)

    def _drop(self, stop: int) -> _Drop | None:
        shipments: dict[str, set[str]] = defaultdict(set)
        orders: dict[str, list[Order]] = defaultdict(list)
        for handling in self._round.stops[stop].handlings:
            if handling.action is Action.DELIVERY and handling.order_ids:
                delivered = [self._orders[order_id] for order_id in handling.order_ids]
                producer_id = delivered[0].producer_id
                shipments[producer_id].add(handling.shipment_id)
                orders[producer_id] += delivered
        if not shipments:
            return None
        return _Drop(
            stop=stop,
            shipments=frozenset().union(*shipments.values()),
            by_producer={name: frozenset(ids) for name, ids in shipments.items()},
            orders={name: tuple(found) for name, found in orders.items()},
        )

    def _drop_cost(
        self, drop: _Drop, *, cents: tuple[int, int], efforts: tuple[Fraction, Fraction]
    ) -> DropCost:
        """Return what a drop costs, shared among the producers whose goods it brings."""
        road, time_s = self._parts(efforts, list(drop.by_producer.values()))
        vehicle_cents, labour_cents = cents
        by_producer = {
            name: DeliveryCost(
                vehicle_cents=road_cents,
                labour_cents=time_cents,
                value_cents=sum(order.value_cents for order in drop.orders[name]),
                without_value=tuple(o.id for o in drop.orders[name] if o.value_cents == 0),
            )
            for name, road_cents, time_cents in zip(
                drop.by_producer,
                shared_out(vehicle_cents, road),
                shared_out(labour_cents, time_s),
                strict=True,
            )
        }
        return DropCost(
            round_id=self._round.id,
            stop=drop.stop,
            site_id=self._round.stops[drop.stop].site_id,
            cost=_sum(by_producer.values()),
            by_producer=by_producer,
        )

    def _parts(
        self, joint: tuple[Fraction, Fraction], groups: Sequence[frozenset[str]]
    ) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
        """Return what is attributed to groups of shipments, of road and of time."""
        if len(groups) == 1:
            return (joint[0],), (joint[1],)
        without = [self._effort(self._everything - group) for group in groups]
        alone = [self._effort(group) for group in groups]
        whole = self._whole
        return (
            attributed(
                joint[0],
                [
                    Claim(separable=whole.road - rest.road, alone=one.road)
                    for rest, one in zip(without, alone, strict=True)
                ],
            ),
            attributed(
                joint[1],
                [
                    Claim(separable=whole.time_s - rest.time_s, alone=one.time_s)
                    for rest, one in zip(without, alone, strict=True)
                ],
            ),
        )

    def _effort(self, shipments: frozenset[str]) -> _Effort:
        """Return what the round takes with these shipments only, its stops in the same order."""
        if shipments not in self._efforts:
            distance_m, duration_s = self._measured(shipments)
            vehicle = self._vehicle
            self._efforts[shipments] = _Effort(
                road=distance_m * vehicle.cents_per_km + 1000 * vehicle.cents_per_use,
                time_s=duration_s,
            )
        return self._efforts[shipments]

    def _cents(self, one: Round, *, labour: bool) -> int:
        """Return what a round costs by the kilometres and hours it tells."""
        vehicle = self._vehicle
        return cost_cents(
            distance_m=one.distance_m,
            duration_s=one.duration_s,
            cents_per_use=vehicle.cents_per_use,
            cents_per_km=vehicle.cents_per_km,
            cents_per_hour=vehicle.cents_per_hour if labour else 0,
        )
