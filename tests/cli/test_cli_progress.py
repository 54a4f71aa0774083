"""The progress bar: what it says beside the share of the work."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from benchmark_files import LI_LIM, SARTORI, write
from rich.console import Console

from colivraison.cli.console import Terminal
from colivraison.cli.pdptw_solve import Watch
from colivraison.cli.progress_bar import Journal
from colivraison.interchange.benchmarks import read_benchmark
from colivraison.pdptw import Objective, Progress
from colivraison.texts import Texts


def last_words(
    tmp_path: Path,
    *,
    file: str = LI_LIM,
    objective: Objective = Objective.VEHICLES_THEN_DISTANCE,
    unassigned: int | None = 0,
    vehicles: int | None = None,
    distance_m: int | None = None,
) -> str:
    """Return what a terminal shows of a search that has come so far."""
    write(tmp_path / "file.txt", file)
    screen = io.StringIO()
    err = Console(file=screen, force_terminal=True, width=200)
    terminal = Terminal(texts=Texts("fr"), err=err)
    with Journal(terminal) as journal:
        watch = Watch(
            instance=read_benchmark(tmp_path / "file.txt", objective),
            terminal=terminal,
            journal=journal,
        )
        watch(
            Progress(
                share=0.5,
                best_cents=None,
                unassigned=unassigned,
                vehicles=vehicles,
                distance_m=distance_m,
            )
        )
    # The bar is drawn once more when it ends.
    return screen.getvalue()


def test_a_terminal_shows_how_many_are_in_no_route(tmp_path: Path) -> None:
    shown = last_words(tmp_path, unassigned=1234, vehicles=3, distance_m=5)
    assert "Recherche de tournées" in shown
    assert "1\u202f234 hors tournée" in shown


def test_when_nothing_is_known_nothing_is_said(tmp_path: Path) -> None:
    shown = last_words(tmp_path, unassigned=None)
    assert "Recherche de tournées" in shown
    assert "hors tournée" not in shown
    assert "distance" not in shown


@pytest.mark.parametrize(
    ("file", "objective", "said"),
    [
        # A unit of the file is 100,000 of the problem.
        (LI_LIM, "vehicles", "12 véhicule(s), 3\u202f113 de distance"),
        (LI_LIM, "distance", "3\u202f113 de distance"),
        # Minutes are as they are.
        (SARTORI, "vehicles", "12 véhicule(s), 311\u202f324\u202f455 de distance"),
    ],
)
def test_when_all_are_served_what_counts_is_said(
    tmp_path: Path, file: str, objective: str, said: str
) -> None:
    shown = last_words(
        tmp_path, file=file, objective=Objective(objective), vehicles=12, distance_m=311_324_455
    )
    assert said in shown
    assert "hors tournée" not in shown
    assert ("véhicule" in shown) == (objective == "vehicles")
