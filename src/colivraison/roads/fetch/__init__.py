"""Fetching a territory: a place, a box, a polygon or positions in; one OSM file out."""

from colivraison.roads.fetch.fetching import fetch_territory
from colivraison.roads.fetch.request import (
    LARGEST_MARGIN_KM,
    LARGEST_OVERPASS_KM2,
    FetchReport,
    FetchRequest,
    FetchSettings,
)

__all__ = [
    "LARGEST_MARGIN_KM",
    "LARGEST_OVERPASS_KM2",
    "FetchReport",
    "FetchRequest",
    "FetchSettings",
    "fetch_territory",
]
