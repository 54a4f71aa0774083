"""From files to a territory: a ``.roads`` file is opened, an extract is built once and kept.

What only building needs is imported when something is built: a built territory opens in a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from colivraison.errors import Fault, InputError, Where
from colivraison.roads.graph.territory import Territory
from colivraison.roads.storing.cache import digest_of, fingerprint_of, through_cache
from colivraison.roads.storing.refused import file_fault
from colivraison.roads.storing.territory_file import open_territory, save_territory

if TYPE_CHECKING:
    from colivraison.roads.reading.raw import RawExtract

__all__ = ["ROADS_ENDING", "built_from", "read_extracts", "read_territory"]

ROADS_ENDING = ".roads"
_ENDINGS = (".osm.pbf", ".osm.gz", ".osm.bz2", ".osm", ".graphml")
# Shares of the progress, from the time each step takes on Andorra.
_AFTER_DIGEST, _AFTER_READING, _AFTER_BUILDING = 0.02, 0.6, 0.95

_Tell = Callable[[float], None]


def _say_nothing(_share: float) -> None:
    return None


def _ending_of(path: Path, endings: Sequence[str]) -> str | None:
    return next((e for e in endings if path.name.lower().endswith(e)), None)


def _fault_of(path: Path, endings: Sequence[str]) -> Fault | None:
    if fault := file_fault(path):
        return fault
    if _ending_of(path, endings) is not None:
        return None
    return Fault(code="unknown_extract_format", where=Where(file=path.name), value=path.name)


def _require(paths: Sequence[Path], endings: Sequence[str]) -> None:
    faults = [fault for path in paths if (fault := _fault_of(path, endings))]
    if faults:
        raise InputError(faults)


def _name_of(paths: Sequence[Path]) -> str:
    return " + ".join(path.name[: -len(_ending_of(path, _ENDINGS) or "")] for path in paths)


def _read_one(path: Path, tell: _Tell) -> RawExtract:
    if _ending_of(path, _ENDINGS) == ".graphml":
        from colivraison.roads.reading.graphml import read_graphml

        return read_graphml(path)
    from colivraison.roads.reading.extract import read_extract

    return read_extract(path, tell)


def built_from(
    paths: Sequence[Path], digest: str, *, threads: int, on_progress: _Tell = _say_nothing
) -> Territory:
    """Read extracts and build one territory of them.

    Parameters
    ----------
    digest
        ``cache.digest_of`` the same paths.

    Raises
    ------
    InputError
        ``unreadable_extract``, ``extract_too_large``, ``graph_without_position``,
        ``graph_not_in_degrees``, for each file at once; ``no_roads``.
    """
    from colivraison.roads.graph.building import build_territory
    from colivraison.roads.reading.merge import merge_raw

    raws: list[RawExtract] = []
    faults: list[Fault] = []
    for number, path in enumerate(paths):

        def tell(share: float, number: int = number) -> None:
            read = (number + share) / len(paths)
            on_progress(_AFTER_DIGEST + read * (_AFTER_READING - _AFTER_DIGEST))

        try:
            raws.append(_read_one(path, tell))
        except InputError as problem:
            faults += problem.faults
    if faults:
        raise InputError(faults)
    raw = raws[0] if len(raws) == 1 else merge_raw(raws)
    del raws
    on_progress(_AFTER_READING)
    if not len(raw.ways.way_tags):
        raise InputError(
            [Fault(code="no_roads", where=Where(file=path.name), value=path.name) for path in paths]
        )
    return build_territory(
        raw,
        name=_name_of(paths),
        fingerprint=digest,
        build_fingerprint=fingerprint_of(digest),
        threads=threads,
        on_progress=lambda share: on_progress(
            _AFTER_READING + share * (_AFTER_BUILDING - _AFTER_READING)
        ),
    )


def read_extracts(
    paths: Sequence[Path], *, threads: int, on_progress: _Tell = _say_nothing
) -> Territory:
    """Build one territory of some extracts.

    Raises
    ------
    InputError
        As ``built_from``; ``file_not_found``, ``file_refused``, ``map_is_folder``,
        ``unknown_extract_format`` for each file at once; ``graph_with_others``.
    """
    _require(paths, _ENDINGS)
    if len(paths) > 1 and (graphs := [p for p in paths if _ending_of(p, [".graphml"])]):
        # Ids say what is the same in two maps; those of a graph are of its own making.
        raise InputError(
            [
                Fault(code="graph_with_others", where=Where(file=path.name), value=path.name)
                for path in graphs
            ]
        )
    digest = digest_of(paths)
    on_progress(_AFTER_DIGEST)
    return built_from(paths, digest, threads=threads, on_progress=on_progress)


def read_territory(
    path: Path, *, threads: int, on_progress: _Tell = _say_nothing
) -> tuple[Territory, tuple[Fault, ...]]:
    """Open a built territory, or build one of an extract, or find it where it was kept.

    Returns
    -------
    territory, warnings
        Warnings of ``cache.through_cache``; ``roads_file_other_build``, for a file that other
        code or profiles have built: it answers, but without what has changed since.

    Raises
    ------
    InputError
        As ``read_extracts`` and ``territory_file.open_territory``.
    """
    _require([path], (*_ENDINGS, ROADS_ENDING))
    if _ending_of(path, [ROADS_ENDING]):
        territory = open_territory(path)
        on_progress(1.0)
        if territory.build_fingerprint == fingerprint_of(territory.fingerprint):
            return territory, ()
        where = Where(file=path.name)
        return territory, (Fault(code="roads_file_other_build", where=where, value=path.name),)
    digest = digest_of([path])
    on_progress(_AFTER_DIGEST)
    found = through_cache(
        fingerprint_of(digest),
        read=open_territory,
        build=lambda: built_from([path], digest, threads=threads, on_progress=on_progress),
        save=save_territory,
    )
    on_progress(1.0)
    return found
