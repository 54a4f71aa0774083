"""`colivraison baseline` as a person runs it, and what `plan` shows of a declared practice."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def declaring(case_file: Path) -> Path:
    """The case in which A declares a round of 40 km and 2 h 30, once a week."""
    case = json.loads(case_file.read_text(encoding="utf-8"))
    case["practices"] = [
        {"producer_id": "A", "site_ids": ["S", "M"], "distance_m": 40_000, "duration_s": 9_000}
    ]
    case_file.write_text(json.dumps(case), encoding="utf-8")
    return case_file


def test_three_answers_side_by_side(
    planned: tuple[Path, dict[str, object]], declaring: Path, extract: Path, run: Run
) -> None:
    plan = planned[0] / "plan.json"
    done = run(
        "baseline", declaring, "--roads", extract, "--plan", plan, "--iterations", "50",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for title in ("Pratique déclarée", "Seul au mieux", "Plan partagé"):
        assert title in done.stdout
    assert "50,00\u00a0€" in done.stdout
    assert "1 producteur(s) seulement" in done.stdout


def test_what_is_written_is_what_is_told(
    declaring: Path, extract: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "seul.json"
    done = run(
        "baseline", declaring, "--roads", extract, "--iterations", "50", "--json", "--out", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    written = json.loads(out.read_text(encoding="utf-8"))
    assert {name: told[name] for name in written} == written
    first, second = written["members"]
    assert (first["declared"]["cost_cents"], second["declared"]) == (5_000, None)
    assert written["alone"]["cost_cents"] == sum(m["alone"]["cost_cents"] for m in (first, second))
    assert written["together"] is None
    refused = run("baseline", declaring, "--roads", extract, "--out", declaring)
    assert refused.returncode == 2
    assert "output_is_input" in refused.stderr


def test_a_plan_shows_what_is_declared_beside_its_saving(
    declaring: Path, extract: Path, run: Run, tmp_path: Path
) -> None:
    done = run(
        "plan", declaring, "--roads", extract, "--iterations", "50", "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Pratique déclarée aujourd’hui par 1 producteur(s)" in done.stdout
    assert run("check", tmp_path / "out" / "plan.json").returncode == 0
