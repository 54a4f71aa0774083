"""A plan as its documents need it: every id turned into the thing it names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from colivraison.domain import (
    Action,
    Order,
    Plan,
    Producer,
    Round,
    Site,
    Stop,
    TemperatureClass,
    Vehicle,
)

__all__ = ["Goods", "PlanLookup", "file_stems", "round_file_stems"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What is loaded or unloaded at one stop, of one producer for one place at one temperature."""

    producer: Producer
    destination: Site
    temperature: TemperatureClass
    crates: int
    mass_g: int


class PlanLookup:
    """The places, orders and vans that rounds of a plan name, suggestions included.

    Parameters
    ----------
    plan
        A plan whose ids all name something.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.places = plan.case.places
        self.producers = {producer.id: producer for producer in plan.case.producers}
        self.orders: dict[str, Order] = {order.id: order for order in plan.case.orders}
        # Lent vans first: a van of the case wins where ids meet.
        lent = [van for alone in plan.alone for van in alone.vehicles]
        if plan.co_delivery is not None:
            lent += plan.co_delivery.vehicles
        self.vehicles: dict[str, Vehicle] = {van.id: van for van in (*lent, *plan.case.vehicles)}
        self._drivers = {driver.id: driver.name for driver in plan.case.drivers}
        if plan.new_site is not None:
            self.places[plan.new_site.site.id] = plan.new_site.site
            self.orders |= {order.id: order for order in plan.new_site.orders}
        self._rows = {name: row for row, name in enumerate(plan.matrix.ids)}

    def driver_name(self, round_: Round) -> str:
        """Return who drives a round, "" where every van has a driver of its own."""
        return self._drivers.get(round_.driver_id, "") or round_.driver_id

    def goods(self, stop: Stop, action: Action) -> tuple[Goods, ...]:
        """Return what is loaded (or unloaded) at a stop, in the order in which it is handled."""
        order_ids = [
            order_id
            for handling in stop.handlings
            if handling.action is action
            for order_id in handling.order_ids
        ]
        return self.summed(order_ids)

    def summed(self, order_ids: Iterable[str]) -> tuple[Goods, ...]:
        """Return orders summed by producer, destination and temperature, first come first."""
        crates: dict[tuple[str, str, TemperatureClass], int] = {}
        mass_g: dict[tuple[str, str, TemperatureClass], int] = {}
        for order_id in order_ids:
            order = self.orders[order_id]
            key = (order.producer_id, order.site_id, order.temperature)
            crates[key] = crates.get(key, 0) + order.crates
            mass_g[key] = mass_g.get(key, 0) + order.mass_g
        return tuple(
            Goods(
                producer=self.producers[producer_id],
                destination=self.places[site_id],
                temperature=temperature,
                crates=crates[producer_id, site_id, temperature],
                mass_g=mass_g[producer_id, site_id, temperature],
            )
            for producer_id, site_id, temperature in crates
        )

    def leg_m(self, round_: Round, stop_index: int) -> int | None:
        """Return metres from the stop before, by the plan's own matrix; None where there is no way.

        The first stop has none before it: 0.
        """
        if stop_index == 0:
            return 0
        table = self._plan.matrix.by_profile[self.vehicles[round_.vehicle_id].profile]
        pair = round_.stops[stop_index - 1 : stop_index + 1]
        before, here = (self._rows[stop.site_id] for stop in pair)
        distance_m = table.distances_m[before][here]
        return None if distance_m < 0 else distance_m


_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def round_file_stems(rounds: Iterable[Round]) -> dict[str, str]:
    """Return ``round-<id>`` by round id; see `file_stems`."""
    return file_stems("round", [round_.id for round_ in rounds])


def file_stems(prefix: str, ids: Sequence[str]) -> dict[str, str]:
    """Return ``<prefix>-<id>`` by id, safe as a file name on any system.

    Ids come from people.  One that is not plain letters, digits, ``-`` and ``_``, that is long, or
    that differs from another one only by case, keeps what is plain of it and gets a digest.
    """
    folded = [one.casefold() for one in ids]
    stems = {}
    for one in ids:
        if _SAFE.fullmatch(one) and folded.count(one.casefold()) == 1:
            stems[one] = f"{prefix}-{one}"
            continue
        bare = unicodedata.normalize("NFKD", one).encode("ascii", "ignore").decode()
        plain = re.sub(r"[^A-Za-z0-9]+", "-", bare).strip("-")[:40]
        digest = sha256(one.encode()).hexdigest()[:10]
        stems[one] = "-".join(part for part in (prefix, plain, digest) if part)
    return stems
