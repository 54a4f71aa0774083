"""The driver's sheet: what it says, and that nothing in it can run."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from watched_page import assert_harmless, opened

from colivraison.domain import Plan, Round, Stop
from colivraison.interchange.hours import hours_in
from colivraison.interchange.sheets import sheet_html
from colivraison.texts import Texts

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_HOSTILE = "<img src=x onerror=alert(1)>"


class _Reader(HTMLParser):
    """Gathers tags, links and visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self._words: list[str] = []
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden = tag in {"style", "title"}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())  # no-break spaces count as spaces


def _sheet(plan: Plan, language: str = "fr") -> _Reader:
    return _Reader(sheet_html(plan, plan.rounds[0], Texts(language)))


def test_the_sheet_says_who_when_and_how_far(small_plan: Plan) -> None:
    text = _sheet(small_plan).text
    for words in (
        "Tournée V1-thursday",
        "Jeudi 26 novembre",
        "Kangoo d'Émilie – Ferme des Aulnes",
        "Départ 8 h 00",
        "retour vers 9 h 30",
        "Distance 48,0 km",
        "Durée 1 h 30",
        "Arrêts 4",
        "Transporté 7 caisses · 55,5 kg",
        "OpenStreetMap",
    ):
        assert words in text


def test_every_stop_says_when_and_what(small_plan: Plan) -> None:
    text = _sheet(small_plan).text
    second = text[text.index("2 8 h 17") : text.index("3 8 h 36")]
    for words in (
        "attente 3 min",  # there at 8:17, work begins at 8:20
        "repart à 8 h 26",
        "GAEC d'Œuf-Joli",
        "8,0 km de route",
        "À charger",
        "1 caisse · 7,5 kg pour : Marché d'Aubrac +4 °C max.",
        "À bord ensuite 7 caisses · 55,5 kg",
    ):
        assert words in second
    third = text[text.index("3 8 h 36") : text.index("4 8 h 53")]
    for words in (
        "ouvert 8 h 00 – 19 h 00",
        "À déposer",
        "4 caisses · 32 kg de : Ferme des Aulnes",
        "1 caisse · 7,5 kg de : GAEC d'Œuf-Joli +4 °C max.",
    ):
        assert words in third
    assert "vide" in text[text.index("4 8 h 53") :]


def test_a_note_of_a_place_stands_at_its_stop(small_plan: Plan) -> None:
    round_ = small_plan.rounds[0]
    noted = {stop.site_id for stop in round_.stops if stop.handlings}
    case = small_plan.case
    sites = tuple(dataclasses.replace(site, note=f"code <b>{site.id}</b>") for site in case.sites)
    plan = dataclasses.replace(small_plan, case=dataclasses.replace(case, sites=sites))
    page = sheet_html(plan, round_, Texts())
    assert noted & {site.id for site in sites}
    for site in sites:
        shown = f"Consigne\u00a0: code &lt;b&gt;{site.id}&lt;/b&gt;" in page
        assert shown == (site.id in noted)


def test_a_night_round_marks_the_times_of_the_next_day(night_plan: Plan) -> None:
    text = _sheet(night_plan).text
    assert "Départ 23 h 30" in text
    assert "retour vers 1 h 00 (+1 jour)" in text
    assert "2 23 h 47 attente 3 min repart à 23 h 56" in text
    assert "3 0 h 06 (+1 jour) repart à 0 h 13 (+1 jour)" in text


@pytest.mark.parametrize(
    ("windows", "shown"),
    [
        # At 0:06 on Friday Thursday's evening goes on; Thursday's morning belongs to it.
        (["thu 8-12", "thu 22-26", "fri 8-12"], "8 h 00 – 12 h 00, 22 h 00 – 2 h 00 (+1 jour)"),
        (["thu 8-12", "fri 0-5"], "0 h 00 (+1 jour) – 5 h 00 (+1 jour)"),
        # Open on neither day at that time: the hours of the date, for the driver to see.
        (["thu 8-12", "fri 8-24"], "8 h 00 (+1 jour) – minuit"),
        (["fri 0-24"], "toute la journée"),
    ],
)
def test_the_hours_shown_are_those_the_stop_falls_into(
    night_plan: Plan, windows: list[str], shown: str
) -> None:
    point = dataclasses.replace(night_plan.case.sites[0], windows=hours_in(" ; ".join(windows)))
    case = dataclasses.replace(night_plan.case, sites=(point, *night_plan.case.sites[1:]))
    text = _sheet(dataclasses.replace(night_plan, case=case)).text
    # No other place of the round has hours.
    assert re.findall(r"ouvert (.*?) Waze", text) == [shown]


def test_the_loading_list_follows_the_order_of_delivery(small_plan: Plan) -> None:
    text = _sheet(small_plan).text
    listed = text[text.index("Liste de chargement") :]
    ways = re.findall(r"arrêt (\w+) → arrêt (\w+)", listed)
    assert ways == [("1", "3"), ("2", "3"), ("1", "4")]


def test_the_sheet_exists_in_english(small_plan: Plan) -> None:
    text = _sheet(small_plan, "en").text
    assert "Thursday, 26 November" in text
    assert "Loading list" in text
    assert "Tournée" not in text


def test_an_invented_territory_says_so(small_plan: Plan) -> None:
    case = dataclasses.replace(small_plan.case, invented=True)
    assert "territoire inventé" in _sheet(dataclasses.replace(small_plan, case=case)).text


def test_a_lent_van_s_round_has_a_sheet_too(small_plan: Plan) -> None:
    alone = small_plan.alone[0].rounds[0]
    assert "Lent" in _Reader(sheet_html(small_plan, alone, Texts("fr"))).text


def test_each_stop_links_to_navigation_by_coordinates_alone(small_plan: Plan) -> None:
    links = _sheet(small_plan).links
    assert "https://www.waze.com/ul?ll=48.200000%2C0.300000&navigate=yes" in links
    assert "geo:48.200000,0.300000?z=17" in links
    assert all(urlsplit(link).scheme in {"https", "geo", "data"} for link in links)
    assert not any("Aubrac" in link or "Aulnes" in link for link in links)


def _google(html: str) -> list[dict[str, list[str]]]:
    links = [link for link in _Reader(html).links if "google.com/maps/dir" in link]
    return [parse_qs(urlsplit(link).query) for link in links]


@pytest.mark.parametrize(
    ("stops", "legs"),
    [
        # places visited after leaving, by leg: at most nine
        (2, [1]),
        (10, [9]),
        (11, [9, 1]),
        (19, [9, 9]),
        (21, [9, 9, 2]),
    ],
)
def test_google_maps_gets_legs_of_at_most_nine_stops(
    small_plan: Plan, stops: int, legs: list[int]
) -> None:
    one = small_plan.rounds[0]
    # To and fro between two places, so that no two stops in a row are the same.
    halts = tuple(
        Stop(site_id="AB"[i % 2], arrival_s=0, start_s=0, departure_s=0, load_g=0, load_crates=0)
        for i in range(stops)
    )
    longer: Round = dataclasses.replace(one, stops=halts)
    found = _google(sheet_html(small_plan, longer, Texts("fr")))
    sizes = [len(q.get("waypoints", [""])[0].split("|")) if "waypoints" in q else 0 for q in found]
    assert [size + 1 for size in sizes] == legs
    for before, after in pairwise(found):
        assert before["destination"] == after["origin"]


def test_names_are_shown_and_never_become_markup(hostile_plan: Plan) -> None:
    reader = _sheet(hostile_plan)
    assert _HOSTILE in reader.text
    assert not {"script", "img", "iframe", "object", "form"} & set(reader.tags)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1100])
def test_in_a_browser_a_hostile_name_is_text_and_nothing_leaves(
    browser: Browser, hostile_plan: Plan, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "round.html"
    path.write_text(sheet_html(hostile_plan, hostile_plan.rounds[0], Texts("fr")), encoding="utf-8")
    watched = opened(browser, path, width)
    place = watched.page.locator(".stops .place b", has_text=_HOSTILE)
    assert place.count() == 1
    assert place.is_visible()
    assert watched.page.locator("img").count() == 0
    assert_harmless(watched, path, width)
    watched.page.close()


@pytest.mark.browser
def test_in_a_browser_the_same_name_unescaped_would_fire(
    browser: Browser, hostile_plan: Plan, tmp_path: Path
) -> None:
    """The control: without escape and policy this page does run the name."""
    html = sheet_html(hostile_plan, hostile_plan.rounds[0], Texts("fr"))
    html = re.sub(r"<meta http-equiv[^>]*>", "", html).replace("&lt;", "<").replace("&gt;", ">")
    path = tmp_path / "round.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page()
    with page.expect_event("dialog") as fired:
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.goto(path.as_uri())
    assert fired.value.message == "1"
    page.close()


@pytest.mark.browser
def test_in_a_browser_the_policy_alone_stops_the_name(
    browser: Browser, hostile_plan: Plan, tmp_path: Path
) -> None:
    html = sheet_html(hostile_plan, hostile_plan.rounds[0], Texts("fr"))
    path = tmp_path / "round.html"
    path.write_text(html.replace("&lt;", "<").replace("&gt;", ">"), encoding="utf-8")
    page = browser.new_page()
    alerts: list[str] = []
    complaints: list[str] = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    assert page.locator("img").count() > 0  # it did become markup
    assert alerts == []
    assert any("Content Security Policy" in complaint for complaint in complaints)
    page.close()


@pytest.mark.browser
def test_on_paper_no_stop_is_cut_and_there_are_boxes_to_tick(
    browser: Browser, plan_with_stop_called: Callable[[str], Plan], tmp_path: Path
) -> None:
    plan = plan_with_stop_called("Marché d'Aubrac")
    path = tmp_path / "round.html"
    path.write_text(sheet_html(plan, plan.rounds[0], Texts("fr")), encoding="utf-8")
    page = browser.new_page()
    page.emulate_media(media="print")
    page.goto(path.as_uri())
    rows = page.locator(".stops tbody")
    assert rows.count() == 5
    for index in range(5):
        row = rows.nth(index)
        assert row.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
    # Three orders loaded, three unloaded, and three lines of the loading list.
    assert page.locator(".box").count() == 9
    assert page.locator(".go").first.is_hidden()
    assert page.locator(".fill").is_visible()
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF-")
    # A4 in points, as Chromium writes it.
    assert re.search(rb"/MediaBox ?\[0 0 59[45]\.?\d* 84[12]\.?\d*\]", pdf)
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(("media", "width"), [("print", 700), ("screen", 390), ("screen", 1100)])
def test_marked_times_stay_in_their_column(
    browser: Browser,
    night_plan: Plan,
    tmp_path: Path,
    media: Literal["print", "screen"],
    width: int,
) -> None:
    path = tmp_path / "round.html"
    path.write_text(sheet_html(night_plan, night_plan.rounds[0], Texts("fr")), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 990})
    page.emulate_media(media=media)
    page.goto(path.as_uri())
    times = page.locator(".stops td.time")
    assert times.count() == 5
    for index in range(5):
        assert times.nth(index).evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    page.close()
