"""Reading an OpenStreetMap file (.osm.pbf, .osm, .osm.gz, .osm.bz2) into flat arrays.

pyosmium streams the file and keeps the nodes' locations outside Python; only ways that may be
driven, places and water reach this code.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from array import array
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from colivraison.domain import Position
from colivraison.errors import Fault, InputError, Where
from colivraison.roads.places import AMENITY_KINDS, FOOD_SHOPS, PLACE_KINDS, NamedPlace
from colivraison.roads.profile import PROFILE_NAMES, load_profile
from colivraison.roads.raw import BLOCKED, DELAY_KINDS, Lines, RawExtract, RawWays
from colivraison.roads.speeds import RELEVANT_KEYS

__all__ = ["read_extract"]

# A road map compresses 10 to 25 times; a file that grows a hundred times is no road map.
_LARGEST_GROWTH = 100
_ALWAYS_ALLOWED_BYTES = 100_000_000
_CHUNK_BYTES = 1 << 20

# Bytes of a .osm.pbf per way of any kind, Andorra 128 and Liechtenstein 87: only for the progress.
_PBF_BYTES_PER_DRIVABLE_WAY = 600

_OPEN_BARRIERS = frozenset(
    {"border_control", "cattle_grid", "entrance", "height_restrictor", "kerb", "no",
     "sally_port", "toll_booth"}
)  # fmt: skip
_OPENING_ACCESS = frozenset(
    {"yes", "permissive", "designated", "private", "delivery", "destination", "customers", "permit",
     "residents"}
)  # fmt: skip
_NODE_ACCESS_KEYS = ("goods", "motorcar", "motor_vehicle", "vehicle", "access")
_KEYS = ("highway", "barrier", "place", "amenity", "shop", "landuse", "waterway", "natural")
_WATERWAYS = frozenset({"river", "stream", "canal"})
_SIDES = {"forward": 1, "backward": 2}


def _fault(code: str, path: Path) -> InputError:
    return InputError([Fault(code=code, where=Where(file=path.name), value=path.name)])


def _refuse_bomb(path: Path) -> None:
    """Unpack once without keeping anything, so that a small file cannot fill the memory."""
    opened: Any = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix.lower())
    if opened is None:
        return
    allowed = max(_ALWAYS_ALLOWED_BYTES, _LARGEST_GROWTH * path.stat().st_size)
    total = 0
    try:
        with opened(path, "rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                total += len(chunk)
                if total > allowed:
                    raise _fault("extract_too_large", path)
    except (OSError, EOFError, zlib.error) as problem:
        raise _fault("unreadable_extract", path) from problem


def _node_obstacle(tags: Mapping[str, str]) -> int:
    """Return the kind of an obstacle on a node, 0 for none."""
    barrier = tags.get("barrier")
    if barrier is not None:
        if barrier in DELAY_KINDS:
            kind = DELAY_KINDS.index(barrier)
        elif barrier in _OPEN_BARRIERS or (
            barrier == "bollard" and tags.get("bollard") == "rising"
        ):
            return 0
        else:
            kind = BLOCKED
        access = next((tags[key] for key in _NODE_ACCESS_KEYS if key in tags), "")
        if access in _OPENING_ACCESS:
            return 0 if kind == BLOCKED else kind
        return BLOCKED if access else kind
    highway = tags.get("highway", "")
    return DELAY_KINDS.index(highway) if highway in DELAY_KINDS and highway else 0


class _Collector:
    """What one pass over a file leaves behind."""

    def __init__(self) -> None:
        self.classes = frozenset().union(
            *(load_profile(name).class_kmh.keys() for name in PROFILE_NAMES)
        )
        self.way_first = array("q", [0])
        self.way_tags = array("q")
        self.way_ids = array("q")
        self.tag_sets: dict[tuple[tuple[str, str], ...], int] = {}
        self.node_ids = array("q")
        self.x_e7 = array("i")
        self.y_e7 = array("i")
        self.special: dict[int, tuple[int, int]] = {}
        self.places: list[NamedPlace] = []
        self.water_kinds: list[str] = []
        self.water_first = array("q", [0])
        self.water_x_e7 = array("i")
        self.water_y_e7 = array("i")
        self.dropped_points = 0

    def node(self, node: Any) -> None:
        tags: dict[str, str] = dict(node.tags)
        if ("barrier" in tags or "highway" in tags) and (kind := _node_obstacle(tags)):
            side = tags.get("traffic_signals:direction", tags.get("direction", ""))
            self.special[node.id] = (kind, _SIDES.get(side, 0))
        if node.location.valid():
            self._place(tags, node.location.lat, node.location.lon)

    def way(self, way: Any) -> None:
        tags: dict[str, str] = dict(way.tags)
        if tags.get("highway") in self.classes:
            self._road(way, tags)
        elif tags.get("natural") == "water" or tags.get("waterway") in _WATERWAYS:
            points = [(node.x, node.y) for node in way.nodes if node.location.valid()]
            if len(points) > 1:
                self.water_kinds.append(tags.get("waterway", "water"))
                self.water_x_e7.extend(x for x, _ in points)
                self.water_y_e7.extend(y for _, y in points)
                self.water_first.append(len(self.water_x_e7))
        else:
            places = [node.location for node in way.nodes if node.location.valid()]
            if places:
                # The first and last point of an outline are the same.
                ring = places[1:] or places
                self._place(
                    tags,
                    sum(place.lat for place in ring) / len(ring),
                    sum(place.lon for place in ring) / len(ring),
                )

    def _road(self, way: Any, tags: dict[str, str]) -> None:
        before = len(self.node_ids)
        previous = None
        for node in way.nodes:
            if not node.location.valid():
                self.dropped_points += 1
                continue
            if node.ref != previous:
                self.node_ids.append(node.ref)
                self.x_e7.append(node.x)
                self.y_e7.append(node.y)
                previous = node.ref
        if len(self.node_ids) < before + 2:
            # One point is no road: give it back.
            del self.node_ids[before:], self.x_e7[before:], self.y_e7[before:]
            return
        key = tuple(sorted((k, v) for k, v in tags.items() if k in RELEVANT_KEYS))
        self.way_tags.append(self.tag_sets.setdefault(key, len(self.tag_sets)))
        self.way_ids.append(way.id)
        self.way_first.append(len(self.node_ids))

    def _place(self, tags: Mapping[str, str], lat: float, lon: float) -> None:
        kind = tags.get("place", "")
        if kind not in PLACE_KINDS:
            kind = tags.get("amenity", "")
            if kind not in AMENITY_KINDS:
                kind = _trade(tags)
        name = tags.get("name", "")
        if not kind or not (name or kind in {"farm", "farmyard", *AMENITY_KINDS}):
            return
        count = tags.get("population", "")
        self.places.append(
            NamedPlace(
                name=name,
                kind=kind,
                position=Position(lat=lat, lon=lon),
                population=int(count) if count.isascii() and count.isdecimal() else None,
            )
        )

    def result(self, generator: str) -> RawExtract:
        special = sorted(self.special.items())
        return RawExtract(
            generator=generator,
            ways=RawWays(
                way_first=np.array(self.way_first, dtype=np.int64),
                way_tags=np.array(self.way_tags, dtype=np.int64),
                way_ids=np.array(self.way_ids, dtype=np.int64),
                tag_sets=tuple(dict(key) for key in self.tag_sets),
                node_ids=np.array(self.node_ids, dtype=np.int64),
                lat=np.array(self.y_e7, dtype=np.float64) / 1e7,
                lon=np.array(self.x_e7, dtype=np.float64) / 1e7,
                special_ids=np.array([key for key, _ in special], dtype=np.int64),
                special_kinds=np.array([kind for _, (kind, _) in special], dtype=np.int64),
                special_sides=np.array([side for _, (_, side) in special], dtype=np.int64),
                fixed_ms=np.empty((0, 2), dtype=np.int64),
                fixed_length_m=np.empty(0, dtype=np.float64),
            ),
            places=tuple(self.places),
            water=Lines(
                kinds=tuple(self.water_kinds),
                first=np.array(self.water_first, dtype=np.int64),
                lat=np.array(self.water_y_e7, dtype=np.float64) / 1e7,
                lon=np.array(self.water_x_e7, dtype=np.float64) / 1e7,
            ),
            dropped_points=self.dropped_points,
        )


def read_extract(path: Path, on_progress: Callable[[float], None]) -> RawExtract:
    """Read an OpenStreetMap file.

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

    _refuse_bomb(path)
    collector = _Collector()
    expected = max(1, path.stat().st_size // _PBF_BYTES_PER_DRIVABLE_WAY)
    try:
        stream = (
            osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
            .with_locations()
            .with_filter(osmium.filter.KeyFilter(*_KEYS))
        )
        generator = stream.header.get("generator")
        for thing in stream:
            if thing.is_way():
                collector.way(thing)
                if len(collector.way_ids) % 1000 == 0:
                    on_progress(min(0.95, len(collector.way_ids) / expected))
            else:
                collector.node(thing)
    except (RuntimeError, osmium.InvalidLocationError) as problem:
        # libosmium reports every damage of a file as a plain RuntimeError.
        raise _fault("unreadable_extract", path) from problem
    on_progress(1.0)
    return collector.result(generator)


def _trade(tags: Mapping[str, str]) -> str:
    """Return the kind of a farmyard or shop, "" for anything else."""
    if tags.get("landuse") == "farmyard":
        return "farmyard"
    if "shop" not in tags:
        return ""
    return "food_shop" if tags["shop"] in FOOD_SHOPS else "shop"
