"""Ways as they were read, in flat arrays: the common form of every kind of extract."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison.roads.places import NamedPlace

__all__ = ["BLOCKED", "DELAY_KINDS", "FloatArray", "IntArray", "Lines", "RawExtract", "RawWays"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

DELAY_KINDS = ("", "traffic_signals", "stop", "give_way", "gate", "lift_gate")
"""What may stand on a node; the number of a kind is its place here."""

BLOCKED = 100
"""The kind of a node that nobody drives through: a bollard, a block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawWays:
    """Ways one after the other; point ``k`` of the file is position ``k`` of the point arrays.

    Parameters
    ----------
    way_first
        Way ``w`` has the points ``way_first[w]`` to ``way_first[w + 1]``, the latter excluded.
    way_tags
        Number of its set of tags in ``tag_sets``.
    way_ids
        Ids of the file, only for reports.
    tag_sets
        The relevant tags, each combination once.
    node_ids
        Node of each point.
    lat, lon
        Degrees of each point.
    special_ids, special_kinds, special_sides
        Nodes with signals, signs or barriers (ids ascending), what stands there, and for whom: 0
        both directions, 1 along the way, 2 against it.
    fixed_ms
        Two columns (along, against): a driving time the file itself gives for a way, -1 where it
        gives none; empty where no way has one.
    """

    way_first: IntArray
    way_tags: IntArray
    way_ids: IntArray
    tag_sets: tuple[dict[str, str], ...]
    node_ids: IntArray
    lat: FloatArray
    lon: FloatArray
    special_ids: IntArray
    special_kinds: IntArray
    special_sides: IntArray
    fixed_ms: IntArray
    fixed_length_m: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines or outlines for a picture: line ``k`` has the points ``first[k]:first[k + 1]``."""

    kinds: tuple[str, ...]
    first: IntArray
    lat: FloatArray
    lon: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RawExtract:
    """All that was kept of a file.

    Parameters
    ----------
    generator
        The program the header names, or "".
    dropped_points
        Points of ways whose node is not in the file (extracts are cut at their edge).
    """

    generator: str
    ways: RawWays
    places: tuple[NamedPlace, ...]
    water: Lines
    dropped_points: int
