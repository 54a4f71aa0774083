"""The progress bar: what it says beside the share of the work."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from colivraison.cli.console import Terminal
from colivraison.cli.progress_bar import Journal
from colivraison.texts import Texts


def last_words(count: int | None) -> str:
    """Return what a terminal shows of a search that leaves out so many."""
    screen = io.StringIO()
    err = Console(file=screen, force_terminal=True, width=200)
    with Journal(Terminal(texts=Texts("fr"), err=err)) as journal:
        journal.stage("pdptw_search", 0.5)
        journal.left_out(count)
    # The bar is drawn once more when it ends.
    return screen.getvalue()


def test_a_terminal_shows_how_many_are_in_no_route() -> None:
    shown = last_words(1234)
    assert "Recherche de tournées" in shown
    assert "1\u202f234 hors tournée" in shown


@pytest.mark.parametrize("count", [0, None])
def test_when_nobody_is_left_out_or_nothing_is_known_nothing_is_said(count: int | None) -> None:
    shown = last_words(count)
    assert "Recherche de tournées" in shown
    assert "hors tournée" not in shown
