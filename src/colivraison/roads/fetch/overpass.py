"""Small areas from Overpass: one OSM XML file per tile.

Why not through osmnx's ``graph_from_*``: it is made for graphs and hands on neither turn
restrictions (relations) nor places nor the tags of barriers and signals, so its result could not
be read by the same builder as any other extract.  It also reports the half answer of a query that
ran out of time (HTTP 200 with a ``remark``) only in its log, waits without end on 429 and 504, and
keeps its settings in module variables.  What is asked of the server, the query by polygon, its
``>`` for the nodes, the wait for a slot, is the same as osmnx asks and as Overpass documents.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from colivraison.errors import Fault, InputError
from colivraison.roads.fetch.area import area_km2, quarters, tiles
from colivraison.roads.fetch.cache import Cache
from colivraison.roads.fetch.web import CutAnswerError, Web, server_name
from colivraison.roads.places import AMENITY_KINDS, PLACE_KINDS

if TYPE_CHECKING:
    import requests
    from shapely.geometry.base import BaseGeometry

__all__ = ["Answer", "fetch_tiles", "query"]

_LARGEST_BYTES = 2_000_000_000
_LARGEST_STATUS_BYTES = 1_000_000
_HEAD_BYTES = 4096
_TAIL_BYTES = 8192

_ROADS = ('["highway"]', '["route"~"^(ferry|shuttle_train)$"]')
_PLACES = (
    f'["place"~"^({"|".join(PLACE_KINDS)})$"]',
    f'["amenity"~"^({"|".join(AMENITY_KINDS)})$"]',
    '["shop"]',
    '["landuse"="farmyard"]',
)
_WATER = ('["natural"="water"]', '["waterway"~"^(river|stream|canal)$"]')

# A tile of 500 km2 that is too much, then a quarter of it, then a sixteenth: not beyond.
_SPLITS = 2
_STATUS_ASKED = 20
_WAY_BACK_S = 30
_BUSY_WAIT_S = 5.0

_REMARK = re.compile(rb"<remark>(.*?)</remark>", re.DOTALL)
_BASE_DATE = re.compile(rb'osm_base="([0-9TZ:.+-]{10,35})"')
_HTML_ERROR, _HTML_END = "Error</strong>:", "</p>"
_SLOTS = re.compile(r"^(\d{1,9}) slots? available now", re.MULTILINE)
_NEXT_SLOT = re.compile(r"^Slot available after: .*, in (-?\d{1,9}) seconds?", re.MULTILINE)
_NO_LIMIT = re.compile(r"^Rate limit: 0\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One tile's map.

    Parameters
    ----------
    data_date
        The state of the data, as the server says it, or "".
    remark
        What the server says beside it, or "".
    from_cache
        Whether it was kept from an earlier fetch.
    """

    path: Path
    data_date: str
    remark: str
    from_cache: bool


class _TooMuchError(Exception):
    """The server ran out of time or memory: worth asking for less."""


def query(shape: BaseGeometry, *, timeout_s: int) -> str:
    """Return the query for everything of a tile that a territory is built from.

    Ways are asked for whole, with all their nodes, where they merely touch the tile, so that tiles
    join without a gap.  All of ``highway`` is asked for: which of it is a road is decided in one
    place, ``roads.rules``.
    """
    roads, others = [], []
    for where in _places(shape):
        roads += [f"way{tags}{where};" for tags in _ROADS]
        others += [f"node{tags}{where};" for tags in _PLACES]
        others += [f"way{tags}{where};" for tags in (*_PLACES, *_WATER)]
    return (
        f"[out:xml][timeout:{timeout_s}];"
        f"({''.join(roads)})->.roads;"
        f"({''.join(others)})->.others;"
        'rel["type"~"^restriction"](bw.roads)->.rules;'
        "(.roads;.others;);"
        "(._;>;);"
        "(._;.rules;);"
        "out body;"
    )


def _places(shape: BaseGeometry) -> Iterator[str]:
    """Return the filters for a tile, one for each of its parts; holes are asked for too."""
    import shapely

    for part in shapely.get_parts(shape):
        west, south, east, north = part.bounds
        if part.area >= 0.999_999 * (east - west) * (north - south):
            yield f"({south:.7f},{west:.7f},{north:.7f},{east:.7f})"
        elif part.area > 0:
            ring = shapely.get_coordinates(part.exterior)
            yield '(poly:"' + " ".join(f"{lat:.7f} {lon:.7f}" for lon, lat in ring) + '")'


def fetch_tiles(
    shape: BaseGeometry,
    web: Web,
    cache: Cache,
    *,
    refresh: bool,
    on_progress: Callable[[float], None],
) -> list[Answer]:
    """Return the maps of an area's tiles; a tile that is too much for the server is cut in four.

    A later call asks only for the tiles that are missing: each is kept as soon as it is whole.

    Parameters
    ----------
    on_progress
        Told a share from 0 to 1.

    Raises
    ------
    InputError
        ``fetch_server_failed`` (the server's own words), ``fetch_not_a_map``,
        ``fetch_query_refused``, and those of ``Web.ask``.
    """
    todo = [(tile, _SPLITS) for tile in tiles(shape)]
    whole_km2, done_km2 = area_km2(shape), 0.0
    answers = []
    while todo:
        tile, splits = todo.pop(0)
        try:
            answers.append(_fetch_tile(tile, web, cache, refresh=refresh, may_split=splits > 0))
        except _TooMuchError:
            todo[:0] = [(part, splits - 1) for part in quarters(tile)]
            continue
        done_km2 += area_km2(tile)
        on_progress(min(1.0, done_km2 / whole_km2))
    return answers


def _fetch_tile(
    tile: BaseGeometry, web: Web, cache: Cache, *, refresh: bool, may_split: bool
) -> Answer:
    url = web.settings.overpass_url.rstrip("/") + "/interpreter"
    asked = query(tile, timeout_s=max(1, round(web.settings.answer_s - _WAY_BACK_S)))
    kept = cache.path(f"{url} {asked}", ".osm")
    if not refresh and cache.is_fresh(kept):
        return _answer(kept, from_cache=True)
    _wait_for_slot(web)

    with cache.fresh_file(kept) as path:

        def receive(response: requests.Response) -> None:
            if response.status_code == 400:
                body = web.read(response, limit_bytes=_LARGEST_STATUS_BYTES)
                raise _refused(web, body.decode("utf-8", "replace"))
            with path.open("wb") as stream:
                web.stream(response, stream.write, limit_bytes=_LARGEST_BYTES)
            _require_whole_map(path, web)

        web.ask(url, receive, data={"data": asked}, allowed=frozenset({400}))
        answer = _answer(path, from_cache=False)
        if "runtime error" in answer.remark:
            if may_split and re.search("timed out|out of memory", answer.remark):
                raise _TooMuchError
            details = {"why": answer.remark[:200]}
            value = server_name(web.settings.overpass_url)
            raise InputError([Fault(code="fetch_server_failed", value=value, details=details)])
    return Answer(
        path=kept, data_date=answer.data_date, remark=answer.remark, from_cache=answer.from_cache
    )


def _wait_for_slot(web: Web) -> None:
    """Wait until the server has a slot for us, as its status page says.

    A server of one's own may have no such page: then there is nothing to wait for.

    Raises
    ------
    InputError
        ``fetch_busy`` after a number of waits, and those of ``Web.ask``.
    """
    url = web.settings.overpass_url.rstrip("/") + "/status"

    def receive(response: requests.Response) -> str:
        if response.status_code == 404:
            return "Rate limit: 0"
        body = web.read(response, limit_bytes=_LARGEST_STATUS_BYTES)
        return body.decode("utf-8", "replace")

    wait_s = 0.0
    for _ in range(_STATUS_ASKED):
        status = web.ask(url, receive, allowed=frozenset({404}))
        free = _SLOTS.search(status)
        if _NO_LIMIT.search(status) or (free and int(free[1]) > 0):
            return
        waits = [float(seconds) for seconds in _NEXT_SLOT.findall(status)]
        # Without a time: our own queries are still running there.
        wait_s = max(1.0, min(waits)) if waits else _BUSY_WAIT_S
        if wait_s > web.settings.longest_wait_s:
            break
        web.sleep(wait_s)
    details: dict[str, str | int] = {
        "status": 429,
        "tries": web.settings.tries,
        "wait_s": round(wait_s),
    }
    raise InputError(
        [Fault(code="fetch_busy", value=server_name(web.settings.overpass_url), details=details)]
    )


def _ends(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        stream.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return head.removeprefix(b"\xef\xbb\xbf").lstrip(), stream.read().rstrip()


def _require_whole_map(path: Path, web: Web) -> None:
    """Raise where an answer is no OSM XML, or where its end is missing."""
    head, tail = _ends(path)
    if not (head.startswith((b"<?xml", b"<osm")) and b"<osm" in head):
        if not head:
            raise CutAnswerError
        value = server_name(web.settings.overpass_url)
        raise InputError([Fault(code="fetch_not_a_map", value=value)])
    if not tail.endswith(b"</osm>"):
        raise CutAnswerError


def _answer(path: Path, *, from_cache: bool) -> Answer:
    head, tail = _ends(path)
    date = _BASE_DATE.search(head)
    remark = _REMARK.search(tail) or _REMARK.search(head)
    text = html.unescape(remark[1].decode("utf-8", "replace")) if remark else ""
    return Answer(
        path=path,
        data_date=date[1].decode() if date else "",
        remark=" ".join(text.split()),
        from_cache=from_cache,
    )


def _refused(web: Web, page: str) -> InputError:
    """Return the fault for a query the server does not understand: its page says why, in HTML."""
    why, closed, _ = page.partition(_HTML_ERROR)[2].partition(_HTML_END)
    why = html.unescape(why) if closed else ""
    details = {"why": " ".join(why.split())[:200] or "400"}
    return InputError(
        [
            Fault(
                code="fetch_query_refused",
                value=server_name(web.settings.overpass_url),
                details=details,
            )
        ]
    )
