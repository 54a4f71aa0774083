"""The pickup-and-delivery problem with time windows, as arrays and indices.

No business word, no road: locations are rows of a matrix, times are seconds of one horizon,
loads are tuples of dimensions.

The time model, stated once and used by every evaluator, checker and search:

- an *activity* is the pickup or the delivery of one shipment at a location;
- consecutive activities of a route at one location are one *stop*;
- arriving at a location from another one costs that location's ``setup_s`` once, before the first
  service; starting a route at a location costs none;
- the setup may begin no earlier than the window of the activity, and the service of every
  activity must *begin* inside its window: with ``first`` true for the first activity after a
  change of location, ``service_begin in [start_s + setup_s * first, end_s]``;
- waiting is free of service but not of pay: the paid duration of a route runs from leaving its
  start to reaching its end, and a route leaves as late as it can without ending later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colivraison.units import TimeWindow

__all__ = ["Activity", "Problem", "Shipment", "TravelTable", "Vehicle"]

IntMatrix = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelTable:
    """Travel between locations under one road profile.

    Parameters
    ----------
    durations_s, distances_m
        Square int64 arrays, row = from, zero diagonal, -1 where there is no way (in both arrays).
        Asymmetric in general.
    """

    durations_s: IntMatrix
    distances_m: IntMatrix

    def __post_init__(self) -> None:
        shape = self.durations_s.shape
        if len(shape) != 2 or shape[0] != shape[1] or self.distances_m.shape != shape:
            raise ValueError("a travel table is two square matrices of one size")
        for matrix in (self.durations_s, self.distances_m):
            if matrix.dtype != np.int64:
                raise ValueError("a travel table holds int64")
            if (matrix < -1).any() or np.diagonal(matrix).any():
                raise ValueError("travel is at least 0 (or -1 for no way), 0 on the diagonal")
            matrix.setflags(write=False)
        if ((self.durations_s < 0) != (self.distances_m < 0)).any():
            raise ValueError("a pair is unreachable in both matrices or in none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One end of a shipment.

    Parameters
    ----------
    location
        Row of the travel tables.
    windows
        Sorted, disjoint; at least one.
    service_s
        Time it takes once begun.
    """

    location: int
    windows: tuple[TimeWindow, ...]
    service_s: int

    def __post_init__(self) -> None:
        if self.location < 0 or self.service_s < 0:
            raise ValueError("negative location or service")
        if not self.windows:
            raise ValueError("an activity needs a window")
        for before, after in zip(self.windows, self.windows[1:], strict=False):
            if after.start_s <= before.end_s:
                raise ValueError("windows are sorted and disjoint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A pickup and the delivery that follows it on the same vehicle.

    Parameters
    ----------
    demand
        Amount in each load dimension, at least 0.
    vehicles
        Indices of the vehicles allowed to carry it; None allows all.
    """

    pickup: Activity
    delivery: Activity
    demand: tuple[int, ...]
    vehicles: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One route at most: a van on one day.

    Parameters
    ----------
    start, end
        Locations.
    shift
        Leaving and returning both lie inside.
    capacity
        Same dimensions as the demands.
    table
        Index of its travel table.
    """

    start: int
    end: int
    shift: TimeWindow
    capacity: tuple[int, ...]
    cents_per_km: int
    cents_per_hour: int
    cents_per_use: int
    table: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Everything a search needs to know.

    Parameters
    ----------
    tables
        Travel tables, one per road profile; all of one size.
    setup_s
        Setup time of every location.

    Raises
    ------
    ValueError
        When indices or dimensions do not fit together.
    """

    tables: tuple[TravelTable, ...]
    setup_s: tuple[int, ...]
    vehicles: tuple[Vehicle, ...]
    shipments: tuple[Shipment, ...]

    def __post_init__(self) -> None:
        size = len(self.setup_s)
        if not self.tables or any(t.durations_s.shape != (size, size) for t in self.tables):
            raise ValueError("every travel table has one row per location")
        dimensions = {len(v.capacity) for v in self.vehicles}
        dimensions |= {len(s.demand) for s in self.shipments}
        if len(dimensions) > 1:
            raise ValueError("capacities and demands have one number of dimensions")
        if any(s < 0 for s in self.setup_s):
            raise ValueError("negative setup")
        for vehicle in self.vehicles:
            _require_below(size, (vehicle.start, vehicle.end))
            _require_below(len(self.tables), (vehicle.table,))
        for shipment in self.shipments:
            _require_below(size, (shipment.pickup.location, shipment.delivery.location))
            _require_below(len(self.vehicles), sorted(shipment.vehicles or ()))
            if any(amount < 0 for amount in shipment.demand):
                raise ValueError("negative demand")

    @property
    def locations(self) -> int:
        """Number of locations."""
        return len(self.setup_s)


def _require_below(limit: int, indices: Sequence[int]) -> None:
    if any(not 0 <= index < limit for index in indices):
        raise ValueError(f"index out of range 0..{limit - 1}: {list(indices)}")
