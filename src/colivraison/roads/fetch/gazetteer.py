"""Which area a name means: Nominatim's search, and its look-up by id.

Asked as its documentation says (``format=jsonv2``, ``polygon_geojson=1``), once per territory; the
public service allows one request per second and wants answers kept.  The first answer is not
simply believed: homonyms are what goes wrong here (there are a dozen Saint-Denis).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from colivraison.errors import Fault, InputError
from colivraison.roads.fetch.area import Area
from colivraison.roads.fetch.cache import Cache
from colivraison.roads.fetch.polygon_file import shape_of_geojson
from colivraison.roads.fetch.web import CutAnswerError, Web, server_name
from colivraison.roads.places import simplified_name

if TYPE_CHECKING:
    import requests
    from shapely.geometry.base import BaseGeometry

__all__ = ["find_area"]

_LARGEST_BYTES = 50_000_000
_ASKED_FOR = 10
_CLEAR_LEAD = 0.2
"""A place is meant rather than its homonym when Nominatim's ``importance`` (0 to 1) is so much
greater: Paris leads the Paris of Texas by about 0.3, Saint-Denis its namesake by less than 0.1."""

_OBJECT_ID = re.compile(r"[NWR][0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    id: str
    name: str
    display_name: str
    importance: float
    shape: BaseGeometry


def find_area(place: str, web: Web, cache: Cache, *, refresh: bool, needs_outline: bool) -> Area:
    """Return the area of a place.

    Parameters
    ----------
    place
        A name, or an id such as ``R26100``.
    needs_outline
        Whether a place that is only a point is of no use (nobody gave a margin).

    Raises
    ------
    InputError
        ``fetch_place_unknown``, ``fetch_place_ambiguous`` (with the candidates and their ids),
        ``fetch_place_is_point``, ``fetch_not_an_answer``, and those of ``Web.ask``.
    """
    place = " ".join(place.split())
    base = web.settings.nominatim_url.rstrip("/")
    params = {"format": "jsonv2", "polygon_geojson": "1"}
    if _OBJECT_ID.fullmatch(place):
        url, params = f"{base}/lookup", {**params, "osm_ids": place}
    else:
        url, params = f"{base}/search", {**params, "q": place, "limit": str(_ASKED_FOR)}
    question = json.dumps([url, params, web.settings.language])
    kept = cache.path(question, ".json")
    if refresh or not cache.is_fresh(kept):
        body = web.ask(url, _reader(web), params=params)
        candidates = _candidates(body, web)
        with cache.fresh_file(kept) as path:
            path.write_bytes(body)
    else:
        candidates = _candidates(kept.read_bytes(), web)
    return _choose(place, candidates, needs_outline=needs_outline)


def _reader(web: Web) -> Callable[[requests.Response], bytes]:
    def read(response: requests.Response) -> bytes:
        body = web.read(response, limit_bytes=_LARGEST_BYTES)
        if body.lstrip()[:1] in {b"[", b"{"} and body.rstrip()[-1:] not in {b"]", b"}"}:
            raise CutAnswerError
        return body

    return read


def _candidates(body: bytes, web: Web) -> list[_Candidate]:
    try:
        return [_candidate(found) for found in json.loads(body)]
    # Anything but the documented list shows as one of these.
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        value = server_name(web.settings.nominatim_url)
        raise InputError([Fault(code="fetch_not_an_answer", value=value)]) from error


def _candidate(found: dict[str, Any]) -> _Candidate:
    import shapely

    shape = shape_of_geojson(found["geojson"]) if "geojson" in found else shapely.Polygon()
    if shape.is_empty:
        shape = shapely.Point(float(found["lon"]), float(found["lat"]))
    return _Candidate(
        id=f"{str(found.get('osm_type', ''))[:1].upper()}{found.get('osm_id', '')}",
        name=str(found.get("name") or found["display_name"].split(",")[0]),
        display_name=str(found["display_name"]),
        importance=float(found.get("importance") or 0.0),
        shape=shape,
    )


def _choose(place: str, candidates: list[_Candidate], *, needs_outline: bool) -> Area:
    if not candidates:
        raise InputError([Fault(code="fetch_place_unknown", value=place[:200])])
    outlined = [one for one in candidates if one.shape.area > 0]
    if not outlined and needs_outline:
        value = candidates[0].display_name[:200]
        raise InputError([Fault(code="fetch_place_is_point", value=value)])
    # A station or a shop of that name is not what was asked for where there is a commune.
    eligible = outlined or candidates
    asked = simplified_name(place.split(",", maxsplit=1)[0])
    named = [one for one in eligible if simplified_name(one.name) == asked] or eligible
    exact = [one for one in named if simplified_name(one.display_name) == simplified_name(place)]
    if len(exact) == 1:
        return _area(exact[0], ())
    first = max(named, key=lambda one: one.importance)  # the earliest of equals
    others = [one for one in named if one is not first]
    # A commune and the arrondissement named after it overlap: no question of which is meant.
    apart = [one for one in others if not one.shape.intersects(first.shape)]
    rivals = [one for one in apart if first.importance - one.importance < _CLEAR_LEAD]
    if rivals:
        listed = " ; ".join(f"{one.display_name} ({one.id})" for one in [first, *rivals])
        details: dict[str, str | int] = {
            "candidates": listed,
            "count": 1 + len(rivals),
            "example": first.id,
        }
        raise InputError([Fault(code="fetch_place_ambiguous", value=place[:200], details=details)])
    return _area(first, tuple(f"{one.display_name} ({one.id})" for one in others))


def _area(chosen: _Candidate, others: tuple[str, ...]) -> Area:
    return Area(name=chosen.display_name, shape=chosen.shape, notes=others)
