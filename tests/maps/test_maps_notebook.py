"""The map of a plan in a notebook: a frame that runs, and reaches nothing around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from colivraison.domain import Plan
from colivraison.maps import MapBackground, NotebookMap, render_map
from colivraison.texts import Texts


@pytest.fixture
def shown(plan: Plan, background: MapBackground) -> NotebookMap:
    page = render_map(plan, background, texts=Texts("fr"))
    return NotebookMap(page=page, title="Carte", height_px=500)


def test_what_stands_in_for_the_map_in_plain_text_is_short(shown: NotebookMap) -> None:
    assert repr(shown) == "NotebookMap(title='Carte', height_px=500)"


@pytest.mark.browser
def test_the_map_runs_in_its_frame_and_cannot_reach_the_notebook(
    desk: Any, tmp_path: Path, shown: NotebookMap
) -> None:
    file = tmp_path / "notebook.html"
    notebook = f"<!doctype html><title>Carnet</title><body>{shown._repr_html_()}</body>"
    file.write_text(notebook, encoding="utf-8")
    desk.open(file.as_uri())
    page = desk.page
    map_ = page.frame_locator("iframe")
    map_.locator("body[data-ready]").wait_for()
    assert map_.locator(".mark .badge span").count() == 6
    # The whole page is in the frame, and nothing of it beside.
    assert page.evaluate("document.body.childNodes.length") == 1
    assert page.locator("iframe").get_attribute("srcdoc") == shown.page
    assert page.frames[1].evaluate("window.origin") == "null"
    desk.require_quiet()
