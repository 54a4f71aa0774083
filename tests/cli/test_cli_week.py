"""The week as a person plans it: order cycle, late orders, orders that come back."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import drawn
import pytest

from colivraison.interchange import case_to_json

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def document() -> dict[str, Any]:
    return json.loads(json.dumps(case_to_json(drawn.small_case())))


def planned(
    run: Run, extract: Path, folder: Path, document: dict[str, Any]
) -> subprocess.CompletedProcess[str]:
    path = folder / "cas.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return run("plan", path, "--roads", extract, "--out", folder / "out", "--iterations", "30")


def test_a_late_order_and_one_that_does_not_come_are_said_in_a_line(
    run: Run, extract: Path, tmp_path: Path, document: dict[str, Any]
) -> None:
    document["settings"]["cycle"] = {"distribution": "2026-11-26T17:00"}
    document["producers"][1]["preparation_s"] = 13 * 3600
    document["orders"][2]["ordered_at"] = "2026-11-25T20:00"
    document["orders"][3]["repeats"] = {"weekdays": ["thursday"], "except_dates": ["2026-11-26"]}
    document["orders"][1]["repeats"] = {"weekdays": ["thursday"]}
    done = planned(run, extract, tmp_path, document)
    assert done.returncode == 0, done.stderr
    said = done.stderr.replace("\u00a0", " ").replace("\u202f", " ")
    assert "« b2 » ne vient pas le jeudi 26 novembre 2026" in said
    assert "« b1 » (Ferme B pour Point S) a été passée le mercredi 25 novembre 2026" in said
    assert run("check", tmp_path / "out" / "plan.json").returncode == 0
    told = json.loads(run("preparation", tmp_path / "out" / "plan.json", "--json").stdout)
    loadings = {
        order_id: loading["ready"]
        for producer in told["producers"]
        for day in producer["days"]
        for loading in day["loadings"]
        for goods in loading["goods"]
        for order_id in goods["order_ids"]
    }
    assert loadings.keys() == {"a1", "a2@2026-11-26", "b1"}
    # Thirteen hours after Wednesday at eight in the evening.
    assert loadings["b1"] >= "2026-11-26T09:00:00+01:00"
    # A plan keeps the orders that come back, for another week.
    written = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert [one["id"] for one in written["case"]["orders"] if one["repeats"]] == ["a2", "b2"]


def test_a_cut_off_after_the_distribution_ends_before_any_search(
    run: Run, extract: Path, tmp_path: Path, document: dict[str, Any]
) -> None:
    document["settings"]["cycle"] = {"cut_off": "2026-11-27", "distribution": "2026-11-26T17:00"}
    done = planned(run, extract, tmp_path, document)
    assert done.returncode == 2
    assert "cut_off_after_distribution" in done.stderr
    assert "Temps de route" not in done.stderr
    assert not (tmp_path / "out").exists()
