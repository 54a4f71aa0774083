"""A page opened in a browser, and what it did there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass
class Watched:
    """What a page asked for, complained of and popped up."""

    page: Page
    alerts: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def opened(browser: Browser, path: Path, width: int) -> Watched:
    """Open a file on a screen of a width, and wait until nothing more happens."""
    watched = Watched(browser.new_page(viewport={"width": width, "height": 844}))
    page = watched.page
    page.on("dialog", lambda dialog: (watched.alerts.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: watched.asked.append(request.url))
    page.on("console", lambda message: watched.complaints.append(message.text))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    return watched


def assert_harmless(watched: Watched, path: Path, width: int) -> None:
    """Nothing ran, nothing was asked of anybody, nothing hangs over the edge of the screen."""
    assert watched.alerts == []
    assert watched.complaints == []
    assert [url for url in watched.asked if not url.startswith("data:")] == [path.as_uri()]
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
