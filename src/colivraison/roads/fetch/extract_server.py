"""Large areas from a server of regional extracts: which ones, and downloads that go on.

The layout is Geofabrik's, which others copy: ``<path>-latest.osm.pbf``, its MD5 sum beside it with
``.md5`` at the end, and ``index-v1.json``, a GeoJSON list of the extracts with their outlines.
A download that was cut goes on where it ended (RFC 9110, 14.2 ``Range`` and 13.1.5 ``If-Range``):
only where the server still has the very same file, or else from the start.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from colivraison.errors import Fault, InputError
from colivraison.roads.fetch.area import area_km2
from colivraison.roads.fetch.cache import Cache
from colivraison.roads.fetch.polygon_file import shape_of_geojson
from colivraison.roads.fetch.web import CutAnswerError, Web, server_name

if TYPE_CHECKING:
    import requests
    from shapely.geometry.base import BaseGeometry

__all__ = ["Choice", "Extract", "choose_extracts", "download", "extract_url"]

_LARGEST_INDEX_BYTES = 200_000_000
_LARGEST_EXTRACT_BYTES = 20_000_000_000
_MOST_EXTRACTS = 8
_PBF_START = b"\n\x09OSMHeader"

# Outlines are drawn a little beyond the border: less than this is no part of the area.
_SLIVER_KM2 = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The extracts that hold an area.

    Parameters
    ----------
    urls
        Where they lie.
    uncovered_km2
        Of the area, what none of them holds.
    """

    urls: tuple[str, ...]
    uncovered_km2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """A downloaded extract.

    Parameters
    ----------
    verified
        Whether the server gave a checksum, which then was right.
    from_cache
        Whether nothing had to be downloaded.
    """

    path: Path
    url: str
    verified: bool
    from_cache: bool


def extract_url(server: str, region: str) -> str:
    """Return the address of a region's extract."""
    return f"{server.rstrip('/')}/{region}-latest.osm.pbf"


def choose_extracts(area: BaseGeometry, web: Web, cache: Cache, *, refresh: bool) -> Choice:
    """Return the smallest extract that holds an area, or several that are smaller together.

    Raises
    ------
    InputError
        ``fetch_region_unknown`` (no extract holds any of it), ``fetch_without_index``,
        ``fetch_not_an_answer``, and those of ``Web.ask``.
    """
    import shapely

    server = web.settings.extract_server.rstrip("/")
    if server.endswith(".osm.pbf"):
        return Choice(urls=(server,), uncovered_km2=0.0)
    listed = sorted(_index(server, web, cache, refresh=refresh), key=lambda one: one[1].area)
    near = [(url, shape) for url, shape in listed if shape.intersects(area)]
    one = next(((url, shape) for url, shape in near if shape.covers(area)), None)
    chosen: list[tuple[str, BaseGeometry]] = []
    left = area
    for url, shape in near:
        if area_km2(left.intersection(shape)) > _SLIVER_KM2:
            chosen.append((url, shape))
            left = left.difference(shape)
    together = area_km2(shapely.union_all([shape for _, shape in chosen]))
    if one is not None and (together >= area_km2(one[1]) or len(chosen) > _MOST_EXTRACTS):
        return Choice(urls=(one[0],), uncovered_km2=0.0)
    if not chosen:
        raise InputError([Fault(code="fetch_region_unknown", value=server_name(server))])
    return Choice(urls=tuple(url for url, _ in chosen), uncovered_km2=area_km2(left))


def _index(server: str, web: Web, cache: Cache, *, refresh: bool) -> list[tuple[str, BaseGeometry]]:
    url = f"{server}/index-v1.json"
    kept = cache.path(url, ".json")
    if refresh or not cache.is_fresh(kept):
        body = web.ask(url, lambda response: _index_body(response, web), allowed=frozenset({404}))
        with cache.fresh_file(kept) as path:
            listed = _listed(body, server)
            path.write_bytes(body)
        return listed
    return _listed(kept.read_bytes(), server)


def _index_body(response: requests.Response, web: Web) -> bytes:
    if response.status_code == 404:
        server = server_name(web.settings.extract_server)
        raise InputError([Fault(code="fetch_without_index", value=server)])
    body = web.read(response, limit_bytes=_LARGEST_INDEX_BYTES)
    if body.lstrip().startswith(b"{") and not body.rstrip().endswith(b"}"):
        raise CutAnswerError
    return body


def _listed(body: bytes, server: str) -> list[tuple[str, BaseGeometry]]:
    try:
        return [
            (_on_server(feature["properties"]["urls"]["pbf"], server), shape)
            for feature in json.loads(body)["features"]
            if feature.get("geometry") and "pbf" in feature["properties"].get("urls", {})
            if (shape := shape_of_geojson(feature["geometry"])).area > 0
        ]
    # Anything but the documented list shows as one of these.
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise InputError([Fault(code="fetch_not_an_answer", value=server_name(server))]) from error


def _on_server(url: str, server: str) -> str:
    """Return an address of the index on the server we were told to use.

    A copy of the whole tree keeps the index of its origin, with the addresses of the origin.
    """
    path, prefix = urlsplit(urljoin(f"{server}/", url)).path, urlsplit(server).path
    return f"{server}/{path.removeprefix(prefix).lstrip('/')}"


def download(
    url: str,
    web: Web,
    cache: Cache,
    *,
    refresh: bool,
    on_progress: Callable[[float], None],
) -> Extract:
    """Return an extract, downloaded as far as that is still needed.

    A file whose checksum is wrong is downloaded once more from the start: the server may have
    renewed the file between our two requests.

    Raises
    ------
    InputError
        ``fetch_checksum``, ``fetch_no_such_extract``, ``fetch_in_progress``,
        ``fetch_no_room``, and those of ``Web.ask``.
    """
    kept = cache.path(url, ".osm.pbf")
    if not refresh and cache.is_fresh(kept):
        on_progress(1.0)
        return Extract(
            path=kept, url=url, verified=_notes(kept).get("md5", "") != "", from_cache=True
        )
    with cache.alone(kept):
        part = kept.with_name(f"{kept.name}.part")
        for is_last in (False, True):
            is_new = _Transfer(url, kept, part, web, on_progress).run()
            if not is_new:
                cache.touch(kept)
                return Extract(
                    path=kept, url=url, verified=_notes(kept).get("md5", "") != "", from_cache=True
                )
            _require_pbf(part, web)
            wanted = _checksum(url, web)
            if not wanted or wanted == _md5(part):
                _write_notes(kept, {**_notes(part), "md5": wanted})
                part.replace(kept)
                Cache.notes_path(part).unlink(missing_ok=True)
                cache.touch(kept)
                return Extract(path=kept, url=url, verified=bool(wanted), from_cache=False)
            part.unlink()
            if is_last:
                break
    raise InputError([Fault(code="fetch_checksum", value=url.rsplit("/", 1)[-1])])


def _require_pbf(path: Path, web: Web) -> None:
    """Raise where a file is none of ours: it starts with a block of type ``OSMHeader``."""
    with path.open("rb") as stream:
        head = stream.read(15)
    if head[4:] != _PBF_START:
        path.unlink()
        raise InputError(
            [Fault(code="fetch_not_a_map", value=server_name(web.settings.extract_server))]
        )


def _notes(path: Path) -> dict[str, str]:
    """Return what is noted beside a file: its validator on the server, its checksum."""
    with contextlib.suppress(FileNotFoundError, ValueError):  # none, or cut by a crash
        notes = json.loads(Cache.notes_path(path).read_text(encoding="utf-8"))
        if isinstance(notes, dict):
            return {str(key): str(value) for key, value in notes.items()}
    return {}


def _write_notes(path: Path, notes: Mapping[str, str]) -> None:
    Cache.notes_path(path).write_text(json.dumps(notes), encoding="utf-8")


def _md5(path: Path) -> str:
    with path.open("rb") as stream:
        # No secret is kept by it: it is the checksum such servers publish.
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _checksum(url: str, web: Web) -> str:
    """Return the published checksum, "" where the server has none."""

    def receive(response: requests.Response) -> str:
        if response.status_code != 200:
            return ""
        words = web.read(response, limit_bytes=10_000).decode("ascii", "replace").split()
        found = words[0].lower() if words else ""
        if len(found) != 32 or set(found) - set("0123456789abcdef"):
            raise InputError([Fault(code="fetch_checksum", value=url.rsplit("/", 1)[-1])])
        return found

    return web.ask(f"{url}.md5", receive, allowed=frozenset({403, 404}))


class _Transfer:
    """One file on its way; ``run`` returns False when the kept file is still the current one."""

    def __init__(
        self, url: str, kept: Path, part: Path, web: Web, on_progress: Callable[[float], None]
    ) -> None:
        self._url = url
        self._kept = kept
        self._part = part
        self._web = web
        self._on_progress = on_progress

    def run(self) -> bool:
        return self._web.ask(
            self._url,
            self._receive,
            headers=self._headers,
            allowed=frozenset({304, 404, 416}),
            resumes=True,
        )

    def _headers(self) -> Mapping[str, str]:
        # Ranges count bytes of the file, not of a packed form of it.
        headers = {"Accept-Encoding": "identity"}
        have, validator = self._have(), _notes(self._part).get("validator", "")
        if have and validator:
            return headers | {"Range": f"bytes={have}-", "If-Range": validator}
        etag = _notes(self._kept).get("etag", "")
        if self._kept.exists() and etag:
            return headers | {"If-None-Match": etag}
        return headers

    def _have(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _receive(self, response: requests.Response) -> bool:
        status, have = response.status_code, self._have()
        if status == 404:
            value = self._url.rsplit("/", 1)[-1]
            raise InputError([Fault(code="fetch_no_such_extract", value=value)])
        if status == 304:
            return False
        if status == 416:
            # Nothing lies beyond what we have: it is whole, or of another file.
            size = response.headers.get("Content-Range", "").rpartition("/")[2]
            if size == str(have):
                return True
            self._part.unlink(missing_ok=True)
            raise CutAnswerError
        goes_on = status == 206
        if goes_on and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            self._part.unlink(missing_ok=True)
            raise CutAnswerError
        if not goes_on:
            have = 0
        self._note_validator(response)
        length = response.headers.get("Content-Length", "")
        total = have + int(length) if length.isascii() and length.isdecimal() else 0
        self._require_room(total - have)
        with self._part.open("ab" if goes_on else "wb") as stream:

            def write(piece: bytes) -> None:
                nonlocal have
                stream.write(piece)
                have += len(piece)
                if total:
                    self._on_progress(min(1.0, have / total))

            self._web.stream(response, write, limit_bytes=_LARGEST_EXTRACT_BYTES)
            stream.flush()
            os.fsync(stream.fileno())
        if total and have != total:
            raise CutAnswerError
        return True

    def _note_validator(self, response: requests.Response) -> None:
        """Keep what tells this file from its successor; a weak ETag does not (RFC 9110, 8.8.1)."""
        etag = response.headers.get("ETag", "")
        strong = etag if etag and not etag.startswith("W/") else ""
        validator = strong or response.headers.get("Last-Modified", "")
        _write_notes(self._part, {"validator": validator, "etag": etag})

    def _require_room(self, needed_bytes: int) -> None:
        free_bytes = shutil.disk_usage(self._part.parent).free
        if needed_bytes > free_bytes:
            details = {"needed_mb": needed_bytes // 1_000_000, "free_mb": free_bytes // 1_000_000}
            value = self._url.rsplit("/", 1)[-1]
            raise InputError([Fault(code="fetch_no_room", value=value, details=details)])
