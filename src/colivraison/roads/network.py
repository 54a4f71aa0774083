"""The road network of a territory: the one object the rest of the house asks about roads."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from colivraison.domain import Position
from colivraison.errors import Fault, InputError, Where
from colivraison.roads.answers import Answers, AnswersByVehicle
from colivraison.roads.geometry import Bounds
from colivraison.roads.graph.territory import Territory
from colivraison.roads.journeys import Journeys
from colivraison.roads.memory import MATRIX_MOST_MB, require_matrix_memory
from colivraison.roads.places import Places
from colivraison.roads.profile import Profile
from colivraison.roads.reading.files import read_extracts, read_territory
from colivraison.roads.route import RouteLeg, route_leg, standing_still
from colivraison.roads.snapping import FAR_M, Snapped, coordinates, far_from_road, snap
from colivraison.roads.storing.territory_file import save_territory

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx
    import shapely

    from colivraison.roads.closures.effects import TouchedRoads
    from colivraison.roads.closures.kinds import Closure
    from colivraison.roads.views.map_lines import RoadLine, WaterLine

__all__ = ["ATTRIBUTION", "DEFAULT_PROFILE", "FAR_M", "INVENTED_GENERATOR", "RoadNetwork"]

ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
INVENTED_GENERATOR = "colivraison.demo.territory"
DEFAULT_PROFILE = "van"

Int32Array = NDArray[np.int32]


def _no_progress(_share: float) -> None:
    return None


def _available_threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class RoadNetwork:
    """Roads one can leave and return to, with times, distances, shapes and named places.

    Made by ``load`` or ``build``. Nothing in it changes; what a profile makes of the roads on a day
    is computed when first asked for. Everywhere ``profile`` is the name of a profile of the package
    or a ``Profile`` of one's own, ``on`` the day of the round (without one, what depends on the day
    is taken as its unconditional tags say), ``closures`` what is closed or slowed.

    Parameters
    ----------
    warnings
        What went wrong without harm when the territory was read.
    """

    def __init__(self, territory: Territory, *, warnings: Sequence[Fault] = ()) -> None:
        self.name = territory.name
        self.fingerprint = territory.fingerprint
        self.invented = territory.generator == INVENTED_GENERATOR
        self.attribution = "" if self.invented else ATTRIBUTION
        self.warnings = tuple(warnings)
        self._territory = territory
        self._answers = AnswersByVehicle(territory)

    @classmethod
    def load(cls, path: Path, *, on_progress: Callable[[float], None] | None = None) -> RoadNetwork:
        """Open a built territory (.roads), or read an extract.

        Extracts are .osm.pbf, .osm, .osm.gz, .osm.bz2, or a .graphml of osmnx or networkx. What was
        built of one is kept (``cache``) and found again by its content.

        Parameters
        ----------
        on_progress
            Told a share from 0 to 1.

        Raises
        ------
        InputError
            ``map_is_folder``, ``file_not_found``, ``unknown_extract_format``,
            ``unreadable_extract``, ``extract_too_large``, ``graph_without_position``,
            ``graph_not_in_degrees``, ``no_roads``, or a fault of ``store``.
        """
        territory, warnings = read_territory(
            path, threads=_available_threads(), on_progress=on_progress or _no_progress
        )
        network = cls(territory, warnings=warnings)
        network._require_roads(path)
        return network

    @classmethod
    def build(
        cls,
        paths: Path | Sequence[Path],
        out: Path,
        *,
        on_progress: Callable[[float], None] | None = None,
    ) -> RoadNetwork:
        """Build one territory of one or more extracts and write it to a .roads file.

        Raises
        ------
        InputError
            As ``load``, for each extract at once; ``file_not_written``.
        """
        extracts = [paths] if isinstance(paths, Path) else list(paths)
        tell = on_progress or _no_progress
        territory = read_extracts(extracts, threads=_available_threads(), on_progress=tell)
        network = cls(territory)
        network._require_roads(*extracts)
        save_territory(territory, out)
        tell(1.0)
        return network

    def _require_roads(self, *paths: Path) -> None:
        """Raise ``no_roads`` where not even the default vehicle may drive anywhere and back."""
        try:
            answers = self._answers(DEFAULT_PROFILE, None, ())
        except InputError as problem:
            raise InputError(
                [
                    Fault(code="no_roads", where=Where(file=path.name), value=path.name)
                    for path in paths
                ]
            ) from problem
        if (networks := answers.metric.report["networks"]) > 1:
            apart = Fault(
                code="networks_apart",
                where=Where(file=paths[0].name),
                details={"count": networks},
            )
            self.warnings = (*self.warnings, apart)

    @cached_property
    def places(self) -> Places:
        """Named places of the territory."""
        return Places(self._territory.places)

    @property
    def report(self) -> Mapping[str, Any]:
        """What was read, dropped and why, and which turn restrictions apply: plain counts."""
        return self._territory.report

    @property
    def data_date(self) -> str:
        """When the map data were extracted (ISO 8601), or ""."""
        return self._territory.data_date

    @cached_property
    def bounds(self) -> Bounds:
        """The box around all roads."""
        lat_e7, lon_e7 = self._territory.topology.lat_e7, self._territory.topology.lon_e7
        return Bounds(
            south=float(lat_e7.min()) / 1e7,
            west=float(lon_e7.min()) / 1e7,
            north=float(lat_e7.max()) / 1e7,
            east=float(lon_e7.max()) / 1e7,
        )

    def metric_report(
        self, *, profile: str | Profile = DEFAULT_PROFILE, on: dt.date | None = None
    ) -> Mapping[str, int]:
        """Return what a vehicle may drive: counts of arcs, of vertices in use and cut off."""
        metric = self._answers(profile, on, ()).metric
        return {
            **metric.report,
            "main_vertices": metric.main_vertices,
            "cut_vertices": metric.cut_vertices,
        }

    def depends_on_day(self, closures: Sequence[Closure] = ()) -> bool:
        """Return whether roads may differ from day to day: seasonal ones, dated closures."""
        return self._answers.depends_on_day(closures)

    def closure_warnings(
        self,
        closures: Sequence[Closure],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
        on: dt.date | None = None,
    ) -> tuple[Fault, ...]:
        """Return what is doubtful about closures: those that touch no road, or lack a day."""
        touched = self._answers(profile, on, closures).touched
        return touched.warnings if touched else ()

    def closures_touch(
        self,
        closures: Sequence[Closure],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
        on: dt.date | None = None,
    ) -> TouchedRoads | None:
        """Return what closures do to the roads of a vehicle on a day, None without closures."""
        return self._answers(profile, on, closures).touched

    def snap(
        self,
        positions: Sequence[Position],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
        on: dt.date | None = None,
        closures: Sequence[Closure] = (),
    ) -> Snapped:
        """Return the nearest point of a road for each place, and how far it is.

        Only roads one can leave and return to count. Closures and the day decide only between
        roads equally near: a place stays beside its road when that is closed, and is cut off.
        """
        return self._snapped(
            self._answers(profile, on, closures), self._answers(profile, None, ()), positions
        )

    def _snapped(
        self, today: Answers, as_mapped: Answers, positions: Sequence[Position]
    ) -> Snapped:
        return snap(
            self._territory.topology,
            self._territory.grid,
            as_mapped.metric,
            positions,
            today=None if today is as_mapped else today.metric,
        )

    def on_closed_road(
        self,
        positions: Sequence[Position],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
        on: dt.date | None = None,
        closures: Sequence[Closure] = (),
    ) -> list[int]:
        """Return which places stand beside roads that are all closed that day: they are cut off."""
        if not positions:
            return []
        answers = self._answers(profile, on, closures)
        return self._journeys(answers, positions).cut_off()

    def _journeys(self, answers: Answers, positions: Sequence[Position]) -> Journeys:
        profile = answers.metric.profile
        snapped = self._snapped(answers, self._answers(profile, None, ()), positions)
        named = [(Where(), coordinates(position), position) for position in positions]
        if faults := far_from_road(named, snapped):
            raise InputError(faults)
        return Journeys(
            self._territory,
            answers.metric,
            answers.graph,
            snapped,
            off_road_kmh=profile.off_road_kmh if profile.drive_gap else None,
        )

    def matrix(
        self,
        positions: Sequence[Position],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
        on: dt.date | None = None,
        closures: Sequence[Closure] = (),
        threads: int | None = None,
        memory_mb: int = MATRIX_MOST_MB,
    ) -> tuple[Int32Array, Int32Array]:
        """Return driving times in seconds (rounded up) and distances in metres between places.

        Row = from, column = to; -1 where there is no way; the diagonal is zero, and so is the way
        between two places at the very same coordinates. The gap between a place and its road is
        part of both. The distance is that of the shortest among the fastest ways.

        Parameters
        ----------
        threads
            How many work at the same time, by default as many as there are cores; the answer does
            not depend on it.
        memory_mb
            The most it may take; less where less is free.

        Raises
        ------
        InputError
            ``matrix_too_large``, before anything is allocated; ``far_from_road`` for each place
            further than ``FAR_M`` from every road.
        """
        return self._tables(positions, profile, on, closures, threads, memory_mb, rounded=True)

    def exact_matrix(
        self,
        positions: Sequence[Position],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
        on: dt.date | None = None,
        closures: Sequence[Closure] = (),
        threads: int | None = None,
        memory_mb: int = MATRIX_MOST_MB,
    ) -> tuple[Int32Array, Int32Array]:
        """Return ``matrix`` before rounding: milliseconds and decimetres."""
        return self._tables(positions, profile, on, closures, threads, memory_mb, rounded=False)

    def _tables(
        self,
        positions: Sequence[Position],
        profile: str | Profile,
        on: dt.date | None,
        closures: Sequence[Closure],
        threads: int | None,
        memory_mb: int,
        *,
        rounded: bool,
    ) -> tuple[Int32Array, Int32Array]:
        if not positions:
            return np.zeros((0, 0), dtype=np.int32), np.zeros((0, 0), dtype=np.int32)
        require_matrix_memory(len(positions), most_mb=memory_mb)
        journeys = self._journeys(self._answers(profile, on, closures), positions)
        times, lengths = journeys.tables(rounded=rounded, threads=threads or _available_threads())
        for same in _same_places(positions):
            block = np.ix_(same, same)
            times[block], lengths[block] = 0, 0
        return times, lengths

    def paths(
        self,
        positions: Sequence[Position],
        pairs: Sequence[tuple[int, int]],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
        on: dt.date | None = None,
        closures: Sequence[Closure] = (),
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
        legs = self.legs(positions, pairs, profile=profile, on=on, closures=closures)
        return [leg.line if leg else () for leg in legs]

    def legs(
        self,
        positions: Sequence[Position],
        pairs: Sequence[tuple[int, int]],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
        on: dt.date | None = None,
        closures: Sequence[Closure] = (),
    ) -> list[RouteLeg | None]:
        """Return the way of each pair with its time, length, road names and line.

        Times and lengths are those of ``matrix``.

        Parameters
        ----------
        pairs
            Indices into ``positions``: from, to.

        Returns
        -------
        legs
            None for a pair without a way between them.
        """
        if not positions:
            return []
        journeys = self._journeys(self._answers(profile, on, closures), positions)
        moving = [(a, b) for a, b in pairs if positions[a] != positions[b]]
        found = dict(zip(moving, journeys.legs(moving), strict=True))
        topology = self._territory.topology
        legs: list[RouteLeg | None] = []
        for pair in pairs:
            here, there = positions[pair[0]], positions[pair[1]]
            if pair not in found:
                legs.append(standing_still(here, there))
            else:
                leg = found[pair]
                legs.append(route_leg(topology, leg, here, there) if leg else None)
        return legs

    def route(
        self,
        positions: Sequence[Position],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
        on: dt.date | None = None,
        closures: Sequence[Closure] = (),
    ) -> list[RouteLeg | None]:
        """Return the legs from each place to the next, None where there is no way."""
        pairs = [(number, number + 1) for number in range(len(positions) - 1)]
        return self.legs(positions, pairs, profile=profile, on=on, closures=closures)

    def isochrone(
        self,
        position: Position,
        minutes: Sequence[int],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
        on: dt.date | None = None,
        closures: Sequence[Closure] = (),
    ) -> list[shapely.MultiPolygon]:
        """Return the area around the roads reached within each number of minutes, in degrees.

        See ``isochrone.isochrone_polygons``; the areas lie within one another.
        """
        from colivraison.roads.views.isochrone import Start, isochrone_polygons

        answers = self._answers(profile, on, closures)
        journeys = self._journeys(answers, [position])
        return isochrone_polygons(
            self._territory.topology,
            answers.metric,
            journeys.labels_ms(),
            minutes,
            starts=[Start(arc=arc, share=at, ms=ms) for arc, at, ms in journeys.starts(0)],
        )

    def require_near_road(
        self,
        named: Sequence[tuple[Where, str, Position]],
        *,
        profile: str | Profile = DEFAULT_PROFILE,
    ) -> list[Fault]:
        """Return a fault ``far_from_road`` for each place further than ``FAR_M`` from any road.

        Parameters
        ----------
        named
            Where the place was given, what it is called, and its position.
        """
        if not named:
            return []
        return far_from_road(named, self.snap([place for _, _, place in named], profile=profile))

    def roads_for_map(self, bounds: Bounds, *, max_vertices: int) -> tuple[RoadLine, ...]:
        """Return the roads inside a box as lines to draw, main classes first.

        Lines are thinned, then the least important classes left out, until at most
        ``max_vertices`` points remain.
        """
        from colivraison.roads.views.map_lines import road_lines

        return road_lines(self._territory.topology, bounds, max_vertices=max_vertices)

    def water_for_map(self, bounds: Bounds, *, max_vertices: int) -> tuple[WaterLine, ...]:
        """Return rivers, streams and lakes inside a box as lines and outlines to draw."""
        from colivraison.roads.views.map_lines import water_lines

        return water_lines(self._territory.water, bounds, max_vertices=max_vertices)

    def to_networkx(self, *, profile: str | Profile = DEFAULT_PROFILE) -> nx.MultiDiGraph[int]:
        """Return the network as osmnx would: nodes with x, y; edges with length, travel_time."""
        from colivraison.roads.views.frames import network_graph

        return network_graph(self._territory.topology, self._answers(profile, None, ()).metric)

    def to_geodataframes(
        self, *, profile: str | Profile = DEFAULT_PROFILE
    ) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Return nodes and arcs as GeoDataFrames, EPSG:4326."""
        from colivraison.roads.views.frames import network_frames

        return network_frames(self._territory.topology, self._answers(profile, None, ()).metric)


def _same_places(positions: Sequence[Position]) -> list[list[int]]:
    """Return the groups of places at the very same coordinates."""
    groups: dict[Position, list[int]] = {}
    for number, position in enumerate(positions):
        groups.setdefault(position, []).append(number)
    return [group for group in groups.values() if len(group) > 1]
