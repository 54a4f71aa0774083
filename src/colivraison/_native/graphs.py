"""What is computed in C++ on road graphs: order, contraction, costs, sweeps, ways, nearest points.

A *packed* cost is an int64 with milliseconds in the upper and decimetres in the lower 32 bits:
adding adds both, comparing compares the time first, so of the fastest ways the shortest is found.
Vertices of a graph are numbered in the order of their contraction.  Arrays are C-contiguous and of
exactly the type named; others are a TypeError, numbers out of bounds a ValueError.  Other Python
threads run meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from colivraison._native import _core
from colivraison._native import instruction_set as widest

__all__ = [
    "FARTHEST",
    "NO_WAY",
    "Contraction",
    "Grid",
    "Nearest",
    "Paths",
    "SearchGraph",
    "SeedLists",
    "Shapes",
    "contract",
    "customise",
    "dissection_order",
    "find_paths",
    "nearest",
    "segment_grid",
    "strong_components",
    "sweep",
    "sweep_to_all",
]

Ids: TypeAlias = NDArray[np.int32]
Costs: TypeAlias = NDArray[np.int64]

NO_WAY = 1 << 61
"""The packed cost of what is closed: 2^29 ms, six days."""

FARTHEST = NO_WAY // 2
"""Ways that cost this or more, three days, count as none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contraction:
    """What depends on the order of the vertices alone.

    Parameters
    ----------
    upper_first, upper_head
        The vertices above each vertex that it is joined to after contraction, ascending.
    link_slot
        Where each link lies: twice the position in ``upper_head``, plus one where it leads down; -1
        for a link from a vertex to itself.
    """

    upper_first: Ids
    upper_head: Ids
    link_slot: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchGraph:
    """Arcs to higher vertices, and from higher vertices, with their packed costs."""

    forward_first: Ids
    forward_head: Ids
    forward_cost: Costs
    backward_first: Ids
    backward_head: Ids
    backward_cost: Costs

    def arrays(self) -> tuple[Ids, Ids, Costs, Ids, Ids, Costs]:
        """Return the six arrays in order."""
        return (
            self.forward_first,
            self.forward_head,
            self.forward_cost,
            self.backward_first,
            self.backward_head,
            self.backward_cost,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedLists:
    """Numbers with packed costs, one list per place: ``first[k]`` to ``first[k + 1]``."""

    first: Ids
    number: Ids
    cost: Costs

    def arrays(self) -> tuple[Ids, Ids, Costs]:
        """Return the three arrays in order."""
        return self.first, self.number, self.cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Ways between pairs.

    Parameters
    ----------
    cost
        Packed, of each pair; ``NO_WAY`` where there is none.
    first, vertex
        The vertices of each way, from a source's seed to a target's, both included.
    source_seed, target_seed
        Positions in the lists of seeds, -1 where there is no way.
    """

    cost: Costs
    first: Ids
    vertex: Ids
    source_seed: Ids
    target_seed: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Lines: line ``k`` has the points ``start[k]`` to ``end[k]``, both included."""

    lat_e7: Ids
    lon_e7: Ids
    start: Ids
    end: Ids

    def arrays(self) -> tuple[Ids, Ids, Ids, Ids]:
        """Return the four arrays in order."""
        return self.lat_e7, self.lon_e7, self.start, self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Which segments lie near each cell of a grid, made by ``segment_grid``.

    Parameters
    ----------
    frame
        South, west, height and width of a cell (all in 1e-7 degrees), rows, columns.
    first, segment, line
        Segments of each cell, row by row, and of one cell more for the longest; a segment is named
        by its first point, and has its line beside it.
    """

    frame: NDArray[np.int64]
    first: Ids
    segment: Ids
    line: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The nearest points of lines.

    Parameters
    ----------
    line
        Of each place, -1 where no line may be used.
    point
        First point of the segment.
    along
        Share of the segment, 0 to 1.
    metres
        From the place, on a plane centred on it.
    """

    line: Ids
    point: Ids
    along: NDArray[np.float64]
    metres: NDArray[np.float64]


def strong_components(first: Ids, head: Ids) -> Ids:
    """Return the strongly connected component of each vertex of a graph in compressed rows.

    Tarjan (1972), doi:10.1137/0201010.  Components are numbered against the arcs: an arc between
    two of them leads to the lower number.
    """
    return _core.strong_components(first, head)


def dissection_order(
    x: NDArray[np.float64], y: NDArray[np.float64], tail: Ids, head: Ids, *, threads: int
) -> Ids:
    """Return the edges of a map in the order of their elimination, cuts last.

    Nested dissection by inertial flow (Schild, Sommer 2015, doi:10.1007/978-3-319-20086-6_22) on
    the map itself, whose edge cuts separate its turns (Buchhold, Wagner, Zeitz, Zündorf 2020,
    doi:10.4230/OASIcs.ATMOS.2020.9).  The answer does not depend on ``threads``.

    Parameters
    ----------
    x, y
        Positions of the vertices on a plane, any unit.
    tail, head
        Ends of the edges.
    """
    return _core.dissection_order(x, y, tail, head, threads=threads)


def contract(vertices: int, tail: Ids, head: Ids) -> Contraction:
    """Contract the vertices 0, 1, 2... of some links, directions forgotten.

    Dibbelt, Strasser, Wagner 2016, doi:10.1145/2886843.
    """
    first, upper_head, slot = _core.contract(vertices, tail, head)
    return Contraction(upper_first=first, upper_head=upper_head, link_slot=slot)


def customise(contraction: Contraction, cost: Costs) -> SearchGraph:
    """Return the search graph for the packed costs of the links.

    Basic and perfect customisation (Dibbelt, Strasser, Wagner 2016, sections 7.2 and 7.3); arcs on
    no shortest path are left out.

    Parameters
    ----------
    cost
        Of each link, above zero; ``NO_WAY`` or more is closed.
    """
    arrays = _core.customise(
        contraction.upper_first, contraction.upper_head, contraction.link_slot, cost
    )
    names = SearchGraph.__slots__
    return SearchGraph(**dict(zip(names, arrays, strict=True)))  # type: ignore[arg-type]  # by name


def sweep(
    graph: SearchGraph,
    sources: SeedLists,
    targets: SeedLists,
    directs: SeedLists,
    *,
    rounded: bool,
    threads: int,
    instruction_set: str | None = None,
) -> tuple[Ids, Ids]:
    """Return times and lengths from every source to every target.

    Restricted PHAST, sixteen sources at a time (Delling, Goldberg, Nowatzyk, Werneck 2013,
    doi:10.1016/j.jpdc.2012.02.007).  The answer does not depend on threads or instructions.

    Parameters
    ----------
    sources
        Vertices a source starts at, with the cost to be there.
    targets
        Vertices a target is read at, with a cost to add, which may be negative.
    directs
        Per source, targets that are reached without the graph, with the whole cost.
    rounded
        Seconds (rounded up) and metres (to the nearest) instead of milliseconds and decimetres.
    threads
        How many work at the same time.
    instruction_set
        By default the widest.

    Returns
    -------
    times, lengths
        One row per source, -1 where there is no way (or one of three days and more).
    """
    return _core.sweep(
        graph.arrays(),
        sources.arrays(),
        targets.arrays(),
        directs.arrays(),
        rounded=rounded,
        threads=threads,
        instruction_set=instruction_set or widest(),
    )


def sweep_to_all(graph: SearchGraph, vertex: Ids, cost: Costs) -> Costs:
    """Return the packed cost from one set of seeds to every vertex, ``NO_WAY`` for none."""
    return _core.sweep_to_all(graph.arrays(), vertex, cost)


def find_paths(graph: SearchGraph, sources: SeedLists, targets: SeedLists) -> Paths:
    """Return the cheapest way from list ``k`` of the sources to list ``k`` of the targets."""
    arrays = _core.paths(graph.arrays(), sources.arrays(), targets.arrays())
    cost, first, vertex, source_seed, target_seed = arrays
    return Paths(
        cost=cost, first=first, vertex=vertex, source_seed=source_seed, target_seed=target_seed
    )


def segment_grid(shapes: Shapes) -> Grid:
    """Return a grid over the segments of lines."""
    frame, first, segment, line = _core.segment_grid(shapes.arrays())
    return Grid(frame=frame, first=first, segment=segment, line=line)


def nearest(
    shapes: Shapes,
    grid: Grid,
    usable: NDArray[np.uint8],
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
) -> Nearest:
    """Return the nearest point of the lines marked as usable, for each place.

    Parameters
    ----------
    usable
        0 for a line that is not; of lines equally near (to the millimetre) that of the higher
        mark is taken, then the first.
    lat, lon
        Degrees.
    """
    line, point, along, metres = _core.nearest(
        shapes.arrays(), (grid.frame, grid.first, grid.segment, grid.line), usable, lat, lon
    )
    return Nearest(line=line, point=point, along=along, metres=metres)
