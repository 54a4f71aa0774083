"""The page in a real browser: what a person can do with it, on a desk and on a phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from colivraison.domain import Plan
from colivraison.maps import MAP_CSP, MapBackground, render_map
from colivraison.texts import Texts

pytestmark = pytest.mark.browser


@pytest.fixture
def html(plan: Plan, background: MapBackground) -> str:
    return render_map(plan, background, texts=Texts("fr"))


def _shown(page: Any, layer: str) -> bool:
    return bool(page.evaluate(f"map_colivraison.hasLayer(feature_group_{layer})"))


def test_page_draws_one_layer_per_round_with_numbered_badges(
    desk: Any, tmp_path: Path, html: str
) -> None:
    desk.show(html, tmp_path)
    page = desk.page
    counts = "feature_group_round_{}.getLayers().length"
    assert [page.evaluate(counts.format(n)) for n in (1, 2)] == [1, 1]
    badges = page.locator(".mark .badge span").all_text_contents()
    # The return to the farm has no badge of its own: it would hide the first one.
    assert sorted(badges) == ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2"]
    assert page.locator(".mark .badge.farm").count() == 3
    assert page.locator(".mark .badge.point").count() == 3
    desk.require_quiet()


def test_round_is_drawn_in_its_colour_and_the_lake_in_blue(
    desk: Any, tmp_path: Path, html: str
) -> None:
    desk.show(html, tmp_path)
    seen = desk.page.evaluate("""() => {
        const found = new Set();
        for (const canvas of document.querySelectorAll("#stage canvas")) {
            const { data } = canvas.getContext("2d")
                .getImageData(0, 0, canvas.width, canvas.height);
            for (let i = 0; i < data.length; i += 4) {
                if (data[i + 3] === 255) found.add([data[i], data[i + 1], data[i + 2]].join());
            }
        }
        return [...found];
    }""")
    # #0b62a4 and #b3400e of rounds 1 and 2; #9cc7de of the lake and the river.
    assert {"11,98,164", "179,64,14", "156,199,222"} <= set(seen)
    desk.require_quiet()


def test_layers_are_switched_with_the_keyboard(desk: Any, tmp_path: Path, html: str) -> None:
    desk.show(html, tmp_path)
    page = desk.page
    assert [_shown(page, key) for key in ("round_1", "alone", "co_delivery", "new_site")] == [
        True,
        False,
        True,
        True,
    ]
    for key in ("round_1", "alone"):
        page.locator(f'input[data-layer="{key}"]').focus()
        page.keyboard.press("Space")
    assert (_shown(page, "round_1"), _shown(page, "alone")) == (False, True)
    assert page.locator(".mark .badge", has_text="1.1").count() == 0
    desk.require_quiet()


def test_badge_opens_with_the_keyboard_and_says_when_and_what(
    desk: Any, tmp_path: Path, html: str
) -> None:
    desk.show(html, tmp_path)
    page = desk.page
    badge = page.get_by_role("button", name="1.3 – École de Vallières")
    badge.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup").text_content()
    assert "8\u202fh\u202f15\u00a0– 8\u202fh\u202f25" in popup
    assert "Ferme des Bruyères, 6\u00a0caisses, 48\u00a0kg" in popup
    assert page.get_by_role("button", name="Fermer").count() == 1
    desk.require_quiet()


def test_number_in_the_table_shows_the_stop_even_on_a_hidden_layer(
    desk: Any, tmp_path: Path, html: str
) -> None:
    desk.show(html, tmp_path)
    page = desk.page
    page.locator('input[data-layer="round_2"]').uncheck()
    page.locator("summary").nth(1).click()
    page.get_by_role("button", name="2\u00a0: voir Mairie de Saint-Loup sur la carte").click()
    assert page.locator(".leaflet-popup h3").text_content() == "Mairie de Saint-Loup"
    assert _shown(page, "round_2")
    desk.require_quiet()


def test_names_of_places_do_not_lie_over_one_another(desk: Any, tmp_path: Path, html: str) -> None:
    desk.show(html, tmp_path)
    boxes = [
        box
        for name in desk.page.locator(".name > span").all()
        if (box := name.bounding_box()) is not None
    ]
    assert len(boxes) >= 6
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            beside = (
                one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            )
            above = (
                one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
            )
            assert beside or above


def test_phone_shows_map_and_list_and_folds_the_list(phone: Any, tmp_path: Path, html: str) -> None:
    phone.show(html, tmp_path)
    page = phone.page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    stage = page.locator("#stage")
    before = stage.bounding_box()["height"]
    assert before > 844 * 0.45
    page.locator("#fold").tap()
    assert stage.bounding_box()["height"] > before + 150
    assert page.locator("#fold").get_attribute("aria-expanded") == "false"
    # Leaflet learns the new size, else half of the map stays grey.
    page.wait_for_timeout(100)
    assert page.evaluate("map_colivraison.getSize().y") == round(stage.bounding_box()["height"])
    page.locator(".mark .badge", has_text="2.2").tap()
    popup = page.locator(".leaflet-popup").bounding_box()
    page.wait_for_timeout(400)
    popup = page.locator(".leaflet-popup").bounding_box()
    assert popup["x"] >= 0
    assert popup["x"] + popup["width"] <= 390
    phone.require_quiet()


class _Serving(BaseHTTPRequestHandler):
    html = b""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/map" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", MAP_CSP)
        self.end_headers()
        self.wfile.write(self.html)

    def log_message(self, *_: Any) -> None:
        """Keep the output of the tests clean."""


@pytest.fixture
def address(html: str) -> Iterator[str]:
    handler = type("Handler", (_Serving,), {"html": html.encode()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/map"
        server.shutdown()
        thread.join()


def test_page_works_under_its_policy_and_has_no_origin(desk: Any, address: str) -> None:
    desk.open(address)
    page = desk.page
    page.wait_for_selector("body[data-ready]")
    page.locator(".mark .badge", has_text="1.3").click()
    assert page.locator(".leaflet-popup h3").text_content() == "École de Vallières"
    desk.require_quiet()
    assert page.evaluate("window.origin") == "null"
    # What a name that did run could still do: ask the server. The policy refuses.
    refused = "fetch('/map').then(() => 'answered', () => 'refused')"
    assert page.evaluate(refused) == "refused"


def test_the_licence_opens_beside_the_map_and_nothing_else_opens(desk: Any, address: str) -> None:
    opened: list[str] = []
    asked: list[str] = []

    def note(other: Any) -> None:
        opened.append(other.url)

    desk.page.context.on("page", note)

    def licence(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<p>licence</p>", content_type="text/html")

    desk.page.context.route("https://www.openstreetmap.org/**", licence)
    desk.open(address)
    page = desk.page
    page.wait_for_selector("body[data-ready]")
    page.locator(".mark .badge", has_text="1.3").click()
    assert opened == []
    with page.expect_popup() as popup:
        page.get_by_role("link", name="OpenStreetMap").click()
    popup.value.wait_for_load_state()
    assert popup.value.url == "https://www.openstreetmap.org/copyright"
    # It has no way back to the map, and stays in the sandbox of the map.
    assert popup.value.evaluate("[window.opener, window.origin]") == [None, "null"]
    assert page.url == address
    assert page.locator(".leaflet-popup h3").text_content() == "École de Vallières"
    assert asked == ["https://www.openstreetmap.org/copyright"]
    assert len(opened) == 1
    popup.value.close()
    desk.require_quiet()
