"""Reading an OpenStreetMap file (.osm.pbf, .osm, .osm.gz, .osm.bz2) into flat arrays.

pyosmium streams the file once and keeps the nodes' locations outside Python; only ways that some
vehicle may use, nodes with tags that matter, turn restrictions, places and water reach this code.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from colivraison.domain import Position
from colivraison.roads.places import AMENITY_KINDS, FOOD_SHOPS, PLACE_KINDS, NamedPlace
from colivraison.roads.profile import PROFILE_NAMES, load_profile
from colivraison.roads.reading.bombs import refuse_bomb, unusable
from colivraison.roads.reading.osm_file import DamagedError, opened
from colivraison.roads.reading.raw import Lines, RawExtract, RawRestriction, RawWays, ReadReport
from colivraison.roads.reading.turn_relations import RELATION_TYPES, read_restriction
from colivraison.roads.rules.keys import NODE_ENTRY_KEYS, kept_node_tags, kept_tags
from colivraison.roads.rules.obstacles import is_obstacle
from colivraison.roads.rules.way import depends_on_date, skipped_conditions, way_rules

__all__ = ["read_extract"]

# Bytes of a .osm.pbf per way of any kind, Andorra 128 and Liechtenstein 87: only for the progress.
_PBF_BYTES_PER_ROAD = 400

_PLACE_KEYS = ("place", "amenity", "shop", "landuse")
_WATERWAYS = frozenset({"river", "stream", "canal"})
_ROUTES = frozenset({"ferry", "shuttle_train"})
# Overpass writes the day of its data into an element that libosmium passes over.
_OVERPASS_DATE = re.compile(rb'osm_base="([^"]{1,40})"')
_XML_START_BYTES = 4096

# More than live on Earth, in so many digits: a slip of the pen, or worse.
_MOST_PEOPLE = 10_000_000_000
_MOST_DIGITS = len(str(_MOST_PEOPLE))

_Tags = tuple[tuple[str, str], ...]


def _is_usable(tags: Mapping[str, str]) -> bool:
    """Return whether some vehicle may drive there on some day."""
    for name in PROFILE_NAMES:
        rules = way_rules(tags, load_profile(name), None)
        if rules.forward.kmh or rules.backward.kmh:
            return True
    return depends_on_date(tags)


class _Roads:
    """Ways and the nodes on them, as they come."""

    def __init__(self) -> None:
        self.way_first = array("q", [0])
        self.way_tags = array("q")
        self.way_ids = array("q")
        self.way_name = array("q")
        self.names: dict[str, int] = {}
        self.tag_sets: dict[_Tags, int] = {}
        self.kept_as: dict[_Tags, int] = {}
        self.node_ids = array("q")
        self.x_e7 = array("i")
        self.y_e7 = array("i")
        self.at: dict[int, int] = {}
        self.special: dict[int, int] = {}
        self.node_tag_sets: dict[_Tags, int] = {}
        self.obstacles: dict[_Tags, bool] = {}
        self.dropped: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.points_dropped = 0
        self.duplicate_ids = 0
        self.replaced: list[int] = []

    def node(self, node_id: int, tags: Mapping[str, str]) -> None:
        key = kept_node_tags(tags.items())
        if not key:
            return
        stands = self.obstacles.get(key)
        if stands is None:
            stands = self.obstacles[key] = is_obstacle(dict(key))
        if stands:
            self.duplicate_ids += node_id in self.special
            self.special[node_id] = self.node_tag_sets.setdefault(key, len(self.node_tag_sets))

    def _tag_set(self, tags: Mapping[str, str]) -> int:
        """Return the number of a way's set of tags, -1 where no vehicle may use it."""
        key = kept_tags(tags.items())
        number = self.kept_as.get(key)
        if number is None:
            number = -1
            if _is_usable(dict(key)):
                number = self.tag_sets.setdefault(key, len(self.tag_sets))
            self.kept_as[key] = number
        return number

    def way(self, way: Any, tags: Mapping[str, str]) -> None:
        number = self._tag_set(tags)
        if number < 0:
            self.dropped["no_vehicle"] += 1
            return
        before = len(self.node_ids)
        previous = None
        for node in way.nodes:
            location = node.location
            if not location.valid():
                self.points_dropped += 1
                continue
            ref = node.ref
            if ref != previous:
                self.node_ids.append(ref)
                self.x_e7.append(location.x)
                self.y_e7.append(location.y)
                previous = ref
        if len(self.node_ids) < before + 2:
            # One point is no road: give it back.
            del self.node_ids[before:], self.x_e7[before:], self.y_e7[before:]
            self.dropped["one_point"] += 1
            return
        way_id = way.id
        if way_id in self.at:
            self.duplicate_ids += 1
            self.dropped["repeated"] += 1
            self.replaced.append(self.at[way_id])
        self.at[way_id] = len(self.way_ids)
        self.skipped.update(skipped_conditions(tags))
        name = tags.get("name") or tags.get("ref", "")
        self.way_name.append(self.names.setdefault(name, len(self.names)) if name else -1)
        self.way_tags.append(number)
        self.way_ids.append(way_id)
        self.way_first.append(len(self.node_ids))

    def _kept(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return which ways stay, which points, and the first point of each way that stays."""
        first = np.array(self.way_first, dtype=np.int64)
        ways = np.ones(len(self.way_ids), dtype=bool)
        ways[self.replaced] = False
        counts = np.diff(first)
        points = np.repeat(ways, counts)
        return ways, points, np.concatenate([[0], np.cumsum(counts[ways])]).astype(np.int64)

    def arrays(self) -> RawWays:
        ways, points, first = self._kept()
        node_ids = np.array(self.node_ids, dtype=np.int64)[points]
        special_ids = np.array(list(self.special), dtype=np.int64)
        special_tags = np.array(list(self.special.values()), dtype=np.int64)
        order = np.argsort(special_ids)
        order = order[np.isin(special_ids[order], node_ids)]
        return RawWays(
            way_first=first,
            way_tags=np.array(self.way_tags, dtype=np.int64)[ways],
            way_ids=np.array(self.way_ids, dtype=np.int64)[ways],
            way_name=np.array(self.way_name, dtype=np.int64)[ways],
            names=tuple(self.names),
            tag_sets=tuple(dict(key) for key in self.tag_sets),
            node_ids=node_ids,
            lat=np.array(self.y_e7, dtype=np.float64)[points] / 1e7,
            lon=np.array(self.x_e7, dtype=np.float64)[points] / 1e7,
            special_ids=special_ids[order],
            special_tags=special_tags[order],
            node_tag_sets=tuple(dict(key) for key in self.node_tag_sets),
            fixed_ms=np.empty((0, 2), dtype=np.int64),
            fixed_length_m=np.empty(0, dtype=np.float64),
        )


class _Collector:
    """What one pass over a file leaves behind."""

    def __init__(self) -> None:
        self.roads = _Roads()
        self.restrictions: dict[int, list[RawRestriction]] = {}
        self.restrictions_dropped: Counter[str] = Counter()
        self.places: list[NamedPlace] = []
        self.water_kinds: list[str] = []
        self.water_first = array("q", [0])
        self.water_x_e7 = array("i")
        self.water_y_e7 = array("i")

    def node(self, node: Any) -> None:
        tags: dict[str, str] = dict(node.tags)
        self.roads.node(node.id, tags)
        if node.location.valid() and any(key in tags for key in _PLACE_KEYS):
            self._place(tags, node.location.lat, node.location.lon)

    def way(self, way: Any) -> None:
        tags: dict[str, str] = dict(way.tags)
        if "highway" in tags or tags.get("route") in _ROUTES:
            self.roads.way(way, tags)
        elif tags.get("natural") == "water" or tags.get("waterway") in _WATERWAYS:
            self._water(way, tags)
        elif any(key in tags for key in _PLACE_KEYS) and (kind := _place_kind(tags)):
            places = [place for node in way.nodes if (place := node.location).valid()]
            if places and _is_kept(kind, tags):
                # The first and last point of an outline are the same.
                ring = places[1:] or places
                self._place(
                    tags,
                    sum(place.lat for place in ring) / len(ring),
                    sum(place.lon for place in ring) / len(ring),
                )

    def _water(self, way: Any, tags: Mapping[str, str]) -> None:
        points = [place for node in way.nodes if (place := node.location).valid()]
        if len(points) > 1:
            self.water_kinds.append(tags.get("waterway", "water"))
            self.water_x_e7.extend(place.x for place in points)
            self.water_y_e7.extend(place.y for place in points)
            self.water_first.append(len(self.water_x_e7))

    def relation(self, relation: Any) -> None:
        kept, dropped, skipped = read_restriction(
            relation.id,
            dict(relation.tags),
            [(member.type, member.ref, member.role) for member in relation.members],
        )
        if relation.id in self.restrictions:
            self.roads.duplicate_ids += 1
        self.restrictions[relation.id] = kept
        self.restrictions_dropped.update(dropped)
        self.roads.skipped.update(skipped)

    def _place(self, tags: Mapping[str, str], lat: float, lon: float) -> None:
        kind = _place_kind(tags)
        if not kind or not _is_kept(kind, tags):
            return
        self.places.append(
            NamedPlace(
                name=tags.get("name", ""),
                kind=kind,
                position=Position(lat=lat, lon=lon),
                population=_population(tags.get("population", "")),
            )
        )

    def result(self, generator: str, data_date: str) -> RawExtract:
        ways = self.roads.arrays()
        restrictions = tuple(one for some in self.restrictions.values() for one in some)
        return RawExtract(
            generator=generator,
            ways=ways,
            restrictions=restrictions,
            places=tuple(self.places),
            water=Lines(
                kinds=tuple(self.water_kinds),
                first=np.array(self.water_first, dtype=np.int64),
                lat=np.array(self.water_y_e7, dtype=np.float64) / 1e7,
                lon=np.array(self.water_x_e7, dtype=np.float64) / 1e7,
            ),
            report=ReadReport(
                ways_read=len(ways.way_ids),
                ways_dropped=dict(sorted(self.roads.dropped.items())),
                restrictions_read=len(restrictions),
                restrictions_dropped=dict(sorted(self.restrictions_dropped.items())),
                conditions_skipped=dict(sorted(self.roads.skipped.items())),
                points_dropped=self.roads.points_dropped,
                duplicate_ids=self.roads.duplicate_ids,
                data_date=data_date,
            ),
        )


def _place_kind(tags: Mapping[str, str]) -> str:
    """Return the kind of a named place, "" for anything else."""
    if (kind := tags.get("place", "")) in PLACE_KINDS:
        return kind
    if (kind := tags.get("amenity", "")) in AMENITY_KINDS:
        return kind
    if tags.get("landuse") == "farmyard":
        return "farmyard"
    if "shop" not in tags:
        return ""
    return "food_shop" if tags["shop"] in FOOD_SHOPS else "shop"


def _population(text: str) -> int | None:
    """Return a number of people, None where there is none or no place can have so many."""
    # The length first: Python refuses to read a number of some thousand digits.
    if not (len(text) <= _MOST_DIGITS and text.isascii() and text.isdecimal()):
        return None
    count = int(text)
    return count if count <= _MOST_PEOPLE else None


def _is_kept(kind: str, tags: Mapping[str, str]) -> bool:
    return "name" in tags or kind in {"farm", "farmyard", *AMENITY_KINDS}


def _data_date(header: Any, path: Path) -> str:
    """Return the date of the data as the file's header says it, "" where it does not."""
    date = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    if date or path.suffix.lower() != ".osm":
        return str(date)
    with path.open("rb") as stream:
        found = _OVERPASS_DATE.search(stream.read(_XML_START_BYTES))
    return found[1].decode("utf-8", "replace") if found else ""


def _collect(
    path: Path, locations: Any, on_progress: Callable[[float], None]
) -> tuple[_Collector, Any]:
    """Read a file once; return what is kept of it, and its header.

    Parameters
    ----------
    locations
        Handler that remembers where nodes are and tells ways.
    """
    import osmium

    kinds = osmium.osm
    nodes = osmium.filter.KeyFilter(*NODE_ENTRY_KEYS, *_PLACE_KEYS)
    ways = osmium.filter.KeyFilter("highway", "route", "natural", "waterway", *_PLACE_KEYS)
    relations = osmium.filter.TagFilter(*(("type", name) for name in RELATION_TYPES))
    collector = _Collector()
    read = collector.roads.way_ids
    expected = max(1, path.stat().st_size // _PBF_BYTES_PER_ROAD)
    with opened(
        path,
        locations,
        nodes.enable_for(kinds.NODE),
        ways.enable_for(kinds.WAY),
        relations.enable_for(kinds.RELATION),
    ) as (header, things):
        for thing in things:
            if thing.is_way():
                collector.way(thing)
                if len(read) % 1000 == 0:
                    on_progress(min(0.95, len(read) / expected))
            elif thing.is_node():
                collector.node(thing)
            else:
                collector.relation(thing)
    return collector, header


def read_extract(path: Path, on_progress: Callable[[float], None]) -> RawExtract:
    """Read an OpenStreetMap file.

    A way or relation that stands twice in the file counts as it stands the last time; of a node
    that stands twice, the index of libosmium chooses one position. Nodes with a negative id (never
    uploaded) have no position for libosmium.

    Parameters
    ----------
    on_progress
        Told a share from 0 to 1, estimated from the size of the file.

    Raises
    ------
    InputError
        ``unreadable_extract`` for a file that is damaged or no OSM file, ``extract_too_large``
        for one that unpacks without end.
    """
    import osmium

    refuse_bomb(path)
    try:
        locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
        locations.ignore_errors()
        collector, header = _collect(path, locations, on_progress)
        if collector.roads.points_dropped > len(collector.roads.node_ids):
            # Most positions were missing: the nodes may stand after the ways, as Overpass writes
            # them when asked so. Now that all are known, a second pass finds them.
            collector, header = _collect(path, locations, on_progress)
    except (DamagedError, UnicodeDecodeError, osmium.InvalidLocationError) as problem:
        # libosmium hands out texts that are no UTF-8 and positions outside the world.
        raise unusable("unreadable_extract", path) from problem
    on_progress(1.0)
    return collector.result(header.get("generator"), _data_date(header, path))
