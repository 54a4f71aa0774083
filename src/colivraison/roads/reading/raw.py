"""Ways as they were read, in flat arrays: the common form of every kind of extract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from colivraison.roads.places import NamedPlace
from colivraison.roads.rules.restriction import RestrictionRule

__all__ = [
    "RESTRICTION_REASONS",
    "WAY_REASONS",
    "FloatArray",
    "IntArray",
    "Lines",
    "RawExtract",
    "RawRestriction",
    "RawWays",
    "ReadReport",
]

WAY_REASONS = ("no_vehicle", "one_point", "repeated", "in_several_maps")
"""Why a way of a file is none of the result; see ``ReadReport``."""

RESTRICTION_REASONS = (
    *("no_from", "no_to", "no_via", "via_mixed", "several_via", "several_from", "several_to"),
    *("unknown_kind", "hours"),
)
"""Why a turn restriction of a file is none of the result."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


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
        Ids of the file.
    way_name
        Number of its name in ``names``, -1 where it has neither a name nor a number.
    names
        Names, or numbers (``D 93``) of ways without a name, each once.
    tag_sets
        The relevant tags, each combination once.
    node_ids
        Node of each point.
    lat, lon
        Degrees of each point.
    special_ids, special_tags
        Nodes of these ways with signals, signs or barriers (ids ascending), and the number of
        their tags in ``node_tag_sets``.
    node_tag_sets
        The relevant tags of such nodes, each combination once.
    fixed_ms
        Two columns (along, against): a driving time the file itself gives for a way, -1 where it
        gives none; empty where no way has one.
    fixed_length_m
        A length the file itself gives for a way, -1 where it gives none; empty where no way has
        one.
    """

    way_first: IntArray
    way_tags: IntArray
    way_ids: IntArray
    way_name: IntArray
    names: tuple[str, ...]
    tag_sets: tuple[dict[str, str], ...]
    node_ids: IntArray
    lat: FloatArray
    lon: FloatArray
    special_ids: IntArray
    special_tags: IntArray
    node_tag_sets: tuple[dict[str, str], ...]
    fixed_ms: IntArray
    fixed_length_m: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRestriction:
    """A turn restriction as the file says it; whether its ways meet is for the topology to find.

    Parameters
    ----------
    relation_id
        Id of the relation; a relation with rules for several vehicles gives one entry per rule.
    from_ways, to_ways
        Ids of ways; one each, several ``from`` only for ``no_entry``, several ``to`` for
        ``no_exit``.
    via_nodes
        The nodes to turn at (almost always one); empty where the turn passes over ways.
    via_ways
        The ways between, in order; empty where the turn is at a node.
    rule
        What is forbidden to whom and when.
    """

    relation_id: int
    from_ways: tuple[int, ...]
    via_nodes: tuple[int, ...]
    via_ways: tuple[int, ...]
    to_ways: tuple[int, ...]
    rule: RestrictionRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines or outlines for a picture: line ``k`` has the points ``first[k]:first[k + 1]``."""

    kinds: tuple[str, ...]
    first: IntArray
    lat: FloatArray
    lon: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """What reading a file kept and left, in counts.

    Parameters
    ----------
    ways_read
        Ways of the result.
    ways_dropped
        Ways that are some road but not of the result, by reason: ``no_vehicle`` (no profile may
        ever use it), ``one_point`` (fewer than two of its points are in the file), ``repeated``
        (an older version of a way the file holds twice), ``in_several_maps`` (after merging).
    restrictions_read
        Rules of the result.
    restrictions_dropped
        Turn restrictions left out, by reason: those of ``RESTRICTION_REASONS``.
    conditions_skipped
        Tags that say something by hours, or else in a way we do not evaluate, by key.
    points_dropped
        Points of ways whose node is not in the file (extracts are cut at their edge) or lies
        outside the globe.
    duplicate_ids
        Ids of nodes and ways that stand more than once in the file: the last one counts.
    data_date
        The header's date of the data as text (ISO 8601), "" where it has none.
    """

    ways_read: int
    ways_dropped: Mapping[str, int] = field(default_factory=dict)
    restrictions_read: int = 0
    restrictions_dropped: Mapping[str, int] = field(default_factory=dict)
    conditions_skipped: Mapping[str, int] = field(default_factory=dict)
    points_dropped: int = 0
    duplicate_ids: int = 0
    data_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawExtract:
    """All that was kept of a file.

    Parameters
    ----------
    generator
        The program the header names, or "".
    """

    generator: str
    ways: RawWays
    restrictions: tuple[RawRestriction, ...]
    places: tuple[NamedPlace, ...]
    water: Lines
    report: ReadReport
