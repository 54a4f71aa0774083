"""What no plan can do better than: when a stop can be served, and who can follow whom.

Every number here is a relaxation: what it calls impossible is so in every plan.  Ways between stops
are those of the fastest profile for each pair; where time alone counts, other stops may lie between
two, so ways are shortest chains of ways (travel tables need not keep the triangle inequality).
Setup and window: who serves at a place came there and set up once, be it for somebody else's
window, so the window bounds the begin of the service only.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from colivraison.pdptw.carriers import carriers
from colivraison.pdptw.problem import (
    VEHICLE_END,
    VEHICLE_START,
    Activity,
    ConflictScope,
    Problem,
    Vehicle,
)

__all__ = ["NEVER", "Stops"]

NEVER = 1 << 60
"""Later than any moment, longer than any way."""

# Twice this fits into 32 bits.
_NARROW_NEVER = (1 << 30) - 1

_Ints = npt.NDArray[np.int64]
_Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stops:
    """The activities of a problem, pickup before delivery, shipment after shipment.

    Parameters
    ----------
    activities, shipment, is_pickup
        By stop.
    partner
        By stop, the other end of its shipment, -1 where it has none.
    """

    problem: Problem
    activities: tuple[Activity, ...]
    shipment: _Ints
    is_pickup: _Bools
    partner: _Ints

    @classmethod
    def of(cls, problem: Problem) -> Stops:
        """Return the stops of a problem."""
        activities: list[Activity] = []
        rows: list[tuple[int, bool, int]] = []
        for number, one in enumerate(problem.shipments):
            both = one.pickup is not None and one.delivery is not None
            if one.pickup is not None:
                rows.append((number, True, len(activities) + 1 if both else -1))
                activities.append(one.pickup)
            if one.delivery is not None:
                rows.append((number, False, len(activities) - 1 if both else -1))
                activities.append(one.delivery)
        columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return cls(
            problem=problem,
            activities=tuple(activities),
            shipment=columns[:, 0],
            is_pickup=columns[:, 1].astype(np.bool_),
            partner=columns[:, 2],
        )

    def __len__(self) -> int:
        return len(self.activities)

    @cached_property
    def service_s(self) -> _Ints:
        """How long each takes."""
        return np.array([one.service_s for one in self.activities], dtype=np.int64)

    @cached_property
    def vehicle_located(self) -> bool:
        """Whether a stop lies where its vehicle starts or ends."""
        return any(one.location < 0 for one in self.activities)

    @cached_property
    def _given(self) -> _Ints:
        return np.array([one.location for one in self.activities], dtype=np.int64)

    def places(self, vehicle: Vehicle) -> _Ints:
        """Return the location of each stop for a vehicle."""
        if not self.vehicle_located:
            return self._given
        # A stop at the vehicle's end is only allowed where all vehicles have one.
        end = vehicle.start if vehicle.end is None else vehicle.end
        places = np.where(self._given == VEHICLE_START, vehicle.start, self._given)
        return np.where(places == VEHICLE_END, end, places)

    @cached_property
    def setup_s(self) -> _Ints:
        """By location."""
        return np.array(self.problem.setup_s, dtype=np.int64)

    @cached_property
    def fleet(self) -> tuple[Vehicle, ...]:
        """One vehicle of each sort that starts, ends and travels alike."""
        sorts = {(v.table, v.start, v.end): v for v in self.problem.vehicles}
        return tuple(sorts.values())

    @cached_property
    def travellers(self) -> tuple[Vehicle, ...]:
        """One vehicle of each sort whose ways between stops differ."""
        if self.vehicle_located:
            return self.fleet
        return tuple({vehicle.table: vehicle for vehicle in self.problem.vehicles}.values())

    @cached_property
    def chain_s(self) -> _Ints:
        """Shortest chains of ways between all locations that a route can touch, else ``NEVER``."""
        tables = {vehicle.table for vehicle in self.problem.vehicles}
        size = self.problem.locations
        found = np.full((size, size), NEVER, dtype=np.int64)
        for table in tables:
            durations_s = self.problem.tables[table].durations_s
            np.minimum(found, np.where(durations_s < 0, NEVER, durations_s), out=found)
        touched = {place for v in self.fleet for place in self.places(v).tolist()}
        touched |= {p for v in self.fleet for p in (v.start, v.end) if p is not None}
        at = np.array(sorted(touched), dtype=np.int64)
        horizon_s = max(vehicle.shift.end_s for vehicle in self.problem.vehicles)
        found[np.ix_(at, at)] = _closure(found[np.ix_(at, at)], horizon_s)
        return found

    def ways_s(self, *, chained: bool) -> _Ints:
        """Return travel and setup from stop to stop, of the fastest vehicle, else ``NEVER``.

        Parameters
        ----------
        chained
            Other stops may lie between.
        """
        found = np.full((len(self), len(self)), NEVER, dtype=np.int64)
        for vehicle in self.travellers:
            places = self.places(vehicle)
            if chained:
                ways_s = self.chain_s[np.ix_(places, places)]
            else:
                ways_s = self.problem.tables[vehicle.table].durations_s[np.ix_(places, places)]
                ways_s = np.where(ways_s < 0, NEVER, ways_s)
            ways_s = ways_s + np.where(places[:, None] != places, self.setup_s[places], 0)
            np.minimum(found, ways_s, out=found)
        return found

    @cached_property
    def chained_s(self) -> _Ints:
        """Travel and setup from stop to stop, with any stops between."""
        return self.ways_s(chained=True)

    @cached_property
    def begins_s(self) -> tuple[_Ints, _Ints]:
        """Earliest and latest begin of each; the latest is before the earliest for who has none."""
        first = np.full(len(self), NEVER, dtype=np.int64)
        last = np.full(len(self), -1, dtype=np.int64)
        carried = carriers(self.problem)
        seen: set[tuple[object, ...]] = set()
        for number, vehicle in enumerate(self.problem.vehicles):
            row = carried.allowed[:, number]
            key = (vehicle.start, vehicle.end, vehicle.shift, row.tobytes())
            if key in seen:
                continue
            seen.add(key)
            able = row[carried.kind_of][self.shipment]
            places = self.places(vehicle)
            out_s = self.chain_s[vehicle.start, places]
            out_s = out_s + np.where(places != vehicle.start, self.setup_s[places], 0)
            home_s = 0 if vehicle.end is None else self.chain_s[places, vehicle.end]
            soonest_s = vehicle.shift.start_s + out_s
            latest_s = vehicle.shift.end_s - home_s - self.service_s
            able &= soonest_s <= latest_s
            first[able] = np.minimum(first, soonest_s)[able]
            last[able] = np.maximum(last, latest_s)[able]
        first, last = self._inside_windows(first, last)
        paired = np.flatnonzero(self.is_pickup & (self.partner >= 0))
        goal = self.partner[paired]
        between_s = self.service_s[paired] + self.chained_s[paired, goal]
        first[goal] = np.maximum(first[goal], first[paired] + between_s)
        last[paired] = np.minimum(last[paired], last[goal] - between_s)
        return self._inside_windows(first, last)

    def _inside_windows(self, first: _Ints, last: _Ints) -> tuple[_Ints, _Ints]:
        """Move moments to the next, or back to the last, at which the stop is open."""
        first, last = first.copy(), last.copy()
        for number, one in enumerate(self.activities):
            later = bisect_left(one.windows, first[number], key=lambda window: window.end_s)
            before = bisect_right(one.windows, last[number], key=lambda window: window.start_s)
            if later == len(one.windows) or before == 0:
                first[number], last[number] = NEVER, -1
                continue
            first[number] = max(first[number], one.windows[later].start_s)
            last[number] = min(last[number], one.windows[before - 1].end_s)
        return first, last

    @cached_property
    def apart(self) -> _Bools:
        """By shipment and shipment, whether no vehicle carries both, loads and times apart."""
        carried = carriers(self.problem)
        # Counts as doubles: a product of whole numbers is slow, and these are small.
        allowed = carried.allowed.astype(np.float64)
        found: _Bools = (allowed @ allowed.T == 0)[np.ix_(carried.kind_of, carried.kind_of)]
        classes = np.array([one.load_class for one in self.problem.shipments], dtype=np.int64)
        for conflict in self.problem.conflicts:
            if conflict.scope is ConflictScope.ROUTE:
                one, other = classes == conflict.first, classes == conflict.second
                found = found | np.outer(one, other) | np.outer(other, one)
        return found

    @cached_property
    def crowded(self) -> _Bools:
        """By shipment and shipment, whether no vehicle has room for both at once."""
        demand = [one.demand for one in self.problem.shipments]
        found = np.zeros((len(demand), len(demand)), dtype=np.bool_)
        dimensions = len(self.problem.vehicles[0].capacity)
        for dimension in range(dimensions):
            # As doubles, which never round a sum above a limit that it keeps by more than itself.
            most = max(vehicle.capacity[dimension] for vehicle in self.problem.vehicles)
            amounts = np.array([min(one[dimension], most + 1) for one in demand], dtype=object)
            if most < NEVER:
                column = amounts.astype(np.int64)
                found |= column[:, None] + column > most
        return found

    @cached_property
    def possible(self) -> _Bools:
        """By stop and stop, whether the second can come right after the first."""
        first, last = self.begins_s
        ends_s = first + self.service_s
        found = ends_s[:, None] + self.ways_s(chained=False) <= last
        found &= (last >= first)[:, None]
        one, other = self.shipment[:, None], self.shipment
        # After an unloading nothing is sure about the load; but what is unloaded next was there.
        together = ~(~self.is_pickup[:, None] & self.is_pickup)
        found &= ~self.apart[one, other]
        found &= ~(together & self.crowded[one, other] & (one != other))
        # A delivery is not followed by its own pickup, nor a stop by itself.
        found &= ~((one == other) & ~(self.is_pickup[:, None] & ~self.is_pickup))
        return found

    @cached_property
    def opens_route(self) -> _Bools:
        """By stop, whether a route may begin with it."""
        return self._servable & (self.is_pickup | (self.partner < 0))

    @cached_property
    def closes_route(self) -> _Bools:
        """By stop, whether a route may end with it."""
        return self._servable & (~self.is_pickup | (self.partner < 0))

    @cached_property
    def _servable(self) -> _Bools:
        first, last = self.begins_s
        return last >= first


def _closure(ways_s: _Ints, horizon_s: int) -> _Ints:
    """Return shortest chains (Floyd 1962, DOI 10.1145/367766.368168).

    ``NEVER`` where one is longer than the horizon: nobody drives it.
    """
    # Half as wide is several times as fast, and a thousand places take a second.
    narrow = horizon_s < _NARROW_NEVER
    never = _NARROW_NEVER if narrow else NEVER
    found = np.where(ways_s > horizon_s, never, ways_s)
    found = found.astype(np.int32 if narrow else np.int64)
    through = np.empty_like(found)
    for place in range(len(found)):
        np.add(found[:, place, None], found[place], out=through)
        np.minimum(found, through, out=found)
    wide = found.astype(np.int64)
    wide[wide > horizon_s] = NEVER
    return wide
