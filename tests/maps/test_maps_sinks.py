"""Names that try to run: every door of folium that lets them in, and our page that does not."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
import pytest
from folium.features import GeoJsonPopup, GeoJsonTooltip

from colivraison.domain import Plan
from colivraison.maps import MapBackground, render_map
from colivraison.texts import LANGUAGES, Texts

pytestmark = pytest.mark.browser

IMAGE = "<img src=x onerror=alert(1)>"
TEMPLATE = "${alert(1)}"
SCRIPT = "</script><script>alert(1)</script>"
BACKTICK = "`+alert(1)+`"
JINJA = "{{ 7*191 }}"

HOSTILE = {
    "image": IMAGE,
    "template": TEMPLATE,
    "script": SCRIPT,
    "backtick": BACKTICK,
    "quotes": '"\'"><img src=x onerror=alert(1)>',
    "backslash": "\\\"\\';alert(1)//",
    "jinja": JINJA,
    "comment": "<!--<script>",
    "entity": "&lt;b&gt; &amp; &#60;i&#62;",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_name_is_read_as_it_is_written_and_does_nothing(
    desk: Any,
    tmp_path: Path,
    named_plan: Callable[..., Plan],
    named_background: Callable[..., MapBackground],
    name: str,
    language: str,
) -> None:
    html = render_map(
        named_plan(lambda _: name), named_background(lambda _: name), texts=Texts(language)
    )
    desk.show(html, tmp_path)
    page = desk.page
    assert name in page.title()
    # A stop and each suggestion, opened by a click, like a person would.
    for mark in ("1.3", "2.2"):
        badge = page.locator(".mark .badge", has_text=mark)
        badge.hover()
        page.wait_for_selector(".leaflet-tooltip")
        assert page.locator(".leaflet-tooltip").text_content() == f"{mark} – {name}"
        badge.click()
        assert page.locator(".leaflet-popup h3").text_content() == name
        assert f"{name}, " in page.locator(".leaflet-popup").text_content()
        page.locator(".leaflet-popup-close-button").click()
        page.wait_for_selector(".leaflet-popup", state="detached")
    for shape in ("co_delivery", "new_site", "unserved"):
        page.locator(f".mark:has(.{shape})").first.focus()
        page.keyboard.press("Enter")
        assert name in page.locator(".leaflet-popup").text_content()
        page.keyboard.press("Escape")
        page.wait_for_selector(".leaflet-popup", state="detached")
    panel = page.locator("#panel").text_content()
    # Names of vans, territory, stops, producers, the new point and its neighbours.
    assert panel.count(name) >= 20
    assert page.locator(".name-place").first.text_content() == name
    desk.require_quiet()


def test_the_watch_would_see_a_name_that_runs(
    desk: Any, tmp_path: Path, named_plan: Callable[..., Plan], background: MapBackground
) -> None:
    # The same page with our one way of putting text in place broken on purpose.
    html = render_map(named_plan(lambda _: IMAGE), background, texts=Texts("fr"))
    broken = html.replace("made.textContent = text", "made.innerHTML = text")
    assert broken != html
    desk.show(broken, tmp_path)
    desk.page.locator(".mark .badge", has_text="1.3").click()
    desk.page.wait_for_timeout(300)
    assert "1" in desk.fired


# --- The doors of folium 0.20, each with the names that run through it ----------------------------


def _circle(**options: Any) -> folium.CircleMarker:
    return folium.CircleMarker([45, 2], radius=30, fill=True, **options)


def _feature(name: str) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": name},
                "geometry": {"type": "Point", "coordinates": [2, 45]},
            }
        ],
    }


def _through_popup(drawn: folium.Map, name: str) -> None:
    _circle(popup=name).add_to(drawn)


def _through_tooltip(drawn: folium.Map, name: str) -> None:
    _circle(tooltip=name).add_to(drawn)


def _through_geojson_popup(drawn: folium.Map, name: str) -> None:
    folium.GeoJson(
        _feature(name),
        marker=folium.CircleMarker(radius=30, fill=True),
        popup=GeoJsonPopup(["name"]),
    ).add_to(drawn)


def _through_geojson_tooltip(drawn: folium.Map, name: str) -> None:
    folium.GeoJson(
        _feature(name),
        marker=folium.CircleMarker(radius=30, fill=True),
        tooltip=GeoJsonTooltip(["name"]),
    ).add_to(drawn)


def _through_layer_name(drawn: folium.Map, name: str) -> None:
    group = folium.FeatureGroup(name=name).add_to(drawn)
    _circle().add_to(group)
    folium.LayerControl(collapsed=False).add_to(drawn)


def _through_div_icon(drawn: folium.Map, name: str) -> None:
    folium.Marker([45, 2], icon=folium.DivIcon(html=name)).add_to(drawn)


def _through_data(drawn: folium.Map, name: str) -> None:
    folium.GeoJson(_feature(name), marker=folium.CircleMarker(radius=30, fill=True)).add_to(drawn)


DOORS = [
    (_through_popup, IMAGE, True),
    (_through_popup, TEMPLATE, True),
    (_through_popup, SCRIPT, True),
    (_through_tooltip, IMAGE, True),
    (_through_tooltip, TEMPLATE, True),
    (_through_tooltip, SCRIPT, True),
    (_through_tooltip, BACKTICK, True),
    (_through_geojson_popup, IMAGE, True),
    (_through_geojson_tooltip, IMAGE, True),
    (_through_layer_name, IMAGE, True),
    (_through_div_icon, IMAGE, True),
    (_through_data, IMAGE, False),
    (_through_data, SCRIPT, False),
]

# folium's popups call jQuery, only to make an element of a string.
_JQUERY = """
    window.$ = (html) => {
        const box = document.createElement("div");
        box.innerHTML = html.trim();
        return [box.firstElementChild];
    };
"""


def _folium_page(through: Callable[[folium.Map, str], None], name: str) -> str:
    drawn = folium.Map([45, 2], tiles=None, zoom_start=10)
    drawn.default_js, drawn.default_css = [], []
    through(drawn, name)
    figure = drawn.get_root()
    figure.render()
    leaflet = files("colivraison.maps").joinpath("assets", "leaflet")
    css, js = (leaflet.joinpath(f"leaflet.{kind}").read_text("utf-8") for kind in ("css", "js"))
    return (
        f"<!DOCTYPE html><meta charset=utf-8><style>{css} .folium-map {{ height: 500px }}</style>"
        f"<script>{js}</script><script>{_JQUERY}</script>{figure.html.render()}"
        f"<script>{figure.script.render()}</script>"
    )


@pytest.mark.parametrize(
    ("through", "name", "runs"),
    DOORS,
    ids=[f"{through.__name__[9:]}-{name[:12]}" for through, name, _ in DOORS],
)
def test_names_given_to_folium_run_where_we_say_they_do(
    desk: Any, tmp_path: Path, through: Callable[[folium.Map, str], None], name: str, *, runs: bool
) -> None:
    file = tmp_path / "folium.html"
    file.write_text(_folium_page(through, name), encoding="utf-8")
    desk.open(file.as_uri())
    circle = desk.page.locator("path.leaflet-interactive")
    if circle.count():
        circle.hover()
        circle.click()
    desk.page.wait_for_timeout(200)
    assert bool(desk.fired) is runs


@pytest.mark.parametrize("through", [_through_popup, _through_tooltip, _through_data])
def test_names_given_to_folium_are_computed_as_templates_while_drawing(
    through: Callable[[folium.Map, str], None],
) -> None:
    # branca: Element(script) is Template(script). 7 * 191 = 1337.
    assert "1337" in _folium_page(through, JINJA)
