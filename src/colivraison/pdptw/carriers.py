"""Which vehicles may carry which shipments, by kinds of shipments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colivraison.pdptw.problem import Problem, Shipment

__all__ = ["Carriers", "carriers"]

# Shipments times vehicles: a bit each in the core, a byte here where no two shipments are alike.
_MOST_PAIRS = 500_000_000

_Row = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carriers:
    """Who may be on what, by kinds of shipments: there are few, be there ever so many shipments.

    Parameters
    ----------
    allowed
        By kind and vehicle.
    kind_of
        By shipment.
    """

    allowed: npt.NDArray[np.bool_]
    kind_of: npt.NDArray[np.int64]

    def bits(self) -> npt.NDArray[np.uint64]:
        """Return by shipment one bit for each vehicle, flattened."""
        kinds, vehicles = self.allowed.shape
        words = (vehicles + 63) // 64
        padded = np.zeros((kinds, words * 64), dtype=np.bool_)
        padded[:, :vehicles] = self.allowed
        packed = np.packbits(padded, axis=1, bitorder="little")
        rows = np.ascontiguousarray(packed).view("<u8").astype(np.uint64)
        return rows[self.kind_of].ravel()


def carriers(problem: Problem) -> Carriers:
    """Return which shipments may ever be on which vehicles, loads and times apart.

    Raises
    ------
    ValueError
        Where there are too many of both.
    """
    if len(problem.shipments) * len(problem.vehicles) > _MOST_PAIRS:
        raise ValueError("too many shipments and vehicles")
    # Load classes only matter to compartments.
    parted = any(vehicle.compartments for vehicle in problem.vehicles)
    locked: dict[int, frozenset[int]] = {}
    for lock in problem.locks:
        for visit in lock.visits:
            others = locked.get(visit.shipment, frozenset())
            locked[visit.shipment] = others | {lock.vehicle}
    found: dict[object, int] = {}
    examples: list[tuple[Shipment, frozenset[int]]] = []
    kind_of = np.empty(len(problem.shipments), dtype=np.int64)
    for number, shipment in enumerate(problem.shipments):
        fixed = locked.get(number, frozenset()) if locked else frozenset[int]()
        load_class = shipment.load_class if parted else 0
        key = (shipment.vehicles, shipment.skills, load_class, fixed)
        kind = found.setdefault(key, len(examples))
        if kind == len(examples):
            examples.append((shipment, fixed))
        kind_of[number] = kind
    allowed = np.ones((len(examples), len(problem.vehicles)), dtype=np.bool_)
    skilled: dict[frozenset[int], _Row] = {}
    roomy: dict[int, _Row] = {}
    for kind, (shipment, fixed) in enumerate(examples):
        row = allowed[kind]
        if shipment.vehicles is not None:
            row[:] = False
            row[sorted(shipment.vehicles)] = True
        if shipment.skills not in skilled:
            skilled[shipment.skills] = _skilled(problem, shipment.skills)
        row &= skilled[shipment.skills]
        if parted and shipment.load_class not in roomy:
            roomy[shipment.load_class] = _roomy(problem, shipment.load_class)
        if parted:
            row &= roomy[shipment.load_class]
        # Locked on two vehicles: on none.
        for vehicle in fixed:
            row &= np.arange(len(row)) == vehicle
    return Carriers(allowed=allowed, kind_of=kind_of)


def _skilled(problem: Problem, skills: frozenset[int]) -> _Row:
    return np.array([skills <= vehicle.skills for vehicle in problem.vehicles], dtype=np.bool_)


def _roomy(problem: Problem, load_class: int) -> _Row:
    """Return which vehicles have a compartment for a class, or none at all."""
    return np.array(
        [
            not v.compartments or any(load_class in part.classes for part in v.compartments)
            for v in problem.vehicles
        ],
        dtype=np.bool_,
    )
