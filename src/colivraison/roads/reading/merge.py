"""Several extracts as one territory: a round that leaves the region, a trip to a fair 600 km away.

Extracts overlap and are cut at their edges.  The id says what is the same thing:

- A node is where its id is, in whatever extract.
- A way that several extracts hold comes once.  Where each holds another part of it, the parts are
  put together along the nodes they share; where they contradict each other (it was edited between
  the two), the version with more points counts, of equal ones that of the later extract.  Parts
  that share no node stay as they are, two ways of one id, with the gap the extracts have.
- A turn restriction, signal or barrier comes once, by its id.
- A named place comes once where name and kind are the same within 100 m (the middle of an outline
  that is cut moves), a nameless one where its position is the very same.

An id stands for one way only where the extract itself holds it once: where a file gives every
stretch the id of its way, only stretches over the very same nodes are the same.  Graphs are not
merged: the ids of their nodes are of their own making.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from colivraison.roads.geometry import distance_m
from colivraison.roads.places import NamedPlace
from colivraison.roads.reading.raw import (
    FloatArray,
    IntArray,
    Lines,
    RawExtract,
    RawRestriction,
    RawWays,
    ReadReport,
)

__all__ = ["merge_raw"]

_SAME_PLACE_M = 100.0

_Part = tuple[int, int]  # number of the extract, number of the way in it


def merge_raw(extracts: Sequence[RawExtract]) -> RawExtract:
    """Return one extract that holds what all of them hold.

    Parameters
    ----------
    extracts
        At least one.  Where they disagree, the one with the later data date is believed, of
        equals the earlier in this order.

    Returns
    -------
    RawExtract
        Ways in the order of the extracts, ways put together last.  Its report adds up the reports,
        with ``in_several_maps`` among ``ways_dropped`` for what came more than once, and the
        oldest data date.
    """
    assert extracts, "nothing to merge"
    if len(extracts) == 1:
        return extracts[0]
    # A stable sort keeps the order of equals.
    believed = sorted(extracts, key=lambda one: one.report.data_date, reverse=True)
    ways = _merged_ways([one.ways for one in believed])
    restrictions = tuple(_restrictions(believed))
    return RawExtract(
        generator=" + ".join(dict.fromkeys(one.generator for one in extracts if one.generator)),
        ways=ways,
        restrictions=restrictions,
        places=tuple(_places(believed)),
        water=_water([one.water for one in believed]),
        report=_report(extracts, ways, restrictions),
    )


# --- ways


@dataclass(slots=True)
class _Chosen:
    """What becomes of the ways: whole ones by extract, and those put together."""

    whole: list[_Part] = field(default_factory=list)
    joined: list[tuple[_Part, list[_Part], list[int]]] = field(default_factory=list)


def _merged_ways(sources: Sequence[RawWays]) -> RawWays:
    chosen = _choose(sources)
    tag_sets, tag_numbers = _interned([one.tag_sets for one in sources])
    node_sets, node_numbers = _interned([one.node_tag_sets for one in sources])
    names: dict[str, int] = {}
    name_numbers = [
        np.array([names.setdefault(name, len(names)) for name in one.names] + [-1], dtype=np.int64)
        for one in sources
    ]
    first, nodes, lat, lon = _points(sources, chosen)
    # Tags and name of a way that was put together are those of its largest part.
    owners = np.array(
        chosen.whole + [owner for owner, _, _ in chosen.joined], dtype=np.int64
    ).reshape(-1, 2)
    special = _special(sources, node_numbers, nodes)
    return RawWays(
        way_first=first,
        way_tags=_picked([tag_numbers[s][one.way_tags] for s, one in enumerate(sources)], owners),
        way_ids=_picked([one.way_ids for one in sources], owners),
        # Number -1 stands for "no name" and picks the last entry, which says so.
        way_name=_picked([name_numbers[s][one.way_name] for s, one in enumerate(sources)], owners),
        names=tuple(names),
        tag_sets=tag_sets,
        node_ids=nodes,
        lat=lat,
        lon=lon,
        special_ids=special[0],
        special_tags=special[1],
        node_tag_sets=node_sets,
        fixed_ms=_fixed_ms(sources, owners, len(chosen.whole)),
        fixed_length_m=_fixed_length_m(sources, owners, len(chosen.whole)),
    )


def _choose(sources: Sequence[RawWays]) -> _Chosen:
    every_id = np.concatenate([one.way_ids for one in sources])
    ids, counts = np.unique(every_id, return_counts=True)
    repeated = ids[counts > 1]
    parts: dict[int, list[_Part]] = {}
    chosen = _Chosen()
    for number, source in enumerate(sources):
        is_repeated = np.isin(source.way_ids, repeated)
        chosen.whole += [(number, way) for way in np.flatnonzero(~is_repeated).tolist()]
        for way in np.flatnonzero(is_repeated).tolist():
            parts.setdefault(int(source.way_ids[way]), []).append((number, way))
    for same_id in parts.values():
        _choose_of_one_id(sources, same_id, chosen)
    chosen.whole.sort()
    return chosen


def _choose_of_one_id(sources: Sequence[RawWays], same_id: list[_Part], chosen: _Chosen) -> None:
    """Decide on the ways of one id."""
    distinct: dict[tuple[int, ...], _Part] = {}
    for part in same_id:
        distinct.setdefault(_nodes(sources, part), part)
    if len({number for number, _ in same_id}) < len(same_id):
        chosen.whole += distinct.values()  # the id does not stand for one way
        return
    # Most points first; equals stay in the order of belief.
    left = sorted(distinct.items(), key=lambda entry: -len(entry[0]))
    while left:
        nodes, owner = left.pop(0)
        line, used = list(nodes), [owner]
        grown = True
        while grown:
            grown = False
            for other in list(left):
                if set(line).isdisjoint(other[0]):
                    continue
                left.remove(other)
                if together := _together(line, list(other[0])):
                    line, grown = together, True
                    used.append(other[1])
        if line == list(nodes):
            chosen.whole.append(owner)
        else:
            chosen.joined.append((owner, used, line))


def _together(a: list[int], b: list[int]) -> list[int]:
    """Return the line two parts of one way come from, [] where they contradict each other.

    Both lack nodes of the whole, in places; between two nodes they share (or before the first, or
    after the last) at most one of them may have nodes of its own, or the order would be a guess.
    """
    shared = set(a) & set(b)
    anchors = [node for node in a if node in shared]
    if anchors != [node for node in b if node in shared]:
        return []
    line: list[int] = []
    for run_a, run_b, anchor in zip(
        _runs(a, shared), _runs(b, shared), [*anchors, None], strict=True
    ):
        if run_a and run_b:
            return []
        line += run_a or run_b
        if anchor is not None:
            line.append(anchor)
    return line


def _runs(nodes: Iterable[int], shared: set[int]) -> Iterator[list[int]]:
    """Yield what lies before, between and after the shared nodes."""
    run: list[int] = []
    for node in nodes:
        if node in shared:
            yield run
            run = []
        else:
            run.append(node)
    yield run


def _span(sources: Sequence[RawWays], part: _Part) -> slice:
    number, way = part
    first = sources[number].way_first
    return slice(int(first[way]), int(first[way + 1]))


def _nodes(sources: Sequence[RawWays], part: _Part) -> tuple[int, ...]:
    return tuple(sources[part[0]].node_ids[_span(sources, part)].tolist())


def _points(
    sources: Sequence[RawWays], chosen: _Chosen
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Return ``way_first``, node ids, latitudes and longitudes of the result."""
    nodes, lat, lon, counts = [], [], [], []
    whole = np.array(chosen.whole, dtype=np.int64).reshape(-1, 2)
    for number, source in enumerate(sources):
        ways = whole[whole[:, 0] == number, 1]
        starts, sizes = source.way_first[ways], np.diff(source.way_first)[ways]
        # Every point of these ways: its place in the way added to the way's start.
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        points = np.repeat(starts, sizes) + within
        nodes.append(source.node_ids[points])
        lat.append(source.lat[points])
        lon.append(source.lon[points])
        counts.append(sizes)
    for _, used, line in chosen.joined:
        at: dict[int, tuple[float, float]] = {}
        for part in used:
            source, span = sources[part[0]], _span(sources, part)
            places = zip(source.lat[span].tolist(), source.lon[span].tolist(), strict=True)
            for node, place in zip(source.node_ids[span].tolist(), places, strict=True):
                at.setdefault(node, place)
        nodes.append(np.array(line, dtype=np.int64))
        lat.append(np.array([at[node][0] for node in line]))
        lon.append(np.array([at[node][1] for node in line]))
        counts.append(np.array([len(line)], dtype=np.int64))
    first = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    return first, np.concatenate(nodes), np.concatenate(lat), np.concatenate(lon)


def _picked(values: Sequence[IntArray], owners: IntArray) -> IntArray:
    """Return the value of each chosen way."""
    offsets = np.cumsum([0, *(len(one) for one in values)])[:-1]
    picked: IntArray = np.concatenate(values)[offsets[owners[:, 0]] + owners[:, 1]]
    return picked


def _fixed_ms(sources: Sequence[RawWays], owners: IntArray, whole: int) -> IntArray:
    """Return given times; none for a way put together, whose parts say it of themselves."""
    if not any(one.fixed_ms.size for one in sources):
        return np.empty((0, 2), dtype=np.int64)
    columns = [
        one.fixed_ms if one.fixed_ms.size else np.full((len(one.way_ids), 2), -1, dtype=np.int64)
        for one in sources
    ]
    fixed = np.column_stack([_picked([one[:, side] for one in columns], owners) for side in (0, 1)])
    fixed[whole:] = -1
    return fixed


def _fixed_length_m(sources: Sequence[RawWays], owners: IntArray, whole: int) -> FloatArray:
    if not any(one.fixed_length_m.size for one in sources):
        return np.empty(0, dtype=np.float64)
    values = [
        one.fixed_length_m if one.fixed_length_m.size else np.full(len(one.way_ids), -1.0)
        for one in sources
    ]
    offsets = np.cumsum([0, *(len(one) for one in values)])[:-1]
    fixed: FloatArray = np.concatenate(values)[offsets[owners[:, 0]] + owners[:, 1]]
    fixed[whole:] = -1.0
    return fixed


def _special(
    sources: Sequence[RawWays], numbers: Sequence[IntArray], nodes: IntArray
) -> tuple[IntArray, IntArray]:
    """Return the nodes with signals or barriers, ids ascending, and their sets of tags."""
    ids = np.concatenate([one.special_ids for one in sources])
    tags = np.concatenate([numbers[s][one.special_tags] for s, one in enumerate(sources)])
    # The first of each id is the most believed one.
    unique, where = np.unique(ids, return_index=True)
    used = np.isin(unique, nodes)
    return unique[used], tags[where[used]]


def _interned(
    sets: Sequence[tuple[dict[str, str], ...]],
) -> tuple[tuple[dict[str, str], ...], list[IntArray]]:
    """Return each set of tags once, and for every source the new number of its sets."""
    known: dict[tuple[tuple[str, str], ...], int] = {}
    numbers = [
        np.array(
            [known.setdefault(tuple(sorted(tags.items())), len(known)) for tags in of_source],
            dtype=np.int64,
        )
        for of_source in sets
    ]
    return tuple(dict(key) for key in known), numbers


# --- the rest


def _restrictions(believed: Sequence[RawExtract]) -> Iterator[RawRestriction]:
    """Yield every relation's rules, from the most believed extract that has the relation."""
    holders: dict[int, int] = {}
    for number, extract in enumerate(believed):
        for restriction in extract.restrictions:
            if holders.setdefault(restriction.relation_id, number) == number:
                yield restriction


def _places(believed: Sequence[RawExtract]) -> Iterator[NamedPlace]:
    """Yield each place once; two of one extract are never the same."""
    known: dict[tuple[str, str], list[NamedPlace]] = {}
    for extract in believed:
        of_others = {key: list(places) for key, places in known.items()}
        for place in extract.places:
            key = (place.name, place.kind)
            if not any(_is_same(place, other) for other in of_others.get(key, ())):
                known.setdefault(key, []).append(place)
                yield place


def _is_same(place: NamedPlace, other: NamedPlace) -> bool:
    if not place.name:
        return place.position == other.position
    return distance_m(place.position, other.position) <= _SAME_PLACE_M


def _water(sources: Sequence[Lines]) -> Lines:
    """Return the lines of all, those of the very same points once."""
    seen: dict[tuple[str, bytes, bytes], tuple[FloatArray, FloatArray]] = {}
    for source in sources:
        for number, kind in enumerate(source.kinds):
            span = slice(int(source.first[number]), int(source.first[number + 1]))
            lat, lon = source.lat[span], source.lon[span]
            seen.setdefault((kind, lat.tobytes(), lon.tobytes()), (lat, lon))
    sizes = [len(lat) for lat, _ in seen.values()]
    return Lines(
        kinds=tuple(kind for kind, _, _ in seen),
        first=np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64),
        lat=np.concatenate([np.empty(0), *(lat for lat, _ in seen.values())]),
        lon=np.concatenate([np.empty(0), *(lon for _, lon in seen.values())]),
    )


def _report(
    extracts: Sequence[RawExtract], ways: RawWays, restrictions: Sequence[RawRestriction]
) -> ReadReport:
    reports = [one.report for one in extracts]
    count = len(ways.way_ids)
    twice = sum(len(one.ways.way_ids) for one in extracts) - count
    dropped = _added(report.ways_dropped for report in reports)
    if twice:
        dropped["in_several_maps"] = dropped.get("in_several_maps", 0) + twice
    dates = [report.data_date for report in reports if report.data_date]
    return replace(
        reports[0],
        ways_read=count,
        ways_dropped=dropped,
        restrictions_read=len(restrictions),
        restrictions_dropped=_added(report.restrictions_dropped for report in reports),
        conditions_skipped=_added(report.conditions_skipped for report in reports),
        points_dropped=sum(report.points_dropped for report in reports),
        duplicate_ids=sum(report.duplicate_ids for report in reports),
        data_date=min(dates, default=""),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)
