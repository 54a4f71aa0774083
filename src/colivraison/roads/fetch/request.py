"""What may be asked of a fetch, where it asks, and what it tells afterwards."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import colivraison
from colivraison.domain import Position
from colivraison.errors import Fault, InputError
from colivraison.roads.storing.cache_folder import cache_folder

__all__ = [
    "LARGEST_MARGIN_KM",
    "LARGEST_OVERPASS_KM2",
    "FetchReport",
    "FetchRequest",
    "FetchSettings",
]

LARGEST_OVERPASS_KM2 = 2500
"""Larger areas come from an extract server: it is the most osmnx asks of Overpass at once, half a
French département, and its public instances ask not to be used as a source of whole regions."""

LARGEST_MARGIN_KM = 200
"""More than a day's round; a larger margin is a slip of the unit."""

_NOMINATIM = "https://nominatim.openstreetmap.org"
_OVERPASS = "https://overpass-api.de/api"

_VARIABLES = {
    "nominatim_url": "COLIVRAISON_NOMINATIM",
    "overpass_url": "COLIVRAISON_OVERPASS",
    "extract_server": "COLIVRAISON_EXTRACT_SERVER",
    "contact": "COLIVRAISON_CONTACT",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """One territory: exactly one of a place, a box, a polygon file or positions, or a region.

    Parameters
    ----------
    place
        As a person would write it (``Die, Drôme``), or the id of an OpenStreetMap object as
        Nominatim writes it (``R26100``).
    box
        South, west, north, east in degrees.
    polygon
        A GeoJSON file or an Osmosis ``.poly`` file.
    around
        Positions; the territory is their convex hull with the margin around it.
    region
        Path of an extract on the server, without its ending (``europe/france/corse``).  Alone it
        is taken whole; with one of the above it is cut to it.
    margin_km
        Added around any of the first four; more than 0 for positions.
    source
        ``overpass``, ``server``, or ``auto``: the server for a region and above
        ``LARGEST_OVERPASS_KM2``, else Overpass.
    refresh
        Ask again even where an answer is kept that is young enough.

    Raises
    ------
    InputError
        ``fetch_not_one_area``, ``fetch_box_wrong``, ``fetch_margin_wrong``,
        ``fetch_region_wrong``.
    """

    place: str = ""
    box: tuple[float, float, float, float] | None = None
    polygon: Path | None = None
    around: tuple[Position, ...] = ()
    region: str = ""
    margin_km: float = 0.0
    source: Literal["auto", "overpass", "server"] = "auto"
    refresh: bool = False

    def __post_init__(self) -> None:
        faults = [*self._area_faults(), *self._margin_faults()]
        # The path becomes part of an address: nothing that climbs or carries a query.
        parts = self.region.split("/") if self.region else []
        if any(not part.replace("-", "").replace("_", "").isalnum() for part in parts) or (
            self.region and self.source == "overpass"
        ):
            faults.append(Fault(code="fetch_region_wrong", value=self.region[:200]))
        if faults:
            raise InputError(faults)

    def _area_faults(self) -> list[Fault]:
        areas = (
            bool(self.place.strip()),
            self.box is not None,
            self.polygon is not None,
            bool(self.around),
        )
        faults = []
        if sum(areas) > 1 or not (any(areas) or self.region):
            faults.append(Fault(code="fetch_not_one_area"))
        if self.box is not None:
            south, west, north, east = self.box
            # Written so that a NaN fails too.
            if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
                value = ",".join(f"{edge:g}" for edge in self.box)
                faults.append(Fault(code="fetch_box_wrong", value=value))
        return faults

    def _margin_faults(self) -> list[Fault]:
        good = math.isfinite(self.margin_km) and 0 <= self.margin_km <= LARGEST_MARGIN_KM
        if good and not (self.around and self.margin_km == 0):
            return []
        value, details = f"{self.margin_km:g}", {"largest_km": LARGEST_MARGIN_KM}
        return [Fault(code="fetch_margin_wrong", value=value, details=details)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """Servers, patience and cache.

    Parameters
    ----------
    cache_folder
        Where answers and unfinished downloads are kept.
    nominatim_url, overpass_url
        Base addresses; by default the public services, whose rules of use are kept: one search
        per territory, a name in every request, answers kept, slots awaited.
    extract_server
        Base address of a server laid out as Geofabrik's (``<path>-latest.osm.pbf``, ``.md5``
        beside it, ``index-v1.json``), or the address of one ``.osm.pbf``; "" for none.
    contact
        A mail address or page the services may turn to; part of the name in every request.
    language
        In which places are named.
    max_age_days
        A kept answer older than this is asked for again.
    keep_days
        What nobody used for so long is removed from the cache.
    tries
        How often a request is made before it is given up.
    connect_s, answer_s
        How long to wait for a connection, and for each further piece of an answer; Overpass is
        told to think for half a minute less.
    longest_wait_s
        A server that wants us to wait longer than this before the next try is given up.

    Raises
    ------
    InputError
        ``fetch_setting_wrong`` for each address that is none.
    """

    cache_folder: Path
    nominatim_url: str = _NOMINATIM
    overpass_url: str = _OVERPASS
    extract_server: str = ""
    contact: str = ""
    language: str = "fr"
    max_age_days: float = 7.0
    keep_days: float = 30.0
    tries: int = 5
    connect_s: float = 10.0
    answer_s: float = 210.0
    longest_wait_s: float = 600.0

    def __post_init__(self) -> None:
        addresses = [self.nominatim_url, self.overpass_url, self.extract_server or _OVERPASS]
        faults = [
            Fault(code="fetch_setting_wrong", value=one[:200])
            for one in addresses
            if not _is_address(one)
        ]
        if faults:
            raise InputError(faults)

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], *, extract_server: str = "", language: str = "fr"
    ) -> FetchSettings:
        """Return the settings of ``COLIVRAISON_*`` variables; what is given here comes first.

        Variables: ``COLIVRAISON_NOMINATIM``, ``COLIVRAISON_OVERPASS``,
        ``COLIVRAISON_EXTRACT_SERVER``, ``COLIVRAISON_CONTACT``, and those of ``cache_folder``.

        Raises
        ------
        InputError
            ``cache_without_home``, ``fetch_setting_wrong``.
        """
        given = {name: environment.get(key, "") for name, key in _VARIABLES.items()}
        given["extract_server"] = extract_server or given["extract_server"]
        return cls(
            cache_folder=cache_folder(environment) / "fetch",
            language=language,
            **{name: value for name, value in given.items() if value},  # type: ignore[arg-type]  # all of them are strings
        )

    @property
    def user_agent(self) -> str:
        """How every request names us."""
        return f"colivraison/{colivraison.__version__}" + (
            f" ({self.contact})" if self.contact else ""
        )


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket left open
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchReport:
    """What was fetched, all of it JSON-able.

    Parameters
    ----------
    name
        The place as the gazetteer names it, or a word on the area.
    source
        ``overpass`` or ``server``.
    area_km2
        None for a whole region.
    uncovered_km2
        Of the area, what no extract of the server holds (the sea, a foreign country).
    requests
        Maps asked for: tiles of the area or extracts.
    from_cache
        How many of those were still kept.
    received_bytes
        What came over the network for this fetch.
    extracts
        Addresses of the extracts used, "" left out.
    unverified
        Extracts the server gives no checksum for.
    nodes, ways, relations
        Objects written; None for a whole region: it is copied as it is, nobody counts them.
    data_date
        Of the oldest answer, ISO 8601; "" where none says it.
    notes
        What a server remarked beside its answer, and homonyms that were passed over.
    """

    name: str
    source: str
    area_km2: int | None = None
    uncovered_km2: int = 0
    requests: int = 0
    from_cache: int = 0
    received_bytes: int = 0
    extracts: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    nodes: int | None = None
    ways: int | None = None
    relations: int | None = None
    data_date: str = ""
    notes: tuple[str, ...] = ()
