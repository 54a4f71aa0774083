"""The road network of a territory: the one object the rest of the house asks about roads."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from colivraison.domain import Position
from colivraison.errors import Fault, InputError, Where
from colivraison.roads.extract import read_extract
from colivraison.roads.geometry import Bounds
from colivraison.roads.graphml import read_graphml
from colivraison.roads.map_lines import RoadLine, WaterLine, road_lines, water_lines
from colivraison.roads.metric import Metric, price
from colivraison.roads.places import Places
from colivraison.roads.profile import PROFILE_NAMES, load_profile
from colivraison.roads.raw import IntArray, RawExtract
from colivraison.roads.search import Leg, Search
from colivraison.roads.snapping import Snapped, Snapper
from colivraison.roads.topology import Topology, cut_at_junctions

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

__all__ = ["ATTRIBUTION", "FAR_M", "INVENTED_GENERATOR", "RoadNetwork"]

ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
INVENTED_GENERATOR = "colivraison.demo.territory"
FAR_M = 1000
"""A place further than this from every road is a mistake (a farm in the sea)."""

_ENDINGS = (".osm.pbf", ".osm.gz", ".osm.bz2", ".osm", ".graphml")
_CHUNK_BYTES = 1 << 20
# Shares of the progress bar, from the time each step takes on Andorra.
_AFTER_DIGEST, _AFTER_READING, _AFTER_CUTTING = 0.05, 0.75, 0.85


def _no_progress(_share: float) -> None:
    return None


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


class RoadNetwork:
    """Roads one can leave and return to, with times, distances, shapes and named places.

    Made by ``load``. Nothing in it changes; what a profile makes of the roads is computed when the
    profile is first asked for.
    """

    def __init__(self, *, name: str, fingerprint: str, raw: RawExtract, topology: Topology) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.invented = raw.generator == INVENTED_GENERATOR
        self.attribution = "" if self.invented else ATTRIBUTION
        self.places = Places(raw.places)
        self._raw = raw
        self._topology = topology
        self._metrics: dict[str, Metric] = {}
        self._snappers: dict[str, Snapper] = {}

    @classmethod
    def load(cls, path: Path, *, on_progress: Callable[[float], None] | None = None) -> RoadNetwork:
        """Read an extract: .osm.pbf, .osm, .osm.gz, .osm.bz2, or a .graphml of osmnx or networkx.

        Parameters
        ----------
        on_progress
            Told a share from 0 to 1.

        Raises
        ------
        InputError
            ``map_is_folder``, ``file_not_found``, ``unknown_extract_format``,
            ``unreadable_extract``, ``extract_too_large``, ``graph_without_position``,
            ``graph_not_in_degrees`` or ``no_roads``.
        """
        tell = on_progress or _no_progress
        ending = next((e for e in _ENDINGS if path.name.lower().endswith(e)), None)
        code = (
            "map_is_folder"
            if path.is_dir()
            else "file_not_found"
            if not path.is_file()
            else "unknown_extract_format"
            if ending is None
            else None
        )
        if code is not None or ending is None:
            assert code is not None
            raise InputError([Fault(code=code, where=Where(file=path.name), value=path.name)])
        try:
            fingerprint = _digest(path)
        except OSError as problem:
            raise InputError(
                [Fault(code="unreadable_extract", where=Where(file=path.name), value=path.name)]
            ) from problem
        tell(_AFTER_DIGEST)

        def tell_reading(share: float) -> None:
            tell(_AFTER_DIGEST + share * (_AFTER_READING - _AFTER_DIGEST))

        raw = read_graphml(path) if ending == ".graphml" else read_extract(path, tell_reading)
        tell(_AFTER_READING)
        no_roads = InputError(
            [Fault(code="no_roads", where=Where(file=path.name), value=path.name)]
        )
        if not len(raw.ways.way_tags):
            raise no_roads
        network = cls(
            name=path.name[: -len(ending)],
            fingerprint=fingerprint,
            raw=raw,
            topology=cut_at_junctions(raw.ways),
        )
        tell(_AFTER_CUTTING)
        for profile in PROFILE_NAMES:
            metric = price(network._topology, load_profile(profile))
            if metric is None:
                raise no_roads
            network._metrics[profile] = metric
        tell(1.0)
        return network

    def _metric(self, profile: str) -> Metric:
        load_profile(profile)  # refuses an unknown name
        return self._metrics[profile]

    @property
    def bounds(self) -> Bounds:
        """The box around all roads that may be driven."""
        lat, lon = self._topology.lat, self._topology.lon
        return Bounds(
            south=float(lat.min()),
            west=float(lon.min()),
            north=float(lat.max()),
            east=float(lon.max()),
        )

    def cut_off_vertices(self, *, profile: str = "van") -> int:
        """Return how many junctions and ends one cannot leave and return to."""
        return self._metric(profile).cut_vertices

    def vertex_count(self, *, profile: str = "van") -> int:
        """Return the number of junctions and ends in use."""
        return self._metric(profile).vertex_count

    def snap(self, positions: Sequence[Position], *, profile: str = "van") -> Snapped:
        """Return the nearest point of a road for each place, and how far it is.

        Only roads one can leave and return to count.
        """
        metric = self._metric(profile)
        if profile not in self._snappers:
            self._snappers[profile] = Snapper(self._topology, metric)
        return self._snappers[profile].snap(positions)

    def matrix(
        self, positions: Sequence[Position], *, profile: str = "van"
    ) -> tuple[IntArray, IntArray]:
        """Return driving times in seconds (rounded up) and distances in metres between places.

        Row = from, column = to; -1 where there is no way; the diagonal is zero, and so is the way
        between two places at the very same coordinates. The gap between a place and its road is
        part of both.
        """
        if not positions:
            return np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0), dtype=np.int64)
        ms, dm = self._search(self.snap(positions, profile=profile), profile).tables()
        same = _same_place(positions)
        ms[same], dm[same] = 0, 0
        durations_s = np.where(ms < 0, -1, -(-ms // 1000))
        distances_m = np.where(dm < 0, -1, (dm + 5) // 10)
        return durations_s, distances_m

    def paths(
        self,
        positions: Sequence[Position],
        pairs: Sequence[tuple[int, int]],
        *,
        profile: str = "van",
    ) -> list[tuple[Position, ...]]:
        """Return the line of each leg, from the place given to the place given.

        Parameters
        ----------
        pairs
            Indices into ``positions``: from, to.

        Returns
        -------
        lines
            Empty for a pair without a way between them; the place twice for a pair that stays.
        """
        if not positions:
            return []
        snapped = self.snap(positions, profile=profile)
        moving = [pair for pair in pairs if positions[pair[0]] != positions[pair[1]]]
        legs = dict(zip(moving, self._search(snapped, profile).legs(moving), strict=True))
        return [
            self._line(positions, snapped, pair, legs[pair], profile)
            if pair in legs
            else (positions[pair[0]], positions[pair[1]])
            for pair in pairs
        ]

    def _search(self, snapped: Snapped, profile: str) -> Search:
        return Search(
            self._metric(profile), snapped, off_road_kmh=load_profile(profile).off_road_kmh
        )

    def _line(
        self,
        positions: Sequence[Position],
        snapped: Snapped,
        pair: tuple[int, int],
        leg: Leg | None,
        profile: str,
    ) -> tuple[Position, ...]:
        if leg is None:
            return ()
        source, target = pair
        metric = self._metric(profile)
        leave, arrive = float(snapped.shares[source]), float(snapped.shares[target])
        first, last = int(snapped.edges[source]), int(snapped.edges[target])
        points: list[tuple[float, float]] = []
        if leg.direct:
            points += self._piece(first, leave, arrive)
        else:
            points += self._piece(first, leave, 1.0 if leg.leaves_forward else 0.0)
            for arc in leg.arcs:
                ends = (0.0, 1.0) if metric.arc_forward[arc] else (1.0, 0.0)
                points += self._piece(int(metric.arc_edge[arc]), *ends)
            points += self._piece(last, 0.0 if leg.arrives_forward else 1.0, arrive)
        here, there = positions[source], positions[target]
        points = [(here.lat, here.lon), *points, (there.lat, there.lon)]
        kept = [points[0]] + [b for a, b in pairwise(points) if a != b]
        if len(kept) == 1:
            kept *= 2
        return tuple(Position(lat=lat, lon=lon) for lat, lon in kept)

    def _piece(self, edge: int, start: float, end: float) -> list[tuple[float, float]]:
        """Return the shape of an edge between two shares of its length, in driving order."""
        topology = self._topology
        points = slice(int(topology.shape_start[edge]), int(topology.shape_end[edge]) + 1)
        lat, lon = topology.lat[points], topology.lon[points]
        along = topology.along_m[points] - topology.along_m[points][0]
        low, high = min(start, end) * along[-1], max(start, end) * along[-1]
        inside = (along > low) & (along < high)
        at = np.concatenate([[low], along[inside], [high]])
        line = list(
            zip(np.interp(at, along, lat).tolist(), np.interp(at, along, lon).tolist(), strict=True)
        )
        return line if start <= end else line[::-1]

    def require_near_road(
        self, named: Sequence[tuple[Where, str, Position]], *, profile: str = "van"
    ) -> list[Fault]:
        """Return a fault ``far_from_road`` for each place further than ``FAR_M`` from any road.

        Parameters
        ----------
        named
            Where the place was given, what it is called, and its position.
        """
        if not named:
            return []
        snapped = self.snap([position for _, _, position in named], profile=profile)
        return [
            Fault(
                code="far_from_road",
                where=where,
                value=f"{position.lat:.5f}, {position.lon:.5f}",
                details={"name": name, "gap_km": math.ceil(gap_m / 1000), "gap_m": int(gap_m)},
            )
            for (where, name, position), gap_m in zip(named, snapped.gap_m.tolist(), strict=True)
            if gap_m > FAR_M
        ]

    def roads_for_map(self, bounds: Bounds, *, max_vertices: int) -> tuple[RoadLine, ...]:
        """Return the roads inside a box as lines to draw, main classes first.

        Lines are thinned, then the least important classes left out, until at most
        ``max_vertices`` points remain.
        """
        return road_lines(self._topology, bounds, max_vertices=max_vertices)

    def water_for_map(self, bounds: Bounds, *, max_vertices: int) -> tuple[WaterLine, ...]:
        """Return rivers, streams and lakes inside a box as lines and outlines to draw."""
        return water_lines(self._raw.water, bounds, max_vertices=max_vertices)

    def to_networkx(self, *, profile: str = "van") -> nx.MultiDiGraph[int]:
        """Return the network as osmnx would: nodes with x, y; edges with length, travel_time."""
        from colivraison.roads.frames import network_graph

        return network_graph(self._topology, self._metric(profile))

    def to_geodataframes(
        self, *, profile: str = "van"
    ) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Return nodes and arcs as GeoDataFrames, EPSG:4326."""
        from colivraison.roads.frames import network_frames

        return network_frames(self._topology, self._metric(profile))


def _same_place(positions: Sequence[Position]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    _, number = np.unique(
        np.array([(position.lat, position.lon) for position in positions]),
        axis=0,
        return_inverse=True,
    )
    return np.asarray(number[:, None] == number[None, :], dtype=bool)
