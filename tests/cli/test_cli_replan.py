"""`colivraison replan` as a person runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from colivraison.cli.arguments import KEEP
from colivraison.planning import Keep

Run = Callable[..., subprocess.CompletedProcess[str]]
Planned = tuple[Path, dict[str, object]]


@pytest.fixture
def changed(case_file: Path) -> Path:
    """The case with one order cancelled, one corrected, one late, and no week."""
    case = json.loads(case_file.read_text(encoding="utf-8"))
    first, second, *rest = case["orders"]
    late = {**first, "id": "late", "crates": 2, "mass_g": 16_000}
    case["orders"] = [{**second, "crates": 6}, *rest, late]
    del case["week_start"]
    case_file.write_text(json.dumps(case), encoding="utf-8")
    return case_file


def test_the_values_of_keep_are_those_of_the_room_that_keeps() -> None:
    assert list(KEEP) == list(Keep)


def test_what_changed_is_told_and_written(
    planned: Planned, changed: Path, extract: Path, run: Run, tmp_path: Path
) -> None:
    out, _ = planned
    done = run(
        "replan", out / "plan.json", "--case", changed, "--roads", extract,
        "--out", tmp_path / "neuf", "--iterations", "50",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Avant et après" in done.stdout
    assert "1 commande(s) du second plan seulement" in done.stdout
    assert "1 quantité(s) corrigée(s)" in done.stdout
    # The case names no week: it is that of the plan.
    written = json.loads((tmp_path / "neuf" / "plan.json").read_text(encoding="utf-8"))
    assert written["horizon_start"] == "2026-11-23"
    assert written["fingerprint"]["keep"] == "all"
    assert run("check", tmp_path / "neuf" / "plan.json").returncode == 0


def test_without_a_folder_nothing_is_written(
    planned: Planned, changed: Path, extract: Path, run: Run, tmp_path: Path
) -> None:
    out, _ = planned
    before = sorted(tmp_path.rglob("*"))
    done = run(
        "replan", out / "plan.json", "--case", changed, "--roads", extract,
        "--keep", "rounds", "--iterations", "50", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["status"], told["files"]) == ("done", [])
    assert [one["order_id"] for one in told["comparison"]["added_orders"]] == ["late"]
    assert [one["order_id"] for one in told["comparison"]["dropped_orders"]] == ["a1"]
    assert told["comparison"]["drops"]["other_vehicle"] == 0
    assert sorted(tmp_path.rglob("*")) == before


def test_the_folder_of_the_known_plan_is_not_written_over(
    planned: Planned, changed: Path, extract: Path, run: Run
) -> None:
    out, _ = planned
    known = (out / "plan.json").read_bytes()
    done = run(
        "replan", out / "plan.json", "--case", changed, "--roads", extract, "--out", out,
    )  # fmt: skip
    assert done.returncode == 2
    assert "output_is_input" in done.stderr
    assert (out / "plan.json").read_bytes() == known


def test_a_level_that_there_is_not_is_refused_in_french(
    planned: Planned, changed: Path, extract: Path, run: Run
) -> None:
    done = run(
        "replan", planned[0] / "plan.json", "--case", changed, "--roads", extract,
        "--keep", "tout",
    )  # fmt: skip
    assert done.returncode == 2
    assert "«\u00a0tout\u00a0»" in done.stderr
