"""Which visit is which node of the native search: pickup and delivery, shipment after shipment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Visit

__all__ = ["NodeOf", "Nodes"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nodes(Sequence[Visit]):
    """The visits by node, each made when it is asked for: most of many are never looked at.

    Parameters
    ----------
    pickups, deliveries
        By shipment, its node; -1 where it has no such end.
    shipments
        By node, its shipment.
    """

    pickups: npt.NDArray[np.int64]
    deliveries: npt.NDArray[np.int64]
    shipments: npt.NDArray[np.int64]

    @classmethod
    def of(cls, problem: Problem) -> Nodes:
        """Return the nodes of a problem."""
        count = len(problem.shipments)
        has = np.empty((count, 2), dtype=np.bool_)
        has[:, 0] = [shipment.pickup is not None for shipment in problem.shipments]
        has[:, 1] = [shipment.delivery is not None for shipment in problem.shipments]
        numbers = np.where(has, np.cumsum(has.ravel()).reshape(has.shape) - 1, -1)
        return cls(
            pickups=numbers[:, 0],
            deliveries=numbers[:, 1],
            shipments=np.repeat(np.arange(count), has.sum(axis=1)),
        )

    def number(self, visit: Visit) -> int:
        """Return the node of a visit.

        Raises
        ------
        KeyError
            Where the shipment does not have this end, or there is no such shipment.
        """
        ends = self.pickups if visit.is_pickup else self.deliveries
        node = int(ends[visit.shipment]) if 0 <= visit.shipment < len(ends) else -1
        if node < 0:
            raise KeyError(visit)
        return node

    def __len__(self) -> int:
        return len(self.shipments)

    @overload
    def __getitem__(self, node: int) -> Visit: ...

    @overload
    def __getitem__(self, node: slice) -> Sequence[Visit]: ...

    def __getitem__(self, node: int | slice) -> Visit | Sequence[Visit]:
        if isinstance(node, slice):
            return tuple(self[one] for one in range(*node.indices(len(self))))
        shipment = int(self.shipments[node])
        place = node if node >= 0 else node + len(self)
        return Visit(shipment=shipment, is_pickup=int(self.pickups[shipment]) == place)


@dataclass(frozen=True, slots=True)
class NodeOf(Mapping[Visit, int]):
    """The node of each visit."""

    nodes: Nodes

    def __getitem__(self, visit: Visit) -> int:
        return self.nodes.number(visit)

    def __iter__(self) -> Iterator[Visit]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)
