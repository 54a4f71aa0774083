"""The folium map: layers of lines and badges.

Only numbers and words of this room enter folium: every name and sentence stays in the page's own
data block under a reference.  That is not timidity.  folium puts popups, tooltips and layer names
into the page as HTML (folium #1640; Leaflet calls it "the application's duty"), and branca reads
what folium wrote as a Jinja template once more, so that a name like ``{{ 7*7 }}`` is computed on
the machine that draws the map.  The tests keep both proven.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import folium
from folium.elements import MacroElement
from folium.map import CustomPane
from folium.template import Template
from folium.utilities import JsCode
from shapely import LineString

from colivraison.domain import Position
from colivraison.maps.background import DrawnLine, MapBackground

__all__ = ["Feature", "add_background", "add_layer", "add_start", "badge", "new_map", "stroke"]

Feature = dict[str, Any]


# 1e-5 degrees is about a metre.
_DECIMALS = 5
# About 3 metres: below what a phone shows at the closest zoom that anybody needs.
_TOLERANCE_DEG = 3e-5

_RANKS = {
    "motorway": "motorway",
    "motorway_link": "motorway",
    "trunk": "motorway",
    "trunk_link": "motorway",
    "primary": "primary",
    "primary_link": "primary",
    "secondary": "secondary",
    "secondary_link": "secondary",
    "tertiary": "tertiary",
    "tertiary_link": "tertiary",
}
# From the least to the most important: drawn in this order.
_ROAD_RANKS = ("minor", "tertiary", "secondary", "primary", "motorway")


class _Start(MacroElement):  # type: ignore[misc]  # folium is untyped
    """Hands the finished map and its layers to the page's script."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            colivraison.start({{ this._parent.get_name() }}, {
                {%- for key, name in this.layers.items() %}
                {{ key|tojson }}: {{ name }},
                {%- endfor %}
            }, {{ this.bounds|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, layers: dict[str, str], bounds: list[list[float]]) -> None:
        super().__init__()
        self._name = "Start"
        self._id = "colivraison"
        self.layers = layers
        self.bounds = bounds


def new_map(centre: Position) -> folium.Map:
    """Return an empty map that asks for nothing: no tiles, no script, no font of anybody."""
    found = folium.Map(
        location=[centre.lat, centre.lon],
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        zoom_start=11,
        min_zoom=7,
        max_zoom=18,
        zoom_snap=0.5,
    )
    # On the instance: the class's lists are shared by every map of the process.
    found.default_js = []
    found.default_css = []
    # branca draws these at random; the same plan shall give the same file.
    found._id = "colivraison"  # noqa: SLF001  branca has no public way to name it
    return found


def stroke(
    positions: Sequence[Position],
    *,
    ref: str,
    colour: str,
    width: float,
    dash: Sequence[int] = (),
    side: float = 0,
    halo: bool = False,
    arrows: bool = False,
    alpha: float = 1,
) -> Feature:
    """Return a line as a GeoJSON feature.

    Parameters
    ----------
    ref
        Of its popup in the data block.
    side
        Pixels to the right of the road in the direction of travel: outward and return way of a
        round, and rounds that share a road, stay apart.
    halo
        A white edge, so that it stands out from the roads.
    """
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": _thin(positions)},
        "properties": {
            "ref": ref,
            "colour": colour,
            "width": width,
            "dash": list(dash),
            "side": side,
            "halo": halo,
            "arrows": arrows,
            "alpha": alpha,
            # Invisible: what the finger hits and what is repainted is wider than what is seen.
            "style": {"weight": 14, "fill": False},
        },
    }


def badge(
    position: Position, *, ref: str, text: str, shape: str, colour: str, shift: float
) -> Feature:
    """Return a badge as a GeoJSON feature; ``text`` is ours (figures), never a name."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": _pair(position)},
        "properties": {"ref": ref, "text": text, "shape": shape, "colour": colour, "shift": shift},
    }


def add_layer(drawn: folium.Map, key: str, features: Iterable[Feature], *, show: bool) -> None:
    """Add one group holding one GeoJSON layer, under a key of ours."""
    group = folium.FeatureGroup(name=key, show=show, control=False)
    group._id = key  # noqa: SLF001  as for the map: a name of ours, not of chance
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": list(features)},
        control=False,
        on_each_feature=JsCode("colivraison.dress"),
        point_to_layer=JsCode("colivraison.badge"),
    )
    layer._id = key  # noqa: SLF001  likewise
    layer.add_to(group)
    group.add_to(drawn)


def add_background(drawn: folium.Map, background: MapBackground) -> None:
    """Add roads and water on canvases of their own, below everything and deaf to the pointer."""
    for name, depth in (("water", 200), ("casing", 210), ("roads", 220)):
        pane = CustomPane(name, z_index=depth, pointer_events=False)
        pane._id = name  # noqa: SLF001  a name of ours, not of chance
        pane.add_to(drawn)
    by_rank: dict[str, list[list[list[float]]]] = defaultdict(list)
    for line in background.roads:
        by_rank[_RANKS.get(line.kind, "minor")].append(_pairs(line.positions))
    _add_lines(drawn, "roads", [(rank, by_rank[rank]) for rank in _ROAD_RANKS if rank in by_rank])
    by_kind: dict[str, list[list[list[float]]]] = defaultdict(list)
    for water in background.water:
        by_kind[_water_rank(water)].append(_pairs(water.positions))
    _add_lines(drawn, "water", sorted(by_kind.items()))


def add_start(drawn: folium.Map, keys: Iterable[str], positions: Sequence[Position]) -> None:
    """Add the call that brings the page to life; comes last."""
    lats, lons = [p.lat for p in positions], [p.lon for p in positions]
    bounds = [[min(lats), min(lons)], [max(lats), max(lons)]]
    _Start({key: f"feature_group_{key}" for key in keys}, bounds).add_to(drawn)


def _add_lines(
    drawn: folium.Map, pane: str, lines: Sequence[tuple[str, list[list[list[float]]]]]
) -> None:
    if not lines:
        return
    layer = folium.GeoJson(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": {"type": "MultiLineString", "coordinates": shapes},
                    "properties": {"rank": rank, "style": {"fill": rank == "lake"}},
                }
                for rank, shapes in lines
            ],
        },
        control=False,
        on_each_feature=JsCode("colivraison.ground"),
        pane=pane,
        interactive=False,
    )
    layer._id = pane  # noqa: SLF001  a name of ours, not of chance
    layer.add_to(drawn)


def _water_rank(line: DrawnLine) -> str:
    if len(line.positions) > 3 and line.positions[0] == line.positions[-1]:
        return "lake"
    return "river" if line.kind in {"river", "riverbank", "canal"} else "stream"


def _thin(positions: Sequence[Position]) -> list[list[float]]:
    if len(positions) < 3:
        return _pairs(positions)
    shape = LineString([(p.lon, p.lat) for p in positions]).simplify(_TOLERANCE_DEG)
    return [[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lon, lat in shape.coords]


def _pairs(positions: Iterable[Position]) -> list[list[float]]:
    return [_pair(position) for position in positions]


def _pair(position: Position) -> list[float]:
    return [round(position.lon, _DECIMALS), round(position.lat, _DECIMALS)]
