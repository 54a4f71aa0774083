"""What the page says, without a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from colivraison.domain import Plan, SiteKind
from colivraison.maps import MAP_CSP, MapBackground, render_map
from colivraison.maps.palette import ALONE, CO_DELIVERY, LAND, NEW_SITE, UNSERVED, contrast, pen
from colivraison.texts import LANGUAGES, Texts


class _Addresses(HTMLParser):
    """Collects what a page would load or lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag in {"script", "style"}
        self.found += [
            (tag, name, value or "")
            for name, value in attrs
            if name in {"src", "href", "srcset", "action", "data", "poster"}
        ]

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if not self._script:
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


def _read(html: str) -> _Addresses:
    reader = _Addresses()
    reader.feed(html)
    return reader


def test_page_leads_nowhere_but_to_the_copyright_of_the_map(
    plan: Plan, background: MapBackground
) -> None:
    found = _read(render_map(plan, background, texts=Texts("fr"))).found
    outside = [entry for entry in found if not entry[2].startswith(("#", "data:"))]
    assert outside == [("a", "href", "https://www.openstreetmap.org/copyright")]


def test_styles_ask_for_no_file(plan: Plan, background: MapBackground) -> None:
    html = render_map(plan, background, texts=Texts("fr"))
    styles = "".join(re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL))
    # Leaflet's behaviour for Internet Explorer 8 names an element, not a file.
    assert set(re.findall(r"(?:url\(|@import)[^)]*", styles)) <= {"url(#default#VML"}
    assert "sourceMappingURL" not in html


@pytest.mark.parametrize("invented", [False, True])
def test_invented_territory_says_so_instead_of_naming_a_source(
    plan: Plan, background: MapBackground, *, invented: bool
) -> None:
    if invented:
        background = replace(background, attribution="", invented=True)
    words = _read(render_map(plan, background, texts=Texts("fr"))).words
    assert ("Territoire inventé pour la démonstration" in words) is invented
    assert ("OpenStreetMap" in words) is not invented


def test_table_says_what_the_map_shows(plan: Plan, background: MapBackground) -> None:
    words = _read(render_map(plan, background, texts=Texts("fr"))).words
    # Round 1, third stop: École de Vallières at minute 495 = 8 h 15 for ten minutes; 6 crates
    # (48 kg) of one farm and 1 crate (8.5 kg) of another come off, 4 crates (32 kg) stay on.
    stop = re.search(r"8\s?h\s?15\s–\s8\s?h\s?25 École de Vallières cantine(.*?)8\s?h\s?50", words)
    assert stop is not None
    told = stop.group(1)
    assert re.search(r"Déposer\s: Ferme des Bruyères, 6\s+caisses, 48\s+kg", told)
    assert re.search(r"Déposer\s: GAEC du Pré Long, 1\s+caisse, 8,5\s+kg", told)
    assert re.search(r"À bord en repartant\s: 4\s+caisses, 32\s+kg", told)
    # 69.3 km against 41.3 + 20 + 28 = 89.3 km; 81.65 against 51.65 + 22 + 30 = 103.65 euros:
    # 22.00 saved, 21.2 per cent.
    assert re.search(r"Distance\s*69\s+km\s*89\s+km", words)
    assert re.search(r"22,00\s+€ économisés ensemble, soit 21\s?%", words)
    # 90 crates are too many for the van.
    assert re.search(r"Épicerie du Pont – Les Ruchers d’Aubin, 90\s+caisses, 720\s+kg", words)


def test_saving_is_not_claimed_when_the_two_sides_serve_different_orders(
    plan: Plan, background: MapBackground
) -> None:
    words = _read(render_map(replace(plan, unserved=()), background, texts=Texts("fr"))).words
    assert "économisés" not in words
    assert "ne se comparent pas" in words


@pytest.mark.parametrize(
    ("language", "said"),
    [
        # 23:40 on Thursday, ten minutes' work, and the way back ends on Friday at 00:25.
        ("fr", ("23 h 40", "0 h 25 (+1 jour)")),
        ("en", ("23:40", "00:25 (+1 day)")),
    ],
)
def test_times_after_midnight_say_that_they_are_of_the_next_day(
    plan: Plan, background: MapBackground, language: str, said: tuple[str, str]
) -> None:
    (second,) = [one for one in plan.rounds if one.id == "2"]
    # The round began at 9:00, drops at 9:40 and is back at 10:20: 14 hours later, and 5 minutes.
    late = [
        replace(
            stop,
            arrival_s=stop.arrival_s + 14 * 3600 + 300 * (k == 2),
            start_s=stop.start_s + 14 * 3600 + 300 * (k == 2),
            departure_s=stop.departure_s + 14 * 3600 + 300 * (k == 2),
        )
        for k, stop in enumerate(second.stops)
    ]
    night = replace(plan, rounds=(plan.rounds[0], replace(second, stops=tuple(late))))
    words = _read(render_map(night, background, texts=Texts(language))).words
    assert all(time in words for time in said)
    assert "(+1" not in _read(render_map(plan, background, texts=Texts(language))).words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SiteKind)
def test_map_and_sheet_name_a_kind_of_place_alike(language: str, kind: SiteKind) -> None:
    texts = Texts(language)
    assert texts(f"map.kind.{kind}") == texts(f"sheet.kind.{kind}")


def test_plan_without_suggestions_or_comparison_has_a_page(
    plan: Plan, background: MapBackground
) -> None:
    bare = replace(plan, alone=(), co_delivery=None, new_site=None, unserved=(), rounds=())
    words = _read(render_map(bare, background, texts=Texts("fr"))).words
    assert "Livrer l’un pour l’autre" not in words
    assert "Chacun seul" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_plan_gives_the_same_bytes(
    plan: Plan, background: MapBackground, language: str
) -> None:
    texts = Texts(language)
    html = render_map(plan, background, texts=texts)
    assert html == render_map(plan, background, texts=texts)
    assert html.startswith(f'<!DOCTYPE html>\n<html lang="{language}">')


def test_both_languages_say_the_same_things() -> None:
    keys = [{k for k in sorted(Texts(lang).keys()) if k.startswith("map.")} for lang in LANGUAGES]
    assert keys[0] == keys[1]


def test_every_colour_is_readable_on_the_land_and_under_white_figures() -> None:
    # WCAG 2.1: 3 for drawings (1.4.11), 4.5 for small figures (1.4.3).
    for colour in [pen(n).colour for n in range(1, 9)] + [ALONE, CO_DELIVERY, NEW_SITE, UNSERVED]:
        assert contrast(colour, LAND) >= 3
        assert contrast(colour, "#ffffff") >= 4.5
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_forty_rounds_look_different() -> None:
    assert len({(p.colour, p.dash) for p in (pen(n) for n in range(1, 41))}) == 40


def test_policy_gives_the_page_no_origin_and_nobody_to_talk_to() -> None:
    rules = {rule.split()[0]: rule.split()[1:] for rule in MAP_CSP.split("; ")}
    assert rules["sandbox"] == ["allow-scripts", "allow-popups"]
    assert rules["default-src"] == ["'none'"]
    assert not any("http" in word or word == "*" for words in rules.values() for word in words)
