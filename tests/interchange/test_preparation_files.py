"""The producers' pages and their table: what they say, and that nothing in them can run."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from watched_page import assert_harmless, opened

from colivraison.domain import Plan
from colivraison.errors import InputError
from colivraison.interchange.preparation_files import preparation_csv, write_preparation
from colivraison.interchange.preparation_page import preparation_html
from colivraison.planning import preparation
from colivraison.texts import Texts

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOSTILE = "<img src=x onerror=alert(1)>"


def page(plan: Plan, producer_id: str, *, language: str = "fr", broken: int = 0) -> str:
    (one,) = (one for one in preparation(plan) if one.producer_id == producer_id)
    return preparation_html(plan, one, Texts(language), broken=broken)


def words(html: str) -> str:
    """The visible text, no-break spaces counting as spaces."""
    body = re.sub(r"<style>.*?</style>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("\u00a0", " ").split())


def rows(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def test_the_page_says_what_for_whom_and_ready_by_when(small_plan: Plan) -> None:
    text = words(page(small_plan, "A"))
    for said in (
        "Ferme des Aulnes",
        "Semaine du lundi 23 novembre 2026",
        "Jeudi 26 novembre",
        "Premier chargement 8 h 00",
        "En tout 6 caisses · 48 kg",
        "Marchandises 6 caisses · 48 kg ambiante 2 points",
        "Prêt à 8 h 00 Kangoo d&#39;Émilie, tournée V1-thursday",
    ):
        assert said in text.replace("\u202f", " ")
    # The canteen comes last, so its crates go in first.
    assert text.index("1. =École du Bourg 2 caisses") < text.index("2. Marché d&#39;Aubrac 4 cai")
    assert "personne ne transporte" not in text


def test_the_van_comes_before_its_loading_begins(small_plan: Plan) -> None:
    # There at 8:17, begins at 8:20, and five minutes to park and to sign.
    text = words(page(small_plan, "B"))
    assert "Prêt à 8 h 25" in text
    assert "le véhicule arrive à 8 h 17" in text


def test_orders_that_nobody_carries_stand_apart_with_the_reason(small_plan: Plan) -> None:
    text = words(page(small_plan, "B"))
    left = text[text.index("Commandes que personne ne transporte") :]
    assert "=École du Bourg 9 caisses · 16 kg" in left
    assert f"o4 – {Texts('fr')('unserved.no_room_left')}".replace("'", "&#39;") in left
    assert "9 caisses" not in text[: text.index("Commandes que personne")]


def test_kinds_boxes_and_litres_are_told(small_plan: Plan) -> None:
    orders = tuple(
        replace(order, goods="bio", litres=120, boxed_s=7_200) if order.id == "o2" else order
        for order in small_plan.case.orders
    )
    plan = replace(small_plan, case=replace(small_plan.case, orders=orders))
    text = words(page(plan, "B"))
    assert "Bio, en glacière 1 caisse · 7,5 kg · 120 l +4 °C max. 1 point" in text
    assert "1. Marché d&#39;Aubrac 1 caisse · 7,5 kg · 120 l +4 °C max. bio, en glacière" in text


def test_a_plan_that_breaks_rules_says_so_on_paper(small_plan: Plan) -> None:
    assert "À vérifier" in words(page(small_plan, "A", broken=3))
    assert "À vérifier" not in words(page(small_plan, "A"))


def test_who_has_nothing_to_prepare_is_told(small_plan: Plan) -> None:
    assert "Rien à préparer cette semaine." in words(page(replace(small_plan, rounds=()), "A"))


def test_the_page_speaks_english(small_plan: Plan) -> None:
    text = words(page(small_plan, "B", language="en"))
    assert "Ready at 08:25" in text
    assert "Orders that nobody carries" in text


def test_the_table_opens_in_a_french_spreadsheet(small_plan: Plan) -> None:
    content = preparation_csv(small_plan, preparation(small_plan), Texts("fr"))
    assert content.startswith(b"\xef\xbb\xbfproducteur;jour;")
    first, second, third, left = rows(content)
    assert (first["jour"], first["prêt à"], first["ordre de chargement"]) == (
        *("26/11/2026", "08:00"),
        "1",
    )
    # What a spreadsheet would calculate is a text.
    assert (first["lieu"], second["lieu"]) == ("'=École du Bourg", "Marché d'Aubrac")
    assert (third["producteur"], third["kg"], third["température"]) == (
        "GAEC d'Œuf-Joli",
        "7,5",
        "froid +4\u00a0°C",
    )
    assert (third["caisses"], third["véhicule"], third["tournée"], third["commandes"]) == (
        *("1", "Kangoo d'Émilie"),
        *("V1-thursday", "o2"),
    )
    assert (left["jour"], left["prêt à"], left["commandes"]) == ("", "", "o4")
    assert "personne" in left["remarque"]
    assert sum(int(row["caisses"]) for row in rows(content)) == sum(
        order.crates for order in small_plan.case.orders
    )


def test_the_folder_is_replaced_as_a_whole_and_only_ours(small_plan: Plan, tmp_path: Path) -> None:
    folder, texts = tmp_path / "preparation", Texts("fr")
    everybody = preparation(small_plan)
    written = write_preparation(small_plan, everybody, folder, texts)
    names = {"preparation.csv", "preparation-A.html", "preparation-B.html"}
    assert {path.name for path in written} == {path.name for path in folder.iterdir()} == names
    # One producer only: the other one's page of before is gone, not out of date.
    write_preparation(small_plan, everybody[:1], folder, texts)
    assert {path.name for path in folder.iterdir()} == names - {"preparation-B.html"}
    (folder / "notes.txt").write_text("à moi", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        write_preparation(small_plan, everybody, folder, texts)
    assert [fault.code for fault in caught.value.faults] == ["folder_not_ours"]
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "à moi"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_same_plan_gives_the_same_page(small_plan: Plan, language: str) -> None:
    assert page(small_plan, "A", language=language) == page(small_plan, "A", language=language)


def test_a_hostile_name_stays_a_name(hostile_plan: Plan) -> None:
    html = page(hostile_plan, "A")
    assert HOSTILE not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1100])
def test_in_a_browser_nothing_runs_leaves_or_hangs_over(
    browser: Browser, hostile_plan: Plan, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(hostile_plan, "A"), encoding="utf-8")
    watched = opened(browser, path, width)
    assert watched.page.locator("td b", has_text=HOSTILE).is_visible()
    assert watched.page.locator("img").count() == 0
    assert_harmless(watched, path, width)
    watched.page.close()
