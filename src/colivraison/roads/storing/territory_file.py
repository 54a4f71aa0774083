"""A built territory as one file (``store``), and back.

The arrays of its parts are stored as they are, under ``<part>.<field>``, and are views of the
mapped file when it is opened.  What is no array (sets of tags, names, turn restrictions) is JSON
in UTF-8, kept as an array of bytes so that it is checked as the arrays are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from colivraison._native.graphs import Grid
from colivraison.domain import Position
from colivraison.errors import Fault, InputError, Where
from colivraison.roads.graph.hierarchy import HierarchyArrays
from colivraison.roads.graph.states import StateGraph
from colivraison.roads.graph.territory import Territory
from colivraison.roads.graph.topology import Topology
from colivraison.roads.places import NamedPlace
from colivraison.roads.reading.raw import Lines
from colivraison.roads.rules.restriction import RestrictionRule
from colivraison.roads.storing.store import ArrayFile, write_arrays

__all__ = ["TERRITORY_VERSION", "open_territory", "save_territory"]

TERRITORY_VERSION = 2
"""Raised whenever a part gains, loses or redefines a field."""

_KIND = "colivraison territory"
_META = ("name", "fingerprint", "build_fingerprint", "generator", "data_date", "report")
_AS_JSON = ":json"
_NOBODY = -1
_Part = TypeVar("_Part")


def save_territory(territory: Territory, path: Path) -> None:
    """Write a territory, whole or not at all.

    Raises
    ------
    InputError
        ``file_not_written``.
    """
    arrays: dict[str, NDArray[Any]] = {}
    _put(arrays, "topology", territory.topology)
    _put(arrays, "states", territory.states)
    _put(arrays, "hierarchy", territory.hierarchy)
    _put(arrays, "grid", territory.grid)
    _put(arrays, "water", territory.water)
    _put_places(arrays, territory.places)
    write_arrays(
        path,
        kind=_KIND,
        version=TERRITORY_VERSION,
        meta={name: getattr(territory, name) for name in _META},
        arrays=arrays,
    )


def open_territory(path: Path) -> Territory:
    """Map a territory; its arrays are read-only.

    Raises
    ------
    InputError
        ``file_not_found``, ``map_is_folder``, ``file_refused``, ``roads_file_foreign``,
        ``roads_file_truncated``, ``roads_file_damaged`` or ``roads_file_version``.
    """
    stored = ArrayFile.open(path, kind=_KIND, version=TERRITORY_VERSION)
    try:
        return Territory(
            **{name: stored.meta[name] for name in _META},
            topology=_get(stored, "topology", Topology),
            states=_get(stored, "states", StateGraph),
            hierarchy=_get(stored, "hierarchy", HierarchyArrays),
            grid=_get(stored, "grid", Grid),
            water=_get(stored, "water", Lines),
            places=_get_places(stored),
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        # Every check of the file holds, but it lacks a part or has one of another form.
        where = Where(file=path.name)
        raise InputError(
            [Fault(code="roads_file_damaged", where=where, value=path.name)]
        ) from error


def _put(arrays: dict[str, NDArray[Any]], part: str, value: Any) -> None:
    for field in fields(value):
        one = getattr(value, field.name)
        if isinstance(one, np.ndarray):
            arrays[f"{part}.{field.name}"] = one
        else:
            arrays[f"{part}.{field.name}{_AS_JSON}"] = _blob(one)


def _get(stored: ArrayFile, part: str, kind: type[_Part]) -> _Part:
    assert is_dataclass(kind)
    values: dict[str, Any] = {}
    for field in fields(kind):
        name = f"{part}.{field.name}"
        values[field.name] = (
            _unblob(stored.array(name + _AS_JSON), str(field.type))
            if name + _AS_JSON in stored.names
            else stored.array(name)
        )
    return kind(**values)


def _blob(value: Any) -> NDArray[np.uint8]:
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        value = [asdict(one) for one in value]
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # A name may hold half a character pair if its file did.
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _unblob(array: NDArray[np.uint8], kind: str) -> Any:
    value = json.loads(array.tobytes().decode("utf-8", "surrogatepass"))
    if kind == "tuple[RestrictionRule, ...]":
        return tuple(_rule(one) for one in value)
    return tuple(value) if isinstance(value, list) else value


def _rule(one: dict[str, Any]) -> RestrictionRule:
    one["excepted"] = tuple(one["excepted"])
    return RestrictionRule(**one)


def _put_places(arrays: dict[str, NDArray[Any]], places: Sequence[NamedPlace]) -> None:
    """Store places by column: tens of thousands of small objects are slow to decode."""
    arrays["places.name:json"] = _blob([place.name for place in places])
    arrays["places.kind:json"] = _blob([place.kind for place in places])
    arrays["places.lat"] = np.array([p.position.lat for p in places], dtype=np.float64)
    arrays["places.lon"] = np.array([p.position.lon for p in places], dtype=np.float64)
    arrays["places.population"] = np.array(
        [_NOBODY if p.population is None else p.population for p in places], dtype=np.int64
    )


def _get_places(stored: ArrayFile) -> tuple[NamedPlace, ...]:
    return tuple(
        NamedPlace(
            name=name,
            kind=kind,
            position=Position(lat=lat, lon=lon),
            population=None if population == _NOBODY else population,
        )
        for name, kind, lat, lon, population in zip(
            _unblob(stored.array("places.name:json"), ""),
            _unblob(stored.array("places.kind:json"), ""),
            stored.array("places.lat").tolist(),
            stored.array("places.lon").tolist(),
            stored.array("places.population").tolist(),
            strict=True,
        )
    )
